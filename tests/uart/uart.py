#!/usr/bin/env python3
"""A hall on UARTs: Debian's kernel with halld in qemu, its four 16550 ports joined to pretend devices outside.

uart.py BUILD; BUILD/uart/vmlinuz is the kernel.  halld's bytes go through libserialport, the kernel's tty layer and its
8250 driver.  qemu sets each pretend line to the speed that the guest has set, and traces that with parity and bits.
Each port has a speed of its own, so that a traced line tells whose it is.  The last line is `N passed, N failed`.
"""
import contextlib
import json
import os
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import termios
import time

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
BUILD = os.path.abspath(sys.argv[1])
HERE = os.path.join(BUILD, "uart")
os.environ["HALLSIM"] = os.path.join(BUILD, "hallsim")
sys.path.insert(0, os.path.join(ROOT, "tests", "system"))

from sim import Sim

BOOT_S, WAIT_S = 180, 60    # an emulated processor is slow

# In the order of the ports: ttyS0 to ttyS3.
DEVICES = [
    {"id": "printer", "driver": "escpos", "port": "/dev/ttyS0", "baud": 19200},
    {"id": "voice", "driver": "syn6288", "port": "/dev/ttyS1", "baud": 38400},
    {"id": "signs", "driver": "bx", "port": "/dev/ttyS2", "baud": 57600},
    {"id": "keypads", "driver": "ff68", "port": "/dev/ttyS3", "baud": 4800}]
PRETEND = ["printer=printer", "voice=voice", "sign=signs", "keypad=keypads"]
LAYOUT = {
    "hall": {"id": "uart", "name": {"zh": "小厅", "en": "Small hall"}, "timezone": "Asia/Shanghai", "languages": ["zh", "en"],
             "day_starts": "04:00"},
    "services": [{"id": "A", "prefix": "A", "name": {"zh": "综合受理", "en": "General services"}}],
    "classes": [{"id": "ordinary", "name": {"zh": "普通", "en": "Ordinary"}}],
    "zones": [{"id": "hall", "voice": "voice"}],
    "windows": [{"no": 1, "services": ["A"], "zone": "hall", "sign": {"device": "signs", "address": 1},
                 "keypad": {"device": "keypads", "address": 1}}],
    "devices": DEVICES,
}


def libraries(*programs):
    """What the programs and the C library load, by its path."""
    said = subprocess.run(["ldd", *programs], stdout=subprocess.PIPE, check=True).stdout.decode()
    gconv = re.search(r"=> /usr(/lib/\S+)/libc|=> (/lib/\S+)/libc", said)
    gconv = "/usr%s/gconv" % (gconv[1] or gconv[2])
    return [*set(re.findall(r"(/\S+) \(0x", said)), *(os.path.join(gconv, name) for name in (
        "GBK.so", "gconv-modules", "gconv-modules.d/gconv-modules-extra.conf"))]


def make_initramfs(tree):
    """Programs, what they load, and the hall, put into the tree and packed as the kernel takes it."""
    programs = [os.path.join(BUILD, name) for name in ("halld", "hallctl")]
    for folder in ("bin", "proc", "sys", "dev", "run"):
        os.mkdir(os.path.join(tree, folder))
    for path in (*programs, "/bin/busybox"):
        shutil.copy(path, os.path.join(tree, "bin"))
    for path in (*libraries(*programs), "/usr/share/zoneinfo/Asia/Shanghai"):
        os.makedirs(tree + os.path.dirname(path), exist_ok=True)
        shutil.copy(path, tree + path)
    shutil.copy(os.path.join(ROOT, "tests", "uart", "init"), tree)
    for folder in ("text", "pages"):
        shutil.copytree(os.path.join(ROOT, "display", folder), os.path.join(tree, "display", folder))
    with open(os.path.join(tree, "hall.json"), "w", encoding="utf-8") as f:
        json.dump(LAYOUT, f, ensure_ascii=False)
    names = subprocess.run(["find", "."], cwd=tree, stdout=subprocess.PIPE, check=True).stdout
    with open(os.path.join(HERE, "initramfs"), "wb") as out:
        subprocess.run(["cpio", "--quiet", "-o", "-H", "newc"], cwd=tree, input=names, stdout=out, check=True)


class Guest:
    """The machine inside; its console is a socket."""

    def __init__(self, lines):
        """lines: paths of terminals, the other ends of ttyS0 and so on."""
        ours, theirs = socket.socketpair()
        self.trace = os.path.join(HERE, "trace")
        ports = [word for i, path in enumerate(lines) for word in (
            "-chardev", "serial,id=com%d,path=%s" % (i, path), "-device", "isa-serial,chardev=com%d" % i)]
        self.process = subprocess.Popen(
            ["qemu-system-x86_64", "-accel", "tcg", "-m", "512", "-nodefaults", "-no-user-config", "-display", "none", "-no-reboot",
             "-kernel", os.path.join(HERE, "vmlinuz"), "-initrd", os.path.join(HERE, "initramfs"),
             "-append", "console=ttyS4 8250.nr_uarts=5 quiet panic=-1", *ports,
             "-chardev", "socket,id=console,fd=%d" % theirs.fileno(), "-device", "pci-serial,chardev=console",
             "-trace", "serial_update_parameters", "-D", self.trace],
            stdin=subprocess.DEVNULL, pass_fds=[theirs.fileno()])
        theirs.close()
        self.console = ours
        self.said = ""

    def until(self, regex, timeout_s):
        """What the console says up to the regex."""
        end = time.monotonic() + timeout_s
        while not (found := re.search(regex, self.said)):
            self.console.settimeout(max(end - time.monotonic(), 0.001))
            try:
                bytes_ = self.console.recv(4096)
            except TimeoutError:
                bytes_ = b""
            if bytes_ == b"":
                raise AssertionError("the console did not say %r; it said:\n%s" % (regex, self.said))
            self.said += bytes_.decode(errors="replace")
        before, self.said = self.said[:found.start()], self.said[found.end():]
        return before

    def do(self, command):
        """What the command says; it has to be well."""
        self.console.sendall(command.encode() + b"\n")
        said = self.until(r"\[status (?=[0-9]+\]\r?\n)", WAIT_S)
        status = self.until(r"\]\r?\n", WAIT_S)
        assert status == "0", "%s: status %s\n%s" % (command, status, said)
        return said

    def stop(self):
        self.process.kill()
        self.process.wait()
        self.console.close()


