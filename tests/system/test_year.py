"""A year that hallyear made up: every report says what was drawn, not what somebody else has counted."""

import contextlib
import json
import os
import sqlite3
import subprocess
import unittest

from hall import HALLD, LAYOUT, Hall

HALLYEAR = os.path.join(os.path.dirname(HALLD), "hallyear")
YEAR = {**LAYOUT, "services": [{**service, "hours": [{"days": [1, 2, 3, 4, 5], "open": "09:00", "close": "17:00"}]} for service in LAYOUT["services"]],
        "devices": [{"id": "voice", "driver": "syn6288", "port": "/nowhere/voice"}, {"id": "printer", "driver": "escpos", "port": "/nowhere/printer"}],
        "windows": [{"no": 1, "services": ["A"]}, {"no": 2, "services": ["A"]}, {"no": 3, "services": ["B"]},
                              {"no": 7, "services": ["B", {"id": "A", "level": 2}]}],
        "policy": {"recall": {"max": 0, "gap_s": 0}, "double_press_s": 0, "max_wait_s": 0, "passed": {"after": 3, "max": 0}},
        "office": {"points": {"away": 0, "idle": 0, "no_hand_over": 0, "grade_1": -3, "grade_2": -2, "grade_5": 1}},
        "calendar": [{"date": "2025-10-01", "kind": "rest"}, {"date": "2025-10-02", "kind": "rest"},
                     {"date": "2025-09-28", "kind": "makeup"}, {"date": "2025-10-11", "kind": "makeup"}]}
PERIOD = "from=2025-01-01&to=2025-12-31"


def minutes(ms):
    """With one decimal, rounded half up; of nothing: nothing."""
    return None if ms is None else (ms * 20 + 60000) // 120000 / 10


