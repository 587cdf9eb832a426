"""The {{…}} of case files: names and small functions, into bytes.

    {{A}} … {{Z}}     a device's claim          {{r1}}  a request id
    {{i1}}            a version 4 UUID          {{m}}   the mailbox's id
    {{m.link}}        its link                  {{name}} what `save` kept
    {{upper X}} {{lower X}} {{bare X}}          a name's value, changed
                                                (bare: without hyphens)
    {{front i1}} {{tail i1}}                    before and after the version
                                                and the variant of a UUID
    {{escaped name}}                            its first character as \\u1234
    {{inner tag}} {{open tag}}                  without its quotes, without
                                                the second of them
    {{in 90s}} {{in 2h .5Z}}                    a timestamp (with an ending)
    {{repeat é 128}}  {{hex C0AF}}  {{sp}}  {{tab}}  {{crlf}}
    {{fill 65536}}    as many x as make the whole text so many bytes long
"""

import re
import secrets
import time
import uuid

TEMPLATE = re.compile(r"\{\{(repeat \S+ \d+|[^{}]+)\}\}")
UNITS = {"s": 1, "m": 60, "h": 3600, "d": 86400}
CHANGES = {"upper": str.upper, "lower": str.lower,
           "bare": lambda value: value.replace("-", ""),
           "front": lambda value: value[:13],
           "tail": lambda value: value[20:],
           "inner": lambda value: value[1:-1],
           "open": lambda value: value[:-1],
           "escaped": lambda value: f"\\u{ord(value[0]):04x}{value[1:]}"}
SIGNS = {"sp": b" ", "tab": b"\t", "crlf": b"\r\n"}


def seconds(text):
    """90s, 2h, -5m, 7d as a number of seconds."""
    match = re.fullmatch(r"(-?\d+)([smhd])", text)
    if not match:
        raise ValueError(f"no duration: {text!r}")
    return int(match.group(1)) * UNITS[match.group(2)]


def timestamp(unix):
    """Unix seconds as the API writes them, without the Z."""
    return time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(unix))


class Names:
    """The values of one run of one case; drawn when first named."""

    def __init__(self):
        self.values = {}
        self.rows = {}          # a table's cells, expanded where they stand
        self.now = int(time.time())

    def __setitem__(self, name, value):
        self.values[name] = value

    def __contains__(self, name):
        return name in self.values

    def __getitem__(self, name):
        if name not in self.values:
            if not re.fullmatch(r"[A-Z]|[ri]\d+", name):
                raise KeyError(f"nothing is named {name}")
            self.values[name] = str(uuid.uuid4())
        return self.values[name]

    def fresh(self):
        """A request id that no case names."""
        return str(uuid.uuid4())

    def word(self):
        """A short text that was never used before."""
        return secrets.token_hex(8)

    def expand(self, template):
        """A template as bytes."""
        fill = None
        parts = []
        position = 0
        for match in TEMPLATE.finditer(template):
            parts.append(template[position:match.start()].encode("utf-8"))
            position = match.end()
            inner = match.group(1)
            if inner.startswith("fill "):
                fill = (len(parts), int(inner[5:]))
                parts.append(b"")
            else:
                parts.append(self._value(inner))
        parts.append(template[position:].encode("utf-8"))
        if fill:
            index, size = fill
            rest = size - sum(len(part) for part in parts)
            if rest < 0:
                raise ValueError(f"more than {size} bytes without the filling")
            parts[index] = b"x" * rest
        return b"".join(parts)

    def text(self, template):
        """A template as text."""
        return self.expand(template).decode("utf-8", "surrogateescape")

    def _value(self, inner):
        word, _, rest = inner.partition(" ")
        if word in SIGNS:
            return SIGNS[word]
        if word == "hex":
            return bytes.fromhex(rest)
        if word == "repeat":
            unit, count = rest.rsplit(" ", 1)
            return unit.encode("utf-8") * int(count)
        if word == "in":
            span, _, ending = rest.partition(" ")
            moment = self.now + seconds(span)
            return (timestamp(moment) + (ending or "Z")).encode()
        if word in CHANGES:
            return CHANGES[word](self[rest]).encode()
        if inner in self.rows:
            return self.expand(self.rows[inner])
        value = self[inner]
        return value if isinstance(value, bytes) else str(value).encode("utf-8")
