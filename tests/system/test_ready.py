"""Equipment and its repairs, rounds, and whether the hall can open."""

import json
import os
import shutil
import signal
import sqlite3
import subprocess
import unittest

from hall import HALLCTL, LAYOUT
from test_clock import TimedWorld
from test_spine import until

# It is Tuesday, 2026-09-01, 08:30.
HOURS = [{"days": [1, 2, 3, 4, 5], "open": "09:00", "close": "17:00"}]
HALL = {**LAYOUT, "services": [{**service, "hours": HOURS} for service in LAYOUT["services"]],
        "devices": [{"id": "printer", "driver": "escpos", "roll_m": 80}, {"id": "voice", "driver": "syn6288"}]}
SIMS = ("printer=printer,speed=0", "voice=voice")
TODAY, TOMORROW = "2026-09-01", "2026-09-02"


class Case(unittest.TestCase):
    layout, sims = HALL, SIMS

    def setUp(self):
        self.world = TimedWorld(self.layout, self.sims)
        self.addCleanup(self.world.stop)
        self.hall = self.world.hall
        self.go(seconds=10)

    def go(self, **duration):
        self.world.go(**duration)

    def at(self, clock, day=1):
        """Let time go on until then."""
        then = self.world.time.replace(day=day, hour=int(clock[:2]), minute=int(clock[3:5]), second=int(clock[6:8] or 0))
        self.go(seconds=(then - self.world.time).total_seconds())

    def sim(self, line):
        self.world.sim.control(line)

    def ask(self, method, path, body=None, status=200, **more):
        answer = self.hall.ask(method, path, body, local=True, **more)
        self.assertEqual(answer.status, status, "%s %s: %r" % (method, path, answer))
        return answer.json

    def cards(self):
        return [(card["kind"], card.get("about"), card.get("device")) for card in self.list("cards?state=lit")]

    def list(self, path):
        return self.ask("GET", path)[path.split("?")[0]]

    def events(self, kind):
        """Those in the log whose kind begins so: their bodies, with the kind."""
        with sqlite3.connect("file:%s?mode=ro" % os.path.join(self.hall.state, "halld.db"), uri=True) as db:
            rows = db.execute("SELECT kind, body FROM event WHERE kind LIKE ? ORDER BY seq", (kind + "%",)).fetchall()
        return [{**json.loads(body), "kind": kind} for kind, body in rows]

    def table(self, pattern, *words):
        """Of hallctl, for people."""
        done = subprocess.run([HALLCTL, "-d", self.hall.state, *words], stdout=subprocess.PIPE, check=False, encoding="utf-8")
        self.assertRegex(done.stdout, pattern)

    def says(self, record, **members):
        self.assertEqual({name: record.get(name) for name in members}, members)


