#!/usr/bin/env python3
"""Measures a halld: bench.py BUILD.  Each figure is a line, beside its limit or its rival from the same run.

`must` and `aim` are limits; a figure is ok or MISSED by each.  Rivals are bare: 4 KB appended to a file in the same
folder and fdatasync; or nginx of Debian with one worker, which takes turns with halld.  What else the machine does
disturbs: a part in which something was missed is measured again, up to ATTEMPTS times, and the last time counts.  Ends
with 1 if a must was missed.
"""
import contextlib
import datetime
import http.client
import json
import mmap
import os
import re
import resource
import shutil
import socket
import statistics
import struct
import subprocess
import sys
import tempfile
import threading
import time

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
BUILD = os.path.abspath(sys.argv[1])
CLIENT, PRESS, READERS, PHONES = (f"{BUILD}/tests/bench/{name}" for name in ("client", "press", "readers", "phones"))
with socket.create_server(("127.0.0.1", 0)) as free, socket.create_server(("127.0.0.1", 0)) as other:
    PORT, NGINX_PORT = free.getsockname()[1], other.getsockname()[1]
FILES = 20000   # open at once, in each program
WAIT_S = 20
PASSWORD = "only for this run"
WARM = 1200     # tickets before the measuring
PAUSE_S = 0.5   # then the database's log is carried over: what follows overwrites it, as on every day but the first
IDLE_S = 60
CALLS = 50      # to the board
RUN_UP_S = 0.2  # of the clients, before the first key
SETTLE_S = 8    # devices found, the faults of the start told
WRK_S = 1       # a turn of wrk
TURNS = 15      # of halld and its rival, by wrk
ROUNDS = 9      # events for all readers
CROWD = 10000   # readers; phones, which ask every
PERIOD_S = 10
HELD = 1000     # tickets of those
ATTEMPTS = 3
THE_SAME_AGAIN = {"waits", "queues"}     # simulations: no second attempt
PAINTS = 9      # of each page
DUTIES = 120    # of a day, in so many
WEEKS = 8
missed = {"must": 0, "aim": 0}      # of the part that is being measured


def figure(what, value, unit, must=None, aim=None, more=False):
    """A line; must and aim are (limit, how it came about), value is to be no more than that (more: no less)."""
    line = f"{what:60} {value:9.3f} {unit:5}"
    for name, limit in (("must", must), ("aim", aim)):
        if limit is None:
            continue
        good = value >= limit[0] if more else value <= limit[0]
        missed[name] += not good
        how = f" = {limit[1]}" if limit[1] else ""
        line += f"  {name} {'>=' if more else '<='} {limit[0]:.3f}{how}: {'ok' if good else 'MISSED'}"
    print(line.rstrip(), flush=True)


def load_average():
    return " ".join(f"{x:.2f}" for x in os.getloadavg())


def until(what, ready, limit_s=WAIT_S):
    end = time.monotonic() + limit_s
    while not ready():
        if time.monotonic() > end:
            sys.exit(f"bench: {what}: not within {limit_s} s")
        time.sleep(0.002)


def sample_hall():
    with open(os.path.join(ROOT, "etc/hall.json"), encoding="utf-8") as f:
        layout = json.load(f)
    layout["policy"]["double_press_s"] = 0
    return layout


def without_devices():
    layout = sample_hall()
    layout["devices"], layout["zones"] = [], []
    for window in layout["windows"]:
        for key in ("zone", "sign", "keypad"):
            window.pop(key, None)
    return layout


@contextlib.contextmanager
def running(command, **options):
    """A program that is ended with the block."""
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, **options)
    try:
        yield process
    finally:
        process.terminate()
        process.wait()


