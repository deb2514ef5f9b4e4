"""The lines of the protocol."""

import json
import math
import sys
import threading

_out_lock = threading.Lock()


def spelled(number):
    """A number as strict JSON can have it: what is not finite is the text NaN, Infinity or -Infinity."""
    if isinstance(number, float) and not math.isfinite(number):
        return "NaN" if number != number else "Infinity" if number > 0 else "-Infinity"
    return number


def to_json(document):
    """Strict JSON, whatever is in it: Python would write NaN as a bare word, which nobody else reads."""
    try:
        return json.dumps(document, allow_nan=False)
    except ValueError:
        return json.dumps(_spelled_within(document), allow_nan=False)


def _spelled_within(value):
    if isinstance(value, dict):
        return {name: _spelled_within(inner) for name, inner in value.items()}
    if isinstance(value, (list, tuple)):
        return [_spelled_within(inner) for inner in value]
    return spelled(value)


def emit(event):
    """One JSON line on stdout. A closed stdout ends the verb: nobody waits for its answer."""
    line = to_json(event) + "\n"
    with _out_lock:
        sys.stdout.write(line)
        sys.stdout.flush()


def progress(message, done=None, total=None):
    event = {"t": "progress", "message": message}
    if done is not None:
        event["done"] = done
    if total is not None:
        event["total"] = total
    emit(event)


def parse_line(line):
    try:
        document = json.loads(line.decode("utf-8"))
        return document if isinstance(document, dict) else None
    except (ValueError, AttributeError):
        return None
