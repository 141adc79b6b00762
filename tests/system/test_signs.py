"""Signs of every make, on the test clock: what each shows of a window, and how lines with dead, dumb and deaf ones go on."""

import re
import subprocess
import unittest

from hall import WAIT_S, Hall
from sim import Sim
from test_clock import TimedWorld


def sign(device, address=1, area=0):
    return {"device": device, "address": address, "area": area}


# A window at each kind of sign; 1 to 3 share a card.
SEATS = {1: sign("card", 4, 0), 2: sign("card", 4, 1), 3: sign("card", 4, 2), 4: sign("latin", 7), 5: sign("classic"),
         6: sign("led", 5), 7: sign("numbers", 6), 8: sign("sunpn"), 9: sign("sums", 9), 10: sign("tty", 10)}

LAYOUT = {
    "hall": {"id": "signs", "name": {"zh": "云岭区政务服务中心"}},
    "services": [
        {"id": "A", "prefix": "A", "name": {"zh": "综合受理", "en": "General"}},
        {"id": "B", "prefix": "B", "name": {"zh": "社保医保", "en": "Insurance"}, "numbers": {"first": 37}}],
    "windows": [{"no": no, "services": ["A", "B"] if no == 2 else ["A"], "sign": seat} for no, seat in SEATS.items()],
    "devices": [
        {"id": "card", "driver": "bx", "area": {"width": 24, "height": 16, "step": 16}},
        {"id": "latin", "driver": "alpha"}, {"id": "classic", "driver": "alpha-7e1"},
        {"id": "led", "driver": "modbus"},
        {"id": "numbers", "driver": "modbus", "registers": {"text": -1, "number": 136}, "dark": 888},
        {"id": "sunpn", "driver": "board-sunpn"}, {"id": "sums", "driver": "board-sum"}, {"id": "tty", "driver": "console"}],
    "policy": {"double_press_s": 0},
}
DEVICES = ["sign=card,address=4", "alpha=latin,address=7", "alpha=classic,parity=1", "modbus=led,address=5",
           "modbus=numbers,address=6", "sunpn=sunpn,answer=2", "sum=sums,address=9", "console=tty"]
UNITS = ["card/4", "latin/7", "classic/1", "led/5", "numbers/6", "sunpn", "sums/9", "tty"]


class InATimedWorld(unittest.TestCase):
    layout, devices = LAYOUT, DEVICES

    def setUp(self):
        self.world = TimedWorld(self.layout, self.devices)
        self.addCleanup(self.world.stop)
        self.sim, self.hall = self.world.sim, self.world.hall
        self.world.go(seconds=40)

    def do(self, command, no, **body):
        answer = self.hall.ask("POST", "windows/%d/%s" % (no, command), body, local=True)
        self.assertEqual(answer.status, 200, "%s %d: %r" % (command, no, answer))
        return answer.json["ticket"] and answer.json["ticket"]["number"]

    def go(self, **duration):
        self.world.go(**duration)

    def shows(self, unit):
        """What stands there now."""
        return re.sub("^[^:]*: (shows )?", "", self.sim.control(unit + " show")[0])

    def lines(self, mark):
        """What all have said since the mark."""
        return self.sim.since(mark)

    def said(self, unit, mark):
        return [line[len(unit) + 2:] for line in self.lines(mark) if line.startswith(unit + ": ")]

    def device(self, name, address):
        devices = self.hall.ask("GET", "devices", local=True).json["devices"]
        return next(d for d in devices if (d["id"], d["address"]) == (name, address))

    def no_bad_frames(self):
        self.assertEqual([line for line in self.lines(0) if ": bad " in line], [])


# What happens at window {no}, and what signs of each kind then show; of a number display what is called or served.
STATES = [
    # what, commands, Chinese, Latin, number on text displays, number, board, colour
    ("nobody was there yet", [], "{no}号窗口 暂未开放", "Window {no} not open", "blank", "888", "0", "green"),
    ("idle", ["open"], "{no}号窗口 综合受理", "Window {no} General", "blank", "888", "0", "green"),
    ("called", ["next"], "{number} 请到{no}号窗口", "{number} -> {no}", "{number}", "{value}", "{value}", "red"),
    ("and steady after 3 s", None, "{number} 请到{no}号窗口", "{number} -> {no}", "{number}", "{value}", "{value}", "green"),
    ("served", ["start"], "{number} 正在办理", "{number} being served", "{number}", "{value}", "{value}", "green"),
    ("paused", ["finish", "pause"], "暂停服务", "Paused", "blank", "888", "0", "green"),
    ("closed", ["close"], "{no}号窗口 暂未开放", "Window {no} not open", "blank", "888", "0", "green"),
]


