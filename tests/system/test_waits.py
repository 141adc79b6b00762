"""How long it will take: what people are told on the test clock, what comes of it, and that it is kept."""

import json
import os
import subprocess
import sys
import tempfile
import unittest

from hall import LAYOUT as SMALL
from test_clock import TimedWorld

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
WAITBENCH = os.path.join(os.path.abspath(os.environ.get("BUILD", "build")), "waitbench")
sys.path.insert(0, os.path.join(ROOT, "tests", "bench"))

import waitsim      # noqa: E402

# It is Tuesday, 2026-09-01, 08:30.
HOURS = [{"open": "08:00", "close": "12:00"}, {"open": "13:30", "close": "17:00"}]
LAYOUT = {**SMALL, "devices": [{"id": "printer", "driver": "escpos", "port": ""}]}


class Case(unittest.TestCase):
    layout = LAYOUT

    def setUp(self):
        self.world = TimedWorld(self.layout, ("printer=printer",))
        self.addCleanup(self.world.stop)
        self.hall = self.world.hall
        self.go = self.world.go
        self.go(seconds=10)

    def ask(self, method, path, body=None, status=200):
        answer = self.hall.ask(method, path, body, local=True)
        self.assertEqual(answer.status, status, answer)
        return answer.json

    def window(self, no, command, body=None):
        return self.ask("POST", "windows/%d/%s" % (no, command), body or {})

    def issue(self, service="A", **more):
        return self.ask("POST", "tickets", {"service": service, "printer": "none", **more}, 201)

    def queue(self, service="A"):
        """Its row of the status, a moment later: waits are worked out at most once a second."""
        self.go(seconds=2)
        return next(q for q in self.ask("GET", "status")["queues"] if q["id"] == service)

    def serve(self, times, seconds=300):
        """So many people, each served so long at window 1."""
        for _ in range(times):
            self.issue()
            self.window(1, "next")
            self.window(1, "start")
            self.go(seconds=seconds)
            self.window(1, "finish")


