"""One more PostgreSQL cluster beside an instance's: a standby, by turns the
primary."""

import glob
import os
import pwd
import subprocess

import support                          # and with it, the harness
from harness.database import Database


def account():
    """What subprocess is told to run servers as; as private-relay does."""
    if os.geteuid() != 0:
        return {}
    entry = pwd.getpwnam("postgres")
    return {"user": entry.pw_uid, "group": entry.pw_gid, "extra_groups": []}


class Node:
    """A cluster: its data, and the folder of its socket."""

    def __init__(self, name, data, run):
        self.name = name
        self.data = data
        self.run = run
        self.log = os.path.join(os.path.dirname(data), f"{name}.log")
        version = "*"
        if os.path.exists(os.path.join(data, "PG_VERSION")):
            with open(os.path.join(data, "PG_VERSION"),
                      encoding="ascii") as file:
                version = file.read().strip()
        self.bin = sorted(glob.glob(f"/usr/lib/postgresql/{version}/bin"))[-1]

    def tool(self, name, *words):
        """Runs one of PostgreSQL's programs."""
        env = {key: value for key, value in os.environ.items()
               if not key.startswith("PG")}
        # A file, not a pipe: what pg_ctl leaves running would hold it.
        with open(self.log, "a", encoding="utf-8") as log:
            done = subprocess.run(
                [os.path.join(self.bin, name), *words], cwd="/", env=env,
                stdin=subprocess.DEVNULL, stdout=log, stderr=log,
                check=False, timeout=120, **account())
        if done.returncode != 0:
            with open(self.log, encoding="utf-8", errors="replace") as log:
                raise RuntimeError(f"{name}: {log.read()[-2000:]}")

    def clone(self, primary):
        """Becomes a standby of it, not started yet."""
        subprocess.run(["rm", "-rf", self.data], check=True)
        for folder in (self.data, self.run):
            if os.path.isdir(folder):   # the relay's socket is in one
                continue
            os.makedirs(folder, 0o700)
            if os.geteuid() == 0:
                os.chown(folder, account()["user"], account()["group"])
        self.tool("pg_basebackup", "-h", primary.run, "-p", "5432",
                  "-U", "postgres", "-D", self.data, "-R", "-X", "stream",
                  "--checkpoint=fast", "--no-sync")

    def start(self):
        """Starts it, on a socket of its own."""
        self.tool("pg_ctl", "-D", self.data, "-w", "-s", "-l",
                  self.log + ".server", "-o",
                  f"-c unix_socket_directories={self.run}", "start")

    def promote(self):
        """From standby to primary."""
        self.tool("pg_ctl", "-D", self.data, "-w", "-s", "promote")

    def processes(self):
        """All of its processes."""
        return support.at_work_in(self.data)

    def kill(self):
        """SIGKILL to all of it at once."""
        support.kill_all(self.processes)

    def sql(self, text):
        """Rows as text, from the superuser."""
        return Database({
            "PGHOST": self.run, "PGPORT": "5432", "PGUSER": "postgres",
            "PGDATABASE": "credrelay"}).run(text)

    def set(self, name, value):
        """One setting, at once."""
        self.sql(f"alter system set {name} = '{value}'")
        self.sql("select pg_reload_conf()")

    def is_followed(self, state):
        """Waits until its standby is in that state: sync, async."""
        return support.until(lambda: self.sql(
            "select sync_state from pg_stat_replication where "
            "state = 'streaming'") == state, 20)
