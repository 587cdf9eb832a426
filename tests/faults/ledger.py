"""What devices were told, and whether it is still so: the load of the tests
that break things.

Each device has mailboxes of its own, knows what was acknowledged for each, and
repeats a request until it is acknowledged.  So after any fault there is one
right state, and whatever differs from it is a loss, a double or a lie.
"""

import json
import threading
import time

import support

SUCCESS = (200, 201)
# What a device may see of a fault, besides no answer at all.  500 is the web
# server's word for a worker that died; the relay's own 500 is a bug.
FAULT = (support.LOST, 500, 502, 503, 504)
SAMPLE = 60
CHECKERS = 4


class Gone(Exception):
    """An acknowledged mailbox was refused: this device's turn is over."""


class Box(support.Mailbox):
    """A mailbox, and what the last acknowledged request left."""

    def __init__(self):
        super().__init__()
        self.version = None
        self.last = None            # claim, request id, data of an update
        self.ended = False


def version_of(answer):
    """The number in an answer's ETag."""
    return int(answer.get("ETag").strip('"'), 16)


class Ledger:
    """All that was told to all devices."""

    def __init__(self, patience=60):
        self.patience = patience
        self.lock = threading.Lock()
        self.boxes = []
        self.failed = []            # moment, operation, status, why
        self.wrong = []             # sentences: lies, whenever they are told
        self.repeats = []           # moments of 201 at the first attempt
        self.acknowledged = 0
        self.times = []             # moment of the answer, seconds, status
        self.others = []            # mailboxes of others: have they ended?

    @property
    def slowest(self):
        """The longest time that an answer took."""
        return max((took for _, took, _ in self.times), default=0)

    def complain(self, sentence):
        """Something that must not be."""
        with self.lock:
            self.wrong.append(sentence)

    def insist(self, operation, device, send, done=None):
        """Sends until it is acknowledged; `done` is what tells the second
        time that the first has done it."""
        end = time.monotonic() + self.patience
        first = True
        while True:
            began = time.monotonic()
            status = send()
            now = time.monotonic()
            with self.lock:
                self.times.append((now, now - began, status))
                if status == done and not first:
                    status = 200
                if status in SUCCESS:
                    self.acknowledged += 1
                    if first and status == 201:
                        self.repeats.append(now)
                else:
                    self.failed.append((now, operation, status,
                                        why(device, status)))
            if status in SUCCESS:
                return
            if not is_fault(device, status):
                self.complain(f"{operation}: {why(device, status)}")
                raise Gone
            if now >= end:
                raise RuntimeError(f"{operation}: not acknowledged in "
                                   f"{self.patience} s")
            first = False
            time.sleep(0.05)

    def turn(self, device, rng):
        """The life of one mailbox, for a Load.  Half of them end."""
        try:
            self._life(device, rng)
        except Gone:
            pass
        time.sleep(rng.uniform(0, 0.02))

    def _life(self, device, rng):
        box = Box()
        links = set()

        def create():
            status = device.create(box)
            if status in SUCCESS:
                links.add(box.link)
            return status

        self.insist("create", device, create)
        with self.lock:
            self.boxes.append(box)
        if len(links) != 1:
            self.complain(f"one create has {len(links)} links")
        self._read(device, box, box.sender)
        if rng.random() < 0.8:
            self._bind(device, box)
        for _ in range(rng.randrange(3)):
            self._update(device, box, rng)
        if box.receiver and rng.random() < 0.3:
            receiver, request_id = box.receiver, support.fresh()
            self.insist("relinquish", device, lambda: device.relinquish(
                box, receiver, request_id))
            box.receiver = None
            self._bind(device, box)
            self._update(device, box, rng)
        if rng.random() < 0.4:
            self.insist("delete", device,
                        lambda: device.delete(box, box.sender), 404)
            box.ended = True

    def _bind(self, device, box):
        claim = support.fresh()
        self._read(device, box, claim)
        box.receiver = claim

    def _read(self, device, box, claim):
        self.insist("read", device, lambda: device.read(box, claim))
        version = version_of(device.answer)
        if device.data() != box.data:
            self.complain("a read gave another payload than was written")
        if box.version is not None and version != box.version:
            self.complain(f"a read gave version {version - box.version:+d}")
        box.version = version

    def _update(self, device, box, rng):
        claim = rng.choice([box.sender, box.receiver or box.sender])
        data, request_id = support.fresh(), support.fresh()
        self.insist("update", device, lambda: device.update(
            box, claim, request_id, data))
        version = version_of(device.answer)
        if version != box.version + 1:
            self.complain("an update moved the version by "
                          f"{version - box.version}")
        box.version, box.data = version, data
        box.last = (claim, request_id, data)

    def look(self, relay, rng):
        """Looks for all that was acknowledged; sentences about what is not as
        it was told, those on losses begin with "lost"."""
        found = []
        todo = list(self.boxes)
        rng.shuffle(todo)
        sample = set(id(box) for box in todo[:SAMPLE])

        def work():
            device = support.Device(relay.url)
            while True:
                with self.lock:
                    box = todo.pop() if todo else None
                if box is None:
                    break
                sentences = list(differences(device, box))
                if not sentences and id(box) in sample:
                    sentences = list(twins(device, box))
                with self.lock:
                    found.extend(sentences)
            device.close()

        threads = [threading.Thread(target=work) for _ in range(CHECKERS)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        return found

    def judge(self, tap, relay, rng, load):
        """What must hold after every fault."""
        tap.note(f"{len(self.boxes)} mailboxes, {self.acknowledged} requests "
                 f"acknowledged, {len(self.failed)} failed before that, the "
                 f"slowest took {self.slowest:.1f} s")
        tap.ok(not load.errors, "every request was acknowledged in the end",
               load.errors)
        tap.ok(not self.wrong, "every answer was right, or told of a fault",
               sorted(set(self.wrong))[:10])
        found = self.look(relay, rng)
        ended = sum(box.ended for box in self.boxes)
        tap.ok(not found, f"all of {len(self.boxes)} mailboxes are as was "
               f"acknowledged, {ended} have ended", sorted(set(found))[:10])
        rows = relay.sql("select count(*), count(*) filter (where sender is "
                         "null) from relay.mailbox")
        tap.same(rows, f"{len(self.boxes) + len(self.others)}|"
                 f"{ended + sum(self.others)}",
                 "and there is no other: nothing was done twice")
        tap.same(relay.broken_rules(), "", "each row keeps the table's rules")


def why(device, status):
    """A failure in words."""
    if status == support.LOST:
        return device.why
    return f"{status} {code_of(device.answer) or ''}".strip()


def code_of(answer):
    """The code of the relay's own problem; None: it is the web server's."""
    if (answer.get("Content-Type") or "") != "application/problem+json":
        return None
    return json.loads(answer.body).get("code")


def is_fault(device, status):
    """Whether it is what a device may see of a fault."""
    if status not in FAULT:
        return False
    if status == support.LOST:
        return True
    # The web server's own are of its form, or of ours; "internal" is ours.
    return code_of(device.answer) in (None, "unavailable")


def differences(device, box):
    """How a mailbox differs from what was acknowledged."""
    status = device.read(box, box.sender)
    if box.ended:
        if status != 404:
            yield f"lost: a delete ({status})"
        return
    if status != 200:
        yield f"lost: a mailbox ({status})"
        return
    version = version_of(device.answer)
    if version != box.version or device.data() != box.data:
        yield ("lost: an update" if version < box.version else
               "another content than was acknowledged last")
    if box.receiver is None:
        return
    status = device.read(box, support.fresh())
    if status != 401:
        yield f"lost: a receiver (a stranger's read: {status})"
    elif device.read(box, box.receiver) != 200:
        yield "another receiver is bound"


def twins(device, box):
    """Late twins of what was acknowledged change nothing."""
    link = box.link
    status = device.create(box)
    if status != (409 if box.ended else 201) or box.link != link:
        yield f"the twin of a create: {status}"
    if box.ended or box.last is None:
        return
    claim, request_id, data = box.last
    status = device.update(box, claim, request_id, data)
    if status != 201:
        yield f"the twin of an update: {status}"
    if device.read(box, box.sender) != 200 or \
            version_of(device.answer) != box.version:
        yield "the twin of an update changed the mailbox"
