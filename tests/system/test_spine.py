"""The whole daemon with pretend devices on its lines, as visitors, clerks and installers meet it."""

import hashlib
import json
import os
import re
import signal
import shutil
import sqlite3
import subprocess
import tempfile
import threading
import time
import unittest
import unittest.mock
import urllib.request

from hall import HALLCTL, HALLD, ROOT, WAIT_S, Hall, Stream, free_port
from sim import Sim
from sources import REFUSALS

SLOW_DISK = os.path.join(os.path.abspath(os.environ.get("BUILD") or os.path.join(ROOT, "build")), "tests", "killdisk.so")


def until(what, check, timeout_s=WAIT_S):
    """Wait until the check gives something true; returns that."""
    end = time.monotonic() + timeout_s
    while not (found := check()):
        if time.monotonic() > end:
            raise AssertionError("not in %d s: %s" % (timeout_s, what))
        time.sleep(0.02)
    return found


def window(no, services, zone, **more):
    return {"no": no, "services": services, "zone": zone, "sign": {"device": "signs", "address": no},
            "keypad": {"device": "keypads", "address": no}, **more}


# Windows 1 to 5 serve A, 2 and 5 also B, 6 only C; 4 to 6 are upstairs.
LAYOUT = {
    "hall": {"id": "spine", "name": {"zh": "云岭区政务服务中心", "en": "Yunling Service Centre"}, "timezone": "Asia/Shanghai",
             "languages": ["zh", "en"], "day_starts": "04:00"},
    "public_url": "https://hall.example.cn/t/",
    "services": [
        {"id": "A", "prefix": "A", "name": {"zh": "综合受理", "en": "General services"},
         "place": {"zh": "一楼A区", "en": "1st floor, area A"}, "bring": {"zh": "居民身份证原件", "en": "Your ID card"}},
        {"id": "B", "prefix": "B", "name": {"zh": "社保医保", "en": "Social insurance"}},
        {"id": "C", "prefix": "C", "name": {"zh": "税务", "en": "Tax"}}],
    "classes": [
        {"id": "ordinary", "name": {"zh": "普通", "en": "Ordinary"}},
        {"id": "elderly", "name": {"zh": "老年人优先", "en": "Elderly"}}],
    "zones": [
        {"id": "floor-1", "voice": "voice-a", "volume": 80},
        {"id": "floor-2", "voice": "voice-b", "volume": 70}],
    "windows": [
        window(1, ["A"], "floor-1"), window(2, ["A", {"id": "B", "level": 2}], "floor-1"), window(3, ["A"], "floor-1"),
        window(4, ["A"], "floor-2"), window(5, ["A", {"id": "B", "level": 2}], "floor-2"),
        window(6, ["C"], "floor-2", start_key=True)],
    "devices": [
        {"id": "printer", "driver": "escpos"},
        {"id": "voice-a", "driver": "syn6288"}, {"id": "voice-b", "driver": "syn6288"},
        {"id": "signs", "driver": "bx"}, {"id": "keypads", "driver": "ff68"}],
    "policy": {"double_press_s": 0, "undo_s": 120},
}
DEVICES = ["printer=printer,speed=0", "voice=voice-a,ms_per_char=5", "voice=voice-b,ms_per_char=5",
           "sign=signs,address=1-6", "keypad=keypads,address=1-6"]


def printers(**settings):
    """More devices for a layout: printers by their ids, each with its settings."""
    return [{"id": name, "driver": "escpos", **more} for name, more in settings.items()]


class World:
    """A hall and its pretend devices; a device of the layout without a port is on the line of its id."""

    def __init__(self, layout, devices, before=(), env=None):
        self.sim = Sim(*devices)
        try:
            for line in before:
                self.sim.control(line)
            ports = [{"port": self.sim.path(device["id"]), **device} for device in layout["devices"]]
            self.hall = Hall({**layout, "devices": ports}, env=env)
        except BaseException:
            self.sim.stop()
            raise

    def stop(self):
        try:
            self.hall.stop()
        finally:
            status = self.sim.stop()
        assert status == 0, "hallsim ended with %s" % status


class InAWorld(unittest.TestCase):
    """Tests of a class share a world; what each looks at began with it."""
    layout, devices, before, env = LAYOUT, DEVICES, (), None
    world = None
    damaged = False             # frames that reach the devices may be

    @classmethod
    def setUpClass(cls):
        cls.world = World(cls.layout, cls.devices, cls.before, cls.env)
        cls.addClassCleanup(cls.world.stop)
        cls.hall, cls.sim = cls.world.hall, cls.world.sim

    def setUp(self):
        self.mark = self.sim.mark()

    def tearDown(self):
        if not self.damaged:
            self.assertEqual([line for line in self.lines() if ": bad " in line], [])

    # What the devices say.

    def wait(self, regex, timeout_s=WAIT_S, since=None):
        return self.sim.wait_for(regex, timeout_s, self.mark if since is None else since)

    def lines(self, since=None):
        """What all devices said since the test began."""
        return self.sim.since(self.mark if since is None else since)

    def said(self, name, since=None):
        """What a device said."""
        return [line[len(name) + 2:] for line in self.lines(since) if line.startswith(name + ": ")]

    def press(self, no, keys):
        """Press keys at a window and wait for the echo; the mark of what the devices say since."""
        mark = self.sim.mark()
        self.sim.control("press keypads/%d %s" % (no, keys))
        if self.wait("^keypads/%d: (echoed|no echo)$" % no, since=mark)[1] == "no echo":
            self.wait("^keypads/%d: echoed again$" % no, since=mark)    # a slow machine: the keypad had given up
        return mark

    def wait_refused(self, no, code, mark):
        """The keypad beeps and shows the number of the refusal."""
        self.wait("^keypads/%d: beep$" % no, since=mark)
        self.wait("^keypads/%d: display --- -%02d$" % (no, REFUSALS[code][1]), since=mark)

    def shows(self, sign):
        """What stands on a sign now; while it flashes a dark page follows."""
        return re.sub(r"^signs/\d+: (shows )?|[ /]+$", "", self.sim.control("signs/%d show" % sign)[0])

    def wait_sign(self, no, text):
        until("sign %d shows %r" % (no, text), lambda: self.shows(no) == text)

    # What the hall is asked.

    def get(self, path):
        answer = self.hall.ask("GET", path, local=True)
        self.assertEqual(answer.status, 200, answer)
        return answer.json

    def issue(self, service="A", **more):
        answer = self.hall.ask("POST", "tickets", {"service": service, **more}, local=True)
        self.assertEqual(answer.status, 201, answer)
        return answer.json["number"]

    def do(self, command, no, **body):
        """A command at a window; the number at hand after it, or None."""
        answer = self.hall.ask("POST", "windows/%d/%s" % (no, command), body, local=True)
        self.assertEqual(answer.status, 200, "%s %d: %r" % (command, no, answer))
        return answer.json["ticket"] and answer.json["ticket"]["number"]

    def ticket(self, number):
        return next(t for t in self.get("tickets")["tickets"] if t["number"] == number)

    def at(self, no):
        return self.get("windows/%d" % no)

    def state(self, no):
        return self.at(no)["window"]["state"]

    def device(self, name, address=0):
        return next(d for d in self.get("devices")["devices"] if (d["id"], d["address"]) == (name, address))

    def wait_device(self, name, state, address=0):
        until("%s is %s" % (name, state), lambda: self.device(name, address)["state"] == state)

    def wait_print(self, number, state):
        until("%s is %s" % (number, state), lambda: self.ticket(number)["print"] == state)


