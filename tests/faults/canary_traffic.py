"""The requests of tests/faults/canary: good ones, refused ones, and those that
meet a fault.  Every header and every field of each bears a mark."""

import json
import os
import signal
import threading
import time

import support                          # and with it, the harness
from harness.client import NoAnswer


class Traffic:
    """Requests that bear marks everywhere."""

    def __init__(self, relay, marks):
        self.relay = relay
        self.marks = marks
        self.client = relay.client(20)
        self.statuses = {}

    def send(self, method, path, claim=None, request_id=None, body=None,
             **more):
        """One request, marked in every header that a client may send."""
        text = self.marks.text
        headers = {
            "User-Agent": text() + "/1.0", "X-Forwarded-For": text(),
            "Forwarded": f"for={text()}", "Referer": "https://x/" + text(),
            "Cookie": "c=" + text(), "Origin": f"https://{text()}.example",
            "Authorization": "Bearer " + text(), "X-Request-ID": text(),
            "Accept": f"text/{text()}", "Accept-Language": text(),
            "Mailbox-Device-Attestation": text(), "Via": "1.1 " + text(),
            "Prefer": f'wait=1, foo="{text()}"', "X-" + text(): "1"}
        if claim is not None:
            headers["Mailbox-Device-Claim"] = claim
        if request_id is not None:
            headers["Mailbox-Request-ID"] = request_id
        if isinstance(body, dict):
            body = json.dumps(body).encode()
        if body is not None:
            headers["Content-Type"] = "application/json"
        headers.update({k.replace("_", "-"): v for k, v in more.items()})
        try:
            answer = self.client.request(
                method, f"{path}?v={text()}&{text()}", headers.items(),
                body or b"")
        except (NoAnswer, OSError):
            self.statuses[0] = self.statuses.get(0, 0) + 1
            return None
        self.statuses[answer.status] = \
            self.statuses.get(answer.status, 0) + 1
        return answer

    def token(self, kind="webhook"):
        """A notification token, of a type that is served."""
        text = self.marks.text
        return {"type": kind, "tokenData": text(), text(): text()}

    def body(self, identifier=None, **more):
        """A create with all that it may hold."""
        text = self.marks.text
        body = {
            "payload": {"type": text(), "data": text(), text(): [text()]},
            "displayInformation": {
                "title": text(), "description": text(),
                "imageURL": f"https://{text()}.example/{text()}"},
            "notificationToken": self.token(),
            "mailboxConfiguration": {
                "accessRights": "RWD", text(): text(),
                "expiration": time.strftime("%Y-%m-%dT%H:%M:%SZ",
                                            time.gmtime(time.time() + 7200))},
            text(): {text(): text()}}
        if identifier is not None:
            body["mailboxIdentifier"] = identifier
        body.update(more)
        return body

    def create(self, identifier=None, size=0):
        """A mailbox: its path and its sender."""
        claim, request_id = self.marks.uuid(), self.marks.uuid()
        body = self.body(identifier)
        if size:
            body["payload"][self.marks.text()] = \
                (self.marks.text() + "/") * (size // 14)
        answer = self.send("POST", "/v1/m", claim, request_id, body)
        self.send("POST", "/v1/m", claim, request_id, body)
        if answer is None or answer.status != 200:
            return None, claim
        link = json.loads(answer.body)["urlLink"].rsplit("/", 1)[1]
        if identifier is None:
            self.marks.identifiers.append(link)
        return "/v1/m/" + link, claim

    def good(self):
        """Mailboxes that live, in the heap and in TOAST, and that end."""
        new = self.marks.uuid
        for identifier, size in ((new(), 0), (None, 0), (new(), 30000),
                                 (new(), 0)):
            path, sender = self.create(identifier, size)
            receiver, next_one = new(), new()
            read = self.send("POST", path, receiver, new(),
                             {"notificationToken": self.token()})
            self.send("POST", path, sender, None,
                      {"notificationToken": self.token(self.marks.text())})
            self.send("POST", path, sender, None,
                      {"notificationToken": self.token()})
            self.send("PUT", path, receiver, new(), self.body(),
                      If_Match=read.get("ETag"))
            self.send("PUT", path, sender, new(), self.body(),
                      Content_Type="application/json; charset=utf-8")
            self.send("GET", path)
            self.send("HEAD", path, new(), new())
            self.send("PATCH", path, receiver, new())
            self.send("POST", path, next_one, None,
                      {"notificationToken": self.token(),
                       self.marks.text(): self.marks.text()},
                      If_None_Match=f'"{self.marks.text()}"')
        self.send("DELETE", path, next_one, new())
        return self.create(new())

    def bad(self, path, sender):
        """Requests that are refused."""
        new, text = self.marks.uuid, self.marks.text
        identifier = path.rsplit("/", 1)[1]
        receiver = new()
        read = self.send("POST", path, receiver)
        self.send("POST", path, receiver, new(),
                  {"notificationToken": self.token()},
                  If_None_Match=read.get("ETag"))       # waits in vain
        self.send("POST", path, new())
        self.send("PUT", path, new(), new(), self.body())
        self.send("PUT", path, sender, new(), self.body(),
                  If_Match=f'"{text()}"')
        self.send("DELETE", path, new(), new())
        self.send("PATCH", path, new(), new())
        self.send("POST", "/v1/m", new(), new(), self.body(identifier))
        self.send("POST", "/v1/m/" + new(), new())
        self.send("DELETE", "/v1/m/" + new(), new())
        self.send("POST", "/v1/m", text(), new(), self.body())
        self.send("POST", "/v1/m", f"{new()}, {new()}", new(), self.body())
        self.send("POST", "/v1/m", new(), text(), self.body())
        self.send("POST", "/v1/m", None, new(), self.body())
        self.send("POST", "/v1/m", new(), new(), self.body(text()))
        self.send("POST", "/v1/m", new(), new(),
                  self.body(payload={"type": text()}))
        self.send("POST", "/v1/m", new(), new(),
                  json.dumps(self.body()).encode()[:-5])
        self.send("POST", "/v1/m", new(), new(), b'{"' + text().encode())
        self.send("POST", "/v1/m", new(), new(),
                  text().encode() + b"\xff\xfe")
        self.send("POST", "/v1/m", new(), new(), self.body(
            displayInformation={"title": text(), "description": text(),
                                "imageURL": "http://" + text()}))
        self.send("POST", "/v1/m", new(), new(), self.body(
            mailboxConfiguration={"expiration": text()}))
        self.send("POST", "/v1/m", new(), new(), self.body(),
                  Content_Type=f"text/{text()}")
        self.send("POST", "/v1/m", new(), new(), self.body(),
                  Content_Encoding=text())
        self.send("POST", "/v1/m", new(), new(), self.body(
            payload={"type": "t", "data": text() * 9000}))
        for name in (f"/{text()}", f"/v1/m/{text()}", f"/v1/m/{new()}/",
                     f"/v1/m/{identifier}%23{text()}",
                     f"/v1/m/{identifier}/../{text()}", f"//{text()}",
                     f"/v1/m/{identifier}%2f{text()}",
                     f"/v1/m/{identifier}%zz", "/" + text() * 900):
            for method in ("GET", "POST", "DELETE"):
                self.send(method, name, new(), new(), b"{}" if
                          method == "POST" else None)
        self.send("PROPFIND", path, new())
        self.send("OPTIONS", path, new(), new())
        self.send("GET", "/readyz", new(), new())
        self.send("GET", path, new(), text())

    def poisoned(self, path, sender):
        """Calls that raise, with the row in the message: 500."""
        sql = self.relay.sql
        sql("""create function public.fault() returns trigger language plpgsql
            as $$ begin raise exception 'fault %', new using
            detail = row_to_json(new)::text; end $$;
            create trigger fault before insert or update on relay.mailbox
            for each row execute function public.fault()""")
        new = self.marks.uuid
        self.send("POST", "/v1/m", new(), new(), self.body(new()))
        self.send("PUT", path, sender, new(), self.body())
        sql("drop trigger fault on relay.mailbox; "
            "drop function public.fault(); "
            "alter table relay.mailbox add constraint fault "
            "check (octet_length(payload) < 0) not valid")
        self.send("POST", "/v1/m", new(), new(), self.body(new()))
        self.send("PUT", path, sender, new(), self.body())
        sql("alter table relay.mailbox drop constraint fault")

    def broken(self, path, sender):
        """A worker that dies, a pool that is away, a database that is."""
        new = self.marks.uuid
        for worker in self.relay.workers():
            os.kill(worker, signal.SIGSTOP)
        workers = self.relay.workers()
        threads = [threading.Thread(target=Traffic(
            self.relay, self.marks).send, args=(
                method, path, sender, new(), body)) for method, body in
                   (("PUT", self.body()), ("GET", None), ("PATCH", None),
                    ("POST", {}), ("POST", self.body()))]
        for thread in threads:
            thread.start()
        time.sleep(0.3)
        for worker in workers:
            os.kill(worker, signal.SIGKILL)
        for thread in threads:
            thread.join()
        self.relay.script("stop-relay")
        self.send("PUT", path, sender, new(), self.body())
        self.send("GET", path)
        self.relay.script("start-relay")
        self.relay.script("stop-db", "--mode", "immediate")
        self.send("PUT", path, sender, new(), self.body())
        self.send("GET", path)
        self.relay.script("start-db")
        support.until(lambda: (answer := self.send("GET", "/readyz")) and
                      answer.status == 200, 20, 0.1)
        self.send("POST", path, sender)
