"""A hall whose time moves as the tests say: days in seconds, the same each time."""

import os
import re
import socket
import sqlite3
import subprocess
import tempfile
import unittest

from datetime import datetime, timedelta, timezone

from hall import HALLCTL, HALLD, LAYOUT as SMALL, WAIT_S, Hall
from sim import MOVE_S, Sim
from test_spine import DEVICES, LAYOUT, until

CHINA = timezone(timedelta(hours=8))
MORNING = datetime(2026, 9, 1, 8, 30, tzinfo=CHINA)


class TimedWorld:
    """A hall and its pretend devices in a time of their own, which begins at MORNING."""

    def __init__(self, layout=LAYOUT, devices=DEVICES):
        self.folder = tempfile.TemporaryDirectory(prefix="clock-")
        clock = os.path.join(self.folder.name, "clock")
        self.time = MORNING
        self.sim = Sim(*devices, clock=clock)
        try:
            ports = [{**device, "port": self.sim.path(device["id"])} for device in layout["devices"]]
            self.hall = Hall({**layout, "devices": ports}, clock=clock, advance=self.go)
        except BaseException:
            self.sim.stop()
            raise

    def go(self, **duration):
        """Let so much time go by; returns when the next timer is due, as halld says it."""
        self.time += timedelta(**duration)
        return self.sim.control("advance to " + self.time.isoformat(timespec="milliseconds"))[0]

    def stop(self):
        self.hall.stop()
        self.sim.stop()
        self.folder.cleanup()

    def lines(self):
        """All that the devices said, but for what has no place in the hall's time, and for random tokens."""
        return [re.sub("(: qr .*/).*", r"\1", line) for line in self.sim.since(0)
                if not re.search(": line (opened|closed)$|^ready$", line)]


class Holder:
    """Holds a halld's test clock, whose time is as it says."""

    def __init__(self, path):
        self.socket = socket.socket(socket.AF_UNIX)
        self.socket.settimeout(MOVE_S)
        until("halld listens", lambda: os.path.exists(path) and self.socket.connect_ex(path) == 0)
        self.file = self.socket.makefile("rw")

    def say(self, line):
        self.file.write(line + "\n")
        self.file.flush()
        return self.file.readline()

    def close(self):
        self.file.close()
        self.socket.close()


