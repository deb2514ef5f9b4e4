"""A daemon that is gone."""

import contextlib
import os
import signal

from ..bounds import bounded
from ..checkpoints.report import told_of
from ..files import read_json, write_json
from ..training.processes import boot_id, descendants, start_ticks
from ..training.signals import send_signal


def ended(directory):
    """The final word of a daemon that is gone. One that died without it (a reboot, a kill) gets one made here, after
    what may be left of its process has been ended: it must never train on unseen."""
    state = os.path.join(directory, "state")
    final = read_json(os.path.join(state, "final.json"))
    if isinstance(final, dict) and final:
        return final
    known, last = read_json(os.path.join(state, "agent.json")) or {}, read_json(os.path.join(state, "state.json")) or {}
    if (
        known.get("training")
        and known.get("boot") == boot_id()
        and start_ticks(known["training"]) == known.get("trainingTicks")
    ):
        for pid in descendants(known["training"]) + [known["training"]]:
            send_signal(pid, signal.SIGKILL)
        with contextlib.suppress(OSError):
            os.killpg(known["training"], signal.SIGKILL)
    size = 0
    with contextlib.suppress(OSError):
        size = os.path.getsize(os.path.join(directory, "log"))
    checkpoint, gone = last.get("checkpoint"), last.get("exit") or {}
    final = {
        "code": gone.get("code"),
        "signal": gone.get("signal"),
        "stoppedBy": gone.get("stoppedBy"),
        "tail": "",
        "logBytes": size,
        "logUploaded": last.get("logUploaded", 0),
        "step": last.get("step"),
        "metrics": last.get("metrics"),
        **{name: last[name] for name in ("notFinite", "unreadable", "alerts") if last.get(name)},
        "outputs": [],
        "notice": last.get("notice"),
        "lost": True,
        "checkpoint": told_of(checkpoint) if checkpoint else None,
        "problems": (last.get("problems") or [])
        + [
            "the agent ended without its last word (the host was rebooted, or it was killed): what was written after "
            "byte %d of the log and after the last checkpoint is not in S3" % last.get("logUploaded", 0)
        ],
    }
    final = bounded(final)
    write_json(os.path.join(state, "final.json"), final)
    return final
