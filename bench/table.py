"""The results as text, in tables that Markdown has too."""

from statistics import median

from cells import MANY
from goals import best_clients

SERVED = ("server", "worker", "database", "load")


def number(value, digits=0):
    """With a comma each thousand."""
    return f"{value:,.{digits}f}"


def rows_to_text(head, rows):
    """A table whose columns stand below each other; the first is of words."""
    table = [head] + rows
    widths = [max(len(row[i]) for row in table) for i in range(len(head))]

    def line(row):
        cells = [cell.ljust(width) if i == 0 else cell.rjust(width)
                 for i, (cell, width) in enumerate(zip(row, widths))]
        return "| " + " | ".join(cells) + " |"

    rule = "|" + "|".join("-" * (width + 1) + ("-" if i == 0 else ":")
                          for i, width in enumerate(widths)) + "|"
    return "\n".join([line(head), rule] + [line(row) for row in rows])


def goals_table(goals):
    """Ratios beside their goals."""
    rows = [[goal.what, f"{goal.ratio:.2f}",
             f"{goal.low:.2f}–{goal.high:.2f}",
             f"{'≥' if goal.least else '≤'} {goal.bound:g}",
             "met" if goal.met() else "MISSED"] for goal in goals]
    return rows_to_text(["64 connections, 1 KiB, lighttpd", "seen", "rounds",
                         "goal", ""], rows)


def of_runs(runs, name):
    """The median of a figure; None if no run has it."""
    values = [run[name] for run in runs if name in run]
    return median(values) if values else None


def _figures(runs):
    """Rate with its range, p50, p99, failures."""
    rates = [run["rate"] for run in runs]
    p50, p99 = of_runs(runs, "p50"), of_runs(runs, "p99")
    return [number(median(rates)),
            f"{number(min(rates))}–{number(max(rates))}",
            "" if p50 is None else number(p50, 2),
            "" if p99 is None else number(p99, 2),
            number(sum(run["failed"] for run in runs))]


def rates_table(results):
    """Every cell."""
    rows = []
    for cell, runs in sorted(results.items(), key=lambda item: (
            item[0].operation, len(item[0].size), item[0].size,
            item[0].front, item[0].connections)):
        rows.append([f"{cell.operation}, {cell.size}, {cell.front}",
                     str(cell.connections)] + _figures(runs))
    return rows_to_text(["", "conn.", "a second", "range", "p50 ms", "p99 ms",
                         "failed"], rows)


def parts_table(results):
    """Processor µs a request by part, at the connections of the goals."""
    rows = []
    for cell, runs in results.items():
        if cell.connections != MANY and cell.front != "pgbench" or \
                cell.size != "1 KiB":
            continue
        if cell.front == "pgbench" and \
                cell != best_clients(results, cell.operation):
            continue
        used = [of_runs(runs, "cpu " + part) for part in SERVED]
        rows.append([f"{cell.operation}, {cell.front}"] +
                    ["" if value is None else number(value)
                     for value in used] +
                    [number(sum(value or 0 for value in used))])
    return rows_to_text([f"µs a request, {MANY} connections"] + list(SERVED) +
                        ["in all"], rows)


def details_table(details):
    """What the database did for a request."""
    rows = [[name, number(found["wal_bytes"]), number(found["flushes"], 3),
             number(found["batch"], 1)] for name, found in details.items()]
    return rows_to_text([f"credrelay lighttpd, {MANY} connections",
                         "WAL bytes a request", "flushes a request",
                         "requests a batch"], rows)


def everything(about, results, goals, details):
    """All of it."""
    parts = ["\n".join(f"{name}: {value}" for name, value in about)]
    parts.append(rates_table(results))
    parts.append(parts_table(results))
    if details:
        parts.append(details_table(details))
    failed = sum(run["failed"] for runs in results.values() for run in runs)
    if failed:
        parts.append(f"{failed} requests FAILED: their figures mean nothing.")
    if goals:
        parts.append(goals_table(goals))
    return "\n\n".join(parts) + "\n"
