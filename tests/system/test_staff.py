"""People of the hall: rosters, who came, where they are, and cards that speak up for a post where nobody is."""

import json
import sqlite3
import subprocess
import unittest

from datetime import timedelta

from hall import HALLCTL, LAYOUT, WAIT_S, Stream
from test_clock import TimedWorld

HALL = {**LAYOUT, "devices": [{"id": "voice", "driver": "syn6288"}], "policy": {"double_press_s": 0}}
TODAY = "2026-09-01"            # a Tuesday; time begins at 08:30
SHIFT = {"name": "白班", "from": "09:00", "to": "17:00", "lunch_from": "12:00", "lunch_to": "13:30"}


class Staffed(unittest.TestCase):
    """Wang (account wang, 1001) and Li (account li, 1002); a day shift from 09:00 to 17:00."""

    layout = HALL

    def setUp(self):
        self.world = TimedWorld(self.layout, ("voice=voice",))
        self.addCleanup(self.world.stop)
        self.hall = self.world.hall
        self.at("08:30:01")
        for name in "wang", "li":
            self.hall.user(name, "clerk")
        self.do("staff", 201, name="王芳", code="1001", account="wang")
        self.do("staff", 201, name="李雷", code="1002", account="li")
        self.do("shifts", 201, **SHIFT)

    def at(self, time, day=TODAY):
        hour, minute, *second = (int(part) for part in time.split(":"))
        year, month, date = (int(part) for part in day.split("-"))
        then = self.world.time.replace(year=year, month=month, day=date, hour=hour, minute=minute, second=second[0] if second else 0)
        self.world.go(seconds=(then - self.world.time) / timedelta(seconds=1))

    def ask(self, method, path, body=None, status=200, **more):
        answer = self.hall.ask(method, path, body, local="token" not in more, **more)
        self.assertEqual(answer.status, status, "%s %s: %r" % (method, path, answer))
        return answer.json

    def do(self, path, status=200, /, **body):
        return self.ask("POST", path, body, status)

    def duty(self, person=1, day=TODAY, status=201, **more):
        return self.do("roster", status, **{"day": day, "person": person, "shift": 1, "window": person, **more})

    def attendance(self):
        return self.ask("GET", "attendance")["attendance"]

    def cards(self):
        return [(card["kind"], card.get("window")) for card in self.ask("GET", "cards?state=lit")["cards"]]

    def board(self, token=None):
        rows = self.ask("GET", "presence", **({"token": token} if token else {}))["presence"]
        return {row["person"]: row for row in rows}

    def says(self, row, **members):
        self.assertEqual({name: row.get(name) for name in members}, members)


