"""nginx in front of halld, with the site that is shipped: what it spares halld, what it keeps from it, and what people
still see while halld is stopped."""

import gzip
import hashlib
import http.client
import http.server
import json
import os
import re
import signal
import ssl
import tempfile
import threading
import time
import unittest
from email.utils import parsedate_to_datetime

from exposition import Metrics
from hall import PASSWORD, WAIT_S, Answer, Hall, Stream, free_port
from proxy import Proxy
from sources import text

STATUS = "/api/v1/status"
FILE = "/pages/common/icon.svg"


class Front:
    """A halld and an nginx in front of it; as a `hall` for Stream its connections are those to nginx."""

    def __init__(self):
        self.hall = Hall()
        self.folder = tempfile.TemporaryDirectory(prefix="nginx-")
        self.proxy = Proxy(self.folder.name, self.hall.port, free_port(), free_port())
        self.connect = lambda source=None: self.proxy.connect(source)
        self.send = self.hall.send

    def stop(self):
        self.proxy.stop()
        if self.hall.process.poll() is not None:
            self.hall.start()
        self.hall.stop()
        self.folder.cleanup()

    def ask(self, method, path, body=None, source=None, **more):
        connection = self.proxy.connect(source)
        try:
            return Answer(self.send(connection, method, path if path.startswith("/") else "/api/v1/" + path, body, **more))
        finally:
            connection.close()

    def halld_goes(self):
        self.hall.process.terminate()
        self.hall.process.wait(WAIT_S)

    def reached(self, route=STATUS, method="GET"):
        """How many requests halld has answered."""
        return Metrics(self.hall.ask("GET", "/metrics").body.decode()).sum("halld_http_requests_total", route=route, method=method)

    def until(self, so, path=STATUS, **more):
        """Ask until the answer is so, and return it."""
        end = time.monotonic() + WAIT_S
        while not so(answer := self.ask("GET", path, **more)):
            assert time.monotonic() < end, answer
            time.sleep(0.05)
        return answer


def is_stale(answer):
    return (answer.headers["Halld-Answer"] or "").startswith("stale ")


def is_live(answer):
    return answer.headers["Halld-Answer"] == "live"


class Behind(unittest.TestCase):
    """Tests of a class share an nginx and a hall."""

    @classmethod
    def setUpClass(cls):
        cls.front = Front()
        cls.addClassCleanup(cls.front.stop)
        cls.hall = cls.front.hall
        cls.ask = staticmethod(cls.front.ask)

