"""Records of hall management, whatever their subject is: written, changed, stepped, refused, and as they were after a restart."""

import json
import signal
import subprocess
import unittest

from hall import HALLCTL, LAYOUT, PASSWORD, WAIT_S, Hall, on_one_day
from test_spine import until

PERSON = {"name": "王芳", "phone": "13900001111", "code": "1001", "skills": ["A"]}


class Records(unittest.TestCase):
    def setUp(self):
        self.hall = Hall()
        self.addCleanup(self.hall.stop)

    def ask(self, method, path, body=None, status=200, **more):
        answer = self.hall.ask(method, path, body, local=True, **more)
        self.assertEqual(answer.status, status, "%s %s: %r" % (method, path, answer))
        return answer.json

    def test_a_life(self):
        """From the first word to the last, and what is over is in no list."""
        person = self.ask("POST", "staff", PERSON, 201)
        self.assertEqual(person, {"skills": ["A"], "id": 1, "rev": 1, "state": "here"}, "what is private is not in an answer that is kept")
        self.assertEqual(self.ask("GET", "staff/1"), {**PERSON, **person})
        self.assertEqual(self.ask("PUT", "staff/1", {"rev": 1, "post": "A岗", "phone": None})["rev"], 2)
        person = self.ask("GET", "staff/1")
        self.assertEqual((person["rev"], person["post"], person["name"], "phone" in person), (2, "A岗", "王芳", False))
        self.assertEqual(self.ask("GET", "staff")["staff"], [person])
        self.assertEqual(self.ask("GET", "staff?code=1001")["staff"], [person])
        self.assertEqual(self.ask("GET", "staff?code=1002")["staff"], [])
        self.assertEqual(self.ask("POST", "staff/1/leave", {})["state"], "left")
        self.assertEqual(self.ask("GET", "staff")["staff"], [])
        left = {**person, "rev": 3, "state": "left"}
        self.assertEqual(self.ask("GET", "staff?past=true"), {"staff": [left], "next": None})
        self.assertEqual(self.ask("GET", "staff/1"), left)
        self.assertEqual(self.ask("POST", "staff/1/leave", {}, 409)["state"], "over")
        for what in ("PUT", "staff/1", {"rev": 2, "post": "B岗"}), ("POST", "staff/1/leave", {"rev": 2}):
            self.assertEqual(self.ask(*what, 412)["code"], "stale", "whoever had it before them is told that somebody else was quicker")
        self.assertEqual(self.ask("GET", "staff/1"), left)
        self.ask("GET", "staff/2", None, 404)

    def test_what_a_list_is_of(self):
        """A list that a record has is asked for by what is in it; what is left out is nothing, also no."""
        for name, skills in ("a", ["A"]), ("ab", ["A", "B"]), ("none", None):
            self.ask("POST", "staff", {"name": name, "skills": skills}, 201)
        for query, names in ("skills=A", ["a", "ab"]), ("skills=B", ["ab"]), ("skills=B,A", ["ab"]), ("skills=A,C", []), ("skills=", None), ("post=false", []):
            with self.subTest(query):
                answer = self.ask("GET", "staff?" + query, status=400 if names is None else 200)
                self.assertEqual(names and [each["name"] for each in answer["staff"]] or [], names or [])

    def test_names_of_who_left(self):
        """In a list of what goes on, and in what is over."""
        self.ask("POST", "staff", PERSON, 201)
        self.ask("POST", "shifts", {"name": "早班", "from": "08:30", "to": "17:00"}, 201)
        for day in ("2036-11-24", "2036-11-25"):
            self.ask("POST", "roster", {"day": day, "person": 1, "shift": 1}, 201)
        self.ask("POST", "roster/1/drop", {})
        self.ask("POST", "staff/1/leave", {})
        for path in ("roster", "roster?past=true"):
            self.assertEqual([(each["person_name"], each["shift_name"]) for each in self.ask("GET", path)["roster"]], [("王芳", "早班")], path)
        self.assertEqual(self.ask("GET", "roster?past=true&person=2")["roster"], [])

    def test_old_days_after_a_restart(self):
        """Are at hand as before it, until the day is closed."""
        self.hall.issue()
        self.ask("POST", "inspections", {"day": "2026-10-01", "kind": "round", "points": 3}, 201)
        self.hall.kill()
        self.hall.start()
        self.assertEqual([row["day"] for row in self.ask("GET", "inspections")["inspections"]], ["2026-10-01"])

    def test_what_is_over_by_the_hundred(self):
        for i in range(1, 103):
            self.ask("POST", "shifts", {"name": str(i), "from": "08:30", "to": "17:00"}, 201)
            self.ask("POST", "shifts/%d/end" % i, {})
        first = self.ask("GET", "shifts?past=true")
        self.assertEqual([each["name"] for each in first["shifts"]], [str(i) for i in range(102, 2, -1)])
        self.assertEqual(self.ask("GET", "shifts?past=true&before=%d" % first["next"])["shifts"][0]["name"], "2")
        for words, ids in (["past=true"], range(102, 0, -1)), (["past=true", "name=1"], [1]), (["past=true", "before=102"], range(101, 1, -1)):
            done = subprocess.run([HALLCTL, "-d", self.hall.state, "shifts", *words], capture_output=True, text=True, timeout=WAIT_S, check=False)
            self.assertEqual((done.stderr, [line.split()[0] for line in done.stdout.splitlines()]), ("", ["id", *map(str, ids)]), words)
        self.assertEqual(self.ask("GET", "shifts/1")["name"], "1")
        self.ask("GET", "shifts/103", None, 404)
        for query in ("past=yes", "past=true&name=" + 200 * "x", "before=3", "past=true&before=x"):
            self.ask("GET", "shifts?" + query, None, 400)

    def test_after_a_restart(self):
        self.ask("POST", "staff", PERSON, 201)
        self.ask("POST", "shifts", {"name": "早班", "from": "08:30", "to": "17:00"}, 201)
        self.ask("POST", "staff", {"name": "李雷"}, 201)
        self.ask("POST", "staff/2/leave", {})
        self.ask("POST", "roster", {"day": "2036-11-24", "person": 1, "shift": 1, "window": 2, "post": "b"}, 201)
        before = [self.ask("GET", path) for path in ("staff", "shifts", "roster")]
        self.assertEqual(before[2]["roster"][0]["person_name"], "王芳")
        self.hall.kill()
        self.hall.start()
        self.assertEqual([self.ask("GET", path) for path in ("staff", "shifts", "roster")], before)
        self.assertEqual(self.ask("POST", "staff", {"name": "韩梅"}, 201)["id"], 3, "an id is never used again")

    def test_two_write_one(self):
        """The second is told, with what the first wrote."""
        self.ask("POST", "shifts", {"name": "早班", "from": "08:30", "to": "17:00"}, 201)
        self.ask("PUT", "shifts/1", {"rev": 1, "to": "17:30"})
        problem = self.ask("PUT", "shifts/1", {"rev": 1, "name": "白班"}, 412)
        self.assertEqual((problem["code"], problem["current"]["to"], problem["current"]["rev"]), ("stale", "17:30", 2))
        self.assertEqual(self.ask("PUT", "shifts/1", {"rev": 2, "name": "白班"})["to"], "17:30")

    def test_bad_input(self):
        """The place is named, and nothing changes."""
        self.ask("POST", "staff", PERSON, 201)
        rows = [
            # what, method, path, body, status, pointer
            ("no name", "POST", "staff", {}, 400, "/name"),
            ("a name of nothing", "POST", "staff", {"name": ""}, 400, "/name"),
            ("a name of two lines", "POST", "staff", {"name": "a\nb"}, 400, "/name"),
            ("a name without end", "POST", "staff", {"name": "x" * 300}, 400, "/name"),
            ("a member that there is not", "POST", "staff", {"name": "x", "salary": 1}, 400, "/salary"),
            ("a code that another has", "POST", "staff", {"name": "x", "code": "1001"}, 400, "/code"),
            ("a skill that there is not", "POST", "staff", {"name": "x", "skills": ["Q"]}, 400, "/skills"),
            ("an account that there is not", "POST", "staff", {"name": "x", "account": "nobody"}, 400, "/account"),
            ("a time of day that there is not", "POST", "shifts", {"name": "x", "from": "25:00", "to": "17:00"}, 400, "/from"),
            ("a date that there is not", "POST", "roster", {"day": "2036-02-30", "person": 1, "shift": 1}, 400, "/day"),
            ("a person that there is not", "POST", "leave", {"person": 9, "from": "2036-11-24", "to": "2036-11-24", "kind": "sick"}, 400, "/person"),
            ("a window that there is not", "POST", "equipment", {"no": "1", "kind": "kiosk", "window": 77}, 400, "/window"),
            ("a kind that there is not", "POST", "leave", {"person": 1, "from": "2036-11-24", "to": "2036-11-24", "kind": "tea"}, 400, "/kind"),
            ("a number that has to be said, and is left out", "POST", "inspections", {"day": "2026-11-24", "kind": "round", "points": None}, 400, "/points"),
            ("what the rules write", "POST", "attendance", {"day": "2036-11-24", "person": 1, "late_min": 3}, 400, "/late_min"),
            ("no rev", "PUT", "staff/1", {"post": "x"}, 400, "/rev"),
            ("nobody", "PUT", "staff/7", {"rev": 1}, 404, None),
            ("no number", "GET", "staff/x", None, 404, None),
            ("no step", "POST", "staff/1/dance", {}, 404, None),
            ("no subject", "GET", "spoons", None, 404, None),
            ("not to be written by hand", "POST", "cards", {}, 405, None),
        ]
        before = self.hall.seq()
        for what, method, path, body, status, pointer in rows:
            with self.subTest(what):
                problem = self.ask(method, path, body, status)
                self.assertEqual(problem.get("pointer"), pointer)
        self.assertEqual(self.hall.seq(), before)

    def test_what_rules_write_is_read_again(self):
        """However large, and whatever the hall has no more."""
        self.ask("POST", "stock", {"code": "P80", "name": "纸", "unit": "卷"}, 201)
        self.ask("POST", "moves", {"item": 1, "kind": "in", "quantity": 400000000}, 201)
        self.assertEqual(self.ask("POST", "moves", {"item": 1, "kind": "in", "quantity": 200000000}, 400)["pointer"], "/quantity")
        self.ask("POST", "moves", {"item": 1, "kind": "count", "quantity": 0}, 201)
        self.ask("POST", "moves", {"item": 1, "kind": "in", "quantity": 400000000}, 201)
        self.ask("POST", "moves", {"item": 1, "kind": "count", "quantity": 3}, 201)
        self.reload({**LAYOUT, "services": [*LAYOUT["services"], {"id": "CC", "prefix": "C", "name": {"zh": "临时", "en": "For a day"}}],
                     "windows": [*LAYOUT["windows"], {"no": 9, "services": ["CC"]}]})
        self.ask("POST", "staff", {"name": "王芳", "skills": ["CC"]}, 201)
        self.reload(LAYOUT)
        self.hall.kill()
        self.hall.start()
        self.assertEqual(self.ask("GET", "stock/1")["stock"], 3)
        self.assertEqual(self.ask("GET", "staff/1")["skills"], ["CC"])

    def test_times_are_read_again(self):
        """One that has no four digits of a year in the hall's zone would be a hall that does not start any more."""
        self.ask("POST", "staff", PERSON, 201)
        for until_at in "9999-12-31T23:59:59Z", "9999-12-31T23:59:59-12:00":
            self.assertEqual(self.ask("POST", "presence", {"person": 1, "status": "away", "until": until_at}, 400)["pointer"], "/until")
            self.assertEqual(self.ask("POST", "hall/notice", {"text": {"zh": "x"}, "until": until_at}, 400)["pointer"], "/until")
        self.ask("POST", "presence", {"person": 1, "status": "away", "until": "9999-12-30T23:59:59Z"}, 201)
        self.hall.kill()
        self.hall.start()
        self.assertEqual(self.ask("GET", "presence/1")["until"], "9999-12-31T07:59:59+08:00")

    def reload(self, layout):
        taken = lambda: self.hall.said().count(": taken, layout ")      # and kept: no other is taken before that
        before = taken()
        with open(self.hall.conf, "w", encoding="utf-8") as f:
            json.dump(on_one_day(layout), f)
        self.hall.process.send_signal(signal.SIGHUP)
        until("the layout is taken", lambda: taken() > before)


