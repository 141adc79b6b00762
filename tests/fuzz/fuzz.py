#!/usr/bin/env python3
"""Gives every fuzz target bytes without end: fuzz.py BUILD SECONDS RUNS [WORD...]; with words only targets whose names have one.

RUNS -1 is no limit; with one there is none of time.  A line a target: what was run, how fast, how many edges of the code
were seen, and ok or what was found.  The corpus stays in BUILD/corpus/, what was found in BUILD/found/; an input that is
mended goes to tests/fuzz/found/TARGET/, where `make test` tries it for ever.
"""
import glob
import os
import re
import subprocess
import sys
import time

build, seconds, runs, words = sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), sys.argv[4:]
STOPS = f"-max_total_time={seconds}" if runs == -1 else f"-runs={runs}"


def targets():
    for source in sorted(glob.glob("tests/fuzz/fuzz_*.c")):
        name = os.path.basename(source)[len("fuzz_"):-2]
        program = f"{build}/{source[:-2]}"
        asked = subprocess.run([program], env=dict(os.environ, FUZZ_PARTS="1"), stdout=subprocess.PIPE, check=True)
        for line in asked.stdout.decode().splitlines():
            part, longest = line.split()
            yield (name, program, "", longest) if part == "-" else (f"{name}-{part}", program, part, longest)


def fuzz(name, program, part, longest):
    corpus, seeds, found = (f"{build}/{kind}/{name}" for kind in ("corpus", "seeds", "found"))
    for folder in (corpus, seeds, os.path.dirname(found)):
        os.makedirs(folder, exist_ok=True)
    command = [program, STOPS, f"-max_len={longest}", "-rss_limit_mb=1024", "-timeout=10", "-print_final_stats=1",
               f"-artifact_prefix={found}-", corpus, seeds]
    began = time.monotonic()
    done = subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE,
                          env=dict(os.environ, FUZZ_SEEDS=seeds, **({"FUZZ_PART": part} if part else {})))
    took = time.monotonic() - began
    said = done.stderr.decode(errors="replace")
    count = int((re.findall(r"number_of_executed_units: (\d+)", said) or ["0"])[-1])
    edges = (re.findall(r"cov: (\d+)", said) or ["0"])[-1]
    print(f"{name:24} {count:10} runs {took:7.0f} s {count / took:9.0f} runs/s {edges:>6} edges  "
          f"{'ok' if done.returncode == 0 else 'CRASH'}", flush=True)
    if done.returncode != 0:
        print(said[-4000:], flush=True)
    return done.returncode == 0


results = [fuzz(*target) for target in targets() if not words or any(word in target[0] for word in words)]
print(f"{sum(results)} ok, {len(results) - sum(results)} crashed")
sys.exit(not results or not all(results))
