"""What makes a checkpoint one that is passed over, and the one before it used."""

import errno

from ..errors import AgentError, describe
from .manifest import Damaged

OF_THE_CHECKPOINT = frozenset(
    getattr(errno, name)
    for name in (
        "E2BIG EDQUOT EEXIST EFBIG EILSEQ EINVAL EISDIR ELOOP EMLINK ENAMETOOLONG ENOSPC ENOTDIR ENOTEMPTY EOVERFLOW"
    ).split()
)
"""What a file system says of names, sizes and numbers that it cannot take. Any other word of it (EIO, EROFS) is of the
disk itself, which would refuse the next checkpoint as well."""

MOST = 300
"""Characters of a reason: it travels to the workflow, and names in it may be long."""


def why_passed_over(error):
    """Why the checkpoint that raised this cannot be restored here; None when that is not the checkpoint's fault: a
    network that fails, an URL that has expired, a broken disk. An older one in its place would lose work then."""
    if isinstance(error, AgentError):
        return shorten(error.message) if error.code in ("disk-full", "hostile", "corrupt") else None
    if isinstance(error, OSError):
        return shorten(describe(error)) if error.errno in OF_THE_CHECKPOINT else None
    if isinstance(error, Damaged):
        return shorten(describe(error))
    # Numbers and names that no check foresaw.
    if isinstance(
        error, (ValueError, TypeError, KeyError, AttributeError, ArithmeticError, RecursionError, MemoryError)
    ):
        return shorten("%s: %s" % (type(error).__name__, describe(error)))
    return None


def shorten(text):
    return text if len(text) <= MOST else text[: MOST - 1] + "\u2026"
