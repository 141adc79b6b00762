"""make install: what is put where, and that it runs from there."""

import hashlib
import json
import os
import re
import subprocess
import tempfile
import time
import unittest

import hall
from hall import ROOT, Hall, free_port

BUILD = os.path.dirname(hall.HALLD)
CONF = os.path.join(ROOT, "etc/hall.json")


def run(*command, **more):
    return subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, **more)


def files(folder):
    """{path: mode} of what is no page."""
    found = {}
    for where, _, names in os.walk(folder):
        for name in names:
            path = os.path.join(where, name)
            found[os.path.relpath(path, folder)] = os.lstat(path).st_mode & 0o7777
    return found


class Installed(unittest.TestCase):
    prefix = "/usr"

    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory(prefix="install-")
        cls.addClassCleanup(cls.folder.cleanup)
        cls.root = cls.folder.name
        cls.said = cls.install("install", "install-kiosk")

    @classmethod
    def install(cls, *what):
        """As `make install`, of what is built already."""
        done = run("make", "-o", "deps", "-o", "all", "--no-print-directory", "B=" + os.path.relpath(BUILD, ROOT),
                   "DESTDIR=" + cls.root, "PREFIX=" + cls.prefix, *what)
        assert done.returncode == 0, done.stdout
        return done.stdout

    def at(self, path):
        return os.path.join(self.root, path)

    def read(self, path):
        with open(self.at(path), encoding="utf-8") as f:
            return f.read()


class Files(Installed):
    def test_where(self):
        here = self.prefix[1:]
        pages = {"%s/share/halld/%s" % (here, os.path.relpath(os.path.join(where, name), ROOT + "/display")): 0o644
                 for part in ["pages", "text"] for where, _, names in os.walk(os.path.join(ROOT, "display", part)) for name in names}
        self.assertGreater(len(pages), 30)
        self.assertEqual(files(self.root), {**pages, **{path.replace("HERE", here): mode for path, mode in {
            "HERE/sbin/halld": 0o755,
            "HERE/sbin/halld-cert": 0o755,
            "HERE/bin/hallctl": 0o755,
            "HERE/bin/hallsim": 0o755,
            "HERE/share/halld/openapi.yaml": 0o644,
            "HERE/share/halld/hall.schema.json": 0o644,
            "HERE/share/halld/nginx/wait.html": 0o644,
            "HERE/share/halld/kiosk/start.html": 0o644,
            "HERE/share/halld/kiosk/start.css": 0o644,
            "HERE/share/halld/kiosk/start.js": 0o644,
            "HERE/lib/systemd/system/halld.service": 0o644,
            "HERE/lib/systemd/system/halld-kiosk.service": 0o644,
            "HERE/lib/sysusers.d/halld.conf": 0o644,
            "HERE/lib/sysusers.d/halld-kiosk.conf": 0o644,
            "HERE/lib/udev/rules.d/70-halld.rules": 0o644,
            "etc/halld/hall.json": 0o644,
            "etc/halld/kiosk.conf": 0o644,
            "etc/nginx/sites-available/halld.conf": 0o644,
            "etc/chromium/policies/managed/halld-kiosk.json": 0o644,
        }.items()}})

    def test_paths_are_filled_in(self):
        for path in files(self.root):
            if not re.search("/s?bin/", path):
                self.assertNotIn("@PREFIX@", self.read(path), path)
        share = self.prefix + "/share/halld"
        self.assertIn("-p %s\n" % share, self.read(self.prefix[1:] + "/lib/systemd/system/halld.service"))
        self.assertIn("root %s/nginx;" % share, self.read("etc/nginx/sites-available/halld.conf"))
        start = "file://%s/kiosk/start.html" % share
        self.assertIn(start, self.read(self.prefix[1:] + "/lib/systemd/system/halld-kiosk.service"))
        self.assertIn(start, json.loads(self.read("etc/chromium/policies/managed/halld-kiosk.json"))["URLAllowlist"])

    def test_the_sample_names_devices_where_they_are(self):
        self.assertNotIn('"run/dev/', self.read("etc/halld/hall.json"))
        self.assertIn('"port": "/dev/halld/', self.read("etc/halld/hall.json"))


class LocalFiles(Files):
    prefix = "/usr/local"


