"""Raters, button boxes, scanners and readers of ID cards, on the test clock."""

import os
import sqlite3
import time
import unittest

from hall import LAYOUT as SMALL, WAIT_S
from sources import REFUSALS
from test_clock import TimedWorld


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
        return [line[len(name) + 2:] for line in self.sim.since(self.mark) if line.startswith(name + ": ")]

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
        {"id": "stars", "driver": "keypad", "port": "", "frame": "key", "rates": ["31", "32", "33"]}],
        "windows": [{"no": 1, "services": ["A"], "keypad": {"device": "pad"}, "rater": {"device": "stars", "grades": [1, 2, 3]}}]}
    devices = ("buttons=pad,frame=1", "buttons=stars")

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


if __name__ == "__main__":
    unittest.main()
