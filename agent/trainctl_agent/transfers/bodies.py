"""What is uploaded."""

import hashlib

from ..errors import Aborted, Changed
from ..sizes import READ


class Bytes:
    """A body in memory."""

    def __init__(self, data):
        self.data, self.length = data, len(data)

    def pieces(self):
        yield self.data


class FileRange:
    """A piece of a file as a body. With `sha256`, the last bytes are held back until all the others proved right: S3
    stores nothing of a body that is cut, so an object named by its hash never holds other content."""

    def __init__(self, path, offset, length, sha256=None):
        self.path, self.offset, self.length, self.sha256 = path, offset, length, sha256
        self.digest, self.aborted = hashlib.sha256(), lambda: False

    def pieces(self):
        self.digest, left, held = hashlib.sha256(), self.length, b""
        with open(self.path, "rb", buffering=0) as file:
            file.seek(self.offset)
            while left:
                if self.aborted():
                    raise Aborted()
                piece = file.read(min(READ, left))
                if not piece:
                    raise Changed("%s shrank while it was read" % self.path)
                self.digest.update(piece)
                left -= len(piece)
                if held:
                    yield held
                held = piece
        if self.sha256 and self.digest.hexdigest() != self.sha256:
            raise Changed("%s changed while it was read" % self.path)
        if held:
            yield held


def counted(body, sent):
    """The pieces of a body; `sent` hears of each when the connection has taken it."""
    for piece in body.pieces():
        yield piece
        sent(len(piece))