class World:
    """The guest, its devices, and what was found out."""

    def __init__(self, guest, sim):
        self.guest, self.sim = guest, sim

    def device(self, name):
        devices = json.loads(self.guest.do("hallctl -d /run/state --json devices"))["devices"]
        return next(d for d in devices if d["id"] == name)

    def boots(self):
        self.guest.until(r"up\r?\n", BOOT_S)
        self.guest.do("for i in $(seq 100); do hallctl -d /run/state services > /dev/null 2>&1 && break; sleep 0.2; done")
        return self.guest.do("uname -sr").strip()

    def has_16550s(self):
        said = self.guest.do("cat /proc/tty/driver/serial")
        ports = re.findall(r"^([0-3]): uart:16550A", said, re.M)
        assert ports == ["0", "1", "2", "3"], said
        held = self.guest.do("ls -l /proc/$(pidof halld)/fd")
        assert all("/dev/ttyS%d" % i in held for i in range(4)), held
        return "ttyS0 to ttyS3 are 16550A, halld has them open"

    def prints(self):
        mark = self.sim.mark()
        ticket = json.loads(self.guest.do("hallctl -d /run/state --json issue A"))
        self.sim.wait_for(r"^printer: paper .*\b%s\b" % ticket["number"], WAIT_S, mark)
        cut = self.sim.wait_for(r"^printer: (cut .*)", WAIT_S, mark)
        return "%s, %s" % (ticket["number"], cut[1])

    def calls(self):
        mark = self.sim.mark()
        self.sim.control("press keypads/1 0C")
        self.sim.wait_for("^keypads/1: echoed", WAIT_S, mark)
        shown = self.sim.wait_for(r"^signs/1: shows (.*A001.*)", WAIT_S, mark)
        said = self.sim.wait_for(r"^voice: says (.*A001.*)", WAIT_S, mark)
        digits = self.sim.wait_for(r"^keypads/1: display (\S+ 001)$", WAIT_S, mark)
        return "sign \"%s\", voice \"%s\", keypad %s" % (shown[1], said[1], digits[1])

    def is_well(self):
        states = {d["id"]: self.device(d["id"])["state"] for d in DEVICES}
        assert set(states.values()) == {"ok"}, states
        bad = [line for _, line in self.sim.lines if ": bad frame" in line or "line full" in line]
        assert not bad, bad
        return "all ok, no bad frame"

    def is_8n1(self, device):
        """What qemu set the pretend line to, and what it traced of this speed."""
        fd = os.open(self.sim.path(device["id"]), os.O_RDWR | os.O_NOCTTY)
        try:
            speed = termios.tcgetattr(fd)[5]
        finally:
            os.close(fd)
        assert speed == getattr(termios, "B%d" % device["baud"]), "the line has another speed"
        with open(self.guest.trace, encoding="utf-8") as f:
            traced = re.findall(r"serial_update_parameters (baudrate=%d .*)" % device["baud"], f.read())
        assert traced, "never traced"
        assert all(re.search(r"parity='N' data=8 stop=1$", line) for line in traced), traced
        return "%s, qemu: %s" % (device["port"], traced[-1])

    def ends(self):
        self.guest.do("kill $(pidof halld); for i in $(seq 50); do pidof halld > /dev/null || break; sleep 0.1; done; ! pidof halld")
        self.guest.console.sendall(b"poweroff -f\n")
        assert self.guest.process.wait(WAIT_S) == 0, "qemu failed"
        return "halld on SIGTERM, then the machine"


def main():
    with tempfile.TemporaryDirectory(prefix="uart-") as tree:
        make_initramfs(tree)
    failed = 0
    with contextlib.ExitStack() as stack:
        sim = stack.enter_context(Sim(*PRETEND))
        guest = Guest([sim.path(d["id"]) for d in DEVICES])
        stack.callback(guest.stop)
        world = World(guest, sim)
        checks = [("it boots", world.boots), ("the ports", world.has_16550s), ("a ticket is printed", world.prints),
                  ("a key calls, it is shown and spoken", world.calls), ("the devices are well", world.is_well),
                  *(("%s at %d 8N1" % (d["id"], d["baud"]), lambda d=d: world.is_8n1(d)) for d in DEVICES),
                  ("it ends", world.ends)]
        for what, check in checks:
            try:
                print("ok     %-36s %s" % (what, check()), flush=True)
            except (AssertionError, ValueError, OSError, subprocess.TimeoutExpired) as e:
                failed += 1
                print("FAILED %-36s %s" % (what, e), flush=True)
    print("%d passed, %d failed" % (len(checks) - failed, failed))
    return failed != 0


if __name__ == "__main__":
    sys.exit(main())
