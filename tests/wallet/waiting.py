"""Waiting for the other side."""

import json
import os
import threading
import time

from .device import Device
from .proxy import Proxy
from .transfers import URL, devices

HASTY = 412, [("ETag", '"0000000000000001"')], b""


def waits(request):
    """Is it a read that asks the relay to wait?"""
    return request.method == "POST" and "prefer" in request.headers


def preferences(requests):
    return [r.headers.get("prefer") for r in requests if r.method == "POST"]


def etag_of(device, box):
    return json.loads(device.read_state(box)).get("etag")


def between(folder, proxy, *rights):
    """A mailbox that both have seen: sender, receiver, its URL, its id."""
    sender, receiver, _ = devices(folder, proxy.url)
    url, _ = sender.send(b"one", "--rights", *(rights or ("RWD",)))
    sender.run("receive", url)
    receiver.run("receive", url)
    return sender, receiver, url, URL.fullmatch(url).group(1)


def test_woken(tap, relay, folder):
    """a wait that is woken"""
    with Proxy(relay) as proxy:
        sender, receiver, url, box = between(folder, proxy)
        proxy.requests = []
        etag = etag_of(sender, box)
        waiter = sender.start("receive", "--wait", "--json", url)
        request = proxy.arrived(waits)
        tap.ok(request and request.headers["prefer"] == "wait=25" and
               request.headers.get("if-none-match") == etag,
               "the relay is asked to wait", [str(proxy.requests)])
        tap.ok(waiter.poll() is None, "it waits")
        tap.same(receiver.run("reply", url, "-", give=b"two").status, 0,
                 "the other side writes")
        result = sender.end(waiter)
        tap.same((result.status, result.json.get("contentBase64")),
                 (0, "dHdv"), "it is there")
        tap.same(preferences(proxy.requests), ["wait=25"],
                 "by one request")
        proxy.requests = []
        waiter = receiver.start("reply", "--wait", url, "/dev/null")
        tap.ok(proxy.arrived(waits), "reply --wait waits")
        tap.same(sender.run("receive", "--wait", url).out, b"",
                 "receive --wait when it is there already")
        sender.run("update", url, "-", give=b"three")
        result = receiver.end(waiter)
        tap.same((result.status, result.out), (0, b"three"),
                 "the answer is printed")
        out = os.path.join(folder, "out")
        waiter = receiver.start("reply", "--json", "--wait", url,
                                "/etc/hostname", "-o", out)
        sender.run("receive", "--wait", url)
        sender.run("update", url, "-", give=b"four")
        result = receiver.end(waiter)
        with open(out, "rb") as file:
            tap.same((result.json.get("file"), file.read()), (out, b"four"),
                     "or put into a file")


def test_time(tap, relay, folder):
    """a wait whose time is over"""
    with Proxy(relay) as proxy:
        sender, receiver, url, _ = between(folder, proxy)
        proxy.requests = []
        result = sender.run("receive", "--wait=1", "--json", url)
        tap.same((result.status, result.json.get("exitStatus"),
                  result.json.get("httpStatus")), (10, 10, 412), "receive")
        tap.same(preferences(proxy.requests), ["wait=1"], "one request")
        result = receiver.run("reply", "--wait=1", url, "-", give=b"two")
        tap.ok(result.status == 10 and result.out == b"" and
               "was replaced" in result.err, "reply", [repr(result)])
        tap.same(sender.run("receive", url).out, b"two", "which was done")
        result = sender.run("watch", "--wait=1", url)
        tap.same((result.status, result.out), (10, b""), "watch")

        def slice_of(request):
            proxy.arrived(lambda _: False, 1)  # as a relay with max_wait 1
            status, headers, text = proxy.answer(412, [
                ("ETag", request.headers["if-none-match"]),
                ("Preference-Applied", "wait=1")])(request)
            return status, headers, text

        proxy.requests = []
        proxy.rules = [slice_of, slice_of]
        waiter = sender.start("receive", "--wait", url)
        proxy.arrived(lambda _: len(proxy.requests) >= 3)
        receiver.run("reply", url, "-", give=b"three")
        tap.same(sender.end(waiter).out, b"three", "a wait in slices")
        tap.same(preferences(proxy.requests)[:3], ["wait=25"] * 3,
                 "without pauses between")


