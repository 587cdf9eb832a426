"""The socket: taken, kept from others, given by others."""
import os
import signal
import socket
import subprocess

from .harness import (CREDRELAYD, contains, equal, healthz, is_gone,
                     need_root, relay, run, test, wait_for)


@test("a second instance is refused and harms nothing")
def _():
    with relay() as it:
        it.start()
        workers = it.workers()
        done = run("-c", it.conf)
        equal(done.returncode, 1)
        contains(done.stderr, f"{it.socket}.lock is held by another "
                 f"credrelayd, process {it.process.pid}")
        equal(it.workers(), workers)
        contains(healthz(it.socket).decode(), "Status: 200")
        equal(os.path.exists(it.settings["pid_file"]), True)
        equal(it.stop(), 0)


@test("the master killed: its workers die, the next takes the socket over")
def _():
    with relay() as it:
        it.start()
        workers = it.workers()
        os.kill(min(workers), signal.SIGSTOP)   # even a stuck one
        it.signal(signal.SIGKILL)
        it.wait()
        wait_for("the end of the workers", lambda: all(map(is_gone, workers)))
        equal(os.path.exists(it.socket), True)
        it.start()
        contains(it.log(), f"notice: {it.socket} was left behind: removed")
        contains(healthz(it.socket).decode(), "Status: 200")
        equal(it.stop(), 0)


@test("a socket in use by another program, or no socket at all, stays")
def _():
    with relay() as it:
        with socket.socket(socket.AF_UNIX) as other:
            other.bind(it.socket)
            other.listen()
            equal(it.start(wait=False).wait(), 1)
            contains(it.log(), "another program listens there")
            inode = os.lstat(it.socket).st_ino
        os.unlink(it.socket)
        with open(it.socket, "w", encoding="ascii") as file:
            file.write("precious")
        equal(it.start(wait=False).wait(), 1)
        contains(it.log(), "is no socket")
        with open(it.socket, encoding="ascii") as file:
            equal(file.read(), "precious")
        equal(inode == 0, False)


@test("workers hold the socket, and the lock is the master's alone")
def _():
    need_root()     # to see their descriptors
    def names(pid):
        folder = f"/proc/{pid}/fd"
        return [os.readlink(f"{folder}/{fd}") for fd in os.listdir(folder)]
    with relay() as it:
        it.start()
        contains(names(it.process.pid), it.socket + ".lock")
        for pid in it.workers():
            equal([name for name in names(pid) if name.startswith(it.dir)
                   and name != it.log_path], [])
        equal(it.stop(), 0)


def give_3(sock):
    """Runs in the child: descriptor 3 is the socket."""
    def give():
        os.dup2(sock.fileno(), 3)
        os.set_inheritable(3, True)
    return give


def activated(it, count="1"):
    return ["/bin/sh", "-c", f'LISTEN_PID=$$ LISTEN_FDS={count} exec "$@"',
            "sh", CREDRELAYD, "-c", it.conf]


@test("LISTEN_FDS: a pool on a socket that is given, and stays")
def _():
    with relay() as it, socket.socket(socket.AF_UNIX) as given:
        path = it.path("given")
        given.bind(path)
        given.listen(16)
        it.start(argv=activated(it), preexec_fn=give_3(given),
                 close_fds=False)
        equal(len(it.workers()), 2)
        contains(healthz(path).decode(), "Status: 200")
        equal(os.path.exists(it.socket), False)
        equal(os.path.exists(it.socket + ".lock"), False)
        equal(it.stop(), 0)
        equal(os.path.exists(path), True)
        it.start(wait=False, argv=activated(it, 2), close_fds=False,
                 preexec_fn=give_3(given))
        equal(it.wait(), 1)
        contains(it.log(), "LISTEN_FDS must be 1, not 2")


@test("LISTEN_FDS for another process is not taken")
def _():
    with relay() as it, socket.socket(socket.AF_UNIX) as given:
        given.bind(it.path("given"))
        given.listen(16)
        env = dict(os.environ, LISTEN_PID="1", LISTEN_FDS="1")
        it.start(env=env, preexec_fn=give_3(given), close_fds=False)
        contains(healthz(it.socket).decode(), "Status: 200")
        equal(it.stop(), 0)


@test("a TCP socket is refused")
def _():
    with relay() as it, socket.create_server(("127.0.0.1", 0)) as given:
        it.start(wait=False, stdin=given)
        equal(it.wait(), 1)
        contains(it.log(), "must be a unix stream socket that listens")


@test("descriptor 0 listens: a lone worker with nothing around it")
def _():
    with relay() as it, socket.socket(socket.AF_UNIX) as given:
        path = it.path("given")
        given.bind(path)
        given.listen(16)
        it.start(wait=False, stdin=given, stdout=subprocess.DEVNULL,
                 stderr=subprocess.DEVNULL, argv=[CREDRELAYD],
                 env={"CREDRELAY_CONF": it.conf})
        contains(healthz(path).decode(), "Status: 200")
        equal(it.workers(), set())
        for name in it.socket, it.socket + ".lock", it.settings["pid_file"]:
            equal(os.path.exists(name), False)
        it.signal(signal.SIGTERM)
        equal(it.wait(), 0)
        equal(os.path.exists(path), True)
