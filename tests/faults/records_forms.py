"""Requests to tests/faults/records whose records are in order, or not: cut, of
other lengths, split, of kinds that the relay does not take, or garbage."""

import struct

import support
from fastcgi import (ABORT, AUTHORIZER, DATA, END, FILTER, GET_VALUES, PARAMS,
                     STDIN, STDOUT, Connection, ask, begin, pairs, params,
                     record, request, stream)
from records_fixture import TIMEOUT_S, code_of, trickle

GARBAGE = 1000


def test_cuts(f):
    """A delete that is not whole deletes nothing, wherever it is cut."""
    whole = request(f.delete())
    answered = []
    for size in range(len(whole)):
        with Connection(f.path, 5) as connection:
            connection.send(whole[:size])
            if size % 2:
                continue            # closed at once
            connection.end_sending()
            answer = connection.answer()
            if not answer.silent:
                answered.append(f"after {size} bytes: {answer}")
    f.fault(not answered, f"a delete cut at each of {len(whole)} bytes",
            answered[:5])
    small = begin() + stream(PARAMS, pairs(f.delete()), 7) + record(STDIN)
    answered = []
    for size in range(0, len(small), 5):
        with Connection(f.path, 5) as connection:
            connection.send(small[:size])
            connection.end_sending()
            if not connection.answer().silent:
                answered.append(size)
    f.fault(not answered, "the same in records of 7 bytes", answered)


def test_cut_content(f):
    """Parameters that end too early, in records that are in order."""
    content = pairs(f.delete("claim last"))
    bad = []
    for size in range(len(content)):
        answer = ask(f.path, begin() + stream(PARAMS, content[:size]) +
                     record(STDIN))
        if answer.status is not None and answer.status < 400:
            bad.append(f"after {size} bytes: {answer}")
    f.fault(not bad, "parameters cut inside whole records", bad[:5])
    f.silent("parameters that end inside a value",
             begin() + stream(PARAMS, content[:-3]) + record(STDIN))


def test_lengths(f):
    """Lengths of names and values."""
    claim = f.delete()[0]
    rest = pairs(f.delete()[1:])
    for name, head in (
            ("a value's length beyond the end", b"\x19\x7f" + b"A" * 25),
            ("a name's length beyond the end", b"\x7f\x01" + b"A" * 9),
            ("a four-byte length beyond the end",
             struct.pack(">II", 0x80000004, 0x800fffff) + b"NAME"),
            ("the longest lengths",
             struct.pack(">II", 0xffffffff, 0xffffffff) + b"NAME"),
            ("lengths whose sum overflows",
             struct.pack(">II", 0xc0000000, 0xc0000000) + b"NAME"),
            ("the longest name, no value",
             struct.pack(">I", 0xffffffff) + b"\0NAME")):
        f.silent(name, begin() + stream(PARAMS, pairs([claim]) + rest + head)
                 + record(STDIN))
    f.silent("half of a four-byte length at the end", begin() + stream(
        PARAMS, pairs([claim]) + rest + b"\x80\0") + record(STDIN))
    good = params("POST", f.uri, support.headers(f.sender))
    f.answered("four-byte lengths where one byte would do", begin() + stream(
        PARAMS, pairs(good, wide=True)) + record(STDIN), 200)
    f.answered("an empty name, and an empty value", request(
        [("", "value"), ("EMPTY", ""), ("", "")] + good), 200)
    f.answered("no parameter at all", request([]), 404)
    f.answered("parameters of 100 KiB", request(
        good + [("X" * 100, "y" * 1024)] * 100), 200)
    f.silent("parameters of a megabyte", request(
        f.delete() + [("X", "y" * 1024)] * 1024))
    f.answered("a parameter's name with = in it", request(
        [("REQUEST_METHOD=DELETE", "x"), ("A=", "=")] + good), 200, 405)
    f.answered("a claim with a NUL inside", request(params(
        "DELETE", f.uri, support.headers(f.sender + "\0x"))), 404)
    f.answered("a path with a NUL inside", request(params(
        "POST", f.uri + "\0", support.headers(f.sender))), 404)


