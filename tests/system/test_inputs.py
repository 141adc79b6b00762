"""Raters, button boxes, scanners and readers of ID cards, on the test clock."""

import os
import sqlite3
import time
import unittest

from hall import LAYOUT as SMALL, WAIT_S
from sources import REFUSALS
from test_clock import TimedWorld
from test_devices import Asked
from test_metrics import Metrics


def window(no, services, **more):
    return {"no": no, "services": services, "keypad": {"device": "keypads", "address": no}, **more}


PADS = {"id": "keypads", "driver": "ff68", "port": ""}
PRINTER = {"id": "printer", "driver": "escpos", "port": ""}


class Case(unittest.TestCase):
    layout, devices = SMALL, ()

    def setUp(self):
        self.world = TimedWorld(self.layout, self.devices)
        self.addCleanup(self.world.stop)
        self.hall, self.sim = self.world.hall, self.world.sim
        self.world.go(seconds=10)
        self.mark = self.sim.mark()

    def lines(self, name):
        return [line[len(name) + 2:] for line in self.sim.since(self.mark) if line.startswith(name + ": ") and not line.endswith(": line opened")]

    def says(self, name, *expected, **after):
        """All that a device says since the last look, some time from now."""
        self.world.go(**(after or {"seconds": 2}))
        end = time.monotonic() + WAIT_S
        while self.lines(name) != list(expected) and time.monotonic() < end:
            time.sleep(0.01)        # what was said is on its way through a pipe
        self.assertEqual(self.lines(name), list(expected))
        self.mark = self.sim.mark()

    def command(self, no, command):
        answer = self.hall.ask("POST", "windows/%d/%s" % (no, command), {}, local=True)
        self.assertEqual(answer.status, 200, answer)
        self.world.go(seconds=2)
        return answer.json

    def tickets(self):
        return [(t["number"], t["state"]) for t in self.hall.ask("GET", "tickets", local=True).json["tickets"]]


class Keypads(Case):
    """A clerk without a screen: each key of the table, by what the keypad shows then."""

    layout = {**SMALL, "devices": [PADS], "policy": {**SMALL["policy"], "hold_s": 60, "no_answer_s": 30},
              "windows": [window(1, ["A"]), window(2, ["A", "B"]), window(3, ["B"], auto_call=True)]}
    devices = ("keypad=keypads,address=1-3",)

    def setUp(self):
        super().setUp()
        for no in (1, 2, 3):
            self.sim.wait_for("^keypads/%d: display 000 000$" % no)
        self.mark = self.sim.mark()

    def press(self, no, keys, *says):
        self.sim.control("press keypads/%d %s" % (no, keys))
        self.says("keypads/%d" % no, "pressed " + " ".join(key.zfill(2) for key in keys.split()), "echoed", *says)

    def state(self, number):
        return dict(self.tickets())[number]

    def test_who_waits_at_a_window_that_is_lent(self):
        self.hall.issue("B")
        for wish, shows in (({"services": ["B"], "minutes": 30}, "001"), ({"services": []}, "000")):
            self.assertEqual(self.hall.ask("POST", "windows/1/lend", wish, local=True).status, 200)
            self.world.go(seconds=2)
            self.assertEqual(self.sim.control("show keypads/1"), ["keypads/1: display %s 000, stars 0" % shows])

    def test_a_day_by_keys(self):
        for _ in range(2):
            self.hall.issue("A")
        self.says("keypads/1", "display 001 000", "display 002 000")
        self.press(1, "0C", "display 001 001")
        self.press(1, "0 0F", "display 001 000")
        self.assertEqual(self.state("A001"), "held")
        self.press(1, "0C", "display 000 002")
        self.press(1, "3 0F", "display 000 001")
        self.assertEqual((self.state("A001"), self.state("A002")), ("called", "done"))
        self.press(1, "2 13", "display 000 000")
        rows = self.hall.ask("GET", "tickets?service=B", local=True).json["tickets"]
        self.assertEqual([(row["number"], row["state"]) for row in rows], [("A001", "waiting")], "service 2 of the list")
        self.press(1, "2 0F", "display 000 000")
        self.assertEqual(self.hall.ask("GET", "windows/1", local=True).json["window"]["state"], "serving")
        self.press(1, "0 0F", "beep", "display --- -%d" % REFUSALS["not_allowed"][1])

    def test_a_number_that_has_left_is_not_shown_any_more(self):
        """protocols.md D1: blanks may leave a half as it was, and the pretend ones do."""
        self.hall.issue("A")
        self.press_and_see("0C", "display 000 001")
        self.press_and_see("0B", "display 000 000")
        self.press_and_see("11", "display 000 -%d" % REFUSALS["no_ticket"][1])
        self.world.go(seconds=5)
        self.assertEqual(self.sim.control("show keypads/1"), ["keypads/1: display 000 000, stars 0"])

    def press_and_see(self, keys, shows):
        self.sim.control("press keypads/1 " + keys)
        self.world.go(seconds=2)
        self.assertEqual(self.sim.control("show keypads/1"), ["keypads/1: %s, stars 0" % shows])

    def test_it_beeps_when_somebody_comes_to_an_idle_window(self):
        self.command(1, "open")
        self.mark = self.sim.mark()
        self.hall.issue("A")
        self.says("keypads/1", "beep", "display 001 000")
        self.hall.issue("A")
        self.says("keypads/1", "display 002 000")
        self.press(1, "0C", "display 001 001")

    def test_it_beeps_when_who_was_called_cancels(self):
        token = self.hall.issue("A")["token"]
        self.says("keypads/1", "display 001 000")
        self.press(1, "0C", "display 000 001")
        self.mark = self.sim.mark()
        self.assertEqual(self.hall.ask("POST", "tickets/%s/cancel" % token, {}, address="10.9.9.9").status, 200)
        self.says("keypads/1", "beep", "display 000 000")

    def test_an_idle_window_calls_by_itself(self):
        self.command(3, "open")
        self.mark = self.sim.mark()
        number = self.hall.issue("B")["number"]
        self.world.go(seconds=1)
        self.assertEqual(self.state(number), "called")

    def test_what_happens_by_itself_happens_in_time(self):
        """Held for a minute; called, and nobody comes for half a minute; also after a power cut."""
        self.hall.issue("A")
        self.command(1, "next")
        self.command(1, "hold")
        self.world.go(seconds=57)
        self.assertEqual(self.state("A001"), "held")
        self.hall.kill()
        self.hall.start()
        self.world.go(seconds=2)
        self.assertEqual(self.state("A001"), "waiting")
        self.hall.issue("A")
        self.command(2, "next")
        self.world.go(seconds=27)
        self.assertEqual(self.state("A001"), "called")
        self.world.go(seconds=2)
        self.assertEqual(self.state("A001"), "passed")


