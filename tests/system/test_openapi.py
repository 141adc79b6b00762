"""etc/openapi.yaml against the program: its routes, roles, refusals, commands and events, and what is really answered."""

import datetime
import os
import unittest

import yaml

from endpoint import SECRETS
from hall import LAYOUT, PASSWORD, Hall, Stream
from sources import KINDS, REFUSALS, ROUTES, VERBS, text

API = yaml.safe_load(text("etc/openapi.yaml"))
REST = {"/pages/*": "/pages/{path}", "/text/*": "/text/{path}"}     # OpenAPI has no rest of a path


def operations():
    for path, item in API["paths"].items():
        for method, operation in item.items():
            yield method.upper(), path, operation


def resolve(schema):
    """The schema that is meant: references followed, with what stands beside them."""
    while "$ref" in schema:
        at = API
        for name in schema["$ref"].split("/")[1:]:
            at = at[name]
        schema = {**at, **{name: value for name, value in schema.items() if name != "$ref"}}
    return schema


def described(schema):
    """Members that an object of the schema may have; None: any."""
    schema = resolve(schema)
    names = set(schema["properties"]) if "properties" in schema else None
    for part in schema.get("allOf", []):
        more = described(part)
        names = more if names is None else names | (more or set())
    return names


TYPES = {"object": dict, "array": list, "string": str, "boolean": bool, "null": type(None), "integer": int, "number": (int, float)}


def is_type(value, name):
    return isinstance(value, TYPES[name]) and not (name in ("integer", "number") and isinstance(value, bool))


def faults(value, schema, where="", whole=True):
    """What is wrong with a value, as far as this file uses JSON Schema; a member that is not described is wrong too."""
    schema = resolve(schema)
    wrong = []
    if "type" in schema:
        types = schema["type"] if isinstance(schema["type"], list) else [schema["type"]]
        if not any(is_type(value, name) for name in types):
            return ["%s: %r is no %s" % (where, value, types)]
    if "enum" in schema and value not in schema["enum"]:
        wrong.append("%s: %r is not of %s" % (where, value, schema["enum"]))
    if "const" in schema and value != schema["const"]:
        wrong.append("%s: %r is not %r" % (where, value, schema["const"]))
    if "minimum" in schema and value < schema["minimum"] or "maximum" in schema and value > schema["maximum"]:
        wrong.append("%s: %r is out of range" % (where, value))
    if "oneOf" in schema and sum(not faults(value, part, where) for part in schema["oneOf"]) != 1:
        wrong.append("%s: %r is not one of them" % (where, value))
    for part in schema.get("allOf", []):
        wrong += faults(value, part, where, whole=False)
    if isinstance(value, dict):
        wrong += ["%s: no %s" % (where, name) for name in schema.get("required", []) if name not in value]
        for name, member in value.items():
            if name in schema.get("properties", {}):
                wrong += faults(member, schema["properties"][name], "%s/%s" % (where, name))
        if whole and (names := described(schema)) is not None:
            wrong += ["%s/%s is not described" % (where, name) for name in value if name not in names]
    if isinstance(value, list) and "items" in schema:
        for i, item in enumerate(value):
            wrong += faults(item, schema["items"], "%s/%d" % (where, i))
    return wrong