def test_split(f):
    """Forms that are in order, and must work."""
    good = params("POST", f.uri, support.headers(f.sender))
    for size in (1, 3, 100):
        f.answered(f"parameters in records of {size} bytes", begin() + stream(
            PARAMS, pairs(good), size) + record(STDIN), 200)
    # libfcgi takes no padding there; no web server sends any.
    f.answered("padding behind BEGIN_REQUEST", begin(padding=5) + stream(
        PARAMS, pairs(good)) + record(STDIN), 200, None)
    f.answered("padding behind the parameters", begin() + stream(
        PARAMS, pairs(good), 40, padding=255) + record(STDIN), 200)
    f.answered("padding behind the last parameters", begin() + record(
        PARAMS, pairs(good)) + record(PARAMS, padding=3) + record(STDIN), 200,
        None)
    f.answered("padding behind the end of the body", begin() + stream(
        PARAMS, pairs(good)) + record(STDIN, padding=7), 200)
    f.answered("another request id", request(good, number=65535), 200)
    body = b'{ "a": "' + b"x" * 3000 + b'" }'
    f.answered("a body in records of 11 bytes, padded", request(params(
        "POST", f.uri, support.headers(f.sender), body), body, size=11,
        padding=3), 200)
    with Connection(f.path) as connection:
        for byte in request(good):
            connection.send(bytes([byte]))
        answer = connection.answer()
    f.fault(answer.status == 200, "a request byte by byte", [str(answer)])
    with Connection(f.path) as connection:
        connection.send(request(good))
        connection.end_sending()
        answer = connection.answer()
    f.fault(answer.status == 200, "a peer that sends no more, and reads",
            [str(answer)])
    # Each small write takes a whole buffer's place in the socket.
    body = support.payload("x" * 2000)
    answer, stuck = trickle(f, params("PUT", f.uri, support.headers(
        support.fresh(), support.fresh()), body), body, 10)
    f.fault(not stuck and answer is not None and answer.status == 401,
            "a body in 200 records of 10 bytes, as Apache hands on what "
            "comes slowly", [f"stuck after {stuck} bytes" if stuck else
                             str(answer)])


def test_protocol(f):
    """Records that this relay does not take."""
    rest = stream(PARAMS, pairs(f.delete())) + record(STDIN)
    for name, first in (
            ("the role of an authorizer", begin(AUTHORIZER)),
            ("the role of a filter", begin(FILTER)),
            ("an unknown role", begin(77)),
            ("role 0", begin(0)),
            ("version 0", begin(version=0)),
            ("version 2", begin(version=2)),
            ("request id 0", begin(number=0)),
            ("no BEGIN_REQUEST", b""),
            ("BEGIN_REQUEST of 7 bytes", record(1, b"\0\1\0\0\0\0\0")),
            ("BEGIN_REQUEST of 16 bytes", record(1, b"\0\1" + b"\0" * 14)),
            ("BEGIN_REQUEST twice", begin() + begin()),
            ("BEGIN_REQUEST of another id first", begin(number=2)),
            ("an abort at once", begin() + record(ABORT)),
            ("an END_REQUEST", begin() + record(END, b"\0" * 8)),
            ("a STDOUT", begin() + record(STDOUT, b"x")),
            ("a DATA before the parameters", begin() + record(DATA, b"x")),
            ("a body before the parameters", begin() + record(STDIN, b"x")),
            ("an unknown type", begin() + record(42, b"x")),
            ("an unknown management record", record(42, b"x", 0))):
        f.silent(name, first + rest)
    good = pairs(f.delete())
    for name, data in (
            ("an abort amid the parameters", begin() + record(
                PARAMS, good) + record(ABORT) + record(PARAMS) +
             record(STDIN)),
            ("an abort amid the body", begin() + stream(PARAMS, good) +
             record(STDIN, b"x") + record(ABORT) + record(STDIN)),
            ("parameters of another id", begin() + record(PARAMS, good) +
             record(PARAMS, number=2) + record(STDIN, number=2)),
            ("a second BEGIN_REQUEST amid the parameters", begin() + record(
                PARAMS, good) + begin(number=2) + record(PARAMS) +
             record(STDIN)),
            ("a second BEGIN_REQUEST amid the body", begin() + stream(
                PARAMS, good) + begin(number=2) + record(STDIN)),
            ("a DATA amid the body", begin() + stream(PARAMS, good) +
             record(DATA, b"x") + record(STDIN)),
            ("a record of the wrong version at the end", begin() + stream(
                PARAMS, good) + record(STDIN, version=9))):
        f.silent(name, data)


def test_management(f):
    """FCGI_GET_VALUES, five of one name, would overflow a buffer."""
    ask_one = pairs([("FCGI_MAX_CONNS", "")])
    ask_many = pairs([("FCGI_MPXS_CONNS", "")] * 5)
    for name, data in (
            ("FCGI_GET_VALUES", ask_one),
            ("FCGI_GET_VALUES with a name five times", ask_many),
            ("FCGI_GET_VALUES with a name five hundred times",
             ask_many * 100),
            ("FCGI_GET_VALUES, cut", ask_many[:-3]),
            ("FCGI_GET_VALUES with a length beyond the end",
             b"\x7f\0FCGI_MAX_CONNS")):
        with Connection(f.path, 5) as connection:
            connection.send(record(GET_VALUES, data, 0))
            connection.end_sending()
            answer = connection.answer()
        f.fault(answer.silent, name, [str(answer)])
        f.silent(name + ", then a delete", record(GET_VALUES, data, 0) +
                 request(f.delete()))
        f.silent(name + ", amid a delete", begin() + stream(
            PARAMS, pairs(f.delete())) + record(GET_VALUES, data, 0) +
            record(STDIN))


