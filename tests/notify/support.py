"""A relay with a notifier, and devices that leave tokens."""

import json
import os
import re
import signal
import subprocess
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(os.path.dirname(HERE), "faults"))

import support as faults                        # noqa: E402
from support import Mailbox, fresh, until        # noqa: E402


class Relay(faults.Relay):
    """One with credrelay-notify and a webhook."""

    def __init__(self, settings, db_settings=()):
        super().__init__({"workers": 1, "notify.log_level": "debug",
                          **settings}, db_settings)

    def options(self):
        return [*super().options(), "--notify"]

    def change(self, **settings):
        """Writes other settings and has both daemons read them; a name is of
        the section, two underscores, the key."""
        words = []
        for name, value in settings.items():
            section, _, key = name.rpartition("__")
            words += ["--set", f"{section}.{key} = {value}"]
        self.start(*words)

    def rewrite(self, **settings):
        """The same for the notifier alone, quicker, and until `change`."""
        conf = self.path("CREDRELAY_CONF")
        with open(conf, encoding="utf-8") as file:
            text = file.read()
        for name, value in settings.items():
            section, _, key = name.rpartition("__")
            head, title, rest = text.partition(f"[{section}]\n")
            body, bracket, tail = rest.partition("\n[")
            body = re.sub(rf"^{key} *=.*$", "", body, flags=re.M)
            text = f"{head}{title}{key} = {value}\n{body}{bracket}{tail}"
        with open(conf, "w", encoding="utf-8") as file:
            file.write(text)
        size = len(self.notifier_log())
        self.script("reload-notify")
        assert until(lambda: "was read again" in self.notifier_log()[size:]), \
            self.notifier_log()[size:]

    def notifier(self):
        """Its process."""
        with open(self.path("CREDRELAY_NOTIFY_PIDFILE"),
                  encoding="ascii") as file:
            return int(file.read())

    def notifier_log(self):
        """All that it has logged."""
        with open(self.path("CREDRELAY_NOTIFY_LOG"), encoding="utf-8",
                  errors="replace") as file:
            return file.read()

    def kill_notifier(self):
        """As a power cut would end it; waits until it is gone."""
        pid = self.notifier()
        os.kill(pid, signal.SIGKILL)
        until(lambda: not os.path.exists(f"/proc/{pid}"))

    def second(self):
        """Starts another notifier beside the first, with the same settings;
        a subprocess.Popen, and the file that is its log."""
        conf = self.path("CREDRELAY_CONF")
        with open(conf, encoding="utf-8") as file:
            text = file.read()
        pid_file = self.path("CREDRELAY_NOTIFY_PIDFILE")
        other = conf + ".second"
        with open(other, "w", encoding="utf-8") as file:
            file.write(text.replace(pid_file, pid_file + ".second"))
        account = os.stat(conf).st_uid
        os.chown(other, account, -1)
        log = os.path.join(self.folder, "second.log")
        with open(log, "w", encoding="utf-8") as out:
            child = subprocess.Popen(           # pylint: disable=R1732
                [self.path("CREDRELAY_NOTIFY_BIN"), "-c", other], stdout=out,
                stderr=out, start_new_session=True,
                user=account if os.getuid() == 0 else None)
        until(lambda: os.path.exists(pid_file + ".second"))
        return child, log

    def outbox(self):
        """How many rows wait."""
        return int(self.sql("select count(*) from relay.outbox"))

    def emptied(self, limit=10):
        """The outbox becomes empty."""
        return until(lambda: self.outbox() == 0, limit)

    def count(self, kind, outcome):
        """What the view says of a type and an outcome."""
        return int(self.sql(
            "select coalesce(sum(pushes), 0) from relay.push_stats where "
            f"type = '{kind}' and outcome = '{outcome}'"))

    def counted(self, kind, outcome, number, limit=10):
        """The view comes to say so."""
        return until(lambda: self.count(kind, outcome) == number, limit)


class Device(faults.Device):
    """Knows tokens."""

    def pair(self, token=None):
        """A mailbox with both devices bound; the receiver left the token."""
        self.close()    # the server may be about to end an idle one
        box = Mailbox()
        self.must(self.create(box))
        box.receiver = fresh()
        body = json.dumps({"notificationToken": token}).encode() \
            if token else None
        self.must(self.send("POST", box.path, box.receiver, None, body))
        return box

    def must(self, status):
        """It was 200, or the test is over."""
        if status != 200:
            raise RuntimeError(f"{status}: "
                               f"{self.why or self.answer.body[:300]}")

    def write(self, box, claim=None, request_id=None, **more):
        """An update, the sender's unless said otherwise; the status."""
        body = {"payload": {"type": "AEAD_AES_128_GCM", "data": fresh()},
                **more}
        return self.send("PUT", box.path, claim or box.sender,
                         request_id or fresh(), json.dumps(body).encode())

    def supported(self):
        """isPushNotificationSupported of the last answer."""
        return json.loads(self.answer.body)["isPushNotificationSupported"]


class Listener:
    """psql, which listens to the notifiers' doorbell."""

    def __init__(self, relay):
        env = dict(os.environ)
        env.update(relay.env)
        self.psql = subprocess.Popen(           # pylint: disable=R1732
            ["psql", "-X", "-q", "-A", "-t"], env=env, text=True,
            stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        self.count = 0
        self._command("listen credrelay_outbox;")

    def _command(self, text):
        self.psql.stdin.write(text + "\n\\echo done\n")
        self.psql.stdin.flush()
        self.count += sum("Asynchronous" in line for line in
                          iter(self.psql.stdout.readline, "done\n"))

    def rings(self):
        """How often it rang, once it has."""
        until(lambda: self._command("select 1;") or self.count)
        return self.count

    def close(self):
        """Ends it."""
        self.psql.communicate("\\q\n", 10)


def webhook_token(data=None):
    """A token for the webhook, unlike any other."""
    return {"type": "webhook", "tokenData": data or "device-" + fresh()}


# The user agent's public key and secret of RFC 8291's example.
WEBPUSH_KEYS = {
    "p256dh": "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyP"
              "js7Vd8pZGH6SRpkNtoIAiw4",
    "auth": "BTBZMqHH6r4Tts7J_aSIgg"}
