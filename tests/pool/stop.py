"""Stopping, and what the service manager is told."""
import os
import re
import signal
import socket
import time

from .harness import (PATIENCE, Relay, equal, is_gone, relay, test)


@test("SIGTERM, SIGINT, SIGQUIT: all end, nothing stays behind")
def _():
    for signo in signal.SIGTERM, signal.SIGINT, signal.SIGQUIT:
        with relay() as it:
            it.start()
            children = it.workers() | it.bells()
            it.signal(signo)
            equal(it.wait(), 0)
            equal([pid for pid in children if not is_gone(pid)], [])
            equal(sorted(os.listdir(it.dir)), ["conf", "key", "log"])
            it.expect(rf"notice: stop: signal {int(signo)} ")
            it.expect(r"notice: stop: the end")


@test("a second SIGTERM kills workers that do not drain")
def _():
    with relay() as it:
        it.start()
        victim = min(it.workers())
        os.kill(victim, signal.SIGSTOP)
        it.signal(signal.SIGTERM)
        it.expect(r"worker \d+ ended .*drained")
        equal(it.process.poll(), None)
        it.signal(signal.SIGTERM)
        it.expect(rf"worker {victim} ended .*killed by its master")
        equal(it.wait(), 0)
        equal(os.path.exists(it.socket), False)


@test("the service manager is told: ready, reloading, stopping")
def _():
    with relay() as it, socket.socket(socket.AF_UNIX,
                                      socket.SOCK_DGRAM) as manager:
        for name in it.path("notify"), "\0credrelay-test-%d" % os.getpid():
            with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as manager:
                manager.bind(name)
                manager.settimeout(PATIENCE)
                env = dict(os.environ, NOTIFY_SOCKET=name.replace("\0", "@"))
                it.start(env=env)
                equal(manager.recv(256), b"READY=1")
                it.signal(signal.SIGHUP)
                message = manager.recv(256).decode()
                match = re.fullmatch(r"RELOADING=1\nMONOTONIC_USEC=(\d+)",
                                     message)
                if not match or not (0 < time.monotonic() -
                                     int(match.group(1)) / 1e6 < PATIENCE):
                    raise AssertionError(message)
                equal(manager.recv(256), b"READY=1")
                it.signal(signal.SIGTERM)
                equal(manager.recv(256), b"STOPPING=1")
                equal(it.wait(), 0)


def begin_long_drain():
    """A worker that does not drain; its limit is waited for at the end."""
    it = Relay(request_timeout="1s")
    it.start()
    os.kill(min(it.workers()), signal.SIGSTOP)
    it.signal(signal.SIGTERM)
    it.expect(r"worker \d+ ended .*drained")
    return it, time.monotonic()


def end_long_drain(it, began):
    equal(it.wait(60), 0)
    if time.monotonic() - began < 30:
        raise AssertionError("sooner than after 31 s")
    it.expect(r"error: worker \d+ has not drained in 31 s")
    equal(os.path.exists(it.socket), False)
