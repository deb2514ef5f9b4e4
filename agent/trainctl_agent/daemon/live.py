"""live.json: what is too lively for a workflow's history."""

import time

from ..checkpoints.manifest import wrote
from ..checkpoints.report import told_of
from ..json_lines import to_json
from ..times import iso
from ..transfers.bodies import Bytes


class Live:
    """Writes it when something has changed, and every 10 s."""

    def __init__(self, request, shared, uploads, deadline):
        self.request, self.shared, self.uploads, self.deadline = request, shared, uploads, deadline
        self.last, self.last_at = None, 0.0

    def put(self, always=False):
        document = self.document()
        self.shared.save()
        if document == self.last and time.monotonic() - self.last_at < 10 and not always:
            return
        soon = time.time() + 10
        self.uploads.put(
            "live.json",
            Bytes(to_json(dict(document, **self.shared.outlook(), at=iso(time.time()))).encode()),
            self.deadline if always else lambda: min(soon, self.deadline()),
            counts=False,
        )
        self.last, self.last_at = document, time.monotonic()

    def document(self):
        shared = self.shared
        with shared.lock:
            figures = shared.figures()
            document = {
                "attempt": self.request["attempt"],
                "node": self.request["node"],
                **wrote(self.request),
                "phase": shared.phase,
                "logBytes": figures["logBytes"],
                "logUploaded": figures["logUploaded"],
            }
            for name in ("step", "metrics"):
                if figures[name] is not None:
                    document[name] = figures[name]
            document.update(shared.findings())
            if shared.checkpoint:
                document["checkpoint"] = told_of(shared.checkpoint)
            if shared.notice:
                document["notice"] = shared.notice
            if shared.exit:
                document["exit"] = {"code": shared.exit["code"], "signal": shared.exit["signal"]}
        return document
