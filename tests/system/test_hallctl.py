"""hallctl and halld from a terminal: exit status, one line for an error, and what a state without a daemon allows."""

import http.client
import http.server
import json
import os
import re
import shutil
import signal
import subprocess
import tempfile
import threading
import time
import unittest

from datetime import datetime, timezone

from endpoint import SECRETS, Endpoint
from hall import HALLCTL, HALLD, LAYOUT, PASSWORD, ROOT, WAIT_S, Hall, free_port


def run(program, *args, text="", env=None):
    return subprocess.run([program, *args], input=text, capture_output=True, encoding="utf-8", errors="surrogateescape",
                          cwd=ROOT, timeout=WAIT_S, env={**os.environ, **(env or {})})


class Case(unittest.TestCase):
    def check(self, what, done, status, says):
        """Good says it on standard output; bad in one line of the program's on standard error."""
        said = "%s: %r" % (what, done)
        self.assertEqual(done.returncode, status, said)
        if status == 0:
            self.assertEqual(done.stderr, "", said)
            self.assertRegex(done.stdout, says, said)
        elif status == 1:
            self.assertRegex(done.stderr, r"^hall(d|ctl): [^\n]+\n\Z", said)
            self.assertRegex(done.stderr, says, said)
            self.assertEqual(done.stdout, "", said)
        else:
            self.assertRegex(done.stderr, r"(?m)^usage: hall|^hallctl: ", said)
            self.assertRegex(done.stderr, says or "^.", said)
            self.assertEqual(done.stdout, "", said)


