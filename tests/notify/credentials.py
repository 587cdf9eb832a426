"""What APNs and FCM want to see of us: made once, for all notifiers."""

import json
import os
import shutil
import signal
import subprocess

from .addresses import give, place
from .deliver import wait_pushes
from .front import Front, nginx
from .receiver import Receiver, make_certificate
from .support import fresh, until, webhook_token


def make_key(relay, name, *words):
    """A private key that the notifier can read."""
    path = place(relay, name)
    subprocess.run(["openssl", "genpkey", *words, "-out", path], check=True,
                   capture_output=True)
    os.chmod(path, 0o600)
    give(relay, path)
    return path


def apns_token():
    """A token of APNs' form, unlike any other."""
    return {"type": "com.apple.apns",
            "tokenData": (fresh() + fresh()).replace("-", "")}


def push_some(relay, device, receiver, token, count):
    """So many pushes; the credentials that they brought, in order."""
    before = len(receiver.pushes)
    for _ in range(count):
        device.write(device.pair(token()))
    wait_pushes(receiver, before + count)
    relay.emptied()
    return [p.headers["Authorization"] for p in receiver.pushes[before:]]


def kept(relay, name):
    """What the database has, as text."""
    return relay.sql("select encode(sealed, 'escape') from "
                     f"relay.gateway_credential where name = '{name}'")


def test_apns(tap, relay, device, receiver):
    """A JWT, signed here."""
    seen = set(push_some(relay, device, receiver, apns_token, 20))
    tap.same(len(seen), 1, "pushes to APNs bring one JWT")
    jwt = seen.pop().removeprefix("bearer ")
    text = kept(relay, "com.apple.apns")
    tap.ok(text and jwt.split(".")[2] not in text,
           "it is in the database, sealed")
    relay.script("stop-notify")
    relay.script("start-notify")
    child, _ = relay.second()
    seen = set(push_some(relay, device, receiver, apns_token, 20))
    child.terminate()
    child.wait(10)
    tap.same(seen, {"bearer " + jwt},
             "the next notifier brings the same, and so does another one")
    receiver.answers = [(403, {}, b'{"reason":"ExpiredProviderToken"}')]
    seen = push_some(relay, device, receiver, apns_token, 1)
    tap.ok(relay.emptied() and len(receiver.pushes) == 42 and
           receiver.pushes[-1].answered == 204 and
           receiver.pushes[-1].headers["Authorization"] != "bearer " + jwt,
           "one that is refused is made anew, and the push again at once",
           [str(seen)])
    tap.same(receiver.pushes[-1].headers["apns-id"],
             receiver.pushes[-2].headers["apns-id"],
             "under the same delivery id")
    receiver.answers = [410]
    push_some(relay, device, receiver, apns_token, 1)
    tap.ok(relay.counted("com.apple.apns", "dead", 1) and
           relay.counted("com.apple.apns", "delivered", 41),
           "and all are counted")


def fcm_token():
    """A token of FCM's."""
    return {"type": "com.google.fcm", "tokenData": "fcm-" + fresh()}


def test_fcm(tap, relay, device, receiver):
    """A bearer, asked for there."""
    asked, broken, tries = [], [503, "close"], []

    def give_bearer(push):
        asked.append(push)
        if broken:
            return broken.pop(0)
        tries.append(relay.sql("select max(attempts) from relay.outbox"))
        return (200, {}, json.dumps({
            "access_token": f"ya29.{len(asked)}", "expires_in": 3599,
            "token_type": "Bearer"}).encode())

    receiver.paths["/token"] = give_bearer
    receiver.forget()
    # FCM's accounts are out of order, which ends.
    device.write(device.pair(fcm_token()))
    wait_pushes(receiver, 1, 40)
    tap.ok(relay.emptied() and len(asked) == 3 and
           receiver.pushes[0].headers["Authorization"] == "Bearer ya29.3",
           "a push waits for its credential, as long as it takes",
           [f"{len(asked)} asked"])
    tap.same(tries[0], "1", "and what waits so long is not tried for that")
    seen = set(push_some(relay, device, receiver, fcm_token, 20))
    tap.same((seen, len(asked)), ({"Bearer ya29.3"}, 3),
             "which then serves them all")
    receiver.answers = [401]
    push_some(relay, device, receiver, fcm_token, 1)
    relay.emptied()
    tap.same((receiver.pushes[-1].headers["Authorization"], len(asked)),
             ("Bearer ya29.4", 4), "one that is refused is asked for anew")
    text = relay.notifier_log()
    tap.ok("ya29" not in text and "bearer" not in text.lower(),
           "no credential is in the log")


