"""A relay that passes everything on to a real one, unless it is told to
misbehave, and that keeps what it was sent."""

import http.client
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import urlsplit


class Request:
    """method, path, headers (lower-case names), body, raw (all of it)."""

    def __init__(self, handler, body):
        self.method = handler.command
        self.path = handler.path
        self.headers = {n.lower(): v for n, v in handler.headers.items()}
        self.body = body
        self.raw = handler.raw_requestline + bytes(handler.headers) + body

    @property
    def request_id(self):
        return self.headers.get("mailbox-request-id")

    @property
    def claim(self):
        return self.headers.get("mailbox-device-claim")


class Handler(BaseHTTPRequestHandler):
    """One connection of a device."""

    protocol_version = "HTTP/1.1"

    def log_message(self, *_):
        pass

    def setup(self):
        super().setup()
        # What a device leaves open must not hold the test.
        self.connection.settimeout(30)

    def handle_any(self):
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        request = Request(self, body)
        proxy = self.server.proxy
        with proxy.lock:
            proxy.requests.append(request)
            rule = proxy.rules.pop(0) if proxy.rules else proxy.every
            proxy.lock.notify_all()
        answer = rule(request)
        if answer is None:
            self.close_connection = True
            return
        status, headers, text = answer
        self.send_response(status)
        for name, value in headers:
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(text)

    do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = handle_any


class Server(ThreadingHTTPServer):
    """Quiet about devices that go away."""

    daemon_threads = True

    def handle_error(self, request, client_address):
        pass


class Proxy:
    """with Proxy(url) as proxy: proxy.url, proxy.requests, proxy.rules

    A rule is called with a Request and gives the answer (status, headers,
    body), or None: the connection is closed without one.  Each request takes
    the next rule from the list; without one `every` is its rule, which passes
    it on.
    """

    def __init__(self, relay, context=None):
        self.relay = relay
        self.parts = urlsplit(relay)
        self.requests = []
        self.rules = []
        self.every = self.forward
        self.lock = threading.Condition()
        self.server = Server(("127.0.0.1", 0), Handler)
        self.server.proxy = self
        self.scheme = "http"
        if context:
            self.scheme = "https"
            self.server.socket = context.wrap_socket(
                self.server.socket, server_side=True)

    @property
    def url(self):
        return f"{self.scheme}://127.0.0.1:{self.server.server_port}"

    def __enter__(self):
        threading.Thread(target=self.server.serve_forever, args=(0.05,),
                         daemon=True).start()
        return self

    def __exit__(self, *_):
        self.server.shutdown()
        self.server.server_close()

    def arrived(self, test, limit=20):
        """Waits for a request that passes the test; None: it has not come."""
        def find():
            return next((r for r in self.requests if test(r)), None)

        with self.lock:
            self.lock.wait_for(find, limit)
            return find()

    def forward(self, request):
        """The real relay's answer, its link moved to this proxy."""
        connection = http.client.HTTPConnection(
            self.parts.hostname, self.parts.port, timeout=60)
        headers = {n: v for n, v in request.headers.items()
                   if n not in ("host", "connection", "content-length")}
        connection.request(request.method, request.path, request.body,
                           headers)
        answer = connection.getresponse()
        text = answer.read().replace(self.relay.encode(), self.url.encode())
        connection.close()
        kept = [(n, v) for n, v in answer.getheaders()
                if n.lower() not in ("content-length", "connection", "date",
                                     "server", "transfer-encoding")]
        return answer.status, kept, text

    # Rules.

    def lose_answer(self, request):
        """Carries the request out; the answer never arrives."""
        self.forward(request)

    @staticmethod
    def lose_request(_):
        """Nothing arrives at the relay."""

    @staticmethod
    def answer(status, headers=(), text=b""):
        """Always this, and the request id."""
        def rule(request):
            echo = [("Mailbox-Request-ID", request.request_id)] \
                if request.request_id else []
            return status, list(headers) + echo, text
        return rule


def replace_id(answer, echo):
    """An answer with other fields in the place of its request id."""
    status, headers, text = answer
    return status, [(n, v) for n, v in headers
                    if n.lower() != "mailbox-request-id"] + echo, text