# In this order, against a running halld.
COMMANDS = [
    # what, arguments, standard input, exit status, what it says
    ("status", "status", "", 0, r"小厅 .*: 0 waiting"),
    ("services", "services", "", 0, r"(?m)^A +yes +- +- +- +0 +综合 +一楼$"),
    ("no tickets yet", "tickets", "", 0, r"^number .*\n\Z"),
    ("devices", "devices", "", 0, r"^id .*\n\Z"),
    ("a test of no device", "test printer", "", 1, r"devices/printer/test: not_found$"),
    ("a test at no address", "test printer x", "", 2, ""),
    ("identify where nothing is", "identify", "", 0, r"^device .*\n\Z"),
    ("scan of no port", "scan /nowhere/x", "", 1, r"scan /nowhere/x: No such device$"),
    ("scan of what is none", "scan /etc/passwd", "", 1, r"scan /etc/passwd: Not a device$"),
    ("scan of odd addresses", "scan /nowhere/x -a 3", "", 1, r"-a 3: should be FIRST-LAST$"),
    ("scan of nothing", "scan", "", 2, ""),
    ("issue", "issue A", "", 0, r"^A001 +综合 +waiting +ahead 0"),
    ("issue with a class", "issue A elderly", "", 0, r"^A002 "),
    ("issue on no paper", "issue A -P none", "", 0, r"^A003 "),
    ("issue, as a program", "--json issue B", "", 0, r'^\{.*"number":"B001".*\}\n\Z'),
    ("an unknown service", "issue Q", "", 1, r"tickets: unknown_service$"),
    ("an unknown class", "issue A king", "", 1, r"tickets: bad_request: /class: should be "),
    ("an unknown printer", "issue A -P paper", "", 1, r"tickets: bad_request: /printer: "),
    ("files of nobody", "issue A -n 0", "", 1, r"tickets: bad_request: /count: should be "),
    ("no service", "issue", "", 2, ""),
    ("too many words", "issue A elderly B", "", 2, ""),
    ("a class that is no UTF-8", "issue A \udcff", "", 1, r"class: no UTF-8$"),
    ("a service that is no UTF-8", "issue \udcff", "", 1, r"service: no UTF-8$"),
    ("next", "next 1", "", 0, r"^window 1: calling, A00[12] called, 2 waiting$"),
    ("next, as a program", "--json next 3", "", 0, r'"number":"B001"'),
    ("recall at once", "recall 1", "", 1, r"windows/1/recall: too_soon: again in \d+ s$"),
    ("next before start", "next 3", "", 1, r"windows/3/next: call_pending: ticket B001$"),
    ("why", "why B001", "", 0, r"^\d\d-\d\d \d\d:\d\d:\d\d  window 3  只有 B001 在等，等候 \d:\d\d\n\Z"),
    ("why, in English", "-l en why B001", "", 0, r"  window 3  B001 was the only one waiting, for \d:\d\d\n\Z"),
    ("why in no language", "-l fr why B001", "", 2, ""),
    ("why nobody", "why Q009", "", 1, r"tickets/Q009/why: unknown_ticket$"),
    ("why on another day", "why B001 2020-01-01", "", 1, r"tickets/B001/why\?day=2020-01-01: unknown_ticket$"),
    ("why on no day", "why B001 yesterday", "", 2, ""),
    ("why of who waits", "why A003", "", 1, r"tickets/A003/why: not_allowed: why is not possible: not_called$"),
    ("a story", "story B001", "", 0, r"^B001  \d{4}-\d\d-\d\d\n\S+ \S+  取号：社保，普通  \(控制台\)\n"
     r"\S+ \S+  3号窗口叫号  \(控制台\)\n +只有 B001 在等，等候 \d:\d\d\n"
     r" +3号窗口没有接显示屏\n +3号窗口没有语音，不播报\n\Z"),
    ("a story, in English", "-l en story B001", "", 0, r"Taken: Insurance, Ordinary  \(console\)\n\S+ \S+  Called by window 3  "),
    ("a story, as a program", "--json story B001", "", 0, r'"kind":"ticket\.called"'),
    ("nobody's story", "story Q009", "", 1, r"unknown_ticket$"),
    ("a day that is not there, once more", "replay 2001-01-01 --policy fcfs", "", 1, r"bad_request: /day: should be a day of the log$"),
    ("no day", "replay today --policy fcfs", "", 1, r"bad_request: /day: should be a date, YYYY-MM-DD$"),
    ("no such rule", "replay 2001-01-01 --policy fair", "", 1, r"/preset: should be head-start, fcfs, accumulate or strict$"),
    ("a replay by no rule", "replay 2001-01-01", "", 2, ""),
    ("a pause with its reason", "pause 1 午餐", "", 0, r"^window 1: calling, then pause, "),
    ("a pause until long ago", "pause 1 午餐 2001-01-01T12:00:00+08:00", "", 1, r"windows/1/pause: bad_request: /until: "),
    ("a pause with too many words", "pause 1 午餐 2001-01-01T12:00:00+08:00 x", "", 2, ""),
    ("a resume with a reason", "resume 1 午餐", "", 2, ""),
    ("a reason of control bytes", "pause 1 a\tb", "", 1, r"windows/1/pause: bad_request: /reason: "),
    ("pass", "pass 1", "", 0, r"^window 1: paused"),
    ("finish of nothing", "finish 1", "", 1, r"windows/1/finish: no_ticket$"),
    ("hold of nothing", "hold 1", "", 1, r"windows/1/hold: no_ticket$"),
    ("no window", "next", "", 2, ""),
    ("a window that there is not", "next 9", "", 1, r"windows/9/next: unknown_window$"),
    ("a window that cannot be", "next 0", "", 1, r"windows/0/next: not_found$"),
    ("a window of letters", "next ../1", "", 1, r"windows/\.\.%2F1/next: "),
    ("window", "window 1", "", 0, r"^window 1: paused"),
    ("window of nothing", "window", "", 2, ""),
    ("a ticket by nobody's token", "ticket AAAAAAAAAAAAAAAA", "", 1, r"tickets/AAAAAAAAAAAAAAAA: unknown_ticket$"),
    ("tickets", "tickets", "", 0, r"(?m)^A00[12] +passed +"),
    ("another class", "class B001 elderly 七十岁", "", 1, r"tickets/B001/class: not_allowed: "),
    ("another class without a reason", "class B001 elderly", "", 2, ""),
    ("needs", "needs B001 deaf,blind", "", 0, r"^B001 "),
    ("no need", "needs B001 tea", "", 1, r"tickets/B001/needs: bad_request: /needs: "),
    ("no needs", "--json needs B001 -", "", 0, r'"needs":\[\]'),
    ("two of one person", "--json link B001 A001", "", 0, r'"linked":\["A001"\]'),
    ("found", "find b1", "", 0, r"(?m)^B001 "),
    ("not found", "find 999x", "", 0, r"^number .*\n\Z"),
    ("void", "void B001 误按", "", 0, r"^B001 .*cancelled"),
    ("serve without a ticket", "serve 3 B", "", 0, r"^window 3: serving, 社保 serving, "),
    ("which is over", "finish 3", "", 0, r"^window 3: idle, \d+ waiting$"),
    ("who called for help", "help", "", 0, r"^kiosk .*\n\Z"),
    ("help where nobody called", "help nowhere", "", 1, r"help/nowhere/answer: not_found$"),
    ("the hall stands still", "hall suspend", "", 0, r"^suspended\n\Z"),
    ("it does already", "hall suspend", "", 1, r"hall/suspend: not_allowed: suspend is not possible: suspended$"),
    ("no ticket meanwhile", "issue A", "", 1, r"tickets: service_closed"),
    ("it goes on", "hall resume", "", 0, r"^open\n\Z"),
    ("a notice", "hall notice 电梯检修", "", 0, r"^open; notice: 电梯检修\n\Z"),
    ("a notice until no time", "hall notice 电梯检修 noon", "", 1, r"hall/notice: bad_request: /until: should be a time to come"),
    ("no notice", "hall quiet", "", 0, r"^open\n\Z"),
    ("a drill, the first act", "hall drill", "", 0, r"^an evacuation drill begins, once you say within 30 s: hallctl hall confirm \S{8}\n\Z"),
    ("a second one for no first", "hall confirm x", "", 1, r"hall/evacuate: bad_request: /confirm: "),
    ("the hall and nothing", "hall", "", 2, ""),
    ("the hall and no such word", "hall dance", "", 2, ""),
    ("a window calls for help", "alarm 1", "", 0, r"^window 1: paused"),
    ("who calls", "alarms", "", 0, r"(?m)^1 +- +- "),
    ("somebody comes", "answer 1", "", 0, r"(?m)^1 +yes "),
    ("it is over", "calm 1", "", 0, r"^window [^\n]*\n\Z"),
    ("it was over", "calm 1", "", 1, r"windows/1/alarm/end: not_allowed: "),
    ("a window is lent", "lend 2 A,B 30", "", 0, r"^window 2: "),
    ("so it stands there", "--json window 2", "", 0, r'"lent":\{"services":\["A","B"\],"until":"'),
    ("for no time", "lend 2 A", "", 2, ""),
    ("for too long", "lend 2 A 601", "", 1, r"windows/2/lend: bad_request: /minutes: "),
    ("to what there is not", "lend 2 A,Q 30", "", 1, r"windows/2/lend: unknown_service: /services/1: "),
    ("it is no more", "--json lend 2 off", "", 0, r'"lent":null'),
    ("and was not", "lend 2 off", "", 1, r"windows/2/lend: not_allowed: "),
    ("the layout", "layout", "", 0, r'^\{"hall"'),
    ("one that is none", "layout check /etc/passwd", "", 1, r"layout/check: bad_request: "),
    ("one that is not there", "layout put /nowhere", "", 1, r"/nowhere: No such file or directory$"),
    ("no layout", "layout put", "", 2, ""),
    ("no endpoints", "push", "", 0, r"^endpoint .*\n\Z"),
    ("none to be told again", "push again 0", "", 1, r"push/0/again: not_found$"),
    ("nor by its name", "push again x", "", 1, r"push/x/again: not_found$"),
    ("an event that is no number", "push again 0 x", "", 2, ""),
    ("an event of none", "push again 0 0", "", 1, r"push/0/again: bad_request: /seq: should be "),
    ("again, but what", "push again", "", 2, ""),
    ("again, but what", "push 0 1", "", 2, ""),
    ("an account", "user add li clerk", PASSWORD + "\n", 0, r"^\Z"),
    ("an account of Chinese", "user add 李雷 guide", PASSWORD, 0, r"^\Z"),
    ("a name that is taken", "user add li clerk", PASSWORD, 1, r"users: bad_request: /name: "),
    ("no such role", "user add x king", PASSWORD, 1, r"no role king"),
    ("a role that only devices have", "user add x window", PASSWORD, 1, r"no role window"),
    ("a device", "token door window:1", "", 0, r"^\S{32}\n\Z"),
    ("a screen at a window", "token screen display:1", "", 0, r"^\S{32}\n\Z"),
    ("a screen anywhere", "token board display", "", 0, r"^\S{32}\n\Z"),
    ("a screen at no window that there is", "token nowhere display:9", "", 1, r"unknown_window$"),
    ("window 0", "token zero display:0", "", 1, r"no device is a display:0; there are kiosk, display, display:NO and window:NO"),
    ("a kiosk at a window", "token dispenser kiosk:1", "", 1, r"no device is a kiosk:1"),
    ("a window's device at none", "token lost window", "", 1, r"no device is a window"),
    ("a device has no password", "user passwd door", PASSWORD, 1, r"users/door/password: unknown_staff$"),
    ("a short password", "user add x clerk", "seven77\n", 1, r"8 to 128 bytes"),
    ("no password", "user add x clerk", "", 1, r"8 to 128 bytes"),
    ("too long a password", "user add x clerk", 129 * "x" + "\n", 1, r"8 to 128 bytes"),
    ("a password that is no UTF-8", "user add x clerk", 8 * "\udcff", 1, r"password: no UTF-8$"),
    ("a name that is no UTF-8", "user add \udcff clerk", PASSWORD, 1, r"name: no UTF-8$"),
    ("a name with a line end", "user add x\ny clerk", PASSWORD, 1, r"name.*control"),
    ("the longest password", "user add long clerk", 128 * "x" + "\n", 0, r"^\Z"),
    ("too long a name", "user add %s clerk" % (32 * "x"), PASSWORD, 1, r"name"),
    ("a password", "user passwd li", "another horse\n", 0, r"^\Z"),
    ("a password of nobody", "user passwd nobody", PASSWORD, 1, r"users/nobody/password: unknown_staff$"),
    ("a user and nothing", "user", "", 2, ""),
    ("a user and a word", "user list", "", 2, ""),
    ("an unknown word", "user drop li", "", 2, ""),
    ("an account without a role", "user add x", "", 2, ""),
    ("a password and a word too many", "user passwd li x", "", 2, ""),
    ("no command", "", "", 2, ""),
    ("an unknown command", "dance 1", "", 2, r"^hallctl: dance: no such command; hallctl -h tells of all\n\Z"),
    ("an empty command", " ", "", 2, r"^hallctl: : no such command"),
    ("a beginning of a command", "stat", "", 2, r"^hallctl: stat: no such command"),
    ("a day that is none", "report days today", "", 2, r"^hallctl: usage of report:\n  report \[NAME [^\n]*\n\Z"),
    ("a report", "report days", "", 0, r"^Day +Issued "),
    ("a report, in Chinese", "-l zh report days", "", 0, r"^日期 +取号 "),
    ("a report, in English", "-l en report days", "", 0, r"^Day +Issued "),
    ("a window that is told something", "window 1 next", "", 2, r"^hallctl: usage of window:\n[^\n]*hallctl next 1"),
    ("a window and no word", "pause", "", 2, r"^hallctl: usage of pause:\n  pause WINDOW [^\n]*\n\Z"),
    ("a record without a field", "shifts add name", "", 2, r"^hallctl: usage of shifts:\n  SUBJECT \[(.*\n)+  SUBJECT add (.*\n)+  SUBJECT ID .*\n\Z"),
    ("a roster without a field", "roster add day", "", 2, r"(?m)^  SUBJECT add (.*\n)+  roster copy .*\n\Z"),
    ("a window and not whom", "pick 1", "", 2, r"^hallctl: usage of pick:\n  pick WINDOW NUMBER [^\n]*\n\Z"),
    ("a window and not where to", "transfer 1", "", 2, r"^hallctl: usage of transfer:\n"),
    ("a window and no services", "legs 1", "", 2, r"^hallctl: usage of legs:\n"),
    ("bookings of no file", "import /nowhere", "", 1, r"^hallctl: unable to open /nowhere: No such file or directory$"),
    ("bookings that are no JSON", "import /etc/passwd", "", 1, r"^hallctl: /etc/passwd: .*\(line 1\)$"),
    ("a record by its name", "staff wang", "", 2, r"^hallctl: usage of staff:\n  SUBJECT \[(.*\n)+  SUBJECT ID .*\n\Z"),
    ("a record and no such step", "shifts 1 dance", "", 2, r"^hallctl: usage of shifts:\n"),
    ("what is done elsewhere", "attendance copy from=2026-11-02", "", 2, r"^hallctl: usage of attendance:\n"),
    ("an account of digits", "user add 1001 clerk", PASSWORD, 0, r"^\Z"),
    ("whose it is", "staff add name=x account=1001", "", 0, r"(?m)^1 +1 +here +1001$"),
    ("a shift", "shifts add name=x from=09:00 to=17:00", "", 0, r"(?m)^1 +1 +used "),
    ("ended", "shifts 1 end", "", 0, r"(?m)^1 +2 +ended "),
    ("ended again", "shifts 1 end", "", 1, r"shifts/1/end: not_allowed: end is not possible: over$"),
    ("changed when it is over", "shifts 1 set to=18:00", "", 1, r"shifts/1: not_allowed: write is not possible: over$"),
    ("an unknown option", "--dance", "", 2, ""),
    ("an option without its word", "-d", "", 2, ""),
    ("status of something", "status A", "", 2, ""),
    ("help", "-h", "", 0, r"^usage: hallctl "),
]