class Raters(Case):
    """Window 1's is an address of its own, window 2's the keypad itself, with other grades."""

    layout = {**SMALL, "devices": [PADS], "windows": [
        window(1, ["A"], rater={"device": "keypads", "address": 11}),
        window(2, ["B"], rater={"device": "keypads", "address": 2, "grades": [1, 3, 5]})]}
    devices = ("keypad=keypads,address=1-14",)

    def finished(self, no=1, service="A"):
        self.hall.issue(service)
        self.command(no, "next")
        self.command(no, "finish")

    def test_it_asks_when_a_ticket_is_finished_and_shows_the_stars(self):
        self.hall.issue("A")
        self.command(1, "next")
        self.says("keypads/11")
        self.command(1, "finish")
        self.says("keypads/11", "asked for a rating")
        self.sim.control("rate keypads/11 1")
        self.says("keypads/11", "rated 1", "answered", "stars 4")

    def test_it_asks_also_when_next_finishes(self):
        for _ in range(2):
            self.hall.issue("A")
            self.command(1, "next")
        self.says("keypads/11", "asked for a rating")

    def test_each_is_rated_once(self):
        self.finished()
        self.says("keypads/11", "asked for a rating")
        self.sim.control("rate keypads/11 0")
        self.says("keypads/11", "rated 0", "answered", "stars 5")
        self.sim.control("rate keypads/11 3")
        self.says("keypads/11", "rated 3", "answered", "beep")

    def test_a_rating_for_nobody_beeps(self):
        for what, before in (("nobody yet", {}), ("five minutes later", {"minutes": 5, "seconds": 1})):
            with self.subTest(what):
                if before:
                    self.finished()
                    self.says("keypads/11", "asked for a rating", **before)
                self.sim.control("rate keypads/11 0")
                self.says("keypads/11", "rated 0", "answered", "beep")

    def test_a_lost_echo_rates_once(self):
        self.finished()
        self.says("keypads/11", "asked for a rating")
        self.sim.control("keypads hex FF 68 03 03 68 0B 11 00 1C 16")
        self.world.go(milliseconds=300)
        self.sim.control("keypads hex FF 68 03 03 68 0B 11 00 1C 16")
        self.says("keypads/11", "echoed again", "stars 5", "echoed again")

    def test_grades_are_the_windows_own(self):
        for button, said in ((0, "stars 1"), (2, "stars 5"), (3, "beep")):
            with self.subTest(button):
                self.finished(2, "B")
                self.world.go(seconds=2)
                self.sim.control("rate keypads/2 %d" % button)
                self.world.go(seconds=2)
                self.sim.wait_for("^keypads/2: %s$" % said, since=self.mark)
                self.mark = self.sim.mark()

    def test_the_grade_is_on_disk_under_the_right_ticket(self):
        self.finished()
        self.says("keypads/11", "asked for a rating")
        number = self.tickets()[0][0]
        self.sim.control("rate keypads/11 2")
        self.says("keypads/11", "rated 2", "answered", "stars 3")
        with sqlite3.connect(os.path.join(self.hall.state, "halld.db")) as db:
            rows = db.execute("SELECT actor, body FROM event WHERE kind = 'rating.given'").fetchall()
        self.assertEqual(len(rows), 1)
        self.assertEqual(rows[0][0], "device:keypads/11")
        self.assertIn(number, rows[0][1])

    def test_ratings_of_no_rater_are_logged_once(self):
        for _ in range(2):
            self.sim.control("rate keypads/14 0")
            self.world.go(seconds=5)
        self.assertEqual(self.hall.said().count("a rating at address 14, which no window names"), 1)


