"""Files that are whole whenever somebody reads them."""

import contextlib
import json
import os
import shutil
import threading

from .json_lines import to_json


def write_atomic(path, data, mode=0o600):
    """Readers see the old content or the new one, never a half, also after a crash."""
    temp = "%s.%d.%d.tmp" % (path, os.getpid(), threading.get_ident())
    fd = os.open(temp, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, mode)
    try:
        with os.fdopen(fd, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        os.replace(temp, path)
    except BaseException:
        with contextlib.suppress(OSError):
            os.unlink(temp)
        raise


def write_json(path, value):
    write_atomic(path, to_json(value).encode())


def read_json(path):
    """The document, or None when there is none (or a broken one)."""
    try:
        with open(path, "rb") as file:
            return json.loads(file.read().decode("utf-8"))
    except (OSError, ValueError):
        return None


def remove(path):
    """Removes a file, link or tree; folders that forbid it are opened first."""
    if os.path.islink(path) or not os.path.isdir(path):
        with contextlib.suppress(FileNotFoundError):
            os.unlink(path)
        return

    def retry(function, name, _info):
        with contextlib.suppress(OSError):
            os.chmod(os.path.dirname(name), 0o700)
            os.chmod(name, 0o700)
            function(name)

    shutil.rmtree(path, onerror=retry)
