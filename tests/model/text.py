"""Histories as text: tests/model/histories.txt tells how they are written."""

from . import mailbox
from .linear import Op


def number(text):
    """A moment; None: never."""
    return None if text == "-" else int(text)


def tags(text):
    """Of a condition."""
    if text in (None, mailbox.ANY):
        return text
    return tuple(int(word) for word in text.split(","))


def pairs(words):
    """name=value; the words that are none, in front of the others."""
    plain = [word for word in words if "=" not in word]
    return plain, dict(word.split("=", 1) for word in words if "=" in word)


def answer(words):
    """What follows the arrow."""
    (status, *code), named = pairs(words)
    if status == "lost":
        return None
    tag = named.get("tag")
    return mailbox.Answer(int(status), code[0] if code else None,
                          None if tag is None else int(tag),
                          named.get("data"))


def operation(line):
    """One line of a history."""
    left, _, right = line.partition("->")
    (start, end, who, op), named = pairs(left.split())
    ask = mailbox.Ask(op, who, named.get("id"), named.get("data"),
                      tags=tags(named.get("if")),
                      rights=named.get("rights", "RD"), drawn=True)
    return Op(number(start), number(end), who, ask, answer(right.split()))


def histories(path):
    """(is it good, its name, its operations) of each in a file."""
    found = []
    with open(path, encoding="utf-8") as file:
        for line in file:
            words = line.split()
            if not words or words[0].startswith("#"):
                continue
            if words[0] in ("good", "bad"):
                found.append((words[0] == "good", " ".join(words[1:]), []))
            else:
                found[-1][2].append(operation(line))
    return found