class Paper(unittest.TestCase):
    def test_routes(self):
        """Each row of routes.c is an operation, and the reverse, with the same roles."""
        rows = [line for line in text("daemon/api/routes.c").splitlines() if line.startswith("\t{ \"")]
        self.assertEqual(len(rows), len(ROUTES), "each row was understood")
        paper = {(method, path): set(operation["x-roles"]) for method, path, operation in operations()}
        self.assertEqual(paper, {(method, REST.get(path, path)): roles for (method, path), roles in ROUTES.items()})

    def test_refusals(self):
        self.assertEqual({code: (row["status"], row["key"]) for code, row in API["x-refusals"].items()}, REFUSALS)
        self.assertEqual(API["components"]["schemas"]["Problem"]["properties"]["code"]["enum"], list(REFUSALS))
        keys = [key for _, key in REFUSALS.values()]
        self.assertEqual(len(set(keys)), len(keys), "a number for each")
        self.assertTrue(all(10 <= key <= 99 for key in keys), "two digits")

    def test_events(self):
        self.assertEqual(API["x-events"], {kind: audience for kind, audience in KINDS.items() if audience != "nobody"})

    def test_commands(self):
        for where, path in [("window", "/api/v1/windows/{no}/{command}"), ("ticket", "/api/v1/tickets/{ticket}/{command}")]:
            operation = API["paths"][path]["post"]
            command, = [p for p in operation["parameters"] if p.get("name") == "command"]
            verbs = {name: built for (at, name), built in VERBS.items() if at == where}
            self.assertEqual(set(command["schema"]["enum"]), set(verbs), where)
            self.assertEqual(set(operation["x-not-available"]), {name for name, built in verbs.items() if not built}, where)

    def test_words(self):
        """Words of a path are its parameters; who is not anyone may be refused; names are texts, no as well."""
        for method, path, operation in operations():
            words = {word.split("}")[0] for word in path.split("{")[1:]}
            parameters = [resolve(p) for p in operation.get("parameters", [])]
            self.assertEqual({p["name"] for p in parameters if p["in"] == "path"}, words, path)
            if set(operation["x-roles"]) & {"clerk", "guide", "manager", "admin", "kiosk"}:
                self.assertLessEqual({"401", "403"}, set(operation["responses"]), path)

        def names(value):
            if isinstance(value, dict):
                for name, member in value.items():
                    yield name
                    yield from names(member)
            elif isinstance(value, list):
                for member in value:
                    yield from names(member)
        self.assertEqual([name for name in names(API) if not isinstance(name, str)], [])


class Subjects(unittest.TestCase):
    def test_subjects(self):
        """The paper's subjects are the program's."""
        hall = Hall()
        self.addCleanup(hall.stop)
        told = {}
        for s in hall.ask("GET", "subjects", local=True).json["subjects"]:
            fields = {f.pop("name"): {name: value for name, value in f.items() if value is not False} for f in s["fields"]}
            told[s["path"]] = {"fields": fields, "states": s["states"]}
            if s["steps"]:
                told[s["path"]]["steps"] = {step.pop("verb"): {name: value for name, value in step.items() if value is not None}
                                            for step in s["steps"]}
        self.assertEqual(told, API["x-subjects"])


