"""What an endpoint outside is told, when it fails, and what residents do there."""

import hashlib
import itertools
import json
import os
import pathlib
import shutil
import subprocess
import time
import unittest

from endpoint import SECRETS, Endpoint, good
from hall import HALLD, LAYOUT, ROOT, WAIT_S, Hall
from test_clock import TimedWorld
from test_spine import until
from test_openapi import API, faults

REMOTE = [{**service, "remote": {"checkin_s": 600}} for service in LAYOUT["services"]]


def layout(*endpoints, **more):
    return {**LAYOUT, "services": REMOTE, "push": [
        {"url": e.url, "secrets": [{"env": "OLD"}, {"env": "NEW"}], "commands": True, **more} for e in endpoints]}


os.environ.update(OLD=SECRETS[0], NEW=SECRETS[1])


class Case(unittest.TestCase):
    def endpoint(self, **more):
        e = Endpoint(**more)
        self.addCleanup(e.stop)
        return e

    def begin(self, *endpoints, **more):
        self.hall = Hall(layout(*endpoints, **more))
        self.addCleanup(self.hall.stop)
        return self.hall

    def window(self, command):
        answer = self.hall.ask("POST", "windows/1/" + command, {}, local=True)
        self.assertEqual(answer.status, 200, answer)

    def arrive(self, e, limit_s=WAIT_S):
        """All that happened is there, each in order and with the one before it."""
        seq = self.hall.seq()
        e.wait("event %d" % seq, lambda: e.facts() and e.facts()[-1]["seq"] == seq, limit_s)
        for before, after in itertools.pairwise(e.facts()):
            self.assertEqual(after["prev"], before["seq"])
        self.assertEqual(e.wrong, [])

    def state(self, i=0):
        return self.hall.ask("GET", "push", local=True).json["endpoints"][i]

    def become(self, **members):
        """Wait until halld says so of the endpoint."""
        deadline = time.monotonic() + WAIT_S
        while any((now := self.state())[name] != value for name, value in members.items()):
            self.assertLess(time.monotonic(), deadline, now)
        return now


class Told(Case):
    def test_states_and_events(self):
        e = self.endpoint(secret=SECRETS[1])
        self.begin(e)
        self.window("open")
        ticket = self.hall.issue()
        self.window("next")
        self.arrive(e)
        self.assertEqual([fact["kind"] for fact in e.facts()][-3:], ["window.opened", "ticket.issued", "ticket.called"])
        event = e.events[-1]
        self.assertEqual((event["specversion"], event["source"], event["headers"]["Content-Type"]),
                         ("1.0", "urn:halld:hall:small", "application/cloudevents+json"))
        self.assertEqual(event["headers"]["webhook-id"], event["id"])
        self.assertNotIn(".", event["id"])
        seq = self.hall.seq()
        snapshot = e.wait("a snapshot", lambda: [s for s in e.states("snapshot") if s["data"]["seq"] == seq])[-1]["data"]
        status = self.hall.ask("GET", "status").json
        self.assertEqual((snapshot["totals"], snapshot["windows"]), (status["totals"], status["windows"]))
        self.assertEqual([s["id"] for s in snapshot["services"]], ["A", "B"])
        row = e.wait("tickets", lambda: [s for s in e.states("tickets") if s["data"]["seq"] == seq])[-1]["data"]["tickets"][0]
        self.assertEqual(row.pop("hash"), hashlib.sha256(ticket["token"].encode()).hexdigest())
        mine = self.hall.ask("GET", "tickets/" + ticket["token"]).json
        del mine["token"]
        self.assertEqual(row, mine)
        self.assertNotIn(ticket["token"], json.dumps(e.events), "who has the token is its holder")

    def test_states_gzipped(self):
        """What is signed is what is sent."""
        e = self.endpoint()
        self.begin(e, gzip=True)
        self.hall.issue()
        seq = self.hall.seq()
        for kind in "snapshot", "tickets":
            state = e.wait(kind, lambda: [s for s in e.states(kind) if s["data"]["seq"] == seq])[-1]
            self.assertEqual(state["headers"]["Content-Encoding"], "gzip")
        self.arrive(e)
        self.assertFalse([event for event in e.events if event["id"].startswith("e-") and "Content-Encoding" in event["headers"]])

    def test_no_state_keeps_the_other_away(self):
        """Also when somebody is called while each is on its way."""
        e = self.endpoint()
        self.hall = hall = Hall({**layout(e, commands=False), "policy": {"double_press_s": 0}})
        self.addCleanup(hall.stop)
        tokens = [hall.issue()["token"] for _ in range(12)]

        def a_call(event):
            if event["type"].startswith("cn.gov.hall.queue.") and tokens:
                self.window("next")
                tokens.pop()
            return good(event)

        e.answer = a_call
        until("all are called", lambda: not tokens)
        self.assertGreater(len(e.states("tickets")), 3)
        self.assertGreater(len(e.states("snapshot")), 3)

    def test_the_newest_state_alone(self):
        e = self.endpoint()
        self.begin(e)
        e.wait("the first snapshot", lambda: e.states("snapshot"))
        began = time.monotonic()
        for _ in range(200):
            self.hall.issue()
        self.arrive(e)
        seq = self.hall.seq()
        e.wait("the newest", lambda: e.states("snapshot")[-1]["data"]["seq"] == seq)
        self.assertLess(len(e.states("snapshot")), 60 + time.monotonic() - began, "one a second")

    def test_what_it_asks_for(self):
        e = self.endpoint()
        self.begin(e, kinds=["ticket.called", "queue.snapshot"], commands=False)
        self.window("open")
        for _ in range(2):
            self.hall.issue()
            self.window("next")
        e.wait("two calls", lambda: len(e.facts()) == 2)
        e.wait("a snapshot", lambda: e.states("snapshot"))
        self.assertEqual({event["type"] for event in e.events}, {"cn.gov.hall.ticket.called", "cn.gov.hall.queue.snapshot"})
        self.assertEqual(e.facts()[1]["prev"], e.facts()[0]["seq"])


