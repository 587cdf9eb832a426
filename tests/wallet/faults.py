"""What goes wrong on the way: lost answers, outages, crashes."""

import json
import os
import re
import threading
import time

from .device import Device
from .proxy import Proxy, replace_id
from .transfers import URL, devices


def ids_of(requests, method):
    """The request ids of all requests with a method, in order."""
    return [r.request_id for r in requests if r.method == method]


def test_lost(tap, relay, folder):
    """answers and requests that get lost"""
    with Proxy(relay) as proxy:
        sender, receiver, _ = devices(folder, proxy.url)
        proxy.rules = [proxy.lose_request, proxy.lose_answer]
        url, result = sender.send(b"one", "--rights", "RWD")
        ids = ids_of(proxy.requests, "POST")
        tap.ok(result.status == 0 and len(ids) == 3 and len(set(ids)) == 1,
               "send is repeated with the same request id", [repr(result)])
        tap.same(len({r.claim for r in proxy.requests}), 1,
                 "and the same claim")
        proxy.rules = [proxy.lose_answer]
        tap.same(receiver.run("receive", url).out, b"one", "receive")
        proxy.rules = [proxy.lose_answer]
        result = receiver.run("reply", "--json", url, "-", give=b"two")
        ids = ids_of(proxy.requests, "PUT")
        tap.ok(result.status == 0 and result.json.get("httpStatus") == 201
               and len(ids) == 2 and ids[0] == ids[1],
               "reply: 201 is success", [repr(result)])
        tap.same(receiver.run("reply", "--if-match", url, "-",
                              give=b"x").status, 1,
                 "after which its ETag is not taken for seen")
        tap.same(sender.run("receive", url).out, b"two", "it was done once")
        proxy.rules = [proxy.lose_answer]
        tap.same(receiver.run("relinquish", url).status, 0, "relinquish")
        proxy.rules = [proxy.lose_answer]
        tap.same(sender.run("delete", url).status, 0,
                 "delete: a repeat that finds nothing is success")
        tap.same(sender.files + receiver.files, [], "no state is left")


def test_outage(tap, relay, folder):
    """503 and a relay that is away"""
    with Proxy(relay) as proxy:
        sender, receiver, _ = devices(folder, proxy.url)
        busy = proxy.answer(503, [("Retry-After", "1")])
        proxy.rules = [busy, busy]
        start = time.monotonic()
        url, result = sender.send(b"one")
        tap.ok(result.status == 0 and time.monotonic() - start >= 2,
               "Retry-After is honoured", [repr(result)])
        for text in (b"<html>", b'{"code":"unavailable"}'):
            proxy.rules = [proxy.answer(500, text=text)]
            tap.same((sender.send(b"one")[1].status, len(proxy.rules)),
                     (0, 0), "a web server's own 500 is repeated")
        proxy.rules = [proxy.answer(500, text=b'{"code":"internal"}')] * 2
        tap.same((sender.send(b"one")[1].status, len(proxy.rules)), (1, 1),
                 "the relay's is not")
        proxy.rules = [proxy.answer(503, [("Retry-After", "100")])]
        start = time.monotonic()
        result = receiver.run("receive", url)
        # Far from the 30 s that it would be repeated otherwise.
        tap.ok(result.status == 6 and time.monotonic() - start < 20,
               "and given up when it is too long", [repr(result)])
        proxy.rules = [proxy.lose_request] * 50
        start = time.monotonic()
        result = receiver.run("receive", "--retry", "2", "--json", url)
        tap.ok(result.status == 6 and result.json.get("exitStatus") == 6 and
               time.monotonic() - start < 20, "no answer", [repr(result)])
        tap.ok(2 <= 50 - len(proxy.rules) <= 12, "it was tried often, not "
               "too often", [str(50 - len(proxy.rules))])
        proxy.rules = [proxy.lose_request]
        tap.same(receiver.run("receive", "--retry", "0", url).status, 6,
                 "--retry 0")
        claims = {r.claim for r in proxy.requests[1:] if r.method == "POST"
                  and r.path != "/v1/m"}
        proxy.rules = []
        tap.same(receiver.run("receive", url).out, b"one", "and then")
        tap.same(claims, {proxy.requests[-1].claim},
                 "with the claim of the first attempt")
    result = receiver.run("receive", "--retry", "1", url)
    tap.same(result.status, 6, "nobody listens")