def age(hall, seconds):
    """All that happened in a hall that does not run happened earlier."""
    chain = bytes(32)
    with sqlite3.connect(os.path.join(hall.state, "halld.db")) as db:
        db.execute("UPDATE event SET at_ms = at_ms - ?1, mono_ms = mono_ms - ?1", [seconds * 1000])
        for row in db.execute("SELECT seq, day, at_ms, boot, mono_ms, kind, actor, subject, body FROM event ORDER BY seq").fetchall():
            chain = hashlib.sha256(chain + "\n".join(map(str, row)).encode()).digest()
            db.execute("UPDATE event SET chain = ? WHERE seq = ?", [chain, row[0]])
    db.close()


def pieces(said):
    """What came out of a printer, cut: a list of pieces, each a list of (width, height, text), and their lengths, mm."""
    found, piece = [], []
    for line in said:
        if m := re.fullmatch(r"paper (\d)x(\d) \|(.*)\|", line):
            piece.append((int(m[1]), int(m[2]), m[3].strip()))
        elif line.startswith("qr "):
            piece.append((0, 0, line))
        elif m := re.fullmatch(r"cut \(partial\), (\d+) mm", line):
            found.append((piece, int(m[1])))
            piece = []
    return found


def numbers_on(said):
    """The tickets that came out of a printer, whole or not, in order."""
    return re.findall(r"^paper \dx[2-8] \| *(\S+) *\|$", "\n".join(said), re.M)


# What stands on tickets, in this order, on paper of which printers; lines may be broken anywhere.
BOTH = ("printer", "narrow")
TICKETS = [
    ("an ordinary ticket", BOTH, {},
     ["云岭区政务服务中心", "{number}", "综合受理", "一楼A区 1-5号窗口", "前面约 {ahead} 人", "请带:居民身份证原件", "取号时间 {time}",
      "扫码看进度", "qr {url}", "叫号三次未到作过号,顺延3位再叫一次;再过号请到导办台", "当日有效"]),
    ("a service with the least said of it", BOTH, {"service": "B"},
     ["云岭区政务服务中心", "{number}", "社保医保", "2、5号窗口", "前面约 {ahead} 人", "取号时间 {time}",
      "扫码看进度", "qr {url}", "叫号三次未到作过号,顺延3位再叫一次;再过号请到导办台", "当日有效"]),
    ("a class that is not the ordinary one", BOTH, {"class": "elderly"},
     ["云岭区政务服务中心", "{number}", "综合受理", "一楼A区 1-5号窗口", "前面约 {ahead} 人", "请带:居民身份证原件", "类别:老年人优先",
      "取号时间 {time}", "扫码看进度", "qr {url}", "叫号三次未到作过号,顺延3位再叫一次;再过号请到导办台", "当日有效"]),
    ("English below each line", ("printer",), {"service": "B", "lang": "en"},
     ["云岭区政务服务中心", "Yunling Service Centre", "{number}", "社保医保", "Social insurance", "2、5号窗口", "Windows 2,5",
      "前面约 {ahead} 人", "About {ahead} ahead of you", "取号时间 {time}", "Issued {time}",
      "扫码看进度", "Scan to follow your number", "qr {url}", "叫号三次未到作过号,顺延3位再叫一次;再过号请到导办台",
      "Absent after 3 calls: called once more after 3 others; absent again, ask at the guide desk",
      "当日有效", "Valid today only"]),
]


class Paper(InAWorld):
    WAITS = {"empty": ("paper out", "paper ok"), "open": ("cover open", "cover closed"), "silent": ("silent on", "silent off"),
             "off": ("power off", "power on"), "unplugged": ("unplug", "replug")}
    layout = {**LAYOUT, "devices": LAYOUT["devices"] + printers(
        narrow={"width_mm": 58, "kiosk": "kiosk-1"}, slow={"answer_ms": 8000}, **{name: {} for name in WAITS}),
        "policy": {**LAYOUT["policy"], "print_stale_s": 600}}
    devices = DEVICES + ["printer=narrow,width=58,speed=0", "printer=slow,speed=15", *("printer=%s,speed=0" % name for name in WAITS)]

    def test_what_stands_on_a_ticket(self):
        for what, names, wish, lines in TICKETS:
            for printer in names:
                with self.subTest(what, printer=printer):
                    mark = self.sim.mark()
                    ticket = self.hall.ask("POST", "tickets", {"service": "A", "printer": printer, **wish}, local=True).json
                    self.wait("^%s: cut" % printer, since=mark)
                    (piece, length_mm), = pieces(self.said(printer, mark))
                    number = [height for _, height, text in piece if text == ticket["number"]]
                    self.assertGreaterEqual(number[0] * 24 * 25.4 / 203, 12, "height of the number, mm")
                    self.assertLessEqual(length_mm, 120)
                    said = {"number": ticket["number"], "ahead": ticket["ahead"], "url": self.layout["public_url"] + ticket["token"],
                            "time": ticket["issued_at"][:16].replace("T", " ")}
                    blank = re.compile(r"\s")
                    self.assertEqual(blank.sub("", "".join(text for _, _, text in piece)),
                                     blank.sub("", "".join(lines).format(**said)))

    def test_big_type(self):
        for printer in BOTH:
            with self.subTest(printer):
                mark = self.sim.mark()
                number = self.issue(printer=printer, big=True)
                self.wait("^%s: cut" % printer, since=mark)
                (piece, length_mm), = pieces(self.said(printer, mark))
                self.assertLessEqual(length_mm, 120)
                self.assertEqual([line for line in piece if line[1] > 1], [(8, 8, number), (2, 2, "综合受理")])

    def test_what_is_too_long_loses_english_first(self):
        for printer in BOTH:
            with self.subTest(printer):
                mark = self.sim.mark()
                self.issue(printer=printer, lang="en", **{"class": "elderly"})
                self.wait("^%s: cut" % printer, since=mark)
                (piece, length_mm), = pieces(self.said(printer, mark))
                text = "".join(text for _, _, text in piece).replace(" ", "")
                self.assertLessEqual(length_mm, 120)
                for line in TICKETS[2][3][2:-1]:
                    self.assertIn(line.split("{")[0].replace(" ", ""), text)
                self.assertIn("Generalservices", text)

    def test_queued_sent_printed(self):
        answer = self.hall.ask("POST", "tickets", {"service": "A", "printer": "slow"}, local=True).json
        states = [answer["print"]]

        def printed():
            if (state := self.ticket(answer["number"])["print"]) != states[-1]:
                states.append(state)
            return state == "printed"

        until("it is printed", printed)
        self.assertEqual(states, ["queued", "sent", "printed"])
        self.assertEqual(numbers_on(self.said("slow")), [answer["number"]])

    def test_which_printer(self):
        self.hall.user("kiosk-1", "kiosk")
        self.hall.user("kiosk-2", "kiosk")
        for what, who, wish, printer in [
                ("the one that is named", None, {"printer": "narrow"}, "narrow"),
                ("the first one", None, {}, "printer"),
                ("the kiosk's own", "kiosk-1", {}, "narrow"),
                ("a kiosk without its own", "kiosk-2", {}, "printer"),
                ("another than the kiosk's own", "kiosk-1", {"printer": "printer"}, "printer")]:
            with self.subTest(what):
                token = who and self.hall.token(who)
                mark = self.sim.mark()
                answer = self.hall.ask("POST", "tickets", {"service": "A", **wish}, local=who is None, token=token)
                self.assertEqual(answer.status, 201, answer)
                self.wait_print(answer.json["number"], "printed")
                for name in "printer", "narrow", "slow":
                    self.assertEqual(numbers_on(self.said(name, mark)), [answer.json["number"]] if name == printer else [])

    def test_no_printer(self):
        number = self.issue(printer="none")
        fence = self.issue()
        self.wait_print(fence, "printed")
        self.assertEqual(self.ticket(number)["print"], "none")
        self.assertEqual([numbers_on(self.said(name)) for name in ("printer", "narrow", "slow")], [[fence], [], []])

    def test_a_printer_that_there_is_not(self):
        for name in "nowhere", "signs":
            answer = self.hall.ask("POST", "tickets", {"service": "A", "printer": name}, local=True)
            self.assertEqual((answer.status, answer.code, answer.json["pointer"]), (400, "bad_request", "/printer"))

    def test_tickets_wait_for_their_printer(self):
        numbers = {}
        for name, (trouble, _) in self.WAITS.items():
            self.wait_device(name, "ok")
            self.sim.control("%s %s" % (name, trouble))
            numbers[name] = [self.issue(printer=name) for _ in range(2)]
        for name, (_, end) in self.WAITS.items():
            self.assertEqual([self.ticket(number)["print"] for number in numbers[name]], 2 * ["queued"])
            self.sim.control("%s %s" % (name, end))
        for name in self.WAITS:
            with self.subTest(name):
                for number in numbers[name]:
                    self.wait_print(number, "printed")
                self.assertEqual(numbers_on(self.said(name)), numbers[name])

    def test_ten_at_once_in_their_order(self):
        numbers = [self.issue() for _ in range(10)]
        self.wait_print(numbers[-1], "printed")
        self.assertEqual(numbers_on(self.said("printer")), numbers)
        self.assertEqual({self.ticket(number)["print"] for number in numbers}, {"printed"})


