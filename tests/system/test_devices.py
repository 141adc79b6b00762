"""Devices as installers and managers meet them: how each is, whether it works, and whose it is."""

import fcntl
import json
import subprocess
import threading
import time
import unittest

from hall import HALLCTL, WAIT_S, Answer, Stream
from sim import Sim
from test_clock import TimedWorld
from test_metrics import Metrics
from test_spine import DEVICES, LAYOUT, until


class InATimedWorld(unittest.TestCase):
    layout, devices = LAYOUT, DEVICES

    def setUp(self):
        self.world = TimedWorld(self.layout, self.devices)
        self.addCleanup(self.world.stop)
        self.hall, self.sim, self.go = self.world.hall, self.world.sim, self.world.go
        self.go(seconds=40)

    def device(self, name, address=0):
        answer = self.hall.ask("GET", "devices", local=True).json
        return next(d for d in answer["devices"] if (d["id"], d["address"]) == (name, address))

    def state(self, name, address=0):
        device = self.device(name, address)
        return device["state"], device["reason"]


class Health(InATimedWorld):
    def metric(self, name, device, address=0, **labels):
        kind = {"signs": "sign", "keypads": "keypad", "printer": "printer"}.get(device, "voice")
        return Metrics(self.hall.ask("GET", "/metrics").body.decode())(
            "halld_device_" + name, device=device, address=str(address), kind=kind, **labels)

    def test_all_is_well(self):
        devices = self.hall.ask("GET", "devices", local=True).json["devices"]
        self.assertEqual(len(devices), 1 + 2 + 6 + 6)
        for d in devices:
            self.assertEqual((d["state"], d["reason"]), ("silent", "not heard yet") if d["kind"] == "keypad" else ("ok", "answers"))
            self.assertEqual(self.metric("ok", d["id"], d["address"]), 1)

    def test_a_keypad_is_silent_until_somebody_presses_and_that_is_no_alarm(self):
        self.hall.user("max", "manager")
        with Stream(self.hall, self.hall.token("max")) as staff:
            staff.next()
            since = self.device("keypads", 2)["since"]
            self.go(minutes=10)
            self.assertEqual(self.metric("state", "keypads", 2, state="silent"), 1)
            self.assertIsNone(self.device("keypads", 2)["heard_at"])
            self.assertEqual(self.device("keypads", 2)["since"], since)
            self.sim.control("press keypads/2 0C")
            self.go(seconds=1)
            self.assertEqual((self.state("keypads", 2), self.state("keypads", 3)), (("ok", "answers"), ("silent", "not heard yet")))
            self.assertGreater(self.device("keypads", 2)["since"], since)
            self.assertEqual((self.metric("ok", "keypads", 2), self.metric("state", "keypads", 2, state="ok")), (1, 1))
            self.sim.control("keypads/1 unplug")
            self.assertEqual(self.fault(staff, "keypads", 1, "device.fault")["reason"], "Device is gone", "no event was before")
            self.go(seconds=5)
            self.assertEqual(self.metric("ok", "keypads", 3), 0)
            self.sim.control("keypads/1 replug")
            self.go(seconds=5)
            self.fault(staff, "keypads", 1, "device.ok")
            self.assertEqual((self.state("keypads", 2), self.state("keypads", 3)), (("ok", "port is open"), ("silent", "not heard yet")))

    # What goes wrong, where, what is said then; and how it is put right.
    TROUBLES = (
        ("one that stops answering", ("signs", 3), "signs/3 silent on", "degraded", "no answer", "signs/3 silent off", "answers"),
        ("a voice that stops answering", ("voice-a", 0), "voice-a silent on", "degraded", "no answer", "voice-a silent off", "answers"),
        ("a line unplugged", ("signs", 1), "signs/1 unplug", "unplugged", "No such device", "signs/1 replug", "answers"),
        ("no paper", ("printer", 0), "printer paper out", "fault", "paper is out", "printer paper ok", "answers"),
        ("an open cover", ("printer", 0), "printer cover open", "fault", "cover is open", "printer cover closed", "answers"),
        ("a cutter that is stuck", ("printer", 0), "printer cutter jam", "fault", "cutter is stuck", "printer cutter ok", "answers"),
    )

    def test_every_state_and_the_way_back(self):
        self.hall.user("max", "manager")
        with Stream(self.hall, self.hall.token("max")) as staff, Stream(self.hall) as public:
            staff.next(), public.next()
            for what, (name, address), worse, state, reason, better, well in self.TROUBLES:
                with self.subTest(what):
                    self.sim.control(worse)
                    self.go(seconds=75)
                    self.assertEqual(self.state(name, address), (state, reason))
                    since = self.device(name, address)["since"]
                    self.assertRegex(since, r"^2026-09-01T08:")
                    self.assertEqual(self.metric("ok", name, address), 0)
                    self.assertEqual(self.metric("state", name, address, state=state), 1)
                    self.assertEqual(self.metric("state", name, address, state="ok"), 0)
                    self.go(seconds=30)
                    self.assertEqual(self.device(name, address)["since"], since, "it has been so since then")
                    event = self.fault(staff, name, address, "device.fault")
                    self.assertIn(event["reason"], (reason, "Device is gone"))
                    self.sim.control(better)
                    self.go(seconds=90)
                    self.assertEqual(self.state(name, address), ("ok", well))
                    self.assertGreater(self.device(name, address)["since"], since)
                    self.assertEqual(self.metric("ok", name, address), 1)
                    self.fault(staff, name, address, "device.ok")
            self.hall.issue("A")
            self.assertEqual(self.next_event(public)["event"], "ticket.issued", "the public hears of no device")

    @staticmethod
    def next_event(stream):
        while (event := stream.next())["event"] == "snapshot":
            pass
        return event

    def fault(self, stream, name, address, kind):
        while True:
            event = self.next_event(stream)
            data = event["data"]
            if (event["event"], data.get("device"), data.get("address")) == (kind, name, address):
                return data

    def test_what_was_never_heard_is_silent(self):
        self.sim.control("voice-b silent on")
        self.hall.kill()
        self.hall.start()
        self.go(seconds=10)
        self.assertEqual(self.state("voice-b"), ("silent", "no answer"))
        self.assertIsNone(self.device("voice-b")["heard_at"])
        self.sim.control("voice-b silent off")
        self.go(seconds=90)
        self.assertEqual(self.state("voice-b"), ("ok", "answers"))

    def test_counts(self):
        before = self.device("signs", 2)
        self.sim.control("signs/2 nack 7")
        self.go(seconds=1)
        self.hall.ask("POST", "windows/2/open", {}, local=True)
        self.go(seconds=1)
        after = self.device("signs", 2)
        self.assertEqual((after["frames"], after["refused"]), (before["frames"] + 1, before["refused"] + 1))
        self.assertGreater(after["sent_at"], before["sent_at"])
        self.assertGreater(after["heard_at"], before["heard_at"])
        self.sim.control("signs/2 nack off")
        self.sim.control("signs/2 silent on")
        self.hall.ask("POST", "windows/2/close", {}, local=True)
        self.go(seconds=5)
        silent = self.device("signs", 2)
        self.assertEqual(silent["retries"], after["retries"] + 2)
        self.assertEqual(silent["heard_at"], after["heard_at"])
        for name, member in ("frames_total", "frames"), ("retries_total", "retries"), ("refused_total", "refused"):
            self.assertEqual(self.metric(name, "signs", 2), silent[member])

    def test_paper(self):
        for word, paper, figure in ("near", "low", 1), ("out", "out", 0), ("ok", "ok", 2):
            with self.subTest(word):
                self.sim.control("printer paper " + word)
                self.go(seconds=40)
                self.assertEqual(self.device("printer")["paper"], paper)
                seen = Metrics(self.hall.ask("GET", "/metrics").body.decode())
                self.assertEqual(seen("halld_printer_paper", device="printer"), figure)
        self.sim.control("printer unplug")
        self.go(seconds=5)
        self.assertIsNone(self.device("printer")["paper"], "nobody knows")


