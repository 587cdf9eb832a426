#!/usr/bin/python3
"""receiver.py: a receiver of credrelay's webhook, to begin yours with.

usage: receiver.py PORT SECRET_FILE     listens on 127.0.0.1

Prints each nudge, a line of JSON; hand it to your push service there.  One can
come twice, with the same deliveryId: remember those that you have handed on.
"""
import hashlib
import hmac
import http.server
import sys
import time

SECRET = open(sys.argv[2], "rb").read().rstrip(b"\r\n")


class Receiver(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        delivery = self.headers.get("Credrelay-Delivery", "")
        when = self.headers.get("Credrelay-Timestamp", "0")
        signed = f"{delivery}.{when}.".encode() + body
        wanted = "v1=" + hmac.new(SECRET, signed, hashlib.sha256).hexdigest()
        good = hmac.compare_digest(
            wanted, self.headers.get("Credrelay-Signature", "")) and abs(
            time.time() - int(when)) < 300
        if good:
            print(body.decode(), flush=True)
        # 410 would have the relay forget the token; 429 and 5xx, try again
        self.send_response(204 if good else 403)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_):
        pass


http.server.ThreadingHTTPServer(
    ("127.0.0.1", int(sys.argv[1])), Receiver).serve_forever()
