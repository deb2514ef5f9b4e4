"""Puts the checkpoint directory into S3."""

import json
import os
import time

from ..errors import Changed
from ..files import remove
from ..transfers.bodies import Bytes
from .as_it_was.elsewhere import refuse_elsewhere
from .as_it_was.extras import add_extras, folders_of
from .as_it_was.leftout import LeftOut
from .hold import hold
from .links import inner_link
from .look import files_of, scan
from .manifest import make_manifest
from .parts import Parts, file_entry


class Packer:
    """Parts by content, manifest last, so a manifest that exists is whole."""

    def __init__(self, directory, root, request, shared, uploads, aborted):
        self.root, self.stage = root, os.path.join(directory, "stage")
        self.code = os.path.join(directory, "code")
        self.request, self.shared, self.uploads, self.aborted = request, shared, uploads, aborted
        self.step, self.last_uploads = request.get("resumedFromStep"), None
        self.parts, self.left = Parts(uploads, self.deadline, aborted), LeftOut(shared.problem)

    def deadline(self):
        """Two minutes for what can be sent again later; once the process is over, the end of all its uploads."""
        return self.last_uploads() if self.last_uploads else time.time() + 120

    def next_step(self):
        """The last metrics step; without metrics a counter. Never below the newest checkpoint, which restore goes
        by."""
        floor = self.step if self.step is not None else 0
        self.shared.metrics.pump()
        step = self.shared.metrics.step
        return floor + 1 if step is None else max(floor, step)

    def pack(self, seen, why):
        """Uploads the directory as it was seen; returns what is told of the checkpoint."""
        began, step = time.monotonic(), self.next_step()
        root = hold(self.root, self.stage, seen)
        try:
            files = self.entries(seen)
            self.parts.upload(root, [file for file in files if "parts" in file])
            after = scan(root)
            if files_of(after) != files_of(seen) or (root != self.stage and after != seen):
                raise Changed("the directory changed")
            dirs = [path for path, value in seen.items() if value[0] == "dir"]
            manifest = make_manifest(self.request, step, why, files, dirs)
            manifest["folders"] = folders_of(self.root, dirs)
            name = "checkpoints/%012d/manifest.json" % step
            self.uploads.put(name, Bytes(json.dumps(manifest).encode()), self.deadline, aborted=self.aborted)
        finally:
            remove(self.stage)
        self.step = step
        self.parts.keep(files)
        return {
            "step": step,
            "key": self.uploads.grant(None)[0]["keyPrefix"] + name,
            "bytes": manifest["bytes"],
            "seconds": round(time.monotonic() - began, 3),
            "why": why,
        }

    def entries(self, seen):
        """The manifest's file list, the hashes of parts still open."""
        files = []
        refuse_elsewhere(self.code, self.root)
        self.left.look(self.root, self.stage)
        for path, (kind, mode, size, mtime, target) in sorted(seen.items()):
            if kind == "file" and path not in self.left.unreadable:
                files.append(file_entry(path, mode, size, mtime))
            elif kind == "link":
                inner = inner_link(self.root, path, target)
                if inner is None:
                    self.left.link(path)
                else:
                    files.append({"path": path, "link": inner})
        add_extras(self.root, self.stage if os.path.isdir(self.stage) else self.root, files, seen)
        return files