class Hall:
    """A halld with a state of its own; what its programs write is slowed when slow_ms is given; its turns may be watched."""

    def __init__(self, layout, slow_ms=0, watched=False, port=PORT):
        self.port = port
        layout["listen"] = f"127.0.0.1:{port}"
        self.folder = tempfile.mkdtemp(prefix="bench-", dir=BUILD)
        self.bare = f"{self.folder}/bare"
        self.control = f"{self.folder}/sim.sock"
        self.env = dict(os.environ)
        if slow_ms:
            self.env.update(LD_PRELOAD=f"{BUILD}/tests/killdisk.so", KILLDISK_DIR=self.folder, KILLDISK_SYNC_MS=str(slow_ms))
        self.turns = None
        if watched:
            self.turns = f"{self.folder}/turns"
            self.env.update(LD_PRELOAD=f"{BUILD}/tests/bench/loopwatch.so", LOOPWATCH=self.turns)
        for device in layout["devices"]:
            device["port"] = f"{self.folder}/{os.path.basename(device['port'])}"
        with open(f"{self.folder}/hall.json", "w", encoding="utf-8") as f:
            json.dump(layout, f)
        self.process = self.token = None
        os.mkdir(f"{self.folder}/state", 0o700)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.stop()
        shutil.rmtree(self.folder)

    def start(self):
        """Start it; returns the seconds to its first answer."""
        began = time.monotonic()
        with open(f"{self.folder}/log", "a") as log:
            self.process = subprocess.Popen(
                [f"{BUILD}/halld", "-c", f"{self.folder}/hall.json", "-d", f"{self.folder}/state", "-p", f"{ROOT}/display"],
                env=self.env, stderr=log)
        until("halld starts", self.answers)
        return time.monotonic() - began

    def stop(self):
        if self.process is not None:
            self.process.terminate()
            self.process.wait()
            self.process = None

    def answers(self):
        if self.process.poll() is not None:
            with open(f"{self.folder}/log") as log:
                sys.exit(f"bench: halld ended: {log.read()}")
        try:
            return self.ask("GET", "/api/v1/status")[0] == 200
        except OSError:
            return False

    def ask(self, method, path, body=None):
        headers = {"Content-Type": "application/json", **({"Authorization": f"Bearer {self.token}"} if self.token else {})}
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=WAIT_S)
        try:
            connection.request(method, path, json.dumps(body) if body is not None else None, headers)
            answer = connection.getresponse()
            return answer.status, json.loads(answer.read())
        finally:
            connection.close()

    def issue(self, service):
        """A ticket's token."""
        return self.ask("POST", "/api/v1/tickets", {"service": service, "printer": "none"})[1]["token"]

    def sign_in(self, role="guide"):
        """An account, by default of the desk: a dispenser asks back after 20 tickets in a minute; its token."""
        subprocess.run([f"{BUILD}/hallctl", "-d", f"{self.folder}/state", "user", "add", "bench", role],
                       input=PASSWORD + "\n", text=True, check=True, stdout=subprocess.DEVNULL)
        status, session = self.ask("POST", "/api/v1/session", {"name": "bench", "password": PASSWORD})
        if status >= 300:
            sys.exit(f"bench: no session: {session}")
        self.token = session["token"]

    def begin_clients(self, clients, count, what="issue", *more):
        return subprocess.Popen([CLIENT, str(self.port), self.token, str(clients), str(count), what, *more],
                                env=self.env, stdout=subprocess.PIPE)

    def end_clients(self, process):
        output = process.communicate()[0]
        if process.returncode != 0:
            sys.exit("bench: client failed")
        return json.loads(output)

    def clients(self, *args):
        return self.end_clients(self.begin_clients(*args))

    def warm_up(self):
        self.clients(1, WARM)
        time.sleep(PAUSE_S)

    def tasks(self):
        return [f"/proc/{self.process.pid}/task/{task}" for task in os.listdir(f"/proc/{self.process.pid}/task")]

    def cpu_s(self):
        return cpu_us(self.process) / 1e6

    def wakeups(self):
        return sum(int(line.split()[1]) for task in self.tasks() for line in open(f"{task}/status") if "ctxt_switches" in line)

    def rss_anon_mb(self):
        return memory_kb(self.process, "RssAnon") / 1024

    def longest_turn(self):
        """Milliseconds, whole and without the wait for a processor that others had, since it was last asked."""
        with open(self.turns, "r+b") as f, mmap.mmap(f.fileno(), 16) as kept:
            turn = [ns / 1e6 for ns in struct.unpack("qq", kept)]
            kept[:] = bytes(16)
        return turn


def memory_kb(process, what):
    with open(f"/proc/{process.pid}/status") as f:
        return next(int(line.split()[1]) for line in f if line.startswith(what + ":"))


