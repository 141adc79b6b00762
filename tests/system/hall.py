"""Starts halld on a state of its own and asks it by HTTP, as browsers, kiosks and programs do."""

import http.client
import json
import os
import re
import resource
import socket
import subprocess
import tempfile
import time

from datetime import datetime, timedelta, timezone

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
HALLD = os.path.abspath(os.environ.get("HALLD") or os.path.join(ROOT, "build", "halld"))
HALLCTL = os.path.abspath(os.environ.get("HALLCTL") or os.path.join(ROOT, "build", "hallctl"))
WAIT_S = 60         # for what comes soon, on a slow machine as well
PASSWORD = "correct horse"

# A hall without devices.  next is no double press, so that tests may press as they like; undo, as late as they like.
LAYOUT = {
    "hall": {"id": "small", "name": {"zh": "小厅", "en": "Small hall"}, "timezone": "Asia/Shanghai",
             "languages": ["zh", "en"], "day_starts": "04:00"},
    "proxies": ["127.0.0.1"],
    "services": [
        {"id": "A", "prefix": "A", "name": {"zh": "综合", "en": "General"}, "place": {"zh": "一楼", "en": "1st floor"},
         "target_wait_s": 900, "nominal_s": 300},
        {"id": "B", "prefix": "B", "name": {"zh": "社保", "en": "Insurance"}, "place": {"zh": "二楼", "en": "2nd floor"}}],
    "classes": [
        {"id": "ordinary", "name": {"zh": "普通", "en": "Ordinary"}},
        {"id": "elderly", "name": {"zh": "老年人", "en": "Elderly"}, "proof": "id_age"},
        {"id": "first", "name": {"zh": "优先", "en": "First"}, "proof": "staff"}],
    "windows": [
        {"no": 1, "services": ["A"]},
        {"no": 2, "services": ["A", {"id": "B", "level": 2}]},
        {"no": 3, "services": ["B"], "start_key": True}],
    "policy": {"recall": {"max": 1, "gap_s": 1}, "double_press_s": 0, "undo_s": 120},
}


class Unix(http.client.HTTPConnection):
    """HTTP over the socket in the hall's state."""

    def __init__(self, path):
        super().__init__("halld", timeout=WAIT_S)
        self.path = path

    def connect(self):
        self.sock = socket.socket(socket.AF_UNIX)
        self.sock.settimeout(self.timeout)
        self.sock.connect(self.path)


class Answer:
    def __init__(self, response):
        self.status = response.status
        self.headers = response.headers
        self.body = response.read()

    @property
    def json(self):
        return json.loads(self.body)

    @property
    def code(self):
        """Of a problem; None for anything else."""
        is_problem = self.headers.get_content_type() == "application/problem+json"
        return self.json.get("code") if is_problem else None

    def __repr__(self):
        return "%d %s" % (self.status, self.body[:300].decode("utf-8", "replace"))


RESERVED = []


def free_port():
    """One that nobody else gets while this program runs: a socket has it that does not listen.  Who listens there sets SO_REUSEADDR."""
    s = socket.socket()
    s.bind(("127.0.0.1", 0))
    s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    RESERVED.append(s)
    return s.getsockname()[1]


HOUR = datetime.now(timezone(timedelta(hours=8))).hour       # asked once: a hall that is told its layout again has the same days


def on_one_day(layout):
    """The layout, with business days that do not begin soon: on the kernel's clock a test could begin on one and end on the next."""
    return {**layout, "hall": {**layout["hall"], "day_starts": "00:00"}} if 2 <= HOUR < 5 else layout


