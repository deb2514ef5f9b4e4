"""The hints of a manifest, as another host left them: checked before anything is written."""

from ..manifest import Damaged
from ..sane import kept_time
from .extras import FOLDER_BITS


def check_hints(manifest):
    """Raises Damaged for what this agent would never have written. Call it after check_manifest."""
    first = {}
    for entry in manifest["files"]:
        path = entry["path"]
        if "mtimeNs" in entry and not a_time(entry["mtimeNs"]):
            raise Damaged("the time of %r is no number of nanoseconds" % path)
        if "link" in entry:
            continue
        check_holes(entry)
        if "sameAs" not in entry:
            first[path] = entry
            continue
        other = first.get(entry["sameAs"]) if isinstance(entry["sameAs"], str) else None
        if other is None or other["parts"] != entry["parts"]:
            raise Damaged("%r is called the same file as %r, and is not" % (path, entry["sameAs"]))
    check_folders(manifest)


def check_holes(entry):
    holes, at = entry.get("holes", []), 0
    if not isinstance(holes, list):
        raise Damaged("the holes of %r are no list" % entry["path"])
    for hole in holes:
        if not isinstance(hole, list) or len(hole) != 2 or any(type(number) is not int for number in hole):
            raise Damaged("the holes of %r are no numbers" % entry["path"])
        start, length = hole
        if start < at or length <= 0 or start + length > entry["size"]:
            raise Damaged("the holes of %r do not lie in it, one after the other" % entry["path"])
        at = start + length


def check_folders(manifest):
    folders, known, seen = manifest.get("folders", []), {"", *manifest.get("dirs", [])}, set()
    if not isinstance(folders, list):
        raise Damaged("its folders are no list")
    for folder in folders:
        if not isinstance(folder, dict) or not isinstance(folder.get("path"), str):
            raise Damaged("its folders lack what they must hold")
        path, mode = folder["path"], folder.get("mode")
        if path not in known or path in seen:
            raise Damaged("folder %r is doubled or not among its folders" % path)
        seen.add(path)
        if type(mode) is not int or mode & ~FOLDER_BITS or not a_time(folder.get("mtimeNs")):
            raise Damaged("mode and time of folder %r are no such numbers" % path)


def a_time(value):
    return type(value) is int and kept_time(value) == value