def cpu_us(process):
    """User and system, of all threads."""
    folder = f"/proc/{process.pid}/task"
    return sum(int(open(f"{folder}/{task}/schedstat").read().split()[0]) for task in os.listdir(folder)) / 1e3


@contextlib.contextmanager
def nginx(folder, before, http):
    """An nginx with these settings, and those that every part wants, which are printed."""
    http = ["sendfile on", "tcp_nopush on", "access_log off", "keepalive_requests 1000000000", *http]
    print("  nginx: worker_processes 1; " + "; ".join(before + http).replace(";;", ";"))
    with open(f"{folder}/nginx.conf", "w") as f:
        f.write("".join(line + ";\n" for line in before) +
                f"worker_processes 1;\nmaster_process off;\ndaemon off;\npid {folder}/nginx.pid;\nerror_log stderr crit;\n"
                f"worker_rlimit_nofile {FILES};\nevents {{ worker_connections {FILES}; }}\n"
                "http {\n" + "".join(line + (";\n" if line[-1] != "}" else "\n") for line in http) + "}\n")
    with running(["nginx", "-p", folder, "-c", f"{folder}/nginx.conf"], stderr=subprocess.DEVNULL,
                 env=dict(os.environ, PATH=os.environ["PATH"] + ":/usr/sbin")) as process:
        until("nginx starts", lambda: process.poll() is None and listens(NGINX_PORT))
        yield process


def listens(port):
    with socket.socket() as s:
        return s.connect_ex(("127.0.0.1", port)) == 0


