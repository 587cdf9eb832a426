"""Is there an order of a mailbox's requests, one after the other, that gives
every answer that was seen?  (Wing and Gong's search; a pair of "what is done"
and "what the mailbox is then" that led nowhere is not tried again.)

An operation takes effect at one moment between its start and its end.  One
without an answer may take effect at any moment after its start, or never.
"""

from collections import namedtuple

from . import mailbox

# start, end: any clock; end None: no answer came.  who: for the report.
# answer: a mailbox.Answer, None where none came; of the fields, COMPARED count.
Op = namedtuple("Op", "start end who ask answer")
COMPARED = ("status", "code", "tag", "payload")
STATES_MAX = 400000


class Undecided(Exception):
    """The search was given up: too many orders are possible."""


def after(box, operation):
    """What the mailbox is after it; None when the answer is not the one that
    would be given now."""
    right, then = mailbox.step(box, operation.ask)
    seen = operation.answer
    if seen is None:
        return then
    if right.tag == mailbox.UNSEEN and seen.tag is not None:
        then = mailbox.learn(then, seen.tag)
        right = right._replace(tag=seen.tag)
    if any(getattr(right, name) != getattr(seen, name) for name in COMPARED):
        return None
    return then


def changes_nothing(op):
    """Was it, by its answer, without effect, whenever it took place?  (A read
    may bind, also where it is answered 412, and also who was bound before.)"""
    if op.answer is None or op.answer.status == 200:
        return False
    return op.ask.op != "read" or op.answer.status != 412


class Search:
    """One history."""

    def __init__(self, ops, box):
        self.ops = sorted(ops, key=lambda op: op.start)
        self.answered = sum(1 << i for i, op in enumerate(self.ops)
                            if op.end is not None)
        self.tried = set()
        self.todo = [(0, box)]
        self.best = (-1, 0, box)        # how many, which, the mailbox then

    def candidates(self, done):
        """What may come next: all that began before the first end."""
        first = min((op.end for i, op in enumerate(self.ops)
                     if op.end is not None and not done >> i & 1),
                    default=None)
        for i, op in enumerate(self.ops):
            if first is not None and op.start > first:
                break
            if not done >> i & 1:
                yield i, op

    def visit(self, done, box):
        """Notes all that could be the next step from here."""
        count = bin(done & self.answered).count("1")
        if count > self.best[0]:
            self.best = (count, done, box)
        branches = []
        for i, op in self.candidates(done):
            then = after(box, op)
            if then is None:
                continue
            if op.end is None and then == box:
                continue        # it may as well be never
            if changes_nothing(op):
                # So nothing is lost by taking it at once.
                self.todo.append((done | 1 << i, then))
                return
            branches.append((done | 1 << i, then))
        self.todo += reversed(branches)

    def run(self):
        """True: there is such an order."""
        while self.todo:
            place = self.todo.pop()
            if place[0] & self.answered == self.answered:
                return True
            if place in self.tried:
                continue
            self.tried.add(place)
            if len(self.tried) > STATES_MAX:
                raise Undecided(f"{len(self.ops)} operations")
            self.visit(*place)
        return False

    def why(self):
        """Lines that tell how far it went, and what could not come next."""
        count, done, box = self.best
        yield f"{count} of {len(self.ops)} operations have an order; then:"
        yield f"  {short(box)}"
        for i, op in self.candidates(done):
            right, _ = mailbox.step(box, op.ask)
            yield f"  {told(op)}"
            yield f"    but now it would be {short(right)}"


def fault(ops, box=mailbox.NOTHING):
    """None, or lines that tell why there is no such order."""
    search = Search(ops, box)
    return None if search.run() else list(search.why())


def short(value):
    """A named tuple without what is not set; of long names, the beginning."""
    if value is None:
        return "no answer"
    unset = value._field_defaults
    return " ".join(f"{name}={part[:8] if isinstance(part, str) else part}"
                    for name, part in value._asdict().items()
                    if part != unset.get(name))


def told(op):
    """One operation in one line."""
    end = "" if op.end is None else f"{op.end}"
    return f"{op.start}..{end} {op.who}: {short(op.ask)} -> " \
           f"{short(op.answer)}"
