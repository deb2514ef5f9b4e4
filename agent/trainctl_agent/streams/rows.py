"""One line of metrics, read as leniently as what trainings write needs."""

import json
import re

from ..json_lines import spelled

LONGEST = 1024 * 1024
"""Bytes of a line; a longer one is none of metrics."""

DEPTH, LIST, LEAVES = 8, 16, 4096
"""Levels of objects that are looked into, items of a list that is, and values of one line."""

MOST_STEPS = 10**12

_BARE = re.compile(r'"(?:[^"\\]|\\.)*"|(?<![\w.])[-+]?(?:nan|inf(?:inity)?)(?![\w.])', re.IGNORECASE)
_WORDS = {"nan": "NaN", "inf": "Infinity", "infinity": "Infinity"}
_NUMBER = re.compile(r"-?\d{1,32}(?:\.\d{1,32})?(?:[eE][-+]?\d{1,3})?\Z", re.ASCII)


class Unreadable(Exception):
    """Why a line, or its step, says nothing."""


def row_of(line):
    """The object of a line. Python's NaN and Infinity are no JSON, and numpy's nan and inf not even Python's: both are
    read."""
    try:
        text = line.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise Unreadable("it is not UTF-8 text")
    try:
        document = json.loads(text)
    except RecursionError:
        raise Unreadable("it is nested too deep")
    except ValueError as error:
        try:
            document = json.loads(_BARE.sub(_quoted, text))
        except (ValueError, RecursionError):
            raise Unreadable("it is not JSON: %s" % _fault(error))
    if not isinstance(document, dict):
        raise Unreadable("it is JSON, but no object")
    return document


def _quoted(found):
    text = found.group()
    return text if text.startswith('"') else '"%s"' % _word(text)


def _word(text):
    """`-inf` as `-Infinity`; None for what is another word."""
    sign, bare = ("-", text[1:]) if text[:1] == "-" else ("", text[1:] if text[:1] == "+" else text)
    word = _WORDS.get(bare.lower())
    return word and ("NaN" if word == "NaN" else sign + word)


def _fault(error):
    column = getattr(error, "colno", None)
    return str(error)[:80] if column is None else "%s at column %d" % (error.msg[:60], column)


def number(value):
    """A value as it is shown: a number, the text NaN, Infinity or -Infinity, or None for what is no number. Text that
    is a number as a whole is one, since `json.dumps(…, default=str)` writes numpy's so."""
    if isinstance(value, str):
        text = value.strip()
        word = _word(text)
        if word:
            return word
        if not _NUMBER.match(text):
            return None
        value = json.loads(text) if not re.match(r"-?0\d", text) else float(text)
    if type(value) is int and abs(value) > 2**53:
        try:
            value = float(value)
        except OverflowError:
            value = float("inf") if value > 0 else float("-inf")
    return spelled(value) if type(value) in (int, float) else None


def worst(value):
    """Of a list or an object: the first value in it that is not finite, as text; 0 where all are. None for all else."""
    if not isinstance(value, (list, dict)):
        return None
    todo = [value]
    while todo:
        group = todo.pop()
        for one in group.values() if isinstance(group, dict) else group:
            if isinstance(one, (list, dict)):
                todo.append(one)
            elif isinstance(one, float) and isinstance(spelled(one), str):
                return spelled(one)
    return 0


def step_of(row):
    """The step that a row says, None when it says none. Half a step further is the same step."""
    value = row.get("step")
    if value is None:
        return None
    step = number(value)
    if step is None or isinstance(step, str) or not 0 <= step < MOST_STEPS:
        shown = _kind(value) if step is None else step
        raise Unreadable("its step is %s, not a number of 0 or more" % shown)
    return int(step)


def _kind(value):
    if isinstance(value, bool):
        return "true" if value else "false"
    return "text" if isinstance(value, str) else "a list" if isinstance(value, list) else "an object"


def flat(row):
    """Names and values, the nearest first: `{"eval": {"loss": 1}}` is `eval/loss`, `{"top": [3, 1]}` is `top/0` and
    `top/1`. Long lists and what lies too deep stay what they are: no number."""
    level, leaves = [("", row)], 0
    for depth in range(DEPTH):
        below = []
        for prefix, group in level:
            for key, value in group.items() if isinstance(group, dict) else enumerate(group):
                name = "%s%s" % (prefix, key)
                if depth + 1 < DEPTH and _opens(value):
                    below.append((name + "/", value))
                    continue
                leaves += 1
                if leaves > LEAVES:
                    return
                yield name, value
        level = below


def _opens(value):
    return isinstance(value, dict) or (isinstance(value, list) and len(value) <= LIST)
