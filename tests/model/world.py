"""A relay and the model of its mailboxes, side by side: what is asked of the
one is done to the other, and every answer and every row must be the model's.
"""

import collections
import json
import time

from harness import page, rules as general

from . import mailbox, store, wire

SETTINGS = {"webhook.url": "http://127.0.0.1:9/", "default_title": "a title",
            "default_description": "a description",
            "default_image": "https://example.com/default.png"}
DEFAULT = {"title": "a title", "description": "a description",
           "imageURL": "https://example.com/default.png"}


class Slot:
    """A mailbox: what we know of it, and the model of it."""

    def __init__(self, name):
        self.name = name
        self.box = mailbox.NOTHING
        self.tags = []              # that were seen, in order
        self.last = None            # what changed it last, to be repeated


class World:
    """The relay under test; the same for all examples."""

    def __init__(self, relay):
        self.relay = relay
        self.ways = [wire.Http(relay), wire.FastCgi(relay)]
        self.psql = store.Psql(relay.env)
        self.counts = collections.Counter()     # of each kind of answer

    def close(self):
        """Ends its connections."""
        self.psql.close()
        self.ways[0].close()

    def ask(self, slot, way, ask, sent, more=None):
        """Sends; everything must be as the model says."""
        before = store.row(self.psql, slot.name)
        early = int(time.time())
        answer = self.ways[way].send(sent)
        late = int(time.time())
        wrong = general.faults(sent, answer)
        assert not wrong, wrong
        right, then = mailbox.step(slot.box, ask, early)
        if ask.op == "create" and right.status == 200:
            then, right = self.settle(ask, answer, then, right, early, late)
        if right.tag == mailbox.UNSEEN and answer.get("ETag"):
            then = mailbox.learn(then, wire.tag_of(answer))
            right = right._replace(tag=wire.tag_of(answer))
        self.counts[f"{ask.op} {right.code or right.status}"] += 1
        self.compare(slot, ask, sent, answer, right)
        (more or (lambda *_: None))(answer, right)
        self.look(slot, ask, then, before, early)
        if then != slot.box and ask.op != "read":
            slot.last = ask, sent
        slot.box = then
        if right.tag is not None and right.tag not in slot.tags:
            slot.tags.append(right.tag)

    def settle(self, ask, answer, then, right, early, late):
        """The end of a mailbox that was made just now: only the database
        knows when that was."""
        told = json.loads(answer.body).get("expiration", "")
        end = int(time.mktime(time.strptime(told, "%Y-%m-%dT%H:%M:%SZ")) -
                  time.timezone)
        ends = [mailbox.end_of(ask, now) for now in (early, late)]
        assert ends[0] <= end <= ends[1], (told, ends)
        return then._replace(expires=end), right._replace(expires=end)

    def compare(self, slot, ask, sent, answer, right):
        """The answer, with the one right one."""
        assert answer.status == right.status, (answer.status, answer.body,
                                               right)
        assert wire.tag_of(answer) == right.tag, (answer.get("ETag"), right)
        if sent.method == "HEAD":
            return
        if right.status >= 400:
            if ask.op != "preview":
                code = json.loads(answer.body)["code"]
                assert code == right.code, (code, right)
        elif ask.op == "preview":
            self.compare_page(slot, answer, right)
        else:
            self.compare_body(slot, ask, answer, right)

    def compare_body(self, slot, ask, answer, right):
        """What a success carries."""
        wanted = {}
        if ask.op == "create":
            wanted["urlLink"] = f"{self.relay.url}/v1/m/{slot.name}"
        if ask.op == "read":
            wanted["payload"] = wire.value(right.payload)
            wanted["displayInformation"] = right.display or DEFAULT
        if right.push is not None:
            wanted["isPushNotificationSupported"] = right.push
        if right.expires is not None:
            wanted["expiration"] = time.strftime(
                "%Y-%m-%dT%H:%M:%SZ", time.gmtime(right.expires))
        if wanted:
            assert wire.value(answer.body) == wanted, (answer.body, wanted)
        else:
            assert answer.body == b"", answer.body

    def compare_page(self, slot, answer, right):
        """What a person sees."""
        shown = page.Page(answer.body.decode())
        display = right.display or DEFAULT
        end = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(right.expires))
        for name, value in (("og:title", display["title"]),
                            ("og:description", display["description"]),
                            ("og:image", display["imageURL"]),
                            ("og:url", f"{self.relay.url}/v1/m/{slot.name}")):
            assert shown.properties[name] == value, (name, shown.properties)
        assert f'datetime="{end}"'.encode() in answer.body, answer.body

    def look(self, slot, ask, then, before, now):
        """The row, with what it should be."""
        row = store.row(self.psql, slot.name)
        over = now >= (slot.box.expires or now + 1) and \
            then == mailbox.NOTHING
        # A token that takes the place of its like is other bytes.
        if over or (then == slot.box and ask.token != mailbox.SERVED):
            assert row == before, ("nothing should change", before, row)
        if then.phase == mailbox.ENDED:
            assert row[:3] == ["", "", ""] and row[4:6] == ["", ""] and \
                row[6:10] == ["f"] * 4, row
        elif then.phase == mailbox.LIVE and then.expires > now:
            wanted = store.expected(slot.name, then)
            if then.base is None:
                wanted[4] = row[4]
            assert row[:10] == wanted, (row, wanted)

    def expire_at(self, slot, end):
        """Another end, by the superuser."""
        self.psql.run(
            f"update relay.mailbox set expires_at = to_timestamp({end}) "
            f"where row_key = '{store.row_key(slot.name)}'")
        slot.box = slot.box._replace(expires=end)
