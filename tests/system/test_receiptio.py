"""The pretend printer as a program sees it that nobody here wrote: receiptio asks it and prints on it, by TCP."""

import contextlib
import os
import random
import select
import socket
import subprocess
import termios
import threading
import tty
import unittest

from sim import ROOT, Sim

RECEIPTIO = os.path.join(ROOT, "tests", "node_modules", ".bin", "receiptio")
PORT = 9100             # it knows no other


def loopback():
    """An address of this machine that nobody else has, as far as chance goes."""
    return "127.%d.%d.%d" % (random.randint(1, 254), random.randint(0, 254), random.randint(1, 254))


class Bridge:
    """Bytes between a device's terminal and who connects to PORT, at an address of loopback that is free."""

    def __init__(self, path):
        self.address = loopback()
        self.listener = socket.create_server((self.address, PORT))
        self.path = path
        self.ends = threading.Event()
        self.thread = threading.Thread(target=self.run)
        self.thread.start()

    def stop(self):
        self.ends.set()
        self.thread.join()
        self.listener.close()

    def run(self):
        while not self.ends.is_set():
            if select.select([self.listener], [], [], 0.1)[0]:
                connection, _ = self.listener.accept()
                with connection, contextlib.suppress(ConnectionError):
                    self.carry(connection)

    def carry(self, connection):
        terminal = os.open(self.path, os.O_RDWR | os.O_NOCTTY)
        try:
            tty.setraw(terminal, termios.TCSANOW)
            while not self.ends.is_set():
                ready, _, _ = select.select([connection, terminal], [], [], 0.1)
                if terminal in ready:
                    connection.sendall(os.read(terminal, 4096))
                if connection in ready:
                    if not (data := connection.recv(4096)):
                        return
                    while data:
                        data = data[os.write(terminal, data):]
        finally:
            os.close(terminal)


class Receiptio(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.sim = Sim("printer=printer,speed=0", "printer=slow,speed=1")
        cls.addClassCleanup(cls.sim.stop)
        cls.bridge = Bridge(cls.sim.path("printer"))
        cls.addClassCleanup(cls.bridge.stop)

    def run_it(self, *words, text=None, address=None):
        done = subprocess.run(["node", RECEIPTIO, "-d", address or self.bridge.address, *words], input=text, stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT, text=True, timeout=60, check=False)
        return done.returncode, done.stdout.strip()

    def test_how_it_is(self):
        for what, trouble, end, status, word in [
                ("ready", None, None, 100, "online"), ("cover open", "cover open", "cover closed", 101, "coveropen"),
                ("out of paper", "paper out", "paper ok", 102, "paperempty"), ("cutter stuck", "cutter jam", "cutter ok", 103, "error"),
                ("near its end prints all the same", "paper near", "paper ok", 100, "online"),
                ("says nothing", "silent on", "silent off", 104, "offline"), ("ready again", None, None, 100, "online")]:
            with self.subTest(what):
                if trouble:
                    self.sim.control("printer " + trouble)
                self.assertEqual(self.run_it("-q"), (status, word))
                if end:
                    self.sim.control("printer " + end)

    def test_nobody_there(self):
        self.assertEqual(self.run_it("-q", address=loopback()), (105, "disconnect"))

    def test_it_prints(self):
        mark = self.sim.mark()
        status, said = self.run_it("-p", "generic", "-l", "zh-hans", text="取号 | A037\n\n{code:https://a.cn/t; option:qrcode,6,m}\n")
        self.assertEqual((status, said), (0, "success"))
        lines = self.sim.since(mark)
        self.assertTrue(any("A037" in line for line in lines), lines)
        self.assertTrue(any("取号" in line for line in lines), lines)
        self.assertTrue(any(": cut" in line for line in lines), lines)
        self.assertEqual([line for line in lines if "bad frame" in line], [])
        picture = self.sim.path("ticket.pbm")
        self.sim.control("printer picture " + picture)
        done = subprocess.run(["zbarimg", "--quiet", "--raw", picture], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
                              timeout=60, check=False)
        self.assertEqual(done.stdout.strip(), "https://a.cn/t", "it draws its codes itself")

    def test_a_slow_one(self):
        """It answers when all is on paper, which takes half a minute."""
        bridge = Bridge(self.sim.path("slow"))
        self.addCleanup(bridge.stop)
        self.assertEqual(self.run_it("-p", "generic", "-t", "1", text="A037\n", address=bridge.address), (106, "timeout"))


if __name__ == "__main__":
    unittest.main()