class Polls(Behind):
    def test_a_thousand_polls(self):
        self.hall.issue()
        before, began, failed = self.front.reached(), time.monotonic(), []

        def phone():
            connection = self.front.connect()
            for _ in range(20):
                answer = Answer(self.front.send(connection, "GET", STATUS))
                if answer.status != 200 or answer.json["totals"]["waiting"] != 1 or not is_live(answer):
                    failed.append(answer)
            connection.close()
        phones = [threading.Thread(target=phone) for _ in range(50)]
        for each in phones:
            each.start()
        for each in phones:
            each.join()
        self.assertEqual(failed, [])
        self.assertLessEqual(self.front.reached() - before, time.monotonic() - began + 3, "one a second")

    def test_queries_make_no_copies_of_their_own(self):
        self.ask("GET", STATUS)
        before, began = self.front.reached(), time.monotonic()
        for i in range(50):
            self.ask("GET", STATUS + "?x=%d" % i)
        self.assertLessEqual(self.front.reached() - before, time.monotonic() - began + 3, "one a second")

    def test_fresh(self):
        self.ask("GET", STATUS)
        self.hall.issue()
        called = self.hall.ask("POST", "windows/1/next", {}, local=True).json["ticket"]["number"]
        self.assertEqual(self.ask("GET", STATUS + "?fresh=1").json["calls"][0]["number"], called)
        self.assertEqual(self.ask("GET", STATUS).json["calls"][0]["number"], called, "and is everybody's copy")

    def test_not_modified(self):
        def known():
            etag = self.ask("GET", STATUS).headers["ETag"].removeprefix("W/")
            for what, value, status in [("it", etag, 304), ("weakened", "W/" + etag, 304), ("another", '"1-1.1"', 200)]:
                answer = self.ask("GET", STATUS, headers=[("If-None-Match", value)])
                self.assertEqual((answer.status, answer.headers["Halld-Answer"]), (status, "live"), what)
                self.assertEqual(answer.body == b"", status == 304, what)

        def packed():
            packed = self.ask("GET", STATUS, headers=[("Accept-Encoding", "gzip")])
            answer = self.ask("GET", STATUS, headers=[("Accept-Encoding", "gzip"), ("If-None-Match", packed.headers["ETag"])])
            self.assertEqual(answer.status, 304, "what a browser has that takes gzip")
        self.of_one(known)
        self.of_one(packed)

    def of_one(self, check):
        """check(); once more if halld had another status before it was over: waits are worked out when they like."""
        end = time.monotonic() + WAIT_S
        while True:
            first = self.hall.ask("GET", STATUS).headers["ETag"]
            try:
                return check()
            except AssertionError:
                # A copy holds for three seconds: it may be of the one before.
                now = self.hall.ask("GET", STATUS).headers["ETag"]
                if (now == first and self.copied(first)) or time.monotonic() > end:
                    raise

    def copied(self, tag):
        """Are all copies of this one?"""
        return {self.ask("GET", STATUS, headers=[("Accept-Encoding", takes)]).headers["ETag"].removeprefix("W/").replace("-gzip", "")
                for takes in ("identity", "gzip")} == {tag}

    def test_gzip(self):
        plain = self.ask("GET", STATUS, headers=[("Accept-Encoding", "identity")])
        def packed(path):
            packed = self.ask("GET", path, headers=[("Accept-Encoding", "gzip, br")])
            unpacked = self.ask("GET", path)
            self.assertEqual((packed.status, packed.headers["Content-Encoding"]), (200, "gzip"), path)
            self.assertEqual((unpacked.status, unpacked.headers["Content-Encoding"]), (200, None), path)
            self.assertIn("Accept-Encoding", packed.headers["Vary"], path)
            self.assertEqual(gzip.decompress(packed.body), unpacked.body, path)
        for path in [STATUS, "/", "/pages/common/api.js", "/pages/common/base.css", "/pages/common/icon.svg", "/text/public/zh.json"]:
            for _ in range(2):
                self.of_one(lambda: packed(path))
        self.assertEqual(set(plain.json), set(self.ask("GET", STATUS).json))
        for path in ["services", "session", "tickets/x"]:
            self.assertIsNone(self.ask("GET", path, headers=[("Accept-Encoding", "gzip")]).headers["Content-Encoding"], path)


