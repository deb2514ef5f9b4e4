"""The last word of a host (HostFinal). It travels through a workflow's history, so it is small and holds no secret."""

import contextlib
import os

from ..bounds import TEXTS, bounded
from ..checkpoints.report import told_of
from ..errors import describe
from ..files import remove, write_json
from ..notes import note
from ..training.last_lines import last_lines, redact


def last_word(shared, tail, outputs, results=None):
    """`results`: what else is to be said (`instance`, `outputsLost`, `notKept`, `savedAgain`)."""
    checkpoint = shared.checkpoint
    final = dict(
        {name: value for name, value in (results or {}).items() if value is not None},
        **shared.figures(),
        **shared.findings(),
        **({"alerts": list(shared.alerts)} if shared.alerts else {}),
        **({"stopAlert": shared.stop_alert} if shared.stop_alert else {}),
        code=shared.exit["code"],
        signal=shared.exit["signal"],
        stoppedBy=shared.stopped_by or shared.exit["stoppedBy"],
        tail=tail,
        outputs=outputs,
        problems=list(shared.problems),
        warnings=list(shared.warnings),
        notice=shared.notice,
        checkpoint=told_of(checkpoint) if checkpoint else None,
    )
    return bounded(final)


def log_tail(log, path, secrets):
    """The last lines of stderr, or of the whole log when stderr was silent."""
    data = bytes(log.ring)
    if not data.strip():
        with contextlib.suppress(OSError), open(path, "rb") as file:
            file.seek(max(0, log.size - 65536))
            data = file.read(65536)
    return last_lines(redact(data.decode("utf-8", "replace"), secrets), TEXTS["tail"])


def keep(directory, final):
    """Writes it to disk; whether it could. On a full disk it stays in memory, and the daemon stays to tell it."""
    try:
        write_json(os.path.join(directory, "state", "final.json"), final)
        return True
    except OSError as error:
        note("final.json: %s" % describe(error))
        remove(os.path.join(directory, "tmp"))
        return False
