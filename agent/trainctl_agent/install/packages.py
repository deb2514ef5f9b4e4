"""What an environment holds."""

import glob
import os


def packages_of(venv):
    """`name version` of each package, those asked for first. Read from its files: `pip list` costs a second."""
    found = []
    for path in glob.glob(os.path.join(glob.escape(venv), "lib*", "python*", "site-packages", "*.dist-info")):
        if os.path.islink(os.path.join(venv, "lib64")) and "/lib64/" in path:
            continue
        name, _, version = os.path.basename(path)[: -len(".dist-info")].rpartition("-")
        if name.lower() not in ("pip", "setuptools", "wheel"):
            asked = os.path.exists(os.path.join(path, "REQUESTED"))
            found.append((not asked, name.replace("_", "-").lower(), version))
    return ["%s %s" % (name, version) for _, name, version in sorted(found)]