class PaperInTrouble(InAWorld):
    """A printer for each trouble: all of them have it at the same time."""
    TROUBLES = [
        # printer, before the ticket, when its first line is out, what it has become, the printer's flags, the end of it
        ("out", "paper out", None, "failed", ["paper_low", "paper_out"], "paper ok"),
        ("open", "cover open", None, "failed", ["cover_open"], "cover closed"),
        ("jammed", "cutter jam", None, "failed", ["cutter"], "cutter ok"),
        ("low", "paper near", None, "printed", ["paper_low"], "paper ok"),
        ("mute", None, None, "unconfirmed", [], "silent off"),
        ("quits", "silent on", None, "failed", [], "silent off"),
        ("runs-out", None, "paper out", "failed", ["paper_low", "paper_out"], "paper ok"),
        ("off", None, "power off", "failed", [], "power on"),
        ("late", None, "silent on", "failed", [], "silent off"),
    ]
    NAMES = [name for name, *_ in TROUBLES]
    SLOW = ["runs-out", "off", "late"]      # the trouble comes in the midst of the ticket, on a slow machine too
    layout = {**LAYOUT, "devices": printers(**{name: {"answer_ms": 300} for name in NAMES} | {
        name: {"answer_ms": 4000} for name in SLOW}) + LAYOUT["devices"], "policy": {"print_stale_s": 10}}
    devices = DEVICES + ["printer=%s,speed=0" % name for name in sorted({*NAMES} - {*SLOW})] + [
        "printer=%s,speed=20" % name for name in SLOW]
    before = ["mute silent on"]

    def test_a_ticket_that_is_given_up_does_not_come_out_later(self):
        for name in self.NAMES:
            if name != "mute":
                self.wait_device(name, "ok")
        for name, trouble, *_ in self.TROUBLES:
            if trouble is not None:
                self.sim.control("%s %s" % (name, trouble))
        mark = self.sim.mark()
        numbers = {name: self.issue(printer=name) for name in self.NAMES}
        for name, _, trouble, *_ in self.TROUBLES:
            if trouble is not None:
                self.wait("^%s: paper" % name, since=mark)
                self.sim.control("%s %s" % (name, trouble))
        for name, _, _, state, flags, _ in self.TROUBLES:
            self.wait_print(numbers[name], state)
            until("%s is %s" % (name, flags), lambda: [f for f in self.device(name)["printer"] if f != "offline"] == flags)
        for name, *_, end in self.TROUBLES:
            self.sim.control("%s %s" % (name, end))
        self.sim.control("late hex 00")         # what it did not say in time: all is printed
        mark = self.sim.mark()
        after = {name: self.issue(printer=name) for name in self.NAMES}
        for name, _, _, state, _, _ in self.TROUBLES:
            with self.subTest(name):
                self.wait_print(after[name], "printed")
                self.assertEqual(numbers_on(self.said(name, mark)), [after[name]])
                self.assertEqual(self.ticket(numbers[name])["print"], state)
                self.assertEqual(self.device(name)["printer"], [])
        self.assertEqual(numbers_on(self.said("mute")), [numbers["mute"], after["mute"]], "nothing that was printed is lost")


class PaperAndKills(InAWorld):
    """A printer for each state in which a ticket may be when halld is killed."""
    NAMES = ["queued", "sent", "printed", "unconfirmed", "failed"]
    SLOW = {"answer_ms": 8000}
    layout = {**LAYOUT, "devices": LAYOUT["devices"] + printers(
        queued={}, sent=SLOW, printed={}, unconfirmed={"answer_ms": 100}, failed=SLOW),
        "policy": {**LAYOUT["policy"], "print_stale_s": 600}}
    devices = DEVICES + ["printer=%s,speed=%d" % (name, 15 if name in ("sent", "failed") else 0) for name in NAMES]
    before = ["unconfirmed silent on"]

    def test_nothing_is_printed_twice_by_itself(self):
        self.sim.control("queued paper out")
        numbers = {name: self.issue(printer=name) for name in self.NAMES if name != "sent"}
        self.wait("^failed: paper 4x4")
        self.sim.control("failed power off")
        for name in "unconfirmed", "printed", "failed":
            self.wait_print(numbers[name], name)
        numbers["sent"] = self.issue(printer="sent")
        self.wait("^sent: paper 4x4")
        self.assertEqual({name: self.ticket(numbers[name])["print"] for name in self.NAMES}, {n: n for n in self.NAMES})
        self.hall.kill()
        for line in "queued paper ok", "unconfirmed silent off", "failed power on":
            self.sim.control(line)
        self.hall.start()
        states = {**{name: name for name in self.NAMES}, "queued": "printed", "sent": "unconfirmed"}
        for name in self.NAMES:
            self.wait_print(numbers[name], states[name])
        after = {name: self.issue(printer=name) for name in self.NAMES}
        for name in self.NAMES:
            with self.subTest(name):
                self.wait("^%s: paper 4x4 .*%s" % (name, after[name]))
                self.assertEqual(numbers_on(self.said(name)), [numbers[name], after[name]])
                self.assertEqual(self.ticket(numbers[name])["print"], states[name])

    def test_what_waited_too_long_is_not_printed(self):
        self.sim.control("printed paper out")
        number = self.issue(printer="printed")
        self.hall.kill()
        age(self.hall, 601)
        self.sim.control("printed paper ok")
        self.hall.start()
        after = self.issue(printer="printed")
        self.wait_print(after, "printed")
        self.assertEqual(self.ticket(number)["print"], "failed")
        self.assertEqual(numbers_on(self.said("printed")), [after])