class Private(Behind):
    """What is somebody's own is asked of halld each time, and nothing of it stays."""

    def test_who_is_known_has_it_from_halld(self):
        self.hall.user("boss", "manager")
        token = self.hall.token("boss")
        self.ask("GET", STATUS)
        for what, header in [("token", ("Authorization", "Bearer " + token)), ("cookie", ("Cookie", "halld=" + token)),
                             ("another cookie", ("Cookie", "x=1"))]:
            before = self.front.reached()
            for _ in range(3):
                self.assertEqual(self.ask("GET", STATUS, headers=[header]).status, 200)
            self.assertEqual(self.front.reached() - before, 3, what)

    def test_tickets(self):
        ticket = self.hall.issue()
        before = self.front.reached("/api/v1/tickets/{token}")
        for _ in range(3):
            self.assertEqual(self.ask("GET", "tickets/" + ticket["token"]).json["number"], ticket["number"])
            self.assertEqual(self.ask("GET", "/t/" + ticket["token"]).status, 200)
        self.assertEqual(self.front.reached("/api/v1/tickets/{token}") - before, 3)
        self.front.halld_goes()
        self.addCleanup(self.hall.start)
        self.assertEqual(self.ask("GET", "tickets/" + ticket["token"]).status, 502)
        self.assertEqual(self.ask("POST", "tickets/%s/cancel" % ticket["token"], {}).status, 502)
        self.assertEqual(self.ask("GET", "/t/" + ticket["token"]).status, 200, "the page that tells so")
        kept = [self.front.proxy.log().encode()]
        for folder, _, files in os.walk(self.front.folder.name):
            for name in files:
                with open(os.path.join(folder, name), "rb") as f:
                    kept.append(f.read())
        self.assertTrue(any(b"KEY: status" in each or b"KEY: /t/" in each for each in kept), "copies were looked at")
        self.assertFalse(any(ticket["token"].encode() in each for each in kept), "neither in copies nor in logs")

    def test_secure_cookies(self):
        self.hall.user("li", "guide")
        answer = self.ask("POST", "session", {"name": "li", "password": PASSWORD})
        self.assertEqual(answer.status, 201, answer)
        self.assertIn("; Secure", answer.headers["Set-Cookie"])

    def test_only_for_this_machine(self):
        for path in ["/healthz", "/metrics"]:
            word = path[1:]
            for way in [path, "/" + path, path + "/", path + "?x", "/." + path, "/x/.." + path, "/%%%02x%s" % (ord(word[0]), word[1:]),
                        "/pages/.." + path, "/t/.." + path]:
                answer = self.ask("GET", way)
                self.assertIn(answer.status, (400, 404), way)
                self.assertNotIn(b"halld_", answer.body, way)
                self.assertNotIn(b"store", answer.body, way)

    def test_a_client_does_not_say_who_it_is(self):
        """Seen from the limit of wrong passwords, which halld counts by address."""
        self.hall.user("wang", "clerk")

        def wrong(i, **more):
            return self.ask("POST", "session", {"name": "wang", "password": "wrong horse"},
                            headers=[("X-Forwarded-For", "10.9.9.%d" % i), ("Forwarded", "for=10.9.9.%d" % i), ("X-Real-IP", "10.9.9.%d" % i)],
                            **more).status
        self.assertEqual([wrong(i) for i in range(6)], [401] * 5 + [429])
        self.assertEqual(wrong(1, source="127.0.0.2"), 401, "somebody else")


