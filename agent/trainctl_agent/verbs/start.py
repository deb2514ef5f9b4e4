"""`start`: starts training, once: a second start of the same node returns the first one's state."""

import os

from ..daemon.launch import launch
from ..errors import AgentError
from ..files import read_json
from ..held import place
from ..locks import locked
from ..paths import node_dir, relative
from ..training.environment import check_env
from ..training.program import check_program
from ..training.signals import signal_number


def run(request):
    directory = node_dir(request)
    check_start(request)
    with locked(directory, "start") as lock_fd:
        known = read_json(os.path.join(directory, "state", "agent.json"))
        if known:
            if not known.get("training"):
                raise AgentError("internal", "an earlier start was cut off before the command ran: see state/agent.log")
            return {"pid": known["training"], "started": False}
        os.makedirs(os.path.join(directory, "code"), exist_ok=True)
        place(directory)
        check_program(request, directory)
        answer = launch(directory, request, lock_fd)
        return {"pid": answer["pid"], "started": True}


def check_start(request):
    """A start request is checked whole before anything is created."""
    for name in ("run", "runKey", "attempt", "node", "command", "checkpoints", "grants", "leaseUntil"):
        if request.get(name) is None:
            raise AgentError("bad-request", "`%s` is missing" % name)
    command = request["command"]
    words = command if isinstance(command, list) else [command]
    if not words or not all(isinstance(word, str) and "\0" not in word for word in words) or not words[0].strip():
        raise AgentError("bad-request", "`command` must be a text, or a list of texts, and not empty")
    if not relative(request["checkpoints"]["dir"], "checkpoints.dir"):
        raise AgentError("bad-request", "checkpoints.dir cannot be the code's own folder")
    if "url" not in request["grants"].get("node", {}):
        raise AgentError("bad-request", "`grants.node` is missing")
    signal_number(request["checkpoints"].get("signal"))
    check_env(request)
