"""A device server by python3-serial, RFC 2217: far.py PORT DEVICE [BAUD]; with BAUD it sets that whatever it is asked."""

import socket
import sys
import threading

import serial
import serial.rfc2217


class Line(serial.Serial):
    stubborn = None

    @serial.Serial.baudrate.setter
    def baudrate(self, baud):
        serial.Serial.baudrate.__set__(self, self.stubborn or baud)


class Connection:
    def __init__(self, sock):
        self.sock, self.lock = sock, threading.Lock()

    def write(self, data):
        with self.lock:
            self.sock.sendall(data)


def serve(line, sock):
    """Both ways until the connection ends."""
    connection = Connection(sock)
    manager = serial.rfc2217.PortManager(line, connection)
    ended = threading.Event()

    def up():
        while not ended.is_set():
            data = line.read(line.in_waiting or 1)
            if data:
                connection.write(b"".join(manager.escape(data)))

    reader = threading.Thread(target=up, daemon=True)
    reader.start()
    try:
        while data := sock.recv(4096):
            line.write(b"".join(manager.filter(data)))
    except OSError:
        pass
    ended.set()
    reader.join()


def main():
    port, device = int(sys.argv[1]), sys.argv[2]
    Line.stubborn = int(sys.argv[3]) if len(sys.argv) > 3 else None
    # A pseudo-terminal has no modem lines to ask for.
    for name in ("cts", "dsr", "ri", "cd"):
        setattr(Line, name, property(lambda self: False))
    line = Line(device, timeout=0.05, dsrdtr=True, rtscts=False)
    with socket.create_server(("127.0.0.1", port)) as listening:
        print("ready", flush=True)
        while True:
            sock, _ = listening.accept()
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            with sock:
                serve(line, sock)


main()
