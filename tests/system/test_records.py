"""Records of hall management, whatever their subject is: written, changed, stepped, refused, and as they were after a restart."""

import unittest

from hall import Hall

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
        self.assertEqual(person, {**PERSON, "id": 1, "rev": 1, "state": "here"})
        person = self.ask("PUT", "staff/1", {"rev": 1, "post": "A岗", "phone": None})
        self.assertEqual((person["rev"], person["post"], person["name"], "phone" in person), (2, "A岗", "王芳", False))
        self.assertEqual(self.ask("GET", "staff/1"), person)
        self.assertEqual(self.ask("GET", "staff")["staff"], [person])
        self.assertEqual(self.ask("GET", "staff?code=1001")["staff"], [person])
        self.assertEqual(self.ask("GET", "staff?code=1002")["staff"], [])
        self.assertEqual(self.ask("POST", "staff/1/leave", {})["state"], "left")
        self.assertEqual(self.ask("GET", "staff")["staff"], [])
        self.ask("GET", "staff/1", None, 404)

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


if __name__ == "__main__":
    unittest.main()
