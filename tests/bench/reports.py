"""Reports of a month and a year of days, and a backup beside people who take tickets."""
import contextlib
import json
import sqlite3
import subprocess
import threading
import time

import __main__ as bench

WINDOWS = 60
A_DAY = 2400            # tickets of each
REPORTS = ("days", "hall", "services", "windows", "halves", "waits", "month", "busiest", "staff", "score", "points", "posts", "stock", "paper", "equipment", "inspections")
SPANS = (("a day", "from=2025-12-03&to=2025-12-03", 50), ("a month", "from=2025-12-01&to=2025-12-31", 1000),
         ("a year", "from=2025-01-01&to=2025-12-31", 10000))


def layout():
    hall = bench.without_devices()
    services = [service["id"] for service in hall["services"]]
    hall["windows"] = [{"no": no, "services": [services[no % len(services)]]} for no in range(1, WINDOWS + 1)]
    for service in hall["services"]:
        for rule in ("hours", "quota", "remote", "slots", "real_name"):
            service.pop(rule, None)
    hall["policy"] = {"recall": {"max": 0, "gap_s": 0}, "double_press_s": 0, "max_wait_s": 0, "passed": {"after": 3, "max": 0}}
    hall.pop("calendar", None)
    hall["devices"] = [{"id": "voice", "driver": "syn6288", "port": "/nowhere/voice"}, {"id": "printer", "driver": "escpos", "port": "/nowhere/printer"}]
    return hall


def ask_ms(hall, path):
    began = time.monotonic()
    status, body = hall.ask("GET", f"/api/v1/reports/{path}")
    if status != 200:
        raise SystemExit(f"bench: reports/{path}: {status} {body}")
    return (time.monotonic() - began) * 1000, body


def start_counting(hall):
    """Whoever asks first waits until all are, or gives up."""
    with contextlib.suppress(OSError):
        hall.ask("GET", "/api/v1/reports/days")


def counted(hall):
    """Closed days, as they are in the file."""
    path = f"{hall.folder}/state/figures.db"
    with contextlib.suppress(sqlite3.Error), contextlib.closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as db:
        return db.execute("SELECT count(*) FROM day WHERE closed").fetchone()[0]
    return 0


def reports():
    with bench.Hall(layout(), watched=True) as hall:
        made = subprocess.run([f"{bench.BUILD}/hallyear", "--seed", "1", "--tickets", str(A_DAY), f"{hall.folder}/hall.json", f"{hall.folder}/state"],
                              check=True, stdout=subprocess.PIPE)
        sums = json.loads(made.stdout)
        hall.start()
        hall.sign_in("manager")
        hall.longest_turn()
        began = time.monotonic()
        ask_day = threading.Thread(target=start_counting, args=(hall,))
        ask_day.start()
        bench.until("all days are counted", lambda: counted(hall) >= len(sums["days"]), 20 * bench.WAIT_S)
        ask_day.join()
        december = sum(day["issued"] for name, day in sums["days"].items() if name.startswith("2025-12"))
        print(f"  {sums['hall']['issued']} tickets of {len(sums['days'])} days, {december} of them of December, counted for the first time in"
              f" {time.monotonic() - began:.1f} s")
        turns = [hall.longest_turn()[1]]
        for what, span, limit_ms in SPANS:
            times = {name: sorted(ask_ms(hall, f"{name}?{span}")[0] for _ in range(3))[1] for name in REPORTS if name != "month" or what == "a month"}
            slowest = max(times, key=times.get)
            bench.figure(f"a report of {what}, the slowest ({slowest}), median of 3", times[slowest], "ms", (limit_ms, ""))
            turns.append(hall.longest_turn()[1])
        bench.figure("the loop's longest turn meanwhile", max(turns), "ms", (20, ""))


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
