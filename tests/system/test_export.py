"""All that is kept, handed out in open formats: whole, and without what concerns people."""

import csv
import hashlib
import io
import json
import os
import sqlite3
import subprocess
import tempfile
import threading
import unittest

from hall import HALLCTL, LAYOUT, ROOT, WAIT_S, Hall

ANN = "11010519491231002X"


class Case(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        slots = {**LAYOUT["services"][1], "slots": [{"from": "10:00", "to": "11:00", "limit": 9}]}
        cls.hall = Hall({**LAYOUT, "services": [LAYOUT["services"][0], slots]})
        cls.addClassCleanup(cls.hall.stop)
        for name, role in ("li", "clerk"), ("boss", "manager"):
            cls.hall.user(name, role)
        cls.ticket = cls.post("tickets", {"service": "A", "id_number": ANN})
        for _ in range(4):
            cls.hall.issue()
        cls.post("windows/1/next", {})
        cls.post("windows/1/hold", {"reason": "=1+1"})
        cls.post("windows/1/pause", {"reason": "＝1+1"})
        cls.post("tickets", {"services": ["B", "A"]})
        slot = cls.hall.ask("GET", "slots?service=B", local=True).json["slots"][1]      # the first may begin just now
        cls.booking = cls.post("bookings", {"service": "B", "from": slot["from"], "to": slot["to"], "id_number": ANN})

    @classmethod
    def post(cls, path, body):
        answer = cls.hall.ask("POST", path, body, local=True)
        assert answer.status < 300, answer
        return answer.json

    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="export-")
        self.addCleanup(folder.cleanup)
        self.folder = os.path.join(folder.name, "out")

    def ctl(self, *words, token=None):
        where = ["-u", "http://127.0.0.1:%d" % self.hall.port] if token else ["-d", self.hall.state]
        return subprocess.run([HALLCTL, *where, "export", self.folder, *words], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
                              cwd=ROOT, timeout=2 * WAIT_S, check=False, env={**os.environ, **({"HALL_TOKEN": token} if token else {})})

    def export(self, *words, **more):
        done = self.ctl(*words, **more)
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        self.assertEqual(done.stdout.splitlines()[-1], self.folder)
        return json.loads(self.read("manifest.json"))

    def read(self, name):
        with open(os.path.join(self.folder, name), encoding="utf-8") as f:
            return f.read()

    def table(self, name):
        with open(os.path.join(self.folder, name), "rb") as f:
            data = f.read()
        self.assertTrue(data.startswith(b"\xef\xbb\xbf") and data.endswith(b"\r\n"), name)
        rows = list(csv.reader(io.StringIO(data[3:].decode(), newline="")))
        return [dict(zip(rows[0], row)) for row in rows[1:]]

    def events(self):
        return [json.loads(line) for line in self.read("event.jsonl").splitlines()]

    def sql(self, statement):
        db = sqlite3.connect("file:%s/halld.db?mode=ro" % self.hall.state, uri=True)
        try:
            return db.execute(statement).fetchall()
        finally:
            db.close()


