"""Events of the log for those who check: which, by whom, with what was said; and whether all is as it was written."""

import hashlib
import json
import os
import shutil
import sqlite3
import subprocess
import unittest

from hall import HALLCTL, LAYOUT, ROOT, WAIT_S, Hall
from test_clock import TimedWorld


def run(state, *words):
    return subprocess.run([HALLCTL, "-d", state, *words], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=ROOT,
                          timeout=2 * WAIT_S, check=False)


class Audit(unittest.TestCase):
    def setUp(self):
        self.hall = Hall(LAYOUT)
        self.addCleanup(self.hall.stop)

    def post(self, path, body=None, **more):
        answer = self.hall.ask("POST", path, body or {}, **(more or {"local": True}))
        self.assertLess(answer.status, 300, answer)
        return answer.json

    def audit(self, query="", **more):
        answer = self.hall.ask("GET", "audit" + query, **(more or {"local": True}))
        self.assertEqual(answer.status, 200, answer)
        return answer.json

    def kinds(self, query):
        return [row["kind"] for row in self.audit(query)["events"]]

    def test_a_morning(self):
        self.hall.user("li", "clerk")
        self.hall.user("boss", "inspector")
        ticket = self.post("tickets", {"service": "A"})
        token = self.hall.token("li", 1)
        self.post("windows/1/next", token=token)
        self.post("windows/1/pause", {"reason": "午餐"}, token=token)
        self.post("windows/1/finish", token=token)
        self.post("tickets/%s/rating" % ticket["token"], {"grade": 2, "options": ["等太久"], "comment": "慢"})
        whole = self.audit(token=self.hall.token("boss"))
        self.assertEqual([row["seq"] for row in whole["events"]], list(range(1, len(whole["events"]) + 1)))
        self.assertIsNone(whole["next"])
        self.assertNotIn(ticket["token"], str(whole), "a ticket's key is its holder's")
        by_kind = {row["kind"]: row for row in whole["events"]}
        pause = self.audit("?kind=window.paused")["events"][0]      # that it is to be, at the end of the service
        self.assertEqual((pause["who"], pause["actor"][:6], pause["subject"], pause["said"], pause["erased"]), ("li", "staff:", "window:1", "午餐", False))
        self.assertEqual(by_kind["rating.given"]["said"], "等太久 · 慢")
        self.assertEqual((by_kind["ticket.called"]["about"], by_kind["ticket.called"]["body"]["window"]), ("A001", 1))
        self.assertEqual(by_kind["staff.signed_in"]["body"]["staff_name"], "boss")
        self.assertEqual(self.kinds("?kind=window"), ["window.opened", "window.paused", "window.paused"])
        self.assertEqual(self.kinds("?kind=ticket.called"), ["ticket.called"])
        self.assertEqual(set(self.kinds("?subject=" + by_kind["ticket.called"]["subject"])),
                         {"ticket.issued", "ticket.called", "ticket.finished", "rating.given"})
        self.assertLessEqual({"ticket.called", "window.paused"}, set(self.kinds("?actor=" + pause["actor"])))
        self.assertEqual(self.kinds("?from=2001-01-01&to=2001-01-02"), [])
        today = whole["events"][-1]["day"]
        self.assertEqual(self.audit("?from=%s&to=%s" % (today, today)), self.audit())
        seqs, after = [], 0
        while after is not None:
            page = self.audit("?limit=3&after=%d" % after)
            self.assertLessEqual(len(page["events"]), 3)
            seqs += [row["seq"] for row in page["events"]]
            after = page["next"]
        self.assertEqual(seqs[:len(whole["events"])], [row["seq"] for row in whole["events"]])

    def test_what_cannot_be_asked(self):
        for query, pointer in ("?from=x", "/from"), ("?to=2026-02-30", "/to"), ("?limit=1001", "/limit"), ("?after=-1", "/after"), ("?after=x", "/after"),\
                ("?from=2026-11-30&to=2026-11-29", "/to"), ("?kind=windows", "/kind"), ("?kind=tick", "/kind"):
            with self.subTest(query):
                answer = self.hall.ask("GET", "audit" + query, local=True)
                self.assertEqual((answer.status, answer.code, answer.json["pointer"]), (400, "bad_request", pointer))

    def test_the_chain(self):
        """By the recipe in the paper, by the program, and by the program on a file."""
        self.hall.issue()
        self.post("windows/1/next")
        answer = self.hall.ask("GET", "audit/verify", local=True).json
        db = sqlite3.connect("file:%s/halld.db?mode=ro" % self.hall.state, uri=True)
        chain = bytes(32)
        for row in db.execute("SELECT seq, day, at_ms, boot, mono_ms, kind, actor, subject, body FROM event ORDER BY seq"):
            chain = hashlib.sha256(chain + "\n".join(map(str, row)).encode()).digest()
        db.close()
        self.assertEqual(answer, {"ok": True, "from_seq": 1, "to_seq": self.hall.seq(), "first_wrong_seq": None, "chain": chain.hex()})
        self.assertEqual(run(self.hall.state, "audit", "--verify").stdout, "%d events, each as it was written\n" % self.hall.seq())
        done = run(self.hall.state, "--json", "audit", "--verify")
        self.assertEqual((done.returncode, json.loads(done.stdout)), (0, answer))

    def test_what_was_changed_is_named(self):
        for _ in range(5):
            self.hall.issue()
        copy = run(self.hall.state, "backup").stdout.splitlines()[-1]
        last = self.hall.seq()
        self.assertEqual(run("/nowhere", "audit", "--verify", copy).stdout, "%d events, each as it was written\n" % last)

        def changed(what, seq, change):
            with self.subTest(what):
                path = os.path.join(self.hall.folder.name, "changed.db")
                shutil.copy(copy, path)
                change(path)
                done = run("/nowhere", "audit", "--verify", path)
                self.assertEqual((done.returncode, done.stderr),
                                 (1, "hallctl: audit: event %d is not as it was written, or is missing\n" % seq))
                os.unlink(path)

        def flip(path):
            with open(path, "r+b") as f:
                data = f.read()
                self.assertEqual(data.count(b'"A003"'), 1)
                f.seek(data.index(b'"A003"') + 1)
                f.write(b"B")

        def sql(statement):
            def change(path):
                with sqlite3.connect(path) as db:
                    db.execute(statement)
                db.close()
            return change

        seq = [row["seq"] for row in self.audit("?kind=ticket.issued")["events"]][2]
        changed("a byte", seq, flip)
        changed("who", 3, sql("UPDATE event SET actor = 'staff:9' WHERE seq = 3"))
        changed("when", 3, sql("UPDATE event SET at_ms = at_ms + 1 WHERE seq = 3"))
        changed("the chain", last, sql("UPDATE event SET chain = zeroblob(32) WHERE seq = %d" % last))
        changed("one is gone", 3, sql("DELETE FROM event WHERE seq = 3"))
        changed("the first is gone", 1, sql("DELETE FROM event WHERE seq = 1"))

    def test_a_copy_of_an_older_version(self):
        """Has fewer tables, and its log is checked like any other."""
        self.hall.issue()
        copy = run(self.hall.state, "backup").stdout.splitlines()[-1]
        with sqlite3.connect(copy) as db:
            db.execute("DROP TABLE record")
            db.execute("PRAGMA user_version = 13")
        db.close()
        done = run("/nowhere", "audit", "--verify", copy)
        self.assertEqual((done.stdout, done.stderr), ("%d events, each as it was written\n" % self.hall.seq(), ""))

    def test_in_the_running_hall(self):
        """Another program has changed the database of a hall that was off."""
        self.hall.issue()
        self.hall.kill()
        with sqlite3.connect(os.path.join(self.hall.state, "halld.db")) as db:
            db.execute("UPDATE event SET at_ms = at_ms - 1000 WHERE seq = 2")
        db.close()
        self.hall.start()
        answer = self.hall.ask("GET", "audit/verify", local=True).json
        self.assertEqual((answer["ok"], answer["first_wrong_seq"], answer["chain"]), (False, 2, None))
        copy = run(self.hall.state, "backup").stdout.splitlines()[-1]
        for file in [], [copy]:
            with self.subTest(file=file):
                self.assertEqual(run(self.hall.state, "audit", "--verify", *file).returncode, 1)
                done = run(self.hall.state, "--json", "audit", "--verify", *file)
                said = json.loads(done.stdout)
                self.assertEqual((done.returncode, said["ok"], said["first_wrong_seq"]), (1, False, 2), "nor does a program take it for good")

    def test_terminal(self):
        self.hall.user("li", "clerk")
        self.hall.issue()
        self.post("windows/1/next")
        self.post("windows/1/hold", {"reason": "复印"})
        lines = run(self.hall.state, "audit", "kind=ticket").stdout.splitlines()
        self.assertEqual([line.split()[3:] for line in lines], [["ticket.issued", "ctl", "A001"], ["ticket.called", "ctl", "A001"],
                                                              ["ticket.held", "ctl", "A001", "复印"]])
        self.assertEqual(run(self.hall.state, "audit", "2001-01-01", "2001-01-02").stdout, "")
        self.assertEqual(run(self.hall.state, "audit", "staff.added").returncode, 2)


class Erased(unittest.TestCase):
    def test_what_is_not_kept(self):
        """Is said to have been there."""
        world = TimedWorld({**LAYOUT, "hall": {**LAYOUT["hall"], "retention_days": 1}, "devices": [{"id": "voice", "driver": "syn6288"}]}, ("voice=voice",))
        self.addCleanup(world.stop)
        world.go(seconds=1)
        world.hall.ask("POST", "windows/1/open", {}, local=True)
        world.hall.ask("POST", "windows/1/pause", {"reason": "午餐"}, local=True)

        def pauses(query=""):
            events = world.hall.ask("GET", "audit?kind=window.paused" + query, local=True).json["events"]
            return [(row["said"], row["erased"]) for row in events]
        self.assertEqual(pauses(), [("午餐", False)])
        world.go(days=3)
        self.assertEqual(pauses(), [(None, True)])
        self.assertEqual((pauses("&to=2026-09-01"), pauses("&from=2026-09-02")), ([(None, True)], []))


if __name__ == "__main__":
    unittest.main()