class Again(Installed):
    def test_settings_stay(self):
        for path in ["etc/halld/hall.json", "etc/halld/kiosk.conf", "etc/nginx/sites-available/halld.conf"]:
            with open(self.at(path), "a", encoding="utf-8") as f:
                f.write("# mine\n")
        pages = self.at("usr/share/halld/pages/public/public.js")
        with open(pages, "w", encoding="utf-8") as f:
            f.write("old")
        said = self.install("install", "install-kiosk")
        for path in ["etc/halld/hall.json", "etc/halld/kiosk.conf", "etc/nginx/sites-available/halld.conf"]:
            self.assertTrue(self.read(path).endswith("# mine\n"), path)
        self.assertIn("sites-available/halld.conf is another and stays", said)
        self.assertIn("proxy_cache", self.read("etc/nginx/sites-available/halld.conf.new"))
        self.assertNotEqual(self.read("usr/share/halld/pages/public/public.js"), "old")


class Runs(Installed):
    def test_halld_with_installed_pages(self):
        """As the unit starts it, but for where its state is."""
        unit = self.read("usr/lib/systemd/system/halld.service")
        command = re.search("^ExecStart=(.*)$", unit, re.M)[1].split()
        check = re.search("^ExecStartPre=(.*)$", unit, re.M)[1].split()
        there = [self.at(word[1:]) if word.startswith(("/usr", "/etc")) else word for word in command]
        self.assertEqual(subprocess.run([self.at(check[0][1:]), *check[1:-1], self.at(check[-1][1:])]).returncode, 0)
        state, port = self.at("state"), free_port()
        there[there.index("/var/lib/halld")] = state
        with open(self.at("log"), "w", encoding="utf-8") as log:
            process = subprocess.Popen([*there, "-l", "127.0.0.1:%d" % port], cwd="/", stderr=log)
        self.addCleanup(process.wait)
        self.addCleanup(process.terminate)
        small = Hall(start=False)
        self.addCleanup(small.folder.cleanup)
        small.port, small.socket, end = port, state + "/halld.sock", time.monotonic() + hall.WAIT_S
        while True:
            try:
                page = small.ask("GET", "/")
                break
            except OSError:
                self.assertTrue(process.poll() is None and time.monotonic() < end, self.read("log"))
                time.sleep(0.02)
        self.assertEqual(page.body.decode(), self.read("usr/share/halld/pages/public/index.html"))
        self.assertEqual(small.ask("GET", "/text/public/zh.json").json["page.language"], "English")
        answer = run(self.at("usr/bin/hallctl"), "-d", state, "--json", "status")
        self.assertEqual(json.loads(answer.stdout)["hall"], "yunling")

    def test_a_wrong_hall_json_is_told_in_one_line(self):
        wrong = self.at("wrong.json")
        with open(CONF, encoding="utf-8") as f, open(wrong, "w", encoding="utf-8") as g:
            g.write(f.read().replace('"listen"', '"lissten"', 1))
        done = subprocess.run([self.at("usr/sbin/halld"), "-n", "-c", wrong], stderr=subprocess.PIPE, text=True)
        self.assertEqual(done.returncode, 1)
        self.assertRegex(done.stderr, r"\A[^\n]*wrong\.json: /lissten[^\n]*\n\Z")


class Units(Installed):
    def test_systemd_understands_them(self):
        """The programs they start and the files they need are looked for where they were put."""
        for name in ["halld.service", "halld-kiosk.service"]:
            unit = self.read("usr/lib/systemd/system/" + name).replace("/usr/sbin/halld", self.at("usr/sbin/halld"))
            unit = unit.replace("/usr/bin/cage", "/bin/true")
            with open(self.at(name), "w", encoding="utf-8") as f:
                f.write(unit)
            done = run("systemd-analyze", "verify", "--man=no", "--recursive-errors=no", self.at(name))
            self.assertEqual((done.returncode, done.stdout), (0, ""), name)

    def test_halld_is_shut_in(self):
        """systemd's own measure: 10 is a service without any walls, 2 and less it calls OK."""
        done = run("systemd-analyze", "security", "--offline=true", "--no-pager", "--threshold=20", self.at("usr/lib/systemd/system/halld.service"))
        self.assertEqual(done.returncode, 0, done.stdout)

    def test_a_second_place_for_copies(self):
        """All else is read-only for halld, but for where the README has another disk, with all that is mounted below."""
        unit = self.read("usr/lib/systemd/system/halld.service")
        self.assertIn("\nProtectSystem=strict\n", unit)
        with open(os.path.join(ROOT, "README.md"), encoding="utf-8") as f:
            folder = re.search('"backup": { "folder": "([^"]+)" }', f.read())[1]
        writable = re.search("(?m)^ReadWritePaths=(.*)$", unit)
        self.assertTrue(writable and any(folder.startswith(place.lstrip("-") + "/") for place in writable[1].split()), folder)

    def test_restarts_for_ever(self):
        for name in ["halld.service", "halld-kiosk.service"]:
            unit = self.read("usr/lib/systemd/system/" + name)
            self.assertIn("\nRestart=always\n", unit, name)
            self.assertIn("\nStartLimitIntervalSec=0\n", unit, name)

    def test_users(self):
        for name, groups in [("halld", {"halld", "dialout", "lp"}), ("halld-kiosk", {"halld-kiosk"})]:
            root = self.at("root-" + name)
            os.makedirs(root + "/etc")
            done = run("systemd-sysusers", "--root=" + root, self.at("usr/lib/sysusers.d/%s.conf" % name))
            self.assertEqual(done.returncode, 0, done.stdout)
            with open(root + "/etc/passwd", encoding="utf-8") as f:
                self.assertRegex(f.read(), r"(?m)^%s:x:\d+:\d+:[^:]*:/var/lib/%s:/usr/sbin/nologin$" % (name, name))
            with open(root + "/etc/group", encoding="utf-8") as f:
                self.assertEqual({line.split(":")[0] for line in f if name in re.split("[:,\n]", line)}, groups)