class Buttons(Case):
    """Boxes that issue tickets: an FF 68 one at address 30 beside keypads, and one of an unknown make."""

    layout = {**SMALL, "policy": {**SMALL["policy"], "double_press_s": 2}, "windows": [window(1, ["A", "B"])], "devices": [
        {**PADS, "buttons": [{"address": 30, "key": "01", "service": "A"}, {"address": 30, "key": "6 0F", "service": "B", "lang": "en"}]},
        {"id": "box", "driver": "keypad", "port": "", "frame": "A5 addr key sum8 0D", "reply": "5A key",
         "buttons": [{"key": "41", "service": "A"}, {"key": "42", "service": "B", "class": "ordinary", "printer": "printer"}]},
        PRINTER]}
    devices = ("keypad=keypads,address=30", "buttons=box,frame=1", "printer=printer,speed=0")

    def printed(self):
        return [line for line in self.sim.since(0) if line.startswith("printer: cut")]

    def test_a_key_is_a_ticket_on_paper(self):
        self.sim.control("press keypads/30 01")
        self.says("keypads/30", "pressed 01", "echoed", "display --- 001")
        self.sim.control("press keypads/30 6 0F")
        self.says("keypads/30", "pressed 06 0F", "echoed", "display --- 001")
        self.assertEqual(self.tickets(), [("A001", "waiting"), ("B001", "waiting")])
        self.sim.wait_for("^printer: paper 1x1 .*Insurance", since=0)
        self.assertEqual(len(self.printed()), 2)

    def test_a_box_of_another_make(self):
        self.sim.control("press box 42")
        self.says("box", "pressed 42", "answered")
        self.assertEqual(self.tickets(), [("B001", "waiting")])

    def test_a_broken_frame_is_no_ticket(self):
        self.sim.control("badcheck box on")
        self.sim.control("press box 42")
        self.says("box", "pressed 42", "no answer")
        self.assertEqual(self.tickets(), [])

    def test_a_second_press_is_the_same_ticket(self):
        for wait_s, count in ((1, 1), (2.5, 3)):
            self.sim.control("press box 41")
            self.world.go(seconds=wait_s)
            self.sim.control("press box 41")
            self.world.go(seconds=5)
            self.assertEqual(len(self.tickets()), count)

    def test_without_paper_there_is_no_ticket_but_a_beep_and_a_number(self):
        self.sim.control("printer paper out")
        self.world.go(seconds=5)
        self.mark = self.sim.mark()
        self.sim.control("press keypads/30 01")
        self.says("keypads/30", "pressed 01", "echoed", "beep", "display --- -%d" % REFUSALS["not_available"][1])
        self.assertEqual(self.tickets(), [])

    def test_who_pressed_is_on_disk_and_nobody_is_logged_as_unknown(self):
        self.sim.control("press keypads/30 01")
        self.world.go(seconds=2)
        with sqlite3.connect(os.path.join(self.hall.state, "halld.db")) as db:
            self.assertEqual(db.execute("SELECT actor FROM event WHERE kind = 'ticket.issued'").fetchall(), [("device:keypads/30",)])
        self.assertNotIn("which no window names", self.hall.said())


class OfAnyMake(Case):
    """A keypad and a rater that hall.json describes."""

    layout = {**SMALL, "devices": [
        {"id": "pad", "driver": "keypad", "port": "", "frame": "A5 addr key sum8 0D", "reply": "5A key", "keys": {"01": "next"}},
        {"id": "stars", "driver": "keypad", "port": "", "frame": "key", "rates": ["31", "32", "33"]},
        {"id": "plain", "driver": "keypad", "port": "", "frame": "key", "keys": {"4E": "next", "46": "finish"}}],
        "windows": [{"no": 2, "services": ["B"], "keypad": {"device": "plain"}},
                    {"no": 1, "services": ["A"], "keypad": {"device": "pad"}, "rater": {"device": "stars", "grades": [1, 2, 3]}}]}
    devices = ("buttons=pad,frame=1", "buttons=stars", "buttons=plain")

    def test_keys_that_wait_for_no_answer_are_no_repeats(self):
        self.hall.issue("B")
        self.sim.control("press plain 4E")
        self.world.go(milliseconds=100)
        self.sim.control("press plain 46")
        self.says("plain", "pressed 4E", "pressed 46")
        self.assertEqual(self.tickets(), [("B001", "done")])
        self.assertNotIn("bad frame", "".join(self.lines("plain")))

    def test_it_calls_and_rates(self):
        self.hall.issue("A")
        self.sim.control("press pad 01")
        self.says("pad", "pressed 01", "answered")
        self.assertEqual(self.tickets(), [("A001", "called")])
        self.command(1, "finish")
        self.sim.control("stars hex 00 FF 0D 20")      # noise
        self.sim.control("press stars 33")
        self.world.go(seconds=1)
        with sqlite3.connect(os.path.join(self.hall.state, "halld.db")) as db:
            body, = db.execute("SELECT body FROM event WHERE kind = 'rating.given'").fetchone()
        self.assertIn('"grade":3', body.replace(" ", ""))


