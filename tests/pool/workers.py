"""Workers that die, and workers that are stuck."""
import os
import signal
import time

from .harness import (contains, equal, grow_old, healthz, relay, test, wait_for)


@test("a worker that is killed is replaced at once")
def _():
    with relay() as it:
        it.start()
        victim, other = sorted(it.workers())
        grow_old(max(victim, other))
        began = time.monotonic()
        os.kill(victim, signal.SIGKILL)
        it.expect(rf"error: worker {victim} ended after \d+ s: signal 9 ")
        new = int(it.expect(r"worker (\d+) started").group(1))
        if time.monotonic() - began > 1:
            raise AssertionError("not at once")
        wait_for("two workers", lambda: it.workers() == {other, new})
        equal("next worker starts" in it.log(), False)
        contains(healthz(it.socket).decode(), "Status: 200")
        equal(it.stop(), 0)


@test("one that dies young: pauses that double; one grown up ends that")
def _():
    with relay(workers="1") as it:
        it.start(wait=False)
        for pause in 100, 200, 400:
            pid = int(it.expect(r"worker (\d+) started").group(1))
            os.kill(pid, signal.SIGKILL)
            began = time.monotonic()
            it.expect(rf"the next worker starts in {pause} ms")
            it.expect(r"(?=notice: worker \d+ started)")
            if time.monotonic() - began < pause / 1000 - 0.02:
                raise AssertionError(f"sooner than after {pause} ms")
        pid = int(it.expect(r"worker (\d+) started").group(1))
        grow_old(pid)
        at = it.seen
        os.kill(pid, signal.SIGKILL)
        pid = int(it.expect(r"worker (\d+) started").group(1))
        equal("the next worker" in it.log()[at:], False)
        os.kill(pid, signal.SIGKILL)
        it.expect(r"the next worker starts in 100 ms")
        equal(it.stop(), 0)


@test("a stuck worker is ended and replaced, its neighbour is not")
def _():
    with relay(stuck_after="2s") as it:
        it.start()
        victim, other = sorted(it.workers())
        os.kill(victim, signal.SIGSTOP)
        it.expect(rf"error: worker {victim} is stuck: no sign of life for "
                  r"\d+ s")
        it.expect(rf"notice: worker {victim} ended .*: killed by its master")
        new = int(it.expect(r"worker (\d+) started").group(1))
        wait_for("two workers", lambda: it.workers() == {other, new})
        equal(f"worker {other} is stuck" in it.log(), False)
        equal(it.stop(), 0)


@test("after a sleep of the whole machine no worker is held for stuck")
def _():
    with relay(stuck_after="2s") as it:
        it.start()
        workers = it.workers()
        everybody = [it.process.pid, *workers]
        for pid in everybody:
            os.kill(pid, signal.SIGSTOP)
        time.sleep(4.5)         # over stuck_after and over what is a sleep
        for pid in everybody:
            os.kill(pid, signal.SIGCONT)
            time.sleep(0.5)     # the master looks before they can beat
        time.sleep(1)           # and once more
        equal("is stuck" in it.log(), False)
        equal(it.workers(), workers)
        equal(it.stop(), 0)


@test("a bell that is killed is replaced at once, and no worker is")
def _():
    with relay() as it:
        it.start()
        workers, (victim,) = it.workers(), it.bells()
        grow_old(victim)
        os.kill(victim, signal.SIGKILL)
        it.expect(rf"error: bell {victim} ended after \d+ s: signal 9 ")
        new = int(it.expect(r"bell (\d+) started").group(1))
        wait_for("another bell", lambda: it.bells() == {new})
        equal(it.workers(), workers)
        contains(healthz(it.socket).decode(), "Status: 200")
        equal(it.stop(), 0)


@test("a stuck bell is ended and replaced, and a reload replaces it")
def _():
    with relay(stuck_after="2s") as it:
        it.start()
        workers, (victim,) = it.workers(), it.bells()
        os.kill(victim, signal.SIGSTOP)
        it.expect(rf"error: bell {victim} is stuck: no sign of life for \d+ s")
        it.expect(rf"notice: bell {victim} ended .*: killed by its master")
        new = int(it.expect(r"bell (\d+) started").group(1))
        wait_for("another bell", lambda: it.bells() == {new})
        equal(it.workers(), workers)
        it.signal(signal.SIGHUP)
        it.expect(rf"notice: bell {new} ended .*: drained")
        equal(it.stop(), 0)
