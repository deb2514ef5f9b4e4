"""The outputs of a run, at its end."""

import contextlib
import os

from ..errors import Changed, describe
from ..sizes import size_text
from ..threads import parallel
from ..transfers.bodies import FileRange
from ..transfers.errors import Refused, Transient
from ..transfers.large import LargeFiles
from .index import put_index
from .made import Folder
from .names import short_name
from .not_kept import not_kept
from .plan import plan_outputs
from .progress import UploadProgress

POST_LIMIT = 5 << 30
"""S3 refuses a POST (and a PUT) of more than 5 GiB."""
CLOSED = ("NoSuchBucket", "AccessDenied", "AllAccessDisabled", "PermanentRedirect", "InvalidAccessKeyId")
"""Refusals that mean the whole destination, and not one file."""
ANSWER_SECONDS = 300.0
"""How long a file that is too large for one POST waits for somebody who gives URLs for its parts: a worker that died
has been replaced well before."""


class Outputs:
    """Uploads the outputs, with an index of their hashes (outputs.json). What the destination of an output refuses goes
    below the node's own prefix."""

    def __init__(self, directory, request, shared, uploads, deadline):
        self.wanted = request.get("outputs") or []
        self.folder = Folder(os.path.join(directory, "code"), request)
        self.run, self.shared, self.uploads, self.deadline = request["run"], shared, uploads, deadline
        self.limit = int(request.get("largeAboveBytes") or POST_LIMIT)
        self.large = LargeFiles(shared, uploads, deadline, float(request.get("largeAnswerSeconds") or ANSWER_SECONDS))
        # Why each destination did not take a file first, and which of them take none.
        self.refusals, self.closed = {}, set()
        self.lost = self.not_kept = None

    def upload(self, code):
        """Everything that is there; what cannot be uploaded is said. Returns the `outputs` of HostFinal. `code` is the
        exit code of the command."""
        results = [{"index": index, "files": 0, "bytes": 0} for index in range(len(self.wanted))]
        plan = plan_outputs(self.folder, self.wanted, self.place_of, code, self.shared.problem)
        self.not_kept = not_kept(self.folder.made(self.named()).others)
        if not plan:
            return results
        # Those last that wait for others: nothing waits for them.
        plan.sort(key=lambda item: self.too_large(item.real))
        progress = UploadProgress(self.shared, len(plan))

        def one(item):
            try:
                progress.sent(self.put(item))
            except FileNotFoundError:
                progress.gone()
            except (Transient, Refused, Changed, OSError, ValueError) as error:
                progress.failed(item.index, "%s: %s" % (item.own_name, describe(error)))

        parallel(one, plan)
        for entry in progress.listing:
            results[entry["index"]]["files"] += 1
            results[entry["index"]]["bytes"] += entry["bytes"]
        self.tell_failures(progress.failures, plan)
        self.tell_refusals(progress.listing, results)
        put_index(progress.listing, self.wanted, self.uploads, self.deadline, self.shared.problem)
        return results

    def named(self):
        """The paths that the spec names; None where all that the command makes is kept."""
        paths = [output["from"].strip("/") for output in self.wanted]
        return None if any(path in ("", ".") for path in paths) else paths

    def place_of(self, index):
        grant, _, own = self.uploads.grant(index)
        return (grant.get("url"), grant["keyPrefix"]) if own else None

    def put(self, item):
        """One file, at its destination or else below the node's prefix; what the index says of it."""
        entry = {"index": item.index, "mode": os.stat(item.real).st_mode & 0o777}
        if not os.access(item.real, os.R_OK):
            # Its owner may read it all the same; who is not hears of it from the read.
            with contextlib.suppress(OSError):
                os.chmod(item.real, entry["mode"] | 0o400)
        place = self.place_of(item.index)
        if place and item.name is None:
            self.refusals.setdefault(item.index, "another output has put a file of the same name there")
        elif place and item.index not in self.closed:
            try:
                return self.send(entry, item.real, item.name, item.index)
            except (Refused, Transient, ValueError) as error:
                self.refusals.setdefault(item.index, describe(error))
                # What was tried until the time was over is not tried again for each file.
                if isinstance(error, Transient) or getattr(error, "code", "") in CLOSED:
                    self.closed.add(item.index)
        if place:
            entry["own"] = True
        return self.send(entry, item.real, item.own_name, None)

    def send(self, entry, real, name, which):
        """One file, hashed on its way; sent again when it changed under way."""
        short = short_name(self.uploads.grant(which)[0]["keyPrefix"], name)
        if short != name:
            entry["path"] = name
        for last in (False, False, True):
            size = os.path.getsize(real)
            body = FileRange(real, 0, size)
            try:
                if size > self.limit:
                    digest = self.large.put(entry["index"], real, short, size, entry.get("own", False))
                else:
                    self.uploads.put(short, body, self.deadline, which)
                    digest = body.digest.hexdigest()
                return dict(entry, name=short, bytes=size, sha256=digest)
            except Changed:
                if last:
                    raise
        raise Changed(name)

    def tell_failures(self, failures, plan):
        for index, texts in sorted(failures.items()):
            count = len([item for item in plan if item.index == index])
            text = "%d of %d files are not in S3 (%s)" % (len(texts), count, texts[0])
            self.shared.problem("output %s: %s" % (self.wanted[index]["from"], text))
            self.lost = self.lost or text

    def tell_refusals(self, listing, results):
        for index, why in sorted(self.refusals.items()):
            instead = [entry for entry in listing if entry["index"] == index and entry.get("own")]
            if not instead:
                continue
            size = sum(entry["bytes"] for entry in instead)
            results[index]["instead"] = {"files": len(instead), "bytes": size}
            self.shared.warn(
                "output %s: its destination did not take it (%s); %d files, %s, are in the run's own folder instead: "
                "trainctl outputs get %s" % (self.wanted[index]["from"], why, len(instead), size_text(size), self.run)
            )

    def too_large(self, real):
        try:
            return os.path.getsize(real) > self.limit
        except OSError:
            return False