class Asked(threading.Thread):
    """A request whose answer waits for time to go by, or for somebody."""

    def __init__(self, hall, path, body):
        super().__init__()
        self.connection = hall.connect(local=True)
        self.connection.request("POST", "/api/v1/" + path, json.dumps(body), {"Content-Type": "application/json"})
        hall.ask("GET", "status", local=True)           # so it was taken
        self.answer = None
        self.start()

    def run(self):
        self.answer = Answer(self.connection.getresponse())
        self.connection.close()


class Tests(InATimedWorld):
    """Print, say, light up."""

    def post(self, path, body=None, seconds=30):
        """The answer, however much of so many seconds it takes."""
        asked = Asked(self.hall, path, body or {})
        for _ in range(seconds * 4):
            asked.join(0.05)
            if not asked.is_alive():
                break
            self.go(milliseconds=250)
        asked.join(WAIT_S)
        return asked.answer

    def try_it(self, device, **body):
        answer = self.post("devices/%s/test" % device, body)
        self.assertEqual(answer.status, 200, answer)
        return [(r["address"], r["window"], r["outcome"], r["reason"]) for r in answer.json["results"]]

    def said(self, name):
        return [line.split(": ", 1)[1] for line in self.sim.since(self.mark) if line.startswith(name + ": ")]

    def setUp(self):
        super().setUp()
        self.mark = self.sim.mark()

    def test_a_printer_prints_a_slip(self):
        self.assertEqual(self.try_it("printer"), [(0, None, "done", "")])
        paper = " ".join(self.said("printer"))
        for text in "测试单，不是号票", "Test, not a ticket", "云岭区政务服务中心", "打印机 printer 2026-09-01 08:30:", "cut (partial)":
            self.assertIn(text, paper)
        self.assertEqual(self.hall.ask("GET", "tickets", local=True).json["tickets"], [], "it is no ticket")
        number = self.hall.issue()["number"]
        self.go(seconds=20)
        self.assertIn(number, " ".join(self.said("printer")), "and tickets are printed as ever")

    def test_a_printer_that_cannot_or_does_not_answer(self):
        self.sim.control("printer paper out")
        self.go(seconds=40)
        self.assertEqual(self.try_it("printer"), [(0, None, "refused", "paper is out")])
        self.sim.control("printer paper ok")
        self.go(seconds=40)
        self.assertNotIn("测试单", " ".join(self.said("printer")), "nothing comes out later")
        self.sim.control("printer silent on")
        self.assertEqual(self.try_it("printer"), [(0, None, "silent", "no answer")])
        self.sim.control("printer unplug")
        self.go(seconds=5)
        self.assertEqual(self.try_it("printer"), [(0, None, "gone", "its port is not open")])

    def test_a_voice_says_a_sentence(self):
        self.assertEqual(self.try_it("voice-a"), [(0, None, "done", "")])
        self.go(seconds=10)
        self.assertTrue(any("这是语音播报测试" in line for line in self.said("voice-a")), self.said("voice-a"))
        self.assertEqual(self.said("voice-b"), [])
        self.sim.control("voice-a nack on")
        self.assertEqual(self.try_it("voice-a")[0][2:], ("refused", "the module refused the frame"))
        self.sim.control("voice-a nack off")
        self.sim.control("voice-a silent on")
        self.assertEqual(self.try_it("voice-a")[0][2:], ("silent", "no answer"))

    def test_a_call_is_not_cut_off_by_a_test(self):
        self.sim.control("voice-a busy on")
        self.hall.issue()
        self.hall.ask("POST", "windows/1/next", {}, local=True)
        self.go(seconds=1)
        self.assertEqual(self.try_it("voice-a")[0][2:], ("refused", "it says a call"))

    def test_a_sign_shows_its_window_and_then_what_it_should(self):
        self.hall.ask("POST", "windows/6/open", {}, local=True)
        self.go(seconds=2)
        was = self.sim.control("signs/6 show")
        self.assertEqual(self.try_it("signs", address=6), [(6, 6, "done", "")])
        self.assertIn("shows 6", self.said("signs/6"))
        self.go(seconds=4)
        self.assertEqual(self.said("signs/6")[-1], "shows 6")
        self.go(seconds=2)
        self.assertEqual(self.sim.control("signs/6 show"), was)
        self.assertEqual(self.said("signs/5"), [])

    def test_a_call_ends_a_test(self):
        self.try_it("signs", address=1)
        self.hall.issue()
        number = self.hall.ask("POST", "windows/1/next", {}, local=True).json["ticket"]["number"]
        self.go(milliseconds=500)
        self.assertEqual(self.said("signs/1")[-1].split(" /")[0], "shows %s 请到1号窗口" % number)

    def test_all_signs_of_a_line_and_one_that_is_silent(self):
        self.sim.control("signs/2 silent on")
        self.assertEqual(self.try_it("signs"), [(no, no, *(("silent", "no answer") if no == 2 else ("done", ""))) for no in range(1, 7)])

    def test_a_keypad_beeps_and_shows_eights(self):
        self.assertEqual(self.try_it("keypads", address=3), [(3, 3, "done", "")])
        self.go(seconds=2)
        self.assertIn("display 888 888", self.said("keypads/3"))
        self.assertIn("beep", self.said("keypads/3"))
        self.go(seconds=5)
        self.assertEqual(self.sim.control("keypads/3 show"), ["keypads/3: display 000 000, stars 0"], "blanks leave what was there")

    def test_identify(self):
        answer = self.post("devices/identify")
        self.assertEqual([(r["device"], r["address"], r["window"], r["outcome"]) for r in answer.json["results"]],
                         [(name, no, no, "done") for no in range(1, 7) for name in ("signs", "keypads")])
        for no in range(1, 7):
            self.assertEqual(self.said("signs/%d" % no), ["shows %d" % no])
            self.assertIn("beep", self.said("keypads/%d" % no))
        self.go(seconds=7)
        self.assertEqual(self.said("signs/1")[-1], "shows 1")
        self.go(seconds=5)
        for no in range(1, 7):
            self.assertRegex(self.said("signs/%d" % no)[-1], "shows %d号窗口" % no)

    def test_refusals(self):
        for path, body, status, pointer in (
                ("devices/nothing/test", {}, 404, None), ("devices/signs/test", {"address": 9}, 400, "/address"),
                ("devices/printer/test", {"address": 1}, 400, "/address"), ("devices/signs/test", {"address": "1"}, 400, "/address"),
                ("devices/signs/test", {"window": 1}, 400, "/window"), ("devices/identify", {"x": 1}, 400, "/x"),
                ("devices/learn", {}, 400, "/window"), ("devices/learn", {"window": 7}, 404, None)):
            with self.subTest(path=path, body=body):
                answer = self.hall.ask("POST", path, body, local=True)
                self.assertEqual((answer.status, answer.json.get("pointer")), (status, pointer))

    def test_one_that_waits_when_halld_ends_is_answered(self):
        self.sim.control("signs/2 silent on")
        asked = Asked(self.hall, "devices/signs/test", {"address": 2})
        until("the sign is asked", lambda: self.device("signs", 2)["frames"] > 0)
        learns = Asked(self.hall, "devices/learn", {"window": 3})
        self.assertEqual(self.hall.ask("POST", "devices/learn", {"window": 4}, local=True).code, "too_soon")
        self.hall.process.terminate()
        self.assertEqual(self.hall.process.wait(WAIT_S), 0)
        for thread in asked, learns:
            thread.join(WAIT_S)
        self.assertEqual(asked.answer.json["results"][0]["outcome"], "gone")
        self.assertIsNone(learns.answer.json["keypad"])
        self.hall.start()


