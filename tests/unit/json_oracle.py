#!/usr/bin/python3
"""Hold strict_json against Python's json over many mutated documents.

json_oracle.py PROBE [COUNT [SEED]]: PROBE is tests/unit/json_probe.
json_oracle.py --replay PROBE FOLDER ...: of all files there instead. Both
must agree on which texts are valid and, for these, on every member of the
outermost object: its kind, its raw text, and the tree made of it. Prints TAP.
"""

import json
import os
import random
import re
import subprocess
import sys

DEPTH, VALUES = 8, 10000
KINDS = {type(None): 1, bool: 2, int: 3, float: 3, str: 4, list: 5, dict: 6}
sys.set_int_max_str_digits(0)


class Refused(Exception):
    """The text is JSON to Python, but not to credrelay-api(7)."""


class Oracle:
    """What credrelay-api(7) says of one text, by way of Python's json."""

    def __init__(self):
        self.values = 0

    def pairs(self, pairs):
        names = [name for name, _ in pairs]
        if len(set(names)) != len(names):
            raise Refused("repeated name")
        return dict(pairs)

    def constant(self, name):
        raise Refused(name)

    def string(self, text):
        if "\0" in text:
            raise Refused("NUL")
        if any(0xD800 <= ord(c) <= 0xDFFF for c in text):
            raise Refused("lone surrogate")

    def walk(self, value, depth):
        self.values += 1
        if isinstance(value, str):
            self.string(value)
        elif isinstance(value, (dict, list)):
            if depth > DEPTH:
                raise Refused("depth")
            if isinstance(value, dict):
                for name in value:
                    self.string(name)
                value = value.values()
            for inner in value:
                self.walk(inner, depth + 1)
        if self.values > VALUES:
            raise Refused("values")

    def read(self, data):
        """The object, or None when the text is not valid."""
        try:
            tree = json.loads(data.decode("utf-8", "strict"),
                              object_pairs_hook=self.pairs,
                              parse_constant=self.constant)
            if not isinstance(tree, dict):
                raise Refused("no object")
            self.walk(tree, 1)
            return tree
        except (ValueError, Refused, RecursionError):
            return None


STRINGS = ["", "a", "payload", "type", "data", "h\u00e9", "\u65e5\u672c",
           "\U0001f511", "\x7f", "\u0080", "\ufeff", "\uffff", "/", "\"",
           "\\", "\n\t\b\f\r", "\u0001", "\U0010ffff", "x" * 200]
NUMBERS = ["0", "-0", "1", "-1", "12", "0.5", "1e5", "1E+5", "1e-5", "1e400",
           "-1e400", "9" * 100, "-" + "9" * 100, "18446744073709551616",
           "9223372036854775808", "0.1" + "0" * 300 + "1", "1.0", "-0.0e-0"]
SPACES = ["", "", "", " ", "\n", "\t\r\n "]
PIECES = [b'"', b"\\", b"{", b"}", b"[", b"]", b",", b":", b"\\u0000",
          b"\\ud83d\\udd11", b"\\ud83d", b"\\udd11",
          b"\\ud837\\udd11", b"\\ud836\\udd00",
          b"\\ud83d\\u0041", b"\\ud83d\\ue000", b"\\u0061", b"\\uD800x",
          b"\\u00", b"\\x", b"\0", b"\x01", b"\x1f", b"\x7f", b"\x80",
          b"\xc0\xaf", b"\xc0\x80", b"\xed\xa0\x80", b"\xed\xb0\x80",
          b"\xf4\x90\x80\x80", b"\xf5\x80\x80\x80", b"\xe0\x80\xaf",
          b"\xf0\x80\x80\xaf", b"\xef\xbb\xbf", b"\xe2\x80", b"\xff",
          b"NaN", b"Infinity", b"-Infinity", b"nan", b"true", b"True",
          b"null", b"nul", b"01", b"1.", b".5", b"+1", b"1e", b"1e+", b"-",
          b"0x1", b"1_0", b"//x\n", b"/**/", b"'a'", b"\xc2\xa0", b"\x0b",
          b"\x0c", b"\xe2\x80\xa8", b"\xd9\xa1", b'"a":1,', b'"\\u0061":1,',
          b",,", b"[[[[[[[[", b"]]]]]]]]", b"{}", b"[]", b" ", b"\n"]


