"""Many devices that wait, in one loop, and the updates that wake them."""

import heapq
import json
import random
import re
import selectors
import socket
import threading
import time
import uuid
from collections import Counter

ANSWER = re.compile(rb"HTTP/1.1 (\d+) .*?\r\nContent-Length: (\d+)\r\n",
                    re.S | re.I)
TAG = re.compile(rb"\r\nETag: (\S+)", re.I)
APPLIED = re.compile(rb"\r\nPreference-Applied:", re.I)
ARRIVALS = 4000                 # devices that begin to wait, a second
UPDATES = 50                    # a second
TURN = 0.005                    # seconds


class Device:
    """One that waits, or (without a mailbox) one that updates."""

    def __init__(self, address):
        self.address = address
        self.sock = None
        self.path = self.sender = self.claim = self.tag = None
        self.buffer = b""
        self.changed = 0.0      # when its mailbox's update was sent
        self.free = True        # of one that updates

    def send(self, data, poll):
        """On a connection that is kept."""
        if self.sock is None:
            self.sock = socket.create_connection(self.address)
            self.sock.setblocking(False)
            poll.register(self.sock, selectors.EVENT_READ, self)
        self.sock.send(data)

    def wait(self, poll, seconds=25):
        """Begins to wait."""
        self.send(b"POST %s HTTP/1.1\r\nHost: relay\r\nMailbox-Device-Claim: "
                  b"%s\r\nIf-None-Match: %s\r\nPrefer: wait=%d\r\nContent-"
                  b"Length: 0\r\n\r\n" % (self.path, self.claim, self.tag,
                                          seconds), poll)

    def leave(self):
        """Without a word; it can come again."""
        if self.sock is not None:
            self.sock.close()
        self.sock, self.buffer = None, b""

    def take(self, poll):
        """What has come: a whole answer (status and its bytes), or None."""
        try:
            piece = self.sock.recv(65536)
        except (BlockingIOError, ConnectionError):
            piece = b""
        if not piece:
            poll.unregister(self.sock)
            self.leave()
            return 0, b""
        self.buffer += piece
        end = self.buffer.find(b"\r\n\r\n")
        match = ANSWER.match(self.buffer)
        if end < 0 or not match or \
                len(self.buffer) < end + 4 + int(match.group(2)):
            return None
        data, self.buffer = self.buffer, b""
        return int(match.group(1)), data


class Crowd(threading.Thread):
    """All devices, in one loop."""

    def __init__(self, address, devices):
        super().__init__(daemon=True)
        self.poll = selectors.DefaultSelector()
        self.devices = devices
        self.updaters = [Device(address) for _ in range(8)]
        self.updating = False
        self.stopped = False
        self.opened = threading.Event()
        self.times = []
        self.seen = Counter()
        self.due = []               # a heap: who asks when, for how long

    def run(self):
        due = time.monotonic()
        for device in self.devices:                 # not in step
            self._later(due, device, random.randrange(1, 26))
            due += 1 / ARRIVALS
        there = due
        while not self.stopped:
            for key, _ in self.poll.select(self._pause()):
                self._take(key.data)
            now = time.monotonic()
            while self.due and self.due[0][0] <= now:
                _, _, device, seconds = heapq.heappop(self.due)
                device.wait(self.poll, seconds)
            if now > there:
                self.opened.set()
            if not self.updating:
                due = now
            elif now >= due:
                due += 1 / UPDATES
                self._update(now)

    def _pause(self):
        """Seconds in which nothing is due: those who begin together would
        have their ends together."""
        if not self.due:
            return TURN
        return min(TURN, max(0, self.due[0][0] - time.monotonic()))

    def _later(self, when, device, seconds=25):
        """It waits from then on."""
        heapq.heappush(self.due, (when, id(device), device, seconds))

    def _count(self, what):
        self.seen[what] += 1

    def _take(self, device):
        answer = device.take(self.poll)
        if answer is None:
            return
        status, data = answer
        if device.path is None and device.free:
            return              # an idle connection was ended
        if device.path is None:
            device.free = True
            self._count(f"update {status}")
            return
        applied = "" if APPLIED.search(data) else ", not waited"
        self._count(f"wait {status}{applied}")
        if status == 200 and device.changed:
            self.times.append(time.monotonic() - device.changed)
            device.changed = 0.0
        tag = TAG.search(data)
        if tag:
            device.tag = tag.group(1)
        if status >= 500:       # as Retry-After wants it
            self._later(time.monotonic() + 1 + random.random(), device)
        else:
            device.wait(self.poll)

    def _update(self, now):
        device = random.choice(self.devices)
        free = [updater for updater in self.updaters if updater.free]
        if device.changed or not free:
            self._count("no update: busy")
            return
        body = json.dumps({"payload": {"type": "t", "data": "A" * 1024}})
        device.changed = now
        free[0].free = False
        free[0].send(
            b"PUT %s HTTP/1.1\r\nHost: relay\r\nMailbox-Device-Claim: %s\r\n"
            b"Mailbox-Request-ID: %s\r\nContent-Type: application/json\r\n"
            b"Content-Length: %d\r\n\r\n%s" % (
                device.path, device.sender, str(uuid.uuid4()).encode(),
                len(body), body.encode()), self.poll)