class Attendance(Staffed):
    def test_verdicts(self):
        """By when the first sign-in of the day is."""
        for what, time, late_min, verdict in [
                ("before it begins", "08:50", 0, "ok"), ("in its first minute", "09:00:59", 0, "ok"), ("09:01", "09:01", 1, "late"),
                ("half an hour", "09:30", 30, "late"), ("a minute more", "09:31", 31, "half")]:
            day = self.world.time.date() + timedelta(days=1)
            with self.subTest(what):
                self.at("08:00", str(day))
                self.duty(day=str(day))
                self.at(time, str(day))
                self.hall.token("wang", 1)
                row = [each for each in self.attendance() if each["day"] == str(day)][0]
                self.says(row, person=1, how="sign_in", late_min=late_min, verdict=verdict, window=1, state="open")

    def keypad(self, window):
        return self.do("tokens", 201, name="pad%d" % window, role="window", window=window)["token"]

    def press(self, command, window, token=None):
        return self.ask("POST", "windows/%d/%s" % (window, command), {}, **({"token": token} if token else {}))

    def test_a_keypad_is_the_rostered_persons(self):
        self.duty()
        pad = self.keypad(1)
        self.at("08:58")
        self.hall.issue()
        self.press("next", 1, pad)
        self.says(self.attendance()[0], person=1, how="keypad", verdict="ok", window=1)
        self.says(self.board()[1], status="serving", window=1)

    def test_a_stranger_at_a_window(self):
        """A manager's press there is nobody's coming."""
        self.duty()
        self.at("08:58")
        self.press("open", 1)
        self.assertEqual(self.attendance(), [])

    def test_a_manager_closes_a_window(self):
        """Which is nobody's going, but after the end; by its keypad it is."""
        self.duty()
        pad = self.keypad(1)
        self.at("08:58")
        self.press("next", 1, pad)
        self.at("10:30")
        self.press("close", 1)
        self.says(self.attendance()[0], out=None, early_min=0, verdict="ok")
        self.press("next", 1, pad)
        self.at("16:20")
        self.press("close", 1, pad)
        self.says(self.attendance()[0], early_min=40, verdict="half")
        self.press("next", 1, pad)
        self.at("17:02")
        self.press("close", 1)
        self.says(self.attendance()[0], out=TODAY + "T17:02:00+08:00", verdict="ok")

    def test_who_went_home_without_signing_out(self):
        """Is at no window on the next day, whether the session ended before its day was closed or after: its keypad is the rostered person's."""
        self.hall.user("zhao", "clerk")
        self.do("staff", 201, name="赵六", code="1003", account="zhao")
        self.duty(2, day="2026-09-02")
        pad = self.keypad(2)
        self.at("08:55")
        self.press("open", 2, self.hall.token("zhao", 2))
        self.at("18:00")
        self.says(self.board()[3], status="on_post", window=2)
        self.do("hall/endday")
        self.at("08:50", "2026-09-02")
        self.says(self.board()[3], status="off", window=None)
        self.press("next", 2, pad)
        self.assertEqual([(row["person"], row["verdict"]) for row in self.attendance()], [(2, "ok")])

    def test_by_code(self):
        """In, out, in again; who is not rostered, and a code that nobody has, are refused."""
        self.duty()
        kiosk = self.do("tokens", 201, name="kiosk", role="kiosk")["token"]
        clock = lambda code, status=200: self.ask("POST", "attendance/clock", {"code": code}, status, token=kiosk)
        self.at("08:40")
        self.assertEqual(clock("1001"), {"clocked": "in", "verdict": "ok", "in": TODAY + "T08:40:00+08:00", "out": None})
        self.at("16:45")
        self.assertEqual(clock("1001"), {"clocked": "out", "verdict": "early", "in": TODAY + "T08:40:00+08:00", "out": TODAY + "T16:45:00+08:00"})
        self.at("16:50")
        self.assertEqual(clock("1001")["clocked"], "in")
        self.at("17:05")
        self.assertEqual(clock("1001")["verdict"], "ok")
        self.assertEqual((clock("1002", 409)["state"], clock("9999", 404)["code"]), ("off", "not_found"))

    def test_by_code_at_a_terminal(self):
        """A code of digits is a text."""
        self.duty()
        self.at("08:40")
        done = subprocess.run([HALLCTL, "-d", self.hall.state, "--json", "attendance", "clock", "code=1001"], capture_output=True, text=True,
                              timeout=WAIT_S, check=False)
        self.assertEqual((done.stderr, json.loads(done.stdout or "{}").get("clocked")), ("", "in"))

    def test_going(self):
        """Signed out before the end is early, unless they come back."""
        self.duty()
        self.at("08:50")
        token = self.hall.token("wang", 1)
        self.at("16:20")
        self.hall.ask("DELETE", "session", token=token)
        self.says(self.attendance()[0], early_min=40, verdict="half", out=TODAY + "T16:20:00+08:00")
        self.at("16:30")
        token = self.hall.token("wang", 1)
        self.says(self.attendance()[0], early_min=0, verdict="ok", out=None)
        self.at("17:01")
        self.hall.ask("DELETE", "session", token=token)
        self.says(self.attendance()[0], early_min=0, verdict="ok", out=TODAY + "T17:01:00+08:00")

    def test_the_last_one_before_lunch(self):
        """Who is finished after the morning is over was no coming to the afternoon; a key shortly before that is."""
        for name, begin, end in ("上午班", "09:00", "12:00"), ("下午班", "13:30", "17:00"):
            self.do("shifts", 201, name=name, **{"from": begin, "to": end})
        pads = {}
        for person in 1, 2:
            pads[person] = self.keypad(person)
            for shift in 2, 3:
                self.duty(person, shift=shift)
            self.hall.issue()
        self.at("08:58")
        for window, pad in pads.items():
            self.press("next", window, pad)
        self.at("12:05")
        for window, pad in pads.items():
            self.press("finish", window, pad)
            self.press("pause", window, pad)
        self.at("13:20")
        self.press("resume", 2, pads[2])
        self.at("17:11")
        rows = {person: [row["verdict"] for row in self.attendance() if row["person"] == person] for person in (1, 2)}
        self.assertEqual(rows, {1: ["ok", "unverified"], 2: ["ok", "ok"]})
        self.assertIn(("absent", 1), self.cards())

    def test_the_last_one_of_the_shift_before(self):
        """Is finished by whoever called them: that is nobody else's coming, and the post is vacant then."""
        for name, begin, end in ("上午班", "09:00", "12:00"), ("下午班", "12:00", "17:00"):
            self.do("shifts", 201, name=name, **{"from": begin, "to": end})
        self.duty(1, shift=2, window=1)
        self.duty(2, shift=3, window=1)
        pad = self.keypad(1)
        for _ in range(3):
            self.hall.issue()
        self.at("08:58")
        self.press("next", 1, pad)
        self.at("11:55")
        self.press("next", 1, pad)
        self.at("12:04")
        self.press("finish", 1, pad)
        self.at("12:05")
        self.assertEqual([row["person"] for row in self.attendance()], [1])
        self.assertEqual(self.cards(), [("vacant", 1)])
        self.at("12:10")
        self.press("next", 1, pad)
        self.assertEqual([(row["person"], row["verdict"], row["late_min"]) for row in self.attendance()], [(1, "ok", 0), (2, "late", 10)])

    def test_lunch_duty(self):
        """The keypad is whoever's who works over lunch, not theirs who are at lunch then; and so are the visits."""
        self.do("shifts", 201, name="午间", **{"from": "12:00", "to": "13:30"})
        self.duty(1, window=1)
        self.duty(2, window=1, shift=2, post="b")
        pad = self.keypad(1)
        for _ in range(3):
            self.hall.issue()
        for time in "08:58", "12:10", "13:40":
            self.at(time)
            self.press("next", 1, pad)
        self.at("14:00")
        self.press("finish", 1, pad)
        self.assertEqual([(row["person"], row["verdict"], row["late_min"]) for row in self.attendance()], [(1, "ok", 0), (2, "late", 10)])
        served = [self.ask("GET", "me/figures", token=self.hall.token(name))["rows"][0][1] for name in ("wang", "li")]
        self.assertEqual(served, [2, 1])

    def test_one_duty_after_another(self):
        """Whoever is there when the next begins as the last one ends has come to it, with a key pressed then or without; who has gone has not."""
        self.hall.user("zhao", "clerk")
        self.do("staff", 201, name="赵六", code="1003", account="zhao")
        hours = ("09:00", "12:00", "13:00", "17:00")
        for shift in 2, 3, 4:
            self.do("shifts", 201, **{"name": "班%d" % shift, "from": hours[shift - 2], "to": hours[shift - 1]})
            for person in 1, 2, 3:
                self.duty(person, shift=shift)
        self.at("08:50")
        self.press("open", 1, self.hall.token("wang", 1))
        self.do("attendance/clock", code="1002")
        zhao = self.hall.token("zhao", 3)
        self.at("11:00")
        self.ask("DELETE", "session", token=zhao)
        self.hall.kill()
        self.world.time += timedelta(hours=1, minutes=30)
        self.hall.start()
        self.at("12:31")
        self.says(self.board()[2], status="on_post", since=TODAY + "T12:00:00+08:00")
        self.at("17:01")
        self.do("attendance/clock", code="1002")
        self.at("17:11")
        rows = {person: [row["verdict"] for row in self.attendance() if row["person"] == person] for person in (1, 2, 3)}
        self.assertEqual(rows, {1: ["ok"] * 3, 2: ["ok"] * 3, 3: ["half", "unverified", "unverified"]})
        self.says([row for row in self.attendance() if row["person"] == 2][2], how="code", **{"in": TODAY + "T13:00:00+08:00"}, out=TODAY + "T17:01:00+08:00")
        self.assertEqual([window for kind, window in self.cards() if kind == "absent"], [3, 3])


        for half, time, verdict in [(None, "10:00", "ok"), ("morning", "13:20", "ok"), ("morning", "13:35", "late"), ("afternoon", "09:40", "half")]:
            day = str(self.world.time.date() + timedelta(days=1))
            with self.subTest(half, time=time):
                self.at("08:00", day)
                self.duty(day=day)
                leave = self.do("leave", 201, **{"person": 1, "from": day, "to": day, "kind": "sick", **({"half": half} if half else {})})
                self.do("leave/%d/approve" % leave["id"])
                self.at(time, day)
                self.hall.token("wang", 1)
                self.assertEqual([row["verdict"] for row in self.attendance() if row["day"] == day], [verdict])

    def test_leave_for_half_a_day_of_half_a_day(self):
        """A shift begins no earlier for it, and ends no later."""
        self.do("shifts", 201, **{"name": "下午班", "from": "14:00", "to": "17:00"})
        self.do("shifts", 201, **{"name": "上午班", "from": "09:00", "to": "11:30"})
        for shift, half, came, went in [(2, "morning", "14:00", "17:00"), (3, "afternoon", "09:00", "11:30")]:
            day = str(self.world.time.date() + timedelta(days=1))
            with self.subTest(half):
                self.at("08:00", day)
                self.duty(day=day, shift=shift)
                leave = self.do("leave", 201, **{"person": 1, "from": day, "to": day, "kind": "sick", "half": half})
                self.do("leave/%d/approve" % leave["id"])
                self.at(came, day)
                wang = self.hall.token("wang", 1)
                self.at(went, day)
                self.hall.ask("DELETE", "session", token=wang)
                self.says([row for row in self.attendance() if row["day"] == day][0], verdict="ok", late_min=0, early_min=0)

    def test_leave_approved_afterwards(self):
        """Removes both too, and comes back when it is withdrawn; what a manager settled stays."""
        self.duty(1)
        self.duty(2)
        leaves = [self.do("leave", 201, **{"person": person, "from": TODAY, "to": TODAY, "half": "morning", "kind": "sick"}) for person in (1, 2)]
        self.at("09:31")
        self.hall.token("wang", 1)
        self.hall.token("li", 2)
        self.do("attendance/2/verify", reason="看监控", verdict="late")
        for leave in leaves:
            self.do("leave/%d/approve" % leave["id"])
        wang, li = sorted(self.attendance(), key=lambda row: row["person"])
        self.says(wang, verdict="ok", late_min=0, state="open", how="sign_in")
        self.says(li, verdict="late", state="settled")
        self.do("leave/1/withdraw")
        self.says([row for row in self.attendance() if row["person"] == 1][0], verdict="half", late_min=31)

    def test_on_leave_and_signed_in(self):
        """To look at one's own page from home is no coming to work; at a window it is."""
        for person in 1, 2:
            self.duty(person)
            leave = self.do("leave", 201, **{"person": person, "from": TODAY, "to": TODAY, "kind": "sick"})
            self.do("leave/%d/approve" % leave["id"])
        self.at("09:30")
        self.hall.token("wang")
        self.hall.token("li", 2)
        self.at("17:11")
        self.assertEqual([(row["person"], row["verdict"]) for row in self.attendance()], [(2, "ok"), (1, "leave")])

    def test_signed_in_from_anywhere(self):
        """Whoever is to be at a window comes to a window: a page of their own may be looked at in bed.  Who is to be at none has no other sign."""
        self.duty(1)
        self.duty(2, window=None)
        self.at("08:58")
        for name in "wang", "li":
            self.hall.token(name)
        self.at("09:31")
        self.assertEqual([row["person"] for row in self.attendance()], [2])
        self.hall.token("wang", 2)
        self.says(self.attendance()[-1], person=1, verdict="half", late_min=31, how="sign_in")

    def test_long_leave_approved_afterwards(self):
        """Is leave for each duty in its days, however many; withdrawn, for none."""
        self.do("shifts/1/end")
        for n in range(6):
            self.do("shifts", 201, name="%d" % n, **{"from": "%02d:00" % (9 + n), "to": "%02d:30" % (9 + n)})
        for day in range(22, 32):
            for n in range(6):
                self.duty(day="2026-08-%d" % day, shift=2 + n)
        self.at("08:31")
        leave = self.do("leave", 201, **{"person": 1, "from": "2026-08-22", "to": TODAY, "kind": "sick"})["id"]
        for step, verdict in ("approve", "leave"), ("withdraw", "unverified"):
            self.do("leave/%d/%s" % (leave, step))
            self.assertEqual([row["verdict"] for row in self.attendance()], 60 * [verdict])

    def test_nobody_came(self):
        """Not there, to be verified: at the end of the shift, and a card; on leave is no absence."""
        self.duty()
        self.duty(2)
        leave = self.do("leave", 201, **{"person": 2, "from": TODAY, "to": TODAY, "kind": "annual"})
        self.assertEqual(self.do("leave/%d/approve" % leave["id"])["open"], [{"duty": 2, "day": TODAY, "window": 2, "shift": 1}])
        self.at("17:09")
        self.assertEqual(self.attendance(), [])
        self.at("17:11")
        rows = {row["person"]: row for row in self.attendance()}
        self.says(rows[1], verdict="unverified", state="open", how=None)
        self.says(rows[2], verdict="leave")
        self.assertIn(("absent", 1), self.cards())
        self.assertNotIn(("absent", 2), self.cards())
        self.says(self.board()[1], status="unverified")

    def test_cards_that_nobody_clears(self):
        """They are lit for as long as duties are known, and are no news then: of all that there ever were no other record would have room."""
        self.duty()
        self.at("17:11")
        lit = self.cards()
        self.assertIn(("absent", 1), lit)
        for day, cards in ("2026-10-11", lit), ("2026-10-12", lit), ("2026-10-13", []):
            self.at("09:00", day)
            self.assertEqual(self.cards(), cards, day)
            self.hall.issue()
            self.do("hall/endday")
        self.hall.kill()
        self.hall.start()
        self.assertEqual(self.cards(), [])
        self.assertEqual(len(self.ask("GET", "cards?past=true")["cards"]), len(lit), "they are not lost")

    def test_what_a_manager_said_beforehand(self):
        """Stays, though they are seen to come afterwards."""
        self.duty()
        self.at("09:50")
        self.do("attendance", 201, day=TODAY, person=1, verdict="ok", reason="门口办事")
        self.at("10:20")
        self.hall.token("wang", 1)
        self.says(self.attendance()[0], verdict="ok", how="manager")

    def test_a_manager_who_says_nothing(self):
        """Beforehand it kept who came from being seen; afterwards it is no verifying."""
        self.duty(1)
        self.duty(2)
        for said in {}, {"out": TODAY + "T17:00:00+08:00"}, {"verdict": "unverified"}:
            self.assertEqual(self.do("attendance", 400, day=TODAY, person=1, **said)["pointer"], "/verdict")
        self.at("08:58")
        self.hall.token("wang", 1)
        self.at("17:11")
        self.assertEqual([(row["person"], row["verdict"]) for row in self.attendance()], [(1, "ok"), (2, "unverified")])
        for said in {}, {"verdict": None}:
            self.assertEqual(self.do("attendance/2/verify", 400, reason="再查", **said)["pointer"], "/verdict")
        self.do("attendance/2/verify", reason="忘打卡", verdict=None, **{"in": TODAY + "T08:59:00+08:00"})
        self.do("attendance/2/verify", reason="钟慢")
        self.assertEqual([(row["verdict"], row["state"]) for row in self.attendance()], [("ok", "open"), ("ok", "settled")])

    def test_nobody_came_and_nothing_else_happened(self):
        """A day on which nobody at all comes is looked into as any other."""
        self.duty(day="2026-09-02")
        self.at("17:11", "2026-09-02")
        self.assertEqual([row["verdict"] for row in self.attendance()], ["unverified"])
        self.assertIn(("absent", 1), self.cards())

    def test_rostered_afterwards(self):
        """Is to be verified, and no card."""
        self.duty(day="2026-08-31")
        self.at("08:31")
        self.assertEqual([row["verdict"] for row in self.attendance()], ["unverified"])
        self.assertEqual(self.cards(), [])

    def test_a_correction_is_a_new_writing(self):
        self.duty()
        self.at("17:11")
        self.ask("POST", "attendance/1/verify", {"verdict": "ok"}, 400)
        self.assertEqual(self.ask("PUT", "attendance/1", {"rev": 1, "verdict": "ok"}, 409)["code"], "not_allowed")
        row = self.do("attendance/1/verify", reason="外出开会,忘打卡", verdict="ok")
        self.says(row, state="settled", verdict="ok", rev=2)
        self.says(self.ask("GET", "attendance/1"), reason="外出开会,忘打卡")
        row = self.do("attendance/1/verify", reason="看监控", **{"in": TODAY + "T09:10:00+08:00"})
        self.says(row, verdict="late", late_min=10, rev=3)

    def test_halld_was_off(self):
        """At the end of the shift: it is found out in the morning."""
        self.duty()
        self.at("16:00")
        self.hall.kill()
        self.world.time += timedelta(hours=16)
        self.hall.start()
        self.world.go(seconds=1)
        self.assertEqual([(row["day"], row["verdict"]) for row in self.attendance()], [(TODAY, "unverified")])

    def test_after_a_restart(self):
        self.duty()
        self.at("08:50")
        self.hall.token("wang", 1)
        before = self.attendance(), self.board()
        self.hall.kill()
        self.hall.start()
        self.assertEqual((self.attendance(), self.board()), before)


