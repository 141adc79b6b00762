"""A morning with bookings and tickets from afar on the test clock: who comes when, and what becomes of who does not."""

import json
import os
import sqlite3
import subprocess
import unittest

from hall import HALLCTL, LAYOUT as SMALL
from test_clock import TimedWorld

ANN, BOB = "11010519491231002X", "440524188001010014"

# It is Tuesday, 2026-09-01, 08:30; Thursday is a holiday.
LAYOUT = {
    **SMALL, "devices": [{"id": "printer", "driver": "escpos", "port": ""},
                         {"id": "scanner", "driver": "scanner", "port": "", "kiosk": "door"}],
    "services": [
        {**SMALL["services"][0], "hours": [{"days": [1, 2, 3, 4, 5], "open": "09:00", "close": "17:00", "ticket_from": "08:00"}],
         "remote": {"quota": 3, "from": "08:45", "checkin_s": 600},
         "slots": [{"from": "09:30", "to": "10:00", "limit": 3}, {"days": [2], "from": "10:00", "to": "10:30", "limit": 1}]},
        SMALL["services"][1]],
    "calendar": [{"date": "2026-09-03", "kind": "rest"}],
    "policy": {"double_press_s": 0, "bookings": {"per_person": 1, "days": 7}},
}


class Case(unittest.TestCase):
    def setUp(self):
        self.world = TimedWorld(LAYOUT, ("printer=printer", "scanner=scanner,end=0"))
        self.addCleanup(self.world.stop)
        self.hall = self.world.hall

    def at(self, clock, day=1):
        then = self.world.time.replace(day=day, hour=int(clock[:2]), minute=int(clock[3:5]), second=int(clock[6:8] or 0))
        self.world.go(seconds=(then - self.world.time).total_seconds())

    def ask(self, method, path, body=None, **who):
        return self.hall.ask(method, path, body, **(who or {"local": True}))

    def post(self, path, body=None, status=200, code=None, **who):
        answer = self.ask("POST", path, body or {}, **who)
        self.assertEqual((answer.status, answer.code), (status, code), answer)
        return answer.json

    def book(self, clock, until, day=1, status=201, code=None, **more):
        time = "2026-09-%02dT%s:00+08:00"
        return self.post("bookings", {"service": "A", "from": time % (day, clock), "to": time % (day, until), **more},
                         status, code)

    def next(self, no=1):
        ticket = self.post("windows/%d/next" % no)["ticket"]
        return ticket and ticket["number"]

    def state(self, ticket):
        return self.ask("GET", "tickets/" + ticket["token"]).json["state"]


