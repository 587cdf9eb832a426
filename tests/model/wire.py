"""Requests of the model as bytes, by two ways: HTTP to the web server, and
FastCGI straight to the pool's socket."""

import json
import os
import sys
from decimal import Decimal

sys.path.insert(0, os.path.join(os.path.dirname(os.path.dirname(
    os.path.abspath(__file__))), "faults"))

import fastcgi                                        # noqa: E402
from harness.client import Answer, Client             # noqa: E402
from harness.rules import Sent                        # noqa: E402

METHODS = {"create": "POST", "read": "POST", "update": "PUT",
           "relinquish": "PATCH", "delete": "DELETE", "preview": "GET"}


class Http:
    """Through the web server, on one kept connection."""

    def __init__(self, relay):
        self.client = Client(relay.url, 30)

    def send(self, sent):
        """The answer."""
        return self.client.request(sent.method, sent.path, sent.headers,
                                   sent.body)

    def close(self):
        """Ends the connection."""
        self.client.close()


class FastCgi:
    """Past the web server, on a connection for each request."""

    def __init__(self, relay):
        self.path = relay.socket

    def send(self, sent):
        """The answer, as if it had come by HTTP."""
        headers = [(n, v) for n, v in sent.headers if n != "Content-Type"]
        params = fastcgi.params(sent.method, sent.path, headers,
                                sent.body or None)
        came = fastcgi.ask(self.path, fastcgi.request(params, sent.body))
        lines = came.raw.partition(b"\r\n\r\n")[0].decode("latin-1")
        pairs = [line.split(": ", 1) for line in lines.split("\r\n")]
        return Answer(came.status, [(n, v) for n, v in pairs if n != "Status"],
                      came.body, [] if came.ended == 0 else
                      [f"it ended with {came.ended}"])

    def close(self):
        """Nothing is kept."""


def sent_of(method, path, headers, body):
    """A request that is ready to be sent."""
    if body is not None:
        headers = headers + [("Content-Type", "application/json")]
    return Sent(method, path, headers, body or b"")


def value(text):
    """JSON as something that can be compared: numbers to their last digit."""
    return json.loads(text, parse_int=Decimal, parse_float=Decimal)


def tag_text(tag):
    """A version as an entity tag."""
    return f'"{tag:016x}"'


def tag_of(answer):
    """The version in an answer; None: there is none."""
    text = answer.get("ETag")
    return None if text is None else int(text.strip('"'), 16)