# Who may do what with which records: reads, writes, and each step.
ROLES = ["clerk", "guide", "manager", "inspector", "kiosk", "display", "platform"]
WHO = """
staff       read       clerk guide manager inspector
staff       write      manager
staff       leave      manager
shifts      read       clerk guide manager inspector
shifts      write      manager
shifts      end        manager
roster      read       clerk guide manager inspector
roster      write      manager
roster      drop       manager
leave       read       clerk guide manager inspector
leave       write      clerk guide manager
leave       approve    manager
leave       refuse     manager
leave       withdraw   clerk guide manager
attendance  read       clerk guide manager inspector
attendance  write      manager
attendance  verify     manager
presence    read       clerk guide manager inspector
presence    write      clerk guide manager
presence    end        clerk guide manager
cards       read       guide manager inspector
cards       clear      manager
scores      read       clerk guide manager inspector
scores      write      manager
scores      withdraw   manager
stock       read       clerk guide manager inspector
stock       write      manager
stock       end        manager
batches     read       guide manager inspector
moves       read       guide manager inspector
moves       write      guide manager
requests    read       clerk guide manager inspector
requests    write      clerk guide manager
requests    approve    manager
requests    refuse     manager
requests    withdraw   clerk guide manager
requests    issue      guide manager
requests    install    clerk guide manager
orders      read       guide manager inspector
orders      write      manager
orders      receive    guide manager
orders      cancel     manager
rolls       read       guide manager inspector
equipment   read       guide manager inspector
equipment   write      manager
equipment   put_aside  manager
equipment   use        manager
equipment   retire     manager
repairs     read       guide manager inspector
repairs     write      guide manager
repairs     assign     manager
repairs     arrive     guide manager
repairs     fix        guide manager
repairs     verify     manager
repairs     close      manager
repairs     reopen     manager
inspections read       guide manager inspector
inspections write      guide manager
"""


