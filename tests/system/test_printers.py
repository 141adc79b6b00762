"""Printers in trouble, over a day's time: who takes over, what is printed again, how much paper is left."""

import os
import re
import subprocess
import unittest

from hall import HALLCTL, WAIT_S
from test_clock import TimedWorld
from test_spine import DEVICES, LAYOUT, numbers_on, pieces, printers

AGAIN = "补打"


def ctl(state, *words):
    done = subprocess.run([HALLCTL, "-d", state, *words], capture_output=True, text=True, timeout=WAIT_S, check=False)
    return done.returncode, done.stdout, done.stderr


class Printers(unittest.TestCase):
    """Each test has a morning of its own, with the printers of `settings`; slow ones print 100 mm a second."""
    settings = {"lobby": {"stand_in": "desk", "roll_m": 1}, "desk": {}, "alone": {"kiosk": "k"}}
    pretend = {}        # more options of the pretend ones

    def setUp(self):
        layout = {**LAYOUT, "devices": printers(**self.settings) + LAYOUT["devices"]}
        self.world = TimedWorld(layout, DEVICES + [
            "printer=%s,speed=100,width=%d%s" % (name, more.get("width_mm", 80), self.pretend.get(name, "")) for name, more in self.settings.items()])
        self.addCleanup(self.world.stop)
        self.hall, self.sim, self.go = self.world.hall, self.world.sim, self.world.go
        self.go(seconds=40)

    def issue(self, **wish):
        answer = self.hall.ask("POST", "tickets", {"service": "A", **wish}, local=True)
        self.assertEqual(answer.status, 201, answer)
        return answer.json["number"]

    def ticket(self, number):
        tickets = self.hall.ask("GET", "tickets", local=True).json["tickets"]
        return next(t for t in tickets if t["number"] == number)

    def printed(self, number):
        t = self.ticket(number)
        return t["print"], t["printer"], t["reprint"]

    def device(self, name):
        return next(d for d in self.hall.ask("GET", "devices", local=True).json["devices"] if d["id"] == name)

    def said(self, name, mark=0):
        return [line[len(name) + 2:] for line in self.sim.since(mark) if line.startswith(name + ": ")]

    def reprint(self, number, **body):
        return self.hall.ask("POST", "tickets/%s/reprint" % number, body, local=True)

    def lose_in_mid_job(self, name, **wish):
        """A ticket whose printer's cover is opened when the number is out."""
        number = self.issue(printer=name, **wish)
        for _ in range(200):
            self.go(milliseconds=50)
            if any(number in line for line in self.said(name)):
                break
        self.sim.control("%s cover open" % name)
        self.assertEqual(self.printed(number)[0], "sent")
        return number


