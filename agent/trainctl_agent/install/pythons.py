"""The Python that a project asks for."""

import os
import re
import sys

from ..errors import AgentError
from .pyproject import find_python
from .scripts import find_script, script_python
from .setup_cfg import cfg_option
from .uses_uv import started_by_uv

CLAUSE = re.compile(r"[\s,]*(===|==|~=|!=|<=|>=|<|>|\^|~|=)?\s*(\d+(?:\.\d+)*)(\.\*)?(?=[\s,]|\Z)")
SETUP = re.compile(r"\bpython_requires\s*=\s*[\"']([^\"']+)[\"']")


def satisfies(version, wanted):
    """Whether a Python (numbers) is one of those that a requirement names, in the words of PEP 440 or of Poetry; None
    where a part of it is neither."""
    found = [each_of(version, one) for one in re.split(r"\|\|?", wanted)]
    return True if True in found else None if None in found else False


def each_of(version, clauses):
    found, at = [], 0
    clauses = clauses.strip()
    while at < len(clauses) and clauses != "*":
        clause = CLAUSE.match(clauses, at)
        if not clause:
            found.append(None)
            break
        operator, numbers, family = clause.groups()
        found.append(holds(version, operator or "==", tuple(map(int, numbers.split("."))), family))
        at = clause.end()
    return False if False in found else None if None in found else True


def holds(version, operator, wanted, family):
    size = max(len(version), len(wanted))
    have, want = padded(version, size), padded(wanted, size)
    if operator in ("==", "===", "=", "!="):
        same = version[: len(wanted)] == wanted if family else have == want
        return same != (operator == "!=")
    if operator == "~=":
        return have >= want and version[: len(wanted) - 1] == wanted[:-1] if len(wanted) > 1 else None
    if operator == "^":
        return have >= want and version[0] == wanted[0]
    if operator == "~":
        return have >= want and version[: min(2, len(wanted))] == wanted[:2]
    return {">=": have >= want, "<=": have <= want, ">": have > want, "<": have < want}[operator]


def padded(numbers, size):
    return tuple(numbers) + (0,) * (size - len(numbers))


def check_python(code, source, command, version=sys.version_info[:3]):
    """Raises install-failed when what is installed asks for another Python. uv brings one where it reads uv.lock."""
    for name, wanted in asked_by(code, source, command):
        if satisfies(version, wanted) is False:
            raise AgentError(
                "install-failed",
                "%s: use an image that has one (`resources.ami`), or lock the project by `uv lock`: uv then brings its "
                "own" % unmet(name, wanted, version),
            )


def other_wishes(code, source, version=sys.version_info[:3]):
    """Sentences of what asks for another Python, and is no reason to end: it is not what is installed."""
    names = source.split(", ")
    if os.path.basename(names[0]) == "uv.lock":
        return []
    wishes = []
    if "pyproject.toml" not in names:
        wishes += [
            ("pyproject.toml", wanted) for wanted in (find_python(os.path.join(code, "pyproject.toml")),) if wanted
        ]
    pinned = re.match(r"(?:cpython-)?(\d+(?:\.\d+)?)", read(os.path.join(code, ".python-version")))
    if pinned:
        wishes.append((".python-version", pinned.group(1) + ".*"))
    return [unmet(name, wanted, version) for name, wanted in wishes if satisfies(version, wanted) is False]


def unmet(name, wanted, version):
    return "%s asks for Python %s, and this host has %s" % (name, wanted, ".".join(map(str, version)))


def asked_by(code, source, command):
    """(file, requirement) of each file that is installed from."""
    if source == "pep723":
        # uv brings the Python that a script asks for, and installs for it by itself.
        script = find_script(code, command)
        source = script[0] if script and not started_by_uv(code, script[0], command) else "none"
    found = []
    for name in source.split(", "):
        path, last = os.path.join(code, name), os.path.basename(name)
        if last == "pyproject.toml":
            found.append((name, find_python(path)))
        elif last == "setup.cfg":
            found.append((name, cfg_option(path, "python_requires")))
        elif last == "setup.py":
            literal = SETUP.search(read(path))
            beside = cfg_option(os.path.join(os.path.dirname(path), "setup.cfg"), "python_requires")
            found.append((name, literal.group(1) if literal else beside))
        elif last.endswith(".py"):
            found.append((name, script_python(path)))
    return [(name, wanted) for name, wanted in found if wanted]


def read(path):
    try:
        with open(path, encoding="utf-8-sig", errors="replace") as file:
            return file.read()
    except OSError:
        return ""