class Equipment(Case):
    def add(self, **more):
        return self.ask("POST", "equipment", {"no": "YL-07", "kind": "打印机", "device": "printer", "place": "一楼", **more}, 201)

    def test_beside_each_thing_is_how_its_device_is(self):
        self.add()
        self.ask("POST", "equipment", {"no": "YL-08", "kind": "椅子"}, 201)
        printer, chair = self.list("equipment")
        self.says(printer["live"], state="ok", well=True)
        self.assertEqual(printer["live"]["seen"], next(d for d in self.list("devices") if d["id"] == "printer")["heard_at"])
        self.assertIsNone(chair["live"])
        self.table(r"(?m)^1 .* YL-07 .* ok +answers +09-01 08:3\d:\d\d$", "equipment")
        self.table(r"(?m)^2 .* YL-08 .* - +- +-$", "equipment")
        self.table(r"(?m)^1 .* YL-07 .* ok +answers +09-01 08:3\d:\d\d$", "equipment", "1")
        self.at("09:10")
        self.sim("printer unplug")
        self.go(seconds=10)
        live = self.ask("GET", "equipment/1")["live"]
        self.says(live, state="unplugged", well=False)
        self.assertEqual(live["since"][:16], TODAY + "T09:10")
        self.assertLess(TODAY + "T09:09", live["seen"])
        self.assertLessEqual(live["seen"], live["since"], "it answered last before that")

    def test_bad_input(self):
        """The place is named, and nothing changes."""
        self.add()
        self.ask("POST", "equipment", {"no": "YL-08", "kind": "椅子"}, 201)
        self.ask("POST", "staff", {"name": "王芳"}, 201)
        self.ask("POST", "repairs", {"fault": "x"}, 201)
        self.ask("POST", "staff", {"name": "李雷"}, 201)
        self.ask("POST", "staff/2/leave", {})
        before = self.hall.seq()
        for what, path, body, pointer in (
                ("a number that another has", "equipment", {"no": "YL-07", "kind": "x"}, "/no"),
                ("a device that there is not", "equipment", {"no": "2", "kind": "x", "device": "spoon"}, "/device"),
                ("a device that another is", "equipment", {"no": "2", "kind": "x", "device": "printer"}, "/device"),
                ("put aside with a number that another has", "equipment/2/put_aside", {"no": "YL-07"}, "/no"),
                ("put aside as a device that another is", "equipment/2/put_aside", {"device": "printer"}, "/device"),
                ("a repair of nothing", "repairs", {"device": "voice"}, "/fault"),
                ("a repair of a device that there is not", "repairs", {"fault": "x", "device": "spoon"}, "/device"),
                ("nobody assigned", "repairs/1/assign", {}, "/person"),
                ("assigned to null", "repairs/1/assign", {"person": None}, "/person"),
                ("assigned to who has left", "repairs/1/assign", {"person": 2}, "/person"),
                ("arrived at a device that there is not", "repairs/1/arrive", {"device": "spoon"}, "/device"),
                ("closed without a word", "repairs/1/close", {}, "/note"),
                ("when it was fixed", "repairs/1/fix", {"fixed": "2026-09-01T08:00:00+08:00"}, "/fixed"),
                ("more bad than looked at", "inspections", {"day": TODAY, "kind": "round", "points": 3, "bad": 4}, "/bad")):
            with self.subTest(what):
                self.says(self.ask("POST", path, body, 400), code="bad_request", pointer=pointer)
        self.says(self.ask("POST", "repairs/1/verify", {}, 409), code="not_allowed", state="reported")
        self.assertEqual(self.hall.seq(), before)

    def test_a_fault_that_lasts_is_repaired(self):
        """Offline for five minutes: one order; back online does not close it, verified does."""
        self.add()
        self.ask("POST", "staff", {"name": "王芳"}, 201)
        self.at("09:10")
        self.sim("printer unplug")
        self.at("09:14")
        self.assertEqual(self.list("repairs"), [])
        self.at("09:16")
        repair, = self.list("repairs")
        self.says(repair, state="reported", device="printer", address=0, asset=1, asset_name="YL-07")
        self.assertEqual(repair["reported"][:16], TODAY + "T09:10", "since it began")
        self.assertNotEqual(repair["fault"], "")
        self.assertEqual(self.cards(), [("repair", 1, "printer")])

        self.sim("printer replug")
        self.at("09:30")
        repair, = self.list("repairs")
        self.says(repair, state="reported")
        self.says(repair["live"], well=True)
        self.sim("printer unplug")
        self.at("09:50")
        self.assertEqual(len(self.list("repairs")), 1, "of a second fault meanwhile there is none")
        self.sim("printer replug")
        self.at("10:10")

        self.says(self.ask("POST", "repairs/1/assign", {"person": 1}), state="assigned", person=1)
        self.says(self.ask("GET", "repairs/1"), person_name="王芳")
        self.says(self.ask("POST", "repairs/1/arrive", {}), state="on_site")
        fixed = self.ask("POST", "repairs/1/fix", {"cost": 5000})
        self.says(fixed, state="fixed", cost=5000, fixed=TODAY + "T10:10:00+08:00")
        self.says(self.ask("POST", "repairs/1/reopen", {}), state="reported", fixed=None)
        self.at("10:20")
        self.ask("POST", "repairs/1/fix", {})
        self.assertEqual(len(self.list("repairs")), 1)
        self.assertEqual(self.cards(), [("repair", 1, "printer")])
        self.ask("POST", "repairs/1/verify", {})
        self.assertEqual((self.list("repairs"), self.cards()), ([], []))

    def test_a_spare_is_taken_from_stock(self):
        item = self.ask("POST", "stock", {"code": "C1", "name": "切刀", "unit": "个"}, 201)["id"]
        self.ask("POST", "moves", {"item": item, "kind": "in", "quantity": 3, "place": "库房", "cost": 2000}, 201)
        self.ask("POST", "repairs", {"device": "printer", "fault": "cutter is stuck"}, 201)
        before = self.hall.seq()
        self.says(self.ask("POST", "repairs/1/fix", {"item": item, "quantity": 4}, 400), code="bad_request", pointer="/quantity")
        self.assertEqual(self.hall.seq(), before)
        self.says(self.ask("POST", "repairs/1/fix", {"item": item}), state="fixed", item=item, quantity=1)
        self.assertEqual(self.list("stock")[0]["stock"], 2)
        self.ask("POST", "repairs/1/reopen", {})
        self.ask("POST", "repairs/1/fix", {})
        self.assertEqual(self.list("stock")[0]["stock"], 2, "what it took is used, and no other is")
        move, = [m for m in self.events("stock.move") if m["record"]["kind"] == "use"]
        self.says(move["record"], device="printer", place="库房", quantity=1)

    def test_a_spare_is_said_when_it_is_taken(self):
        """With fix, or before it: later the record would have one that no stock lacks, or another number than was taken."""
        item = self.ask("POST", "stock", {"code": "C1", "name": "切刀", "unit": "个"}, 201)["id"]
        self.ask("POST", "moves", {"item": item, "kind": "in", "quantity": 9}, 201)
        self.ask("POST", "repairs", {"device": "printer", "fault": "cutter is stuck"}, 201)
        self.says(self.ask("POST", "repairs/1/close", {"note": "x", "item": item}, 400), pointer="/item")
        self.ask("POST", "repairs/1/fix", {})
        rev = self.ask("GET", "repairs/1")["rev"]
        self.says(self.ask("PUT", "repairs/1", {"rev": rev, "item": item, "quantity": 1}, 400), pointer="/item")
        self.says(self.ask("POST", "repairs/1/verify", {"item": item}, 400), pointer="/item")
        self.ask("POST", "repairs/1/reopen", {})
        self.ask("PUT", "repairs/1", {"rev": rev + 1, "item": item, "quantity": 2})
        self.says(self.ask("POST", "repairs/1/fix", {}), item=item, quantity=2)
        self.says(self.ask("PUT", "repairs/1", {"rev": rev + 3, "quantity": 1}, 400), pointer="/quantity")
        self.ask("PUT", "repairs/1", {"rev": rev + 3, "note": "换了两把"})
        self.ask("POST", "repairs/1/verify", {"cost": 500})
        self.assertEqual(self.list("stock")[0]["stock"], 7)

    def test_one_order_a_fault(self):
        """Closed by who knows better while it lasts, it is not ordered again; a fault that comes later is."""
        self.at("09:10")
        self.sim("voice unplug")
        self.at("09:20")
        self.ask("POST", "repairs/1/close", {"note": "taken away to be cleaned"})
        self.assertEqual(self.cards(), [])
        self.at("12:00")
        self.assertEqual(self.list("repairs"), [])
        self.sim("voice replug")
        self.at("12:30")
        self.sim("voice unplug")
        self.at("12:40")
        self.assertEqual([repair["id"] for repair in self.list("repairs")], [2])

    def test_a_device_that_is_taken_out(self):
        """What the layout has no more is at fault no more."""
        self.at("09:10")
        self.sim("voice unplug")
        self.at("09:12")
        answer = self.hall.ask("GET", "layout", local=True)
        devices = [d for d in answer.json["devices"] if d["id"] != "voice"]
        self.ask("PUT", "layout", {**answer.json, "devices": devices}, headers=[("If-Match", answer.headers["ETag"])])
        self.at("09:30")
        self.assertEqual(self.list("repairs"), [])
        voice = [e for e in self.events("device.") if e["device"] == "voice"]
        self.assertEqual([e["kind"] for e in voice], ["device.fault", "device.ok"])

    def test_a_night_without_power_is_no_fault(self):
        """Off at 16:58, on again at 08:50: two minutes of the hall's hours.  Another stays off: at 09:03 it is five."""
        self.at("16:58")
        self.sim("printer unplug")
        self.sim("voice unplug")
        self.at("08:50", day=2)
        self.sim("printer replug")
        self.at("09:02", day=2)
        self.assertEqual(self.list("repairs"), [])
        self.at("09:04", day=2)
        repair, = self.list("repairs")
        self.says(repair, device="voice")
        self.assertEqual(repair["reported"][:15], TODAY + "T16:5")

    def test_a_fault_goes_on_over_the_night_and_a_restart(self):
        """It is one, and was told once."""
        self.ask("POST", "tickets", {"service": "A"}, 409)
        self.at("16:50")
        self.ask("POST", "tickets", {"service": "A"}, 201)
        self.at("16:58")
        self.sim("voice unplug")
        self.at("08:00", day=2)
        self.hall.kill()
        self.hall.start()
        self.at("08:30", day=2)
        self.assertEqual(self.list("repairs"), [])
        self.at("09:06", day=2)
        repair, = self.list("repairs")
        self.assertEqual(repair["reported"][:15], TODAY + "T16:5")
        self.sim("voice replug")
        self.at("09:20", day=2)
        self.says(self.list("repairs")[0]["live"], well=True)
        told = [(e["kind"], e.get("reason")) for e in self.events("device.")]
        self.assertEqual(len(told), len(set(told)), "each reason once: %r" % told)

    def test_a_round_by_hand(self):
        body = {"day": TODAY, "kind": "round", "points": 12, "bad": 1, "note": "叫号屏3偏色"}
        made = self.ask("POST", "inspections", body, 201)["id"]
        self.says(self.ask("GET", "inspections/%d" % made), **body, at=TODAY + "T08:30:10+08:00")