class StandIn(Printers):
    TROUBLES = [("out of paper", "paper out", "paper ok"), ("open", "cover open", "cover closed"),
                ("the cutter is stuck", "cutter jam", "cutter ok"), ("silent", "silent on", "silent off"),
                ("unplugged", "unplug", "replug")]

    def test_another_printer_takes_over(self):
        for what, trouble, end in self.TROUBLES:
            with self.subTest(what):
                self.sim.control("lobby " + trouble)
                number = self.issue(printer="lobby")
                self.go(seconds=30)
                self.assertEqual(self.printed(number), ("printed", "desk", False))
                self.assertEqual(numbers_on(self.said("desk"))[-1:], [number])
                self.sim.control("lobby " + end)
                self.go(seconds=90)
                self.assertNotIn(number, numbers_on(self.said("lobby")))
                number = self.issue(printer="lobby")
                self.go(seconds=15)
                self.assertEqual(self.printed(number), ("printed", "lobby", False))

    def test_one_that_cannot_print_takes_nothing_over(self):
        for name in "lobby", "desk":
            self.sim.control("%s paper out" % name)
        self.go(seconds=5)
        number = self.issue(printer="lobby")
        self.go(seconds=10)
        self.assertEqual(self.printed(number), ("queued", "lobby", False))
        self.sim.control("desk paper ok")
        self.go(seconds=45)
        self.assertEqual(self.printed(number)[:2], ("printed", "desk"))

    def test_without_a_name_nobody_takes_over(self):
        self.sim.control("alone paper out")
        self.go(seconds=5)
        number = self.issue(printer="alone")
        self.go(seconds=90)
        self.assertEqual(self.printed(number), ("failed", "alone", False))

    def test_a_stale_ticket_is_not_handed_over(self):
        for name in "lobby", "desk":
            self.sim.control("%s paper out" % name)
        self.go(seconds=5)
        number = self.issue(printer="lobby")
        self.go(seconds=70)
        self.sim.control("desk paper ok")
        self.go(seconds=60)
        self.assertEqual(self.printed(number)[0], "failed")
        self.assertEqual(numbers_on(self.said("desk")), [])

    def test_the_kiosk_is_ready_when_the_stand_in_is(self):
        self.hall.user("k", "kiosk")
        self.hall.user("other", "kiosk")
        tokens = {name: self.hall.token(name) for name in ("k", "other")}

        def ready(name):
            printer = self.hall.ask("GET", "kiosk", token=tokens[name]).json["printer"]
            return printer["id"], printer["ready"]

        self.assertEqual([ready("k"), ready("other")], [("alone", True), ("lobby", True)])
        for name in "alone", "lobby":
            self.sim.control("%s paper out" % name)
        self.go(seconds=5)
        self.assertEqual([ready("k"), ready("other")], [("alone", False), ("lobby", True)])
        self.sim.control("desk cover open")
        self.go(seconds=5)
        self.assertEqual(ready("other"), ("lobby", False))

    def test_what_was_begun_is_printed_whole_by_the_other(self):
        number = self.lose_in_mid_job("lobby")
        self.go(seconds=40)
        self.assertEqual(self.printed(number), ("printed", "desk", True))
        piece, = pieces(self.said("desk"))
        self.assertEqual(piece[0][0][2], AGAIN)


class OpenedInMidJob(Printers):
    def test_closed_soon_it_prints_again_and_says_so(self):
        number = self.lose_in_mid_job("alone")
        self.go(seconds=20)
        self.assertEqual(self.printed(number), ("queued", "alone", True))
        mark = self.sim.mark()
        self.sim.control("alone cover closed")
        self.go(seconds=20)
        self.assertEqual(self.printed(number), ("printed", "alone", True))
        lines = [line for line in self.said("alone", mark) if line.startswith("paper ")]
        self.assertIn(AGAIN, lines[0], "nothing of the job before it is left in the printer")
        self.assertEqual(numbers_on(self.said("alone", mark)), [number])

    def test_closed_after_two_minutes_it_prints_nothing(self):
        number = self.lose_in_mid_job("alone")
        self.go(seconds=120)
        self.assertEqual(self.printed(number)[0], "failed")
        mark = self.sim.mark()
        self.sim.control("alone cover closed")
        self.go(seconds=120)
        self.assertEqual([line for line in self.said("alone", mark) if re.match("paper .|cut", line)], [])
        after = self.issue(printer="alone")
        self.go(seconds=20)
        self.assertEqual(numbers_on(self.said("alone", mark)), [after])

    def test_unasked_answers_in_the_midst_of_a_ticket_mean_nothing(self):
        number = self.issue(printer="alone")
        self.go(milliseconds=500)
        self.assertEqual(self.printed(number)[0], "sent")
        for answer in "1A", "36", "7E", "12":
            self.sim.control("alone hex " + answer)
        self.go(milliseconds=100)
        self.assertEqual((self.printed(number)[0], self.device("alone")["printer"]), ("sent", []))
        self.go(seconds=20)
        self.assertEqual(self.printed(number), ("printed", "alone", False))


