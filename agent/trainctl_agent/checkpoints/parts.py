"""The parts of a checkpoint's files, named by their content."""

import os
import threading

from ..errors import Aborted, Changed
from ..sizes import MIB
from ..threads import parallel
from ..transfers.bodies import FileRange
from ..transfers.hashes import hash_range
from .sane import kept_time

CHUNK = 64 * MIB
"""Files of a checkpoint are cut into parts of this size; a changed part is sent again, the others are not."""


def file_entry(path, mode, size, mtime):
    """A file in the manifest; the hashes of its parts are known once they have been read."""
    mtime = kept_time(mtime)
    return {
        "path": path,
        "mode": mode,
        "size": size,
        "mtime": mtime / 1e9,
        "mtimeNs": mtime,
        "parts": [{"sha256": "", "bytes": min(CHUNK, size - at)} for at in range(0, size, CHUNK)],
    }


class Parts:
    """Uploads parts that S3 does not have yet."""

    def __init__(self, uploads, deadline, aborted):
        self.uploads, self.deadline, self.aborted = uploads, deadline, aborted
        self.have, self.going, self.lock = set(), set(), threading.Lock()

    def upload(self, root, entries):
        """Of the files below `root` that these entries describe; completes the entries. A second name of a file shares
        the parts of the first."""
        tasks = [
            (os.path.join(root, entry["path"]), at * CHUNK, part)
            for entry in entries
            if "sameAs" not in entry
            for at, part in enumerate(entry["parts"])
        ]
        self.going = set()
        parallel(lambda task: self.send(*task), tasks)

    def send(self, full, offset, part):
        if self.aborted():
            raise Aborted()
        try:
            digest = hash_range(full, offset, part["bytes"])
            if self.claim(digest):
                body = FileRange(full, offset, part["bytes"], digest)
                body.aborted = self.aborted
                self.uploads.put("checkpoints/parts/" + digest, body, self.deadline, aborted=self.aborted)
                self.have.add(digest)
            part["sha256"] = digest
        except FileNotFoundError:
            raise Changed("a file went away")

    def lost(self, digests):
        """S3 has them no longer: they are sent again with the next checkpoint."""
        self.have.difference_update(digests)

    def claim(self, digest):
        """Whether it is this thread's to send. Equal parts, such as those of a long hole, are met by many threads at
        once; when the one that sends it fails, so does the whole upload."""
        with self.lock:
            mine = digest not in self.have and digest not in self.going
            self.going.add(digest)
            return mine

    def keep(self, files):
        """Only what the newest manifest names is surely kept when old checkpoints are pruned."""
        self.have = {part["sha256"] for file in files for part in file.get("parts", [])}
