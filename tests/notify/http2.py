"""Many pushes over few connections, to a server that is not ours: nginx, which
says GOAWAY after so many requests."""

import collections
import os
import shutil
import signal

from .addresses import give, place
from .front import Front, nginx
from .receiver import make_certificate
from .support import webhook_token

PUSHES = 200
# That nginx takes on one connection.  libcurl makes those that it refuses then
# on new ones, each on its own.
REQUESTS = 40


def test_multiplex(tap, relay, device, receiver):
    """Pushes share connections, and none is lost when these end."""
    if nginx() is None:
        tap.skip("pushes over HTTP/2", "nginx is not installed")
        return
    certificate = make_certificate(relay.folder)
    trusted = place(relay, "nginx-ca.pem")
    shutil.copy(certificate, trusted)
    give(relay, trusted)
    server = Front(relay.folder, certificate, "return 204;", REQUESTS)
    try:
        relay.rewrite(webhook__url=f"{server.url}/push",
                      webhook__ca_file=trusted)
        boxes = [device.pair(webhook_token()) for _ in range(PUSHES)]
        # So that all are there at once.
        os.kill(relay.notifier(), signal.SIGSTOP)
        for box in boxes:
            device.write(box)
        os.kill(relay.notifier(), signal.SIGCONT)
        emptied = relay.emptied(20)
    finally:
        server.close()
        relay.rewrite(webhook__url=f"http://127.0.0.1:{receiver.port}/push",
                      webhook__ca_file="")
    lines = server.log()
    taken = collections.Counter(words[3] for words in lines
                                if words[2] == "204")
    connections = collections.Counter(words[1] for words in lines)
    tap.note(f"{len(lines)} requests on {len(connections)} connections")
    tap.ok(emptied and len(taken) == PUSHES and set(taken.values()) == {1},
           f"{PUSHES} pushes arrive, though their connections end after "
           f"{REQUESTS} requests", [f"{len(taken)} arrived",
                                    str(taken.most_common(3))])
    # How many there are in all depends on how many were refused at once.
    tap.ok({words[0] for words in lines} == {"HTTP/2.0"} and
           max(connections.values(), default=0) == REQUESTS,
           "over shared connections, by HTTP/2",
           [f"at most {max(connections.values(), default=0)} on one of "
            f"{len(connections)}"])


TESTS = (test_multiplex,)