class States(InATimedWorld):
    def expected(self, no, row, number):
        _, _, chinese, latin, text, plain, board, colour = [
            part.format(no=no, number=number, value=int(number[1:]) if number else "") if isinstance(part, str) else part
            for part in row]
        flashes = row[0] == "called"
        return {4: ("flashes " if flashes else "") + latin, 5: ("flashes " if flashes else "") + latin, 6: text, 7: plain,
                8: "%s %s" % (board, colour), 9: board, 10: "10: " + chinese + (" (bell)" if flashes else "")}[no]

    def test_each_state_on_each_sign(self):
        units = dict(zip(range(4, 11), UNITS[1:]))
        for no, unit in units.items():
            number = None
            for row in STATES:
                with self.subTest(unit, state=row[0]):
                    for command in row[1] or ():
                        if command == "next":
                            self.hall.issue("A")
                        number = self.do(command, no) or number
                    self.go(seconds=4 if row[1] is None else 1)
                    self.assertEqual(self.shows(unit), self.expected(no, row, number))
        self.no_bad_frames()

    def test_windows_that_share_a_card(self):
        """Each in its area, and none is touched by what happens at another."""
        self.assertEqual(self.shows("card/4"), "1号窗口 暂未开放 | 2号窗口 暂未开放 | 3号窗口 暂未开放")
        self.hall.issue("B")
        for what, no, command, shown in [
                ("idle", 1, "open", "1号窗口 综合受理 | 2号窗口 暂未开放 | 3号窗口 暂未开放"),
                ("called", 2, "next", "1号窗口 综合受理 | B037 请到2号窗口 | 3号窗口 暂未开放"),
                ("paused", 1, "pause", "暂停服务 请到2号窗口 | B037 请到2号窗口 | 3号窗口 暂未开放"),
                ("served", 2, "start", "暂停服务 请到2号窗口 | B037 正在办理 | 3号窗口 暂未开放"),
                ("another opens", 3, "open", "暂停服务 请到2、3号窗口 | B037 正在办理 | 3号窗口 综合受理"),
                ("finished, closed", 2, "finish", "暂停服务 请到2、3号窗口 | 2号窗口 综合受理、社保医保 | 3号窗口 综合受理")]:
            with self.subTest(what):
                self.do(command, no)
                self.go(seconds=1)
                if command == "next":       # a dark page follows the text while it flashes
                    self.assertIn("B037 请到2号窗口 / ", self.shows("card/4"))
                    self.go(seconds=3)
                self.assertEqual(self.shows("card/4"), shown)
        areas = self.sim.control("card/4 show")[1:]
        self.assertEqual([re.findall(r"area (\d) at (\d+,\d+) (\d+x\d+)", line) for line in areas],
                         [[("0", "0,0", "192x16")], [("1", "0,16", "192x16")], [("2", "0,32", "192x16")]])

    def test_the_day_ends(self):
        """With it every window is closed, and a hall that stood still does so no more: signs say so at once."""
        closed = self.shows("card/4")
        for path, text in (("windows/1/open", "1号窗口 综合受理 | 2号窗口 暂未开放 | 3号窗口 暂未开放"),
                           ("hall/endday", closed),
                           ("hall/suspend", " | ".join(3 * ["全厅暂停服务 请稍候"])),
                           ("hall/endday", closed)):
            self.assertEqual(self.hall.ask("POST", path, {}, local=True).status, 200)
            self.go(seconds=2)
            self.assertEqual(self.shows("card/4"), text, path)

    def test_a_pause_that_is_to_end(self):
        """Other windows first, then the time, until it is over; the pause goes on."""
        def status():
            return next(w for w in self.hall.ask("GET", "status").json["windows"] if w["no"] == 1)

        first = lambda: self.shows("card/4").split(" | ", maxsplit=1)[0]
        self.do("open", 1)
        self.do("open", 3)
        self.do("pause", 1, until="2026-09-01T00:50:30Z")
        self.go(seconds=1)
        self.assertEqual(first(), "暂停服务 请到3号窗口")
        self.do("close", 3)
        self.go(seconds=1)
        self.assertEqual(first(), "暂停服务 08:50恢复")
        self.assertEqual((status()["state"], status()["until"]), ("paused", "2026-09-01T08:50:00+08:00"))
        self.hall.kill()
        self.hall.start()
        self.go(seconds=40)
        self.assertEqual(first(), "暂停服务 08:50恢复")
        self.world.time = self.world.time.replace(hour=8, minute=49, second=59)
        self.go(milliseconds=0)
        self.assertEqual(first(), "暂停服务 08:50恢复")
        self.go(seconds=2)
        self.assertEqual(first(), "暂停服务")
        self.assertEqual(status()["state"], "paused", "it ends when somebody ends it")
        self.do("resume", 1)
        self.go(seconds=1)
        self.assertEqual((status()["state"], status()["until"]), ("idle", None))

    def test_an_alpha_sign_does_not_blink(self):
        """Its text file is written once, when it is greeted; what changes is a string, and a call that flashes."""
        mark = self.sim.mark()
        for _ in range(3):
            self.hall.issue("A")
            self.do("next", 4)
            self.go(seconds=20)
            self.do("finish", 4)
            self.go(seconds=20)
        said = self.said("latin/7", mark)
        self.assertIn("flashes A003 -> 4", said)
        self.assertNotIn("blinks", said)
        self.assertIn("blinks", self.said("latin/7", 0))


