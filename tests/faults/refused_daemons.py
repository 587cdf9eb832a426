"""The daemons of tests/faults/refused-calls: a pool, a lone worker and the
notifier, each started for a trial, made to work, and ended."""

import json
import os
import pwd
import re
import select
import signal
import socket
import subprocess
import time

import fastcgi
import refused
import support

LIMIT_S = 15
LARGE = "x" * 200000
DIED = re.compile(r" ended after \d+ s: signal \d")
SILENT = (500, 503)             # a worker ended, or could not


def ask(method, uri, claim=None, request_id=None, body=None, **more):
    """A request; more: other headers."""
    headers = [(name.replace("_", "-"), value) for name, value in more.items()]
    if claim:
        headers.append(("Mailbox-Device-Claim", claim))
    if request_id:
        headers.append(("Mailbox-Request-ID", request_id))
    return method, uri, headers, body


def send(path, request):
    """The answer to one that comes in two pieces."""
    method, uri, headers, body = request
    data = fastcgi.request(fastcgi.params(method, uri, headers, body), body)
    with fastcgi.Connection(path, LIMIT_S) as connection:
        connection.send(data[:len(data) // 2])
        if len(data) > 10000:
            time.sleep(0.01)
        connection.send(data[len(data) // 2:])
        return connection.answer()


def is_lost(answer):
    """Is it to be asked for again?  One that was cut short is none: a web server
    does not take it for whole."""
    return answer.ended is None or answer.status in SILENT


class Visit:
    """A mailbox's life by FastCGI, where each request may fail once."""

    def __init__(self, path):
        self.path = path
        self.box = "/v1/m/" + support.fresh()
        self.sender, self.receiver = support.fresh(), support.fresh()
        self.wrong = None

    def must(self, request, *statuses):
        """The answer, be it the second's; what was wrong is kept."""
        answer = None
        for _ in range(4):
            try:
                answer = send(self.path, request)
            except OSError as error:
                self.wrong = f"{request[:2]}: {error!r}"
                return None
            if not is_lost(answer):
                break
            time.sleep(0.15)
        if is_lost(answer) or answer.status not in statuses:
            self.wrong = f"{request[:2]}: {answer}, not {statuses}"
            return None
        return answer

    def wait(self, tag):
        """The receiver waits, the sender writes; both are repeated."""
        request = ask("POST", self.box, self.receiver, None, None,
                      If_None_Match=tag, Prefer="wait=5")
        method, uri, headers, body = request
        update = ask("PUT", self.box, self.sender, support.fresh(),
                     support.payload("two"))
        with fastcgi.Connection(self.path, LIMIT_S) as connection:
            connection.send(fastcgi.request(fastcgi.params(
                method, uri, headers, body), body))
            time.sleep(0.02)
            if not self.must(update, 200, 201):
                return False
            answer = connection.answer()
        # A worker that cannot hear of changes lets nobody wait.
        at_once = answer.status == 412 and \
            "preference-applied" not in answer.headers
        if at_once or is_lost(answer):
            return self.must(request, 200)
        if answer.status != 200:
            self.wrong = f"the one that waits: {answer}"
        return answer.status == 200

    def all(self):
        """What was wrong, or None."""
        made = self.must(ask("POST", "/v1/m", self.sender, support.fresh(),
                             support.payload(
                                 LARGE, mailboxIdentifier=self.box[6:])),
                         200, 201)
        first = made and self.must(ask("POST", self.box, self.receiver), 200)
        good = first and json.loads(first.body)["payload"]["data"] == LARGE \
            and self.wait(first.headers["etag"]) \
            and self.must(ask("GET", self.box), 200) \
            and self.must(ask("DELETE", self.box, self.receiver), 200, 404)
        return None if good else self.wrong or "another content"


class Daemon:
    """One program, and what it needs."""
    program = "credrelayd"
    started = 0

    def __init__(self, relay, preload, receiver):
        self.relay = relay
        self.preload = preload
        self.receiver = receiver
        self.folder = os.path.join(preload.folder, type(self).__name__)
        self.socket = os.path.join(self.folder, "socket")
        self.pid_file = os.path.join(self.folder, "pid")
        self.conf = os.path.join(self.folder, "conf")
        self.log = os.path.join(self.folder, "log")
        self.process = None
        self.owner = os.stat(relay.path("PGDATA")).st_uid

    def __enter__(self):
        os.mkdir(self.folder)
        os.chown(self.folder, self.owner, -1)
        with open(self.relay.path("CREDRELAY_CONF"), encoding="utf-8") as file:
            text = file.read()
        for old, new in (("CREDRELAY_SOCKET", self.socket),
                         ("CREDRELAY_PIDFILE", self.pid_file),
                         ("CREDRELAY_NOTIFY_PIDFILE", self.pid_file)):
            text = text.replace(f"= {self.relay.path(old)}\n", f"= {new}\n")
        if os.getuid() == 0:
            user = f"user = {pwd.getpwuid(self.owner).pw_name}\n"
            text = user + text.replace("[notify]\n", "[notify]\n" + user)
        with open(self.conf, "w", encoding="utf-8") as file:
            file.write(text)
        return self

    def __exit__(self, *_):
        if self.process and self.process.poll() is None:
            self.process.kill()
            self.process.wait()

    def start(self, stdin=subprocess.DEVNULL, **more):
        """With an empty log."""
        with open(self.log, "wb") as log:
            self.process = subprocess.Popen(    # pylint: disable=R1732
                [os.path.join(self.relay.bindir, self.program), "-c",
                 self.conf], stdin=stdin, stdout=log, stderr=log, cwd="/",
                env=dict(self.preload.env, **more))

    def said(self):
        """All that it has logged."""
        with open(self.log, encoding="utf-8", errors="replace") as file:
            return file.read()

    def ended(self, limit=LIMIT_S):
        """Its status; None: it runs."""
        try:
            return self.process.wait(limit)
        except subprocess.TimeoutExpired:
            return None

    def stop(self):
        """What is wrong with its end on SIGTERM."""
        self.process.send_signal(signal.SIGTERM)
        status = self.ended()
        if status is None:
            self.process.kill()
            self.process.wait()
            return "it does not end"
        if status != 0:
            return refused.judge_end(status, self.said())
        return self.judge_said()

    def judge_said(self):
        """What is wrong with its log."""
        if DIED.search(self.said()):
            return self.said()[-1000:]
        return refused.judge_text(self.said())

    def works(self):
        """True, once it does; None: not yet."""
        raise NotImplementedError

    def wait(self):
        """What is wrong with it: None, or it has ended and must not have."""
        end = time.monotonic() + LIMIT_S
        while time.monotonic() < end:
            if self.process.poll() is not None:
                return False
            if self.works():
                return True
            time.sleep(0.005)
        return None

    def once(self):
        """From start to end."""
        self.start()
        up = self.wait()
        if up is None:
            self.process.kill()
            self.process.wait()
            return f"it neither works nor ends: {self.said()[-500:]}"
        if not up:
            return refused.judge_end(self.process.returncode, self.said())
        return self.stop()


def is_ready(daemon):
    """/readyz is answered 200; the socket may outlive who serves it."""
    try:
        with fastcgi.Connection(daemon.socket, LIMIT_S) as connection:
            connection.send(fastcgi.request(fastcgi.params("GET", "/readyz")))
            while daemon.process.poll() is None:
                if select.select([connection.sock], [], [], 0.02)[0]:
                    return connection.answer().status == 200
    except OSError:
        pass
    return False


class Pool(Daemon):
    """from start to end"""

    def works(self):
        """Its worker and its bell are there."""
        return "notice: ready: " in self.said() and is_ready(self)


class Again(Pool):
    """where another was killed"""

    def start(self, stdin=subprocess.DEVNULL, **more):
        """Its socket is there, and nobody behind it."""
        if not os.path.lexists(self.socket):
            with socket.socket(socket.AF_UNIX) as left:
                left.bind(self.socket)
        super().start(stdin, **more)


class Serving(Pool):
    """while it serves"""

    def __enter__(self):
        super().__enter__()
        self.preload.page.arm()
        self.start()
        if not self.wait():
            raise RuntimeError(self.said())
        return self

    def __exit__(self, *_):
        self.stop()
        super().__exit__()

    def once(self):
        if self.process.poll() is not None:
            self.start()
        return Visit(self.socket).all() or self.judge_said()


class Lone(Daemon):
    """alone, as a web server starts it"""

    def __enter__(self):
        super().__enter__()
        self.listener = socket.socket(socket.AF_UNIX)
        self.listener.bind(self.socket)
        self.listener.listen(64)
        os.chown(self.socket, self.owner, -1)
        return self

    def __exit__(self, *_):
        super().__exit__()
        self.listener.close()

    def start(self, stdin=None, **more):
        """Its own socket is its standard input."""
        super().start(self.listener, **more)

    def works(self):
        return is_ready(self)


class Notifier(Daemon):
    """from start to end, with a push"""
    program = "credrelay-notify"

    def once(self):
        self.token = support.fresh()
        device = support.Device(self.relay.url)
        box = support.Mailbox()
        box.receiver = support.fresh()
        token = {"type": "webhook", "tokenData": self.token}
        made = device.create(box), device.send(
            "POST", box.path, box.receiver, None,
            json.dumps({"notificationToken": token}).encode()), \
            device.update(box, box.sender, support.fresh(), "two")
        device.close()
        if made != (200, 200, 200):
            return f"the relay: {made}"
        return super().once()

    def works(self):
        """The push has come."""
        return any(self.token.encode() in push.body
                   for push in self.receiver.pushes)


class Once(Daemon):
    """A run that only prints, or makes a file."""

    def words(self):
        """Its command line."""
        return "-n", "-c", self.conf

    def right(self, text):
        """Has it done it, and said so?"""
        return f"{self.conf} is good" in text

    def run(self):
        """Its status, what it prints and what it says."""
        done = subprocess.run(
            [os.path.join(self.relay.bindir, self.program), *self.words()],
            env=self.preload.env, capture_output=True, text=True,
            timeout=LIMIT_S, check=False)
        return done.returncode, done.stdout, done.stderr

    def once(self):
        """With a failure, and then without."""
        status, text, said = self.run()
        if status != 0:
            wrong = refused.judge_end(status, said)
        elif not self.right(text):
            wrong = f"status 0, but {text!r} {said!r}"
        else:
            wrong = refused.judge_text(said)
        if wrong is None and status != 0:
            again = self.run()
            if again[0] != 0 or not self.right(again[1]):
                wrong = f"after {said!r}, the next: {again}"
        return wrong


class Tested(Once):
    """-n"""


class TestedNotify(Once):
    """-n"""
    program = "credrelay-notify"


class Printed(Tested):
    """-T"""

    def words(self):
        return "-T", "-c", self.conf

    def right(self, text):
        return "\nmax_body = 1m\n" in text


class PrintedNotify(Printed):
    """-T"""
    program = "credrelay-notify"


class MadeKey(Once):
    """--make-key"""

    def words(self):
        return "--make-key", os.path.join(self.folder, "new.key")

    def right(self, text):
        """There it is; the next trial makes another."""
        try:
            with open(self.words()[1], "rb") as file:
                key = file.read()
            os.unlink(self.words()[1])
        except OSError:
            return False
        return text == "" and len(key) == 32


POOL = (Pool, Again, Serving, Lone, Tested, Printed, MadeKey)
NOTIFY = (Notifier, TestedNotify, PrintedNotify)
