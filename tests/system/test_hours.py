"""Opening, lunch, closing and the next morning on the test clock, with quotas, holders and exceptions of the day."""

import os
import re
import sqlite3
import subprocess
import unittest

from hall import HALLCTL, LAYOUT as SMALL, Stream
from test_clock import TimedWorld

ANN, BOB = "11010519491231002X", "440524188001010014"

# It is Tuesday, 2026-09-01, 08:30; Thursday is a holiday.
LAYOUT = {
    **SMALL, "devices": [{"id": "printer", "driver": "escpos", "port": ""}],
    "services": [
        {**SMALL["services"][0], "hours": [
            {"days": [1, 2, 3, 4, 5], "open": "09:00", "close": "12:00", "ticket_from": "08:40", "ticket_until": "11:45"},
            {"days": [1, 2, 3, 4, 5], "open": "13:30", "close": "17:00", "ticket_until": "16:30"}],
         "quota": {"segments": [{"from": "09:00", "to": "10:00", "limit": 2}]}},
        {**SMALL["services"][1], "real_name": "required", "quota": {"per_person": 2},
         "hours": [{"days": [1, 2, 3, 4, 5], "open": "09:00", "close": "16:00"}]}],
    "calendar": [{"date": "2026-09-02", "kind": "work", "note": {"zh": "照常上班"}}, {"date": "2026-09-03", "kind": "rest", "note": {"zh": "抗战胜利纪念日", "en": "Victory Day"}}],
}


class Case(unittest.TestCase):
    def setUp(self):
        self.world = TimedWorld(LAYOUT, ("printer=printer",))
        self.addCleanup(self.world.stop)
        self.hall = self.world.hall

    def at(self, clock, day=1):
        """Let time go on until then."""
        then = self.world.time.replace(day=day, hour=int(clock[:2]), minute=int(clock[3:5]),
                                       second=int(clock[6:8] or 0))
        self.world.go(seconds=(then - self.world.time).total_seconds())

    def ask(self, method, path, body=None):
        return self.hall.ask(method, path, body, local=True)

    def status(self):
        return self.ask("GET", "status").json

    def later(self):
        """A moment later: a status is made at most once a second."""
        self.world.go(seconds=2)
        return self.status()

    def service(self, name):
        row, = [row for row in self.ask("GET", "services").json["services"] if row["id"] == name]
        return row["open"], row["reason"], row["opens"] and row["opens"][5:16], row["left"]

    def issue(self, service, **more):
        answer = self.ask("POST", "tickets", {"service": service, **more})
        return answer.json["number"] if answer.status == 201 else (
            answer.code, answer.json.get("opens", "")[5:16] or answer.json.get("number", ""))

    def press(self, no, command):
        answer = self.ask("POST", "windows/%d/%s" % (no, command), {})
        self.assertIn(answer.status, (200, 409), answer)
        return answer.json if answer.status == 200 else answer.code


