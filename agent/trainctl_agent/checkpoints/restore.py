"""Builds a checkpoint anew from S3."""

import errno
import os

from ..disk import check_space, disk_errors
from ..errors import AgentError, describe
from ..files import remove
from ..folders import make_parents, temp_dir
from ..paths import links_stay
from ..sparse import zeros_hash
from ..threads import parallel
from ..transfers.meter import Meter
from .as_it_was.hints import check_hints
from .as_it_was.make import make_as_it_was, space_needed
from .manifest import Damaged, fetch_manifest
from .parts import CHUNK
from .report import words
from .restore_part import restore_part


def build_checkpoint(directory, candidate):
    """In a fresh folder, verified; returns (folder, files, bytes)."""
    fresh = temp_dir(directory, "restore")
    try:
        manifest = fetch_manifest(candidate["manifestUrl"], fresh + ".json")
        check_hints(manifest)
        total = sum(file["size"] for file in manifest["files"] if "link" not in file)
        check_space(directory, space_needed(manifest), "the checkpoint")
        with disk_errors(directory, "the checkpoint"):
            fill(fresh, manifest, candidate, words(candidate))
        return fresh, len(manifest["files"]), total
    except AgentError as error:
        remove(fresh)
        if error.code == "hostile":
            raise Damaged("hostile: " + error.message)
        raise
    except BaseException as error:
        remove(fresh)
        if isinstance(error, (FileExistsError, NotADirectoryError, IsADirectoryError)):
            raise Damaged("two of its entries are in each other's way: %s" % describe(error))
        if isinstance(error, OSError) and error.errno in (errno.EFBIG, errno.ENAMETOOLONG):
            raise Damaged("no file system can hold it: %s" % describe(error))
        raise
    finally:
        remove(fresh + ".json")


def fill(fresh, manifest, candidate, what):
    """Folders, files and their content, what belongs to files, then links: nothing is written through one."""
    for path in sorted(manifest.get("dirs", [])):
        os.makedirs(make_parents(fresh, path), exist_ok=True)
    tasks = []
    for file in manifest["files"]:
        if "link" not in file and "sameAs" not in file:
            full = make_parents(fresh, file["path"])
            fd = os.open(full, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            os.ftruncate(fd, file["size"])
            os.close(fd)
            tasks.extend(parts_to_fetch(full, file))
    meter = Meter(what, sum(part["bytes"] for _, _, part, _ in tasks))
    parallel(lambda task: restore_part(task, candidate["partUrls"], meter), tasks)
    make_as_it_was(fresh, manifest)
    escaped = links_stay(fresh, [file["path"] for file in manifest["files"] if "link" in file])
    if escaped is not None:
        raise Damaged("hostile: link %r leads out of the checkpoint through other links" % escaped)


def parts_to_fetch(full, file):
    """(path, offset, part, holes) of the parts that are more than a hole, whose content is known."""
    offset, holes = 0, file.get("holes", [])
    for part in file["parts"]:
        end = offset + part["bytes"]
        empty = part["bytes"] <= CHUNK and any(start <= offset and end <= start + length for start, length in holes)
        if not (empty and part["sha256"] == zeros_hash(part["bytes"])):
            yield full, offset, part, holes
        offset = end
