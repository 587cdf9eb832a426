"""Requests as bytes, for the programs that race them."""

import json
import uuid

DATA = {"type": "AEAD_AES_128_GCM", "data": "c2VhbGVk"}


def device():
    """A claim, or a request id, or an identifier."""
    return str(uuid.uuid4())


def payload(data, **more):
    """The body of a create or an update that carries `data`."""
    return json.dumps({"payload": dict(DATA, data=data), **more}).encode()


class Requests:
    """Encodes with one client's Host; send with any client of that relay."""

    def __init__(self, client):
        self.client = client

    def _make(self, method, path, claim, request=None, body=None, tag=None):
        headers = [("Mailbox-Device-Claim", claim)]
        if request:
            headers.append(("Mailbox-Request-ID", request))
        if body is not None:
            headers.append(("Content-Type", "application/json"))
        if tag:
            headers.append(("If-Match", tag))
        return self.client.encode(method, path, headers, body or b"")

    def create(self, claim, request, data="one", rights="RWD", **more):
        """POST /v1/m"""
        body = payload(data, mailboxConfiguration={"accessRights": rights},
                       **more)
        return self._make("POST", "/v1/m", claim, request, body)

    def read(self, box, claim):
        """POST /v1/m/{id}"""
        return self._make("POST", "/v1/m/" + box, claim)

    def update(self, box, claim, request, data, tag=None):
        """PUT /v1/m/{id}"""
        return self._make("PUT", "/v1/m/" + box, claim, request,
                          payload(data), tag)

    def relinquish(self, box, claim, request):
        """PATCH /v1/m/{id}"""
        return self._make("PATCH", "/v1/m/" + box, claim, request)

    def delete(self, box, claim):
        """DELETE /v1/m/{id}"""
        return self._make("DELETE", "/v1/m/" + box, claim)


def box_of(answer):
    """The identifier in the link of a create's answer."""
    return json.loads(answer.body)["urlLink"].rsplit("/", 1)[-1]


def data_of(answer):
    """The payload's data in the answer to a read."""
    return json.loads(answer.body)["payload"]["data"]