CARD = "card idcard 张三 110101%s0317002X %s"


class Kiosk(Case):
    """What stands at kiosk-1: a reader of ID cards, a scanner, a printer."""

    layout = {**SMALL, "public_url": "https://hall.example.cn/t/",
              "services": [SMALL["services"][0], {**SMALL["services"][1], "real_name": "required"}], "devices": [
        {"id": "idcard", "driver": "idcard", "port": "", "kiosk": "kiosk-1"},
        {"id": "scanner", "driver": "scanner", "port": "", "kiosk": "kiosk-1"}]}
    devices = ("idcard=idcard", "scanner=scanner,end=0")

    def setUp(self):
        super().setUp()
        self.token = self.pair("kiosk-1")

    def pair(self, name):
        answer = self.hall.ask("POST", "tokens", {"name": name, "role": "kiosk"}, local=True)
        self.assertEqual(answer.status, 201, answer)
        return answer.json["token"]

    def kiosk(self, method, path, body=None, token=None):
        return self.hall.ask(method, path, body, token=token or self.token)


class Cards(Kiosk):
    def state(self):
        return self.kiosk("GET", "kiosk/card").json["card"]

    def read(self, birth="19500317"):
        self.sim.control(CARD % (birth[:4], birth))
        self.assertEqual(self.kiosk("POST", "kiosk/card", {}).json, {"card": "waiting", "class": None})
        self.world.go(seconds=4)
        self.assertEqual(self.state(), "read")

    def elderly(self, token=None):
        answer = self.kiosk("POST", "tickets", {"service": "A", "class": "elderly"}, token)
        return answer.code or answer.status

    def finds(self):
        return int(self.sim.control("show idcard")[0].split()[-2])

    def test_nothing_is_read_before_a_kiosk_asks(self):
        self.sim.control(CARD % ("1950", "19500317"))
        self.world.go(minutes=3)
        self.assertEqual(self.finds(), 0)
        self.assertEqual(self.state(), "idle")

    def test_a_card_is_looked_for_every_300_ms_for_a_minute(self):
        self.kiosk("POST", "kiosk/card", {})
        self.world.go(seconds=30)
        self.assertAlmostEqual(self.finds(), 30 / 0.3, delta=12)
        self.assertEqual(self.state(), "waiting")
        self.world.go(seconds=31)
        self.assertEqual(self.state(), "idle")
        before = self.finds()
        self.world.go(minutes=1)
        self.assertEqual(self.finds(), before)

    def test_a_card_is_found_selected_and_read_and_gives_one_ticket(self):
        self.read()
        self.says("idcard", "found", "selected", "read")
        self.assertEqual(self.elderly(), 201)
        self.assertEqual(self.state(), "idle")
        self.assertEqual(self.elderly(), "forbidden")

    def test_a_card_is_its_holders_name(self):
        """B asks for one: without it there is no ticket, and one person has one that is not finished."""
        def take(service):
            answer = self.kiosk("POST", "tickets", {"service": service})
            return answer.json["number"] if answer.status == 201 else (answer.code, answer.json.get("number"))
        self.assertEqual(take("B"), ("bad_request", None))
        self.read()
        self.assertEqual(take("B"), "B001")
        self.assertEqual(self.state(), "idle", "it has served")
        self.assertEqual(take("B"), ("bad_request", None))
        self.sim.control("remove idcard")
        self.read()
        self.assertEqual(take("B"), ("already_waiting", "B001"))
        self.assertEqual(take("A"), "A001", "where nobody is asked for")
        self.sim.control("remove idcard")
        self.read("19600317")
        self.assertEqual(take("B"), "B002")

    def test_who_may_have_a_class_for_the_old(self):
        for what, birth, expected in (("old", "19500317", 201), ("60 today", "19660901", 201), ("60 tomorrow", "19660902", "forbidden"),
                                      ("young", "20010101", "forbidden")):
            with self.subTest(what):
                self.read(birth)
                self.assertEqual(self.elderly(), expected)
                self.sim.control("remove idcard")

    def test_it_is_told_what_class_the_age_is_good_for_and_no_more(self):
        for birth, proves in (("19500317", "elderly"), ("20010101", None)):
            with self.subTest(birth):
                self.read(birth)
                self.assertEqual(self.kiosk("GET", "kiosk/card").json, {"card": "read", "class": proves})
                self.sim.control("remove idcard")

    def test_a_kiosk_knows_its_reader_and_what_may_be_proved_there(self):
        mine = self.kiosk("GET", "kiosk").json
        self.assertEqual(mine["reader"], {"ready": True})
        self.assertEqual([(c["id"], c["age"]) for c in mine["classes"]], [("elderly", 60)])
        self.assertTrue(mine["scanner"])
        other = self.kiosk("GET", "kiosk", token=self.pair("kiosk-2")).json
        self.assertEqual((other["reader"], other["scanner"]), (None, False))

    def test_who_leaves_is_forgotten(self):
        for what in ("read", "looked for"):
            with self.subTest(what):
                if what == "read":
                    self.read()
                else:
                    self.kiosk("POST", "kiosk/card", {})
                    self.world.go(milliseconds=400)
                self.assertEqual(self.kiosk("DELETE", "kiosk/card").json, {"card": "idle", "class": None})
                self.world.go(seconds=1)
                before = self.finds()
                self.world.go(seconds=3)
                self.assertEqual((self.state(), self.finds(), self.elderly()), ("idle", before, "forbidden"))

    def test_a_card_that_is_being_read_for_who_has_left_is_not_the_next_ones(self):
        self.sim.control(CARD % ("1950", "19500317"))
        self.kiosk("POST", "kiosk/card", {})
        while "selected" not in self.lines("idcard"):
            self.world.go(milliseconds=10)
        self.kiosk("DELETE", "kiosk/card")
        self.kiosk("POST", "kiosk/card", {})
        self.world.go(seconds=4)
        self.assertEqual(self.state(), "waiting")

    def test_a_reader_that_is_not_there_is_silent(self):
        for word in ("silent idcard %s", "%s idcard"):
            on, off = (word % w for w in (("on", "off") if "silent" in word else ("unplug", "replug")))
            with self.subTest(on):
                self.sim.control(on)
                self.kiosk("POST", "kiosk/card", {})
                self.world.go(seconds=5)
                self.assertEqual((self.state(), self.kiosk("GET", "kiosk").json["reader"]), ("silent", {"ready": False}))
                self.sim.control(off)
                self.world.go(seconds=65)       # probed once a minute
                self.assertEqual(self.state(), "idle")

    def test_without_a_card_or_with_an_old_reading_or_at_another_kiosk(self):
        self.assertEqual(self.elderly(), "forbidden")
        self.read()
        self.assertEqual(self.elderly(self.pair("kiosk-2")), "forbidden")
        self.world.go(seconds=61)
        self.assertEqual(self.elderly(), "forbidden")
        self.assertEqual(self.state(), "idle")

    def test_an_age_proves_no_other_class(self):
        self.read()
        self.assertEqual(self.kiosk("POST", "tickets", {"service": "A", "class": "first"}).code, "forbidden")

    def test_a_kiosk_without_a_reader(self):
        for method in ("GET", "POST"):
            self.assertEqual(self.kiosk(method, "kiosk/card", {} if method == "POST" else None, self.pair("kiosk-2")).code, "not_available")

    def test_a_reader_that_fails_is_asked_again(self):
        for word in ("nack idcard 41", "badcheck idcard on", "silent idcard on"):
            with self.subTest(word):
                self.sim.control(word)
                self.sim.control(CARD % ("1950", "19500317"))
                self.kiosk("POST", "kiosk/card", {})
                self.world.go(seconds=10)
                self.assertIn(self.state(), ("waiting", "failed", "silent"))
                self.sim.control(word.rsplit(" ", 1)[0] + " off")
                self.world.go(seconds=65)       # one that was degraded is probed once a minute
                self.sim.control("remove idcard")
                self.read()
                self.sim.control("remove idcard")

    def memory(self):
        """What halld can write to, but for maps as large as sanitizers make them."""
        pid = self.hall.process.pid
        with open("/proc/%d/maps" % pid, encoding="ascii") as maps, open("/proc/%d/mem" % pid, "rb") as mem:
            for line in maps:
                where, mode = line.split()[:2]
                start, end = (int(at, 16) for at in where.split("-"))
                if mode.startswith("rw") and end - start < 1 << 28:
                    mem.seek(start)
                    try:
                        yield mem.read(end - start)
                    except OSError:
                        continue

    def test_the_bytes_of_a_card_are_wiped_as_soon_as_they_are_read(self):
        self.read()
        self.sim.control("remove idcard")
        self.says("idcard", "found", "selected", "read")
        name = b"kiosk-1"
        regions = list(self.memory())
        self.assertTrue(any(name in region for region in regions), "the memory is looked through")
        for secret in ("0317002X", "张三", "云岭区青山路"):
            for coding in ("utf-8", "utf-16-le"):
                with self.subTest(secret + " " + coding):
                    self.assertFalse(any(secret.encode(coding) in region for region in regions))

    def test_nothing_of_a_card_is_anywhere(self):
        """Not in the log, in the state on disk, nor in what anybody is told."""
        self.read()
        seen = [self.kiosk("GET", "kiosk/card").body]
        self.assertEqual(self.elderly(), 201)
        self.sim.control("remove idcard")
        self.read("19480317")                       # one that is not used
        self.world.go(minutes=2)
        for path in ("status", "devices", "tickets", "/metrics"):
            seen.append(self.hall.ask("GET", path, local=True).body)
        seen.append(self.hall.said().encode())
        for folder, _, names in os.walk(self.hall.state):
            for name in names:
                path = os.path.join(folder, name)
                if os.path.isfile(path):
                    with open(path, "rb") as f:
                        seen.append(f.read())
        for secret in ("张三", "110101", "0317002X", "19500317", "1950-03-17", "19480317", "AAAAAA9669", "aa aa aa 96"):
            for text in seen:
                self.assertNotIn(secret.encode(), text)
                self.assertNotIn(secret.encode("utf-16-le"), text)


