"""An HTTP/1.1 client on a plain socket, which sends whatever it is told.

Nothing is corrected or added but Host and Content-Length, and these only
where the caller gave none.  An answer is read by its own framing, and what
breaks the framing is kept as Answer.faults instead of being forgiven.
"""

import re
import select
import socket
import ssl
import time
from urllib.parse import urlsplit


class Answer:
    """status (int), headers (list of name and value), body (bytes), took
    (seconds since the request was sent)."""

    def __init__(self, status, headers, body, faults=()):
        self.status = status
        self.headers = headers
        self.body = body
        self.faults = list(faults)
        self.took = 0.0

    def all(self, name):
        """Every value of a header, in order."""
        name = name.lower()
        return [v for n, v in self.headers if n.lower() == name]

    def get(self, name):
        """The one value of a header; None when there is none."""
        values = self.all(name)
        return ", ".join(values) if values else None


class NoAnswer(Exception):
    """The connection ended, or stayed silent, before a whole answer."""


class Client:
    """One connection to one server, kept alive and made anew on demand."""

    def __init__(self, base_url, timeout=30):
        parts = urlsplit(base_url)
        self.base_url = base_url
        self.tls = parts.scheme == "https"
        self.name = parts.hostname
        self.port = parts.port or (443 if self.tls else 80)
        self.host = parts.netloc.rsplit("@", 1)[-1]
        self.prefix = parts.path.rstrip("/")
        self.timeout = timeout
        self.sock = None
        self.buffer = b""
        self.stray = b""
        self.began = 0.0

    def close(self):
        """Ends the connection, if there is one."""
        if self.sock is not None:
            self.sock.close()
        self.sock = None
        self.buffer = b""

    def _open(self):
        sock = socket.create_connection((self.name, self.port), self.timeout)
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        if self.tls:
            # A test instance has a certificate of its own making.
            context = ssl.create_default_context()
            context.check_hostname = False
            context.verify_mode = ssl.CERT_NONE
            sock = context.wrap_socket(sock, server_hostname=self.name)
        self.sock = sock
        self.buffer = b""

    def _ready(self):
        """Connects unless an idle connection is there.

        Returns what came on the idle connection without being asked for.
        """
        if self.sock is None:
            self._open()
            return b""
        stray = self.buffer
        if not stray and select.select([self.sock], [], [], 0)[0]:
            try:
                stray = self.sock.recv(4096)
            except OSError:
                stray = b""
            self.close()
            self._open()
        elif stray:
            self.close()
            self._open()
        return stray

    def request(self, method, target, headers=(), body=b"", chunked=False):
        """Sends one request and returns its Answer."""
        return self.send(self.encode(method, target, headers, body, chunked),
                         method)

    def encode(self, method, target, headers=(), body=b"", chunked=False):
        """The bytes of a request, as they go out."""
        names = {_bytes(n).lower() for n, _ in headers}
        lines = [_bytes(method) + b" " + _bytes(self.prefix) +
                 _bytes(target) + b" HTTP/1.1"]
        if b"host" not in names:
            lines.append(b"Host: " + self.host.encode())
        lines += [_bytes(n) + b": " + _bytes(v) for n, v in headers]
        if chunked:
            lines.append(b"Transfer-Encoding: chunked")
            body = _chunks(body)
        elif b"content-length" not in names and (
                body or method in ("POST", "PUT", "PATCH")):
            lines.append(b"Content-Length: %d" % len(body))
        return b"\r\n".join(lines) + b"\r\n\r\n" + body

    def send(self, data, method="GET"):
        """Sends raw bytes; the answer is read as one to `method`."""
        self.start(data)
        return self.finish(method)

    def start(self, data):
        """The first half of send(): does not wait for the answer."""
        self.began = time.monotonic()
        try:
            self.stray = self._ready()
            self._write(data)
        except OSError as error:
            self.close()
            raise NoAnswer(f"{type(error).__name__}: {error}") from error

    def finish(self, method="GET"):
        """The second half of send()."""
        if self.sock is None:
            raise NoAnswer("not connected")
        try:
            answer = self._read(method)
        except (OSError, NoAnswer) as error:
            self.close()
            if isinstance(error, NoAnswer):
                raise
            raise NoAnswer(f"{type(error).__name__}: {error}") from error
        answer.took = time.monotonic() - self.began
        if self.stray:
            answer.faults.append("bytes after the last answer: "
                                 f"{self.stray[:80]!r}")
        return answer

    def _write(self, data):
        try:
            self.sock.sendall(data)
        except (BrokenPipeError, ConnectionResetError):
            # The server may have answered before it took everything.
            pass

    def _more(self):
        try:
            piece = self.sock.recv(65536)
        except TimeoutError as error:
            raise NoAnswer(f"silent for {self.timeout} s") from error
        self.buffer += piece
        return bool(piece)

    def _read(self, method):
        while b"\r\n\r\n" not in self.buffer:
            if not self._more():
                raise NoAnswer(f"closed after {self.buffer[:80]!r}")
        head, self.buffer = self.buffer.split(b"\r\n\r\n", 1)
        lines = head.decode("latin-1").split("\r\n")
        match = re.fullmatch(r"HTTP/1\.[01] (\d{3})(?: .*)?", lines[0])
        if not match:
            raise NoAnswer(f"no status line: {lines[0]!r}")
        status = int(match.group(1))
        headers = [(n, v.strip(" \t")) for n, _, v in
                   (line.partition(":") for line in lines[1:])]
        answer = Answer(status, headers, b"")
        if 100 <= status < 200:
            return self._read(method)
        self._read_body(answer, method)
        return answer

    def _read_body(self, answer, method):
        lengths = answer.all("Content-Length")
        closing = "close" in (answer.get("Connection") or "").lower()
        if method == "HEAD" or answer.status in (204, 304):
            pass
        elif "chunked" in (answer.get("Transfer-Encoding") or "").lower():
            self._read_chunks(answer)
        elif lengths:
            self._read_length(answer, lengths)
        else:
            closing = True
        if closing:
            while self._more():
                pass
            if lengths or method == "HEAD" or answer.status == 204:
                if self.buffer:
                    answer.faults.append("more bytes than were announced: "
                                         f"{self.buffer[:80]!r}")
            else:
                answer.body = self.buffer
            self.close()

    def _read_length(self, answer, lengths):
        if len(set(lengths)) != 1 or not lengths[0].isdigit():
            raise NoAnswer(f"Content-Length: {lengths}")
        length = int(lengths[0])
        while len(self.buffer) < length:
            if not self._more():
                raise NoAnswer(f"closed after {len(self.buffer)} of {length} "
                               "bytes of the body")
        answer.body = self.buffer[:length]
        self.buffer = self.buffer[length:]

    def _read_chunks(self, answer):
        while True:
            size = int(self._line().split(b";")[0], 16)
            while len(self.buffer) < size + 2:
                if not self._more():
                    raise NoAnswer("closed inside a chunk")
            answer.body += self.buffer[:size]
            self.buffer = self.buffer[size + 2:]
            if size == 0:
                return

    def _line(self):
        while b"\r\n" not in self.buffer:
            if not self._more():
                raise NoAnswer("closed inside a chunk's size")
        line, self.buffer = self.buffer.split(b"\r\n", 1)
        return line


def _bytes(text):
    if isinstance(text, bytes):
        return text
    return text.encode("utf-8", "surrogateescape")


def _chunks(body, size=5000):
    """A body in the chunked coding."""
    out = b""
    for start in range(0, len(body), size):
        piece = body[start:start + size]
        out += b"%x\r\n" % len(piece) + piece + b"\r\n"
    return out + b"0\r\n\r\n"