class Roles(unittest.TestCase):
    def test_matrix(self):
        hall = Hall()
        self.addCleanup(hall.stop)
        for role in ROLES + ["admin"]:
            hall.user(role, role)
        tokens = {role: hall.token(role) for role in ROLES + ["admin"]}
        rows = [line.split() for line in WHO.strip().splitlines()]
        told = hall.ask("GET", "subjects", token=tokens["admin"]).json["subjects"]
        self.assertEqual([(row[0], row[1]) for row in rows],
                         [(s["path"], what) for s in told
                          for what in ["read"] + ["write"] * s["writes"] + [step["verb"] for step in s["steps"]]], "the table has each")
        wrong = []
        for path, what, *may in rows:
            for role in [None, "admin"] + ROLES:
                method, target = {"read": ("GET", path), "write": ("POST", path)}.get(what, ("POST", "%s/1/%s" % (path, what)))
                answer = hall.ask(method, target, None if method == "GET" else {"wrong": 1}, token=tokens.get(role))
                expected = 401 if role is None else "+" if role == "admin" or role in may else 403
                got = answer.status if answer.status in (401, 403) else "+"
                if got != expected or answer.status >= 500:
                    wrong.append("%s %s as %s: %s expected, %r" % (path, what, role, expected, answer))
        self.assertEqual(wrong, [], "\n".join(wrong))

    def test_accounts_of_who_manages(self):
        """Are the admin's: a manager neither names nor ends one."""
        hall = Hall()
        self.addCleanup(hall.stop)
        for name, role in (("boss", "manager"), ("root", "admin"), ("ann", "clerk")):
            hall.user(name, role)
        token = hall.token("boss")
        for account, status in (("root", 403), ("boss", 403), ("ann", 201)):
            self.assertEqual(hall.ask("POST", "staff", {"name": "x", "account": account}, token=token).status, status, account)
        self.assertEqual(hall.ask("POST", "staff", {"name": "x", "account": "root"}, local=True).status, 201)
        self.assertEqual(hall.ask("POST", "staff/2/leave", {}, token=token).status, 403)
        self.assertEqual(hall.ask("POST", "session", {"name": "root", "password": PASSWORD}).status, 201)

    def test_own_alone(self):
        """A clerk sees and writes what is theirs: not another's leave, attendance or telephone."""
        hall = Hall()
        self.addCleanup(hall.stop)
        people = []
        for name in ("wang", "li"):
            hall.user(name, "clerk")
            hall.ask("POST", "staff", {"name": name, "phone": "1390000" + name, "account": name}, local=True)
            people.append(hall.ask("GET", "staff/%d" % (len(people) + 1), local=True).json)
        token = hall.token("wang")
        asked = {"from": "2036-11-24", "to": "2036-11-24", "kind": "sick", "reason": "发烧"}
        ours = hall.ask("POST", "leave", {**asked, "person": 1}, token=token)
        self.assertEqual(ours.status, 201)
        self.assertEqual(hall.ask("POST", "leave", {**asked, "person": 2}, token=token).status, 403)
        theirs = hall.ask("POST", "leave", {**asked, "person": 2}, local=True).json
        self.assertEqual(hall.ask("GET", "staff", token=token).json["staff"], people[:1])
        self.assertEqual(hall.ask("GET", "leave", token=token).json["leave"], [{**ours.json, "reason": "发烧", "person_name": "wang"}])
        self.assertEqual(hall.ask("GET", "leave/%d" % theirs["id"], token=token).status, 403)
        self.assertEqual(hall.ask("POST", "leave/%d/withdraw" % theirs["id"], {}, token=token).status, 403)
        self.assertEqual(hall.ask("POST", "leave/%d/withdraw" % ours.json["id"], {}, token=token).status, 200)


if __name__ == "__main__":
    unittest.main()