class Strangers(InATimedWorld):
    devices = [*DEVICES[:-1], "keypad=keypads,address=1-9"]

    def strangers(self):
        return self.hall.ask("GET", "devices", local=True).json["strangers"]

    def press(self, address, keys):
        self.sim.control("press keypads/%d %s" % (address, keys))
        self.go(seconds=1)

    def test_a_key_of_nobody_is_kept(self):
        self.press(1, "0C")
        self.assertEqual(self.strangers(), [])
        self.press(8, "0C")
        self.press(9, "6 0F")
        self.assertEqual([(s["address"], s["key"], s["count"]) for s in self.strangers()], [(9, "6 0F", 1), (8, "0C", 1)])
        self.press(8, "0D")
        first = self.strangers()[0]
        self.assertEqual((first["key"], first["count"], first["keypad"]), ("0D", 2, {"device": "keypads", "address": 8}))
        self.assertRegex(first["at"], "^2026-09-01T08:30:4")

    def test_learn(self):
        asked = Asked(self.hall, "devices/learn", {"window": 3})
        self.assertEqual(self.hall.ask("POST", "devices/learn", {"window": 4}, local=True).code, "too_soon")
        self.press(1, "0C")
        self.assertTrue(asked.is_alive(), "that keypad has its window")
        self.press(7, "0C")
        asked.join(WAIT_S)
        self.assertEqual(asked.answer.json, {"window": 3, "pointer": "/windows/2/keypad", "keypad": {"device": "keypads", "address": 7}})

    def test_a_rating_of_nobody_is_kept_and_is_no_keypad_to_learn(self):
        asked = Asked(self.hall, "devices/learn", {"window": 3})
        self.assertEqual(self.hall.ask("POST", "devices/learn", {"window": 4}, local=True).code, "too_soon")
        self.sim.control("rate keypads/9 2")
        self.go(seconds=1)
        first = self.strangers()[0]
        self.assertEqual((first["key"], first["count"], first["rater"]), ("02", 1, {"device": "keypads", "address": 9}))
        self.assertNotIn("keypad", first)
        self.assertTrue(asked.is_alive())
        self.press(7, "0C")
        asked.join(WAIT_S)
        self.assertEqual(asked.answer.json["keypad"], {"device": "keypads", "address": 7})

    def test_nobody_presses(self):
        asked = Asked(self.hall, "devices/learn", {"window": 3})
        self.assertEqual(self.hall.ask("POST", "devices/learn", {"window": 4}, local=True).code, "too_soon")
        self.go(seconds=59)
        self.assertTrue(asked.is_alive())
        self.go(seconds=2)
        asked.join(WAIT_S)
        self.assertEqual((asked.answer.status, asked.answer.json["keypad"]), (200, None))