class Bookings(Case):
    def test_a_morning(self):
        """On time, early, late, not at all: 09:30 to 10:00, and somebody without a booking all along."""
        on_time, early, late = (self.book("09:30", "10:00") for _ in range(3))
        self.book("09:30", "10:00", status=409, code="quota_full")
        self.post("bookings/%s/checkin" % early["code"], status=409, code="too_soon")
        self.at("09:00")
        self.post("windows/1/open")
        early_ticket = self.post("bookings/%s/checkin" % early["code"].lower())
        self.assertEqual((early_ticket["number"], early_ticket["state"]), ("A001", "waiting"))
        walk_in = self.post("tickets", {"service": "A"}, 201)
        self.assertEqual((self.ask("GET", "tickets/" + early_ticket["token"]).json["ahead"], walk_in["ahead"]), (1, 0))
        self.assertEqual(self.next(), "A002", "not the early one while somebody else waits")
        self.at("09:26")
        self.post("tickets", {"service": "A"}, 201)
        self.assertEqual(self.next(), "A001", "from five minutes before it is as who came then")
        self.at("09:40")
        self.assertEqual(self.post("bookings/%s/checkin" % on_time["code"])["number"], "A004")
        self.at("10:14:59")
        self.assertEqual(self.ask("GET", "bookings/" + late["code"]).json["state"], "made")
        self.at("10:15")
        self.assertEqual(self.ask("GET", "bookings/" + late["code"]).json["state"], "no_show")
        self.assertEqual(self.post("bookings/%s/checkin" % late["code"])["number"], "A005", "late, but here")
        self.assertEqual([self.next() for _ in range(4)], ["A003", "A004", "A005", None])
        self.assertEqual(self.ask("GET", "bookings?day=today").json, self.ask("GET", "bookings?day=2026-09-01").json)
        states = [row["state"] for row in self.ask("GET", "bookings?day=2026-09-01").json["bookings"]]
        self.assertEqual(states, 3 * ["checked_in"])
        self.assertEqual(len(self.ask("GET", "tickets?state=done").json["tickets"]), 5)
        self.assertEqual(self.ask("GET", "reports/bookings").json["rows"], [["2026-09-01", 3, 3, 0, 0, 100.0, 0.0]], "who was late came")

    def test_days(self):
        """What can be booked, over a night, and a person's limit."""
        slots = self.ask("GET", "slots?service=A").json["slots"]
        self.assertEqual([(slot["from"][5:16], slot["left"]) for slot in slots], [
            ("09-01T09:30", 3), ("09-01T10:00", 1), ("09-02T09:30", 3), ("09-04T09:30", 3), ("09-07T09:30", 3),
            ("09-08T09:30", 3), ("09-08T10:00", 1)], "no weekend, no holiday, a week ahead")
        self.book("09:30", "10:00", day=3, status=400, code="bad_request")
        ann = self.book("09:30", "10:00", day=2, id_number=ANN)
        self.book("09:30", "10:00", day=4, id_number=ANN, status=409, code="quota_full")
        bob = self.book("09:30", "10:00", day=4, id_number=BOB)
        self.assertEqual(self.post("bookings/%s/cancel" % bob["code"])["state"], "cancelled")
        self.post("bookings/%s/cancel" % bob["code"], status=409, code="not_allowed")
        self.post("tickets", {"service": "A"}, 201)
        self.at("09:20", day=2)
        self.assertEqual([(row["from"][5:16], row["id_last"]) for row in self.ask("GET", "bookings").json["bookings"]],
                         [("09-02T09:30", "002X")])
        self.assertEqual(self.post("bookings/%s/checkin" % ann["code"])["number"], "A001")
        self.post("tickets", {"service": "A", "id_number": ANN}, 409, "already_waiting")
        self.book("09:30", "10:00", day=2)
        self.at("10:30", day=2)
        self.assertEqual(self.ask("GET", "reports/bookings?from=2026-09-01&to=2026-09-30").json["rows"],
                         [["2026-09-02", 2, 1, 0, 1, 50.0, 50.0], ["2026-09-04", 1, 0, 1, 0, 0.0, 0.0]], "by the day they are for")
        with sqlite3.connect("file:%s/halld.db?mode=ro" % self.hall.state, uri=True) as db:
            self.assertEqual(db.execute("SELECT count(*) FROM booking WHERE hash <> 0").fetchone(), (0,))
            self.assertEqual(db.execute("SELECT count(*) FROM event WHERE body LIKE '%002X%'").fetchone(), (0,))

    def test_by_nobody(self):
        """The public has a code and nothing else; who guesses waits."""
        self.at("09:10")
        where = {"address": "203.0.113.7"}
        time = "2026-09-01T%s:00+08:00"
        body = {"service": "A", "from": time % "09:30", "to": time % "10:00"}
        mine = self.post("bookings", body, 201, **where)
        self.assertRegex(mine["code"], "^[2-9A-HJ-NP-Z]{8}$")
        self.post("bookings", {**body, "class": "first"}, 403, "forbidden", **where)
        for _ in range(5):
            self.ask("POST", "bookings", body, **where)
        self.post("bookings", body, 429, "too_many", **where)
        self.post("bookings/%s/checkin" % mine["code"], {}, 400, "bad_request", **where)
        board = self.ask("GET", "board").json["code"]
        wrong = "%04d" % ((int(board) + 1) % 10000)
        self.post("bookings/%s/checkin" % mine["code"], {"code": wrong}, 400, "bad_request", **where)
        self.assertEqual(self.post("bookings/%s/checkin" % mine["code"], {"code": board}, **where)["number"], "A001")
        self.assertEqual([self.ask("GET", "bookings/AAAA%04d" % n, **where).status for n in range(21)], 20 * [404] + [429])
        self.assertEqual(self.ask("GET", "bookings/" + mine["code"], **where).status, 200, "its holder never waits")

    def test_import(self):
        """A platform's bookings: each row by itself, and the same reference again is the same booking, also after a power cut."""
        for name in "city", "bank":
            self.hall.user(name, "platform")
        tokens = {name: self.hall.token(name) for name in ("city", "bank")}
        slot = lambda clock, until, day=2: {"service": "A", "from": "2026-09-%02dT%s:00+08:00" % (day, clock), "to": "2026-09-%02dT%s:00+08:00" % (day, until)}
        good = {**slot("09:30", "10:00"), "reference": "c-1", "id_number": ANN, "lang": "en"}
        rows = [
            ("a good one", good, 201, None, None),
            ("the same again", good, 200, None, None),
            ("the same reference, another time", {**good, **slot("09:30", "10:00", day=4)}, 422, "key_reused", None),
            ("no reference", slot("09:30", "10:00"), 400, "bad_request", "/bookings/3/reference"),
            ("an empty one", {**good, "reference": ""}, 400, "bad_request", "/bookings/4/reference"),
            ("a long one", {**good, "reference": 65 * "x"}, 400, "bad_request", "/bookings/5/reference"),
            ("no slot", {**slot("09:31", "10:00"), "reference": "c-2"}, 400, "bad_request", "/bookings/6/from"),
            ("no time", {**good, "reference": "c-3", "to": "noon"}, 400, "bad_request", "/bookings/7/to"),
            ("no service", {**good, "reference": "c-4", "service": "Q"}, 404, "unknown_service", None),
            ("a member too many", {**good, "reference": "c-5", "name": "Ann"}, 400, "bad_request", "/bookings/9/name"),
            ("a wrong check digit", {**good, "reference": "c-6", "id_number": ANN[:17] + "1"}, 400, "bad_request", "/bookings/10/id_number"),
            ("one person has one", {**slot("09:30", "10:00", day=4), "reference": "c-7", "id_number": ANN}, 409, "quota_full", None),
            ("no object", "c-8", 400, "bad_request", "/bookings/12"),
            ("others", {**slot("09:30", "10:00"), "reference": "c-9"}, 201, None, None),
            ("the slot's last", {**slot("09:30", "10:00"), "reference": "c-10"}, 201, None, None),
            ("one too many", {**slot("09:30", "10:00"), "reference": "c-11"}, 409, "quota_full", None)]

        def sent(token, bodies):
            return self.post("bookings/import", {"bookings": bodies}, token=tokens[token])["bookings"]

        answer = sent("city", [body for _, body, *_ in rows])
        for (what, body, status, code, pointer), row in zip(rows, answer, strict=True):
            problem = row["problem"] or {}
            self.assertEqual((row["status"], problem.get("code"), problem.get("pointer")), (status, code, pointer), what)
            self.assertEqual(row["booking"] is None, status >= 400, what)
        first = answer[0]["booking"]
        self.assertEqual((first["lang"], first["state"], answer[1]["booking"]["code"]), ("en", "made", first["code"]))
        self.assertEqual(len(self.ask("GET", "bookings").json["bookings"]), 3)
        self.hall.kill()
        with open(os.path.join(self.hall.state, "halld.db"), "rb") as f:
            self.assertNotIn(b"c-10", f.read(), "a reference is not kept in clear")
        self.hall.start()
        self.at("09:00", day=2)		# another day, too
        tokens.update({name: self.hall.token(name) for name in tokens})
        again = sent("city", [good, {**slot("09:30", "10:00"), "reference": "c-11"}])
        self.assertEqual([(row["status"], row["booking"] and row["booking"]["code"]) for row in again], [(200, first["code"]), (409, None)])
        self.post("bookings/%s/cancel" % first["code"])
        again = sent("bank", [{**good, "reference": "c-1"}]) + sent("city", [good])
        self.assertEqual([row["status"] for row in again], [201, 200], "another platform's reference is another")
        self.assertEqual(again[1]["booking"]["state"], "cancelled")
        self.assertEqual(self.post("bookings/%s/checkin" % again[0]["booking"]["code"])["number"], "A001")
        for what, body in (("none", []), ("too many", 201 * [good]), ("no list", good)):
            with self.subTest(what):
                self.post("bookings/import", {"bookings": body}, 413 if what == "too many" and len(str(body)) > 65536 else 400,
                          "bad_request", token=tokens["city"])

    def test_import_of_a_file(self):
        path = os.path.join(self.hall.state, "bookings.json")
        body = {"service": "A", "from": "2026-09-02T09:30:00+08:00", "to": "2026-09-02T10:00:00+08:00"}

        def run(text, *options):
            with open(path, "w", encoding="utf-8") as f:
                f.write(text)
            return subprocess.run([HALLCTL, "-d", self.hall.state, *options, "import", path], capture_output=True, text=True, check=False)

        for text in json.dumps([{**body, "reference": "r%d" % i} for i in range(3)]), json.dumps({"bookings": [{**body, "reference": "r0"}]}):
            done = run(text)
            self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        code = self.ask("GET", "bookings").json["bookings"][0]["code"]
        self.assertRegex(done.stdout, r"^reference +status +code +detail\nr0 +200 +%s +-\n\Z" % code)
        done = run(json.dumps([{**body, "reference": "r%d" % i} for i in range(150)]))
        lines = done.stdout.splitlines()
        self.assertEqual((done.returncode, len(lines)), (1, 151), done.stderr)
        self.assertRegex(lines[-1], r"^r149 +409 +quota_full +quota_full$")
        self.assertIn('"status":200', run(json.dumps([{**body, "reference": "r0"}]), "--json").stdout)
        for what, text, says in (("no JSON", "[", r"import|bookings\.json"), ("no list", "{}", "should have a list of bookings")):
            with self.subTest(what):
                done = run(text)
                self.assertEqual((done.returncode, len(done.stderr.splitlines())), (1, 1))
                self.assertRegex(done.stderr, says)

    def test_hallctl(self):
        def run(*words, status=0):
            """Where clocks show another time than in the hall."""
            result = subprocess.run([HALLCTL, "-d", self.hall.state, *words], capture_output=True, text=True,
                                    env={**os.environ, "TZ": "Europe/Berlin"}, check=False)
            self.assertEqual(result.returncode, status, result.stderr)
            return result.stdout or result.stderr

        self.assertEqual(json.loads(run("--json", "book", "A", "2026-09-01", "10:00", "10:30"))["from"], "2026-09-01T10:00:00+08:00")
        code = run("book", "A", "2026-09-01", "9:30", "10:00").splitlines()[-1].split()[0]
        self.assertIn(code, run("bookings"))
        self.at("09:10")
        self.assertIn("A001", run("checkin", code))
        remote = self.post("tickets", {"service": "A", "remote": True}, 201)
        self.assertIn("waiting", run("checkin", remote["number"]))
        for words, says in (("A 2026-09-01 09:30 10:30", "A has no time to come from 2026-09-01T09:30 to 2026-09-01T10:30"),
                            ("A 2026-09-01 09:30 noon", "2026-09-01 noon: must be a date and a time, such as 2026-11-25 09:30"),
                            ("Q 2026-09-01 09:30 10:00", "unknown_service")):
            self.assertIn(says, run("book", *words.split(), status=1))

    def test_scanned(self):
        kiosk = self.post("tokens", {"name": "door", "role": "kiosk"}, 201)["token"]
        code = self.book("09:30", "10:00")["code"]
        for text, booking in ((code, code), ("AAAA2222", None)):
            self.world.sim.control("scan scanner " + text)
            self.world.go(seconds=1)
            scan = self.ask("GET", "kiosk/scan", token=kiosk).json
            self.assertEqual((scan["booking"], scan["ticket"]), (booking, None), text)
        self.at("09:05")
        ticket = self.post("bookings/%s/checkin" % code, {}, token=kiosk)
        self.world.go(seconds=5)
        self.assertEqual((ticket["number"], self.ask("GET", "tickets/" + ticket["token"]).json["print"]), ("A001", "printed"))


