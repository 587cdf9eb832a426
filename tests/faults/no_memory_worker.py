"""The worker that lacks memory, for tests/faults/no-memory: the library that is
preloaded, the page that it shares with the test, and a socket that stays while
workers come and go."""

import mmap
import os
import pwd
import select
import socket
import struct
import subprocess
import time

import fastcgi
from preload import built

LIMIT_S = 20


class Page:
    """The memory that the preloaded library shares with us."""

    def __init__(self, path):
        self.path = path
        with open(path, "w+b") as file:
            file.truncate(mmap.PAGESIZE)
            self.map = mmap.mmap(file.fileno(), mmap.PAGESIZE)
        os.chmod(path, 0o666)

    def arm(self, number):
        """The number-th allocation from now on is to fail."""
        self.map[:24] = struct.pack("=3Q", 0, number, 0)

    def read(self):
        """How many there were since, and whether one has failed."""
        calls, _, failed = struct.unpack("=3Q", self.map[:24])
        return calls, bool(failed)


def as_owner(path):
    """How subprocess becomes whoever owns the relay's files."""
    owner = os.stat(path).st_uid
    if owner == os.getuid():
        return {}
    return {"user": owner, "group": pwd.getpwuid(owner).pw_gid,
            "extra_groups": []}


class Spawner:
    """Starts programs of the relay with the library."""

    def __init__(self, relay, folder):
        self.relay = relay
        self.folder = folder
        self.page = Page(os.path.join(folder, "page"))
        self.env = {"LD_PRELOAD": built("no-memory", folder),
                    "NO_MEMORY": self.page.path,
                    "PATH": os.environ["PATH"]}
        self.owner = as_owner(relay.path("PGDATA"))
        self.log = open(os.path.join(folder, "log"), "a+b")

    def start(self, conf, stdin):
        """credrelayd."""
        return subprocess.Popen(
            [os.path.join(self.relay.bindir, "credrelayd"), "-c", conf],
            stdin=stdin, stdout=self.log, stderr=self.log, cwd="/",
            env=self.env, **self.owner)

    def said(self):
        """The end of what was logged."""
        self.log.seek(0)
        return self.log.read().decode(errors="replace")[-2000:]


class Lone:
    """One worker at a time, on a socket that stays."""

    def __init__(self, spawner):
        self.spawner = spawner
        self.page = spawner.page
        self.path = os.path.join(spawner.folder, "socket")
        self.sock = socket.socket(socket.AF_UNIX)
        self.sock.bind(self.path)
        self.sock.listen(socket.SOMAXCONN)  # those that no worker took stay
        self.worker = None
        self.started = 0

    def start(self):
        """A fresh one."""
        self.worker = self.spawner.start(
            self.spawner.relay.path("CREDRELAY_CONF"), self.sock)
        self.started += 1

    def ended(self):
        """How it has ended; None: it has not."""
        return None if self.worker is None else self.worker.poll()

    def wait(self):
        """Until it ends; its status, None when it does not."""
        try:
            return self.worker.wait(LIMIT_S / 2)
        except subprocess.TimeoutExpired:
            return None

    def lives(self):
        """Does it answer?  One that is about to end does not."""
        if self.worker is None or self.ended() is not None:
            return False
        with fastcgi.Connection(self.path, LIMIT_S) as connection:
            connection.send(fastcgi.request(fastcgi.params(
                "GET", "/healthz")))
            while self.ended() is None:
                if select.select([connection.sock], [], [], 0.05)[0]:
                    return not connection.answer().silent or \
                        self.wait() is None
        return False

    def answer(self, connection):
        """What comes; None: neither an answer nor the worker's end.  One
        that ends before it takes the connection leaves it in the socket."""
        end = time.monotonic() + LIMIT_S
        while time.monotonic() < end:
            over = self.ended() is not None
            if select.select([connection.sock], [], [], 0.02)[0]:
                return connection.answer()
            if over:
                return fastcgi.Answer(b"", None, None)
        return None

    def rest(self):
        """Until it does nothing more for a moment: an update is followed by
        a ring, which nobody waits for."""
        seen = None
        while seen != self.page.read() and not self.page.read()[1]:
            seen = self.page.read()
            time.sleep(0.01)

    def close(self):
        """Ends it."""
        self.page.arm(0)
        if self.worker and self.worker.poll() is None:
            self.worker.terminate()
            self.worker.wait()
        self.sock.close()
