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

from sim import ROOT, Sim
from test_api import HALLCTL, Hall, Stream, free_port

WAIT_S = 20
HALLSIM = os.path.abspath(os.environ.get("HALLSIM") or os.path.join(ROOT, "build", "hallsim"))
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
    "policy": {"double_press_s": 0},
}
DEVICES = ["printer=printer,speed=0", "voice=voice-a,ms_per_char=5", "voice=voice-b,ms_per_char=5",
           "sign=signs,address=1-6", "keypad=keypads,address=1-6"]


def printers(**widths):
    """Devices of the layout: printers by id and the width of their paper, millimetres, and more settings."""
    return [{"id": name, "driver": "escpos", **more} for name, more in widths.items()]


class World:
    """A hall and its pretend devices; a device of the layout is on the line of its id."""

    def __init__(self, layout, devices, before=()):
        self.sim = Sim(*devices)
        try:
            for line in before:
                self.sim.control(line)
            ports = [{**device, "port": self.sim.path(device["id"])} for device in layout["devices"]]
            self.hall = Hall({**layout, "devices": ports})
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
    layout, devices, before = LAYOUT, DEVICES, ()
    damaged = False             # frames that reach the devices may be

    @classmethod
    def setUpClass(cls):
        cls.world = World(cls.layout, cls.devices, cls.before)
        cls.addClassCleanup(cls.world.stop)
        cls.hall, cls.sim = cls.world.hall, cls.world.sim

    def setUp(self):
        self.mark = self.sim.mark()

    def tearDown(self):
        if not self.damaged:
            self.assertEqual([line for line in self.sim.since(self.mark) if ": bad " in line], [])

    # What the devices say.

    def wait(self, regex, timeout_s=WAIT_S, since=None):
        return self.sim.wait_for(regex, timeout_s, self.mark if since is None else since)

    def said(self, name, since=None):
        """What a device said since the test began."""
        return [line[len(name) + 2:] for line in self.sim.since(self.mark if since is None else since)
                if line.startswith(name + ": ")]

    def shows(self, sign):
        """What stands on a sign now."""
        return self.sim.control("signs/%d show" % sign)[0].split(": ", 1)[1]

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
      "叫号三次未到作过号,顺延3位再叫一次;再过号请到导办台", "当日有效", "扫码看进度", "qr {url}"]),
    ("a service with the least said of it", BOTH, {"service": "B"},
     ["云岭区政务服务中心", "{number}", "社保医保", "2、5号窗口", "前面约 {ahead} 人", "取号时间 {time}",
      "叫号三次未到作过号,顺延3位再叫一次;再过号请到导办台", "当日有效", "扫码看进度", "qr {url}"]),
    ("a class that is not the ordinary one", BOTH, {"class": "elderly"},
     ["云岭区政务服务中心", "{number}", "综合受理", "一楼A区 1-5号窗口", "前面约 {ahead} 人", "请带:居民身份证原件", "类别:老年人优先",
      "取号时间 {time}", "叫号三次未到作过号,顺延3位再叫一次;再过号请到导办台", "当日有效", "扫码看进度", "qr {url}"]),
    ("English below each line", ("printer",), {"service": "B", "lang": "en"},
     ["云岭区政务服务中心", "Yunling Service Centre", "{number}", "社保医保", "Social insurance", "2、5号窗口", "Windows 2,5",
      "前面约 {ahead} 人", "About {ahead} ahead of you", "取号时间 {time}", "Issued {time}",
      "叫号三次未到作过号,顺延3位再叫一次;再过号请到导办台",
      "Absent after 3 calls: called once more after 3 others; absent again, ask at the guide desk",
      "当日有效", "Valid today only", "扫码看进度", "Scan to follow your turn", "qr {url}"]),
]


class Paper(InAWorld):
    layout = {**LAYOUT, "devices": LAYOUT["devices"] + printers(
        narrow={"width_mm": 58, "kiosk": "kiosk-1"}, slow={})}
    devices = DEVICES + ["printer=narrow,width=58,speed=0", "printer=slow,speed=60"]

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
        self.assertEqual(numbers_on(self.sim.since(self.mark)), [])
        self.assertEqual(numbers_on(self.said("printer")), [fence])

    def test_a_printer_that_there_is_not(self):
        for name in "nowhere", "signs":
            answer = self.hall.ask("POST", "tickets", {"service": "A", "printer": name}, local=True)
            self.assertEqual((answer.status, answer.code, answer.json["pointer"]), (400, "bad_request", "/printer"))

    def test_ten_at_once_in_their_order(self):
        numbers = [self.issue() for _ in range(10)]
        self.wait_print(numbers[-1], "printed")
        self.assertEqual(numbers_on(self.said("printer")), numbers)
        self.assertEqual({self.ticket(number)["print"] for number in numbers}, {"printed"})