class RealName(Kiosk):
    """Service A is for who shows an ID card, B for who likes."""

    layout = {**Kiosk.layout, "services": [{**s, "real_name": r} for s, r in zip(SMALL["services"], ("required", "optional"), strict=True)]}

    def take(self, *services):
        return self.kiosk("POST", "tickets", {"services": services}).code

    def test_services_say_so(self):
        self.assertEqual([s["real_name"] for s in self.hall.ask("GET", "services").json["services"]], ["required", "optional"])

    def test_it_is_issued_after_a_card_was_read_once(self):
        for year, services, without in ((1950, ["A"], "bad_request"), (1960, ["B"], None), (1948, ["B", "A"], "bad_request")):
            with self.subTest(services):
                self.assertEqual(self.take(*services), without)
                self.sim.control(CARD % (year, "%d0317" % year))
                self.kiosk("POST", "kiosk/card", {})
                self.world.go(seconds=4)
                self.assertIsNone(self.take(*services))
                self.assertEqual(self.take(*services), without)
                self.sim.control("remove idcard")

    def test_staff_type_the_number(self):
        answer = self.hall.ask("POST", "tickets", {"service": "A"}, local=True)
        self.assertEqual((answer.status, answer.json["pointer"]), (400, "/id_number"))
        answer = self.hall.ask("POST", "tickets", {"service": "A", "id_number": "11010519491231002X"}, local=True)
        self.assertEqual(answer.status, 201, answer)


