"""A hall with years behind it, beside one that is new; and what a command costs halld itself."""
import http.client
import json
import os
import sqlite3
import subprocess
import time

from contextlib import ExitStack, closing

import __main__ as bench

TICKETS = int(os.environ.get("TICKETS", 2_000_000))     # of days that are over
A_DAY = 400             # tickets of the day whose events are the past's
NEXTS = 1000            # timed, of each hall in turn
STARTS = 5


def spend_a_day(hall):
    """Tickets taken, called, finished, and the day closed; nothing is left of it but its events."""
    for _ in range(A_DAY):
        hall.issue("A")
    for _ in range(A_DAY):
        hall.ask("POST", "/api/v1/windows/1/next", {})
        hall.ask("POST", "/api/v1/windows/1/start", {})
    hall.ask("POST", "/api/v1/hall/endday", {})


def grow(path, wanted=TICKETS):
    """The day, again and again, beneath itself: rows as halld wrote them, under numbers of their own."""
    with closing(sqlite3.connect(path)) as db:
        db.execute("PRAGMA journal_mode = WAL")
        events, = db.execute("SELECT max(seq) FROM event").fetchone()
        tickets, = db.execute("SELECT count(*) FROM ticket").fetchone()
        days = wanted // tickets
        db.execute("PRAGMA synchronous = OFF")
        for table, shift in (("event", f"seq = seq + {days * events}"), ("ticket", f"id = id + {days * tickets}"),
                             ("leg", f"ticket = ticket + {days * tickets}")):
            db.execute(f"CREATE TEMP TABLE day_{table} AS SELECT * FROM main.{table}")
            db.execute(f"DELETE FROM main.{table}")
            db.execute(f"UPDATE day_{table} SET {shift}")
        db.execute(f"UPDATE day_event SET body = json_set(body, '$.carried.last_ticket', {(days + 1) * tickets})"
                   " WHERE kind = 'hall.day_closed'")
        for day in range(days, -1, -1):
            for table, key, step in (("event", "seq", events), ("ticket", "id", tickets), ("leg", "ticket", tickets)):
                columns = [row[1] for row in db.execute(f"PRAGMA main.table_info({table})")]
                chosen = ", ".join(f"{c} - {day * step}" if c == key else c for c in columns)
                db.execute(f"INSERT INTO main.{table} SELECT {chosen} FROM day_{table} ORDER BY {key}")
            db.commit()
        db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        return db.execute("SELECT (SELECT count(*) FROM event), (SELECT count(*) FROM ticket)").fetchone()


def press(connection, token):
    """One press of next; its milliseconds."""
    began = time.monotonic()
    connection.request("POST", "/api/v1/windows/1/next", "{}",
                       {"Content-Type": "application/json", "Authorization": f"Bearer {token}"})
    answer = connection.getresponse()
    body = json.loads(answer.read())
    took_ms = (time.monotonic() - began) * 1000
    if answer.status != 200 or body["ticket"] is None:
        raise SystemExit(f"bench: next: {answer.status} {body}")
    return took_ms


def history():
    with ExitStack() as stack:
        halls = [stack.enter_context(bench.Hall(bench.without_devices(), port=port)) for port in (bench.PORT, bench.NGINX_PORT)]
        for hall in halls:
            hall.start()
            hall.sign_in("manager")
            spend_a_day(hall)
            hall.stop()
        events, tickets = grow(f"{halls[1].folder}/state/halld.db")
        print(f"  {tickets} tickets, {events} events before today")
        starts = [[], []]
        for _ in range(STARTS):
            for hall, times in zip(halls, starts):
                times.append(hall.start())
                hall.stop()
        bench.figure("start to the first answer, with years behind it, most of 5", max(starts[1]), "s", (0.5, ""))
        print(f"  without {max(starts[0]):.3f}")
        connections = []
        for hall in halls:
            hall.start()
            for _ in range(NEXTS):
                hall.issue("A")
            connections.append(http.client.HTTPConnection("127.0.0.1", hall.port, timeout=bench.WAIT_S))
        time.sleep(bench.PAUSE_S)
        times = [[], []]
        for n in range(NEXTS):
            for i in (0, 1) if n % 2 else (1, 0):
                times[i].append(press(connections[i], halls[i].token))
        empty, full = (bench.percentile(each, 99) for each in times)
        bench.figure(f"next with years behind it, p99 of {NEXTS}", full, "ms", (empty * 1.2, f"without {empty:.3f} x 1.2"))
        print(f"  medians {bench.percentile(times[1], 50):.3f} and {bench.percentile(times[0], 50):.3f}")


def decide():
    took = json.loads(subprocess.run([f"{bench.BUILD}/tests/bench/decide"], stdout=subprocess.PIPE, check=True).stdout)
    bench.figure("a call: to decide and to carry out twice, 500 wait, 40 windows, median", bench.percentile(took["next"], 50) * 1000,
                 "us", (50, ""))