class Roster(Staffed):
    def test_a_step_changes_nothing_else(self):
        """What a change may not do no step does; and nobody is rostered into the past by moving what is to come."""
        self.duty()
        later = self.duty(2, "2026-09-03")["id"]
        leave = self.do("leave", 201, **{"person": 1, "from": "2026-09-03", "to": "2026-09-03", "kind": "annual"})["id"]
        self.do("leave/%d/approve" % leave)
        spare = self.do("shifts", 201, name="晚班", **{"from": "17:00", "to": "20:00"})["id"]
        for path, body in (("leave/%d/withdraw" % leave, {"from": "2026-10-01", "to": "2026-10-01"}), ("shifts/%d/end" % spare, {"from": "12:00"}),
                           ("roster/%d/drop" % later, {"day": "2026-09-04"}), ("staff/1/leave", {"post": "x"})):
            with self.subTest(path):
                self.do(path, 400, **body)
        self.assertEqual(self.ask("PUT", "roster/%d" % later, {"rev": 1, "day": "2026-08-31"}, 400)["pointer"], "/day")

    def test_what_does_not_fit(self):
        self.do("shifts", 201, name="晚班", **{"from": "16:30", "to": "20:00"})
        self.do("shifts", 201, name="夜班", **{"from": "17:00", "to": "20:00"})
        self.duty()
        leave = self.do("leave", 201, **{"person": 2, "from": "2026-09-02", "to": "2026-09-03", "kind": "annual"})
        self.do("leave/%d/approve" % leave["id"])
        duty = {"day": TODAY, "person": 1, "shift": 1, "window": 1}
        rows = [
            # what, path, body, pointer
            ("twice at a time", "roster", {**duty, "window": 2}, "/person"),
            ("half an hour of it", "roster", {**duty, "shift": 2, "window": 2}, "/person"),
            ("a window that somebody has", "roster", {**duty, "person": 2}, "/window"),
            ("on leave", "roster", {**duty, "person": 2, "day": "2026-09-03"}, "/person"),
            ("a shift that ends before it begins", "shifts", {"name": "x", "from": "17:00", "to": "09:00"}, "/to"),
            ("lunch before the shift", "shifts", {"name": "x", "from": "09:00", "to": "17:00", "lunch_from": "08:00", "lunch_to": "10:00"}, "/lunch_from"),
            ("lunch without an end", "shifts", {"name": "x", "from": "09:00", "to": "17:00", "lunch_from": "12:00"}, "/lunch_to"),
            ("a leave backwards", "leave", {"person": 1, "from": "2026-09-03", "to": "2026-09-02", "kind": "sick"}, "/to"),
            ("presence until yesterday", "presence", {"person": 1, "status": "meeting", "until": "2026-08-31T10:00:00+08:00"}, "/until"),
        ]
        before = self.hall.seq()
        for what, path, body, pointer in rows:
            with self.subTest(what):
                self.assertEqual(self.ask("POST", path, body, 400).get("pointer"), pointer)
        self.assertEqual(self.hall.seq(), before)
        self.duty(2, window=1, post="b")
        self.duty(1, shift=3, window=1)
        self.assertEqual(self.do("shifts/1/end", 409)["state"], "rostered")

    def test_leave_for_the_half_that_is_worked(self):
        """Fits no duty of that half; the other half is worked."""
        for name, begin, end in ("上午班", "09:00", "12:00"), ("下午班", "13:30", "17:00"):
            self.do("shifts", 201, name=name, **{"from": begin, "to": end})
        leave = self.do("leave", 201, **{"person": 1, "from": TODAY, "to": TODAY, "kind": "sick", "half": "morning"})
        self.do("leave/%d/approve" % leave["id"])
        self.assertEqual(self.do("roster", 400, day=TODAY, person=1, shift=2, window=1)["pointer"], "/person")
        self.duty(shift=3)

    def test_leave_is_its_persons(self):
        self.duty(2, day="2026-09-02")
        wang, li = self.hall.token("wang"), self.hall.token("li")
        body = {"person": 2, "from": "2026-09-02", "to": "2026-09-02", "kind": "personal", "reason": "家事"}
        self.ask("POST", "leave", body, 403, token=wang)
        self.ask("POST", "leave", body, 201, token=li)
        self.ask("POST", "leave/1/approve", {}, 403, token=li)
        self.assertEqual(self.ask("GET", "leave", token=wang), {"leave": []})
        self.assertEqual([row["day"] for row in self.do("leave/1/approve")["open"]], ["2026-09-02"])
        self.assertEqual(len(self.ask("GET", "roster")["roster"]), 1, "nothing is dropped")
        self.assertEqual(self.ask("PUT", "leave/1", {"rev": 2, "to": "2026-09-05"}, 409, token=li)["state"], "approved")
        self.ask("POST", "leave/1/withdraw", {}, 403, token=wang)
        self.assertEqual(self.ask("POST", "leave/1/withdraw", {}, token=li)["state"], "withdrawn")

    def test_two_swap(self):
        self.duty(1)
        self.duty(2, day="2026-09-02")
        self.assertEqual([(row["person"], row["day"]) for row in self.do("roster/swap", a=1, b=2)["roster"]], [(2, TODAY), (1, "2026-09-02")])
        self.duty(2, day="2026-09-02", window=3)
        self.assertEqual(self.do("roster/swap", 400, a=1, b=2)["pointer"], "/person")
        self.assertEqual(self.do("roster/swap", 400, a=1, b=9)["pointer"], "/b")

    def test_what_happened_stays(self):
        """A duty that is past or attended, and the hours of a shift that was worked, are changed no more; the shift may get another name."""
        self.duty(1)
        self.duty(2, window=2)
        self.duty(2, day="2026-09-02", window=2)
        self.assertEqual(self.ask("PUT", "roster/2", {"rev": 1, "window": 3})["window"], 3, "nobody has come")
        self.at("08:55")
        self.hall.token("wang", 1)
        for what, method, path, body in [("written", "PUT", "roster/1", {"rev": 1, "person": 2}), ("dropped", "POST", "roster/1/drop", {}),
                                         ("swapped", "POST", "roster/swap", {"a": 1, "b": 3}), ("swapped too", "POST", "roster/swap", {"a": 3, "b": 1})]:
            with self.subTest(what):
                self.says(self.ask(method, path, body, 409), code="not_allowed", state="attended")
        self.assertEqual(self.ask("PUT", "shifts/1", {"rev": 1, "from": "05:00"}, 409)["state"], "used")
        self.assertEqual(self.ask("PUT", "shifts/1", {"rev": 1, "name": "早班"})["name"], "早班")
        self.do("roster/2/drop")
        self.at("08:31", "2026-09-02")
        self.assertEqual(self.do("roster/1/drop", 409)["state"], "past")
        self.assertEqual(self.ask("PUT", "shifts/1", {"rev": 2, "to": "18:00"}, 409)["state"], "used")
        self.do("shifts", 201, name="夜班", **{"from": "17:00", "to": "20:00"})
        self.duty(1, day="2026-09-03", shift=2)
        self.assertEqual(self.ask("PUT", "shifts/2", {"rev": 1, "to": "21:00"})["to"], "21:00", "nobody has worked by it")

    def test_somebody_leaves_for_good(self):
        """Nobody comes in with the account, what was stays, and what is left open is told."""
        self.duty(1)
        self.duty(1, day="2026-09-02")
        self.at("08:55")
        token = self.hall.token("wang", 1)
        self.at("15:00")
        left = self.do("staff/1/leave")
        self.assertEqual([(row["day"], row["window"]) for row in left["open"]], [(TODAY, 1), ("2026-09-02", 1)])
        self.assertEqual(self.hall.ask("GET", "session", token=token).status, 401)
        self.assertEqual(self.hall.sign_in("wang").status, 401)
        self.assertIsNone(self.ask("GET", "windows/1")["window"]["staff"])
        row, = self.attendance()
        self.says(row, out=TODAY + "T15:00:00+08:00", early_min=0, verdict="ok")
        self.hall.kill()
        self.hall.start()
        self.assertEqual(self.hall.sign_in("wang").status, 401)


