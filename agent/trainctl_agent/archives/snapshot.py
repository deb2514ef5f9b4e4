"""The code snapshot."""

import gzip
import os

from ..errors import AgentError, describe
from ..sizes import READ


def gunzipped(path):
    """The pieces of a gzip file, with its damage reported as what it is."""
    with gzip.open(path, "rb") as file:
        while True:
            try:
                piece = file.read(READ)
            except (OSError, EOFError, ValueError) as error:
                raise AgentError("corrupt", "the code snapshot is not a whole gzip file: %s" % describe(error))
            except Exception as error:  # zlib.error is no OSError
                raise AgentError("corrupt", "the code snapshot cannot be unpacked: %s" % describe(error))
            if not piece:
                return
            yield piece


def merge(source, target, skip):
    """Moves what `target` lacks from `source`. What is there stays: inputs and a restored checkpoint, which may have
    come before the code, win over files of the same name in the code."""
    for name in sorted(os.listdir(source)):
        a, b = os.path.join(source, name), os.path.join(target, name)
        if b == skip:
            continue
        if not os.path.lexists(b):
            os.rename(a, b)
        elif all(os.path.isdir(p) and not os.path.islink(p) for p in (a, b)):
            merge(a, b, skip)
