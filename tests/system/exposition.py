"""Reads what /metrics says, as strictly as the text exposition format 0.0.4 and Prometheus' naming rules are."""

import math
import re

NAME = r"[a-zA-Z_:][a-zA-Z0-9_:]*"
LABEL = r'([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^\\"\n]|\\[\\"n])*)"'
SAMPLE = re.compile(r'(%s)(?:\{(%s(?:,%s)*)\})? (\S+)' % (NAME, LABEL, LABEL))
SUFFIXES = {"histogram": ["_bucket", "_sum", "_count"]}
NO_BASE_UNIT = r"_(ms|milliseconds|us|minutes|hours|kb|kilobytes|mb|percent)(_|$)"


class Fault(Exception):
    pass


def need(so, *what):
    if not so:
        raise Fault(" ".join(map(str, what)))


def unescape(text):
    return re.sub(r"\\(.)", lambda m: {"n": "\n"}.get(m[1], m[1]), text)


def read(text):
    """{family: (type, {(name, frozenset of labels): value})}; Fault when anything is not as it should be."""
    need(text.endswith("\n") and "\r" not in text, "every line ends with LF alone")
    families, name, helped = {}, None, set()
    for line in text[:-1].split("\n"):
        if said := re.fullmatch(r"# HELP (%s) (\S.*)" % NAME, line):
            need(said[1] not in helped, "a second HELP:", line)
            helped.add(said[1])
        elif said := re.fullmatch(r"# TYPE (%s) (counter|gauge|histogram)" % NAME, line):
            name, kind = said[1], said[2]
            need(name in helped, "TYPE without HELP before it:", line)
            need(name not in families, "a second TYPE:", line)
            need(name.endswith("_total") == (kind == "counter"), "counters alone end with _total:", line)
            need(not re.search(NO_BASE_UNIT, name), "seconds and bytes are the units:", line)
            families[name] = kind, {}
        else:
            row = SAMPLE.fullmatch(line)
            need(row, "no sample:", line)
            need(name is not None, "a sample before any TYPE:", line)
            kind, samples = families[name]
            need(row[1] in [name + suffix for suffix in SUFFIXES.get(kind, [""])], "not of the family above it:", line)
            pairs = [(label, unescape(value)) for label, value in re.findall(LABEL, row[2] or "")]
            need(len(dict(pairs)) == len(pairs), "a label twice:", line)
            need(not any(label.startswith("__") for label, _ in pairs), "a reserved label:", line)
            key = row[1], frozenset(pairs)
            need(key not in samples, "a sample twice:", line)
            need(re.fullmatch(r"[+-]?(\d+(\.\d+)?([eE][+-]?\d+)?|Inf)|NaN", row[7]), "no number:", line)
            samples[key] = float(row[7])
            need(kind == "gauge" or samples[key] >= 0, "below zero:", line)
    for name, (kind, samples) in families.items():
        if kind == "histogram":
            check_histogram(name, samples)
    return families


def check_histogram(name, samples):
    buckets = sorted((float(dict(labels)["le"].replace("+Inf", "inf")), value)
                     for (row, labels), value in samples.items() if row.endswith("_bucket"))
    counts = [value for _, value in buckets]
    need(counts == sorted(counts), name, "is not cumulative")
    need(math.isinf(buckets[-1][0]), name, "has no +Inf")
    need(counts[-1] == samples[name + "_count", frozenset()], name, "has another count than its +Inf")
    need((name + "_sum", frozenset()) in samples, name, "has no sum")


class Metrics:
    def __init__(self, text):
        self.families = read(text)

    def __call__(self, name, **labels):
        """The value of a sample; 0 for a counter's that is not there yet."""
        family = next(f for f in (name, re.sub("_(bucket|sum|count)$", "", name)) if f in self.families)
        kind, samples = self.families[family]
        key = name, frozenset(labels.items())
        return samples.get(key, 0) if kind == "counter" else samples[key]

    def sum(self, name, **labels):
        """Of all samples that have these labels, whatever others."""
        return sum(value for (row, more), value in self.families[name][1].items() if row == name and labels.items() <= dict(more).items())
