"""`restore`: puts the newest whole checkpoint in place; a damaged one is reported and the one before it used."""

import os

from ..checkpoints.passed_over import why_passed_over
from ..checkpoints.restore import build_checkpoint
from ..errors import AgentError
from ..files import read_json, remove, write_json
from ..folders import replace_dir
from ..held import held, place
from ..json_lines import progress
from ..locks import locked
from ..paths import inside, node_dir, relative


def run(request):
    directory = node_dir(request)
    with locked(directory, "restore"):
        code, state = os.path.join(directory, "code"), os.path.join(directory, "state")
        os.makedirs(code, exist_ok=True)
        name = relative(request["checkpointsDir"], "checkpoints.dir")
        if not name:
            raise AgentError("bad-request", "checkpoints.dir cannot be the code's own folder")
        target, waiting, damaged = inside(code, name, "checkpoints.dir"), held(directory, "checkpoint"), []
        marker = read_json(os.path.join(state, "restore.json"))
        if (
            marker
            and (os.path.isdir(target) or os.path.isdir(waiting))
            and (
                os.path.exists(os.path.join(state, "agent.json"))
                or any(marker["result"]["key"] == c["key"] for c in request["candidates"][:1])
            )
        ):
            return marker["result"]
        if os.path.exists(os.path.join(state, "agent.json")):
            raise AgentError("bad-request", "training has started here: nothing is restored under a running process")
        for candidate in request["candidates"]:
            try:
                fresh, files, size = build_checkpoint(directory, candidate)
            except Exception as error:
                why = why_passed_over(error)
                if why is None:
                    raise
                damaged.append({"key": candidate["key"], "why": why})
                progress("checkpoint %s is passed over: %s" % (name_of(candidate), why))
                continue
            replace_dir(fresh, waiting)
            result = {
                "step": candidate["step"],
                "attempt": candidate["attempt"],
                "key": candidate["key"],
                "files": files,
                "bytes": size,
                "damaged": damaged,
            }
            result.update({more: candidate[more] for more in ("number", "suspect") if candidate.get(more) is not None})
            write_json(os.path.join(state, "restore.json"), {"target": name, "result": result})
            if not request.get("held"):
                place(directory)
            return result
        # An earlier try may have found one that is not offered any more.
        remove(os.path.join(state, "restore.json"))
        remove(waiting)
        return {"step": None, "attempt": None, "key": None, "files": 0, "bytes": 0, "damaged": damaged}


def name_of(candidate):
    """Its step, or else its number."""
    return candidate["step"] if candidate["step"] is not None else "no. %s" % candidate.get("number")