def test_ended(tap, relay, folder):
    """a wait until the mailbox ends"""
    with Proxy(relay) as proxy:
        sender, receiver, url, box = between(folder, proxy)
        proxy.requests = []
        waiter = sender.start("receive", "--wait", "--json", url)
        watcher = sender.start("watch", "--json", url)
        proxy.arrived(lambda _: sum(map(waits, proxy.requests)) == 2)
        tap.same(receiver.run("delete", url).status, 0, "it is deleted")
        result = sender.end(waiter)
        tap.same((result.status, result.json.get("httpStatus")), (3, 404),
                 "receive --wait")
        result = sender.end(watcher)
        tap.same((result.status, [(o["event"], o["mailbox"])
                                  for o in result.lines]),
                 (0, [("ended", box)]), "watch")
        tap.same(sender.run("receive", "--wait", url).status, 3,
                 "receive --wait after that")


def test_watch(tap, relay, folder):
    """watch"""
    with Proxy(relay) as proxy:
        sender, receiver, url, _ = between(folder, proxy)
        _, _, stranger = [Device(folder, n, proxy.url) for n in "xyz"]
        tap.same(stranger.run("watch", url).status, 8,
                 "a device without a part in it")
        watcher = sender.start("watch", url)
        other = sender.start("watch", "--json", url)
        seen = []

        def read_lines():
            seen.extend(iter(watcher.stdout.readline, b""))

        reader = threading.Thread(target=read_lines)
        reader.start()
        for number, content in enumerate((b"two", b"three!", b"")):
            proxy.arrived(lambda _, n=number: sum(
                map(waits, proxy.requests)) >= 2 * n + 2)
            receiver.run("reply", url, "-", give=content)
            end = time.monotonic() + 20
            while len(seen) <= number and time.monotonic() < end:
                time.sleep(0.01)
        proxy.arrived(lambda _: sum(map(waits, proxy.requests)) >= 8)
        receiver.run("delete", url)
        reader.join(30)
        watcher.wait(30)
        watcher.stdout.close()
        watcher.stderr.close()
        tap.same([line.split()[1:] for line in seen],
                 [[b"changed", b"3"], [b"changed", b"6"], [b"changed", b"0"],
                  [b"ended"]], "a line for each, as it comes")
        result = sender.end(other)
        tap.same([(o["event"], o.get("contentBase64")) for o in result.lines],
                 [("changed", "dHdv"), ("changed", "dGhyZWUh"),
                  ("changed", ""), ("ended", None)], "an object for each")


def test_own(tap, relay, folder):
    """what a device wrote itself is nothing new"""
    with Proxy(relay) as proxy:
        sender, receiver, _ = devices(folder, proxy.url)
        url, _ = sender.send(b"one", "--rights", "RWD")
        proxy.requests = []
        tap.same(sender.run("receive", "--wait=1", url).status, 10,
                 "a device that has only sent")
        tap.same(preferences(proxy.requests), [None, "wait=1"],
                 "it learns the ETag, and waits")
        tap.same(receiver.run("receive", "--wait", url).out, b"one",
                 "for a device that comes to it all is new")
        proxy.rules = [proxy.lose_answer]
        tap.same(receiver.run("reply", url, "-", give=b"two").status, 0,
                 "an update whose answer is lost")
        tap.same(receiver.run("receive", "--wait=1", url).status, 10,
                 "is nothing new either")
        tap.same(sender.run("receive", "--wait=1", url).out, b"two",
                 "but for the other side")


