"""What holds for every answer of the relay, whatever the case is about."""

import json
import re

from . import page

JSON = "application/json"
PROBLEM = "application/problem+json"
HTML = "text/html; charset=utf-8"
UUID = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
STAMP = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")
ETAG = re.compile(r'"[0-9a-f]{16}"')
LINK = re.compile(r"https?://[^?#]+/v1/m/[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}"
                  r"-[89ab][0-9a-f]{3}-[0-9a-f]{12}")
ALLOW = {"create": "POST, OPTIONS",
         "mailbox": "GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS",
         "health": "GET, HEAD, OPTIONS"}
# Words of the API itself, which an error may well name.
VOCABULARY = set("""application json charset utf-8 identity payload type data
displayinformation title description imageurl notificationtoken tokendata
mailboxconfiguration accessrights expiration mailboxidentifier mailbox
identifier mailbox-device-claim mailbox-request-id content-type https
application/json encoding""".split())


class Sent:
    """A request as it went out, for the rules to compare with."""

    def __init__(self, method, path, headers, body):
        self.method = method
        self.path = path
        self.headers = headers      # (name, value), text
        self.body = body

    def all(self, name):
        """The values of a header, hyphens and underscores taken as one."""
        name = name.lower()
        return [v for n, v in self.headers
                if n.lower().replace("_", "-") == name]

    def place(self):
        """create, mailbox, health or None (no route)."""
        path = self.path.split("?")[0]
        if path == "/v1/m":
            return "create"
        if path in ("/healthz", "/readyz"):
            return "health"
        if path.startswith("/v1/m/") and UUID.fullmatch(path[6:]):
            return "mailbox"
        return None

    def operation(self):
        """The operation's name, or None."""
        return {("create", "POST"): "create", ("mailbox", "POST"): "read",
                ("mailbox", "PUT"): "update", ("mailbox", "GET"): "preview",
                ("mailbox", "HEAD"): "preview",
                ("mailbox", "PATCH"): "relinquish",
                ("mailbox", "DELETE"): "delete"}.get(
                    (self.place(), self.method))


def faults(sent, answer):
    """What the general rules find wrong; a list of sentences."""
    found = list(answer.faults)
    _headers(sent, answer, found)
    _echo(sent, answer, found)
    if answer.status >= 400:
        _error(sent, answer, found)
    elif answer.status == 204:
        for name in ("Content-Length", "Content-Type", "Transfer-Encoding"):
            if answer.all(name):
                found.append(f"204 with {name}: {answer.get(name)}")
    else:
        _success(sent, answer, found)
    if answer.status in (204, 405):
        _one(answer, "Allow", ALLOW.get(sent.place(), ""), found)
    return found


def front_faults(sent, answer):
    """What is wrong with an answer that is a known web server's own."""
    found = list(answer.faults)
    if answer.status >= 400:
        _repeated(sent, answer, found)
    return found


def _one(answer, name, value, found):
    if answer.all(name) != [value]:
        found.append(f"{name} is {answer.all(name)}, not [{value!r}]")


def _headers(sent, answer, found):
    _one(answer, "Cache-Control", "no-store", found)
    _one(answer, "X-Content-Type-Options", "nosniff", found)
    for name in ("Location", "X-Powered-By", "Set-Cookie", "Status"):
        if answer.all(name):
            found.append(f"{name}: {answer.get(name)}")
    if "credrelay" in (answer.get("Server") or "").lower():
        found.append(f"Server: {answer.get('Server')}")
    _preference(sent, answer, found)
    if answer.status == 204:
        return
    if len(answer.all("Content-Length")) != 1:
        found.append(f"Content-Length: {answer.all('Content-Length')}")
    elif sent.method != "HEAD" and \
            answer.get("Content-Length") != str(len(answer.body)):
        found.append(f"Content-Length is {answer.get('Content-Length')}, the "
                     f"body {len(answer.body)}")
    if sent.method == "HEAD" and answer.body:
        found.append("a body after HEAD")


def _preference(sent, answer, found):
    """A wait is applied to reads alone, and told once."""
    applied = answer.all("Preference-Applied")
    if not applied:
        return
    if sent.operation() != "read" or answer.status not in (200, 412) or \
            not sent.all("Prefer") or not sent.all("If-None-Match") or \
            len(applied) > 1 or not re.fullmatch(r"wait=\d+", applied[0]):
        found.append(f"Preference-Applied: {applied}")


