"""Firebase Cloud Messaging."""

import json
import os

from .mocks import Mock

EMAIL = "push@keys-1.example"
PROJECT = "keys-1"


def start(keys):
    """The mock."""
    return Mock("fcm_mock.mjs", keys.certificate, keys.public("fcm"), EMAIL,
                PROJECT)


def settings(keys, mock):
    """For credrelay.conf."""
    with open(keys.private("fcm"), encoding="ascii") as file:
        key = file.read()
    account = keys.place("account.json", json.dumps({
        "type": "service_account", "project_id": PROJECT,
        "private_key_id": "1", "private_key": key, "client_email": EMAIL,
        "token_uri": f"https://localhost:{mock.port}/token"}))
    return {"com.google.fcm__service_account_file": account,
            "com.google.fcm__url": f"https://localhost:{mock.port}",
            "com.google.fcm__allow_addresses": "127.0.0.1/32 ::1/128",
            "com.google.fcm__ca_file": keys.trusted}


def token():
    """One for a device like no other."""
    return {"type": "com.google.fcm",
            "tokenData": "c" + os.urandom(8).hex() + ":APA91b-x_y"}


def test_delivered(tap, context):
    """What comes."""
    tokens = [token() for _ in range(3)]
    for each in tokens:
        context.update(each)
    taken = context.fcm.wait(3)
    tap.same(sorted(p["token"] for p in taken),
             sorted(t["tokenData"] for t in tokens),
             "updates are pushed to FCM, which finds them good")
    asked = [p for p in context.fcm.seen if p["path"] == "/token"]
    tap.same([p["status"] for p in asked], [200],
             "with one bearer, for an assertion that jose verifies")
    tap.ok(taken and all(p["message"]["data"] == {"credrelay": "1"} and
                         p["message"]["android"]["priority"] == "high"
                         for p in taken), "data alone, with high priority")


def test_dead(tap, context):
    """Tokens that FCM does not know."""
    for status, code in (404, "UNREGISTERED"), (403, "SENDER_ID_MISMATCH"):
        context.forget()
        context.fcm.fail({"status": status, "body": {"code": code}})
        dead = context.relay.count("com.google.fcm", "dead")
        context.update(token())
        tap.ok(context.relay.counted("com.google.fcm", "dead", dead + 1) and
               context.relay.emptied(), f"{code}: the token is dead",
               context.fcm.seen)


def test_retried(tap, context):
    """What passes."""
    for fault, what in (
            ({"status": 429, "headers": {"retry-after": "1"},
              "body": {"code": "QUOTA_EXCEEDED"}}, "429"),
            ({"status": 503, "body": {"code": "UNAVAILABLE"}}, "503")):
        context.forget()
        context.fcm.fail(fault)
        context.update(token())
        context.fcm.wait(1)
        tap.same([p["status"] for p in context.fcm.seen],
                 [fault["status"], 200], f"{what} is tried again")
    context.forget()
    context.fcm.fail({"status": 401})
    context.update(token())
    context.fcm.wait(1)
    tap.same([(p["path"] == "/token", p["status"]) for p in context.fcm.seen],
             [(False, 401), (True, 200), (False, 200)],
             "a bearer that is not taken is asked for anew")
    tap.ok(context.relay.emptied(), "and then the outbox is empty")


TESTS = (test_delivered, test_dead, test_retried)
