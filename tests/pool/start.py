"""From the configuration to workers that answer, and from root to none."""
import glob
import os
import pwd
import re
import shutil
import signal
import stat

from .harness import (CREDRELAYD, Skip, contains, equal, healthz, need_root,
                     process_field, relay, test, wait_for)


@test("a bad configuration or key: no start, exit status 1, no socket")
def _():
    with relay() as it:
        it.configure("foo = 1\n")
        equal(it.start(wait=False).wait(), 1)
        contains(it.log(), f"credrelayd: {it.conf}:7: unknown setting")
        it.configure()
        os.chmod(it.key, 0o604)
        equal(it.start(wait=False).wait(), 1)
        contains(it.log(), "mode 0600")
        os.unlink(it.key)
        equal(it.start(wait=False).wait(), 1)
        contains(it.log(), "No such file or directory")
        for path in it.socket, it.socket + ".lock", it.settings["pid_file"]:
            equal(os.path.exists(path), False)


@test("starts: log, socket, mode, lock, pid_file, workers")
def _():
    with relay(socket_mode="0640") as it:
        it.start()
        log = it.log()
        if not re.search(r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ credrelayd\[%d\] "
                         r"notice: start: version \S+, on %s, 2 workers$"
                         % (it.process.pid, re.escape(it.socket)), log, re.M):
            raise AssertionError(log)
        status = os.lstat(it.socket)
        equal(stat.S_ISSOCK(status.st_mode), True)
        equal(stat.S_IMODE(status.st_mode), 0o640)
        equal(os.path.exists(it.socket + ".lock"), True)
        with open(it.settings["pid_file"], encoding="ascii") as file:
            equal(file.read(), f"{it.process.pid}\n")
        started = {int(pid) for pid in
                   re.findall(r"notice: worker (\d+) started", log)}
        equal(it.workers(), started)
        equal(len(started), 2)
        equal(len(it.bells()), 1)
        equal("geheim" in it.log(), False)
        equal(it.stop(), 0)


