"""Notifiers that die, stop, reload, and come in pairs."""

import os
import signal
import time

from .deliver import sentinel, wait_pushes
from .support import until, webhook_token

IN_FLIGHT = 50


def test_kill(tap, relay, device, receiver):
    """kill -9 with fifty pushes under way."""
    relay.rewrite(notify__in_flight=4 * IN_FLIGHT)  # for four gateways
    receiver.forget()
    receiver.hold()
    tokens = [webhook_token() for _ in range(IN_FLIGHT)]
    for token in tokens:
        device.write(device.pair(token))
    until(lambda: len(receiver.pushes) == IN_FLIGHT)
    under_way = len(receiver.pushes)
    relay.kill_notifier()
    rows = relay.outbox()
    receiver.release()
    receiver.forget()
    relay.script("start-notify")
    # Half a minute passes.
    relay.sql("update relay.outbox set due_at = due_at - interval '30 s'")
    came = wait_pushes(receiver, IN_FLIGHT)
    bodies = b"\n".join(p.body for p in receiver.pushes).decode()
    tap.same((under_way, rows), (IN_FLIGHT, IN_FLIGHT),
             f"a notifier is killed with {IN_FLIGHT} pushes under way")
    tap.ok(came and all(t["tokenData"] in bodies for t in tokens),
           "the next one delivers them all when their leases are over")
    tap.ok(relay.emptied(), "and then the outbox is empty")
    relay.rewrite(notify__in_flight=100)


def test_stop(tap, relay, device, receiver):
    """SIGTERM: what is under way is told."""
    receiver.forget()
    receiver.hold()
    for _ in range(10):
        device.write(device.pair(webhook_token()))
    until(lambda: len(receiver.pushes) == 10)
    pid = relay.notifier()
    os.kill(pid, signal.SIGTERM)
    until(lambda: "stop: signal" in relay.notifier_log()[-2000:])
    receiver.release()
    gone = until(lambda: not os.path.exists(f"/proc/{pid}"))
    tap.ok(gone and relay.outbox() == 0,
           "at SIGTERM it waits for the pushes under way, and tells",
           [f"{relay.outbox()} rows"])
    tap.ok("since the start: webhook: " in relay.notifier_log(),
           "and sums up")
    tap.ok(not os.path.exists(relay.path("CREDRELAY_NOTIFY_PIDFILE")),
           "and takes its pid file along")
    relay.script("start-notify")


def test_stop_hanging(tap, relay, device, receiver):
    """SIGTERM, and the gateway is silent."""
    receiver.forget()
    receiver.answers = ["hang"]
    device.write(device.pair(webhook_token()))
    until(lambda: receiver.pushes)
    pid = relay.notifier()
    began = time.monotonic()
    os.kill(pid, signal.SIGTERM)
    gone = until(lambda: not os.path.exists(f"/proc/{pid}"), 12)
    took = time.monotonic() - began
    tap.ok(gone and took < 7.5, "a silent gateway keeps it for 6 s at most",
           [f"{took:.1f} s"])
    relay.script("start-notify")
    tap.ok(until(lambda: receiver.pushes[-1].answered == 204, 10) and
           relay.emptied(), "and the push is made by the next one")


def test_reload(tap, relay, device, receiver):
    """SIGHUP under load; wrong settings change nothing."""
    receiver.forget()
    pid = relay.notifier()
    for i in range(60):
        device.write(device.pair(webhook_token()))
        if i % 20 == 10:
            size = len(relay.notifier_log())
            relay.script("reload-notify")
            until(lambda at=size: "was read again" in
                  relay.notifier_log()[at:])
    tap.ok(wait_pushes(receiver, 60) and relay.emptied() and
           len(receiver.pushes) == 60,
           "reloads lose no push, and double none",
           [f"{len(receiver.pushes)} of 60"])
    conf = relay.path("CREDRELAY_CONF")
    with open(conf, encoding="utf-8") as file:
        good = file.read()
    for name, text in (("an unknown setting", good + "foo = 1\n"),
                       ("a key that is not there", good.replace(
                           "webhook.secret", "no-secret"))):
        with open(conf, "w", encoding="utf-8") as file:
            file.write(text)
        size = len(relay.notifier_log())
        os.kill(pid, signal.SIGHUP)
        told = until(lambda at=size: "stays as it was" in
                     relay.notifier_log()[at:])
        tap.ok(told and sentinel(relay, device, receiver) and
               relay.notifier() == pid,
               f"a reload with {name} is refused, and all goes on",
               [relay.notifier_log()[size:][:300]])
    with open(conf, "w", encoding="utf-8") as file:
        file.write(good)


def test_two(tap, relay, device, receiver):
    """Two notifiers share the work."""
    receiver.forget()
    child, log = relay.second()
    try:
        for _ in range(200):
            device.write(device.pair(webhook_token()))
        came = wait_pushes(receiver, 200, 20) and relay.emptied()
        tap.ok(came and len(receiver.pushes) == 200 and
               len({p.delivery for p in receiver.pushes}) == 200,
               "two notifiers deliver 200 nudges, each once",
               [f"{len(receiver.pushes)} pushes"])
    finally:
        child.terminate()
        code = child.wait(10)
    with open(log, encoding="utf-8") as file:
        text = file.read()
    tap.same(code, 0, "the second one ends with 0")
    tap.note(text.strip().splitlines()[-2] if "since" in text else text)


def test_log(tap, relay, device, receiver):
    """At level debug the log holds nothing of a push."""
    sentinel(relay, device, receiver)
    text = relay.notifier_log()
    with open(relay.folder + "/relay/etc/webhook.secret",
              encoding="ascii") as file:
        secret = file.read().strip()
    found = [word for word in (
        "device-", "sentinel", "tokenData", secret, "Credrelay-",
        f":{receiver.port}", "127.0.0.1", "localhost", "192.168.", "p256dh")
        if word in text]
    lines = [line for line in text.splitlines()
             if any(word in line for word in found)]
    tap.ok(text and not found, "the log has no token, address, secret or "
           "header", lines[:5])


TESTS = (test_kill, test_stop, test_stop_hanging, test_reload, test_two,
         test_log)
