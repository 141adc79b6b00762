"""Another layout while the hall is open: over HTTP and by SIGHUP, what is refused, and what stays over a restart."""

import copy
import json
import os
import signal
import subprocess
import time
import unittest

from hall import HALLCTL, HALLD, LAYOUT, ROOT, WAIT_S, Hall

# A window more for each service, so that one may go.
BASE = {**LAYOUT, "devices": [], "windows": [{"no": 1, "services": ["A"]}, {"no": 2, "services": ["B"]},
                                             {"no": 3, "services": ["A", "B"]}],
        "policy": {"double_press_s": 0, "undo_s": 120}}


class Case(unittest.TestCase):
    def setUp(self):
        self.hall = Hall(copy.deepcopy(BASE))
        self.addCleanup(self.hall.stop)
        self.path = self.hall.conf

    def ask(self, method, path, body=None, headers=()):
        return self.hall.ask(method, path, body, local=True, headers=headers)

    def layout(self):
        answer = self.ask("GET", "layout")
        return answer.json, answer.headers["ETag"]

    def put(self, layout, tag=None):
        return self.ask("PUT", "layout", layout, headers=[("If-Match", tag or self.layout()[1])])

    def changed(self, **parts):
        return {**self.layout()[0], **parts}

    def issue(self, service):
        answer = self.ask("POST", "tickets", {"service": service})
        return answer.json["number"] if answer.status == 201 else answer.code

    def next(self, no):
        answer = self.ask("POST", "windows/%d/next" % no, {})
        return answer.json["ticket"] and answer.json["ticket"]["number"] if answer.status == 200 else answer.code


class Taken(Case):
    def test_from_the_next_call_on(self):
        """Services in another order, a new one before them, a window that serves what it did not: nobody loses a place."""
        self.assertEqual([self.issue(s) for s in "ABBA"], ["A001", "B001", "B002", "A002"])
        self.assertEqual(self.next(1), "A001")
        was, tag = self.layout()
        new = {"id": "N", "prefix": "N", "name": {"zh": "新"}}
        windows = [{"no": 1, "services": ["B"]}, {"no": 2, "services": ["B", "N"]}, {"no": 3, "services": ["A"]}]
        answer = self.put({**was, "services": [new, *reversed(was["services"])], "windows": windows}, tag)
        self.assertEqual((answer.status, answer.json["restart"], answer.json["kept"]), (200, [], True), answer)
        self.assertNotEqual(answer.headers["ETag"], tag)
        self.assertEqual([row["id"] for row in self.ask("GET", "services").json["services"]], ["N", "B", "A"])
        self.assertEqual(self.issue("N"), "N001")
        self.assertEqual([self.next(no) for no in (1, 3, 2, 2)], ["B001", "A002", "B002", "N001"])
        self.assertEqual(self.ask("POST", "windows/2/undo", {}).status, 200)
        self.hall.kill()
        self.hall.start()
        self.assertEqual([row["id"] for row in self.ask("GET", "services").json["services"]], ["N", "B", "A"], "kept")
        self.assertEqual([self.next(no) for no in (3, 2)], [None, "N001"])

    def test_what_waits_for_a_start(self):
        answer = self.put(self.changed(listen="127.0.0.1:1", hall={**self.layout()[0]["hall"], "timezone": "Europe/Berlin"}))
        self.assertEqual(answer.json["restart"], ["/hall/timezone"], "the address comes from -l here")

    def test_devices_come_and_go(self):
        printer = [{"id": "printer", "driver": "escpos", "port": "/nowhere"}]
        self.assertEqual(self.put(self.changed(devices=printer)).status, 200)
        self.assertEqual([row["id"] for row in self.ask("GET", "devices").json["devices"]], ["printer"])
        self.assertEqual(self.put(self.changed(devices=[])).status, 200)
        self.assertEqual(self.ask("GET", "devices").json["devices"], [])

    def test_a_story_is_of_the_layout_of_then(self):
        """What signs showed and voices said depends on which there were, not on which there are."""
        said = lambda number: [row["said"]["en"] for row in self.ask("GET", "tickets/%s/story" % number).json["events"] if row["said"]]
        self.issue("A")
        self.assertEqual(self.next(1), "A001")
        self.assertEqual(self.put(self.changed(
            devices=[{"id": "voice", "driver": "syn6288", "port": "/nowhere"}], zones=[{"id": "z", "voice": "voice"}],
            windows=[{"no": 1, "services": ["A"], "zone": "z"}, *BASE["windows"][1:]])).status, 200)
        self.issue("A")
        self.assertEqual(self.next(1), "A002")
        self.assertEqual(said("A001"), ["Not to be said: window 1 has no voice"])
        self.assertEqual(said("A002")[0].replace("The voice was at fault then; it may not have said", "To be said:"),
                         "To be said: “请A002号,到1号窗口”", "its port is not there, which may have been noticed by then")

    def test_versions(self):
        first = self.layout()[0]
        self.put(self.changed(policy={"double_press_s": 1}))
        rows = self.ask("GET", "layout/versions").json["versions"]
        self.assertEqual([(row["rev"], row["who"]) for row in rows], [(2, "ctl"), (1, "system")])
        self.assertEqual(self.ask("GET", "layout/versions/1").json, first)
        self.assertEqual(self.ask("GET", "layout/versions/9").status, 404)