class Again(InATimedWorld):
    """What a sign has lost it is told again."""

    def test_every_30_s(self):
        self.hall.issue("A")
        self.do("next", 6)
        self.go(seconds=30)
        mark = self.sim.mark()
        self.go(minutes=10)
        for unit in UNITS:
            with self.subTest(unit):
                lines = [line for line in self.said(unit, mark) if line == "repainted" or unit == "tty"]
                each = {"card/4": 3, "latin/7": 2, "classic/1": 2}.get(unit, 1)     # areas; a string and the priority text
                self.assertIn(len(lines), range(19 * each, 21 * each + 1))
        self.assertEqual(self.shows("led/5"), "A001")
        self.no_bad_frames()

    def test_after_a_power_failure(self):
        self.hall.issue("A")
        self.do("next", 6)
        self.go(seconds=5)
        before = {unit: self.shows(unit) for unit in UNITS}
        for unit in UNITS:
            self.sim.control(unit + " power off")
            self.sim.control(unit + " power on")
        self.assertEqual(self.shows("led/5"), "blank")
        self.go(seconds=30)
        self.assertEqual({unit: self.shows(unit) for unit in UNITS}, before)

    def test_after_a_reconnect(self):
        self.go(seconds=30)
        before = {unit: self.shows(unit) for unit in UNITS}
        for unit in UNITS:
            name = unit.split("/")[0]
            self.sim.control(name + " unplug")
        self.hall.issue("A")
        self.do("next", 5)
        self.go(seconds=1)
        for unit in UNITS:
            name = unit.split("/")[0]
            self.sim.control(name + " power off")
            self.sim.control(name + " power on")
            self.sim.control(name + " replug")
        mark = self.sim.mark()
        self.go(seconds=4)
        for unit in UNITS:
            with self.subTest(unit):
                self.assertTrue(self.said(unit, mark), "told something before its repaint is due")
                want = "A001 -> 5" if unit == "classic/1" else before[unit]
                self.assertEqual(self.shows(unit), want)

    def test_a_sign_that_never_answers_may_be_another_one(self):
        """The new one has no memory for our files: it gets some within the hour."""
        self.sim.control("latin replace")
        self.go(minutes=1)
        self.assertEqual(self.shows("latin/7"), "blank")
        self.go(hours=1)
        self.assertEqual(self.shows("latin/7"), "Window 4 not open")


# Six cards on a line with two displays of numbers, and the same on a line that returns what it hears.
BUSY = {**LAYOUT,
        "windows": [{"no": no, "services": ["A"], "sign": sign("cards", no)} for no in range(1, 7)] +
                   [{"no": no, "services": ["A"], "sign": sign("leds", no)} for no in (7, 8)],
        "devices": [{"id": "cards", "driver": "bx"},
                    {"id": "leds", "driver": "modbus", "registers": {"text": -1}}]}


