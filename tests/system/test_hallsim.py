"""hallsim against the published vectors, byte by byte on its pseudo-terminals."""

import json
import os
import random
import re
import select
import socket
import tempfile
import termios
import threading
import time
import tty
import unittest

from hall import free_port
from sim import ROOT, Sim

with open(os.path.join(ROOT, "tests", "vectors", "vectors.json"), encoding="utf-8") as f:
    VECTORS = {(row["protocol"], row["name"]): row for row in json.load(f)}


def vector(protocol, name):
    return bytes.fromhex(VECTORS[protocol, name]["bytes_hex"])


def names(direction, *protocols):
    return [key for key, row in VECTORS.items()
            if key[0] in protocols and row["direction"] == direction]


class Host:
    """The other side of a line: what the daemon would be."""

    def __init__(self, path):
        self.fd = os.open(path, os.O_RDWR | os.O_NOCTTY | os.O_NONBLOCK)
        tty.setraw(self.fd, termios.TCSANOW)

    def send(self, data):
        if isinstance(data, str):
            data = bytes.fromhex(data)
        self.fd_ready(select.POLLOUT, 10)
        sent = os.write(self.fd, data)
        assert sent == len(data), "the line is full"

    def fd_ready(self, what, timeout_s):
        poll = select.poll()
        poll.register(self.fd, what)
        return poll.poll(timeout_s * 1000)

    def read(self, count, timeout_s=10):
        """So many bytes, in upper-case hexadecimal; fewer when no more come."""
        data = b""
        end = time.monotonic() + timeout_s
        while len(data) < count and self.fd_ready(select.POLLIN, max(0, end - time.monotonic())):
            data += os.read(self.fd, count - len(data))
        return data.hex().upper()

    def read_only(self, count, quiet_s=0.2):
        """So many bytes, however late they come, and all that follows them within this time."""
        return self.read(count) + self.read(100, quiet_s)

    def read_frame(self, end):
        """What comes, up to and with this byte."""
        frame = ""
        while not frame.endswith(end):
            byte = self.read(1)
            assert byte, "no end after " + frame
            frame += byte
        return frame

    def close(self):
        os.close(self.fd)


class Case(unittest.TestCase):
    def start(self, *devices):
        sim = Sim(*devices)
        self.addCleanup(sim.stop)
        return sim

    def start_held(self, *devices):
        """As start, but time stands until it is advanced: nothing is late, however busy the machine."""
        self.clock = Clock()
        self.addCleanup(self.clock.close)
        sim = Sim(*devices, clock=self.clock.path)
        self.addCleanup(sim.stop)
        sim.control("advance to 2026-09-01T09:00:00Z")
        return sim

    def open(self, sim, link):
        host = Host(sim.path(link))
        self.addCleanup(host.close)
        return host

    def check_lines(self, sim, mark, name, expected, end):
        """What the device said since mark is what is expected, then end."""
        sim.wait_for("^%s: %s$" % (re.escape(name), end), since=mark)
        said = [line for line in sim.since(mark) if not line.endswith(": line opened")]
        self.assertRegex(said.pop(), end)
        self.assertEqual(len(said), len(expected), said)
        for line, regex in zip(said, expected):
            self.assertRegex(line, "^%s: %s$" % (re.escape(name), regex))


# A drawer pulse ends what is looked at: all before it has been printed then.
PULSE, PULSED = "1B70000101", "drawer pulse"

# What is sent after the vector, and what is then seen on paper.
PRINTED = {
    "init": ("410A", [r"paper 1x1 \|A {47}\|"]),
    "text-chinese-gbk": ("", [r"paper 1x1 \|示例文本打印机! {33}\|"]),
    "print-mode-normal": ("410A", [r"paper 1x1 \|A {47}\|"]),
    "bold-on": ("410A", [r"paper 1x1 \|A {47}\|"]),
    "align-center": ("41420A", [r"paper 1x1 \| {23}AB {23}\|"]),
    "size-w4-h1": ("410A", [r"paper 4x1 \|A {11}\|"]),
    "size-w1-h4": ("410A", [r"paper 1x4 \|A {47}\|"]),
    "cut-full-feed3": ("", [r"cut \(full\), 12 mm"]),
    "cut-full-A": ("", [r"cut \(full\), 0 mm"]),
    "cut-partial-A": ("", [r"cut \(partial\), 0 mm"]),
    "qr-1234-H-size3": ("", [r"qr 1234"]),
    "qr-url": ("", [r"qr https://a\.cn/q\?t=A001"]),
    "raster-black-dot": ("", [r"image 8x1 dots"]),
    "barcode-code128-A": ("", [r"barcode \{A012ABCD"]),
}


class Printer(Case):
    def test_vectors_are_printed(self):
        self.assertEqual(set(PRINTED), {name for _, name in names("host->device", "escpos")})
        for name, (then, expected) in PRINTED.items():
            with self.subTest(name), Sim("printer=printer,speed=0") as sim:
                host = Host(sim.path("printer"))
                host.send(vector("escpos", name) + bytes.fromhex(then + PULSE))
                self.check_lines(sim, 1, "printer", expected, PULSED)
                host.close()

    def test_status_vectors(self):
        sim = self.start("printer=printer,speed=0,drawer=0")
        host = self.open(sim, "printer")
        rows = [
            ("rsp-n1-ready", 1, []),
            ("rsp-n4-ok", 4, []),
            ("rsp-n2-paper-end-stop", 2, ["paper out"]),
            ("rsp-n4-paper-out", 4, ["paper out"]),
            ("rsp-n2-cover-open", 2, ["cover open"]),
            ("rsp-n3-cutter", 3, ["cutter jam"]),
            ("rsp-n3-autorecover", 3, ["head hot"]),
        ]
        self.assertEqual({name for name, _, _ in rows},
                         {name for _, name in names("device->host", "escpos-dle-eot")})
        self.assertEqual(vector("escpos-dle-eot", "req-1").hex(), "100401")
        for name, n, controls in rows:
            with self.subTest(name):
                for control in controls:
                    sim.control("printer " + control)
                host.send("1004%02X" % n)
                self.assertEqual(host.read(1), VECTORS["escpos-dle-eot", name]["bytes_hex"])
                for ok in "paper ok", "cover closed", "cutter ok", "head ok":
                    sim.control("printer " + ok)

    def test_automatic_status_vectors(self):
        sim = self.start("printer=printer,speed=0")
        host = self.open(sim, "printer")
        host.send(vector("escpos-asb", "enable-all"))
        self.assertEqual(host.read(4), VECTORS["escpos-asb", "ok"]["bytes_hex"])
        for control, name in (
                ("paper near", "near-end"), ("paper ok", "ok"), ("paper out", "paper-out"),
                ("paper ok", "ok"), ("cutter jam", "cutter"), ("cutter ok", "ok")):
            with self.subTest(name):
                sim.control("printer " + control)
                self.assertEqual(host.read(4), VECTORS["escpos-asb", name]["bytes_hex"])
        sim.control("printer paper ok")
        host.send("1D6100" "100401")
        self.assertEqual(host.read_only(1), "16", "no change, nothing sent; then switched off")
        sim.control("printer paper near")
        host.send("100404")
        self.assertEqual(host.read(1), "1E")

    def test_out_of_paper_waits_and_answers(self):
        sim = self.start("printer=printer,speed=0")
        host = self.open(sim, "printer")
        sim.control("printer paper out")
        mark = sim.mark()
        host.send("410A" "1D7201" "100401" "100402" "100404")
        self.assertEqual(host.read(3), "1E327E", "real-time answers; GS r waits")
        self.assertEqual(sim.control("show printer"),
                         ["printer: out of paper, cover closed, offline, 14 bytes wait"])
        sim.control("printer paper ok")
        self.assertEqual(host.read(1), "00")
        sim.wait_for(r"^printer: paper 1x1 \|A +\|$", since=mark)
        said = sim.since(mark)
        self.assertLess(said.index("printer: paper loaded"), len(said) - 1)

    def test_open_cover_waits_and_clearing_empties(self):
        sim = self.start("printer=printer,speed=0")
        host = self.open(sim, "printer")
        sim.control("printer cover open")
        host.send("410A" "100502" "100402")
        self.assertEqual(host.read(1), "16")
        mark = sim.mark()
        sim.control("printer cover closed")
        host.send("420A" + PULSE)
        sim.wait_for(PULSED, since=mark)
        self.assertEqual([line[:22] for line in sim.since(mark) if "paper" in line],
                         ["printer: paper 1x1 |B "])

    def test_busy(self):
        sim = self.start("printer=printer,speed=0")
        host = self.open(sim, "printer")
        sim.control("printer busy on")
        host.send("1D7201100401")
        self.assertEqual(host.read_only(1), "16", "the status alone")
        sim.control("printer busy off")
        self.assertEqual(host.read(1), "00")

    def test_marker_comes_after_the_paper_has_moved(self):
        sim = self.start("printer=slow,speed=1", "printer=fast,speed=1000")
        slow, fast = self.open(sim, "slow"), self.open(sim, "fast")
        job = "1B4AC8" "1B4AC8" "1D7201" "100401"       # 400 dots, 50 mm, 50 s
        slow.send(job)
        self.assertEqual(slow.read_only(1), "16", "it is still printing")
        fast.send(job)
        self.assertEqual(fast.read(2), "1600")

    def test_power_empties_the_buffer(self):
        sim = self.start("printer=printer,speed=0")
        host = self.open(sim, "printer")
        sim.control("printer paper out")
        host.send("410A" "100401")
        self.assertEqual(host.read(1), "1E")
        sim.control("printer power off")
        sim.control("printer power on")
        sim.control("printer paper ok")
        self.assertRegex(sim.control("show printer")[0], " 0 bytes wait$")

    def test_layout(self):
        rows = [
            ("centred and large", "1B6101" "1D2111" "413033370A",
             [r"paper 2x2 \| {10}A037 {10}\|"]),
            ("right", "1B6102" "410A", [r"paper 1x1 \| {47}A\|"]),
            ("blank line", "0A", [r"paper 1x1 \| {48}\|"]),
            ("a full line goes on in the next", "41" * 49 + "0A",
             [r"paper 1x1 \|A{48}\|", r"paper 1x1 \|A {47}\|"]),
            ("Chinese characters take two columns", "D6D0" * 24 + "0A", [r"paper 1x1 \|中{24}\|"]),
            ("single bytes", "1C2E" "1B7410" "800A", [r"paper 1x1 \|€ {47}\|"]),
            ("length in mm", "1D5600" "1B64041D564100",
             [r"cut \(full\), \d+ mm", r"cut \(full\), 29 mm"]),
            ("cut too early", "1D5600" "410A" "1D5601",
             [r"cut \(full\), \d+ mm", r"paper .*", r"cut \(partial\), 4 mm, through the print"]),
        ]
        for what, data, expected in rows:
            with self.subTest(what), Sim("printer=printer,speed=0") as sim:
                host = Host(sim.path("printer"))
                host.send(data + PULSE)
                self.check_lines(sim, 1, "printer", expected, PULSED)
                host.close()

    def test_narrow_paper(self):
        sim = self.start("printer=printer,speed=0,width=58")
        host = self.open(sim, "printer")
        host.send("410A")
        sim.wait_for(r"^printer: paper 1x1 \|A {31}\|$")

    def test_nonsense_is_reported(self):
        rows = [
            ("unknown command", "1B51", "bad frame 1B51 "),
            ("alignment within a line", "41" "1B6101" "0A", "bad frame 1B6101 "),
            ("reserved bits", "1B2102", "bad frame 1B2102 "),
            ("Japanese code", "1C4301", "bad frame 1C4301 "),
            ("half a character", "D60A", "bad frame D60A "),
            ("QR printed without data", "1D286B0300315130", "bad frame 1D286B0300315130 "),
            ("QR wider than the paper", "1D286B0300314310" + "1D286BCB00315030" + "41" * 200 +
             "1D286B0300315130", "bad frame 1D286B0300315130 QR code wider"),
        ]
        for what, data, expected in rows:
            with self.subTest(what), Sim("printer=printer,speed=0") as sim:
                host = Host(sim.path("printer"))
                host.send(data + PULSE)
                sim.wait_for("^printer: " + expected)
                sim.wait_for(PULSED)
                host.close()