class Commands(Case):
    @classmethod
    def setUpClass(cls):
        cls.hall = Hall({**LAYOUT, "policy": {**LAYOUT["policy"], "recall": {"max": 1, "gap_s": 600}}})
        cls.addClassCleanup(cls.hall.stop)

    def test_commands(self):
        for what, args, text, status, says in COMMANDS:
            done = run(HALLCTL, "-d", self.hall.state, *args.split(" ") if args else [], text=text)
            self.check(what, done, status, says)

    def test_by_url(self):
        self.hall.user("desk", "guide")
        url = "http://127.0.0.1:%d" % self.hall.port
        token = {"HALL_TOKEN": self.hall.token("desk")}
        for what, url, args, env, status, says in [
                ("what anybody may", url, ["status"], {}, 0, r"小厅"),
                ("with a token", url, ["tickets"], token, 0, r"^number"),
                ("a URL that ends in a slash", url + "/", ["tickets"], token, 0, r"^number"),
                ("without", url, ["tickets"], {}, 1, r"tickets: unauthorized; the token of who may goes into \$HALL_TOKEN$"),
                ("with a wrong one", url, ["tickets"], {"HALL_TOKEN": "x"}, 1,
                 r"tickets: unauthorized; what \$HALL_TOKEN has is no token, or none any more$"),
                ("what the role may not", url, ["user", "add", "x", "clerk"], token, 1, r"users: forbidden$"),
                ("nobody there", "http://127.0.0.1:%d" % free_port(), ["status"], {}, 1, r"127\.0\.0\.1"),
                ("no halld there", url + "/pages/common/base.css?", ["status"], {}, 1, r"not an answer of halld"),
                ("no events there", url + "/nothing", ["events"], {}, 1, r"/nothing/api/v1/events: .*404$"),
                ("no URL", "::", ["status"], {}, 1, r"::")]:
            done = run(HALLCTL, "-u", url, *args, text=PASSWORD, env={"HALL_TOKEN": "", **env})
            self.check(what, done, status, says)

    def test_the_rev_that_was_read(self):
        """Goes with what is done to a record, unless another is said; with what is done to none, none does."""
        posted = []

        class Handler(http.server.BaseHTTPRequestHandler):
            def answer(self):
                text = json.dumps({"id": 3, "rev": 7, "state": "pending"}).encode()
                self.send_response(200)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(text)))
                self.end_headers()
                self.wfile.write(text)

            do_GET = answer

            def do_POST(self):
                posted.append((self.path, json.loads(self.rfile.read(int(self.headers["Content-Length"])))))
                self.answer()

            do_PUT = do_POST

            def log_message(self, *_):
                pass

        server = http.server.HTTPServer(("127.0.0.1", 0), Handler)
        self.addCleanup(server.server_close)
        self.addCleanup(server.shutdown)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        for words, path, body in [
                ("requests 3 set quantity=2", "requests/3", {"quantity": 2, "rev": 7}),
                ("requests 3 approve", "requests/3/approve", {"rev": 7}),
                ("orders 3 receive quantity=2", "orders/3/receive", {"quantity": 2, "rev": 7}),
                ("repairs 3 close note=好的 rev=6", "repairs/3/close", {"note": "好的", "rev": 6}),
                ("requests add item=1 quantity=2", "requests", {"item": 1, "quantity": 2}),
                ("attendance clock code=1", "attendance/clock", {"code": "1"})]:
            with self.subTest(words):
                done = run(HALLCTL, "-u", "http://127.0.0.1:%d" % server.server_port, *words.split())
                self.assertEqual((done.returncode, done.stderr, posted.pop()), (0, "", ("/api/v1/" + path, body)))

    def test_a_full_disk(self):
        """Half of an answer is no good one."""
        for words in ("status",), ("--json", "tickets"), ("subjects",):
            with self.subTest(words), open("/dev/full", "w", encoding="utf-8") as full:
                done = subprocess.run([HALLCTL, "-d", self.hall.state, *words], stdout=full, stderr=subprocess.PIPE, text=True,
                                      cwd=ROOT, timeout=WAIT_S, check=False)
                self.assertEqual((done.returncode, done.stderr), (1, "hallctl: standard output: No space left on device\n"))

    def test_events(self):
        """As they happen, until halld ends."""
        hall = Hall()
        self.addCleanup(hall.folder.cleanup)
        with subprocess.Popen([HALLCTL, "-d", hall.state, "events"], stdout=subprocess.PIPE, stderr=subprocess.PIPE) as ctl:
            self.assertEqual(ctl.stdout.readline(), b"event: snapshot\n")
            hall.issue()
            for line in ctl.stdout:
                if line == b"event: ticket.issued\n":
                    break
            hall.process.terminate()
            self.assertEqual(hall.process.wait(WAIT_S), 0)
            self.assertEqual(ctl.wait(WAIT_S), 1, "the hall is gone")
            self.assertRegex(ctl.stderr.read(), rb"^hallctl: [^\n]+\n\Z")