def mean(total, n):
    return None if n == 0 else (total + n // 2) // n


def share(part, n):
    return None if n == 0 else (part * 20000 + n) // (2 * n) / 100


def expected(sums):
    """What a report's columns are to say of sums that were drawn."""
    counts = {name: sums[name] for name in ("issued", "called", "served", "abandoned", "expired", "cancelled", "recalls", "rated")}
    return {**counts, "wait": minutes(mean(sums["wait_ms"], sums["called"])), "wait_p50": minutes(sums["wait_p50_ms"]),
            "wait_p90": minutes(sums["wait_p90_ms"]), "wait_longest": minutes(sums["wait_longest_ms"]),
            "service": minutes(mean(sums["service_ms"], sums["served"])), "content": share(sums["content"], sums["rated"])}


class Year(unittest.TestCase):
    maxDiff = 2000

    @classmethod
    def setUpClass(cls):
        cls.hall = Hall(YEAR, start=False)
        cls.addClassCleanup(cls.hall.stop)
        os.mkdir(cls.hall.state, 0o700)
        made = subprocess.run([HALLYEAR, "--seed", "11", "--tickets", "60", cls.hall.conf, cls.hall.state], check=True, stdout=subprocess.PIPE)
        cls.sums = json.loads(made.stdout)
        cls.hall.start()

    def rows(self, name, period=PERIOD):
        answer = self.hall.ask("GET", "reports/%s?%s" % (name, period), local=True)
        self.assertEqual(answer.status, 200, answer)
        columns = [column["name"] for column in answer.json["columns"]]
        return [dict(zip(columns, row)) for row in answer.json["rows"]]

    def says(self, row, sums, *names):
        wanted = {name: value for name, value in expected(sums).items() if not names or name in names}
        self.assertEqual({name: row[name] for name in wanted}, wanted)

    def test_all_of_it(self):
        row, = self.rows("hall")
        self.says(row, self.sums["hall"])
        self.assertEqual(row["wait_longest"], 65.0, "an hour and five minutes, and not five")

    def test_days(self):
        rows = self.rows("days")
        self.assertEqual([row["day"] for row in rows], list(self.sums["days"]))
        self.assertTrue("2025-10-11" in self.sums["days"] and "2025-10-01" not in self.sums["days"], "days of rest, days that make up for them")
        for row in rows:
            with self.subTest(row["day"]):
                self.says(row, self.sums["days"][row["day"]])

    def test_services_and_classes(self):
        for name, column in (("services", "service_id"), ("classes", "class_id")):
            rows = self.rows(name)
            self.assertEqual({row[column] for row in rows}, {key for key, sums in self.sums[name].items() if sums["issued"]})
            for row in rows:
                with self.subTest(row[column]):
                    self.says(row, self.sums[name][row[column]])

    def test_windows(self):
        rows = self.rows("windows")
        self.assertEqual({str(row["window"]) for row in rows}, set(self.sums["windows"]))
        for row in rows:
            with self.subTest(row["window"]):
                sums = self.sums["windows"][str(row["window"])]
                self.says(row, sums, "called", "served", "recalls", "service", "rated", "content", "wait", "wait_p90", "abandoned")
                self.assertEqual((row["open"], row["paused"]), (minutes(sums["open_ms"]), minutes(sums["paused_ms"])))
                self.assertEqual(row["pause_share"], share(sums["paused_ms"], sums["open_ms"]))
                self.assertEqual((row["serving"], row["saturation"]), (minutes(sums["service_ms"]), share(sums["service_ms"], sums["open_ms"])))

    def test_half_hours(self):
        rows = self.rows("halves")
        for n, row in enumerate(rows):
            with self.subTest(row["half"]):
                self.says(row, self.sums["halves"][n], "issued", "called", "served", "wait")

    def test_bands_of_waits(self):
        self.assertEqual([row["called"] for row in self.rows("waits")], self.sums["hall"]["bands"])

    def test_a_month_is_the_sum_of_its_days(self):
        row, = self.rows("hall", "from=2025-03-01&to=2025-03-31")
        march = [sums for day, sums in self.sums["days"].items() if day.startswith("2025-03")]
        for name in ("issued", "called", "served", "abandoned", "recalls"):
            self.assertEqual(row[name], sum(sums[name] for sums in march), name)

    def test_the_month_on_a_page(self):
        """Ten figures beside the month before and a year ago; whatever days are asked for."""
        months = self.rows("month", "from=2025-03-17&to=2025-03-18")
        self.assertEqual([row["month"] for row in months], ["2025-03", "2025-02", "2024-03"])
        for row in months[:2]:
            days = [sums for day, sums in self.sums["days"].items() if day.startswith(row["month"])]
            total = {name: sum(sums[name] for sums in days) for name in ("issued", "served", "abandoned", "cancelled", "called", "wait_ms", "over")}
            self.assertEqual([row["days_open"], row["issued"], row["served"]], [len(days), total["issued"], total["served"]])
            self.assertEqual(row["wait"], minutes(mean(total["wait_ms"], total["called"])))
            self.assertEqual(row["abandoned_share"], share(total["abandoned"], total["issued"] - total["cancelled"]))
            self.assertEqual(row["over_wait"], share(total["over"], total["called"]))
        self.assertEqual([value for name, value in months[2].items() if name != "month"], [0, 0, 0] + 7 * [None])

    def test_busiest_half_hours(self):
        rows = self.rows("busiest")
        days = len(self.sums["days"])
        halves = sorted(((-sums["issued"], n) for n, sums in enumerate(self.sums["halves"])))[:6]
        self.assertEqual([(row["half"], row["issued_a_day"]) for row in rows],
                         [("%02d:%02d" % divmod(30 * n, 60), (-issued * 20 // days + 1) // 2 / 10)
                          for issued, n in halves])

    def test_people(self):
        """R10: by name, who was to come and did."""
        rows = self.rows("staff")
        people = self.sums["office"]["people"]
        self.assertEqual([row["name"] for row in rows], ["clerk%d" % n for n in range(1, len(people) + 1)])
        for row, sums in zip(rows, people, strict=True):
            with self.subTest(row["name"]):
                self.assertTrue(all(sums[name] for name in ("late", "early", "half_day", "absent", "leave", "away_times")), "all of it came")
                names = ("planned", "attended", "late", "early", "half_day", "absent", "unverified", "away_times")
                self.assertEqual({name: row[name] for name in names}, {name: sums[name] for name in names})
                self.assertEqual((row["leave"], row["away"]), (float(sums["leave"]), minutes(sums["away_ms"])))
                self.assertEqual(row["attendance"], share(sums["attended"], sums["planned"]))
                self.assertEqual(row["on_post"], share(sums["on_s"] * 1000 - sums["away_ms"], sums["planned"] * (17 * 60 - 8 * 60 - 30) * 60000))

    def test_scores(self):
        """R10: 100 and so many points for each; the lines come to the same."""
        lines = self.rows("points")
        for row, sums in zip(self.rows("score"), self.sums["office"]["people"], strict=True):
            with self.subTest(row["name"]):
                attendance = -sums["late"] - sums["early"] - 3 * sums["half_day"] - 6 * sums["absent"]
                one, two, _, _, five = sums["grades"]
                self.assertTrue(one and two and five and sums["given"], "all of it came")
                self.assertEqual({name: row[name] for name in ("attendance", "presence", "rating", "by_hand")},
                                 {"attendance": attendance, "presence": 0, "rating": five - 2 * two - 3 * one, "by_hand": sums["given"]})
                self.assertEqual(row["score"], 100 + attendance + row["rating"] + sums["given"])
                self.assertEqual(row["score"], 100 + sum(line["points"] for line in lines if line["person"] == row["person"]))

    def test_posts(self):
        """One person a window: it is vacant while they are not there, but for leave."""
        rows = self.rows("posts")
        windows = self.sums["windows"]
        self.assertEqual([str(row["window"]) for row in rows], sorted(windows, key=int))
        for row, people in zip(rows, self.sums["office"]["people"], strict=True):
            with self.subTest(row["window"]):
                rostered_ms = (people["planned"] - people["leave"]) * (17 * 60 - 8 * 60 - 30) * 60000
                vacant_ms = rostered_ms - people["on_s"] * 1000
                self.assertEqual((row["rostered"], row["vacant"]), (minutes(rostered_ms), minutes(vacant_ms)))
                self.assertEqual(row["vacant_share"], share(vacant_ms, rostered_ms))
                self.assertEqual(row["saturation"], share(windows[str(row["window"])]["service_ms"], rostered_ms))

    def test_stock(self):
        """R12: opening and what came and went is what is left, of any month."""
        days = self.sums["office"]["stock"]
        signs = {"came": 1, "handed_out": -1, "used_up": -1, "put_back": 1, "scrapped": -1, "count_difference": 1}

        def left(until):
            return sum(sign * sums[name] for day, sums in days.items() if day < until for name, sign in signs.items())
        for begin, end in (("2025-01-01", "2025-12-31"), ("2025-03-01", "2025-03-31"), ("2025-10-11", "2025-10-11")):
            with self.subTest(begin):
                row, = self.rows("stock", "from=%s&to=%s" % (begin, end))
                self.assertEqual({name: row[name] for name in signs},
                                 {name: sum(sums[name] for day, sums in days.items() if begin <= day <= end) for name in signs})
                self.assertEqual((row["opening"], row["closing"]), (left(begin), left(end + "x")))

    def test_equipment(self):
        """R11: online of the hall's hours, between failures, from report to repair."""
        sums = self.sums["office"]["voice"]
        row, = [row for row in self.rows("equipment") if row["device"] == "voice"]
        duty_ms = sums["days"] * 8 * 3600000

        def hours(total, n, hour):
            return (total * 20 + n * hour) // (n * hour * 2) / 10
        self.assertEqual((row["faults"], row["repairs"], row["repairs_open"]), (sums["faults"], sums["repairs"], 0))
        self.assertEqual((row["duty"], row["online"]), (minutes(duty_ms), share(duty_ms - sums["off_ms"], duty_ms)))
        self.assertEqual(row["mtbf_h"], hours(duty_ms, sums["faults"], 3600000))
        self.assertEqual(row["mttr_h"], hours(sums["repair_s"], sums["repairs"], 3600))

    def test_rows_follow_from_the_log(self):
        """Each record is as the last of its events says; there is none of which the log knows nothing."""
        with contextlib.closing(sqlite3.connect(os.path.join(self.hall.state, "halld.db"))) as db:
            db.execute("BEGIN")         # the hall goes on meanwhile
            logged = {subject: json.dumps(json.loads(body)["record"]) for subject, body in
                      db.execute("SELECT subject, body FROM event WHERE json_extract(body, '$.record') IS NOT NULL ORDER BY seq")}
            rows = {key: json.dumps(json.loads(body)) for key, body in db.execute("SELECT key, body FROM record")}
        self.assertGreater(len(rows), 1000)
        self.assertEqual(rows, logged)

    def test_the_page_has_both(self):
        page = self.hall.ask("GET", "reports/month?from=2025-03-01&format=html&lang=en", local=True).body.decode()
        self.assertIn("The busiest half hours", page)


if __name__ == "__main__":
    unittest.main()
