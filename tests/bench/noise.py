"""Lines with noise, garbage, and many addresses: parts of bench.py.

Noise spoils bytes both ways, each with the same chance: it is changed, lost, or has another before it.  A frame of n
bytes is whole with (1 - x)^n, which is the theory beside each figure.  What is spoilt and passes the check all the same
is as rare as a random one that has the right check: 2^-16 of damaged frames for a CRC-16, 2^-8 for a sum of 8 bits; the
limit is the upper end of the 95 % interval of that count.

After what was not understood the next whole frame should be: what it is late by, and how many whole ones were missed, is
beside 150 ms or one frame.  Only the way from the device counts here, for that the parsers are ours.

FRAMES, OTHERS (of all but the sign and FF 68) and GARBAGE_S in the environment make it shorter.
"""
import contextlib
import http.client
import json
import math
import os
import random
import re
import socket
import subprocess
import sys
import tempfile
import termios
import threading
import time
import tty

from __main__ import BUILD, ROOT, Hall, figure, percentile, sample_hall

FRAMES = int(os.environ.get("FRAMES", 200000))
OTHERS = int(os.environ.get("OTHERS", min(FRAMES, 20000)))
GARBAGE_S = int(os.environ.get("GARBAGE_S", 600))
CALLS = 4000
CALL_BYTES = 82       # of the frame "A1000 请到12号窗口" and its dark page
START_S = 1788220800        # of the clock
RATES = (1, 10, 50)         # of a thousand bytes
BYTE_S = 10 / 9600          # on the wire


class Control:
    """Control lines to a hallsim, over one connection."""

    def __init__(self, path):
        self.socket = socket.socket(socket.AF_UNIX)
        self.socket.connect(path)
        self.file = self.socket.makefile("rw")

    def say(self, line):
        self.file.write(line + "\n")
        self.file.flush()
        while not (answer := self.file.readline()).startswith(("ok", "error")):
            if answer == "":
                raise ConnectionError("hallsim has ended")
        if answer.startswith("error"):
            raise ValueError(f"{line}: {answer}")