class Hallctl(InATimedWorld):
    """What people at a terminal read."""
    devices = Strangers.devices

    def ctl(self, *words):
        return subprocess.Popen([HALLCTL, "-d", self.hall.state, *words], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)

    def read(self, *words):
        out, err = self.ctl(*words).communicate(timeout=WAIT_S)
        self.assertEqual(err, "")
        return out

    def test_devices(self):
        self.sim.control("printer paper near")
        self.sim.control("signs/3 silent on")
        self.sim.control("press keypads/8 6 0F")
        self.go(seconds=40)
        out = self.read("devices")
        self.assertRegex(out, r"(?m)^id +address +driver +state +reason +since +sent_at +heard_at +frames +retries +refused +paper +left_mm +ends_at +roll_asked +port$")
        self.assertRegex(out, r"(?m)^printer +0 +escpos +ok +answers +09-01 08:\S+ +09-01 08:\S+ +09-01 08:\S+ +\d+ +0 +0 +low +- +- +- +/")
        self.assertRegex(out, r"(?m)^signs +3 +bx +degraded +no answer +09-01 08:3")
        self.assertRegex(out, r'(?m)^keypads/8: key 6 0F at 09-01 08:30:4\d, .* write "keypad": \{"device": "keypads", "address": 8\} there in hall.json$')

    def test_test(self):
        ctl = self.ctl("test", "keypads", "2")
        while ctl.poll() is None:
            self.go(milliseconds=250)
        out, err = ctl.communicate()
        self.assertRegex(err, "^within 30 s: .* press a key\n$")
        self.assertRegex(out, r"^device +address +window +outcome +reason\nkeypads +2 +2 +done +\n\Z")

    def test_for_programs(self):
        """One document, and what was asked for is done."""
        for words, sees in (("test", "keypads", "2"), lambda v: v["results"][0]["outcome"] == "done"), (("learn", "3", "bind"), lambda v: v["keypad"]["address"] == 7):
            with self.subTest(words[0]):
                ctl = self.ctl("--json", *words)
                until("it is begun", lambda ctl=ctl: self.hall.ask("POST", "devices/learn", {"window": 0}, local=True) and ctl.stderr.readline())
                while ctl.poll() is None:
                    self.sim.control("press keypads/7 0D")
                    self.go(seconds=1)
                out, err = ctl.communicate()
                self.assertEqual(ctl.returncode, 0, err)
                self.assertTrue(sees(json.loads(out)), out)
        layout = self.hall.ask("GET", "layout", local=True).json
        self.assertEqual(layout["windows"][2]["keypad"], {"device": "keypads", "address": 7})

    def test_learn(self):
        ctl = self.ctl("learn", "3")
        self.assertEqual(ctl.stderr.readline(), "within 60 s: press a key of the keypad that is to be for window 3; no window has it yet\n")
        while ctl.poll() is None:
            self.sim.control("press keypads/7 0C")
            self.go(seconds=1)
        out, _ = ctl.communicate()
        self.assertEqual(out, 'window 3: write into hall.json at /windows/2/keypad, or say `learn 3 bind`:\n'
                              '"keypad": {"device": "keypads", "address": 7}\n')


    def test_learn_and_bind(self):
        ctl = self.ctl("learn", "3", "bind")
        until("somebody learns", lambda: self.hall.ask("POST", "devices/learn", {"window": 0}, local=True) and ctl.stderr.readline())
        while ctl.poll() is None:
            self.sim.control("press keypads/7 0D")
            self.go(seconds=1)
        self.assertEqual(ctl.communicate()[0], "window 3: keypad keypads/7, in force\n")
        self.go(seconds=5)
        self.sim.control("press keypads/7 0C")
        self.go(seconds=2)
        self.assertEqual(self.hall.ask("GET", "windows/3", local=True).json["window"]["state"], "idle")