def percentile(times, hundredths):
    return sorted(times)[(len(times) * hundredths + 99) // 100 - 1]


def rate(*results):
    return sum(len(r["answers"]) for r in results) / sum(r["seconds"] for r in results)


def issue():
    with Hall(without_devices()) as hall:
        hall.start()
        hall.sign_in()
        hall.warm_up()
        r = hall.clients(1, 1000, "issue", hall.bare)
        bare = percentile(r["bares"], 50)
        figure("issue, 1 client, median", percentile(r["answers"], 50), "ms", (bare + 0.35, f"bare {bare:.3f} + 0.35"),
               (bare + 0.2, "bare + 0.2"))
    with Hall(without_devices(), slow_ms=5) as hall:
        hall.start()
        hall.sign_in()
        r = hall.clients(1, 400, "issue", hall.bare)
        bare = percentile(r["bares"], 50)
        figure("  each sync slowed by 5 ms", percentile(r["answers"], 50), "ms", (bare * 1.3, f"bare {bare:.3f} x 1.3"))


def issue_many():
    """One and many take turns, so that what else the machine does falls on both."""
    one, many, cpu_s = [], [], 0
    with Hall(without_devices()) as hall:
        hall.start()
        hall.sign_in()
        hall.warm_up()
        for _ in range(4):
            one.append(hall.clients(1, 200))
            before_s = hall.cpu_s()
            many.append(hall.clients(64, 1000))
            cpu_s += hall.cpu_s() - before_s
    alone = rate(*one)
    figure("issue, 64 clients", rate(*many), "1/s", (alone * 1.5, f"1 client {alone:.0f} x 1.5"), (alone * 3, "x 3"), more=True)
    figure("  CPU of halld, each ticket", cpu_s / sum(len(r["answers"]) for r in many) * 1e6, "us")
    with Hall(without_devices(), slow_ms=10) as hall:
        hall.start()
        hall.sign_in()
        alone = rate(hall.clients(1, 200))
        many = rate(hall.clients(64, 5000))
        figure("  each sync slowed by 10 ms", many, "1/s", (alone * 20, f"1 client {alone:.1f} x 20"), (alone * 28, "x 28"),
               more=True)


def with_keypads():
    """Keypads and signs alone, which press plays; two keys are for next, and no window waits for a start."""
    layout = sample_hall()
    layout["devices"] = [d for d in layout["devices"] if d["driver"] in ("bx", "ff68")]
    layout["zones"] = []
    for device in layout["devices"]:
        if device["driver"] == "ff68":
            device["keys"] = {"0C": "next", "0D": "next"}
    for window in layout["windows"]:
        window.pop("zone", None)
        window.pop("start_key", None)
    return layout


def press(hall, waiting, count, gap_ms, begin=None):
    """The times of so many calls and bare appends, and those of what `begin` begins and goes on meanwhile."""
    with running([PRESS, hall.folder, hall.bare], env=hall.env, stdin=subprocess.PIPE) as keys:
        keys.stdout.readline()              # the terminals are there
        hall.start()
        hall.sign_in()
        hall.clients(64, waiting)
        keys.stdout.readline()              # the signs show something
        busy = begin() if begin else None
        time.sleep(RUN_UP_S)
        keys.stdin.write(f"{count} {gap_ms}\n")
        keys.stdin.flush()
        calls = json.loads(keys.stdout.readline() or sys.exit("bench: press failed"))
        answers = {}
        if hall.turns:
            calls["turn"] = hall.longest_turn()[1]
        if busy:
            if busy.poll() is not None:
                sys.exit("bench: the clients ended before the keys")
            busy.terminate()
            answers = hall.end_clients(busy)
        hall.stop()
    return calls, answers


def show_press(what, commits, results):
    calls, bares = ([ms for r in results for ms in r[0][name]] for name in ("calls", "bares"))
    answers = [ms for r in results for ms in r[1].get("answers", [])]
    bare = percentile(bares, 99)
    figure(f"key to sign, {what}, p99 of {len(calls)}", percentile(calls, 99), "ms",
           (2 + commits * bare, f"2 + {commits} x p99 of bare {bare:.3f}"))
    print(f"  median {percentile(calls, 50):.3f}, most {max(calls):.3f}; bare median {percentile(bares, 50):.3f},"
          f" most {max(bares):.3f}; {sum(r[0]['lost'] for r in results)} lost")
    if answers:
        print(f"  the clients meanwhile: {len(answers)} tickets, median {percentile(answers, 50):.3f}, p99 {percentile(answers, 99):.3f},"
              f" most {max(answers):.3f}")


def keys_to_signs():
    with Hall(with_keypads()) as hall:
        show_press("idle", 1, [press(hall, 1600, 1000, 20)])
    results = []
    for _ in range(7):              # each within the events after which the log is carried over in a rush too
        with Hall(with_keypads()) as hall:
            results.append(press(hall, 600, 80, 10, lambda: hall.begin_clients(64, 30000)))
    show_press("64 clients", 2, results)
    with Hall(with_keypads(), watched=True) as hall:
        def begin():
            hall.longest_turn()
            return hall.begin_clients(64, 30000)
        calls, _ = press(hall, 600, 80, 10, begin)
        figure("  longest turn of the loop meanwhile, with a processor", calls["turn"], "ms", (5, ""))


def with_ten_devices():
    """The sample hall with each of its lines twice or so, every window open."""
    layout = sample_hall()
    for name in ("printer", "printer", "voice-a", "signs", "keypads"):
        device = dict(next(d for d in layout["devices"] if d["id"] == name))
        device["id"] = f"more-{len(layout['devices'])}"
        device["port"] = device["id"]
        device.pop("kiosk", None)
        layout["devices"].append(device)
        if name == "voice-a":
            layout["zones"].append({"id": "more", "voice": device["id"]})
            layout["windows"][5]["zone"] = "more"
        for window in layout["windows"][3:]:
            for seat in ("sign", "keypad"):
                if window[seat]["device"] == name:
                    window[seat]["device"] = device["id"]
    return layout


KINDS = {"escpos": "printer={}", "syn6288": "voice={}", "bx": "sign={},address=1-6", "ff68": "keypad={},address=1-6",
         "idcard": "idcard={}", "scanner": "scanner={}"}


@contextlib.contextmanager
def pretend_devices(hall, layout):
    """A hallsim for all devices of the layout, once they are there."""
    devices = [KINDS[d["driver"]].format(d["port"]) for d in layout["devices"]]
    with running([f"{BUILD}/hallsim", "-c", hall.control, *devices], stdin=subprocess.DEVNULL) as sim:
        while sim.stdout.readline() not in ("ready\n", ""):
            pass
        yield sim


def idle():
    layout = with_ten_devices()
    with Hall(layout) as hall, pretend_devices(hall, layout) as sim:
        threading.Thread(target=sim.stdout.read, daemon=True).start()
        hall.start()
        for no in range(1, 7):
            subprocess.run([f"{BUILD}/hallctl", "-d", f"{hall.folder}/state", "open", str(no)], check=True, stdout=subprocess.DEVNULL)
        time.sleep(SETTLE_S)
        before = hall.wakeups()
        time.sleep(IDLE_S)
        figure(f"idle {IDLE_S} s, 6 windows, {len(layout['devices'])} devices: wake-ups", (hall.wakeups() - before) / IDLE_S, "1/s",
               (5, ""))
        figure("  RssAnon", hall.rss_anon_mb(), "MB", (12, ""))


def paint():
    with Hall(without_devices()) as hall:
        hall.start()
        ticket = subprocess.run([f"{BUILD}/hallctl", "-d", f"{hall.folder}/state", "--json", "issue", "A", "-P", "none"],
                                check=True, stdout=subprocess.PIPE).stdout
        pages = ["/", "/kiosk", "/board", "/window/1", "/t/{token}"]
        urls = [f"http://127.0.0.1:{PORT}{page.format(**json.loads(ticket))}" for page in pages]
        output = subprocess.run(["node", f"{ROOT}/tests/bench/paint.mjs", str(PAINTS), *urls], check=True, stdout=subprocess.PIPE).stdout
        for page, result in zip(pages, json.loads(output)):
            figure(f"page {page}, nothing cached: first paint, median of {PAINTS}", percentile(result["paints"], 50), "ms", (300, ""))
            figure("  its files", result["bytes"] / 1024, "KB", (100, ""))


def devices_seen(sim, seen):
    """The time of each line that the pretend devices say."""
    for line in sim.stdout:
        seen.append((time.monotonic(), line.rstrip("\n")))


def spans_ms(seen, begin, *ends):
    """From each line that says one thing of a device to the next of the same device that says one of the others."""
    spans, began = [], {}
    for at, line in list(seen):
        device, _, said = line.partition(": ")
        if said.startswith(begin):
            began[device] = at
        elif device in began and said.startswith(ends):
            spans.append((at - began.pop(device)) * 1000)
    return spans


def slow_disk():
    """Every commit takes 500 ms: what needs no disk goes on.  Keys are recalls of nobody, which need none."""
    layout = sample_hall()
    with Hall(layout, slow_ms=500) as hall, pretend_devices(hall, layout) as sim:
        seen = []
        threading.Thread(target=devices_seen, args=(sim, seen), daemon=True).start()
        hall.start()
        hall.sign_in()
        until("signs answer", lambda: sum("shows" in line for _, line in list(seen)) >= 6)
        busy = hall.begin_clients(8, 100000)
        reader = http.client.HTTPConnection("127.0.0.1", PORT, timeout=WAIT_S)
        reads = []
        for n in range(300):
            if n % 10 == 0:             # an equal key sooner is a repeat
                with socket.socket(socket.AF_UNIX) as s:
                    s.connect(hall.control)
                    s.sendall(b"press keypads/%d 0D\n" % (n // 10 % 6 + 1))
            if n % 100 == 50:           # every sign is painted again, one ping before each
                for word in "unplug", "replug":
                    subprocess.run([f"{BUILD}/hallsim", "-s", hall.control, "signs", word], check=True, stdout=subprocess.DEVNULL)
            began = time.monotonic()
            reader.request("GET", "/api/v1/status")
            reader.getresponse().read()
            reads.append((time.monotonic() - began) * 1000)
            time.sleep(0.05)
        echoes = spans_ms(seen, "pressed 0D", "echoed")
        paints = spans_ms(seen, "ping", "repainted", "shows")
        busy.terminate()
        hall.end_clients(busy)
        for what, times in (("status read", reads), ("key to its echo", echoes), ("sign, from its ping to its repaint", paints)):
            figure(f"commits of 500 ms: {what}, p99 of {len(times)}", percentile(times, 99), "ms", (20, ""))


def big_hall():
    """20 services, 40 windows."""
    layout = without_devices()
    service = layout["services"][0]
    layout["services"] = [dict(service, id=f"S{n:02}", prefix=chr(ord("A") + n)) for n in range(20)]
    layout["windows"] = [{"no": n + 1, "services": [f"S{n % 20:02}"]} for n in range(40)]
    return layout


def wrk(port, path, known=None):
    """Requests a second, and all of them."""
    fields = ["-H", f"If-None-Match: {known}"] if known else []
    said = subprocess.run(["wrk", "-t1", "-c64", f"-d{WRK_S}", *fields, f"http://127.0.0.1:{port}{path}"],
                          stdout=subprocess.PIPE, text=True, check=True).stdout
    words = said.split()
    if "Non-2xx" in said or "Socket errors" in said:
        sys.exit(f"bench: wrk: {said}")
    return float(words[words.index("Requests/sec:") + 1]), int(words[words.index("requests") - 1])


def get(port, path, known=None):
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=WAIT_S)
    connection.request("GET", path, headers={"If-None-Match": known} if known else {})
    answer = connection.getresponse()
    return answer.status, answer.headers["ETag"], answer.read()


def status():
    with Hall(big_hall()) as hall:
        hall.start()
        for no in range(1, 41):
            for words in ("issue", f"S{no % 20:02}"), ("next", str(no)):
                subprocess.run([f"{BUILD}/hallctl", "-d", f"{hall.folder}/state", *words], check=True, stdout=subprocess.DEVNULL)
        time.sleep(PAUSE_S)
        _, tag, body = get(PORT, "/api/v1/status")
        os.mkdir(f"{hall.folder}/www")
        with open(f"{hall.folder}/www/status", "wb") as f:
            f.write(body)
        with nginx(hall.folder, [], ["open_file_cache max=100 inactive=1h", "open_file_cache_valid 1h", "default_type application/json",
                                     f"server {{ listen 127.0.0.1:{NGINX_PORT}; root {hall.folder}/www; }}"]) as rival:
            _, rival_tag, rival_body = get(NGINX_PORT, "/status")
            if rival_body != body or any(get(*asked)[0] != 304 for asked in ((PORT, "/api/v1/status", tag),
                                                                            (NGINX_PORT, "/status", rival_tag))):
                sys.exit("bench: halld and nginx do not answer the same")
            for what, known, rival_known, least in ("200", None, None, 0.9), ("304", tag, rival_tag, 0.7):
                rates, costs = ([], []), ([], [])
                for _ in range(TURNS):
                    for i, (process, *asked) in enumerate(((hall.process, PORT, "/api/v1/status", known),
                                                           (rival, NGINX_PORT, "/status", rival_known))):
                        before = cpu_us(process)
                        per_s, requests = wrk(*asked)
                        rates[i].append(per_s)
                        costs[i].append((cpu_us(process) - before) / requests)
                figure(f"status, {len(body)} bytes, {what}, 64 connections: halld / nginx",
                       statistics.median(a / b for a, b in zip(*rates)), "", (least, ""), more=True)
                print("  requests a second {:.0f} and {:.0f}; processor each {:.1f} and {:.1f} us".format(
                    *map(statistics.median, (*rates, *costs))))


@contextlib.contextmanager
def readers(port, target, token=""):
    """So many, once they have what a stream begins with."""
    with running([READERS, str(port), target, str(CROWD), token], stdin=subprocess.PIPE) as process:
        if process.stdout.readline() != "ready\n":
            sys.exit("bench: readers failed")
        yield process


def publish(process, target, body):
    process.stdin.write(f"{target} {json.dumps(body)}\n")
    process.stdin.flush()
    return json.loads(process.stdout.readline() or sys.exit("bench: readers failed"))


def many_readers():
    issue, event = {"service": "A", "printer": "none"}, {"seq": 1234, "prev": 1233, "kind": "ticket.issued",
                                                         "at": "2026-11-28T15:09:01+08:00", "number": "A001", "service": "A"}
    with Hall(without_devices(), watched=True) as hall:
        hall.start()
        hall.sign_in()
        hall.warm_up()
        before = memory_kb(hall.process, "VmRSS")
        hall.longest_turn()
        with contextlib.ExitStack() as stack:
            ours = stack.enter_context(readers(PORT, "/api/v1/events", hall.token))
            each_kb = (memory_kb(hall.process, "VmRSS") - before) / CROWD
            joined = hall.longest_turn()
            rival = stack.enter_context(nginx(
                hall.folder, ["load_module /usr/lib/nginx/modules/ngx_nchan_module.so"],
                [f"server {{ listen 127.0.0.1:{NGINX_PORT}; location /pub {{ nchan_publisher; nchan_channel_id hall; }}"
                 " location /sub { nchan_subscriber eventsource; nchan_channel_id hall; nchan_subscriber_first_message newest; } }"]))
            before = memory_kb(rival, "VmRSS")
            theirs = stack.enter_context(readers(NGINX_PORT, "/sub"))
            rival_each_kb = (memory_kb(rival, "VmRSS") - before) / CROWD
            hall.longest_turn()
            lasts, turns = ([], []), []
            for _ in range(ROUNDS):
                lasts[0].append(publish(ours, "/api/v1/tickets", issue)["last"])
                turns.append(hall.longest_turn())
                lasts[1].append(publish(theirs, "/pub", event)["last"])
            last, rival_last = map(statistics.median, lasts)
            figure(f"{CROWD} readers: the last has an event after", last, "ms", (rival_last, f"nchan {rival_last:.1f}"))
            figure("  longest turn of the loop meanwhile, with a processor", max(turn[1] for turn in turns), "ms", (5, ""))
            print(f"  with the wait for one {max(turn[0] for turn in turns):.3f} ms; while the readers came {joined[1]:.3f}"
                  f" and {joined[0]:.3f} ms")
            figure("  memory each", each_kb, "KB", (6, ""), (3, ""))
            print(f"  of nchan {rival_each_kb:.3f} KB")


def site(folder):
    """The site that is shipped, without TLS; where there is none yet, a plain one."""
    path = f"{ROOT}/etc/nginx/halld.conf"
    if not os.path.exists(path):
        return [f"upstream halld {{ server 127.0.0.1:{PORT}; keepalive 64; }}",
                f"server {{ listen 127.0.0.1:{NGINX_PORT} backlog=4096; location / {{ proxy_pass http://halld; proxy_http_version 1.1;"
                " proxy_set_header Connection ''; proxy_set_header X-Forwarded-For $remote_addr; } }"]
    with open(path, encoding="utf-8") as f:
        conf = re.sub(r"\t(listen \[::\]|ssl_).*;\n", "", f.read())
    for old, new in (("server 127.0.0.1:8080;", f"server 127.0.0.1:{PORT};"), ("listen 80;", f"listen unix:{folder}/http.sock;"),
                     ("listen 443 ssl http2;", f"listen 127.0.0.1:{NGINX_PORT} backlog=4096;"), ("/run/nginx-halld", f"{folder}/copies"),
                     ("/var/log/nginx/error.log", "stderr"), ("@PREFIX@/share/halld", f"{ROOT}/etc")):
        if old not in conf:
            sys.exit(f"bench: {path}: no {old}")
        conf = conf.replace(old, new)
    with open(f"{folder}/halld.conf", "w", encoding="utf-8") as f:
        f.write(conf)
    print("  etc/nginx/halld.conf without TLS")
    return [f"include {folder}/halld.conf"]


def phones():
    """Phones through nginx, as they really come: it keeps their connections, and a few of its own to halld."""
    with Hall(with_keypads()) as hall:
        with nginx(hall.folder, [], site(hall.folder)):
            def begin():
                with open(f"{hall.folder}/targets", "w") as f:
                    f.writelines(f"/api/v1/tickets/{hall.issue('ABCD'[n % 4])}\n" for n in range(HELD))
                with open(f"{hall.folder}/targets") as f:
                    process = subprocess.Popen([PHONES, str(NGINX_PORT), str(CROWD), str(PERIOD_S)], stdin=f, stdout=subprocess.PIPE)
                time.sleep(PERIOD_S)        # each has asked once
                return process
            calls, polls = press(hall, 64, 400, 20, begin)
        figure(f"key to sign, {CROWD} phones poll every {PERIOD_S} s, p99 of {len(calls['calls'])}", percentile(calls["calls"], 99), "ms",
               (50, ""))
        print(f"  median {percentile(calls['calls'], 50):.3f}, most {max(calls['calls']):.3f}; bare median"
              f" {percentile(calls['bares'], 50):.3f}, p99 {percentile(calls['bares'], 99):.3f}; {calls['lost']} lost")
        print(f"  the phones: {len(polls['answers'])} answers, median {percentile(polls['answers'], 50):.3f},"
              f" p99 {percentile(polls['answers'], 99):.3f}, most {max(polls['answers']):.3f} ms; {polls['refused']} refused, {polls['late']} late")


def call_to_board():
    """In a real browser, which at each call still asks about a ticket just issued."""
    with Hall(without_devices()) as hall:
        hall.start()
        hall.sign_in("manager")
        done = subprocess.run(["node", f"{ROOT}/tests/bench/board.mjs", str(PORT), hall.token, str(CALLS)],
                              stdout=subprocess.PIPE, timeout=CALLS * WAIT_S)
        if done.returncode != 0:
            sys.exit("bench: board.mjs failed")
        times = json.loads(done.stdout)
        figure(f"call to board, p95 of {len(times)}", percentile(times, 95), "ms", (200, ""))
        print(f"  median {percentile(times, 50)}, most {max(times)}")


def office():
    """What those who manage ask for that is long: each in a turn of the loop, during which nobody else has an answer."""
    layout = without_devices()
    layout["calendar"] = []
    monday = datetime.date.today() + datetime.timedelta(7 - datetime.date.today().weekday())
    with Hall(layout, watched=True) as hall:
        hall.start()
        hall.sign_in("manager")

        def ask(method, what, body=None):
            status, answer = hall.ask(method, "/api/v1/" + what, body)
            if status >= 300:
                sys.exit(f"bench: {what}: {answer}")
            return answer

        def turn(*asked):
            hall.longest_turn()
            ask(*asked)
            return hall.longest_turn()[1]

        ask("POST", "shifts", {"name": "day", "from": "09:00", "to": "17:00"})
        for n in range(DUTIES):
            ask("POST", "staff", {"name": f"{n}"})
            for day in range(7):
                ask("POST", "roster", {"day": str(monday + datetime.timedelta(day)), "person": n + 1, "shift": 1})
        weeks = [{"from": str(monday), "to": str(monday + datetime.timedelta(7 * week))} for week in range(1, WEEKS)]
        figure(f"a week of {7 * DUTIES} duties copied: longest turn", max(turn("POST", "roster/copy", week) for week in weeks), "ms", (20, ""))
        listed = len(ask("GET", "roster")["roster"])
        if listed != 7 * DUTIES * WEEKS:
            sys.exit(f"bench: {listed} duties")
        figure(f"  {listed} of them listed", max(turn("GET", "roster") for _ in weeks), "ms", (20, ""))
        figure("  those of a day", max(turn("GET", f"roster?day={monday}") for _ in weeks), "ms", (20, ""))


def for_information():
    with Hall(without_devices()) as hall:
        hall.start()
        hall.sign_in()
        hall.clients(64, 5000)
        r = hall.clients(1, 2000, "status")
        figure("status with 5000 tickets, median", percentile(r["answers"], 50), "ms")
        figure("  p99", percentile(r["answers"], 99), "ms")
        hall.stop()
        figure("start to first answer with 5000 tickets", hall.start() * 1000, "ms")


def measure(name, part):
    """The musts that the last attempt missed."""
    for attempt in range(1, ATTEMPTS + 1):
        missed.update(must=0, aim=0)
        part()
        if not any(missed.values()) or attempt == ATTEMPTS or name in THE_SAME_AGAIN:
            return missed["must"]
        print(f"  something was missed, so {name} again; load average {load_average()}")


def main():
    sys.dont_write_bytecode = True
    import history, noise, push, reports, waits   # which take from here
    parts = {"issue": issue, "many": issue_many, "keys": keys_to_signs, "slow": slow_disk, "idle": idle, "status": status,
             "readers": many_readers, "phones": phones, "office": office, "paint": paint, "board": call_to_board,
             "history": history.history, "decide": history.decide, "noise": noise.noise, "garbage": noise.garbage, "calls": noise.calls,
             "waits": waits.waits, "refresh": waits.refresh, "queues": waits.queues, "reports": reports.reports, "backup": reports.backup, "drain": push.drain, "outside": push.outside, "information": for_information}
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (max(soft, FILES), max(hard, FILES)))
    print(f"{os.cpu_count()} processors; load average {load_average()}")
    musts = sum(measure(name, parts[name]) for name in sys.argv[2:] or parts)
    print(f"load average {load_average()}; {musts} musts missed")
    sys.exit(musts > 0)


main()