class Day(Case):
    def test_a_day_and_the_next_morning(self):
        for what, clock, state, opens, service in (
                ("early", "08:39:59", "closed", "09-01T08:40", (False, "hours", "09-01T08:40", None)),
                ("tickets", "08:40", "ticketing", None, (True, None, None, None)),
                ("open", "09:00", "open", None, (True, None, None, 2))):
            with self.subTest(what):
                self.at(clock)
                status = self.status()
                self.assertEqual((status["state"], status["opens"] and status["opens"][5:16]), (state, opens))
                self.assertEqual(self.service("A"), service)
        self.assertEqual([self.issue("A"), self.issue("A"), self.issue("A")], ["A001", "A002", ("quota_full", "09-01T10:00")])
        self.assertEqual(self.service("A"), (False, "quota_segment", "09-01T10:00", 0))
        self.at("09:59:59")
        self.assertEqual(self.issue("A"), ("quota_full", "09-01T10:00"))
        self.at("10:00")
        self.assertEqual(self.issue("A"), "A003")
        self.at("11:45")
        self.assertEqual(self.issue("A"), ("service_closed", "09-01T13:30"))
        self.at("12:00")
        self.assertEqual(self.status()["state"], "open", "B has no lunch")
        self.ask("POST", "overrides", {"service": "B", "closed": True})
        self.assertEqual(self.later()["state"], "lunch")
        self.assertEqual(self.press(1, "next")["ticket"]["number"], "A001", "windows call at lunch")
        self.at("16:30")
        self.assertEqual((self.status()["state"], self.status()["opens"][5:16]), ("closing", "09-02T08:40"))
        self.at("17:20")
        self.assertEqual(self.status()["state"], "closing", "three are here")
        for _ in range(3):
            self.press(1, "next")
        self.assertEqual(self.later()["state"], "closed")
        self.assertEqual(self.press(1, "next"), "not_allowed")
        self.hall.kill()
        self.hall.start()
        self.assertEqual(self.status()["state"], "closed")
        self.assertEqual([row["service"] for row in self.ask("GET", "overrides").json["overrides"]], ["B"])
        self.at("08:45", day=2)
        self.assertEqual(self.status()["state"], "ticketing")
        self.assertEqual(self.ask("GET", "overrides").json["overrides"], [], "that was yesterday")
        self.assertEqual(self.issue("A"), "A001")
        self.at("10:00", day=3)
        status = self.status()
        self.assertEqual((status["note"], status["note_en"], status["opens"][5:16]), ("抗战胜利纪念日", "Victory Day", "09-04T08:40"))
        self.assertEqual(self.service("A"), (False, "rest", "09-04T08:40", None))

    def test_a_stream_is_told_of_what_time_alone_changes(self):
        self.at("08:35")
        tag = self.ask("GET", "status").headers["ETag"]
        with Stream(self.hall) as stream:
            first = stream.next()
            self.assertEqual((first["event"], first["data"]["state"]), ("snapshot", "closed"))
            self.at("08:39:59")
            self.at("08:40")
            event = stream.next(also=lambda event: event["data"]["state"] != "closed")
            self.assertEqual((event["event"], event["data"]["state"], event.get("id")), ("snapshot", "ticketing", None))
            self.assertNotEqual(self.ask("GET", "status").headers["ETag"], tag)
            self.assertEqual(event["data"]["seq"], first["data"]["seq"], "no fact has led to it")
            number = self.issue("A")
            event = stream.next()
            self.assertEqual((event["event"], event["data"]["number"]), ("ticket.issued", number))
            self.assertLessEqual(event["data"]["prev"], first["data"]["seq"], "between them there may be what only staff are told")


    def test_a_day_on_which_nothing_has_happened_yet(self):
        """Its figures are none, not those of the day before; what the calendar says of a date is there at midnight."""
        self.at("09:10")
        self.ask("POST", "tickets/%s/cancel" % self.issue("A"), {"reason": "-"})

        def today():
            status = self.status()
            found = re.search(r'^halld_tickets_today\{what="issued"\} (\d+)$', self.hall.ask("GET", "/metrics", local=True).body.decode(), re.M)
            return status["totals"]["issued_today"], int(found.group(1)), status["note"]

        for what, day, clock, figures in (
                ("in the evening", 1, "23:59", (1, 1, "")), ("midnight", 2, "00:01", (1, 1, "照常上班")), ("before it starts", 2, "03:59", (1, 1, "照常上班")),
                ("it has started", 2, "04:01", (0, 0, "照常上班")), ("before it opens", 2, "08:20", (0, 0, "照常上班"))):
            with self.subTest(what):
                self.at(clock, day)
                self.assertEqual(today(), figures)


