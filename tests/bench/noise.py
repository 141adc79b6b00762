"""Lines with noise, garbage, and many addresses: parts of bench.py.

Noise spoils bytes both ways, each with the same chance: it is changed, lost, or has another before it.  A frame of n
bytes is whole with (1 - x)^n, which is the theory beside each figure.  What is spoilt and passes the check all the same
is as rare as a random one that has the right check: 2^-16 of damaged frames for a CRC-16, 2^-8 for a sum of 8 bits; the
limit is the upper end of the 95 % interval of that count.
"""
import math
import os
import random
import re
import socket
import subprocess
import tempfile
import threading
import time

from __main__ import BUILD, Hall, figure, percentile, running, sample_hall, until

FRAMES = int(os.environ.get("FRAMES", 200000))
GARBAGE_S = int(os.environ.get("GARBAGE_S", 600))
CALLS = 1200
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
    """A device of hallsim and the program noise on its line, by a clock of their own."""

    def __init__(self, folder, device, driver):
        self.ms = 0
        self.heard, self.seen = [], []      # what noise and the device say
        self.control = None
        self.clock = f"{folder}/clock"
        self.sim = subprocess.Popen([f"{BUILD}/hallsim", "-c", f"{folder}/control", "-t", self.clock, device], cwd=folder,
                                    stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True)
        self.sim.stdout.readline()
        self.noise = subprocess.Popen([f"{BUILD}/tests/bench/noise", self.clock, driver, f"{folder}/line", str(FRAMES)],
                                      stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True)
        for process, lines in (self.sim, self.seen), (self.noise, self.heard):
            threading.Thread(target=lambda p=process, to=lines: to.extend(p.stdout), daemon=True).start()
        self.control = Control(f"{folder}/control")
        self.go(1)

    def go(self, ms):
        self.ms += ms
        at = time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(START_S + self.ms // 1000))
        self.control.say(f"advance to {at}.{self.ms % 1000:03}Z")

    def end(self):
        for process in self.sim, self.noise:
            process.terminate()
            process.wait()
            time.sleep(0.1)


def limit_of(mean):
    """The count that a Poisson variable of this mean is over in 2.5 % of cases."""
    at = term = math.exp(-mean)
    count = 0
    while at < 0.975:
        count += 1
        term *= mean / count
        at += term
    return count


def show_rates(what, whole, once, delivered, tries, wrong, residual):
    """once and delivered are (how many, of how many): of frames that were right at once, of those that were within three."""
    for name, (got, of), theory in (("whole frames", once, whole), ("delivered within 3 tries", delivered, 1 - (1 - whole) ** 3)):
        figure(f"{what}: {name} of {of}", 100 * got / of, "%", (100 * theory - 0.5, f"theory {100 * theory:.2f} - 0.5"), more=True)
    damaged = tries * (1 - whole)
    mean = damaged * residual
    figure(f"{what}: wrong frames taken", wrong, "", (limit_of(mean), f"95 % of {damaged:.0f} damaged x {residual:.2g} = {mean:.2f}"))


def sign_noise(permille):
    """Texts for a sign: what it shows is what was sent, and what was acknowledged is shown."""
    with tempfile.TemporaryDirectory(prefix="noise-") as folder:
        timed = Timed(folder, "sign=line,address=1,baud=9600", "bx")
        try:
            timed.control.say(f"line spoil {permille}")
            while not (timed.heard and timed.heard[-1].startswith("frames")):
                timed.go(600000)
        finally:
            timed.end()
    frames, tries, length = (float(word) for word in timed.heard[-1].split()[1:])
    outcomes = dict(line.split() for line in timed.heard[:-1])
    shown, whole, wrong = set(), 0, 0
    for line in timed.seen:
        said = line.rstrip("\n").partition(": ")[2]
        text = re.fullmatch(r"shows A0*(\d+) 请到1号窗口", said)
        if text and text[1] in outcomes:
            shown.add(text[1])
        elif not re.match("bad frame|nack|line|blank after|repainted|ping", said):
            wrong += 1
        whole += text is not None or said == "repainted"
    acknowledged = {number for number, outcome in outcomes.items() if outcome == "done"}
    wrong += len(acknowledged - shown)
    show_rates(f"sign, {permille / 10:g} %", (1 - permille / 1000) ** length, (whole, int(tries)), (len(shown), len(outcomes)),
               frames, wrong, 2 ** -16)
    print(f"  {frames:.0f} frames, {frames - tries:.0f} of them pings; a text has {length:.1f} bytes; {len(acknowledged)} acknowledged")


PRESS_MS = 1300         # the device tries at 0, 300, 600 and 900 ms
KEY_BYTES = 12


def keypad_noise(permille):
    """Keys: what is heard is what was pressed, and once."""
    chance = random.Random(permille)
    keys, tries = [], 0
    with tempfile.TemporaryDirectory(prefix="noise-") as folder:
        timed = Timed(folder, "keypad=line,address=1,baud=9600", "ff68")
        try:
            timed.go(1000)
            begin_ms = START_S * 1000 + timed.ms
            timed.control.say(f"line spoil {permille}")
            while tries < FRAMES:
                keys.append(f"{chance.randrange(10):02X} {chance.randrange(10):02X} {chance.randrange(16, 20):02X}")
                timed.control.say(f"press line/1 {keys[-1]}")
                timed.go(PRESS_MS)
                if len(keys) % 500 == 0:
                    tries = sum("pressed" in line or "again 0" in line for line in timed.seen)
        finally:
            timed.end()
    heard, once, wrong, twice = set(), 0, 0, 0
    for line in timed.heard:
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
    figure(f"keypad, {permille / 10:g} %: keys taken twice", twice, "", (0, ""))
    print(f"  {tries} frames of {KEY_BYTES} bytes")


def noise():
    for permille in RATES:
        sign_noise(permille)
        keypad_noise(permille)
