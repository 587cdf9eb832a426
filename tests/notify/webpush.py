"""Web Push, to the server of somebody else's: npm's web-push-testing."""

import base64
import json
import re
import subprocess
import urllib.request

from .mocks import Mock


def start(keys):
    """The server, behind TLS."""
    return Mock("webpush_front.mjs", keys.certificate)


def settings(keys, _):
    """For credrelay.conf."""
    return {"webpush__vapid_key_file": keys.private("vapid"),
            "webpush__subject": "mailto:push@relay.example",
            "webpush__allow_addresses": "127.0.0.1/32 ::1/128",
            "webpush__ca_file": keys.trusted}


def base64url(data):
    """As RFC 7515 writes it."""
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


def public_key(path):
    """The point of a key in PEM, as browsers are given it."""
    der = subprocess.run(["openssl", "pkey", "-pubin", "-in", path,
                          "-outform", "DER"], check=True,
                         capture_output=True).stdout
    return base64url(der[-65:])


def ask(context, path, body):
    """What the server behind says to a form."""
    port = context.webpush.ready["behind"]
    request = urllib.request.Request(
        f"http://localhost:{port}{path}", json.dumps(body).encode(),
        {"Content-Type": "application/json"})
    with urllib.request.urlopen(request) as answer:
        return answer.read().decode()


def subscribe(context, key="vapid"):
    """A browser's subscription: the token, and the server's name for it."""
    made = json.loads(ask(context, "/subscribe", {
        "userVisibleOnly": "true",
        "applicationServerKey": public_key(context.keys.public(key))}))["data"]
    endpoint = re.sub(r"^http://[^/]*",
                      f"https://localhost:{context.webpush.port}",
                      made["endpoint"])
    data = json.dumps({"endpoint": endpoint, **{
        name: re.sub("[=]", "", value.replace("+", "-").replace("/", "_"))
        for name, value in made["keys"].items()}})
    return ({"type": "webpush", "tokenData": base64url(data.encode())},
            made["clientHash"])


def messages(context, name):
    """What the browser has got, decrypted."""
    return json.loads(ask(context, "/get-notifications", {
        "clientHash": name}))["data"]["messages"]


def test_delivered(tap, context):
    """What comes."""
    subscriptions = [subscribe(context) for _ in range(3)]
    for token, _ in subscriptions:
        context.update(token)
    taken = context.webpush.wait(3)
    tap.same([p["status"] for p in context.webpush.seen], [201] * 3,
             "updates are pushed to a Web Push server")
    tap.same([messages(context, name) for _, name in subscriptions],
             [["{}"]] * 3, "which decrypts them")
    tap.ok(len({p["jwt"] for p in taken}) == 1 and
           all(p["ttl"] > 60 for p in taken),
           "with one JWT, which jose verifies, and the mailbox's end")
    tap.ok(context.relay.counted("webpush", "delivered", 3), "and counted")


def outcome(context, token, *faults):
    """What an update's push comes to."""
    names = ("delivered", "dead", "rejected", "failed")
    before = [context.relay.count("webpush", name) for name in names]
    context.forget()
    if faults:
        context.webpush.fail(*faults)
    context.update(token)
    context.relay.emptied()
    after = [context.relay.count("webpush", name) for name in names]
    return [name for name, a, b in zip(names, before, after) if a != b]


def test_refused(tap, context):
    """The server tells good from bad."""
    token, name = subscribe(context)
    for byte, what in (0, "salt"), (50, "key"), (90, "text"):
        came = outcome(context, token, {"tamper": byte})
        tap.ok(came == ["rejected"] and messages(context, name) == [],
               f"a body whose {what} is changed on its way is refused",
               [came, context.webpush.seen])
    came = outcome(context, subscribe(context, "apns")[0])
    tap.same(came, ["rejected"], "and a push that another key signs")
    tap.same(outcome(context, token), ["delivered"],
             "what is not changed is taken")


def test_dead(tap, context):
    """A browser that has unsubscribed."""
    token, name = subscribe(context)
    ask(context, f"/expire-subscription/{name}", {})
    tap.same(outcome(context, token), ["dead"],
             "a subscription that has expired is dead")


def test_retried(tap, context):
    """What passes."""
    token, name = subscribe(context)
    for fault in ({"status": 429, "headers": {"retry-after": "1"}},
                  {"status": 503}, "close", "goaway"):
        context.forget()
        context.webpush.fail(fault)
        context.update(token)
        context.webpush.wait(1)
        tap.ok(context.relay.emptied() and
               len(context.webpush.seen) == 2, f"{fault} is tried again",
               context.webpush.seen)
    tap.same(messages(context, name), ["{}"] * 4, "and each has come once")


TESTS = (test_delivered, test_refused, test_dead, test_retried)
