"""The program that a command names."""

import errno
import os
import shlex
import shutil

from ..errors import AgentError, describe
from .environment import process_env


def find_program(request, directory):
    """A list command runs as it is; its program is looked for with the PATH that it will have."""
    word, env = request["command"][0], process_env(request, directory)
    code = os.path.join(directory, "code")
    found = shutil.which(os.path.join(code, word) if "/" in word else word, path=env["PATH"])
    if not found:
        there = os.path.exists(os.path.join(code, word))
        error = start_error(
            PermissionError(errno.EACCES, "Permission denied") if there and "/" in word else FileNotFoundError(),
            request["command"],
        )
        raise AgentError(error["code"], error["message"])


def start_error(error, command):
    """Plain words for a command that could not be started."""
    word = command[0] if isinstance(command, list) and command else "bash"
    if isinstance(error, (FileNotFoundError, NotADirectoryError)):
        return {
            "code": "command-not-found",
            "message": "command not found: %s is neither on PATH nor a file of the code" % shlex.quote(word),
        }
    if isinstance(error, PermissionError) or (isinstance(error, OSError) and error.errno == errno.ENOEXEC):
        return {
            "code": "command-not-found",
            "message": "%s cannot be executed (%s): make it executable with a #! line, or "
            "name its interpreter" % (shlex.quote(word), error.strerror),
        }
    return {"code": "internal", "message": "the command could not be started: %s" % describe(error)}