def test_crash(tap, relay, folder):
    """a device that dies while it sends"""
    for drawn in (False, True):
        words = ["--draw-identifier"] if drawn else []
        what = "drawn" if drawn else "made"
        with Proxy(relay) as proxy:
            sender = Device(folder, what, proxy.url)
            arrived, done, seen = threading.Event(), threading.Event(), []

            def hold(request, proxy=proxy, sender=sender, seen=seen,
                     arrived=arrived, done=done):
                seen.extend(sender.read_state(n) for n in sender.files)
                proxy.forward(request)
                arrived.set()
                done.wait(20)

            proxy.rules = [hold]
            process = sender.start("send", *words, "/etc/hostname")
            tap.ok(arrived.wait(20), f"{what}: the request has arrived")
            claim = proxy.requests[0].claim
            request_id = proxy.requests[0].request_id
            tap.ok(len(seen) == 1 and claim in seen[0] and
                   request_id in seen[0],
                   f"{what}: the claim was written before", [str(seen)])
            process.kill()
            process.communicate()
            done.set()
            tap.same(len(sender.files), 1, f"{what}: and is still there")
            result = sender.run("tidy", "--json")
            tap.same((result.json.get("ended"), len(sender.files)), (0, 1),
                     f"{what}: tidy leaves a send that may be under way")
            path = os.path.join(sender.states, sender.files[0])
            kept = sender.read_state(sender.files[0])
            os.utime(path, (time.time() - 3600,) * 2)
            result = sender.run("tidy", "--json")
            tap.same((result.json.get("ended"), sender.files), (1, []),
                     f"{what}: tidy ends one that was interrupted")
            tap.same([r.method for r in proxy.requests],
                     ["POST", "DELETE"] if drawn else
                     ["POST", "POST", "DELETE"], f"{what}: by a delete")
            gone = proxy.requests[-1]
            gone.method = "GET"
            tap.same(proxy.forward(gone)[0], 404,
                     f"{what}: the mailbox is gone")
            with open(path, "w", encoding="ascii") as file:
                file.write(kept)
            os.utime(path, (time.time() - 3600,) * 2)
            result = sender.run("tidy", "--json")
            tap.same((result.status, result.json.get("ended"), sender.files),
                     (0, 1, []), f"{what}: a tidy that was interrupted itself")


def test_half_tidied(tap, relay, folder):
    """tidies that ended between a mailbox's two files"""
    with Proxy(relay) as proxy:
        sender = Device(folder, "half", proxy.url)
        for _ in range(8):      # as files come in no order, one does not tell
            before = set(sender.files)
            sender.send(b"one")
            name, = set(sender.files) - before
            state = json.loads(sender.read_state(name))
            state["request"] = proxy.requests[-1].request_id
            pending = {key: value for key, value in state.items()
                       if key != "mailbox"}
            for name, value in ((name, state), ("pending-" + state["request"],
                                                pending)):
                path = os.path.join(sender.states, name)
                with open(path, "w", encoding="ascii") as file:
                    json.dump(value, file)
                os.chmod(path, 0o600)
                os.utime(path, (time.time() - 3600,) * 2)
        result = sender.run("tidy", "--json")
        tap.same((result.status, sender.files), (0, []),
                 "another tidy ends what they left")


