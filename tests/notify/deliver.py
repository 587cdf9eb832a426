"""What is delivered, and what is not."""

import hashlib
import hmac
import json
import re
import time
from statistics import median

from .support import Listener, fresh, until, webhook_token

UUID4 = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-"
                   r"[0-9a-f]{12}")


def wait_pushes(receiver, count, limit=10):
    """So many pushes have come, and been answered."""
    return until(lambda: len([p for p in list(receiver.pushes)
                              if p.answered]) >= count, limit)


def sentinel(relay, device, receiver):
    """What was to come before this has come: the notifier takes what is due
    in the order in which it became due."""
    box = device.pair(webhook_token("sentinel"))
    assert device.write(box) == 200
    found = until(lambda: [p for p in list(receiver.pushes)
                           if b'"sentinel"' in p.body and p.answered])
    relay.emptied()
    return found


def test_webhook(tap, relay, device, receiver):
    """One update, one push, with a signature that holds."""
    receiver.forget()
    token = webhook_token()
    before = relay.count("webhook", "delivered")
    box = device.pair(token)
    began = time.monotonic()
    status = device.write(box)
    tap.ok(status == 200 and wait_pushes(receiver, 1),
           "an update has the other side's token pushed", [str(status)])
    push = receiver.pushes[0]
    tap.note(f"from the request to the push: "
             f"{(push.at - began) * 1000:.1f} ms")
    body = json.loads(push.body)
    tap.same((body["type"], body["tokenData"], body["deliveryId"]),
             ("webhook", token["tokenData"], push.delivery),
             "its body has type, token and delivery id")
    with open(relay.path("CREDRELAY_CONF") and
              relay.folder + "/relay/etc/webhook.secret", "rb") as file:
        secret = file.read().strip()
    stamp = push.headers["Credrelay-Timestamp"]
    signed = f"{push.delivery}.{stamp}.".encode() + push.body
    tap.same(push.headers["Credrelay-Signature"], "v1=" + hmac.new(
        secret, signed, hashlib.sha256).hexdigest(), "it is signed")
    tap.ok(abs(int(stamp) - time.time()) < 10 and
           UUID4.fullmatch(push.delivery), "with the time, and an id")
    text = push.body.decode() + str(push.headers) + push.path
    names = [box.path.rsplit("/", 1)[1], box.sender, box.receiver, box.data]
    tap.ok(not [n for n in names if n in text or n.replace("-", "") in text],
           "nothing in it names the mailbox or a device", [text])
    tap.ok(relay.emptied(), "then its row is gone from the outbox")
    tap.ok(relay.counted("webhook", "delivered", before + 1),
           "and it is counted")


def test_sides(tap, relay, device, receiver):
    """Both sides, each by the other's update; never one's own."""
    receiver.forget()
    sender, other = webhook_token(), webhook_token()
    box = device.pair(other)
    status = device.write(box, notificationToken=sender)
    told = device.supported()
    wait_pushes(receiver, 1)
    tap.ok(status == 200 and told, "a device is told that it will be pushed")
    device.write(box, box.receiver)
    wait_pushes(receiver, 2)
    sentinel(relay, device, receiver)
    seen = [json.loads(p.body)["tokenData"] for p in receiver.pushes]
    tap.same(seen[:2], [other["tokenData"], sender["tokenData"]],
             "each side is pushed by the other's update, and by no other")
    device.write(box, notificationToken={"type": "carrier-pigeon",
                                         "tokenData": "coo"})
    tap.ok(not device.supported(),
           "and told that a type without a gateway will not be")


def test_refused(tap, relay, device, receiver):
    """What changed nothing pushes nothing."""
    receiver.forget()
    box = device.pair(webhook_token())
    once = fresh()
    statuses = [device.write(box, fresh())]
    body = b'{"payload":{"type":"AEAD_AES_128_GCM","data":"eA=="}}'
    answer = device.client.request("PUT", box.path, [
        ("Mailbox-Device-Claim", box.sender), ("Mailbox-Request-ID", fresh()),
        ("Content-Type", "application/json"), ("If-Match", '"1"')], body)
    statuses.append(answer.status)
    statuses.append(device.write(box, box.receiver))
    rows = relay.outbox()
    tap.same((statuses, rows), ([401, 412, 200], 0),
             "a refused update, or one of the token's owner, puts no row")
    device.write(box, request_id=once)
    wait_pushes(receiver, 1)
    tap.same(device.write(box, request_id=once), 201, "an update is repeated")
    sentinel(relay, device, receiver)
    tap.same(len(receiver.pushes), 2, "and was pushed once")


def test_rolled_back(tap, relay, device, receiver):
    """What is not committed is not pushed, nor rung for."""
    receiver.forget()
    box = device.pair(webhook_token())
    relay.sql("create function public.fault() returns trigger language "
              "plpgsql as $$ begin raise exception 'fault'; end $$; "
              "create constraint trigger fault after update on relay.mailbox "
              "deferrable initially deferred for each row execute function "
              "public.fault()")
    listener = Listener(relay)
    status = device.write(box)
    rows = relay.outbox()
    relay.sql("drop trigger fault on relay.mailbox; "
              "drop function public.fault()")
    tap.ok(status in (500, 503) and rows == 0,
           "an update whose commit fails leaves no row", [status, rows])
    sentinel(relay, device, receiver)
    tap.same(([b'"sentinel"' in push.body for push in receiver.pushes],
              listener.rings()), ([True], 1),
             "it is not pushed, and no notifier is woken for it")
    listener.close()


