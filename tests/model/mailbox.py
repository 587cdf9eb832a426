"""One mailbox as credrelay-api(7) has it: the specification, in plain values.

step(box, ask, now) tells the one right answer to a request and what the
mailbox is afterwards.  Nothing here knows of HTTP, of a database or of the
relay; tests/faults/histories and tests/model/run compare with it.
"""

from collections import namedtuple

ABSENT, LIVE, ENDED = "absent", "live", "ended"
REMEMBERED = 16         # request ids of updates and relinquishes
SOONEST = 60            # seconds that a mailbox must have to live
DEFAULT_TTL = 24 * 3600
MAX_TTL = 7 * 24 * 3600
TOMBSTONE = 3600        # seconds that an identifier stays taken

# What a request says of the caller's own token.
KEEP, CLEAR, SERVED, UNSERVED = "keep", "clear", "served", "unserved"
# A tag that must be there, and that nobody has seen yet.
UNSEEN = -1
ANY = "*"

# phase: from here on to `expires` (seconds; None: for ever).  sender,
# receiver: claims.  creator: what tells a repeat of the create.  base: the
# version that it began with, None until somebody has seen one; count: updates
# since.  recent: (claim, id), the newest last.  tokens: do sender and receiver
# have one that can be served?
Box = namedtuple("Box", "phase sender receiver creator rights payload display "
                 "expires base count recent tokens")
NOTHING = Box(ABSENT, None, None, None, "", None, None, None, None, 0, (),
              (False, False))

# op: the name of a function below.  tags: of If-Match, or, for a read, of
# If-None-Match: None, ANY or versions.  drawn: the create names the identifier.
# expires: asked for by a create; None: nothing was.
Ask = namedtuple("Ask", "op claim id payload token tags rights display drawn "
                 "expires", defaults=[None, None, None, KEEP, None, "RD", None,
                                      False, None])

# tag: a version, UNSEEN, or None: there is no ETag.  push: what is said of
# notifications, None: nothing.
Answer = namedtuple("Answer", "status code tag payload display push expires",
                    defaults=[None] * 6)


def step(box, ask, now=0):
    """The answer, and the mailbox afterwards."""
    if box.expires is not None and box.expires <= now:
        box = NOTHING
    return OPERATIONS[ask.op](box, ask, now)


def learn(box, tag):
    """The mailbox, once an answer has told an UNSEEN tag."""
    return box._replace(base=tag - box.count)


def refusal(status, code, tag=None):
    """An error."""
    return Answer(status, code, tag)


NOT_FOUND = refusal(404, "not_found")
STRANGER = refusal(401, "claim_not_bound")
NO_RIGHT = refusal(401, "right_missing")
STALE = refusal(412, "etag_mismatch")


def tag_of(box):
    """The present version."""
    return UNSEEN if box.base is None else box.base + box.count


def side_of(box, claim):
    """0: the sender, 1: the receiver, None: a stranger."""
    if claim == box.sender:
        return 0
    return 1 if claim == box.receiver else None


def has_tag(box, tags):
    """Does a condition name the present version?  An UNSEEN one it cannot."""
    return tags == ANY or (box.base is not None and
                           box.base + box.count in tags)


def with_token(box, side, change):
    """The mailbox when one side has said something of its token."""
    if change == KEEP:
        return box
    tokens = list(box.tokens)
    tokens[side] = change == SERVED
    return box._replace(tokens=tuple(tokens))


def remembering(box, ask):
    """The mailbox with one more request id."""
    recent = box.recent + ((ask.claim, ask.id),)
    return box._replace(recent=recent[-REMEMBERED:])


def end_of(ask, now):
    """When a mailbox that is made now is to end."""
    wanted = now + DEFAULT_TTL if ask.expires is None else ask.expires
    return min(wanted, now + MAX_TTL)


def create(box, ask, now):
    """CreateMailbox."""
    creator = (ask.claim, ask.id, ask.drawn)
    if box.phase == LIVE and box.creator == creator:
        return Answer(201, push=box.tokens[0], expires=box.expires), box
    if ask.expires is not None and ask.expires < now + SOONEST:
        return refusal(400, "expiration_too_soon"), box
    if box.phase == LIVE:
        return refusal(409, "identifier_taken"), box
    if box.phase == ENDED:
        return refusal(409, "mailbox_ended"), box
    box = NOTHING._replace(
        phase=LIVE, sender=ask.claim, creator=creator, rights=ask.rights,
        payload=ask.payload, display=ask.display, expires=end_of(ask, now),
        tokens=(ask.token == SERVED, False))
    return Answer(200, push=box.tokens[0], expires=box.expires), box


def read(box, ask, _now):
    """ReadSecureContentFromMailbox: it binds, once."""
    if box.phase != LIVE:
        return NOT_FOUND, box
    side = side_of(box, ask.claim)
    if side is None and (box.receiver is not None or "R" not in box.rights):
        return STRANGER, box
    if "R" not in box.rights:
        return NO_RIGHT, box
    if side is None:
        side = 1
        box = box._replace(receiver=ask.claim)
    box = with_token(box, side, ask.token)
    if ask.tags is not None and has_tag(box, ask.tags):
        return STALE._replace(tag=tag_of(box)), box
    return Answer(200, None, tag_of(box), box.payload, box.display, None,
                  box.expires), box


def update(box, ask, _now):
    """UpdateMailbox."""
    if box.phase != LIVE:
        return NOT_FOUND, box
    side = side_of(box, ask.claim)
    if (ask.claim, ask.id) in box.recent:
        last = box.recent[-1] == (ask.claim, ask.id)
        return Answer(201, tag=tag_of(box) if last else None,
                      push=side is not None and box.tokens[side]), box
    if side is None:
        return STRANGER, box
    if "W" not in box.rights:
        return NO_RIGHT, box
    if ask.tags is not None and not has_tag(box, ask.tags):
        return STALE, box
    box = remembering(with_token(box, side, ask.token), ask)
    box = box._replace(payload=ask.payload, count=box.count + 1)
    return Answer(200, tag=tag_of(box), push=box.tokens[side]), box


def relinquish(box, ask, _now):
    """RelinquishMailbox: the receiver lets go."""
    if box.phase != LIVE:
        return NOT_FOUND, box
    if (ask.claim, ask.id) in box.recent:
        return Answer(201), box
    if side_of(box, ask.claim) != 1:
        return STRANGER, box
    if ask.tags is not None and not has_tag(box, ask.tags):
        return STALE, box
    box = with_token(remembering(box, ask), 1, CLEAR)
    return Answer(200), box._replace(receiver=None)


def delete(box, ask, now):
    """DeleteMailbox: nothing is kept but that it was."""
    if box.phase != LIVE:
        return NOT_FOUND, box
    side = side_of(box, ask.claim)
    if side is None:
        return STRANGER, box
    if side == 1 and "D" not in box.rights:
        return NO_RIGHT, box
    if ask.tags is not None and not has_tag(box, ask.tags):
        return STALE, box
    return Answer(200), NOTHING._replace(phase=ENDED,
                                         expires=now + TOMBSTONE)


def preview(box, _ask, _now):
    """ReadDisplayInformationFromMailbox: a page."""
    if box.phase != LIVE:
        return NOT_FOUND, box
    return Answer(200, display=box.display, expires=box.expires), box


OPERATIONS = {function.__name__: function for function in
              (create, read, update, relinquish, delete, preview)}