class Holders(Case):
    def persons(self):
        with sqlite3.connect(os.path.join(self.hall.state, "halld.db")) as db:
            return db.execute("SELECT id, ticket, last, day FROM person ORDER BY ticket").fetchall()

    def test_who_holds_a_ticket(self):
        self.at("09:10")
        for what, more, outcome in (
                ("nobody", {}, ("bad_request", "")),
                ("no number", {"id_number": "110105194912310021"}, ("bad_request", "")),
                ("ann", {"id_number": ANN}, "B001"),
                ("ann, in a small letter", {"id_number": ANN.lower()}, ("already_waiting", "B001")),
                ("bob", {"id_number": BOB}, "B002")):
            with self.subTest(what):
                self.assertEqual(self.issue("B", **more), outcome)
        self.assertEqual(self.ask("POST", "tickets", {"service": "B", "id_number": ANN}).json["number"], "B001")
        self.hall.kill()
        self.hall.start()
        self.assertEqual(self.issue("B", id_number=ANN), ("already_waiting", "B001"), "known after a power cut")
        self.press(3, "next")
        self.press(3, "start")
        self.press(3, "finish")
        self.assertEqual(self.issue("B", id_number=ANN), "B003")
        self.press(2, "next")
        self.press(2, "next")
        self.press(2, "next")
        self.assertEqual(self.issue("B", id_number=ANN), ("quota_full", "09-02T09:00"))
        self.assertEqual(self.issue("A", id_number=ANN), "A001")
        self.assertEqual(self.issue("A", id_number=ANN), ("already_waiting", "A001"), "though A asks nobody")
        rows = self.persons()
        self.assertEqual([(ticket, last) for _, ticket, last, _ in rows], [(1, "002X"), (2, "0014"), (3, "002X"), (4, "002X")])
        with sqlite3.connect(os.path.join(self.hall.state, "halld.db")) as db:
            events = " ".join(body for body, in db.execute("SELECT body FROM event"))
        self.assertTrue(all(row[0] in events for row in rows), "an event has the id of the row")
        for file in os.listdir(self.hall.state):
            if file != "halld.sock":
                with open(os.path.join(self.hall.state, file), "rb") as f:
                    bytes_of = f.read()
                self.assertNotIn(ANN.encode(), bytes_of, file)
                self.assertNotIn(ANN[:17].encode(), bytes_of, file)
        self.at("09:10", day=2)
        self.assertEqual(self.issue("B", id_number=ANN), "B001", "another day")
        self.assertEqual([(last, day) for _, _, last, day in self.persons()], [("002X", 20260902)], "the rest is forgotten")


class Busy(Case):
    def test_a_kiosk_asks_once_more(self):
        self.at("10:30")
        self.hall.user("door", "kiosk")
        self.hall.user("boss", "manager")
        door = self.hall.token("door")

        def take(**more):
            return self.hall.ask("POST", "tickets", {"service": "A", **more}, token=door).status
        with Stream(self.hall, token=self.hall.token("boss")) as stream:
            self.assertEqual([take() for _ in range(21)], 20 * [201] + [429])
            while (event := stream.next())["event"] != "kiosk.busy":
                pass
            self.assertEqual(event["data"]["device"], "door")
        self.assertEqual([take(again=True), take(), self.issue("A")], [201, 429, "A022"], "asked each time; staff are not")
        self.world.go(seconds=61)
        self.assertEqual(take(), 201)


class Exceptions(Case):
    def ctl(self, *words):
        done = subprocess.run([HALLCTL, "-d", self.hall.state, *words], capture_output=True, text=True, check=False)
        return done.returncode, done.stdout or done.stderr

    def test_by_hallctl(self):
        self.at("10:00")
        for what, words, out in (
                ("closed", ("override", "A", "closed"), r"A +yes +- +-\n"),
                ("all of today's", ("overrides",), r"A +yes +- +-\n"),
                ("until later", ("override", "A", "until", "18:00"), r"A +- +18:00 +-\n"),
                ("another quota", ("override", "A", "quota", "0"), r"A +- +- +0\n"),
                ("none is left", ("services",), r"A +- +quota_day +09-02 08:40:00 +0 "),
                ("as ever", ("override", "A", "none"), r"A +- +- +-\n"),
                ("a rehearsal", ("issue", "A", "--rehearsal"), r"^T001 ")):
            with self.subTest(what):
                status, said = self.ctl(*words)
                self.assertEqual(status, 0, said)
                self.assertRegex(said, out)
        for what, words, out in (
                ("no service", ("override", "Q", "closed"), "unknown_service"),
                ("no time", ("override", "A", "until", "25:00"), "/open_until"),
                ("after midnight", ("override", "A", "until", "00:30"), "/open_until: should be a time of this day, 04:00 to 23:59"),
                ("before the next day starts", ("override", "A", "until", "03:59"), "/open_until")):
            with self.subTest(what):
                status, said = self.ctl(*words)
                self.assertEqual(status, 1, said)
                self.assertIn(out, said)
        self.assertEqual(self.service("A")[0], True, "it is open as it was")
        self.assertEqual(self.ctl("override", "A")[0], 2)

    def test_alarm(self):
        self.at("10:00")
        self.issue("A")

        def alarms():
            said = self.hall.ask("GET", "/metrics", local=True).body.decode()
            return [queue["alarm"] for queue in self.later()["queues"]], 'halld_alarm{service="A"} 1' in said
        self.assertEqual(alarms(), ([True, False], True))
        self.press(1, "open")
        self.assertEqual(alarms(), ([False, False], False))


if __name__ == "__main__":
    unittest.main()
