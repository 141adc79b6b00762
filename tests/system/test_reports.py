"""What reports say of days of which everything is known."""

import contextlib
import csv
import io
import os
import re
import sqlite3
import subprocess
import tempfile
import unittest

import test_staff

from hall import HALLCTL, LAYOUT, Hall
from test_clock import Holder, TimedWorld

ONE_DEVICE = {**LAYOUT, "devices": [{"id": "voice", "driver": "syn6288"}], "policy": {"double_press_s": 0, "passed": {"after": 3, "max": 0}}}
TODAY = "2026-09-01"


class Days(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.world = TimedWorld(ONE_DEVICE, ("voice=voice",))
        cls.addClassCleanup(cls.world.stop)
        cls.hall = cls.world.hall
        cls.world.go(seconds=1)
        cls.day()

    @classmethod
    def day(cls):
        """08:30:01 three for A, one for B; from 09:35:01 on window 1 calls A, window 2 stays idle beside B for ten minutes."""
        for service in "AAAB":
            cls.do("tickets", service=service)
        cls.go(minutes=65)
        cls.do("windows/1/next")            # A001 after 65.0
        cls.go(minutes=10)
        cls.do("windows/1/next")            # served for 10.0; A002 after 75.0
        cls.do("windows/2/open")
        cls.go(minutes=5)
        cls.do("windows/1/recall")
        cls.go(minutes=5)
        cls.do("windows/1/pass")            # and given up: passed.max is 0
        cls.do("windows/2/pause", reason="x")
        cls.go(minutes=2)
        cls.do("windows/1/next")            # A003 after 87.0
        cls.do("windows/1/start")
        cls.go(minutes=3)
        cls.do("windows/1/transfer", service="B")
        cls.go(minutes=1)
        cls.ticket = cls.do("tickets", service="A")
        cls.do("tickets/%s/void" % cls.ticket["number"], reason="x")

    @classmethod
    def go(cls, **duration):
        cls.world.go(**duration)

    @classmethod
    def do(cls, path, **body):
        answer = cls.hall.ask("POST", path, body, local=True)
        assert answer.status in (200, 201), answer
        return answer.json

    def report(self, name, **query):
        answer = self.hall.ask("GET", "reports/%s?%s" % (name, "&".join("%s=%s" % pair for pair in query.items())), local=True)
        self.assertEqual(answer.status, 200, answer)
        return answer

    def rows(self, name, **query):
        """As objects by name of the column."""
        body = self.report(name, **query).json
        return [dict(zip([column["name"] for column in body["columns"]], row)) for row in body["rows"]]

    def says(self, row, **members):
        self.assertEqual({name: row[name] for name in members}, members)

    def test_the_day(self):
        row, = self.rows("days")
        self.says(row, day=TODAY, issued=4, called=3, served=1, abandoned=1, transferred=1, cancelled=0, recalls=1, peak=4)
        self.says(row, wait=75.7, wait_p50=75.0, wait_p90=87.0, wait_longest=87.0, service=6.5, rated=0, content=None)

    def test_a_wait_of_65_minutes_is_65(self):
        tickets = self.rows("tickets")
        self.assertEqual([t["wait"] for t in tickets if t["number"] == "A001"], [65.0])
        self.assertEqual([row["called"] for row in self.rows("waits")], [0, 0, 0, 0, 0, 0, 3])
        self.assertEqual(self.rows("waits")[-1]["share"], 100.0)
        half, = [row for row in self.rows("halves") if row["half"] == "09:30"]
        self.says(half, called=3, wait=75.7)

    def test_tickets(self):
        rows = {(t["number"], t["leg"]): t for t in self.rows("tickets")}
        self.assertEqual(sorted(rows), [("A001", 1), ("A002", 1), ("A003", 1), ("A003", 2), ("B001", 1)])
        self.says(rows["A001", 1], state="done", service=10.0, way=None, window=1, issued_at=TODAY + "T08:30:01+08:00")
        self.says(rows["A002", 1], state="abandoned", wait=75.0, service=None, recalls=1)
        self.says(rows["A003", 1], state="transferred", wait=87.0, way=0.0, service=3.0)
        self.says(rows["A003", 2], state="waiting", service_id="B", wait=None, issued_at=TODAY + "T10:00:01+08:00")

    def test_when_they_began_and_why_they_were_called(self):
        rows = {(t["number"], t["leg"]): t for t in self.rows("tickets")}
        self.says(rows["A001", 1], how="id", started_at=TODAY + "T09:35:01+08:00")
        self.says(rows["A002", 1], how="id", started_at=None)
        self.says(rows["A003", 1], how="only", started_at=TODAY + "T09:57:01+08:00")
        self.says(rows["A003", 2], how="", started_at=None)

    def test_titles_of_one_ticket(self):
        """Its wait is no mean."""
        titles = {c["name"]: c["title"] for c in self.report("tickets", lang="en").json["columns"]}
        self.assertEqual((titles["wait"], titles["service"]), ("Wait, min", "Service, min"))

    def test_services(self):
        a, b = self.rows("services")
        self.says(a, service_id="A", issued=3, called=3, served=1, peak=3)
        self.says(b, service_id="B", issued=1, called=0, served=0, wait=None, peak=2)

    def test_windows(self):
        one, two = self.rows("windows")
        self.says(one, window=1, called=3, served=1, open=26.0, serving=13.0, saturation=50.0, paused=0.0)
        self.assertEqual((one["served_an_hour"], two["served_an_hour"]), (2.3, 0.0), "one in 26 minutes")
        self.says(one, wait=75.7, wait_p90=87.0, abandoned=1)
        self.says(two, wait=None, wait_p90=None, abandoned=0)
        self.says(two, window=2, called=0, open=16.0, idle=10.0, beside=10.0, paused=6.0, pause_share=37.5, saturation=0.0)

    def test_half_hours(self):
        halves = {row["half"]: row for row in self.rows("halves")}
        self.assertEqual(len(halves), 48)
        self.says(halves["08:30"], issued=4, called=0, peak=4, windows_open=0.0)
        self.says(halves["09:30"], issued=0, served=1)
        self.says(halves["08:30"], load=None, windows_wanted=None)
        self.says(halves["09:30"], load=0.0, windows_wanted=None)

    def test_the_week(self):
        """From the first half hour to the last in which tickets were taken; only Tuesday was there."""
        self.assertEqual(self.report("week").json["rows"], [["08:30", None, 4.0] + 5 * [None]])
        self.assertIn('<td class="number heat9">4.0</td>', self.report("week", format="html").body.decode())

    def test_the_same_twice_is_the_same_bytes(self):
        for name in "days", "halves", "tickets":
            for kind in "json", "csv", "html":
                with self.subTest(name, kind=kind):
                    self.assertEqual(self.report(name, format=kind).body, self.report(name, format=kind).body)

    def test_what_it_covers(self):
        body = self.report("days").json
        self.assertEqual((body["from"], body["to"], body["seq"]), (TODAY, TODAY, self.hall.seq()))
        self.assertEqual(body["lacks"], [{"day": TODAY, "open": True, "clock_stepped": False, "restarts": 0, "away_s": 0}])
        self.assertTrue(all(column["means"] for column in body["columns"]))

    def test_csv(self):
        answer = self.report("tickets", format="csv", lang="en")
        self.assertEqual(answer.headers["Content-Type"], "text/csv; charset=utf-8")
        self.assertTrue(answer.body.startswith(b"\xef\xbb\xbf") and answer.body.endswith(b"\r\n"))
        rows = list(csv.reader(io.StringIO(answer.body[3:].decode(), newline="")))
        self.assertEqual(rows[0][:3], ["Day", "Number", "Leg"])
        self.assertEqual([row[1] for row in rows[1:rows.index([])]], ["A001", "A002", "A003", "A003", "B001"])
        self.assertEqual(rows[1][7], TODAY + " 08:30:01")

    def test_csv_says_what_it_is_of(self):
        """Below the rows, so that their titles are the first line."""
        for lang, period, covers, lack in (("en", "period", "counted up to event", "the day is not over;"), ("zh", "期间", "统计到事件", "当日尚未结束；")):
            with self.subTest(lang):
                body = self.report("days", lang=lang).json
                text = self.report("days", format="csv", lang=lang).body[3:].decode()
                self.assertNotRegex(text, r"(?<!\r)\n")
                rows = list(csv.reader(io.StringIO(text, newline="")))
                self.assertEqual(rows[2:], [[], [period, TODAY, TODAY], [covers, str(body["seq"])], [TODAY, lack]] +
                                 [[column["title"], column["means"]] for column in body["columns"]])

    def test_hallctl_says_what_it_is_of(self):
        shown = subprocess.run([HALLCTL, "-d", self.hall.state, "report", "days"], check=True, stdout=subprocess.PIPE, text=True).stdout
        self.assertEqual(shown.splitlines()[-1], "%s to %s, counted up to event %d; %s: not over" % (TODAY, TODAY, self.hall.seq(), TODAY))

    def test_html(self):
        text = self.report("days", format="html", lang="en").body.decode()
        self.assertIn('<th class="number">Mean wait, min</th>', text)
        self.assertRegex(text, r'<td class="number">75\.7</td>')
        self.assertIn("<dt>Content, %</dt><dd>Grades 3 to 5 of all ratings</dd>", text)

    def test_what_cannot_be_asked(self):
        for what, path, status, code, pointer in [
                ("no report", "reports/none", 404, "not_found", None), ("no date", "reports/days?from=2026-13-01", 400, "bad_request", "/from"),
                ("backwards", "reports/days?from=2026-09-02&to=2026-09-01", 400, "bad_request", "/to"),
                ("no format", "reports/days?format=pdf", 400, "bad_request", "/format"),
                ("no language", "reports/days?lang=fr", 400, "bad_request", "/lang"),
                ("too many tickets", "reports/tickets?from=2026-01-01&to=2026-09-01", 400, "bad_request", "/to")]:
            with self.subTest(what):
                answer = self.hall.ask("GET", path, local=True)
                self.assertEqual((answer.status, answer.code, answer.json.get("pointer")), (status, code, pointer))


class Odd(unittest.TestCase):
    """What does not go from one state to the next."""

    def setUp(self):
        self.world = TimedWorld(ONE_DEVICE, ("voice=voice",))
        self.addCleanup(self.world.stop)
        self.world.go(seconds=1)

    def do(self, path, **body):
        answer = self.world.hall.ask("POST", path, body, local=True)
        self.assertIn(answer.status, (200, 201), answer)
        return answer.json

    def rows(self, name):
        body = self.world.hall.ask("GET", "reports/" + name, local=True).json
        return [dict(zip([column["name"] for column in body["columns"]], row)) for row in body["rows"]]

    def test_a_leg_that_was_undone(self):
        """Leaves nothing to the one that takes its place."""
        self.do("tickets", service="A")
        self.do("windows/1/next")
        self.do("windows/1/transfer", service="B")
        self.do("windows/1/undo")
        self.assertEqual(self.rows("tickets")[0]["started_at"], None)
        self.world.go(minutes=30)
        self.do("tickets", service="A")
        self.world.go(minutes=1)
        self.do("windows/1/next")
        self.assertEqual([(t["number"], t["leg"], t["wait"], t["issued_at"][11:16]) for t in self.rows("tickets")],
                         [("A001", 1, 0.0, "08:30"), ("A002", 1, 1.0, "09:00")])

    def test_served_without_a_number(self):
        """Nobody waited and nobody was called."""
        self.do("windows/1/serve", service="A")
        self.world.go(minutes=4)
        self.do("windows/1/finish")
        self.assertEqual([(t["channel"], t["wait"], t["called_at"], t["service"]) for t in self.rows("tickets")], [("window", None, None, 4.0)])
        self.assertEqual([(t["how"], t["started_at"][11:16]) for t in self.rows("tickets")], [("", "08:30")])
        day, = self.rows("days")
        self.assertEqual((day["issued"], day["called"], day["served"], day["wait"]), (0, 0, 1, None))

    def test_a_rating_of_the_first_of_two_services(self):
        ticket = self.do("tickets", services=["A", "B"])
        self.do("windows/1/next")
        self.do("windows/1/finish")
        self.assertEqual(self.world.hall.ask("POST", "tickets/%s/rating" % ticket["token"], {"grade": 5}).status, 200)
        self.assertEqual([(t["leg"], t["state"], t["grade"]) for t in self.rows("tickets")], [(1, "done", 5), (2, "waiting", None)])

    def test_load_and_balance(self):
        """Three in a half hour, each for 25 minutes; two windows, of which one does nothing at first."""
        self.do("windows/2/open")
        for _ in range(3):
            self.do("tickets", service="A")
        self.do("windows/1/next")
        self.world.go(minutes=25)
        self.do("windows/1/finish")
        self.do("windows/2/close")
        half, = [row for row in self.rows("halves") if row["issued"]]
        self.assertEqual((half["load"], half["windows_wanted"]), (1.5, 3), "3 x 25 of 2 x 25 minutes; of 0.85 x 30 minutes")
        self.assertEqual(self.rows("hall")[0]["balance"], 0.0, "one did all of it")
        self.do("windows/1/close")
        self.do("windows/2/serve", service="A")
        self.world.go(minutes=25)
        self.do("windows/2/finish")
        self.assertEqual(self.rows("hall")[0]["balance"], 0.67, "25 of 25 minutes, and of 50")

    def test_beside_a_rehearsal(self):
        """Nobody is there, so no window is idle beside somebody; then somebody comes."""
        self.do("tickets", service="A", rehearsal=True)
        self.do("windows/1/open")
        self.world.go(minutes=3)
        self.do("tickets", service="A")
        self.world.go(minutes=1)
        self.do("windows/1/close")
        window, = self.rows("windows")
        self.assertEqual((window["idle"], window["beside"]), (4.0, 1.0))

    def test_who_waits_for_hours(self):
        """Waits in each half hour, also when nothing happens in it."""
        for _ in range(4):
            self.do("tickets", service="A")
        self.world.go(minutes=89)
        self.do("windows/1/next")
        self.assertEqual([(row["half"], row["peak"]) for row in self.rows("halves") if row["peak"] or row["issued"]],
                         [("08:30", 4), ("09:00", 4), ("09:30", 4)])
        self.world.go(minutes=2)
        self.do("windows/1/next")
        self.assertEqual([row["peak"] for row in self.rows("halves") if row["half"] == "10:00"], [3], "three waited when it began")

    def test_another_layout_at_noon(self):
        """Changes nothing of what was before: services have other places in it, and a window serves others."""
        self.do("windows/3/open")
        self.do("tickets", service="B")
        self.world.go(minutes=10)
        hall = self.world.hall
        was = hall.ask("GET", "layout", local=True)
        new = {"id": "N", "prefix": "N", "name": {"zh": "新"}}
        windows = [{"no": 1, "services": ["N", "A"]}, was.json["windows"][1], {"no": 3, "services": ["A"], "start_key": True}]
        answer = hall.ask("PUT", "layout", {**was.json, "services": [new, *was.json["services"]], "windows": windows}, local=True,
                          headers=[("If-Match", was.headers["ETag"])])
        self.assertEqual(answer.status, 200, answer)
        self.world.go(minutes=5)
        self.do("windows/3/close")
        window, = self.rows("windows")
        self.assertEqual((window["window"], window["open"], window["idle"], window["beside"]), (3, 15.0, 15.0, 10.0))
        self.assertEqual([(row["service_id"], row["peak"]) for row in self.rows("services")], [("B", 1)])


class Off(unittest.TestCase):
    """A hall that is open from 09:00 to 18:00 but on Sundays, and is off at times."""

    def setUp(self):
        folder = self.enterContext(tempfile.TemporaryDirectory(prefix="off-"))
        self.clock, self.now = os.path.join(folder, "clock"), TODAY + "T08:00"
        hours = {"hours": [{"days": [1, 2, 3, 4, 5, 6], "open": "09:00", "close": "18:00"}]}
        self.hall = Hall({**LAYOUT, "services": [{**service, **hours} for service in LAYOUT["services"]]}, clock=self.clock, advance=self.on)
        self.addCleanup(self.hall.stop)

    def on(self):
        """Its first time is now."""
        self.holder = Holder(self.clock)
        self.addCleanup(self.holder.close)
        self.at(self.now)

    def at(self, time):
        self.assertIn("idle", self.holder.say("advance to %s:00+08:00" % time))

    def off_until(self, time):
        self.hall.kill()
        os.remove(self.clock)
        self.now = time
        self.hall.start()

    def do(self, path, **body):
        answer = self.hall.ask("POST", path, body, local=True)
        self.assertIn(answer.status, (200, 201), answer)

    def report(self, name, to=TODAY):
        body = self.hall.ask("GET", "reports/%s?from=%s&to=%s" % (name, TODAY, to), local=True).json
        return [dict(zip([column["name"] for column in body["columns"]], row)) for row in body["rows"]], body["lacks"]

    def test_open_until_the_hall_closes(self):
        """A window that nobody closed is so; the day's closing, at 04:00 the next morning, is no time of it."""
        self.at(TODAY + "T09:00")
        self.do("windows/1/open")
        self.at("2026-09-02T08:00")
        (window,), lacks = self.report("windows")
        self.assertEqual((window["open"], window["idle"], lacks), (540.0, 540.0, []))

    def test_a_broken_device_that_is_taken_away(self):
        """Has no part in that day: neither what it was to run, nor what its fault took of it."""
        for time, devices in ("08:30", ("old", "new")), ("13:00", ("new",)):
            self.at(TODAY + "T" + time)
            was = self.hall.ask("GET", "layout", local=True)
            layout = {**was.json, "devices": [{"id": name, "driver": "escpos", "port": "/nowhere"} for name in devices]}
            answer = self.hall.ask("PUT", "layout", layout, local=True, headers=[("If-Match", was.headers["ETag"])])
            self.assertEqual(answer.status, 200, answer)
            self.do("windows/1/open")
            self.at(TODAY + "T%s:45" % time[:2])
            self.do("windows/1/close")
        self.at("2026-09-02T08:00")
        (all_of_it,), _ = self.report("equipment_all")
        self.assertEqual([all_of_it[name] for name in ("devices", "duty", "online", "faults")], [1, 540.0, 0.0, 1])

    def test_what_happens_in_the_evening(self):
        """Opens no window that nobody closed; where somebody works for longer it is open for longer."""
        self.at(TODAY + "T09:00")
        self.do("windows/1/open")
        self.do("tickets", service="A")
        self.at(TODAY + "T17:30")
        self.do("windows/2/next")
        for time, path, body in [("18:20", "windows/2/finish", {}), ("18:30", "windows/2/close", {}), ("18:50", "staff", {"name": "王芳", "code": "1001"}),
                                 ("19:40", "staff", {"name": "李雷", "code": "1002"})]:
            self.at(TODAY + "T" + time)
            self.do(path, **body)
        self.at("2026-09-02T08:00")
        rows, _ = self.report("windows")
        self.assertEqual([(row["open"], row["idle"]) for row in rows], [(540.0, 540.0), (60.0, 10.0)])

    def test_a_window_that_calls_serves(self):
        """It has no start key: its services are its serving."""
        self.at(TODAY + "T09:00")
        self.do("tickets", service="A")
        self.do("windows/1/next")
        self.at(TODAY + "T09:30")
        self.do("windows/1/finish")
        self.at(TODAY + "T10:00")
        self.do("windows/1/close")
        (window,), _ = self.report("windows")
        self.assertEqual((window["open"], window["serving"], window["saturation"]), (60.0, 30.0, 50.0))

    def test_a_night_without_halld(self):
        """Is no open time: it was cut off at 09:30, and is switched on at 08:00."""
        self.at(TODAY + "T09:00")
        self.do("windows/1/open")
        self.at(TODAY + "T09:30")
        self.do("tickets", service="A")
        self.off_until("2026-09-02T08:00")
        (window,), lacks = self.report("windows")
        self.assertEqual((window["open"], lacks), (30.0, [lack(TODAY, away_s=8.5 * 3600)]))

    def test_closed_twice(self):
        """The second time by a start: what was before is as it was, and reports go on."""
        self.at(TODAY + "T09:00")
        self.do("windows/1/open")
        self.at(TODAY + "T12:00")
        self.do("hall/endday")
        self.at(TODAY + "T13:00")
        self.do("tickets", service="A")
        self.assertTrue(self.report("days")[1][0]["open"])
        self.off_until("2026-09-02T08:00")
        (window,), lacks = self.report("windows")
        self.assertEqual((window["open"], lacks), (180.0, [lack(TODAY, away_s=5 * 3600)]))

    def test_closed_for_good(self):
        """What is written of it in the evening opens it for nobody, whoever asks then; a ticket does."""
        self.at(TODAY + "T09:00")
        self.do("tickets", service="A")
        self.at(TODAY + "T17:00")
        self.do("hall/endday")
        self.assertEqual(self.report("days")[1], [])
        self.do("staff", name="王芳", code="1001")
        self.assertEqual(self.report("days")[1], [])
        self.at("2026-09-02T09:00")
        self.do("tickets", service="A")
        self.assertEqual(self.report("days", "2026-09-02")[1], [lack("2026-09-02", open=True)])
        self.do("hall/endday")
        self.do("staff", name="李雷", code="1002")
        self.do("tickets", service="A")
        self.assertEqual(self.report("days", "2026-09-02")[1], [lack("2026-09-02", open=True)])

    def test_a_day_that_was_none(self):
        """The clock was a month ahead after a start: who came before that, and who comes after it is right, came on the day that it is."""
        for time, service in ("09:00", "A"), ("2026-10-01T10:00", "B"), (TODAY + "T14:00", "A"):
            if len(time) > 5:
                self.off_until(time)
                self.do("hall/clock")
            else:
                self.at(TODAY + "T" + time)
            self.do("tickets", service=service)
        for closed in False, True:
            (day,), lacks = self.report("days")
            self.assertEqual((day["issued"], any(each["open"] for each in lacks)), (2, not closed))
            self.assertEqual([row["number"] for row in self.report("tickets")[0]], ["A001", "A002"])
            self.do("hall/endday")

    def test_a_day_of_rest(self):
        """Has no closing time: what nobody closed is open until the last that was done."""
        self.at("2026-09-06T10:00")
        self.do("windows/1/open")
        self.at("2026-09-06T11:00")
        self.do("windows/2/open")
        self.at("2026-09-07T08:00")
        body = self.hall.ask("GET", "reports/windows?from=2026-09-06&to=2026-09-06", local=True).json
        self.assertEqual([row[0:1] + row[7:8] for row in body["rows"]], [[1, 60.0]])

    def test_days_without_halld(self):
        """Each that it has hours on is named, and one on which it began late."""
        self.at(TODAY + "T09:00")
        self.do("tickets", service="A")
        self.at(TODAY + "T19:00")
        self.do("hall/endday")
        self.off_until("2026-09-07T11:30")		# Tuesday to Monday
        self.do("tickets", service="A")
        lacks = self.report("days", "2026-09-07")[1]
        self.assertEqual(lacks[:-1], [lack("2026-09-0%d" % day, away_s=9 * 3600) for day in (2, 3, 4, 5)], "and Sunday is none")
        self.assertEqual((lacks[-1]["day"], lacks[-1]["away_s"]), ("2026-09-07", 2.5 * 3600))
        said = subprocess.run([HALLCTL, "-d", self.hall.state, "report", "days", TODAY, "2026-09-07"], check=True, stdout=subprocess.PIPE, text=True).stdout
        self.assertIn("2026-09-02: not running 32400 s;", said)
        (all_of_it,), _ = self.report("equipment_all", "2026-09-07")
        self.assertEqual(all_of_it["checks_planned"], 6)

    def test_days_on_which_nobody_came(self):
        """halld ran, but for two hours; whoever asked on one of them changes nothing."""
        self.at(TODAY + "T09:00")
        self.do("tickets", service="A")
        self.at("2026-09-02T12:00")
        self.do("staff", name="王芳", code="1001")
        self.assertEqual(self.report("days", "2026-09-02")[1], [lack("2026-09-02", open=True)])
        self.at("2026-09-03T12:00")
        self.do("staff", name="李雷", code="1002")
        self.off_until("2026-09-03T14:00")
        self.at("2026-09-04T10:00")
        self.do("tickets", service="A")
        away, now = lack("2026-09-03", away_s=2 * 3600), lack("2026-09-04", open=True)
        self.assertEqual(self.report("days", "2026-09-04")[1], [away, now])
        (all_of_it,), _ = self.report("equipment_all", "2026-09-04")
        self.assertEqual(all_of_it["checks_planned"], 4)


def lack(day, **members):
    return {"day": day, "open": False, "clock_stepped": False, "restarts": 0, "away_s": 0, **members}


class Cards(test_staff.Staffed):
    def test_as_often_as_they_were_lit(self):
        """Not as often as something was written of them."""
        self.duty(1, post="a")
        self.at("08:55")
        self.do("tickets", 201, service="A")
        self.ask("POST", "windows/1/open", {}, token=self.hall.token("wang", 1))
        self.at("10:00")
        card, = self.ask("GET", "cards?state=lit")["cards"]
        for what, clear in ("lit", False), ("put out", True):
            with self.subTest(what):
                if clear:
                    self.do("cards/%d/clear" % card["id"], reason="在接电话")
                for name in "days", "hall":
                    body = self.ask("GET", "reports/" + name)
                    self.assertEqual(body["rows"][0][[column["name"] for column in body["columns"]].index("cards")], 1, name)


class Month(unittest.TestCase):
    def test_lacks_of_the_months_beside_it(self):
        """They are figures of the page too; what stepped clocks is written into the figures."""
        hall = Hall(LAYOUT)
        self.addCleanup(hall.stop)
        hall.ask("GET", "reports/month", local=True)
        with contextlib.closing(sqlite3.connect(os.path.join(hall.state, "figures.db"))) as db:
            db.executemany("INSERT INTO day VALUES (?, 0, 1, 1, 0, 0)", [(20240229,), (20240301,), (20240331,), (20250131,), (20250228,), (20250331,)])
            db.commit()
        for month, days in [("2025-03", ["2025-03-31", "2025-02-28", "2024-03-01", "2024-03-31"]), ("2025-02", ["2025-02-28", "2025-01-31", "2024-02-29"]),
                            ("2025-01", ["2025-01-31"]), ("2024-04", ["2024-03-01", "2024-03-31"]), ("2023-06", [])]:
            with self.subTest(month):
                body = hall.ask("GET", "reports/month?from=%s-15" % month, local=True).json
                self.assertEqual([lack["day"] for lack in body["lacks"]], days)


class Week(unittest.TestCase):
    def test_means_of_each_day_of_the_week(self):
        """Two Tuesdays and a Wednesday: by how many of them there were; a half hour in between in which nobody came is 0."""
        world = TimedWorld(ONE_DEVICE, ("voice=voice",))
        self.addCleanup(world.stop)
        world.go(seconds=1)
        for hours, count in (0, 3), (1, 1), (23, 1), (24 * 6, 2):      # Tuesday 08:30 and 09:30, Wednesday, Tuesday again
            world.go(hours=hours)
            for _ in range(count):
                self.assertEqual(world.hall.ask("POST", "tickets", {"service": "A"}, local=True).status, 201)
        ask = "reports/week?from=2026-08-31&to=2026-09-13"
        rows = world.hall.ask("GET", ask, local=True).json["rows"]
        self.assertEqual([row[:4] for row in rows], [["08:30", None, 2.5, 1.0], ["09:00", None, 0.0, 0.0], ["09:30", None, 0.5, 0.0]])
        page = world.hall.ask("GET", ask + "&format=html", local=True).body.decode()
        for cell in 'heat9">2.5', 'heat4">1.0', 'heat0">0.0', 'heat2">0.5', 'heat0">—':
            self.assertIn(cell, page)


class Files(unittest.TestCase):
    """figures.db follows from the log: it is made again when it is gone or is none."""

    def test_made_again(self):
        world = TimedWorld(ONE_DEVICE, ("voice=voice",))
        self.addCleanup(world.stop)
        world.go(seconds=1)
        hall = world.hall
        for days in range(3):
            for _ in range(days + 1):
                self.assertEqual(hall.ask("POST", "tickets", {"service": "A"}, local=True).status, 201)
            world.go(days=1)
        ask = lambda: hall.ask("GET", "reports/days?from=2026-09-01&to=2026-09-05", local=True)
        before = ask()
        self.assertEqual([row[:2] for row in before.json["rows"]], [["2026-09-01", 1], ["2026-09-02", 2], ["2026-09-03", 3]])
        self.assertEqual([row[6] for row in before.json["rows"]], [1, 2, 3], "expired")
        path = os.path.join(hall.state, "figures.db")
        def spoil():
            with open(path, "r+b") as f:
                f.seek(3 * 4096)
                f.write(b"\xa5" * (os.path.getsize(path) - 3 * 4096))

        def counted_elsewhere():
            with contextlib.closing(sqlite3.connect(path)) as db:
                db.execute("UPDATE log SET epoch = 1")
                db.execute("DELETE FROM visit")
                db.commit()

        def of_another_version():
            with contextlib.closing(sqlite3.connect(path)) as db:
                db.execute("PRAGMA application_id = %d" % 0x66696775)
                db.execute("PRAGMA user_version = 8")
                db.execute("DELETE FROM visit")
                db.commit()
        for what, make in (("gone", lambda: os.remove(path)), ("none", lambda: open(path, "wb").write(b"not a database" * 1000)),
                           ("pages that are none", spoil), ("of another line of the log", counted_elsewhere), ("of another version", of_another_version)):
            with self.subTest(what):
                hall.process.terminate()
                hall.process.wait()
                for name in os.listdir(hall.state):
                    if re.match(r"figures\.db-", name):
                        os.remove(os.path.join(hall.state, name))
                make()
                hall.start()
                after = ask()
                self.assertEqual(after.json["rows"], before.json["rows"])

    def test_that_cannot_be_made(self):
        """Takes reports away, and nothing else."""
        hall = Hall(LAYOUT, start=False)
        self.addCleanup(hall.stop)
        os.makedirs(os.path.join(hall.state, "figures.db", "in the way"))
        hall.start()
        self.assertEqual(hall.issue()["number"], "A001")
        answer = hall.ask("GET", "reports/days", local=True)
        self.assertEqual((answer.status, answer.code), (503, "store_failed"))


if __name__ == "__main__":
    unittest.main()
