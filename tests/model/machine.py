"""What devices ask of mailboxes, and the time that passes: rules, of which
Hypothesis makes its examples."""

import json
import time
import uuid

from hypothesis import stateful, strategies as st

from harness import rules as general

from . import mailbox, store, wire
from .world import Slot

DISPLAYS = [None, None, {"title": "Car <key> & \"more\"", "description": "",
                         "imageURL": "https://example.com/car.png"},
            {"title": "schl\u00fcssel \U0001f511", "description": "it's",
             "imageURL": "https://example.com/k.png?a=1&b=2"}]
# What a device says of its token, and how a body says it.
TOKENS = {mailbox.KEEP: None, mailbox.CLEAR: "null",
          mailbox.SERVED: '{"type": "webhook", "tokenData": "t"}',
          mailbox.UNSERVED: '{"type": "smoke", "tokenData": "signal"}'}
MEMBERS = ["", "", ', "n": 1.2500e+400, "deep": [[{"a": null}]]',
           ', "n": 12345678901234567890123, "\\u0061": "\\ud83d\\ude00"']
DATA = st.text(st.characters(blacklist_categories=("Cs",),
                             blacklist_characters="\0"),
               min_size=1, max_size=12)
RIGHTS = st.sampled_from(["RWD", "RWD", "RWD", "RWD", None, "R", "W", "D",
                          "RW", "WD", "DWR"])
SLOT, ID = st.integers(0, 3), st.integers(0, 1)
# The sender and the receiver of the first mailboxes, and two more.
WHO = st.sampled_from([0, 0, 0, 1, 1, 1, 2, 3])
TOKEN = st.sampled_from(sorted(TOKENS))
TAGS = st.sampled_from([None, None, None, "*", "now", "now", "old", "foreign",
                        "weak", "both"])


