"""What tests/faults/outage does everything with: a relay of one worker, crowds
of devices, and a look at whether it is ready."""

import json
import threading
import time

import support

# The instance's db_retry; on a machine that is slow and busy PostgreSQL takes
# 5 s to start.
RETRY_S = 8


class Fixture:
    """The relay, one worker, and helpers."""

    def __init__(self, tap, relay):
        self.tap = tap
        self.relay = relay
        self.rng = support.seeded(tap)
        self.sql = relay.sql

    def get(self, path):
        """A GET: status, code, seconds, headers."""
        client = self.relay.client(20)
        began = time.monotonic()
        answer = client.request("GET", path)
        client.close()
        return (answer.status, code_of(answer.body),
                time.monotonic() - began, answer)

    def ready(self, limit=10):
        """Waits for /readyz; True when it is 200."""
        return support.until(lambda: self.get("/readyz")[0] == 200, limit,
                             0.1)

    def crowd(self, work, count=8):
        """`work(device)` by several devices at once: their results, and the
        seconds that each took."""
        results = []

        def one():
            device = support.Device(self.relay.url, 30)
            began = time.monotonic()
            result = work(device)
            results.append((result, time.monotonic() - began, device))
            device.close()

        threads = [threading.Thread(target=one) for _ in range(count)]
        for thread in threads:
            thread.start()
        return threads, results

    def crowd_of_creates(self):
        """The statuses of eight creates at once."""
        threads, results = self.crowd(make)
        join(threads)
        return statuses(results)

    def use_database(self, conninfo):
        """The pool, started anew with another conninfo."""
        self.relay.script("stop-relay")
        self.relay.script("start-relay", "--set", f"database = {conninfo}")

    def conninfo(self, host):
        """A conninfo with these hosts."""
        return f"host={host} dbname=credrelay user=relay_worker"


def code_of(body):
    """The code of a problem, or None."""
    try:
        return json.loads(body).get("code")
    except ValueError:
        return None


def make(device):
    """A mailbox; its status and itself."""
    box = support.Mailbox()
    return device.create(box), box


def join(threads):
    """Waits for all."""
    for thread in threads:
        thread.join()


def statuses(results):
    """The statuses of a crowd that ran make()."""
    return sorted(result[0] for result, _, _ in results)


def row_key_of(f, box):
    """SQL for a mailbox's row key, as the design derives it."""
    identifier = box.path.rsplit("/", 1)[1].replace("-", "")
    key = f.sql("select encode(substr(sha256('row'::bytea || "
                f"decode('{identifier}', 'hex')), 1, 16), 'hex')::uuid")
    return f"'{key}'"
