"""Bodies for tests/faults/records: of the length that is declared, or of
another; as large as may be, or larger."""

import socket
import time

import support
from fastcgi import Connection, ask, params, request
from records_fixture import MAX_BODY, code_of, data_of, sized, trickle


def test_content_length(f):
    """CONTENT_LENGTH is a claim that has to be true."""
    body = support.payload("x" * 100)
    headers = support.headers(f.sender, support.fresh())

    def put(length, method="PUT", sent=body):
        return request(params(method, f.uri, headers, body, length), sent)

    for name, length in (("shorter", len(body) + 1), ("longer",
                         len(body) - 1), ("longer by far", 1),
                         ("declared as nothing", 0)):
        answer = ask(f.path, put(length))
        f.fault((answer.status, code_of(answer)) == (400, "body_length"),
                f"a body {name} than its length", [str(answer)])
    f.answered("a length and no body", put(len(body), sent=b""), 400)
    f.answered("a delete with a body that is too short",
               put(len(body) + 9, "DELETE"), 400)
    for length in ("-1", "+5", "0x10", " 5", "1e3", "5,5", "\u0665",
                   "99999999999999999999999", "18446744073709551617"):
        f.answered(f"CONTENT_LENGTH {length!r}", put(length), 400, 413)
    double = params("PUT", f.uri, headers, body) + [
        ("CONTENT_LENGTH", str(len(body)))]
    f.answered("CONTENT_LENGTH twice", request(double, body), 400)
    for name, length in (("no length", None), ("an empty length", "")):
        data = support.fresh()
        new = support.payload(data)
        answer = ask(f.path, request(params(
            "PUT", f.uri, support.headers(f.sender, support.fresh()), new,
            length), new))
        if answer.status == 200:
            f.data = data
        f.remember()
        f.fault(answer.status == 200, f"a body with {name} is taken",
                [str(answer)])


def test_size(f):
    """max_body, with and without a length."""
    edge = sized(MAX_BODY)
    for name, body, length in (
            ("declared", sized(MAX_BODY + 1), True),
            ("not declared", sized(MAX_BODY + 1), None),
            ("not declared, 300 KiB", sized(300 * 1024), None),
            ("declared, and not sent", b"", MAX_BODY + 1)):
        answer = f.create(body, length=length)
        f.fault(answer.status == 413, f"a body over max_body, {name}",
                [str(answer)])
    answer = f.create(edge, length=None)
    f.remember()
    f.fault(answer.status == 200, "a body of max_body", [str(answer)])
    for length in (True, None):
        body = sized(1024 * 1024)
        answer, stuck = trickle(f, params(
            "POST", "/v1/m", support.headers(f.sender, support.fresh()),
            body, length), body)
        f.fault(not stuck and answer is not None and answer.status == 413,
                "1 MiB in records of 8 KiB, as Apache sends it, "
                + ("declared" if length else "not declared"),
                [f"stuck after {stuck} bytes" if stuck else str(answer)])


def test_large(f):
    """Bodies of 1 byte to 512 KiB come back as they were; a peer that does
    not read its answer."""
    wrong = []
    for size in (1, 100, 7000, 8192, 16000, 16384, 20000, 48 * 1024, 65535,
                 65536, 65537, 100000, 200 * 1024, 212992, 300001,
                 512 * 1024):
        data = "".join(f.rng.choices("abcdefghijklmnopqrstuvwxyz", k=999))
        data = (data * (size // 999 + 1))[:size]
        body = support.payload(data)
        headers = support.headers(f.sender, support.fresh())
        piece = f.rng.choice([8192, 8184, 65535, 4000, 32768])
        if f.rng.randrange(2):
            answer = ask(f.path, request(params("PUT", f.uri, headers, body),
                                         body, size=piece))
        else:
            answer, _ = trickle(f, params("PUT", f.uri, headers, body), body)
        got = f.read(f.sender)
        if answer is None or answer.status != 200 or got.ended != 0 or \
                data_of(got) != data or \
                int(got.headers["content-length"]) != len(got.body):
            wrong.append(f"{size} bytes: {answer}")
        f.data = data
    f.remember()
    f.fault(not wrong, "bodies of 1 byte to 512 KiB arrive and come back "
            "intact", wrong)
    deaf = Connection(f.path)
    deaf.sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    deaf.send(request(params("POST", f.uri, support.headers(f.sender))))
    began = time.monotonic()
    harm = f.harm()
    took = time.monotonic() - began
    f.tap.note(f"beside a deaf peer honest requests took {took:.1f} s")
    f.tap.ok(not harm and took < 12, "a peer that does not read 512 KiB holds "
             "others up for some seconds at most", harm + [f"{took:.1f} s"])
    deaf.close()
    f.fault(True, "and all is well when it has gone")
