"""The commands of credrelay for tests/faults/refused-calls."""

import json
import os
import re
import shutil
import subprocess

import refused

LIMIT_S = 40
CONTENT = b"a key that opens a door"
ANSWER = b"and a signature"
URL = re.compile(rb"^https?://\S+/v1/m/\S+#\S+\n$")


class Result:
    """What a run of the program has come to."""

    def __init__(self, status, out, err):
        self.status = status
        self.out = out
        self.err = err

    def __repr__(self):
        return f"<status {self.status}, out {self.out[:200]!r}, " \
            f"err {self.err[-1500:]!r}>"


class Wallet:
    """A device with its state; `preload`: one that lacks something."""

    def __init__(self, relay, preload, home):
        self.home = home
        self.preload = preload
        self.binary = os.path.join(relay.bindir, "credrelay")
        self.env = {"PATH": os.environ["PATH"], "HOME": home,
                    "TMPDIR": home, "XDG_STATE_HOME": home,
                    "CREDRELAY_URL": relay.url}
        os.mkdir(home, 0o700)

    def run(self, *words, give=b"", poor=False):
        """The result; poor: with the library."""
        env = dict(self.env, **(self.preload.env if poor else {}))
        try:
            done = subprocess.run([self.binary, *words], env=env, input=give,
                                  capture_output=True, timeout=LIMIT_S,
                                  check=False)
        except subprocess.TimeoutExpired:
            return Result(None, b"", "")
        return Result(done.returncode, done.stdout,
                      done.stderr.decode(errors="replace"))

    @property
    def states(self):
        """The files of its state, with what they say."""
        found = {}
        place = os.path.join(self.home, "credrelay")
        for name in os.listdir(place) if os.path.isdir(place) else ():
            with open(os.path.join(place, name), encoding="utf-8") as file:
                found[name] = file.read()
        return found

    def claims(self):
        """What must not be told."""
        return [json.loads(text)["claim"] for name, text in
                self.states.items() if not name.startswith(".")]


class Command:
    """One command, in devices of its own for each trial."""
    again = (0,)        # what the same may end with, once it was done

    def __init__(self, relay, preload, receiver):
        del receiver
        self.relay = relay
        self.preload = preload
        self.folder = os.path.join(preload.folder, type(self).__name__)
        self.trials = 0
        self.sender = self.receiver = self.url = None

    def __enter__(self):
        os.mkdir(self.folder)
        return self

    def __exit__(self, *_):
        shutil.rmtree(self.folder)

    def wallet(self, name):
        """A fresh one."""
        return Wallet(self.relay, self.preload, os.path.join(
            self.folder, f"{name}{self.trials}"))

    def sent(self):
        """There is a mailbox; all its rights."""
        done = self.sender.run("send", "--rights", "RWD", "-", give=CONTENT)
        if done.status != 0:
            raise RuntimeError(f"send: {done}")
        self.url = done.out.decode().strip()

    def received(self):
        """And the receiver has read it."""
        self.sent()
        done = self.receiver.run("receive", self.url)
        if done.status != 0:
            raise RuntimeError(f"receive: {done}")

    def prepare(self):
        """What must be there before."""

    def command(self, poor):
        """Runs it."""
        raise NotImplementedError

    def right(self, done):
        """Is that what it should print?"""
        return done.out == b""

    def judge(self, done, statuses):
        """What is wrong with a result."""
        if done.status is None:
            return "it hangs"
        if done.status in statuses and done.status != 0:
            return None
        if done.status == 0:
            if not self.right(done):
                return f"status 0, but {done}"
        elif done.status < 0 or "credrelay: " not in done.err:
            return f"{done}"
        if refused.SANITIZER.search(done.err):
            return done.err
        for wallet in self.sender, self.receiver:
            if any(claim in done.err for claim in wallet.claims()):
                return f"a claim is told: {done}"
        return None

    def once(self):
        """With a failure, and then without."""
        self.trials += 1
        self.sender, self.receiver = self.wallet("s"), self.wallet("r")
        self.prepare()
        wrong = self.judge(self.command(True), ())
        if not wrong:
            done = self.command(False)
            if done.status not in (0, *self.again):
                return f"the next: {done}"
            wrong = self.judge(done, self.again)
        return wrong and f"{wrong}"


