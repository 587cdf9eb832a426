"""Transfers that go as they should, and refusals by the relay."""

import base64
import datetime
import os
import re
import stat
import threading

from .device import Device

DISPLAY = ("--title", "Key \u00fc <b>\"1\"</b>", "--description", "A & B",
           "--image", "https://example.com/key.png")
URL = re.compile(r"https?://[^/]+/v1/m/([0-9a-f-]{36})(\?v=[a-z]+)?"
                 r"#([A-Za-z0-9_-]+)")

LINK = "http://example.com/v1/m/2bba630e-519b-41ec-bf63-0242ac130002" \
    "#AAAAAAAAAAAAAAAAAAAAAA"


def devices(folder, relay):
    """Sender, receiver, and one more."""
    return [Device(folder, name, relay)
            for name in ("sender", "receiver", "stranger")]


def secret_of(url):
    """The bytes of the Secret in a share URL."""
    text = url.partition("#")[2]
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def forms_of(secret):
    """What a Secret could look like where it must not be."""
    plain = base64.b64encode(secret).rstrip(b"=")
    return [secret, plain, plain.translate(bytes.maketrans(b"+/", b"-_")),
            secret.hex().encode(), secret.hex().upper().encode()]


def test_stateless(tap, relay, folder):
    """send and receive"""
    content = bytes(range(256)) * 8
    for bits, length in (("256", 32), ("128", 16)):
        sender, receiver, stranger = devices(
            os.path.join(folder, ""), relay) if bits == "256" else \
            [Device(folder, name + bits, relay) for name in "srt"]
        words = ["--aead", bits, "--vertical", "c"] if bits == "128" else []
        url, result = sender.send(content, *DISPLAY, *words)
        match = URL.fullmatch(url)
        if not tap.ok(result.status == 0 and match, f"{bits}: send",
                      [repr(result)]):
            continue
        tap.same(len(secret_of(url)), length, f"{bits}: Secret's length")
        tap.same(match.group(2), "?v=c" if words else None,
                 f"{bits}: vertical")
        box = match.group(1)
        tap.same(sender.files, [box], f"{bits}: the sender's state")
        path = os.path.join(sender.states, box)
        tap.same(stat.S_IMODE(os.stat(path).st_mode), 0o600,
                 f"{bits}: the state's mode")
        tap.same(stat.S_IMODE(os.stat(sender.states).st_mode), 0o700,
                 f"{bits}: the directory's mode")
        state = sender.read_state(box).encode()
        tap.ok(not any(form in state for form in forms_of(secret_of(url))),
               f"{bits}: the state holds no Secret")
        tap.same(receiver.run("receive", url).out, content,
                 f"{bits}: receive")
        tap.same(receiver.run("receive", url).out, content,
                 f"{bits}: receive again, by the same device")
        result = stranger.run("receive", url)
        tap.same((result.status, result.out), (4, b""),
                 f"{bits}: another device is refused")
        tap.same(stranger.files, [], f"{bits}: and keeps no state")
        result = sender.run("receive", "--json", url).json
        tap.same((result.get("role"), result.get("contentBase64"),
                  result.get("payloadType")),
                 ("sender", base64.b64encode(content).decode(),
                  f"AEAD_AES_{bits}_GCM"), f"{bits}: the sender reads")


def test_forms(tap, relay, folder):
    """the Secret in every form of base64, and the URL on standard input"""
    sender, receiver, _ = devices(folder, relay)
    url, _ = sender.send(b"x", "--aead", "128")
    link = url.partition("#")[0]
    plain = base64.b64encode(secret_of(url)).decode()
    safe = base64.urlsafe_b64encode(secret_of(url)).decode()
    for text in (plain, plain.rstrip("="), safe, safe.rstrip("=")):
        tap.same(receiver.run("receive", f"{link}#{text}").out, b"x",
                 f"receive with a Secret of {len(text)} characters")
    tap.same(receiver.run("receive", "-", give=f" {url}\r\n".encode()).out,
             b"x", "receive with the URL from standard input")
    out = os.path.join(folder, "out")
    result = receiver.run("receive", url, "-o", out)
    with open(out, "rb") as file:
        tap.same((result.status, result.out, file.read()), (0, b"", b"x"),
                 "receive into a file")
    tap.same(stat.S_IMODE(os.stat(out).st_mode), 0o600, "the file's mode")
    result = receiver.run("receive", url.replace("#", "%23"))
    tap.ok(result.status == 2 and "%23" in result.err,
           "a URL of a mail gateway is refused with its reason",
           [repr(result)])
    tap.same(receiver.run("receive", link).status, 2,
             "a URL without a Secret")
    for length in (32, 16):
        other = base64.urlsafe_b64encode(os.urandom(length)).decode()
        result = receiver.run("receive", f"{link}#{other}")
        tap.same((result.status, result.out), (7, b""),
                 f"another Secret of {length} bytes")
    tap.same(receiver.run("receive", url).out, b"x", "and the right one")
    tap.same(sender.send(b"")[1].status, 0, "an empty content is sent")