class Uplinks(Case):
    def setUp(self):
        self.refuses, self.ends = True, False
        self.endpoint = Endpoint()
        self.addCleanup(self.endpoint.stop)
        self.endpoint.answer = lambda event: (400 if self.refuses else 410 if self.ends else 200, {}, b"{}")
        os.environ["SECRET"] = SECRETS[0]
        self.hall = Hall({**LAYOUT, "push": [
            {"url": "http://127.0.0.1:%d/" % free_port(), "secrets": [{"env": "SECRET"}]},
            {"url": self.endpoint.url, "secrets": [{"env": "SECRET"}], "kinds": ["ticket.issued", "ticket.cancelled"]}]})
        self.addCleanup(self.hall.stop)

    def ctl(self, *args, status=0, says="."):
        done = run(HALLCTL, "-d", self.hall.state, *args)
        self.check(" ".join(args), done, status, says)
        return done.stdout

    def until(self, pattern):
        deadline = time.monotonic() + WAIT_S
        while not re.search(pattern, said := self.ctl("push"), re.M):
            self.assertLess(time.monotonic(), deadline, said)
            time.sleep(0.1)
        return said

    def test_again(self):
        """One that nobody hears; one that would not have an event, then has it, then wants no more, and then does."""
        number = self.hall.issue()["number"]
        self.until(r"^0 +http://127\.0\.0\.1:\d+/ +fails +\d+ +- +0 +\S.*(refused|connect)")
        said = self.until(r"^1 +\d+ +400 +\d\d-\d\d \d\d:\d\d:\d\d$")
        seq = re.search(r"^1 +(\d+) +400 ", said, re.M)[1]
        self.assertRegex(said, r"(?m)^1 +%s +(begins|fails) +0 +- +1 " % re.escape(self.endpoint.url))
        self.refuses = False
        self.ctl("push", "again", "1", "1", status=1, says=r"push/1/again: not_found$")
        self.ctl("push", "again", "1", seq, says=r"^endpoint ")
        self.endpoint.wait("it came", lambda: [f for f in self.endpoint.facts() if (f["seq"], f["number"]) == (int(seq), number)])
        said = self.until(r"^1 +%s +ok +0 +\d\d-\d\d \d\d:\d\d:\d\d +0 +-$" % re.escape(self.endpoint.url))
        self.assertNotIn(" 400 ", said)
        self.ends = True
        self.hall.issue()
        self.until(r"^1 +\S+ +disabled +1 +\d\d-\d\d \d\d:\d\d:\d\d +0 +-$")
        self.ends = False
        self.ctl("--json", "push", "again", "1", says=r'^\{"endpoints":\[.*"state":"ok"')
        self.until(r"^1 +\S+ +ok +0 ")


