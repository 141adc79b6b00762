"""Captured lines, played to a whole hall on the test clock: what it answers is what was captured, and comes to what it means."""

import os
import re
import subprocess
import tempfile
import unittest

from hall import LAYOUT as SMALL, WAIT_S
from sim import HALLSIM, ROOT, Sim
from test_clock import TimedWorld
from test_hallsim import Clock, Host

PADS = {"id": "keypads", "driver": "ff68", "port": ""}
PRINTER = {"id": "printer", "driver": "escpos", "port": ""}


def capture(name):
    return os.path.join(ROOT, "tests", "vectors", name + ".ser")


class Replay(unittest.TestCase):
    """One captured line, and nothing else on the hall's."""

    def play(self, name, device):
        layout = {**SMALL, "devices": [device], "windows": [
            {"no": no, "services": ["A"], **({"keypad": {"device": "keypads", "address": no}} if device is PADS else {})}
            for no in (1, 7)]}
        self.world = TimedWorld(layout, ["--replay", "%s=%s" % (capture(name), device["id"])])
        self.addCleanup(self.world.stop)
        self.hall, self.go = self.world.hall, self.world.go

    def heard(self):
        """What halld sent, when all was played: as captured, or what else; and what it did not send."""
        end = self.world.sim.wait_for(r": ended, (\d+) of (\d+) heard as captured$")
        said = self.world.sim.since(0)
        return (end[1] == end[2],
                [re.sub(".*: ", "", line) for line in said if re.search(": not heard |, not captured$|line full", line)])

    def tickets(self):
        return [(t["number"], t["state"]) for t in self.hall.ask("GET", "tickets", local=True).json["tickets"]]

    def device(self):
        return self.hall.ask("GET", "devices", local=True).json["devices"][0]

    def test_presses_call_and_each_is_answered(self):
        self.play("keypads", PADS)
        for _ in range(3):
            self.go(seconds=1)
            self.hall.issue()
        self.go(seconds=14)
        self.assertEqual(self.tickets(), [("A001", "passed"), ("A002", "waiting"), ("A003", "waiting")])
        self.go(seconds=10)
        self.assertEqual(self.tickets(), [("A001", "passed"), ("A002", "called"), ("A003", "waiting")])
        self.assertEqual(self.heard(), (True, []))

    def test_a_printer_is_known_from_its_answers(self):
        self.play("printer", PRINTER)
        for what, seconds, state, reason, paper in (
                ("it answers", 2, "ok", "answers", "ok"),
                ("no paper", 6, "fault", "paper is out", "out"),
                ("a new roll, nearly over", 18, "ok", "answers", "low"),
                ("asked, and half a report", 35.2 - 26, "ok", "answers", "low"),
                ("the cutter", 2, "fault", "cutter is stuck", "ok")):
            with self.subTest(what):
                self.go(seconds=seconds)
                device = self.device()
                self.assertEqual((device["state"], device["reason"], device["paper"]), (state, reason, paper))
        self.assertEqual(self.heard(), (True, []))

    def test_noise_comes_to_nothing(self):
        self.play("noise", PADS)
        self.hall.issue()
        seq = self.hall.seq()
        self.go(seconds=20)
        self.assertEqual(self.tickets(), [("A001", "waiting")])
        self.assertEqual(self.hall.seq(), seq)
        self.assertEqual(self.heard(), (True, []))


