"""Whether the checkpoint directory is still the folder that it was."""

import os


def refuse_elsewhere(code, root):
    """A directory that became a link, or lies behind one, is followed only inside the code: elsewhere it may be
    anything, of any size, and no later attempt would find it."""
    top, real = os.path.realpath(code), os.path.realpath(root)
    name = os.path.relpath(root, code)
    if not real.startswith(top + "/"):
        raise OSError(
            "%s is a link to %s now, outside the code, and is not followed: nothing there is kept. Write into the "
            "folder itself; another disk can be mounted there" % (name, real)
        )
    if root != real and (root + "/").startswith(real + "/"):
        raise OSError(
            "%s is a link to %s now, a folder above it, and is not followed: nothing there is kept" % (name, real)
        )
    if os.path.lexists(real) and not os.path.isdir(real):
        raise OSError("%s is no folder now: there is nothing in it to keep" % name)
