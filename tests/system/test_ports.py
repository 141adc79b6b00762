"""Lines at the far end of a connection: through programs of others, and to servers that misbehave; and loose plugs."""

import os
import re
import shutil
import signal
import socket
import sqlite3
import subprocess
import tempfile
import termios
import threading
import unittest

from hall import WAIT_S, free_port
from test_clock import TimedWorld
from test_spine import DEVICES, LAYOUT, InAWorld, Plugs, until

HERE = os.path.dirname(os.path.abspath(__file__))
NAMES = os.path.join(os.path.abspath(os.environ.get("BUILD", "build")), "tests", "names.so")
DEBIANS_PYTHON = "/usr/bin/python3"     # which has Debian's python3-serial
BAUD = {"printer": 38400, "keypads": 19200}


def settings(path):
    """A terminal's speed and the rest of its settings."""
    fd = os.open(path, os.O_RDWR | os.O_NOCTTY | os.O_NONBLOCK)
    try:
        return termios.tcgetattr(fd)
    finally:
        os.close(fd)


class Far(InAWorld):
    """Printer and keypads are at the far end; signs and voices are here."""
    scheme = None
    states = Plugs.states

    @classmethod
    def setUpClass(cls):
        cls.ports = {name: free_port() for name in BAUD}
        far = {name: {"port": "%s://127.0.0.1:%d" % (cls.scheme, port), "baud": BAUD[name]} for name, port in cls.ports.items()}
        cls.layout = {**LAYOUT, "devices": [{**device, **far.get(device["id"], {})} for device in LAYOUT["devices"]]}
        super().setUpClass()
        cls.servers = []
        cls.addClassCleanup(cls.end_servers)
        cls.serve()

    @classmethod
    def end_servers(cls):
        for server in cls.servers:
            server.kill()
            server.wait()
            if server.stdout:
                server.stdout.close()
        cls.servers = []

    def setUp(self):
        super().setUp()
        until("all are well", lambda: self.states() == {"ok"})

    def work(self):
        """A ticket is printed, somebody is called by a key, the sign and the keypad show it."""
        mark = self.sim.mark()
        number = self.issue()
        self.wait("^printer: paper 4x4 .* %s" % number, since=mark)
        self.press(1, "0C")
        number = self.wait(r"^signs/1: shows (\S+) 请到1号窗口", since=mark)[1]
        self.wait(r"^keypads/1: display \d+ %s" % number[-3:], since=mark)
        self.press(1, "0B")

    def test_a_ticket_and_a_call(self):
        self.work()
        self.sim.control("rate keypads/1 2")
        self.wait("^keypads/1: answered$")

    def test_all_keys_come_once(self):
        """The head of a frame is FF: were it not carried as it is, each would have to be said again."""
        late = 0            # a slow machine's echo is, now and then
        for i in range(20):
            mark = self.press(2, ["0D", "6 0F", "9 12", "0E"][i % 4])
            late += any("again" in line for line in self.sim.since(mark))
        self.assertLess(late, 10)

    def test_the_servers_end_and_begin_again(self):
        self.end_servers()
        self.wait_device("printer", "unplugged")
        self.wait_device("keypads", "unplugged", 1)
        number = self.issue()
        self.serve()
        until("all are well", lambda: self.states() == {"ok"})
        self.wait_print(number, "printed")
        self.work()

    def test_the_servers_stand_still(self):
        """Half-open: their machine takes all that is sent, and nothing is done with it."""
        for server in self.servers:
            server.send_signal(signal.SIGSTOP)
        mark = self.sim.mark()
        self.issue()
        number = self.do("next", 3)
        self.wait("^signs/3: shows %s 请到3号窗口" % number, since=mark)
        self.do("finish", 3)
        for server in self.servers:
            server.send_signal(signal.SIGCONT)
        until("all are well", lambda: self.states() == {"ok"})
        self.work()


class Ser2net(Far):
    """Debian's ser2net, which sets the line itself."""
    scheme = "tcp"

    @classmethod
    def serve(cls):
        accepter = {"tcp": "tcp", "rfc2217": "telnet(rfc2217),tcp"}[cls.scheme]
        folder = tempfile.TemporaryDirectory(prefix="ser2net-")
        cls.addClassCleanup(folder.cleanup)
        conf = os.path.join(folder.name, "ser2net.yaml")
        with open(conf, "w", encoding="utf-8") as f:
            f.write("%YAML 1.1\n---\n")
            for name, port in cls.ports.items():
                f.write("connection: &%s\n  accepter: %s,127.0.0.1,%d\n  connector: serialdev,%s,9600n81,local\n" % (
                    name, accepter, port, cls.sim.path(name)))
        cls.servers.append(subprocess.Popen([shutil.which("ser2net", path="/usr/sbin:/usr/bin"), "-n", "-c", conf],
                                            stdin=subprocess.DEVNULL, stderr=subprocess.DEVNULL))

    def test_bytes_are_as_they_are(self):
        self.assertEqual(settings(self.sim.path("keypads"))[4:6], 2 * [termios.B9600])


