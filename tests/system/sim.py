"""Starts hallsim with pretend devices, reads what they say and steers them."""

import contextlib
import os
import re
import shutil
import socket
import subprocess
import tempfile
import threading
import time

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
WAIT_S = 60
MOVE_S = 10 * WAIT_S        # for time that moves: forty days of a hall take 20 s on a busy machine
HALLSIM = os.path.abspath(os.environ.get("HALLSIM") or os.path.join(ROOT, "build", "hallsim"))


class Sim:
    """A hallsim with the given devices, in a folder of its own.

    A device is what hallsim takes, KIND=LINK[,OPTION=VALUE...], with the link
    relative to the folder: Sim("printer=printer,speed=0", "sign=signs,address=1-3").
    lines holds (monotonic seconds, "NAME: what") in the order they came.
    clock is the path of a halld's test clock, to be held.
    """

    def __init__(self, *devices, clock=None):
        self.folder = tempfile.mkdtemp(prefix="hallsim-")
        self.socket = os.path.join(self.folder, "control")
        self.lines = []
        self.ended = False
        self._owed = 0          # answers on stdout
        self._changed = threading.Condition()
        try:
            self.process = subprocess.Popen(
                [HALLSIM, "-c", "control", *(["-t", clock] if clock else []), *devices], cwd=self.folder,
                stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        except OSError:
            os.rmdir(self.folder)
            raise
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()
        try:
            self.wait_for("^ready$")
        except BaseException:
            self.stop()
            raise

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.stop()

    def _read(self):
        for line in self.process.stdout:
            with self._changed:
                if line == b"ok\n":
                    self._owed -= 1
                else:
                    self.lines.append((time.monotonic(), line.decode("utf-8", "backslashreplace").rstrip("\n")))
                self._changed.notify_all()
        with self._changed:
            self.ended = True
            self._changed.notify_all()

    def _catch_up(self):
        """Read what is still in the pipe: the answer to an empty line on stdin comes behind it; one on the socket overtakes it."""
        with self._changed:
            if self.ended:
                return
            self._owed += 1
            with contextlib.suppress(BrokenPipeError):      # it has ended, and so will the pipe
                os.write(self.process.stdin.fileno(), b"\n")
            if not self._changed.wait_for(lambda: self._owed == 0 or self.ended, WAIT_S):
                raise AssertionError("hallsim did not answer in %d s" % WAIT_S)

    def path(self, link):
        """The whole path of a device's link."""
        return os.path.join(self.folder, link)

    def mark(self):
        """The place in lines that what comes next will have: for since."""
        self._catch_up()
        with self._changed:
            return len(self.lines)

    def since(self, mark):
        """What has been said since the mark, up to now."""
        self._catch_up()
        with self._changed:
            return [text for _, text in self.lines[mark:]]

    def wait_for(self, regex, timeout_s=WAIT_S, since=0):
        """Wait for a line that the regex is found in; returns the match."""
        pattern = re.compile(regex)
        end = time.monotonic() + timeout_s
        at = since
        with self._changed:
            while True:
                while at < len(self.lines):
                    match = pattern.search(self.lines[at][1])
                    at += 1
                    if match:
                        return match
                left = end - time.monotonic()
                if left <= 0 or self.ended:
                    raise AssertionError("hallsim did not say %r in %s s%s; it said:\n  %s" % (
                        regex, timeout_s, ", it has ended" if self.ended else "",
                        "\n  ".join(text for _, text in self.lines[since:]) or "nothing"))
                self._changed.wait(left)

    def control(self, line):
        """Do a control line; returns the lines of its answer before the ok."""
        with socket.socket(socket.AF_UNIX) as connection:
            connection.settimeout(MOVE_S if line.startswith("advance ") else WAIT_S)
            connection.connect(self.socket)
            connection.sendall(line.encode() + b"\n")
            with connection.makefile(encoding="utf-8", errors="backslashreplace") as answers:
                lines = []
                for answer in answers:
                    answer = answer.rstrip("\n")
                    if answer == "ok":
                        return lines
                    if answer.startswith("error "):
                        raise ValueError("%s: %s" % (line, answer[len("error "):]))
                    lines.append(answer)
        raise ConnectionError("%s: no answer" % line)

    def stop(self):
        """End it and remove its folder; returns its exit status."""
        if self.process.poll() is None:
            self.process.terminate()
        try:
            status = self.process.wait(WAIT_S)
        except subprocess.TimeoutExpired:
            self.process.kill()
            status = self.process.wait()
        self._reader.join(WAIT_S)
        self.process.stdin.close()
        self.process.stdout.close()
        shutil.rmtree(self.folder, ignore_errors=True)
        return status
