"""The end of tests/faults/canary: a notifier dies with a token in its memory,
where a control leaves a core, and leaves none."""

import ctypes
import os
import resource
import signal
import subprocess

import support
from canary_search import Search, files_below, read
from canary_traffic import Traffic

PR_SET_PDEATHSIG = 1


def memory(pid):
    """All that a process could write to, as root reads it."""
    data = b""
    with open(f"/proc/{pid}/mem", "rb", 0) as file:
        for line in read(f"/proc/{pid}/maps").decode().splitlines():
            place, rights = line.split()[:2]
            begin, end = (int(word, 16) for word in place.split("-"))
            # a sanitizer's shadow is terabytes of nothing
            if rights.startswith("rw") and end - begin < 1 << 30:
                try:
                    file.seek(begin)
                    data += file.read(end - begin) + b"\n"
                except (OSError, ValueError, OverflowError):
                    pass
    return data


class Crash:
    """Children of ours in a folder where they may leave a core."""

    def __init__(self, relay):
        self.folder = os.path.join(relay.folder, "crash")
        os.mkdir(self.folder)
        account = os.stat(relay.path("CREDRELAY_CONF")).st_uid
        os.chown(self.folder, account, -1)
        self.options = {"cwd": self.folder, "start_new_session": True,
                        "user": account if os.getuid() == 0 else None}

    def start(self, *words):
        """One that would leave a core of any size; its process id."""
        most = resource.RLIM_INFINITY if os.getuid() == 0 else \
            resource.getrlimit(resource.RLIMIT_CORE)[1]

        def begin():
            resource.setrlimit(resource.RLIMIT_CORE, (most, most))
            # A test that fails leaves nothing behind.
            ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)

        with open(os.path.join(self.folder, "said"), "ab") as out:
            return subprocess.Popen(            # pylint: disable=R1732,W1509
                words, stdout=out, stderr=out, preexec_fn=begin,
                **self.options).pid

    def crash(self, pid):
        """How it ends: the signal, whether a core was written, and which."""
        os.kill(pid, signal.SIGABRT)
        _, status = os.waitpid(pid, 0)
        left = [name for name in os.listdir(self.folder) if "core" in name]
        return os.WTERMSIG(status), os.WCOREDUMP(status), len(left)


def crashes(tap, relay, gateway, marks):
    """A notifier dies of SIGABRT with a token in its memory."""
    relay.script("stop-notify")
    conf, pid_file = (relay.path(f"CREDRELAY_{name}") for name in
                      ("CONF", "NOTIFY_PIDFILE"))
    crash = Crash(relay)
    with open(os.path.join(crash.folder, "conf"), "w",
              encoding="utf-8") as file:
        file.write(read(conf).decode().replace(pid_file, pid_file + ".2"))
    notifier = crash.start(relay.path("CREDRELAY_NOTIFY_BIN"), "-c",
                           file.name)
    gateway.hold()
    seen, traffic = len(gateway.seen), Traffic(relay, marks)
    path, sender = traffic.create(marks.uuid())
    traffic.send("POST", path, marks.uuid(), None,
                 {"notificationToken": traffic.token()})
    traffic.send("PUT", path, sender, marks.uuid(), traffic.body())
    support.until(lambda: len(gateway.seen) > seen)
    limits = [line.split()[4:6] for line in
              read(f"/proc/{notifier}/limits").decode().splitlines()
              if line.startswith("Max core")]
    tap.same((gateway.seen[seen:], limits), ([(503, True)], [["0", "0"]]),
             "a notifier with a token in its memory may leave no core")
    if os.getuid() == 0:
        tap.ok(marks.word.encode() in memory(notifier), "where root finds it")
        if b"__asan_init" not in read(relay.path("CREDRELAY_NOTIFY_BIN")):
            tap.same(os.stat(f"/proc/{notifier}/mem").st_uid, 0,
                     "and nobody else may look")
    tap.same(crash.crash(notifier), (signal.SIGABRT, False, 0),
             "it dies of SIGABRT and leaves none")
    gateway.release()
    hits = Search(relay).hits(marks.patterns(), files_below(crash.folder))
    tap.ok(not hits, "nor does it say anything", hits)
    pattern = read("/proc/sys/kernel/core_pattern").decode().strip()
    if pattern[:1] in "|/" or os.getuid() != 0:
        tap.note(f"no control: cores go to {pattern}")
    else:
        tap.same(crash.crash(crash.start("sleep", "60")),
                 (signal.SIGABRT, True, 1), "the control leaves one there")