class Ser2netFar(Ser2net):
    """The same, told by RFC 2217."""
    scheme = "rfc2217"

    def test_bytes_are_as_they_are(self):
        """The far end has the speed of hall.json, and 8N1."""
        for name, speed in (("printer", termios.B38400), ("keypads", termios.B19200)):
            iflag, _, cflag, lflag, ispeed, ospeed, _ = settings(self.sim.path(name))
            with self.subTest(name):
                self.assertEqual((ispeed, ospeed), (speed, speed))
                self.assertEqual(cflag & (termios.CSIZE | termios.PARENB | termios.CSTOPB | termios.CRTSCTS), termios.CS8)
                self.assertEqual(iflag & (termios.IXON | termios.IXOFF), 0)
                self.assertEqual(lflag & (termios.ICANON | termios.ECHO), 0)


class PySerial(Ser2netFar):
    """python3-serial's RFC 2217."""

    @classmethod
    def serve(cls, *more):
        for name, port in cls.ports.items():
            server = subprocess.Popen([DEBIANS_PYTHON, os.path.join(HERE, "far.py"), str(port), cls.sim.path(name), *more],
                                      stdin=subprocess.DEVNULL, stdout=subprocess.PIPE)
            cls.servers.append(server)
            assert server.stdout.readline() == b"ready\n"

    def test_another_speed(self):
        """It is told, and a fault; what works all the same does."""
        self.addCleanup(self.serve)
        self.addCleanup(self.end_servers)
        self.end_servers()
        self.wait_device("printer", "unplugged")
        self.wait_device("keypads", "unplugged", 1)
        self.serve("4800")
        until("it is told", lambda: self.device("printer")["reason"] == "The far end has another speed")
        until("a key is heard", lambda: self.device("keypads", 1)["state"] != "unplugged")
        self.assertEqual(self.device("printer")["state"], "fault")
        self.assertIn("port printer: rfc2217://127.0.0.1:%d: open, but: The far end has another speed\n" % self.ports["printer"],
                      self.hall.said())
        self.work()


class Printer9100(InAWorld):
    """A printer that is its own server."""

    @classmethod
    def setUpClass(cls):
        port = free_port()
        cls.devices = [d + ",tcp=%d" % port if d.startswith("printer=") else d for d in DEVICES]
        cls.layout = {**LAYOUT, "devices": [
            {**device, "port": "tcp://127.0.0.1:%d" % port} if device["id"] == "printer" else device for device in LAYOUT["devices"]]}
        super().setUpClass()

    def prints(self):
        number = self.issue()
        self.wait("^printer: paper 4x4 .* %s" % number)
        self.wait_print(number, "printed")

    def test_it_prints(self):
        self.prints()

    def test_off_and_on_again(self):
        self.wait_device("printer", "ok")
        self.sim.control("printer unplug")
        self.wait_device("printer", "unplugged")
        self.issue()
        self.sim.control("printer replug")
        self.wait_device("printer", "ok")
        self.prints()

    def test_out_of_paper(self):
        self.wait_device("printer", "ok")
        self.sim.control("printer paper out")
        until("it says so", lambda: "paper_out" in self.device("printer")["printer"])
        self.sim.control("printer paper ok")
        self.prints()


class Server(threading.Thread):
    """Does something with each connection."""

    def __init__(self, act):
        super().__init__(daemon=True)
        self.listening = socket.create_server(("127.0.0.1", 0))
        self.port = self.listening.getsockname()[1]
        self.act = act
        self.count = 0
        self.start()

    def run(self):
        while True:
            try:
                connection, _ = self.listening.accept()
            except OSError:
                return
            self.count += 1
            with connection:
                self.act(self, connection)

    def close(self):
        self.listening.shutdown(socket.SHUT_RDWR)
        self.listening.close()


KEY = bytes.fromhex("FF6803036801010C0E16")      # 0C at address 1


def say_nothing(_, connection):
    while connection.recv(4096):
        pass


def close_in_a_frame(server, connection):
    """The first two times; then the whole frame is said, and echoed."""
    if server.count <= 2:
        connection.sendall(KEY[:6])
        return
    connection.sendall(KEY)
    while connection.recv(4096):
        pass


def say_junk(_, connection):
    """As a telnet server to one that is no client of it."""
    connection.sendall(bytes.fromhex("FFFB03FFFB01FFFD00FFFD2C") + os.urandom(3000))
    while connection.recv(4096):
        pass


# What is there, how the line's name is made of it, what becomes of a keypad there, and what is said of it.
BAD = {
    "refused": (None, "tcp://127.0.0.1:%d", "unplugged", "Connection refused"),
    "refused-far": (None, "rfc2217://127.0.0.1:%d", "unplugged", "Connection refused"),
    "no-name": (None, "tcp://none.test:%d", "unplugged", "Name or service not known"),
    "no-dns": (None, "tcp://silent.test:%d", "unplugged", "not opened yet"),
    "no-dns-far": (None, "rfc2217://silent.test:%d", "unplugged", "not opened yet"),
    "nothing": (say_nothing, "tcp://127.0.0.1:%d", "silent", "not heard yet"),
    "nothing-far": (say_nothing, "rfc2217://127.0.0.1:%d", "fault", "The far end does not say how it is set"),
    "half": (close_in_a_frame, "tcp://127.0.0.1:%d", "ok", "answers"),
    "junk": (say_junk, "tcp://127.0.0.1:%d", "silent", "not heard yet"),
}