class Protocol(unittest.TestCase):
    """The lines on the clock's socket."""

    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory(prefix="clock-")
        cls.addClassCleanup(cls.folder.cleanup)
        cls.path = os.path.join(cls.folder.name, "clock")
        layout = {**SMALL, "devices": [{"id": "printer", "driver": "escpos", "port": "/nowhere/printer"}]}
        cls.hall = Hall(layout, clock=cls.path, advance=cls.begin)
        cls.addClassCleanup(cls.hall.stop)

    @classmethod
    def begin(cls):
        cls.holder = Holder(cls.path)
        cls.addClassCleanup(cls.holder.close)
        cls.say("advance to 2026-09-01T08:00:00+08:00")

    @classmethod
    def say(cls, line):
        return cls.holder.say(line)

    def test_answers(self):
        """Each line, in this order, and its answer."""
        form = r"idle, next timer at 2026-09-0%d\S{10,}\+08:00\n"
        for what, line, answer in (
                ("a time", "advance to 2026-09-01T09:00:00+08:00", form % 1),
                ("with milliseconds", "advance to 2026-09-01T09:00:00.250+08:00", form % 1),
                ("in another zone", "advance to 2026-09-01T02:00:00Z", form % 1),
                ("the same again", "advance to 2026-09-01T10:00:00+08:00", form % 1),
                ("another day", "advance to 2026-09-02T10:00:00+08:00", form % 2),
                ("back: the wall clock alone", "advance to 2026-09-01T10:00:00+08:00", form % 1),
                ("no order", "hello", "error .+\n"),
                ("nothing", "", "error .+\n"),
                ("no time", "advance to noon", "error the time .+\n"),
                ("no zone", "advance to 2026-09-02T10:00:00", "error the time .+\n"),
                ("something behind it", "advance to 2026-09-02T10:00:00Z now", "error the time .+\n"),
                ("half a fraction", "advance to 2026-09-02T10:00:00.5Z", "error the time .+\n")):
            with self.subTest(what):
                self.assertRegex(self.say(line), "^%s$" % answer)

    def test_http_tells_this_time(self):
        self.say("advance to 2026-09-03T10:00:00+08:00")
        answer = self.hall.ask("GET", "status")
        self.assertEqual(answer.headers["Date"], "Thu, 03 Sep 2026 02:00:00 GMT")
        self.assertTrue(answer.json["as_of"].startswith("2026-09-03T10:00:00"), answer.json["as_of"])

    def test_sessions_end_when_their_time_is_over(self):
        self.say("advance to 2026-09-04T10:00:00+08:00")
        self.hall.user("ann", "clerk")
        token = self.hall.token("ann")
        self.assertEqual(self.hall.ask("GET", "session", token=token).status, 200)
        self.say("advance to 2026-09-06T10:00:00+08:00")
        self.assertEqual(self.hall.ask("GET", "session", token=token).status, 401)

    def test_a_path_that_cannot_be(self):
        for what, path in (("no folder", "/nowhere/clock"), ("too long", "/tmp/" + "x" * 120)):
            with self.subTest(what):
                other = Hall(start=False)
                self.addCleanup(other.folder.cleanup)
                done = subprocess.run([HALLD, "-c", other.conf, "-d", other.state, "--test-clock", path],
                                      stderr=subprocess.PIPE, timeout=WAIT_S, check=False)
                self.assertEqual(done.returncode, 1)
                self.assertRegex(done.stderr.decode(), "^halld: test clock %s: .+\n$" % re.escape(path))
                self.assertFalse(os.path.exists(other.state), "nothing was begun")

    def test_nothing_begins_before_the_first_advance(self):
        path = os.path.join(self.folder.name, "other")
        other = Hall(start=False)
        self.addCleanup(other.folder.cleanup)
        halld = subprocess.Popen([HALLD, "-c", other.conf, "-d", other.state, "--test-clock", path], stderr=subprocess.PIPE)
        self.addCleanup(halld.stderr.close)
        until("halld listens", lambda: os.path.exists(path))
        halld.terminate()
        self.assertEqual(halld.wait(WAIT_S), 0)
        self.assertFalse(os.path.exists(other.state))


