"""The goals, as ratios of what was measured in the same rounds."""

from statistics import median
from typing import NamedTuple

from cells import MANY, NODE, Cell


class Goal(NamedTuple):
    """A ratio and what it is to be."""
    what: str
    ratio: float
    low: float
    high: float
    least: bool                         # at least, not at most
    bound: float

    def met(self):
        """Whether it is what it is to be."""
        return self.ratio >= self.bound if self.least else \
            self.ratio <= self.bound


def _values(results, cell, name):
    return {run["round"]: run[name] for run in results.get(cell, ())
            if name in run}


def _find(results, front, operation, connections):
    for cell in results:
        if cell[:4] == (front, operation, connections, "1 KiB"):
            return cell
    return None


def best_clients(results, operation):
    """pgbench's cell with the highest median of those that went on."""
    cells = [cell for cell in results
             if cell.front == "pgbench" and cell.operation == operation]
    most = max((len(results[cell]) for cell in cells), default=0)
    cells = [cell for cell in cells if len(results[cell]) == most]
    return max(cells, default=None, key=lambda cell: median(
        run["rate"] for run in results[cell]))


def _best_node(results, operation, behind):
    cells = [_find(results, name + behind, operation, MANY) for name in NODE]
    return max((cell for cell in cells if cell), default=None,
               key=lambda cell: median(r["rate"] for r in results[cell]))


def of_rounds(what, over, under, least, bound):
    """The median of the rounds' ratios, and their range; both are values by
    round.  None: they have no round in common.  A machine that slows down for
    some seconds slows down both sides of a round: of eight rounds the ratio
    of the medians was seen to vary a third more."""
    each = [over[n] / under[n] for n in set(over) & set(under)]
    if not each:
        return None
    return Goal(what, median(each), min(each), max(each), least, bound)


class Judge:
    """Makes the goals of results: {cell: [run, ...]}."""

    def __init__(self, results):
        self.results = results
        self.goals = []

    def _ours(self, operation):
        return _find(self.results, "credrelay lighttpd", operation, MANY)

    def _add(self, what, over, under, bound, *, name="rate", least=True):
        """Two cells, or one cell and two of its figures."""
        if over is None or under is None:
            return
        names = name if isinstance(name, tuple) else (name, name)
        goal = of_rounds(what, _values(self.results, over, names[0]),
                         _values(self.results, under, names[1]), least, bound)
        if goal:
            self.goals.append(goal)

    def _beside(self, front, operation, bound, text):
        self._add(f"{operation} / {text}", self._ours(operation),
                  _find(self.results, front, operation, MANY), bound)

    def judge(self):
        """All goals about which something was measured."""
        for operation, bound in (("create", 1.2), ("update", 1.0)):
            best = best_clients(self.results, operation)
            if best:
                self._add(f"{operation} / pgbench, {best.connections} clients "
                          "(its best)", self._ours(operation), best, bound)
        for operation, bound in (("create", 0.65), ("update", 0.65),
                                 ("read", 1.0), ("preview", 1.0)):
            self._beside("empty lighttpd", operation, bound,
                         "the empty program")
        self._beside("no-database lighttpd", "read", 0.85,
                     "our loop without a database")
        for behind, bound in (("", 2.2), (" nginx", 3.0)):
            for operation in ("create", "read"):
                best = _best_node(self.results, operation, behind)
                if best:
                    name = best.front.replace(" ", " behind ")
                    self._beside(best.front, operation, bound,
                                 f"Node.js ({name})")
        for operation in ("create", "read", "update", "preview"):
            ours = self._ours(operation)
            self._add(f"{operation}: p99 / p50", ours, ours, 4.0,
                      name=("p99", "p50"), least=False)
        for operation in ("create", "read"):
            self._add(f"{operation}, one connection: p50 / p50 of batch = 1",
                      _find(self.results, "lone lighttpd", operation, 1),
                      _find(self.results, "plain lighttpd", operation, 1),
                      1.03, name="p50", least=False)
        return self.goals


def percentile(values, share):
    """The value that `share` percent do not exceed."""
    values = sorted(values)
    return values[min(len(values) - 1, int(len(values) * share / 100))]


def at_most(what, values, bound):
    """A goal of what was measured apart, a value a round, told."""
    return told(Goal(what, median(values), min(values), max(values), False,
                     bound))


def told(goal):
    """The same goal, once it is printed."""
    print(f"{goal.what}: {goal.ratio:.2f} (goal: at "
          f"{'least' if goal.least else 'most'} {goal.bound:g}, "
          f"{'met' if goal.met() else 'MISSED'})", flush=True)
    return goal


def judge(results):
    """The goals of {cell: [run, ...]}."""
    assert all(isinstance(cell, Cell) for cell in results)
    return Judge(results).judge()
