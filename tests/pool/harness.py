"""What the tests of the pool share: one relay, and how to look at it."""
import contextlib
import os
import re
import shutil
import signal
import socket
import struct
import subprocess
import tempfile
import time

PATIENCE = 20           # seconds until something that must come has not
YOUNG = 1.0             # credrelayd(8): a worker that lived less is young
TOP = tempfile.mkdtemp(prefix="credrelay-test-pool-")
os.chmod(TOP, 0o755)    # for the test that gives up root
BINDIR = os.environ.get("CREDRELAY_BINDIR", ".")
# Copies, which any account can reach, wherever the build is.
CREDRELAYD = shutil.copy(
    os.environ.get("CREDRELAYD") or os.path.join(BINDIR, "credrelayd"), TOP)
NOTIFY = shutil.copy(
    os.environ.get("CREDRELAY_NOTIFY") or
    os.path.join(BINDIR, "credrelay-notify"), TOP)


def wait_for(what, condition, patience=PATIENCE):
    """Polls until condition() is true, and returns what it gave."""
    end = time.monotonic() + patience
    while True:
        result = condition()
        if result:
            return result
        if time.monotonic() > end:
            raise AssertionError("in vain: " + what)
        time.sleep(0.005)


def process_state(pid):
    """The letter of ps(1), or None for what is gone."""
    try:
        with open(f"/proc/{pid}/stat", encoding="ascii",
                  errors="replace") as file:
            return file.read().rpartition(")")[2].split()[0]
    except (FileNotFoundError, ProcessLookupError):
        return None


def is_gone(pid):
    return process_state(pid) in (None, "Z", "X")


def descriptors(pid):
    """What a process has open, by number; {} of what is gone."""
    found = {}
    with contextlib.suppress(OSError):
        for name in os.listdir(f"/proc/{pid}/fd"):
            with contextlib.suppress(OSError):
                found[int(name)] = os.readlink(f"/proc/{pid}/fd/{name}")
    return found


def process_field(pid, file, name):
    with open(f"/proc/{pid}/{file}", encoding="ascii") as lines:
        for line in lines:
            if line.startswith(name):
                return line[len(name):].split()
    raise AssertionError(f"no {name} in /proc/{pid}/{file}")


def children_of(pid):
    found = set()
    for name in os.listdir("/proc"):
        if name.isdigit():
            with contextlib.suppress(OSError):
                with open(f"/proc/{name}/stat", encoding="ascii",
                          errors="replace") as file:
                    fields = file.read().rpartition(")")[2].split()
                if int(fields[1]) == pid and fields[0] not in "ZX":
                    found.add(int(name))
    return found


def healthz(path):
    """GET /healthz by FastCGI over the socket; returns the answer's bytes."""
    def record(kind, content=b""):
        return struct.pack(">BBHHBB", 1, kind, 1, len(content), 0, 0) + content
    params = b""
    for name, value in (("REQUEST_METHOD", "GET"), ("REQUEST_URI", "/healthz"),
                        ("QUERY_STRING", ""), ("CONTENT_LENGTH", "0"),
                        ("SERVER_PROTOCOL", "HTTP/1.1"),
                        ("GATEWAY_INTERFACE", "CGI/1.1")):
        params += bytes((len(name), len(value)))
        params += name.encode() + value.encode()
    with socket.socket(socket.AF_UNIX) as sock:
        sock.settimeout(PATIENCE)
        sock.connect(path)
        sock.sendall(record(1, struct.pack(">HB5x", 1, 0)) +
                     record(4, params) + record(4) + record(5))
        data = b""
        while chunk := sock.recv(65536):
            data += chunk
    answer = b""
    while len(data) >= 8:
        _, kind, _, length, padding, _ = struct.unpack(">BBHHBB", data[:8])
        if kind == 6:
            answer += data[8:8 + length]
        data = data[8 + length + padding:]
    return answer