class Reprint(Printers):
    def test_it_says_so_in_both_languages(self):
        for lang, first in ("zh", [AGAIN]), ("en", [AGAIN, "Reprint"]):
            with self.subTest(lang):
                number = self.issue(printer="desk", lang=lang)
                self.go(seconds=20)
                mark = self.sim.mark()
                answer = self.reprint(number)
                self.assertEqual((answer.status, answer.json["print"], answer.json["reprint"]), (200, "queued", True), answer)
                self.go(seconds=20)
                self.assertEqual(self.printed(number), ("printed", "desk", True))
                (piece, _), = pieces(self.said("desk", mark))
                self.assertEqual([text for _, _, text in piece[:len(first)]], first)

    def test_where(self):
        number = self.issue(printer="desk")
        none = self.issue(printer="none")
        self.go(seconds=20)
        for what, which, body, status, printer in [
                ("where it was", number, {}, 200, "desk"), ("another", number, {"printer": "alone"}, 200, "alone"),
                ("never printed: the first there is", none, {}, 200, "lobby"), ("nowhere", number, {"printer": "none"}, 400, "alone"),
                ("no printer", number, {"printer": "signs"}, 400, "alone"), ("something else", number, {"reason": "x"}, 400, "alone")]:
            with self.subTest(what):
                answer = self.reprint(which, **body)
                self.assertEqual(answer.status, status, answer)
                self.go(seconds=20)
                self.assertEqual(self.printed(which)[:2], ("printed", printer))

    def test_not_while_it_is_on_its_way(self):
        self.sim.control("alone paper out")
        self.go(seconds=5)
        number = self.issue(printer="alone")
        answer = self.reprint(number)
        self.assertEqual((answer.status, answer.code, answer.json["state"]), (409, "not_allowed", "queued"))
        self.go(seconds=80)
        self.assertEqual(self.printed(number)[0], "failed")
        self.sim.control("alone paper ok")
        self.assertEqual(self.reprint(number).status, 200)
        self.go(seconds=20)
        self.assertEqual(self.printed(number), ("printed", "alone", True))

    def test_who_was_sent_at_a_crash_is_asked_about(self):
        number = self.issue(printer="desk")
        self.go(milliseconds=600)
        self.assertEqual(self.printed(number)[0], "sent")
        self.hall.kill()
        self.hall.start()
        self.go(seconds=60)
        self.assertEqual(self.printed(number), ("unconfirmed", "desk", False))
        mark = self.sim.mark()
        self.go(seconds=300)
        self.assertEqual(numbers_on(self.said("desk", mark)), [])
        self.assertEqual(ctl(self.hall.state, "reprint", number)[0], 0)
        self.go(seconds=20)
        self.assertEqual(self.printed(number), ("printed", "desk", True))

    def test_a_reprint_outlives_a_restart(self):
        number = self.issue(printer="desk")
        self.go(seconds=300)
        self.sim.control("desk paper out")
        self.go(seconds=5)
        self.assertEqual(self.reprint(number).status, 200)
        self.hall.kill()
        self.sim.control("desk paper ok")
        self.hall.start()
        self.go(seconds=40)
        self.assertEqual(self.printed(number), ("printed", "desk", True))

    def test_clerks_of_their_own_services(self):
        number = self.issue(printer="desk")
        self.go(seconds=20)
        for name, window, status in ("own", 1, 200), ("other", 6, 403):
            self.hall.user(name, "clerk")
            token = self.hall.token(name, window)
            answer = self.hall.ask("POST", "tickets/%s/reprint" % number, {}, token=token)
            self.assertEqual(answer.status, status, answer)


