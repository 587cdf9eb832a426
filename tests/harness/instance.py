"""A relay of the tests' own, made by scripts/private-relay in a folder of
its own and taken away again."""

import os
import shlex
import shutil
import signal
import subprocess
import sys
import tempfile
import time

from .client import Client, NoAnswer
from .database import Database

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(
    os.path.abspath(__file__))))
SCRIPT = os.path.join(ROOT, "scripts", "private-relay")


class Instance:
    """with Instance(...) as relay: relay.url, relay.env, relay.database"""

    prefix = "credrelay-test-"          # of its folder's name
    web_servers = 1                     # lighttpd's, each with its descriptors

    def __init__(self, settings=None, bindir=None, server=None):
        self.settings = dict(settings or {})
        self.bindir = bindir or os.environ.get("CREDRELAY_BINDIR") or \
            os.getcwd()
        self.server = server
        self.folder = None
        self.env = {}

    def __enter__(self):
        # So that the instance goes with its program.
        signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
        self.folder = tempfile.mkdtemp(prefix=self.prefix)
        # The database's account must be able to reach its own part.
        os.chmod(self.folder, 0o755)
        try:
            self._create()
        except BaseException:
            self.stop()
            raise
        return self

    def __exit__(self, *_):
        self.stop()

    def _create(self):
        words = ["create", self.place, "--port", "0", "--bindir", self.bindir,
                 "--fast", "--no-cron", "--quiet", *self.options()]
        if self.server:
            words += ["--server", self.server]
        for key, value in self.settings.items():
            words += ["--set", f"{key} = {value}"]
        self._script(*words)
        self._script("start", self.place)
        self.read_env()
        self._wait()

    def options(self):
        """More of the script's options: so many lighttpd."""
        if self.web_servers == 1:
            return []
        conf = os.path.join(self.folder, "conf")
        shutil.copytree(os.path.join(ROOT, "conf"), conf)
        with open(os.path.join(conf, "lighttpd", "credrelay.conf"), "a",
                  encoding="utf-8") as file:
            file.write(f"server.max-worker = {self.web_servers}\n")
        return ["--confdir", conf]

    def read_env(self):
        """What the script says of the instance; anew after a change."""
        for line in self._script("env", self.place).splitlines():
            for word in shlex.split(line, comments=True):
                name, equals, value = word.partition("=")
                if equals:
                    self.env[name] = value.rstrip(";")

    @property
    def place(self):
        """The folder that the script makes and owns."""
        return os.path.join(self.folder, "relay")

    @property
    def url(self):
        """Where the relay answers."""
        return self.env["CREDRELAY_URL"]

    @property
    def database(self):
        """psql on the relay's own cluster."""
        return Database(self.env)

    def script(self, *words):
        """One more command of the script: restart-db, stop, start."""
        return self._script(words[0], self.place, *words[1:])

    def _script(self, *words):
        # A file, not a pipe: what the script leaves running would hold it.
        with tempfile.TemporaryFile("w+") as out:
            with subprocess.Popen([SCRIPT, *words], stdin=subprocess.DEVNULL,
                                  stdout=out, stderr=out) as child:
                try:
                    code = child.wait(180)
                except BaseException:
                    # What it has begun to start can be ended only later.
                    child.wait(120)
                    raise
            out.seek(0)
            text = out.read()
        if code != 0:
            raise RuntimeError(f"private-relay {words[0]}: {text}")
        return text

    def _wait(self, limit=30):
        """Until the relay can serve."""
        end = time.monotonic() + limit
        client = Client(self.url, 5)
        seen = "no answer"
        while time.monotonic() < end:
            try:
                answer = client.request("GET", "/readyz")
                seen = f"{answer.status} {answer.body[:200]!r}"
                if answer.status == 200:
                    client.close()
                    return
            except NoAnswer as error:
                seen = str(error)
            time.sleep(0.05)
        raise RuntimeError(f"the relay is not ready after {limit} s: {seen}")

    def stop(self):
        """Ends everything and removes the folder."""
        if self.folder is None:
            return
        try:
            if os.path.isdir(self.place):
                self._script("destroy", self.place)
        except (RuntimeError, OSError, subprocess.SubprocessError) as error:
            print(f"# stopping the instance: {error}", file=sys.stderr)
        if os.environ.get("CREDRELAY_KEEP"):
            print(f"# kept: {self.folder}", file=sys.stderr)
        else:
            shutil.rmtree(self.folder, ignore_errors=True)
        self.folder = None