def test_version(tap, relay, device, servers):
    """What has no HTTP/2 is not APNs."""
    plain, well, url = servers
    apns = "com.apple.apns"
    well.forget()
    before = relay.count(apns, "delivered"), relay.count(apns, "retry")
    relay.rewrite(**{f"{apns}__url": f"https://localhost:{plain.port}"})
    device.write(device.pair(apns_token()))
    until(lambda: relay.count(apns, "retry") > before[1])
    tap.ok(plain.pushes and relay.count(apns, "retry") > before[1] and
           relay.count(apns, "delivered") == before[0],
           "an answer for APNs by HTTP/1.1 is none",
           [f"{len(plain.pushes)} pushes"])
    relay.rewrite(**{f"{apns}__url": url})
    tap.ok(relay.emptied(20) and
           relay.count(apns, "delivered") == before[0] + 1 and
           len(well.pushes) == 1, "by HTTP/2 it is one")


def test_drain(tap, relay, device, receiver):
    """A push that is refused for its credential when there is no time left."""
    receiver.forget()
    receiver.hold()
    receiver.answers = [401]
    device.write(device.pair(fcm_token()))
    until(lambda: receiver.pushes)
    # So that it would have to be asked for another one.
    relay.sql("delete from relay.gateway_credential "
              "where name = 'com.google.fcm'")
    pid, size = relay.notifier(), len(relay.notifier_log())
    os.kill(pid, signal.SIGTERM)
    until(lambda: "stop: signal" in relay.notifier_log()[size:])
    receiver.release()
    gone = until(lambda: not os.path.exists(f"/proc/{pid}"))
    due = relay.sql("select count(*), count(*) filter (where due_at <= now()) "
                    "from relay.outbox")
    tap.same((gone, due), (True, "1|1"),
             "at SIGTERM a push that needs another credential is given back")
    relay.script("start-notify")
    tap.ok(wait_pushes(receiver, 2) and relay.emptied(),
           "and made by the next notifier")


def test_share(tap, relay, device, receivers):
    """A gateway that hangs, one that has no credential, and the others."""
    stuck, well = receivers
    relay.sql("delete from relay.gateway_credential "
              "where name = 'com.google.fcm'")
    relay.rewrite(notify__in_flight=9)      # of which three are APNs'
    for each in receivers:
        each.forget()
    stuck.hold()
    tokens = [make() for _ in range(30) for make in (apns_token, fcm_token)]
    for token in tokens:
        device.write(device.pair(token))
    until(lambda: stuck.pushes)
    began = len(stuck.pushes)
    for _ in range(10):
        device.write(device.pair(webhook_token()))
    # One after the other they would be stuck for half a minute and more.
    tap.ok(wait_pushes(well, 10, 10),
           "gateways that hang, or give no credential, leave room for others",
           [f"{len(well.pushes)} of 10", f"{len(stuck.pushes)} hang"])
    tap.ok(began <= 3, "each has its share", [f"{began} of 9"])
    tries = relay.sql("select max(attempts) from relay.outbox")
    stuck.release()
    done = relay.emptied(60)
    text = b"".join(p.path.encode() + p.body for p in stuck.pushes).decode()
    tap.ok(done and all(t["tokenData"] in text for t in tokens) and
           int(tries) < 8, "and all that waited for them comes later",
           [f"{tries} tries", f"{relay.outbox()} rows"])
    relay.rewrite(notify__in_flight=100)


def test_both(tap, relay, device, receiver):
    """With a server that stands for both."""
    if nginx() is None:
        tap.skip("credentials", "nginx is not installed")
        return
    certificate = make_certificate(relay.folder)
    trusted = place(relay, "gateways-ca.pem")
    shutil.copy(certificate, trusted)
    give(relay, trusted)
    tls, plain = Receiver(), Receiver(certificate)
    front = Front(relay.folder, certificate,
                  f"proxy_pass http://127.0.0.1:{tls.port};")
    url = front.url
    with open(make_key(relay, "fcm.pem", "-algorithm", "RSA", "-pkeyopt",
                       "rsa_keygen_bits:2048"), encoding="ascii") as file:
        key = file.read()
    account = place(relay, "account.json")
    with open(account, "w", encoding="ascii") as file:
        json.dump({"project_id": "p", "client_email": "push@p.example",
                   "private_key": key, "token_uri": url + "/token"}, file)
    give(relay, account)
    allow = "127.0.0.1/32 ::1/128"
    apns, fcm = "com.apple.apns", "com.google.fcm"
    try:
        relay.change(**{
            f"{apns}__url": url, f"{apns}__key_id": "KEY",
            f"{apns}__team_id": "TEAM", f"{apns}__topics": "app.example",
            f"{apns}__key_file": make_key(
                relay, "apns.p8", "-algorithm", "EC", "-pkeyopt",
                "ec_paramgen_curve:P-256"),
            f"{apns}__ca_file": trusted, f"{apns}__allow_addresses": allow,
            f"{fcm}__url": url, f"{fcm}__service_account_file": account,
            f"{fcm}__ca_file": trusted, f"{fcm}__allow_addresses": allow})
        test_apns(tap, relay, device, tls)
        test_fcm(tap, relay, device, tls)
        test_version(tap, relay, device, (plain, tls, url))
        test_drain(tap, relay, device, tls)
        test_share(tap, relay, device, (tls, receiver))
    finally:
        front.close()
        plain.close()
        tls.close()


TESTS = (test_both,)