class Ready(Case):
    def ready(self):
        return self.ask("GET", "ready")

    def bad(self, state=None):
        """What is not green, in the order in which it comes."""
        return [f["code"] for f in self.ready()["findings"] if f["state"] != "green" and state in (None, f["state"])]

    def test_a_green_hall_is_green(self):
        self.at("08:45")
        answer = self.ready()
        self.says(answer, state="green", points=10, bad=0, at=TODAY + "T08:45:00+08:00", opens_at=TODAY + "T09:00:00+08:00")
        hours, = answer["findings"]
        self.says(hours, point="hours", state="green", code="hours.today", closes_at=TODAY + "T17:00:00+08:00")
        self.says(hours["what"], zh="今天09:00开门，17:00关门", en="Opens at 09:00 today, closes at 17:00")

    def test_a_device_that_is_unplugged(self):
        self.sim("voice unplug")
        self.go(seconds=10)
        answer = self.ready()
        self.says(answer, state="red", bad=1)
        self.says(answer["findings"][0], point="devices", state="red", code="devices.unplugged", device="voice", windows=[])
        self.assertIn("voice没有接上", answer["findings"][0]["what"]["zh"])
        self.sim("voice replug")
        self.go(seconds=30)
        self.assertEqual(self.bad(), [])

    def test_paper(self):
        self.sim("printer paper near")
        self.go(minutes=1)
        self.assertEqual(self.bad(), ["paper.low"])
        self.sim("printer paper out")
        self.go(minutes=1)
        self.assertEqual(self.bad(), ["devices.fault"])
        self.sim("printer paper ok")
        self.go(minutes=1)
        self.assertEqual(self.bad(), [])

    def test_exceptions_of_the_day(self):
        self.ask("POST", "overrides", {"service": "B", "open_until": "15:00"})
        answer = self.ready()
        self.says(answer, state="amber", bad=1)
        self.says(answer["findings"][0], code="hours.until", service="B", until="15:00")
        self.says(answer["findings"][0]["what"], en="Insurance closes at 15:00 today")

    def test_exceptions_of_a_day_whose_hours_are_over(self):
        """Are none of the day that opens next; of one on which nothing opens they are."""
        for service in "AB":
            self.ask("POST", "overrides", {"service": service, "closed": True})
        self.assertEqual([code for code in self.bad() if code.startswith("hours.")], ["hours.closed", "hours.closed"])
        for clock, day, codes in ("16:59", 1, ["hours.closed"] * 2), ("17:00", 1, []), ("00:30", 2, []):
            self.at(clock, day)
            self.assertEqual([code for code in self.bad() if code.startswith("hours.")], codes, clock)
        self.at("10:00", 2)
        self.ask("POST", "overrides", {"service": "A", "open_until": "20:00"})
        for clock, codes in ("19:59", ["hours.until"]), ("20:00", []):
            self.at(clock, 2)
            self.assertEqual([code for code in self.bad() if code.startswith("hours.")], codes, clock)

    def test_a_hall_that_is_suspended(self):
        self.ask("POST", "hall/suspend", {})
        self.assertEqual(self.bad("red"), ["hours.halted"])

    def test_windows_with_nobody(self):
        """Rostered, the shift has begun, and nobody signed in."""
        self.ask("POST", "shifts", {"name": "早班", "from": "08:50", "to": "17:00"}, 201)
        for window, post in ((1, "a"), (2, "a"), (3, "b")):
            person = self.ask("POST", "staff", {"name": "员工%d" % window}, 201)["id"]
            self.ask("POST", "roster", {"day": TODAY, "person": person, "shift": 1, "window": window, "post": post}, 201)
        self.assertEqual(self.bad(), [], "it is 08:30")
        self.at("08:50")
        self.hall.user("ann", "clerk")
        self.hall.token("ann", 1)
        finding = self.ready()["findings"][0]
        self.says(finding, code="staff.absent", state="amber", windows=[2])

    def test_windows_of_who_is_on_leave(self):
        """Are nobody's to be called while that lasts."""
        self.ask("POST", "shifts", {"name": "日班", "from": "09:00", "to": "17:00"}, 201)
        for window, half in (1, "day"), (2, "morning"), (3, "afternoon"):
            person = self.ask("POST", "staff", {"name": "员工%d" % window}, 201)["id"]
            self.ask("POST", "roster", {"day": TODAY, "person": person, "shift": 1, "window": window}, 201)
            leave = self.ask("POST", "leave", {"person": person, "from": TODAY, "to": TODAY, "half": half, "kind": "sick"}, 201)
            self.ask("POST", "leave/%d/approve" % leave["id"], {})
        for time, windows in ("10:00", [3]), ("14:00", [2]):
            self.at(time)
            finding, = (each for each in self.ready()["findings"] if each["code"].startswith("staff."))
            self.says(finding, code="staff.absent", windows=windows)

    def test_looked_at_again_when_it_opens(self):
        """Who is to be there and is not is known only then; it is the same inspection, and what people noted stays."""
        self.ask("POST", "shifts", {"name": "日班", "from": "09:00", "to": "17:00"}, 201)
        for window in 1, 2:
            person = self.ask("POST", "staff", {"name": "员工%d" % window}, 201)["id"]
            self.ask("POST", "roster", {"day": TODAY, "person": person, "shift": 1, "window": window}, 201)
        self.at("08:31")
        inspection, = self.list("inspections")
        self.says(inspection, bad=0, by_itself=True)
        self.ask("PUT", "inspections/1", {"rev": 1, "note": "已巡视"})
        rostered = self.ready()["findings"][0]
        self.says(rostered, code="staff.rostered", state="green", windows=[1, 2])
        self.hall.user("ann", "clerk")
        self.hall.token("ann", 1)
        self.at("09:01")
        inspection, = self.list("inspections")
        self.says(inspection, id=1, bad=1, findings="staff.absent 2", at=TODAY + "T09:00:00+08:00")
        self.says(self.ask("GET", "inspections/1"), note="已巡视")
        self.assertEqual(self.bad(), ["staff.absent"])
        self.at("16:00")
        self.assertEqual(self.list("inspections"), [inspection])

    def test_by_itself(self):
        """Half an hour before the hall opens, kept as the day's inspection."""
        self.assertEqual(self.list("inspections"), [], "devices may still be about to answer")
        self.at("08:31")
        inspection, = self.list("inspections")
        self.says(inspection, day=TODAY, kind="opening", points=10, bad=0, state="done")
        self.at("16:00")
        self.ask("POST", "tickets", {"service": "A"}, 201)
        self.at("22:00")
        self.sim("voice unplug")
        self.at("08:29", day=2)
        self.assertEqual(len(self.list("inspections")), 1)
        self.at("08:31", day=2)
        inspection = self.list("inspections")[1]
        self.says(inspection, day=TOMORROW, kind="opening", points=10, bad=1, findings="devices.unplugged voice")
        self.assertEqual(inspection["at"][:16], TOMORROW + "T08:30")
        self.hall.kill()
        self.hall.start()
        self.at("12:00", day=2)
        self.assertEqual(len(self.list("inspections")), 2, "once a day")

    def test_a_day_of_rest(self):
        """On Saturday nothing is looked at by itself, and asked it says when the hall opens."""
        self.at("10:00", day=5)
        answer = self.ready()
        self.says(answer, opens_at="2026-09-07T09:00:00+08:00")
        self.assertEqual(answer["findings"][-1]["what"]["en"], "Opens at 2026-09-07 09:00")
        self.assertEqual([i["day"][-2:] for i in self.list("inspections")], ["01", "02", "03", "04"])

    def test_a_backup_that_is_old(self):
        folder = os.path.join(self.hall.state, "backup")
        self.at("10:00")
        self.ask("POST", "tickets", {"service": "A"}, 201)
        self.at("08:40", day=2)
        self.assertEqual(self.bad(), [], "made when the day was closed")
        name, = os.listdir(folder)
        shutil.copy(os.path.join(folder, name), os.path.join(folder, "halld-20990101-040000.db"))    # of a night with a wrong clock
        for day, state in (("20260831", "amber"), ("20260820", "red")):
            os.rename(os.path.join(folder, name), os.path.join(folder, "halld-%s-183000.db" % day))
            name = "halld-%s-183000.db" % day
            self.assertEqual(self.bad(state), ["backup.old"])
        os.unlink(os.path.join(folder, name))
        self.assertEqual(self.bad("red"), ["backup.none"])

    def test_the_newest_of_many_copies(self):
        """Is the one that is looked at, however many are kept."""
        folder = os.path.join(self.hall.state, "backup")
        self.ask("PUT", "layout", {**self.ask("GET", "layout"), "backup": {"keep": 200}},
                 headers=[("If-Match", self.hall.ask("GET", "layout", local=True).headers["ETag"])])
        made = self.ask("POST", "backup", {})["path"]
        for minute in range(198):
            os.link(made, os.path.join(folder, "halld-20260801-%02d%02d00.db" % divmod(minute, 60)))
        os.rename(made, os.path.join(folder, "halld-20260801-040000.db"))
        self.at("10:00")
        self.ask("POST", "tickets", {"service": "A"}, 201)
        self.at("08:40", day=2)
        self.assertEqual((len(os.listdir(folder)), self.bad()), (200, []))

    def test_a_layout_that_is_not_taken(self):
        with open(self.hall.conf, encoding="utf-8") as f:
            right = f.read()
        for text, bad in (("{", ["layout.problem"]), (right, [])):
            with open(self.hall.conf, "w", encoding="utf-8") as f:
                f.write(text)
            self.hall.process.send_signal(signal.SIGHUP)
            until("it is looked at", lambda bad=bad: self.bad() == bad)

    def test_the_clock(self):
        self.at("09:30")
        self.ask("POST", "tickets", {"service": "A"}, 201)
        self.at("09:20")
        self.ask("POST", "tickets", {"service": "A"}, 201)
        self.assertEqual(self.bad(), ["clock.stepped"])

    def ctl(self, *words):
        return subprocess.run([HALLCTL, "-d", self.hall.state, *words], stdout=subprocess.PIPE, check=False, encoding="utf-8")

    def test_hallctl(self):
        """0 and a line when it is green, else 1 and what to do."""
        self.at("08:45")
        done = self.ctl("ready", "-l", "en")
        self.assertEqual((done.returncode, done.stdout.splitlines()), (0, [
            "green; opens 2026-09-01T09:00; 10 of 10 points",
            "green  hours    Opens at 09:00 today, closes at 17:00                       "]))
        self.sim("voice unplug")
        self.go(seconds=10)
        done = self.ctl("ready")
        self.assertEqual(done.returncode, 1)
        self.assertEqual(done.stdout.splitlines()[0], "red; opens 2026-09-01T09:00; 9 of 10 points")
        self.assertRegex(done.stdout.splitlines()[1], "^red    devices  voice没有接上，从08:45起 +检查它的电源和数据线")
        done = self.ctl("--json", "ready")
        self.assertEqual((done.returncode, json.loads(done.stdout)["state"]), (1, "red"))
        self.sim("voice replug")
        self.go(seconds=30)
        done = self.ctl("--json", "ready")
        self.assertEqual((done.returncode, json.loads(done.stdout)["state"]), (0, "green"))

    def test_metrics(self):
        def ready():
            return [line for line in self.hall.ask("GET", "/metrics", local=True).body.decode().splitlines() if line.startswith("halld_ready ")]

        self.assertEqual(ready(), [], "nobody has looked yet")
        self.at("08:31")
        self.assertEqual(ready(), ["halld_ready 2"])
        self.sim("voice unplug")
        self.go(seconds=10)
        self.ready()
        self.assertEqual(ready(), ["halld_ready 0"])

    def test_who_may_ask(self):
        for name, role, status in (("gil", "guide", 200), ("mae", "manager", 200), ("ian", "inspector", 200), ("cal", "clerk", 403)):
            with self.subTest(role):
                self.hall.user(name, role)
                self.assertEqual(self.hall.ask("GET", "ready", token=self.hall.token(name)).status, status)
        self.assertEqual(self.hall.ask("GET", "ready").status, 401)


