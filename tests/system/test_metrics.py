"""What /metrics says, and that it is the truth."""

import time
import unittest

from exposition import Fault, Metrics, read
from hall import LAYOUT, WAIT_S, Hall, Stream
from sim import Sim

FAULTS = [
    ("a number without a name", "1\n"),
    ("no line end", "# HELP a b\n# TYPE a gauge\na 1"),
    ("CR", "# HELP a b\r\n# TYPE a gauge\r\na 1\r\n"),
    ("no TYPE", "a 1\n"),
    ("no HELP", "# TYPE a gauge\na 1\n"),
    ("TYPE twice", "# HELP a b\n# TYPE a gauge\n# TYPE a gauge\na 1\n"),
    ("a counter without _total", "# HELP a b\n# TYPE a counter\na 1\n"),
    ("a gauge with it", "# HELP a_total b\n# TYPE a_total gauge\na_total 1\n"),
    ("milliseconds", "# HELP a_ms b\n# TYPE a_ms gauge\na_ms 1\n"),
    ("another family between", "# HELP a b\n# TYPE a gauge\nb 1\n"),
    ("a sample twice", '# HELP a b\n# TYPE a gauge\na{x="1",y="2"} 1\na{y="2",x="1"} 1\n'),
    ("a label twice", '# HELP a b\n# TYPE a gauge\na{x="1",x="2"} 1\n'),
    ("a quote in a label", '# HELP a b\n# TYPE a gauge\na{x="""} 1\n'),
    ("no number", "# HELP a b\n# TYPE a gauge\na x\n"),
    ("a counter below zero", "# HELP a_total b\n# TYPE a_total counter\na_total -1\n"),
    ("a bucket less than the one before", '# HELP a b\n# TYPE a histogram\na_bucket{le="1"} 2\na_bucket{le="+Inf"} 1\na_sum 1\na_count 1\n'),
    ("a count of its own", '# HELP a b\n# TYPE a histogram\na_bucket{le="+Inf"} 1\na_sum 1\na_count 2\n'),
]


class Exposition(unittest.TestCase):
    def test_the_reader_is_strict(self):
        for what, text in FAULTS:
            with self.assertRaises(Fault, msg=what):
                read(text)
        self.assertEqual(read('# HELP a b\n# TYPE a gauge\na{x="q\\"\\\\\\n"} 1e+06\n'),
                         {"a": ("gauge", {("a", frozenset([("x", 'q"\\\n')])): 1e6})})


class InAHall(unittest.TestCase):
    def setUp(self):
        self.hall = Hall()
        self.addCleanup(self.hall.stop)

    def look(self):
        answer = self.hall.ask("GET", "/metrics")
        self.assertEqual((answer.status, answer.headers["Content-Type"], answer.headers["Cache-Control"]),
                         (200, "text/plain; version=0.0.4; charset=utf-8", "no-store"))
        return Metrics(answer.body.decode())

    def test_the_hall(self):
        for service in "AAB":
            self.hall.issue(service)
        self.hall.ask("POST", "windows/1/next", {}, local=True)
        seen = self.look()
        self.assertEqual([seen("halld_tickets", state=state) for state in ("waiting", "called", "serving")], [2, 1, 0])
        self.assertEqual([seen("halld_tickets_today", what=what) for what in ("issued", "served", "abandoned")], [3, 0, 0])
        self.assertEqual([seen("halld_waiting", service=service) for service in "AB"], [1, 1])
        self.assertEqual([seen("halld_windows", state=state) for state in ("calling", "offline", "idle")], [1, 2, 0])
        self.assertEqual(seen("halld_events_total"), self.hall.seq())
        self.hall.ask("POST", "windows/1/finish", {}, local=True)
        seen = self.look()
        self.assertEqual((seen("halld_tickets", state="done"), seen("halld_tickets_today", what="served")), (1, 1))

    def test_the_store(self):
        before = self.look()
        for _ in range(5):
            self.hall.issue()
        after = self.look()
        grown = after("halld_store_batches_total", result="ok") - before("halld_store_batches_total", result="ok")
        self.assertTrue(1 <= grown <= 5, grown)
        self.assertEqual(after.sum("halld_store_batches_total"), after("halld_store_commit_seconds_count"))
        self.assertGreater(after("halld_store_commit_seconds_sum"), 0)
        self.assertEqual(after("halld_store_writable"), 1)

    def test_devices(self):
        sim = Sim("printer=printer,speed=0")
        self.addCleanup(sim.stop)
        self.hall = Hall({**LAYOUT, "devices": [{"id": "printer", "driver": "escpos", "port": sim.path("printer")},
                                                {"id": "signs", "driver": "bx", "port": sim.path("nothing"),
                                                 "area": {"x": 0, "y": 0, "width": 24, "height": 32}}],
                          "windows": [{**LAYOUT["windows"][0], "sign": {"device": "signs", "address": 1}}, *LAYOUT["windows"][1:]]})
        self.addCleanup(self.hall.stop)
        seen = self.look()
        self.assertEqual(seen("halld_device_ok", device="signs", address="1", kind="sign"), 0)
        self.assertEqual(seen("halld_device_state", device="signs", address="1", kind="sign", state="unplugged"), 1)
        self.assertAlmostEqual(seen("halld_device_since_seconds", device="signs", address="1", kind="sign"), time.time(), delta=60)
        end = time.monotonic() + WAIT_S
        while self.look()("halld_printer_ready", device="printer") != 1:
            self.assertLess(time.monotonic(), end, "the printer is found")

    def test_http(self):
        before = self.look()
        for path in ["status", "status", "tickets/x", "/nowhere"]:
            self.hall.ask("GET", path)
        with Stream(self.hall) as stream:
            stream.next()
            after = self.look()

        def grown(method, route, status):
            return [each("halld_http_requests_total", method=method, route=route, status=status) for each in (before, after)]
        self.assertEqual(grown("GET", "/api/v1/status", "2xx"), [0, 2])
        self.assertEqual(grown("GET", "/api/v1/tickets/{token}", "4xx"), [0, 1])
        self.assertEqual(grown("", "", "4xx"), [0, 1])
        self.assertEqual(grown("GET", "/api/v1/events", "2xx"), [0, 1])
        self.assertEqual((before("halld_stream_readers"), after("halld_stream_readers")), (0, 1))
        end = time.monotonic() + WAIT_S
        while self.look()("halld_stream_readers") != 0:
            self.assertLess(time.monotonic(), end, "the reader has gone")

    def test_who_runs(self):
        seen = self.look()
        (_, labels), = seen.families["halld_build_info"][1]
        self.assertEqual(set(dict(labels)), {"version", "sqlite"})
        self.assertAlmostEqual(seen("process_start_time_seconds"), time.time(), delta=60)
        self.assertEqual(self.look()("process_start_time_seconds"), seen("process_start_time_seconds"), "it stays")

    def test_names_nobody(self):
        ticket = self.hall.issue()
        self.hall.user("lihua", "clerk")
        text = self.hall.ask("GET", "/metrics").body.decode()
        for word in [ticket["token"], ticket["number"], "lihua"]:
            self.assertNotIn(word, text)


if __name__ == "__main__":
    unittest.main()