class Day(unittest.TestCase):
    """A day of eight hours: a ticket every five minutes, a call every four, a kill at noon."""

    @staticmethod
    def spend():
        world = TimedWorld()
        try:
            world.go(seconds=40)
            for minute in range(480):
                if minute % 5 == 0:
                    assert world.hall.ask("POST", "tickets", {"service": "ABC"[minute % 3]}, local=True).status == 201
                world.go(seconds=10)        # what happens at the same moment has no order
                if minute % 4 == 0:
                    world.sim.control("press keypads/%d 0C" % (minute // 4 % 6 + 1))
                if minute == 210:
                    world.hall.kill()
                    world.hall.start()
                world.go(seconds=50)
            with sqlite3.connect(os.path.join(world.hall.state, "halld.db")) as db:
                facts = db.execute("SELECT at_ms, kind, subject FROM event ORDER BY seq").fetchall()
            return world.lines(), facts
        finally:
            world.stop()

    def test_it_is_the_same_each_time(self):
        lines, facts = self.spend()
        self.assertEqual([fact for fact in facts if fact[1] == "device.fault"], [])
        for no in range(1, 7):
            repaints = sum(bool(re.match("signs/%d: (repainted|shows)" % no, line)) for line in lines)
            self.assertGreaterEqual(repaints, 480 * 2 - 4, "sign %d is written every 30 s" % no)
        self.assertEqual(sum("cut (partial)" in line for line in lines), 96)
        self.assertEqual([line for line in lines if ": bad " in line], [])
        again, facts_again = self.spend()
        self.assertEqual(facts_again, facts)
        self.assertEqual(again, lines)


class Night(unittest.TestCase):
    """The business day ends at four, also when nobody does anything then."""

    def setUp(self):
        self.world = TimedWorld({**SMALL, "devices": [{"id": "voice", "driver": "syn6288"}]}, ("voice=voice",))
        self.addCleanup(self.world.stop)
        self.hall = self.world.hall
        self.world.go(seconds=1)

    def issue(self):
        answer = self.hall.ask("POST", "tickets", {"service": "A"}, local=True)
        self.assertEqual(answer.status, 201, answer)
        return answer.json

    def status(self):
        return self.hall.ask("GET", "status").json

    def window(self, no):
        return next(window["state"] for window in self.status()["windows"] if window["no"] == no)

    def test_a_day_and_the_next(self):
        first, second = self.issue(), self.issue()
        self.hall.ask("POST", "windows/1/next", {}, local=True)
        self.world.go(hours=19, minutes=29)         # 03:59:01
        self.assertEqual(self.hall.ask("GET", "tickets/" + second["token"]).json["state"], "waiting")
        self.world.go(minutes=1)
        for token in first["token"], second["token"]:
            answer = self.hall.ask("GET", "tickets/" + token)
            self.assertEqual((answer.status, answer.code), (410, "day_closed"))
            self.assertEqual(self.hall.ask("POST", "tickets/%s/cancel" % token, {}).status, 410)
        self.assertEqual(self.hall.ask("GET", "tickets/AAAAAAAAAAAAAAAA").status, 404)
        self.assertEqual((self.window(1), self.status()["calls"]), ("offline", []))
        self.assertEqual(sum(queue["waiting"] for queue in self.status()["queues"]), 0)
        self.world.go(hours=5)
        self.assertEqual(self.issue()["number"], "A001")
        self.assertEqual(self.status()["totals"]["issued_today"], 1)

    def test_switched_off_in_the_evening(self):
        token = self.issue()["token"]
        self.hall.kill()
        self.world.time += timedelta(days=1)
        self.hall.start()
        self.assertEqual(self.hall.ask("GET", "tickets/" + token).status, 410)
        self.assertEqual(self.issue()["number"], "A001")


class Past(unittest.TestCase):
    """What the log tells of a day that is over, as it did on that day."""

    def test_why_and_story(self):
        world = TimedWorld({**SMALL, "devices": [{"id": "voice", "driver": "syn6288"}]}, ("voice=voice",))
        self.addCleanup(world.stop)
        hall = world.hall
        world.go(seconds=1)
        for body in {"service": "A"}, {"service": "A", "class": "first"}, {"service": "B"}:
            world.go(seconds=1)
            self.assertEqual(hall.ask("POST", "tickets", body, local=True).status, 201)
        world.go(minutes=59)
        self.assertEqual(hall.ask("POST", "windows/1/next", {}, local=True).json["ticket"]["number"], "A002", "by class")
        hall.ask("POST", "windows/1/undo", {}, local=True)
        world.go(minutes=1)
        self.assertEqual(hall.ask("POST", "windows/1/next", {}, local=True).json["ticket"]["number"], "A001", "over an hour")
        world.go(seconds=1)
        hall.ask("POST", "windows/1/next", {}, local=True)
        world.go(seconds=1)
        hall.ask("POST", "windows/1/undo", {}, local=True)

        why = hall.ask("GET", "tickets/A001/why", local=True).json
        story = [hall.ask("GET", "tickets/%s/story" % number, local=True).json for number in ("A001", "A002", "B001")]
        self.assertEqual({**why, "seq": 0}, {
            "seq": 0, "number": "A001", "window": 1, "at": "2026-09-01T09:30:04+08:00", "rule": "max_wait", "score": 3602000,
            "waited_s": 3602, "runner_up": "A002", "sentence": {
                "zh": "A001 等候 1:00:02，超过 1:00:00 的上限，先于所有人；其次 A002，等候 1:00:01",
                "en": "A001 had waited 1:00:02, over the limit of 1:00:00: before everybody; then A002, 1:00:01"}})
        self.assertEqual([(e["sentence"]["zh"], e["who"], (e["why"] or {}).get("zh")) for e in story[1]["events"]], [
            ("取号：综合，优先", "ctl", None),
            ("1号窗口叫号", "ctl", "A002 属于优先类别，先于 A001；等候 59:01"),
            ("1号窗口撤销：1号窗口叫号", "ctl", None),
            ("1号窗口叫号", "ctl", "只有 A002 在等，等候 1:00:02"),
            ("1号窗口撤销：1号窗口叫号", "ctl", None)])
        self.assertEqual([e["sentence"]["en"] for e in story[0]["events"]], [
            "Taken: General, Ordinary", "Called by window 1", "Finished at window 1, as it called the next; its start was not marked",
            "Window 1 took back: Finished at window 1, as it called the next; its start was not marked"])

        world.go(days=1)
        self.assertEqual(hall.issue("A")["number"], "A001")
        self.assertEqual(hall.ask("GET", "tickets/A001/why", local=True).code, "not_allowed", "that of today")
        self.assertEqual(hall.ask("GET", "tickets/A001/why?day=2026-09-01", local=True).json, why)
        self.assertEqual(hall.ask("GET", "calls/%d/why" % why["seq"], local=True).json, why)
        after = hall.ask("GET", "tickets/A001/story?day=2026-09-01", local=True).json
        self.assertEqual(after["events"][:-1], story[0]["events"])
        self.assertEqual((after["events"][-1]["kind"], after["events"][-1]["who"]), ("ticket.expired", "system"))
        waited = hall.ask("GET", "tickets/B001/story?day=2026-09-01", local=True).json
        self.assertEqual([e["kind"] for e in waited["events"]], ["ticket.issued", "ticket.expired"])


    def test_tickets_and_bookings_of_a_day(self):
        """A day that is closed is told from the log, also when it was closed twice; one that it does not know is refused."""
        service = {**SMALL["services"][0], "slots": [{"from": "10:00", "to": "10:30", "limit": 9}]}
        world = TimedWorld({**SMALL, "services": [service, SMALL["services"][1]], "devices": [{"id": "voice", "driver": "syn6288"}]},
                           ("voice=voice",))
        self.addCleanup(world.stop)
        hall = world.hall
        ask = lambda path: hall.ask("GET", path, local=True)
        day = lambda what, n, more="": ask("%s?day=2026-09-%02d%s" % (what, n, more)).json[what]
        seen = lambda rows: [(row["number"], row["state"], row["window"]) for row in rows]

        world.go(seconds=1)
        codes = [hall.ask("POST", "bookings", {"service": "A", "from": "2026-09-%02dT10:00:00+08:00" % n, "to": "2026-09-%02dT10:30:00+08:00" % n},
                          local=True).json["code"] for n in (1, 1, 3)]
        for service in "AAB":
            hall.issue(service)
        hall.ask("POST", "windows/1/next", {}, local=True)
        world.go(minutes=75)
        self.assertEqual(hall.ask("POST", "bookings/%s/checkin" % codes[0], {}, local=True).json["number"], "A003")
        hall.ask("POST", "windows/1/finish", {}, local=True)
        before = day("tickets", 1)
        self.assertEqual(seen(before), [("A001", "done", 1), ("A002", "waiting", None), ("B001", "waiting", None), ("A003", "waiting", None)])
        self.assertEqual(hall.ask("POST", "hall/endday", {}, local=True).status, 200)
        world.go(seconds=1)
        ended = [("A001", "done", 1), ("A002", "expired", None), ("B001", "expired", None), ("A003", "expired", None)]
        self.assertEqual(seen(day("tickets", 1)), ended, "it is over, and still today")
        hall.issue("B")
        after = ended + [("B002", "waiting", None)]
        self.assertEqual(seen(day("tickets", 1)), after, "and goes on")

        world.go(days=1)
        hall.issue("A")
        after[-1] = ("B002", "expired", None)
        self.assertEqual(seen(day("tickets", 1)), after)
        self.assertEqual([row["issued_at"] for row in day("tickets", 1)][:4], [row["issued_at"] for row in before])
        self.assertEqual([row["called_at"] for row in day("tickets", 1)][:1], [before[0]["called_at"]])
        self.assertEqual(seen(day("tickets", 1, "&state=done")), ended[:1])
        self.assertEqual(seen(day("tickets", 1, "&service=B&number=b2")), after[-1:])
        self.assertEqual(seen(day("tickets", 2)), [("A001", "waiting", None)])
        self.assertEqual(sorted((row["state"], row["number"] or "") for row in day("bookings", 1)), [("checked_in", "A003"), ("no_show", "")])
        self.assertEqual([row["code"] for row in day("bookings", 3)], codes[2:])
        world.hall.kill()
        world.time += timedelta(days=4)		# switched off for the weekend
        world.hall.start()
        hall.issue("A")
        self.assertEqual([row["state"] for row in day("bookings", 3)], ["no_show"], "of a day that nobody was there")
        self.assertEqual((day("tickets", 3), day("tickets", 20)), ([], []), "nobody came; nobody has come yet")
        for path in "tickets?day=2026-08-31", "bookings?day=2026-08-31", "tickets?day=2026-09-01&last=0014":
            answer = ask(path)
            self.assertEqual((answer.status, answer.code), (400, "bad_request"), path)
        self.assertIn("a day of the log", ask("tickets?day=2026-08-31").body.decode())


class Again(unittest.TestCase):
    """A day under another rule."""

    def test_replay(self):
        world = TimedWorld({**SMALL, "devices": [{"id": "voice", "driver": "syn6288"}]}, ("voice=voice",))
        self.addCleanup(world.stop)
        hall = world.hall
        world.go(seconds=1)
        for day in 1, 2:        # the second begins with what the first carried over
            for body in {"service": "A"}, {"service": "A"}, {"service": "A", "class": "elderly"}:
                hall.ask("POST", "tickets", body, local=True)
                world.go(minutes=1)
            for _ in range(3):
                hall.ask("POST", "windows/1/next", {}, local=True)
                world.go(minutes=10 * day)
            hall.ask("POST", "windows/1/finish", {}, local=True)
            world.go(days=1)
        for day, minutes in ("2026-09-01", 10), ("2026-09-02", 20):
            answer = hall.ask("GET", "replay?day=%s&preset=fcfs" % day, local=True).json
            ordinary, elderly = answer["classes"][:2]
            head_start = [{"called": 2, "mean_s": 60 * (2 + 3 * minutes + 3) // 2, "p90_s": 60 * (2 * minutes + 2),
                           "max_s": 60 * (2 * minutes + 2)}, {"called": 1, "mean_s": 60, "p90_s": 60, "max_s": 60}]
            self.assertEqual([ordinary["actual"], elderly["actual"]], head_start, day)
            self.assertEqual([ordinary["same"], elderly["same"]], head_start, day)
            late = 60 * (2 * minutes + 1)
            self.assertEqual(ordinary["replay"], {"called": 2, "mean_s": 60 * (5 + minutes) // 2, "p90_s": 60 * (minutes + 2), "max_s": 60 * (minutes + 2)})
            self.assertEqual(elderly["replay"], {"called": 1, "mean_s": late, "p90_s": late, "max_s": late})
        said = subprocess.run([HALLCTL, "-d", hall.state, "replay", "2026-09-01", "--policy", "fcfs"], capture_output=True,
                              encoding="utf-8", timeout=WAIT_S, check=True).stdout
        self.assertRegex(said, r"(?m)^elderly +as it was +1 +1 +1:00 +1:00 +1:00\nelderly +same rule +1 +1 +1:00 +1:00 +1:00\n"
                               r"elderly +fcfs +1 +1 +21:00 +21:00 +21:00$")


class Times(unittest.TestCase):
    """What waits for a time happens then, and not before."""

    def setUp(self):
        self.world = TimedWorld()
        self.addCleanup(self.world.stop)
        self.world.go(seconds=40)
        self.mark = self.world.sim.mark()

    def lines(self):
        return self.world.sim.since(self.mark)

    def test_a_ticket_is_printed_within_its_minute_or_not_at_all(self):
        for what, away_s, printed in (("55 s without paper", 55, True), ("70 s without paper", 70, False)):
            with self.subTest(what):
                self.world.sim.control("printer paper out")
                self.world.go(seconds=5)
                number = self.world.hall.issue("A")["number"]
                self.world.go(seconds=away_s)
                self.world.sim.control("printer paper ok")
                mark = self.world.sim.mark()
                self.world.go(seconds=30)
                self.assertEqual(any(number in line for line in self.world.sim.since(mark)), printed)

    def test_a_step_of_the_wall_clock_reorders_nobody(self):
        first = self.world.hall.issue("A")["number"]
        self.world.go(hours=-2)
        second = self.world.hall.issue("A")["number"]
        self.world.go(seconds=10)
        called = [self.world.hall.ask("POST", "windows/1/next", {}, local=True).json["ticket"]["number"] for _ in range(2)]
        self.assertEqual(called, [first, second])


if __name__ == "__main__":
    unittest.main()