class Secrets(Case):
    """Who runs the hall sees how endpoints are, and no secret."""

    def test_that_cannot_be_read(self):
        """The hall opens all the same, and says which and why; nothing is sent unsigned."""
        e = self.endpoint()
        for what, secret, why in (("not there", {"env": "NOWHERE"}, "secret NOWHERE: not in the environment"),
                                  ("no file", {"file": "/nowhere/secret"}, "secret /nowhere/secret: No such file or directory"),
                                  ("no secret", {"file": os.path.join(ROOT, ".gitignore")}, "secret %s/.gitignore: not whsec_ and 24 to 64 bytes in base64" % ROOT)):
            with self.subTest(what):
                hall = self.begin(e, secrets=[secret])
                hall.issue()
                self.become(state="fails", error=why)
                self.assertEqual(e.events, [])

    def test_one_of_two_that_cannot_be_read(self):
        e = self.endpoint()
        self.begin(e, secrets=[{"env": "NOWHERE"}, {"env": "OLD"}])
        self.hall.issue()
        self.arrive(e)

    def test_in_no_answer(self):
        e = self.endpoint()
        hall = self.begin(e)
        e.wait("the first snapshot", lambda: e.states("snapshot"))
        answers = [hall.ask("GET", path, local=True) for path in ("push", "layout", "layout/versions/1", "status", "/metrics")]
        self.assertEqual([answer.status for answer in answers], 5 * [200])
        for secret in SECRETS:
            for answer in answers:
                self.assertNotIn(secret.removeprefix("whsec_").encode(), answer.body)

    def test_where_they_do_not_belong(self):
        """What is wrong is said by its place, without what was written there."""
        e = self.endpoint()
        hall = self.begin(e)
        for what, more, pointer in [("in a URL", {"url": "https://hall:whsec_AA@a.example/push"}, "/push/0/url"),
                                    ("for a file", {"secrets": [{"file": "whsec_AA"}]}, "/push/0/secrets/0/file"),
                                    ("for a variable", {"secrets": [{"env": "whsec_AA="}]}, "/push/0/secrets/0/env")]:
            with self.subTest(what):
                bad = layout(e, **more)
                answer = hall.ask("POST", "layout/check", bad, local=True)
                self.assertEqual((answer.code, answer.json["pointer"]), ("bad_request", pointer))
                self.assertNotIn(b"whsec_AA", answer.body)


def slow(_event):
    return 200, {}, (time.sleep(1) or b"x" for _ in range(60))


def huge(_event):
    return 200, {}, (b"x" * 65536 for _ in range(1600))


