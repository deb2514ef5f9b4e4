"""The program that a command names."""

import errno
import os
import re
import shlex

from ..errors import AgentError, describe
from .environment import process_env
from .interpreter import for_a_shell, format_fault, script_fault
from .search import programs

SIMPLE = re.compile(r"\s*([\w./+-]*/[\w./+-]+)(\s+[\w./=,:@%+-]+)*\s*")
"""A command of plain words, the first of them a path."""


def check_program(request, directory):
    """Refuses a command whose program cannot be started. A list is run as it is, and its program looked for with the
    PATH that it will have; a text is bash's to judge, but for a script that even bash cannot start."""
    code, search = os.path.join(directory, "code"), process_env(request, directory)["PATH"]
    command = request["command"]
    if isinstance(command, list):
        refuse(program_fault(command[0], code, search))
        return
    simple = SIMPLE.fullmatch(command)
    path = os.path.join(code, simple.group(1)) if simple else ""
    if simple and os.path.isfile(path) and os.access(path, os.X_OK):
        fault = script_fault(path, code, search)
        refuse(fault and "%s cannot be executed: %s" % (shlex.quote(simple.group(1)), fault))


def refuse(message):
    if message:
        raise AgentError("command-not-found", message)


def program_fault(word, code, search):
    path = os.path.join(code, word)
    faults = [format_fault(file) or script_fault(file, code, search) for file in programs(word, code, search)]
    if faults:
        # What cannot be executed is passed over where the next one of that name on PATH can be.
        return None if None in faults else "%s cannot be executed: %s" % (shlex.quote(word), faults[0])
    if "/" not in word and os.path.isfile(path):
        return "command not found: %s is not on PATH; the file of the code is %s" % (
            shlex.quote(word),
            shlex.quote("./" + word),
        )
    if "/" in word and os.path.isdir(path):
        return "%s cannot be executed: it is a folder" % shlex.quote(word)
    missing = PermissionError(errno.EACCES, "Permission denied") if "/" in word and os.path.exists(path) else None
    return start_error(missing or FileNotFoundError(), [word])["message"]


def as_started(argv, folder, search):
    """A list as it is to be started: a script for a shell, without a #! line, by bash, as at a prompt."""
    found = programs(argv[0], folder, search)[:1]
    if not found or not for_a_shell(found[0]):
        return argv
    return ["bash", argv[0] if "/" in argv[0] else found[0], *argv[1:]]


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
            "message": "%s cannot be executed (%s): make it executable (chmod +x) with a #! line, or "
            "name its interpreter" % (shlex.quote(word), error.strerror),
        }
    return {"code": "internal", "message": "the command could not be started: %s" % describe(error)}
