"""An acknowledged ticket is never lost and never doubled: halld is killed at every change of a file, at any moment under
load, and set on a disk that does not end its syncs; people ask again with the same Idempotency-Key.

KILL_STRIDE=N tries every N-th change only (1), KILLS=N kills under load (100), KILL_SEED=N starts chance there (1)."""

import http.client
import json
import os
import random
import signal
import sqlite3
import subprocess
import threading
import time
import unittest

from hall import HALLCTL, LAYOUT, ROOT, WAIT_S, Hall

# Numbers that do not begin again under load.
WIDE = {**LAYOUT, "services": [{**s, "numbers": {"last": 99999, "width": 5}} for s in LAYOUT["services"]]}
KILLDISK = os.path.abspath(os.path.join(os.environ.get("BUILD") or os.path.join(ROOT, "build"), "tests", "killdisk.so"))


def on_disk(hall, **env):
    return {"LD_PRELOAD": KILLDISK, "KILLDISK_DIR": os.path.realpath(hall.state), **env}


def post(hall, path, body, key):
    """The answer; None when the connection broke, so that nobody knows."""
    try:
        return hall.ask("POST", path, body, local=True, headers=[("Idempotency-Key", key)])
    except (OSError, http.client.HTTPException):
        return None


def told(answer):
    """What matters of an answer: the ticket's number and token, or the number called."""
    body = answer.json
    if "token" in body:
        return body["number"], body["token"]
    return body["ticket"] and body["ticket"]["number"]


class Rows:
    """A hall's database, read while halld runs, by SQLite itself: copies of its files, made one after the other, are no
    moment of it when halld carries its log into the database meanwhile."""

    def __init__(self, hall):
        self.db = sqlite3.connect("file:%s/halld.db?mode=ro" % hall.state, uri=True, timeout=WAIT_S)

    def __enter__(self):
        return lambda sql: self.db.execute(sql).fetchall()

    def __exit__(self, *_):
        self.db.close()


class Killed(unittest.TestCase):
    def new_hall(self):
        """Not started; gone at the end, however that comes."""
        def remove():
            if hall.process and hall.process.poll() is None:
                hall.kill()
            hall.folder.cleanup()
        hall = Hall(WIDE, start=False)
        self.addCleanup(remove)
        return hall

    def holds(self, hall, what):
        """The database is whole, events have no gaps, and its rows are the hall that halld folded from the events."""
        ctl = subprocess.run([HALLCTL, "-d", hall.state, "--json", "tickets"], capture_output=True, text=True,
                             timeout=WAIT_S, check=True)
        folded = [(t["number"], t["state"], t["window"] or 0, t["service"], t["class"], t["print"], t["lang"])
                  for t in json.loads(ctl.stdout)["tickets"]]
        windows = [(w["no"], w["state"], w["ticket"]) for w in hall.ask("GET", "status").json["windows"]]
        with Rows(hall) as rows:
            self.assertEqual(rows("PRAGMA integrity_check"), [("ok",)], what)
            self.assertEqual(*rows("SELECT count(*), max(seq) FROM event")[0], what)
            self.assertEqual(rows("SELECT number, state, window, service, class, print, lang FROM ticket"
                                  " JOIN leg ON leg.ticket = ticket.id ORDER BY id"), folded, what)
            self.assertEqual(rows("SELECT day, number FROM ticket GROUP BY day, number HAVING count(*) > 1"), [], what)
            kept = {no: (no, state, number) for no, state, number in
                    rows("SELECT no, state, number FROM window LEFT JOIN ticket ON ticket.id = window.ticket")}
            self.assertEqual([kept.get(w[0], (w[0], "offline", None)) for w in windows], windows, what)