class Failing(Case):
    """The hall goes on; and what happened meanwhile arrives when the endpoint is well again, whatever it was that ailed it."""

    def test_it_fails_and_is_well_again(self):
        for what, answer in (("500", lambda e: (500, {}, b"")), ("too many", lambda e: (429, {"Retry-After": "1"}, b"")),
                             ("moved", lambda e: (301, {"Location": self.elsewhere.url}, b"")), ("hangs", lambda e: None)):
            with self.subTest(what):
                e, self.elsewhere = self.endpoint(), self.endpoint()
                hall = self.begin(e)
                e.wait("the first snapshot", lambda e=e: e.states("snapshot"))
                e.answer = answer
                numbers = [hall.issue()["number"] for _ in range(5)]
                e.wait("it was tried", lambda e=e: e.facts())
                self.assertEqual(hall.ask("GET", "status").status, 200)
                e.answer = good
                if what == "hangs":
                    e.released.set()
                self.arrive(e)
                issued = [f["number"] for f in e.facts() if f["kind"] == "ticket.issued"]
                self.assertEqual(issued, numbers)
                self.assertEqual(self.elsewhere.events, [], "a redirect is not followed")

    def test_an_answer_without_end(self):
        e = self.endpoint()
        e.answer = huge
        self.begin(e)
        for _ in range(3):
            self.hall.issue()
        self.arrive(e)

    def test_a_byte_a_second(self):
        e = self.endpoint()
        self.begin(e)
        e.wait("the first snapshot", lambda: e.states("snapshot"))
        e.answer = slow
        self.hall.issue()
        e.wait("it was tried", e.facts)
        for _ in range(20):
            self.assertEqual(self.hall.ask("GET", "status").status, 200)
            self.hall.issue()
        e.answer = good
        self.arrive(e, 2 * WAIT_S)

    def test_nobody_is_there(self):
        e = Endpoint()
        hall = self.begin(e)
        e.wait("the first snapshot", lambda: e.states("snapshot"))
        e.stop()
        hall.issue()
        self.become(state="fails")
        again = self.endpoint(port=e.port)
        self.arrive(again)
        self.become(state="ok")

    def test_it_wants_no_more(self):
        e = self.endpoint()
        hall = self.begin(e, commands=False)
        e.wait("the first snapshot", lambda: e.states("snapshot"))
        e.answer = lambda event: (410, {}, b"")
        hall.issue()
        self.become(state="disabled")
        e.answer = good
        kept = os.path.join(hall.state, "push.json")
        deadline = time.monotonic() + WAIT_S
        while not os.path.exists(kept) or '"disabled":true' not in pathlib.Path(kept).read_text(encoding="utf-8"):
            self.assertLess(time.monotonic(), deadline)
        hall.kill()
        before = len(e.events)          # a state may have been on its way when an event was answered
        hall.start()
        self.assertEqual(self.state()["state"], "disabled", "also after a restart")
        self.assertEqual(len(e.events), before)
        self.assertEqual(hall.ask("POST", "push/0/again", {}, local=True).status, 200)
        self.arrive(e)
        self.assertEqual(hall.ask("POST", "push/0/again", {}, local=True).status, 404, "it is not disabled")

    def test_what_it_will_never_take_is_left_out(self):
        e = self.endpoint()
        hall = self.begin(e, kinds=["ticket.issued"])
        e.answer = lambda event: (400, {}, b"") if event["data"].get("number") == "A002" else (200, {}, b"{}")
        for _ in range(4):
            hall.issue()
        e.wait("the last", lambda: "A004" in [f["number"] for f in e.facts()], 2 * WAIT_S)
        tries = [event for event in e.events if event["data"].get("number") == "A002"]
        self.assertEqual(len(tries), 3)
        answer = self.hall.ask("GET", "push", local=True).json
        self.assertEqual(faults(answer, API["components"]["responses"]["Endpoints"]["content"]["application/json"]["schema"]), [])
        dead = answer["endpoints"][0]["dead"]
        self.assertEqual([(d["seq"], d["status"]) for d in dead], [(tries[0]["data"]["seq"], 400)])
        e.answer = good
        before = len(e.events)
        self.assertEqual(hall.ask("POST", "push/0/again", {"seq": dead[0]["seq"]}, local=True).status, 200)
        again = e.wait("it came again", lambda: [x for x in e.events[before:] if x["id"] == tries[0]["id"]])
        self.assertEqual([x["data"] for x in again], [tries[0]["data"]], "once, and as it was")
        self.become(dead=[])
        hall.issue()
        e.wait("and others go on", lambda: e.facts()[-1]["number"] == "A005")

    def test_what_was_left_out_is_kept_until_it_is_taken(self):
        """Also when halld is killed before."""
        e = self.endpoint()
        hall = self.begin(e, kinds=["ticket.issued"])
        e.answer = lambda event: (400, {}, b"")
        for _ in range(2):
            hall.issue()
        deadline = time.monotonic() + 2 * WAIT_S
        while len(dead := [d["seq"] for d in self.state()["dead"]]) < 2:
            self.assertLess(time.monotonic(), deadline)
        e.answer = lambda event: (503, {}, b"")
        for seq in dead:
            self.assertEqual(hall.ask("POST", "push/0/again", {"seq": seq}, local=True).status, 200)
        self.become(state="fails", error="HTTP 503")
        hall.process.terminate()
        hall.process.wait(WAIT_S)
        hall.start()
        self.assertEqual([d["seq"] for d in self.state()["dead"]], dead)
        e.answer = good
        for seq in dead:
            self.assertEqual(hall.ask("POST", "push/0/again", {"seq": seq}, local=True).status, 200)
        self.become(dead=[])

    def test_a_certificate_that_nobody_vouches_for(self):
        folder = self.enterContext(__import__("tempfile").TemporaryDirectory())
        pair = [os.path.join(folder, name) for name in ("cert", "key")]
        subprocess.run(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "1", "-subj", "/CN=127.0.0.1", "-out", pair[0],
                        "-keyout", pair[1]], check=True, stderr=subprocess.DEVNULL)
        e = self.endpoint(certificate=pair)
        self.begin(e)
        self.hall.issue()
        self.become(state="fails")
        self.assertIn("certificate", self.state()["error"])
        self.assertEqual(e.events, [])