class Lines(InATimedWorld):
    layout, devices = BUSY, ["sign=cards,address=1-6", "modbus=leds,address=7-8"]

    def test_a_call_goes_before_repaints(self):
        self.hall.issue("A")
        self.sim.control("cards/1 silent on")
        for no in range(1, 6):          # the first waits for its answer, the others behind it
            self.do("open", no)
        mark = self.sim.mark()
        self.do("next", 6)
        self.go(seconds=5)
        order = [line for line in self.lines(mark) if re.match(r"cards/[2-6]: shows", line)]
        self.assertRegex(order[0], "^cards/6: shows A001 请到6号窗口")
        self.assertEqual(len({line[:7] for line in order}), 5)

    def test_dead_ones_are_left_alone(self):
        for name, dead, live in (("cards", 3, (1, 2, 4, 5, 6)), ("leds", 7, (8,))):
            with self.subTest(name):
                self.sim.control("%s/%d silent on" % (name, dead))
                self.do("open", dead)
                self.go(seconds=10)
                self.assertEqual(self.device(name, dead)["state"], "degraded")
                frames = self.device(name, dead)["frames"]
                self.do("close", dead)
                self.go(minutes=10)
                self.assertIn(self.device(name, dead)["frames"] - frames, range(9, 11), "probed once a minute")
                self.assertEqual([self.device(name, no)["state"] for no in live], ["ok"] * len(live))
                self.sim.control("%s/%d silent off" % (name, dead))
                mark = self.sim.mark()
                self.go(seconds=61)
                self.assertEqual(self.device(name, dead)["state"], "ok")
                said = self.said("%s/%d" % (name, dead), mark)
                self.assertTrue([line for line in said if line.startswith(("shows", "repainted"))])

    def test_exceptions(self):
        self.sim.control("leds/7 nack 2")
        self.do("open", 7)
        self.go(seconds=1)
        self.assertIn("is not shown: no such register", self.hall.said())
        device = self.device("leds", 7)
        self.assertEqual((device["state"], device["refused"] > 0, device["retries"]), ("ok", True, 0))
        self.sim.control("leds/7 nack 6")
        self.hall.issue("A")
        self.do("next", 7)
        self.go(seconds=5)
        self.assertGreater(self.device("leds", 7)["retries"], 0, "busy is tried again")
        self.sim.control("leds/7 nack off")
        self.go(seconds=30)
        self.assertEqual(self.shows("leds/7"), "1")

    def test_answers_with_a_wrong_check_are_none(self):
        for unit in "cards/2", "leds/8":
            self.sim.control(unit + " badcheck on")
        for no in 2, 8:
            self.do("open", no)
        self.go(seconds=10)
        self.assertEqual([self.device(*where)["state"] for where in (("cards", 2), ("leds", 8))], ["degraded"] * 2)


class Echo(Lines):
    """All of it on half-duplex adapters that hear themselves."""
    devices = ["sign=cards,address=1-6,echo=1", "modbus=leds,address=7-8,echo=1"]

    def test_nothing_is_sent_twice(self):
        self.hall.issue("A")
        self.do("next", 7)
        self.do("open", 2)
        self.go(minutes=10)
        self.assertEqual((self.shows("leds/7"), self.shows("cards/2")), ("1", "2号窗口 综合受理"))
        for name, no in (("cards", 2), ("leds", 7), ("leds", 8)):
            device = self.device(name, no)
            self.assertEqual((device["state"], device["retries"], device["refused"]), ("ok", 0, 0))
        self.no_bad_frames()


class Dumb(InATimedWorld):
    """Signs that never answer, on lines that return what they hear."""
    devices = [device + ",echo=1" for device in DEVICES]

    def test_the_echo_is_no_answer_of_a_board(self):
        self.hall.issue("A")
        self.do("next", 8)
        self.go(minutes=5)
        self.assertEqual(self.shows("sunpn"), "1 green")
        self.assertEqual(self.shows("latin/7"), "Window 4 not open")
        self.no_bad_frames()


class Mixed(unittest.TestCase):
    def test_keypads_and_modbus_on_one_line_are_advised_against(self):
        """Keypads speak by themselves, into answers of displays: it is said at the start, and works as far as it can."""
        devices = [{"id": name, "driver": driver, "port": "/nowhere/" + port}
                   for name, driver, port in (("a", "modbus", "x"), ("b", "ff68", "x"), ("c", "ff68", "y"))]
        hall = Hall({**LAYOUT, "devices": devices, "windows": [{"no": 1, "services": ["A"]}]})
        self.addCleanup(hall.stop)
        self.assertEqual(re.findall("devices (.*): .* lines of their own", hall.said()), ["a, b"])


class Mbpoll(unittest.TestCase):
    """The pretend display as a client that nobody here wrote finds it."""

    def setUp(self):
        self.sim = Sim("modbus=led,address=3")
        self.addCleanup(self.sim.stop)

    def poll(self, register, values=(), count=1):
        """Write values, or read so many."""
        done = subprocess.run(["mbpoll", "-m", "rtu", "-a", "3", "-b", "9600", "-P", "none", "-t", "4:hex", "-0", "-1", "-o", "10",
                               "-r", str(register), *([] if values else ["-c", str(count)]), self.sim.path("led"), *values],
                              capture_output=True, text=True, timeout=WAIT_S, check=False)
        return done.returncode, done.stdout + done.stderr

    def test_text_number_and_a_register_that_there_is_not(self):
        status, said = self.poll(112, ["0x4130", "0x3337"])
        self.assertEqual(status, 0, said)
        self.sim.wait_for("^led/3: shows A037$")
        status, said = self.poll(112, count=2)
        self.assertEqual(status, 0, said)
        self.assertEqual(re.findall(r"^\[\d+\]:\s+(0x\S+)$", said, re.M), ["0x4130", "0x3337"])
        status, said = self.poll(0, ["0x0025"])
        self.assertEqual(status, 0, said)
        self.sim.wait_for("^led/3: shows 37$")
        status, said = self.poll(500)
        self.assertNotEqual(status, 0)
        self.assertIn("Illegal data address", said)


if __name__ == "__main__":
    unittest.main()
