"""Options: what is printed, and how the program exits."""
import os
import re
import stat

from .harness import (TOP, contains, equal, relay, run, test)


@test("-V and --version print the version")
def _():
    for option in "-V", "--version":
        done = run(option)
        equal(done.returncode, 0)
        if not re.fullmatch(r"credrelayd \d+\.\d+\S*\n", done.stdout):
            raise AssertionError(done.stdout)


@test("-h and --help print the usage to stdout")
def _():
    for option in "-h", "--help":
        done = run(option)
        equal((done.returncode, done.stderr), (0, ""))
        contains(done.stdout, "usage: credrelayd")


@test("what cannot be printed is an exit status of 1")
def _():
    with open("/dev/full", "w", encoding="ascii") as full:
        for option in "-V", "-h":
            done = run(option, stdout=full)
            equal(done.returncode, 1)
            contains(done.stderr, "credrelayd: stdout: No space left")


@test("unknown options and arguments: usage on stderr, exit status 2")
def _():
    for args in (["-x"], ["--nonsense"], ["-c"], ["--make-key"], ["extra"]):
        done = run(*args)
        equal((done.returncode, done.stdout), (2, ""))
        contains(done.stderr, "usage: credrelayd")


@test("--make-key makes 32 bytes of mode 0600 and keeps what is there")
def _():
    path = os.path.join(TOP, "new-key")
    mask = os.umask(0)
    try:
        equal(run("--make-key", path).returncode, 0)
    finally:
        os.umask(mask)
    with open(path, "rb") as file:
        first = file.read()
    equal(len(first), 32)
    equal(stat.S_IMODE(os.stat(path).st_mode), 0o600)
    done = run("--make-key", path)
    equal(done.returncode, 1)
    contains(done.stderr, f"credrelayd: {path}: File exists")
    with open(path, "rb") as file:
        equal(file.read(), first)
    other = path + "-2"
    equal(run("--make-key", other).returncode, 0)
    with open(other, "rb") as file:
        if file.read() == first:
            raise AssertionError("twice the same key")


@test("-n: a good configuration")
def _():
    with relay() as it:
        done = run("-n", "-c", it.conf)
        equal((done.returncode, done.stderr), (0, ""))
        equal(done.stdout, f"credrelayd: {it.conf} is good\n")
        equal(os.path.exists(it.socket), False)


@test("-n: a bad one is told with file and line, exit status 1")
def _():
    with relay() as it:
        line = len(it.settings) + 1
        for more, said in (
                ("foo = 1\n", 'unknown setting "foo"'),
                ("batch = many\n", "batch must be a number from 1 to 256, "
                 'not "many"'),
                ("workers = 3\n", "workers is set twice, first in line ")):
            it.configure(more)
            done = run("-n", "-c", it.conf)
            equal((done.returncode, done.stdout), (1, ""))
            contains(done.stderr, f"credrelayd: {it.conf}:{line}: {said}")
        it.configure(database="passwort=geheim")
        done = run("-n", "-c", it.conf)
        equal(done.returncode, 1)
        contains(done.stderr, "connection string of database")
        equal("geheim" in done.stderr, False)


@test("-n: account, key and file are looked at")
def _():
    with relay(user="no-such-account") as it:
        done = run("-n", "-c", it.conf)
        equal(done.returncode, 1)
        contains(done.stderr, 'there is no account "no-such-account"')
        it.configure(user='""', group="no-such-group")
        done = run("-n", "-c", it.conf)
        equal(done.returncode, 1)
        contains(done.stderr, 'there is no group "no-such-group"')
        it.configure(group='""')
        os.chmod(it.key, 0o640)
        done = run("-n", "-c", it.conf)
        equal(done.returncode, 1)
        contains(done.stderr, it.key)
        contains(done.stderr, "0600")
        os.unlink(it.key)
        done = run("-n", "-c", it.conf)
        equal(done.returncode, 0)
        contains(done.stderr, "warning: key_file: ")
        contains(done.stderr, "--make-key")
        os.unlink(it.conf)
        done = run("-n", "-c", it.conf)
        equal(done.returncode, 1)
        contains(done.stderr, f"{it.conf}: No such file or directory")


@test("-T prints a configuration that says the same, passwords masked")
def _():
    with relay(batch="17", default_title='" a # \\"b\\" "') as it:
        first = run("-T", "-c", it.conf)
        equal(first.returncode, 0)
        contains(first.stdout, "\nbatch = 17\n")
        contains(first.stdout, "\nmax_body = 64k\n")
        contains(first.stdout, '\ndefault_title = " a # \\"b\\" "\n')
        contains(first.stdout, "password=****")
        equal("geheim" in first.stdout, False)
        with open(it.conf, "w", encoding="utf-8") as file:
            file.write(first.stdout)
        equal(run("-T", "-c", it.conf).stdout, first.stdout)
        it.configure("batch = 18\n")
        equal(run("-T", "-c", it.conf).returncode, 1)


@test("$CREDRELAY_CONF names the configuration, -c goes first")
def _():
    with relay(batch="3") as one, relay(batch="4") as two:
        env = dict(os.environ, CREDRELAY_CONF=one.conf)
        contains(run("-T", env=env).stdout, "\nbatch = 3\n")
        contains(run("-T", "-c", two.conf, env=env).stdout, "\nbatch = 4\n")
