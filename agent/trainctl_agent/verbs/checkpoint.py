"""`checkpoint`: asks for one, and waits for it or for the reason why there is none."""

import time

from ..clients.connection import ask
from ..paths import node_dir

WAIT_SECONDS = 150.0


def run(request):
    directory = node_dir(request)
    wait = request.get("waitSeconds")
    until = time.monotonic() + (WAIT_SECONDS if wait is None else float(wait))
    now = ask(directory, {"t": "checkpoint"})
    wish = now.get("wished")
    while True:
        checkpoint, reason = outcome(now, wish)
        if reason or checkpoint:
            return {"phase": now["phase"], "checkpoint": checkpoint, "reason": reason}
        if time.monotonic() >= until:
            return {"phase": now["phase"], "checkpoint": None, "reason": late(now)}
        time.sleep(0.2)
        now = ask(directory, {"t": "status"})


def outcome(now, wish):
    """(checkpoint, reason) of a wish, as a state of the agent has them; two times None while it is being taken."""
    answered = now.get("answered")
    if wish is None:
        return None, "nothing trains here any more" if now["phase"] == "final" else "its agent is of an older release"
    if answered and answered["number"] >= wish:
        return answered["checkpoint"], answered["reason"]
    if now["phase"] in ("uploading", "final"):
        return None, "the process has ended"
    return None, None


def late(now):
    failed = now.get("checkpointFailed")
    return "it is still being taken%s" % (": " + failed if failed else "")
