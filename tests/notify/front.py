"""HTTP/2 over TLS: nginx, which is not ours."""

import os
import shutil
import socket
import subprocess

from .support import until

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
        location / {{ {location} }}
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


def nginx():
    """The program; None: it is not installed."""
    return shutil.which("nginx", path=os.environ["PATH"] + ":/usr/sbin")


class Front:
    """One nginx.  What it does with a request is `location`, so many times on
    a connection; `url` is where it answers."""

    def __init__(self, folder, certificate, location, requests=1000):
        self.folder, self.port = folder, free_port()
        conf = os.path.join(folder, "nginx.conf")
        with open(conf, "w", encoding="ascii") as file:
            file.write(CONF.format(
                folder=folder, port=self.port, certificate=certificate,
                requests=requests, location=location,
                user="user root;" if os.getuid() == 0 else ""))
        self.server = subprocess.Popen(         # pylint: disable=R1732
            [nginx(), "-c", conf], stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL)
        until(lambda: listens(self.port))

    @property
    def url(self):
        """Without a path."""
        return f"https://localhost:{self.port}"

    def log(self):
        """Its requests: version, connection, status, delivery id."""
        path = os.path.join(self.folder, "nginx-access.log")
        with open(path, encoding="ascii") as file:
            return [line.split() for line in file]

    def close(self):
        """The end."""
        self.server.terminate()
        self.server.wait(10)