class WrongClock(Case):
    layout = {**HALL, "services": [{**service, "hours": [{"days": [1, 2, 3, 4, 5], "open": "06:00", "close": "08:00"}]} for service in LAYOUT["services"]]}

    def test_put_right_before_anybody_did_anything(self):
        """It is looked at by what it is then: what seemed to be over for today is not."""
        self.go(minutes=1)
        self.assertEqual(self.list("inspections"), [])
        self.go(minutes=-110)
        self.go(minutes=10)
        self.assertEqual([i["at"][:15] for i in self.list("inspections")], [TODAY + "T06:4"])


class Paper(Case):
    layout = {**HALL, "devices": [{"id": "printer", "driver": "escpos", "roll_m": 8}, HALL["devices"][1]], "office": {"near_mm": 1000}}

    def finding(self):
        answer = self.ask("GET", "ready")
        return [f for f in answer["findings"] if f["point"] == "paper"]

    def test_a_roll_that_ends_today(self):
        """Eight metres; a day takes six of them, from ten on."""
        self.at("10:00")
        self.assertEqual(self.finding(), [], "nothing is known of what a day takes")
        for _ in range(100):
            self.ask("POST", "tickets", {"service": "A"}, 201)
            self.go(minutes=1)
        self.at("08:40", day=2)
        finding, = self.finding()
        self.says(finding, state="amber", code="paper.ends", device="printer")
        self.assertRegex(finding["ends_at"], TOMORROW + "T10:3")
        self.ask("POST", "devices/printer/roll", {"new": True})
        self.assertEqual(self.finding(), [])

    def test_a_roll_that_is_nearly_used_up(self):
        """By the book: less than near_mm of it is left."""
        self.at("10:00")
        while self.list("devices")[0]["left_mm"] > 1000:
            self.ask("POST", "tickets", {"service": "A"}, 201)
            self.go(seconds=10)
        self.says(self.finding()[0], state="red", code="paper.low")


