"""What is known of people goes at its time: from the database, its log, our copies of it and all else that halld keeps."""

import os
import shutil
import sqlite3
import struct
import subprocess
import tempfile
import unittest

from hall import HALLCTL, LAYOUT, ROOT, WAIT_S
from test_clock import TimedWorld

ANN, BOB = "11010519491231002X", "440524188001010014"
SLOTS = {**LAYOUT["services"][1], "slots": [{"from": "10:00", "to": "11:00", "limit": 9}]}
WORDS = ["canary-%s-0123456789" % what for what in ("pause", "hold", "class", "void", "return", "comment", "option", "cancel", "service", "name", "phone", "refused")]

# What is erased stays in the log beside the database while somebody reads there, as reports are counted at a start: twenty seconds later it is tried again.
TRIED_AGAIN = {"seconds": 21}

STAYS, CHANGED = b"canary-stays-0123456789", b"canary-changed-0123456789"


def files(*folders):
    """Every file below them and its bytes."""
    for folder in folders:
        for at, _, names in os.walk(folder):
            for name in names:
                path = os.path.join(at, name)
                if os.path.isfile(path):
                    with open(path, "rb") as f:
                        yield path, f.read()


class Erasure(unittest.TestCase):
    def setUp(self):
        self.second = tempfile.mkdtemp(prefix="second-")
        self.addCleanup(shutil.rmtree, self.second, True)
        self.world = TimedWorld({
            **LAYOUT, "hall": {**LAYOUT["hall"], "retention_days": 3}, "services": [LAYOUT["services"][0], SLOTS],
            "backup": {"folder": self.second, "keep": 9}, "devices": [{"id": "voice", "driver": "syn6288"}]}, ("voice=voice",))
        self.addCleanup(self.world.stop)
        self.hall = self.world.hall
        self.world.go(**TRIED_AGAIN)

    def post(self, path, body=None, status=200):
        self.world.go(seconds=1)
        self.keys = getattr(self, "keys", 0) + 1
        answer = self.hall.ask("POST", path, body or {}, local=True, headers=[("Idempotency-Key", "key-%d" % self.keys)])
        self.assertEqual(answer.status, status, answer)
        return answer.json

    def ctl(self, *words):
        done = subprocess.run([HALLCTL, "-d", self.hall.state, *words], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
                              cwd=ROOT, timeout=2 * WAIT_S, check=False)
        self.assertEqual(done.returncode, 0, done.stderr)
        return done.stdout.splitlines()[-1]

    def rows(self, sql):
        db = sqlite3.connect("file:%s/halld.db?mode=ro" % self.hall.state, uri=True)
        try:
            return db.execute(sql).fetchall()
        finally:
            db.close()

    def seed(self):
        """Canaries, by what they are: people by the bytes of their rows, words as they are."""
        word = {name.split("-")[1]: name for name in WORDS}
        ann = self.post("tickets", {"service": "A", "id_number": ANN}, 201)
        held = self.post("tickets", {"service": "A"}, 201)
        void = self.post("tickets", {"service": "A"}, 201)
        gone = self.post("tickets", {"service": "B"}, 201)
        self.post("tickets", {"service": "A"}, 201)
        self.post("windows/1/next")
        self.post("windows/1/next")
        self.post("tickets/%s/rating" % ann["token"], {"grade": 2, "options": [word["option"]], "comment": word["comment"]})
        self.post("windows/1/hold", {"reason": word["hold"]})
        self.post("tickets/%s/class" % void["number"], {"class": "elderly", "reason": word["class"]})
        self.post("tickets/%s/service" % void["number"], {"service": "B", "reason": word["service"]})
        self.post("tickets/%s/void" % void["number"], {"reason": word["void"]})
        self.post("tickets/%s/cancel" % gone["number"], {"reason": word["cancel"]})
        self.post("windows/1/unhold", {"number": held["number"]})
        self.post("windows/1/abandon")
        self.post("tickets/%s/return" % held["number"], {"reason": word["return"]})
        self.post("windows/1/pause", {"reason": word["pause"]})
        self.post("staff", {"name": word["name"], "phone": CHANGED.decode()}, 201)
        self.hall.ask("PUT", "staff/1", {"rev": 1, "phone": word["phone"]}, local=True)
        self.post("staff", {"name": STAYS.decode()}, 201)
        self.post("leave", {"person": 1, "from": "2026-09-01", "to": "2026-09-01", "kind": "sick"}, 201)
        self.post("staff/1/leave", {})
        self.post("leave/1/refuse", {"reason": word["refused"]})
        time = "2026-09-02T%d:00:00+08:00"
        self.post("bookings", {"service": "B", "from": time % 10, "to": time % 11, "id_number": BOB}, 201)
        (ticket,), (booking,) = self.rows("SELECT hash FROM person"), self.rows("SELECT hash FROM booking")
        for body, in self.rows("SELECT body FROM answer"):
            self.assertEqual([name for name in (*WORDS, "\"002X\"", "\"0014\"") if name in body], [], "nor has a kept answer")
        self.people = {"ann": struct.pack(">q4s", ticket[0], ANN[-4:].encode()), "bob": struct.pack(">q4s", booking[0], BOB[-4:].encode())}
        self.words = {name: name.encode() for name in WORDS}

    def left(self, canaries):
        """{where: which}; also an ID number itself, which is nowhere at any time."""
        places = {}
        for path, data in files(self.hall.folder.name, self.second):
            found = {name for name, what in {**canaries, "number": ANN[:17].encode(), "other": BOB[:17].encode()}.items() if what in data}
            if found:
                places[os.path.basename(path)] = found
        return places

    def seeded_copies(self):
        """Canaries in the database, in copies in both places, in what a restore kept and in a copy whose erasure was stopped half-way."""
        self.seed()
        path = self.ctl("backup")
        self.hall.process.terminate()
        self.hall.process.wait(WAIT_S)
        self.ctl("restore", path)
        half = os.path.join(self.second, "halld-20260901-000000.db")
        work = path + ".work"
        shutil.copy(path, work)
        db = sqlite3.connect(work)
        db.execute("PRAGMA journal_mode = WAL")
        db.execute("UPDATE note SET text = text || '!'")
        db.commit()
        shutil.copy(work, half)
        shutil.copy(work + "-wal", half + "-wal")
        db.close()
        os.unlink(work)
        for place in self.second, os.path.join(self.hall.state, "backup"):
            shutil.copy(path, os.path.join(place, "halld-20260901-000001.db.part"))
        shutil.copy(path, os.path.join(self.hall.state, "halld.db.restore"))
        for at, _, names in os.walk(self.hall.state):
            for name in names:
                os.utime(os.path.join(at, name), (0, 0))
        os.utime(os.path.join(self.second, "halld-20260901-000001.db.part"), (0, 0))
        self.hall.start()
        return os.path.basename(path), os.path.basename(half)

    def test_all_of_it(self):
        made, half = self.seeded_copies()
        everywhere = {"halld.db", "halld.db.before", made, half}
        for who, canary in self.people.items():
            self.assertEqual(everywhere - set(self.left({who: canary})), set(), who + " is there before the time")
        for name, canary in self.words.items():
            self.assertEqual(everywhere - set(self.left({name: canary})), set(), name + " is there before the time")

        for body, in self.rows("SELECT body FROM event"):
            self.assertEqual([name for name in WORDS if name in body], [], "the log has no words of people's")

        self.world.go(days=1)
        self.assertEqual(self.left({"ann": self.people["ann"]}), {}, "on the day after")
        self.assertEqual(everywhere - set(self.left({"bob": self.people["bob"]})), set(), "booked for today")
        self.world.go(days=1)
        self.assertEqual(self.left(self.people), {})
        self.assertEqual(everywhere - set(self.left(self.words)), set(), "kept for three days")
        self.world.go(days=2)
        self.assertEqual(self.left({**self.people, **self.words, "changed": CHANGED}), {})
        self.assertIn("halld.db", self.left({"stays": STAYS}), "who works here is known")
        self.assertNotIn(half + "-wal", os.listdir(self.second))

        answer = self.hall.ask("GET", "backup", local=True).json
        self.assertEqual((answer["erased_at"][:14], answer["error"]), ("2026-09-05T04:", ""))
        self.assertEqual(self.rows("SELECT count(*) FROM rating WHERE note <> ''"), [(1,)], "the grade stays")
        self.hall.process.terminate()
        self.hall.process.wait(WAIT_S)
        for name in (made, half):
            self.ctl("restore", next(path for path, _ in files(self.second) if os.path.basename(path) == name))
        self.hall.start()

    def test_a_damaged_database(self):
        """That a restore has put aside cannot be erased in: it is said each night, and it goes whole when the time of all in it is over."""
        self.seed()
        path = self.ctl("backup")
        self.hall.process.terminate()
        self.hall.process.wait(WAIT_S)
        damaged = os.path.join(self.hall.state, "halld.db")
        with open(path, "rb") as f:
            data = f.read()
        with open(damaged, "wb") as f:
            f.write(100 * b"?" + data[100:])
        os.unlink(damaged + "-wal")
        self.ctl("restore", path)
        aside = damaged + ".before"
        os.utime(aside, (self.world.time.timestamp(), self.world.time.timestamp()))
        self.hall.start()
        self.world.go(days=2)
        self.assertIn(aside, self.hall.ask("GET", "backup", local=True).json["error"])
        self.world.go(days=2)
        self.assertEqual(self.left({**self.people, **self.words}), {})
        self.assertEqual(self.hall.ask("GET", "backup", local=True).json["erased_at"][:14], "2026-09-05T04:")

    def test_a_second_place_that_cannot_be_read(self):
        """Nobody says that it is erased there."""
        os.rmdir(self.second)
        with open(self.second, "w", encoding="utf-8"):
            self.addCleanup(os.unlink, self.second)
        self.seed()
        self.world.go(days=1)
        answer = self.hall.ask("GET", "backup", local=True).json
        self.assertEqual((answer["erased_at"][:10], answer["error"]), ("2026-09-01", self.second + ": Not a directory"))
        self.assertIn("erasure: %s: Not a directory" % self.second, self.hall.said())

    def test_what_the_hall_has_at_hand(self):
        """Goes with its row, is told nobody any more, and is not written again."""
        self.post("staff", {"name": "x"}, 201)
        self.post("leave", {"person": 1, "from": "2026-09-01", "to": "2026-09-01", "kind": "sick", "reason": WORDS[0]}, 201)
        reason = lambda: self.hall.ask("GET", "leave/1", local=True).json.get("reason")
        self.world.go(days=2)
        self.assertEqual(reason(), WORDS[0])
        self.world.go(days=3)
        self.assertIsNone(reason())
        self.post("leave/1/approve")
        self.assertEqual(self.rows("SELECT private FROM record WHERE key = 'leave:1'"), [("",)])

    def test_a_hall_that_is_off_at_night(self):
        """It is done at the next start."""
        self.seed()
        self.ctl("backup")
        self.hall.kill()
        self.world.time = self.world.time.replace(day=9)
        self.hall.start()
        self.world.go(**TRIED_AGAIN)
        self.assertEqual(self.left({**self.people, **self.words}), {})

    def test_a_clock_that_is_put_right(self):
        """Not believed at any start nor at night: what is due goes once it is, for the hall is switched off before the next night."""
        self.seed()
        self.world.go(hours=5)
        self.hall.kill()
        self.world.time = self.world.time.replace(hour=0)
        self.hall.start()
        self.world.go(hours=32)
        self.assertNotEqual(self.left({"ann": self.people["ann"]}), {}, "that date says nothing about what is over")
        self.assertEqual(self.hall.ask("POST", "hall/clock", {}, local=True).status, 200)
        self.world.go(**TRIED_AGAIN)
        self.assertEqual(self.left({"ann": self.people["ann"]}), {})

    def test_what_a_reader_holds(self):
        """Stays in the log beside the database until the reader is gone, and no longer."""
        self.seed()
        self.world.go(days=3)
        db = sqlite3.connect("file:%s/halld.db?mode=ro" % self.hall.state, uri=True, isolation_level=None)
        db.execute("BEGIN")
        db.execute("SELECT count(*) FROM note").fetchone()
        self.world.go(days=1)
        self.assertNotEqual(self.left(self.words), {})
        db.execute("COMMIT")
        db.close()
        self.world.go(**TRIED_AGAIN)
        self.assertEqual(self.left({**self.people, **self.words}), {})


if __name__ == "__main__":
    unittest.main()
