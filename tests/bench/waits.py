"""Estimates of waits: against the baselines and the forward simulation of waitsim.py, from day to day, and in milliseconds."""
import json
import os
import subprocess
import tempfile

from collections import defaultdict
from concurrent.futures import ProcessPoolExecutor
from functools import partial

import __main__ as bench
import waitsim

HALLS = "ABC"
SEEDS = [s for s in os.environ.get("SEEDS", "101,102,103,104,105").split(",") if s]
COLD_SEEDS = [str(seed) for seed in range(201, 211)]
DAYS, WARM = 15, 5
COLD_DAY = 9                # the tenth
LATER_S = 300               # so much later is a jump
TICKETS = 10_000_000        # of each queue with a formula


def published(cfg):
    """The hall as its predictor may know it: no true means."""
    return {**{k: cfg[k] for k in ("name", "title", "windows", "classes")}, "open": waitsim.OPEN, "shut": waitsim.SHUT,
            "services": [{"id": s["id"], "nominal_s": max(300, 300 * round(s["mean"] / 300))} for s in cfg["services"]]}


def answers(cfg, events):
    """What waitbench says to these events."""
    with tempfile.NamedTemporaryFile("w", suffix=".json") as hall:
        json.dump(published(cfg), hall)
        hall.flush()
        text = "".join(json.dumps(e, sort_keys=True) + "\n" for e in events)
        done = subprocess.run([f"{bench.BUILD}/waitbench", hall.name], input=text, stdout=subprocess.PIPE, check=True, text=True)
    return [json.loads(line) for line in done.stdout.splitlines()]


def score(events, said, warm):
    """By kind of question, what came of the answers."""
    calls = {(e["day"], e["id"]): e["t"] for e in events if e["ev"] == "call"}
    scores = {"arrive": waitsim.Score(), "probe": waitsim.Score()}
    for p in said:
        if p["day"] >= warm and (p["day"], p["id"]) in calls:
            scores[p["k"]].add(calls[p["day"], p["id"]] - p["t"], p["p50"], p["p90"], p["mean"])
    return scores


def jumps(events, said):
    """Consecutive answers for a ticket, and those of which the second one's P90 is over LATER_S later by the clock; but no window closed between."""
    closings = defaultdict(list)
    for e in events:
        if e["ev"] == "window_close":
            closings[e["day"]].append(e["t"])
    last, pairs, later = {}, 0, 0
    for p in said:
        key = p["day"], p["id"]
        before = last.get(key)
        last[key] = p
        if before is None or any(before["t"] < t <= p["t"] for t in closings[p["day"]]):
            continue
        pairs += 1
        later += p["t"] + p["p90"] > before["t"] + before["p90"] + LATER_S
    return pairs, later


def pool(into, one):
    """One more seed's scores."""
    into.e += one.e
    into.em += one.em
    into.hit += one.hit
    into.n90 += one.n90
    into.pin += one.pin


def one_seed(hall, seed):
    """The events of a seed, what waitbench says to them, and the scores of all others."""
    cfg = waitsim.SCEN[hall]()
    events, rivals, _ = waitsim.run(cfg, seed, DAYS, WARM)
    return events, answers(cfg, events), rivals


def line(name, s):
    """A row of the table, in minutes and per cent."""
    r = s.row()
    print(f"  {name:9}{r['n']:9}{r['mae']:8.3f}{r['rmse']:8.3f}{r['bias']:+8.2f}{r['in5']:7.1f}{r['cov90']:7.1f}{r['pin90']:8.3f}")