def _echo(sent, answer, found):
    values = sent.all("Mailbox-Request-ID")
    echoed = answer.all("Mailbox-Request-ID")
    wanted = []
    if len(values) == 1 and UUID.fullmatch(values[0]) and \
            not re.fullmatch(r"[0-]+|[fF-]+", values[0]):
        wanted = values
    # How an underscore is read differs by web server.
    loose = any("_" in n for n, _ in sent.headers)
    if echoed != wanted and not loose:
        found.append(f"Mailbox-Request-ID came back as {echoed}, "
                     f"not {wanted}")


def _error(sent, answer, found):
    html = answer.status == 404 and sent.method in ("GET", "HEAD") and \
        sent.path.startswith("/v1/m/")
    _one(answer, "Content-Type", HTML if html else PROBLEM, found)
    if answer.status == 401:
        _one(answer, "WWW-Authenticate", "Mailbox-Device-Claim", found)
    elif answer.all("WWW-Authenticate"):
        found.append("WWW-Authenticate without 401")
    if answer.status == 503 and \
            not re.fullmatch(r"\d+", answer.get("Retry-After") or ""):
        found.append(f"503 with Retry-After: {answer.get('Retry-After')}")
    if answer.status == 412 and sent.operation() == "read" and \
            not ETAG.fullmatch(answer.get("ETag") or ""):
        found.append(f"412 to a read with ETag: {answer.get('ETag')}")
    _repeated(sent, answer, found)
    if sent.method == "HEAD":
        return
    if html:
        found += page.faults(answer)
        return
    try:
        problem = json.loads(answer.body.decode("utf-8"))
    except ValueError as error:
        found.append(f"the problem is not JSON: {error}")
        return
    for name in ("title", "detail", "code"):
        if not isinstance(problem.get(name), str) or not problem[name]:
            found.append(f"the problem's {name} is {problem.get(name)!r}")
    if problem.get("status") != answer.status:
        found.append(f"the problem's status is {problem.get('status')!r}")


def _repeated(sent, answer, found):
    """No error repeats what the client sent."""
    seen = answer.body + b"\n".join(
        f"{n}: {v}".encode("latin-1") for n, v in answer.headers
        if n.lower() not in ("mailbox-request-id", "etag", "date",
                             "content-length", "server"))
    seen = seen.lower()
    # lone words of the API that stand in every answer of its kind
    for word in _words(sent):
        if word in seen:
            found.append(f"the error repeats {word!r}")


def _words(sent):
    texts = [v.encode("utf-8", "surrogateescape") for n, v in sent.headers
             if n.lower() not in ("host", "connection", "content-length",
                                  "content-type")]
    texts.append(sent.path.encode("utf-8", "surrogateescape"))
    texts.append(sent.body)
    for text in texts:
        for word in re.findall(rb"[A-Za-z0-9+_.\x80-\xff-]{8,}", text):
            word = word.lower()
            if word.decode("latin-1") not in VOCABULARY:
                yield word


def _success(sent, answer, found):
    operation = sent.operation()
    if operation in ("relinquish", "delete"):
        if answer.all("Content-Type") or answer.body or \
                answer.get("Content-Length") != "0":
            found.append(f"{operation} is not empty")
    elif operation == "preview":
        _one(answer, "Content-Type", HTML, found)
        if sent.method == "GET":
            found += page.faults(answer)
    elif sent.method != "HEAD":
        _one(answer, "Content-Type", JSON, found)
        _shape(sent, operation, answer, found)


def _shape(sent, operation, answer, found):
    try:
        body = json.loads(answer.body.decode("utf-8"))
    except ValueError as error:
        found.append(f"not JSON: {error}")
        return
    members = {"create": {"urlLink", "isPushNotificationSupported",
                          "expiration"},
               "update": {"isPushNotificationSupported"},
               "read": {"payload", "displayInformation", "expiration"}}
    if operation in members and set(body) != members[operation]:
        found.append(f"{operation} has the members {sorted(body)}")
    if operation == "create" and not LINK.fullmatch(body.get("urlLink", "")):
        found.append(f"urlLink is {body.get('urlLink')!r}")
    if operation in ("create", "read") and \
            not STAMP.fullmatch(body.get("expiration", "")):
        found.append(f"expiration is {body.get('expiration')!r}")
    if operation in ("create", "update") and not isinstance(
            body.get("isPushNotificationSupported"), bool):
        found.append("isPushNotificationSupported is no truth value")
    if (operation == "read" or (operation == "update" and
                                answer.status == 200)) and \
            not ETAG.fullmatch(answer.get("ETag") or ""):
        found.append(f"ETag: {answer.get('ETag')}")
