"""The kinds of request of tests/faults/no-memory: what must be there before,
what is asked, which answer is right, and what may be stored after it."""

import json

import fastcgi
import support
from no_memory_worker import LIMIT_S

TOKEN = {"type": "webhook", "tokenData": "a token"}
DISPLAY = {"title": "Car \u00e9 \"key\"", "description": "for <Saturday>",
           "imageURL": "https://example.com/car.png"}


class Device:
    """Requests to one socket, and what they should be answered."""

    def __init__(self, path):
        self.path = path

    def send(self, ask):
        """The answer; silent: none came."""
        method, uri, headers, body = ask
        return fastcgi.ask(self.path, fastcgi.request(fastcgi.params(
            method, uri, headers, body), body), LIMIT_S)

    def must(self, ask, *wanted):
        """The answer of one that must succeed."""
        answer = self.send(ask)
        if answer.status not in wanted:
            raise RuntimeError(f"{ask[:2]}: {answer}, not {wanted}")
        return answer


def ask(method, uri, claim=None, request_id=None, body=None, **more):
    """A request; more: other headers."""
    headers = []
    if claim:
        headers.append(("Mailbox-Device-Claim", claim))
    if request_id:
        headers.append(("Mailbox-Request-ID", request_id))
    headers += [(name.replace("_", "-"), value)
                for name, value in more.items()]
    return method, uri, headers, body


class Trial:
    """A mailbox, what is asked of it, and what may come of that."""

    def __init__(self, device):
        self.device = device            # that lacks nothing
        self.box = support.fresh()
        self.path = "/v1/m/" + self.box
        self.sender, self.receiver = support.fresh(), support.fresh()
        self.id = support.fresh()
        self.tag = None
        self.prepare()

    def create(self, data="one", **more):
        """What makes the mailbox."""
        return ask("POST", "/v1/m", self.sender, self.id, support.payload(
            data, mailboxIdentifier=self.box, **more))

    def read(self, claim, body=None, **more):
        """A read."""
        return ask("POST", self.path, claim, None, body, **more)

    def made(self, bound=True):
        """The mailbox is there; both sides have a token."""
        self.device.must(self.create(notificationToken=TOKEN,
                                     displayInformation=DISPLAY), 200)
        if bound:
            answer = self.device.must(self.read(self.receiver, json.dumps(
                {"notificationToken": TOKEN}).encode()), 200)
            self.tag = answer.headers["etag"]

    def now(self, claim=None):
        """Status and data of a read."""
        answer = self.device.send(self.read(claim or self.sender))
        return answer.status, data_of(answer)

    # What a kind of request has of its own:

    def prepare(self):
        """What must be there before."""

    def during(self, lone):
        """What is done while the request is under way."""

    def right(self, answer):
        """Is it the answer that should be given?"""
        raise NotImplementedError

    def settled(self, answered):
        """Is what is stored what was, or, and so if it was answered, what
        should be?"""
        raise NotImplementedError


def data_of(answer):
    """The payload's data; None: there is none."""
    if answer.status != 200:
        return None
    return json.loads(answer.body).get("payload", {}).get("data")


class Create(Trial):
    """create"""
    data = "new"

    def ask(self):
        """With everything that a create can have."""
        return self.create(self.data, notificationToken=TOKEN,
                           displayInformation=DISPLAY)

    def right(self, answer):
        body = json.loads(answer.body)
        return answer.status == 200 and \
            body["urlLink"].endswith(self.path) and \
            body["isPushNotificationSupported"] is True

    def settled(self, answered):
        again = self.device.send(self.ask())
        shown = json.loads(self.device.must(self.read(self.sender), 200).body)
        return again.status in ((201,) if answered else (200, 201)) and \
            shown["payload"]["data"] == self.data and \
            shown["displayInformation"] == DISPLAY


class CreateLarge(Create):
    """create, large"""
    data = "x" * 60000


class ReadFirst(Trial):
    """read that binds, with a token"""

    def prepare(self):
        self.made(bound=False)

    def ask(self):
        """By a device that nobody knows."""
        return self.read(self.receiver, json.dumps(
            {"notificationToken": TOKEN}).encode())

    def right(self, answer):
        body = json.loads(answer.body)
        return answer.status == 200 and "etag" in answer.headers and \
            data_of(answer) == "one" and \
            body["displayInformation"] == DISPLAY

    def settled(self, answered):
        if answered and self.now(support.fresh())[0] != 401:
            return False
        return self.now(self.receiver) == (200, "one") and \
            self.now(support.fresh())[0] == 401