class Restarts(Case):
    def test_killed_before_the_answer(self):
        e = self.endpoint()
        hall = self.begin(e)
        self.hall.issue()
        self.arrive(e)
        e.answer = lambda event: None
        number = hall.issue()["number"]
        before = e.wait("it is told", lambda: [x for x in e.events if x["data"].get("number") == number and x["id"].startswith("e-")])[0]
        hall.kill()
        e.answer = good
        hall.start()
        self.arrive(e)
        again = [x for x in e.events if x["id"] == before["id"]]
        self.assertGreaterEqual(len(again), 2, "the same once more")
        self.assertEqual(again[0]["data"], again[-1]["data"])

    def test_goes_on_where_it_was(self):
        e = self.endpoint()
        hall = self.begin(e)
        for _ in range(3):
            hall.issue()
        self.arrive(e)
        for _ in range(2):
            hall.process.terminate()
            hall.process.wait(WAIT_S)
            hall.start()
            hall.issue()
            self.arrive(e)

    def test_a_backup_put_back(self):
        e = self.endpoint()
        hall = self.begin(e)
        hall.issue()
        self.arrive(e)
        hall.process.terminate()
        hall.process.wait(WAIT_S)
        backup = hall.state + ".backup"
        self.addCleanup(shutil.rmtree, backup)
        shutil.copytree(hall.state, backup, ignore=shutil.ignore_patterns("*.sock", "push.json", "high*"))
        hall.start()
        for _ in range(3):
            hall.issue()
        self.arrive(e)
        old = e.facts()[-1]
        hall.process.terminate()
        hall.process.wait(WAIT_S)
        for name in os.listdir(backup):
            shutil.copy(os.path.join(backup, name), hall.state)
        hall.start()
        hall.issue()
        new = e.wait("a new epoch", lambda: [f for f in e.facts() if f["epoch"] > old["epoch"] and f["kind"] == "ticket.issued"])
        self.assertLessEqual(new[0]["seq"], old["seq"], "numbers that were there once")


