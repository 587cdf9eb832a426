"""Rows by the million, put into the table as they would be in time."""

PIECE = 250000


def fill(database, count, size, life, between=None):
    """So many mailboxes of sealed values of that size, which end in `life`;
    `between` is called after each piece."""
    while count > 0:
        n = min(count, PIECE)
        database.run(f"""
insert into relay.mailbox (row_key, sender, created_by, rights, expires_at,
    version, recent, payload)
select gen_random_uuid(), gen_random_uuid(), gen_random_uuid(), 7,
    now() + interval '{life}' + n * interval '1 ms', 1, '{{}}',
    decode(repeat('5a', {size}), 'hex')
from generate_series(1, {n}) as n""")
        count -= n
        if between:
            between(count)
