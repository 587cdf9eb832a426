"""What the database should hold of a mailbox, and what it does hold: seen as
its superuser, with the hashes of src/seal.h made once more."""

import hashlib
import os
import subprocess
import uuid

RIGHTS = {"R": 1, "W": 2, "D": 4}


class Psql:
    """One psql that stays, since a process for each statement takes longer
    than all else."""

    END = "--- the end"

    def __init__(self, env):
        self.process = subprocess.Popen(
            ["psql", "-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1"],
            env=dict(os.environ, **env), text=True, stdin=subprocess.PIPE,
            stdout=subprocess.PIPE, bufsize=1)

    def run(self, sql):
        """The rows as lines."""
        self.process.stdin.write(f"{sql};\n\\echo '{self.END}'\n")
        self.process.stdin.flush()
        rows = []
        for line in self.process.stdout:
            if line.rstrip("\n") == self.END:
                return rows
            rows.append(line.rstrip("\n"))
        raise RuntimeError(f"psql has ended after {sql}")

    def close(self):
        """Ends it."""
        self.process.stdin.close()
        self.process.wait()


def hash_of(label, *parts):
    """128 bits, as PostgreSQL writes a uuid."""
    digest = hashlib.sha256(label.encode() + b"".join(
        uuid.UUID(part).bytes for part in parts)).digest()
    return str(uuid.UUID(bytes=digest[:16]))


def row_key(box):
    """Where a mailbox is."""
    return hash_of("row", box)


def row(psql, box):
    """The row of a mailbox; None: there is none."""
    found = psql.run(
        "select sender, receiver, rights, extract(epoch from expires_at)"
        "::bigint, version, recent, sender_token is not null,"
        " receiver_token is not null, payload is not null,"
        " display is not null, md5(m::text) from relay.mailbox as m"
        f" where row_key = '{row_key(box)}'")
    return found[0].split("|") if found else None


def expected(box, model):
    """The same, but for its last field and the version of an UNSEEN one; of
    a mailbox that lives."""
    def claim(name):
        return "" if name is None else hash_of("claim", box, name)
    recent = ",".join(hash_of("request", box, *pair) for pair in model.recent)
    flags = [model.tokens[0], model.tokens[1], True,
             model.display is not None]
    return [claim(model.sender), claim(model.receiver),
            str(sum(RIGHTS[letter] for letter in model.rights)),
            str(model.expires),
            "" if model.base is None else str(model.base + model.count),
            "{" + recent + "}"] + ["ft"[flag] for flag in flags]