class Weeks(Staffed):
    layout = {**HALL, "calendar": [{"date": "2026-09-10", "kind": "rest"}]}

    def test_at_a_terminal(self):
        """What a copy left out is told, and which duties somebody leaves open."""
        self.duty(2)
        self.duty(2, day="2026-09-08")
        for words, below in [
                (("roster", "copy", "from=2026-08-31", "to=2026-09-07"), "skipped:\nday person why\n2026-09-08 2 person"),
                (("staff", "2", "leave"), "open:\nduty day window shift\n1 2026-09-01 2 1\n2 2026-09-08 2 1")]:
            with self.subTest(words):
                done = subprocess.run([HALLCTL, "-d", self.hall.state, *words], capture_output=True, text=True, timeout=WAIT_S, check=False)
                said = "\n".join(" ".join(line.split()) for line in done.stdout.splitlines())
                self.assertEqual((done.stderr, said.partition("\n\n")[2]), ("", below))

    def test_lists_at_a_terminal(self):
        """A flag is asked for as the table has it."""
        self.duty(1, lunch=True)
        self.duty(2)
        for words, ids in ("lunch=yes", "1"), ("lunch=no", "2"), ("lunch=-", "2"), ("lunch=true", "1"):
            done = subprocess.run([HALLCTL, "-d", self.hall.state, "roster", words], capture_output=True, text=True, timeout=WAIT_S, check=False)
            self.assertEqual((done.stderr, [line.split()[0] for line in done.stdout.splitlines()]), ("", ["id", ids]), words)

    def test_long_words_at_a_terminal(self):
        """What is asked for is asked for whole: 42 characters are more than three times as many bytes in a path."""
        place, kind = "一" * 42, "打" * 30
        self.do("equipment", 201, no="1", kind=kind, place=place)
        for words in ["place=" + place], ["kind=" + kind, "place=" + place, "no=1"]:
            done = subprocess.run([HALLCTL, "-d", self.hall.state, "--json", "equipment", *words], capture_output=True, text=True, timeout=WAIT_S, check=False)
            self.assertEqual([each["no"] for each in json.loads(done.stdout)["equipment"]], ["1"], done)
        done = subprocess.run([HALLCTL, "-d", self.hall.state, "find", "1" * 300], capture_output=True, text=True, timeout=WAIT_S, check=False)
        self.assertEqual((done.returncode, done.stderr), (1, "hallctl: %s: too long\n" % ("1" * 300)))

    def test_a_week_is_copied(self):
        """But for what would collide, and days of rest."""
        for i in range(28):
            self.do("staff", 201, name="职员%d" % i)
        for person in range(1, 31):
            self.duty(person, day="2026-09-01", window=None)
        self.duty(1, day="2026-09-03", window=1)
        self.duty(2, day="2026-09-08", window=None)
        body = {"from": "2026-08-31", "to": "2026-09-07"}
        self.assertEqual(self.do("roster/copy", **body), {"copied": 29, "skipped": [
            {"day": "2026-09-08", "person": 2, "why": "person"}, {"day": "2026-09-10", "person": 1, "why": "rest"}]})
        self.assertEqual(len(self.ask("GET", "roster?day=2026-09-08")["roster"]), 30)
        self.assertEqual(self.do("roster/copy", **body)["copied"], 0, "twice is once")
        self.at("09:00", "2026-09-16")
        self.assertEqual(self.do("roster/copy", **{"from": "2026-08-31", "to": "2026-09-14"}), {"copied": 1, "skipped": [
            {"day": "2026-09-15", "person": person, "why": "past"} for person in range(1, 31)]}, "nobody can come to it any more")
        for what, wrong, pointer in [("a Tuesday", {**body, "from": "2026-09-01"}, "/from"), ("no date", {**body, "to": "x"}, "/to"),
                                     ("the same week", {**body, "to": "2026-08-31"}, "/to"), ("nothing", {}, "/from")]:
            with self.subTest(what):
                self.assertEqual(self.ask("POST", "roster/copy", wrong, 400)["pointer"], pointer)


