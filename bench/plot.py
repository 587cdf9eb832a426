"""The results as a picture: requests a second over connections."""

from html import escape
from statistics import median

from cells import CONNECTIONS, NODE, OPERATIONS
from goals import best_clients

WIDTH, HEIGHT = 420, 260                # of a panel
LEFT, RIGHT, TOP, BOTTOM = 58, 12, 34, 30
SERIES = (                              # front, colour, dashes
    ("credrelay lighttpd", "#0b5fa5", ""),
    ("credrelay nginx", "#58a4e0", ""),
    ("no-database lighttpd", "#7a7a7a", "2 3"),
    ("empty lighttpd", "#444444", "6 3"),
    ("http", "#2e8b57", ""),
    ("http nginx", "#8fcfa8", ""),
    ("fastify", "#c06000", ""),
    ("fastify nginx", "#e8b27a", ""),
    ("pgbench", "#a02020", "8 4"),
)


def _round_up(value):
    """To a figure that an axis can end at."""
    step = 1000
    while value > 5 * step:
        step *= 2
    return -(-value // step) * step, step


class Panel:
    """One operation."""

    def __init__(self, results, operation, x, y):
        self.lines = {}
        for cell, runs in results.items():
            if cell.operation == operation and cell.size == "1 KiB" and \
                    cell.connections in CONNECTIONS and \
                    cell.front != "pgbench":
                self.lines.setdefault(cell.front, []).append(
                    (cell.connections, [run["rate"] for run in runs]))
        best = best_clients(results, operation)
        self.best = median(run["rate"] for run in results[best]) \
            if best else None
        self.operation = operation
        self.x, self.y = x, y
        highest = max([max(rates) for line in self.lines.values()
                       for _, rates in line] + [self.best or 1])
        self.top, self.step = _round_up(highest)

    def across(self, connections):
        """Where connections stand, each a step from the last."""
        place = CONNECTIONS.index(connections)
        wide = (WIDTH - LEFT - RIGHT) / len(CONNECTIONS)
        return self.x + LEFT + wide * (place + 0.5)

    def up(self, rate):
        """Where a rate stands."""
        return self.y + HEIGHT - BOTTOM - rate / self.top * \
            (HEIGHT - TOP - BOTTOM)

    def frame(self):
        """Title, axes and their figures."""
        left, right = self.x + LEFT, self.x + WIDTH - RIGHT
        yield (f'<text x="{left}" y="{self.y + 20}" font-weight="bold">'
               f'{self.operation}, requests a second</text>')
        for rate in range(0, int(self.top) + 1, self.step):
            y = self.up(rate)
            yield (f'<path d="M{left} {y:.1f}H{right}" stroke="#ddd"/>'
                   f'<text x="{left - 6}" y="{y + 4:.1f}" '
                   f'text-anchor="end">{rate:,}</text>')
        for connections in CONNECTIONS:
            yield (f'<text x="{self.across(connections):.1f}" '
                   f'y="{self.y + HEIGHT - 10}" text-anchor="middle">'
                   f'{connections}</text>')

    def draw(self):
        """The lines; a bar shows the range of the rounds."""
        yield from self.frame()
        for front, colour, dashes in SERIES:
            style = (f'fill="none" stroke="{colour}" stroke-width="2" '
                     f'stroke-dasharray="{dashes}"')
            if front == "pgbench" and self.best:
                yield (f'<path d="M{self.x + LEFT} {self.up(self.best):.1f}'
                       f'H{self.x + WIDTH - RIGHT}" {style}/>')
            points = sorted(self.lines.get(front, ()))
            if points:
                path = " ".join(f"{self.across(n):.1f},"
                                f"{self.up(median(rates)):.1f}"
                                for n, rates in points)
                yield f'<polyline points="{path}" {style}/>'
            for n, rates in points:
                x, mid = self.across(n), self.up(median(rates))
                yield (f'<path d="M{x:.1f} {self.up(min(rates)):.1f}'
                       f'V{self.up(max(rates)):.1f}" stroke="{colour}"/>'
                       f'<circle cx="{x:.1f}" cy="{mid:.1f}" r="3" '
                       f'fill="{colour}"/>')


def _legend(y):
    for i, (front, colour, dashes) in enumerate(SERIES):
        x, row = 20 + i % 5 * 165, y + i // 5 * 20
        name = front
        if front == "pgbench":
            name = "pgbench at its best"
        elif front.split()[0] in NODE:
            name = "Node.js " + front
        yield (f'<path d="M{x} {row}h22" stroke="{colour}" stroke-width="2" '
               f'stroke-dasharray="{dashes}"/>'
               f'<text x="{x + 28}" y="{row + 4}">{name}</text>')


def svg(results, about):
    """The whole picture."""
    width, height = 2 * WIDTH, 2 * HEIGHT + 80
    out = [f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} '
           f'{height}" font-family="sans-serif" font-size="11">',
           f'<rect width="{width}" height="{height}" fill="white"/>']
    for i, operation in enumerate(OPERATIONS):
        panel = Panel(results, operation, i % 2 * WIDTH, i // 2 * HEIGHT)
        out += panel.draw()
    out += _legend(2 * HEIGHT + 18)
    out.append(f'<text x="20" y="{height - 12}" fill="#555">connections; '
               f'1 KiB; full durability; {escape(about)}</text></svg>')
    return "\n".join(out) + "\n"
