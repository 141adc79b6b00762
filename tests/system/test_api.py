"""The HTTP side of a running halld, request by request, in a small hall without devices."""

import base64
import http.client
import json
import os
import re
import signal
import socket
import subprocess
import tempfile
import threading
import time
import unittest

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
HALLD = os.path.abspath(os.environ.get("HALLD") or os.path.join(ROOT, "build", "halld"))
HALLCTL = os.path.abspath(os.environ.get("HALLCTL") or os.path.join(ROOT, "build", "hallctl"))
WAIT_S = 20


class UnixConnection(http.client.HTTPConnection):
    def __init__(self, path):
        super().__init__("halld", timeout=WAIT_S)
        self.path = path

    def connect(self):
        self.sock = socket.socket(socket.AF_UNIX)
        self.sock.settimeout(self.timeout)
        self.sock.connect(self.path)