class Residents(Case):
    """What is done at the endpoint is done in the hall, once."""

    def setUp(self):
        self.e = self.endpoint()
        self.begin(self.e)
        self.ids = ("c%d" % i for i in itertools.count())

    def do(self, command, age_s=1, **more):
        return self.e.command(id=next(self.ids), age_s=age_s, command=command, **more)

    def test_a_ticket_taken_and_given_back(self):
        taken = self.do("take", body={"service": "A"})
        self.assertEqual((taken["status"], taken["body"]["number"], taken["body"]["state"], taken["body"]["remote"]), (201, "A001", "reserved", True))
        token = taken["body"]["token"]
        self.assertEqual(self.do("cancel", token=token)["body"]["state"], "cancelled")
        again = self.do("cancel", token=token)
        self.assertEqual((again["status"], again["body"]["code"]), (409, "not_allowed"))

    def test_handed_out_twice_done_once(self):
        result = self.do("take", body={"service": "A"})
        self.e.results.clear()
        again = self.e.command(id=result["id"], age_s=30, command="take", body={"service": "A"})
        self.assertEqual(again["body"]["token"], result["body"]["token"])
        self.hall.kill()
        self.hall.start()
        self.e.results.clear()
        again = self.e.command(id=result["id"], age_s=60, command="take", body={"service": "A"})
        self.assertEqual(again["body"]["token"], result["body"]["token"], "also after a power cut")
        self.assertEqual(len(self.hall.ask("GET", "tickets", local=True).json["tickets"]), 1)

    def test_too_late(self):
        for command in ("take", "checkin", "defer"):
            with self.subTest(command):
                result = self.do(command, age_s=121, token="x", body={"service": "A"})
                self.assertEqual((result["status"], result["body"]["code"]), (409, "too_late"))
        self.assertEqual(self.hall.ask("GET", "tickets", local=True).json["tickets"], [])
        token = self.hall.issue()["token"]
        self.assertEqual(self.do("cancel", age_s=3600, token=token)["status"], 200, "to give one back it is never too late")

    def test_done_and_its_result_lost(self):
        """Handed out again long after, it is answered as it was, though it would be too late now."""
        first = self.e.command(id="lost", age_s=1, command="take", body={"service": "A"})
        self.assertEqual(first["status"], 201)
        self.hall.kill()
        self.hall.start()
        self.e.results.clear()
        again = self.e.command(id="lost", age_s=500, command="take", body={"service": "A"})
        self.assertEqual((again["status"], again["body"]["token"]), (201, first["body"]["token"]))
        self.assertEqual(self.e.command(id="new", age_s=500, command="take", body={"service": "A"})["body"]["code"], "too_late")

    def test_more_than_one_guest_may_take_in_a_minute(self):
        """Each resident is one of their own: the endpoint counts its addresses, and the hall does not take them for one."""
        taken = [self.do("take", body={"service": "A"}) for _ in range(12)]
        self.assertEqual([result["status"] for result in taken], 12 * [201])

    def test_commands_that_are_none(self):
        """What is no JSON is said, and asked for again later."""
        self.e.broken = True
        self.become(state="fails", error="commands that are no JSON, or over 64 KB")
        self.e.broken = False
        self.assertEqual(self.do("take", body={"service": "A"})["status"], 201)

    def test_called_and_rated(self):
        token = self.hall.issue()["token"]
        self.window("open")
        self.window("next")
        hashed = hashlib.sha256(token.encode()).hexdigest()
        self.e.wait("it is called", lambda: [row for s in self.e.states("tickets") for row in s["data"]["tickets"]
                                             if row["hash"] == hashed and row["state"] == "called" and row["window"] == 1])
        self.window("finish")
        self.assertEqual(self.do("rating", token=token, body={"grade": 5})["status"], 200)
        self.assertEqual(self.do("rating", token=token, body={"grade": 9})["body"]["pointer"], "/grade")

    def test_nonsense(self):
        for what, command, pointer in (("no command", {"command": "open", "token": "x"}, "/command"), ("no name", {"token": "x"}, "/command"),
                                       ("no token", {"command": "cancel"}, "/token"), ("a path", {"command": "cancel", "token": "../windows/1"}, "/token"),
                                       ("null for a body", {"command": "take", "body": None}, "/body"),
                                       ("a text for a body", {"command": "take", "body": "x"}, "/body"),
                                       ("a list for a body", {"command": "rating", "token": "x", "body": []}, "/body")):
            with self.subTest(what):
                result = self.e.command(id=next(self.ids), age_s=1, **command)
                self.assertEqual((result["status"], result["body"]["pointer"]), (400, pointer))
        seq = self.hall.seq()
        self.assertEqual(self.do("take", body={"service": "Q"})["body"]["code"], "unknown_service")
        self.assertEqual(self.hall.seq(), seq)


