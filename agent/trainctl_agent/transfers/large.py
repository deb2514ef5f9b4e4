"""Files that are too large for one POST."""

import hashlib
import time

from ..errors import Changed
from ..sizes import READ
from ..threads import parallel
from .bodies import FileRange
from .errors import Refused, Transient
from .put import put_part
from .questions import Questions
from .retries import backoff


class Stale(Exception):
    """The URLs of an upload in parts are of no use any more: they have expired, or the upload is gone."""


class LargeFiles:
    """Whoever is attached gives URLs for their parts, and joins them."""

    def __init__(self, shared, uploads, deadline, patience):
        self.uploads, self.deadline = uploads, deadline
        self.questions = Questions(shared, deadline, patience)

    def put(self, index, real, name, size, own=False):
        """Uploads one file; returns its sha256. Its parts are hashed before, so that all are of one state of it. `own`:
        below the node's prefix, whatever the output says."""
        file = dict({"index": index, "name": name, "bytes": size}, **({"own": True} if own else {}))
        for last in (False, False, True):
            plan = self.questions.ask(dict(file, t="large"), "parts")
            parts, digest = self.cut(real, size, plan)
            try:
                etags = parallel(lambda part: self.send(*part), parts)
            except Stale:
                if last:
                    raise Transient("the URLs of its parts kept expiring")
                continue
            joined = hashlib.sha256("".join(etags).encode()).hexdigest()
            self.questions.ask(dict(file, t="join", etags=joined), "joined")
            return digest
        raise Transient("its parts could not be sent")

    def cut(self, real, size, plan):
        """[(url, body)] of the parts, and the sha256 of the whole."""
        whole, parts, length = hashlib.sha256(), [], plan["partBytes"]
        with open(real, "rb", buffering=0) as file:
            for number, url in enumerate(plan["urls"]):
                digest, left = hashlib.sha256(), min(length, size - number * length)
                body = FileRange(real, number * length, left)
                while left:
                    piece = file.read(min(READ, left))
                    if not piece:
                        raise Changed("%s shrank while it was read" % real)
                    whole.update(piece)
                    digest.update(piece)
                    left -= len(piece)
                    self.uploads.count(len(piece))  # reading for minutes is no standstill
                body.sha256 = digest.hexdigest()
                parts.append((url, body))
        return parts, whole.hexdigest()

    def send(self, url, body):
        attempt = 0
        while True:
            try:
                timeout = max(2.0, min(20.0, self.deadline() - time.time()))
                etag = put_part(url, body, timeout, self.uploads.count)
                self.uploads.succeeded = time.time()
                return etag
            except Refused as error:
                if error.expired or error.code == "NoSuchUpload":
                    raise Stale()
                raise
            except Transient:
                pause = backoff(attempt)
                attempt += 1
                if time.time() + pause >= self.deadline():
                    raise
                time.sleep(pause)