class Told(Case):
    def test_nothing_is_invented(self):
        self.issue()
        self.assertIsNone(self.queue()["wait_s"], "no window is open")
        self.window(1, "open")
        self.assertEqual(self.queue("A")["wait_s"]["p50"] > 0, True)
        self.assertIsNone(self.queue("B")["wait_s"], "none that serves b")

    def test_in_the_order_of_the_calls(self):
        self.window(1, "open")
        tickets = [self.issue() for _ in range(16)]
        self.window(1, "next")
        newcomer = self.queue()["wait_s"]
        seen = [self.ask("GET", "tickets/" + t["token"])["wait_s"] for t in tickets]
        self.assertIsNone(seen[0], "who is called does not wait")
        for before, after in zip(seen[1:], seen[2:]):
            self.assertLess(before["p50"], after["p50"])
        for wait in (*seen[1:], newcomer):
            self.assertLessEqual(wait["p10"], wait["p50"])
            self.assertLessEqual(wait["p50"], wait["p90"])
            self.assertEqual(wait["src"], "sim")
        self.assertLessEqual(seen[-1]["p50"], newcomer["p50"])
        band = seen[1]["band"]
        self.assertTrue(band["from_min"] * 60 <= seen[1]["p50"] and seen[1]["p90"] <= band["to_min"] * 60, band)
        self.assertIn("from", seen[-1]["band"], "beyond an hour by the clock")

    def test_time_alone_changes_it(self):
        self.window(1, "open")
        self.issue()
        self.window(1, "next")
        token = self.issue()["token"]
        self.go(seconds=2)
        before = self.ask("GET", "tickets/" + token)["wait_s"]
        self.go(seconds=60)
        self.assertLess(self.ask("GET", "tickets/" + token)["wait_s"]["p50"], before["p50"])

    def test_on_paper(self):
        self.window(1, "open")
        for _ in range(3):
            self.issue()
        self.go(seconds=2)
        mark = self.world.sim.mark()
        self.issue(printer="printer")
        self.go(seconds=5)
        paper = "\n".join(self.world.sim.since(mark))
        self.assertRegex(paper, r"前面约 3 人 *\|\n.*\| *预计等候 1[05]-[234][05] 分钟 *\|")

    def test_a_hall_that_stands_still(self):
        self.window(1, "open")
        self.issue()
        self.assertIsNotNone(self.queue()["wait_s"])
        self.ask("POST", "hall/suspend", {})
        self.assertIsNone(self.queue()["wait_s"])

    def test_a_window_that_lies(self):
        self.window(1, "open")
        self.issue()
        self.assertIsNone(self.window_now(1)["doubt"])
        self.go(seconds=80)
        self.assertEqual(self.window_now(1)["doubt"], "idle")
        advice = self.ask("GET", "advice")
        self.assertEqual([(d["window"], d["doubt"]) for d in advice["doubts"]], [(1, "idle")])
        self.assertEqual(self.metric('halld_windows_doubted{why="idle"}'), 1)
        self.window(1, "next")
        self.go(seconds=2)
        self.assertIsNone(self.window_now(1)["doubt"])

    def window_now(self, no):
        return self.ask("GET", "windows/%d" % no)["window"]

    def metric(self, name):
        text = self.hall.ask("GET", "/metrics", local=True).body.decode()
        return next(float(line.split()[-1]) for line in text.splitlines() if line.startswith(name + " "))

    def test_one_more_window(self):
        self.window(1, "open")
        for _ in range(6):
            self.issue()
        self.window(1, "next")
        self.go(seconds=2)
        move = self.ask("GET", "advice")["moves"][0]
        self.assertEqual((move["window"], move["lend"], move["state"]), (2, False, "offline"))
        queue = next(q for q in move["queues"] if q["service"] == "A")
        self.assertLess(queue["p90_s"], 0.8 * queue["was_s"])
        self.hall.user("clerk", "clerk")
        self.assertEqual(self.hall.ask("GET", "advice", token=self.hall.token("clerk", 1)).status, 403)


class Kept(Case):
    def look(self):
        """What came of a, and the half hours of each."""
        times = self.ask("GET", "times")
        return self.queue()["wait_error"], times["days"], {s["id"]: s["halves"] for s in times["services"]}

    def test_a_day_is_judged_and_kept(self):
        self.window(1, "open")
        self.go(seconds=2)
        self.serve(8)
        self.assertIsNone(self.queue()["wait_error"], "the day is not over")
        self.window(1, "close")
        self.ask("POST", "hall/endday", {})
        before = error, _, times = self.look()
        self.assertEqual((error["day"], error["tickets"]), ("2026-09-01", 8))
        self.assertTrue(0 <= error["p90"] <= 1 and error["mae_s"] >= abs(error["bias_s"]))
        self.assertEqual([(h["from"], h["to"]) for h in times["A"]], [("08:30", "09:00")])
        text = self.hall.ask("GET", "/metrics", local=True).body.decode()
        self.assertIn('halld_wait_judged_tickets{service="A"} 8\n', text)

        self.again()
        self.assertEqual(self.look(), before, "after a restart")
        self.change_layout()
        self.assertEqual(self.look(), before, "services have changed places")

    def again(self):
        self.hall.process.terminate()
        self.assertEqual(self.hall.process.wait(60), 0)
        self.hall.start()

    def change_layout(self):
        answer = self.hall.ask("GET", "layout", local=True)
        layout = answer.json
        layout["services"].reverse()
        answer = self.hall.ask("PUT", "layout", layout, local=True, headers=[("If-Match", answer.headers["ETag"])])
        self.assertEqual(answer.status, 200, answer)

    def test_every_quarter_of_an_hour(self):
        path = os.path.join(self.hall.state, "learnt.json")
        self.assertFalse(os.path.exists(path))
        self.go(minutes=16)
        with open(path, encoding="utf-8") as f:
            self.assertEqual(json.load(f)["version"], 1)

    def test_a_damaged_file_is_left_out(self):
        path = os.path.join(self.hall.state, "learnt.json")
        for what, text in (("no JSON", "{"), ("no numbers", '{"version": 1, "hall": {"gap_s": "20"}}'), ("of another version", '{"version": 7}')):
            with self.subTest(what):
                self.hall.process.terminate()
                self.hall.process.wait(60)
                with open(path, "w", encoding="utf-8") as f:
                    f.write(text)
                said = len(self.hall.said())
                self.hall.start()
                self.assertIn("learnt.json: what was learnt of waits is left out: ", self.hall.said()[said:])
                self.assertEqual(self.ask("GET", "times")["days"], 0)


