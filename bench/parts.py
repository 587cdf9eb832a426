"""What each part of a relay takes of the processors, from /proc."""

import os

TICK = os.sysconf("SC_CLK_TCK")


def _fields(pid):
    """What follows the name in /proc/PID/stat; None: it is gone."""
    try:
        with open(f"/proc/{pid}/stat", encoding="latin-1") as file:
            return file.read().rpartition(")")[2].split()
    except OSError:
        return None


def descendants(pids):
    """Processes and all that came from them."""
    parents = {}
    for name in filter(str.isdigit, os.listdir("/proc")):
        fields = _fields(name)
        if fields:
            parents[int(name)] = int(fields[1])
    found = set(pids)
    while True:
        more = {pid for pid, parent in parents.items() if parent in found}
        if more <= found:
            return found
        found |= more


def seconds(pids):
    """Processor seconds of these and all that came from them, those that have
    ended and been waited for included."""
    ticks = 0
    for pid in descendants(pids):
        fields = _fields(pid)
        if fields:
            ticks += sum(map(int, fields[11:15]))
    return ticks / TICK


def number_in(path):
    """The process id in a file's first line."""
    with open(path, encoding="ascii") as file:
        return int(file.readline())


class Meter:
    """Takes down what each part has used since it was made."""

    def __init__(self, roots):
        self.roots = roots              # name: process ids
        self.before = self._now()

    def _now(self):
        return {name: seconds(pids) for name, pids in self.roots.items()}

    def used(self):
        """Seconds by part."""
        return {name: now - self.before[name]
                for name, now in self._now().items()}