def test_crowded(tap, relay, folder):
    """a relay that does not wait is not hammered"""
    with Proxy(relay) as proxy:
        sender, receiver, url, _ = between(folder, proxy)

        def full(request):
            return proxy.answer(*HASTY)(request)

        def ignorant(request):
            request.headers.pop("prefer", None)
            request.headers.pop("if-none-match", None)
            return proxy.forward(request)

        def zealous(request):
            status, headers, text = full(request)
            return status, headers + [("Preference-Applied", "wait=25")], text

        for rule, what in ((full, "one with too many that wait"),
                           (ignorant, "one that does not know waiting"),
                           (zealous, "one that only says so")):
            proxy.requests = []
            proxy.every = rule
            result = sender.run("receive", "--wait=3", url)
            # After 0, 0.5 to 1, 1.5 to 3 s, and once at the end.
            tap.ok(result.status == 10 and 3 <= len(proxy.requests) <= 5,
                   what, [repr(result), str(len(proxy.requests))])
        proxy.every = proxy.forward
        receiver.run("reply", url, "-", give=b"two")
        proxy.requests = []
        proxy.rules = [full, full]
        tap.same(sender.run("receive", "--wait=20", url).out, b"two",
                 "what has come meanwhile is found")
        receiver.run("reply", url, "-", give=b"three")
        proxy.requests = []
        # After the third the pause is as a rule longer than what is left.
        proxy.rules = [full] * 3
        tap.same(sender.run("receive", "--wait=4", url).out, b"three",
                 "at the latest at the end")


def test_away(tap, relay, folder):
    """a relay that goes away during a wait"""
    with Proxy(relay) as proxy:
        sender, receiver, url, _ = between(folder, proxy)
        proxy.requests = []
        go = threading.Event()

        def break_off(_):
            go.wait(30)

        proxy.rules = [break_off, proxy.lose_request,
                       proxy.answer(503, [("Retry-After", "1")]),
                       proxy.answer(502)]
        waiter = sender.start("receive", "--wait", url)
        proxy.arrived(waits)
        go.set()
        # The rules are for the sender.
        proxy.arrived(lambda _: not proxy.rules)
        receiver.run("reply", url, "-", give=b"two")
        result = sender.end(waiter)
        tap.same((result.status, result.out), (0, b"two"), "it goes on")
        proxy.rules = []
        proxy.every = proxy.lose_request
        start = time.monotonic()
        result = sender.run("receive", "--wait", "--retry", "2", url)
        tap.ok(result.status == 6 and time.monotonic() - start < 20,
               "and gives up after --retry", [repr(result)])
        result = sender.run("receive", "--wait=1", url)
        tap.same(result.status, 6, "or at the end of --wait")


def test_refused(tap, relay, folder):
    """a wait by a device that is bound no longer"""
    with Proxy(relay) as proxy:
        sender, receiver, url, box = between(folder, proxy)
        kept = receiver.read_state(box)
        receiver.run("relinquish", url)
        with open(os.path.join(receiver.states, box), "w",
                  encoding="ascii") as file:
            file.write(kept)
        other = Device(folder, "other", proxy.url)
        other.run("receive", url)
        result = receiver.run("receive", "--wait", "--json", url)
        tap.same((result.status, result.json.get("code")),
                 (4, "claim_not_bound"), "receive --wait")
        tap.same(receiver.run("watch", url).status, 4, "watch")
        tap.same(sender.run("delete", url).status, 0, "the end")


def test_restart(tap, instance, folder):
    """the relay restarts during a wait"""
    with Proxy(instance.url) as proxy:
        sender, receiver, url, _ = between(folder, proxy)
        proxy.requests = []
        waiter = sender.start("receive", "--wait", url)
        proxy.arrived(waits)
        instance.script("stop-relay")
        instance.script("start-relay")
        tap.same(receiver.run("reply", url, "-", give=b"two").status, 0,
                 "the other side writes")
        result = sender.end(waiter)
        tap.ok((result.status, result.out) == (0, b"two"), "it is there",
               [repr(result)])
        tap.ok(len(proxy.requests) < 12, "it was asked for seldom",
               [str(len(proxy.requests))])
        proxy.requests = []
        waiter = sender.start("receive", "--wait", url)
        proxy.arrived(waits)
        instance.script("restart-db", "--mode", "immediate")
        tap.same(receiver.run("reply", url, "-", give=b"three").status, 0,
                 "the other side writes after a restart of the database")
        result = sender.end(waiter)
        tap.ok((result.status, result.out) == (0, b"three"), "it is there",
               [repr(result)])


TESTS = [test_woken, test_time, test_ended, test_watch, test_own,
         test_crowded, test_away, test_refused]
# With a relay that may be stopped.
INSTANCE_TESTS = [test_restart]
