"""Telling an endpoint outside what happened."""
import base64
import json
import os
import sqlite3
import subprocess
import time

from contextlib import closing

import __main__ as bench
import history

EVENTS = int(os.environ.get("EVENTS", 100_000))     # that nobody was told of yet
BY_CURL = 20_000        # of them
PHONES = 102            # that are called, three at a time
SECRET = "whsec_" + base64.b64encode(bytes(range(32))).decode()


def to_be_told(hall, kinds):
    """From the first event on."""
    with open(f"{hall.folder}/state/push.json", "w", encoding="utf-8") as f:
        json.dump({"version": 1, "endpoints": [{"url": kinds["url"], "seq": 0, "prev": 0, "disabled": False, "dead": []}]}, f)


def behind(hall):
    status, body = hall.ask("GET", "/api/v1/push")
    endpoint, = body["endpoints"]
    if status != 200 or endpoint["error"] or endpoint["dead"]:
        raise SystemExit(f"bench: push: {body}")
    return endpoint["behind"]


def post_by_curl(folder, url):
    """Its rows a second: read by sqlite3, posted by one curl over one connection."""
    began = time.monotonic()
    rows = subprocess.run(["sqlite3", "-readonly", f"{folder}/state/halld.db",
                           f"SELECT json_object('seq', seq, 'at', at_ms, 'kind', kind, 'body', json(body)) FROM event ORDER BY seq LIMIT {BY_CURL}"],
                          stdout=subprocess.PIPE, text=True, check=True).stdout.splitlines()
    took_s = time.monotonic() - began
    with open(f"{folder}/posts", "w", encoding="utf-8") as f:       # not counted
        f.write("next\n".join(f'url = "{url}"\nsilent\nheader = "Content-Type: application/cloudevents+json"\ndata-binary = {json.dumps(row)}\n'
                              for row in rows))
    began = time.monotonic()
    subprocess.run(["curl", "-K", f"{folder}/posts"], stdout=subprocess.DEVNULL, check=True)
    return len(rows) / (time.monotonic() - began + took_s)


def drain():
    url = f"http://127.0.0.1:{bench.NGINX_PORT}/push"
    layout = bench.without_devices()
    os.environ["PUSH_SECRET"] = SECRET
    told = {"url": url, "secrets": [{"env": "PUSH_SECRET"}]}
    with bench.Hall(layout) as hall:
        hall.start()
        hall.sign_in("manager")
        history.spend_a_day(hall)
        hall.stop()
        path = f"{hall.folder}/state/halld.db"
        with closing(sqlite3.connect(path)) as db:
            a_day, = db.execute("SELECT max(seq) FROM event").fetchone()
        events, _ = history.grow(path, EVENTS * history.A_DAY // a_day)
        with open(f"{hall.folder}/hall.json", encoding="utf-8") as f:
            layout = json.load(f)
        with open(f"{hall.folder}/hall.json", "w", encoding="utf-8") as f:
            json.dump({**layout, "push": [told]}, f)
        to_be_told(hall, told)
        with bench.nginx(hall.folder, [], [f"server {{ listen 127.0.0.1:{bench.NGINX_PORT}; location / {{ return 200 '{{}}'; }} }}"]):
            theirs = post_by_curl(hall.folder, url)
            hall.start()
            first, began, cpu = behind(hall), time.monotonic(), hall.cpu_s()
            bench.until("all is told", lambda: time.sleep(0.2) or behind(hall) == 0, 20 * bench.WAIT_S)
            took_s = time.monotonic() - began
            bench.figure(f"events told of {events} that waited", first / took_s, "/s", (theirs, "sqlite3 and curl"), more=True)
            print(f"  {(hall.cpu_s() - cpu) / first * 1e6:.0f} us of a processor each")


def outside():
    done = subprocess.run(["node", f"{bench.ROOT}/tests/bench/outside.mjs", str(PHONES)], stdout=subprocess.PIPE, timeout=PHONES * bench.WAIT_S,
                          env={**os.environ, **{name.upper(): f"{bench.BUILD}/{name}" for name in ("halld", "hallctl", "hallsim")}})
    if done.returncode != 0:
        raise SystemExit("bench: outside.mjs failed")
    times = json.loads(done.stdout)
    bench.figure(f"key in the hall to a phone outside, p99 of {len(times)}", bench.percentile(times, 99) / 1000, "s", (4, ""))
    print(f"  median {bench.percentile(times, 50) / 1000:.3f}, most {max(times) / 1000:.3f} s")
