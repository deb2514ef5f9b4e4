"""Puts the checkpoint directory into S3."""

import json
import os
import time

from ..errors import Changed
from ..files import remove
from ..transfers.bodies import Bytes
from .as_it_was.elsewhere import refuse_elsewhere
from .as_it_was.extras import add_extras, folders_of
from .as_it_was.hints import check_hints
from .as_it_was.leftout import LeftOut
from .hold import as_copied, changes_here, held_changes, hold
from .links import inner_link
from .look import files_of, look
from .manifest import check_manifest, make_manifest
from .parts import Parts, file_entry
from .whole.growth import Growth
from .whole.steps import step_of


class Packer:
    """Parts by content, manifest last, so a manifest that exists has all that it names. Numbered from 1."""

    def __init__(self, directory, root, request, shared, uploads, aborted):
        self.root, self.stage = root, os.path.join(directory, "stage")
        self.code = os.path.join(directory, "code")
        self.request, self.shared, self.uploads, self.aborted = request, shared, uploads, aborted
        self.number, self.last_uploads = 0, None
        self.parts, self.left = Parts(uploads, self.deadline, aborted), LeftOut(shared.problem, shared.left_out)
        self.grows = Growth(root)
        # Paths of files that were rewritten where they are while they were read, and inodes that got a second name.
        self.rewritten, self.linked = set(), set()

    def deadline(self):
        """Two minutes for what can be sent again later; once the process is over, the end of all its uploads."""
        return self.last_uploads() if self.last_uploads else time.time() + 120

    def pack(self, seen, why, suspect=None, dated=True):
        """Uploads the directory as it was seen; returns what is told of the checkpoint. Raises Changed when it could
        not be read so. `suspect`: why it may not be whole; what is being written is then taken as it was copied.
        `dated`: whether the times of its files say when they were written."""
        began, number = time.monotonic(), self.number + 1
        root = hold(self.root, self.stage, seen, self.grows, self.rewritten, strict=not suspect)
        try:
            if suspect and root == self.stage:
                seen = as_copied(root, seen, self.rewritten)
            self.linked.update(value[4] for value in files_of(seen).values())
            files = self.entries(seen)
            self.upload(root, seen, files)
            metrics = self.shared.metrics
            metrics.pump()
            history = metrics.history if metrics.says_how_far() else []
            step, said_by = step_of(seen, history, dated, self.grows)
            dirs = [path for path, value in seen.items() if value[0] == "dir"]
            told = {"number": number, "step": step}
            if said_by:
                told["stepFrom"] = said_by
            apart = metrics.widest if said_by == "name" else metrics.gap
            if said_by and apart:
                told["stepEvery"] = apart
            if suspect:
                told["suspect"] = suspect
            manifest = make_manifest(self.request, told, why, files, dirs)
            manifest["folders"] = folders_of(self.root, dirs)
            if self.left.words:
                manifest["leftOut"] = [text[:300] for text in self.left.words]
            # What a restore would refuse is no checkpoint.
            check_hints(check_manifest(manifest))
            name = "checkpoints/%012d/manifest.json" % number
            self.uploads.put(name, Bytes(json.dumps(manifest).encode()), self.deadline, aborted=self.aborted)
        finally:
            remove(self.stage)
        self.number = number
        self.parts.keep(files)
        self.grows.keep(seen, files)
        return dict(
            told,
            at=manifest["createdAt"],
            key=self.uploads.grant(None)[0]["keyPrefix"] + name,
            bytes=manifest["bytes"],
            seconds=round(time.monotonic() - began, 3),
            why=why,
        )

    def upload(self, root, seen, files):
        """Raises Changed, with the paths, when what was read is not what had been seen."""
        try:
            self.parts.upload(root, [file for file in files if "parts" in file])
        except Changed as error:
            raise Changed(str(error), self.changed(root, seen))
        unequal = self.changed(root, seen)
        if unequal:
            raise Changed("%s changed while it was read" % unequal[0], unequal)

    def changed(self, root, seen):
        if root == self.stage:
            return held_changes(root, seen, self.grows, self.rewritten)
        return changes_here(seen, look(root) or {}, self.grows)

    def entries(self, seen):
        """The manifest's file list, the hashes of parts still open."""
        files = []
        refuse_elsewhere(self.code, self.root)
        targets = {path: value[4] for path, value in seen.items() if value[0] == "link"}
        inner = {path: inner_link(self.root, path, target) for path, target in targets.items()}
        self.left.look(self.root, self.stage, [path for path in inner if inner[path] is None])
        for path, (kind, mode, size, mtime, _) in sorted(seen.items()):
            if kind == "file" and path not in self.left.unreadable:
                files.append(file_entry(path, mode, size, mtime))
            elif inner.get(path) is not None:
                files.append({"path": path, "link": inner[path]})
        add_extras(self.root, self.stage if os.path.isdir(self.stage) else self.root, files, seen)
        return files