class Presence(Staffed):
    def setUp(self):
        super().setUp()
        self.duty(1)
        self.duty(2)
        self.at("08:55")
        self.wang = self.hall.token("wang", 1)
        self.ask("POST", "windows/1/open", {}, token=self.wang)

    def pause(self, **body):
        self.ask("POST", "windows/1/pause", body, token=self.wang)

    def test_the_board(self):
        self.says(self.board()[1], status="on_post", window=1, name="王芳")
        self.ask("POST", "windows/1/close", {}, token=self.wang)
        self.says(self.board()[1], status="on_post", window=1, since=TODAY + "T08:55:00+08:00")
        self.ask("POST", "windows/1/open", {}, token=self.wang)
        self.says(self.board()[2], status="off", window=None)
        self.at("09:01")
        self.says(self.board()[2], status="absent", window=2, since=TODAY + "T09:00:00+08:00")
        self.hall.issue()
        self.ask("POST", "windows/1/next", {}, token=self.wang)
        self.says(self.board()[1], status="serving", until=None)

    def test_away_with_a_reason(self):
        """Which managers are told; public screens say that the window is paused, until when, and no more."""
        self.at("10:00")
        self.pause(reason="去医院", until=TODAY + "T10:10:00+08:00")
        self.says(self.board()[1], status="away", window=1, since=TODAY + "T10:00:00+08:00", until=TODAY + "T10:10:00+08:00", reason="去医院")
        self.assertNotIn("reason", self.board(self.wang)[1])
        public = self.hall.ask("GET", "status").body.decode()
        self.assertIn('"paused"', public)
        for words in "王芳", "wang", "去医院", "away", "1001":
            self.assertNotIn(words, public)
        self.at("10:12")
        self.says(self.board()[1], status="away")
        self.ask("POST", "windows/1/resume", {}, token=self.wang)
        self.says(self.board()[1], status="on_post", until=None)
        self.assertEqual(self.hall.ask("GET", "presence").status, 401)

    def test_the_board_narrowed(self):
        """As other lists are, and what it has not is said."""
        for query, people in ("status=on_post", [1]), ("window=1", [1]), ("person=2", [2]), ("person=2&status=on_post", []), ("status=off", [2]):
            self.assertEqual([row["person"] for row in self.ask("GET", "presence?" + query)["presence"]], people, query)
        self.assertEqual(self.ask("GET", "presence?before=2", status=400)["pointer"], "/before")

    def test_said(self):
        """Until it is ended, or until they act at a window; who is not back at the time they said is still away."""
        meeting = {"person": 2, "status": "meeting"}
        self.do("presence", 201, **meeting, until=TODAY + "T09:30:00+08:00", reason="周会")
        self.says(self.board()[2], status="meeting", until=TODAY + "T09:30:00+08:00", since=TODAY + "T08:55:00+08:00")
        self.at("09:31")
        self.says(self.board()[2], status="meeting", until=TODAY + "T09:30:00+08:00")
        self.do("presence/1/end")
        self.says(self.board()[2], status="absent")
        self.assertEqual(self.ask("GET", "presence?state=now")["presence"], [])
        self.assertEqual([(row["id"], row["person_name"], row["state"]) for row in self.ask("GET", "presence?past=true")["presence"]],
                         [(1, "李雷", "over")])
        self.do("presence", 201, **meeting)
        self.assertEqual([(row["id"], row["rev"]) for row in self.ask("GET", "presence?state=now")["presence"]], [(2, 1)])
        self.assertEqual(self.ask("GET", "presence?state=now", token=self.wang)["presence"], [], "not of others to who does not manage")
        out = self.do("presence", 201, person=2, status="out")
        self.says(self.board()[2], status="out", id=out["id"])
        self.do("presence/%d/end" % out["id"])
        self.says(self.board()[2], status="absent")
        self.do("presence", 201, **meeting)
        self.hall.token("li", 2)
        self.says(self.board()[2], status="on_post", window=2)

    def test_ends_by_itself(self):
        """Who meant to stay so long has; nobody is away from the day before."""
        self.do("presence", 201, person=2, status="on_post", until=TODAY + "T09:30:00+08:00")
        self.at("09:31")
        self.says(self.board()[2], status="absent")
        self.do("presence", 201, person=2, status="out", until=TODAY + "T17:00:00+08:00")
        self.at("23:00")
        self.says(self.board()[2], status="out")
        self.at("08:00", "2026-09-02")
        self.says(self.board()[2], status="off", id=None)

    def test_ends_with_its_day(self):
        """Who did not say until when they are away, and went home, is neither away nor on post on the next day; an errand may take longer."""
        for status, on_leave, next_day in ("away", False, "absent"), ("meeting", True, "leave"), ("on_post", False, "absent"), ("out", False, "out"):
            with self.subTest(status):
                day = self.world.time.date()
                after = str(day + timedelta(days=1))
                self.duty(2, day=after)
                self.at("16:30", str(day))
                self.do("presence", 201, person=2, status=status)
                if on_leave:
                    leave = self.do("leave", 201, **{"person": 2, "from": after, "to": after, "kind": "annual"})
                    self.do("leave/%d/approve" % leave["id"])
                self.at("23:00", str(day))
                self.says(self.board()[2], status=status)
                self.at("10:00", after)
                self.says(self.board()[2], status=next_day)

    def test_said_after_midnight(self):
        """Which is still the day before: what is said then ends with it too, and what was meant to be over by its end has been."""
        for status, until in ("meeting", {}), ("out", {"until": "%sT01:30:00+08:00"}):
            with self.subTest(status):
                after = str(self.world.time.date() + timedelta(days=1))
                self.duty(2, day=after)
                self.at("00:30", after)
                self.do("presence", 201, person=2, status=status, **{name: time % after for name, time in until.items()})
                self.at("03:59", after)
                self.says(self.board()[2], status=status)
                self.at("04:01", after)
                self.says(self.board()[2], status="off")
                self.at("10:00", after)
                self.says(self.board()[2], status="absent")

    def test_who_clocks_is_there(self):
        self.do("presence", 201, person=2, status="meeting")
        self.do("attendance/clock", code="1002")
        self.says(self.board()[2], status="on_post", window=2)

    def test_leave_for_half_a_day(self):
        """Is leave while it lasts, and no more once they are here; with two duties the one that is going on counts."""
        for name, begin, end in ("上午班", "09:00", "12:00"), ("下午班", "13:30", "17:00"):
            self.do("shifts", 201, name=name, **{"from": begin, "to": end})
        day = "2026-09-02"
        self.duty(1, day=day)
        for shift in 2, 3:
            self.duty(2, day=day, shift=shift)
        for person in 1, 2:
            leave = self.do("leave", 201, **{"person": person, "from": day, "to": day, "kind": "sick", "half": "morning"})
            self.do("leave/%d/approve" % leave["id"])
        for time, status in ("10:00", "leave"), ("12:30", "leave"), ("13:20", "on_post"), ("14:00", "on_post"), ("17:30", "off"):
            self.at(time, day)
            if time == "13:20":
                for code in "1001", "1002":
                    self.do("attendance/clock", code=code)
            with self.subTest(time):
                self.assertEqual([row["status"] for row in self.board().values()], [status, status])

    def test_a_window_that_is_open_without_them(self):
        """Shows nobody on post who has not come, or has gone: somebody else opened it, or it was left so."""
        self.do("windows/2/open")
        self.at("09:02")
        self.says(self.board()[2], status="absent", window=2)
        self.do("attendance/clock", code="1002")
        self.says(self.board()[2], status="on_post", window=2)
        self.at("16:00")
        self.do("attendance/clock", code="1002")
        self.says(self.board()[2], status="absent", window=2, since=TODAY + "T16:00:00+08:00")

    def test_a_hand_over_names_both(self):
        self.hall.token("li", 1)
        self.says(self.board()[2], window=1)
        with sqlite3.connect("file:%s/halld.db?mode=ro" % self.hall.state, uri=True) as db:
            body, = db.execute("SELECT body FROM event WHERE kind = 'window.handed_over'").fetchone()
            names = dict(db.execute("SELECT id, name FROM staff"))
        event = json.loads(body)
        self.assertEqual((names[event["from"]], names[event["staff"]], event["window"]), ("wang", "li", 1))


