"""What is measured: the relay, what stands in for it, and the web servers
before them.  Each becomes a front: where it answers, and its processes."""

import os
import re
import shutil
import sys

from place import HERE, ROOT, free_port

NODE_PACKAGES = os.path.join(ROOT, "var", "npm-bench", "node_modules")
PROXY = """
			proxy_pass http://relay;
			proxy_http_version 1.1;
			proxy_set_header Connection "";
			proxy_buffer_size 16k;
			proxy_buffers 16 16k;
			proxy_max_temp_file_size 0;
			proxy_connect_timeout 5s;
			proxy_read_timeout 60s;
"""


class Front:
    """Where it answers, and by part the processes that do."""

    def __init__(self, port, **roots):
        self.url = f"http://127.0.0.1:{port}"
        self.roots = roots


def nginx_to_node(text, port):
    """The shipped configuration, with a proxy in place of FastCGI."""
    text = re.sub(r"server unix:[^ ]*", f"server 127.0.0.1:{port}", text)
    text = re.sub(r"\n\t\t\tfastcgi_pass relay;", PROXY.rstrip(), text)
    return re.sub(r"\n\t+fastcgi_(?!temp_path)[^;]*;", "", text)


class Servers:
    """Starts them in a place."""

    def __init__(self, place):
        self.place = place
        self.own = place.env["CREDRELAY_SOCKET"]
        self.own_port = re.search(r":(\d+)$", place.url)[1]

    def _web(self, server, name, change):
        """A web server from its template; port and process id."""
        port = free_port()
        text = self.place.templates[server]
        for line in ("server.port = ", "listen 127.0.0.1:"):
            text = text.replace(line + self.own_port, line + str(port))
        text = text.replace(
            os.path.join(self.place.env["PGHOST"], "web.pid"),
            os.path.join(self.place.run, name + ".pid"))
        path = self.place.file(name + ".conf", change(text))
        sbin = shutil.which(server, path=os.environ["PATH"] +
                            ":/usr/sbin:/usr/local/sbin")
        words = [sbin, "-D", "-f", path]
        if server == "nginx":
            words = [sbin, "-c", path, "-e",
                     os.path.join(self.place.run, name + ".log"), "-g",
                     "daemon off;"]
        return port, self.place.spawn(words, port)

    def before(self, server, name, sock, worker):
        """A front: a web server before a FastCGI socket."""
        def change(text):
            text = text.replace(self.own, sock)
            if name == "empty":         # it serves a kept connection alone
                text = re.sub(r"\n\t\tkeepalive[^;]*;", "", text)
                text = text.replace("fastcgi_keep_conn on",
                                    "fastcgi_keep_conn off")
            return text
        port, pid = self._web(server, f"{name}-{server}", change)
        return Front(port, server=[pid], worker=[worker])

    def before_node(self, name, node):
        """A front: nginx before a relay in Node.js."""
        port = int(node.url.rpartition(":")[2])
        port, pid = self._web("nginx", name + "-nginx",
                              lambda text: nginx_to_node(text, port))
        return Front(port, server=[pid], **node.roots)

    def pool(self, name, program="credrelayd", settings=()):
        """A pool beside the relay's own, by default the same; socket and
        process id."""
        sock = os.path.join(self.place.run, name + ".sock")
        with open(self.place.env["CREDRELAY_CONF"], encoding="utf-8") as file:
            lines = file.read().splitlines()
        changed = {"socket": sock, **dict(settings), "pid_file":
                   os.path.join(self.place.run, name + "-pool.pid")}
        lines = [line for line in lines
                 if line.partition("=")[0].strip() not in changed]
        lines += [f"{key} = {value}" for key, value in changed.items()]
        path = self.place.file(name + "-pool.conf", "\n".join(lines) + "\n")
        return sock, self.place.spawn(
            [self.place.program(program), "-c", path], sock)

    def empty(self, answers, processes):
        """The empty program with these answers; socket and process id."""
        for name, answer in answers.items():
            path = self.place.file(name, "")
            with open(path, "wb") as file:
                file.write(answer)
        sock = os.path.join(self.place.run, "empty.sock")
        return sock, self.place.spawn(
            [self.place.program("bench/empty"), sock, str(processes),
             self.place.run], sock)

    def node(self, name, processes, preview_bytes):
        """A relay in Node.js, alone."""
        port = free_port()
        folder = os.path.join(self.place.run, "node")
        if not os.path.isdir(folder):
            shutil.copytree(os.path.join(HERE, "node"), folder)
            shutil.copytree(NODE_PACKAGES,
                            os.path.join(folder, "node_modules"))
        env = {"PROCESSES": str(processes), "PORT": str(port),
               "PREVIEW_BYTES": str(preview_bytes), "PGUSER": "relay_worker",
               "NODE_ENV": "production"}
        for key in ("PGHOST", "PGPORT", "PGDATABASE"):
            env[key] = self.place.env[key]
        node = shutil.which("node") or sys.exit("there is no node")
        pid = self.place.spawn([node, os.path.join(folder, name + ".js")],
                               port, env)
        return Front(port, worker=[pid])