class Send(Command):
    """send"""

    def command(self, poor):
        return self.sender.run(
            "send", "--title", "A key", "--description", "of a car",
            "--image", "https://example.com/car.png", "-", give=CONTENT,
            poor=poor)

    def right(self, done):
        return URL.match(done.out)


class SendFile(Send):
    """send of a file"""

    def command(self, poor):
        path = os.path.join(self.sender.home, "file")
        with open(path, "wb") as file:
            file.write(CONTENT)
        return self.sender.run("send", "--draw-identifier", path, poor=poor)


class Receive(Command):
    """receive"""
    prepare = Command.sent

    def command(self, poor):
        return self.receiver.run("receive", self.url, poor=poor)

    def right(self, done):
        return done.out == CONTENT


class ReceiveFile(Receive):
    """receive into a file, the URL on a line"""

    def command(self, poor):
        return self.receiver.run(
            "receive", "-o", os.path.join(self.receiver.home, "out"), "-",
            give=self.url.encode() + b"\n", poor=poor)

    def right(self, done):
        with open(os.path.join(self.receiver.home, "out"), "rb") as file:
            return done.out == b"" and file.read() == CONTENT


class Reply(Command):
    """reply"""
    prepare = Command.received

    def command(self, poor):
        return self.receiver.run("reply", self.url, "-", give=ANSWER,
                                 poor=poor)


class Watch(Command):
    """watch"""
    again = (3, 4, 5, 6, 7, 8)
    prepare = Command.received

    def command(self, poor):
        """Until its end comes, which is there."""
        self.sender.run("delete", self.url)
        return self.receiver.run("watch", "--wait", "5s", self.url, poor=poor)

    def right(self, done):
        return done.out.endswith(b" ended\n")


class Relinquish(Command):
    """relinquish"""
    again = (3, 4, 5, 6, 7, 8)
    prepare = Command.received

    def command(self, poor):
        return self.receiver.run("relinquish", self.url, poor=poor)


class Delete(Relinquish):
    """delete"""

    def command(self, poor):
        return self.sender.run("delete", self.url, poor=poor)


class Show(Command):
    """show"""
    prepare = Command.sent

    def command(self, poor):
        return self.receiver.run("show", self.url, poor=poor)

    def right(self, done):
        return done.out != b""


class Tidy(Command):
    """tidy"""

    def prepare(self):
        """A send that was interrupted, long ago."""
        self.sent()
        (name, text), = self.sender.states.items()
        place = os.path.join(self.sender.home, "credrelay")
        state = json.loads(text)
        request = "1f9d2b7a-3f0c-4c5e-9a7b-0123456789ab"
        state.update(request=request)
        del state["mailbox"]
        path = os.path.join(place, "pending-" + request)
        with open(path, "w", encoding="utf-8") as file:
            json.dump(state, file)
        os.chmod(path, 0o600)
        os.utime(path, (1, 1))
        state.update(mailbox=name, expiration="2001-01-01T00:00:00Z")
        path = os.path.join(place, name)
        with open(path, "w", encoding="utf-8") as file:
            json.dump(state, file)

    def command(self, poor):
        return self.sender.run("tidy", poor=poor)

    def right(self, done):
        return done.out != b""


class Demo(Command):
    """demo"""

    def command(self, poor):
        return self.sender.run("demo", poor=poor)

    def right(self, done):
        return b"All transfers went as they should." in done.out

    def once(self):
        """Its state is of no use to the next."""
        self.trials += 1
        self.sender, self.receiver = self.wallet("s"), self.wallet("r")
        return self.judge(self.command(True), ())


COMMANDS = (Send, SendFile, Receive, ReceiveFile, Reply, Watch, Relinquish,
            Delete, Show, Tidy, Demo)