class WithoutDaemon(Case):
    def setUp(self):
        self.folder = tempfile.mkdtemp(prefix="halld-")
        self.addCleanup(shutil.rmtree, self.folder)
        self.state = os.path.join(self.folder, "state")

    def ctl(self, *args, text=PASSWORD):
        return run(HALLCTL, "-d", self.state, *args, text=text)

    def test_accounts(self):
        """The first account is made before halld ever ran; what halld refuses is refused here too."""
        for what, args, status, says in [
                ("the first", ["user", "add", "admin", "admin"], 0, r"^\Z"),
                ("taken", ["user", "add", "admin", "clerk"], 1, r"user admin: bad_request"),
                ("no UTF-8", ["user", "add", "\udcff", "clerk"], 1, r"name: no UTF-8$"),
                ("a line end", ["user", "add", "x\ny", "clerk"], 1, r"name.*control"),
                ("unknown", ["user", "passwd", "nobody"], 1, r"user nobody: unknown_staff$"),
                ("a device", ["token", "door", "display"], 0, r"^\S{32}\n\Z"),
                ("a device of no UTF-8", ["token", "\udcff", "display"], 1, r"name: no UTF-8$"),
                ("a device's password", ["user", "passwd", "door"], 1, r"user door: unknown_staff$"),
                ("known", ["user", "passwd", "admin"], 0, r"^\Z"),
                ("needs halld", ["status"], 1, r"halld\.sock: no halld runs there$"),
                ("needs halld too", ["next", "1"], 1, r"halld\.sock: no halld runs there$"),
                ("and for events", ["events"], 1, r"halld\.sock: no halld runs there$"),
                ("and for the layout", ["layout"], 1, r"halld\.sock: no halld runs there$")]:
            self.check(what, self.ctl(*args), status, says)
        self.assertEqual(os.stat(self.state).st_mode & 0o077, 0, "nobody else reads hashes")

    def test_as_a_program(self):
        """What --json says is JSON, with halld and without."""
        hall = Hall()
        self.addCleanup(hall.stop)
        self.state = hall.state
        for runs in True, False:
            if not runs:
                hall.kill()
            for args, members in [(["user", "add", "u%d" % runs, "guide"], {"name"}), (["user", "passwd", "u1"], {"name"}),
                                  (["token", "d%d" % runs, "kiosk"], {"name", "token"})]:
                done = self.ctl("--json", *args)
                self.assertEqual((done.returncode, done.stderr, set(json.loads(done.stdout))), (0, "", members), (runs, args, done))
            if runs:
                copy = json.loads(self.ctl("--json", "backup").stdout)["path"]
            done = self.ctl("--json", "restore", copy)
            self.assertEqual(json.loads(done.stdout)["path"], copy, (runs, done))
        hall.start()

    def test_no_folder(self):
        self.state = os.path.join(self.folder, "none", "state")
        self.check("no folder", self.ctl("user", "add", "admin", "admin"), 1, r"No such file")

    @unittest.skipIf(os.geteuid(), "root alone can be somebody else")
    def test_by_somebody_else(self):
        """Who may not open the state hears that, not that nothing runs there."""
        hall = Hall()
        self.addCleanup(hall.stop)
        program = os.path.join(self.folder, "hallctl")
        shutil.copy(HALLCTL, program)
        os.chmod(self.folder, 0o755)
        os.chmod(hall.state, 0o700)
        done = subprocess.run([program, "-d", hall.state, "status"], capture_output=True, text=True, cwd="/", timeout=WAIT_S,
                              user="nobody", group="nogroup", extra_groups=[], check=False)
        self.assertEqual((done.returncode, done.stderr), (1, "hallctl: %s: Permission denied\n" % hall.socket))

    def test_beside_halld(self):
        """What was made without halld is there with it, and after a kill -9, whose socket stays behind."""
        hall = Hall()
        self.addCleanup(hall.stop)
        hall.user("li", "clerk")
        old = hall.token("li")
        hall.kill()
        self.state = hall.state
        self.assertTrue(os.path.exists(hall.socket))
        self.check("a new password", self.ctl("user", "passwd", "li", text="another horse"), 0, r"^\Z")
        self.check("a new account", self.ctl("user", "add", "wang", "guide"), 0, r"^\Z")
        hall.start()
        self.assertEqual(hall.ask("GET", "session", token=old).status, 401)
        self.assertEqual(hall.sign_in("li", password="another horse").status, 201)
        self.assertEqual(hall.sign_in("wang").json["role"], "guide")

    def test_the_day_of_a_hall_that_stands_still(self):
        """What hallctl does there closes no day that goes on in the hall, wherever its machine thinks it is."""
        hour = datetime.now(timezone.utc).hour
        ahead_h = 11 - hour if hour > 3 else -12        # it is about noon in the hall, and after four on the next day where hallctl is
        hall = Hall({**LAYOUT, "hall": {**LAYOUT["hall"], "timezone": "Etc/GMT%+d" % -ahead_h if ahead_h else "Etc/GMT", "day_starts": "00:00"}})
        number = hall.issue()["number"]
        self.addCleanup(hall.stop)
        day = hall.ask("GET", "tickets", local=True).json["tickets"][0]
        hall.process.terminate()
        self.assertEqual(hall.process.wait(WAIT_S), 0)
        done = run(HALLCTL, "-d", hall.state, "user", "add", "late", "guide", text=PASSWORD, env={"TZ": "There%+d" % -(ahead_h + 17)})
        self.check("a new account", done, 0, r"^\Z")
        hall.start()
        self.assertEqual(hall.ask("GET", "tickets", local=True).json["tickets"], [day], number)


