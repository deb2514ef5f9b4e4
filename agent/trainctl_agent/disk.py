"""Space on the disk."""

import contextlib
import errno
import shutil

from .errors import AgentError
from .sizes import size_text


def check_space(path, needed, what):
    free = shutil.disk_usage(path).free
    if needed > free:
        raise AgentError(
            "disk-full",
            "%s needs %d bytes (%s), %d bytes (%s) are free: give the run a larger "
            "`resources.disk`" % (what, needed, size_text(needed), free, size_text(free)),
        )


@contextlib.contextmanager
def disk_errors(path, what):
    """ENOSPC in the middle of a write becomes the code that people can act on."""
    try:
        yield
    except OSError as error:
        if error.errno not in (errno.ENOSPC, errno.EDQUOT):
            raise
        raise AgentError(
            "disk-full",
            "%s: no space left on the disk (%s free): give the run a larger `resources.disk`"
            % (what, size_text(shutil.disk_usage(path).free)),
        )