def ctl(state, *words):
    done = subprocess.run([HALLCTL, "-d", state, *words], capture_output=True, text=True, timeout=WAIT_S)
    assert done.returncode == 0, done
    return done.stdout


class Calls(InAWorld):
    """Next, please: what everybody sees and hears of it, whichever way it was said."""
    layout = {**LAYOUT, "policy": {"double_press_s": 0, "recall": {"gap_s": 0}}}
    WAYS = [
        ("a key", 1, "voice-a", lambda self: self.sim.control("press keypads/1 0C")),
        ("hallctl", 4, "voice-b", lambda self: ctl(self.hall.state, "next", "4")),
        ("HTTP", 2, "voice-a", lambda self: self.do("next", 2)),
    ]

    def call(self, no, press):
        """What is there at once; the number."""
        number = self.get("tickets?service=A&state=waiting")["tickets"][0]["number"]
        tag = self.hall.ask("GET", "status").headers["ETag"]
        with Stream(self.hall) as stream:
            self.assertEqual(stream.next()["event"], "snapshot")
            press(self)
            while (event := stream.next())["event"] != "ticket.called":
                self.assertIn(event["event"], ("window.opened", "ticket.finished"))
        called = event["data"]
        self.assertEqual((called["kind"], called["number"], called["service"], called["window"]), ("ticket.called", number, "A", no))

        answer = self.hall.ask("GET", "status")
        self.assertNotEqual(answer.headers["ETag"], tag)
        self.assertEqual((answer.json["calls"][0]["number"], answer.json["calls"][0]["window"]), (number, no))
        self.assertEqual([w["ticket"] for w in answer.json["windows"] if w["no"] == no], [number])
        self.assertEqual(self.hall.ask("GET", "status", headers=[("If-None-Match", tag)]).status, 200)
        # Waits may be worked out in between, and then it is another one.
        until("it is not sent again", lambda: self.hall.ask("GET", "status", headers=[
            ("If-None-Match", self.hall.ask("GET", "status").headers["ETag"])]).status == 304)

        self.wait("^keypads/%d: display %03d %s$" % (no, self.at(no)["waiting"]["total"], number[-3:]))
        self.wait(r"^signs/%d: shows %s 请到%d号窗口 /[ /]*$" % (no, number, no))
        return number

    def test_next(self):
        called = {"voice-a": [], "voice-b": []}
        for _ in self.WAYS:
            self.issue(printer="none")
        for what, no, voice, press in self.WAYS:
            with self.subTest(what):
                called[voice].append((self.call(no, press), no))
        for number, no in called["voice-a"] + called["voice-b"]:
            self.wait("^signs/%d: shows %s 请到%d号窗口$" % (no, number, no))
            until("it is said", lambda: self.at(no)["ticket"]["announced"] == "done")
        for voice in called:
            said = ["%s号,到%d号窗口" % call for call in called[voice]]
            self.assertEqual([line for line in self.said(voice) if not line.startswith("raw ")],
                             [line for one in said for line in ("says sounda,请" + one, "done", "says 请" + one, "done")])

    def test_a_repeated_frame_is_one_press(self):
        """The keypad has lost the echo, or got it late."""
        first, second = (self.issue("B", printer="none") for _ in range(2))
        frame = "FF 68 03 03 68 05 01 0C 12 16 "
        self.sim.control("keypads hex " + frame + frame)
        self.wait("^keypads/5: echoed again$")
        until("it is called", lambda: self.at(5)["ticket"])
        self.do("open", 4)
        os.kill(self.hall.process.pid, signal.SIGSTOP)
        self.sim.control("press keypads/4 9 12")        # closes it once: closing it twice beeps
        self.wait("^keypads/4: again 09 12$")
        os.kill(self.hall.process.pid, signal.SIGCONT)
        self.wait("^keypads/4: echoed( again)?$")       # again: a slow machine, the keypad had given up
        until("it is closed", lambda: self.state(4) == "closed")
        self.wait_refused(4, "no_ticket", self.press(4, "0D"))
        self.assertEqual(self.said("keypads/4").count("beep"), 1)
        self.assertEqual([self.ticket(number)["state"] for number in (first, second)], ["called", "waiting"])

    def test_a_damaged_frame_is_no_press(self):
        self.do("open", 3)
        self.sim.control("keypads/3 badcheck on")
        self.sim.control("press keypads/3 12")
        self.wait("^keypads/3: no echo$")
        self.assertEqual(self.state(3), "idle")
        self.sim.control("keypads/3 badcheck off")
        self.press(3, "12")
        until("it is paused", lambda: self.state(3) == "paused")

    def test_a_start_key_settles_a_call_first(self):
        number = self.issue("C", printer="none")
        self.assertEqual(self.do("next", 6), number)
        self.wait_refused(6, "call_pending", self.press(6, "0C"))
        self.press(6, "11")
        until("it is started", lambda: self.state(6) == "serving")
        self.press(6, "0C")
        until("it is finished", lambda: self.state(6) == "idle")

    def test_english_and_a_recall(self):
        number = self.issue("C", printer="none", lang="en")
        self.assertEqual(self.do("next", 6), number)
        until("it is said", lambda: self.at(6)["ticket"]["announced"] == "done")
        said = "Ticket %s, window 6, please" % " ".join(number)
        self.assertEqual([line for line in self.said("voice-b") if "Ticket" in line and not line.startswith("raw ")],
                         ["says sounda," + said, "says " + said])
        self.wait("^signs/6: shows %s 请到6号窗口$" % number)
        self.sim.control("voice-b busy on")             # what begins does not end
        mark = self.press(6, "0D")
        self.wait("^signs/6: shows %s 请到6号窗口 /[ /]*$" % number, since=mark)
        self.wait("^voice-b: says sounda," + said, since=mark)
        self.do("finish", 6)                            # not said a second time
        self.sim.control("voice-b busy off")
        self.wait("^voice-b: done", since=mark)
        self.assertEqual([line for line in self.said("voice-b", mark) if line.startswith("says")], ["says sounda," + said])


