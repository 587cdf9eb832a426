"""One relay behind one web server after the other, with the shipped
configurations, or with some words of them changed."""

import os
import re
import shutil

from .instance import Instance, ROOT

ALL = ("lighttpd", "lighttpd-spawned", "nginx", "apache", "apache-fcgid")


class Servers(Instance):
    """with Servers(...) as relay: relay.use("nginx", tls=True)"""

    def __init__(self, settings=None):
        super().__init__(settings, server="none")
        self.turn = 0

    def _wait(self, limit=30):
        """There is nothing to wait for before use()."""

    def use(self, server, tls=False, changes=(), options=()):
        """Puts the relay behind a web server.

        changes: (old, new), in whatever file of that server's has it, and in
        one at least.  options: names of files that a line takes in when its
        # is gone.
        """
        # A new name each time, so that the script sees that it has changed.
        self.turn += 1
        conf = os.path.join(self.folder, f"conf-{self.turn}")
        shutil.copytree(os.path.join(ROOT, "conf"), conf)
        os.chmod(conf, 0o755)
        folder = os.path.join(conf, server.split("-", maxsplit=1)[0])
        files = [os.path.join(folder, name) for name in os.listdir(folder)
                 if name.endswith(".conf")]
        for option in options:
            _change(files, rf'^(\s*)#(include "?\S*/{option}\.conf)',
                    r"\1\2", re.M | re.I)
        if options:
            _change(files, r"/usr/share/credrelay/conf/(?!lighttpd/error)",
                    conf + "/")
        for old, new in changes:
            _change(files, re.escape(old), new.replace("\\", r"\\"))
        self.script("start", "--server", server, "--confdir", conf,
                    "--tls" if tls else "--no-tls", "--quiet")
        self.read_env()

    def logs(self):
        """All that the web server and the relay have written: by name."""
        found = {}
        folder = self.env["CREDRELAY_LOGDIR"]
        for name in sorted(os.listdir(folder)):
            with open(os.path.join(folder, name), encoding="utf-8",
                      errors="surrogateescape") as file:
                found[name] = file.read()
        return found


def _change(files, pattern, new, flags=0):
    count = 0
    for path in files:
        with open(path, encoding="utf-8") as file:
            text = file.read()
        text, times = re.subn(pattern, new, text, flags=flags)
        count += times
        with open(path, "w", encoding="utf-8") as file:
            file.write(text)
    if not count:
        raise RuntimeError(f"no configuration has {pattern}")
