"""A push gateway of the tests' own: it remembers what comes and answers as it
is told, or not at all."""

import http.server
import os
import socket
import ssl
import subprocess
import threading
import time


# Where even an endless body ends, for the sake of those who wait for it.
ENDLESS_MOST = 1 << 30


class Push:
    """One request as it came."""

    def __init__(self, handler, body):
        self.at = time.monotonic()
        self.path = handler.path
        self.headers = handler.headers
        self.body = body
        self.answered = None        # the status, once it is sent
        self.endless = None         # bytes of a body that has no end

    @property
    def delivery(self):
        """The webhook's delivery id."""
        return self.headers["Credrelay-Delivery"]


class Receiver:
    """`answers` are statuses, or a status, headers and a body, for the next
    requests; "hang" stays silent, "close" closes, ("endless", STATUS) has a
    body that goes on until nobody listens.  Then 204 for ever.  `paths` has
    answers for some paths, which count as no push.  While `hold()` is in
    force nothing is answered."""

    def __init__(self, certificate=None):
        self.pushes = []
        self.answers = []
        self.paths = {}
        self.certificate = certificate
        self.lock = threading.Lock()
        self.free = threading.Event()
        self.free.set()
        self.ended = threading.Event()
        self.connections = 0
        self.open = set()
        self.server = None
        self.port = 0
        self.start()

    def start(self):
        """Listens, on the same port as before."""
        receiver = self

        class Handler(http.server.BaseHTTPRequestHandler):
            """Hands on to the receiver."""
            protocol_version = "HTTP/1.1"

            def do_POST(self):      # pylint: disable=invalid-name
                """Every push is one."""
                receiver.take(self)

            do_GET = do_POST

            def setup(self):
                with receiver.lock:
                    receiver.connections += 1
                    receiver.open.add(self.request)
                super().setup()

            def finish(self):
                with receiver.lock:
                    receiver.open.discard(self.request)
                super().finish()

            def log_message(self, *_):  # pylint: disable=arguments-differ
                """Nothing."""

        class Server(http.server.ThreadingHTTPServer):
            """With room for all that come at once."""
            request_queue_size = 512
            daemon_threads = True
            block_on_close = False

            def handle_error(self, *_):
                """A notifier that is killed hangs up."""

        self.server = Server(("127.0.0.1", self.port), Handler)
        if self.certificate:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(self.certificate)
            self.server.socket = context.wrap_socket(
                self.server.socket, server_side=True,
                do_handshake_on_connect=False)
        self.port = self.server.server_address[1]
        threading.Thread(target=self.server.serve_forever, args=(0.02,),
                         daemon=True).start()

    def stop(self):
        """Nobody listens any more, and what is open is closed."""
        self.server.shutdown()
        self.server.server_close()
        with self.lock:
            for connection in self.open:
                try:
                    connection.shutdown(socket.SHUT_RDWR)
                except OSError:
                    pass    # it was faster

    def close(self):
        """The end, also of what hangs."""
        self.ended.set()
        self.free.set()
        self.stop()

    def hold(self):
        """From now on nothing is answered."""
        self.free.clear()

    def release(self):
        """All is answered."""
        self.free.set()

    def take(self, handler):
        """One request."""
        body = handler.rfile.read(int(handler.headers["Content-Length"] or 0))
        push = Push(handler, body)
        with self.lock:
            if push.path in self.paths:
                answer = self.paths[push.path](push)
            else:
                self.pushes.append(push)
                answer = self.answers.pop(0) if self.answers else 204
        self.free.wait()
        if answer == "hang":
            self.ended.wait(60)
        if answer in ("hang", "close"):
            handler.close_connection = True
            handler.connection.shutdown(socket.SHUT_RDWR)
            return
        if isinstance(answer, tuple) and answer[0] == "endless":
            self.go_on(handler, push, answer[1])
            return
        status, headers, content = (
            *(answer if isinstance(answer, tuple) else (answer, {})), b"")[:3]
        push.answered = status
        handler.send_response(status)
        for name, value in headers.items():
            handler.send_header(name, value)
        handler.send_header("Content-Length", str(len(content)))
        handler.end_headers()
        handler.wfile.write(content)

    @staticmethod
    def go_on(handler, push, status):
        """An answer that does not end by itself."""
        part = b"x" * 65536
        handler.close_connection = True
        handler.send_response(status)
        handler.end_headers()
        push.answered = status
        sent = 0
        try:
            while sent < ENDLESS_MOST:
                sent += handler.connection.send(part)
        except OSError:
            pass            # the end that was waited for
        push.endless = sent

    def of(self, delivery):
        """The pushes with this delivery id."""
        with self.lock:
            return [p for p in self.pushes if p.delivery == delivery]

    def forget(self):
        """As if nothing had come."""
        with self.lock:
            self.pushes = []
            self.answers = []


def make_certificate(folder):
    """A certificate of "localhost" for itself, and its key, in one file."""
    path = os.path.join(folder, "receiver.pem")
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt",
         "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2", "-subj",
         "/CN=localhost", "-addext", "subjectAltName=DNS:localhost",
         "-addext", "basicConstraints=critical,CA:TRUE",
         "-keyout", path + ".key", "-out", path],
        check=True, capture_output=True)
    with open(path + ".key", encoding="ascii") as key, \
            open(path, "a", encoding="ascii") as both:
        both.write(key.read())
    os.chmod(path, 0o644)
    return path