def test_abort_whole(f):
    """An abort behind a whole request does no harm to it."""
    good = params("POST", f.uri, support.headers(f.sender))
    f.answered("an abort behind a whole request",
               request(good) + record(ABORT), 200)
    with Connection(f.path, 5) as connection:
        connection.send(request(good, keep=True) + record(ABORT))
        first = connection.answer()
        connection.send(request(good, keep=True))
        try:
            second = connection.answer()
            fine = second.silent or second.status == 200
        except TimeoutError:
            second, fine = "silence", False
    f.fault(first.status == 200 and fine, "the same on a kept connection",
            [str(first), str(second)])
    with Connection(f.path, 2 * TIMEOUT_S + 3) as connection:
        connection.send(request(good, keep=True) * 2)
        first = connection.answer()
        try:
            second = connection.answer()
            fine = second.silent or second.status == 200
        except TimeoutError:
            second, fine = "silence, the connection open", False
    f.fault(first.status == 200 and fine, "two requests at once on a kept "
            "connection: answered or closed", [str(first), str(second)])


def test_headers_twice(f):
    """nginx gives two parameters of one name, lighttpd joins them."""
    claim, other = f.sender, support.fresh()
    for name, headers, status, code in (
            ("the claim twice, the same", [("C", claim), ("C", claim)],
             401, "claim_invalid"),
            ("another claim behind it", [("C", claim), ("C", other)],
             401, "claim_invalid"),
            ("another claim before it", [("C", other), ("C", claim)],
             401, "claim_invalid"),
            ("the claim twice, joined", [("C", f"{claim}, {claim}")],
             401, "claim_invalid"),
            ("an empty claim behind it", [("C", claim), ("C", "")],
             401, "claim_invalid"),
            ("the request id twice", [("C", claim), ("R", other),
                                      ("R", other)],
             400, "request_id_invalid"),
            ("the request id twice, joined", [("C", claim),
                                              ("R", f"{other}, {other}")],
             400, "request_id_invalid")):
        full = [("Mailbox-Device-Claim" if n == "C" else
                 "Mailbox-Request-ID", v) for n, v in headers]
        answer = ask(f.path, request(params("DELETE", f.uri, full)))
        f.fault((answer.status, code_of(answer)) == (status, code), name,
                [str(answer)])
    for name in ("REQUEST_METHOD", "REQUEST_URI"):
        both = f.delete() + [(name, "/healthz" if "URI" in name else "GET")]
        answer = ask(f.path, request(both))
        f.fault(answer.status is None or answer.status >= 400,
                f"{name} twice", [str(answer)])


def test_garbage(f):
    """Random bytes, and good requests with a few bytes changed."""
    stranger = support.fresh()
    models = [request(f.delete(claim=stranger)),
              request(f.delete("claim last", stranger)),
              request(params("POST", f.uri, support.headers(stranger))),
              request(params("PUT", f.uri, support.headers(
                  stranger, support.fresh()), b"{}"), b"{}"),
              record(GET_VALUES, pairs([("FCGI_MAX_REQS", "")] * 3), 0)]
    rng = f.rng
    accepted = 0
    for i in range(GARBAGE):
        kind = rng.randrange(4)
        if kind == 0:
            data = rng.randbytes(rng.randrange(1, 400))
        elif kind == 1:
            data = b"".join(record(
                rng.choice([1, 2, 4, 5, 9, rng.randrange(256)]),
                rng.randbytes(rng.choice([0, 8, rng.randrange(300)])),
                rng.randrange(3), rng.randrange(9)) for _ in
                range(rng.randrange(1, 6)))
        else:
            spoiled = bytearray(rng.choice(models))
            for _ in range(rng.randrange(1, 4)):
                spoiled[rng.randrange(len(spoiled))] = rng.randrange(256)
            data = bytes(spoiled)
        with Connection(f.path, 5) as connection:
            connection.send(data)
            if i % 3 == 0:
                continue
            connection.end_sending()
            accepted += connection.answer().status == 200
    f.fault(accepted == 0, f"{GARBAGE} connections of garbage",
            [f"{accepted} were taken for good requests"])