class TwoPrinters(Case):
    layout = {**HALL, "devices": [{"id": "printer", "driver": "escpos", "roll_m": 11}, {"id": "other", "driver": "escpos", "roll_m": 11}, HALL["devices"][1]],
              "office": {"near_mm": 1000}}
    sims = ("printer=printer,speed=0", "printer=other,speed=0", "voice=voice")

    def test_one_that_prints_nearly_all(self):
        """Nearly six metres a day, and less is left: its share is that of the day before also in the morning, when nothing is printed yet."""
        self.at("10:00")
        for n in range(100):
            self.ask("POST", "tickets", {"service": "A", "printer": "printer" if n % 20 else "other"}, 201)
            self.go(minutes=1)
        for clock in "08:40", "08:50":
            self.at(clock, day=2)
            paper = [(f["code"], f["state"], f["device"]) for f in self.ask("GET", "ready")["findings"] if f["point"] == "paper"]
            self.assertEqual(paper, [("paper.ends", "amber", "printer")])
            self.hall.kill()
            self.hall.start()


class Report(Case):
    def rows(self, name, **query):
        """As objects by name of the column."""
        body = self.ask("GET", "reports/%s?%s" % (name, "&".join("%s=%s" % pair for pair in query.items())))
        return [dict(zip([column["name"] for column in body["columns"]], row)) for row in body["rows"]]

    def test_a_day_and_a_half(self):
        """Tuesday 09:00 to 17:00, Wednesday until 13:00: 12 hours.  The printer is off 10:00 to 11:00, and 16:30 to 09:30: two hours, two faults."""
        self.ask("POST", "equipment", {"no": "YL-07", "kind": "打印机", "device": "printer"}, 201)
        self.ask("POST", "equipment", {"no": "YL-08", "kind": "椅子"}, 201)
        self.at("09:30")
        self.ask("POST", "tickets", {"service": "A"}, 201)
        self.at("10:00")
        self.sim("printer paper out")
        self.at("10:30")
        self.sim("printer unplug")              # another reason, the same fault
        self.at("11:00")
        self.sim("printer replug")
        self.sim("printer paper ok")
        self.at("12:00")
        self.ask("POST", "repairs/1/fix", {"cost": 12050})
        self.ask("POST", "repairs/1/verify", {})
        self.at("16:30")
        self.sim("printer unplug")
        self.at("09:30", day=2)
        self.sim("printer replug")
        self.at("13:00", day=2)
        self.ask("POST", "tickets", {"service": "A"}, 201)
        self.ask("POST", "inspections", {"day": TOMORROW, "kind": "round", "points": 5, "bad": 1, "note": "sign 3"}, 201)
        self.ask("POST", "repairs", {"asset": 2, "fault": "x", "cost": 700}, 201)
        self.ask("POST", "repairs", {"fault": "door", "cost": 300}, 201)
        self.ask("POST", "repairs/4/fix", {})
        period = {"from": TODAY, "to": TOMORROW}
        printer, chair, voice = self.rows("equipment", **period)
        self.says(printer, asset_no="YL-07", device="printer", address=0, duty=720.0, faults=2, mtbf_h=6.0, repairs=2, repairs_open=1, mttr_h=2.0, repair_cost=120.5)
        self.assertAlmostEqual(printer["online"], 100 * 10 / 12, delta=0.05)
        self.says(chair, asset_no="YL-08", device=None, address=None, duty=None, online=None, faults=None, repairs=1, repairs_open=1, mttr_h=None, repair_cost=0.0)
        self.says(voice, asset_no="", device="voice", duty=720.0, online=100.0, faults=0, mtbf_h=None, repairs=0, mttr_h=None)
        whole, = self.rows("equipment_all", **period)
        self.says(whole, devices=2, duty=1440.0, faults=2, mtbf_h=12.0, mttr_h=1.0, repairs=4, repairs_open=3,
                  checks_planned=2, checks_done=2, checks_share=100.0, rounds=1, repair_cost=123.5)
        self.assertEqual([(row["day"], row["checks_planned"], row["checks_done"], row["rounds"], row["bad"], row["findings"])
                          for row in self.rows("inspections", **period)],
                         [(TODAY, 1, 1, 0, 0, None), (TOMORROW, 1, 1, 1, 2, "devices.unplugged printer")])
        first, _, _ = self.rows("equipment", **{"from": TODAY, "to": TODAY})
        self.says(first, duty=480.0, faults=2, repairs=2, repairs_open=1, repair_cost=120.5)
        self.assertEqual([row["repair_cost"] for row in self.rows("equipment", **{"from": TOMORROW, "to": TOMORROW})], [0.0, 0.0, 0.0])

    def test_repairs_after_midnight(self):
        """Are of the business day, as all else is."""
        self.at("00:30", day=2)
        self.ask("POST", "repairs", {"fault": "door", "cost": 300}, 201)
        self.at("01:00", day=2)
        self.ask("POST", "repairs/1/fix", {})
        for day, repairs, mttr_h, cost in (TODAY, 1, 0.5, 3.0), (TOMORROW, 0, None, 0.0):
            whole, = self.rows("equipment_all", **{"from": day, "to": day})
            self.says(whole, repairs=repairs, mttr_h=mttr_h, repair_cost=cost)


if __name__ == "__main__":
    unittest.main()
