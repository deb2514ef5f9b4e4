"""Builds a checkpoint anew from S3."""

import os

from ..disk import check_space, disk_errors
from ..errors import AgentError, describe
from ..files import remove
from ..folders import make_parents, temp_dir
from ..paths import links_stay
from ..threads import parallel
from ..transfers.meter import Meter
from .manifest import Damaged, fetch_manifest
from .report import words
from .restore_part import restore_part


def build_checkpoint(directory, candidate):
    """In a fresh folder, verified; returns (folder, files, bytes)."""
    fresh = temp_dir(directory, "restore")
    try:
        manifest = fetch_manifest(candidate["manifestUrl"], fresh + ".json")
        total = sum(file["size"] for file in manifest["files"] if "link" not in file)
        check_space(directory, total, "the checkpoint")
        with disk_errors(directory, "the checkpoint"):
            fill(fresh, manifest, candidate, Meter(words(candidate), total))
        os.chmod(fresh, 0o755)
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
        raise
    finally:
        remove(fresh + ".json")


def fill(fresh, manifest, candidate, meter):
    """Folders, files and their content, what belongs to files, then links: nothing is written through one."""
    for path in sorted(manifest.get("dirs", [])):
        os.makedirs(make_parents(fresh, path), exist_ok=True)
    files = [file for file in manifest["files"] if "link" not in file]
    tasks = []
    for file in files:
        full, offset = make_parents(fresh, file["path"]), 0
        os.close(os.open(full, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
        for part in file["parts"]:
            tasks.append((full, offset, part))
            offset += part["bytes"]
    parallel(lambda task: restore_part(task, candidate["partUrls"], meter), tasks)
    for file in files:
        full = os.path.join(fresh, file["path"])
        fd = os.open(full, os.O_RDONLY)
        os.fsync(fd)
        os.fchmod(fd, (file["mode"] & 0o777) | 0o400)
        os.close(fd)
        if isinstance(file.get("mtime"), (int, float)):
            os.utime(full, (file["mtime"], file["mtime"]))
    links = [file for file in manifest["files"] if "link" in file]
    for file in links:
        os.symlink(file["link"], make_parents(fresh, file["path"]))
    escaped = links_stay(fresh, [file["path"] for file in links])
    if escaped is not None:
        raise Damaged("hostile: link %r leads out of the checkpoint through other links" % escaped)