class Keys(InAWorld):
    layout = {**LAYOUT, "policy": {"double_press_s": 60, "undo_s": 120, "recall": {"gap_s": 600}}}
    devices = [d.replace("keypads,address=1-6", "keypads,address=1-9") for d in DEVICES]

    STORY = [
        # what, keys, the window's state after them and who is there then; or the refusal
        ("next opens an offline window", "0C", "calling", 1),
        ("again, too soon", "0D", "too_soon", None),
        ("start", "11", "serving", 1),
        ("again what is served", "0D", "not_allowed", None),
        ("start it again", "11", "not_allowed", None),
        ("a service that the list does not have", "9 13", "unknown_service", None),
        ("transfer", "2 13", "idle", None),
        ("undo the transfer", "0E", "serving", 1),
        ("hold", "0 0F", "idle", None),
        ("unhold", "3 0F", "calling", 1),
        ("serve without a ticket", "2 0F", "serving", None),
        ("undo that", "0E", "calling", 1),
        ("finish, and nobody is called", "0B", "idle", None),
        ("again nobody", "0D", "no_ticket", None),
        ("finish nobody", "0B", "no_ticket", None),
        ("pass nobody", "6 0F", "no_ticket", None),
        ("start nobody", "11", "no_ticket", None),
        ("pause", "12", "paused", None),
        ("a key that means nothing", "08", "not_available", None),
        ("pause what is paused: it goes on", "12", "idle", None),
        ("next", "0C", "calling", 2),
        ("pass", "6 0F", "idle", None),
        ("close", "9 12", "closed", None),
        ("pause what is closed", "12", "not_allowed", None),
        ("close what is closed", "9 12", "not_allowed", None),
        ("next opens a closed window", "0C", "calling", 3),
        ("pause with somebody there: after that", "12", "calling", 3),
        ("again the number, too soon", "0D", "too_soon", None),
        ("pause again: not after that", "12", "calling", 3),
        ("close with somebody there: after that", "9 12", "calling", 3),
        ("finish", "0B", "closed", None),
        ("start nobody there", "11", "no_ticket", None),
        ("next", "0C", "calling", 4),
        ("pass", "6 0F", "idle", None),
        ("pause", "12", "paused", None),
        ("next goes on after a pause", "0C", "calling", 5),
    ]

    def test_every_key(self):
        numbers = [None] + [self.issue(printer="none") for _ in range(8)]
        for what, keys, state, number in self.STORY:
            with self.subTest(what, keys=keys):
                mark = self.press(1, keys)
                if state in REFUSALS:
                    self.wait_refused(1, state, mark)
                    continue
                at = until(state, lambda: self.at(1)["window"]["state"] == state and self.at(1))
                self.assertEqual(at["ticket"] and at["ticket"]["number"], number and numbers[number])
                self.wait("^keypads/1: display %03d %s$" % (at["waiting"]["total"], "%03d" % number if number else "000"), since=mark)
                self.assertNotIn("beep", self.said("keypads/1", mark))

    def test_a_refusal_gives_way_to_the_number(self):
        mark = self.press(3, "0D")
        self.wait_refused(3, "no_ticket", mark)
        self.wait(r"^keypads/3: display \d\d\d 000$", since=mark)

    def test_a_second_press_is_the_same_call(self):
        first, second = (self.issue("B", printer="none") for _ in range(2))
        self.do("open", 5)
        self.press(5, "0C")
        until("it is called", lambda: self.state(5) == "calling")
        at = self.at(5)
        self.assertEqual(self.do("next", 5), at["ticket"]["number"])
        self.assertEqual(json.loads(ctl(self.hall.state, "--json", "next", "5"))["ticket"]["number"], at["ticket"]["number"])
        mark = self.press(5, "0D")
        self.wait_refused(5, "too_soon", mark)
        mark = self.press(5, "0C")                      # after another key, so no repeat of the frame
        self.wait("^keypads/5: display %03d %s$" % (at["waiting"]["total"], first[-3:]), since=mark)
        self.assertEqual([self.ticket(number)["state"] for number in (first, second)], ["called", "waiting"])

    def test_a_keypad_that_no_window_has(self):
        for keys in "0C", "0D":
            self.press(9, keys)
        self.assertEqual(self.hall.said().count("a key at address 9, which no window names"), 1)


class Signs(InAWorld):
    """Their world goes on behind the other tests, until SignsLater."""

    @classmethod
    def setUpClass(cls):
        if Signs.world is None:
            Signs.world = World(cls.layout, cls.devices)
            unittest.addModuleCleanup(Signs.world.stop)
        cls.hall, cls.sim = Signs.world.hall, Signs.world.sim

    def test_a_window_and_its_sign(self):
        for no in 2, 3, 4, 5:
            self.do("open", no)
        numbers = [self.issue(printer="none") for _ in range(3)]
        texts = []
        for what, command, no, text in [
                ("offline", None, 1, "1号窗口 暂未开放"),
                ("idle", "open", 1, "1号窗口 综合受理"),
                ("idle, of two services", None, 2, "2号窗口 综合受理、社保医保"),
                ("calling", "next", 1, numbers[0] + " 请到1号窗口"),
                ("serving", "start", 1, numbers[0] + " 正在办理"),
                ("a pause that waits for the ticket does not show", "pause", 1, numbers[0] + " 正在办理"),
                ("paused; three others, though four are open", "finish", 1, "暂停服务 请到2、3、4号窗口"),
                ("one of them closes", "close", 2, "2号窗口 暂未开放"),
                ("so the fourth stands there", None, 1, "暂停服务 请到3、4、5号窗口"),
                ("one of them pauses", "pause", 4, "暂停服务 请到3、5号窗口"),
                ("so it does not stand there", None, 1, "暂停服务 请到3、5号窗口"),
                ("nobody else serves all that this one does", "pause", 5, "暂停服务"),
                ("so one is left", None, 1, "暂停服务 请到3号窗口"),
                ("that closes", "close", 3, "3号窗口 暂未开放"),
                ("nobody is left", None, 1, "暂停服务"),
                ("called after a pause", "next", 1, numbers[1] + " 请到1号窗口"),
                ("passed", "pass", 1, "1号窗口 综合受理"),
                ("closed", "close", 1, "1号窗口 暂未开放"),
                ("next opens it", "next", 1, numbers[2] + " 请到1号窗口")]:
            with self.subTest(what):
                if command is not None:
                    self.do(command, no)
                self.wait_sign(no, text)
                if no == 1 and texts[-1:] != [text]:
                    texts.append(text)
        shown = [line.replace("shows ", "").rstrip(" /") for line in self.said("signs/1", since=0) if line.startswith("shows")]
        self.assertEqual([text for text, before in zip(shown, [None] + shown) if text != before], texts, "and nothing between")

    def test_what_was_missed_is_shown_after_a_reconnect(self):
        """The line is unplugged and the cards lose their power and with it what they showed."""
        number = self.issue("C", printer="none")
        self.do("open", 6)
        self.wait_sign(6, "6号窗口 税务")
        self.sim.control("signs unplug")
        self.wait_device("signs", "unplugged", 6)
        self.sim.control("signs power off")
        self.do("next", 6)
        self.sim.control("signs power on")
        self.sim.control("signs replug")
        mark = self.sim.mark()
        self.wait("^signs/6: shows %s 请到6号窗口" % number, since=mark)
        for no in range(1, 6):
            self.wait("^signs/%d: shows " % no, since=mark)

    def test_one_that_is_silent_keeps_nobody_waiting(self):
        self.sim.control("signs/3 silent on")
        self.addCleanup(self.sim.control, "signs/3 silent off")
        for _ in range(3):
            self.issue(printer="none")
        before = self.device("signs", 3)["retries"]
        self.do("next", 3)
        for no in 1, 2:
            self.wait_sign(no, "%s 请到%d号窗口" % (self.do("next", no), no))
        self.wait_device("signs", "degraded", 3)
        self.assertEqual([self.device("signs", no)["state"] for no in (1, 2, 4, 5, 6)], 5 * ["ok"])
        self.assertGreater(self.device("signs", 3)["retries"], before)
        frames = self.device("signs", 3)["frames"]
        self.do("start", 3)
        number = self.do("start", 1)
        self.wait_sign(1, number + " 正在办理")
        self.assertEqual(self.device("signs", 3)["frames"], frames, "it is left alone")
        for no in 1, 2, 3:
            self.do("finish", no)


