"""Apple Push Notification service."""

import asyncio
import logging
import os
import ssl
import time
import uuid

from .mocks import Mock
from .support import until

try:
    import aioapns
    from aioapns.connection import APNsProductionClientProtocol
except ImportError:
    aioapns = None

KEY_ID = "ABC123DEFG"
TEAM_ID = "DEF123GHIJ"
APP = "com.example.app"
WALLET = "pass.com.example.key"


def start(keys):
    """The mock."""
    return Mock("apns_mock.mjs", keys.certificate, keys.public("apns"),
                KEY_ID, TEAM_ID, APP, WALLET)


def settings(keys, mock):
    """For credrelay.conf."""
    return {"com.apple.apns__key_file": keys.private("apns"),
            "com.apple.apns__key_id": KEY_ID,
            "com.apple.apns__team_id": TEAM_ID,
            "com.apple.apns__topics": f"{APP} {WALLET}",
            "com.apple.apns__url": f"https://localhost:{mock.port}",
            "com.apple.apns__allow_addresses": "127.0.0.1/32 ::1/128",
            "com.apple.apns__ca_file": keys.trusted}


def token(topic=None):
    """One for a device like no other."""
    made = {"type": "com.apple.apns", "tokenData": os.urandom(32).hex()}
    return {**made, "tokenTopic": topic} if topic else made


async def other_client(keys, mock, requests):
    """What the mock says to aioapns: pairs of a status and a reason."""
    APNsProductionClientProtocol.APNS_SERVER = "localhost"
    APNsProductionClientProtocol.APNS_PORT = mock.port
    tls = ssl.create_default_context(cafile=keys.trusted)
    tls.set_alpn_protocols(["h2"])
    said = []
    for topic, words in requests:
        client = aioapns.APNs(
            key=keys.private("apns"), key_id=KEY_ID, team_id=TEAM_ID,
            topic=topic, max_connection_attempts=1, ssl_context=tls)
        answer = await asyncio.wait_for(client.send_notification(
            aioapns.NotificationRequest(**{
                "device_token": os.urandom(32).hex(), "message": {},
                "priority": 5, "push_type": aioapns.PushType.BACKGROUND,
                "notification_id": str(uuid.uuid4()), **words})), 10)
        client.pool.close()
        said.append((answer.status, answer.description))
        mock.restart()      # each client has a JWT of its own
    return said


def test_mock(tap, context):
    """The mock is one for a client that is not ours."""
    if not aioapns:
        tap.skip("the mock serves aioapns", "it is not installed")
        return
    logging.disable(logging.CRITICAL)
    mock = start(context.keys)
    try:
        said = asyncio.run(other_client(context.keys, mock, [
            (APP, {"message": {"aps": {"content-available": 1}},
                   "time_to_live": 60, "collapse_key": "x"}),
            (WALLET, {}),
            ("com.other.app", {}),
            (APP, {"device_token": "zz"}),
            (APP, {"priority": 10}),
            (APP, {"collapse_key": "x" * 65}),
            (APP, {"message": {"x": "x" * 5000}})]))
    finally:
        mock.stop()
    tap.same(said, [("200", None), ("200", None), ("400", "TopicDisallowed"),
                    ("400", "BadDeviceToken"), ("400", "BadPriority"),
                    ("400", "BadCollapseId"), ("413", "PayloadTooLarge")],
             "the mock serves aioapns, and refuses it, as APNs does")


def test_delivered(tap, context):
    """What comes."""
    mock = context.apns
    app, wallet, default = token(APP), token(WALLET), token()
    before = time.time()
    for each in app, wallet, default:
        context.update(each)
    came = {push["token"]: push for push in mock.wait(3)}
    tap.same(sorted(came), sorted(t["tokenData"]
                                  for t in (app, wallet, default)),
             "updates are pushed to APNs, which finds them good")
    if len(came) != 3:
        return
    tap.same([(came[t["tokenData"]]["topic"], came[t["tokenData"]]["body"])
              for t in (app, wallet, default)],
             [(APP, '{"aps":{"content-available":1}}'), (WALLET, "{}"),
              (APP, '{"aps":{"content-available":1}}')],
             "each with its topic and that topic's body")
    push = came[app["tokenData"]]
    tap.ok(push["type"] == "background" and
           push["expiration"] > before + 60, "until the mailbox ends")
    tap.same(len({p["jwt"] for p in came.values()}), 1, "with one JWT")
    tap.same(len({p["id"] for p in came.values()}), 3,
             "each delivery with an id of its own")
    tap.ok(context.relay.counted("com.apple.apns", "delivered", 3),
           "and counted")


def test_dead(tap, context):
    """Tokens that APNs does not know are forgotten."""
    for status, reason in ((410, "Unregistered"), (400, "BadDeviceToken"),
                           (400, "DeviceTokenNotForTopic")):
        context.forget()
        context.apns.fail({"status": status, "body": {"reason": reason}})
        dead = context.relay.count("com.apple.apns", "dead")
        box = context.update(token())
        tap.ok(context.relay.counted("com.apple.apns", "dead", dead + 1) and
               context.relay.emptied(), f"{reason}: the token is dead")
        context.device.write(box)
        context.update(token())
        context.apns.wait(1)
        tap.ok(context.relay.emptied() and len(context.apns.seen) == 2,
               "and forgotten: no other push goes to it", context.apns.seen)


