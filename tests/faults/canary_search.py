"""Where tests/faults/canary looks for its marks: all files of the cluster, a
dump, the server's own views, all logs, and what /proc shows of the programs;
and the control, which has to be found there."""

import os
import subprocess
import uuid

from canary_marks import find


def read(path):
    """A file, or what there is of it."""
    try:
        with open(path, "rb") as file:
            return file.read()
    except (FileNotFoundError, OSError):
        return b""


def files_below(*folders):
    """Every regular file."""
    found = []
    for folder in folders:
        for place, _, names in os.walk(os.path.realpath(folder)):
            found += [os.path.join(place, name) for name in names]
    return sorted({path for path in map(os.path.realpath, found)
                   if os.path.isfile(path)})


class Search:
    """Where things may have been left, read once for all patterns."""

    def __init__(self, relay):
        self.relay = relay
        relay.sql("analyze relay.mailbox")
        relay.sql("checkpoint")
        self.cluster = files_below(relay.path("PGDATA"))
        logs = files_below(relay.path("CREDRELAY_LOGDIR"))
        mine = files_below(relay.place)
        self.logs = logs
        self.others = [path for path in mine
                       if path not in self.cluster and path not in logs]

    def views(self):
        """What the database server tells of its clients."""
        views = [self.relay.sql("select a::text from pg_stat_activity as a")]
        if self.relay.sql("select count(*) from pg_extension "
                          "where extname = 'pg_stat_statements'") == "1":
            views.append(self.relay.sql(
                "select s::text from pg_stat_statements as s"))
        return "\n".join(views).encode()

    def dump(self):
        """A dump of the whole cluster, as text."""
        env = dict(os.environ)
        env.update(self.relay.env)
        return subprocess.run(["pg_dumpall"], env=env, check=True,
                              capture_output=True, timeout=60).stdout

    def processes(self):
        """What /proc shows of the pool, its bell, and the notifier."""
        data = b""
        pids = [self.relay.master(), *self.relay.workers(),
                *self.relay.bells()]
        if "CREDRELAY_NOTIFY_PIDFILE" in self.relay.env:
            pids.append(int(read(self.relay.path(
                "CREDRELAY_NOTIFY_PIDFILE"))))
        for pid in pids:
            for name in ("environ", "cmdline", "comm", "status", "maps"):
                data += read(f"/proc/{pid}/{name}") + b"\n"
        return data

    def hits(self, patterns, paths):
        """Finds in files: `file: pattern`."""
        found = []
        for path in paths:
            data = read(path)
            found += [f"{os.path.relpath(path, self.relay.folder)}: {name}"
                      for name in find(patterns, data)]
        return found


def put_control(relay, marks):
    """psql stores the control: each encoding by the server's own means,
    where it has one."""
    word, number = marks.word, marks.uuid()
    raw = uuid.UUID(number).bytes
    head, tail = number[:13], number[24:]
    texts = [word, head, tail]
    rows = [f"('{number}'::uuid::text::bytea)", f"(upper('{number}')::bytea)",
            f"(decode('{raw.hex()}', 'hex'))",
            f"(decode('{raw[::-1].hex()}', 'hex'))"]
    blobs = [f"'\\x{raw[:6].hex()}'::bytea", f"'\\x{raw[10:].hex()}'::bytea"]
    blobs += [f"'{text}'::bytea" for text in texts]
    for blob in blobs:
        rows.append(f"(encode({blob}, 'hex')::bytea)")
        rows.append(f"(upper(encode({blob}, 'hex'))::bytea)")
        rows.append("(convert_to((select string_agg(chr(92) || "
                    "lpad(mod(b / 64, 8)::text || mod(b / 8, 8)::text || "
                    "mod(b, 8)::text, 3, '0'), '' "
                    f"order by i) from (select get_byte({blob}, i) as b, i "
                    f"from generate_series(0, octet_length({blob}) - 1) as i)"
                    " as x), 'UTF8'))")
        for shift in range(3):
            text = f"encode(substr('\\x000000'::bytea, 1, {shift}) || " \
                f"{blob} || '\\x00000000'::bytea, 'base64')"
            rows.append(f"({text}::bytea)")
            rows.append(f"(translate({text}, '+/', '-_')::bytea)")
    for text in texts:
        rows.append(f"(reverse('{text}')::bytea)")
        rows.append(f"(upper('{text}')::bytea)")
        for encoding in ("utf-16-le", "utf-16-be"):
            for case in (text, text.upper()):
                rows.append(f"(decode('{case.encode(encoding).hex()}', "
                            "'hex'))")
    relay.sql("create table public.control (content bytea, number uuid, "
              "long bytea); alter table public.control alter long set "
              "storage external; insert into public.control (content) "
              f"values {', '.join(rows)}; insert into public.control "
              f"(number) values ('{number}')")
    relay.sql("insert into public.control (long) values "
              f"(convert_to(repeat('{word}', 1000), 'UTF8'))")