class Rolls(Printers):
    pretend = {"alone": ",asb=0"}

    def paper(self, name="lobby"):
        d = self.device(name)
        return d["used_mm"], d["left_mm"], d["roll_asked"]

    def roll(self, name, **body):
        return self.hall.ask("POST", "devices/%s/roll" % name, body, local=True)

    def test_each_print_counts_its_millimetres(self):
        self.assertEqual((self.paper(), self.paper("desk")), ((0, 1000, False), (0, None, False)))
        for name in "lobby", "desk":
            self.issue(printer=name)
        self.go(seconds=20)
        for name in "lobby", "desk":
            (_, cut_mm), = pieces(self.said(name))
            self.assertAlmostEqual(self.paper(name)[0], cut_mm, delta=5)
        used = self.paper()[0]
        self.assertEqual(self.paper(), (used, 1000 - used, False))
        self.hall.kill()
        self.hall.start()
        self.go(seconds=10)
        self.assertEqual(self.paper(), (used, 1000 - used, False))
        for _ in range(12):
            self.issue(printer="lobby")
            self.go(seconds=20)
        self.assertEqual(self.paper(), (13 * used, 0, False), "never less than nothing")
        text = self.hall.ask("GET", "/metrics", local=True).body.decode()
        self.assertIn('halld_printer_paper_used_metres{device="lobby"} %g' % (13 * used / 1000), text)
        self.assertIn('halld_printer_paper_left_metres{device="lobby"} 0', text)
        self.assertNotIn('halld_printer_paper_left_metres{device="desk"}', text)

    def test_a_changed_roll_is_asked_about_once(self):
        self.issue(printer="lobby")
        self.go(seconds=20)
        used = self.paper()[0]
        for what, steps, new, left in [
                ("paper out, then in; a new one", ("paper out", "paper ok"), True, 0),
                ("opened and closed; the same", ("cover open", "cover closed"), False, used),
                ("out, opened, filled, closed", ("paper out", "cover open", "paper ok", "cover closed"), True, 0)]:
            with self.subTest(what):
                self.roll("lobby", new=True)
                self.issue(printer="lobby")
                self.go(seconds=20)
                for step in steps:
                    self.assertFalse(self.paper()[2])
                    self.sim.control("lobby " + step)
                    self.go(seconds=5)
                self.assertEqual(self.paper(), (used, 1000 - used, True))
                answer = self.roll("lobby", new=new)
                self.assertEqual(answer.json, {"id": "lobby", "used_mm": left, "left_mm": 1000 - left, "roll_asked": False,
                                               "drift_mm": None, "ends_at": None})
                self.go(seconds=60)
                self.assertEqual(self.paper(), (left, 1000 - left, False))

    def test_one_that_only_answers(self):
        number = self.issue(printer="alone")
        self.go(seconds=30)
        self.assertEqual((self.printed(number)[0], self.device("alone")["state"]), ("printed", "ok"))
        for step in "paper out", "paper ok":
            self.assertFalse(self.paper("alone")[2])
            self.sim.control("alone " + step)
            self.go(seconds=80)
        self.assertTrue(self.paper("alone")[2])

    def test_near_its_end_is_no_change(self):
        self.sim.control("lobby paper near")
        self.go(seconds=5)
        self.sim.control("lobby paper ok")
        self.go(seconds=60)
        self.assertFalse(self.paper()[2])

    def test_who_says_so(self):
        for what, path, body, status in [
                ("no device", "nowhere", {"new": True}, 404), ("no printer", "signs", {"new": True}, 404),
                ("neither", "lobby", {}, 400), ("no word", "lobby", {"new": "yes"}, 400)]:
            with self.subTest(what):
                self.assertEqual(self.roll(path, **body).status, status)
        status, out, _ = ctl(self.hall.state, "roll", "lobby", "new")
        self.assertEqual((status, out), (0, "lobby: 0 mm used, 1000 mm left\n"))
        self.assertEqual(ctl(self.hall.state, "roll", "lobby", "old")[0], 2)
        self.assertEqual(ctl(self.hall.state, "roll", "signs", "new")[0], 1)


class Pictures(Printers):
    """Codes drawn by us, read by a program that nobody here wrote."""
    settings = {name + str(mm): {"qr": qr, "width_mm": mm} for name, qr in (("raster", "raster"), ("none", "none")) for mm in (58, 80)}

    def test_a_code_is_read_back(self):
        for mm in 58, 80:
            with self.subTest(mm):
                name = "raster%d" % mm
                ticket = self.hall.ask("POST", "tickets", {"service": "A", "printer": name}, local=True).json
                self.go(seconds=30)
                self.assertEqual(self.printed(ticket["number"])[0], "printed")
                picture = os.path.join(self.world.folder.name, "ticket.pbm")
                self.sim.control("%s picture %s" % (name, picture))
                done = subprocess.run(["zbarimg", "--quiet", "--raw", picture], capture_output=True, text=True, timeout=WAIT_S, check=False)
                self.assertEqual(done.stdout.strip(), LAYOUT["public_url"] + ticket["token"], done.stderr)
                (_, length_mm), = pieces(self.said(name))
                self.assertLessEqual(length_mm, 120)

    def test_no_code(self):
        for mm in 58, 80:
            self.issue(printer="none%d" % mm)
            self.go(seconds=30)
            said = "\n".join(self.said("none%d" % mm))
            self.assertIn("cut", said)
            self.assertNotRegex(said, "image|qr|扫码")


if __name__ == "__main__":
    unittest.main()