class Scanners(Kiosk):
    def scanned(self, text, word="scan"):
        self.sim.control("%s scanner %s" % (word, text))
        self.world.go(seconds=1)
        answer = self.kiosk("GET", "kiosk/scan").json
        return answer["scan"], answer["ticket"] and answer["ticket"]["number"]

    def test_a_code_shows_its_ticket(self):
        self.assertEqual(self.kiosk("GET", "kiosk/scan").json, {"scan": 0, "ticket": None, "booking": None})
        token = self.hall.issue("A")["token"]
        for scan, (what, text, number) in enumerate((
                ("the page's address", "https://hall.example.cn/t/" + token, "A001"), ("the token", token, "A001"),
                ("another code", "6901234567892", None), ("another hall's", "https://other.example.cn/t/" + token, None),
                ("too long", "x" * 513, None))):
            with self.subTest(what):
                self.assertEqual(self.scanned(text), (min(scan + 1, 4), number if scan < 4 else None))

    def test_a_number_shows_its_ticket_but_is_no_key_to_it(self):
        self.hall.issue("A")
        self.assertEqual(self.scanned("A001"), (1, "A001"))
        ticket = self.kiosk("GET", "kiosk/scan").json["ticket"]
        self.assertEqual((ticket["state"], ticket["ahead"], "token" in ticket), ("waiting", 0, False))
        self.assertEqual(self.scanned("A002"), (2, None))

    def test_a_text_ends_after_150_ms_of_silence(self):
        token = self.hall.issue("A")["token"]
        self.sim.control("hex scanner " + token[:5].encode().hex())
        self.world.go(milliseconds=100)
        self.sim.control("hex scanner " + token[5:].encode().hex())
        self.world.go(milliseconds=100)
        self.assertEqual(self.kiosk("GET", "kiosk/scan").json["scan"], 0)
        self.world.go(milliseconds=100)
        self.assertEqual(self.kiosk("GET", "kiosk/scan").json["ticket"]["number"], "A001")

    def test_after_half_a_minute_it_is_nobodys_business(self):
        token = self.hall.issue("A")["token"]
        self.assertEqual(self.scanned(token), (1, "A001"))
        self.world.go(seconds=30)
        self.assertEqual(self.kiosk("GET", "kiosk/scan").json, {"scan": 1, "ticket": None, "booking": None})

    def test_who_was_passed_comes_back_by_it(self):
        token = self.hall.issue("A")["token"]
        self.hall.issue("A")
        self.hall.issue("A")
        self.command(1, "next")
        self.command(1, "pass")
        self.assertEqual(self.scanned(token), (1, "A001"))
        ticket = self.kiosk("GET", "kiosk/scan").json["ticket"]
        self.assertEqual(ticket["state"], "passed")
        self.assertEqual(self.kiosk("POST", "tickets/%s/return" % ticket["token"], {}).json["state"], "waiting")

    def test_no_text_is_told(self):
        self.scanned("secret-code-1")
        for text in (self.hall.said(), self.hall.ask("GET", "devices", local=True).body.decode()):
            self.assertNotIn("secret-code-1", text)

    def test_a_kiosk_without_a_scanner(self):
        self.assertEqual(self.kiosk("GET", "kiosk/scan", None, self.pair("kiosk-2")).code, "not_available")