class Mailboxes(stateful.RuleBasedStateMachine):
    """Up to six mailboxes and four devices."""

    world = None                    # whoever runs this gives it one

    def __init__(self):
        super().__init__()
        self.claims = [str(uuid.uuid4()) for _ in range(4)]
        self.ids = [str(uuid.uuid4()) for _ in range(2)]
        self.slots = [Slot(str(uuid.uuid4())) for _ in range(2)]
        self.made = {}              # claim and id to a slot

    def slot(self, index):
        """One of those that there are."""
        return self.slots[index % len(self.slots)]

    # --- what devices say

    def headers(self, who, number, loud):
        """Claim and request id, in either case."""
        words = [("Mailbox-Device-Claim", self.claims[who])]
        if number is not None:
            words.append(("Mailbox-Request-ID", self.ids[number]))
        return [(n, v.upper() if loud else v) for n, v in words]

    def path(self, slot, loud):
        """Of a mailbox."""
        return "/v1/m/" + (slot.name.upper() if loud else slot.name)

    def condition(self, slot, kind, weakly):
        """A condition's text, and the versions that it names to the model."""
        seen = slot.tags or [1]
        foreign = 0x7654321
        texts = [wire.tag_text(seen[-1])]
        tags = (seen[-1],)
        if kind is None:
            return None, None
        if kind == "*":
            return "*", mailbox.ANY
        if kind == "old":
            texts, tags = [wire.tag_text(seen[0])], (seen[0],)
        elif kind == "foreign":
            texts, tags = [wire.tag_text(foreign), '"x"'], (foreign,)
        elif kind == "weak":
            texts, tags = ["W/" + texts[0]], tags if weakly else ()
        elif kind == "both":
            texts, tags = [wire.tag_text(foreign)] + texts, (foreign,) + tags
        return ", ".join(texts), tags

    def body(self, data, members, token, more=()):
        """The body of a create or an update, and the payload in it."""
        payload = f'{{"type": "T", "data": {json.dumps(data)}{members}}}'
        parts = [f'"payload": {payload}', '"unknown": [true]', *more]
        if TOKENS[token] is not None:
            parts.append(f'"notificationToken": {TOKENS[token]}')
        return ("{" + ", ".join(parts) + "}").encode(), payload

    # --- requests

    @stateful.initialize(rights=st.tuples(RIGHTS, RIGHTS), token=TOKEN)
    def begin(self, rights, token):
        """Mailboxes that there are, of the first device and the second."""
        for index, letters in enumerate(rights):
            self.create(index, 0, 0, 0, True, "begin", "", token, None, False,
                        letters, None)
            self.read(index, 1, 1, token, None, False, None, None)

    @stateful.rule(index=SLOT, way=st.integers(0, 1), who=WHO, number=ID,
                   drawn=st.sampled_from([True, True, False]), data=DATA,
                   members=st.sampled_from(MEMBERS), token=TOKEN,
                   display=st.sampled_from(DISPLAYS), loud=st.booleans(),
                   rights=RIGHTS,
                   ttl=st.sampled_from([None, None, None, 20, 300, 3600,
                                        8 * 86400]))
    def create(self, index, way, who, number, drawn, data, members, token,
               display, loud, rights, ttl):
        """CreateMailbox, with the identifier of a slot or one that the relay
        makes."""
        more, setup = [], {}
        slot = self.slot(index)
        if not drawn:
            slot = self.made.get((who, number)) or Slot(None)
        else:
            more.append(f'"mailboxIdentifier": "{self.path(slot, loud)[6:]}"')
        if display:
            more.append('"displayInformation": ' + json.dumps(display))
        expires = None
        if ttl:
            expires = int(time.time()) + ttl
            setup["expiration"] = time.strftime("%Y-%m-%dT%H:%M:%S.9Z",
                                                time.gmtime(expires))
        if rights:
            setup["accessRights"] = rights
        if setup:
            more.append('"mailboxConfiguration": ' + json.dumps(setup))
        body, payload = self.body(data, members, token, more)
        ask = mailbox.Ask("create", self.claims[who], self.ids[number],
                          payload, token, None, rights or "RD", display,
                          drawn, expires)
        sent = wire.sent_of("POST", "/v1/m", self.headers(who, number, loud),
                            body)
        if slot.name is None:
            self.first_made(slot, way, ask, sent, (who, number))
        else:
            self.world.ask(slot, way, ask, sent)

    def first_made(self, slot, way, ask, sent, key):
        """An identifier that we do not know: the request is made once to
        learn it, then again, as a repeat."""
        if ask.expires is not None and ask.expires < time.time() + 60:
            slot.name = str(uuid.uuid4())       # which is refused
            self.world.ask(slot, way, ask, sent)
            return
        early = int(time.time())
        answer = self.world.ways[way].send(sent)
        late = int(time.time())
        assert answer.status == 200, answer.body
        slot.name = json.loads(answer.body)["urlLink"].rsplit("/", 1)[1]
        right, then = mailbox.step(slot.box, ask, early)
        slot.box, right = self.world.settle(ask, answer, then, right, early,
                                            late)
        self.world.compare(slot, ask, sent, answer, right)
        self.made[key] = slot
        self.slots = (self.slots + [slot])[-6:]
        self.world.ask(slot, 1 - way, ask, sent)

    @stateful.rule(index=SLOT, way=st.integers(0, 1), who=WHO, token=TOKEN,
                   kind=TAGS, loud=st.booleans(),
                   number=st.one_of(st.none(), ID),
                   prefer=st.sampled_from([None, None, "wait=0",
                                           "x, wait=9"]))
    def read(self, index, way, who, token, kind, loud, number, prefer):
        """ReadSecureContentFromMailbox."""
        slot = self.slot(index)
        text, tags = self.condition(slot, kind, True)
        headers = self.headers(who, number, loud)
        if tags is not None:
            headers.append(("If-None-Match", text))
        if tags is not None and prefer:
            # It may be unchanged, and we do not want to wait.
            headers.append(("Prefer", "wait=0"))
        elif prefer:
            headers.append(("Prefer", prefer))
        body = None
        if TOKENS[token] is not None:
            body = f'{{"notificationToken": {TOKENS[token]}}}'.encode()

        def applied(answer, right):
            waits = prefer and tags is not None and \
                right.status in (200, 412)
            assert answer.all("Preference-Applied") == (
                ["wait=0"] if waits else []), answer.headers

        ask = mailbox.Ask("read", self.claims[who], None, None, token, tags)
        self.world.ask(slot, way, ask, wire.sent_of(
            "POST", self.path(slot, loud), headers, body), applied)

    @stateful.rule(index=SLOT, way=st.integers(0, 1), who=WHO, number=ID,
                   data=DATA, members=st.sampled_from(MEMBERS), token=TOKEN,
                   kind=TAGS, loud=st.booleans())
    def update(self, index, way, who, number, data, members, token, kind,
               loud):
        """UpdateMailbox."""
        slot = self.slot(index)
        text, tags = self.condition(slot, kind, False)
        headers = self.headers(who, number, loud)
        if tags is not None:
            headers.append(("If-Match", text))
        body, payload = self.body(data, members, token)
        ask = mailbox.Ask("update", self.claims[who], self.ids[number],
                          payload, token, tags)
        self.world.ask(slot, way, ask, wire.sent_of(
            "PUT", self.path(slot, loud), headers, body))

    @stateful.rule(index=SLOT, way=st.integers(0, 1))
    def again(self, index, way):
        """What changed a mailbox last, once more."""
        slot = self.slot(index)
        if slot.last:
            self.world.ask(slot, way, *slot.last)

    @stateful.rule(index=SLOT, who=WHO, count=st.sampled_from([14, 15, 16]))
    def many_updates(self, index, who, count):
        """So many that the relay forgets former request ids, or just not."""
        slot = self.slot(index)
        if mailbox.side_of(slot.box, self.claims[who]) is None:
            return
        keep, body = self.ids[0], self.body("many", "", mailbox.KEEP)
        for _ in range(count):
            self.ids[0] = str(uuid.uuid4())
            ask = mailbox.Ask("update", self.claims[who], self.ids[0], body[1])
            self.world.ask(slot, 1, ask, wire.sent_of(
                "PUT", self.path(slot, False), self.headers(who, 0, False),
                body[0]))
        self.ids[0] = keep

    def plain(self, method, op, slot, way, who, number, kind):
        """A request without a body."""
        text, tags = self.condition(slot, kind, False)
        headers = self.headers(who, number, False)
        if tags is not None:
            headers.append(("If-Match", text))
        name = None if number is None else self.ids[number]
        ask = mailbox.Ask(op, self.claims[who], name, tags=tags)
        self.world.ask(slot, way, ask, wire.sent_of(
            method, self.path(slot, False), headers, None))

    @stateful.rule(index=SLOT, way=st.integers(0, 1), who=WHO, number=ID,
                   kind=TAGS)
    def relinquish(self, index, way, who, number, kind):
        """RelinquishMailbox."""
        self.plain("PATCH", "relinquish", self.slot(index), way, who, number,
                   kind)

    @stateful.rule(index=SLOT, way=st.integers(0, 1), who=WHO,
                   number=st.one_of(st.none(), ID), kind=TAGS)
    def delete(self, index, way, who, number, kind):
        """DeleteMailbox."""
        self.plain("DELETE", "delete", self.slot(index), way, who, number,
                   kind)

    @stateful.rule(index=SLOT, way=st.integers(0, 1), who=st.one_of(
        st.none(), WHO), method=st.sampled_from(["GET", "GET", "HEAD"]))
    def preview(self, index, way, who, method):
        """ReadDisplayInformationFromMailbox, with a claim or without."""
        slot = self.slot(index)
        headers = [] if who is None else self.headers(who, None, False)
        self.world.ask(slot, way, mailbox.Ask("preview", None), wire.sent_of(
            method, self.path(slot, False), headers, None))

    @stateful.rule(index=SLOT, way=st.integers(0, 1), who=WHO, what=st.
                   sampled_from(["claim", "id", "payload", "token", "twice"]))
    def malformed(self, index, way, who, what):
        """An update that is refused for its form, whatever the mailbox."""
        slot = self.slot(index)
        headers = dict(self.headers(who, 0, False))
        body = self.body("x", "", mailbox.KEEP)[0]
        status, code = 400, "body_invalid"
        if what == "claim":
            headers["Mailbox-Device-Claim"] = "0" * 36
            status, code = 401, "claim_invalid"
        elif what == "id":
            headers["Mailbox-Request-ID"] += "0"
            code = "request_id_invalid"
        elif what == "payload":
            body = body.replace(b'"type"', b'"kind"')
        elif what == "token":
            body = body[:-1] + b', "notificationToken": []}'
        else:
            body = body[:-1] + b', "p\\u0061yload": {}}'
        before = store.row(self.world.psql, slot.name)
        sent = wire.sent_of("PUT", self.path(slot, False),
                            list(headers.items()), body)
        answer = self.world.ways[way].send(sent)
        wrong = general.faults(sent, answer)
        assert not wrong, wrong
        seen = answer.status, json.loads(answer.body)["code"]
        assert seen == (status, code), (seen, status, code)
        assert store.row(self.world.psql, slot.name) == before

    # --- time

    @stateful.rule(index=SLOT, left=st.sampled_from([120, 3000, -1]))
    def later(self, index, left):
        """Time passes for a mailbox, or for what is left of one."""
        slot = self.slot(index)
        if slot.box.phase != mailbox.ABSENT and slot.box.expires > time.time():
            self.world.expire_at(slot, int(time.time()) + left)

    @stateful.rule(index=SLOT, who=WHO, number=ID, rights=RIGHTS)
    def anew(self, index, who, number, rights):
        """A mailbox expires, and its identifier is used again: nothing of
        the former one may be left."""
        self.later(index, -1)
        self.create(index, 0, who, number, True, "anew", "", mailbox.KEEP,
                    None, False, rights, None)

    @stateful.rule()
    def purge(self):
        """Nobody notices."""
        self.world.psql.run("call relay_api.purge()")
