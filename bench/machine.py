"""On what it was measured."""

import json
import os
import re
import shutil
import subprocess

from parts import descendants
from place import ROOT


def _first_line(*words):
    """What a program says of its version."""
    path = os.environ["PATH"] + ":/usr/sbin:/usr/local/sbin"
    program = shutil.which(words[0], path=path)
    if not program:
        return "none"
    done = subprocess.run([program, *words[1:]], capture_output=True,
                          text=True, check=False)
    return (done.stdout + done.stderr).strip().splitlines()[0]


def _version(*words):
    found = re.search(r"\d+(\.\d+)+", _first_line(*words))
    return found[0] if found else "?"


def _in_file(path, pattern):
    with open(path, encoding="utf-8") as file:
        found = re.search(pattern, file.read(), re.M)
    return found[1].strip() if found else "?"


def _npm():
    """The versions of what Node.js has from npm."""
    path = os.path.join(ROOT, "bench", "node", "package.json")
    with open(path, encoding="utf-8") as file:
        packages = json.load(file)["dependencies"]
    return ", ".join(f"{name} {version}" for name, version in
                     packages.items())


def _commit():
    done = subprocess.run(
        ["git", "-C", ROOT, "describe", "--always", "--dirty"],
        capture_output=True, text=True, check=False)
    return done.stdout.strip() or "a release"


def _workers(place):
    # The pool is the master, the bell, and these.
    return f"{len(descendants([place.pool()])) - 2} ({place.setting('workers')})"


def _cores(place):
    """The cores that its workers keep to."""
    kept = {min(cores) for cores in
            map(os.sched_getaffinity, descendants([place.pool()]))
            if len(cores) == 1}
    return f"kept to core {', '.join(map(str, kept))}" if kept else \
        "on any core"


def _huge_pages(place):
    """Whether shared memory is in huge pages: asked for is not given."""
    taken = _in_file(f"/proc/{place.postmaster()}/status",
                     r"^HugetlbPages:\s+(\d+) kB")
    used = "none" if taken in ("0", "?") else f"{int(taken) // 1024} MB"
    total = _in_file("/proc/meminfo", r"^HugePages_Total:\s+(\d+)")
    return (f"{place.database.run('show huge_pages')}, used: {used} "
            f"(vm.nr_hugepages: {total})")


def describe(place, more):
    """Lines: a name and a value."""
    memory = int(_in_file("/proc/meminfo", r"^MemTotal:\s+(\d+) kB"))
    show = place.database.run
    durable = ", ".join(f"{name} {show('show ' + name)}" for name in (
        "fsync", "synchronous_commit", "full_page_writes",
        "wal_sync_method"))
    return [
        ("machine", f"{_in_file('/proc/cpuinfo', r'^model name[^:]*: (.*)')}, "
         f"{os.cpu_count()} cores, {memory // (1 << 20)} GiB, Linux "
         f"{os.uname().release}"),
        ("load before", "%.2f %.2f %.2f" % os.getloadavg()),
        ("credrelay", f"{_commit()}, workers {_workers(place)}, "
         f"{_cores(place)}, "
         f"batch {place.setting('batch')}"),
        ("PostgreSQL", f"{show('show server_version')}, shared_buffers "
         f"{show('show shared_buffers')}, used WAL files: "
         f"{show('show min_wal_size')}"),
        ("durability", durable),
        ("huge pages", _huge_pages(place)),
        ("web servers", f"lighttpd {_version('lighttpd', '-v')}, "
         f"nginx {_version('nginx', '-v')}"),
        ("Node.js", f"{_version('node', '--version')}, {_npm()}"),
        ("load", f"wrk {_version('wrk', '-v')}, on the same cores"),
        *more,
    ]
