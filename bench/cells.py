"""What is measured: each cell is one load on one front."""

from typing import NamedTuple

CONNECTIONS = (8, 32, 64, 256)
MANY = 64                               # where the goals are
CLIENTS = (1, 2, 4, 8, 16, 32)
OPERATIONS = ("create", "read", "update", "preview")
NODE = ("http", "fastify")


class Cell(NamedTuple):
    """One load on one front."""
    front: str
    operation: str
    connections: int
    size: str = "1 KiB"
    goal: bool = False                  # a goal is about it: longer, oftener


def _credrelay():
    for server in ("lighttpd", "nginx"):
        for operation in OPERATIONS + ("transfer",):
            for connections in CONNECTIONS:
                yield Cell(f"credrelay {server}", operation, connections,
                           goal=server == "lighttpd" and connections == MANY
                           and operation != "transfer")


def _sizes():
    for server in ("lighttpd", "nginx"):
        for size in ("16 KiB", "64 KiB"):
            for operation in ("create", "read", "update"):
                yield Cell(f"credrelay {server}", operation, MANY, size)


def _pgbench():
    for operation in OPERATIONS:
        for clients in CLIENTS:
            yield Cell("pgbench", operation, clients,
                       goal=operation in ("create", "update"))


def _empty():
    for operation in OPERATIONS:
        for connections in CONNECTIONS:
            yield Cell("empty lighttpd", operation, connections,
                       goal=connections == MANY)
        yield Cell("empty nginx", operation, MANY)


def _no_database():
    for operation in OPERATIONS:
        yield Cell("no-database lighttpd", operation, MANY,
                   goal=operation == "read")
    yield Cell("no-database nginx", "read", MANY)


def _node():
    for name in NODE:
        for front in (name, f"{name} nginx"):
            for operation in ("create", "read"):
                for connections in CONNECTIONS:
                    if connections == MANY or name == "http":
                        yield Cell(front, operation, connections,
                                   goal=connections == MANY)
            for operation in ("update", "preview", "transfer"):
                yield Cell(front, operation, MANY)


def _lone():
    """Two pools that serve nobody else, and differ in their batch alone."""
    for operation in ("create", "read"):
        for front in ("lone lighttpd", "plain lighttpd"):
            yield Cell(front, operation, 1, goal=True)


def _apart():
    """Not of cells: a program of its own."""
    return ()


PARTS = {
    "credrelay": _credrelay,
    "sizes": _sizes,
    "pgbench": _pgbench,
    "empty": _empty,
    "no-database": _no_database,
    "node": _node,
    "lone": _lone,
    "waiting": _apart,
    "push": _apart,
}


def _place(cell):
    """Where it stands in a round: beside those that it is compared with."""
    order = OPERATIONS + ("transfer",)
    return (order.index(cell.operation), cell.size, not cell.goal,
            cell.connections)


def cells_of(parts):
    """The cells of some parts, those that are compared beside each other."""
    return sorted((cell for part in parts for cell in PARTS[part]()),
                  key=_place)


def plan(parts, rounds, seconds):
    """All runs, by round: a list of (cell, seconds).  Where no goal is about
    it, a cell is run in the first round only and for half as long, but a second
    at least; so long is enough for one connection too, and for pgbench to find
    its number of clients.  Every other round has those that are compared the
    other way round: the first one finds a new checkpoint."""
    cells = cells_of(parts)
    short = max(1, seconds // 2)

    def length(cell, number):
        if not cell.goal or cell.connections == 1 or \
                cell.front == "pgbench" and number == 0:
            return short
        return seconds

    def ordered(number):
        return sorted(reversed(cells), key=_place) if number % 2 else cells

    return [[(cell, length(cell, number)) for cell in ordered(number)
             if cell.goal or number == 0] for number in range(rounds)]