class Relay:
    """One credrelayd with its directory, configuration and log."""

    def __init__(self, **settings):
        self.dir = tempfile.mkdtemp(dir=TOP)
        os.chmod(self.dir, 0o755)
        self.socket = self.path("s")
        self.key = self.path("key")
        self.conf = self.path("conf")
        self.log_path = self.path("log")
        self.seen = 0
        self.process = None
        self.settings = {
            "base_url": "https://relay.example.com",
            "socket": self.socket,
            "key_file": self.key,
            "pid_file": self.path("pid"),
            "database": "host=/nonexistent dbname=x password=geheim",
            "workers": "2",
        }
        self.configure(**settings)
        subprocess.run([CREDRELAYD, "--make-key", self.key], check=True)

    def path(self, name):
        return os.path.join(self.dir, name)

    def configure(self, _more="", **settings):
        self.settings.update(settings)
        with open(self.conf, "w", encoding="utf-8") as file:
            for name, value in self.settings.items():
                file.write(f"{name} = {value}\n")
            file.write(_more)

    def start(self, wait=True, argv=None, **more):
        self.seen = len(self.log())
        with open(self.log_path, "ab") as log:
            options = {"stdin": subprocess.DEVNULL,
                       "stdout": subprocess.DEVNULL, "stderr": log}
            options.update(more)
            self.process = subprocess.Popen(
                argv or [CREDRELAYD, "-c", self.conf], **options)
        if wait:
            self.expect(r"notice: ready: ")
        return self

    def log(self):
        try:
            with open(self.log_path, encoding="utf-8") as file:
                return file.read()
        except FileNotFoundError:
            return ""

    def expect(self, pattern, patience=PATIENCE):
        """Waits for a line behind those already expected."""
        def look():
            match = re.compile(pattern).search(self.log(), self.seen)
            if match is not None:
                self.seen = match.end()
            return match
        try:
            return wait_for(pattern, look, patience)
        except AssertionError as error:
            raise AssertionError(f"{error}\n{self.log()}") from None

    def lines(self):
        """How many lines the master has written."""
        return self.log().count(f"credrelayd[{self.process.pid}]")

    def bells(self):
        """The one that listens for all workers; two during a reload."""
        told = {int(pid) for pid in re.findall(r"bell (\d+) started",
                                               self.log())}
        return children_of(self.process.pid) & told

    def workers(self):
        children = children_of(self.process.pid)    # and then who is a bell
        return children - self.bells()

    def signal(self, signo):
        self.process.send_signal(signo)

    def wait(self, patience=PATIENCE):
        return self.process.wait(patience)

    def stop(self):
        self.signal(signal.SIGTERM)
        return self.wait()

    def close(self):
        """Ends what a failed test has left running."""
        if self.process is not None and self.process.poll() is None:
            for pid in children_of(self.process.pid):
                with contextlib.suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)
            self.process.kill()
            self.process.wait()


@contextlib.contextmanager
def relay(**settings):
    it = Relay(**settings)
    try:
        yield it
    finally:
        it.close()


def run(*args, program=CREDRELAYD, **more):
    options = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, **more}
    return subprocess.run([program, *args], text=True, timeout=PATIENCE,
                          check=False, **options)


def equal(is_, wanted):
    if is_ != wanted:
        raise AssertionError(f"{is_!r}, not {wanted!r}")


def contains(text, part):
    if part not in text:
        raise AssertionError(f"{part!r} is not in {text!r}")


def grow_old(pid):
    """Lets a worker live so long that it counts as grown up."""
    ticks = os.sysconf("SC_CLK_TCK")
    with open(f"/proc/{pid}/stat", encoding="ascii") as file:
        born = int(file.read().rpartition(")")[2].split()[19]) / ticks

    def is_old():
        return time.clock_gettime(time.CLOCK_BOOTTIME) - born > YOUNG + 0.2
    wait_for("a second", is_old)


TESTS = []


def test(name):
    def add(function):
        TESTS.append((name, function))
        return function
    return add


class Skip(Exception):
    pass


def need_root():
    if os.geteuid() != 0:
        raise Skip("needs root")