class Stopped(unittest.TestCase):
    """While halld is stopped.  Each test has its own."""

    def setUp(self):
        self.front = Front()
        self.addCleanup(self.front.stop)
        self.hall = self.front.hall

    def test_the_last_snapshot_says_that_it_is(self):
        self.hall.issue()
        asked = time.time()
        before = self.front.until(lambda a: a.json["totals"]["waiting"] == 1)
        self.assertTrue(is_live(before))
        self.front.halld_goes()
        gone = time.time()
        stale = self.front.until(is_stale)
        self.assertEqual((stale.status, stale.json), (200, before.json))
        said = parsedate_to_datetime(stale.headers["Halld-Answer"][len("stale "):]).timestamp()
        self.assertTrue(asked - 1 < said <= gone + 1, "when halld said so")
        known = self.front.ask("GET", STATUS, headers=[("If-None-Match", stale.headers["ETag"])])
        self.assertEqual((known.status, is_stale(known)), (304, True))
        for what, more in [("with a token", {"token": "x" * 32}), ("with a cookie", {"headers": [("Cookie", "halld=x")]})]:
            self.assertEqual(self.front.ask("GET", STATUS, **more).status, 502, what)
        self.hall.start()
        self.hall.issue()
        after = self.front.until(is_live)
        self.assertGreater(after.json["seq"], before.json["seq"])

    def test_halld_hangs(self):
        before = self.front.ask("GET", STATUS)
        self.hall.process.send_signal(signal.SIGSTOP)
        self.addCleanup(self.hall.process.send_signal, signal.SIGCONT)
        stale = self.front.until(is_stale)
        self.assertEqual(stale.body, before.body)

    def test_what_somebody_known_asked_is_no_copy(self):
        self.assertEqual(self.front.ask("GET", STATUS, headers=[("Cookie", "halld=x")]).status, 200)
        self.front.halld_goes()
        self.assertEqual(self.front.ask("GET", STATUS).status, 502)

    def test_pages(self):
        files = ["/", "/t/abc", "/board", "/pages/public/public.js", "/pages/common/base.css", "/text/public/zh.json"]
        before = {path: self.front.ask("GET", path, headers=[("Cookie", "halld=x")]) for path in files}
        self.front.halld_goes()
        for path in files:
            answer = self.front.ask("GET", path)
            self.assertEqual((answer.status, answer.body), (200, before[path].body), path)
            self.assertEqual(answer.headers["Content-Security-Policy"], before[path].headers["Content-Security-Policy"], path)
        self.assertEqual(self.front.ask("GET", "/t/another").body, before["/t/abc"].body)

    def test_pages_that_cannot_be_had(self):
        """Say so in both languages, and try again by themselves."""
        self.front.halld_goes()
        for path in ["/", "/kiosk", "/window/1", "/t/abc"]:
            answer = self.front.ask("GET", path)
            self.assertEqual((answer.status, answer.headers.get_content_type()), (502, "text/html"), path)
            self.assertEqual(answer.headers["Cache-Control"], "no-store")
            self.assertIn('http-equiv="refresh"', answer.body.decode())
            for language in ["zh", "en"]:
                sentences = json.loads(text("display/text/%s.json" % language))
                for key in ["page.away.title", "page.away.wait"]:
                    self.assertIn(sentences[key], answer.body.decode(), path)
        self.assertEqual(self.front.ask("GET", "/wait.html").status, 404, "no page of its own")


class Origin(http.server.BaseHTTPRequestHandler):
    """In the place of halld: answers with `status`, and says that its answer holds for a second, or ten without another."""
    status = 200

    def do_GET(self):
        self.send_response(Origin.status)
        self.send_header("Content-Length", "2")
        if Origin.status == 200:
            self.send_header("Cache-Control", "max-age=0, s-maxage=1, stale-while-revalidate=1, stale-if-error=10")
        self.end_headers()
        self.wfile.write(b"{}")

    def log_message(self, *_):
        pass


class Holds(unittest.TestCase):
    def test_as_long_as_is_said(self):
        folder = tempfile.TemporaryDirectory(prefix="nginx-")
        self.addCleanup(folder.cleanup)
        origin = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Origin)
        threading.Thread(target=origin.serve_forever).start()
        proxy = Proxy(folder.name, origin.server_port, free_port(), free_port())
        self.addCleanup(proxy.stop)

        def ask():
            connection = proxy.connect()
            connection.request("GET", STATUS)
            answer = Answer(connection.getresponse())
            connection.close()
            return answer

        def until(so):
            end = time.monotonic() + WAIT_S
            while not so(answer := ask()):
                self.assertLess(time.monotonic(), end, answer)
                time.sleep(0.05)
        self.assertTrue(is_live(ask()))
        for Origin.status in [500, 503]:
            until(is_stale)
        Origin.status = 200
        until(is_live)
        origin.shutdown()
        origin.server_close()
        until(is_stale)
        until(lambda answer: answer.status == 502)