class Voices(InAWorld):
    devices = ["printer=printer,speed=0", "voice=voice-a,ms_per_char=20", "voice=voice-b,ms_per_char=20",
               "sign=signs,address=1-6", "keypad=keypads,address=1-6"]

    def says(self, voice, since=None):
        """What a voice said and how that ended, without tags and chimes."""
        return [line.replace("sounda,", "") for line in self.said(voice, since) if not line.startswith("raw ")]

    def call(self, no, service="A"):
        """Somebody is called; what is to be said of it."""
        self.issue(service, printer="none")
        return "says 请%s号,到%d号窗口" % (self.do("next", no), no)

    def announced(self, no):
        at = self.at(no)["ticket"]
        return at and at["announced"]

    def wait_announced(self, no, how):
        until("the call at window %d is %s" % (no, how), lambda: self.announced(no) == how)

    def tearDown(self):
        for name in "voice-a", "voice-b":
            self.sim.control(name + " busy off")
        for no in range(1, 7):
            if ticket := self.at(no)["ticket"]:
                if ticket["state"] == "called":         # else what is on its way to the voice is said in the next test
                    until("the call at window %d is over" % no, lambda no=no: self.announced(no) not in ("not_yet", "speaking"))
                self.do("finish", no)
        for name in "voice-a", "voice-b":
            until(name + " has nothing more to say", lambda: "idle" in self.sim.control(name + " show")[0])
        super().tearDown()

    def test_zones_speak_at_the_same_time(self):
        for name in "voice-a", "voice-b":
            self.sim.control(name + " busy on")         # what begins does not end
        a, b = self.call(1), self.call(4)
        self.wait("^voice-a: says")
        self.wait("^voice-b: says")
        self.assertEqual((self.says("voice-a"), self.says("voice-b")), ([a], [b]))

    def test_a_zone_speaks_one_after_the_other(self):
        calls = [self.call(no) for no in (1, 2, 3)]
        for no in 1, 2, 3:
            self.wait_announced(no, "done")
        self.assertEqual(self.says("voice-a"), [line for call in calls for line in 2 * (call, "done")])

    def test_what_is_no_longer_true_is_not_said(self):
        self.sim.control("voice-a busy on")
        first, _, third = self.call(1), self.call(2), self.call(3)
        self.wait_announced(1, "speaking")
        self.assertEqual([self.announced(no) for no in (2, 3)], ["not_yet", "not_yet"])
        self.do("finish", 2)
        self.do("start", 1)
        self.sim.control("voice-a busy off")
        self.wait_announced(3, "done")
        self.assertEqual(self.says("voice-a"), [first, "done", third, "done", third, "done"])

    def test_an_undone_call_is_corrected_where_it_was_heard(self):
        self.sim.control("voice-a busy on")
        heard, number = self.call(1), self.at(1)["ticket"]["number"]
        self.wait_announced(1, "speaking")
        self.call(2)
        self.assertEqual(self.announced(2), "not_yet")
        self.assertEqual([self.do("undo", no) for no in (2, 1)], [None, None])
        self.sim.control("voice-a busy off")
        correction = "says %s号,刚才叫号有误,请您继续等候" % number
        until("it has been corrected", lambda: self.says("voice-a")[-2:] == [correction, "done"])
        self.assertEqual(self.says("voice-a"), [heard, "done", correction, "done"])
        for no in 1, 2:
            self.do("next", no)

    def test_a_module_that_says_it_is_busy(self):
        self.sim.control("voice-a unplug")
        self.wait_device("voice-a", "unplugged")
        self.sim.control("voice-a busy on")
        call = self.call(1)
        self.sim.control("voice-a replug")
        self.wait_device("voice-a", "ok")
        frames = self.device("voice-a")["frames"]
        until("it is asked again and again", lambda: self.device("voice-a")["frames"] >= frames + 2)
        self.assertEqual((self.says("voice-a")[-1:], self.announced(1)), (["line opened"], "not_yet"))
        self.sim.control("voice-a busy off")
        self.wait_announced(1, "done")
        self.assertEqual(self.says("voice-a")[-4:], 2 * [call, "done"])

    def test_a_module_that_is_silent(self):
        self.sim.control("voice-b silent on")
        self.call(4)
        self.wait_announced(4, "failed")
        self.assertEqual(self.device("voice-b")["state"], "degraded")
        call = self.call(1)
        self.wait_announced(1, "done")
        self.assertEqual(self.says("voice-a"), 2 * [call, "done"])
        self.sim.control("voice-b silent off")
        self.sim.control("voice-b unplug")
        self.wait_device("voice-b", "unplugged")
        self.sim.control("voice-b replug")
        self.wait_device("voice-b", "ok")

    def test_a_module_that_refuses(self):
        self.sim.control("voice-b nack on")
        self.call(5)
        self.wait_announced(5, "failed")
        self.sim.control("voice-b unplug")
        self.wait_device("voice-b", "unplugged")
        self.sim.control("voice-b replug")
        self.wait_device("voice-b", "ok")               # and refuses to say whether it speaks
        self.call(5)
        self.wait_announced(5, "failed")
        self.sim.control("voice-b nack off")
        call = self.call(4)
        self.wait_announced(4, "done")
        self.assertEqual(self.says("voice-b")[-4:], 2 * [call, "done"])
        self.assertGreater(self.device("voice-b")["refused"], 0)


WINDOWS = range(1, 21)
RUSH = {**LAYOUT, "windows": [window(no, ["A"], "floor-1") for no in WINDOWS], "policy": {"double_press_s": 60},
        "devices": LAYOUT["devices"][:-1] + [{**LAYOUT["devices"][-1], "keys": {"0C": "next", "11": "next"}}]}
RUSH_DEVICES = ["printer=printer,speed=0", "voice=voice-a,ms_per_char=2", "voice=voice-b,ms_per_char=2",
                "sign=signs,address=1-20", "keypad=keypads,address=1-20"]