class BadServers(InAWorld):
    """All at once, each with a keypad; those that are well are served as ever."""

    @classmethod
    def setUpClass(cls):
        cls.servers = {name: Server(row[0]) if row[0] else None for name, row in BAD.items()}
        cls.addClassCleanup(lambda: [server.close() for server in cls.servers.values() if server])
        devices = [{"id": name, "driver": "ff68", "port": row[1] % (cls.servers[name].port if row[0] else free_port())}
                   for name, row in BAD.items()]
        # A printer whose server takes all and says nothing.
        devices.append({"id": "mute", "driver": "escpos", "port": "tcp://127.0.0.1:%d" % cls.servers["nothing"].port})
        windows = [{"no": 11 + i, "services": ["C"], "keypad": {"device": name, "address": 1}} for i, name in enumerate(BAD)]
        cls.layout = {**LAYOUT, "devices": LAYOUT["devices"] + devices, "windows": LAYOUT["windows"] + windows}
        cls.env = {"LD_PRELOAD": NAMES}
        super().setUpClass()

    def test_each(self):
        for name, (_, _, state, reason) in BAD.items():
            with self.subTest(name):
                until("%s is %s: %s" % (name, state, reason), lambda: self.device(name, 1)["state"] == state and
                      re.fullmatch(reason, self.device(name, 1)["reason"]))
                self.press(1, "0D")
                self.assertEqual(self.hall.said().count("port %s: " % name) > 0, state == "unplugged" and reason != "not opened yet" or
                                 name in ("half", "nothing-far"))

    def test_half_a_frame_is_no_key_and_the_next_whole_one_is(self):
        until("window %d is open" % self.window("half"), lambda: self.state(self.window("half")) != "offline")
        self.assertGreaterEqual(self.servers["half"].count, 3)
        self.assertEqual(self.state(self.window("junk")), "offline")

    def window(self, name):
        return 11 + list(BAD).index(name)

    def test_a_printer_that_says_nothing(self):
        until("it is silent", lambda: self.device("mute")["state"] == "silent" and self.device("mute")["reason"] == "no answer")
        self.assertEqual(self.device("mute")["reason"], "no answer")
        self.press(1, "0D")


class Timed(unittest.TestCase):
    """By the hall's clock."""

    def setUp(self):
        self.world = TimedWorld(LAYOUT, DEVICES)
        self.addCleanup(self.world.stop)
        self.world.go(seconds=40)


class LoosePlug(Timed):
    """Away for a minute, and back within 2 s, also as another device."""

    def works(self):
        mark = self.world.sim.mark()
        self.world.sim.control("press keypads/1 0D")
        self.world.go(seconds=1)
        return "keypads/1: echoed" in self.world.sim.since(mark)

    def test_away_for_a_minute(self):
        self.world.sim.control("keypads unplug")
        self.world.go(seconds=61)
        self.assertFalse(self.works())
        self.world.sim.control("keypads replug")
        self.world.go(seconds=2)
        self.assertTrue(self.works())

    def test_another_device(self):
        for what in range(5):
            with self.subTest(what):
                self.world.sim.control("keypads rename")
                self.world.go(seconds=2)
                self.assertTrue(self.works())
                self.world.go(seconds=11)

    def test_signs_show_again_what_they_should(self):
        self.world.hall.ask("POST", "windows/1/open", {}, local=True)
        self.world.sim.control("signs unplug")
        self.world.go(seconds=61)
        mark = self.world.sim.mark()
        self.world.sim.control("signs replug")
        self.world.go(seconds=3)
        for no in range(1, 7):
            self.assertTrue(any(line.startswith("signs/%d: " % no) and ("shows" in line or "repainted" in line)
                                for line in self.world.sim.since(mark)), no)


class Flapping(Timed):
    """What comes and goes is told a few times, and in the end as it is."""

    def faults(self):
        with sqlite3.connect(os.path.join(self.world.hall.state, "halld.db")) as db:
            return [kind for kind, in db.execute("SELECT kind FROM event WHERE subject = 'device:printer/0' ORDER BY seq")]

    def test_a_printer_that_cannot_make_up_its_mind(self):
        for _ in range(100):
            self.world.sim.control("printer paper out")
            self.world.go(milliseconds=100)
            self.world.sim.control("printer paper ok")
            self.world.go(milliseconds=100)
        self.world.go(seconds=10)
        faults = self.faults()
        self.assertEqual(faults[0], "device.fault")
        self.assertEqual(faults[-1], "device.ok")
        self.assertLessEqual(len(faults), 6)
        self.world.sim.control("printer paper out")
        self.world.go(milliseconds=100)
        self.assertEqual(self.faults()[-1], "device.fault", "at once, when it was quiet")


del Far             # it is no test of its own

if __name__ == "__main__":
    unittest.main()