class Timed:
    """Devices of hallsim and a program on their lines, by a clock of their own."""

    def __init__(self, folder, devices, *program):
        self.ms = 0
        self.said, self.seen = [], []       # by the program, and by the devices with the time
        self.sim = subprocess.Popen([f"{BUILD}/hallsim", "-T", "-c", f"{folder}/control", "-t", f"{folder}/clock", *devices],
                                    cwd=folder, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True)
        self.sim.stdout.readline()
        self.log = open(f"{folder}/log", "w+")
        self.program = subprocess.Popen(program, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=self.log, text=True)
        self.readers = [threading.Thread(target=lambda p=process, to=lines: to.extend(p.stdout), daemon=True)
                        for process, lines in ((self.sim, self.seen), (self.program, self.said))]
        for reader in self.readers:
            reader.start()
        self.control = Control(f"{folder}/control")
        try:
            self.go(1)
        except ValueError:
            self.log.seek(0)
            sys.exit(f"bench: {program[0]}: {self.log.read()}")

    def go(self, ms):
        self.ms += ms
        at = time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(START_S + self.ms // 1000))
        self.control.say(f"advance to {at}.{self.ms % 1000:03}Z")

    def end(self):
        for process in self.program, self.sim:
            process.terminate()
            process.wait()
        for reader in self.readers:
            reader.join()
        self.log.close()


@contextlib.contextmanager
def timed_line(driver, device, frames=FRAMES):
    with tempfile.TemporaryDirectory(prefix="noise-") as folder:
        timed = Timed(folder, [device], f"{BUILD}/tests/bench/noise", f"{folder}/clock", driver, f"{folder}/line", str(frames))
        try:
            yield timed
        finally:
            timed.end()


def limit_of(mean):
    """The count that a Poisson variable of this mean is over in 2.5 % of cases."""
    at = term = math.exp(-mean)
    count = 0
    while at < 0.975:
        count += 1
        term *= mean / count
        at += term
    return count


def slack(theory, of):
    """Where there are few frames the rate itself is not known better, in points: 95 % of such counts."""
    return 196 * math.sqrt(theory * (1 - theory) / of)


def show_rate(what, got, of, theory, few):
    less, how = (slack(theory, of), f" - {slack(theory, of):.2f} of so few") if few else (0, "")
    figure(what, 100 * got / of, "%", (100 * theory - 0.5 - less, f"theory {100 * theory:.2f} - 0.5{how}"), more=True)


def show_rates(what, whole, once, delivered, tries, wrong, residual, few=False):
    """once and delivered are (how many, of how many): of frames that were right at once, of those that were within three."""
    for name, (got, of), theory in (("whole frames", once, whole), ("delivered within 3 tries", delivered, 1 - (1 - whole) ** 3)):
        show_rate(f"{what}: {name} of {of}", got, of, theory, few)
    damaged = tries * (1 - whole)
    mean = damaged * residual
    figure(f"{what}: wrong frames taken", wrong, "", (limit_of(mean), f"95 % of {damaged:.0f} damaged x {residual:.2g} = {mean:.2f}"))


STEP_MS = 150


def lateness(timed):
    """Of each time that something was not understood: from the next whole frame to one that was, and whole ones missed."""
    sent, bad = [], None
    for line in timed.seen:
        stamp, what = line.rstrip("\n").split(" ", 1)
        told = re.fullmatch(r"\S+: sent by (\d+) (whole|spoilt)", what)
        if told:
            # What answers a damaged frame may be meant for anybody.
            sent.append((max(int(stamp), int(told[1])), told[2] == "whole", bad == stamp))
        elif ": bad frame" in what:
            bad = stamp
    heard = sorted(int(line.split()[0]) - START_S * 1000 for line in timed.said if line.endswith(" heard\n"))
    late, lost, first, missed, k = [], False, None, 0, 0
    for i, (at, whole, anybodys) in enumerate(sent):
        until = sent[i + 1][0] if i + 1 < len(sent) else math.inf
        while k < len(heard) and heard[k] < at:
            k += 1
        understood = heard[k] if k < len(heard) and heard[k] < until else None
        if understood is None and not (whole and anybodys):
            lost, missed = True, missed + whole
            first = at if whole and first is None else first
        elif understood is not None and (lost or understood > at):
            late.append((understood - (at if first is None else first), missed))
            lost, first, missed = False, None, 0
    return late


def show_step(what, timed):
    late = lateness(timed)
    if not late:
        print(f"  {what}: nothing was spoilt")
        return
    # One whole frame may be missed, whenever the next is sent.
    waits = [0 if missed == 1 else ms for ms, missed in late]
    figure(f"{what}: in step again, p99 of {len(late)} times", percentile(waits, 99), "ms", (STEP_MS, f"{STEP_MS} ms or one frame"))
    figure(f"{what}: in step again, the largest", max(waits), "ms", (STEP_MS, f"{STEP_MS} ms or one frame"))
    print(f"  at once {sum(ms == 0 for ms, _ in late)}, later {sum(ms > 0 and missed == 0 for ms, missed in late)}, "
          f"one whole frame missed {sum(missed == 1 for _, missed in late)}, more {sum(missed > 1 for _, missed in late)}")


def sign_noise(permille):
    """Texts for a sign: what it shows is what was sent, and what was acknowledged is shown."""
    with timed_line("bx", "sign=line,address=1,baud=9600") as timed:
        outcomes, frames, tries, length = until_sent(timed, permille)
    outcomes = {number: outcome for number, outcome, _ in outcomes}
    shown, whole, wrong = set(), 0, 0
    for line in timed.seen:
        said = line.rstrip("\n").partition(": ")[2]
        text = re.fullmatch(r"shows A0*(\d+) 请到1号窗口", said)
        if text and text[1] in outcomes:
            shown.add(text[1])
        elif not re.match("bad frame|nack|line|blank after|repainted|ping|sent by", said):
            wrong += 1
        whole += text is not None or said == "repainted"
    acknowledged = {number for number, outcome in outcomes.items() if outcome == "done"}
    wrong += len(acknowledged - shown)
    show_rates(f"sign, {permille / 10:g} %", (1 - permille / 1000) ** length, (whole, int(tries)), (len(shown), len(outcomes)),
               frames, wrong, 2 ** -16)
    show_step(f"sign, {permille / 10:g} %", timed)
    print(f"  {frames:.0f} frames, {frames - tries:.0f} of them pings; a text has {length:.1f} bytes; {len(acknowledged)} acknowledged")


# What is asked: name, driver, hallsim's device, bytes of the answer, what the check lets through of what is damaged, and what
# the device says that is right.
ASKED = (
    ("LED-485", "modbus", "modbus=line,address=1,baud=9600", 8, 2 ** -16, "shows|repainted|blank|read 1 at"),
    ("ID reader", "idcard", "idcard=line,baud=115200", 11, 2 ** -8, "$^"),
    ("DFPlayer", "dfplayer", "dfplayer=line,baud=9600,start_ms=0", 10, 2 ** -16, "ready|volume 30"),
    ("SYN6288", "syn6288", "voice=line,baud=9600", 1, 2 ** -8, "$^"),
)


def asked_noise(name, driver, device, answer, residual, right, permille):
    """What is answered: within three tries both frames are whole once."""
    with timed_line(driver, device, OTHERS) as timed:
        outcomes, frames, tries, length = until_sent(timed, permille)
    what = f"{name}, {permille / 10:g} %"
    whole = (1 - permille / 1000) ** (length + answer)
    done = [int(tries_) for _, outcome, tries_ in outcomes if outcome in ("done", "wrong")]
    wrong = sum(outcome == "wrong" for _, outcome, _ in outcomes)
    for line in timed.seen:
        wrong += not re.match(f"bad frame|nack|line|sent by|{right}", line.rstrip("\n").partition(": ")[2])
    show_rates(what, whole, (done.count(1), len(outcomes)), (len(done), len(outcomes)), tries, wrong, residual, few=True)
    show_step(what, timed)
    print(f"  {frames:.0f} frames of {length:.0f} bytes and answers of {answer}")


BUTTON_BYTES = 5


def buttons_noise(permille):
    """A make that is described in hall.json: a frame for a press, and no second."""
    chance = random.Random(permille)
    keys, pressed = [], OTHERS // 5
    with timed_line("keypad", "buttons=line,frame=1,baud=9600") as timed:
        timed.go(1000)
        begin_ms = START_S * 1000 + timed.ms
        timed.control.say("line tell on")
        timed.control.say(f"line spoil {permille}")
        while len(keys) < pressed:
            keys.append(f"{chance.randrange(16, 20):02X}")
            timed.control.say(f"press line {keys[-1]}")
            timed.go(PRESS_MS)
    heard, wrong = set(), 0
    for line in timed.said:
        ms, kind, *key = line.split()
        at = (int(ms) - begin_ms) // PRESS_MS
        if kind == "key" and key != ["1", keys[at]]:
            wrong += 1
        elif kind == "key":
            heard.add(at)
    what, whole = f"described keypad, {permille / 10:g} %", (1 - permille / 1000) ** BUTTON_BYTES
    show_rate(f"{what}: whole frames of {pressed}", len(heard), pressed, whole, few=True)
    figure(f"{what}: wrong frames taken", wrong, "", (limit_of(pressed * (1 - whole) / 256), f"95 % of {pressed * (1 - whole):.0f} damaged / 256"))
    show_step(what, timed)


def until_sent(timed, permille):
    """Go on until all is sent.  What came of each thing, how many frames there were, how many with something, and its length."""
    timed.control.say("line tell on")
    timed.control.say(f"line spoil {permille}")
    while not (timed.said and timed.said[-1].startswith("frames")):
        timed.go(600000)
    frames, tries, length = (float(word) for word in timed.said[-1].split()[1:])
    return [line.split() for line in timed.said[:-1] if not line.endswith(" heard\n")], frames, tries, length


PRESS_MS = 1300         # the device tries at 0, 300, 600 and 900 ms
KEY_BYTES = 12


def keypad_noise(permille):
    """Keys: what is heard is what was pressed, and once."""
    chance = random.Random(permille)
    keys, tries = [], 0
    with timed_line("ff68", "keypad=line,address=1,baud=9600") as timed:
        timed.go(1000)
        begin_ms = START_S * 1000 + timed.ms
        timed.control.say("line tell on")
        timed.control.say(f"line spoil {permille}")
        while tries < FRAMES:
            keys.append(f"{chance.randrange(10):02X} {chance.randrange(10):02X} {chance.randrange(16, 20):02X}")
            timed.control.say(f"press line/1 {keys[-1]}")
            timed.go(PRESS_MS)
            if len(keys) % 500 == 0:
                tries = sum("pressed" in line or "again 0" in line for line in timed.seen)
    heard, once, wrong, twice = set(), 0, 0, 0
    for line in timed.said:
        if line.endswith(" heard\n"):
            continue
        ms, _, key = line.rstrip("\n").split(" ", 2)
        at, after_ms = divmod(int(ms) - begin_ms, PRESS_MS)
        if key != "1 " + keys[at]:
            wrong += 1
        elif at in heard:
            twice += 1
        elif after_ms < 900:
            heard.add(at)
            once += after_ms < 300
    show_rates(f"keypad, {permille / 10:g} %", (1 - permille / 1000) ** KEY_BYTES, (once, len(keys)), (len(heard), len(keys)),
               tries, wrong, 2 ** -8)
    figure(f"keypad, {permille / 10:g} %: keys taken twice", twice, "", (wrong, "each wrong one may come between two"))
    show_step(f"keypad, {permille / 10:g} %", timed)
    print(f"  {tries} frames of {KEY_BYTES} bytes")


def noise():
    for permille in RATES:
        sign_noise(permille)
        keypad_noise(permille)
        for row in ASKED:
            asked_noise(*row, permille)
        buttons_noise(permille)


class Garbage(threading.Thread):
    """Random bytes into pseudo-terminals as fast as 115,200 baud brings them; what comes out is dropped."""

    def __init__(self, paths):
        super().__init__(daemon=True)
        self.masters, self.sent, self.full, self.running = [], 0, 0, True
        for path in paths:
            master, slave = os.openpty()
            os.set_blocking(master, False)
            tty.setraw(slave, termios.TCSANOW)
            os.symlink(os.ttyname(slave), path)
            self.masters.append(master)

    def run(self):
        began = time.monotonic()
        while self.running:
            due = int((time.monotonic() - began) * 11520) - self.sent
            for master in self.masters:
                try:
                    os.write(master, os.urandom(due))
                except BlockingIOError:
                    self.full += 1
                try:
                    while os.read(master, 65536):
                        pass
                except BlockingIOError:
                    pass
            self.sent += due
            time.sleep(0.01)


def garbage():
    """Every line of the sample hall at once."""
    layout = sample_hall()
    for device in layout["devices"]:
        device["baud"] = 115200
    with Hall(layout) as hall:
        stream = Garbage([device["port"] for device in layout["devices"]])
        hall.start()
        stream.start()
        time.sleep(30)
        cpu_s, rss_mb, most_mb, began = hall.cpu_s(), hall.rss_anon_mb(), 0, time.monotonic()
        while time.monotonic() - began < GARBAGE_S:
            time.sleep(1)
            most_mb = max(most_mb, hall.rss_anon_mb())
        took_s = time.monotonic() - began
        figure(f"garbage at 115200 baud on {len(stream.masters)} lines, {took_s:.0f} s: CPU", 100 * (hall.cpu_s() - cpu_s) / took_s, "%",
               (10, ""))
        figure("  RssAnon at its end", hall.rss_anon_mb(), "MB", (rss_mb + 0.25, f"{rss_mb:.3f} after 30 s + 0.25"))
        print(f"  most {most_mb:.3f} MB; {stream.sent / 1e6:.1f} MB sent to each, {stream.full} times a line was full")
        stream.running = False
        stream.join()


LINES, SIGNS, DEAD = 4, 16, ((0, 3), (1, 7), (2, 16))


def many_signs():
    """Signs alone, 16 on each of 4 lines at 9600."""
    layout = sample_hall()
    with socket.create_server(("127.0.0.1", 0)) as free:
        layout["listen"] = "127.0.0.1:%d" % free.getsockname()[1]
    layout["zones"] = []
    layout["devices"] = [{"id": f"line-{i}", "driver": "bx", "port": f"line-{i}", "baud": 9600} for i in range(LINES)]
    service = layout["services"][0]["id"]
    layout["windows"] = [{"no": i * SIGNS + n, "services": [service], "sign": {"device": f"line-{i}", "address": n}}
                         for i in range(LINES) for n in range(1, SIGNS + 1)]
    return layout


class Socket(http.client.HTTPConnection):
    """To a halld's own socket, as who may do all."""

    def __init__(self, path):
        super().__init__("halld")
        self.sock = socket.socket(socket.AF_UNIX)
        self.sock.connect(path)

    def post(self, path, body):
        self.request("POST", "/api/v1/" + path, json.dumps(body), {"Content-Type": "application/json"})
        answer = json.loads(self.getresponse().read())
        if "code" in answer:
            sys.exit(f"bench: {path}: {answer}")
        return answer


def calls():
    """
    From the command to the sign that shows it, by the clock: what the lines and whose turn it is make of it.  Repaints go
    on as ever; each window calls about every four minutes.
    """
    layout, chance = many_signs(), random.Random(1)
    live = [i * SIGNS + n for i in range(LINES) for n in range(1, SIGNS + 1) if (i, n) not in DEAD]
    with tempfile.TemporaryDirectory(prefix="calls-") as folder:
        for device in layout["devices"]:
            device["port"] = f"{folder}/{device['port']}"
        with open(f"{folder}/hall.json", "w", encoding="utf-8") as f:
            json.dump(layout, f)
        os.mkdir(f"{folder}/state", 0o700)
        timed = Timed(folder, [f"sign={d['id']},address=1-{SIGNS},baud=9600" for d in layout["devices"]], f"{BUILD}/halld",
                      "-c", f"{folder}/hall.json", "-d", f"{folder}/state", "-p", f"{ROOT}/display", "--test-clock", f"{folder}/clock")
        try:
            hall = Socket(f"{folder}/state/halld.sock")
            for i, n in DEAD:
                timed.control.say(f"line-{i}/{n} power off")
            timed.go(120000)
            called = []
            for _ in range(CALLS):
                timed.go(int(chance.expovariate(1 / (240000 / len(live)))) + 1)
                no = chance.choice(live)
                hall.post("tickets", {"service": layout["services"][0]["id"], "printer": "none"})
                called.append((timed.ms, no, hall.post(f"windows/{no}/next", {})["ticket"]["number"]))
            timed.go(60000)
        finally:
            timed.end()
    shown = {}
    for line in timed.seen:
        said = re.fullmatch(r"(\d+) line-(\d)/(\d+): shows (\S+) 请到.*", line.rstrip("\n"))
        if said:
            shown.setdefault((int(said[2]) * SIGNS + int(said[3]), said[4]), []).append(int(said[1]))
    # Numbers come again from day to day.
    times = [min((at for at in shown.get((no, number), ()) if at >= ms), default=math.inf) - ms for ms, no, number in called]
    wire_ms = math.ceil(CALL_BYTES * BYTE_S * 1000)         # the clock has whole ones
    figure(f"64 signs on 4 lines at 9600, 3 dead: call to shown, p99 of {len(times)}", percentile(times, 99), "ms",
           (wire_ms + 100, f"wire {wire_ms} + 100"))
    print(f"  median {percentile(times, 50)}, most {max(times)}")
