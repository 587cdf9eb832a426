"""A device: credrelay with a place for state of its own."""

import json
import os
import subprocess

BINARY = os.path.abspath(os.environ.get("CREDRELAY", os.path.join(
    os.environ.get("CREDRELAY_BINDIR", "."), "credrelay")))
WORDS = ("CREDRELAY_URL", "XDG_STATE_HOME", "http_proxy", "https_proxy",
         "all_proxy", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY")


class Result:
    """status (the exit status), out (bytes), err (text)."""

    def __init__(self, status, out, err):
        self.status = status
        self.out = out
        self.err = err.decode("utf-8", "replace")

    @property
    def text(self):
        return self.out.decode("utf-8", "replace").strip()

    @property
    def lines(self):
        """The objects on standard output, one a line."""
        return [json.loads(line) for line in self.out.splitlines()]

    @property
    def json(self):
        """The one object on standard output; {} when it is none."""
        try:
            value = json.loads(self.out)
        except ValueError:
            return {}
        return value if isinstance(value, dict) else {}

    def __repr__(self):
        return f"<exit {self.status}, out {self.out!r}, err {self.err!r}>"


class Device:
    """run() waits for the command, start() does not."""

    def __init__(self, folder, name, relay):
        self.home = os.path.join(folder, name)
        self.relay = relay
        os.mkdir(self.home, 0o700)

    @property
    def states(self):
        return os.path.join(self.home, "credrelay")

    @property
    def files(self):
        """Names of the states, sorted."""
        if not os.path.isdir(self.states):
            return []
        return sorted(os.listdir(self.states))

    def read_state(self, name):
        with open(os.path.join(self.states, name), encoding="ascii") as file:
            return file.read()

    def _env(self):
        env = {k: v for k, v in os.environ.items() if k not in WORDS}
        env.update(XDG_STATE_HOME=self.home, CREDRELAY_URL=self.relay,
                   HOME=self.home)
        return env

    def start(self, *words):
        return subprocess.Popen(
            [BINARY, *words], env=self._env(), stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE, stderr=subprocess.PIPE)

    def run(self, *words, give=b"", limit=90):
        done = subprocess.run([BINARY, *words], env=self._env(), input=give,
                              capture_output=True, timeout=limit, check=False)
        return Result(done.returncode, done.stdout, done.stderr)

    @staticmethod
    def end(process, limit=60):
        """The result of what start() has started."""
        out, err = process.communicate(timeout=limit)
        return Result(process.returncode, out, err)

    def send(self, content, *words):
        """The share URL, and the result."""
        result = self.run("send", *words, "-", give=content)
        return result.text, result