def test_strange(tap, context):
    """Tokens that cannot be APNs' go nowhere."""
    context.forget()
    for each in ({"type": "com.apple.apns", "tokenData": "../../x"},
                 {"type": "com.apple.apns", "tokenData": "12\r\nx: y"},
                 token("com.other.app")):
        box = context.update(each)
        rows = context.relay.outbox()
        context.device.write(box, box.receiver)
        tap.ok(rows == 0 and not context.device.supported(),
               "a token that cannot be APNs', or names another topic, is not "
               "kept", [each, rows])
    # The pool has not read yet that the operator has taken a topic back.
    dead = context.relay.count("com.apple.apns", "dead")
    context.relay.rewrite(**{"com.apple.apns__topics": APP})
    context.update(token(WALLET))
    tap.ok(context.relay.counted("com.apple.apns", "dead", dead + 1) and
           context.relay.emptied() and not context.apns.seen,
           "one that the pool took is pushed by the notifier's rules",
           context.apns.seen)
    context.relay.rewrite(**{"com.apple.apns__topics": f"{APP} {WALLET}"})


def retried(context, limit, *faults):
    """The push of an update that meets faults, once it is taken; and how
    long that took."""
    context.forget()
    context.apns.fail(*faults)
    began = time.monotonic()
    context.update(token())
    context.apns.wait(1, limit)
    return context.apns.seen, time.monotonic() - began


def test_retried(tap, context):
    """What passes."""
    seen, took = retried(context, 15, {
        "status": 429, "headers": {"retry-after": "2"},
        "body": {"reason": "TooManyRequests"}})
    tap.ok([p.get("status") for p in seen] == [429, 200] and took >= 2,
           "429 with Retry-After is tried again then", [seen, took])
    seen, _ = retried(context, 15, {
        "status": 503, "body": {"reason": "ServiceUnavailable"}})
    tap.ok([p.get("status") for p in seen] == [503, 200] and
           seen[0]["id"] == seen[1]["id"],
           "503 is tried again, under the same apns-id", seen)
    seen, took = retried(context, 15, "goaway")
    tap.ok([p.get("fault", p.get("status")) for p in seen] ==
           ["goaway", 200] and took < 4, "GOAWAY is tried again at once",
           [seen, took])
    seen, _ = retried(context, 15, "close")
    tap.ok([p.get("fault", p.get("status")) for p in seen] ==
           ["close", 200], "a connection that breaks is tried again", seen)
    seen, took = retried(context, 20, "hang")
    tap.ok([p.get("fault", p.get("status")) for p in seen] ==
           ["hang", 200] and took < 12,
           "a request without an answer is tried again", [seen, took])
    tap.ok(context.relay.emptied(), "and then the outbox is empty")


def test_many(tap, context):
    """Streams side by side, and a GOAWAY in their midst."""
    context.forget()
    boxes = [context.device.pair(token()) for _ in range(60)]
    context.apns.fail(*[{"status": 500}] * 10, "goaway")
    for box in boxes:
        context.device.write(box)
    context.apns.wait(60, 30)
    emptied = context.relay.emptied(40)
    # One that the GOAWAY took may come twice, and before another's first.
    taken = context.apns.wait(60, 1)
    tap.ok(emptied and len({p["token"] for p in taken}) == 60,
           "60 pushes come through errors and a GOAWAY", [len(taken)])


def test_credential(tap, context):
    """A JWT that APNs no longer takes."""
    mock = context.apns
    seen, _ = retried(context, 15, {"status": 200})
    old = seen[-1]["jwt"]
    mock.restart()      # which makes it forget what it saw, and take another
    seen, _ = retried(context, 20, {
        "status": 403, "body": {"reason": "ExpiredProviderToken"}})
    tap.ok([p.get("status") for p in seen] == [403, 200] and
           seen[0]["jwt"] == old and seen[1]["jwt"] != old,
           "a JWT that has expired is made anew", seen)


def test_away(tap, context):
    """Nobody listens, and then somebody does."""
    mock = context.apns
    context.forget()
    mock.stop()
    for _ in range(20):
        context.update(token())
    tries_of = "select coalesce(min(attempts), 0) from relay.outbox"
    until(lambda: int(context.relay.sql(tries_of)) >= 4, 20)
    waiting = context.relay.outbox()
    mock.start()
    taken = mock.wait(20, 30)
    tap.ok(waiting == 20 and len({p["token"] for p in taken}) == 20 and
           context.relay.emptied(20), "pushes to an APNs that is away come "
           "when it is back", [waiting, len(taken)])


TESTS = (test_mock, test_delivered, test_dead, test_strange, test_retried,
         test_many, test_credential, test_away)
