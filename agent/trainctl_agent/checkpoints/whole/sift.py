"""What of a directory belongs to a checkpoint."""

from ..look import empty
from .databases import is_database
from .names import unfinished
from .siblings import not_begun


def sift(moment, grows, fresh=lambda path: False):
    """(what is packed, files in it that are being written) of a moment. Left out is what is to be renamed when it is
    whole, while it is open or `fresh`, if anything else is there; and the folder of a save that has not begun. What
    only grows is right at any size, a database at any moment."""
    seen = moment.seen
    half = {
        unfinished_part(path)
        for path, value in seen.items()
        if value[0] == "file" and unfinished(path) and (moment.open(path) is not None or fresh(path))
    }
    kept = {path: value for path, value in seen.items() if not unfinished(path) or unfinished_part(path) not in half}
    if empty(kept):
        kept = dict(seen)
    for folder in not_begun(kept):
        del kept[folder]
    opened = [path for path in kept if not grows(path) and moment.open(path) is not None]
    return kept, [path for path in opened if not is_database(moment.root, path)]


def unfinished_part(path):
    """The topmost of the file itself and the folders above it that is to be renamed."""
    parts = path.split("/")
    return next("/".join(parts[: end + 1]) for end, part in enumerate(parts) if unfinished(part))
