"""What loads: wrk with a script of this folder, and pgbench."""

import json
import os
import re
import subprocess
import sys
import threading
import uuid

from place import HERE

from harness.client import Client

# What a name of a size means in bytes of payload: a body of 64 KiB is the
# largest that there is.
SIZES = {"1 KiB": 1024, "16 KiB": 16384, "64 KiB": 65536 - 128}
MARK = "00000000-0000-4000-8000-"       # rows that pgbench has
CLAIM = MARK + "0" * 12
MANY_CLIENTS = 16                       # take a while to connect


def wrk(url, script, connections, seconds, arguments=(), threads=1):
    """One run: a figure by name."""
    with subprocess.Popen(
            ["wrk", f"-t{threads}", f"-c{connections}", f"-d{seconds}s",
             "--timeout", "10s", "-s", os.path.join(HERE, script + ".lua"),
             url, "--", *map(str, arguments)],
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
            text=True) as child:
        text = child.stdout.read()
        _, status, used = os.wait4(child.pid, 0)
        child.returncode = os.waitstatus_to_exitcode(status)
    found = re.search(r"^RESULT (.*)$", text, re.M)
    if not found:
        raise RuntimeError(f"wrk {script}: {text[-1000:]}")
    n, duration, p50, p99, refused, lost = map(float, found[1].split())
    return {"rate": n / duration, "p50": p50, "p99": p99, "requests": n,
            "failed": int(refused + lost), "seconds": duration,
            "load": used.ru_utime + used.ru_stime}


def script_text(name, sealed, rows):
    """A script of pgbench for values of this size."""
    with open(os.path.join(HERE, name + ".pgbench"), encoding="ascii") as file:
        return file.read().replace("SEALED", str(sealed)).replace(
            "ROWS", str(rows))


def pgbench(place, script, clients, seconds, sealed, rows):
    """One run, one call a transaction: a figure by name.  Its time runs while
    it connects, of which the rate knows nothing."""
    if clients >= MANY_CLIENTS:
        seconds += 1
    path = place.file(script + ".pgbench", script_text(script, sealed, rows))
    env = dict(os.environ, **place.env)
    env["PGUSER"] = "relay_worker"
    with subprocess.Popen(
            ["pgbench", "-n", "-M", "prepared", "-c", str(clients), "-j",
             str(min(clients, os.cpu_count())), "-T", str(seconds), "-f",
             path], env=env, stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT, text=True) as child:
        text = child.stdout.read()
        _, status, used = os.wait4(child.pid, 0)
        child.returncode = os.waitstatus_to_exitcode(status)
    rate = re.search(r"^tps = ([\d.]+)", text, re.M)
    done = re.search(r"actually processed: (\d+)", text)
    mean = re.search(r"^latency average = ([\d.]+)", text, re.M)
    failed = re.search(r"failed transactions: (\d+)", text)
    if child.returncode != 0 or not rate or not mean:
        raise RuntimeError(f"pgbench {script}: {text[-1000:]}")
    return {"rate": float(rate[1]), "mean": float(mean[1]),
            "requests": int(done[1]),
            "failed": int(failed[1] if failed else 0), "load": used.ru_utime + used.ru_stime}


def create_body(size):
    """A create's JSON, as create.lua has it."""
    return json.dumps({
        "payload": {"type": "AEAD_AES_256_GCM", "data": "A" * size},
        "mailboxConfiguration": {"accessRights": "RWD"},
    }, separators=(",", ":")).encode()


def mailboxes(url, count, size, path):
    """Makes mailboxes, and a file that names them: "path claim" a line."""
    body = create_body(size)
    lines, failures = [], []

    def some(n):
        client = Client(url, 60)
        for _ in range(n):
            claim = str(uuid.uuid4())
            answer = client.request("POST", "/v1/m", [
                ("Content-Type", "application/json"),
                ("Mailbox-Device-Claim", claim),
                ("Mailbox-Request-ID", str(uuid.uuid4()))], body)
            if answer.status != 200:
                failures.append(answer.status)
                return
            link = json.loads(answer.body)["urlLink"]
            lines.append(f"/v1/m/{link.rsplit('/', 1)[-1]} {claim}\n")
        client.close()

    threads = [threading.Thread(target=some, args=(count // 4,))
               for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if failures:
        sys.exit(f"{url}: a create was answered {failures[0]}")
    with open(path, "w", encoding="ascii") as file:
        file.writelines(lines)
    return path


def answers(url, path):
    """What the relay answers to each operation, as a FastCGI program would
    write it: for the empty program."""
    with open(path, encoding="ascii") as file:
        where, claim = file.readline().split()
    client = Client(url, 30)
    who = [("Mailbox-Device-Claim", claim),
           ("Mailbox-Request-ID", str(uuid.uuid4()))]
    json_type = [("Content-Type", "application/json")]
    body = create_body(SIZES["1 KiB"])
    found = {
        "create": client.request("POST", "/v1/m", json_type + [
            ("Mailbox-Device-Claim", str(uuid.uuid4())), who[1]], body),
        "read": client.request("POST", where, who[:1]),
        "update": client.request("PUT", where, json_type + who, body),
        "preview": client.request("GET", where),
    }
    client.close()
    return {name: _as_program(name, answer) for name, answer in found.items()}


def _as_program(name, answer):
    if answer.status != 200:
        sys.exit(f"{name} was answered {answer.status}")
    lines = ["Status: 200"]
    for key, value in answer.headers:
        if key.lower() not in ("date", "server", "connection", "status"):
            lines.append(f"{key}: {value}")
    return ("\r\n".join(lines) + "\r\n\r\n").encode() + answer.body