class Streams(Behind):
    def test_events_come_at_once(self):
        with Stream(self.front) as stream:
            self.assertEqual(stream.next()["event"], "snapshot")
            for _ in range(3):
                ticket = self.hall.issue()
                event = stream.next()
                self.assertEqual((event["event"], event["data"]["number"]), ("ticket.issued", ticket["number"]))
        with Stream(self.front, last_id=event["id"]) as stream:
            self.hall.issue()
            self.assertEqual(stream.next()["data"]["prev"], event["data"]["seq"], "resumed")

    def test_not_compressed(self):
        with Stream(self.front, headers=[("Accept-Encoding", "gzip")]) as stream:
            self.assertIsNone(stream.answer.getheader("Content-Encoding"))
            self.assertEqual(stream.next()["event"], "snapshot")

    def test_a_reader_who_leaves_is_gone_for_halld(self):
        def readers():
            return Metrics(self.hall.ask("GET", "/metrics").body.decode())("halld_stream_readers")
        with Stream(self.front) as stream:
            stream.next()
            self.assertEqual(readers(), 1)
        end = time.monotonic() + WAIT_S
        while readers() != 0:
            self.assertLess(time.monotonic(), end)
            time.sleep(0.05)


class OneOfMany:
    """What a response reads from when others follow it: not its own to close."""

    def __init__(self, file):
        self.read, self.readline, self.readinto, self.flush = file.read, file.readline, file.readinto, file.flush

    def makefile(self, _):
        return self

    def close(self):
        pass


class Limits(Behind):
    def burst(self, *paths):
        """GET them as fast as nginx takes them, on a connection of their own: up to 1,000, then it ends.  The answers."""
        requests = [b"GET %s HTTP/1.1\r\nHost: hall\r\n\r\n" % path.encode() for path in paths]
        found = []
        with self.front.proxy.socket() as s, s.makefile("rb") as answers:
            for i in range(0, len(requests), 50):
                some = requests[i:i + 50]
                s.sendall(b"".join(some))
                for _ in some:
                    response = http.client.HTTPResponse(OneOfMany(answers))
                    response.begin()
                    found.append(Answer(response))
        return found

    def flood(self):
        """As many as one connection may ask, their heads alone, which costs us little: also a slow machine is faster than the limit."""
        request = b"HEAD %s HTTP/1.1\r\nHost: hall\r\n" % FILE.encode()
        with self.front.proxy.socket() as s, s.makefile("rb") as answers:
            s.sendall((request + b"\r\n") * 899 + request + b"Connection: close\r\n\r\n")
            statuses = re.findall(rb"^HTTP/1\.1 (\d+)", answers.read(), re.M)
        self.assertEqual(len(statuses), 900)
        self.assertLessEqual(set(statuses), {b"200", b"429"})

    def test_one_address(self):
        self.hall.user("guide", "guide")
        token = self.hall.token("guide")
        self.assertEqual({answer.status for answer in self.burst(*["/api/v1/services"] * 900)}, {200}, "a hall's Wi-Fi")
        end, refused = time.monotonic() + WAIT_S, []
        while not refused:
            for _ in range(3):
                self.flood()
            answers = self.burst(*["/api/v1/services"] * 5)
            self.assertLessEqual({answer.status for answer in answers}, {200, 429})
            refused = [answer for answer in answers if answer.status == 429]
            self.assertLess(time.monotonic(), end)
        for answer in refused:
            self.assertEqual((answer.code, answer.json["retry_s"], answer.headers["Retry-After"]), ("too_many", 2, "2"))
        # Nobody else is kept out.
        self.assertEqual(self.ask("GET", "tickets", token=token).status, 200, "staff at the same address")
        self.assertEqual(self.ask("GET", STATUS).status, 200, "copies")
        self.assertEqual(self.ask("GET", "services", source="127.0.0.2").status, 200, "another address")
        self.front.until(lambda answer: answer.status == 200, "services")

    def test_copies_are_not_limited(self):
        for _ in range(6):
            self.assertEqual({answer.status for answer in self.burst(*[STATUS] * 900)}, {200})

    def test_big_bodies(self):
        before = self.front.reached("/api/v1/session", "POST")
        self.assertEqual(self.ask("POST", "session", b"x" * 70000, headers=[("Content-Type", "application/json")]).status, 413)
        self.assertEqual(self.front.reached("/api/v1/session", "POST"), before)

    def test_slow_clients(self):
        """They are ended, halld has not heard of them, and others do not wait."""
        before = self.front.reached("/api/v1/session", "POST")
        head = b"POST /api/v1/session HTTP/1.1\r\nHost: hall\r\nContent-Type: application/json\r\n"
        slow = []
        for sent in [b"", head, head + b"Content-Length: 1000\r\n\r\n{"] * 10:
            s = self.front.proxy.socket()
            self.addCleanup(s.close)
            s.sendall(sent)
            slow.append(s)
        self.assertEqual(self.ask("GET", "services").status, 200)
        for s in slow:
            s.settimeout(WAIT_S)
            answer = b"".join(iter(lambda: s.recv(4096), b""))
            self.assertTrue(answer == b"" or answer.startswith(b"HTTP/1.1 408"), answer)
        self.assertEqual(self.front.reached("/api/v1/session", "POST"), before)
        self.assertEqual(self.ask("GET", "services").status, 200)