def test_debounce(tap, relay, device, receiver):
    """Updates before the delivery are one nudge."""
    receiver.forget()
    relay.script("stop-notify")
    box = device.pair(webhook_token())
    for _ in range(5):
        device.write(box)
    rows = relay.outbox()
    relay.script("start-notify")
    wait_pushes(receiver, 1)
    relay.emptied()
    tap.same((rows, len(receiver.pushes)), (1, 1),
             "five updates while no notifier runs are one push, at once when "
             "one does")
    receiver.hold()
    device.write(box)
    until(lambda: len(receiver.pushes) == 2)
    device.write(box)
    receiver.release()
    tap.ok(wait_pushes(receiver, 3) and relay.emptied() and
           len(receiver.pushes) == 3,
           "an update while the push is under way is another push")
    ids = [p.delivery for p in receiver.pushes]
    tap.same(len(set(ids)), 3, "each with an id of its own")


def test_delete(tap, relay, device, receiver):
    """A delete is told only where that is set."""
    receiver.forget()
    relay.script("stop-notify")
    box = device.pair(webhook_token())
    device.write(box)
    device.delete(box, box.sender)
    tap.same(relay.outbox(), 0,
             "a delete takes back what had not been delivered")
    relay.script("start-notify")
    sentinel(relay, device, receiver)
    tap.same(len(receiver.pushes), 1, "and is not pushed by default")


def test_told_delete(tap, relay, device, receiver):
    """notify_on_delete = yes: the other side is told, by either's delete."""
    relay.start("--set", "notify_on_delete = yes")
    receiver.forget()
    sender, other = webhook_token(), webhook_token()
    told = []
    for by_sender in True, False:
        box = device.pair(other)
        device.write(box, box.receiver)     # nobody to be told as yet
        device.must(device.send("POST", box.path, box.sender, None,
                                json.dumps({"notificationToken":
                                            sender}).encode()))
        relay.script("stop-notify")
        device.write(box)
        device.write(box, box.receiver)
        rows = [relay.outbox()]
        device.must(device.delete(box, box.sender if by_sender else
                                  box.receiver))
        told.append(rows + [relay.outbox()])
        relay.script("start-notify")
        relay.emptied()
    tap.same(told, [[2, 1]] * 2, "a delete that is told takes back all that "
             "waited, and puts one row")
    wait_pushes(receiver, 2)
    seen = [json.loads(p.body)["tokenData"] for p in receiver.pushes]
    tap.same(seen, [other["tokenData"], sender["tokenData"]],
             "the other side is pushed, once, whoever deletes")
    box = device.pair(webhook_token())
    device.must(device.delete(box, box.sender))
    wait_pushes(receiver, 3)
    receiver.forget()
    statuses = [device.delete(box, box.sender), device.delete(box, fresh())]
    relay.start("--set", "notify_on_delete = no")
    sentinel(relay, device, receiver)
    tap.same((statuses, len(receiver.pushes)), ([404, 404], 1),
             "a delete of what is gone pushes nothing")


def test_soon(tap, relay, device, receiver):
    """The doorbell wakes the notifier, not the next look, a second apart;
    bench/push measures how soon."""
    receiver.forget()
    tokens = [webhook_token() for _ in range(40)]
    boxes = [device.pair(token) for token in tokens]
    sent = {}
    due = time.monotonic()
    for box, token in zip(boxes, tokens):
        due += 0.04
        time.sleep(max(0, due - time.monotonic()))
        sent[token["tokenData"]] = time.monotonic()
        device.must(device.write(box))
    wait_pushes(receiver, len(boxes))
    took = [push.at - sent[json.loads(push.body)["tokenData"]]
            for push in receiver.pushes]
    middle = median(took or [60.0])
    tap.note(f"update to push: p50 {middle * 1000:.1f} ms, longest "
             f"{max(took or [60.0]) * 1000:.1f} ms")
    tap.ok(len(took) == len(boxes) and middle < 0.2 and relay.emptied(),
           "half of 40 updates, 25 a second, are pushed within 200 ms",
           [f"{len(took)} pushes, p50 {middle * 1000:.1f} ms"])


def test_dead(tap, relay, device, receiver):
    """410: the token is forgotten."""
    receiver.forget()
    token = webhook_token()
    before = relay.count("webhook", "dead")
    box = device.pair(token)
    device.write(box)
    wait_pushes(receiver, 1)
    device.write(box, box.receiver)
    tap.ok(device.supported(), "a token that works is supported")
    receiver.answers = [410]
    device.write(box)
    tap.ok(relay.counted("webhook", "dead", before + 1) and
           relay.emptied(), "410 counts as dead, and ends the row")
    tap.same(relay.sql("select count(*) from relay.mailbox where "
                       "receiver_token is not null and sender_token is null "
                       f"and row_key = '{row_key(box)}'"), "0",
             "the mailbox has forgotten the token")
    device.write(box)
    tap.same(relay.outbox(), 0, "the next update puts no row")
    device.write(box, box.receiver)
    tap.ok(not device.supported(), "and its owner is told so")


def row_key(box):
    """The row key of a mailbox, from its identifier."""
    identifier = bytes.fromhex(box.path.rsplit("/", 1)[1].replace("-", ""))
    return hashlib.sha256(b"row" + identifier).hexdigest()[:32]


TESTS = (test_webhook, test_sides, test_refused, test_rolled_back,
         test_debounce, test_delete, test_told_delete, test_soon,
         test_dead)
