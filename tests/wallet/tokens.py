"""Leaving notification tokens, and the pushes that come of them."""

import json
import os
import socket
import subprocess
import sys

from harness.instance import ROOT, Instance
from .device import Device
from .proxy import Proxy
from .transfers import devices
from .waiting import between, preferences, waits


def token_in(request):
    return json.loads(request.body).get("notificationToken")


def test_tokens(tap, relay, folder):
    """notification tokens"""
    odd = 'a:b "\\\t\u00e4\U0001f511\x7f/</script>'
    with Proxy(relay) as proxy:
        sender, receiver, _ = devices(folder, proxy.url)
        result = sender.run("send", "--json", "--rights", "RWD",
                            "--notify-token", "nobody." + odd, "-", give=b"1")
        url = result.json.get("url")
        tap.same(token_in(proxy.requests[-1]),
                 {"type": "nobody.a", "tokenData": odd[2:]}, "with send")
        tap.same(result.json.get("isPushNotificationSupported"), False,
                 "the relay's word on it")
        path = os.path.join(folder, "token")
        text = '{"type":"nobody", "tokenData":"x","n":1.50,' \
            '"big":123456789012345678901234567890,"o":{"p":[null]}}'
        with open(path, "w", encoding="ascii") as file:
            file.write(f"\n  {text}\t\n")
        tap.same(receiver.run("receive", "--token", path, url).out, b"1",
                 "with receive")
        tap.ok(text.encode() in proxy.requests[-1].body,
               "as it was written", [repr(proxy.requests[-1].body)])
        result = receiver.run("reply", "--token", path, url, "-", give=b"2")
        tap.ok(result.status == 0 and "does not notify" in result.err and
               text.encode() in proxy.requests[-1].body, "with reply",
               [repr(result)])
        proxy.requests = []
        result = receiver.run("receive", "--wait=1", "--notify-token", "n:x",
                              url)
        tap.same((result.status, [bool(r.body) for r in proxy.requests]),
                 (10, [True, False]), "with the first read of a wait")
        tap.same(preferences(proxy.requests), [None, "wait=1"],
                 "which waits only then")
        receiver.run("reply", "--no-token", url, "-", give=b"3")
        tap.ok(b'"notificationToken":null' in proxy.requests[-1].body,
               "--no-token", [repr(proxy.requests[-1].body)])
        receiver.run("reply", url, "-", give=b"4")
        tap.ok(b"notificationToken" not in proxy.requests[-1].body,
               "and without one")
        proxy.requests = []
        for number, words in enumerate((
                ("--notify-token", "none"), ("--notify-token", ":x"),
                ("--notify-token", "x:"), ("--notify-token", "x:\udcff"),
                ("--notify-token", "x:" + "y" * 5000), ("--token", "-"),
                ("--notify-token", "a:b", "--no-token"))):
            tap.same(receiver.run("receive", *words, url).status, 2,
                     f"usage: {number}")
        for text in ("", "[]", "null", '{"type":"x"}', "{}{}",
                     '{"type":"x","tokenData":""}',
                     '{"type":7,"tokenData":"x"}',
                     '{"type":"x","tokenData":"%s"}' % ("y" * 4096)):
            with open(path, "w", encoding="ascii") as file:
                file.write(text)
            tap.same(receiver.run("receive", "--token", path, url).status, 2,
                     f"a file with {text[:30]}")
        tap.same(receiver.run("receive", "--token", path + "x", url).status,
                 1, "a file that is not there")
        tap.same(proxy.requests, [], "nothing was sent")


class PushService:
    """A rule for a proxy: a relay whose webhook is served at once; what it
    gets is added to a file, as the example receiver does."""

    def __init__(self, proxy, path):
        self.proxy = proxy
        self.path = path
        self.tokens = {}
        self.indiscreet = False

    def __call__(self, request):
        answer = self.proxy.forward(request)
        token = request.body and json.loads(request.body).get(
            "notificationToken")
        if token and answer[0] == 200:
            self.tokens[request.claim] = token
        status, headers, text = answer
        if request.claim in self.tokens:
            text = text.replace(b'Supported":false', b'Supported":true')
        if request.method == "PUT" and status == 200:
            self.push(request)
        return status, headers, text

    def push(self, request):
        words = request.path if self.indiscreet else "1"
        with open(self.path, "a", encoding="ascii") as file:
            for claim, token in self.tokens.items():
                if claim != request.claim:
                    file.write("no JSON\n{}\n" + json.dumps(dict(
                        token, deliveryId=words)) + "\n")


def test_demo_push(tap, relay, folder):
    """credrelay demo --push-log"""
    with Proxy(relay) as proxy:
        device = Device(folder, "demo", proxy.url)
        log = os.path.join(folder, "log")
        proxy.every = PushService(proxy, log)
        result = device.run("demo", "--push-log", log)
        tap.ok(result.status == 0 and result.text.count("A push has come") ==
               2, "goes well", [repr(result)])
        result = device.run("demo", "--json", "--push-log", log)
        tap.same(result.json.get("steps"), 21, "for scripts")
        proxy.every.indiscreet = True
        result = device.run("demo", "--push-log", log)
        tap.ok(result.status == 1 and "names the mailbox" in result.err,
               "a push that tells too much", [repr(result)])
        proxy.every = proxy.forward
        result = device.run("demo", "--push-log", log)
        tap.ok(result.status == 1 and "webhook" in result.err,
               "a relay without a gateway", [repr(result)])


class NotifyingInstance(Instance):
    """A relay with a notifier, whose webhook is the example receiver."""

    def __init__(self, settings):
        with socket.create_server(("127.0.0.1", 0)) as probe:
            self.port = probe.getsockname()[1]
        super().__init__({
            "webhook.url": f"http://127.0.0.1:{self.port}/push",
            "webhook.allow_addresses": "127.0.0.1/32", **settings})

    def options(self):
        return [*super().options(), "--notify"]

    def receiver(self, out):
        secret = os.path.join(os.path.dirname(self.env["CREDRELAY_CONF"]),
                              "webhook.secret")
        return subprocess.Popen(
            [sys.executable, os.path.join(ROOT, "conf/webhook/receiver.py"),
             str(self.port), secret], stdout=out)


def test_pushed(tap, _, folder):
    """a relay with a notifier, and with no room to wait"""
    log = os.path.join(folder, "log")
    with NotifyingInstance({"max_waiters": "0"}) as relay, \
            open(log, "wb") as out, relay.receiver(out) as receiver:
        device = Device(folder, "demo", relay.url)
        result = device.run("demo", "--push-log", log)
        tap.ok(result.status == 0 and result.text.count("A push has come") ==
               2, "credrelay demo --push-log", [repr(result)])
        with open(log, encoding="utf-8") as file:
            pushes = [json.loads(line) for line in file]
        tap.same(len({p["tokenData"] for p in pushes}), 2,
                 "each side got its own")
        with Proxy(relay.url) as proxy:
            own = os.path.join(folder, "crowded")
            os.mkdir(own)
            sender, receiver_device, url, _ = between(own, proxy)
            proxy.requests = []
            waiter = sender.start("receive", "--wait", url)
            proxy.arrived(waits)
            receiver_device.run("reply", url, "-", give=b"two")
            tap.same(sender.end(waiter).out, b"two", "a wait without room")
            tap.ok(len(proxy.requests) <= 5, "asks seldom",
                   [str(len(proxy.requests))])
        receiver.terminate()


TESTS = [test_tokens, test_demo_push]
# With relays of their own.
INSTANCE_TESTS = [test_pushed]