class Night(unittest.TestCase):
    """A hall that works in the evening and on over midnight."""

    def test_after_midnight(self):
        """It is the same business day: who is late may still come, and what begins then is among today's."""
        slots = [{"from": "23:30", "to": "23:59", "limit": 2}, {"from": "00:30", "to": "01:00", "limit": 2}]
        world = TimedWorld({**LAYOUT, "services": [{**SMALL["services"][0], "slots": slots}, SMALL["services"][1]]},
                           ("printer=printer", "scanner=scanner,end=0"))
        self.addCleanup(world.stop)

        def at(day, hour, minute):
            world.go(seconds=(world.time.replace(day=day, hour=hour, minute=minute) - world.time).total_seconds())

        def post(path, body, status):
            answer = world.hall.ask("POST", path, body, local=True)
            self.assertEqual(answer.status, status, answer)
            return answer.json

        def listed(day):
            rows = world.hall.ask("GET", "bookings?day=" + day, local=True).json["bookings"]
            return [(row["from"][11:16], row["state"]) for row in rows]

        at(1, 23, 0)
        late, early, _ = (post("bookings", {"service": "A", "from": "2026-09-0" + begin, "to": "2026-09-0" + end}, 201)["code"] for begin, end in (
            ("1T23:30:00+08:00", "1T23:59:00+08:00"), ("2T00:30:00+08:00", "2T01:00:00+08:00"), ("2T00:30:00+08:00", "2T01:00:00+08:00")))
        at(2, 0, 20)
        self.assertEqual(listed("today"), [("23:30", "no_show"), ("00:30", "made"), ("00:30", "made")])
        self.assertEqual(post("bookings/%s/checkin" % late, {}, 200)["number"], "A001", "late, but here")
        self.assertEqual(post("bookings/%s/checkin" % early, {}, 200)["number"], "A002")
        at(2, 4, 1)
        self.assertEqual(listed("2026-09-01"), [("23:30", "checked_in"), ("00:30", "checked_in"), ("00:30", "no_show")])
        self.assertEqual(listed("today"), [])


