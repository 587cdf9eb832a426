"""FastCGI as a web server speaks it, and as no web server should.

Everything is bytes first: a request is a list of records that a test may cut,
reorder or spoil before it sends them.
"""

import os
import signal
import socket
import struct

BEGIN, ABORT, END, PARAMS, STDIN, STDOUT, STDERR, DATA, GET_VALUES = \
    range(1, 10)
RESPONDER, AUTHORIZER, FILTER = 1, 2, 3
KEEP_CONN = 1


def record(kind, content=b"", number=1, padding=0, version=1):
    """One record; `number` is the request id."""
    return struct.pack(">BBHHBB", version, kind, number, len(content),
                       padding, 0) + content + b"\0" * padding


def begin(role=RESPONDER, flags=0, number=1, **more):
    """BEGIN_REQUEST."""
    return record(BEGIN, struct.pack(">HB5x", role, flags), number, **more)


def _length(number, wide):
    if wide or number > 127:
        return struct.pack(">I", number | 0x80000000)
    return bytes([number])


def pair(name, value, wide=False):
    """One parameter; `wide`: four-byte lengths also where one would do."""
    name, value = _bytes(name), _bytes(value)
    return _length(len(name), wide) + _length(len(value), wide) + name + value


def pairs(params, wide=False):
    """The content of a PARAMS stream."""
    return b"".join(pair(n, v, wide) for n, v in params)


def stream(kind, content, size=65535, number=1, padding=0):
    """A stream of records of at most `size` bytes, with its empty end."""
    out = [record(kind, content[i:i + size], number, padding)
           for i in range(0, len(content), size)]
    return b"".join(out) + record(kind, b"", number)


def params(method, uri, headers=(), body=None, length=True):
    """The parameters of a request as a web server gives them.

    length: True, the true one; None, none at all; else what to claim.
    """
    out = [("REQUEST_METHOD", method), ("REQUEST_URI", uri)]
    if length is True:
        length = len(body) if body is not None else None
    if length is not None:
        out.append(("CONTENT_LENGTH", str(length)))
    if body is not None:
        out.append(("CONTENT_TYPE", "application/json"))
    for name, value in headers:
        out.append(("HTTP_" + name.upper().replace("-", "_"), value))
    return out + [("SCRIPT_NAME", ""), ("SERVER_SOFTWARE", "tests"),
                  ("REMOTE_ADDR", "127.0.0.1"),
                  ("SERVER_PROTOCOL", "HTTP/1.1")]


def request(parameters, body=b"", keep=False, number=1, size=65535,
            padding=0):
    """All the bytes of a whole request."""
    return begin(flags=KEEP_CONN if keep else 0, number=number) + \
        stream(PARAMS, pairs(parameters), 65535, number, padding) + \
        stream(STDIN, body or b"", size, number, padding)


class Answer:
    """status, headers (lower-case names to values), body, and how it ended:
    `ended` (END_REQUEST's protocol status, or None)."""

    def __init__(self, out, ended, number):
        self.raw = out
        self.ended = ended
        self.number = number
        self.status = None
        self.headers = {}
        head, _, self.body = out.partition(b"\r\n\r\n")
        for line in head.decode("latin-1").split("\r\n"):
            name, _, value = line.partition(": ")
            self.headers[name.lower()] = value
        if self.headers.get("status", "")[:3].isdigit():
            self.status = int(self.headers["status"][:3])

    @property
    def silent(self):
        """Nothing of an answer came."""
        return self.raw == b""

    def __repr__(self):
        return f"{self.status} {self.body[:200]!r} ended={self.ended}"


class Connection:
    """One connection to the pool's socket."""

    def __init__(self, path, timeout=15):
        self.sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.sock.settimeout(timeout)
        self.sock.connect(path)
        self.buffer = b""

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def close(self):
        """Ends it."""
        self.sock.close()

    def send(self, data):
        """False when the pool has closed before it took everything."""
        try:
            self.sock.sendall(data)
        except (BrokenPipeError, ConnectionResetError):
            return False
        return True

    def end_sending(self):
        """The pool sees the end, and can still answer."""
        try:
            self.sock.shutdown(socket.SHUT_WR)
        except OSError:
            pass

    def _fill(self, size):
        while len(self.buffer) < size:
            try:
                piece = self.sock.recv(65536)
            except ConnectionResetError:
                piece = b""
            if not piece:
                return False
            self.buffer += piece
        return True

    def answer(self):
        """What comes up to END_REQUEST or the end; TimeoutError: silence."""
        out, number = b"", None
        while self._fill(8):
            _, kind, number, length, padding, _ = struct.unpack(
                ">BBHHBB", self.buffer[:8])
            if not self._fill(8 + length + padding):
                break
            content = self.buffer[8:8 + length]
            self.buffer = self.buffer[8 + length + padding:]
            if kind == STDOUT:
                out += content
            elif kind == END:
                return Answer(out, content[4] if len(content) == 8 else -1,
                              number)
        return Answer(out, None, number)

    def closed(self):
        """True when the pool ends the connection, and sends nothing more."""
        return not self._fill(1)


def ask(path, data, timeout=15):
    """Sends bytes on a connection of their own; the Answer."""
    with Connection(path, timeout) as connection:
        connection.send(data)
        return connection.answer()


def ask_at_once(workers, path, requests, timeout=20):
    """Requests that the pool's workers find all at once: the Answers."""
    connections = []
    for worker in workers:
        os.kill(worker, signal.SIGSTOP)
    try:
        for data in requests:
            connections.append(Connection(path, timeout))
            connections[-1].send(data)
    finally:
        for worker in workers:
            os.kill(worker, signal.SIGCONT)
    answers = [connection.answer() for connection in connections]
    for connection in connections:
        connection.close()
    return answers


def _bytes(text):
    return text if isinstance(text, bytes) else text.encode()