class EveryChange(Killed):
    STEPS = [("first", "tickets", {"service": "A"}), ("second", "tickets", {"service": "A"}),
             ("call", "windows/1/next", None), ("end", "windows/1/finish", None)]

    def steps(self, hall, answers, what):
        """As far as it answers; what was told before is told again."""
        for key, path, body in self.STEPS:
            answer = post(hall, path, body, key)
            if answer is None:
                return
            self.assertIn(answer.status, (200, 201), "%s, %s: %r" % (what, key, answer))
            self.assertEqual(answers.setdefault(key, told(answer)), told(answer), "%s, %s" % (what, key))

    def killed_at(self, k):
        """False: it ended before the k-th change."""
        what = "killed at change %d" % k
        hall = self.new_hall()
        answers = {}
        try:
            hall.start(on_disk(hall, KILLDISK_AT=str(k)))
        except AssertionError:
            self.assertEqual(hall.process.poll(), -signal.SIGKILL, what + ": " + hall.said())
        else:
            self.steps(hall, answers, what)
            hall.process.terminate()
        status = hall.process.wait(WAIT_S)
        self.assertIn(status, (0, -signal.SIGKILL), what + ": " + hall.said())

        hall.start()
        with Rows(hall) as rows:
            there = rows("SELECT number, token FROM ticket")
        for key in ("first", "second"):
            self.assertTrue(key not in answers or answers[key] in there, "%s: %s is lost" % (what, key))
        self.steps(hall, answers, what)
        self.holds(hall, what)
        self.assertEqual((answers["first"][0], answers["second"][0], answers["call"], answers["end"]),
                         ("A00001", "A00002", "A00001", None), what)
        with Rows(hall) as rows:
            self.assertEqual(rows("SELECT number, token FROM ticket ORDER BY id"),
                             [answers["first"], answers["second"]], what)
            self.assertEqual(rows("SELECT kind FROM event WHERE kind GLOB 'ticket.[cf]*'"),
                             [("ticket.called",), ("ticket.finished",)], what)
        hall.stop()
        return status != 0

    def test_every_change(self):
        stride = int(os.environ.get("KILL_STRIDE", "1"))
        k = 1
        while self.killed_at(k):
            k += stride
        self.assertGreater(k, 50)
        print("killed at %d changes" % (k // stride))


class UnderLoad(Killed):
    def setUp(self):
        self.hall = self.new_hall()
        self.hall.start()
        self.history = {}               # key -> what was told
        self.wrong = []
        self.ending = False

    def insist(self, path, body, key):
        """Ask until somebody answers."""
        while not self.wrong:
            answer = post(self.hall, path, body, key)
            if answer is not None:
                if answer.status not in (200, 201):
                    raise AssertionError("%s %s: %r" % (key, path, answer))
                return told(answer)
            time.sleep(0.005)
        return None

    def client(self, name, path, body):
        chance = random.Random("%s %s" % (name, os.environ.get("KILL_SEED", "1")))
        try:
            for n in range(1000000):
                if self.ending or self.wrong:
                    return
                time.sleep(chance.uniform(0, 0.02))
                key = "%s %d" % (name, n)
                self.history[key] = self.insist(path, body, key)
                old = "%s %d" % (name, chance.randint(0, n))
                if chance.random() < 0.2 and (again := self.insist(path, body, old)) != self.history[old]:
                    raise AssertionError("%s: told %s, then %s" % (old, self.history[old], again))
        except Exception as wrong:      # of a thread: the test tells
            self.wrong.append(repr(wrong))

    def test_under_load(self):
        kills = int(os.environ.get("KILLS", "100"))
        seed = int(os.environ.get("KILL_SEED", "1"))
        chance = random.Random(seed)
        clients = [threading.Thread(target=self.client, args=(name, path, body)) for name, path, body in (
            ("kiosk", "tickets", {"service": "A"}), ("desk", "tickets", {"service": "A", "class": "elderly"}),
            ("window 1", "windows/1/next", None), ("window 2", "windows/2/next", None))]
        for c in clients:
            c.start()
        try:
            for _ in range(kills):
                time.sleep(chance.uniform(0, 0.1))
                self.hall.kill()
                self.hall.start()
        finally:
            self.ending = True
            for c in clients:
                c.join(WAIT_S)
        what = "seed %d" % seed
        self.assertEqual(self.wrong, [], what)
        self.holds(self.hall, what)
        tickets = [t for key, t in self.history.items() if key[0] in "kd"]
        calls = [(key.split()[1], number) for key, number in self.history.items() if key[0] == "w" and number is not None]
        with Rows(self.hall) as rows:
            self.assertEqual(sorted(rows("SELECT number, token FROM ticket")), sorted(tickets), what)
            called = rows("SELECT json_extract(body, '$.window') || '', json_extract(body, '$.number') FROM event"
                          " WHERE kind = 'ticket.called'")
        self.assertEqual(sorted(called), sorted(calls), what)
        self.assertEqual(len(set(number for _, number in called)), len(called), what)
        self.hall.stop()
        print("%d kills, %d tickets, %d calls" % (kills, len(tickets), len(calls)))


class SlowDisk(Killed):
    """A sync takes as long as the test says."""

    def setUp(self):
        self.hall = self.new_hall()
        self.held = os.path.join(self.hall.folder.name, "held")
        self.hall.start(on_disk(self.hall, KILLDISK_HOLDS=self.held))

    def meanwhile(self, undecided, *asked):
        """Asks all at once, and reads the status for a while: it is answered, and while no sync can be over it shows nothing decided."""
        answers, statuses = [None] * len(asked), 0

        def ask(i, path, body, key):
            answers[i] = post(self.hall, path, body, key)
        with open(self.held, "x", encoding="utf-8"):
            began = time.monotonic()
        threads = [threading.Thread(target=ask, args=(i, *a)) for i, a in enumerate(asked)]
        for t in threads:
            t.start()
        while statuses < 20 or time.monotonic() - began < 1:
            status = self.hall.ask("GET", "status")
            self.assertEqual(status.status, 200)
            self.assertTrue(undecided(status.json), "not on disk, but seen")
            statuses += 1
        self.assertEqual(answers, [None] * len(asked), "not on disk, but told")
        os.unlink(self.held)
        for t in threads:
            t.join(WAIT_S)
        self.assertTrue(all(a and a.status in (200, 201) for a in answers), answers)
        return [told(a) for a in answers]

    def test_slow_disk(self):
        issued = self.meanwhile(lambda status: status["totals"]["issued_today"] == 0,
                                *[("tickets", {"service": "A"}, "one") for _ in range(4)],
                                ("tickets", {"service": "A"}, "two"))
        self.assertEqual(len(set(issued[:4])), 1, "the same key")
        self.assertEqual(sorted([issued[0][0], issued[4][0]]), ["A00001", "A00002"])
        called = self.meanwhile(lambda status: all(w["ticket"] is None for w in status["windows"]),
                                ("windows/1/next", None, "1"), ("windows/2/next", None, "2"))
        self.assertEqual(sorted(called), ["A00001", "A00002"])
        self.holds(self.hall, "a slow disk")
        self.hall.stop()


if __name__ == "__main__":
    unittest.main()