class Maker:
    """Draws valid documents and spoils them."""

    def __init__(self, seed):
        self.random = random.Random(seed)

    def string(self):
        out = []
        for c in self.random.choice(STRINGS):
            escape = json.dumps(c)[1:-1]
            if c in '"\\' or ord(c) < 0x20 or self.random.random() < 0.2:
                if escape == c and self.random.random() < 0.5:
                    escape = "\\u%04X" % ord(c)
                out.append(escape)
            else:
                out.append(c)
        return '"' + "".join(out) + '"'

    def value(self, depth):
        kind = self.random.randrange(6 if depth < 7 else 4)
        if kind == 0:
            return self.random.choice(["true", "false", "null"])
        if kind == 1:
            return self.random.choice(NUMBERS)
        if kind in (2, 3):
            return self.string()
        space = self.random.choice
        if kind == 4:
            inner = (space(SPACES) + self.value(depth + 1) + space(SPACES)
                     for _ in range(self.random.randrange(4)))
            return "[" + (",".join(inner) or space(SPACES)) + "]"
        return self.object(depth)

    def object(self, depth):
        space = self.random.choice
        inner = (space(SPACES) + self.string() + space(SPACES) + ":" +
                 space(SPACES) + self.value(depth + 1) + space(SPACES)
                 for _ in range(self.random.randrange(4)))
        return "{" + (",".join(inner) or space(SPACES)) + "}"

    def document(self):
        space = self.random.choice
        text = space(SPACES) + self.object(1) + space(SPACES)
        return text.encode()

    def spoil(self, data):
        at = self.random.randrange(len(data) + 1)
        to = min(len(data), at + self.random.randrange(1, 4))
        how = self.random.randrange(6)
        if how == 0:
            return data[:at] + data[to:]
        if how == 1:
            return data[:at] + bytes([self.random.randrange(256)]) + data[to:]
        if how == 2:
            return data[:at]
        if how == 3:
            return data[:at] + data[at:to] + data[at:]
        return data[:at] + self.random.choice(PIECES) + data[at:]


def corners():
    """Texts at the bounds, each with the answer of credrelay-api(7)."""
    yield b"", False
    yield b" ", False
    yield b"{}", True
    yield b"\xef\xbb\xbf{}", False
    yield b"{}\0", False
    yield b"{}{}", False
    yield b"[]", False
    yield b"null", False
    for depth, good in ((DEPTH, True), (DEPTH + 1, False)):
        yield (b'{"a":' * depth)[:-4] + b"}" * depth, good
        yield b'{"a":' * depth + b"1" + b"}" * depth, good
        inner = depth - 1
        yield b'{"a":' + b"[" * inner + b"]" * inner + b"}", good
    yield b'{"a":' + b"[" * 30000, False
    yield b'{"a":' * 10000, False
    for count, good in ((VALUES, True), (VALUES + 1, False)):
        yield b'{"a":[' + b",".join([b"1"] * (count - 2)) + b"]}", good
        yield (b"{" + b",".join(b'"%d":1' % i for i in range(count - 1)) +
               b"}"), good
    many = b",".join(b'"%d":1' % i for i in range(5000))
    yield b"{" + many + b',"4999":1}', False
    yield b'{"a":{' + many + b',"\\u0030":1}}', False
    yield b'{"a":{"b":1},"c":{"b":1},"b":{"a":1}}', True
    yield b'{"a":[{"b":1},{"b":1,"b":1}]}', False
    yield b'{"\\ud83d\\udd11":1,"\xf0\x9f\x94\x91":2}', False
    yield b'{"a":"\\ud83d\\udd11\\ud83d"}', False
    yield b'{"a":"\\ud83d\\u0041"}', False
    yield b'{"a":"\\ud83d\\ue000"}', False
    yield b'{"payload":"good","payload\\u0000x":"evil"}', False
    yield b'{"pay\\u006coad":{"type":"t"}}', True
    for number in NUMBERS:
        yield b'{"a":%s}' % number.encode(), True


def same_tree(expected, found):
    """Equal, numbers aside: json-c cuts those, which the relay never uses."""
    if isinstance(expected, dict):
        return (isinstance(found, dict) and
                list(expected) == list(found) and
                all(same_tree(expected[n], found[n]) for n in expected))
    if isinstance(expected, list):
        return (isinstance(found, list) and len(expected) == len(found) and
                all(map(same_tree, expected, found)))
    if type(expected) in (int, float):
        return type(found) in (int, float)
    return type(expected) is type(found) and expected == found