def changed(path, value):
    """The layout with one thing changed; None takes it out."""
    layout = json.loads(json.dumps(LAYOUT))
    at = layout
    *names, last = path.split("/")[1:]
    for name in names:
        at = at[int(name)] if isinstance(at, list) else at[name]
    if value is None:
        del at[last]
    else:
        at[int(last) if isinstance(at, list) else last] = value
    return json.dumps(layout, ensure_ascii=False)


BAD_LAYOUTS = [
    # what, text, how the line goes on after the file's name
    ("nothing", "", r"line 1"),
    ("no JSON", '{"hall": ', r"line 1"),
    ("no JSON further on", '{\n "hall": 1,\n x }', r"line 3"),
    ("a list", "[]", r""),
    ("an unknown key", changed("/hall/colour", "red"), r"/hall/colour: unknown key"),
    ("a key misspelt", changed("/policy/presets", "fcfs"), r'/policy/presets: unknown key; did you mean "preset"'),
    ("a text for a number", changed("/windows/0/no", "1"), r"/windows/0/no: "),
    ("window 1000", changed("/windows/0/no", 1000), r"/windows/0/no: 1000"),
    ("two windows 1", changed("/windows/1/no", 1), r"/windows/1/no: "),
    ("a service that there is not", changed("/windows/0/services", ["Q"]), r"/windows/0/services/0"),
    ("two services A", changed("/services/1/id", "A"), r"/services/1/id: "),
    ("no name", changed("/services/0/name", None), r"/services/0"),
    ("a preset that there is not", changed("/policy/preset", "best"), r"/policy/preset: "),
    ("a driver that there is not", changed("/devices", [{"id": "x", "driver": "x", "port": "/dev/null"}]), r"/devices/0/driver: "),
    ("a bad address", changed("/listen", "everywhere"), r"/listen: "),
]