class Rush(InAWorld):
    """Twenty windows of a zone press next within a moment."""
    layout, devices = RUSH, RUSH_DEVICES
    damaged = True              # halld is killed in the middle of a frame

    def rush(self, key="0C"):
        """Twenty people come, twenty keys are pressed; the numbers.  An equal key soon after would be a repeat."""
        numbers = [self.issue(printer="none") for _ in WINDOWS]
        for no in WINDOWS:
            self.sim.control("press keypads/%d %s" % (no, key))
        return numbers

    def wait_called(self, mark):
        """Window -> number when all twenty are called and every keypad has its echo."""
        until("all are called", lambda: len(self.calls()) == len(WINDOWS))
        for no in WINDOWS:
            self.wait("^keypads/%d: (no echo|echoed)$" % no, since=mark)
        return self.calls()

    def calls(self):
        """Window -> the number that is called there."""
        return {w["no"]: w["ticket"] for w in self.get("status")["windows"] if w["state"] == "calling"}

    def spoken(self, mark):
        """(number, window) as they were said."""
        return [(number, int(no)) for number, no in re.findall(r"says (?:sounda,)?请(\w+)号,到(\d+)号窗口", "\n".join(self.said("voice-a", mark)))]

    def seen(self, mark):
        """(number, window) as they were shown."""
        return {(number, int(no)) for no, number in re.findall(r"^signs/(\d+): shows (\w+) 请到", "\n".join(self.lines(mark)), re.M)}

    def finish_all(self):
        for no in WINDOWS:
            if self.at(no)["ticket"]:
                self.do("finish", no)

    def wait_said(self):
        until("all is said", lambda: all(self.at(no)["ticket"]["announced"] == "done" for no in self.calls()))

    def test_all_are_announced(self):
        numbers = self.rush()
        calls = self.wait_called(self.mark)
        self.assertEqual(sorted(calls.values()), numbers)
        for no in WINDOWS:
            self.wait_sign(no, "%s 请到%d号窗口" % (calls[no], no))
        # Each comes when the number is heard, so none has to be said twice.
        heard = {}
        while len(heard) < len(WINDOWS):
            for number, no in until("the next is announced", lambda: set(self.spoken(self.mark)) - set(heard.items())):
                self.assertEqual(self.do("start", no), number)
                heard[number] = no
        self.assertEqual(heard, {number: no for no, number in calls.items()})
        self.assertNotIn("cut off", "\n".join(self.said("voice-a")))
        self.finish_all()

    def test_killed_at_any_moment(self):
        for shown, key in (1, "11"), (4, "0C"), (9, "11"), (15, "0C"), (20, "11"):
            with self.subTest("when %d calls are shown" % shown):
                began = self.sim.mark()
                numbers = self.rush(key)
                until("they are shown", lambda: len(self.seen(began)) >= shown)
                self.hall.kill()
                told = {call for call in self.seen(began) | set(self.spoken(began)) if call[0] in numbers}
                mark = self.sim.mark()
                self.hall.start()
                # A keypad goes on until it hears an echo: all are called in the end.
                calls = self.wait_called(began)
                self.assertLessEqual(told, {(number, no) for no, number in calls.items()}, "what was seen or heard is so")
                self.assertEqual(sorted(calls.values()), numbers)
                for no in WINDOWS:
                    self.wait_sign(no, "%s 请到%d号窗口" % (calls[no], no))
                until("they are said again", lambda: all(self.at(no)["ticket"]["announced"] == "done" for _, no in told))
                self.finish_all()
                self.assertLessEqual(max(self.spoken(mark).count(call) for call in told), 1)

    def test_old_calls_are_not_said_again(self):
        numbers = self.rush()
        calls = self.wait_called(self.mark)
        self.do("finish", 1)
        self.hall.kill()
        age(self.hall, 61)
        mark = self.sim.mark()
        self.hall.start()
        del calls[1]
        self.assertEqual(self.calls(), calls)
        number = self.issue(printer="none")
        self.do("next", 1)
        self.wait_said()
        self.assertEqual(self.spoken(mark), 2 * [(number, 1)])
        for no in calls:
            self.wait_sign(no, "%s 请到%d号窗口" % (calls[no], no))
        self.finish_all()


class Noise(InAWorld):
    """Random bytes on every line, as many as come in two seconds at 9600 baud."""

    def noise(self, *names):
        for name in names * 8:
            self.sim.control(name + " noise 250")

    def test_all_arrives_and_nothing_else(self):
        wrong = self.sim.mark()
        for round in range(6):
            no = round % 5 + 1
            # Bytes of printers and voices carry no check: what comes in place of an answer cannot be told from one.
            self.noise("printer", "voice-a", "voice-b", "signs", "keypads")
            self.get("status")                  # when this is answered the bytes have been read
            number = self.issue()
            self.wait("^printer: paper 4x4 .* %s" % number)
            self.wait_print(number, "printed")
            self.noise("signs", "keypads")
            self.press(no, "0C")
            self.noise("signs", "keypads")
            self.wait_sign(no, "%s 请到%d号窗口" % (number, no))
            self.wait("^voice-.: says sounda,请%s号,到%d号窗口" % (number, no))
            self.wait("^keypads/%d: display 000 %s" % (no, number[-3:]))
            self.press(no, "0B")
            self.wait_sign(no, {2: "2号窗口 综合受理、社保医保", 5: "5号窗口 综合受理、社保医保"}.get(no, "%d号窗口 综合受理" % no))
        said = self.lines(wrong)
        self.assertEqual({line for line in said if ": shows" in line and not re.search(
            r"signs/\d: shows (\d号窗口 (暂未开放|税务|综合受理(、社保医保)?)|A00\d 请到\d号窗口[ /]*)$", line)}, set())
        self.assertEqual(len(numbers_on(self.said("printer", wrong))), 6)
        self.assertEqual([t["state"] for t in self.get("tickets")["tickets"]], 6 * ["done"])


class Plugs(InAWorld):
    """Nothing is plugged in when halld starts."""
    NAMES = ["printer", "voice-a", "voice-b", "signs", "keypads"]
    before = [name + " unplug" for name in NAMES]

    def states(self, which=lambda d: True):
        # A keypad whose keys nobody pressed yet is silent.
        return {"ok" if (d["kind"], d["state"], d["heard_at"]) == ("keypad", "silent", None) else d["state"]
                for d in self.get("devices")["devices"] if which(d)}

    def work(self):
        """A ticket is printed, called by a key, shown and said."""
        mark = self.sim.mark()
        number = self.issue()
        self.wait("^printer: paper 4x4 .* %s" % number, since=mark)
        self.press(1, "0C")
        self.wait("^signs/1: shows %s 请到1号窗口" % number, since=mark)
        self.wait("^voice-a: says sounda,请%s号" % number, since=mark)
        self.wait("^keypads/1: display 000 %s" % number[-3:], since=mark)
        self.press(1, "0B")

    def test_a_start_without_devices_and_their_coming(self):
        self.hall.user("guide", "guide")
        self.assertEqual(self.states(), {"unplugged"})
        number = self.issue()
        self.do("next", 4)
        self.do("finish", 4)
        with Stream(self.hall, self.hall.token("guide")) as staff, Stream(self.hall) as public:
            self.assertEqual([stream.next()["event"] for stream in (staff, public)], 2 * ["snapshot"])
            faults, good = set(), set()
            while len(faults) < len(self.get("devices")["devices"]):
                event = staff.next()
                if event["event"] == "device.fault":
                    faults.add((event["data"]["device"], event["data"]["address"]))
                    self.assertTrue(event["data"]["reason"])
            for name in self.NAMES:
                self.assertEqual(self.hall.said().count("port %s: " % name), 1, "not at every try")
            self.assertEqual(faults, {(d["id"], d["address"]) for d in self.get("devices")["devices"]})
            for name in self.NAMES:
                self.sim.control(name + " replug")
            while good < faults:
                event = staff.next()
                if event["event"] == "device.ok":
                    good.add((event["data"]["device"], event["data"]["address"]))
            self.wait_print(number, "printed")
            self.work()
            kinds = set()
            while "ticket.finished" not in kinds:
                kinds.add(public.next()["event"])
            self.assertEqual({kind for kind in kinds if kind.startswith("device")}, set())
        self.assertEqual(self.states(), {"ok"})


class Replugs(InAWorld):
    work, states = Plugs.work, Plugs.states

    def test_each_is_unplugged_and_plugged_in_again(self):
        self.work()
        until("all are heard", lambda: self.states() == {"ok"})
        for name in Plugs.NAMES:
            with self.subTest(name):
                self.sim.control(name + " unplug")
                address = 1 if name in ("signs", "keypads") else 0
                self.wait_device(name, "unplugged", address)
                self.assertEqual(self.states(lambda d: d["id"] != name), {"ok"})
                self.sim.control(name + " replug")
                until("all are well", lambda: self.states() == {"ok"})
                self.work()


