"""What the fault tests share: an instance with more handles than the
harness's, mailboxes with their devices, and a load that remembers."""

import json
import os
import random
import re
import signal
import sys
import tempfile
import threading
import time
import traceback
import uuid

sys.path.insert(0, os.path.dirname(os.path.dirname(
    os.path.abspath(__file__))))

from harness.client import Client, NoAnswer           # noqa: E402
from harness.instance import Instance                 # noqa: E402
from harness.tap import Tap                           # noqa: E402

# Where Hypothesis, which is imported after this, keeps what it likes to keep:
# else in a folder where the test is started.
os.environ.setdefault("HYPOTHESIS_STORAGE_DIRECTORY", os.path.join(
    tempfile.gettempdir(), f"hypothesis-{os.getuid()}"))

# What an answer is when there was none.
LOST = 0


# What --fast takes from a database, given back to it.
DURABLE = ("fsync = on", "synchronous_commit = on", "full_page_writes = on")


class Relay(Instance):
    """An instance whose database obeys synchronous_commit, with settings for
    the database too.  Without `durable` no fsync: only a crash of processes
    is tested."""

    def __init__(self, settings=None, db_settings=(), server=None,
                 durable=False):
        super().__init__(settings, server=server)
        self.db_settings = [*(DURABLE if durable else DURABLE[1:2]),
                            *db_settings]
        self.durable = durable
        self.others = []

    def _create(self):
        words = ["--port", "0", "--bindir", self.bindir, "--fast",
                 "--no-cron", "--quiet", *self.options()]
        if self.server:
            words += ["--server", self.server]
        for key, value in self.settings.items():
            words += ["--set", f"{key} = {value}"]
        for line in self.db_settings:
            words += ["--db-set", line]
        self._script("create", self.place, *words)
        self.made()
        self.start()
        if self.durable and self.sql("select current_setting('fsync') || "
                                     "current_setting('full_page_writes')"
                                     ) != "onon":
            raise RuntimeError("the database does without fsync")

    def made(self):
        """For who wants to do something before the first start."""

    def start(self, *words):
        """Starts what does not run, perhaps with other settings."""
        self._script("start", self.place, "--quiet", *words)
        self.read_env()

    def read_env(self):
        """The places, as they are now."""
        text = self._script("env", self.place)
        for line in text.splitlines():
            name, equals, value = line.removeprefix("export ").partition("=")
            if equals:
                self.env[name] = value.strip("'\"")

    def path(self, name):
        """The content of one of the variables: CREDRELAY_SOCKET, PGDATA."""
        return self.env[name]

    @property
    def socket(self):
        """The pool's."""
        return self.env["CREDRELAY_SOCKET"]

    def log(self):
        """All that credrelayd has logged."""
        with open(self.env["CREDRELAY_LOG"], encoding="utf-8",
                  errors="replace") as file:
            return file.read()

    def db_log(self):
        """All that PostgreSQL has logged."""
        with open(os.path.join(self.env["CREDRELAY_LOGDIR"],
                               "postgresql.log"), encoding="utf-8",
                  errors="replace") as file:
            return file.read()

    def master(self):
        """The pool's process."""
        with open(self.env["CREDRELAY_PIDFILE"], encoding="ascii") as file:
            return int(file.read())

    def bells(self):
        """The process that listens for all workers; two during a reload."""
        told = re.findall(r"bell (\d+) started", self.log())
        return [pid for pid in children(self.master()) if str(pid) in told]

    def workers(self):
        """The processes of the workers, by age."""
        found = children(self.master())     # and then who is a bell
        bells = self.bells()
        return [pid for pid in found if pid not in bells]

    def bell(self):
        """The one bell; None: it is about to be replaced."""
        bells = self.bells()
        return bells[-1] if bells else None

    def wait_workers(self, count, limit=10):
        """Until there are so many workers; the workers."""
        return until(lambda: len(self.workers()) == count and self.workers(),
                     limit) or self.workers()

    def postmaster(self):
        """The database's first process."""
        with open(os.path.join(self.env["PGDATA"], "postmaster.pid"),
                  encoding="ascii") as file:
            return int(file.readline())

    def ready(self, limit=30):
        """Whether /readyz is 200 in time."""
        def look():
            device = Device(self.url, 5)
            try:
                return device.send("GET", "/readyz", fresh()) == 200
            finally:
                device.close()
        return until(look, limit)

    def client(self, timeout=30):
        """An HTTP client of the web server in front."""
        return Client(self.url, timeout)

    def sql(self, text):
        """Rows as text."""
        return self.database.run(text)

    def broken_rules(self):
        """Of those that hold for each row: '' when all do."""
        return self.sql("select string_agg(rule || ': ' || broken, ', ') "
                        "from relay.mailbox_rules where broken <> 0")

    def digest(self):
        """One value for all that is stored."""
        return self.sql("select count(*), md5(string_agg(m::text, E'\\n' "
                        "order by m.row_key)) from relay.mailbox as m")


def children(pid):
    """Living children of a process, by the time of their start."""
    found = []
    for name in os.listdir("/proc"):
        if not name.isdigit():
            continue
        try:
            with open(f"/proc/{name}/stat", encoding="latin-1") as file:
                fields = file.read().rpartition(")")[2].split()
        except OSError:
            continue
        if int(fields[1]) == pid and fields[0] not in "ZX":
            found.append((int(fields[19]), int(name)))
    return [pid for _, pid in sorted(found)]


def living(pids):
    """Those of the processes that are not dead."""
    found = []
    for pid in pids:
        try:
            with open(f"/proc/{pid}/stat", encoding="latin-1") as file:
                state = file.read().rpartition(")")[2].split()[0]
        except OSError:
            continue
        if state not in "ZX":
            found.append(pid)
    return found


