"""What tests/faults/refused-calls is made of: the memory that it shares with
the programs, and a campaign: one trial for each call that a program makes."""

import mmap
import os
import random
import re
import struct

from preload import built

LONG = bool(os.environ.get("CREDRELAY_LONG"))
SITES = 250
HEAD, SITE = struct.Struct("=4Q"), struct.Struct("=3Q24s")
SANITIZER = re.compile(r"AddressSanitizer|LeakSanitizer|runtime error")
UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.I)


class Call:
    """A place in a program, which of its calls, and which of its errors."""

    def __init__(self, where, name, number=1, which=0):
        self.where = where
        self.name = name
        self.number = number
        self.which = which

    def __repr__(self):
        return f"{self.name} at {self.where:#x}, call {self.number}, " \
            f"error {self.which}"


class Page:
    """The memory that the preloaded library shares with us."""

    def __init__(self, path):
        self.path = path
        size = HEAD.size + SITES * SITE.size
        with open(path, "w+b") as file:
            file.truncate(size)
            self.map = mmap.mmap(file.fileno(), size)
        os.chmod(path, 0o666)

    def arm(self, call=None):
        """This call is to fail; None: none."""
        self.map[:] = bytes(len(self.map))
        if call:
            self.map[:HEAD.size] = HEAD.pack(call.where, call.number,
                                             call.which, 0)

    def failed(self):
        """Has it?"""
        return HEAD.unpack(self.map[:HEAD.size])[3] != 0

    def sites(self):
        """Where the program has made calls: (where, name, calls, errors)."""
        found = []
        for i in range(SITES):
            at = HEAD.size + i * SITE.size
            where, calls, errors, name = SITE.unpack(
                self.map[at:at + SITE.size])
            if where == 0:
                break
            found.append((where, name.rstrip(b"\0").decode(), calls, errors))
        return sorted(found)


def is_sanitized(program):
    """Was it built so?"""
    with open(program, "rb") as file:
        return not LONG and b"__asan_init" in file.read()


class Preload:
    """The environment of a program that is to lack something."""

    def __init__(self, folder):
        self.folder = folder
        self.page = Page(os.path.join(folder, "page"))
        # A sanitizer would be the first of all libraries.
        asan = os.environ.get("ASAN_OPTIONS", "")
        self.env = {"LD_PRELOAD": built("refused-calls", folder),
                    "REFUSED_CALLS": self.page.path,
                    "ASAN_OPTIONS": asan + ":verify_asan_link_order=0",
                    "PATH": os.environ["PATH"]}


class Campaign:
    """`once()` of a scenario runs the program, and gives what was wrong with
    it, or None.  `known` are the places that other scenarios of the same
    program have tried; in the long form they are tried again.  `every`: one
    call in so many."""

    def __init__(self, tap, page, seed, every):
        self.tap = tap
        self.page = page
        self.known = set()
        self.seed = seed
        self.every = every

    def plan(self, name, sites):
        """The trials: each place's first call with each of its errors, or one
        in `every`, and some of the others; all others in the long form."""
        rng = random.Random(f"{self.seed} {name}")
        calls, others = [], []
        for where, call, count, errors in sites:
            for number in range(1, min(count, 20) + 1):
                for which in range(errors):
                    one = Call(where, call, number, which)
                    if number == 1 and where not in self.known:
                        calls.append(one)
                    else:
                        others.append(one)
        self.known.update(where for where, *_ in sites)
        if not LONG:
            others = rng.sample(others, min(2 if self.every == 1 else 1,
                                            len(others)))
        return calls[rng.randrange(self.every)::self.every] + others

    def all(self, name, once):
        """One scenario: without a failure, with each, and without again."""
        self.page.arm()
        wrong = once()
        plan = self.plan(name, self.page.sites())
        if wrong:
            self.tap.ok(False, f"{name}, with all that it needs", [wrong])
            return
        found, failed = [], 0
        for call in plan:
            self.page.arm(call)
            wrong = once()
            failed += self.page.failed()
            if wrong:
                found.append(f"{call}: {wrong}")
        self.page.arm()
        wrong = once()
        if wrong:
            found.append(f"without a failure again: {wrong}")
        self.tap.ok(not found and failed > 0,
                    f"{name}: {failed} calls of {len(plan)} failed", found)


def judge_end(status, said):
    """What is wrong with how a program has ended that should have run, or
    None: it says why, in words without secrets, and tells by its status."""
    if status is None:
        return "it neither works nor ends"
    if status < 0:
        return f"signal {-status}: {said[-500:]}"
    if status == 0:
        return f"it has ended with status 0: {said[-500:]}"
    if ": " not in said:
        return f"status {status}, and nothing was said"
    return judge_text(said)


def judge_text(said):
    """What is wrong with what it says."""
    if SANITIZER.search(said):
        return said[-3000:]
    if UUID.search(said):
        return f"an identifier is told: {said[-500:]}"
    return None
