"""`stop`: tells the daemon to end the process; returns when it has been told."""

import glob
import os
import time

from ..clients.connection import ask
from ..paths import home, node_dir


def run(request):
    command = {
        "t": "stop",
        "mode": request.get("mode", "graceful"),
        "graceSeconds": request.get("graceSeconds"),
        "by": request.get("by", "stop"),
        "reason": request.get("reason"),
    }
    return {"phase": ask(node_dir(request), command)["phase"]}


def stop_all(by, grace, wait):
    """Ends every training of this user and waits for the last words: for the dead-man timer, which knows no run."""
    pattern = os.path.join(glob.escape(home()), "trainctl", "*", "*", "*", "state", "agent.json")
    left = [os.path.dirname(os.path.dirname(path)) for path in glob.glob(pattern)]
    for directory in left:
        ask(directory, {"t": "stop", "mode": "graceful", "graceSeconds": grace, "by": by})
    count, until = len(left), time.monotonic() + wait
    while left and time.monotonic() < until:
        left = [d for d in left if not os.path.exists(os.path.join(d, "state", "final.json"))]
        time.sleep(0.2 if left else 0)
    return {"stopped": count - len(left), "left": len(left)}