def raw_values(data):
    """The text of each value in the outermost object, in their order."""
    text = data.decode()
    scanner, space = json.JSONDecoder(), re.compile(r"[ \t\r\n]*")
    at = space.match(text, text.index("{") + 1).end()
    while text[at] != "}":
        _, at = scanner.raw_decode(text, at)
        at = space.match(text, space.match(text, at).end() + 1).end()
        start = at
        _, at = scanner.raw_decode(text, at)
        yield text[start:at].encode()
        at = space.match(text, at).end()
        if text[at] == ",":
            at = space.match(text, at + 1).end()


def judge(data, tree, answer):
    """None, or what is wrong with the probe's answer."""
    if tree is None:
        return None if answer == "reject" else "accepted, Python refuses"
    words = answer.split(" ")
    if words[0] != "accept":
        return "refused, Python accepts"
    found = [word.split(":") for word in words[1:]]
    asked = {n: raw for n, raw in zip(tree, raw_values(data)) if n}
    if len(found) != len(asked):
        return "members are missing"
    for (name, raw), (kind, span, text) in zip(asked.items(), found):
        value = tree[name]
        if int(kind) != KINDS[type(value)]:
            return f"kind of {name!r}"
        if bytes.fromhex(span) != raw:
            return f"span of {name!r}"
        if value is None:
            if text:
                return f"null {name!r} has a tree"
        elif not text or not same_tree(value, json.loads(
                bytes.fromhex(text).decode())):
            return f"tree of {name!r}"
    return None


def ask(probe, texts, trees):
    asked = []
    for data, tree in zip(texts, trees):
        names = "".join(" " + n.encode().hex() for n in tree or () if n)
        asked.append(b"%d%s\n%s" % (len(data), names.encode(), data))
    run = subprocess.run([probe], input=b"".join(asked), check=True,
                         stdout=subprocess.PIPE)
    return run.stdout.decode().split("\n")[:-1]


def replay(probe, folders):
    """What a fuzzer has found: the same, of whatever is in the folders."""
    texts = []
    for folder in folders:
        for name in sorted(os.listdir(folder)):
            with open(os.path.join(folder, name), "rb") as file:
                texts.append(file.read())
    trees = [Oracle().read(data) for data in texts]
    answers = ask(probe, texts, trees)
    wrong = [(data, what) for data, tree, answer in
             zip(texts, trees, answers)
             if (what := judge(data, tree, answer))]
    valid = sum(tree is not None for tree in trees)
    good = not wrong and valid > 10 and len(answers) == len(texts)
    print("ok" if good else "not ok", "- strict_json and Python agree on",
          f"{len(texts)} texts, {valid} of them valid")
    for data, what in wrong[:10]:
        print("#", what, data[:400])
    return 0 if good else 1


def main():
    if sys.argv[1] == "--replay":
        return replay(sys.argv[2], sys.argv[3:])
    probe = sys.argv[1]
    count = int(sys.argv[2]) if len(sys.argv) > 2 else 20000
    seed = int(sys.argv[3]) if len(sys.argv) > 3 else random.getrandbits(32)
    maker = Maker(seed)
    known = dict(corners())
    texts = list(known)
    for _ in range(count):
        data = maker.document()
        texts.append(data)
        for _ in range(maker.random.randrange(3)):
            data = maker.spoil(data)
            texts.append(data)
    trees = [Oracle().read(data) for data in texts]
    answers = ask(probe, texts, trees)
    wrong = [(data, what) for data, tree, answer in
             zip(texts, trees, answers)
             if (what := judge(data, tree, answer))]
    astray = [data for data, tree in zip(texts, trees)
              if data in known and (tree is not None) != known[data]]
    valid = sum(tree is not None for tree in trees)
    print("1..3")
    print(f"# seed {seed}, {len(texts)} texts, {valid} of them valid")
    for data in astray[:5]:
        print("# oracle", data[:200])
    for data, what in wrong[:10]:
        print("#", what, data[:400])
    ends = [not astray, len(answers) == len(texts) and not wrong,
            0.2 < valid / len(texts) < 0.95]
    names = ["the oracle knows the corners of credrelay-api(7)",
             "strict_json and Python agree on every text",
             "there were enough texts of both sorts"]
    for i, (good, name) in enumerate(zip(ends, names), 1):
        print("ok" if good else "not ok", i, "-", name)
    return 0 if all(ends) else 1


if __name__ == "__main__":
    sys.exit(main())