class Slips(Case):
    """The hall cannot serve all who wait: the day ends with slips for the next one."""

    def ctl(self, *words):
        done = subprocess.run([HALLCTL, "-d", self.hall.state, *words], capture_output=True, text=True,
                              env={**os.environ, "TZ": "Asia/Shanghai"}, check=False)
        self.assertEqual(done.returncode, 0, done.stderr)
        return done.stdout

    def test_the_day_ends_with_slips(self):
        self.post("windows/1/open")
        served = self.post("tickets", {"service": "A", "printer": "none"}, 201)
        self.assertEqual(self.next(), "A001")
        waits = [self.post("tickets", {"service": "A", "class": name, "lang": lang}, 201)
                 for name, lang in (("ordinary", "zh"), ("first", "en"), ("ordinary", "zh"), ("ordinary", "zh"))]
        without = self.post("tickets", {"service": "B"}, 201)
        self.world.go(seconds=30)
        mark = self.world.sim.mark()
        answer = json.loads(self.ctl("--json", "endday", "slip"))
        self.assertEqual((answer["issued"], answer["slips"], answer["expired"]), (6, 4, 1))
        self.post("tickets", {"service": "A"}, 409, "service_closed")
        self.world.go(seconds=30)

        tickets = [self.ask("GET", "tickets/" + t["token"]).json for t in (*waits, without, served)]
        self.assertEqual([t["state"] for t in tickets], 5 * ["expired"] + ["called"])
        self.assertEqual([t["booking"] and t["booking"]["from"] for t in tickets], [
            "2026-09-02T09:30:00+08:00", "2026-09-02T09:30:00+08:00", "2026-09-02T09:30:00+08:00", "2026-09-04T09:30:00+08:00",
            None, None], "three a day, and Thursday is a holiday")
        self.assertEqual([t["print"] for t in tickets], 4 * ["printed"] + ["printed", "none"])
        codes = [t["booking"]["code"] for t in tickets[:4]]
        paper = "\n".join(self.world.sim.since(mark))
        for code in codes:
            self.assertEqual(paper.count(code[:4] + "-" + code[4:]), 1)
        self.assertEqual((paper.count("预约单"), paper.count("Booking"), paper.count("09:30-10:00")), (4, 1, 4))
        self.assertLess(paper.index(codes[1][:4] + "-"), paper.index(codes[0][:4] + "-"), "who is next is first")
        self.assertEqual(self.post("tickets/A002/reprint")["print"], "queued")
        self.post("tickets/B001/reprint", status=409, code="not_allowed")

        self.assertIn("已改约", self.ctl("story", "A002"))

        self.post("windows/1/finish")
        self.assertEqual(self.ask("GET", "status").json["state"], "closed")
        self.hall.kill()
        self.hall.start()
        self.assertEqual(self.ask("GET", "tickets/" + waits[0]["token"]).json["booking"]["code"], codes[0])
        self.at("09:10", day=2)
        self.assertEqual(self.ask("GET", "tickets/" + waits[0]["token"]).code, "day_closed")
        self.post("windows/1/open")
        self.assertEqual([self.post("bookings/%s/checkin" % code)["class"] for code in codes[:3]], ["ordinary", "first", "ordinary"])
        self.post("bookings/%s/checkin" % codes[3], status=409, code="too_soon")
        self.assertEqual(self.next(), "A002", "the first ones first")

    def test_paper_that_comes_late(self):
        """Slips for another day wait for their printer; tickets do not."""
        self.world.sim.control("printer paper out")
        first, second = (self.post("tickets", {"service": "A"}, 201) for _ in range(2))
        self.world.go(seconds=90)
        self.assertEqual(self.ask("GET", "tickets/" + first["token"]).json["print"], "failed")
        mark = self.world.sim.mark()
        self.assertEqual(self.post("hall/endday", {"waiting": "slip"})["slips"], 2)
        self.world.go(minutes=10)
        prints = lambda: [self.ask("GET", "tickets/" + t["token"]).json["print"] for t in (first, second)]
        self.assertEqual(prints(), ["queued", "queued"])
        self.hall.kill()
        self.hall.start()
        self.world.sim.control("printer paper ok")
        self.world.go(seconds=60)
        self.assertEqual(prints(), ["printed", "printed"])
        self.assertEqual("\n".join(self.world.sim.since(mark)).count("预约单"), 2)

    def test_who_goes_last_ends_the_day(self):
        """By cancelling, by telephone and at the desk: they are told so, and the day is closed."""
        for number, path, body in (("A001", "tickets/{token}/cancel", {}), ("A002", "tickets/A002/void", {"reason": "误取"})):
            ticket = self.post("tickets", {"service": "A"}, 201)
            self.assertEqual(ticket["number"], number)
            self.post("hall/endday", {"waiting": "serve"})
            self.assertEqual(self.post(path.format(**ticket), body)["state"], "cancelled")
            self.assertEqual(self.ask("GET", "tickets/" + ticket["token"]).code, "day_closed")

    def test_what_is_no_such_ending(self):
        self.post("hall/endday", {"waiting": "tomorrow"}, 400, "bad_request")
        self.post("tickets", {"service": "A"}, 201)
        self.assertEqual(self.post("hall/endday", {"waiting": "serve"})["issued"], 1)
        self.assertEqual(self.post("hall/endday", {"waiting": "slip"})["slips"], 1, "they were to be served, and cannot be")
        self.post("hall/endday", {"waiting": "slip"}, 409, "not_allowed")
        self.post("hall/endday", {"waiting": "serve"}, 409, "not_allowed")
        self.post("hall/endday")
        self.assertEqual([row["state"] for row in self.ask("GET", "bookings").json["bookings"]], ["made"])
        self.assertEqual(self.post("tickets", {"service": "A"}, 201)["number"], "A002")


