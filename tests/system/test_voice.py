"""What zones hear: each kind of voice module, on a clock that the tests move."""

import re
import unittest

from test_clock import TimedWorld

# Where the words of a call are on a module, by number; chime apart.
CLIPS = {"please": 2, "number": 3, "to": 4, "window": 5, "corrected": 6, "ten": 7, "A": 30, **{str(n): 10 + n for n in range(10)}}
CHIME = {**CLIPS, "chime": 1}
ENGLISH = {**CHIME, "en.ticket": 102, "en.window": 105, "en.please": 107, "en.corrected": 106,
           **{"en.%d" % n: 110 + n for n in range(20)}}
# The same in folders, and under names of two characters.
FOLDERS = {word: "%d/%d" % (clip // 10 + 1, clip) for word, clip in CHIME.items()}
NAMES = {word: {"file": "%02d" % clip, "ms": 500} for word, clip in CHIME.items()}

CALL = "please A 0 0 1 number to ten 2 window".split()       # of A001 at window 12
CORRECTION = "A 0 0 1 number corrected".split()


def one_by_one(*files):
    """How a module that plays clip after clip says them."""
    return [line for file in files for line in ("plays %s" % file, "done")]


def at_once(*files):
    return ["plays " + " ".join(str(file) for file in files), "done"]


def layout(driver="syn6288", windows=(1, 2, 12), zone=None, **device):
    """A hall with one zone, in which this module speaks."""
    return {
        "hall": {"id": "voice", "name": {"zh": "大厅"}, "languages": ["zh", "en"]},
        "services": [{"id": "A", "prefix": "A", "name": {"zh": "综合"}}],
        "zones": [{"id": "hall", "voice": "voice", "volume": 50, **(zone or {})}],
        "windows": [{"no": no, "services": ["A"], "zone": "hall", "sign": {"device": "signs", "address": no}} for no in windows],
        "devices": [{"id": "voice", "driver": driver, **device}, {"id": "signs", "driver": "bx"}],
        "policy": {"double_press_s": 0, "undo_s": 60, "recall": {"gap_s": 0}},
    }


class Case(unittest.TestCase):
    def open(self, hall, sim="voice=voice,ms_per_char=250"):
        self.world = TimedWorld(hall, [sim, "sign=signs,address=1-20"])
        self.addCleanup(self.world.stop)
        self.go(seconds=10)

    def go(self, **duration):
        self.world.go(**duration)

    def sim(self, control):
        return self.world.sim.control(control)

    def do(self, command, no):
        answer = self.world.hall.ask("POST", "windows/%d/%s" % (no, command), {}, local=True)
        self.assertEqual(answer.status, 200, "%s %d: %r" % (command, no, answer))
        return answer.json["ticket"] and answer.json["ticket"]["number"]

    def call(self, no, **more):
        answer = self.world.hall.ask("POST", "tickets", {"service": "A", **more}, local=True)
        self.assertEqual(answer.status, 201, answer)
        return self.do("next", no)

    def at(self, no):
        return self.world.hall.ask("GET", "windows/%d" % no, local=True).json

    def announced(self, no):
        return self.at(no)["ticket"]["announced"]

    def device(self):
        return self.world.hall.ask("GET", "devices", local=True).json["devices"][0]

    def mark(self):
        return self.world.sim.mark()

    def lines(self, mark=0):
        return self.world.sim.since(mark)

    def heard(self, mark=0):
        """What the module said or played, and how that ended; not what it was set to."""
        lines = [line[len("voice: "):] for line in self.lines(mark) if line.startswith("voice: ")]
        return [line for line in lines if not re.match("raw |line |plugged|ready|mode|volume|set |power", line)]

    def calls(self, mark=0):
        """Number and window of each announcement that a module for text has begun."""
        return [(number, int(no)) for number, no in re.findall("says .*请(.+)号,到(.+)号窗口", "\n".join(self.heard(mark)))]


def text(chime):
    call = "请A001号,到12号窗口"
    return ["says %s%s" % (chime, call), "done", "says " + call, "done"], \
        ["says %sA001号,刚才叫号有误,请您继续等候" % chime, "done"]


def clips(how, table):
    call, correction = ([table[word] for word in words] for words in (CALL, CORRECTION))
    return how(table["chime"], *call) + how(*call), how(table["chime"], *correction)


# A driver, the device in hall.json and in hallsim, what is heard of a call and of its correction, what its loudness is.
MODULES = [
    ("syn6288", {}, "voice=voice,ms_per_char=250", text("sounda,"), r"raw \[v8\]"),
    ("syn6658", {}, "syn6658=voice,ms_per_char=250", text("sound101,"), r"raw \[v5\]"),
    ("xfs5152", {}, "xfs5152=voice,ms_per_char=250", text(""), r"raw \[v5\]"),
    ("dfplayer", {"clips": CHIME}, "dfplayer=voice", clips(one_by_one, CHIME), "volume 15"),
    ("dfplayer", {"clips": FOLDERS}, "dfplayer=voice", clips(one_by_one, FOLDERS), "volume 15"),
    ("dy", {"clips": CHIME}, "dy=voice,mode=0", clips(one_by_one, CHIME), "volume 15"),
    ("dy", {"clips": NAMES}, "dy=voice", clips(at_once, {word: clip["file"] for word, clip in NAMES.items()}), "volume 15"),
    ("kt142c", {"clips": CHIME}, "kt142c=voice", clips(at_once, CHIME), "volume 15"),
    ("kt158a", {"clips": CHIME}, "kt158a=voice", clips(at_once, CHIME), "volume 15"),
]


class EachModule(Case):
    def test_a_call_twice_and_its_correction(self):
        for driver, device, sim, (call, correction), loudness in MODULES:
            with self.subTest(driver, **device):
                self.open(layout(driver, **device), sim)
                self.assertEqual(self.call(12), "A001")
                self.go(seconds=1)
                self.assertEqual(self.announced(12), "speaking")
                self.go(seconds=40)
                self.assertEqual(self.announced(12), "done")
                self.assertEqual(self.heard(), call)
                self.assertTrue(any(re.match("voice: " + loudness, line) for line in self.lines()), self.lines())
                mark = self.mark()
                self.do("undo", 12)
                self.go(seconds=20)
                self.assertEqual(self.heard(mark), correction)
                self.assertEqual([line for line in self.lines() if ": bad " in line], [])
                self.doCleanups()

    def test_one_after_the_other_and_nothing_cut_off(self):
        for driver, device, sim, _, _ in MODULES:
            with self.subTest(driver, **device):
                self.open(layout(driver, **device), sim)
                for no in 1, 2, 12:
                    self.call(no)
                self.go(seconds=90)
                self.assertEqual([self.announced(no) for no in (1, 2, 12)], 3 * ["done"])
                self.assertEqual([line for line in self.heard() if "cut off" in line], [])
                self.doCleanups()

    def test_no_longer_true_before_it_began_and_while_it_is_said(self):
        for driver, device, sim, _, _ in MODULES:
            with self.subTest(driver, **device):
                self.open(layout(driver, **device), sim)
                self.call(1)
                self.call(2)
                self.go(seconds=1)
                self.do("start", 2)
                self.do("start", 1)
                self.go(seconds=60)
                alone = self.heard()
                mark = self.mark()
                self.assertEqual(self.call(1), "A003")
                self.go(seconds=60)
                call = self.heard(mark)
                # Once, to its end, and nothing of the other.
                self.assertEqual(len(alone), len([line for line in call if "chime" not in line]) // 2 +
                                 (1 if driver == "dfplayer" or sim == "dy=voice,mode=0" else 0))
                self.assertEqual(alone[-1], "done")
                self.doCleanups()


class Rush(Case):
    WINDOWS = range(1, 21)

    def test_twenty_windows_press_next_within_five_seconds(self):
        self.open(layout(windows=self.WINDOWS))
        called, begun = [], {}
        for no in self.WINDOWS:
            called.append((self.call(no), no))
            self.go(milliseconds=250)
        self.assertEqual([self.announced(no) for no in self.WINDOWS], ["speaking"] + 19 * ["not_yet"])
        for second in range(5, 140):
            for call in self.calls():
                begun.setdefault(call, second)
            self.go(seconds=1)
        self.assertEqual(list(begun), called, "all of them, in their order")
        self.assertLessEqual(max(begun.values()), 100)
        self.assertEqual([self.announced(no) for no in self.WINDOWS], 20 * ["done"])
        self.assertNotIn("cut off", "\n".join(self.heard()))
        chimes = [line for line in self.heard() if "sounda" in line]
        self.assertLessEqual(len(chimes), 3, "in the crowd one for all")

    def test_as_many_with_clips(self):
        """Slower, but none is skipped."""
        self.open(layout("dfplayer", windows=self.WINDOWS, clips=CHIME), "dfplayer=voice")
        for no in self.WINDOWS:
            self.call(no)
            self.go(milliseconds=250)
        self.assertEqual([self.announced(no) for no in self.WINDOWS], ["speaking"] + 19 * ["not_yet"])
        self.go(seconds=240)
        self.assertEqual([self.announced(no) for no in self.WINDOWS], 20 * ["done"])


class Trouble(Case):
    def test_unplugged_in_the_midst_of_a_call(self):
        for driver, device, sim, _, _ in MODULES:
            with self.subTest(driver, **device):
                self.open(layout(driver, **device), sim)
                self.call(1)
                self.go(milliseconds=1500)
                self.assertEqual(self.announced(1), "speaking")
                self.sim("voice unplug")
                self.go(seconds=5)
                self.assertEqual((self.announced(1), self.device()["state"]), ("failed", "unplugged"))
                mark = self.mark()
                self.sim("voice replug")
                self.go(seconds=60)
                self.assertEqual(self.device()["state"], "ok")
                self.assertEqual([line for line in self.heard(mark) if not re.match("done|stopped", line)], [], "it is not said again")
                self.do("recall", 1)
                self.go(seconds=60)
                self.assertEqual(self.announced(1), "done")
                self.doCleanups()

    def test_called_while_the_module_is_away(self):
        for driver, device, sim, _, _ in MODULES:
            with self.subTest(driver, **device):
                self.open(layout(driver, **device), sim)
                self.sim("voice unplug")
                self.go(seconds=5)
                self.call(1)
                self.assertEqual(self.announced(1), "failed")
                self.sim("voice replug")
                self.go(seconds=50)
                self.assertEqual(self.announced(1), "done")
                self.doCleanups()

    def test_dead_is_found_before_anything_is_said(self):
        """Also where what is told is not answered; but not where nothing ever is."""
        for driver, device, sim, _, _ in MODULES[:-1]:
            with self.subTest(driver, **device):
                self.open(layout(driver, **device), sim)
                self.sim("voice power off")
                self.call(1)
                self.go(seconds=10)
                self.assertEqual((self.announced(1), self.device()["state"]), ("failed", "degraded"))
                self.sim("voice power on")
                self.go(seconds=61)
                self.assertEqual(self.device()["state"], "ok")
                self.doCleanups()

    def test_switched_off_and_on_in_the_midst_of_a_call(self):
        self.open(layout("dfplayer", clips=CLIPS), "dfplayer=voice,start_ms=1500")
        self.call(1)
        self.call(2)
        self.go(seconds=2)
        self.sim("voice power off")
        self.sim("voice power on")
        mark = self.mark()
        self.go(seconds=60)
        self.assertEqual(self.announced(1), "failed", "half of it was heard: it is not said again")
        self.assertEqual(self.announced(2), "done")
        self.assertEqual(self.heard(mark)[:2], ["plays 2", "done"])
        self.assertNotIn("cut off", "\n".join(self.heard()))

    def test_busy_with_something_else(self):
        for driver, device, sim, _, _ in MODULES[:-1]:
            with self.subTest(driver, **device):
                hall = layout(driver, **device)
                self.world = TimedWorld(hall, [sim, "sign=signs,address=1-20"])
                self.addCleanup(self.world.stop)
                self.sim("voice busy on")
                self.go(seconds=5)
                self.call(1)
                self.go(seconds=5)
                self.assertEqual((self.announced(1), self.heard()), ("not_yet", []))
                self.sim("voice busy off")
                self.go(seconds=40)
                self.assertEqual(self.announced(1), "done")
                self.doCleanups()

    def test_the_end_of_a_clip_told_twice_or_never(self):
        for how in "twice", "never":
            with self.subTest(how):
                self.open(layout("dfplayer", clips=CLIPS), "dfplayer=voice")
                self.sim("voice finished " + how)
                self.call(12)
                self.go(seconds=60)
                self.assertEqual(self.heard(), 2 * one_by_one(*(CLIPS[word] for word in CALL)))
                self.assertEqual(self.announced(12), "done")
                self.doCleanups()

    def test_a_file_that_is_not_on_the_card(self):
        self.open(layout("dfplayer", clips=CLIPS), "dfplayer=voice")
        self.sim("voice missing %d" % CLIPS["A"])
        self.call(12)
        self.go(seconds=60)
        self.assertEqual(self.heard(), 2 * one_by_one(*(CLIPS[word] for word in CALL if word != "A")), "the rest is said")
        self.assertEqual(self.announced(12), "failed")
        self.assertIn("there is no such file", self.world.hall.said())

    def test_noise_like_a_refusal_while_a_text_is_spoken(self):
        self.open(layout())
        self.call(1)
        self.go(seconds=1)
        self.sim("voice hex 45")
        self.go(seconds=30)
        self.assertEqual(self.heard(), ["says sounda,请A001号,到1号窗口", "done", "says 请A001号,到1号窗口", "done"])
        self.assertEqual(self.announced(1), "done")

    def test_a_module_that_refuses_everything(self):
        for driver, device, sim, _, _ in MODULES:
            if driver not in ("syn6288", "syn6658", "xfs5152", "dfplayer"):
                continue
            with self.subTest(driver, **device):
                self.open(layout(driver, **device), sim)
                self.sim("voice nack " + ("5" if driver == "dfplayer" else "on"))
                self.call(1)
                self.go(seconds=10)
                self.assertEqual((self.announced(1), self.heard()), ("failed", []))
                self.sim("voice nack off")
                self.do("recall", 1)
                self.go(seconds=40)
                self.assertEqual(self.announced(1), "done")
                self.doCleanups()


class Words(Case):
    def test_english_where_there_are_clips_for_it(self):
        english = [ENGLISH[word] for word in "en.ticket A en.0 en.0 en.1 en.window en.12 en.please".split()]
        for what, table, call in (("with", ENGLISH, english), ("without", CHIME, [CHIME[word] for word in CALL])):
            with self.subTest(what):
                self.open(layout("kt142c", clips=table), "kt142c=voice")
                self.call(12, lang="en")
                self.go(seconds=40)
                self.assertEqual(self.heard(), at_once(1, *call) + at_once(*call))
                self.doCleanups()

    def test_windows_as_quantities(self):
        for no, words in (1, "1"), (10, "ten"), (12, "ten 2"), (20, "2 ten"), (21, "2 ten 1"), (105, "1 hundred 0 5"):
            with self.subTest(no):
                self.open(layout("kt158a", windows=[no], clips={**CLIPS, "hundred": 8}), "kt158a=voice")
                self.call(no)
                self.go(seconds=5)
                words = ("please A 0 0 1 number to %s window" % words).split()
                self.assertEqual(self.heard()[0], "plays " + " ".join(str({**CLIPS, "hundred": 8}[word]) for word in words))
                self.doCleanups()


class Zones(Case):
    def two(self, driver, **device):
        """Two zones hear one module."""
        hall = layout(driver, **device)
        hall["zones"] = [{"id": "near", "voice": "voice", "volume": 100}, {"id": "far", "voice": "voice", "volume": 0}]
        hall["windows"][0]["zone"], hall["windows"][1]["zone"], hall["windows"][2]["zone"] = "near", "far", "near"
        return hall

    def test_each_call_at_the_volume_of_its_zone(self):
        for driver, device, sim, volumes in (
                ("syn6288", {}, "voice=voice", ["raw [v16]", "raw [v0]"]), ("syn6658", {}, "syn6658=voice", ["raw [v10]", "raw [v0]"]),
                ("xfs5152", {}, "xfs5152=voice", ["raw [v10]", "raw [v0]"]),
                ("dfplayer", {"clips": CLIPS}, "dfplayer=voice", ["volume 0", "volume 30"]),
                ("dy", {"clips": CLIPS}, "dy=voice", ["volume 0", "volume 30"]),
                ("kt142c", {"clips": CLIPS}, "kt142c=voice", ["volume 0", "volume 30"]),
                ("kt158a", {"clips": CLIPS}, "kt158a=voice", ["volume 0", "volume 30"])):
            with self.subTest(driver):
                self.open(self.two(driver, **device), sim)
                mark = self.mark()
                for no in 1, 2, 12:
                    self.call(no)
                    self.go(seconds=30)
                said = [line[len("voice: "):] for line in self.lines(mark) if re.match("voice: (raw|volume)", line)]
                self.assertEqual([volume for volume in volumes if any(line.startswith(volume) for line in said)], volumes, said)
                self.doCleanups()

    def test_hours(self):
        """It is 8:30 on a Tuesday."""
        self.open(layout(zone={"hours": [{"days": [2], "open": "09:00", "close": "17:00"}]}))
        self.call(1)
        self.assertEqual(self.announced(1), "nothing")
        self.go(seconds=30)
        self.assertEqual((self.heard(), self.announced(1)), ([], "nothing"))
        self.go(minutes=29)
        self.assertEqual(self.call(2), "A002")
        self.go(seconds=30)
        self.assertEqual(self.announced(2), "nothing")
        self.go(minutes=1)
        self.do("recall", 2)
        self.go(seconds=30)
        self.assertEqual((self.calls(), self.announced(2)), (2 * [("A002", 2)], "done"))
        self.assertEqual(self.announced(1), "nothing")
        self.go(hours=8)
        self.assertEqual(self.announced(2), "done", "it was")
        mark = self.mark()
        self.call(12)
        self.go(seconds=30)
        self.assertEqual((self.heard(mark), self.announced(12)), ([], "nothing"))
        self.go(hours=16)
        self.call(12)
        self.go(seconds=30)
        self.assertEqual((self.heard(mark), self.announced(12)), ([], "nothing"), "on Wednesday")

    def test_out_of_hours_a_module_that_is_away_does_not_matter(self):
        self.open(layout(zone={"hours": [{"open": "09:00", "close": "17:00"}]}))
        self.sim("voice unplug")
        self.go(seconds=5)
        self.call(1)
        self.assertEqual(self.announced(1), "nothing")

    def test_where_the_sign_is_dead_once_more(self):
        self.open(layout())
        self.assertEqual([self.at(no)["window"]["sign"] for no in (1, 2)], ["ok", "ok"])
        self.sim("signs/2 silent on")
        self.call(1)
        self.go(seconds=30)
        self.call(2)
        self.go(seconds=30)
        self.assertEqual(self.calls(), 2 * [("A001", 1)] + 3 * [("A002", 2)], "it was found dead by this call")
        self.assertEqual([self.at(no)["window"]["sign"] for no in (1, 2)], ["ok", "dead"])
        mark = self.mark()
        self.do("recall", 2)
        self.go(seconds=30)
        self.assertEqual(self.calls(mark), 3 * [("A002", 2)])
        self.sim("signs/2 silent off")
        self.go(seconds=61)
        self.assertEqual(self.at(2)["window"]["sign"], "ok")
        mark = self.mark()
        self.do("recall", 2)
        self.go(seconds=30)
        self.assertEqual(self.calls(mark), 2 * [("A002", 2)])

    def test_where_there_is_no_sign_to_be_dead(self):
        hall = layout()
        del hall["windows"][0]["sign"]
        self.open(hall)
        self.call(1)
        self.go(seconds=30)
        self.assertEqual((self.calls(), self.at(1)["window"]["sign"]), (2 * [("A001", 1)], None))


if __name__ == "__main__":
    unittest.main()
