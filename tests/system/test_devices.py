"""Devices as installers and managers meet them: how each is, whether it works, and whose it is."""

import threading
import unittest

from hall import Stream
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
        self.assertEqual({d["state"] for d in devices}, {"ok"})
        self.assertEqual([self.device(*where)["reason"] for where in (("printer",), ("keypads", 1))], ["answers", "port is open"])

    # What goes wrong, where, what is said then; and how it is put right.
    TROUBLES = (
        ("one that stops answering", ("signs", 3), "signs/3 silent on", "degraded", "no answer", "signs/3 silent off", "answers"),
        ("a voice that stops answering", ("voice-a", 0), "voice-a silent on", "degraded", "no answer", "voice-a silent off", "answers"),
        ("a line unplugged", ("signs", 1), "signs/1 unplug", "unplugged", "No such device", "signs/1 replug", "answers"),
        ("a keypad's line unplugged", ("keypads", 1), "keypads/1 unplug", "unplugged", "No such device", "keypads/1 replug", "port is open"),
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


if __name__ == "__main__":
    unittest.main()