class Gm65(Kiosk):
    """A module that is asked whether it is there, and scans meanwhile."""

    layout = {**Kiosk.layout, "devices": [{"id": "scanner", "driver": "gm65", "port": "", "kiosk": "kiosk-1"}]}
    devices = ("scanner=scanner,end=3",)

    def device(self):
        return self.hall.ask("GET", "devices", local=True).json["devices"][0]

    def test_it_is_asked_until_it_answers(self):
        self.sim.wait_for("^scanner: read 00E2$", since=0)
        self.assertEqual((self.device()["state"], self.device()["kind"]), ("ok", "scanner"))
        token = self.hall.issue("A")["token"]
        self.sim.control("scan scanner " + token)
        self.world.go(seconds=1)
        self.assertEqual(self.kiosk("GET", "kiosk/scan").json["ticket"]["number"], "A001")

    def test_silent_it_is_found_out_and_forgiven(self):
        self.sim.control("silent scanner on")
        self.sim.control("unplug scanner")
        self.world.go(seconds=2)
        self.sim.control("replug scanner")
        self.world.go(minutes=2)
        self.assertIn(self.device()["state"], ("silent", "degraded"))
        self.sim.control("silent scanner off")
        self.world.go(minutes=2)
        self.assertEqual(self.device()["state"], "ok")