class Certificate(Installed):
    def cert(self, folder, *names):
        done = run("sh", self.at("usr/sbin/halld-cert"), folder, *names)
        self.assertEqual(done.returncode, 0, done.stdout)
        return done.stdout

    def openssl(self, *words, **more):
        return subprocess.run(["openssl", *words], stdout=subprocess.PIPE, check=True, **more).stdout

    def test_made_once(self):
        folder = self.at("tls")
        said = self.cert(folder, "hall.example", "192.0.2.9", "2001:db8::9")
        self.assertEqual(files(folder), {"hall.crt": 0o644, "hall.key": 0o600})
        text = self.openssl("x509", "-in", folder + "/hall.crt", "-noout", "-text").decode()
        for part in ["DNS:hall.example", "IP Address:192.0.2.9", "IP Address:2001:DB8:0:0:0:0:0:9", "DNS:" + os.uname().nodename,
                     "IP Address:127.0.0.1", "CA:FALSE", "TLS Web Server Authentication"]:
            self.assertIn(part, text)
        der = self.openssl("x509", "-in", folder + "/hall.crt", "-outform", "der")
        digest = hashlib.sha256(der).hexdigest().upper()
        self.assertIn("fingerprint: " + ":".join(digest[i:i + 2] for i in range(0, 64, 2)), said)
        again = self.cert(folder, "another.example")
        self.assertIn("is there and stays", again)
        self.assertEqual(said.split("\n")[1:], again.split("\n")[1:])
        self.assertEqual(self.openssl("x509", "-in", folder + "/hall.crt", "-outform", "der"), der)

    def test_a_key_that_is_there_is_not_lost(self):
        folder = self.at("only-key")
        os.makedirs(folder)
        with open(folder + "/hall.key", "w", encoding="utf-8") as f:
            f.write("mine")
        run("sh", self.at("usr/sbin/halld-cert"), folder)
        with open(folder + "/hall.key", encoding="utf-8") as f:
            self.assertEqual(f.read(), "mine")


class Rules(Installed):
    def test_udev_rules_are_well_formed(self):
        """Each rule is a list of KEY op "value"; labels that are gone to are there; settings of udev(7) only."""
        keys = {"ACTION", "SUBSYSTEM", "DRIVER", "KERNEL", "GOTO", "LABEL", "GROUP", "MODE", "SYMLINK", "IMPORT{builtin}"}
        text = self.read("usr/lib/udev/rules.d/70-halld.rules")
        labels, gone_to = set(), set()
        for line in filter(lambda line: line and not line.startswith("#"), text.split("\n")):
            parts = re.split(r', (?=[A-Z])', line)
            for part in parts:
                rule = re.fullmatch(r'([A-Z]+(?:\{[^}]+\})?)(==|!=|\+=|=)"([^"]*)"', part)
                self.assertTrue(rule, line)
                self.assertTrue(rule[1] in keys or re.fullmatch(r"ENV\{[.\w]+\}|ATTR\{\w+\}", rule[1]), line)
                labels |= {rule[3]} if rule[1] == "LABEL" else set()
                gone_to |= {rule[3]} if rule[1] == "GOTO" else set()
        self.assertEqual(labels, gone_to)


if __name__ == "__main__":
    unittest.main()