@unittest.skipUnless(os.path.exists(SLOW_DISK), "there is no " + SLOW_DISK)
class SlowDisk(InAWorld):
    """Every commit takes half a second and more."""
    layout, devices = RUSH, RUSH_DEVICES
    SYNC_S = 0.5

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.hall.kill()         # made on a fast disk, used on a slow one
        with unittest.mock.patch.dict(os.environ, LD_PRELOAD=SLOW_DISK, KILLDISK_SYNC_MS="%d" % (cls.SYNC_S * 1000),
                                      KILLDISK_DIR=os.path.realpath(tempfile.gettempdir())):
            cls.hall.start()
        cls.addClassCleanup(cls.hall.start)
        cls.addClassCleanup(cls.hall.kill)

    def test_echo_at_once_and_all_else_when_it_is_on_disk(self):
        for no in WINDOWS:
            number = self.issue(printer="none")
            began = time.monotonic()
            mark = self.press(no, "0C")
            state, in_time = self.state(no), time.monotonic() - began < self.SYNC_S
            self.wait("^signs/%d: shows %s 请到%d号窗口" % (no, number, no), since=mark)
            self.assertEqual(self.state(no), "calling")
            if in_time:                     # else it may have been on disk when it was looked at: another one tells
                self.assertEqual(state, "offline")
                return
        self.fail("none was looked at within %s s" % self.SYNC_S)

    def test_two_windows_get_two_tickets(self):
        for _ in range(2):
            self.issue(printer="none")
        got = set()
        both = [threading.Thread(target=lambda no=no: got.add(self.do("next", no))) for no in (2, 3)]
        for one in both:
            one.start()
        for one in both:
            one.join()
        self.assertEqual(len(got - {None}), 2)

    def test_signs_are_repainted_meanwhile(self):
        """One command after the other, so that there always is one on its way to the disk."""
        def repainted():
            mark = self.sim.mark()
            self.issue(printer="none")
            return any(line.endswith(": repainted") for line in self.lines(mark))

        until("a sign is repainted before a command is answered", repainted, 2 * WAIT_S)


class Ending(InAWorld):
    """In the middle of all: twenty keys, a ticket half printed, two voices, streams, noise."""
    layout = {**RUSH, "devices": RUSH["devices"] + printers(slow={})}
    devices = RUSH_DEVICES + ["printer=slow,speed=40"]
    damaged = True

    def test_a_signal_ends_it(self):
        for number in signal.SIGTERM, signal.SIGINT:
            with self.subTest(number.name):
                mark = self.sim.mark()
                self.issue(printer="slow")
                self.wait("^slow: paper", since=mark)
                with Stream(self.hall) as stream:
                    for no in WINDOWS:
                        self.issue()
                        self.sim.control("press keypads/%d 0C" % no)
                    for name in "slow", "voice-a", "signs", "keypads":
                        self.sim.control(name + " noise 250")
                    self.wait("^voice-a: says", since=mark)
                    self.hall.process.send_signal(number)
                    self.assertEqual(self.hall.process.wait(WAIT_S), 0, self.hall.said())
                    while stream.next() is not None:
                        pass
                self.assertNotRegex(self.hall.said(), "Sanitizer|runtime error")
                self.hall.start()


class Run(unittest.TestCase):
    """What `make run` starts, in a folder of its own."""

    def setUp(self):
        self.folder = tempfile.mkdtemp(prefix="run-")
        self.addCleanup(shutil.rmtree, self.folder)
        for name in "etc", "display":
            shutil.copytree(os.path.join(ROOT, name), os.path.join(self.folder, name))
        self.address = "127.0.0.1:%d" % free_port()
        path = os.path.join(self.folder, "etc", "hall.json")
        with open(path, encoding="utf-8") as f:
            text = f.read()
        with open(path, "w", encoding="utf-8") as f:
            f.write(text.replace("127.0.0.1:8080", self.address))

    def start(self):
        """Start it; returns what it says until all runs."""
        self.process = subprocess.Popen([os.path.join(ROOT, "tests", "hallsim", "run.sh"), os.path.dirname(HALLD)], cwd=self.folder,
                                        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, start_new_session=True,
                                        # Who runs in the background is born deaf to Ctrl-C.
                                        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL))
        self.addCleanup(self.process.stdout.close)
        self.addCleanup(self.end_all)
        said = []
        for line in self.process.stdout:
            said.append(line)
            if "Ctrl-C ends everything" in line:
                return "".join(said)
        raise AssertionError("it has ended:\n" + "".join(said))

    def end_all(self):
        try:
            os.killpg(self.process.pid, signal.SIGKILL)
        except ProcessLookupError:
            pass
        self.process.wait()

    def runs(self):
        """Is there anything of what was started?"""
        try:
            os.killpg(self.process.pid, 0)
        except ProcessLookupError:
            return False
        return True

    def ctl(self, *words):
        return ctl(os.path.join(self.folder, "run", "state"), *words)

    def test_start_use_end_start_again(self):
        said = self.start()
        for page in "/", "/board", "/window/1":
            self.assertIn("http://%s%s " % (self.address, page), said)
            with urllib.request.urlopen("http://%s%s" % (self.address, page), timeout=WAIT_S) as answer:
                self.assertEqual(answer.status, 200)
        accounts = dict(re.findall(r"^  (\w+) +(\S{12})$", said, re.M))
        self.assertEqual(set(accounts), {"admin", "manager", "guide"} | {"clerk%d" % no for no in range(1, 7)})
        self.assertEqual(os.stat(os.path.join(self.folder, "run", "accounts")).st_mode & 0o777, 0o600)
        self.sign_in(accounts, "clerk1")
        self.assertIn("A001", self.ctl("issue", "A"))
        self.assertIn("A001", self.ctl("next", "1"))
        shown = {"A001": False, "cut": False}
        for line in self.process.stdout:
            shown["cut"] |= line.startswith("printer: cut")
            shown["A001"] |= line.startswith("signs/1: shows A001 请到1号窗口")
            if all(shown.values()):
                break
        self.assertTrue(all(shown.values()))
        os.killpg(self.process.pid, signal.SIGINT)      # as Ctrl-C does
        self.process.stdout.read()
        self.assertEqual(self.process.wait(WAIT_S), 130)
        self.assertFalse(self.runs())

        again = self.start()
        self.assertEqual(dict(re.findall(r"^  (\w+) +(\S{12})$", again, re.M)), accounts)
        self.sign_in(accounts, "guide")
        self.assertIn("A001", self.ctl("tickets"))
        self.assertIn("A002", self.ctl("issue", "A"))
        self.process.send_signal(signal.SIGINT)
        self.process.stdout.read()
        self.process.wait(WAIT_S)
        self.assertFalse(self.runs())

    def sign_in(self, accounts, name):
        body = json.dumps({"name": name, "password": accounts[name]}).encode()
        request = urllib.request.Request("http://%s/api/v1/session" % self.address, body, {"Content-Type": "application/json"})
        with urllib.request.urlopen(request, timeout=WAIT_S) as answer:
            self.assertEqual(answer.status, 201)


class SignsLater(unittest.TestCase):
    def test_they_are_repainted_again_and_again(self):
        Signs.setUpClass()
        for no in range(1, 7):
            until("sign %d is repainted twice" % no, lambda: len(
                [line for _, line in Signs.world.sim.lines if line == "signs/%d: repainted" % no]) >= 2, 2 * WAIT_S)


def load_tests(loader, _, __):
    return unittest.TestSuite(loader.loadTestsFromTestCase(tests) for tests in (
        Signs, Paper, PaperInTrouble, PaperAndKills, Calls, Keys, Voices, Rush, Noise, Plugs, Replugs, SlowDisk, Ending, Run, SignsLater))


if __name__ == "__main__":
    unittest.main()