class Figures(Staffed):
    def rows(self, path, **more):
        body = self.ask("GET", path, **more)
        return [dict(zip([column["name"] for column in body["columns"]], row)) for row in body["rows"]]

    def test_attendance(self):
        """Two days of Wang's: one with 20 minutes away and gone at 16:24, one on leave; Li came late, and was not seen on the second."""
        for day in TODAY, "2026-09-02":
            self.duty(1, day=day)
            self.duty(2, day=day)
        leave = self.do("leave", 201, **{"person": 1, "from": "2026-09-02", "to": "2026-09-03", "kind": "annual"})
        self.do("leave/%d/approve" % leave["id"])
        self.at("08:58")
        wang = self.hall.token("wang", 1)
        self.ask("POST", "windows/1/open", {}, token=wang)
        self.at("09:13")
        self.hall.token("li", 2)
        self.at("10:00")
        self.ask("POST", "windows/1/pause", {}, token=wang)
        self.at("10:20")
        self.ask("POST", "windows/1/resume", {}, token=wang)
        self.at("16:24")
        self.ask("DELETE", "session", token=wang)
        self.at("18:00", "2026-09-02")
        wang, li = self.rows("reports/staff?from=2026-09-01&to=2026-09-02")
        # 09:00 to 16:24 without lunch and 20 minutes of 13 hours; 09:13 to 17:00 without lunch of the same
        self.says(wang, person=1, name="王芳", planned=2, attended=1, late=0, early=0, half_day=1, leave=1.0, attendance=50.0, away_times=1,
                  away=20.0, on_post=round(100 * (444 - 90 - 20) / (2 * 390), 2), unverified=0)
        self.says(li, person=2, planned=2, attended=1, late=1, unverified=1, leave=0.0, attendance=50.0, away_times=0, away=0.0,
                  on_post=round(100 * (467 - 90) / (2 * 390), 2))
        self.assertEqual([(row["person"], row["planned"]) for row in self.rows("reports/staff?from=2026-09-02&to=2026-09-02")], [(1, 1), (2, 1)])
        text = self.hall.ask("GET", "reports/staff?from=2026-09-01&to=2026-09-02&format=html&lang=en", local=True).body.decode()
        self.assertIn("<td>王芳</td>", text)

    def test_days_to_come(self):
        """Are planned, and nobody has stayed away from them yet; who left for good is not missed afterwards, though the duties stay open."""
        days = [TODAY, "2026-09-02", "2026-09-03", "2026-09-04"]
        for day in days:
            self.duty(1, day=day)
            self.duty(2, day=day)
        path = "reports/staff?from=%s&to=%s" % (days[0], days[-1])
        self.says(self.rows(path)[0], planned=4, attended=0, attendance=None)
        self.at("08:58")
        for name, window in ("wang", 1), ("li", 2):
            self.hall.token(name, window)
        self.says(self.rows(path)[0], planned=4, attended=1, attendance=100.0)
        self.at("17:05")
        self.do("staff/2/leave")
        self.at("18:00", days[2])
        wang, li = self.rows(path)
        self.says(wang, planned=4, attended=1, unverified=2, attendance=33.33)
        self.says(li, planned=1, attended=1, unverified=0, attendance=100.0, on_post=100.0)
        self.assertEqual([row["rostered"] for row in self.rows("reports/posts?from=%s&to=%s" % (days[0], days[2]))], [3 * 390.0] * 2, "the post is still one")

    def test_posts(self):
        """Rostered at windows and not there: who came late and went early, whom nobody stood in for, who is on leave."""
        self.do("shifts", 201, **{"name": "下午班", "from": "14:00", "to": "17:00"})
        self.hall.user("zhao", "clerk")
        self.duty(1, window=1)
        self.duty(2, window=2)
        for day, half in ("2026-09-02", "day"), ("2026-09-03", "morning"):
            self.duty(2, day=day, window=2)
            leave = self.do("leave", 201, **{"person": 2, "from": day, "to": day, "half": half, "kind": "annual"})
            self.do("leave/%d/approve" % leave["id"])
        self.at("09:13")
        self.do("attendance/clock", code="1001")
        self.at("09:20")
        self.ask("POST", "windows/1/open", {})
        self.hall.issue()
        self.at("09:30")
        self.ask("POST", "windows/1/next", {})
        self.at("09:43")
        self.ask("POST", "windows/1/finish", {})
        self.at("10:00")
        zhao = self.hall.token("zhao", 2)
        self.do("presence", 201, person=1, status="away")
        self.at("11:00")
        self.ask("DELETE", "session", token=zhao)
        self.at("16:24")
        self.do("attendance/clock", code="1001")
        self.at("23:00", "2026-09-03")
        one, two = self.rows("reports/posts?from=2026-09-01&to=2026-09-01")
        self.says(one, window=1, rostered=390.0, vacant=13.0 + 36.0, vacant_share=round(4900 / 390, 2), serving=13.0,
                  saturation=round(1300 / 390, 2))
        self.says(two, window=2, rostered=390.0, vacant=390.0 - 60.0, serving=0.0, saturation=0.0)
        self.assertEqual(self.rows("reports/posts?from=2026-09-02&to=2026-09-02"), [], "on leave")
        two, = self.rows("reports/posts?from=2026-09-02&to=2026-09-03")
        self.says(two, window=2, rostered=210.0, vacant=210.0)

    def test_posts_of_two(self):
        """One is there while the other has not come, has gone, or has both behind them."""
        self.duty(1, window=1, post="a")
        self.duty(2, window=1, post="b")
        for time, code in ("09:30", "1001"), ("10:00", "1001"), ("10:10", "1002"), ("10:20", "1001"), ("11:00", "1002"), ("11:30", "1001"):
            self.at(time)
            self.do("attendance/clock", code=code)
        self.at("11:40")
        self.hall.issue()
        one, = self.rows("reports/posts?from=2026-09-01&to=2026-09-01")
        self.says(one, rostered=160.0, vacant=30.0 + 10.0 + 10.0)
        self.at("13:00")
        self.hall.issue()
        one, = self.rows("reports/posts?from=2026-09-01&to=2026-09-01")
        self.says(one, rostered=180.0, vacant=30.0 + 10.0 + 30.0)

    def test_posts_of_who_is_only_signed_in(self):
        """Who clocked out at the kiosk has gone, though their browser is signed in."""
        self.duty(1)
        self.at("08:58")
        wang = self.hall.token("wang", 1)
        self.ask("POST", "windows/1/open", {}, token=wang)
        self.at("15:00")
        self.do("attendance/clock", code="1001")
        self.at("15:30")
        for act in "pause", "resume":
            self.ask("POST", "windows/1/" + act, {}, token=wang)    # who acts is there again
        self.at("16:00")
        self.do("attendance/clock", code="1001")
        self.at("18:00")
        self.hall.issue()
        one, = self.rows("reports/posts?from=2026-09-01&to=2026-09-01")
        self.says(one, rostered=390.0, vacant=30.0 + 60.0)

    def test_who_works_on_has_not_gone(self):
        """Clocked out at the end of the morning, they stand in for who does not come."""
        for name, begin, end in ("上午", "09:00", "12:00"), ("下午", "13:00", "17:00"):
            self.do("shifts", 201, **{"name": name, "from": begin, "to": end})
        self.duty(1, shift=2)
        self.duty(2, shift=3, window=1)
        self.at("08:58")
        wang = self.hall.token("wang", 1)
        self.at("12:10")
        self.do("attendance/clock", code="1001")
        self.at("13:30")
        self.ask("POST", "windows/1/open", {}, token=wang)
        self.at("18:00")
        self.hall.issue()
        one, = self.rows("reports/posts?from=2026-09-01&to=2026-09-01")
        self.says(one, rostered=420.0, vacant=30.0)

    def test_what_was_verified(self):
        """Is what counts: somebody who was not seen was there, or somebody who was seen was not."""
        self.duty(1)
        self.duty(2)
        self.at("08:58")
        self.hall.token("li", 2)
        self.at("17:11")
        rows = {row["person"]: row["id"] for row in self.attendance()}
        self.do("attendance/%d/verify" % rows[1], reason="忘打卡", verdict="ok")
        self.do("attendance/%d/verify" % rows[2], reason="代打卡", verdict="absent")
        wang, li = self.rows("reports/staff?from=%s&to=%s" % (TODAY, TODAY))
        self.says(wang, attended=1, unverified=0, absent=0, attendance=100.0, on_post=100.0)
        self.says(li, attended=0, unverified=0, absent=1, attendance=0.0, on_post=0.0)

    def test_elsewhere_is_not_on_post(self):
        """A meeting is not, nor is who went and came back; what overlaps is lost once, lunch is no time away, and nothing counts after now."""
        self.duty(1)
        self.at("08:58")
        wang = self.hall.token("wang", 1)
        self.at("10:00")
        self.do("presence", 201, person=1, status="meeting")
        self.at("10:10")
        self.ask("DELETE", "session", token=wang)
        self.says(self.attendance()[0], out=TODAY + "T10:10:00+08:00")
        self.at("10:40")
        self.hall.token("wang", 1)      # which ends the meeting too
        self.at("11:50")
        self.do("presence", 201, person=1, status="away")
        self.at("13:40")
        self.hall.issue("A")
        row, = self.rows("reports/staff?from=%s&to=%s" % (TODAY, TODAY))
        # 09:00 to 13:40 without lunch are 190 minutes; gone from 10:00 to 10:40; away from 11:50 to 12:00 and from 13:30
        self.says(row, attended=1, away_times=1, away=20.0, on_post=round(100 * (190 - 40 - 20) / 190, 2))

    def test_said_otherwise(self):
        """Away from when it was said, once, however often the time is said anew."""
        self.duty(1)
        self.at("08:58")
        self.do("attendance/clock", code="1001")
        for time, said in ("10:00", {"status": "meeting"}), ("10:20", {"status": "away"}), ("10:30", {"status": "away", "until": TODAY + "T11:00:00+08:00"}):
            self.at(time)
            if time == "10:00":
                row = self.do("presence", 201, person=1, **said)
            else:
                row = self.ask("PUT", "presence/%d" % row["id"], {"person": 1, "rev": row["rev"], **said})
        self.at("10:50")
        self.do("presence", 201, person=1, status="on_post")
        self.at("18:00")
        self.hall.issue()
        row, = self.rows("reports/staff?from=%s&to=%s" % (TODAY, TODAY))
        self.says(row, away_times=1, away=30.0, on_post=round(100 * (390 - 50) / 390, 2))

    def test_away_and_gone_home(self):
        """Is away until the shift ends, and not on the day after, on which they do not come."""
        for day in TODAY, "2026-09-02":
            self.duty(1, day=day)
        self.at("08:58")
        self.do("attendance/clock", code="1001")
        self.at("16:30")
        self.do("presence", 201, person=1, status="away")
        self.at("18:00", "2026-09-02")
        row, = self.rows("reports/staff?from=%s&to=2026-09-02" % TODAY)
        self.says(row, away_times=1, away=30.0, unverified=1)

    def test_a_window_that_stays_paused(self):
        """Away until the shift ends, though nobody resumes it."""
        self.duty(1)
        self.at("08:58")
        wang = self.hall.token("wang", 1)
        self.ask("POST", "windows/1/open", {}, token=wang)
        self.at("16:30")
        self.ask("POST", "windows/1/pause", {}, token=wang)
        self.at("12:00", "2026-09-02")
        row, = self.rows("reports/staff?from=%s&to=%s" % (TODAY, TODAY))
        self.says(row, away_times=1, away=30.0, on_post=round(100 * 360 / 390, 2))

    def test_nothing_personal_is_counted(self):
        self.duty()
        self.at("17:11")
        self.rows("reports/staff")
        with open(self.hall.state + "/figures.db", "rb") as f, open(self.hall.state + "/figures.db-wal", "rb") as log:
            everything = f.read() + log.read()
        for words in "王芳", "wang", "1001":
            self.assertNotIn(words.encode(), everything)

    def test_ones_own(self):
        """Whoever is signed in sees what they served; a keypad's visits are the rostered person's."""
        self.duty(1)
        self.at("08:58")
        pad = self.do("tokens", 201, name="pad", role="window", window=1)["token"]
        for _ in range(2):
            self.hall.issue()
        self.ask("POST", "windows/1/next", {}, token=pad)
        self.at("09:08")
        self.ask("POST", "windows/1/next", {}, token=pad)
        self.at("09:12")
        self.ask("POST", "windows/1/finish", {}, token=pad)
        wang, li = self.hall.token("wang"), self.hall.token("li")
        path = "me/figures?from=%s&to=%s" % (TODAY, TODAY)
        self.assertEqual(self.rows(path, token=wang), [{"day": TODAY, "served": 2, "service": 7.0, "wait": 5.0, "rated": 0, "grade_mean": None}])
        self.assertEqual(self.rows(path, token=li), [])
        self.assertEqual(self.rows(path), [], "who has no account has served nobody")
        self.ask("GET", "reports/mine", None, 404)
        self.assertNotIn("mine", [report["name"] for report in self.ask("GET", "reports")["reports"]])


    def test_ones_own_after_another(self):
        """Whose keypad it is changes with the shift, though who worked there before cannot go by it."""
        for name, begin, end in ("上午", "09:00", "12:00"), ("下午", "12:00", "17:00"):
            self.do("shifts", 201, **{"name": name, "from": begin, "to": end})
        self.duty(1, shift=2, window=1)
        self.duty(2, shift=3, window=1)
        pad = self.do("tokens", 201, name="pad", role="window", window=1)["token"]
        for _ in range(4):
            self.hall.issue()
        for time in "08:58", "11:00", "12:05", "13:00":
            self.at(time)
            self.ask("POST", "windows/1/next", {}, token=pad)
        self.at("13:20")
        self.ask("POST", "windows/1/finish", {}, token=pad)
        served = [[row["served"] for row in self.rows("me/figures", token=self.hall.token(name))] for name in ("wang", "li")]
        self.assertEqual(served, [[2], [2]])


