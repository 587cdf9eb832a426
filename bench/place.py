"""Where it is measured: a private relay and its cluster, as the defaults have
them and with full durability, and the processes that are started beside."""

import os
import pwd
import random
import shutil
import signal
import socket
import subprocess
import sys
import time

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(HERE)
sys.path.insert(0, os.path.join(ROOT, "tests"))

from harness.database import Database                 # noqa: E402
from harness.instance import Instance                 # noqa: E402
from parts import number_in                           # noqa: E402

# Checkpoints are kept out of the rounds; one is made before each.  WAL goes to
# files that were used before, as on any server that has run for a day: while a
# new one is filled with zeros all commits wait.  Nothing here makes a commit
# less durable.
WAL_FILES = 64
SETTINGS = ("shared_buffers = 512MB", "max_wal_size = 8GB",
            f"min_wal_size = {WAL_FILES * 16}MB", "checkpoint_timeout = 30min")
USE_WAL = f"""
select pg_logical_emit_message(false, '', ''), pg_switch_wal()
from generate_series(1, {WAL_FILES})"""


def say(text):
    """Progress."""
    print(text, file=sys.stderr, flush=True)


def account():
    """What subprocess is told to run servers as; as private-relay does."""
    if os.geteuid() != 0:
        return {}
    entry = pwd.getpwnam("postgres")
    return {"user": entry.pw_uid, "group": entry.pw_gid, "extra_groups": []}


def listens(address):
    """Whether somebody answers there: a port of this host, or a socket."""
    kind = socket.AF_UNIX if isinstance(address, str) else socket.AF_INET
    with socket.socket(kind) as sock:
        try:
            sock.connect(address if kind == socket.AF_UNIX else
                         ("127.0.0.1", address))
        except OSError:
            return False
    return True


def free_port():
    """Below those that the kernel gives to clients."""
    while True:
        port = random.randrange(10240, 32000)
        if not listens(port):
            return port


class Durable(Instance):
    """An instance that forgets nothing, with the defaults."""

    db_settings = SETTINGS
    prefix = "credrelay-bench-"

    def _create(self):
        words = ["start", self.place, "--port", "0", "--bindir", self.bindir,
                 "--no-cron", "--quiet", "--server", self.server or "lighttpd",
                 *self.options()]
        for line in self.db_settings:
            words += ["--db-set", line]
        for name, value in self.settings.items():
            words += ["--set", f"{name} = {value}"]
        self._script(*words)
        self.read_env()

    def web(self):
        """The web server's process."""
        return number_in(os.path.join(self.env["PGHOST"], "web.pid"))

    def pool(self):
        """The pool's master."""
        return number_in(self.env["CREDRELAY_PIDFILE"])

    def postmaster(self):
        """The cluster's first process."""
        return number_in(os.path.join(self.env["PGDATA"], "postmaster.pid"))

    @property
    def database(self):
        return Database(self.env, limit=7200)


class Place(Durable):
    """A relay, and what else is started: all of it ends with it."""

    def __init__(self, **more):
        super().__init__(bindir=os.environ.get("CREDRELAY_BINDIR") or ROOT,
                         **more)
        self.children = []
        self.templates = {}             # a web server: its configuration

    def _create(self):
        super()._create()
        self.run = os.path.join(self.folder, "run")
        os.mkdir(self.run)
        who = account()
        if who:
            os.chown(self.run, who["user"], who["group"])
            os.chmod(self.run, 0o755)
        for text in (USE_WAL, "checkpoint"):
            self.database.run(text)

    def read_templates(self):
        """The configurations that private-relay makes of the shipped ones.
        What serves in the end is started from these."""
        for server in ("nginx", "lighttpd"):
            self.script("stop-web")
            self.script("start-web", "--server", server)
            with open(os.path.join(self.place, "etc", "web.conf"),
                      encoding="utf-8") as file:
                self.templates[server] = file.read()

    def setting(self, name):
        """A line of the relay's configuration."""
        done = subprocess.run(
            [self.env["CREDRELAY_BIN"], "-T", "-c",
             self.env["CREDRELAY_CONF"]], capture_output=True, text=True,
            check=True)
        for line in done.stdout.splitlines():
            key, _, value = line.partition("=")
            if key.strip() == name:
                return value.split("#")[0].strip()
        return "?"

    def file(self, name, text):
        """A file that the servers can read."""
        path = os.path.join(self.run, name)
        with open(path, "w", encoding="utf-8") as file:
            file.write(text)
        os.chmod(path, 0o644)
        return path

    def program(self, name):
        """A program of the build, where the servers can reach it."""
        path = os.path.join(self.run, os.path.basename(name))
        if not os.path.exists(path):
            shutil.copy(os.path.join(self.bindir, name), path)
        return path

    def spawn(self, words, address, env=None):
        """A server, once it listens at the address; its process id."""
        environment = {key: value for key, value in os.environ.items()
                       if not key.startswith("PG")}
        environment.update(env or {})
        log = os.path.join(self.run, os.path.basename(words[0]) + ".log")
        with open(log, "a", encoding="utf-8") as out:
            child = subprocess.Popen(
                words, cwd="/", stdin=subprocess.DEVNULL, stdout=out,
                stderr=out, env=environment, start_new_session=True,
                **account())
        self.children.append(child)
        end = time.monotonic() + 20
        while not listens(address):
            if child.poll() is not None or time.monotonic() > end:
                with open(log, encoding="utf-8", errors="replace") as file:
                    raise RuntimeError(f"{words[0]}: {file.read()[-2000:]}")
            time.sleep(0.05)
        return child.pid

    def end(self, pid):
        """One that was spawned, and all of its session."""
        for child in self.children:
            if child.pid == pid and child.poll() is None:
                os.killpg(pid, signal.SIGTERM)
                try:
                    child.wait(15)
                except subprocess.TimeoutExpired:
                    os.killpg(pid, signal.SIGKILL)
                    child.wait()

    def stop(self):
        for child in self.children:
            self.end(child.pid)
        super().stop()
