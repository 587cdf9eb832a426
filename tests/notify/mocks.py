"""Gateways beside the tests' own receiver: programs of mock.mjs."""

import json
import os
import shutil
import subprocess
import threading

from .support import HERE, until

TOP = os.path.dirname(os.path.dirname(HERE))
PACKAGES = os.path.join(TOP, "var", "npm", "node_modules")


def why_not():
    """What they lack on this machine; "" for nothing."""
    if not shutil.which("node"):
        return "there is no node"
    if not os.path.isdir(PACKAGES):
        return "scripts/install-deps check has not brought their packages"
    return ""


class Mock:
    """One of them.  `seen` has a dict for each request."""

    def __init__(self, program, certificate, *words):
        self.command = ["node", os.path.join(HERE, program), certificate]
        self.words = [str(word) for word in words]
        self.port = 0
        self.seen = []
        self.ready = {}
        self.child = None
        self.start()

    def start(self):
        """Listens, on the same port as before."""
        self.ready = {}
        self.child = subprocess.Popen(          # pylint: disable=R1732
            self.command + [str(self.port)] + self.words,
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        threading.Thread(target=self.listen, args=(self.child.stdout,),
                         daemon=True).start()
        if not until(lambda: "port" in self.ready):
            raise RuntimeError(f"{self.command[1]} does not start")
        self.port = self.ready["port"]

    def listen(self, lines):
        """Takes what it says."""
        for line in lines:
            said = json.loads(line)
            if "path" in said:
                self.seen.append(said)
            else:
                self.ready.update(said)

    def stop(self):
        """Nobody listens any more, and what is open is closed."""
        self.child.kill()
        self.child.wait()
        self.child.stdin.close()

    def restart(self):
        """One that has forgotten all."""
        self.stop()
        self.start()

    def fail(self, *faults):
        """What is to become of the next requests."""
        self.ready.pop("faults", None)
        self.child.stdin.write(json.dumps(faults) + "\n")
        self.child.stdin.flush()
        until(lambda: "faults" in self.ready)

    def forget(self):
        """As if nothing had come."""
        self.seen = []

    def wait(self, count, limit=15):
        """Until so many have been taken; those."""
        until(lambda: len(self.taken()) >= count, limit)
        return self.taken()

    def taken(self):
        """The requests to /3/device, messages:send or /notify that were
        answered by success."""
        return [push for push in self.seen
                if push.get("status", 0) in (200, 201) and
                push["path"] != "/token" and push["path"] != "/subscribe"]