TOMORROW = datetime.datetime.now(datetime.timezone(datetime.timedelta(hours=8))) + datetime.timedelta(days=1)
SLOT = TOMORROW.strftime("%Y-%m-%dT%%02d:00:00+08:00")
ANSWERS = [
    # what, method, path of the paper, path, body
    ("the hall with a call in it", "GET", "/api/v1/status", None, None),
    ("services", "GET", "/api/v1/services", None, None),
    ("subjects", "GET", "/api/v1/subjects", None, None),
    ("what to order", "GET", "/api/v1/stock/order-list", None, None),
    ("a record", "POST", "/api/v1/{subject}", "/api/v1/shifts", {"name": "早班", "from": "08:30", "to": "17:00"}),
    ("a wrong record", "POST", "/api/v1/{subject}", "/api/v1/shifts", {"name": "早班"}),
    ("records", "GET", "/api/v1/{subject}", "/api/v1/shifts", None),
    ("one", "GET", "/api/v1/{subject}/{id}", "/api/v1/shifts/1", None),
    ("one that there is not", "GET", "/api/v1/{subject}/{id}", "/api/v1/shifts/7", None),
    ("one is changed", "PUT", "/api/v1/{subject}/{id}", "/api/v1/shifts/1", {"rev": 1, "to": "17:30"}),
    ("one that was changed", "PUT", "/api/v1/{subject}/{id}", "/api/v1/shifts/1", {"rev": 1, "to": "18:00"}),
    ("a step", "POST", "/api/v1/{subject}/{id}/{step}", "/api/v1/shifts/1/end", {}),
    ("a ticket", "POST", "/api/v1/tickets", None, {"service": "A", "class": "elderly", "lang": "en"}),
    ("a wrong ticket", "POST", "/api/v1/tickets", None, {"service": 1}),
    ("no service", "POST", "/api/v1/tickets", None, {"service": "Q"}),
    ("tickets", "GET", "/api/v1/tickets", None, None),
    ("tickets in no state", "GET", "/api/v1/tickets", "/api/v1/tickets?state=x", None),
    ("a held ticket", "GET", "/api/v1/tickets/{token}", None, None),
    ("no ticket", "GET", "/api/v1/tickets/{token}", "/api/v1/tickets/x", None),
    ("a ticket's command without a reason", "POST", "/api/v1/tickets/{ticket}/{command}", "/api/v1/tickets/A001/cancel", {}),
    ("a ticket's command", "POST", "/api/v1/tickets/{ticket}/{command}", "/api/v1/tickets/A002/cancel", {"reason": "x"}),
    ("for the holder alone", "POST", "/api/v1/tickets/{ticket}/{command}", "/api/v1/tickets/A001/defer", {"places": 1}),
    ("why a ticket was called", "GET", "/api/v1/tickets/{number}/why", "/api/v1/tickets/A001/why", None),
    ("why one was that waits", "GET", "/api/v1/tickets/{number}/why", "/api/v1/tickets/A003/why", None),
    ("a story", "GET", "/api/v1/tickets/{number}/story", "/api/v1/tickets/A001/story", None),
    ("a story of no day", "GET", "/api/v1/tickets/{number}/story", "/api/v1/tickets/A001/story?day=x", None),
    ("a day without a rule", "GET", "/api/v1/replay", "/api/v1/replay?day=2026-09-01", None),
    ("a day that is not there", "GET", "/api/v1/replay", "/api/v1/replay?day=2001-01-01&preset=fcfs", None),
    ("today once more", "GET", "/api/v1/replay", "/api/v1/replay?day={today}&preset=fcfs", None),
    ("why at no call", "GET", "/api/v1/calls/{seq}/why", "/api/v1/calls/1/why", None),
    ("a ticket's command that is not built", "POST", "/api/v1/tickets/{ticket}/{command}", "/api/v1/tickets/A001/checkin", {}),
    ("a ticket with needs", "POST", "/api/v1/tickets", None, {"service": "A", "needs": ["deaf"]}),
    ("two of one person", "POST", "/api/v1/tickets/{ticket}/{command}", "/api/v1/tickets/A003/link", {"number": "A001"}),
    ("tickets that are sought", "GET", "/api/v1/tickets", "/api/v1/tickets?number=3&missed_s=900", None),
    ("a ticket's command that is not built", "POST", "/api/v1/tickets/{ticket}/{command}", "/api/v1/tickets/A001/void", {}),
    ("usual waits", "GET", "/api/v1/times", "/api/v1/times", None),
    ("advice", "GET", "/api/v1/advice", "/api/v1/advice", None),
    ("times", "GET", "/api/v1/slots", "/api/v1/slots?service=B", None),
    ("times of nothing", "GET", "/api/v1/slots", "/api/v1/slots?service=Q", None),
    ("a booking", "POST", "/api/v1/bookings", None, {"service": "B", "from": SLOT % 10, "to": SLOT % 11}),
    ("a booking at no time", "POST", "/api/v1/bookings", None, {"service": "B", "from": SLOT % 9, "to": SLOT % 10}),
    ("bookings of a platform", "POST", "/api/v1/bookings/import", None, {"bookings": [
        {"reference": "1", "service": "B", "from": SLOT % 10, "to": SLOT % 11}, {"reference": "1", "service": "B", "from": SLOT % 10, "to": SLOT % 11},
        {"reference": "2", "service": "B", "from": SLOT % 9, "to": SLOT % 10}]}),
    ("none of a platform", "POST", "/api/v1/bookings/import", None, {"bookings": []}),
    ("bookings", "GET", "/api/v1/bookings", None, None),
    ("no booking", "GET", "/api/v1/bookings/{code}", "/api/v1/bookings/AAAA", None),
    ("its holder's booking", "GET", "/api/v1/bookings/{code}", "/api/v1/bookings/{booked}", None),
    ("long before it", "POST", "/api/v1/bookings/{code}/{command}", "/api/v1/bookings/{booked}/checkin", {}),
    ("given up", "POST", "/api/v1/bookings/{code}/{command}", "/api/v1/bookings/{booked}/cancel", {}),
    ("the board's code", "GET", "/api/v1/board", None, None),
    ("a ticket from afar", "POST", "/api/v1/tickets", None, {"service": "B", "remote": True}),
    ("none from afar", "POST", "/api/v1/tickets", None, {"service": "A", "remote": True}),
    ("a window with a ticket", "GET", "/api/v1/windows/{no}", "/api/v1/windows/1", None),
    ("a window without", "GET", "/api/v1/windows/{no}", "/api/v1/windows/2", None),
    ("no window", "GET", "/api/v1/windows/{no}", "/api/v1/windows/9", None),
    ("nobody to be rated", "GET", "/api/v1/windows/{no}/rating", "/api/v1/windows/1/rating", None),
    ("a rating of who is not finished", "POST", "/api/v1/windows/{no}/rating", "/api/v1/windows/1/rating", {"number": "A001", "grade": 5}),
    ("too soon", "POST", "/api/v1/windows/{no}/{command}", "/api/v1/windows/1/recall", {}),
    ("a press", "POST", "/api/v1/windows/{no}/{command}", "/api/v1/windows/1/pause", {"reason": "午餐"}),
    ("not at hand", "POST", "/api/v1/windows/{no}/{command}", "/api/v1/windows/2/finish", {}),
    ("not here", "POST", "/api/v1/windows/{no}/{command}", "/api/v1/windows/2/resume", {}),
    ("undo", "POST", "/api/v1/windows/{no}/{command}", "/api/v1/windows/1/undo", {}),
    ("nothing to undo", "POST", "/api/v1/windows/{no}/{command}", "/api/v1/windows/2/undo", {}),
    ("not built", "POST", "/api/v1/windows/{no}/{command}", "/api/v1/windows/2/hold", {}),
    ("its holder's", "POST", "/api/v1/tickets/{ticket}/{command}", "/api/v1/tickets/{token}/cancel", {}),
    ("its holder's again", "POST", "/api/v1/tickets/{ticket}/{command}", "/api/v1/tickets/{token}/cancel", {}),
    ("several services", "POST", "/api/v1/tickets", None, {"services": ["B", "A"]}),
    ("sign in", "POST", "/api/v1/session", None, {"name": "li", "password": PASSWORD, "window": 2}),
    ("a wrong password", "POST", "/api/v1/session", None, {"name": "li", "password": "wrong horse"}),
    ("a session", "GET", "/api/v1/session", None, None),
    ("sign out of nothing", "DELETE", "/api/v1/session", None, None),
    ("devices", "GET", "/api/v1/devices", None, None),
    ("no device to be tested", "POST", "/api/v1/devices/{id}/test", "/api/v1/devices/x/test", {}),
    ("no signs and no keypads", "POST", "/api/v1/devices/identify", None, {}),
    ("for a window that there is not", "POST", "/api/v1/devices/learn", None, {"window": 9}),
    ("the clock is right", "POST", "/api/v1/hall/clock", None, {}),
    ("the layout", "GET", "/api/v1/layout", None, None),
    ("nothing is no layout", "POST", "/api/v1/layout/check", None, {}),
    ("put over nothing", "PUT", "/api/v1/layout", None, {}),
    ("layouts", "GET", "/api/v1/layout/versions", None, None),
    ("the first of them", "GET", "/api/v1/layout/versions/{rev}", "/api/v1/layout/versions/1", None),
    ("one that never was", "GET", "/api/v1/layout/versions/{rev}", "/api/v1/layout/versions/99", None),
    ("the hall stands still", "POST", "/api/v1/hall/suspend", None, {}),
    ("twice", "POST", "/api/v1/hall/suspend", None, {}),
    ("it goes on", "POST", "/api/v1/hall/resume", None, {}),
    ("a first act", "POST", "/api/v1/hall/evacuate", None, {"text": {"zh": "请离开"}, "drill": True}),
    ("a second one without the first", "POST", "/api/v1/hall/evacuate", None, {"confirm": "x"}),
    ("a notice", "POST", "/api/v1/hall/notice", None, {"text": {"zh": "电梯检修", "en": "No lift"}, "until": "2099-01-01T12:00:00+08:00"}),
    ("a notice of nothing", "POST", "/api/v1/hall/notice", None, {"text": {"en": "x"}}),
    ("it is everywhere", "GET", "/api/v1/status", None, None),
    ("it is taken away", "DELETE", "/api/v1/hall/notice", None, None),
    ("an alarm", "POST", "/api/v1/windows/{no}/{command}", "/api/v1/windows/2/alarm", {}),
    ("alarms", "GET", "/api/v1/alarms", None, None),
    ("somebody comes", "POST", "/api/v1/windows/{window}/alarm/answer", "/api/v1/windows/2/alarm/answer", {}),
    ("it is over", "POST", "/api/v1/windows/{no}/alarm/end", "/api/v1/windows/2/alarm/end", {}),
    ("it was over", "POST", "/api/v1/windows/{no}/alarm/end", "/api/v1/windows/2/alarm/end", {}),
    ("lent", "POST", "/api/v1/windows/{no}/lend", "/api/v1/windows/2/lend", {"services": ["A"], "minutes": 30}),
    ("with what it is", "GET", "/api/v1/windows/{no}", "/api/v1/windows/2", None),
    ("and how that looks from outside", "GET", "/api/v1/status", None, None),
    ("lent no more", "POST", "/api/v1/windows/{no}/lend", "/api/v1/windows/2/lend", {"services": []}),
    ("nor again", "POST", "/api/v1/windows/{no}/lend", "/api/v1/windows/2/lend", {"services": []}),
    ("the day ends with slips", "POST", "/api/v1/hall/endday", None, {"waiting": "slip"}),
    ("it has done so", "POST", "/api/v1/hall/endday", None, {"waiting": "serve"}),
    ("its holder is told", "GET", "/api/v1/tickets/{token}", None, None),
    ("the day ends", "POST", "/api/v1/hall/endday", None, {}),
    ("a roll", "POST", "/api/v1/devices/{id}/roll", "/api/v1/devices/printer/roll", {"new": True}),
    ("the roll of nothing", "POST", "/api/v1/devices/{id}/roll", "/api/v1/devices/x/roll", {"new": True}),
    ("an exception", "POST", "/api/v1/overrides", None, {"service": "B", "closed": True, "quota": 5, "open_until": "18:00"}),
    ("an exception of nothing", "POST", "/api/v1/overrides", None, {"service": "Q"}),
    ("no ticket of what is closed", "POST", "/api/v1/tickets", None, {"service": "B"}),
    ("a service that is closed", "GET", "/api/v1/services", None, None),
    ("exceptions", "GET", "/api/v1/overrides", None, None),
    ("none any more", "DELETE", "/api/v1/overrides/{service}", "/api/v1/overrides/B", None),
    ("none of nothing", "DELETE", "/api/v1/overrides/{service}", "/api/v1/overrides/Q", None),
    ("a backup", "POST", "/api/v1/backup", None, {}),
    ("backups", "GET", "/api/v1/backup", None, None),
    ("a copy that is none", "POST", "/api/v1/backup/restore", None, {"path": "/nowhere"}),
    ("the log", "GET", "/api/v1/audit", "/api/v1/audit?from={today}&kind=ticket&limit=5", None),
    ("a stretch of no length", "GET", "/api/v1/audit", "/api/v1/audit?limit=0", None),
    ("its chain", "GET", "/api/v1/audit/verify", None, None),
    ("what is handed out", "GET", "/api/v1/export", None, None),
    ("the log, handed out", "GET", "/api/v1/export/{table}", "/api/v1/export/event?last=5", None),
    ("with people", "GET", "/api/v1/export/{table}", "/api/v1/export/staff?personal=true", None),
    ("up to no event", "GET", "/api/v1/export/{table}", "/api/v1/export/leg?last=x", None),
    ("what is never handed out", "GET", "/api/v1/export/{table}", "/api/v1/export/session", None),
    ("reports", "GET", "/api/v1/reports", None, None),
    ("a report", "GET", "/api/v1/reports/{name}", "/api/v1/reports/days", None),
    ("each ticket", "GET", "/api/v1/reports/{name}", "/api/v1/reports/tickets?lang=en", None),
    ("a report of no day", "GET", "/api/v1/reports/{name}", "/api/v1/reports/days?from=2026-02-30", None),
    ("no report", "GET", "/api/v1/reports/{name}", "/api/v1/reports/none", None),
    ("one's own", "GET", "/api/v1/me/figures", None, None),
    ("one's own of no day", "GET", "/api/v1/me/figures", "/api/v1/me/figures?to=x", None),
    ("one's own points", "GET", "/api/v1/me/points", None, None),
    ("where everybody is", "GET", "/api/v1/presence", None, None),
    ("what was said of that", "GET", "/api/v1/presence", "/api/v1/presence?state=now", None),
    ("what was said before", "GET", "/api/v1/presence", "/api/v1/presence?past=true", None),
    ("a week of nothing", "POST", "/api/v1/roster/copy", None, {"from": "2026-08-31", "to": "2026-09-07"}),
    ("no week", "POST", "/api/v1/roster/copy", None, {"from": "2026-09-01", "to": "2026-09-07"}),
    ("duties that there are not", "POST", "/api/v1/roster/swap", None, {"a": 1, "b": 2}),
    ("nobody's code", "POST", "/api/v1/attendance/clock", None, {"code": "x"}),
    ("endpoints", "GET", "/api/v1/push", None, None),
    ("one that goes on", "POST", "/api/v1/push/{endpoint}/again", "/api/v1/push/0/again", {}),
    ("an event that was not left out", "POST", "/api/v1/push/{endpoint}/again", "/api/v1/push/0/again", {"seq": 1}),
    ("no event", "POST", "/api/v1/push/{endpoint}/again", "/api/v1/push/0/again", {"seq": 0}),
    ("no endpoint", "POST", "/api/v1/push/{endpoint}/again", "/api/v1/push/999/again", {}),
    ("nor one below the first", "POST", "/api/v1/push/{endpoint}/again", "/api/v1/push/-1/again", {}),
    ("nor by a word", "POST", "/api/v1/push/{endpoint}/again", "/api/v1/push/x/again", {}),
    ("an account", "POST", "/api/v1/users", None, {"name": "wang", "role": "guide", "password": PASSWORD}),
    ("a name that is taken", "POST", "/api/v1/users", None, {"name": "wang", "role": "guide", "password": PASSWORD}),
    ("a password", "POST", "/api/v1/users/{name}/password", "/api/v1/users/wang/password", {"password": PASSWORD}),
    ("nobody's password", "POST", "/api/v1/users/{name}/password", "/api/v1/users/x/password", {"password": PASSWORD}),
    ("a device asks", "POST", "/api/v1/pairings", None, {"kind": "kiosk"}),
    ("no such secret", "GET", "/api/v1/pairings/{secret}", "/api/v1/pairings/x", None),
    ("a token", "POST", "/api/v1/tokens", None, {"name": "door", "role": "kiosk"}),
    ("a token for nothing", "POST", "/api/v1/tokens", None, {"name": "door", "role": "clerk"}),
    ("tokens end", "DELETE", "/api/v1/tokens/{name}", "/api/v1/tokens/door", None),
    ("tokens of nobody", "DELETE", "/api/v1/tokens/{name}", "/api/v1/tokens/x", None),
    ("a kiosk", "GET", "/api/v1/kiosk", None, None),
    ("help", "POST", "/api/v1/kiosk/help", None, {}),
    ("who called for help", "GET", "/api/v1/help", None, None),
    ("help where nobody called", "POST", "/api/v1/help/{kiosk}/answer", "/api/v1/help/x/answer", {}),
    ("help settled where nobody called", "POST", "/api/v1/help/{kiosk}/end", "/api/v1/help/x/end", {}),
    ("a card that nobody reads", "GET", "/api/v1/kiosk/card", None, None),
    ("a card to be read by nothing", "POST", "/api/v1/kiosk/card", None, {}),
    ("a card to be forgotten by nothing", "DELETE", "/api/v1/kiosk/card", None, None),
    ("no scanner", "GET", "/api/v1/kiosk/scan", None, None),
    ("health", "GET", "/healthz", None, None),
    ("metrics", "GET", "/metrics", None, None),
    ("a page", "GET", "/", None, None),
    ("who runs the hall", "GET", "/admin", None, None),
    ("the board", "GET", "/board", None, None),
    ("the guide's desk", "GET", "/guide", None, None),
    ("whoever works here", "GET", "/me", None, None),
    ("the kiosk", "GET", "/kiosk", None, None),
    ("a window's page", "GET", "/window/{no}", "/window/1", None),
    ("a window's sign", "GET", "/sign/{no}", "/sign/1", None),
    ("a ticket's page", "GET", "/t/{token}", "/t/x", None),
    ("whether it can open", "GET", "/api/v1/ready", None, None),
    ("a file", "GET", "/pages/{path}", "/pages/common/base.css", None),
    ("no file", "GET", "/pages/{path}", "/pages/x", None),
    ("sentences of a page", "GET", "/text/{path}", "/text/public/zh.json", None),
]


