"""Gateways that do not take a push at first."""

import re
import time

from .deliver import wait_pushes
from .receiver import ENDLESS_MOST
from .support import until, webhook_token


def tries(receiver):
    """The pushes of the delivery that came first."""
    return receiver.of(receiver.pushes[0].delivery)


def push_one(receiver, device, answers):
    """An update whose push is answered so; the tries, once one is taken."""
    receiver.forget()
    receiver.answers = list(answers)
    device.write(device.pair(webhook_token()))
    until(lambda: receiver.pushes and
          any(p.answered == 204 for p in tries(receiver)), 20)
    return tries(receiver)


def test_5xx(tap, relay, device, receiver):
    """An error is tried again, under the same id."""
    before = relay.count("webhook", "retry")
    seen = push_one(receiver, device, [503, 500])
    tap.same([p.answered for p in seen], [503, 500, 204],
             "5xx is tried again, under the same delivery id")
    tap.ok(relay.emptied() and
           relay.counted("webhook", "retry", before + 2), "and counted")


def test_retry_after(tap, relay, device, receiver):
    """The gateway's own word for when."""
    seen = push_one(receiver, device, [(429, {"Retry-After": "2"})])
    gap = seen[1].at - seen[0].at
    tap.ok(len(seen) == 2 and 1.9 <= gap < 5,
           "429 with Retry-After is tried again then, not before",
           [f"after {gap:.2f} s"])
    seen = push_one(receiver, device, [(503, {"Retry-After": "1"})])
    gap = seen[1].at - seen[0].at
    tap.ok(len(seen) == 2 and 0.95 <= gap < 4,
           "503 with Retry-After as well", [f"after {gap:.2f} s"])
    tap.ok(relay.emptied(), "and then the outbox is empty")


def test_hang(tap, relay, device, receiver):
    """A server that is silent does not hold up the others."""
    receiver.forget()
    receiver.answers = ["hang"]
    began = time.monotonic()
    device.write(device.pair(webhook_token()))
    until(lambda: receiver.pushes)
    first = receiver.pushes[0]
    for _ in range(20):
        device.write(device.pair(webhook_token()))
    wait_pushes(receiver, 20)
    others = time.monotonic() - began
    until(lambda: len(receiver.of(first.delivery)) > 1 and
          receiver.of(first.delivery)[-1].answered == 204, 15)
    seen = receiver.of(first.delivery)
    gap = seen[-1].at - seen[0].at
    tap.ok(others < 4, "a silent gateway does not hold up other pushes",
           [f"they took {others:.1f} s"])
    tap.ok(len(seen) == 2 and 4.5 < gap < 9,
           "after 5 s it is tried again", [f"{len(seen)}, {gap:.1f} s"])
    tap.ok(relay.emptied(), "and then the outbox is empty")


def peak_kib(pid):
    """The most memory that a process has had."""
    with open(f"/proc/{pid}/status", encoding="ascii") as file:
        return int(re.search(r"VmHWM:\s+(\d+) kB", file.read()).group(1))


def test_endless(tap, relay, device, receiver):
    """A server whose answer has no end."""
    receiver.forget()
    before, sent = peak_kib(relay.notifier()), []
    for status, wanted in (500, [500, 204]), (200, [200]):
        receiver.forget()
        receiver.answers = [("endless", status)]
        device.write(device.pair(webhook_token()))
        until(lambda: receiver.pushes)
        first = receiver.pushes[0]
        device.write(device.pair(webhook_token()))
        served = until(lambda f=first: any(
            p.answered == 204 for p in list(receiver.pushes)
            if p.delivery != f.delivery))
        until(lambda f=first: f.endless is not None, 20)
        sent.append(first.endless)
        ended = relay.emptied(20)
        tap.ok(served and ended and
               [p.answered for p in receiver.of(first.delivery)] == wanted,
               f"{status} with a body that has no end is {status}, and others "
               "are served", [str([p.answered for p in receiver.pushes])])
    # What the two sockets hold is sent as well.
    tap.ok(all(0 < n < ENDLESS_MOST // 32 for n in sent),
           "little of such a body is taken", [str(sent)])
    grown = peak_kib(relay.notifier()) - before
    tap.ok(grown < 8192, "and kept", [f"{grown} KiB more"])


def test_close(tap, relay, device, receiver):
    """Connections that break."""
    seen = push_one(receiver, device, ["close", "close"])
    tap.ok(seen[-1].answered == 204 and relay.emptied(),
           "a connection that breaks is tried again")


def test_away(tap, relay, device, receiver):
    """Nobody listens for a minute."""
    receiver.forget()
    receiver.stop()
    began = time.monotonic()
    for _ in range(20):
        device.write(device.pair(webhook_token()))
    tries_of = "select coalesce(min(attempts), 0) from relay.outbox"
    until(lambda: time.monotonic() - began > 60 and
          int(relay.sql(tries_of)) >= 5, 90)
    waiting = relay.outbox()
    receiver.start()
    tap.ok(waiting == 20 and wait_pushes(receiver, 20, 120) and
           relay.emptied(), "pushes to a gateway that is away for a minute "
           "come when it is back", [f"{waiting} waited"])
    tap.same(len({p.delivery for p in receiver.pushes}), 20,
             "each of them once")


def test_given_up(tap, relay, device, receiver):
    """Eight tries are enough."""
    receiver.forget()
    receiver.answers = [500] * 30
    before = relay.count("webhook", "failed")
    device.write(device.pair(webhook_token()))
    # The pauses pass at once: it is the tries that count.  What is leased is
    # due in 30 s.
    until(lambda: relay.sql(
        "update relay.outbox set due_at = now() where due_at - now() "
        "between '20 ms' and '25 s' or due_at - now() > '31 s'") or
          relay.outbox() == 0, 40)
    tap.ok(relay.counted("webhook", "failed", before + 1),
           "a push that fails again and again is given up")
    tap.same(len(receiver.pushes), 8, "after eight tries")
    receiver.forget()


def test_database(tap, relay, device, receiver):
    """The database goes away with pushes under way."""
    receiver.forget()
    receiver.hold()
    for _ in range(10):
        device.write(device.pair(webhook_token()))
    until(lambda: len(receiver.pushes) == 10)
    relay.script("stop-db", "--mode", "immediate")
    receiver.release()
    wait_pushes(receiver, 10)
    relay.script("start-db")
    tap.ok(relay.emptied(20), "what was delivered while the database was "
           "away is told when it is back")
    tap.same(len(receiver.pushes), 10, "and not delivered again")


TESTS = (test_5xx, test_retry_after, test_hang, test_endless, test_close,
         test_away, test_given_up, test_database)
