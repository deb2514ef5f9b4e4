"""`fetch`: downloads the inputs, eight at a time. A file that is there and right is not fetched again."""

import hashlib
import os
import stat
import time

from ..disk import check_space, disk_errors
from ..errors import AgentError
from ..files import remove
from ..folders import temp_dir
from ..held import held, place
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
        waiting = held(directory, "inputs")
        missing = [
            (path, file)
            for path, file in sorted(files.items())
            if not fetched(inside(code, path, "input path"), file) and not fetched(os.path.join(waiting, path), file)
        ]
        check_space(code, sum(file["bytes"] for _, file in missing), "the inputs")
        meter = Meter("inputs", sum(file["bytes"] for _, file in missing))
        parts = temp_dir(directory, "inputs")

        def one(item):
            path, file = item
            part = os.path.join(parts, hashlib.sha256(os.fsencode(path)).hexdigest())
            with disk_errors(directory, "the inputs"):
                download(file["url"], part, file["bytes"], file.get("sha256"), meter)
                put_aside(part, os.path.join(waiting, path))

        try:
            parallel(one, missing)
        finally:
            remove(parts)
        if not request.get("held"):
            place(directory)
        return {
            "files": len(files),
            "bytes": sum(file["bytes"] for file in files.values()),
            "seconds": round(time.monotonic() - began, 3),
        }


def wanted(inputs):
    """{path in the code: file} of the request's inputs. Of two that bring the same file the later one counts."""
    files = {}
    for entry in inputs:
        to = relative(entry.get("to", ""), "inputs.to")
        for file in entry["files"]:
            path = "/".join(part for part in (to, relative(file.get("path", ""), "input path")) if part)
            if not path:
                raise AgentError("bad-request", "an input names neither a file nor a folder")
            files[path] = file
    for path in files:
        above = next((folder for folder in folders_above(path) if folder in files), None)
        if above:
            raise AgentError("bad-request", "the input %r is a file, and %r would lie in it" % (above, path))
    return files


def folders_above(path):
    at = path.find("/")
    while at >= 0:
        yield path[:at]
        at = path.find("/", at + 1)


def fetched(path, file):
    try:
        there = os.lstat(path)
    except OSError:
        return False
    if not stat.S_ISREG(there.st_mode) or there.st_size != file["bytes"]:
        return False
    return bool(file.get("sha256")) and file_sha256(path) == file["sha256"]


def put_aside(part, target):
    os.makedirs(os.path.dirname(target), exist_ok=True)
    os.replace(part, target)