class Capture(unittest.TestCase):
    """The capture and what is said of a host that does as it tells, or does not."""

    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="replay-")
        self.addCleanup(folder.cleanup)
        self.file = os.path.join(folder.name, "line.ser")

    def write(self, *lines):
        with open(self.file, "w", encoding="utf-8") as f:
            f.writelines(line + "\n" for line in lines)

    def play(self, *words):
        """A hallsim whose time is as advance says: who is late on a slow machine is not late."""
        self.clock = Clock()
        self.addCleanup(self.clock.close)
        self.sim, self.ms = Sim(*words, clock=self.clock.path), 0
        self.addCleanup(self.sim.stop)
        self.advance(0)
        return self.sim

    def advance(self, ms):
        self.ms += ms
        self.sim.control("advance to 2026-09-01T09:00:%02d.%03dZ" % divmod(self.ms, 1000))

    def test_it_is_played_each_time_the_line_is_opened(self):
        self.write("# a remark", "0 > 01 02", "", "0.010 > 0a0B", "0.02 < 06", "3 > FF")
        sim = self.play("--replay", self.file + "=line")
        for _ in range(2):
            mark = sim.mark()
            host = self.clock.host = Host(sim.path("line"))
            for ms, heard in (0, "0102"), (10, "01020A0B"), (2990, "01020A0BFF"):
                self.advance(ms)
                self.assertEqual(self.clock.heard.hex().upper(), heard)
            host.send("06")
            self.advance(1000)
            self.assertEqual(sim.since(mark), ["line: " + what for what in (
                "line opened", "sent 0102", "sent 0A0B", "sent FF", "heard 06, as captured", "ended, 1 of 1 heard as captured")])
            self.clock.host, self.clock.heard = None, b""
            host.close()
            sim.wait_for("^line: line closed$", since=mark)

    def test_what_is_heard_is_compared(self):
        self.write("0 < 01 02 03", "0 < 01 02", "0 < 0A", "0 < 01 02 03")
        rows = (
            ("order", "0A 010203 0102 010203", [
                "heard 0A, as captured", "heard 010203, as captured", "heard 0102, as captured", "heard 010203, as captured",
                "ended, 4 of 4 heard as captured"]),
            ("before", "EEEF0A 010203", [
                "heard EEEF, not captured", "heard 0A, as captured", "heard 010203, as captured",
                "not heard 0102", "not heard 010203", "ended, 2 of 4 heard as captured"]),
            ("often", "0A 0A01", [
                "heard 0A, as captured", "heard 0A01, not captured",
                "not heard 010203", "not heard 0102", "not heard 010203", "ended, 1 of 4 heard as captured"]))
        lines = [word for name, _, _ in rows for word in ("--replay", "%s=%s" % (self.file, name))]
        sim = self.play(*lines)
        for name, sent, _ in rows:
            host = Host(sim.path(name))
            self.addCleanup(host.close)
            host.send(sent)
        self.advance(1000)
        for name, _, said in rows:
            with self.subTest(name):
                heard = [line for line in sim.since(0) if line.startswith(name + ":")]
                self.assertEqual(heard, ["%s: %s" % (name, what) for what in ("line opened", *said)])

    def test_a_bad_capture_is_refused_with_its_line(self):
        for what, line, why in (
                ("no time", "> 01", "a time"), ("a time that is none", "1,5 > 01", "a time"), ("before it began", "-1 > 01", "a time"),
                ("time goes back", "0.5 > 01", "time goes back"), ("no way", "1 01", "> from"), ("another way", "1 = 01", "> from"),
                ("no bytes", "1 >", "no bytes"), ("half a byte", "1 > 1", "two hexadecimal digits"), ("no byte", "1 > GG", "two hexadecimal digits"),
                ("another line", "# Serial: 9600 7E1", "9600 8N1"), ("no speed", "# Serial: 8N1", "9600 8N1")):
            with self.subTest(what):
                self.write("1 < 02", line)
                self.assertRegex(self.refused(), "^hallsim: %s:2: .*%s.*\n$" % (re.escape(self.file), why))
        self.write("# Serial: 9600 8N1")
        self.assertIn("nothing was captured", self.refused())
        os.unlink(self.file)
        self.assertIn("No such file", self.refused())

    def refused(self):
        done = subprocess.run([HALLSIM, "--replay", self.file + "=line"],
                              cwd=os.path.dirname(self.file), stdin=subprocess.DEVNULL, stderr=subprocess.PIPE, timeout=WAIT_S, check=False)
        self.assertEqual(done.returncode, 1)
        return done.stderr.decode()


if __name__ == "__main__":
    unittest.main()
