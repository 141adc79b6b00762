#!/usr/bin/env python3
"""Runs every test program and counts: run.py BUILD [WORD...]; with words only programs whose names have one.

C programs (cmocka, and fuzz targets over their seeds) say TAP, Python ones are unittest files, JavaScript ones are node's test runner.  What fails is shown
whole; the last line is `N passed, N failed`.
"""
import glob
import os
import re
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor

LIMIT_S = 900


def run(what):
    name, command = what
    began = time.monotonic()
    env = dict(os.environ, CMOCKA_MESSAGE_OUTPUT="TAP", TZ="Asia/Shanghai", HALLD=f"{build}/halld", HALLCTL=f"{build}/hallctl",
               HALLSIM=f"{build}/hallsim", BUILD=build, PYTHONDONTWRITEBYTECODE="1")
    try:
        done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, env=env, timeout=LIMIT_S)
        output, status = done.stdout.decode(errors="replace"), done.returncode
    except subprocess.TimeoutExpired as late:
        output, status = (late.stdout or b"").decode(errors="replace") + f"\nnot ended after {LIMIT_S} s\n", 1
    passed, failed = count(command, output)
    if status != 0 and failed == 0:
        failed = 1
    if passed + failed == 0:
        output, failed = output + "\nno test ran\n", 1
    mark = "ok" if failed == 0 else "FAILED"
    print(f"{mark:6} {name:28} {passed:4} passed {failed:3} failed {time.monotonic() - began:7.1f} s", flush=True)
    if failed:
        print(output[-20000:], flush=True)
    return passed, failed


def count(command, output):
    if command[0] == sys.executable:
        ran = sum(map(int, re.findall(r"^Ran (\d+) tests?", output, re.M)))
        bad = sum(map(int, re.findall(r"(?:failures|errors|unexpected successes)=(\d+)", output)))
        skipped = sum(map(int, re.findall(r"skipped=(\d+)", output)))
        return max(ran - bad - skipped, 0), bad
    if command[0] == "node" and re.search(r"^# pass \d", output, re.M):
        return [sum(map(int, re.findall(rf"^. {word} (\d+)", output, re.M))) for word in ("pass", "fail")]
    return [len(re.findall(pattern, output, re.M)) for pattern in (r"^ok \d", r"^not ok \d")]


def programs():
    quick = [(os.path.basename(p)[:-2], [f"{build}/{p[:-2]}"]) for p in sorted(glob.glob("tests/test_*.c"))]
    quick += [(os.path.basename(p)[:-2], [f"{build}/{p[:-2]}"]) for p in sorted(glob.glob("tests/fuzz/fuzz_*.c"))]
    # Those of browsers first: the longest are among them, and the last is waited for alone.
    slow = [(os.path.basename(p), ["node", "--test", "--test-reporter=tap", p]) for p in sorted(glob.glob("tests/*/*.test.mjs"))]
    slow += [(os.path.basename(p), [sys.executable, p]) for p in sorted(glob.glob("tests/system/test_*.py"))]
    return [t for t in quick + slow if not words or any(w in t[0] for w in words)]


build, words = sys.argv[1], sys.argv[2:]
with ThreadPoolExecutor(os.cpu_count()) as pool:
    results = list(pool.map(run, programs()))
passed, failed = (sum(column) for column in zip(*results)) if results else (0, 0)
print(f"{passed} passed, {failed} failed")
sys.exit(failed != 0 or passed == 0)
