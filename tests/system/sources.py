"""Tables of the program, read from its C text: what a test compares the papers and the running daemon with."""

import os
import re

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))


def text(path):
    with open(os.path.join(ROOT, path), encoding="utf-8") as f:
        return f.read()


def role_sets():
    """Names of sets of roles, as server.h has them: {"DESK": {"guide", "manager"}, ...}."""
    sets = {"ANYONE": {"anyone"}, "THIS_MACHINE": {"this_machine"}}
    for name, value in re.findall(r"^#define (\w+)[ \t]\(((?:\w+|ROLE\(\w+\))(?: \| (?:\w+|ROLE\(\w+\)))+)\)$",
                                  text("daemon/net/server.h"), re.M):
        sets[name] = roles(value, sets)
    return sets


def roles(value, sets):
    found = set()
    for part in value.split("|"):
        part = part.strip()
        one = re.fullmatch(r"ROLE\((\w+)\)", part)
        found |= {one[1].lower()} if one else sets[part]
    return found


# (method, path) -> who may: names of roles, or "anyone", or "this_machine"
ROUTES = {(method, path): roles(who, role_sets()) for method, path, who in re.findall(
    r'^\t\{ "(\w+)",\s+"([^"]+)",\s+([^,]+?),\s+\w+ \},$', text("daemon/api/routes.c"), re.M)}

# code -> (status, the number a keypad shows)
REFUSALS = {code: (int(status), int(key)) for code, status, key in re.findall(
    r'^\t\[\w+\]\s*= \{ "(\w+)",\s+(\d+),\s+(\d+) \},$', text("daemon/core/refusal.c"), re.M)}
del REFUSALS["ok"]

# kind of event -> the widest audience that sees it
KINDS = {kind: audience.lower() for kind, audience in re.findall(
    r'^\t\[\w+\]\s*= \{ "([a-z_]+\.[a-z_]+)", TO_(\w+),', text("daemon/core/fact.c"), re.M)}

KINDS.update((kind, (who or "manager").lower()) for who, kind in re.findall(
    r'\bRECORD(?:_TO)?\((?:(\w+), )?\w+, "([a-z_.]+)"\)', text("daemon/core/fact.c")))

# (where, command) -> is it built?
DECIDE = text("daemon/core/decide/decide.c")
VERBS = {(where.lower(), name): "[%s] = do_" % verb in DECIDE for verb, name, where in re.findall(
    r'^\t\[(DO_\w+)\]\s*= \{ "(\w+)", AT_(WINDOW|TICKET) \},$', DECIDE, re.M)}

# paths of the subjects of hall management
SUBJECTS = re.findall(r'^\t\[SUBJECT_\w+\] = \{ "\w+", "(\w+)"', text("daemon/core/subjects.c"), re.M)
