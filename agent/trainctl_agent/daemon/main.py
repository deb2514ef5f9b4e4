"""What the daemon does from its fork to its end."""

import contextlib
import json
import os
import time
import traceback

from ..errors import AgentError
from ..files import write_json
from ..notes import note
from ..times import iso
from ..training.processes import boot_id, start_ticks
from ..training.program import start_error
from .daemon import Daemon


def daemon_main(directory, request, answer):
    """Answers the starting verb as soon as the command runs, then stays until the final word."""
    state = os.path.join(directory, "state")
    identity = {"pid": os.getpid(), "ticks": start_ticks(os.getpid()), "boot": boot_id(), "training": None}

    def reply(document):
        with contextlib.suppress(OSError):
            os.write(answer, json.dumps(document).encode() + b"\n")
        os.close(answer)

    daemon = None
    try:
        write_json(os.path.join(state, "agent.json"), identity)
        daemon = Daemon(directory, request)
        daemon.start()
        training = daemon.training.pid
        identity.update(training=training, trainingTicks=start_ticks(training), startedAt=iso(time.time()))
        write_json(os.path.join(state, "agent.json"), identity)
    except BaseException as error:
        note(traceback.format_exc())
        if daemon is not None and daemon.training:
            daemon.training.kill()
        with contextlib.suppress(OSError):
            os.unlink(os.path.join(state, "agent.json"))
        reply(
            {"code": error.code, "message": error.message}
            if isinstance(error, AgentError)
            else start_error(error, request["command"])
        )
        return 1
    reply({"pid": training})
    try:
        daemon.run()
        return 0
    except BaseException:
        note(traceback.format_exc())
        daemon.training.kill()
        raise