def hall_score(hall, seeds):
    """One hall, all seeds pooled: everybody's row, and the figures."""
    all_of = {kind: defaultdict(waitsim.Score) for kind in ("arrive", "probe")}
    pairs = later = 0
    for events, said, rivals in seeds:
        ours = score(events, said, WARM)
        for kind, by_name in all_of.items():
            for name, s in {**rivals[kind], "halld": ours[kind]}.items():
                pool(by_name[name], s)
        of_seed = jumps(events, said)
        pairs += of_seed[0]
        later += of_seed[1]
    for kind, title in (("arrive", "at issue"), ("probe", "at a later look")):
        print(f"{hall}, {title}".ljust(18) + "     n     MAE    RMSE    bias   <5min   P90%  pinball")
        for name, s in all_of[kind].items():
            line(name, s)
    at_issue = {name: s.row() for name, s in all_of["arrive"].items()}
    ours, fsim = at_issue.pop("halld"), at_issue.pop("FSIM")
    best = min(r["mae"] for r in at_issue.values())
    bench.figure(f"{hall}: MAE at issue / best baseline ({best:.3f} min)", ours["mae"] / best, "", (0.72, ""), (0.65, ""))
    bench.figure(f"{hall}: MAE at issue / FSIM ({fsim['mae']:.3f} min)", ours["mae"] / fsim["mae"], "", (1, ""), (0.97, ""))
    bench.figure(f"{hall}: pinball at issue / FSIM ({fsim['pin90']:.3f})", ours["pin90"] / fsim["pin90"], "", (1, ""), (0.97, ""))
    for kind, when in (("arrive", "at issue"), ("probe", "later")):
        r = all_of[kind]["halld"].row()
        bench.figure(f"{hall}: P90 coverage {when}, off 90.5", abs(r["cov90"] - 90.5), "%", (2.5, "88 to 93"))
        bench.figure(f"{hall}: P90 coverage {when}, off 90", abs(r["cov90"] - 90), "%", None, (1, "89 to 91"))
    bench.figure(f"{hall}: bias of P50 at issue, either way", abs(ours["bias"]), "min", (0.5, ""), (0.3, ""))
    bench.figure(f"{hall}: P90 over 5 min later, of {pairs} answers", 100 * later / pairs, "%", (3, ""), (1, ""))
    return ours["mae"] / best


def cold(hall, seed):
    """The tenth day's absolute errors at issue, after nine days and alone."""
    cfg = waitsim.SCEN[hall]()
    events = waitsim.simulate(cfg, seed, COLD_DAY + 1)
    alone = [e for e in events if e["day"] == COLD_DAY]
    return [score(alone, answers(cfg, of), COLD_DAY)["arrive"] for of in (events, alone)]


def waits():
    """All of it."""
    with ProcessPoolExecutor(os.cpu_count()) as run:
        ratios = []
        for hall in HALLS:
            ratios.append(hall_score(hall, list(run.map(partial(one_seed, hall), SEEDS))))
        bench.figure("MAE at issue / best baseline, mean of the halls", sum(ratios) / len(ratios), "", (0.66, ""), (0.60, ""))
        for hall in HALLS:
            learnt, new = waitsim.Score(), waitsim.Score()
            for one in run.map(partial(cold, hall), COLD_SEEDS):
                pool(learnt, one[0])
                pool(new, one[1])
            bench.figure(f"{hall}: the tenth day cold / after nine days ({learnt.row()['mae']:.3f} min)",
                         new.row()["mae"] / learnt.row()["mae"], "", (1.25, ""), (1.1, ""))


def refresh():
    """One refresh of a large hall."""
    median, most = map(float, subprocess.run([f"{bench.BUILD}/tests/bench/refresh"], stdout=subprocess.PIPE, check=True).stdout.split())
    bench.figure("refresh of 200 waiting, 40 windows, median", median, "ms", (5, ""), (2, ""))
    bench.figure("  largest of 200", most, "ms")


def queues():
    """The hall played on, where a formula knows better."""
    done = subprocess.run([f"{bench.BUILD}/tests/bench/queues", str(TICKETS)], stdout=subprocess.PIPE, check=True, text=True)
    for row in done.stdout.splitlines():
        name, numbers = row.split(": ")
        played, formula = map(float, numbers.split())
        bench.figure(f"{name}: {played:.3f} s, formula {formula:.3f} s", abs(played / formula - 1) * 100, "%", (2, ""))
