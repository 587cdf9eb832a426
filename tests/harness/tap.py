"""TAP version 12 on standard output."""

import sys


class Tap:
    """Counts as it prints; finish() tells the exit status."""

    def __init__(self, plan=None, out=None):
        self.out = out or sys.stdout
        self.count = 0
        self.failed = 0
        self.planned = plan
        if plan is not None:
            self._line(f"1..{plan}")

    def _line(self, text):
        self.out.write(text + "\n")
        self.out.flush()

    def ok(self, passed, name, why=()):
        """One result; `why` are lines that tell what went wrong."""
        self.count += 1
        name = _clean(name)
        self._line(f"{'' if passed else 'not '}ok {self.count} - {name}")
        if not passed:
            self.failed += 1
            for line in why:
                self.note(line)
        return passed

    def same(self, seen, wanted, name):
        """Passes when both are equal."""
        return self.ok(seen == wanted, name,
                       [f"seen:   {seen!r}", f"wanted: {wanted!r}"])

    def skip(self, name, why):
        """A result that was not looked for, and why."""
        self.count += 1
        self._line(f"ok {self.count} - {_clean(name)} # SKIP {_clean(why)}")

    def note(self, text):
        """A comment, on as many lines as it has."""
        for line in str(text).splitlines() or [""]:
            self._line("# " + line)

    def bail(self, why):
        """Ends the program: nothing after this makes sense."""
        self._line("Bail out! " + _clean(why))
        sys.exit(1)

    def finish(self):
        """The plan, where none was given; the exit status."""
        if self.planned is None:
            self._line(f"1..{self.count}")
        elif self.planned != self.count:
            self.note(f"planned {self.planned}, ran {self.count}")
            return 1
        return 1 if self.failed else 0


def _clean(text):
    """A name in one line, without what TAP would take for a directive."""
    return " ".join(str(text).replace("#", "No.").split())
