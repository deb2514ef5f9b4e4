"""The outputs of a run, at its end."""

import json
import os

from ..errors import AgentError, Changed, describe
from ..paths import relative
from ..threads import parallel
from ..transfers.bodies import Bytes, FileRange
from ..transfers.errors import Refused, Transient
from ..transfers.large import LargeFiles
from .find import find_files
from .progress import UploadProgress

POST_LIMIT = 5 << 30
"""S3 refuses a POST (and a PUT) of more than 5 GiB."""
ANSWER_SECONDS = 300.0
"""How long a file that is too large for one POST waits for somebody who gives URLs for its parts: a worker that died
has been replaced well before."""


class Outputs:
    """Uploads the outputs, with an index of their hashes (outputs.json)."""

    def __init__(self, directory, request, shared, uploads, deadline):
        self.code = os.path.join(directory, "code")
        self.wanted = request.get("outputs") or []
        self.shared, self.uploads, self.deadline = shared, uploads, deadline
        self.limit = int(request.get("largeAboveBytes") or POST_LIMIT)
        self.large = LargeFiles(shared, uploads, deadline, float(request.get("largeAnswerSeconds") or ANSWER_SECONDS))

    def upload(self, code):
        """Everything that is there; what cannot be uploaded is said. Returns the `outputs` of HostFinal. `code` is the
        exit code of the command."""
        results = [{"index": index, "files": 0, "bytes": 0} for index in range(len(self.wanted))]
        plan = self.plan(code)
        if not plan:
            return results
        progress = UploadProgress(self.shared, len(plan))

        def one(item):
            index, real, name = item
            try:
                size, digest = self.put(index, real, name)
                progress.sent({"index": index, "name": name, "bytes": size, "sha256": digest})
            except (Transient, Refused, Changed, OSError, ValueError) as error:
                progress.failed(index, "%s: %s" % (name, describe(error)))

        parallel(one, plan)
        for entry in progress.listing:
            results[entry["index"]]["files"] += 1
            results[entry["index"]]["bytes"] += entry["bytes"]
        for index, texts in sorted(progress.failures.items()):
            self.shared.problem(
                "output %s: %d of %d files are not in S3 (%s)"
                % (self.wanted[index]["from"], len(texts), len([p for p in plan if p[0] == index]), texts[0])
            )
        self.index(progress.listing)
        return results

    def plan(self, code):
        """[(index of the output, path on disk, name)] of every file, those last that wait for others: nothing waits for
        them."""
        plan = []
        for index, output in enumerate(self.wanted):
            own = self.uploads.grant(index)[2]
            try:
                files = find_files(self.code, output["from"], own, self.shared.problem)
            except AgentError as error:
                self.shared.problem("output %s: %s" % (output["from"], error.message))
                files = []
            if not files and code == 0 and not os.path.lexists(os.path.join(self.code, output["from"])):
                if relative(output["from"]) != "outputs":
                    self.shared.problem("output %s: the command has written nothing there" % output["from"])
            plan += [(index, real, name) for real, name in files]
        plan.sort(key=lambda item: self.too_large(item[1]))
        return plan

    def put(self, index, real, name):
        """One file, hashed on its way; sent again when it changed under way."""
        name.encode("utf-8")
        for last in (False, False, True):
            size = os.path.getsize(real)
            body = FileRange(real, 0, size)
            try:
                if size > self.limit:
                    return size, self.large.put(index, real, name, size)
                self.uploads.put(name, body, self.deadline, index)
                return size, body.digest.hexdigest()
            except Changed:
                if last:
                    raise
        raise Changed(name)

    def too_large(self, real):
        try:
            return os.path.getsize(real) > self.limit
        except OSError:
            return False

    def index(self, listing):
        files = [dict(entry, **{"from": self.wanted[entry["index"]]["from"]}) for entry in listing]
        files.sort(key=lambda entry: (entry["index"], entry["name"]))
        try:
            self.uploads.put("outputs.json", Bytes(json.dumps({"format": 1, "files": files}).encode()), self.deadline)
        except (Transient, Refused) as error:
            self.shared.problem("outputs.json, the index of the outputs: %s" % describe(error))
