"""Requests that arrive at a set rate, however slow the answers are.

A closed loop waits for its answers and so goes easy on who is overloaded;
devices do not.  Each request has a time at which it is due, and its latency
counts from there, also where this program is late.
"""

import collections
import re
import select
import socket
import time

HEAD = re.compile(rb"HTTP/1\.1 (\d{3}) .*?\r\n\r\n", re.S)
LENGTH = re.compile(rb"\r\nContent-Length: (\d+)\r\n", re.I)
RETRY = re.compile(rb"\r\nRetry-After: \d+\r\n", re.I)

# `status` 0: the connection failed, or ended before the answer was whole;
# `done`: when the answer was there (time.monotonic()); `retry`: it told when
# to come again.
Result = collections.namedtuple("Result", "status due done retry")


class _Connection:
    """One that is kept from request to request."""

    def __init__(self, address, poll):
        self.poll = poll
        self.sock = socket.socket()
        self.sock.setblocking(False)
        self.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.sock.connect_ex(address)
        self.buffer = b""
        self.out = b""
        self.due = None         # of the request that is under way
        self.number = self.sock.fileno()
        poll.register(self.number, select.EPOLLIN | select.EPOLLOUT |
                      select.EPOLLET)

    def send(self, data, due):
        """Begins a request."""
        self.due = due
        self.out = data
        self.push()

    def push(self):
        """Sends what can be sent."""
        try:
            while self.out:
                self.out = self.out[self.sock.send(self.out):]
        except (BlockingIOError, OSError):
            pass                # an error shows in what is read

    def pull(self):
        """None: not whole; else status, and whether it says when to retry."""
        ended = False
        try:
            while True:
                piece = self.sock.recv(65536)
                if not piece:
                    ended = True
                    break
                self.buffer += piece
        except BlockingIOError:
            pass
        except OSError:
            ended = True
        head = HEAD.match(self.buffer)
        if head:
            length = LENGTH.search(head.group(0))
            size = head.end() + (int(length.group(1)) if length else 0)
            if len(self.buffer) >= size and (length or ended):
                self.buffer = self.buffer[size:]
                return (int(head.group(1)),
                        bool(RETRY.search(head.group(0))), ended)
        return (0, False, True) if ended else None

    def close(self):
        """Ends it."""
        self.poll.unregister(self.number)
        self.sock.close()


class Arrivals:
    """Sends `make()` at `rate` a second to an HTTP server, each on a free
    connection or a new one."""

    def __init__(self, address, make, most=4000):
        self.address = address
        self.make = make
        self.most = most
        self.poll = select.epoll()
        self.every = {}
        self.free = collections.deque()
        self.results = []

    def run(self, rate, seconds, grace=10):
        """The results of so many seconds, and of what was answered up to
        `grace` seconds later; those not answered at all have status None.
        Without a grace what is under way is among the next run's results."""
        first = len(self.results)
        began = time.monotonic()
        sent, due = 0, began
        while due < began + seconds:
            now = time.monotonic()
            while due <= now and due < began + seconds:
                self._begin(due)
                sent += 1
                due = began + sent / rate
            self._turn(max(0.0, min(due - time.monotonic(), 0.05)))
        end = time.monotonic() + grace
        while len(self.free) < len(self.every) and time.monotonic() < end:
            self._turn(0.05)
        if grace:
            self._give_up()
        return self.results[first:]

    def _give_up(self):
        """Whoever waits for an answer waits no longer."""
        for connection in list(self.every.values()):
            if connection.due is not None:
                self.results.append(Result(None, connection.due,
                                           time.monotonic(), False))
                del self.every[connection.number]
                connection.close()

    def closed(self, count, seconds):
        """A closed loop of so many connections: what it was answered."""
        first = len(self.results)
        began = time.monotonic()
        for _ in range(count):
            self._begin(time.monotonic())
        while time.monotonic() < began + seconds:
            self._turn(0.05)
            while len(self.every) - len(self.free) < count:
                self._begin(time.monotonic())
        end = time.monotonic() + 10
        while len(self.free) < len(self.every) and time.monotonic() < end:
            self._turn(0.05)
        return self.results[first:]

    def _begin(self, due):
        if self.free:
            connection = self.free.pop()
        elif len(self.every) < self.most:
            connection = _Connection(self.address, self.poll)
            self.every[connection.number] = connection
        else:
            self.results.append(Result(None, due, time.monotonic(), False))
            return
        connection.send(self.make(), due)

    def _turn(self, seconds):
        for number, events in self.poll.poll(seconds):
            connection = self.every[number]
            if events & select.EPOLLOUT:
                connection.push()
            if events & ~select.EPOLLOUT:
                self._take(connection)

    def _take(self, connection):
        answer = connection.pull()
        if answer is None:
            return
        status, retry, ended = answer
        if connection.due is not None:
            self.results.append(Result(status, connection.due,
                                       time.monotonic(), retry))
        idle = connection.due is None
        connection.due = None
        if ended:
            if idle:
                self.free.remove(connection)
            del self.every[connection.number]
            connection.close()
        elif not idle:
            self.free.append(connection)

    def close(self):
        """Ends all connections."""
        for connection in self.every.values():
            connection.close()
        self.every = {}
        self.free.clear()
        self.poll.close()
