"""Whom a device trusts, with what, and who learns nothing."""

import os
import shutil
import ssl
import subprocess
import threading

from .proxy import Proxy, replace_id
from .transfers import URL, devices, forms_of, secret_of


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


TESTS = [test_impostors, test_same_identifier_elsewhere, test_secret,
         test_argv, test_tls]
