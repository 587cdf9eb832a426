"""credrelay-notify(8): its options, how it starts, reloads and stops."""
import functools
import os
import pwd
import re
import shutil
import signal

from . import harness
from .harness import NOTIFY, contains, equal, need_root, relay, test

run = functools.partial(harness.run, program=NOTIFY)


def section(**settings):
    """The section [notify]."""
    return "[notify]\n" + "".join(
        f"{name} = {value}\n" for name, value in settings.items())


def start(it, **more):
    return it.start(argv=[NOTIFY, "-c", it.conf], wait=False, **more)


@test("notifier: the version, the usage, and what is neither")
def _():
    for option in "-V", "--version":
        done = run(option)
        equal(done.returncode, 0)
        if not re.fullmatch(r"credrelay-notify \d+\.\d+\S*\n", done.stdout):
            raise AssertionError(done.stdout)
    for option in "-h", "--help":
        done = run(option)
        equal((done.returncode, done.stderr), (0, ""))
        contains(done.stdout, "usage: credrelay-notify")
    for args in (["-x"], ["--nonsense"], ["-c"], ["extra"]):
        done = run(*args)
        equal((done.returncode, done.stdout), (2, ""))
        contains(done.stderr, "usage: credrelay-notify")
    with open("/dev/full", "w", encoding="ascii") as full:
        for option in "-V", "-h":
            done = run(option, stdout=full)
            equal(done.returncode, 1)
            contains(done.stderr, "credrelay-notify: stdout: No space left")


@test("notifier: -T prints the settings that it has")
def _():
    with relay() as it:
        it.configure(section(in_flight="7"))
        for args, env in ((("-c", it.conf), {}),
                          (("-c", it.conf), {"CREDRELAY_CONF": ""}),
                          ((), {"CREDRELAY_CONF": it.conf})):
            done = run("-T", *args, env=dict(os.environ, **env))
            equal((done.returncode, done.stderr), (0, ""))
            contains(done.stdout, "\nin_flight = 7\n")
            contains(done.stdout, "password=****")
        it.configure("foo = 1\n")
        done = run("-T", "-c", it.conf)
        equal((done.returncode, done.stdout), (1, ""))
        contains(done.stderr, f'{it.conf}:7: unknown setting "foo"')


@test("notifier: -n tells a good configuration from a bad one")
def _():
    with relay() as it:
        webhook = "[webhook]\nurl = https://push.example.com/\n" \
            "secret_file = " + it.path("secret") + "\n"
        for more, said in (
                ("foo = 1\n", f"{it.conf}:7: unknown setting"),
                (section(database="passwort=geheim"),
                 "connection string of database in [notify]"),
                (section(user="no-such-account"),
                 'there is no account "no-such-account"'),
                (section(group="no-such-group"),
                 'there is no group "no-such-group"'),
                (webhook, it.path("secret"))):
            it.configure(more)
            done = run("-n", "-c", it.conf)
            equal((done.returncode, done.stdout), (1, ""))
            contains(done.stderr, said)
            equal("geheim" in done.stderr, False)
        os.rename(it.key, it.path("other"))
        it.configure(section())
        done = run("-n", "-c", it.conf)
        equal((done.returncode, done.stdout),
              (0, f"credrelay-notify: {it.conf} is good\n"))
        contains(done.stderr, f"warning: key_file: {it.key}: No such file")
        it.configure(section(key_file=it.path("other")))
        done = run("-n", "-c", it.conf)
        equal((done.returncode, done.stderr), (0, ""))


@test("notifier: a bad configuration, key or pid_file: it does not start")
def _():
    with relay() as it:
        for more, said in (("foo = 1\n", "unknown setting"),
                           (section(key_file=it.path("none")),
                            "No such file or directory"),
                           (section(pid_file=it.path("no/pid")),
                            "No such file or directory")):
            it.configure(more)
            equal(start(it).wait(), 1)
            contains(it.log()[it.seen:], said)


@test("notifier: another account without root: refused")
def _():
    need_root()
    with relay() as it:
        it.configure(section(user="daemon"))
        account = pwd.getpwnam("nobody")
        shutil.chown(it.key, "nobody")
        start(it, user=account.pw_uid, group=account.pw_gid, extra_groups=[])
        equal(it.wait(), 1)
        contains(it.log(), "only root can become another")


@test("notifier: from start to end, with a reload")
def _():
    with relay() as it:
        pid_file = it.path("notify.pid")
        it.configure(section(pid_file=pid_file))
        start(it).expect("notice: start: version .*, 0 gateways")
        it.expect("no gateway is switched on")
        with open(pid_file, encoding="ascii") as file:
            equal(file.read(), f"{it.process.pid}\n")
        if os.geteuid() == 0:
            contains(it.log(), "runs as root: set user in [notify]")
        it.expect("warning: database: ")
        it.configure(section(pid_file=it.path("other"), group="root"))
        it.signal(signal.SIGHUP)
        it.expect("only a restart changes group, pid_file")
        it.expect("was read again")
        it.configure("foo = 1\n")
        it.signal(signal.SIGHUP)
        it.expect("reload: .* unknown setting .* stays as it was")
        equal(it.stop(), 0)
        it.expect("notice: stop: the end")
        equal(os.path.exists(pid_file), False)


@test("notifier: two signals at once end it")
def _():
    with relay() as it:
        it.configure(section())
        start(it).expect("no gateway is switched on")
        it.expect("warning: database: ")
        for signo in signal.SIGSTOP, signal.SIGINT, signal.SIGTERM, \
                signal.SIGCONT:
            it.signal(signo)
        equal(it.wait(), 0)
        it.expect("signal 15 again: what is under way is left to its lease")


@test("notifier: started without descriptors, no file stands in for stdin")
def _():
    need_root()     # to look at them
    with relay() as it:
        it.configure(section(log="syslog"))
        argv = ["/bin/sh", "-c", 'exec "$0" "$@" <&- >&- 2>&-', NOTIFY, "-c",
                it.conf]
        it.start(argv=argv, wait=False)
        harness.wait_for("a signalfd", lambda: any(
            "signalfd" in file for file
            in harness.descriptors(it.process.pid).values()))
        equal(harness.descriptors(it.process.pid)[0], "/dev/null")
        equal(it.stop(), 0)