class Patience(unittest.TestCase):
    """Longer than what halld takes to say that nobody came.  Read from the site: nobody waits a minute for it."""

    def patience_s(self, path):
        """Of the location with the longest fitting prefix, else of the server."""
        site = text("etc/nginx/halld.conf")
        blocks = dict(re.findall(r"^\tlocation (/\S*) \{\n(.*?)^\t\}", site, re.M | re.S))
        block = blocks[max((prefix for prefix in blocks if path.startswith(prefix)), key=len)]
        own, server = (re.search(r"proxy_read_timeout (\d+)s;", part) for part in (block, re.sub(r"(?ms)^\tlocation .*?^\t\}", "", site)))
        return int((own or server)[1])

    def test_who_waits_for_somebody_at_a_device(self):
        seconds = {name: int(value) for name, value in re.findall(r"#define SHOW_(\w+)_S\s+(\d+)", text("daemon/show/show.h"))}
        for path, name in ("devices/learn", "LEARN"), ("devices/keypads/test", "HEAR"):
            self.assertGreaterEqual(self.patience_s("/api/v1/" + path), seconds[name] + 5, path)
        self.assertEqual(self.patience_s("/api/v1/tickets"), 30, "others are answered at once")


class Tls(Behind):
    def test_versions(self):
        for version, good in [(ssl.TLSVersion.TLSv1, False), (ssl.TLSVersion.TLSv1_1, False), (ssl.TLSVersion.TLSv1_2, True),
                              (ssl.TLSVersion.TLSv1_3, True)]:
            context = self.front.proxy.context()
            context.set_ciphers("DEFAULT:@SECLEVEL=0")
            context.minimum_version = context.maximum_version = version
            try:
                with self.front.proxy.socket(context) as s:
                    self.assertTrue(good, version)
                    self.assertEqual(s.version().replace(".", "_"), version.name)
            except ssl.SSLError:
                self.assertFalse(good, version)

    def test_http_2(self):
        context = self.front.proxy.context()
        context.set_alpn_protocols(["h2", "http/1.1"])
        with self.front.proxy.socket(context) as s:
            self.assertEqual(s.selected_alpn_protocol(), "h2")

    def test_the_fingerprint_is_the_certificates(self):
        with self.front.proxy.socket() as s:
            digest = hashlib.sha256(s.getpeercert(binary_form=True)).hexdigest().upper()
        self.assertIn(":".join(digest[i:i + 2] for i in range(0, 64, 2)), self.front.proxy.said_of_certificate)

    def test_http_leads_to_https(self):
        connection = http.client.HTTPConnection("127.0.0.1", self.front.proxy.http, WAIT_S)
        connection.request("GET", "/t/abc?lang=en", headers={"Host": "hall.example"})
        answer = Answer(connection.getresponse())
        connection.close()
        self.assertEqual((answer.status, answer.headers["Location"]), (301, "https://hall.example/t/abc?lang=en"))

    def test_says_no_version(self):
        for path in ["/", "/metrics", STATUS]:
            self.assertEqual(self.ask("GET", path).headers["Server"], "nginx")


if __name__ == "__main__":
    unittest.main()