class ByItsClock(unittest.TestCase):
    def begin(self, e, **more):
        self.addCleanup(e.stop)
        world = TimedWorld({**layout(e, **more), "devices": [{"id": "printer", "driver": "escpos", "port": ""}],
                            "policy": {"recall": {"gap_s": 0}, "double_press_s": 0}}, ("printer=printer",))
        self.addCleanup(world.stop)
        world.go(seconds=5)
        e.wait("it is heard of", lambda: e.events)
        return world

    def asked_to_stay_away(self, world):
        """The hall knows it: time may go by."""
        until("it has read the answer", lambda: world.hall.ask("GET", "push", local=True).json["endpoints"][0]["error"] == "HTTP 429")

    def test_polls_that_are_not_held(self):
        e = Endpoint()
        e.poll = lambda event: (200, {}, b"{}")
        world = self.begin(e)
        polls = lambda: [event for event in e.events if event["type"].endswith("commands.poll")]
        seconds = 0
        for n in range(2, 7):
            def asked_again(n=n):
                """A second goes by; one that went by before halld had read the last answer does not count."""
                nonlocal seconds
                world.go(seconds=1)
                seconds += 1
                return len(polls()) >= n
            until("another poll", asked_again)
        self.assertLess(len(polls()), seconds + 30, "one a second")

    def test_asked_to_stay_away_for_years(self):
        e = Endpoint()
        e.answer = lambda event: (429, {"Retry-After": "100000000"}, b"")
        world = self.begin(e, commands=False, kinds=["queue.snapshot"])
        self.asked_to_stay_away(world)
        count = len(e.events)
        world.go(minutes=50)
        self.assertEqual(len(e.events), count)
        world.go(minutes=11)
        e.wait("it is tried again", lambda: len(e.events) > count)

    def test_asked_to_stay_away_while_a_poll_is_held(self):
        """Its good end says nothing of what came in between."""
        e = Endpoint()
        world = self.begin(e, kinds=["ticket.issued"])
        e.answer = lambda event: (429, {"Retry-After": "600"}, b"")
        world.hall.issue()
        e.wait("it is asked to stay away", lambda: e.refused)
        self.asked_to_stay_away(world)
        until("the poll ends", lambda: e.polling == 0)
        count = len(e.events)
        world.go(minutes=2)
        self.assertEqual(len(e.events), count)

    def test_a_call_waits_for_no_interval(self):
        """No time goes by: what is not told at once is never told."""
        e = Endpoint()
        world = self.begin(e, commands=False)
        hashed = hashlib.sha256(world.hall.issue()["token"].encode()).hexdigest()
        for command, recalls, kind in (("next", 0, "ticket.called"), ("recall", 1, "ticket.recalled")):
            with self.subTest(command):
                self.assertEqual(world.hall.ask("POST", "windows/1/" + command, {}, local=True).status, 200)
                e.wait("it is called", lambda recalls=recalls: [row for s in e.states("tickets") for row in s["data"]["tickets"]
                                                                if row["hash"] == hashed and (row["state"], row["recalls"]) == ("called", recalls)])
                seq = e.wait("the event", lambda kind=kind: [f["seq"] for f in e.facts() if f["kind"] == kind])[0]
                e.wait("the board outside shows it", lambda seq=seq: e.states("snapshot")[-1]["data"]["seq"] >= seq)


class Away(unittest.TestCase):
    def test_eight_hours(self):
        """By the hall's clock; all in order, soon after it is back."""
        e = Endpoint()
        world = TimedWorld({**layout(e, commands=False), "devices": [{"id": "printer", "driver": "escpos", "port": ""}]}, ("printer=printer",))
        self.addCleanup(world.stop)
        world.go(seconds=5)
        e.wait("the first snapshot", lambda: e.states("snapshot"))
        e.stop()
        for _ in range(8):
            for _ in range(125):
                token = world.hall.issue()["token"]
                self.assertEqual(world.hall.ask("POST", "tickets/%s/cancel" % token, {}).status, 200)
            world.go(hours=1)
        back = Endpoint(port=e.port)
        self.addCleanup(back.stop)
        world.go(seconds=30)
        facts = back.wait("all of it", lambda: (told := back.facts()) and told[-1]["kind"] == "ticket.cancelled" and len(
            [f for f in told if f["kind"] == "ticket.cancelled"]) == 1000 and told, 2 * WAIT_S)
        issued, cancelled = ([f["number"] for f in facts if f["kind"] == "ticket." + kind] for kind in ("issued", "cancelled"))
        self.assertEqual((len(issued), issued), (1000, cancelled))
        for before, after in itertools.pairwise(facts):
            self.assertEqual(after["prev"], before["seq"])


if __name__ == "__main__":
    unittest.main()