SPOKEN = {
    "speak-gb2312": ["says 宇音天下"],
    "speak-big5": ["says 宇音天下"],
    "speak-gbk-music1": ["says 宇音天下", "music 1"],
    "speak-gbk-music15": ["says 宇音天下", "music 15"],
    "baud-9600": ["baud 9600"],
    "baud-38400": ["baud 38400"],
    "stop": [],
    "resume": [],
    "powerdown": ["asleep"],
}


def speak(text, parameter=1):
    body = b"\x01" + bytes([parameter]) + text.encode("gbk")
    frame = b"\xFD" + (len(body) + 1).to_bytes(2, "big") + body
    xor = 0
    for byte in frame:
        xor ^= byte
    return frame + bytes([xor])


QUERY = "FD000221DE"


class Voice(Case):
    def test_vectors_are_heard(self):
        self.assertEqual(set(SPOKEN), {name for _, name in names("host->device", "syn6288")})
        for name, expected in SPOKEN.items():
            with self.subTest(name), Sim("voice=voice") as sim:
                host = Host(sim.path("voice"))
                host.send(vector("syn6288", name))
                self.assertEqual(host.read(1), "41")
                for line in expected:
                    sim.wait_for("^voice: %s$" % line)
                if name.startswith("speak"):
                    sim.wait_for("^voice: done$")
                    self.assertEqual(host.read(1), VECTORS["syn6288", "rsp-idle"]["bytes_hex"])
                self.assertEqual([line for line in sim.since(0) if "bad" in line], [])
                host.close()

    def test_started(self):
        sim = self.start("voice=voice")
        host = self.open(sim, "voice")
        sim.control("voice power off")
        sim.control("voice power on")
        self.assertEqual(host.read(1), VECTORS["syn6288", "rsp-init"]["bytes_hex"])

    def test_bad_frames_are_refused(self):
        good = vector("syn6288", "speak-gb2312").hex()
        rows = [
            ("check byte", good[:-2] + "C0", "check byte is C0, should be C1"),
            ("command", "FD000207F8", "no such command"),
            ("encoding", "FD000401044CB0", "encoding is 0 to 3"),
            ("parameters of stop", "FD00030200FC", "this command has no parameters"),
            ("baud", "FD00033103CC", "baud rate is 0 to 2"),
            ("201 bytes of text", speak("A" * 201).hex(), "bad length, or cut short"),
            ("cut short", good[:-4], "bad length, or cut short"),
        ]
        sim = self.start("voice=voice")
        host = self.open(sim, "voice")
        for what, data, why in rows:
            with self.subTest(what):
                mark = sim.mark()
                host.send(data)
                self.assertEqual(host.read(1), VECTORS["syn6288", "rsp-err"]["bytes_hex"])
                sim.wait_for("^voice: bad frame %s %s$" % (data.upper(), why), since=mark)
        host.send(speak("A" * 200))
        self.assertEqual(host.read(1), "41", "200 bytes are taken")

    def test_tags(self):
        sim = self.start("voice=voice,ms_per_char=0")
        host = self.open(sim, "voice")
        host.send(speak("[v8][t4][n1]请A037号,[n2]到3号窗口[n1]"))
        self.assertEqual(host.read(2), "414F")
        sim.wait_for("^voice: says 请A037号,到3号窗口$")
        sim.wait_for(r"^voice: raw \[v8\]\[t4\]\[n1\]请A037号,\[n2\]到3号窗口\[n1\]$")
        self.assertRegex(sim.control("show voice")[1], r"\[v8\] .*\[t4\] \[n1\]")
        mark = sim.mark()
        host.send(speak("[d]"))
        self.assertEqual(host.read(2), "414F")
        sim.wait_for(r"^voice: set \[d\]$", since=mark)
        self.assertRegex(sim.control("show voice")[1], r"\[v10\] .*\[t4\] \[n0\]")
        host.send(speak("[t9]A[v3]B"))
        sim.wait_for(r"^voice: bad tag \[t9\], is read aloud$", since=mark)
        sim.wait_for(r"^voice: bad tag \[v3\], not at the start$", since=mark)
        sim.wait_for(r"^voice: says \[t9\]AB$", since=mark)

    def test_speaking_and_idle(self):
        sim = self.start_held("voice=voice,ms_per_char=1000")
        host = self.open(sim, "voice")
        host.send(QUERY)
        self.assertEqual(host.read(1), "4F")
        host.send(speak("请稍候"))
        host.send(QUERY)
        self.assertEqual(host.read(2), "414E")
        host.send(vector("syn6288", "stop"))
        host.send(QUERY)
        self.assertEqual(host.read(2), "414F")
        sim.wait_for("^voice: stopped$")

    def test_a_new_frame_cuts_off(self):
        sim = self.start("voice=voice,ms_per_char=50")
        host = self.open(sim, "voice")
        host.send(speak("甲" * 60) + speak("乙"))
        self.assertEqual(host.read(3), "41414F")
        sim.wait_for(r"^voice: done$")
        self.assertEqual([line for line in sim.since(1) if "line" not in line], [
            "voice: says " + "甲" * 60, "voice: cut off (a new frame came while speaking)",
            "voice: says 乙", "voice: done"])

    def test_pause_and_resume(self):
        sim = self.start("voice=voice,ms_per_char=20")
        host = self.open(sim, "voice")
        host.send(speak("甲乙") + bytes.fromhex("FD000203FC"))      # at once, or it may have ended before
        self.assertEqual(host.read_only(2), "4141", "no end while paused")
        host.send(vector("syn6288", "resume"))
        self.assertEqual(host.read(2), "414F")

    def test_busy_never_ends(self):
        sim = self.start("voice=voice,ms_per_char=0")
        host = self.open(sim, "voice")
        sim.control("voice busy on")
        host.send(speak("甲"))
        self.assertEqual(host.read_only(1), "41")
        host.send(QUERY)
        self.assertEqual(host.read(1), "4E")
        sim.control("voice busy off")
        self.assertEqual(host.read(1), "4F")

    def test_refuses_and_is_silent_when_told(self):
        sim = self.start("voice=voice,ms_per_char=0")
        host = self.open(sim, "voice")
        sim.control("voice nack 45")
        host.send(speak("甲"))
        self.assertEqual(host.read(1), "45")
        sim.control("voice nack off")
        sim.control("voice silent on")
        host.send(speak("乙"))
        sim.wait_for("^voice: done$")
        sim.control("voice silent off")
        host.send(QUERY)
        self.assertEqual(host.read(1), "4F", "nothing before it")
        self.assertEqual([line for line in sim.since(0) if "甲" in line], [])


# A vector, what is answered to it, and what is said.
MODULES = {
    "syn6658": ("syn6658", {
        "speak-gb2312": ("41", ["says 宇音天下"]),
        "speak-big5": ("41", ["says 宇音天下"]),
        "speak-unicode-be": ("41", ["says 宇音天下"]),
        "tag-v8": ("41", [r"set \[v8\]"]),
        "pause": ("41", []),
        "query": ("4F", []),
        "standby": ("41", ["asleep"]),
        "wake": ("41", []),
        "cache-play": ("41", []),
        "stop": ("41", [])}),
    "xfs5152": ("xfs5152ce", {
        "stop": ("41", []),
        "sleep": ("41", ["asleep"]),
        "volume-9": ("41", [r"set \[v9\]"]),
        "volume-10": ("41", [r"set \[v10\]"]),
        "query": ("4F", []),
        "wake": ("41", [])}),
    "dfplayer": ("dfplayer", {
        "next": ("", ["next", "plays track 1"]),
        "play-10": ("", ["plays track 10"]),
        "device-sd": ("", ["source 2"]),
        "reset": ("", ["reset"]),
        "folder1-track2": ("", ["plays 1/2"]),
        "mp3-1999": ("", ["plays 1999"]),
        "mp3-3000": ("", ["plays 3000"]),
        "big-12-1999": ("", ["plays 12/1999"]),
        "q-status": ("7EFF0642000200FEB7EF", []),
        "q-files-11": ("7EFF064E0000FFFDAEEF", []),
        "bad-play-1": ("7EFF0640000004FEB7EF", ["bad frame 7EFF0603000001FFE7EF sum is FFE7, should be FEF7"])}),
    "dy": ("dy-jq8x00", {
        "q-state": ("AA010100AC", []),
        "pause": ("", []),
        "next": ("", ["plays 2"]),
        "track-1": ("", ["plays 1"]),
        "volume-6": ("", ["volume 6"]),
        "combo-01-12": ("", ["plays 01 12"]),
        "combo-end": ("", [])}),
    "kt142c": ("kt142c-kt158a", {
        "kt142c-play-1": ("7E41EF", ["plays 1"]),
        "kt158a-volume-10": ("7E41EF", ["volume 10"])}),
}


