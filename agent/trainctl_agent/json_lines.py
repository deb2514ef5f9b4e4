"""The lines of the protocol."""

import json
import sys
import threading

_out_lock = threading.Lock()


def emit(event):
    """One JSON line on stdout. A closed stdout ends the verb: nobody waits for its answer."""
    line = json.dumps(event, allow_nan=False) + "\n"
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