class Late(Case):
    layout = {**LAYOUT, "policy": {**LAYOUT["policy"], "serve_on_s": 0},
              "services": [{**LAYOUT["services"][0], "hours": [{"open": "08:00", "close": "09:00"}]}, LAYOUT["services"][1]]}

    def test_who_would_not_be_called_gets_no_ticket(self):
        """Half an hour is left, and a service takes five minutes."""
        self.window(1, "open")
        chances = []
        for _ in range(20):
            answer = self.hall.ask("POST", "tickets", {"service": "A", "printer": "none"}, local=True)
            if answer.status == 409:
                break
            chances.append(self.queue()["wait_s"]["in_time"])
        self.assertEqual((answer.status, answer.code), (409, "not_in_time"))
        self.assertTrue(4 <= len(chances) <= 10, chances)
        self.assertEqual(chances[0], 1)
        self.assertTrue(any(0.5 <= chance < 0.9 for chance in chances), chances)
        self.assertLess(chances[-1], 0.5)
        self.assertEqual(self.hall.ask("POST", "tickets", {"service": "B", "printer": "none"}, local=True).status, 201, "b has no hours")


class Bench(unittest.TestCase):
    """waitbench on a day of waitsim."""

    @classmethod
    def setUpClass(cls):
        cfg = waitsim.SCEN["A"]()
        cls.hall = os.path.join(cls.enterClassContext(tempfile.TemporaryDirectory(prefix="waitbench-")), "hall.json")
        with open(cls.hall, "w", encoding="utf-8") as f:
            json.dump({**cfg, "open": waitsim.OPEN, "services": [{"id": s["id"], "nominal_s": 300} for s in cfg["services"]]}, f)
        cls.events = waitsim.simulate(cfg, "7", 2)

    def run_all(self):
        text = "".join(json.dumps(e) + "\n" for e in self.events)
        return subprocess.run([WAITBENCH, self.hall], input=text, stdout=subprocess.PIPE, check=True, text=True, timeout=60).stdout

    def test_each_question_has_its_answer_and_the_same_again(self):
        said = self.run_all()
        self.assertEqual(said, self.run_all())
        asked = [(e["day"], e["id"], e["ev"], e["t"]) for e in self.events if e["ev"] in ("arrive", "probe")]
        answers = [json.loads(line) for line in said.splitlines()]
        self.assertEqual([(a["day"], a["id"], a["k"], a["t"]) for a in answers], asked)
        for a in answers:
            self.assertTrue(0 <= a["p50"] <= a["p90"], a)

    def test_before_the_next_line_is_read(self):
        process = subprocess.Popen([WAITBENCH, self.hall], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self.addCleanup(process.stdout.close)
        for e in self.events:
            process.stdin.write(json.dumps(e) + "\n")
            process.stdin.flush()
            if e["ev"] == "arrive":
                self.assertEqual(json.loads(process.stdout.readline())["id"], e["id"])
                break
        process.stdin.close()
        self.assertEqual(process.wait(60), 0)


if __name__ == "__main__":
    unittest.main()
