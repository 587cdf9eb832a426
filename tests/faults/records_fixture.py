"""What tests/faults/records does everything with: a mailbox at the pool's own
socket, and what must hold after each fault."""

import json
import select
import time

import support
from fastcgi import (PARAMS, STDIN, Connection, ask, begin, pairs, params,
                     record, request, stream)

TIMEOUT_S = 3               # the instance's request_timeout
MAX_BODY = 64 * 1024


class Fixture:
    """A mailbox with both devices bound, and what looks after it."""

    def __init__(self, tap, relay, rng):
        self.tap = tap
        self.relay = relay
        self.rng = rng
        self.path = relay.socket
        self.device = support.Device(relay.url, 10)
        self.sender = support.fresh()
        self.receiver = support.fresh()
        self.data = support.fresh()
        self.uri = None
        self.stored = None
        self.workers = None

    def make(self):
        """Makes the mailbox through the socket, and binds the receiver; the
        two answers."""
        created = self.create(support.payload(self.data))
        if created.status == 200:
            link = json.loads(created.body)["urlLink"]
            self.uri = "/v1/m/" + link.rsplit("/", 1)[1]
        read = self.read(self.receiver)
        self.remember()
        return created, read

    def remember(self):
        """What is there now is what has to be there."""
        self.stored = self.relay.digest()
        self.workers = self.relay.workers()

    def create(self, body, **more):
        """A create with a new request id, as the sender."""
        headers = support.headers(self.sender, support.fresh())
        return ask(self.path, request(
            params("POST", "/v1/m", headers, body, **more), body))

    def read(self, claim):
        """A read without a body."""
        return ask(self.path, request(params(
            "POST", self.uri, support.headers(claim))))

    def delete(self, order="claim first", claim=None):
        """The parameters of a delete by the sender."""
        out = params("DELETE", self.uri,
                     support.headers(claim or self.sender))
        mine = [p for p in out if "CLAIM" in p[0]]
        rest = [p for p in out if "CLAIM" not in p[0]]
        return rest + mine if order == "claim last" else mine + rest

    def fault(self, passed, name, why=()):
        """One fault's own result, and what must hold after it."""
        left = self.harm()
        why = list(why) if not passed else []
        self.tap.ok(passed and not left, name, why + left)
        if left:
            self.make()

    def harm(self):
        """What the last fault has done: sentences."""
        found = []
        if self.relay.digest() != self.stored:
            found.append("the rows are not as they were")
        if self.relay.workers() != self.workers:
            found.append(f"workers were {self.workers}, are "
                         f"{self.relay.workers()}")
        try:
            answer = self.read(self.sender)
            if answer.status != 200 or data_of(answer) != self.data:
                found.append(f"an honest read at the socket: {answer}")
        except OSError as error:
            found.append(f"an honest read at the socket: {error}")
        status = self.device.send("POST", self.uri, self.receiver)
        if status != 200:
            found.append(f"an honest read over HTTP: {status} "
                         f"{self.device.why}")
        return found

    def silent(self, name, data, cut=False, patience=5):
        """Bytes that must get no answer, and the connection its end."""
        with Connection(self.path, patience) as connection:
            connection.send(data)
            if cut:
                connection.end_sending()
            try:
                answer = connection.answer()
                self.fault(answer.silent, name, [str(answer)])
            except TimeoutError:
                self.fault(False, name, ["the connection stays open"])

    def answered(self, name, data, *statuses):
        """Bytes that must be answered so."""
        try:
            answer = ask(self.path, data)
            self.fault(answer.status in statuses and
                       answer.ended in (0, None if answer.silent else 0),
                       name, [str(answer)])
        except TimeoutError:
            self.fault(False, name, ["no answer"])


def data_of(answer):
    """The payload's data in an answer to a read."""
    try:
        return json.loads(answer.body)["payload"]["data"]
    except (ValueError, KeyError, TypeError):
        return None


def code_of(answer):
    """The code of a problem."""
    try:
        return json.loads(answer.body).get("code")
    except ValueError:
        return None


def sized(size, word="x"):
    """A body for create of exactly so many bytes."""
    empty = len(support.payload(""))
    return support.payload(word * (size - empty))


def trickle(f, parameters, body, size=8192):
    """As Apache sends: each record waits until the socket is writable.  The
    answer, and after how many bytes it stayed unwritable (0: never)."""
    with Connection(f.path, 10) as connection:
        connection.send(begin() + stream(PARAMS, pairs(parameters)))
        poll = select.poll()
        poll.register(connection.sock, select.POLLOUT)
        pieces = [record(STDIN, body[i:i + size]) for i in
                  range(0, len(body), size)] + [record(STDIN)]
        sent = 0
        for piece in pieces:
            if not poll.poll(TIMEOUT_S * 1500) or poll.poll(0)[0][1] & (
                    select.POLLHUP | select.POLLERR):
                return None, sent or 1
            if not connection.send(piece):
                break
            sent += len(piece)
            if len(piece) > 8192:
                time.sleep(0.001)
        try:
            return connection.answer(), 0
        except TimeoutError:
            return None, sent
