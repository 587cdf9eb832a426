"""The marks that tests/faults/canary puts into all that a caller sends, and
what they look like in each encoding in which they may have been kept."""

import base64
import uuid

LETTERS = "bcdfghjkmnpqrstvwxz"


def base64_forms(data):
    """The characters that stand for `data` wherever it is inside a base64
    text: one form for each of the three alignments."""
    forms = []
    for shift in range(3):
        text = base64.b64encode(b"\0" * shift + data + b"\0\0\0")
        forms.append(text[(shift * 8 + 5) // 6:(shift + len(data)) * 8 // 6])
    return forms


def forms_of(name, data):
    """Bytes in the encodings that are looked for: name -> pattern."""
    forms = {"raw": data, "reversed": data[::-1], "hex": data.hex().encode(),
             "HEX": data.hex().upper().encode(),
             "octal": b"".join(b"\\%03o" % byte for byte in data)}
    for shift, text in enumerate(base64_forms(data)):
        forms[f"base64 {shift}"] = text
        forms[f"base64url {shift}"] = text.replace(b"+", b"-") \
            .replace(b"/", b"_")
    return {f"{name}, {form}": pattern for form, pattern in forms.items()}


def text_forms(name, text):
    """The same for a text, which has more of them."""
    forms = forms_of(name, text.encode())
    for case, what in (("", text), (", upper case", text.upper())):
        forms[f"{name}{case}"] = what.encode()
        forms[f"{name}{case}, UTF-16LE"] = what.encode("utf-16-le")
        forms[f"{name}{case}, UTF-16BE"] = what.encode("utf-16-be")
    return forms


def half_forms(name, half, hyphenated):
    """The forms of one half of a UUID: as bytes, and as text."""
    forms = forms_of(f"{name} as bytes", half)
    forms.update(text_forms(f"{name} as text", hyphenated))
    return forms


class Marks:
    """What all canaries of one run have in common.  A text has `word` in it;
    a UUID begins with `head` and ends with `tail`, six bytes each."""

    def __init__(self, rng):
        self.rng = rng
        self.word = "".join(rng.choices(LETTERS, k=12))
        self.head = rng.randbytes(6)
        self.tail = rng.randbytes(6)
        self.count = 0
        self.identifiers = []       # made by the relay, so without marks

    def text(self):
        """A text of its own, with the mark in it."""
        self.count += 1
        return f"{self.word}{self.count}"

    def uuid(self):
        """A version 4 UUID with the marks in it."""
        middle = bytes([0x40 | self.rng.randrange(16),
                        self.rng.randrange(256),
                        0x80 | self.rng.randrange(64),
                        self.rng.randrange(256)])
        return str(uuid.UUID(bytes=self.head + middle + self.tail))

    def patterns(self):
        """All that is looked for: name -> bytes."""
        head = str(uuid.UUID(bytes=self.head + b"\0" * 10))[:13]
        forms = text_forms("a text", self.word)
        forms.update(half_forms("a UUID's head", self.head, head))
        forms.update(half_forms("a UUID's tail", self.tail, self.tail.hex()))
        for number, text in enumerate(self.identifiers):
            name = f"identifier {number}"
            forms.update(half_forms(name, uuid.UUID(text).bytes, text))
        return forms


def find(patterns, data):
    """The names of those that are in it."""
    return [name for name, pattern in patterns.items() if pattern in data]
