"""What the database says of a run: WAL, flushes, transactions."""

import time

from load import CLAIM, MARK

# Rings are counted only while this is on.
COUNTED = ("alter system set track_functions = 'pl'",
           "select pg_reload_conf()")
UNCOUNTED = ("alter system reset track_functions", "select pg_reload_conf()")
LOOK = """
select pg_current_wal_insert_lsn() - '0/0', wal_sync,
    (select xact_commit from pg_stat_database
     where datname = current_database()),
    (select coalesce(sum(calls), 0) from pg_stat_user_functions
     where funcname = 'ring')
from pg_stat_wal"""
NAMES = ("bytes", "flushes", "commits", "rings")
TRIES = 5
POKED = 100                             # commits of a poke, at most


def seed(database, rows, sealed):
    """Rows for pgbench's reads and updates, of the same size."""
    database.run(f"""
select count(relay_api.mailbox_create(
    ('{MARK}' || lpad(n::text, 12, '0'))::uuid, '{CLAIM}', gen_random_uuid(),
    7::int2, null, 86400, 604800, 1, decode(repeat('5a', {sealed}), 'hex'),
    null, null))
from generate_series(1, {rows}) as n""")


def sealed_size(database):
    """How long a payload is that the relay has sealed."""
    return int(database.run(
        "select max(octet_length(payload)) from relay.mailbox"))


def keep(database):
    """Remembers the rows that there are, for `renew`."""
    database.run("create unlogged table public.kept as "
                 "select * from relay.mailbox")


def renew(database):
    """The rows that were kept and no others, as at the beginning of a round;
    then a checkpoint, so that none comes during it."""
    database.run("truncate relay.mailbox")
    database.run("insert into relay.mailbox select * from public.kept")
    database.run("vacuum analyze relay.mailbox")
    database.run("checkpoint")


class Counters:
    """What was written from one look to the other.  A backend tells its counts
    once a second, and with a call: `poke` has each of them make one."""

    def __init__(self, database, poke):
        self.database = database
        self.poke = poke

    def count_calls(self, on):
        """Whether calls are counted by function."""
        for text in COUNTED if on else UNCOUNTED:
            self.database.run(text)

    def look(self):
        """The counters, by name, once another look finds little more."""
        found = None
        for _ in range(TRIES):
            time.sleep(1.2)
            self.poke()
            time.sleep(0.1)
            row = self.database.run(LOOK).split("|")
            last, found = found, dict(zip(NAMES, map(float, row)))
            if last and found["commits"] - last["commits"] <= POKED:
                break
        return found


def per_request(before, after, requests):
    """What one request costs, and how many travelled together."""
    diff = {name: after[name] - before[name] for name in NAMES}
    batches = max(1, diff["commits"] - diff["rings"])
    return {"wal_bytes": diff["bytes"] / requests,
            "flushes": diff["flushes"] / requests,
            "batch": requests / batches}