class Export(Case):
    def test_for_a_manager(self):
        """Without people: no names, no words, no ID numbers, no keys."""
        manifest = self.export(token=self.hall.token("boss"))
        seq = self.hall.seq()
        self.assertEqual((manifest["hall"], manifest["personal"], manifest["seq"], manifest["tables_seq"]), ("small", False, seq, seq))
        self.assertEqual(manifest["epoch"], self.hall.ask("GET", "status").json["epoch"])
        self.assertEqual(manifest["chain"], self.hall.ask("GET", "audit/verify", local=True).json["chain"])
        self.assertEqual({file["name"] for file in manifest["files"]} | {"README.txt", "manifest.json"}, set(os.listdir(self.folder)))
        for file in manifest["files"]:
            table, kind = file["name"].split(".")
            self.assertEqual([(file["rows"],)], self.sql("SELECT count(*) FROM %s" % table), table)
            if kind == "csv":
                self.assertEqual(len(self.table(file["name"])), file["rows"], table)
        self.assertEqual([event["seq"] for event in self.events()], list(range(1, seq + 1)))
        self.assertEqual(list(self.events()[0]), next(file["columns"] for file in manifest["files"] if file["name"] == "event.jsonl"))
        ticket = self.table("ticket.csv")[0]
        issued_at, = (each["issued_at"] for each in self.hall.ask("GET", "tickets", local=True).json["tickets"] if each["number"] == "A001")
        day = self.hall.ask("GET", "tickets/A001/story", local=True).json["day"]       # until four in the morning it is that of yesterday
        self.assertEqual((ticket["number"], ticket["class"], ticket["issued_at"], ticket["day"]), ("A001", "ordinary", issued_at[:19].replace("T", " "), day))
        self.assertEqual([(leg["ticket"], leg["n"], leg["service"]) for leg in self.table("leg.csv")[-2:]], [("6", "1", "B"), ("6", "2", "A")])
        everything = "".join(self.read(name) for name in os.listdir(self.folder))
        for what, secret in (("a ticket's key", self.ticket["token"]), ("a booking's", self.booking["code"]), ("who it is", "002X"), ("a clerk", "\"li\""),
                             ("words", "=1+1"), ("a password", "scrypt"), *(("a key", key) for key, in self.sql("SELECT value FROM meta WHERE name LIKE '%_key'")),
                             *(("a session", each) for each, in self.sql("SELECT hash FROM session"))):
            with self.subTest(what):
                self.assertNotIn(str(secret), everything)

    def test_with_people(self):
        """For the admin, whole: the chain can be made again from it."""
        manifest = self.export("--personal")
        self.assertTrue(manifest["personal"])
        chain = bytes(32)
        for e in self.events():
            body = json.dumps(e["body"], separators=(",", ":"), ensure_ascii=False)
            columns = [e["seq"], e["day"].replace("-", ""), e["at_ms"], e["boot"], e["mono_ms"], e["kind"], e["actor"], e["subject"], body]
            chain = hashlib.sha256(chain + "\n".join(map(str, columns)).encode()).digest()
            self.assertEqual(chain.hex(), e["chain"])
        self.assertEqual(chain.hex(), manifest["chain"])
        self.assertEqual([row["name"] for row in self.table("staff.csv")][:2], ["li", "boss"])
        self.assertEqual([row["last"] for row in self.table("person.csv")], ["002X"])
        self.assertEqual([row["last"] for row in self.table("booking.csv")], ["002X"])
        self.assertEqual(sorted(row["text"] for row in self.table("note.csv")), ["'=1+1", "'＝1+1"], "no formula, however wide")

    def test_every_table(self):
        """Is handed out, or is known not to be: one that is new has to be thought about."""
        index = self.hall.ask("GET", "export?personal=true", local=True).json
        tables = {name for name, in self.sql("SELECT name FROM sqlite_master WHERE type = 'table'")}
        self.assertEqual({table["name"] for table in index["tables"]} | set(index["never"]), tables)
        for table in index["tables"]:
            known = {name for _, name, *_ in self.sql("PRAGMA table_info(%s)" % table["name"])}
            plain = {name for name in table["columns"] if name in known or name == "at" or name.endswith("_at")}
            self.assertEqual(set(table["columns"]), plain, table["name"])
            self.assertLessEqual(known - plain - {name.replace("at", "ms") if name.endswith("_at") else "at_ms" for name in plain},
                                 {"token", "code", "hash", "password", "reference"}, table["name"])

    def test_who_may(self):
        token = self.hall.token("boss")
        for path, status in [("export?personal=true", 403), ("export/note", 403), ("export/person?personal=true", 403), ("export/session", 404),
                             ("export/staff?personal=yes", 400), ("export/staff", 200)]:
            with self.subTest(path):
                self.assertEqual(self.hall.ask("GET", path, token=token).status, status)
        done = self.ctl("--personal", token=token)
        self.assertEqual((done.returncode, os.path.exists(self.folder)), (1, False), done.stderr)
        self.assertEqual(self.hall.ask("GET", "export/staff", token=token).json["columns"], ["id", "role"])

    def test_for_a_program(self):
        done = self.ctl("--json")
        self.assertEqual((done.returncode, json.loads(done.stdout)), (0, json.loads(self.read("manifest.json"))))

    def test_a_folder_with_an_export(self):
        """Is left as it is."""
        self.export()
        before = {name: self.read(name) for name in os.listdir(self.folder)}
        self.assertEqual(self.ctl().returncode, 1)
        self.assertEqual({name: self.read(name) for name in os.listdir(self.folder)}, before)


class AfterADay(Case):
    def test_what_is_carried_over_has_no_keys(self):
        """When a day is closed its event has what goes on: whoever is booked for a later one."""
        slot = self.hall.ask("GET", "slots?service=B", local=True).json["slots"][-1]
        booking = self.post("bookings", {"service": "B", "from": slot["from"], "to": slot["to"]})
        self.post("hall/endday", {})
        self.assertEqual(self.hall.ask("GET", "bookings/" + booking["code"]).status, 200, "it is carried over")
        self.export(token=self.hall.token("boss"))
        self.assertIn("hall.day_closed", self.read("event.jsonl"))
        for what, key in ("a booking's", booking["code"]), ("a ticket's", self.ticket["token"]):
            with self.subTest(what):
                self.assertFalse(key in self.read("event.jsonl"))


class Large(unittest.TestCase):
    def test_in_slices_while_tickets_are_taken(self):
        """Thousands of rows, each once, up to the event with which it began."""
        hall = Hall(LAYOUT)
        self.addCleanup(hall.stop)
        stop = threading.Event()
        connection = hall.connect(local=True)

        def take(count):
            for _ in range(count):
                response = hall.send(connection, "POST", "/api/v1/tickets", {"service": "A"})
                self.assertEqual(response.status, 201)
                response.read()
                if stop.is_set():
                    return
        take(4500)
        taker = threading.Thread(target=take, args=(100000,))
        with tempfile.TemporaryDirectory(prefix="export-") as folder:
            taker.start()
            try:
                done = subprocess.run([HALLCTL, "-d", hall.state, "export", folder], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
                                      cwd=ROOT, timeout=4 * WAIT_S, check=False)
            finally:
                stop.set()
                taker.join()
            self.assertEqual(done.returncode, 0, done.stderr)
            with open(os.path.join(folder, "manifest.json"), encoding="utf-8") as f:
                manifest = json.load(f)
            with open(os.path.join(folder, "event.jsonl"), encoding="utf-8") as f:
                seqs = [json.loads(line)["seq"] for line in f]
            with open(os.path.join(folder, "ticket.csv"), encoding="utf-8-sig", newline="") as f:
                ids = [row[0] for row in list(csv.reader(f))[1:]]
        self.assertEqual(seqs, list(range(1, manifest["seq"] + 1)))
        self.assertGreater(len(seqs), 4500)
        self.assertEqual(ids, [str(i) for i in range(1, len(ids) + 1)])
        self.assertGreaterEqual(manifest["tables_seq"], manifest["seq"])


if __name__ == "__main__":
    unittest.main()
