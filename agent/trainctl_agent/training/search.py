"""Where a program is looked for."""

import os


def programs(name, folder, search):
    """The files that starting `name` in `folder` tries, in their order: what can be executed of that name on the PATH
    `search`, or at the path that a name with a slash is. Relative paths are those of the folder, on PATH too."""
    places = [""] if "/" in name else search.split(os.pathsep)
    paths = [os.path.join(folder, place, name) for place in places]
    return [path for path in paths if os.path.isfile(path) and os.access(path, os.X_OK)]
