"""A case's own expectations: TARGET OPERATOR VALUE.

Targets: body, body.member.member, og:title and the like (properties of the
page), page.text, answer (all of it but Date and the request id), took (seconds
from the request to its answer), or the name of a header.
"""

import calendar
import json
import re
import time
from decimal import Decimal

from .page import Page
from .text import seconds

MISSING = object()


def value(target, answer):
    """What an answer holds there; MISSING where it holds nothing."""
    if target == "answer":
        # Date and the echo differ from request to request.
        kept = sorted((n.lower(), v) for n, v in answer.headers
                      if n.lower() not in ("date", "mailbox-request-id",
                                           "connection", "keep-alive"))
        return repr((answer.status, kept, answer.body))
    if target == "took":
        return answer.took
    if target == "body":
        return answer.body
    if target.startswith("body."):
        return _member(target[5:], answer)
    if target.startswith("og:"):
        page = Page(answer.body.decode("utf-8"))
        return page.properties.get(target, MISSING)
    if target == "page.text":
        return Page(answer.body.decode("utf-8")).text()
    found = answer.get(target)
    return MISSING if found is None else found


def _member(path, answer):
    here = json.loads(answer.body.decode("utf-8"), parse_float=Decimal)
    for name in path.split("."):
        if isinstance(here, list) and name.isdigit() and int(name) < len(here):
            here = here[int(name)]
        elif isinstance(here, dict) and name in here:
            here = here[name]
        else:
            return MISSING
    return here


def faults(target, operator, template, answer, names):
    """What an expectation finds wrong; a list of sentences."""
    try:
        seen = value(target, answer)
    except ValueError as error:
        return [f"{target}: {error}"]
    if operator in ("absent", "present"):
        if (seen is MISSING) == (operator == "absent"):
            return []
        return [f"{target} is {operator == 'present' and 'absent' or seen!r}"]
    if seen is MISSING:
        return [f"no {target}"]
    if _holds(target, seen, operator, template, names):
        return []
    wanted = template if operator in ("same", "differs") else \
        names.expand(template).decode("utf-8", "replace")
    return [f"{target} is {_short(seen)}", f"wanted: {operator} {wanted[:300]}"]


def _short(seen):
    return repr(seen)[:400]


def _holds(target, seen, operator, template, names):
    if operator in ("same", "differs"):
        return (seen == names[template]) == (operator == "same")
    wanted = names.expand(template)
    if operator in ("=", "!="):
        return _equal(target, seen, wanted) == (operator == "=")
    if operator == "members":
        return isinstance(seen, dict) and set(seen) == set(
            wanted.decode().replace(",", " ").split())
    if operator == "says":
        return _says(seen, wanted.decode())
    if operator == "under":
        return seen < seconds(wanted.decode())
    if operator == "over":
        # the other side counts whole milliseconds
        return seen > seconds(wanted.decode()) - 0.01
    if operator == "near":
        return _near(seen, seconds(wanted.decode()))
    data = seen if isinstance(seen, bytes) else str(seen).encode("utf-8")
    if operator == "~":
        return re.search(wanted, data) is not None
    return (wanted in data) == (operator == "has")


def _equal(target, seen, wanted):
    if isinstance(seen, bytes):
        return seen == wanted
    text = wanted.decode("utf-8", "surrogateescape")
    if target.startswith("body."):
        return seen == json.loads(text, parse_float=Decimal)
    return seen == text


def _says(seen, stamp):
    """Does a page tell a person this moment, in any usual way?"""
    moment = time.strptime(stamp, "%Y-%m-%dT%H:%M:%SZ")
    month = time.strftime("%B", moment)
    return str(moment.tm_year) in seen and str(moment.tm_mday) in seen and \
        time.strftime("%H:%M", moment) in seen and \
        (month[:3] in seen or time.strftime("-%m-", moment) in seen)


def _near(seen, ahead, slack=15):
    """Is a timestamp so many seconds ahead, by the clock here?"""
    moment = time.strptime(seen, "%Y-%m-%dT%H:%M:%SZ")
    return abs(calendar.timegm(moment) - time.time() - ahead) <= slack