def at_work_in(folder):
    """The processes whose working directory this is: a cluster's."""
    found = []
    for name in os.listdir("/proc"):
        try:
            if name.isdigit() and \
                    os.readlink(f"/proc/{name}/cwd") == folder:
                found.append(int(name))
        except OSError:
            continue
    return living(found)


def kill_all(lister, limit=10):
    """SIGKILL to all that lister() names, until it names none."""
    def gone():
        pids = lister()
        for pid in pids:
            try:
                os.kill(pid, signal.SIGKILL)
            except ProcessLookupError:
                pass
        return not pids
    if not until(gone, limit):
        raise RuntimeError(f"processes {lister()} cannot be ended")


def until(condition, limit=10, pause=0.02):
    """What the condition gives once it holds; its last value when the time
    is over."""
    end = time.monotonic() + limit
    while True:
        value = condition()
        if value or time.monotonic() >= end:
            return value
        time.sleep(pause)


def option(name):
    """The number behind --NAME, or CREDRELAY_NAME of the environment; None:
    neither is given."""
    words = sys.argv[1:]
    if f"--{name}" in words[:-1]:
        return int(words[words.index(f"--{name}") + 1])
    value = os.environ.get(f"CREDRELAY_{name.upper()}")
    return int(value) if value else None


def seeded(tap):
    """A random.Random whose seed is told, and may be given: --seed N."""
    seed = option("seed")
    if seed is None:
        seed = random.SystemRandom().randrange(1 << 32)
    tap.note(f"seed {seed} (--seed {seed} runs the same)")
    return random.Random(seed)


def how_many(short, long):
    """How often a test does what it does: --count N, or `long` in the long
    form (CREDRELAY_LONG=1), or `short`."""
    count = option("count")
    if count is not None:
        return count
    return long if option("long") else short


def fresh():
    """A claim or a request id."""
    return str(uuid.uuid4())


def payload(data, **more):
    """A body for create and update; all rights, where it is a create."""
    body = {"payload": {"type": "AEAD_AES_128_GCM", "data": data},
            "mailboxConfiguration": {"accessRights": "RWD"}}
    body.update(more)
    return json.dumps(body).encode()


class Mailbox:
    """One mailbox and what is known of it."""

    def __init__(self):
        self.sender = fresh()
        self.receiver = None
        self.create_id = fresh()
        self.path = None
        self.link = None
        self.data = fresh()


def headers(claim, request_id=None, body=None):
    """The headers of a device's request."""
    out = [("Mailbox-Device-Claim", claim)]
    if request_id is not None:
        out.append(("Mailbox-Request-ID", request_id))
    if body is not None:
        out.append(("Content-Type", "application/json"))
    return out


class Device:
    """Sends a mailbox's requests through the web server; each gives the
    answer's status, LOST where there was none."""

    def __init__(self, url, timeout=30):
        self.client = Client(url, timeout)
        self.answer = None
        self.why = None

    def close(self):
        """Ends the connection."""
        self.client.close()

    def send(self, method, path, claim, request_id=None, body=None):
        """One request."""
        self.answer = None
        self.why = None
        try:
            self.answer = self.client.request(
                method, path, headers(claim, request_id, body), body or b"")
        except (NoAnswer, OSError) as error:
            self.why = str(error)
            return LOST
        return self.answer.status

    def create(self, box):
        """CreateMailbox; the same again when called again."""
        status = self.send("POST", "/v1/m", box.sender, box.create_id,
                           payload(box.data))
        if status in (200, 201):
            self.name(box)
        return status

    def name(self, box):
        """Takes over what the answer says where the mailbox is."""
        box.link = json.loads(self.answer.body)["urlLink"]
        box.path = "/v1/m/" + box.link.rsplit("/", 1)[1]

    def read(self, box, claim):
        """ReadSecureContentFromMailbox."""
        return self.send("POST", box.path, claim)

    def data(self):
        """The payload's data in the last answer."""
        return json.loads(self.answer.body)["payload"]["data"]

    def update(self, box, claim, request_id, data):
        """UpdateMailbox."""
        return self.send("PUT", box.path, claim, request_id, payload(data))

    def relinquish(self, box, claim, request_id):
        """RelinquishMailbox."""
        return self.send("PATCH", box.path, claim, request_id)

    def delete(self, box, claim):
        """DeleteMailbox."""
        return self.send("DELETE", box.path, claim)


class Load:
    """Threads that each call `turn(device, random)` until stopped.  What a
    turn raises ends the load and is kept in `errors`."""

    def __init__(self, url, threads, turn, rng, timeout=30):
        self.stop_asked = threading.Event()
        self.errors = []
        self.turns = 0
        self.threads = [threading.Thread(
            target=self._run, args=(url, turn, random.Random(
                rng.randrange(1 << 32)), timeout)) for _ in range(threads)]

    def _run(self, url, turn, rng, timeout):
        device = Device(url, timeout)
        try:
            while not self.stop_asked.is_set():
                turn(device, rng)
                self.turns += 1
        except Exception as error:            # pylint: disable=W0718
            self.errors.append(f"{type(error).__name__}: {error}")
            self.stop_asked.set()
        finally:
            device.close()

    def __enter__(self):
        for thread in self.threads:
            thread.start()
        return self

    def __exit__(self, *_):
        self.stop_asked.set()
        for thread in self.threads:
            thread.join()


def main(run):
    """Runs a test program: run(tap) with the TAP to fill."""
    tap = Tap()
    try:
        run(tap)
    except Exception as error:              # pylint: disable=W0718
        tap.note(traceback.format_exc())
        tap.bail(f"{type(error).__name__}: {error}")
    sys.exit(tap.finish())
