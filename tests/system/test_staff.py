"""People of the hall: rosters, who came, where they are, and cards that speak up for a post where nobody is."""

import unittest

from datetime import timedelta

from hall import LAYOUT
from test_clock import TimedWorld

HALL = {**LAYOUT, "devices": [{"id": "voice", "driver": "syn6288"}], "policy": {"double_press_s": 0}}
TODAY = "2026-09-01"            # a Tuesday; time begins at 08:30
SHIFT = {"name": "白班", "from": "09:00", "to": "17:00", "lunch_from": "12:00", "lunch_to": "13:30"}


class Staffed(unittest.TestCase):
    """Wang (account wang, 1001) and Li (account li, 1002); a day shift from 09:00 to 17:00."""

    def setUp(self):
        self.world = TimedWorld(HALL, ("voice=voice",))
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

    def do(self, path, status=200, **body):
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


if __name__ == "__main__":
    unittest.main()
