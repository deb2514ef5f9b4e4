"""The environment of a run for whoever logs in to its host by `trainctl ssh`."""

import contextlib
import os
import re
import shlex

from ..files import write_atomic

NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*\Z")
FUNCTION = re.compile(r"BASH_FUNC_([A-Za-z_][A-Za-z0-9_.:-]*)%%\Z")

OF_A_LOGIN = ("HOME", "USER", "LOGNAME", "SHELL", "TERM", "_")
"""What the login of that moment has of its own."""


def write_landing(directory, env, secrets):
    """Two files of bash in state/: `env.sh` sets the variables and enters the code, `shell.rc` is for a shell to stay
    in. Secrets are in neither: on the host they are in memory alone."""
    state, code = os.path.join(directory, "state"), os.path.join(directory, "code")
    lines = ["# The environment of the run, without its secrets; for trainctl ssh."]
    lines += [line for name, value in sorted(env.items()) for line in setting(name, value) if name not in secrets]
    lines += list(to_come(env, directory)) + ["cd %s" % shlex.quote(code), ""]
    rc = "[ -r ~/.bashrc ] && . ~/.bashrc\n. %s\n" % shlex.quote(os.path.join(state, "env.sh"))
    with contextlib.suppress(OSError):
        write_atomic(os.path.join(state, "env.sh"), os.fsencode("\n".join(lines)))
        write_atomic(os.path.join(state, "shell.rc"), os.fsencode(rc))


def to_come(env, directory):
    """Lines that look, at each login, for what a set-up under way has yet to make."""
    venv, tools = os.path.join(directory, "venv"), os.path.join(directory, "tools")
    if env.get("VIRTUAL_ENV") != venv:
        path = shlex.quote(venv)
        yield "if [ -x %s/bin/python ]; then" % path
        yield '  export VIRTUAL_ENV=%s PATH=%s/bin:"$PATH"' % (path, path)
        for name, value in (("UV_PROJECT_ENVIRONMENT", path), ("UV_NO_SYNC", "1")):
            yield '  [ -n "${%s+set}" ] || export %s=%s' % (name, name, value)
        yield "fi"
    if tools not in env.get("PATH", "").split(os.pathsep):
        yield 'if [ -d %s ]; then export PATH="$PATH":%s; fi' % (shlex.quote(tools), shlex.quote(tools))


def setting(name, value):
    """Lines that set a variable as it is, or a function that bash has exported."""
    function = FUNCTION.match(name)
    if function and value.startswith("() {"):
        yield "%s %s" % (function.group(1), value)
        yield "export -f %s" % function.group(1)
    elif NAME.match(name) and name not in OF_A_LOGIN:
        yield "export %s=%s" % (name, shlex.quote(value))