class Scan(unittest.TestCase):
    """hallctl scan, on lines that halld does not have."""

    @classmethod
    def setUpClass(cls):
        cls.sim = Sim("printer=printer", "voice=syn6288", "syn6658=syn6658", "sign=cards,address=2-3", "sign=echoes,address=4,echo=1",
                      "modbus=leds,address=3", "keypad=keypads,address=1-9", "kt158a=mute", "scanner=scanner", "idcard=cards-of-people")
        cls.addClassCleanup(cls.sim.stop)

    def scan(self, line, *options):
        return subprocess.Popen([HALLCTL, "--json", "scan", self.sim.path(line), *options], stdout=subprocess.PIPE,
                                stderr=subprocess.PIPE, text=True)

    def found(self, line, *options):
        out, err = self.scan(line, "-a", "1-4", *options).communicate(timeout=60)
        self.assertEqual(err, "")
        return [(f["kind"], f["drivers"], f["baud"], f["address"]) for f in json.loads(out)["found"]]

    def test_who_answers(self):
        for line, found in (
                ("printer", [("printer", "escpos", 9600, 0)]),
                ("syn6288", [("voice", "syn6288", 9600, 0)]),
                ("syn6658", [("voice", "syn6658 or xfs5152", 9600, 0)]),
                ("cards", [("sign", "bx or bx6k", 9600, 2), ("sign", "bx or bx6k", 9600, 3)]),
                ("echoes", [("sign", "bx or bx6k", 9600, 4)]),
                ("leds", [("sign", "modbus", 9600, 3)]),
                ("scanner", [("scanner", "gm65", 9600, 0)]),
                ("cards-of-people", [("reader", "idcard", 9600, 0)])):
            with self.subTest(line):
                self.assertEqual(self.found(line), found)

    def test_a_speed(self):
        self.assertEqual(self.found("printer", "-b", "57600"), [("printer", "escpos", 57600, 0)])

    def test_a_keypad_is_found_by_its_key(self):
        scan = self.scan("keypads", "-b", "9600", "-a", "1-4")
        while scan.poll() is None:
            self.sim.control("press keypads/9 0C")
            time.sleep(0.3)
        out, _ = scan.communicate()
        self.assertEqual([(f["driver"], f["address"]) for f in json.loads(out)["found"]], [("ff68", 9)])

    def test_noise(self):
        for baud, following in ("57600", "9600"), ("9600", "57600"):
            with self.subTest(baud):
                scan = self.scan("mute", "-b", baud, "-a", "1-1")
                while scan.poll() is None:
                    self.sim.control("mute noise 20")
                    time.sleep(0.05)        # each speed is listened to for a second
                _, err = scan.communicate()
                self.assertRegex(err, "^%s: bytes but no frames: try %s\n.*: nobody answers\n$" % (baud, following))
                self.assertEqual(scan.returncode, 1)

    def test_nobody(self):
        scan = self.scan("mute", "-b", "9600", "-a", "1-1")
        self.assertEqual(scan.communicate()[1], "hallctl: scan %s: nobody answers\n" % self.sim.path("mute"))
        self.assertEqual(scan.returncode, 1)

    def test_a_port_that_another_has(self):
        first = self.scan("mute", "-a", "1-32")
        until("the first has it", lambda: self.taken("mute"))
        self.addCleanup(lambda: (first.kill(), first.communicate()))
        self.assertEqual(self.scan("mute").communicate()[1], "hallctl: scan %s: In use by another program\n" % self.sim.path("mute"))

    def taken(self, line):
        with open(self.sim.path(line), "rb", buffering=0) as port:
            try:
                fcntl.flock(port, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                return True
        return False


if __name__ == "__main__":
    unittest.main()
