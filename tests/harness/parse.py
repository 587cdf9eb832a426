"""Reads case files.  tests/cases/README says what they look like."""

import re

OPERATIONS = ("create", "read", "update", "relinquish", "delete", "preview",
              "head", "options")
ACTIONS = ("sql", "expire", "raw", r"begin \w+", r"end \w+")
UNANSWERED = ("sql", "expire", "begin ")
START = re.compile(r"(?:(?:%s)(?:\s|$)|(?:%s)(?::|\s|$)"
                   r"|[A-Za-z]+ +[/*{]"
                   r"|\{\{\w+\}\}(?:$| +/| +=>))"
                   % ("|".join(OPERATIONS), "|".join(ACTIONS)))
EXPECT = re.compile(r"(\S+) +(=|!=|~|has|lacks|near|says|members|same|differs"
                    r"|under|over)(?: +(.*))?")
ABSENT = re.compile(r"(\S+) +(absent|present)")
# Statuses whose answers can have only one code.
CODES = {404: "not_found", 405: "method_not_allowed", 412: "etag_mismatch",
         413: "too_large", 415: "media_type"}


class BadCase(Exception):
    """A case file breaks its form."""


class Step:
    """One request (or one action on the database) and what must follow."""

    def __init__(self, request, line):
        self.request = request
        self.line = line
        self.headers = []       # (name, template)
        self.drops = set()      # names of default headers to leave out
        self.body = None        # template, None for the operation's own
        self.members = None     # template, more members of the default body
        self.chunked = False
        self.wanted = []        # (who, status, code); who None: the relay
        self.expect = []        # (target, operator, template)
        self.save = []          # (name, target)

    def text(self):
        """All that may name something."""
        return " ".join([self.request, self.body or "", self.members or "",
                         *(value for _, value in self.headers)])


class Case:
    """A title and its steps; one row of its table, if it has one."""

    def __init__(self, title, path, line, steps, values):
        self.title = title
        self.path = path
        self.line = line
        self.steps = steps
        self.values = values    # name -> template, of the row
        self.gateway = any("gateway}}" in text for text in
                           [*values.values(), *(s.text() for s in steps)])
        self.database = any(s.request.split(":")[0].split()[0] in
                            ("sql", "expire") for s in steps)


def read_file(path):
    """All cases of a file, a table's rows each as one."""
    with open(path, encoding="utf-8") as file:
        lines = file.read().split("\n")
    cases = []
    block = []
    for number, line in enumerate(lines + [""], 1):
        if line.startswith("##"):
            continue
        if line.strip():
            block.append((number, line.rstrip("\n")))
        elif block:
            cases += _block(block, path)
            block = []
    return cases


def _block(block, path):
    number, first = block[0]
    if not first.startswith("# "):
        raise BadCase(f"{path}:{number}: a case begins with # and its title")
    title = first[2:].strip()
    rest = block[1:]
    names, rows = [], [None]
    if rest and rest[0][1].startswith("each "):
        names = [n.strip() for n in rest[0][1][5:].split("|")]
        rest = rest[1:]
        rows = []
        while rest and rest[0][1].startswith("    "):
            rows.append(rest.pop(0))
    if not rows:
        raise BadCase(f"{path}:{number}: a table without a row")
    return [_case(title, path, number, rest, names, row) for row in rows]


def _case(title, path, number, rest, names, row):
    values = {}
    if row is not None:
        number, text = row
        cells = re.split(r" +\| +", text.strip())
        if len(cells) != len(names):
            raise BadCase(f"{path}:{number}: {len(names)} cells are needed")
        values = dict(zip(names, cells))
        short = text.strip()
        title += ": " + (short if len(short) <= 60 else short[:57] + "...")
    try:
        steps = _steps(rest, values)
    except ValueError as error:
        raise BadCase(f"{path}:{error}") from error
    if not steps:
        raise BadCase(f"{path}:{number}: a case without a step")
    return Case(title, path, number, steps, values)


def _steps(lines, values):
    steps = []
    for number, line in lines:
        request, arrow, wanted = line.partition("=> ")
        for name, value in values.items():
            wanted = wanted.replace("{{%s}}" % name, value)
        try:
            _line(steps, number, request + arrow + wanted)
        except (ValueError, IndexError) as error:
            raise ValueError(f"{number}: {error}") from error
    for step in steps:
        if not step.wanted and not step.request.startswith(UNANSWERED):
            raise ValueError(f"{step.line}: no => line")
    return steps


def _line(steps, number, line):
    if line.startswith("=>"):
        steps[-1].wanted = _wanted(line[2:])
    elif START.match(line):
        request, arrow, wanted = line.partition(" => ")
        steps.append(Step(request.strip(), number))
        if arrow:
            if request.startswith("sql"):
                steps[-1].wanted = [wanted.strip()]
            else:
                steps[-1].wanted = _wanted(wanted)
    elif line.startswith(("  ", "\t")):
        steps[-1].body += "\n" + line.strip()
    elif steps[-1].wanted:
        _expectation(steps[-1], line)
    else:
        _part(steps[-1], line)


def _part(step, line):
    """A line between a request and its =>."""
    if line.startswith("no "):
        step.drops.add(line[3:].strip().lower())
    elif line == "chunked":
        step.chunked = True
    elif line.startswith("body:"):
        step.body = line[5:].strip()
    elif line.startswith("with:"):
        step.members = line[5:].strip()
    else:
        name, colon, value = line.partition(":")
        if not colon or " " in name:
            raise ValueError(f"neither a header nor a body: {line}")
        step.headers.append((name, value.strip()))


def _expectation(step, line):
    if line.startswith("save "):
        match = re.fullmatch(r"save (\S+) = (\S+)", line)
        step.save.append(match.groups())
        return
    match = ABSENT.fullmatch(line) or EXPECT.fullmatch(line)
    if not match:
        raise ValueError(f"not an expectation: {line}")
    target, operator = match.group(1), match.group(2)
    template = match.group(3) if match.re is EXPECT else None
    step.expect.append((target, operator, template or ""))


def _wanted(text):
    """401 claim_invalid or front 400 or lighttpd,nginx 501"""
    wanted = []
    for part in re.split(r"\s+or\s+", text.strip()):
        words = part.split()
        who = None
        if not words[0].isdigit():
            who = tuple(words.pop(0).split(","))
        status = int(words[0])
        code = words[1] if len(words) > 1 else None
        if who is None and code is None:
            code = CODES.get(status)
        if len(words) > 2:
            raise ValueError(f"too many words: {part}")
        if who is None and status >= 400 and code is None:
            raise ValueError(f"{status} needs a code")
        wanted.append((who, status, code))
    return wanted
