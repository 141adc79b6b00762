"""A hall that stands still, and one that everybody is to leave, on the test clock: signs, voices, pages' status, restarts."""

import re
import unittest

from test_clock import TimedWorld

LAYOUT = {
    "hall": {"id": "emergency", "name": {"zh": "大厅"}, "languages": ["zh", "en"]},
    "services": [{"id": "A", "prefix": "A", "name": {"zh": "综合"}}],
    # It is 8:30: the second zone is silent until nine, and the first one is not loud.
    "zones": [{"id": "one", "voice": "voice", "volume": 20},
              {"id": "two", "voice": "other", "hours": [{"open": "09:00", "close": "17:00"}]}],
    "windows": [{"no": no, "services": ["A"], "zone": zone, "sign": {"device": "signs", "address": no}}
                for no, zone in ((1, "one"), (2, "two"))],
    "devices": [{"id": "voice", "driver": "xfs5152"}, {"id": "other", "driver": "syn6288"}, {"id": "signs", "driver": "bx"}],
    "policy": {"double_press_s": 0},
}
SUSPENDED, LEAVE = "全厅暂停服务 请稍候", "请听从工作人员指挥 有序离开大厅"


class Emergency(unittest.TestCase):
    def setUp(self):
        self.world = TimedWorld(LAYOUT, ["xfs5152=voice,ms_per_char=250", "voice=other,ms_per_char=250", "sign=signs,address=1-2"])
        self.addCleanup(self.world.stop)
        self.world.go(seconds=10)

    def ask(self, path, body, status=200, method="POST"):
        answer = self.world.hall.ask(method, path, body, local=True)
        self.assertEqual(answer.status, status, answer)
        return answer.json

    def evacuate(self, **what):
        code = self.ask("hall/evacuate", what, 202)["confirm"]
        return self.ask("hall/evacuate", {"confirm": code})

    def go(self, **duration):
        self.world.go(**duration)

    def status(self):
        self.go(seconds=2)
        return self.ask("status", None, method="GET")

    def sign(self, no):
        return re.sub("^[^:]*: (shows )?", "", self.world.sim.control("signs/%d show" % no)[0])

    def said(self, unit, mark):
        """What a module began to say since."""
        return [line[len(unit) + 7:] for line in self.world.sim.since(mark) if line.startswith(unit + ": says ")]

    def test_suspended(self):
        self.ask("tickets", {"service": "A"}, 201)
        self.ask("tickets", {"service": "A"}, 201)
        self.ask("windows/1/next", {})
        self.assertEqual(self.ask("hall/suspend", {})["state"], "suspended")
        self.go(seconds=1)
        self.assertEqual((self.sign(1), self.sign(2)), (SUSPENDED, SUSPENDED))
        self.assertEqual(self.ask("tickets", {"service": "A"}, 409)["code"], "service_closed")
        self.assertEqual(self.ask("windows/2/next", {}, 409)["code"], "not_allowed")
        self.assertEqual(self.ask("services", None, method="GET")["services"][0]["reason"], "suspended")
        self.world.hall.kill()
        self.world.hall.start()
        self.assertEqual(self.status()["state"], "suspended", "also after a restart")
        self.ask("hall/resume", {})
        self.go(seconds=1)
        self.assertEqual(self.sign(1), "A001 请到1号窗口")
        self.assertEqual(self.ask("windows/2/next", {})["ticket"]["number"], "A002")

    def test_evacuation(self):
        """Cuts off a call; said in every zone whatever its hours and volume, in each language, until it ends."""
        self.ask("tickets", {"service": "A"}, 201)
        self.ask("windows/1/next", {})
        mark = self.world.sim.mark()
        self.assertEqual(self.ask("hall/evacuate", {}, 202)["within_s"], 30)
        self.go(seconds=31)
        self.assertEqual(self.status()["evacuation"], None, "one act alone does nothing")
        mark = self.world.sim.mark()
        self.evacuate()
        self.go(seconds=40)
        self.assertEqual((self.sign(1), self.sign(2)), (LEAVE, LEAVE))
        for unit in ("voice", "other"):
            said = [line for line in self.said(unit, mark) if LEAVE.split()[0] in line]
            self.assertGreaterEqual(len(said), 2, unit)
        self.assertTrue(any("leave the hall" in line for line in self.said("voice", mark)), "in English as well")
        self.assertRegex("\n".join(self.world.sim.since(mark)), r"raw \[v10\]", "as loud as it can")
        self.assertEqual(self.status()["evacuation"]["drill"], False)
        self.ask("hall/resume", {})
        self.go(seconds=20)
        mark = self.world.sim.mark()
        self.go(seconds=60)
        self.assertEqual((self.said("voice", mark), self.said("other", mark)), ([], []))
        self.assertEqual(self.sign(1), "A001 请到1号窗口")

    def test_a_drill_and_then_in_earnest(self):
        code = self.ask("hall/evacuate", {"drill": True, "text": {"zh": "请从东门离开"}}, 202)["confirm"]
        self.assertEqual(self.ask("hall/evacuate", {"confirm": "x" + code}, 400)["pointer"], "/confirm")
        self.go(seconds=31)
        self.ask("hall/evacuate", {"confirm": code}, 400)
        self.evacuate(drill=True, text={"zh": "请从东门离开"})
        self.go(seconds=1)
        self.assertEqual(self.sign(1), "疏散演练 请从东门离开")
        mark = self.world.sim.mark()
        self.evacuate(text={"zh": "请从西门离开"})
        self.go(seconds=9)
        self.assertEqual(self.sign(2), "请从西门离开")
        self.assertIn("请从西门离开", self.said("other", mark)[0])
        self.world.hall.kill()
        self.world.hall.start()
        mark = self.world.sim.mark()
        self.go(seconds=30)
        self.assertEqual(self.sign(2), "请从西门离开")
        self.assertIn("请从西门离开", self.said("other", mark)[0], "also after a restart")

    def test_notice(self):
        self.ask("hall/notice", {"text": {"zh": "电梯检修", "en": "No lift"}, "until": "2026-09-01T08:40:00+08:00"})
        self.assertEqual(self.status()["notice"]["text_en"], "No lift")
        self.go(minutes=11)
        self.assertEqual(self.status()["notice"], None)
        self.ask("hall/notice", {"text": {"zh": "电梯检修"}})
        self.assertEqual(self.status()["notice"], {"until": None, "text": "电梯检修", "text_en": "电梯检修"})
        self.ask("hall/notice", {}, method="DELETE")
        self.assertEqual(self.status()["notice"], None)


if __name__ == "__main__":
    unittest.main()