class Looked(Case):
    """How each of them is, and whether it works: somebody uses it, and that is nothing but a test."""

    layout = {**SMALL, "public_url": "https://hall.example.cn/t/", "devices": [
        {**PADS, "buttons": [{"address": 30, "key": "01", "service": "A"}, {"address": 30, "key": "02", "service": "B"}]},
        {"id": "pad", "driver": "keypad", "port": "", "frame": "A5 addr key sum8 0D", "reply": "5A key", "keys": {"01": "next"}},
        {"id": "stars", "driver": "keypad", "port": "", "frame": "key", "rates": ["31", "32", "33"]},
        {"id": "box", "driver": "keypad", "port": "", "frame": "A5 addr key sum8 0D", "reply": "5A key",
         "buttons": [{"key": "41", "service": "A"}]},
        {"id": "scanner", "driver": "scanner", "port": "", "kiosk": "kiosk-1"},
        {"id": "idcard", "driver": "idcard", "port": "", "kiosk": "kiosk-1"}, PRINTER],
        "windows": [window(1, ["A"], rater={"device": "keypads", "address": 11}),
                    {"no": 2, "services": ["B"], "keypad": {"device": "pad"}, "rater": {"device": "stars", "grades": [1, 2, 3]}}]}
    devices = ("keypad=keypads,address=1-30", "buttons=pad,frame=1", "buttons=stars", "buttons=box,frame=1",
               "scanner=scanner,end=0", "idcard=idcard", "printer=printer,speed=0")

    # What, where; what somebody does; what came of it.
    USES = (
        ("a rater", "keypads", 11, "rate keypads/11 1", 1, "key 2 from the left"),
        ("a rater of another make", "stars", 1, "press stars 33", 2, "key 3 from the left"),
        ("a box of buttons", "keypads", 30, "press keypads/30 6 0F", None, "key 6 0F"),
        ("a box of another make", "box", 1, "press box 41", None, "key 41"),
        ("a keypad that cannot beep", "pad", 1, "press pad 01", 2, "key 01"),
        ("a scanner", "scanner", 0, "scan scanner secret-code", None, "11 characters"),
        ("a reader of cards", "idcard", 0, CARD % ("1950", "19500317"), None, "a card was read"))

    def begin(self, device, address=None):
        return Asked(self.hall, "devices/%s/test" % device, {} if address is None else {"address": address})

    def end(self, asked, **time):
        self.world.go(**(time or {"seconds": 3}))
        asked.join(WAIT_S)
        self.assertEqual(asked.answer.status, 200, asked.answer)
        return [(r["device"], r["address"], r["window"], r["outcome"], r["reason"]) for r in asked.answer.json["results"]]

    def state(self, name, address):
        found = next(d for d in self.hall.ask("GET", "devices", local=True).json["devices"] if (d["id"], d["address"]) == (name, address))
        return found["state"], found["reason"]

    def test_somebody_uses_it(self):
        number = self.hall.issue("A")["number"]
        for what, device, address, use, no, reason in self.USES:
            with self.subTest(what):
                asked = self.begin(device, address)
                self.world.go(seconds=2)
                self.assertTrue(asked.is_alive(), "nobody did anything yet")
                self.sim.control(use)
                self.assertEqual(self.end(asked), [(device, address, no, "done", reason)])
        self.assertEqual(self.tickets(), [(number, "waiting")], "none was called or issued")
        self.assertEqual(self.hall.ask("GET", "devices", local=True).json["strangers"], [])
        self.assertEqual(self.hall.said().count("secret-code"), 0)
        self.sim.control("press keypads/30 01")
        self.sim.control("press pad 01")
        self.world.go(seconds=3)
        self.assertEqual(len(self.tickets()), 2, "and afterwards each does its work")

    def test_raters_ask_and_boxes_beep(self):
        asked = self.begin("keypads")
        self.says("keypads/11", "asked for a rating")
        self.sim.wait_for("^keypads/30: beep$", since=0)
        self.sim.wait_for("^keypads/1: display 888 888$", since=0)
        self.assertEqual(self.end(asked, seconds=30), [
            ("keypads", 1, 1, "done", ""), ("keypads", 11, 1, "silent", "nobody rated"),
            ("keypads", 30, None, "silent", "no button was pressed")])

    def test_nobody_does_anything(self):
        asked = [self.begin(name) for name in ("pad", "stars", "box", "scanner", "idcard")]
        self.world.go(seconds=28)
        self.assertTrue(all(a.is_alive() for a in asked))
        self.assertEqual([row[1:] for a in asked for row in self.end(a)], [
            (1, 2, "silent", "no key was pressed"), (1, 2, "silent", "nobody rated"), (1, None, "silent", "no button was pressed"),
            (0, None, "silent", "nothing was scanned"), (0, None, "silent", "no card was put on")])

    def test_a_reader_that_cannot(self):
        self.sim.control("card idcard 张三 110101 no-date")
        self.assertEqual(self.end(self.begin("idcard"), seconds=31)[0][3:], ("refused", "a card could not be read"))
        self.sim.control("nack idcard 66")
        self.assertEqual(self.end(self.begin("idcard"))[0][3:], ("refused", "the module is not licensed"))
        self.sim.control("nack idcard off")
        self.sim.control("silent idcard on")
        self.assertEqual(self.end(self.begin("idcard"))[0][3:], ("silent", "no answer"))

    def test_a_kiosk_that_asks_goes_first(self):
        token = self.hall.ask("POST", "tokens", {"name": "kiosk-1", "role": "kiosk"}, local=True).json["token"]
        asked = self.begin("idcard")
        self.world.go(seconds=1)
        self.assertEqual(self.hall.ask("GET", "kiosk/card", token=token).json, {"card": "idle", "class": None})
        self.hall.ask("POST", "kiosk/card", {}, token=token)
        self.assertEqual(self.end(asked)[0][3:], ("refused", "a kiosk asks for a card"))
        self.assertEqual(self.end(self.begin("idcard"))[0][3:], ("refused", "a kiosk asks for a card"))
        self.sim.control(CARD % ("1950", "19500317"))
        self.world.go(seconds=3)
        self.assertEqual(self.hall.ask("GET", "kiosk/card", token=token).json, {"card": "read", "class": "elderly"})

    def test_unplugged_before_and_while_it_is_waited_for(self):
        asked = self.begin("box")
        self.world.go(seconds=1)
        self.sim.control("unplug box")
        self.assertEqual(self.end(asked)[0][3:], ("gone", "its port is not open"))
        self.assertEqual(self.end(self.begin("box"))[0][3:], ("gone", "its port is not open"))

    def test_one_that_waits_when_halld_ends_is_answered(self):
        asked = [self.begin("box"), self.begin("idcard")]
        self.world.go(seconds=1)
        self.hall.process.terminate()
        self.assertEqual(self.hall.process.wait(WAIT_S), 0)
        for a in asked:
            a.join(WAIT_S)
            self.assertEqual((a.answer.json["results"][0]["outcome"], a.answer.json["results"][0]["reason"]), ("gone", "halld ends"))
        self.hall.start()

    def test_how_each_is(self):
        places = (("keypads", 11, "keypad"), ("keypads", 30, "keypad"), ("stars", 1, "keypad"), ("box", 1, "keypad"),
                  ("scanner", 0, "scanner"), ("idcard", 0, "reader"))
        for word, seconds, states in (
                (None, 0, [("silent", "not heard yet")] * 5 + [("ok", "answers")]),
                ("unplug", 5, [("unplugged", "No such device")] * 6),
                ("replug", 5, [("silent", "not heard yet")] * 5 + [("ok", "answers")])):
            for name in {name for name, _, _ in places} if word else ():
                self.sim.control("%s %s" % (word, name if name != "keypads" else "keypads/11"))
            self.world.go(seconds=seconds)
            self.assertEqual([self.state(name, address) for name, address, _ in places], states, word)
            seen = Metrics(self.hall.ask("GET", "/metrics").body.decode())
            for (name, address, kind), (state, _) in zip(places, states):
                where = {"device": name, "address": str(address), "kind": kind}
                self.assertEqual(seen("halld_device_ok", **where), int(state != "unplugged"))
                self.assertEqual(seen("halld_device_state", state=state, **where), 1)
        self.sim.control("silent idcard on")
        self.world.go(minutes=2)
        self.assertEqual(self.state("idcard", 0), ("ok", "answers"), "nobody asked it for anything")
        self.end(self.begin("idcard"))
        self.assertEqual(self.state("idcard", 0), ("degraded", "no answer"))


if __name__ == "__main__":
    unittest.main()
