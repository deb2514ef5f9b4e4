"""The times of what is in the code snapshot. They travel beside it: its hash does not know them."""

import contextlib
import hashlib
import os

from ..errors import AgentError
from ..files import remove
from ..paths import inside, relative
from ..transfers.download import download
from .snapshot import gunzipped


def fetch_times(times, path):
    """{path: nanoseconds since 1970}, downloaded by way of `path`. Empty when the snapshot came without."""
    if not times:
        return {}
    try:
        download(times["url"], path)
        text = b"".join(gunzipped(path))
    finally:
        remove(path)
    if hashlib.sha256(text).hexdigest() != times["sha256"]:
        raise AgentError("corrupt", "the times of the code snapshot have another hash than expected")
    entries = [entry.partition(b" ") for entry in text.split(b"\0") if entry]
    return {relative(os.fsdecode(name), "time of"): int(ns) for ns, _, name in entries}


def set_times(root, times, wanted=os.path.lexists):
    """Gives what lies below `root` its times. Links have their own."""
    for name, ns in times.items():
        full = inside(root, name, "time of")
        if name and wanted(full):
            with contextlib.suppress(OSError):
                os.utime(full, ns=(ns, ns), follow_symlinks=False)


def set_folder_times(root, times, restored):
    """Folders that were there before the code have got files of it, which dated them anew. A restored checkpoint
    stays."""
    own = os.path.join(root, restored, "") if restored else None

    def is_ours(full):
        return os.path.isdir(full) and not os.path.islink(full) and not (own and os.path.join(full, "").startswith(own))

    set_times(root, times, is_ours)