class Terminal(Case):
    def ctl(self, *words):
        done = subprocess.run([HALLCTL, "-d", self.hall.state, *words], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=WAIT_S)
        return done.returncode, done.stdout.decode()

    def test_layout(self):
        """The text comes as it went, and another is taken."""
        status, was = self.ctl("layout")
        with open(self.path, encoding="utf-8") as f:
            self.assertEqual((status, was), (0, f.read()))
        path = os.path.join(self.hall.folder.name, "other.json")
        text = was.replace('"no": 3', '"no":  33')
        for word, body, says in (("check", text, "good"), ("put", text, "in force"), ("put", was.replace('"no": 3', '"no": 3000'), "/windows/2/no")):
            with open(path, "w", encoding="utf-8") as f:
                f.write(body)
            status, said = self.ctl("layout", word, path)
            self.assertIn(says, said)
            self.assertEqual(status, 1 if says[0] == "/" else 0)
        self.assertEqual(self.ctl("layout"), (0, text))


class Refused(Case):
    def test_wrong(self):
        windows = [{"no": 1200, "services": ["A"]}]
        for method, path in (("PUT", "layout"), ("POST", "layout/check")):
            answer = self.ask(method, path, self.changed(windows=windows), headers=[("If-Match", self.layout()[1])])
            self.assertEqual((answer.status, answer.code, answer.json["pointer"]), (400, "bad_request", "/windows/0/no"), answer)
            self.assertIn("1200", answer.json["detail"])
        self.assertEqual(self.layout()[1], '"1"')

    def test_overtaken(self):
        tag = self.layout()[1]
        self.assertEqual(self.put(self.changed(policy={}), tag).status, 200)
        self.assertEqual(self.put(self.changed(policy={}), tag).code, "stale")
        self.assertEqual(self.ask("PUT", "layout", self.layout()[0]).json["pointer"], "If-Match")

    def test_stranded(self):
        """Who waits for what would be gone, who is at a window that would be, and who works there."""
        self.hall.user("li", "clerk")
        self.issue("A"), self.issue("B"), self.issue("B")
        self.next(2)
        self.hall.sign_in("li", 3)
        self.ask("POST", "windows/3/open", {})
        a = BASE["services"][0]
        for what, parts, who in (
                ("no service", {"services": [a], "windows": [{"no": no, "services": ["A"]} for no in (1, 2, 3)]}, ["B001", "B002"]),
                ("nobody serves it", {"windows": [{"no": no, "services": ["B"]} for no in (1, 2, 3)]}, ["A001"]),
                ("no window 2", {"windows": [BASE["windows"][0], BASE["windows"][2]]}, ["B001", "2"]),
                ("no window 3", {"windows": BASE["windows"][:2]}, ["li"])):
            answer = self.put(self.changed(**parts))
            self.assertEqual((answer.status, answer.code), (409, "stranded"), what)
            self.assertEqual(answer.json["who"], who, what)
            self.assertEqual(self.ask("POST", "layout/check", self.changed(**parts)).json["who"], who, what)
        self.assertEqual(self.next(3), "A001", "all is as it was")


