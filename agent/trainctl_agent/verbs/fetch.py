"""`fetch`: downloads the inputs, eight at a time. A file that is there and right is not fetched again."""

import hashlib
import os
import stat
import time

from ..disk import check_space, disk_errors
from ..errors import AgentError
from ..files import remove
from ..folders import temp_dir
from ..locks import locked
from ..paths import inside, node_dir, relative
from ..threads import parallel
from ..transfers.download import download
from ..transfers.hashes import file_sha256
from ..transfers.meter import Meter


def run(request):
    directory, began = node_dir(request), time.monotonic()
    with locked(directory, "fetch"):
        code = os.path.join(directory, "code")
        os.makedirs(code, exist_ok=True)
        files = wanted(request.get("inputs") or [])
        missing = [(path, file) for path, file in sorted(files.items()) if not fetched(inside(code, path), file)]
        check_space(code, sum(file["bytes"] for _, file in missing), "the inputs")
        meter = Meter("inputs", sum(file["bytes"] for _, file in missing))
        parts = temp_dir(directory, "inputs")

        def one(item):
            path, file = item
            part = os.path.join(parts, hashlib.sha256(os.fsencode(path)).hexdigest())
            with disk_errors(directory, "the inputs"):
                download(file["url"], part, file["bytes"], file.get("sha256"), meter)
                put_in_place(part, code, path)

        try:
            parallel(one, missing)
        finally:
            remove(parts)
        return {
            "files": len(files),
            "bytes": sum(file["bytes"] for file in files.values()),
            "seconds": round(time.monotonic() - began, 3),
        }


def wanted(inputs):
    """{path in the code: file} of the request's inputs."""
    files = {}
    for entry in inputs:
        to = relative(entry.get("to", ""), "inputs.to")
        for file in entry["files"]:
            path = "/".join(part for part in (to, relative(file.get("path", ""), "input path")) if part)
            if not path:
                raise AgentError("bad-request", "an input names neither a file nor a folder")
            files[path] = file
    return files


def fetched(path, file):
    try:
        there = os.lstat(path)
    except OSError:
        return False
    if not stat.S_ISREG(there.st_mode) or there.st_size != file["bytes"]:
        return False
    return bool(file.get("sha256")) and file_sha256(path) == file["sha256"]


def put_in_place(part, code, path):
    """Renames a whole download to its path in the code."""
    target = inside(code, path, "input path")
    os.makedirs(os.path.dirname(target), exist_ok=True)
    if os.path.isdir(target) and not os.path.islink(target):
        raise AgentError("bad-request", "the input %r is a file, but a folder of that name is there" % path)
    os.replace(part, inside(code, path, "input path"))