class Answers(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        services = [LAYOUT["services"][0], {**LAYOUT["services"][1], "remote": {"checkin_s": 300},
                    "slots": [{"from": "10:00", "to": "11:00", "limit": 2}]}]
        os.environ["SECRET"] = SECRETS[0]
        cls.hall = Hall({**LAYOUT, "services": services, "devices": [{"id": "printer", "driver": "escpos", "port": "/nowhere/printer"}],
                         "push": [{"url": "http://127.0.0.1:9/", "secrets": [{"env": "SECRET"}]}]})
        cls.addClassCleanup(cls.hall.stop)

    def test_answers(self):
        """Over the socket, as admin."""
        self.hall.user("li", "clerk")
        ticket = self.hall.issue()
        self.hall.ask("POST", "windows/1/next", {}, local=True)
        today = self.hall.ask("GET", "tickets/A001/story", local=True).json["day"]
        seen, booked = set(), ""
        for what, method, paper, path, body in ANSWERS:
            path = (path or paper).replace("{token}", ticket["token"]).replace("{today}", today).replace("{booked}", booked)
            answer = self.hall.ask(method, path, body, local=True)
            booked = answer.json["code"] if (what == "a booking") else booked
            responses = API["paths"][paper][method.lower()]["responses"]
            self.assertIn(str(answer.status), responses, "%s: %r" % (what, answer))
            content = resolve(responses[str(answer.status)])["content"]
            kind = answer.headers.get_content_type()
            self.assertIn(kind, content, what)
            if content[kind]:
                self.assertEqual(faults(answer.json, content[kind]["schema"]), [], what)
            seen.add((method, paper))
        self.assertEqual(seen, {(m, p) for m, p, _ in operations()} - {("GET", "/api/v1/events")}, "each operation")

    def test_events(self):
        token = self.hall.user("boss", "manager") or self.hall.token("boss")
        with Stream(self.hall, token=token) as stream:
            self.assertEqual(faults(stream.next()["data"], {"$ref": "#/components/schemas/Status"}), [])
            self.hall.user("zhao", "clerk")
            tickets = [self.hall.ask("POST", "tickets", {"services": ["B", "A"]}, local=True).json for _ in range(3)]
            for ticket, command, body in [(0, "defer", {"places": 1}), (1, "cancel", {})]:
                self.hall.ask("POST", "tickets/%s/%s" % (tickets[ticket]["token"], command), body, local=True)
            while self.hall.ask("POST", "windows/3/next", {}, local=True).json["ticket"]["number"] != tickets[2]["number"]:
                self.hall.ask("POST", "windows/3/start", {}, local=True)
            for command in ["start", "pause", "undo", "finish"]:
                self.hall.ask("POST", "windows/3/" + command, {}, local=True)
            self.hall.ask("POST", "tickets/%s/rating" % tickets[2]["token"], {"grade": 5, "comment": "快"}, local=True)
            self.hall.ask("POST", "devices/printer/roll", {"new": True}, local=True)
            self.hall.ask("POST", "overrides", {"service": "B", "quota": 500}, local=True)
            self.hall.ask("POST", "tickets", {"service": "A", "rehearsal": True, "count": 3}, local=True)
            self.hall.ask("POST", "windows/3/close", {}, local=True)
            kinds = set()
            while "window.closed" not in kinds:
                event = stream.next()
                self.assertEqual(faults(event["data"], {"$ref": "#/components/schemas/Event"}), [], event)
                self.assertEqual(event["data"]["kind"], event["event"])
                kinds.add(event["event"])
        self.assertLessEqual(kinds, set(API["x-events"]))
        self.assertLessEqual({"ticket.changed", "ticket.cancelled", "ticket.undone", "rating.given", "device.roll", "hall.override"}, kinds)


if __name__ == "__main__":
    unittest.main()