class ReadUnchanged(ReadFirst):
    """read of what is known"""

    def prepare(self):
        self.made()

    def ask(self):
        return self.read(self.receiver, None, If_None_Match=self.tag)

    def right(self, answer):
        return answer.status == 412 and answer.headers["etag"] == self.tag


class ReadWaiting(ReadUnchanged):
    """read that waits"""

    def ask(self):
        return self.read(self.receiver, None, If_None_Match=self.tag,
                         Prefer="wait=20")

    def during(self, lone):
        """The other side writes, once the worker is at rest."""
        lone.rest()
        self.device.must(ask("PUT", self.path, self.sender, support.fresh(),
                             support.payload("two")), 200)

    def right(self, answer):
        return answer.status == 200 and data_of(answer) == "two" and \
            answer.headers["etag"] != self.tag

    def settled(self, answered):
        return self.now(self.receiver) == (200, "two")


class Update(Trial):
    """update"""

    def prepare(self):
        self.made()

    def ask(self):
        """Under a condition, with another token; the other side has one."""
        return ask("PUT", self.path, self.receiver, self.id, support.payload(
            "two", notificationToken=dict(TOKEN, tokenData="other")),
            If_Match=f'"0123456789abcdef", {self.tag}')

    def right(self, answer):
        return answer.status == 200 and answer.headers["etag"] != self.tag \
            and json.loads(answer.body) == {"isPushNotificationSupported":
                                            True}

    def settled(self, answered):
        before = self.now()
        again = self.device.send(self.ask())
        return before == (200, "two" if again.status == 201 else "one") and \
            again.status in ((201,) if answered else (200, 201)) and \
            self.now() == (200, "two")


class UpdateStale(Update):
    """update under a condition that does not hold"""

    def ask(self):
        return ask("PUT", self.path, self.sender, self.id,
                   support.payload("two"), If_Match='"0123456789abcdef"')

    def right(self, answer):
        return answer.status == 412 and b"etag_mismatch" in answer.body

    def settled(self, answered):
        return self.now() == (200, "one")


class Relinquish(Trial):
    """relinquish"""

    def prepare(self):
        self.made()

    def ask(self):
        """By the receiver."""
        return ask("PATCH", self.path, self.receiver, self.id)

    def right(self, answer):
        return answer.status == 200 and answer.body == b""

    def settled(self, answered):
        again = self.device.send(self.ask())
        return again.status in ((201,) if answered else (200, 201)) and \
            self.now(support.fresh()) == (200, "one") and \
            self.now(self.receiver)[0] == 401


class Delete(Trial):
    """delete"""

    def prepare(self):
        self.made()

    def ask(self):
        """By the receiver."""
        return ask("DELETE", self.path, self.receiver)

    def right(self, answer):
        return answer.status == 200 and answer.body == b""

    def settled(self, answered):
        left = self.now()
        return left == (404, None) or (not answered and left == (200, "one"))


class Preview(Trial):
    """preview"""

    def prepare(self):
        self.made()
        self.page = self.device.must(self.ask(), 200).body

    def ask(self):
        """As a messenger does."""
        return ask("GET", self.path)

    def right(self, answer):
        return answer.status == 200 and answer.body == self.page

    def settled(self, answered):
        return self.now() == (200, "one")


class Nothing(Trial):
    """preview of nothing"""

    def ask(self):
        """Of no mailbox."""
        return ask("GET", self.path)

    def right(self, answer):
        return answer.status == 404 and answer.body.endswith(b"</html>\n")

    def settled(self, answered):
        return self.now() == (404, None)


class Malformed(Nothing):
    """create that is refused"""

    def ask(self):
        method, uri, headers, body = self.create()
        return method, uri, headers, body[:-1] + b', "p\\u0061yload": 1}'

    def right(self, answer):
        return answer.status == 400 and b"body_invalid" in answer.body


class Ready(Nothing):
    """readyz"""

    def ask(self):
        return ask("GET", "/readyz")

    def right(self, answer):
        return answer.status == 200 and b'"ready":true' in answer.body


KINDS = (Create, CreateLarge, ReadFirst, ReadUnchanged, ReadWaiting, Update,
         UpdateStale, Relinquish, Delete, Preview, Nothing, Malformed, Ready)
