"""Runs one case: sends its steps and says what was wrong."""

import json
import re
import time

from . import check, rules
from .client import Client, NoAnswer

METHODS = {"create": "POST", "read": "POST", "update": "PUT",
           "relinquish": "PATCH", "delete": "DELETE", "preview": "GET",
           "head": "HEAD", "options": "OPTIONS"}
NEEDS_ID = ("create", "update", "relinquish")
HAS_BODY = ("create", "update")

# Where a raw request names a route; before it goes the relay's own path.
ROUTE = re.compile(rb"^(\S+ \S*?)(/(?:v1|healthz|readyz)\b)")
# How often a relay may say 429 to one request, and how long it is waited for
# where it does not say.
PATIENCE, PAUSE_S = 20, 1
ESCAPE = re.compile(rb"\\(r|n|t|x[0-9a-fA-F]{2})")


class Failed(Exception):
    """A step went wrong; the argument is a list of sentences."""


class Runner:
    """Runs cases against one relay, one after the other."""

    def __init__(self, base_url, server="any", database=None, timeout=30):
        self.client = Client(base_url, timeout)
        self.server = server
        # apache-fcgid is apache too, where nothing is said of it alone
        self.server_names = [server, server.split("-")[0]]
        self.database = database
        self.names = None
        self.case = None
        self.begun = {}         # name -> (client, what was sent)

    def run(self, case, names):
        """What is wrong with a case: a list of lines, empty if nothing."""
        self.names = names
        self.case = case
        try:
            names.rows = case.values
            for step in case.steps:
                self._step(step)
        except Failed as error:
            return error.args[0]
        except (KeyError, ValueError) as error:
            return [f"{case.path}:{step.line}: the case itself: {error}"]
        finally:
            for client, _ in self.begun.values():
                client.close()
            self.begun = {}
        return []

    def _step(self, step):
        if step.request == "expire":
            self.database.run("update relay.mailbox set expires_at = "
                              "now() - interval '1 second'")
            return
        if step.request.startswith("sql:"):
            self._sql(step)
            return
        words = step.request.split()
        if words[0] == "end":
            self._end(step, words)
            return
        if words[0] == "begin":
            self._begin(step, words[1].rstrip(":"), self._words(
                step.request.partition(":")[2]))
            return
        count = 1
        if words[0] != "raw:":
            words = self._words(step.request)
        if re.fullmatch(r"x\d+", words[-1]):
            count = int(words.pop()[1:])
        for _ in range(count):
            self._once(step, words)

    def _sql(self, step):
        seen = self.database.run(self.names.text(step.request[4:].strip()))
        if step.wanted and seen != step.wanted[0]:
            raise Failed([f"{self.case.path}:{step.line}: {step.request}",
                          f"gave {seen!r}, not {step.wanted[0]!r}"])

    def _words(self, request):
        text = self.names.text(request)
        words = text.split()
        return words if words[0] in METHODS else text.split(None, 1)

    def _begin(self, step, name, words):
        """Sends a request on a connection of its own, and goes on."""
        sent = self._request(step, words)
        client = Client(self.client.base_url, self.client.timeout)
        self.begun[name] = client, sent
        try:
            client.start(client.encode(sent.method, sent.path, sent.headers,
                                       sent.body, step.chunked))
        except NoAnswer as error:
            raise _unanswered(self.case, step, error) from error

    def _end(self, step, words):
        """The answer to a request that was begun."""
        client, sent = self.begun.pop(words[1])
        try:
            answer = client.finish(sent.method)
        except NoAnswer as error:
            raise _unanswered(self.case, step, error) from error
        finally:
            client.close()
        self._judge(step, words, sent, answer)

    def _once(self, step, words):
        try:
            sent, answer = self._ask(step, words)
            for _ in range(PATIENCE):
                if answer.status != 429:
                    break
                # It was too much at once, and nothing was done.
                pause = answer.get("Retry-After") or ""
                time.sleep(int(pause) if pause.isdigit() else PAUSE_S)
                sent, answer = self._ask(step, words)
        except NoAnswer as error:
            raise _unanswered(self.case, step, error) from error
        self._judge(step, words, sent, answer)

    def _judge(self, step, words, sent, answer):
        found = self._compare(step, sent, answer)
        if found:
            raise Failed([f"{self.case.path}:{step.line}: {sent.method} "
                          f"{sent.path[:100]}"] + found + _shown(answer))
        self._keep(words, answer)
        for name, target in step.save:
            self.names[name] = check.value(target, answer)

    def _ask(self, step, words):
        if words[0] == "raw:":
            return self._raw(step)
        sent = self._request(step, words)
        return sent, self.client.request(sent.method, sent.path, sent.headers,
                                         sent.body, step.chunked)

    def _raw(self, step):
        """Bytes as they stand in the case, on a connection of their own."""
        self.names["host"] = self.client.host
        data = ESCAPE.sub(_unescape,
                          self.names.expand(step.request[4:].strip()))
        client = Client(self.client.base_url, self.client.timeout)
        head, _, body = data.partition(b"\r\n\r\n")
        lines = head.decode("utf-8", "surrogateescape").split("\r\n")
        method, path = (lines[0].split(" ") + ["", ""])[:2]
        headers = [(n, v.strip(" \t")) for n, _, v in
                   (line.partition(":") for line in lines[1:])]
        if client.prefix:
            data = ROUTE.sub(rb"\1" + client.prefix.encode() + rb"\2", data, 1)
        try:
            answer = client.send(data, method)
        finally:
            client.close()
        return rules.Sent(method, path, headers, body), answer

    def _request(self, step, words):
        """A step's words and lines as a request."""
        names = self.names
        operation = words[0] if words[0] in METHODS else None
        if operation is None:
            headers, body = [], b""
            method, path = words
        else:
            method = METHODS[operation]
            headers, path, body = self._operation(operation, words[1:], step)
        if step.body is not None:
            body = names.expand(step.body)
        own = [(names.text(n), names.text(v)) for n, v in step.headers]
        given = {n.lower() for n, _ in own} | step.drops
        kept = [(n, v) for n, v in headers if n.lower() not in given]
        return rules.Sent(method, path, kept + own, body)

    def _operation(self, operation, words, step):
        names = self.names
        options = dict(w.split("=", 1) for w in words if "=" in w)
        plain = [w for w in words if "=" not in w]
        headers = []
        if plain and re.fullmatch(r"[A-Z]", plain[0]):
            headers.append(("Mailbox-Device-Claim", names[plain.pop(0)]))
        if plain:
            headers.append(("Mailbox-Request-ID", names[plain.pop(0)]))
        elif operation in NEEDS_ID:
            headers.append(("Mailbox-Request-ID", names.fresh()))
        if plain:
            raise ValueError(f"what is {plain[0]}?")
        body = b""
        if operation in HAS_BODY:
            body = names.expand(self._body(options, step))
        if body or step.body is not None:
            headers.append(("Content-Type", "application/json"))
        path = "/v1/m"
        if operation != "create":
            path += "/" + names[options.pop("m", "m")]
        return headers, path, body

    def _body(self, options, step):
        """The default body of a create or an update, with its changes."""
        data = options.get("payload") or self.names.word()
        members = ['"payload": {"type": "AEAD_AES_128_GCM", "data": "%s"}'
                   % data]
        settings = []
        if "rights" in options:
            settings.append('"accessRights": "%s"' % options["rights"])
        if "expires" in options:
            value = options["expires"]
            if re.fullmatch(r"-?\d+[smhd]", value):
                value = "{{in %s}}" % value
            settings.append('"expiration": "%s"' % value)
        if settings:
            members.append('"mailboxConfiguration": {%s}' % ", ".join(settings))
        if "id" in options:
            value = options["id"]
            if re.fullmatch(r"\w+", value):
                value = "{{%s}}" % value
            members.append('"mailboxIdentifier": "%s"' % value)
        if step.members:
            members.append(step.members)
        return "{%s}" % ", ".join(members)

    def _compare(self, step, sent, answer):
        code = None
        if answer.status >= 400 and answer.body.startswith(b"{"):
            try:
                code = json.loads(answer.body).get("code")
            except ValueError:
                pass
        for who, status, wanted in self._due(step):
            if status != answer.status:
                continue
            if who is None:
                if wanted == code or (code is None and _codeless(sent, status)):
                    break
            else:
                if wanted == code and (code or status < 400):
                    break
                if wanted is None:
                    # Not the relay's answer: its rules do not count.
                    return [] if self.server == "any" else \
                        rules.front_faults(sent, answer)
        else:
            return [f"answered {answer.status} {code or ''}, not " +
                    " or ".join(_named(w) for w in self._due(step))]
        found = rules.faults(sent, answer)
        for target, operator, template in step.expect:
            found += check.faults(target, operator, template, answer,
                                  self.names)
        return found

    def _due(self, step):
        """What may be answered behind this web server."""
        if self.server == "any":
            return step.wanted
        for name in self.server_names:
            own = [w for w in step.wanted if name in (w[0] or ())]
            if own:
                return own
        return [w for w in step.wanted if w[0] is None or "front" in w[0]]

    def _keep(self, words, answer):
        """A create that made a mailbox names it, m unless as=n."""
        if words[0] != "create" or answer.status not in (200, 201):
            return
        name = "m"
        for word in words:
            if word.startswith("as="):
                name = word[3:]
        try:
            link = json.loads(answer.body)["urlLink"]
        except (ValueError, KeyError):
            return
        self.names[name] = link.rsplit("/", 1)[-1]
        self.names[name + ".link"] = link


def _unanswered(case, step, error):
    return Failed([f"{case.path}:{step.line}: {step.request}",
                   f"no answer: {error}"])


def _unescape(match):
    word = match.group(1)
    plain = {b"r": b"\r", b"n": b"\n", b"t": b"\t"}
    return plain.get(word) or bytes.fromhex(word[1:].decode())


def _codeless(sent, status):
    """Does the relay's error come as a page, or without a body?"""
    return sent.method == "HEAD" or (
        status == 404 and sent.method == "GET" and
        sent.path.startswith("/v1/m/"))


def _named(wanted):
    who, status, code = wanted
    return " ".join(filter(None, [",".join(who or ()), str(status), code]))


def _shown(answer):
    lines = [f"  {answer.status}"]
    lines += [f"  {n}: {v}" for n, v in answer.headers]
    return lines + ["  " + answer.body[:300].decode("utf-8", "replace")]