class HangUp(Case):
    def write(self, layout):
        with open(self.path, "w", encoding="utf-8") as f:
            json.dump(layout, f, ensure_ascii=False)
        self.hall.process.send_signal(signal.SIGHUP)

    def said(self, what):
        end = time.monotonic() + WAIT_S
        while what not in self.hall.said():
            self.assertLess(time.monotonic(), end, self.hall.said())
            time.sleep(0.05)

    def test_hang_up(self):
        with open(self.path, encoding="utf-8") as f:
            file = json.load(f)
        self.hall.process.send_signal(signal.SIGHUP)
        self.said("not changed")
        self.write({**file, "windows": [{"no": 1, "services": ["Q"]}]})
        self.said("not taken, /windows/0/services/0")
        self.issue("A")
        self.write({**file, "windows": [{"no": 1, "services": ["B"]}]})
        self.said("not taken, stranded: A001")
        self.ask("POST", "tickets/A001/cancel", {"reason": "x"})
        self.hall.process.send_signal(signal.SIGHUP)
        self.said("taken, layout 2")
        self.write({**file, "windows": [{"no": 1, "services": ["A", "B"]}]})
        self.said("taken, layout 3")
        self.assertEqual([row["no"] for row in self.ask("GET", "status").json["windows"]], [1])
        self.assertEqual(self.put(self.changed(windows=file["windows"])).status, 200)
        self.hall.kill()
        self.hall.start()
        self.assertEqual(len(self.layout()[0]["windows"]), 3, "what was put stands over the file")
        self.hall.kill()
        with open(self.path, "w", encoding="utf-8") as f:
            json.dump({**file, "windows": [{"no": 7, "services": ["A", "B"]}]}, f)
        self.hall.start()
        self.assertEqual([row["no"] for row in self.layout()[0]["windows"]], [7], "until the file is changed")

    def test_in_the_halls_own_words(self):
        """On paper, signs and pages, from the next time that they are said on; what is wrong with them names the place."""
        def page(path):
            return self.ask("GET", "/text/%szh.json" % path).json.get("ticket.valid"), self.ask("GET", "/text/%sen.json" % path).json["ticket.valid"]
        with open(self.path, encoding="utf-8") as f:
            file = json.load(f)
        self.assertEqual(page("public/"), ("当日有效", "Valid today only"))
        for what, texts, error in (
                ("no such key", {"ticket.vaild": {"zh": "x"}}, "not taken, /texts/ticket.vaild: there is no such sentence"),
                ("no window", {"sign.calling": {"zh": "{number} 请到"}}, "not taken, /texts/sign.calling/zh: {window} is missing"),
                ("no date", {"ticket.valid": {"en": "Until {date}"}}, "not taken, /texts/ticket.valid/en: {date} is not in")):
            with self.subTest(what):
                self.write({**file, "texts": texts})
                self.said(error)
                pointer, _, _ = error.removeprefix("not taken, ").partition(": ")
                answer = self.ask("POST", "layout/check", {**file, "texts": texts})
                self.assertEqual((answer.status, answer.json["pointer"]), (400, pointer))
                done = subprocess.run([HALLD, "-n", "-c", self.path], stderr=subprocess.PIPE, text=True, cwd=ROOT, check=False)
                self.assertEqual(done.returncode, 1)
                self.assertIn(pointer, done.stderr)
        file = {**file, "devices": [{"id": "sign", "driver": "console", "port": "/nowhere/sign"}],
                "windows": [{**window, "sign": {"device": "sign", "address": window["no"]}} for window in file["windows"]]}
        self.write({**file, "texts": {"ticket.valid": {"zh": "仅限今天"}, "sign.calling": {"zh": "{window}号窗 请 {number}"}}})
        self.said("taken, layout 2")
        for path in "admin/", "public/":
            self.assertEqual(page(path), ("仅限今天", "Valid today only"))
        self.issue("A")
        self.next(1)
        shown = [row["shown"]["zh"] for row in self.ask("GET", "tickets/A001/story").json["events"] if row["shown"]]
        self.assertIn("“1号窗 请 A001”", shown[0])
        self.hall.kill()
        self.hall.start()
        self.assertEqual(page("admin/"), ("仅限今天", "Valid today only"), "after the next start too")
        self.write(file)
        self.said("taken, layout 3")
        self.assertEqual(page("public/"), ("当日有效", "Valid today only"))


if __name__ == "__main__":
    unittest.main()
