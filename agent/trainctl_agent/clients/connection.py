"""The verbs' end of the daemon's socket."""

import contextlib
import json
import os
import socket
import time

from ..errors import AgentError
from ..files import read_json
from ..json_lines import parse_line
from ..locks import locked
from ..paths import home
from ..training.processes import boot_id, start_ticks
from .gone import ended


def connect(directory):
    """A connection to the node's daemon; None when it is gone. Raises not-started when there never was one."""
    state = os.path.join(directory, "state")
    known = read_json(os.path.join(state, "agent.json"))
    if not known:
        raise AgentError("not-started", "no training has been started in %s" % os.path.relpath(directory, home()))
    until = time.monotonic() + 10
    while True:
        sock = socket.socket(socket.AF_UNIX)
        back = os.open(".", os.O_RDONLY)
        try:
            os.chdir(state)
            sock.connect("agent.sock")
            return sock
        except OSError:
            sock.close()
        finally:
            os.fchdir(back)
            os.close(back)
        alive = known["boot"] == boot_id() and start_ticks(known["pid"]) == known["ticks"]
        if not alive or time.monotonic() > until or os.path.exists(os.path.join(state, "final.json")):
            return None
        time.sleep(0.1)


def ask(directory, command):
    """One request to the daemon; what the daemon left behind when it is gone."""
    sock = connect(directory)
    if sock is not None:
        with sock, contextlib.suppress(OSError):
            sock.settimeout(30)
            sock.sendall(json.dumps(command).encode() + b"\n")
            with sock.makefile("rb") as lines:
                answer = parse_line(lines.readline())
            if answer is not None:
                return answer
    with locked(directory, "final", quiet=True):
        final = ended(directory)
    known = read_json(os.path.join(directory, "state", "agent.json")) or {}
    last = read_json(os.path.join(directory, "state", "state.json")) or {}
    return dict(last, phase="final", final=final, alive=False, pid=known.get("training"))