class Remote(Case):
    def test_reached_and_absent(self):
        where = {"address": "203.0.113.8"}
        take = {"service": "A", "remote": True}
        early = self.post("tickets", take, 409, "service_closed", **where)
        self.assertEqual(early["opens"][5:16], "09-01T08:45")
        self.at("08:45")
        mine = self.post("tickets", take, 201, **where)
        self.assertEqual((mine["number"], mine["state"], mine["print"], mine["remote"]), ("A001", "reserved", "none", True))
        self.post("tickets", {**take, "earlier": mine["token"]}, 409, "already_waiting", **where)
        named = {**take, "id_number": ANN}
        other = self.post("tickets", named, 201, address="203.0.113.7")
        self.assertEqual(self.post("tickets", named, 409, "already_waiting", address="203.0.113.6")["number"], other["number"])
        self.assertEqual(self.post("tickets", {"service": "A", "id_number": ANN}, 409, "already_waiting")["number"], other["number"])
        self.post("tickets/%s/cancel" % other["token"], {}, **where)
        self.post("tickets", {"service": "B", "remote": True}, 403, "forbidden", **where)
        self.post("tickets", {"service": "A"}, 401, "unauthorized", **where)
        self.post("tickets", {"service": "A", "remote": True, "rehearsal": True}, 403, "forbidden", **where)
        self.post("tickets", take, 201, address="203.0.113.9")
        self.post("tickets", take, 201, address="203.0.113.9")
        self.post("tickets", take, 409, "quota_full", address="203.0.113.9")
        self.at("09:00")
        walk_in = self.post("tickets", {"service": "A"}, 201)
        self.assertEqual(self.next(), walk_in["number"], "those who are not here are not called")
        self.world.go(seconds=1)
        seen = self.ask("GET", "tickets/" + mine["token"]).json
        self.assertEqual((seen["state"], seen["ahead"], seen["checkin_until"][11:16]), ("reserved", 0, "09:10"))
        self.at("09:09:59")
        self.assertEqual(self.state(mine), "reserved")
        self.at("09:10:01")
        self.assertEqual(self.state(mine), "no_show")
        board = self.ask("GET", "board").json
        self.assertEqual(board["until"][11:16], "09:11")
        self.post("tickets/%s/checkin" % mine["token"], {"code": "12"}, 400, "bad_request", **where)
        self.at("09:11:30")
        self.assertNotEqual(self.ask("GET", "board").json["code"], board["code"])
        again = self.post("tickets/%s/checkin" % mine["token"], {"code": board["code"]}, **where)
        self.assertEqual((again["state"], again["ahead"]), ("waiting", 0), "the code of the minute before is right too")
        self.assertEqual(self.next(), "A001")

    def test_at_a_kiosk(self):
        self.at("08:45")
        kiosk = self.post("tokens", {"name": "door", "role": "kiosk"}, 201)["token"]
        tickets = [self.post("tickets", {"service": "A", "remote": True}, 201, address="203.0.113.9") for _ in range(2)]
        self.assertEqual(self.post("tickets/A001/checkin", {}, token=kiosk)["state"], "waiting")
        self.assertEqual(self.post("tickets/%s/checkin" % tickets[1]["token"], {}, token=kiosk)["state"], "waiting")
        self.post("tickets/A001/cancel", {}, 404, "unknown_ticket", token=kiosk)
        self.post("tickets/A001/checkin", {}, 409, "not_allowed", token=kiosk)

    def test_guesses(self):
        """Five wrong codes a minute of one address."""
        self.at("08:45")
        mine = self.post("tickets", {"service": "A", "remote": True}, 201, address="203.0.113.9")
        board = self.ask("GET", "board").json["code"]
        wrong = "%04d" % ((int(board) + 5000) % 10000)
        path = "tickets/%s/checkin" % mine["token"]
        codes = [self.ask("POST", path, {"code": wrong}, address="203.0.113.9").status for _ in range(6)]
        self.assertEqual(codes, 5 * [400] + [429])
        self.post(path, {"code": board}, 429, "too_many", address="203.0.113.9")
        self.post(path, {"code": board}, address="203.0.113.10")


if __name__ == "__main__":
    unittest.main()