class Daemon(Case):
    @classmethod
    def setUpClass(cls):
        cls.hall = Hall()
        cls.addClassCleanup(cls.hall.stop)

    def setUp(self):
        self.folder = tempfile.mkdtemp(prefix="halld-")
        self.addCleanup(shutil.rmtree, self.folder)
        self.state = os.path.join(self.folder, "state")

    def test_options(self):
        conf = self.hall.conf
        with open(os.path.join(ROOT, "etc", "hall.schema.json"), encoding="utf-8") as f:
            schema = f.read()
        for what, args, status, says in [
                ("version", ["-V"], 0, r"^halld \d+\.\d+\n\Z"),
                ("help", ["-h"], 0, r"^usage: halld "),
                ("drivers", ["-L"], 0, r"^([\w-]+ +(printer|voice|sign|keypad|scanner|reader) +\S.*\n){4,}\Z"),
                ("schema", ["--schema"], 0, "^" + re.escape(schema) + r"\Z"),
                ("a good layout", ["-n", "-c", conf], 0, r"^\Z"),
                ("the sample", ["-n", "-c", os.path.join(ROOT, "etc", "hall.json")], 0, r"^\Z"),
                ("nothing", [], 2, ""),
                ("no state", ["-c", conf], 2, ""),
                ("no layout", ["-d", self.state], 2, ""),
                ("to check nothing", ["-n"], 2, ""),
                ("an unknown option", ["-x"], 2, ""),
                ("a word", ["-c", conf, "-d", self.state, "start"], 2, ""),
                ("no address", ["-c", conf, "-d", self.state, "-l", "everywhere"], 1, r"-l everywhere: "),
                ("no pages", ["-c", conf, "-d", self.state, "-p", "/nonexistent"], 1, r"^halld: unable to open /nonexistent/text/zh\.json: No such file or directory$"),
                ("no folder for the state", ["-c", conf, "-d", "/nonexistent/state"], 1, r"/nonexistent/state: No such file"),
                ("a file for the state", ["-c", conf, "-d", conf], 1, r"Not a directory"),
                ("no such layout", ["-c", "/nonexistent", "-d", self.state], 1, r"/nonexistent: No such file"),
                ("no such layout to check", ["-n", "-c", "/nonexistent"], 1, r"/nonexistent: No such file"),
                ("a folder for a layout", ["-n", "-c", self.folder], 1, r"Is a directory")]:
            self.check(what, run(HALLD, *args), status, says)

    def test_bad_layouts(self):
        conf = os.path.join(self.folder, "hall.json")
        for what, text, says in BAD_LAYOUTS:
            with open(conf, "w", encoding="utf-8") as f:
                f.write(text)
            says = r"^halld: %s: %s" % (re.escape(conf), says)
            self.check(what, run(HALLD, "-n", "-c", conf), 1, says)
            self.check(what, run(HALLD, "-c", conf, "-d", self.state), 1, says)
        self.assertFalse(os.path.exists(self.state))

    def test_a_second_one(self):
        """On the same state or port: one line, and the first goes on."""
        conf, before = self.hall.conf, self.hall.seq()
        for what, state, port, says in [("the same state", self.hall.state, free_port(), r"%s: in use" % self.hall.state),
                                        ("the same port", self.state, self.hall.port, r"127.0.0.1:%d: in use" % self.hall.port)]:
            self.check(what, run(HALLD, "-c", conf, "-d", state, "-l", "127.0.0.1:%d" % port), 1, says)
        self.assertEqual(self.hall.seq(), before)

    def test_ends(self):
        for number in (signal.SIGTERM, signal.SIGINT):
            hall = Hall()
            number_of_ticket = hall.issue()["number"]
            hall.process.send_signal(number)
            self.assertEqual(hall.process.wait(WAIT_S), 0, number)
            self.assertFalse(os.path.exists(hall.socket), number)
            hall.start()
            self.assertEqual(hall.ask("GET", "tickets", local=True).json["tickets"][0]["number"], number_of_ticket)
            hall.stop()

    def test_every_answer_given_is_kept(self):
        """SIGTERM amid presses: what was acknowledged is there afterwards."""
        hall = Hall()
        answered = []

        def press():
            try:
                while True:
                    answered.append(hall.issue()["number"])
            except (OSError, http.client.HTTPException, AssertionError):
                pass                        # it ends: refused, or no answer
        threads = [threading.Thread(target=press) for _ in range(4)]
        for thread in threads:
            thread.start()
        while len(answered) < 50 and any(thread.is_alive() for thread in threads):
            time.sleep(0.01)
        hall.process.terminate()
        for thread in threads:
            thread.join()
        self.assertEqual(hall.process.wait(WAIT_S), 0)
        hall.start()
        there = [ticket["number"] for ticket in hall.ask("GET", "tickets", local=True).json["tickets"]]
        self.assertEqual(set(answered) - set(there), set())
        self.assertEqual(len(there), len(set(there)))
        hall.stop()

    def test_lines_of_a_log(self):
        """A line an event, on standard error alone; at start what it is and where."""
        self.assertRegex(self.hall.said(), r"(?m)^halld \d+\.\d+: hall small, 2 services, 3 windows, 0 devices; .*127\.0\.0\.1:%d$"
                         % self.hall.port)


if __name__ == "__main__":
    unittest.main()