class Modules(Case):
    """The voice modules but the SYN6288."""

    def ready(self, kind, **options):
        sim = self.start("%s=%s%s" % (kind, kind, "".join(",%s=%d" % option for option in options.items())))
        if kind == "dfplayer":
            sim.wait_for("^dfplayer: ready$")
        return sim, self.open(sim, kind)

    def test_vectors_are_heard(self):
        for kind, (protocol, rows) in MODULES.items():
            self.assertEqual(set(rows), {name for _, name in names("host->device", protocol)})
            for name, (answer, said) in rows.items():
                with self.subTest(kind, vector=name):
                    sim, host = self.ready(kind)
                    mark = sim.mark()
                    host.send(vector(protocol, name))
                    self.assertEqual(host.read(len(answer) // 2), answer)
                    for line in said:
                        sim.wait_for("^%s: %s$" % (kind, line), since=mark)
                    self.assertEqual([line for line in sim.since(mark) if "bad" in line and "bad" not in name], [])
                    sim.stop()

    def test_texts_without_a_check(self):
        for kind, tags in ("syn6658", r"\[v8\] \[s3\] \[t5\] \[m51\] \[n1\]"), ("xfs5152", r"\[v8\] \[s3\] \[t5\] \[m51\] \[n1\]"):
            with self.subTest(kind):
                sim, host = self.ready(kind, ms_per_char=0)
                body = b"\x01\x01" + "[v8][s3][m51][n1]请A037号,[n2]到3号窗口[n1]".encode("gbk")
                host.send(b"\xFD" + len(body).to_bytes(2, "big") + body)
                self.assertEqual(host.read(2), "414F")
                sim.wait_for("^%s: says 请A037号,到3号窗口$" % kind)
                self.assertRegex(sim.control("show " + kind)[1], tags)
                mark = sim.mark()
                body = b"\x01\x01[v11][m4]A"
                host.send(b"\xFD" + len(body).to_bytes(2, "big") + body)
                sim.wait_for(r"^%s: says \[v11\]\[m4\]A$" % kind, since=mark)
                self.assertEqual(host.read(2), "414F")
                for data, why in (("FD000105", "no such command"), ("FD0003010541", "encoding is 0 to [34]"),
                                  ("FD00020200", "this command has no parameters"), ("FD1003" + "01", "bad length, or cut short")):
                    host.send(data)
                    self.assertEqual(host.read(1), "45")
                    sim.wait_for("^%s: bad frame %s %s$" % (kind, data, why), since=mark)
                sim.control(kind + " nack on")
                host.send(vector("syn6658", "query"))
                self.assertEqual(host.read(1), "45")

    def test_the_cache_of_a_syn6658(self):
        sim, host = self.ready("syn6658", ms_per_char=0)
        host.send("FD00063100C7EBBDF8" + "FD00023231")
        self.assertEqual(host.read(3), "41414F")
        sim.wait_for("^syn6658: says 请进$")
        sim.wait_for("^syn6658: 3 times$")
        host.send("FD0003310F41")
        self.assertEqual(host.read(1), "41")
        sim.wait_for("^syn6658: stored 1 bytes in zone 15$")
        host.send("FD0003311041")
        self.assertEqual(host.read(1), "45")

    def test_standby_and_wake(self):
        sim, host = self.ready("xfs5152")
        host.send(vector("xfs5152ce", "sleep"))
        self.assertEqual(host.read(1), "41")
        host.send(vector("xfs5152ce", "query"))
        sim.wait_for("asleep, hears nothing$")
        host.send(vector("xfs5152ce", "wake"))
        self.assertEqual(host.read(1), "41")
        sim.wait_for("^xfs5152: awake$")

    def test_a_dfplayer_answers_where_it_is_asked_to(self):
        sim, host = self.ready("dfplayer", ms_per_clip=20)
        taken, ended = "7EFF0641000000FEBAEF", "7EFF063D000007FEB7EF"
        host.send("7EFF0612010007FEE1EF")
        self.assertEqual(host.read(20), taken + ended)
        sim.control("dfplayer finished twice")
        host.send("7EFF0612000007FEE2EF")
        self.assertEqual(host.read(20), ended + ended)
        sim.control("dfplayer finished never")
        mark = sim.mark()
        host.send("7EFF06120000" + "07EF")               # without a sum
        sim.wait_for("^dfplayer: done$", since=mark)
        self.assertEqual(host.read(1, 0.2), "")
        sim.control("dfplayer busy on")
        host.send(vector("dfplayer", "q-status"))
        self.assertEqual(host.read(10), "7EFF0642000201FEB6EF")

    def test_what_a_dfplayer_refuses(self):
        sim, host = self.ready("dfplayer")
        error = "7EFF06400000%02XFE%02XEF"
        rows = [
            ("a file that is not there", "missing 7", "7EFF0612010007FEE1EF", "7EFF0641000000FEBAEF" + error % (6, 0xB5)),
            ("track 3001", "missing none", "7EFF0603000BB9FE34EF", error % (5, 0xB6)),
            ("no end", "busy off", "7EFF0616000000FEE5EE", error % (3, 0xB8)),
            ("everything", "nack 1", "7EFF0616000000FEE5EF", error % (1, 0xBA)),
            ("everything else", "nack off", "7EFF0616010000FEE4EF", "7EFF0641000000FEBAEF"),
            ("wrong sums", "badcheck on", "7EFF0616010000FEE4EF", "7EFF0641000000FEBBEF"),
        ]
        for what, control, data, answer in rows:
            with self.subTest(what):
                sim.control("dfplayer " + control)
                host.send(data)
                self.assertEqual(host.read(len(answer) // 2), answer)
        sim.control("dfplayer badcheck off")
        sim.control("dfplayer card out")
        self.assertEqual(host.read(10), "7EFF063B000002FEBEEF")
        host.send(vector("dfplayer", "play-10"))
        self.assertEqual(host.read(10), error % (8, 0xB3))
        sim.control("dfplayer card in")
        self.assertEqual(host.read(10), "7EFF063A000002FEBFEF")

    def test_a_dfplayer_takes_its_time_to_start(self):
        sim = self.start_held("dfplayer=dfplayer,start_ms=300")
        host = self.open(sim, "dfplayer")
        sim.control("dfplayer power off")
        sim.control("dfplayer power on")
        host.send(vector("dfplayer", "q-status"))
        self.assertEqual(host.read_only(10), "7EFF0640000001FEBAEF")
        self.clock.host = host          # who advances it reads what comes meanwhile
        sim.control("advance to 2026-09-01T09:00:00.300Z")
        self.assertEqual(self.clock.heard.hex().upper(), "7EFF063F000002FEBAEF")
        host.send(vector("dfplayer", "q-status"))
        self.assertEqual(host.read(10), "7EFF0642000200FEB7EF")

    def test_a_dy_answers_questions_alone(self):
        sim, host = self.ready("dy", ms_per_clip=50)
        host.send("AA1B06333031303130F0" + "AA0100AB")
        self.assertEqual(host.read(5), "AA010101AD")
        sim.wait_for("^dy: plays 30 10 10$")
        sim.wait_for("^dy: done$")
        host.send("AA0100AB")
        self.assertEqual(host.read(5), "AA010100AC")
        sim.control("dy badcheck on")
        host.send("AA0100AB")
        self.assertEqual(host.read(5), "AA010100AD")
        mark = sim.mark()
        for data, why in (("AA0100AC", "sum is AC, should be AB"), ("AA13011FDD", "volume is 0 to 30"), ("AA1B0130F6", "names have two characters"),
                          ("AA070101B3", "wrong length"), ("AA7F0029", "no such command")):
            host.send(data)
            sim.wait_for("^dy: bad frame %s %s$" % (data, why), since=mark)
        self.assertEqual(host.read(1, 0.1), "")
        host.send("AA180100C3" + "AA07020001B4")        # again and again
        sim.wait_for("^dy: plays 1 again$", since=mark)

    def test_a_kt158a_says_nothing(self):
        for kind, said in ("kt142c", "7E42000208" + "01EF"), ("kt158a", ""):
            with self.subTest(kind):
                sim, host = self.ready(kind, ms_per_clip=1000)
                host.send("7E21000401010302EF")
                sim.wait_for("^%s: plays 1 1 3 2$" % kind)
                self.assertEqual(host.read(3, 0.1 if said == "" else 10), "7E41EF" if said else "")
                host.send("7E4200020000EF")
                self.assertEqual(host.read(7, 0.1 if said == "" else 10), said)
                host.send("7E1600020000EF")
                sim.wait_for("^%s: stopped$" % kind)
                host.read(3, 0.1 if said == "" else 10)
                mark = sim.mark()
                for data, why in (("7E060002001FEF", "volume is 0 to 30"), ("7E0300020001EE", "the end is not EF"), ("7E03000101EF", "a parameter has two bytes")):
                    host.send(data)
                    sim.wait_for("^%s: bad frame %s %s$" % (kind, data, why), since=mark)
                sim.control(kind + " power off")
                sim.control(kind + " power on")
                self.assertEqual(host.read(7, 0.1 if said == "" else 10), "7E3F00020004EF" if said else "")

    def test_what_is_playing_is_cut_off_paused_and_shown(self):
        sim, host = self.ready("dy", ms_per_clip=100)
        host.send("AA07020001B4" + "AA07020002B5" + "AA0300AD")
        sim.wait_for("^dy: paused$")
        self.assertEqual([line for line in sim.since(1) if "line" not in line],
                         ["dy: plays 1", "dy: cut off (something else is to be played)", "dy: plays 2", "dy: paused"])
        host.send("AA0100AB")
        self.assertEqual(host.read(5), "AA010102AE")
        self.assertEqual(sim.control("dy show"), ["dy: paused in 2, volume 30"])
        host.send("AA0200AC")
        sim.wait_for("^dy: done$")
        self.assertEqual(sim.control("dy show"), ["dy: idle, played 2, volume 30"])


SCREEN_ON, SCREEN_OFF = b"\xA3\x00\x01", b"\xA3\x00\x02"

# The card shows 甲 in area 0 before; the power rows come while it is off.
SHOWN = {
    "ping": "ping",
    "power-on": "shows 甲",
    "power-on-FFFE": "shows 甲",
    "dyn-doc-example": "shows 012345QRSTTV'B",
    "dyn-5k-A001": "shows A001 3",
    "dyn-5k-zh": "shows 请A023号到5号窗口",
    "dyn-6k-zh": "shows 甲 | 请A023号到5号窗口",
    "del-area-0-escape": "blank",
}


def crc16(data):
    c = 0
    for byte in data:
        c ^= byte
        for _ in range(8):
            c = c >> 1 ^ 0xA001 if c & 1 else c >> 1
    return c


ESCAPES = {0xA5: b"\xA6\x02", 0xA6: b"\xA6\x01", 0x5A: b"\x5B\x02", 0x5B: b"\x5B\x01"}


def card(address, data, reply=1, device=0xFE, mode=0):
    """A frame for a card; data is group, command and parameters, without the reply flag."""
    data = data[:2] + bytes([reply, 0, 0]) + data[2:]
    body = (address.to_bytes(2, "little") + b"\x00\x80" + bytes(4) + bytes([mode, 0, device, 2]) +
            len(data).to_bytes(2, "little") + data)
    check = crc16(body) if mode == 0 else sum(body) & 0xFFFF
    body += check.to_bytes(2, "little")
    return b"\xA5" * 8 + b"".join(ESCAPES.get(byte, bytes([byte])) for byte in body) + b"\x5A"


def area(text, number=0, run=0, timeout_s=0):
    text = text.encode("gbk")
    return (b"\x00" + bytes(4) + b"\x08\x00\x10\x00" + bytes([number, 0, run]) +
            timeout_s.to_bytes(2, "little") + b"\x00\x00\x00\x01\x01\x02\x00\x00\x08" +
            len(text).to_bytes(4, "little") + text)


def write(address, *areas, **options):
    return card(address, b"\xA3\x06\x00" + bytes([len(areas)]) +
                b"".join(len(a).to_bytes(2, "little") + a for a in areas), **options)


PING = b"\xA2\x00"


def answer(address, error=0):
    """What a card answers to host 8000."""
    body = (b"\x00\x80" + address.to_bytes(2, "little") + bytes(6) + b"\xFE\x02\x05\x00\xA0" +
            bytes([error != 0, error, 0, 0]))
    body += crc16(body).to_bytes(2, "little")
    return (b"\xA5" * 8 + b"".join(ESCAPES.get(byte, bytes([byte])) for byte in body) +
            b"\x5A").hex().upper()


class Sign(Case):
    def ask(self, host, frame):
        host.send(frame)
        return host.read_frame("5A")

    def test_answers_are_the_published_ones(self):
        sim = self.start("sign=signs")
        host = self.open(sim, "signs")
        ping = vector("bx-k", "ping")
        self.assertEqual(self.ask(host, ping), VECTORS["bx-k", "ack"]["bytes_hex"])
        damaged = ping[:-2] + b"\xF9\x5A"
        self.assertEqual(self.ask(host, damaged), VECTORS["bx-k", "nack-crc"]["bytes_hex"])
        self.assertEqual(answer(1), VECTORS["bx-k", "ack"]["bytes_hex"])
        self.assertEqual(answer(1, 5), VECTORS["bx-k", "nack-crc"]["bytes_hex"])
        sim.wait_for("^signs/1: bad frame 0100.*68F9 check or length is wrong$")
        sim.wait_for("^signs/1: nack 5$")

    def test_vectors_are_shown(self):
        self.assertEqual(set(SHOWN), {name for _, name in names("host->device", "bx-k")})
        for name, expected in SHOWN.items():
            frame = vector("bx-k", name)
            number = 3 if name == "dyn-6k-zh" else 1
            generation = 6 if name == "dyn-6k-zh" else 5
            with self.subTest(name), Sim(
                    "sign=signs,address=%d,generation=%d" % (number, generation)) as sim:
                host = Host(sim.path("signs"))
                self.ask(host, write(number, area("甲")))
                sim.wait_for("^signs/%d: shows 甲$" % number)
                if name.startswith("power"):
                    self.ask(host, card(number, SCREEN_OFF))
                    sim.wait_for("^signs/%d: off$" % number)
                mark = sim.mark()
                self.assertEqual(self.ask(host, frame), answer(number))
                sim.wait_for("^signs/%d: %s$" % (number, re.escape(expected)), since=mark)
                host.close()

    def test_geometry(self):
        sim = self.start("sign=old,address=1", "sign=new,address=3,generation=6")
        old, new = self.open(sim, "old"), self.open(sim, "new")
        self.ask(old, vector("bx-k", "dyn-doc-example"))
        self.ask(new, vector("bx-k", "dyn-6k-zh"))
        self.assertRegex(sim.control("show old")[1],
                         "^old/1: area 0 at 0,0 192x32 run 0 time-out 2 s ")
        self.assertRegex(sim.control("show new")[1],
                         "^new/3: area 1 at 16,8 48x16 run 0 time-out 5 s ")

    def test_several_on_a_line(self):
        sim = self.start("sign=signs,address=1-3")
        host = self.open(sim, "signs")
        for number in 1, 2, 3:
            self.assertEqual(self.ask(host, write(number, area("A%03d" % number))), answer(number))
            sim.wait_for("^signs/%d: shows A%03d$" % (number, number))
        self.assertEqual([line for line in sim.control("show signs") if "area" not in line],
                         ["signs/1: shows A001", "signs/2: shows A002", "signs/3: shows A003"])
        host.send(write(9, area("B")))
        sim.wait_for("^signs: bad frame .* nobody has address 9$")
        mark = sim.mark()
        host.send(write(0xFFFF, area("全")) + card(2, PING))
        self.assertEqual(host.read_frame("5A"), answer(2), "nobody answers what is for all")
        for number in 1, 2, 3:
            sim.wait_for("^signs/%d: shows 全$" % number, since=mark)
        host.send(card(2, PING, reply=2) + card(3, PING))
        self.assertEqual(host.read_frame("5A"), answer(3), "no answer was wanted from 2")

    def test_areas(self):
        sim = self.start("sign=signs")
        host = self.open(sim, "signs")
        rows = [
            ("two, in the order of their numbers", write(1, area("二", 7), area("一", 2)), "shows 一 | 二"),
            ("the same again", write(1, area("二", 7)), "repainted"),
            ("colours and lines", write(1, area("\\C1红\\n黑", 2)), "shows 红 / 黑 | 二"),
            ("bytes that need escapes", write(1, area("Z[巄", 2)), "shows Z[巄 | 二"),
            ("delete one", card(1, b"\xA3\x06\x01\x07\x00"), "shows Z[巄"),
            ("delete all, write one", card(1, b"\xA3\x06\xFF\x01" + len(area("新")).to_bytes(2, "little") +
                                           area("新")), "shows 新"),
            ("switched off", card(1, SCREEN_OFF), "off"),
            ("written while off", write(1, area("暗")), "repainted"),
            ("switched on", card(1, SCREEN_ON), "shows 暗"),
            ("cleared", card(1, b"\xA3\x10"), "blank"),
            ("checked by a sum", write(1, area("和"), mode=1), "shows 和"),
            ("clock", card(1, b"\xA2\x03" + bytes.fromhex("2520112409303001")),
             "clock 2025-11-24 09:30:30"),
            ("brightness", card(1, b"\xA3\x02\x01\x08" + bytes(48)), "brightness 8"),
        ]
        for what, frame, expected in rows:
            with self.subTest(what):
                mark = sim.mark()
                self.assertEqual(self.ask(host, frame), answer(1))
                sim.wait_for("^signs/1: %s$" % re.escape(expected), since=mark)

    def test_refusals(self):
        sim = self.start("sign=signs")
        host = self.open(sim, "signs")
        rows = [
            ("group", card(1, b"\xB0\x00"), 1),
            ("command", card(1, b"\xA3\x77"), 2),
            ("run mode", write(1, area("A", run=6)), 2),
            ("area cut short", card(1, b"\xA3\x06\x00\x01\x50\x00A"), 2),
            ("date", card(1, b"\xA2\x03" + bytes.fromhex("2520132409303001")), 14),
            ("a 6K card is meant", card(1, PING, device=0x61), 13),
            ("sum wrong", card(1, PING, mode=1)[:-2] + b"\x00\x5A", 5),
        ]
        for what, frame, error in rows:
            with self.subTest(what):
                mark = sim.mark()
                self.assertEqual(self.ask(host, frame), answer(1, error))
                sim.wait_for("^signs/1: nack %d$" % error, since=mark)
        sim.control("signs/1 nack 3")
        mark = sim.mark()
        self.assertEqual(self.ask(host, write(1, area("A"))), answer(1, 3))
        sim.control("signs nack off")
        self.assertEqual(self.ask(host, card(1, PING)), answer(1))
        sim.wait_for("ping", since=mark)
        self.assertEqual([line for line in sim.since(mark) if "shows" in line], [])

    def test_damaged_frames(self):
        sim = self.start("sign=signs")
        host = self.open(sim, "signs")
        ping = card(1, PING)
        rows = [
            ("noise before", b"\x00\xFF" + ping, "bad frame 00FF no frame begins here"),
            ("a new one begins", ping[:20] + ping, "bad frame .* another frame begins before its end"),
            ("escape", b"\xA5\x01\xA6\x03\x5A" + ping, "bad frame 01A603 escapes are damaged"),
            ("too short", b"\xA5\x01\x00\x5A" + ping, "bad frame 0100 too short"),
        ]
        for what, data, why in rows:
            with self.subTest(what):
                mark = sim.mark()
                self.assertEqual(self.ask(host, data), answer(1))
                sim.wait_for("^signs: %s$" % why, since=mark)
        mark = sim.mark()
        host.send(ping[:-3])
        sim.wait_for("^signs: bad frame .* cut short$", since=mark)

    def test_blank_without_contact(self):
        sim = self.start("sign=signs,address=1-3,second_ms=2")
        host = self.open(sim, "signs")
        self.ask(host, write(1, area("A037", run=2, timeout_s=90)))
        self.ask(host, write(2, area("A038", run=3, timeout_s=90)))
        self.ask(host, write(3, area("A039", run=0, timeout_s=90)))
        sim.wait_for("^signs/1: blank after 90 s without contact$")
        sim.wait_for("^signs/2: last page after 90 s without contact$")
        self.assertEqual([line for line in sim.control("show signs") if "area" not in line],
                         ["signs/1: blank", "signs/2: shows A038", "signs/3: shows A039"])
        mark = sim.mark()
        self.ask(host, write(1, area("A037", run=2, timeout_s=90)))
        sim.wait_for("^signs/1: shows A037$", since=mark)

    def test_misbehaviour(self):
        sim = self.start("sign=signs,address=1-2")
        host = self.open(sim, "signs")
        sim.control("signs/1 silent on")
        host.send(card(1, PING) + card(2, PING))
        self.assertEqual(host.read_frame("5A"), answer(2))
        sim.control("signs/1 silent off")
        sim.control("signs/1 badcheck on")
        bad = self.ask(host, card(1, PING))
        self.assertNotEqual(bad, answer(1))
        self.assertEqual(bad[:-6], answer(1)[:-6])
        sim.control("signs badcheck off")
        self.ask(host, write(1, area("A")))
        sim.control("signs/1 power off")
        self.assertEqual(sim.control("show signs/1"), ["signs/1: no power"])
        host.send(card(1, PING) + card(2, PING))
        self.assertEqual(host.read_frame("5A"), answer(2))
        sim.control("signs/1 power on")
        self.assertEqual(sim.control("show signs/1"), ["signs/1: blank"])


HEARD = {
    "show-ticket-023": "keypads/1: display --- 023",
    "show-waiting-012": "keypads/5: display 012 ---",
    "beep": "keypads/3: beep",
    "stars-5": "keypads/2: stars 5",
    "start-rating": "keypads/2: asked for a rating",
}

PRESSED = {
    "key-pause": "press keypads/7 12",
    "key-transfer": "press keypads/7 13",
    "key-0-ok": "press keypads/1 0 0F",
    "rating-0": "rate keypads/2 0",
    "rating-3": "keypads/2 rate 3",
}

NEXT_3 = "FF6803036803010C1016"


class Keypad(Case):
    def test_vectors_are_understood(self):
        self.assertEqual(set(HEARD), {name for _, name in names("host->device", "caller-ff68")})
        sim = self.start("keypad=keypads,address=1-7")
        host = self.open(sim, "keypads")
        for name, line in HEARD.items():
            with self.subTest(name):
                mark = sim.mark()
                host.send(vector("caller-ff68", name))
                sim.wait_for("^%s$" % line, since=mark)
        self.assertEqual(sim.control("show keypads/1"), ["keypads/1: display --- 023, stars 0"])
        host.send("FF680808680102000102" "0A0A0A" "24" "16")
        sim.wait_for("^keypads/1: display 012 ---$")
        self.assertEqual(sim.control("show keypads/1"), ["keypads/1: display 012 023, stars 0"])
        self.assertEqual([line for line in sim.since(0) if "bad" in line], [])

    def test_vectors_are_sent(self):
        self.assertEqual(set(PRESSED), {name for _, name in names("device->host", "caller-ff68")})
        sim = self.start_held("keypad=keypads,address=1-7")
        host = self.open(sim, "keypads")
        for name, control in PRESSED.items():
            with self.subTest(name):
                frame = vector("caller-ff68", name)
                mark = sim.mark()
                sim.control(control)
                self.assertEqual(host.read(len(frame)), frame.hex().upper())
                if name.startswith("rating"):
                    frame = frame[:6] + b"\x01" + frame[7:8] + bytes([frame[8] - 0x10]) + frame[9:]
                host.send(frame)
                sim.wait_for("answered" if name.startswith("rating") else "echoed", since=mark)

    def test_pressed_and_echoed(self):
        sim = self.start_held("keypad=keypads,address=1-6")
        host = self.open(sim, "keypads")
        sim.wait_for("line opened")
        mark = sim.mark()
        sim.control("press keypads/3 0C")
        self.assertEqual(host.read(10), NEXT_3)
        host.send(NEXT_3)
        sim.wait_for("^keypads/3: echoed$")
        self.assertEqual(sim.since(mark), ["keypads/3: pressed 0C", "keypads/3: echoed"])
        host.send(NEXT_3)
        sim.wait_for("^keypads/3: echoed again$")

    def test_repeated_without_echo(self):
        sim = self.start("keypad=keypads,address=1-6")
        host = self.open(sim, "keypads")
        sim.control("press keypads/3 0C")
        sim.control("press keypads/3 0D")
        wrong = "FF6803036804010C1116"           # another address
        host.send(wrong)
        self.assertEqual(host.read(40), NEXT_3 * 4)
        sim.wait_for("^keypads/3: no echo$")
        self.assertEqual(sum(line == "keypads/3: again 0C" for line in sim.since(0)), 3)
        self.assertEqual(host.read(10), "FF6803036803010D1116", "the next in the queue")

    def test_second_try_is_echoed(self):
        sim = self.start_held("keypad=keypads,address=3")
        host = self.clock.host = self.open(sim, "keypads")
        sim.control("press keypads 6 0F")
        frame = host.read(11)
        self.assertEqual(frame, "FF6804046803" "01060F" "1916")
        host.send(frame[:-4] + "1816")
        sim.wait_for("^keypads: bad frame .* sum is 18, should be 19; end is 16$")
        sim.control("advance to 2026-09-01T09:00:00.300Z")
        self.assertEqual(self.clock.heard.hex().upper(), frame)
        host.send(frame)
        sim.wait_for("^keypads/3: echoed$")

    def test_bad_frames(self):
        sim = self.start("keypad=keypads,address=1-2")
        host = self.open(sim, "keypads")
        rows = [
            ("lengths differ", "FF6802036802", "keypads: bad frame FF68020368 no head"),
            ("third head byte", "FF6802026902", "keypads: bad frame FF68020269 no head"),
            ("end", "FF6802026802030517", "keypads: bad frame FF6802026802030517 .*end is 17"),
            ("address", "FF6802026809030C16", "keypads: bad frame FF6802026809030C16 nobody has address 9"),
            ("command", "FF6802026802070916", "keypads/2: bad frame FF6802026802070916 no such command"),
            ("stars", "FF680303680202060A16", "keypads/2: bad frame .* 1 to 5 stars"),
            ("digit", "FF6808086802020102030405" "0B" "1E16", "keypads/2: bad frame .* digits are"),
            ("cut short", "FF680202", "keypads: bad frame FF680202 cut short"),
        ]
        for what, data, expected in rows:
            with self.subTest(what):
                mark = sim.mark()
                host.send(data)
                sim.wait_for("^" + expected, since=mark)
                host.send("FF6802026802030516")
                sim.wait_for("^keypads/2: beep$", since=mark)

    def test_wrong_checks(self):
        sim = self.start("keypad=keypads,address=3")
        host = self.open(sim, "keypads")
        sim.control("keypads badcheck on")
        sim.control("press keypads 0C")
        frame = host.read(10)
        self.assertEqual(frame[:-4], NEXT_3[:-4])
        self.assertNotEqual(frame[-4:-2], NEXT_3[-4:-2])


class Clock(threading.Thread):
    """A test clock as halld has it, of a halld that only reads what comes of its host."""

    def __init__(self):
        super().__init__(daemon=True)
        self.folder = tempfile.TemporaryDirectory(prefix="clock-")
        self.path = os.path.join(self.folder.name, "clock")
        self.listening = socket.socket(socket.AF_UNIX)
        self.listening.bind(self.path)
        self.listening.listen()
        self.host, self.heard = None, b""
        self.start()

    def run(self):
        connection, _ = self.listening.accept()
        with connection, connection.makefile("rw") as lines:
            for _ in lines:
                while self.host and self.host.fd_ready(select.POLLIN, 0):
                    self.heard += os.read(self.host.fd, 4096)
                lines.write("idle, next timer at never\n")
                lines.flush()

    def close(self):
        self.join(10)
        self.listening.close()
        self.folder.cleanup()


class Wire(Case):
    def test_bytes_take_their_time(self):
        """At 9600 baud, by the clock: so many milliseconds after a beep of 9 bytes it beeps, or has been heard."""
        clock = Clock()
        self.addCleanup(clock.close)
        sim = Sim("keypad=keypads,address=2-3,baud=9600", clock=clock.path)
        self.addCleanup(sim.stop)
        host = clock.host = self.open(sim, "keypads")
        at = 0

        def advance(ms):
            nonlocal at
            at += ms
            sim.control("advance to 2026-09-01T09:00:%02d.%03dZ" % divmod(at, 1000))

        advance(0)
        host.send("FF6802026802030516")
        advance(9)
        self.assertEqual([line for line in sim.since(0) if "beep" in line], [])
        advance(1)
        sim.wait_for("^keypads/2: beep$")
        sim.control("press keypads/3 0C")
        advance(10)
        self.assertEqual(clock.heard, b"")
        advance(1)
        self.assertEqual(clock.heard.hex().upper(), NEXT_3)
        host.send("FF6802026802030516" * 2 + "FF68")
        advance(18)
        self.assertEqual(sum("beep" in line for line in sim.since(0)), 1)
        mark = sim.mark()
        advance(3)
        sim.wait_for("^keypads/2: beep$", since=mark)
        self.assertEqual(sum("beep" in line for line in sim.since(mark)), 2)

    def spoiled(self, *words):
        """What becomes of 4000 zeroes that a device sends."""
        sim = self.start("keypad=keypads")
        host = self.open(sim, "keypads")
        sim.control("keypads spoil " + " ".join(words))
        data = b""
        for _ in range(40):
            sim.control("keypads hex" + " 00" * 100)
            while host.fd_ready(select.POLLIN, 0):
                data += os.read(host.fd, 4096)
        return data + bytes.fromhex(host.read(10000, 0.2))

    def test_spoilt_bytes(self):
        """Of 4000 zeroes a tenth: 400, and by the seed always the same."""
        for how, length, others in (("change", (4000, 4000), (350, 450)), ("lose", (3550, 3650), (0, 0)),
                                    ("add", (4350, 4450), (340, 450))):
            with self.subTest(how):
                data = self.spoiled("100", how, "7")
                self.assertTrue(length[0] <= len(data) <= length[1], len(data))
                self.assertTrue(others[0] <= len(data) - data.count(0) <= others[1], data.count(0))
                self.assertEqual(data, self.spoiled("100", how, "7"))
                self.assertNotEqual(data, self.spoiled("100", how, "8"))
        self.assertEqual(self.spoiled("0"), bytes(4000))
        self.assertNotEqual(self.spoiled("20"), bytes(4000))

    def test_spoilt_frames(self):
        """Both ways: what the host sends arrives spoilt, too."""
        sim = self.start("keypad=keypads,address=2")
        host = self.open(sim, "keypads")
        sim.control("keypads spoil 1000 change")
        host.send("FF6802026802030516")
        sim.wait_for("bad frame")
        sim.control("keypads spoil 0")
        mark = sim.mark()
        host.send("FF6802026802030516")
        sim.wait_for("^keypads/2: beep$", since=mark)

    def test_half_frames(self):
        """Each kind of device that says something: what makes it do so, or what it is told by control."""
        board = vector(*names("host->device", "sunpn-board")[0])
        for device, ask in (("buttons", "press"), ("scanner", "scan"), ("printer,speed=0", "100401"), ("voice", "FD000221DE"),
                            ("dfplayer,start_ms=0", "7EFF0642000000FEB9EF"), ("dy", "AA0100AB"), ("kt142c", "7E4200020000EF"),
                            ("idcard", "AAAAAA9669000311FFED"), ("modbus", rtu("010300000001")), ("sunpn", board),
                            ("sign", card(1, PING))):
            kind, _, options = device.partition(",")
            with self.subTest(kind), Sim("%s=device,%s" % (kind, options) if options else kind + "=device") as sim:
                host = Host(sim.path("device"))
                sim.wait_for("line opened")
                host.read(100, 0.3)             # what it says when it is switched on

                def frame(word=None, length=None):
                    """What it says; of a known length: when that has come, or it was said that only so much of it will."""
                    mark = sim.mark()
                    if word:
                        sim.control("device half " + word)
                    if ask in ("press", "scan"):
                        sim.control("%s device %s" % (ask, "41" if ask == "press" else "ABC123"))
                    else:
                        host.send(ask)
                    if length is None:
                        return host.read(1) + host.read(2000, 0.5)
                    if length < size:
                        sim.wait_for("says %d of %d bytes$" % (length, size), since=mark)
                    return host.read(length)
                whole = frame()
                self.assertTrue(whole)
                size = len(whole) // 2
                half = whole[:size // 2 * 2]
                for word, want in (("1", half), (None, whole), ("2", half), (None, half), (None, whole), ("each 1000", half),
                                   (None, half), ("off", whole)):
                    self.assertEqual(frame(word, len(want) // 2), want)
                self.assertEqual(host.read(1, 0.2), "")
                self.assertEqual(sum(line == "device%s: says %d of %d bytes" % ("/1" if kind in ("sign", "modbus") else "", size // 2, size)
                                     for line in sim.since(0)), 5)
                host.close()

    def test_half_a_key_is_said_again(self):
        sim = self.start("keypad=keypads,address=3")
        host = self.open(sim, "keypads")
        sim.wait_for("line opened")
        sim.control("keypads half 1")
        sim.control("press keypads 0C")
        self.assertEqual(host.read(5 + 10), NEXT_3[:10] + NEXT_3)
        host.send(NEXT_3)
        sim.wait_for("^keypads/3: echoed$")

    def test_half_frames_with_a_chance(self):
        sim = self.start("scanner=scanner")
        host = self.open(sim, "scanner")
        sim.wait_for("line opened")
        sim.control("scanner half each 250 7")
        for _ in range(400):
            sim.control("scan scanner ABC")
            host.read(10, 0)
        halves = sum("says 2 of 4 bytes" in line for line in sim.since(0))
        self.assertTrue(70 <= halves <= 130, halves)

    def test_what_becomes_of_frames_is_told(self):
        sim = self.start("scanner=scanner")
        host = self.open(sim, "scanner")
        sim.wait_for("line opened")
        sim.control("scanner tell on")
        for word, how in (("half off", "whole"), ("half 1", "spoilt"), ("spoil 1000", "spoilt"), ("spoil 0", "whole")):
            mark = sim.mark()
            sim.control("scanner " + word)
            sim.control("scan scanner ABC")
            sim.wait_for(r"^scanner: sent by \d+ %s$" % how, since=mark)
            host.read(10, 0.05)

    def test_rename(self):
        sim = self.start("sign=signs,address=1-2")
        host = self.open(sim, "signs")
        before = os.readlink(sim.path("signs"))
        sim.control("signs rename")
        self.assertNotEqual(os.readlink(sim.path("signs")), before)
        self.assertTrue(host.fd_ready(select.POLLIN, 10))
        again = self.open(sim, "signs")
        again.send(card(2, PING))
        self.assertEqual(again.read_frame("5A"), answer(2))
        sim.control("signs unplug")
        with self.assertRaises(ValueError):
            sim.control("signs rename")

    def test_tcp(self):
        port = free_port()
        sim = self.start("printer=printer,speed=0,tcp=%d" % port)
        self.assertFalse(os.path.lexists(sim.path("printer")))

        def connect():
            connection = socket.create_connection(("127.0.0.1", port), 10)
            self.addCleanup(connection.close)
            return connection

        first, second = connect(), connect()
        first.sendall(b"\x10\x04\x01")
        self.assertEqual(first.recv(10), b"\x16")
        second.sendall(b"A\n")
        first.sendall(b"B\n")
        sim.wait_for(r"paper 1x1 \|B")
        first.close()
        sim.wait_for(r"paper 1x1 \|A")
        sim.control("printer unplug")
        self.assertEqual(second.recv(10), b"")
        with self.assertRaises(ConnectionRefusedError):
            connect()
        sim.control("printer replug")
        connect().sendall(b"C\n")
        sim.wait_for(r"paper 1x1 \|C")


def packet(commands, address=0, type="Z", sums=True):
    """A packet for an Alpha sign; commands are their bytes, command letter first."""
    body = b""
    for command in commands:
        command = b"\x02" + command + (b"\x03" if sums else b"")
        body += command + (b"%04X" % sum(command) if sums else b"")
    return bytes(5) + b"\x01" + type.encode() + (b"%02X" % address if isinstance(address, int) else address) + body + b"\x04"


MEMORY = b"E$AAU0020FF00BBL007D0000"

# A sign with address 1 that has memory for text A shows 甲 in no way: it is blank before.
TOLD = {
    "text-hello-nosum": "shows Hello",
    "priority-sum": "flashes B012",
    "set-time-sum": "time 14:30",
    "soft-reset": "reset",
}


class Alpha(Case):
    def test_vectors_are_shown(self):
        self.assertEqual(set(TOLD), {name for _, name in names("host->device", "alpha-sign")})
        for name, expected in TOLD.items():
            with self.subTest(name), Sim("alpha=signs") as sim:
                host = Host(sim.path("signs"))
                host.send(packet([MEMORY]))
                sim.wait_for("^signs/1: memory A B$")
                host.send(vector("alpha-sign", name))
                sim.wait_for("^signs/1: %s$" % expected)
                self.assertEqual([line for line in sim.since(0) if " bad " in line], [])
                host.close()

    def test_files(self):
        sim = self.start("alpha=signs")
        host = self.open(sim, "signs")
        rows = [
            ("a text without memory", b"AAHello", "bad frame .* no memory for this text file"),
            ("a string without memory", b"GBHello", "bad frame .* no memory for this string file"),
            ("the priority text needs none", b"A0\x1b0bA037", "shows A037"),
            ("memory for both", MEMORY, "memory A B"),
            ("and the priority text is gone with it", b"A0\x1b0cA038", "flashes A038"),
            ("a text below it", b"AA\x1b0b\x10B now", "blinks"),
            ("a string in it", b"GBA039", "repainted"),
            ("is seen when the priority text goes", b"A0", "shows A039 now"),
            ("a string changes without a blink", b"GBA040", "shows A040 now"),
            ("blanks are nothing", b"AA ", "blank"),
            ("a string too long", b"GB" + 126 * b"x", "bad frame .* longer than its memory"),
            ("a label that is none", b"A?x", "bad frame .* no such label"),
            ("a counter", b"A1x", "bad frame .* no such label"),
            ("a mode that is none", b"A0\x1b0ZX", "bad frame .* no such position or mode"),
            ("a command that is none", b"Qx", "bad frame .* no such command"),
            ("an hour that is none", b"E 2460", "bad frame .* the time is hhmm")]
        for what, command, expected in rows:
            with self.subTest(what):
                mark = sim.mark()
                host.send(packet([command]))
                sim.wait_for("^signs/1: %s$" % expected, since=mark)
        self.assertIn("signs/1: file B is a string of 125 bytes", sim.control("signs show"))
        sim.control("signs power off")
        sim.control("signs power on")
        self.assertIn("signs/1: file B is a string of 125 bytes", sim.control("signs show"), "memory is kept without power")
        sim.control("signs replace")
        self.assertEqual(sim.control("signs show"), ["signs/1: blank", "signs/1: file 0 is a text of 125 bytes"])

    def test_addresses(self):
        sim = self.start("alpha=signs,address=15-17")
        host = self.open(sim, "signs")
        for address, shown in ((0, [15, 16, 17]), (16, [16]), (b"?1", [17]), (b"1?", [16, 17]), (b"??", [15, 16, 17])):
            with self.subTest(address):
                mark = sim.mark()
                text = "A%03d" % mark
                host.send(packet([b"A0\x1b0b" + text.encode()], address))
                for number in shown:
                    sim.wait_for("^signs/%d: shows %s$" % (number, text), since=mark)
                self.assertEqual(len([line for line in sim.since(mark) if text in line]), len(shown))
        host.send(packet([b"A0"], 99))
        sim.wait_for("^signs: bad frame .* nobody has address 63$")

    def test_answers_and_damage(self):
        sim = self.start("alpha=signs,ack=1", "alpha=classic,parity=1")
        host, classic = self.open(sim, "signs"), self.open(sim, "classic")
        good = packet([b"A0\x1b0bA037"])
        for what, data, answered, said in [
                ("taken", good, "06", "shows A037"),
                ("a wrong sum", good[:-3] + b"00\x04", "1550", "nak 10"),
                ("no memory", packet([b"GBx"]), "1560", "nak 20"),
                ("several, each with its sum", packet([b"A0\x1b0bA038", b"E,"]), "06", "shows A038"),
                ("more zeros than five are a pause", bytes(300) + good, "06", "shows A037")]:
            with self.subTest(what):
                mark = sim.mark()
                host.send(data)
                self.assertEqual(host.read(len(answered) // 2), answered)
                sim.wait_for("^signs/1: %s$" % said, since=mark)
        sim.control("signs nack 8")
        host.send(good)
        self.assertEqual(host.read(2), "1548")
        sim.control("signs nack off")
        for what, data, why in [
                ("too few zeros", good[1:], "fewer than five zeros"),
                ("another packet begins", good[:12] + good, "no end"),
                ("an eighth bit", good[:12] + b"\xC1" + good[13:], "parity is wrong")]:
            with self.subTest(what):
                mark = sim.mark()
                host.send(data)
                sim.wait_for("^signs: bad frame [0-9A-F]+ %s$" % why, since=mark)
                host.send(good)
                sim.wait_for("^signs/1: (repainted|shows A037)$", since=mark)
        classic.send(bytes(byte | 0x80 if bin(byte).count("1") % 2 else byte for byte in good))
        sim.wait_for("^classic/1: shows A037$")
        classic.send(good)
        sim.wait_for("^classic: bad frame .* parity is wrong$")


def rtu(data):
    """A Modbus frame: hexadecimal digits or bytes, with their CRC."""
    data = bytes.fromhex(data) if isinstance(data, str) else data
    c = 0xFFFF
    for byte in data:
        c ^= byte
        for _ in range(8):
            c = c >> 1 ^ 0xA001 if c & 1 else c >> 1
    return data + c.to_bytes(2, "little")


# What a display with this address says, and what it answers.
ASKED = {
    "read-hold-17": (17, "exception 2", VECTORS["modbus-rtu", "read-hold-17-exc"]["bytes_hex"]),
    "read-input-254": (254, "exception 2", rtu("FE8402").hex().upper()),
    "write-single-1": (1, "repainted", VECTORS["modbus-rtu", "write-single-1"]["bytes_hex"]),
    "led485-value-123": (1, "shows 123", VECTORS["modbus-rtu", "led485-value-123"]["bytes_hex"]),
    "led485-text": (1, "shows A001", rtu("011000700002").hex().upper()),
}


class Modbus(Case):
    def test_vectors_are_shown_and_answered(self):
        self.assertEqual(set(ASKED), {name for _, name in names("host->device", "modbus-rtu")})
        for name, (address, said, answered) in ASKED.items():
            with self.subTest(name), Sim("modbus=led,address=%d" % address) as sim:
                host = Host(sim.path("led"))
                host.send(vector("modbus-rtu", name))
                self.assertEqual(host.read(len(answered) // 2), answered)
                sim.wait_for("^led/%d: %s$" % (address, said))
                host.close()

    def test_registers(self):
        sim = self.start("modbus=led,address=1-2", "modbus=other,digits=6,text=256,number=1000")
        host, other = self.open(sim, "led"), self.open(sim, "other")
        for what, port, ask, answered, said in [
                ("blanks", host, "0110007000020420202020", "011000700002", "led/1: repainted"),
                ("a number", host, "01060000FFF7", "01060000FFF7", "led/1: shows -9"),
                ("the other number", host, "0106008803E7", "0106008803E7", "led/1: shows 999"),
                ("too large a number", host, "010600002710", "018603", "led/1: exception 3"),
                ("segments", host, "01100080000204FFFF7F7F", "011000800002", "led/1: shows segments"),
                ("one register behind the text", host, "011000720001024142", "019002", "led/1: exception 2"),
                ("what was written", host, "010300700002", "01030420202020", "led/1: read 2 at 0070"),
                ("keys", host, "0103001D0001", "0103020000", "led/1: read 1 at 001D"),
                ("keys are not written", host, "0106001D0001", "018602", "led/1: exception 2"),
                ("a function that there is not", host, "0105000000FF", "018501", "led/1: exception 1"),
                ("a function that nobody knows", host, "012B0E0100", "01AB01", "led/1: exception 1"),
                ("nothing to read", host, "010300000000", "018303", "led/1: exception 3"),
                ("fewer characters than it says", other, "0110010000030641303337", "", "other: bad frame .* cut short"),
                ("other registers: text", other, "01100100000306" + b"AB0037".hex(), "011001000003", "other/1: shows AB0037"),
                ("the number elsewhere", other, "010603E80025", "010603E80025", "other/1: shows 37"),
                ("and no more here", other, "010600000025", "018602", "other/1: exception 2")]:
            with self.subTest(what):
                mark = sim.mark()
                port.send(rtu(ask))
                if answered:
                    want = rtu(answered).hex().upper()
                    self.assertEqual(port.read(len(want) // 2), want)
                sim.wait_for("^%s$" % said, since=mark)
        mark = sim.mark()
        host.send(rtu("00060000002A") + rtu("020300000001"))
        self.assertEqual(host.read(7), rtu("020302002A").hex().upper(), "nobody answers what is for all")
        for number in 1, 2:
            sim.wait_for("^led/%d: shows 42$" % number, since=mark)

    def test_damage_and_misbehaviour(self):
        sim = self.start("modbus=led,address=1-2")
        host = self.open(sim, "led")
        ask, answered = rtu("010600000001"), rtu("010600000001").hex().upper()
        for what, noise, why in (
                ("nothing", b"", ""), ("idle", b"\x00", "cut short"), ("half a frame", ask[:5], "cut short"),
                ("another address", rtu("090600000001"), "nobody has address 9"),
                ("a wrong CRC", ask[:-1] + b"\x0B", "check is wrong")):
            with self.subTest(what):
                mark = sim.mark()
                host.send(noise)
                if noise:
                    sim.wait_for("^led: bad frame %s %s$" % (noise.hex().upper(), why), since=mark)
                host.send(ask)
                self.assertEqual(host.read(8), answered)
        sim.control("led/1 badcheck on")
        host.send(ask)
        bad = host.read(8)
        self.assertEqual((bad[:12], bad[12:] == answered[12:]), (answered[:12], False))
        sim.control("led/1 badcheck off")
        sim.control("led/1 nack 6")
        host.send(ask)
        self.assertEqual(host.read(5), rtu("018606").hex().upper())
        sim.control("led/1 silent on")
        host.send(ask + rtu("020600000001"))
        self.assertEqual(host.read(8), rtu("020600000001").hex().upper())
        sim.control("led power off")
        self.assertEqual(sim.control("led/1 show"), ["led/1: no power"])
        sim.control("led power on")
        self.assertEqual(sim.control("show led/1"), ["led/1: blank"])


class Boards(Case):
    def test_vectors_are_shown(self):
        sim = self.start("sunpn=board", "sunpn=other,answer=2", "sum=boards,address=5-6", "console=tty")
        board, other, boards, tty_ = (self.open(sim, link) for link in ("board", "other", "boards", "tty"))
        for what, port, data, answered, said in [
                ("888 in green", board, vector("sunpn-board", "show-888-green"), "3A013B0A", "board: shows 888 green"),
                ("the same again", board, vector("sunpn-board", "show-888-green"), "3A013B0A", "board: repainted"),
                ("red", board, bytes.fromhex("3A0225000162" + "0A"), "3A013B0A", "board: shows 37 red"),
                ("another answer", other, vector("sunpn-board", "show-888-green"), "2A00780301A60A", "other: shows 888 green"),
                ("a wrong sum", board, bytes.fromhex("3A00780301B70A"), "", "board: bad frame .* colour, sum or tail is wrong"),
                ("999 on board 5", boards, vector("id-hi-lo-sum-board", "show-999"), "", "boards/5: shows 999"),
                ("on no board", boards, bytes.fromhex("0703E7F1"), "", "boards: bad frame 0703E7F1 nobody has address 7"),
                ("half a frame", boards, bytes.fromhex("0603"), "", "boards: bad frame 0603 cut short"),
                ("a line", tty_, "3: A001 请到3号窗口\r\n".encode(), "", "tty: shows 3: A001 请到3号窗口"),
                ("a line with a bell", tty_, b"3: A001\a\r\n", "", r"tty: shows 3: A001 \(bell\)")]:
            with self.subTest(what):
                mark = sim.mark()
                port.send(data)
                self.assertEqual(port.read(len(answered) // 2), answered)
                sim.wait_for("^%s$" % said, since=mark)
        sim.control("board badcheck on")
        board.send(vector("sunpn-board", "show-888-green"))
        self.assertEqual(board.read(4), "3A013A0A")
        self.assertEqual(sim.control("show boards"), ["boards/5: shows 999", "boards/6: blank"])


class Line(Case):
    def test_an_adapter_that_hears_itself(self):
        sim = self.start("modbus=led,echo=1")
        host = self.open(sim, "led")
        ask = vector("modbus-rtu", "led485-text")
        host.send(ask)
        self.assertEqual(host.read(len(ask) + 8), (ask + rtu("011000700002")).hex().upper())

    def test_nobody_listens(self):
        sim = self.start("keypad=keypads,address=3")
        sim.control("press keypads 0C")
        sim.wait_for("no echo")
        host = self.open(sim, "keypads")
        sim.control("press keypads 0D")
        self.assertEqual(host.read(10), "FF6803036803010D1116", "nothing older comes")

    def test_closed_line_forgets(self):
        sim = self.start("keypad=keypads,address=3")
        host = Host(sim.path("keypads"))
        sim.control("keypads hex 01 02 0304")
        host.close()
        sim.wait_for("^keypads: line closed$")
        host = self.open(sim, "keypads")
        sim.control("keypads hex 05")
        self.assertEqual(host.read_only(1), "05")

    def test_noise(self):
        sim = self.start("keypad=keypads")
        host = self.open(sim, "keypads")
        sim.control("keypads noise 20")
        self.assertEqual(len(host.read(20)), 40)

    def test_unplug_and_replug(self):
        sim = self.start("sign=signs,address=1-2")
        host = self.open(sim, "signs")
        link = sim.path("signs")
        self.assertTrue(os.path.islink(link))
        sim.control("signs unplug")
        self.assertFalse(os.path.lexists(link))
        self.assertTrue(host.fd_ready(select.POLLIN, 10))
        with self.assertRaises(ValueError):
            sim.control("signs unplug")
        sim.control("signs replug")
        again = self.open(sim, "signs")
        again.send(card(2, PING))
        self.assertEqual(again.read_frame("5A"), answer(2))

    def test_stale_link_is_replaced_and_links_go_at_the_end(self):
        sim = Sim("voice=deep/er/voice")
        link = sim.path("deep/er/voice")
        self.assertTrue(os.readlink(link).startswith("/dev/pts/"))
        os.unlink(link)
        os.symlink("/nowhere", link)
        sim.control("voice unplug")
        self.assertEqual(os.readlink(link), "/nowhere", "what is another's stays")
        sim.control("voice replug")
        self.assertTrue(os.readlink(link).startswith("/dev/pts/"))
        sim.process.terminate()
        sim.process.wait(10)
        self.assertFalse(os.path.lexists(link))
        self.assertFalse(os.path.lexists(sim.socket))
        self.assertEqual(sim.stop(), 0)

    def test_any_bytes_are_survived(self):
        chance = random.Random(1)
        devices = {"printer": ("escpos", "escpos-dle-eot", "escpos-asb"), "voice": ("syn6288",),
                   **{kind: (protocol,) for kind, (protocol, _) in MODULES.items()},
                   "sign": ("bx-k",), "keypad": ("caller-ff68",), "alpha": ("alpha-sign",), "modbus": ("modbus-rtu",),
                   "sunpn": ("sunpn-board",), "sum": ("id-hi-lo-sum-board",), "console": ()}
        for kind, protocols in devices.items():
            option = {"printer": ",speed=0", "voice": ",ms_per_char=0", "syn6658": ",ms_per_char=0"}.get(kind, "")
            with self.subTest(kind), Sim("%s=device%s" % (kind, option)) as sim:
                host = Host(sim.path("device"))
                frames = [vector(*key) for key in names("host->device", *protocols)]
                for _ in range(1500):
                    frame = bytearray(chance.choice(frames + [chance.randbytes(40)]))
                    for _ in range(chance.randrange(4)):
                        frame[chance.randrange(len(frame))] = chance.randrange(256)
                    if chance.random() < 0.2:
                        del frame[chance.randrange(1, len(frame)):]
                    host.send(bytes(frame))
                    while host.fd_ready(select.POLLIN, 0):
                        os.read(host.fd, 4096)
                sim.control("show device")
                host.close()
                self.assertEqual(sim.stop(), 0)

    def test_refused_controls(self):
        sim = self.start("keypad=keypads,address=1-2", "voice=voice")
        rows = [
            ("nobody press 0C", "no device of this name"),
            ("press keypads 0C", "which address?"),
            ("press keypads/9 0C", "no device of this name"),
            ("press keypads/1 XY", "two hexadecimal digits"),
            ("press voice 0C", "does not know this word"),
            ("rate keypads/1 4", "a button, 0 to 3"),
            ("keypads/1 silent maybe", "on or off"),
            ("keypads/1 power on", "it is on"),
            ("keypads/1 silent", "on|off"),
            ("voice noise 0", "1 to 256 bytes"),
            ("voice hex 0", "two hexadecimal digits"),
            ("voice replug", "it is plugged in"),
            ("voice spoil 1001", "0 to 1000"),
            ("voice spoil 10 bend", "change, lose, add or any"),
            ("voice half 0", "how many, each with a chance"),
            ("voice half each", "how many, each with a chance"),
            ("voice half each 1001", "how many, each with a chance"),
            ("voice half off 1", "how many, each with a chance"),
            ("voice tell maybe", "on or off"),
            ("show", "say NAME WORD"),
        ]
        for line, why in rows:
            with self.subTest(line), self.assertRaisesRegex(ValueError, re.escape(why)):
                sim.control(line)


# What the scanner says of each vector, and how it answers.
COMMANDED = {"trigger": "triggered", "set-9600": "baud divisor 313"}


class Scanner(Case):
    def test_vectors(self):
        self.assertEqual(set(COMMANDED), {name for _, name in names("host->device", "gm65-scanner")})
        sim = self.start("scanner=scanner")
        host = self.open(sim, "scanner")
        for name, line in COMMANDED.items():
            with self.subTest(name):
                mark = sim.mark()
                host.send(vector("gm65-scanner", name))
                self.assertEqual(host.read(7), vector("gm65-scanner", "rsp-ok").hex().upper())
                sim.wait_for("^scanner: %s$" % line, since=mark)
        sim.control("scan scanner ABC123")
        self.assertEqual(host.read(7), vector("scanner-line", "barcode-cr").hex().upper())

    def test_ends(self):
        for end, said in enumerate(("", "0D", "0A", "0D0A", "09")):
            with self.subTest(said), Sim("scanner=scanner,end=%d" % end) as sim:
                host = Host(sim.path("scanner"))
                sim.wait_for("line opened")
                sim.control("scan scanner A")
                self.assertEqual(host.read(1 + len(said) // 2), "41" + said)
                host.close()

    def test_misbehaving(self):
        sim = self.start("scanner=scanner")
        host = self.open(sim, "scanner")
        for what, control, expected in (("refuses", "nack scanner 3", "02000301"), ("is well again", "nack scanner off", "02000001"),
                                        ("a wrong check", "badcheck scanner on", "0200000100" "6664")):
            with self.subTest(what):
                sim.control(control)
                host.send(vector("gm65-scanner", "trigger"))
                self.assertEqual(host.read(7)[:len(expected)], expected)
        host.send("7E0008010002010000")
        sim.wait_for("^scanner: bad frame .* crc is 0000, should be")


# What the reader says of each vector, and what it answers to it.
CARD_ASKED = {"find": "0008 00009F 00000000", "read-text-photo": "0004 000041", "sam-id": "0014 000090", "sleep": ""}


class IdCard(Case):
    @staticmethod
    def frame(body):
        """A reader's frame but for the data that is not given."""
        return "AAAAAA9669" + body.replace(" ", "")

    def test_vectors(self):
        self.assertEqual(set(CARD_ASKED) | {"bad-length"}, {name for _, name in names("host->device", "idcard-sam")})
        sim = self.start("idcard=idcard")
        host = self.open(sim, "idcard")
        sim.control("card idcard 张三 11010119500317002X 19500317")
        for name, body in CARD_ASKED.items():
            with self.subTest(name):
                host.send(vector("idcard-sam", name))
                if not body:
                    sim.wait_for("^idcard: asleep$")
                    continue
                length = int(body[:4], 16)
                answer = host.read(7 + length)
                self.assertTrue(answer.startswith(self.frame(body)), answer)
                check = 0
                for byte in bytes.fromhex(answer)[5:]:
                    check ^= byte
                self.assertEqual(check, 0)
        host.send(vector("idcard-sam", "bad-length") + vector("idcard-sam", "find"))
        sim.wait_for("^idcard: bad frame")

    def test_vectors_are_sent(self):
        rows = (("rsp-found", "remove idcard", "card idcard A 1 19500317", "find"), ("rsp-read-failed", "nack idcard 41", None, "find"),
                ("rsp-auth-failed", "nack idcard 32", None, "find"))
        self.assertEqual({row[0] for row in rows}, {name for _, name in names("device->host", "idcard-sam")})
        sim = self.start("idcard=idcard")
        host = self.open(sim, "idcard")
        sim.control("card idcard A 1 19500317")
        for name, first, second, ask in rows:
            with self.subTest(name):
                sim.control(first)
                if second:
                    sim.control(second)
                host.send(vector("idcard-sam", ask))
                frame = vector("idcard-sam", name)
                self.assertEqual(host.read(len(frame)), frame.hex().upper())

    def test_a_card_is_read_in_turn_and_found_once(self):
        sim = self.start("idcard=idcard")
        host = self.open(sim, "idcard")

        def ask(body):
            check = 0
            data = bytes.fromhex("0003" + body)
            for byte in data:
                check ^= byte
            host.send("AAAAAA9669" + data.hex() + "%02x" % check)
            head = host.read(7)
            return host.read(int(head[-4:], 16))
        self.assertEqual(ask("2001")[:6], "000080")
        self.assertEqual(ask("2002")[:6], "000081")
        sim.control("card idcard 张三 11010119500317002X 19500317")
        self.assertEqual(ask("3001")[:6], "000041")
        self.assertEqual([ask(body)[:6] for body in ("2001", "2002")], ["00009F", "000090"])
        answer = bytes.fromhex(ask("3001"))
        self.assertEqual(len(answer), 0x0508)
        self.assertEqual(answer[7:7 + 256].decode("utf-16-le").rstrip()[:3].strip(), "张三")
        self.assertEqual(answer[7 + 122:7 + 158].decode("utf-16-le"), "11010119500317002X")
        self.assertEqual(ask("3001")[:6], "000041")
        self.assertEqual(ask("2001")[:6], "000080")
        self.assertEqual([line for line in sim.since(0) if "张三" in line or "1950" in line], [], "personal data are not said")


class Buttons(Case):
    def test_frames(self):
        sim = self.start_held("buttons=plain", "buttons=framed,frame=1")
        plain, framed = self.open(sim, "plain"), self.open(sim, "framed")
        sim.wait_for("framed: line opened")
        sim.control("press plain 31")
        self.assertEqual(plain.read(1), "31")
        sim.control("press framed 41")
        self.assertEqual(framed.read(5), "A50141E70D")
        framed.send("5A41")
        sim.wait_for("^framed: answered$")
        sim.control("badcheck framed on")
        sim.control("press framed 41")
        self.assertEqual(framed.read(5), "A50141B20D")
        sim.control("advance to 2026-09-01T09:00:10Z")
        sim.wait_for("^framed: no answer$")
        framed.send("5A41")
        sim.wait_for("^framed: bad frame 5A41 answers no key$")


if __name__ == "__main__":
    unittest.main()
