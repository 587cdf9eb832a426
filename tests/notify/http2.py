"""Many pushes over few connections, to a server that is not ours: nginx, which
says GOAWAY after so many requests."""

import collections
import os
import shutil
import signal
import socket
import subprocess

from .addresses import give, place
from .receiver import make_certificate
from .support import until, webhook_token

PUSHES = 200
# That nginx takes on one connection.  libcurl makes those that it refuses then
# on new ones, each on its own.
REQUESTS = 40

CONF = """
daemon off;
pid {folder}/nginx.pid;
error_log {folder}/nginx-error.log;
worker_processes 1;
{user}
events {{ worker_connections 512; }}
http {{
    log_format push '$server_protocol $connection $status $http_credrelay_delivery';
    access_log {folder}/nginx-access.log push;
    client_body_temp_path {folder}/nginx-body;
    proxy_temp_path {folder}/nginx-proxy;
    fastcgi_temp_path {folder}/nginx-fastcgi;
    uwsgi_temp_path {folder}/nginx-uwsgi;
    scgi_temp_path {folder}/nginx-scgi;
    keepalive_requests {requests};
    server {{
        listen 127.0.0.1:{port} ssl http2;
        ssl_certificate {certificate};
        ssl_certificate_key {certificate};
        location / {{ return 204; }}
    }}
}}
"""


def free_port():
    """One that nobody listens on."""
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        return sock.getsockname()[1]


def listens(port):
    """Whether somebody does."""
    with socket.socket() as sock:
        return sock.connect_ex(("127.0.0.1", port)) == 0


def test_multiplex(tap, relay, device, receiver):
    """Pushes share connections, and none is lost when these end."""
    nginx = shutil.which("nginx", path=os.environ["PATH"] + ":/usr/sbin")
    if nginx is None:
        tap.skip("pushes over HTTP/2", "nginx is not installed")
        return
    folder, port = relay.folder, free_port()
    certificate = make_certificate(folder)
    trusted = place(relay, "nginx-ca.pem")
    shutil.copy(certificate, trusted)
    give(relay, trusted)
    conf = os.path.join(folder, "nginx.conf")
    with open(conf, "w", encoding="ascii") as file:
        file.write(CONF.format(
            folder=folder, port=port, certificate=certificate,
            requests=REQUESTS, user="user root;" if os.getuid() == 0 else ""))
    log = os.path.join(folder, "nginx-access.log")
    with subprocess.Popen([nginx, "-c", conf], stdout=subprocess.DEVNULL,
                          stderr=subprocess.DEVNULL) as server:
        try:
            until(lambda: listens(port))
            relay.rewrite(webhook__url=f"https://localhost:{port}/push",
                          webhook__ca_file=trusted)
            boxes = [device.pair(webhook_token()) for _ in range(PUSHES)]
            # So that all are there at once.
            os.kill(relay.notifier(), signal.SIGSTOP)
            for box in boxes:
                device.write(box)
            os.kill(relay.notifier(), signal.SIGCONT)
            emptied = relay.emptied(20)
        finally:
            server.terminate()
            server.wait(10)
            relay.rewrite(
                webhook__url=f"http://127.0.0.1:{receiver.port}/push",
                webhook__ca_file="")
    with open(log, encoding="ascii") as file:
        lines = [line.split() for line in file]
    taken = collections.Counter(words[3] for words in lines
                                if words[2] == "204")
    connections = {words[1] for words in lines}
    tap.note(f"{len(lines)} requests on {len(connections)} connections")
    tap.ok(emptied and len(taken) == PUSHES and set(taken.values()) == {1},
           f"{PUSHES} pushes arrive, though their connections end after "
           f"{REQUESTS} requests", [f"{len(taken)} arrived",
                                    str(taken.most_common(3))])
    tap.ok({words[0] for words in lines} == {"HTTP/2.0"} and
           len(connections) < PUSHES // 2,
           "over shared connections, by HTTP/2",
           [f"{len(connections)} connections"])


TESTS = (test_multiplex,)
