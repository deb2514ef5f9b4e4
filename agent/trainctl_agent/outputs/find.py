"""The files of an output."""

import os

from ..paths import inside, relative


def find_files(code, source, own, problem):
    """[(path on disk, name below the destination)] of one output. `own`: it has a destination of its own. What is left
    out is told to `problem`."""
    path = relative(source, "outputs.from")
    full = inside(code, path, "outputs.from")
    base = "" if own else own_base(code, path)
    if os.path.isfile(full):
        real = inner_file(code, full)
        return [(real, base + os.path.basename(path))] if real else []
    found = []

    def closed(error):
        if isinstance(error, PermissionError):
            problem(unreadable(os.path.relpath(error.filename, code)))

    for folder, folders, names in os.walk(full, onerror=closed):
        for name in sorted(names) + [f for f in folders if os.path.islink(os.path.join(folder, f))]:
            place = os.path.join(folder, name)
            real = inner_file(code, place)
            shown = os.path.relpath(place, full)
            if real is None or not os.path.isfile(real):
                if os.path.islink(place):
                    problem(
                        "output %s: the link %r leads to no file of the code's folder and is left out" % (source, shown)
                    )
                continue
            found.append((real, base + shown))
    return found


def unreadable(folder):
    return "the folder %r cannot be read: what lies in it is not kept" % folder


def own_base(code, path):
    """What the names of an output begin with below the node's prefix."""
    if os.path.isfile(os.path.join(code, path)) or path in ("", "outputs"):
        return "outputs/"
    return "outputs/%s/" % path


def inner_file(code, path):
    """Where a link leads, when that is inside the code's folder: links are followed no farther."""
    real, root = os.path.realpath(path), os.path.realpath(code)
    return real if real.startswith(root + "/") else None
