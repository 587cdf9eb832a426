"""Where a push may not go."""

import base64
import json
import os
import shutil
import subprocess

from .deliver import wait_pushes
from .receiver import Receiver, make_certificate
from .support import WEBPUSH_KEYS, fresh, until, webhook_token


def place(relay, name):
    """A file that the notifier can read, in its own folder."""
    return os.path.join(relay.folder, "relay", "etc", name)


def give(relay, path):
    """To the account that the notifier runs as."""
    os.chown(path, os.stat(relay.path("CREDRELAY_CONF")).st_uid, -1)


def refused(relay, device, token, kind, receiver=None):
    """An update whose push is refused: the outcome says so, and nothing has
    come.  What came instead is told."""
    names = ("rejected", "dead", "failed", "delivered", "retry")
    before = [relay.count(kind, name) for name in names]
    device.write(device.pair(token))
    relay.emptied()
    until(lambda: [relay.count(kind, name) for name in names] != before)
    after = [relay.count(kind, name) for name in names]
    came = [name for name, a, b in zip(names, before, after) if a != b]
    if receiver is not None and receiver.connections:
        came.append("connected")
    return came


def test_webhook(tap, relay, device, receiver):
    """The operator's own URL, without the word that it may be there."""
    receiver.forget()
    receiver.connections = 0
    for url in (f"http://127.0.0.1:{receiver.port}",
                f"https://localhost:{receiver.port}",
                "https://192.168.77.1/push", "https://10.1.2.3/push",
                "https://[::1]/push", "https://[::ffff:127.0.0.1]/push",
                "https://169.254.169.254/latest", "https://0.0.0.0/push"):
        relay.rewrite(webhook__url=url, webhook__allow_addresses="")
        came = refused(relay, device, webhook_token(), "webhook", receiver)
        tap.same(came, ["rejected"], "a webhook is refused: " +
                 url.replace(str(receiver.port), "PORT"))
    relay.rewrite(webhook__url=f"http://127.0.0.1:{receiver.port}/push",
                  webhook__allow_addresses="127.0.0.1/32")


def test_redirect(tap, relay, device, receiver):
    """Nobody is sent elsewhere."""
    other = Receiver()
    try:
        for status in (301, 302, 307, 308):
            receiver.forget()
            receiver.answers = [
                (status, {"Location": f"http://127.0.0.1:{other.port}/"})] * 9
            device.write(device.pair(webhook_token()))
            wait_pushes(receiver, 1)
            ended = relay.emptied()
            tap.ok(ended and not other.pushes and not other.connections and
                   len(receiver.pushes) == 1,
                   f"a redirect ({status}) is not followed",
                   [f"{len(receiver.pushes)} pushes, {other.connections} "
                    "connections"])
    finally:
        receiver.forget()
        other.close()


def webpush(endpoint):
    """A token with this endpoint."""
    data = json.dumps({"endpoint": endpoint, **WEBPUSH_KEYS}).encode()
    return {"type": "webpush", "tokenData":
            base64.urlsafe_b64encode(data).decode().rstrip("=")}


def test_webpush(tap, relay, device, receiver):
    """Endpoints are written by strangers."""
    key = place(relay, "vapid.pem")
    subprocess.run(["openssl", "genpkey", "-algorithm", "EC", "-pkeyopt",
                    "ec_paramgen_curve:P-256", "-out", key], check=True,
                   capture_output=True)
    os.chmod(key, 0o600)
    give(relay, key)
    certificate = make_certificate(relay.folder)
    trusted = place(relay, "ca.pem")
    shutil.copy(certificate, trusted)
    give(relay, trusted)
    tls = Receiver(certificate)
    try:
        relay.change(
            webhook__url=f"https://localhost:{tls.port}",
            webhook__allow_addresses="127.0.0.1/32 ::1/128",
            webhook__ca_file=trusted, webpush__vapid_key_file=key,
            webpush__subject="mailto:push@relay.example",
            webpush__ca_file=trusted)
        for endpoint in (
                f"https://127.0.0.1:{tls.port}/x",
                f"https://localhost:{tls.port}/x", "https://10.0.0.1/x",
                "https://172.16.0.1/x", "https://192.168.1.1/x",
                "https://[::1]/x", "https://[fd00::1]/x",
                "https://[::ffff:10.0.0.1]/x", "https://2130706433/x",
                "https://0x7f.1/x", "https://127.1/x"):
            before = tls.connections + receiver.connections
            came = refused(relay, device, webpush(endpoint), "webpush")
            tap.ok(came in (["rejected"], ["dead"]) and
                   tls.connections + receiver.connections == before,
                   f"an endpoint is refused: {endpoint}"
                   .replace(str(tls.port), "PORT")
                   .replace(str(receiver.port), "PORT"), [str(came)])
        for endpoint in (f"http://127.0.0.1:{receiver.port}/x",
                         "file:///etc/passwd", "gopher://127.0.0.1:70/x"):
            box = device.pair(webpush(endpoint))
            device.write(box)
            rows = relay.outbox()
            device.write(box, box.receiver)
            tap.ok(rows == 0 and not device.supported(),
                   f"an endpoint that is not https is not kept: {endpoint}"
                   .replace(str(receiver.port), "PORT"), [str(rows)])
        test_kept(tap, relay, device, tls)
    finally:
        tls.close()
        relay.change(webhook__url=f"http://127.0.0.1:{receiver.port}/push",
                     webhook__allow_addresses="127.0.0.1/32")


def test_kept(tap, relay, device, tls):
    """A connection that one gateway may have is none of another's."""
    tls.forget()
    device.write(device.pair(webhook_token()))
    delivered = wait_pushes(tls, 1)
    came = refused(relay, device,
                   webpush(f"https://localhost:{tls.port}/" + fresh()),
                   "webpush")
    tap.ok(delivered and came in (["rejected"], ["dead"]) and
           len(tls.pushes) == 1, "a connection that the webhook was allowed "
           "to make carries no other gateway's push",
           [str(came), f"{len(tls.pushes)} pushes"])


TESTS = (test_webhook, test_redirect, test_webpush)