@test("workers = auto: half of the cores that it may use, or one")
def _():
    with relay(workers="auto") as it:
        it.start()
        cores = len(os.sched_getaffinity(0))
        equal(len(it.workers()), max(1, cores // 2))
        it.stop()
        it.start(preexec_fn=lambda: os.sched_setaffinity(
            0, {min(os.sched_getaffinity(0))}))
        equal(len(it.workers()), 1)
        equal(it.stop(), 0)


def shares_cache(core):
    """Whether Linux knows of a cache of this core that another has too."""
    lists = glob.glob("/sys/devices/system/cpu/"
                      f"cpu{core}/cache/index*/shared_cpu_list")
    for path in lists:
        with open(path, encoding="ascii") as file:
            if set("-,") & set(file.read()):
                return True
    return False


@test("a worker keeps to the last core where none share a cache, its "
      "replacement too; affinity = no: all keep to none")
def _():
    cores = os.sched_getaffinity(0)
    alone = len(cores) > 1 and not shares_cache(max(cores))
    with relay(workers="1", affinity="yes", log_level="info") as it:
        it.start()
        equal(os.sched_getaffinity(min(it.workers())),
              {max(cores)} if alone else cores)
        equal("has core" in it.log(), alone)
        for pid in {it.process.pid} | it.bells():
            equal(os.sched_getaffinity(pid), cores)
        os.kill(min(it.workers()), signal.SIGKILL)
        new = int(it.expect(r"worker (\d+) started").group(1))
        wait_for("a core", lambda: os.sched_getaffinity(new) ==
                 ({max(cores)} if alone else cores))
        it.configure(affinity="no")
        it.signal(signal.SIGHUP)
        wait_for("another worker", lambda: it.workers() - {new} and
                 not it.workers() & {new})
        equal(os.sched_getaffinity(min(it.workers())), cores)
        equal(it.stop(), 0)


@test("answers, without a database")
def _():
    with relay() as it:
        it.start()
        contains(healthz(it.socket).decode(), "Status: 200")
        equal(it.stop(), 0)


@test("no core files")
def _():
    with relay() as it:
        it.start()
        for pid in {it.process.pid} | it.workers() | it.bells():
            equal(process_field(pid, "limits", "Max core file size")[:2],
                  ["0", "0"])
        equal(it.stop(), 0)


@test("root is given up for user and group; the socket is theirs")
def _():
    need_root()
    account = pwd.getpwnam("nobody")
    group = 12 if account.pw_gid != 12 else 13
    name = next(line.split(":")[0] for line in open("/etc/group")
                if line.split(":")[2] == str(group))
    with relay(user="nobody", group=name) as it:
        it.start(extra_groups=[0, 1])
        status = os.lstat(it.socket)
        equal((status.st_uid, status.st_gid), (account.pw_uid, group))
        equal(stat.S_IMODE(status.st_mode), 0o660)
        for pid in {it.process.pid} | it.workers() | it.bells():
            equal(process_field(pid, "status", "Uid:"),
                  [str(account.pw_uid)] * 4)
            equal(process_field(pid, "status", "Gid:"), [str(group)] * 4)
            for inherited in "0", "1":
                equal(inherited in process_field(pid, "status", "Groups:"),
                      False)
            equal(process_field(pid, "status", "CapEff:"), ["0" * 16])
        contains(it.log(), f"warning: {it.key}: Permission denied: a reload "
                 "will fail")
        equal("run as root" in it.log(), False)
        equal(it.stop(), 0)     # the directory is root's: files stay
        contains(it.log(), "cannot be removed")
        it.start()              # and are taken over
        contains(it.log(), "was left behind: removed")
        equal(it.stop(), 0)
        shutil.chown(it.dir, "nobody")
        shutil.chown(it.key, "nobody")
        os.unlink(it.socket)
        start = len(it.log())
        it.start()
        it.signal(signal.SIGHUP)
        it.expect("notice: ready: ")
        equal(it.stop(), 0)
        for complaint in ("a reload will fail", "cannot be removed",
                          "run as root"):
            equal(complaint in it.log()[start:], False)
        equal(sorted(os.listdir(it.dir)), ["conf", "key", "log"])


@test("no other process of the account may look into ours")
def _():
    need_root()     # to read whose the files in /proc are
    with open(CREDRELAYD, "rb") as file:
        if b"__asan_init" in file.read():
            raise Skip("the leak checker of a sanitizer has to look in")
    with relay() as it:
        account = pwd.getpwnam("nobody")
        shutil.chown(it.dir, "nobody")
        shutil.chown(it.key, "nobody")
        it.start(user=account.pw_uid, group=account.pw_gid, extra_groups=[])
        for pid in {it.process.pid} | it.workers() | it.bells():
            equal(process_field(pid, "status", "Uid:"),
                  [str(account.pw_uid)] * 4)
            equal(os.stat(f"/proc/{pid}/mem").st_uid, 0)
        equal(it.stop(), 0)


@test("as root without user: a warning")
def _():
    need_root()
    with relay() as it:
        it.start()
        contains(it.log(), "warning: workers run as root: set user")
        equal(it.stop(), 0)


@test("another account without root: refused")
def _():
    need_root()
    with relay(user="daemon") as it:
        account = pwd.getpwnam("nobody")
        shutil.chown(it.dir, "nobody")
        shutil.chown(it.key, "nobody")
        it.start(wait=False, user=account.pw_uid, group=account.pw_gid,
                 extra_groups=[])
        equal(it.wait(), 1)
        contains(it.log(), "only root can become another")
        it.configure(user="nobody")
        it.start(user=account.pw_uid, group=account.pw_gid, extra_groups=[])
        equal(it.stop(), 0)
        equal(sorted(os.listdir(it.dir)), ["conf", "key", "log"])
