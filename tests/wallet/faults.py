"""What goes wrong on the way: lost answers, outages, impostors, crashes."""

import json
import os
import re
import shutil
import ssl
import subprocess
import threading
import time

from .device import Device
from .proxy import Proxy
from .transfers import URL, devices, forms_of, secret_of


def ids_of(requests, method):
    """The request ids of all requests with a method, in order."""
    return [r.request_id for r in requests if r.method == method]


def replace_id(answer, echo):
    """An answer with other fields in the place of its request id."""
    status, headers, text = answer
    return status, [(n, v) for n, v in headers
                    if n.lower() != "mailbox-request-id"] + echo, text


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


def test_impostors(tap, relay, folder):
    """answers that no relay gives"""
    with Proxy(relay) as proxy, Proxy(relay) as trap:
        sender, receiver, _ = devices(folder, proxy.url)
        url, _ = sender.send(b"one")
        for status in (301, 302, 303, 307, 308):
            proxy.rules = [proxy.answer(
                status, [("Location", trap.url + "/v1/m")])]
            tap.same(receiver.run("receive", url).status, 1,
                     f"a redirect {status}")
        tap.same(trap.requests, [], "is not followed")
        for echo in ([("Mailbox-Request-ID",
                       "2bba630e-519b-41ec-bf63-0242ac130002")], []):
            # All of a real answer, but for the request id.
            proxy.rules = [lambda r, echo=echo: replace_id(
                proxy.forward(r), echo)]
            result = receiver.run("receive", url)
            tap.same((result.status, result.out), (1, b""),
                     f"an answer that echoes {echo}")
        proxy.rules = [proxy.answer(200, [], b"x" * (2 << 20))]
        tap.same(receiver.run("receive", url).status, 1, "a huge answer")
        for text in (b"", b"[]", b"{}", b'{"payload":{}}', b"\xff\x00",
                     b'{"payload":' * 5000):
            proxy.rules = [proxy.answer(200, [], text)]
            tap.same(receiver.run("receive", url).status, 1,
                     f"a body out of form, {text[:20]!r}")
        for link in ("https://evil.example/", proxy.url + "/v1/m/x", 7, None,
                     url):
            text = f'{{"urlLink": "{link}", "expiration": ' \
                '"2030-01-01T00:00:00Z"}'.encode()
            proxy.rules = [proxy.answer(200, [], text)]
            tap.same(sender.send(b"x")[1].status, 1, f"a link {link!r}"[:60])
        escapes = b'{"detail": "\\u001b]0;x\\u0007\\u001b[2J\\u202eabc"}'
        proxy.rules = [proxy.answer(400, [], escapes)]
        result = receiver.run("receive", url)
        tap.ok("\x1b" not in result.err and "\x07" not in result.err and
               "\u202e" not in result.err and "abc" in result.err,
               "a problem that would write to the terminal", [repr(result)])


def test_same_identifier_elsewhere(tap, relay, folder):
    """a link that names a known mailbox at another relay"""
    with Proxy(relay) as proxy, Proxy(relay) as evil:
        sender, _, _ = devices(folder, proxy.url)
        url, _ = sender.send(b"one", "--rights", "RWD")
        bad = url.replace(proxy.url, evil.url)
        for words in (("receive", bad), ("delete", bad),
                      ("relinquish", bad), ("update", bad, "/etc/hostname")):
            tap.same(sender.run(*words).status, 1, f"{words[0]} is refused")
        tap.same(evil.requests, [], "and the claim goes nowhere")


def test_secret(tap, relay, folder):
    """the Secret goes nowhere"""
    with Proxy(relay) as proxy:
        sender, receiver, stranger = devices(folder, proxy.url)
        url, _ = sender.send(b"one", "--rights", "RWD", "--vertical", "c")
        said = []
        for device, words in (
                (receiver, ("receive", url)), (stranger, ("receive", url)),
                (receiver, ("reply", url, "/etc/hostname")),
                (sender, ("update", "--json", url, "/etc/hostname")),
                (sender, ("show", "--json", url)),
                (receiver, ("relinquish", url)), (sender, ("delete", url)),
                (sender, ("receive", url)),
                (receiver, ("receive", url.replace("#", "%23"))),
                (receiver, ("receive", url + "x"))):
            result = device.run(*words)
            said.append(result.err.encode() + result.out)
        sent = b"".join(r.raw for r in proxy.requests)
        forms = forms_of(secret_of(url))
        tap.ok(len(proxy.requests) == 9, "all were made",
               [str(len(proxy.requests))])
        tap.ok(not any(form in sent for form in forms), "to the relay")
        tap.ok(not any(form in b"".join(said) for form in forms),
               "or into messages")
        tap.ok(b"?v=" not in sent, "nor does the vertical")
        shows = [r for r in proxy.requests if r.method == "GET"]
        tap.ok(len(shows) == 1 and shows[0].claim is None,
               "show sends no claim")


def test_argv(tap, relay, folder):
    """ps does not show the Secret"""
    with Proxy(relay) as proxy:
        sender, receiver, _ = devices(folder, proxy.url)
        url, _ = sender.send(b"one")
        lines, box = [], []

        def look(request):
            with open(f"/proc/{box[0].pid}/cmdline", "rb") as file:
                lines.append(file.read())
            return proxy.forward(request)

        ready = threading.Event()
        proxy.rules = [lambda r: ready.wait(10) and look(r)]
        box.append(receiver.start("receive", url))
        ready.set()
        out, _ = box[0].communicate(timeout=30)
        tap.same(out, b"one", "receive")
        tap.ok(lines and URL.fullmatch(url).group(1).encode() in lines[0] and
               not any(f in lines[0] for f in forms_of(secret_of(url))),
               "the command line while it runs", [str(lines)])


def test_tls(tap, relay, folder):
    """certificates"""
    if not shutil.which("openssl"):
        tap.skip("certificates", "there is no openssl command")
        return
    pair = os.path.join(folder, "pair.pem")
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt",
         "ec_paramgen_curve:P-256", "-nodes", "-days", "2", "-subj",
         "/CN=test", "-addext", "subjectAltName=IP:127.0.0.1", "-keyout",
         pair + ".key", "-out", pair], check=True, capture_output=True)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(pair, pair + ".key")
    with Proxy(relay, context) as proxy:
        sender, receiver, _ = devices(folder, proxy.url)
        result = sender.send(b"one")[1]
        tap.same((result.status, sender.files, proxy.requests), (9, [], []),
                 "a certificate that nobody vouches for")
        result = sender.send(b"one", "--insecure-http")[1]
        tap.same((result.status, proxy.requests), (9, []),
                 "whatever else is allowed")
        url, result = sender.send(b"one", "--cacert", pair)
        tap.same(result.status, 0, "one that --cacert vouches for")
        tap.same(receiver.run("receive", url, "--cacert", pair).out, b"one",
                 "for the receiver too")
        before = len(proxy.requests)
        result = receiver.run("receive", url.replace("127.0.0.1",
                                                     "localhost"),
                              "--cacert", pair, "--state",
                              os.path.join(folder, "third"))
        tap.same((result.status, len(proxy.requests)), (9, before),
                 "for another name")
        result = sender.send(b"one", "--cacert", "/nonexistent")[1]
        tap.same(result.status, 1, "a file that is not there")


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


TESTS = [test_lost, test_outage, test_crash, test_half_tidied, test_impostors,
         test_same_identifier_elsewhere, test_secret, test_argv, test_tls,
         test_demo_deviates, test_words]