def test_stateful(tap, relay, folder):
    """reply, update, --if-match"""
    sender, receiver, stranger = devices(folder, relay)
    url, _ = sender.send(b"one", "--rights", "RWD")
    result = receiver.run("reply", url, "-", give=b"x")
    tap.same(result.status, 8, "reply before receive: no state")
    tap.same(receiver.run("receive", url).out, b"one", "receive")
    tap.same(receiver.run("reply", url, "-", give=b"two").status, 0, "reply")
    tap.same(sender.run("receive", url).out, b"two", "the sender sees it")
    tap.same(sender.run("update", "--if-match", url, "-",
                        give=b"three").status, 0,
             "update, since nothing has changed")
    result = receiver.run("reply", "--json", "--if-match", url, "-",
                          give=b"four")
    tap.same((result.status, result.json.get("httpStatus"),
              result.json.get("ok")), (5, 412, False),
             "reply is refused, since something has")
    tap.same(receiver.run("receive", url).out, b"three",
             "and nothing was overwritten")
    tap.same(receiver.run("reply", "--if-match", url, "-",
                          give=b"five").status, 0, "reply after a look")
    tap.same(receiver.run("reply", "--if-match", url, "-",
                          give=b"six").status, 0, "and twice in a row")
    tap.same(sender.run("receive", url).out, b"six", "the sender sees it")
    tap.same(stranger.run("update", url, "-", give=b"x").status, 8,
             "a device without a part in it")


def test_rights(tap, relay, folder):
    """a missing right"""
    sender, receiver, _ = devices(folder, relay)
    url, _ = sender.send(b"one", "--rights", "R")
    receiver.run("receive", url)
    result = receiver.run("reply", "--json", url, "-", give=b"x")
    tap.same((result.status, result.json.get("code")),
             (4, "right_missing"), "reply without W")
    result = receiver.run("delete", "--json", url)
    tap.same((result.status, result.json.get("code")),
             (4, "right_missing"), "delete without D")
    tap.same(len(receiver.files), 1, "the state stays")
    tap.same(sender.run("delete", url).status, 0,
             "the sender may always delete")


def test_endings(tap, relay, folder):
    """relinquish and delete"""
    sender, receiver, other = devices(folder, relay)
    url, _ = sender.send(b"one")
    box = URL.fullmatch(url).group(1)
    receiver.run("receive", url)
    first = receiver.read_state(box)
    tap.same(sender.run("relinquish", url).status, 4,
             "the sender cannot relinquish")
    tap.same(receiver.run("relinquish", url).status, 0, "relinquish")
    tap.same(receiver.files, [], "the claim is forgotten")
    tap.same(receiver.run("relinquish", url).status, 8, "relinquish again")
    tap.same(other.run("receive", url).out, b"one", "another is bound")
    tap.same(receiver.run("receive", url).status, 4, "the former is not")
    tap.same(other.run("relinquish", url).status, 0, "and back")
    tap.same(receiver.run("receive", url).out, b"one", "the former again")
    tap.ok(re.search(r'"claim":"([^"]+)', first).group(1) not in
           receiver.read_state(box), "with another claim")
    tap.same(receiver.run("delete", url).status, 0, "delete")
    tap.same(receiver.files, [], "the state is removed")
    tap.same(receiver.run("delete", url).status, 8, "delete again")
    tap.same(other.run("receive", url).status, 3, "receive what is gone")
    tap.same(other.files, [], "which leaves no state")
    tap.same(sender.run("delete", url).status, 3, "the sender's delete")
    tap.same(sender.files, [], "which removes the state")


def test_show(tap, relay, folder):
    """the preview"""
    sender, receiver, stranger = devices(folder, relay)
    url, _ = sender.send(b"one", *DISPLAY)
    link = url.partition("#")[0]
    result = stranger.run("show", "--json", link).json
    tap.same((result.get("title"), result.get("description"),
              result.get("image"), result.get("type"), result.get("url")),
             (DISPLAY[1], DISPLAY[3], DISPLAY[5], "website", link),
             "the properties")
    tap.ok("Key \u00fc <b>\"1\"</b>" in stranger.run("show", url).text,
           "for a person")
    tap.same(receiver.run("receive", url).out, b"one",
             "nobody was bound by looking")
    sender.run("delete", url)
    tap.same(stranger.run("show", url).status, 3, "what is gone")


