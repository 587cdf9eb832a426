"""What the database says of single calls, for tests/faults/outage: they raise,
in their function or at the commit, for ever or for a while, or they warn.
Calls that wait together travel in one transaction, and yet none suffers for
another."""

import json
import time

import fastcgi
import support
from outage_fixture import RETRY_S, row_key_of

POISON = 5                  # bytes of a poisoned payload's data
BEFORE = "before insert or update on relay.mailbox"
AT_COMMIT = ("after insert or update on relay.mailbox "
             "deferrable initially deferred")


def one_batch(f, boxes):
    """Creates that the worker finds all at once: their answers."""
    requests = []
    for box in boxes:
        body = support.payload(box.data)
        requests.append(fastcgi.request(fastcgi.params(
            "POST", "/v1/m", support.headers(box.sender, box.create_id),
            body), body))
    return fastcgi.ask_at_once(f.relay.workers(), f.relay.socket, requests)


def boxes_with(f, poisoned, count=24):
    """Mailboxes to be made, some of them with a payload of POISON bytes."""
    boxes = [support.Mailbox() for _ in range(count)]
    for box in f.rng.sample(boxes, poisoned):
        box.data = "x" * POISON
    return boxes


def poison(f, when, statement):
    """A trigger that does `statement` for payloads of POISON bytes."""
    body = json.dumps({"type": "AEAD_AES_128_GCM", "data": "x" * POISON})
    f.sql(f"""
        drop trigger if exists fault on relay.mailbox;
        drop sequence if exists public.fault_count;
        create sequence public.fault_count;
        create or replace function public.fault() returns trigger
        language plpgsql security definer as $$
        begin
            if octet_length(new.payload) = {len(body) + 28}
            then {statement} end if;
            return new;
        end $$;
        create {'constraint' if 'after' in when else ''} trigger fault {when}
        for each row execute function public.fault()""")


def heal(f):
    """No trigger any more."""
    f.sql("drop trigger fault on relay.mailbox; drop sequence "
          "public.fault_count; drop function public.fault()")


def fates(boxes, answers):
    """The statuses of the poisoned ones, and of their neighbours."""
    bad = sorted(a.status or 0 for b, a in zip(boxes, answers)
                 if len(b.data) == POISON)
    good = sorted(a.status or 0 for b, a in zip(boxes, answers)
                  if len(b.data) != POISON)
    return bad, good


def transactions(f, boxes):
    """In how many transactions these mailboxes were made, and how many."""
    keys = ",".join(row_key_of(f, box) for box in boxes if box.path)
    return f.sql("select count(distinct xmin::text) || ' ' || count(*) "
                 f"from relay.mailbox where row_key in ({keys})")


def test_poison(f):
    """A call that raises has no neighbour suffer."""
    boxes = boxes_with(f, 0)
    answers = one_batch(f, boxes)
    for box, answer in zip(boxes, answers):
        if answer.status == 200:
            link = json.loads(answer.body)["urlLink"]
            box.path = "/v1/m/" + link.rsplit("/", 1)[1]
    f.tap.same(transactions(f, boxes), "1 24",
               "what waits together travels in one transaction")
    for name, when in (("in its function", BEFORE),
                       ("at the commit", AT_COMMIT)):
        for state in ("P0001", "22012", "23514"):
            poison(f, when, f"raise exception 'fault' using "
                            f"errcode = '{state}';")
            boxes = boxes_with(f, 3)
            seen = fates(boxes, one_batch(f, boxes))
            f.tap.same(seen, ([500] * 3, [200] * 21),
                       f"a call that raises {state} {name} gets its 500, "
                       "and its neighbours their 200")
    seen = fates(boxes, one_batch(f, boxes))
    f.tap.same(seen, ([500] * 3, [201] * 21), "the same again: 500, and 201")
    heal(f)
    seen = fates(boxes, one_batch(f, boxes))
    f.tap.same(seen, ([200] * 3, [201] * 21), "healed: 200, and 201")


def test_passing(f):
    """Errors that pass are made again; a poisoned outage stays alone."""
    for name, when in (("in its function", BEFORE),
                       ("at the commit", AT_COMMIT)):
        for state in ("40001", "40P01", "53100", "57014", "58030"):
            poison(f, when, "if nextval('public.fault_count') <= 3 then "
                   f"raise exception 'fault' using errcode = '{state}'; "
                   "end if;")
            boxes = boxes_with(f, 1, 6)
            began = time.monotonic()
            seen = fates(boxes, one_batch(f, boxes))
            took = time.monotonic() - began
            tries = int(f.sql("select last_value from public.fault_count"))
            f.tap.ok(seen == ([200], [200] * 5) and tries == 4 and
                     took < RETRY_S, f"{state} {name}, thrice: all 200 at the "
                     "fourth attempt", [f"{seen}, {tries} attempts, "
                                       f"{took:.1f} s"])
    poison(f, BEFORE, "raise exception 'fault' using errcode = '40001';")
    boxes = boxes_with(f, 1, 12)
    answers = one_batch(f, boxes)
    f.tap.same(fates(boxes, answers), ([503], [200] * 11), "a call that "
               "raises 40001 for ever gets 503, and its neighbours 200")
    heal(f)


def test_warning(f):
    """A warning at a commit: done here, and perhaps only here."""
    device = support.Device(f.relay.url)
    poison(f, AT_COMMIT, "if nextval('public.fault_count') % 2 = 1 then "
           "raise warning 'fault'; end if;")
    box = support.Mailbox()
    box.data = "x" * POISON
    seen = [device.create(box)]
    seen.append(device.read(box, support.fresh()))
    request_id = support.fresh()
    seen.append(device.update(box, box.sender, request_id, box.data))
    warned = int(f.sql("select last_value from public.fault_count"))
    f.tap.ok(seen[0] in (200, 201) and seen[1] == 200 and
             seen[2] in (200, 201) and warned >= 3,
             "a warning at the commit: called again, no wrong answer",
             [f"{seen}, the trigger ran {warned} times"])
    f.tap.same((seen[0], seen[2]), (201, 201), "what was made again is told "
               "as a repeat")
    f.tap.same((device.read(box, box.sender), device.data()),
               (200, box.data), "and it is there")
    f.sql("drop trigger fault on relay.mailbox; create constraint trigger "
          "fault after update on relay.mailbox deferrable initially deferred "
          "for each row when (new.sender is null) execute function "
          "public.fault(); create or replace function public.fault() returns "
          "trigger language plpgsql security definer as $$ begin perform "
          "nextval('public.fault_count'); raise warning 'fault'; "
          "return new; end $$; alter sequence public.fault_count restart")
    f.tap.same(device.delete(box, box.sender), 200, "a delete in doubt is "
               "200")
    f.tap.same(device.read(box, box.sender), 404, "and has happened")
    warned = f.sql("select last_value, is_called from public.fault_count")
    f.tap.same(warned, "1|t", "its trigger ran once")
    heal(f)
    device.close()