class Scores(Staffed):
    """100 and what rules and managers give or take, each for an event of the log."""

    layout = {**HALL, "office": {"points": {"grade_1": -4, "grade_5": 2}, "stars": {"four": 92}}}

    def rows(self, path, **more):
        told = self.ask("GET", path, **more)
        return [dict(zip((column["name"] for column in told["columns"]), row)) for row in told["rows"]]

    def setUp(self):
        super().setUp()
        for person in 1, 2:
            self.duty(person)
        self.at("09:05")
        self.wang = self.hall.token("wang", 1)
        self.ask("POST", "windows/1/open", {}, token=self.wang)

    def serve(self, grade):
        ticket = self.hall.issue()["token"]
        for command in "next", "finish":
            self.ask("POST", "windows/1/" + command, {}, token=self.wang)
        self.ask("POST", "tickets/%s/rating" % ticket, {"grade": grade})

    def test_a_day(self):
        for grade in 1, 3, 5:
            self.serve(grade)
        self.ask("POST", "windows/1/pause", {}, token=self.wang)
        self.at("09:30")
        self.do("scores", 201, day=TODAY, person=1, score=3, reason="锦旗")
        self.do("scores", 201, day=TODAY, person=1, score=-50, reason="错记")
        self.do("scores/2/withdraw", reason="写错了人")
        self.at("17:11")
        row, = [each for each in self.attendance() if each["person"] == 2]
        self.do("attendance/%d/verify" % row["id"], verdict="absent", reason="未请假")
        wang, li = self.rows("reports/score")
        self.assertEqual(wang, {"person": 1, "name": "王芳", "attendance": -1, "presence": -1, "rating": -2, "by_hand": 3, "score": 99, "stars": 5})
        self.assertEqual(li, {"person": 2, "name": "李雷", "attendance": -6, "presence": 0, "rating": 0, "by_hand": 0, "score": 94, "stars": 4})
        lines = self.rows("reports/points")
        self.assertEqual([(line["name"], line["what"], line["points"]) for line in lines],
                         [("王芳", "late", -1), ("王芳", "grade_1", -4), ("王芳", "grade_5", 2), ("王芳", "away", -1),
                          ("王芳", "by_hand", 3), ("李雷", "absent", -6)])
        events = {event["seq"]: event for event in self.ask("GET", "audit?limit=1000&from=" + TODAY)["events"]}
        self.assertEqual([events[line["event"]]["kind"] for line in lines],
                         ["staff.attendance", "rating.given", "rating.given", "card.lit", "staff.score", "staff.attendance"])
        self.assertEqual(sum(line["points"] for line in lines if line["person"] == 1), wang["score"] - 100)

    def test_what_is_excused(self):
        """Gives no points any more: the manager has looked into it."""
        self.assertEqual([row["score"] for row in self.rows("reports/score")], [99, 100])
        self.do("attendance/1/verify", verdict="ok", reason="地铁停运")
        self.assertEqual([row["score"] for row in self.rows("reports/score")], [100, 100])

    def test_of_a_month(self):
        """The sum of its days; who was not to work and did nothing is not there."""
        self.at("08:30", "2026-09-02")
        self.duty(1, day="2026-09-02")
        self.at("09:40", "2026-09-02")
        self.hall.token("wang", 1)
        days = [self.rows("reports/score?from=%s&to=%s" % (day, day)) for day in (TODAY, "2026-09-02")]
        self.assertEqual([[row["score"] for row in rows] for rows in days], [[99, 100], [97]])
        month = self.rows("reports/score?from=2026-09-01&to=2026-09-30")
        self.assertEqual([(row["person"], row["score"]) for row in month], [(1, 96), (2, 100)])

    def test_ones_own(self):
        """Nobody else's; of who has no account there are none."""
        for name, count in ("wang", 1), ("li", 0):
            lines = self.rows("me/points", token=self.hall.token(name))
            self.assertEqual({line["person"] for line in lines}, {1} if count else set())
            self.assertEqual(len(lines), count)
        self.assertEqual(self.rows("me/points"), [])
        self.do("scores", 201, day=TODAY, person=2, score=1, reason="x")
        self.assertEqual([each["person"] for each in self.ask("GET", "scores", token=self.wang)["scores"]], [])

    def test_what_gives_no_points(self):
        for what, pointer, wrong in (("a day to come", "/day", {"day": "2026-09-02"}), ("one that is not at hand any more", "/day", {"day": "2026-07-22"}),
                                     ("none", "/score", {"score": 0}), ("more than there are", "/score", {"score": 101})):
            with self.subTest(what):
                answer = self.do("scores", 400, **{"day": TODAY, "person": 1, "score": 1, "reason": "x", **wrong})
                self.assertEqual((answer["code"], answer["pointer"]), ("bad_request", pointer))
        self.do("scores", 201, day="2026-07-23", person=1, score=1, reason="x")

    def test_who_had_the_account(self):
        """When somebody was called, whoever has it later that day; who leaves in the evening has done what they did."""
        self.serve(5)
        self.at("09:30")
        for person, account in (1, None), (2, None), (2, "wang"):
            self.ask("PUT", "staff/%d" % person, {"rev": self.ask("GET", "staff/%d" % person)["rev"], "account": account})
        self.at("10:00")
        self.serve(1)
        self.at("16:00")
        self.do("staff/2/leave")
        lines = [(line["person"], line["what"]) for line in self.rows("reports/points") if line["what"].startswith("grade")]
        self.assertEqual(lines, [(1, "grade_5"), (2, "grade_1")])