def replay(proxy):
    """A rule: who has written first gets what was there before that."""
    old = []

    def writers():
        return [r.claim for r in proxy.requests if r.method == "PUT"]

    def rule(request):
        if request.method == "POST" and request.claim in writers()[:1]:
            return replace_id(old[0], [
                ("Mailbox-Request-ID", request.request_id)])
        answer = proxy.forward(request)
        if request.method == "POST" and request.path != "/v1/m" and \
                not writers() and answer[0] == 200:
            old[:] = [answer]
        return answer

    proxy.requests = []
    return rule


def leftovers(story):
    """Processes of a demonstration that are still there."""
    link = URL.search(story)
    left = []
    for pid in filter(str.isdigit, os.listdir("/proc")):
        try:
            with open(f"/proc/{pid}/environ", "rb") as file:
                if link and link.group(0).split("/v1/")[0].encode() in \
                        file.read():
                    left.append(pid)
        except OSError:
            continue
    return left


def test_demo_deviates(tap, relay, folder):
    """a relay that does what it should not, seen by the demonstration"""
    with Proxy(relay) as proxy:
        device = Device(folder, "demo", proxy.url)

        def deviate(number, rule):
            proxy.requests = []
            proxy.rules = [proxy.forward] * (number - 1) + [rule]
            return device.run("demo", "--retry", "0")

        def claims_of(_):
            return [r.claim for r in proxy.requests]

        result = deviate(5, proxy.answer(200))
        tap.same(result.status, 1, "a delete that does nothing")

        def let_in(request):
            request.headers["mailbox-device-claim"] = claims_of(request)[2]
            return proxy.forward(request)

        result = deviate(4, let_in)
        tap.ok(result.status == 1 and "should refuse" in result.err,
               "a stranger who is let in", [repr(result)])
        proxy.every = lambda r: (
            proxy.answer(200) if r.method == "PUT" else proxy.forward)(r)
        result = device.run("demo", "--retry", "0")
        tap.ok(result.status == 1 and "next message" in result.err,
               "an update that is not kept", [repr(result)])
        tap.same(leftovers(result.text), [], "leaves no process")
        proxy.every = replay(proxy)
        result = device.run("demo", "--retry", "0")
        tap.ok(result.status == 1 and "next message" in result.err,
               "an old content in the place of the signed one",
               [repr(result)])
        proxy.every = lambda r: (
            proxy.lose_request if r.method == "PUT" else proxy.forward)(r)
        result = device.run("demo", "--json", "--retry", "0")
        tap.ok(result.status == 6 and result.json.get("exitStatus") == 6,
               "a relay that goes away", [repr(result)])


def test_words(tap, relay, folder):
    """the manual tells every exit status that the program can give"""
    top = os.path.dirname(os.path.dirname(os.path.dirname(
        os.path.abspath(__file__))))
    with open(os.path.join(top, "src/device/outcome.h"),
              encoding="ascii") as file:
        codes = re.findall(r"EXIT_\w+ = (\d+)", file.read())
    with open(os.path.join(top, "man/credrelay.1"), encoding="utf-8") as file:
        manual = file.read()
    section = manual.partition(".Sh EXIT STATUS")[2].partition(".Sh ")[0]
    tap.same(re.findall(r"^\.It (\d+)$", section, re.M), codes,
             "EXIT STATUS")
    sender = Device(folder, "words", relay)
    overview = sender.run("--help").text
    commands = re.findall(r"^  ([a-z]+) ", overview, re.M)
    tap.ok(len(commands) >= 9, "there are commands", [overview])
    options = set()
    for command in commands:
        options |= set(re.findall(r"--([a-z-]+)",
                                  sender.run("help", command).text))
    tap.same([c for c in commands if f".It Cm {c}" not in manual], [],
             "every command is in the manual")
    tap.same([o for o in sorted(options)
              if f"Fl -{o}" not in manual], [],
             "every option is in the manual")


TESTS = [test_lost, test_outage, test_crash, test_half_tidied,
         test_demo_deviates, test_words]
