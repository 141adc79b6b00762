"""Copies of the database: made beside the running hall, kept, put back."""

import contextlib
import json
import os
import shutil
import signal
import sqlite3
import subprocess
import tempfile
import threading
import time
import unittest

from hall import Answer, HALLCTL, LAYOUT, ROOT, WAIT_S, Hall, on_one_day
from test_clock import TimedWorld
from test_kill import KILLDISK
from test_spine import until


class Backups(unittest.TestCase):
    def setUp(self):
        self.hall = Hall({**LAYOUT, "backup": {"keep": 3}})
        self.addCleanup(self.hall.stop)

    def ctl(self, *words, good=True):
        done = subprocess.run([HALLCTL, "-d", self.hall.state, *words], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
                              cwd=ROOT, timeout=2 * WAIT_S, check=False)
        self.assertEqual(done.returncode, 0 if good else 1, done.stderr)
        return done.stdout if good else done.stderr

    def backup(self):
        return self.ctl("backup").splitlines()[-1]

    def numbers(self):
        return sorted(t["number"] for t in self.hall.ask("GET", "tickets", local=True).json["tickets"])

    def epoch(self):
        return self.hall.ask("GET", "status").json["epoch"]

    def begins_again(self, epoch):
        """It is another one, once it answers."""
        end = time.monotonic() + WAIT_S
        while True:
            try:
                if self.hall.ask("GET", "status").json.get("epoch", 0) > epoch:
                    return
            except OSError:
                pass
            self.assertLess(time.monotonic(), end)
            time.sleep(0.02)

    @staticmethod
    def events(path):
        with sqlite3.connect("file:%s?mode=ro" % path, uri=True) as db:
            rows = db.execute("SELECT seq, kind, body, chain FROM event ORDER BY seq").fetchall()
        db.close()
        return rows

    def test_made_while_tickets_are_taken(self):
        """It is the log up to some commit, whole."""
        stop = threading.Event()
        taken = []

        def take():
            while not stop.is_set():
                taken.append(self.hall.issue()["number"])

        taker = threading.Thread(target=take)
        taker.start()
        try:
            until("tickets are taken", lambda: taken)
            paths = [self.backup() for _ in range(2)]
        finally:
            stop.set()
            taker.join()
        self.assertEqual(os.path.dirname(paths[0]), os.path.join(self.hall.state, "backup"))
        whole = self.events(os.path.join(self.hall.state, "halld.db"))
        for path in paths:
            copied = self.events(path)
            self.assertGreater(len(copied), 1)
            self.assertEqual(copied, whole[:len(copied)])
            self.assertEqual(os.stat(path).st_mode & 0o777, 0o600)

    def restored(self, path):
        self.assertEqual(self.ctl("restore", path).splitlines()[-1], "restored from " + path)

    def process_name(self):
        with open("/proc/%d/comm" % self.hall.process.pid, encoding="utf-8") as f:
            return f.read()

    def test_put_back_while_the_hall_runs(self):
        """As it was then, in a new epoch; and it goes on."""
        first, second = self.hall.issue()["number"], self.hall.issue()["number"]
        path = self.backup()
        lost = self.hall.issue()
        before = self.epoch()
        name = self.process_name()
        self.restored(path)
        self.assertEqual(self.process_name(), name, "who looks for it by its name finds it")
        self.assertEqual(self.numbers(), [first, second])
        self.assertGreater(self.epoch(), before)
        self.assertEqual(self.hall.ask("GET", "tickets/" + lost["token"]).status, 404)
        self.assertEqual(self.hall.issue()["number"], lost["number"])
        self.assertTrue(os.path.exists(os.path.join(self.hall.state, "halld.db.before")))
        days = self.hall.ask("GET", "reports/days", local=True).json["rows"]
        self.assertEqual([row[1] for row in days], [3], "figures are counted anew")

    def test_put_back_from_elsewhere(self):
        """One that the hall keeps; a path to any other file says nothing of whether there is one."""
        self.hall.user("root", "admin")
        token, number = self.hall.token("root"), self.hall.issue()["number"]
        path, epoch = self.backup(), self.epoch()
        self.hall.issue()
        copied = shutil.copy(path, self.hall.folder.name)
        restore = lambda path: self.hall.ask("POST", "backup/restore", {"path": path}, token=token, address="192.0.2.7")
        for other in (copied, copied + ".none", os.path.join(self.hall.state, "halld.db"), os.path.dirname(path) + "/../backup/" + os.path.basename(path)):
            with self.subTest(other):
                answer = restore(other)
                self.assertEqual((answer.status, answer.json["code"]), (403, "forbidden"))
        listed = self.hall.ask("GET", "backup", token=token, address="192.0.2.7").json["backups"]
        self.assertEqual([each["path"] for each in listed], [path])
        self.assertEqual(restore(path).status, 202)
        self.begins_again(epoch)
        self.assertEqual(self.numbers(), [number])

    def test_told_to_end_while_it_begins_again(self):
        """It ends, and the copy is in its place: told at once, or when nobody hears signals any more."""
        number = self.hall.issue()["number"]
        path = self.backup()
        for when in "", "restored from " + path:
            with self.subTest(when):
                epoch, said = self.epoch(), self.hall.said()
                self.hall.issue()
                self.assertEqual(self.hall.ask("POST", "backup/restore", {"path": path}, local=True).status, 202)
                end = time.monotonic() + WAIT_S
                while when not in self.hall.said()[len(said):]:
                    self.assertLess(time.monotonic(), end)
                self.hall.process.terminate()
                self.assertEqual(self.hall.process.wait(WAIT_S), 0)
                self.hall.start()
                self.assertEqual((self.numbers(), self.epoch() > epoch), ([number], True))

    def test_put_back_without_a_hall(self):
        self.hall.issue()
        path = self.backup()
        self.hall.issue()
        before = self.epoch()
        self.hall.process.terminate()
        self.hall.process.wait(WAIT_S)
        self.restored(path)
        self.hall.start()
        self.assertEqual((self.numbers(), self.epoch() > before), (["A001"], True))

    def test_of_an_older_version(self):
        """Is put back too, and brought up to date."""
        number = self.hall.issue()["number"]
        path = self.backup()
        with contextlib.closing(sqlite3.connect(path)) as db:
            db.execute("DROP TABLE record")
            db.execute("PRAGMA user_version = 13")
            db.commit()
        self.hall.issue()
        self.restored(path)
        tickets = self.hall.ask("GET", "tickets", local=True).json["tickets"]
        self.assertEqual([ticket["number"] for ticket in tickets], [number])
        self.assertEqual(self.hall.ask("POST", "shifts", {"name": "x", "from": "09:00", "to": "17:00"}, local=True).status, 201)

    def test_taken_back(self):
        """What was there before is whole, also when halld was killed and all of it was in the log beside the database."""
        self.hall.issue()
        path = self.backup()
        self.hall.issue()
        self.hall.kill()
        self.restored(path)
        self.restored(os.path.join(self.hall.state, "halld.db.before"))
        self.hall.start()
        self.assertEqual(self.numbers(), ["A001", "A002"])

    def test_what_cannot_be_put_back(self):
        """The hall goes on with what it had, and who asked is told so at once."""
        self.hall.issue()
        path, epoch = self.backup(), self.epoch()
        self.hall.issue()
        os.mkdir(os.path.join(self.hall.state, "halld.db.restore"))
        self.assertEqual(self.ctl("restore", path, good=False), "hallctl: restore: the hall goes on as it was; its log says why\n")
        self.assertIn("restore: %s/halld.db.restore: " % self.hall.state, self.hall.said())
        self.assertEqual((self.numbers(), self.epoch()), (["A001", "A002"], epoch))

    def test_of_another_hall(self):
        """Its people, tickets and stock are not ours, whatever folder its copies lie in; by an id that was ours once, they are."""
        named = lambda name: {**LAYOUT, "hall": {**LAYOUT["hall"], "id": name}}
        other = Hall(named("other"))
        self.addCleanup(other.stop)
        number, epoch = self.hall.issue()["number"], self.epoch()
        path = other.ask("POST", "backup", {}, local=True).json["path"]
        self.assertIn("a copy of this hall, not of other", self.ctl("restore", path, good=False))
        self.hall.process.terminate()
        self.hall.process.wait(WAIT_S)
        self.assertEqual(self.ctl("restore", path, good=False), "hallctl: restore: %s: a copy of other, which this hall never was\n" % path)
        self.hall.start()
        self.assertEqual((self.numbers(), self.epoch()), ([number], epoch))
        ours = self.backup()
        self.hall.process.terminate()
        self.hall.process.wait(WAIT_S)
        with open(self.hall.conf, "w", encoding="utf-8") as f:
            json.dump(on_one_day(named("renamed")), f)
        self.hall.start()
        self.restored(ours)
        self.assertEqual(self.numbers(), [number])

    def test_what_is_no_copy(self):
        """Is refused, and the hall goes on as it was."""
        self.hall.issue()
        good = self.backup()
        damaged, other = good + ".damaged", good + ".other"
        with open(good, "rb") as f:
            data = bytearray(f.read())
        data[len(data) // 2:len(data) // 2 + 4096] = os.urandom(4096)
        with open(damaged, "wb") as f:
            f.write(data[:-5000])
        with open(other, "wb") as f:
            f.write(b"no database at all" * 100)
        epoch = self.epoch()
        for what, path in ("damaged", damaged), ("another file", other), ("nothing", good + ".none"):
            with self.subTest(what, runs=True):
                self.ctl("restore", path, good=False)
                self.assertEqual((self.numbers(), self.epoch()), (["A001"], epoch))
        self.hall.process.terminate()
        self.hall.process.wait(WAIT_S)
        for what, path in ("damaged", damaged), ("another file", other):
            with self.subTest(what, runs=False):
                self.ctl("restore", path, good=False)
        self.hall.start()
        self.assertEqual((self.numbers(), self.epoch()), (["A001"], epoch))


@unittest.skipUnless(os.geteuid() == 0, "only root works on what is another user's")
class AnotherUser(unittest.TestCase):
    """halld has a user of its own; who works on its state without it is root."""
    USER = 65534

    def setUp(self):
        self.hall = Hall(start=False)
        self.addCleanup(self.hall.stop)
        os.chmod(self.hall.folder.name, 0o755)
        os.chmod(self.hall.conf, 0o644)
        os.mkdir(self.hall.state, 0o700)
        os.chown(self.hall.state, self.USER, self.USER)

    def ctl(self, *words, said=""):
        done = subprocess.run([HALLCTL, "-d", self.hall.state, *words], input=said, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
                              cwd=ROOT, timeout=2 * WAIT_S, check=False)
        self.assertEqual(done.returncode, 0, done.stderr)
        return done.stdout

    def test_the_first_account(self):
        self.ctl("user", "add", "root", "admin", said="correct horse\n")
        self.hall.start(user=self.USER)
        self.assertEqual(self.hall.sign_in("root").status, 201)

    def test_put_back(self):
        """The hall opens what root has put there."""
        self.hall.start(user=self.USER)
        self.hall.issue()
        path = self.ctl("backup").splitlines()[-1]
        self.hall.issue()
        self.hall.process.terminate()
        self.hall.process.wait(WAIT_S)
        self.ctl("restore", path)
        self.hall.start(user=self.USER)
        self.assertEqual(self.hall.issue()["number"], "A002")
        self.assertEqual({os.stat(os.path.join(at, name)).st_uid for at, _, names in os.walk(self.hall.state) for name in names}, {self.USER})


    def test_what_the_hall_may_not_read(self):
        """Is no bad copy: it says so, and how it can be put back."""
        self.hall.start(user=self.USER)
        self.hall.issue()
        path = os.path.join(self.hall.folder.name, "kept.db")
        shutil.copy(self.ctl("backup").splitlines()[-1], path)
        os.chmod(path, 0o600)
        done = subprocess.run([HALLCTL, "-d", self.hall.state, "restore", path], stderr=subprocess.PIPE, text=True, cwd=ROOT, check=False)
        self.assertEqual(done.returncode, 1)
        self.assertIn("should be a file that halld's user may read, or halld stopped meanwhile", done.stderr)
        self.hall.process.terminate()
        self.hall.process.wait(WAIT_S)
        self.ctl("restore", path)
        self.hall.start(user=self.USER)
        self.assertEqual(self.hall.issue()["number"], "A002")


class FullDisk(unittest.TestCase):
    def test_that_a_copy_would_fill(self):
        """Then there is none, and tickets are to be had."""
        hall = Hall(on_one_day(LAYOUT), start=False)
        self.addCleanup(hall.stop)
        hall.start({"LD_PRELOAD": KILLDISK, "KILLDISK_DIR": hall.state, "KILLDISK_FREE_MB": "30"})
        answer = hall.ask("POST", "backup", {}, local=True)
        self.assertEqual((answer.status, answer.code), (503, "store_failed"))
        self.assertRegex(answer.json["detail"], "backup: 30 MB are free, and a copy is made where there are 33$")
        self.assertEqual(os.listdir(os.path.join(hall.state, "backup")), [])
        self.assertEqual(hall.ask("POST", "tickets", {"service": "A"}, local=True).status, 201)


class SecondPlace(unittest.TestCase):
    """That hangs, as a network's does whose server is away: nothing else waits for it."""

    def setUp(self):
        self.hall = Hall(start=False)
        self.addCleanup(self.hall.stop)
        self.place, self.hangs = (os.path.join(self.hall.folder.name, name) for name in ("place", "hangs"))
        self.folder = os.path.join(self.place, "halld")
        self.addCleanup(lambda: os.path.exists(self.hangs) and os.unlink(self.hangs))
        os.makedirs(self.folder)

    def layout(self, folder):
        with open(self.hall.conf, "w", encoding="utf-8") as f:
            json.dump({**on_one_day(LAYOUT), "backup": {"folder": folder}}, f)

    def hang(self):
        with open(self.hangs, "w", encoding="utf-8"):
            pass

    def start(self):
        self.layout(self.folder)
        self.hall.start({"LD_PRELOAD": KILLDISK, "KILLDISK_DIR": self.place, "KILLDISK_HANGS": self.hangs})

    def asks(self, method, path):
        """A request that is not waited for."""
        connection = self.hall.connect(local=True)
        self.addCleanup(connection.close)
        connection.request(method, path, "{}" if method == "POST" else None, {"Content-Type": "application/json"})
        return connection

    def ready(self):
        return {f["code"]: f for f in self.hall.ask("GET", "ready", local=True).json["findings"]}

    def here(self):
        return [os.path.basename(row["path"]) for row in self.hall.ask("GET", "backup", local=True).json["backups"]]

    def erased(self):
        until("it is erased in both places", lambda: self.hall.ask("GET", "backup", local=True).json["erased_at"])

    def test_what_goes_on(self):
        self.hang()
        self.start()
        backup = self.asks("POST", "/api/v1/backup")
        until("there is one here", self.here)
        again = self.asks("POST", "/api/v1/backup")
        self.hall.user("ann", "clerk")
        self.assertEqual(self.hall.sign_in("ann").status, 201)
        self.assertEqual(self.hall.ask("GET", "reports/days", local=True).status, 200)
        self.assertEqual(self.hall.ask("GET", "audit", local=True).status, 200)
        self.assertIn("backup.hangs", self.ready(), "what it has was never known")
        self.assertEqual(len(self.here()), 1, "who asks again gets the same")
        os.unlink(self.hangs)
        self.assertEqual(Answer(backup.getresponse()).json, Answer(again.getresponse()).json)
        self.assertEqual(os.listdir(self.folder), self.here())
        self.erased()

    def test_what_is_said(self):
        """And another place does not wait for it."""
        self.start()
        self.erased()
        self.hang()
        found = self.ready()["backup.hangs"]
        self.assertEqual((found["folder"], found["what"]["en"]), (self.folder, "The second place for backups, %s, does not answer" % self.folder))
        other = os.path.join(self.hall.folder.name, "other")
        self.layout(other)
        self.hall.process.send_signal(signal.SIGHUP)
        until("it is taken", lambda: "layout" in self.hall.said().split("http", 1)[1])
        self.assertEqual(self.hall.ask("POST", "backup", {}, local=True).status, 200)
        self.assertEqual(os.listdir(other), self.here())
        self.assertNotIn("backup.hangs", self.ready())

    def test_the_end(self):
        """Is not held up for ever, and who waits is answered."""
        self.start()
        self.erased()
        self.hang()
        ready, backup = self.asks("GET", "/api/v1/ready"), self.asks("POST", "/api/v1/backup")
        self.assertEqual(ready.getresponse().status, 200)
        self.hall.process.terminate()
        self.assertEqual(self.hall.process.wait(WAIT_S), 0)
        self.assertEqual(Answer(backup.getresponse()).code, "store_failed")

    def test_a_start_after_a_day_that_was_not_closed(self):
        """A copy and an erasure are due at once; it ends meanwhile all the same."""
        self.layout(self.folder)
        before = TimedWorld({**LAYOUT, "devices": [{"id": "voice", "driver": "syn6288"}]}, ("voice=voice",))
        self.addCleanup(before.stop)
        self.assertEqual(before.hall.issue()["number"], "A001")
        before.hall.process.terminate()
        before.hall.process.wait(WAIT_S)
        shutil.copytree(before.hall.state, self.hall.state, ignore=shutil.ignore_patterns("halld.sock"))
        self.hang()
        self.start()
        until("there is one here", self.here)
        self.hall.process.terminate()
        self.assertEqual(self.hall.process.wait(WAIT_S), 0)
        os.unlink(self.hangs)
        self.start()
        self.erased()


class Nights(unittest.TestCase):
    def test_after_each_day_and_in_a_second_place(self):
        """The newest are kept in both."""
        second = os.path.join(self.enterContext(tempfile.TemporaryDirectory(prefix="second-")), "halld")
        world = TimedWorld({**LAYOUT, "backup": {"folder": second, "keep": 2}, "devices": [{"id": "voice", "driver": "syn6288"}]}, ("voice=voice",))
        self.addCleanup(world.stop)
        world.go(seconds=1)
        for _ in range(3):
            self.assertEqual(world.hall.ask("POST", "tickets", {"service": "A"}, local=True).status, 201)
            world.go(days=1)
        for folder in os.path.join(world.hall.state, "backup"), second:
            self.assertEqual(sorted(os.listdir(folder)), ["halld-20260903-040000.db", "halld-20260904-040000.db"])
        answer = world.hall.ask("GET", "backup", local=True).json
        self.assertEqual((answer["ok_at"], answer["failed_at"], len(answer["backups"])), ("2026-09-04T04:00:00+08:00", None, 2))

    def test_put_back_while_the_clock_is_wrong(self):
        """The epoch is newer all the same, also than that of what was there: to an older one nobody outside listens."""
        world = TimedWorld({**LAYOUT, "devices": [{"id": "voice", "driver": "syn6288"}]}, ("voice=voice",))
        self.addCleanup(world.stop)
        world.go(seconds=1)
        epoch = lambda: world.hall.ask("GET", "status").json["epoch"]
        path = world.hall.ask("POST", "backup", {}, local=True).json["path"]
        for _ in range(3):
            before = epoch()
            world.hall.process.terminate()
            world.hall.process.wait(WAIT_S)
            done = subprocess.run([HALLCTL, "-d", world.hall.state, "restore", path], stdout=subprocess.DEVNULL, cwd=ROOT, check=False)
            self.assertEqual(done.returncode, 0)
            world.time = world.time.replace(month=world.time.month - 1)
            world.hall.start()
            self.assertGreater(epoch(), before)

    def test_a_second_place_that_is_none(self):
        """Is said, and stops nothing."""
        world = TimedWorld({**LAYOUT, "backup": {"folder": "/proc/none"}, "devices": [{"id": "voice", "driver": "syn6288"}]}, ("voice=voice",))
        self.addCleanup(world.stop)
        world.go(seconds=1)
        world.hall.ask("POST", "tickets", {"service": "A"}, local=True)
        world.go(days=1)
        answer = world.hall.ask("GET", "backup", local=True).json
        self.assertIn("/proc/none", answer["error"])
        self.assertEqual((answer["ok_at"], len(answer["backups"])), (None, 1))
        refused = world.hall.ask("POST", "backup", {}, local=True)
        self.assertEqual((refused.status, refused.code, refused.json["detail"]), (503, "store_failed", answer["error"]), "who asked for one is told why")
        world.hall.kill()
        world.hall.start()
        found = {finding["code"] for finding in world.hall.ask("GET", "ready", local=True).json["findings"]}
        self.assertIn("backup.second", found, "after a restart as well")


if __name__ == "__main__":
    unittest.main()