class Cards(Staffed):
    def setUp(self):
        super().setUp()
        self.duty(1, post="a")
        self.at("08:55")
        self.wang = self.hall.token("wang", 1)
        self.ask("POST", "windows/1/open", {}, token=self.wang)

    def test_back_after_work(self):
        """Is no matter of the hall's: who is away until the shift ends is off then."""
        self.at("09:00")
        self.do("presence", 201, person=1, status="training", until=TODAY + "T17:00:00+08:00")
        self.at("17:05")
        self.assertNotIn("away", [kind for kind, _ in self.cards()])

    def test_away_for_too_long(self):
        """At once, once, and not again for the same pause."""
        self.at("10:00")
        self.ask("POST", "windows/1/pause", {}, token=self.wang)
        self.at("10:14:59")
        self.assertEqual(self.cards(), [])
        self.at("10:15")
        self.assertEqual(self.cards(), [("away", 1)])
        card, = self.ask("GET", "cards")["cards"]
        self.says(card, person=1, since=TODAY + "T10:00:00+08:00", person_name="王芳")
        self.at("10:40")
        self.ask("POST", "cards/1/clear", {}, 400)
        self.ask("POST", "cards/1/clear", {"reason": "x"}, 403, token=self.wang)
        self.says(self.do("cards/1/clear", reason="看病,已批准"), state="cleared")
        self.at("11:30")
        self.assertEqual(self.cards(), [])
        self.ask("POST", "windows/1/resume", {}, token=self.wang)
        self.at("14:00")
        self.ask("POST", "windows/1/pause", {}, token=self.wang)
        self.at("14:15")
        self.assertEqual(self.cards(), [("away", 1)])

    def test_a_pause_over_lunch(self):
        """Is nobody's being away, nor is one after work: it counts from when they are to be there."""
        self.at("12:00")
        self.ask("POST", "windows/1/pause", {"until": TODAY + "T13:30:00+08:00"}, token=self.wang)
        self.at("13:44:59")
        self.assertEqual(self.cards(), [])
        self.at("13:45")
        self.assertEqual(self.cards(), [("away", 1)])
        self.do("cards/1/clear", reason="已回")
        self.ask("POST", "windows/1/resume", {}, token=self.wang)
        self.at("16:50")
        self.ask("POST", "windows/1/pause", {}, token=self.wang)
        self.at("17:30")
        self.assertEqual(self.cards(), [])

    def test_not_back(self):
        """Once when they meant to be back, and once more when they meant to be back later; without a time, when it is too long."""
        self.duty(2, window=None)
        said = self.do("presence", 201, person=2, status="meeting", until=TODAY + "T10:00:00+08:00")
        self.at("09:59:59")
        self.assertEqual(self.cards(), [])
        self.at("10:00")
        self.assertEqual(self.cards(), [("away", None)])
        card, = self.ask("GET", "cards")["cards"]
        self.says(card, person=2, person_name="李雷", since=TODAY + "T10:00:00+08:00")
        self.do("cards/1/clear", reason="会议延长")
        self.at("10:20")
        self.assertEqual(self.cards(), [])
        said = self.ask("PUT", "presence/%d" % said["id"], {"rev": said["rev"], "until": TODAY + "T10:30:00+08:00"})
        self.at("10:30")
        self.assertEqual(self.cards(), [("away", None)])
        self.do("cards/2/clear", reason="已回")
        self.at("10:35")
        self.do("presence", 201, person=2, status="away")
        self.at("10:49:59")
        self.assertEqual(self.cards(), [])
        self.at("10:50")
        self.assertEqual(self.cards(), [("away", None)])

    def test_managers_are_told(self):
        """As an event, which a clerk's stream has not."""
        self.hall.user("boss", "manager")
        self.at("10:00")
        with Stream(self.hall, token=self.hall.token("boss")) as boss, Stream(self.hall, token=self.hall.token("li")) as clerk:
            self.ask("POST", "windows/1/pause", {}, token=self.wang)
            self.at("10:15")
            self.ask("POST", "windows/1/resume", {}, token=self.wang)
            kinds = {who: [] for who in (boss, clerk)}
            for stream, seen in kinds.items():
                while "window.resumed" not in seen:
                    seen.append(stream.next()["event"])
        self.assertIn("card.lit", kinds[boss])
        self.assertNotIn("card.lit", kinds[clerk])

    def test_idle_beside_people(self):
        self.at("10:00")
        self.hall.issue("B")
        self.at("10:10")
        self.assertEqual(self.cards(), [], "nobody it could serve")
        self.hall.issue("A")
        self.at("10:14:59")
        self.assertEqual(self.cards(), [])
        self.at("10:15:01")
        self.assertEqual(self.cards(), [("idle", 1)])

    def test_idle_beside_who_was_elsewhere_before(self):
        """They wait there since they were sent, however long they waited for what they came for."""
        self.do("windows/3/open")
        self.at("09:10")
        self.hall.issue("A")
        self.do("windows/1/next")
        self.at("09:40")
        self.do("windows/1/transfer", service="B")
        self.at("09:44:59")
        self.assertEqual(self.cards(), [])
        self.at("09:45")
        self.assertEqual(self.cards(), [("idle", 3)])

    def test_idle_beside_who_was_sent_there(self):
        self.do("windows/3/open")
        self.hall.issue("A")
        self.do("windows/1/next")
        self.at("09:40")
        self.do("windows/1/transfer", window=3)
        self.at("09:45")
        self.assertEqual(self.cards(), [("idle", 3)])

    def test_called_and_no_key_beside_people(self):
        """A recall is a key.  At a window without a start key (1) it may be the service that lasts."""
        self.do("windows/3/open")
        self.at("10:00")
        for service in "AABB":
            self.hall.issue(service)
        for window in 1, 3:
            self.do("windows/%d/next" % window)
        self.at("10:02")
        self.do("windows/3/recall")
        self.at("10:06:59")
        self.assertEqual(self.cards(), [])
        self.at("10:07")
        self.assertEqual(self.cards(), [("idle", 3)])
        self.says(self.ask("GET", "cards")["cards"][0], since=TODAY + "T10:02:00+08:00")

    def test_left_without_hand_over(self):
        """At once, where nobody is to take over."""
        self.at("10:00")
        self.ask("DELETE", "session", token=self.wang)
        self.at("10:00:01")
        self.assertEqual(self.cards(), [("no_hand_over", 1)])
        self.at("13:40")
        self.assertEqual(self.cards(), [("no_hand_over", 1)], "one for one thing")
        self.do("cards/1/clear", reason="已补位")
        self.hall.token("wang", 1)
        self.at("13:50")
        self.assertEqual(self.cards(), [])

    def test_who_may_still_take_over(self):
        """Post b has `hand_over_s` for it; not after having gone, nor before the duty begins."""
        self.duty(2, window=1, post="b")
        self.at("10:00")
        self.ask("DELETE", "session", token=self.wang)
        self.at("10:04:59")
        self.assertEqual(self.cards(), [])
        self.at("10:05")
        self.assertEqual(self.cards(), [("no_hand_over", 1)])

    def test_who_took_over(self):
        self.duty(2, window=1, post="b")
        self.at("10:00")
        self.ask("DELETE", "session", token=self.wang)
        self.at("10:02")
        li = self.hall.token("li", 1)
        self.at("11:00")
        self.assertEqual(self.cards(), [])
        self.ask("DELETE", "session", token=li)
        self.at("11:00:01")
        self.assertEqual(self.cards(), [("no_hand_over", 1)])
        self.says(self.ask("GET", "cards")["cards"][0], since=TODAY + "T11:00:00+08:00")

    def test_who_stands_in_for_somebody_on_leave(self):
        """Is missed when the other one is not to be there: on leave for all of the day, or for the rest of it."""
        self.do("staff", 201, name="赵六")
        for window, half in (2, "day"), (3, "afternoon"):
            person = self.do("staff", 201, name="职员%d" % window, code="200%d" % window)["id"]
            self.duty(person, window=window, post="a")
            leave = self.do("leave", 201, **{"person": person, "from": TODAY, "to": TODAY, "kind": "sick", "half": half})
            self.do("leave/%d/approve" % leave["id"])
            self.duty(window, window=window, post="b")
        self.do("windows/3/open")
        self.do("attendance/clock", code="2003")
        self.at("09:01")
        self.assertEqual(self.cards(), [("vacant", 2)])
        self.at("12:00")
        self.do("attendance/clock", code="2003")
        self.do("windows/3/close")
        self.at("13:30:59")
        self.assertEqual(self.cards(), [("vacant", 2)])
        self.at("13:31")
        self.assertEqual(self.cards(), [("vacant", 2), ("vacant", 3)])

    def test_handed_over(self):
        self.duty(2, window=1, post="b")
        self.at("10:00")
        self.hall.token("li", 1)
        self.at("11:00")
        self.assertEqual(self.cards(), [])

    def test_lunch_is_nobodys(self):
        self.at("12:00")
        self.ask("POST", "windows/1/close", {}, token=self.wang)
        self.at("13:29")
        self.assertEqual(self.cards(), [])
        self.at("13:31")
        self.assertEqual(self.cards(), [("vacant", 1)])

    def test_a_post_where_nobody_is(self):
        """From when it is late; at the end of the shift it is over."""
        self.duty(2, window=2)
        self.at("09:00:59")
        self.assertEqual(self.cards(), [])
        self.at("09:01")
        self.assertEqual(self.cards(), [("vacant", 2)])

    def test_who_was_there_before_and_went_home(self):
        """Leaves the post to whoever comes after them, though the window stays open; while somebody is still served it is not vacant."""
        for name, begin, end in ("上午班", "09:00", "12:00"), ("下午班", "12:00", "17:00"):
            self.do("shifts", 201, name=name, **{"from": begin, "to": end})
        third = self.do("staff", 201, name="赵六")["id"]
        pad = self.do("tokens", 201, name="pad", role="window", window=2)["token"]
        self.duty(2, window=2, shift=2)
        self.duty(third, window=2, shift=3)
        self.at("08:58")
        self.ask("POST", "windows/2/next", {}, token=pad)
        self.at("11:58")
        self.hall.issue("B")
        self.ask("POST", "windows/2/next", {}, token=pad)
        self.at("12:09")
        self.assertEqual(self.cards(), [])
        self.do("windows/2/finish")
        self.at("12:10")
        self.assertEqual(self.cards(), [("vacant", 2)])
        self.says(self.ask("GET", "cards")["cards"][0], person=third, since=TODAY + "T12:09:00+08:00")

    def test_what_somebody_who_left_for_good_keeps_open(self):
        """Is vacant at once, and on the days to come, until somebody else is rostered there, whose keypad it is then."""
        for day in "2026-09-02", "2026-09-03":
            self.duty(1, day=day)
        self.at("10:00")
        self.do("staff/1/leave")
        self.at("10:01")
        self.assertEqual(self.cards(), [("no_hand_over", 1)])
        self.do("cards/1/clear", reason="已安排")
        self.duty(2, day="2026-09-03", window=1)
        self.do("hall/endday")
        self.at("09:01", "2026-09-02")
        self.assertEqual(self.cards(), [("vacant", 1)])
        self.do("cards/%d/clear" % self.ask("GET", "cards?state=lit")["cards"][0]["id"], reason="已安排")
        pad = self.do("tokens", 201, name="pad", role="window", window=1)["token"]
        self.at("08:58", "2026-09-03")
        self.ask("POST", "windows/1/next", {}, token=pad)
        self.at("17:20", "2026-09-03")
        self.assertEqual([(row["person"], row["verdict"]) for row in self.attendance()], [(1, "ok"), (2, "ok")])
        self.assertEqual(self.cards(), [])

    def test_closed_and_suspended_halls_light_none(self):
        self.duty(2, window=2)
        self.do("hall/suspend")
        self.at("10:00")
        self.assertEqual(self.cards(), [])
        self.do("hall/resume")
        self.at("10:01")
        self.assertEqual(self.cards(), [("vacant", 2)])


    def test_a_day_that_was_ended_lights_none(self):
        """Nobody is missed at the windows that it closed, until the hall goes on."""
        self.at("11:00")
        self.do("hall/endday")
        self.at("11:30")
        self.assertEqual(self.cards(), [])
        self.hall.issue()
        self.at("11:32")
        self.assertEqual(self.cards(), [("no_hand_over", 1)])


class Hours(Staffed):
    layout = {**HALL, "services": [{**service, "hours": [{"days": [2], "open": open_at, "close": close, "ticket_from": "08:00"}
                                                         for open_at, close in (("09:00", "12:00"), ("13:30", "17:00"))]}
                                   for service in HALL["services"]]}

    def test_nobody_is_idle_before_it_opens(self):
        """Nor while it is at lunch; who came in time is served after the last hour too."""
        self.do("windows/1/open")
        for came, none, lit in ("08:40", "09:04:59", "09:05"), ("11:57", "13:31:59", "13:32"), ("16:59", "17:03:59", "17:04"):
            with self.subTest(came):
                self.at(came)
                self.hall.issue("A")
                self.at(none)
                self.assertEqual(self.cards(), [])
                self.at(lit)
                self.assertEqual(self.cards(), [("idle", 1)])
                self.do("cards/%d/clear" % self.ask("GET", "cards?state=lit")["cards"][0]["id"], reason="已提醒")
                self.do("windows/1/next")
                self.do("windows/1/finish")


class NobodyRecorded(unittest.TestCase):
    def test_cards_by_window_alone(self):
        """A hall that has no people in its books is told of windows all the same."""
        world = TimedWorld(HALL, ("voice=voice",))
        self.addCleanup(world.stop)
        ask = lambda method, path, body=None: world.hall.ask(method, path, body, local=True).json
        for window in 1, 3:
            ask("POST", "windows/%d/open" % window, {})
        ask("POST", "windows/1/pause", {})
        world.hall.issue("B")
        world.go(minutes=16)
        self.assertEqual([(card["kind"], card["window"], "person" in card) for card in ask("GET", "cards")["cards"]],
                         [("idle", 3, False), ("away", 1, False)])


if __name__ == "__main__":
    unittest.main()
