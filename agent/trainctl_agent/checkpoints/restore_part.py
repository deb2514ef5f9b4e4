"""A part of a checkpoint, put back."""

import hashlib
import os
import time

from ..errors import AgentError
from ..sparse import outside_holes
from ..transfers.answers import http_fail, response_pieces
from ..transfers.errors import Refused, Transient
from ..transfers.http import http_drop, http_open
from ..transfers.retries import backoff
from .manifest import Damaged


def restore_part(task, urls, meter):
    """Downloads one part into its place of its file and verifies it on the way."""
    full, offset, part, holes = task
    url = urls.get(part["sha256"])
    if not url:
        raise Damaged("part %s is missing" % part["sha256"][:12])
    fd, failures = os.open(full, os.O_WRONLY | getattr(os, "O_NOFOLLOW", 0)), 0
    try:
        while True:
            digest, count = hashlib.sha256(), 0
            try:
                response = http_open("GET", url, {"Accept-Encoding": "identity"})
                if response.status != 200:
                    http_fail(response, url)
                for piece in response_pieces(response, url):
                    if count + len(piece) > part["bytes"]:
                        http_drop(url)
                        raise Damaged("part %s is longer than it should be" % part["sha256"][:12])
                    # A try that failed may have left anything in the holes.
                    for at, data in outside_holes(() if failures else holes, offset + count, piece):
                        write_at(fd, data, at)
                    digest.update(piece)
                    count += len(piece)
                    meter.add(len(piece))
                announced = response.getheader("Content-Length")
                if announced is not None and count < int(announced):
                    http_drop(url)
                    raise Transient("the connection ended early")
                if count != part["bytes"] or digest.hexdigest() != part["sha256"]:
                    raise Damaged("part %s does not have the content of its name" % part["sha256"][:12])
                return
            except Refused as error:
                if error.status in (403, 404) and not error.expired:
                    raise Damaged("part %s is missing (%s)" % (part["sha256"][:12], error))
                raise AgentError("transfer", "checkpoint part: %s" % error)
            except Transient as error:
                meter.add(-count)
                failures += 1
                if failures > 6:
                    raise AgentError("transfer", "checkpoint part: %s" % error)
                time.sleep(backoff(failures - 1))
    finally:
        os.close(fd)


def write_at(fd, data, offset):
    view = memoryview(data)
    while view:
        written = os.pwrite(fd, view, offset)
        view, offset = view[written:], offset + written
