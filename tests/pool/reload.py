"""SIGHUP."""
import os
import re
import signal
import threading

from .harness import (contains, equal, healthz, relay, test, wait_for)


@test("SIGHUP with a bad configuration or key: one line, all stays")
def _():
    with relay() as it:
        it.start()
        workers = it.workers()
        lines = it.lines()
        it.configure("foo = 1\n")
        it.signal(signal.SIGHUP)
        it.expect(rf"error: reload: {re.escape(it.conf)}:7: unknown setting "
                  r'"foo"; the configuration stays as it was')
        it.configure()
        os.chmod(it.key, 0o644)
        it.signal(signal.SIGHUP)
        it.expect(r"error: reload: key_file: .*0600.* stays as it was")
        os.unlink(it.conf)
        it.signal(signal.SIGHUP)
        it.expect(r"error: reload: .*No such file .* stays as it was")
        equal(it.lines(), lines + 3)
        equal(it.workers(), workers)
        contains(healthz(it.socket).decode(), "Status: 200")
        equal(it.stop(), 0)


@test("SIGHUP rolls: the new ones come up before the old ones go")
def _():
    with relay() as it:
        it.start()
        old, bells = it.workers(), it.bells()
        at = len(it.log())
        it.configure(workers="3")
        it.signal(signal.SIGHUP)
        it.expect(r"notice: reload: .* was read again")
        it.expect(r"notice: ready: 3 workers")
        for _ in old:
            it.expect(r"notice: worker \d+ ended after \d+ s: drained")
        wait_for("three workers", lambda: len(it.workers()) == 3)
        equal(it.workers() & old, set())
        wait_for("another bell", lambda: len(it.bells()) == 1)
        equal(it.bells() & bells, set())
        log = it.log()[at:]
        ended = {int(pid) for pid in re.findall(r"worker (\d+) ended", log)}
        equal(ended, old)
        equal(len(re.findall(r"worker \d+ started", log)), 3)
        if log.rindex(" started") > log.index(" ended"):
            raise AssertionError(log)
        equal(it.stop(), 0)


@test("SIGHUP cannot change what only a restart changes")
def _():
    with relay() as it:
        it.start()
        it.configure(socket=it.path("other"), socket_mode="0600")
        it.signal(signal.SIGHUP)
        it.expect(r"warning: reload: only a restart changes socket, "
                  r"socket_mode\n")
        it.expect(r"notice: ready: ")
        equal(os.path.exists(it.path("other")), False)
        contains(healthz(it.socket).decode(), "Status: 200")
        equal(it.stop(), 0)
        equal(os.path.exists(it.socket), False)


@test("SIGHUP takes up the new log_level")
def _():
    with relay() as it:
        it.start()
        old = it.workers()
        it.configure(log_level="error")
        it.signal(signal.SIGHUP)
        wait_for("the roll", lambda: not it.workers() & old)
        equal(it.stop(), 0)
        equal("stop" in it.log(), False)


@test("reloads under load lose no request")
def _():
    with relay() as it:
        it.start()
        done, failures, answers = threading.Event(), [], []

        def ask():
            while not done.is_set():
                try:
                    answer = healthz(it.socket)
                except OSError as error:
                    failures.append(repr(error))
                    continue
                if answer.startswith(b"Status: 200"):
                    answers.append(1)
                else:
                    failures.append(repr(answer))
        threads = [threading.Thread(target=ask) for _ in range(4)]
        for thread in threads:
            thread.start()
        try:
            for _ in range(5):
                before = len(answers)
                it.signal(signal.SIGHUP)
                it.expect(r"notice: ready: ")
                for _ in range(2):
                    it.expect(r"worker \d+ ended .*drained")
                wait_for("answers", lambda: len(answers) > before + 20)
        finally:
            done.set()
            for thread in threads:
                thread.join()
        equal(failures, [])
        equal(it.stop(), 0)
