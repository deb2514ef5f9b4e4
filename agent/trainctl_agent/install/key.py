"""What an installation depends on."""

import contextlib
import hashlib
import json
import os
import sys


def install_key(request, kind, argument, code):
    """Hash of everything that an installation depends on."""
    digest = hashlib.sha256(
        json.dumps(
            [sys.version, kind, argument, request.get("commands"), request.get("env"), request.get("requirements")],
            sort_keys=True,
        ).encode()
    )
    for name in ("uv.lock", "pyproject.toml", "requirements.txt", "setup.py", "setup.cfg", "uv.toml"):
        digest.update(b"\0" + name.encode())
        with contextlib.suppress(OSError), open(os.path.join(code, name), "rb") as file:
            digest.update(file.read())
    if kind == "file":
        with open(argument, "rb") as file:
            digest.update(file.read())
    return digest.hexdigest()
