"""An endpoint that a hall tells what happens: it looks at each signature, and answers as it is told."""

import base64
import gzip
import hashlib
import hmac
import http.server
import json
import ssl
import sys
import threading
import time

from hall import WAIT_S

SECRETS = ["whsec_" + base64.b64encode(("%s secret of 32 bytes for tests only" % which).encode()[:32]).decode() for which in ("old", "new")]
POLL_S = 0.5        # so long a poll is held that has no commands


def good(_event):
    """What it answers unless it is told otherwise: a status, headers, and bytes, or nothing at all."""
    return 200, {}, b"{}"


class Endpoint:
    """answer(event) is asked for each that is no poll; None: it hangs until it is released."""

    def __init__(self, port=0, secret=SECRETS[0], certificate=None):
        self.secret, self.answer = secret, good
        self.broken, self.polling, self.refused = False, 0, 0
        self.events, self.wrong, self.commands, self.results = [], [], [], {}
        self.changed = threading.Condition()
        self.stopped = threading.Event()
        self.released = threading.Event()
        endpoint = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            disable_nagle_algorithm = True      # head and body are two writes

            def do_POST(self):
                endpoint.take(self, self.rfile.read(int(self.headers["Content-Length"])))

            def log_message(self, *_):
                pass

        class Server(http.server.ThreadingHTTPServer):
            def handle_error(self, request, client_address):
                if not isinstance(sys.exc_info()[1], ConnectionError):     # a hall that is killed
                    super().handle_error(request, client_address)

        self.server = Server(("127.0.0.1", port), Handler)
        self.server.daemon_threads = True
        if certificate:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(*certificate)
            self.server.socket = context.wrap_socket(self.server.socket, server_side=True)
        self.port = self.server.server_address[1]
        self.url = "%s://127.0.0.1:%d/halls" % ("https" if certificate else "http", self.port)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def stop(self):
        self.stopped.set()
        self.released.set()
        self.server.shutdown()
        self.server.server_close()

    def signed(self, headers, body):
        key = base64.b64decode(self.secret.removeprefix("whsec_"))
        text = b"%s.%s." % (headers["webhook-id"].encode(), headers["webhook-timestamp"].encode()) + body
        right = "v1," + base64.b64encode(hmac.new(key, text, hashlib.sha256).digest()).decode()
        return right in headers["webhook-signature"].split(" ")

    def take(self, request, body):
        if self.stopped.is_set():
            request.close_connection = True
            return
        event = json.loads(gzip.decompress(body) if request.headers["Content-Encoding"] == "gzip" else body)
        event["headers"] = dict(request.headers)
        with self.changed:
            if not self.signed(request.headers, body):
                self.wrong.append(event)
            self.events.append(event)
            self.changed.notify_all()
        answer = self.polled(event) if event["type"] == "cn.gov.hall.commands.poll" else self.answer(event)
        if answer is None:
            self.released.wait()
            request.close_connection = True
            return
        status, headers, text = answer
        with self.changed:
            self.refused += status == 429
            self.changed.notify_all()
        request.send_response(status)
        pieces = [text] if isinstance(text, bytes) else text
        if isinstance(text, bytes):
            request.send_header("Content-Length", str(len(text)))
        for name, value in headers.items():
            request.send_header(name, value)
        request.end_headers()
        try:
            for piece in pieces:
                request.wfile.write(piece)
        except OSError:
            request.close_connection = True

    def polled(self, event):
        with self.changed:
            self.polling += 1
        try:
            return (200, {}, b"no JSON") if self.broken else self.poll(event)
        finally:
            with self.changed:
                self.polling -= 1

    def poll(self, event):
        with self.changed:
            for result in event["data"]["results"]:
                self.results.setdefault(result["id"], []).append(result)
            self.changed.notify_all()
            self.commands = [c for c in self.commands if c["id"] not in self.results]
            if not self.commands:
                self.changed.wait_for(lambda: self.commands, POLL_S)
            return 200, {}, json.dumps({"commands": self.commands}).encode()

    def command(self, **command):
        """Hand it out, and wait for what came of it."""
        with self.changed:
            self.commands.append(command)
            self.changed.notify_all()
        return self.wait("an answer to " + command["id"], lambda: self.results.get(command["id"]))[0]

    def wait(self, what, until, limit_s=WAIT_S):
        with self.changed:
            end = time.monotonic() + limit_s
            while not (found := until()):
                assert self.changed.wait(end - time.monotonic()) or until(), "%s; it has %r" % (what, [e["id"] for e in self.events[-20:]])
            return found

    def facts(self):
        """The events as they are after those that came twice are left out."""
        seen = {}
        for event in self.events:
            if event["id"].startswith("e-"):
                seen.setdefault(event["id"], event["data"])
        return list(seen.values())

    def states(self, kind):
        return [event for event in self.events if event["type"] == "cn.gov.hall.queue." + kind]