class PaperInTrouble(InAWorld):
    """A printer for each trouble: all of them have it at the same time."""
    NAMES = ["out", "open", "jammed", "low", "mute", "quits", "off", "runs-out", "late"]
    layout = {**LAYOUT, "devices": printers(**{name: {"answer_ms": 300} for name in NAMES}) + LAYOUT["devices"]}
    devices = DEVICES + ["printer=%s,speed=%d" % (name, 60 if name in ("off", "runs-out", "late") else 0) for name in NAMES]
    before = ["mute silent on"]

    def test_trouble_that_is_known_before(self):
        for name, trouble, flag, recovery in [
                ("out", "paper out", "paper_out", "paper ok"),
                ("open", "cover open", "cover_open", "cover closed"),
                ("jammed", "cutter jam", "cutter", "cutter ok")]:
            with self.subTest(name):
                self.sim.control("%s %s" % (name, trouble))
                number = self.issue(printer=name)
                self.wait_print(number, "failed")
                self.assertIn(flag, self.device(name)["printer"])
                self.sim.control("%s %s" % (name, recovery))
                after = self.issue(printer=name)
                self.wait_print(after, "printed")
                self.assertEqual(self.device(name)["printer"], [])
                self.assertEqual(numbers_on(self.said(name)), [after])
                self.assertEqual(self.ticket(number)["print"], "failed")

    def test_paper_that_is_low_prints(self):
        self.sim.control("low paper near")
        number = self.issue(printer="low")
        self.wait_print(number, "printed")
        self.assertEqual(self.device("low")["printer"], ["paper_low"])

    def test_trouble_in_the_middle(self):
        troubles = [
            # printer, what happens when the first line is out, what becomes of it, what ends the trouble
            ("mute", None, "unconfirmed", "silent off"),
            ("quits", None, "failed", "silent off"),
            ("off", "power off", "failed", "power on"),
            ("runs-out", "paper out", "failed", "paper ok"),
            ("late", "silent on", "failed", "silent off")]
        before = self.issue(printer="quits")
        self.wait_print(before, "printed")
        self.sim.control("quits silent on")
        numbers = {name: self.issue(printer=name) for name, *_ in troubles}
        for name, happens, _, _ in troubles:
            if happens is not None:
                self.wait("^%s: paper" % name)
                self.sim.control("%s %s" % (name, happens))
        for name, _, becomes, _ in troubles:
            self.wait_print(numbers[name], becomes)
        for name, _, becomes, ends in troubles:
            with self.subTest(name):
                self.sim.control("%s %s" % (name, ends))
                if name == "late":
                    self.sim.control("late hex 00")     # the answer that all is printed
                mark = self.sim.mark()
                after = self.issue(printer=name)
                self.wait_print(after, "printed")
                self.assertEqual(numbers_on(self.said(name, mark)), [after])
                self.assertEqual(self.ticket(numbers[name])["print"], becomes)
        self.assertEqual(numbers_on(self.said("quits"))[:1], [before])
        self.assertEqual(numbers_on(self.said("mute"))[:1], [numbers["mute"]], "it was printed all the same")


class PaperAndKills(InAWorld):
    """A printer for each state in which a ticket may be when halld is killed."""
    NAMES = ["queued", "sent", "printed", "unconfirmed", "failed"]
    layout = {**LAYOUT, "devices": LAYOUT["devices"] + printers(
        queued={"answer_ms": 60000}, sent={}, printed={}, unconfirmed={"answer_ms": 100}, failed={})}
    devices = DEVICES + ["printer=%s,speed=%d" % (name, 40 if name == "sent" else 0) for name in NAMES]
    before = ["queued silent on", "unconfirmed silent on"]

    def restart(self):
        self.hall.kill()
        for line in "queued silent off", "unconfirmed silent off", "failed paper ok":
            self.sim.control(line)
        self.hall.start()

    def test_nothing_is_printed_twice_by_itself(self):
        self.sim.control("failed paper out")
        numbers = {name: self.issue(printer=name) for name in self.NAMES}
        for name in "unconfirmed", "printed", "failed":
            self.wait_print(numbers[name], name)
        numbers["sent"] = self.issue(printer="sent")    # the one before came out whole
        self.wait(r"^sent: paper \dx4 .*%s" % numbers["sent"])
        self.assertEqual({name: self.ticket(numbers[name])["print"] for name in self.NAMES}, {n: n for n in self.NAMES})
        self.restart()
        self.wait_print(numbers["queued"], "printed")
        self.wait_print(numbers["sent"], "unconfirmed")
        after = {name: self.issue(printer=name) for name in self.NAMES}
        for name in self.NAMES:
            self.wait_print(after[name], "printed")
        for name in self.NAMES:
            with self.subTest(name):
                out = numbers_on(self.said(name))[name == "sent":]
                self.assertEqual(out, ([] if name == "failed" else [numbers[name]]) + [after[name]])
                self.assertEqual(self.ticket(numbers[name])["print"],
                                 {"queued": "printed", "sent": "unconfirmed"}.get(name, name))

    def test_what_waited_too_long_is_not_printed(self):
        until("it answers", lambda: self.device("queued")["state"] == "ok")
        self.sim.control("queued silent on")
        number = self.issue(printer="queued")
        self.hall.kill()
        self.sim.control("queued silent off")
        age(self.hall, 61)
        self.hall.start()
        after = self.issue(printer="queued")
        self.wait_print(after, "printed")
        self.assertEqual(self.ticket(number)["print"], "failed")
        self.assertEqual(numbers_on(self.said("queued")), [after])


if __name__ == "__main__":
    unittest.main()