def test_terms(tap, relay, folder):
    """--expires, --draw-identifier, --json"""
    sender, _, _ = devices(folder, relay)
    before = datetime.datetime.now(datetime.timezone.utc)
    result = sender.send(b"x", "--json", "--expires", "2h",
                         "--draw-identifier")[1].json
    until = datetime.datetime.fromisoformat(
        result["expiration"].replace("Z", "+00:00"))
    tap.ok(abs((until - before).total_seconds() - 7200) < 60,
           "--expires 2h", [str(result)])
    tap.ok(result["ok"] is True and result["mailbox"] in result["url"] and
           sender.files == [result["mailbox"]],
           "the identifier that was drawn", [str(result)])
    at = (before + datetime.timedelta(hours=3)).strftime("%Y-%m-%dT%H:%M:%SZ")
    tap.same(sender.send(b"x", "--json", "--expires", at)[1].json.get(
        "expiration"), at, "--expires with a point in time")
    result = sender.send(b"x", "--json", "--expires", "10s")[1]
    tap.same((result.status, result.json.get("httpStatus"),
              len(sender.files)), (1, 400, 2),
             "the relay's refusal leaves no state")
    result = sender.send(bytes(200000), "--json")[1]
    tap.same((result.status, result.json.get("httpStatus")), (1, 413),
             "a content that is too large for the relay")


def test_usage(tap, relay, folder):
    """what is refused before anything is sent"""
    sender, _, _ = devices(folder, relay)
    for words in ((), ("none",), ("send",), ("send", "a", "b"),
                  ("send", "--none", "-"), ("send", "--aead", "192", "-"),
                  ("send", "--rights", "RX", "-"),
                  ("send", "--expires", "soon", "-"),
                  ("send", "--title", "T", "-"),
                  ("send", "--vertical", "C", "-"),
                  ("send", "--retry", "301", "-"),
                  ("send", "--title", "T", "--description", "D", "--image",
                   "http://example.com/", "-"),
                  ("send", "--title", "T" * 129, "--description", "D",
                   "--image", "https://example.com/", "-"),
                  ("send", "--title", "", "--description", "D",
                   "--image", "https://example.com/", "-"),
                  ("send", "--title", "\udcff", "--description", "D",
                   "--image", "https://example.com/", "-"),
                  ("send", "--title", "T", "--description", "D" * 513,
                   "--image", "https://example.com/", "-"),
                  ("help", "none"), ("receive", "-"),
                  ("send", "--relay", "http://example.com", "-"),
                  ("send", "--relay", "https://example.com/x", "-"),
                  ("receive", LINK),
                  ("receive", "--wait=soon", LINK),
                  ("receive", "--wait", "10", LINK),
                  ("reply", "--wait=-1", LINK, "/etc/hostname"),
                  ("reply", "-o", "x", LINK, "/etc/hostname"),
                  ("watch", "--wait=0", LINK), ("watch", "-o", "-", LINK),
                  ("reply", "-", "-"), ("show", "--state", "x", relay)):
        tap.same(sender.run(*words).status, 2,
                 f"usage: {' '.join(words)[:60]!r}")
    tap.same(sender.run("receive", "-", give=b"https://" + b"x" * 9000)
             .status, 2, "usage: a line that is too long")
    tap.same(sender.files, [], "and no state was written")
    for words in (("--help",), ("-h",), ("help",), ("help", "send"),
                  ("send", "--help"), ("--version",), ("-V",)):
        result = sender.run(*words)
        tap.ok(result.status == 0 and result.out and not result.err,
               " ".join(words), [repr(result)])


def test_at_once(tap, relay, folder):
    """two processes of one device receive at once"""
    sender, receiver, _ = devices(folder, relay)
    good = 0
    for _ in range(4):
        url, _ = sender.send(b"one")
        results = []
        threads = [threading.Thread(target=lambda u=url: results.append(
            receiver.run("receive", u))) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        good += all(r.out == b"one" for r in results)
    tap.same(good, 4, "all get the content")


def test_demo(tap, relay, folder):
    """credrelay demo"""
    device = Device(folder, "demo", relay)
    result = device.run("demo")
    seen = re.findall(r"^ +(GET|POST|PUT|DELETE) +\S+ +(\d+)$", result.text,
                      re.M)
    tap.same(result.status, 0, "goes well")
    tap.same(seen, [
        ("POST", "200"), ("GET", "200"), ("POST", "200"), ("POST", "401"),
        ("DELETE", "200"), ("POST", "404"),
        ("POST", "200"), ("POST", "200"),
        ("POST", "200"), ("PUT", "200"), ("POST", "401"),
        ("POST", "200"), ("PUT", "200"), ("POST", "200"),
        ("DELETE", "200"), ("POST", "404")], "does and sees what it should")
    names = re.findall(r"[Kk]ey (?:is |of its own, )?([0-9a-f]{16})",
                       result.text)
    tap.ok(len(names) == 4 and names[1] == names[2] == names[3] and
           f"approved by {names[0]}" in result.text,
           "imports the key that the owner signed", [str(names)])
    tap.same(device.files, [], "leaves no state")
    tap.same(device.run("demo", "--json", relay).json.get("steps"), 15,
             "for scripts")


TESTS = [test_stateless, test_forms, test_stateful, test_rights,
         test_endings, test_show, test_terms, test_usage, test_at_once,
         test_demo]
