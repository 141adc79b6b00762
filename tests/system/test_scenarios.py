"""Scenarios that others have named, as far as they need the whole daemon; the others, and where each is, in tests/test_scenarios.c."""

import random
import sqlite3
import unittest
from concurrent.futures import ThreadPoolExecutor

from hall import LAYOUT as SMALL
from test_clock import TimedWorld

KEYPADS = ["left", "middle", "right"]
LAYOUT = {
    **SMALL, "policy": {"double_press_s": 0, "max_wait_s": 0},
    "devices": [{"id": "printer", "driver": "escpos"}] + [{"id": name, "driver": "ff68"} for name in KEYPADS],
    "services": [SMALL["services"][0], {**SMALL["services"][1], "real_name": "required"}],
    "windows": [{**window, "start_key": False, "keypad": {"device": name, "address": 1}}
                for window, name in zip(SMALL["windows"], KEYPADS)],
}


class Scenarios(unittest.TestCase):
    def setUp(self):
        self.world = TimedWorld(LAYOUT, ["printer=printer"] + ["keypad=%s,address=1" % name for name in KEYPADS])
        self.addCleanup(self.world.stop)
        self.hall, self.go = self.world.hall, self.world.go
        self.go(seconds=40)

    def ask(self, method, path, body=None, status=200, code=None, **who):
        answer = self.hall.ask(method, path, body, **(who or {"local": True}))
        self.assertEqual((answer.status, answer.code), (status, code), answer)
        return answer.json

    def issue(self, service="A", **more):
        return self.ask("POST", "tickets", {"service": service, "printer": "none", **more}, 201)

    def tickets(self):
        return {row["number"]: row["state"] for row in self.ask("GET", "tickets")["tickets"]}

    def test_c3_a_printer_that_fails(self):
        self.world.sim.control("printer paper out")
        ticket = self.issue(printer="printer")
        self.assertEqual((ticket["number"], ticket["state"]), ("A001", "waiting"))
        self.go(seconds=90)
        row, = self.ask("GET", "tickets")["tickets"]
        self.assertEqual((row["number"], row["state"], row["print"]), ("A001", "waiting", "failed"))
        self.assertEqual(self.ask("POST", "windows/1/next", {})["ticket"]["number"], "A001")

    def test_c5_d6_what_is_wrong_is_refused(self):
        self.ask("GET", "tickets", None, 401, "unauthorized", token="no token of ours")
        self.ask("GET", "tickets/no-such-ticket", None, 404, "unknown_ticket")
        self.ask("POST", "windows/1/pick", {}, 400, "bad_request")
        self.ask("POST", "windows/1/pick", {"number": "<script>"}, 404, "unknown_ticket")
        self.ask("POST", "windows/1/pick", {"number": "A999"}, 404, "unknown_ticket")
        refused = self.ask("POST", "tickets", {"service": "B"}, 400, "bad_request")
        self.assertEqual(refused["pointer"], "/id_number")
        self.assertEqual(self.tickets(), {})

    def test_16_1_twenty_tickets(self):
        """Keys on three lines, against the rule written once more."""
        serves = {1: {"A": 1}, 2: {"A": 1, "B": 2}, 3: {"B": 1}}
        chance = random.Random(16)
        waiting, called, people = {}, [], 0

        def take():
            nonlocal people
            service, elderly = chance.choice("AAB"), chance.random() < 0.3
            people += 1
            body = {"service": service, "printer": "none", "class": "elderly" if elderly else "ordinary"}
            if service == "B":
                body["id_number"] = id_number(people)
            number = self.ask("POST", "tickets", body, 201)["number"]
            waiting[number] = (service, elderly * 900, self.world.time, people)

        def rule(no):
            """Level, then head start and wait together, then who came first."""
            here = [(serves[no][service], (came.timestamp() - head), n, number)
                    for number, (service, head, came, n) in waiting.items() if service in serves[no]]
            return min(here)[-1] if here else None

        def press(no):
            want = rule(no)
            self.world.sim.control("press %s/1 0C" % KEYPADS[no - 1])
            self.go(seconds=2)
            at = next(window for window in self.ask("GET", "status")["windows"] if window["no"] == no)
            self.assertEqual(at["ticket"], want, "%d tickets called" % len(called))
            if want:
                del waiting[want]
                called.append(want)

        while people < 20 or waiting:
            if people < 20 and chance.random() < 0.55:
                take()
            else:
                press(chance.randint(1, 3))
            self.go(seconds=chance.randint(3, 400))
        self.assertEqual(len(set(called)), 20)
        self.assertEqual(len(called), 20)
        with sqlite3.connect("file:%s/halld.db?mode=ro" % self.hall.state, uri=True) as db:
            self.assertEqual([row[0] for row in db.execute(
                "SELECT body ->> 'number' FROM event WHERE kind = 'ticket.called' ORDER BY seq")], called)
            rows = dict(db.execute("SELECT number, state FROM ticket JOIN leg ON leg.ticket = ticket.id"))
        before = self.tickets()
        self.hall.kill()
        self.hall.start()           # of the log alone
        self.assertEqual(self.tickets(), before)
        self.assertEqual(rows, before)

    def test_16_4_twenty_at_once(self):
        with ThreadPoolExecutor(20) as pool:
            numbers = list(pool.map(lambda _: self.issue()["number"], range(20)))
        self.assertEqual(sorted(numbers), ["A%03d" % n for n in range(1, 21)])


def id_number(n):
    """One that is well formed."""
    first = "11010519491231%03d" % n
    weights = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
    return first + "10X98765432"[sum(int(d) * w for d, w in zip(first, weights)) % 11]


if __name__ == "__main__":
    unittest.main()
