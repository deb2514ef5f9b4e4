"""The manifest of a checkpoint: as it is written, and as another host left it."""

import json
import os
import re
import time

from ..errors import AgentError, describe
from ..paths import link_stays, relative
from ..sizes import MIB, size_text
from ..times import iso
from ..transfers.download import download
from .sane import path_fault, size_fault, time_fault


class Damaged(Exception):
    """A checkpoint that cannot be used, and why."""


MANIFEST_LIMIT = 256 * MIB


def make_manifest(request, told, why, files, dirs):
    """What a checkpoint is: of which run, made when and why; what is `told` of it, such as its number and step; its
    files, each with mode, size, time and parts, or the target of a link; its folders."""
    return dict(
        told,
        **wrote(request),
        format=1,
        run=request["run"],
        attempt=request["attempt"],
        node=request["node"],
        createdAt=iso(time.time()),
        why=why,
        bytes=sum(file.get("size", 0) for file in files),
        files=files,
        dirs=sorted(dirs),
    )


def wrote(request):
    """Which instance writes, as far as its worker has said: after a reset of the workflow another one may write to the
    same place."""
    return {"instance": request["instance"]} if request.get("instance") else {}


def fetch_manifest(url, path):
    """A checkpoint's manifest. Missing is damage; a network that fails is not: then nothing can be said."""
    try:
        download(url, path)
    except AgentError as error:
        if re.search(r": (403|404) ", error.message) and "expired" not in error.message.lower():
            raise Damaged("its manifest is missing (%s)" % error.message.rsplit(": ", 1)[-1])
        raise
    if os.path.getsize(path) > MANIFEST_LIMIT:
        raise Damaged("its manifest is larger than %s" % size_text(MANIFEST_LIMIT))
    return check_manifest(read_manifest(path))


def read_manifest(path):
    try:
        with open(path, "rb") as file:
            manifest = json.loads(file.read().decode("utf-8"))
    except (ValueError, RecursionError, MemoryError) as error:
        raise Damaged("its manifest is no JSON document (%s)" % type(error).__name__)
    if not isinstance(manifest, dict):
        raise Damaged("its manifest is no JSON document")
    return manifest


def check_manifest(manifest):
    """A manifest comes from another host: everything in it is checked before anything is written."""
    try:
        if manifest.get("format") != 1:
            raise Damaged("its format is %r, this agent knows 1" % (manifest.get("format"),))
        seen = set()
        for path in manifest.get("dirs", []):
            if relative(path) != path or not path:
                raise Damaged("folder %r is not in its simplest form" % path)
        for file in manifest["files"]:
            path = relative(file["path"])
            if not path or path != file["path"] or path in seen:
                raise Damaged("file %r is doubled or not in its simplest form" % file["path"])
            seen.add(path)
            refuse(path, "the name", path_fault(path))
            if "link" in file:
                refuse(path, "the target of", path_fault(file["link"]))
                if not link_stays("", path, file["link"]):
                    raise Damaged("hostile: link %r points to %r, out of the checkpoint" % (path, file["link"]))
                continue
            refuse(path, "the size of", size_fault(file["size"]))
            refuse(path, "the time of", time_fault(file.get("mtime")))
            sizes = [part["bytes"] for part in file["parts"]]
            if any(type(n) is not int or n <= 0 for n in sizes) or type(file["size"]) is not int:
                raise Damaged("the sizes of %r are no numbers" % path)
            if sum(sizes) != file["size"] or not all(re.match("^[0-9a-f]{64}$", p["sha256"]) for p in file["parts"]):
                raise Damaged("the parts of %r do not add up to it" % path)
            if type(file["mode"]) is not int:
                raise Damaged("the mode of %r is no number" % path)
        refuse("", "the sum of its files", size_fault(sum(f.get("size", 0) for f in manifest["files"])))
        return manifest
    except AgentError as error:
        raise Damaged("hostile: " + error.message)
    except (KeyError, TypeError, AttributeError) as error:
        raise Damaged("its manifest lacks what it must hold: %s" % describe(error))


def refuse(path, what, fault):
    if fault is not None:
        raise Damaged("%s %s %s" % (what, ascii(path[:100]) if path else "", fault))