class Hall:
    """A halld on a state of its own."""

    def __init__(self, layout=LAYOUT, start=True, clock=None, advance=None, env=None):
        """With clock, the path of a test clock's socket, advance() is called to let its time begin at each start."""
        self.folder = tempfile.TemporaryDirectory(prefix="halld-")
        self.conf = os.path.join(self.folder.name, "hall.json")
        self.state = os.path.join(self.folder.name, "state")
        self.socket = os.path.join(self.state, "halld.sock")
        self.log = os.path.join(self.folder.name, "log")
        self.port = free_port()
        self.process = None
        self.clock, self.advance = clock, advance
        with open(self.conf, "w", encoding="utf-8") as f:
            json.dump(layout if clock else on_one_day(layout), f, ensure_ascii=False)
        if start:
            self.start(env)

    def start(self, env=None, files=None, user=None):
        """Returns when it answers and hall.started, which it says the number of, is on disk; it may open so many files; as another user, by number."""
        with open(self.log, "ab") as log:
            self.process = subprocess.Popen(
                [HALLD, "-c", self.conf, "-d", self.state, "-l", "127.0.0.1:%d" % self.port,
                 *(["--test-clock", self.clock] if self.clock else [])], cwd=ROOT,
                stdout=subprocess.DEVNULL, stderr=log, env={**os.environ, **(env or {})}, user=user, group=user,
                extra_groups=user and [], preexec_fn=files and (lambda: resource.setrlimit(resource.RLIMIT_NOFILE, (files, files))))
        end = time.monotonic() + WAIT_S
        if self.advance:
            self.advance()
        while not self.started():
            if self.process.poll() is not None or time.monotonic() > end:
                raise AssertionError("halld does not answer:\n" + self.said())
            time.sleep(0.02)

    def started(self):
        try:
            return self.seq() >= int(re.findall("; event ([0-9]+);", self.said())[-1])
        except OSError:
            return False

    def kill(self):
        self.process.kill()
        self.process.wait()

    def stop(self):
        self.process.terminate()
        status = self.process.wait(WAIT_S)
        said = self.said()
        self.folder.cleanup()
        assert status == 0 and "Sanitizer" not in said and "runtime error" not in said, said

    def said(self):
        with open(self.log, encoding="utf-8", errors="replace") as f:
            return f.read()

    def connect(self, local=False, source=None):
        if local:
            return Unix(self.socket)
        return http.client.HTTPConnection("127.0.0.1", self.port, WAIT_S, source and (source, 0))

    def send(self, connection, method, path, body=None, token=None, headers=(), address=None):
        """The response, its body unread.  A body that is not bytes is sent as JSON; headers are pairs."""
        connection.putrequest(method, path, skip_accept_encoding=True)
        if body is not None and not isinstance(body, bytes):
            body = json.dumps(body).encode()
            connection.putheader("Content-Type", "application/json")
        if body is not None or method == "POST":
            connection.putheader("Content-Length", str(len(body or b"")))
        if token is not None:
            connection.putheader("Authorization", "Bearer " + token)
        if address is not None:
            connection.putheader("X-Forwarded-For", address)
        for name, value in headers:
            connection.putheader(name, value)
        connection.endheaders(body)
        return connection.getresponse()

    def ask(self, method, path, body=None, local=False, source=None, **more):
        """A request on a connection of its own; see send.  A path may leave out /api/v1/."""
        if not path.startswith("/"):
            path = "/api/v1/" + path
        connection = self.connect(local, source)
        try:
            return Answer(self.send(connection, method, path, body, **more))
        finally:
            connection.close()

    def raw(self, data):
        """Bytes as they are; the status line's number and the body of the one answer."""
        with socket.create_connection(("127.0.0.1", self.port), WAIT_S) as s:
            s.sendall(data)
            response = http.client.HTTPResponse(s)
            response.begin()
            return Answer(response)

    def seq(self):
        return self.ask("GET", "/healthz", local=True).json["seq"]

    def user(self, name, role):
        answer = self.ask("POST", "users", {"name": name, "role": role, "password": PASSWORD}, local=True)
        assert answer.status == 201, answer

    def sign_in(self, name, window=None, password=PASSWORD, move=True, **more):
        body = {"name": name, "password": password}
        if window is not None:
            body.update(window=window, move=move)
        return self.ask("POST", "session", body, **more)

    def token(self, name, window=None):
        answer = self.sign_in(name, window)
        assert answer.status == 201, answer
        return answer.json["token"]

    def issue(self, service="A"):
        answer = self.ask("POST", "tickets", {"service": service}, local=True)
        assert answer.status == 201, answer
        return answer.json


class Stream:
    """Server-Sent Events, one at a time."""

    def __init__(self, hall, token=None, last_id=None, headers=(), source=None):
        if last_id is not None:
            headers = [*headers, ("Last-Event-ID", last_id)]
        self.connection = hall.connect(source=source)
        self.connection.connect()
        self.sock = self.connection.sock        # the connection forgets it: the answer ends with it
        self.answer = hall.send(self.connection, "GET", "/api/v1/events", token=token, headers=headers)
        assert self.answer.status == 200, self.answer.status

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def close(self):
        self.answer.close()
        self.connection.close()

    def bytes(self):
        """The next event as it came; b"" when the stream has ended."""
        block, end = b"", time.monotonic() + WAIT_S
        while True:
            try:
                line = self.answer.readline()
            except (http.client.IncompleteRead, ConnectionResetError):
                return b""
            if line == b"":
                return b""
            if line != b"\n":
                block += line
            elif block.startswith(b":"):
                block = b""
                if time.monotonic() > end:
                    raise AssertionError("nothing but keep-alives")
            elif block:
                return block

    def next(self, also=lambda event: False):
        """The next event: {event, id, data}; None when the stream has ended.  A snapshot that time alone has led to is left out, but also."""
        while block := self.bytes().decode():
            event = dict(line.split(": ", 1) for line in block.splitlines())
            event["data"] = json.loads(event["data"])
            if "id" in event or event["event"] != "snapshot" or also(event):
                return event
        return None
