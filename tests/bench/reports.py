"""Reports of a month and a year of days, and a backup beside people who take tickets."""
import glob
import os
import sqlite3
import time

from contextlib import closing

import __main__ as bench
import history

MONTH = 22              # days
A_DAY = 2300            # tickets of each
REPORTS = ("days", "services", "windows", "halves", "waits")
EVER = "from=2020-01-01&to=2099-12-31"
DAY = "cast(strftime('%Y%m%d', substr(day, 1, 4) || '-' || substr(day, 5, 2) || '-' || substr(day, 7, 2), '-{back} days') AS INTEGER)"
BODY = ("CASE WHEN json_extract(body, '$.ticket') IS NOT NULL THEN json_set(body, '$.ticket', json_extract(body, '$.ticket') + {tickets})"
        " WHEN kind = 'hall.day_closed' THEN json_set(body, '$.carried.last_ticket', {last}, '$.carried.day', {day}) ELSE body END")


def repeat(path, days):
    """The day that was spent on so many days, one after the other, the last of them today."""
    with closing(sqlite3.connect(path)) as db:
        events, = db.execute("SELECT max(seq) FROM event").fetchone()
        tickets, = db.execute("SELECT count(*) FROM ticket").fetchone()
        db.execute("PRAGMA synchronous = OFF")
        db.execute("CREATE TEMP TABLE day_event AS SELECT * FROM main.event")
        db.execute("DELETE FROM main.event")
        columns = [row[1] for row in db.execute("PRAGMA main.table_info(event)")]
        for n in range(days):
            back = days - 1 - n
            ms = back * 86400 * 1000
            day = DAY.format(back=back)
            shifted = {"seq": f"seq + {n * events}", "day": day, "at_ms": f"at_ms - {ms}", "mono_ms": f"mono_ms + {n * 86400 * 1000}",
                       "body": BODY.format(tickets=n * tickets, last=(n + 1) * tickets, day=day)}
            db.execute(f"INSERT INTO main.event SELECT {', '.join(shifted.get(c, c) for c in columns)} FROM day_event ORDER BY seq")
            db.commit()
        return events * days, tickets * days


def ask_ms(hall, path):
    began = time.monotonic()
    status, body = hall.ask("GET", f"/api/v1/reports/{path}")
    if status != 200:
        raise SystemExit(f"bench: reports/{path}: {status} {body}")
    return (time.monotonic() - began) * 1000, body


def reports():
    history.A_DAY = A_DAY
    with bench.Hall(bench.without_devices()) as hall:
        hall.start()
        hall.sign_in("manager")
        history.spend_a_day(hall)
        hall.stop()
        for name in glob.glob(f"{hall.folder}/state/figures*"):
            os.remove(name)
        events, tickets = repeat(f"{hall.folder}/state/halld.db", MONTH)
        hall.start()
        began = time.monotonic()
        bench.until("all days are counted", lambda: len(ask_ms(hall, f"days?{EVER}")[1]["rows"]) == MONTH, 10 * bench.WAIT_S)
        print(f"  {tickets} tickets of {MONTH} days, {events} events, counted for the first time in {time.monotonic() - began:.1f} s")
        rows = ask_ms(hall, f"days?{EVER}")[1]["rows"]
        day = rows[0][0]
        times = {name: sorted(ask_ms(hall, f"{name}?{EVER}")[0] for _ in range(5))[2] for name in REPORTS}
        bench.figure("a report of a month, the slowest of them, median of 5", max(times.values()), "ms", (1000, ""))
        times = [sorted(ask_ms(hall, f"{name}?from={day}&to={day}")[0] for _ in range(5))[2] for name in REPORTS]
        bench.figure("  of a day", max(times), "ms", (50, ""))


def backup():
    """How long somebody waits for a ticket at most, without one and while it is made."""
    with bench.Hall(bench.without_devices()) as hall:
        hall.start()
        hall.sign_in("admin")
        hall.clients(64, 20000)
        time.sleep(bench.PAUSE_S)
        most = []
        for copies in 0, 3:
            process = hall.begin_clients(4, 3000)
            made = []
            for _ in range(copies):
                began = time.monotonic()
                status, body = hall.ask("POST", "/api/v1/backup", {})
                if status != 200:
                    raise SystemExit(f"bench: backup: {status} {body}")
                made.append((time.monotonic() - began) * 1000)
            most.append(max(hall.end_clients(process)["answers"]))
        bench.figure("the longest wait for a ticket while a backup is made", most[1], "ms", (50, ""))
        print(f"  without one {most[0]:.3f} ms; a backup takes {max(made):.0f} ms, {body['bytes'] / 1e6:.1f} MB")
