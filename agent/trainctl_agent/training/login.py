"""The environment of a login on the host's image."""

import contextlib
import os
import shlex
import shutil
import signal
import subprocess
import tempfile

from ..files import read_json, remove, write_json
from ..paths import home
from .image import etc_environment, fingerprint, login_files, login_shell
from .last_lines import last_lines

SECONDS = 30
"""A profile that takes longer is left where it is: what it had set by then counts."""

OF_THE_SHELL = ("_", "SHLVL", "PWD", "OLDPWD")
PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"

SCRIPT = """
__trainctl_told() { %(env)s -0 >| %(out)s; } 2>/dev/null
trap __trainctl_told EXIT
%(files)s
command printf %%s '' >| %(out)s.at
"""
FILE = """
command printf %%s %(file)s >| %(out)s.at
. %(file)s
__trainctl_told
"""
"""The environment is written down after each file and at the end, however the shell comes to it (`exit` in a profile,
`set -e`): what a profile prints, or leaves running with its output in its hands, cannot disturb that. `.at` names the
file that is being read, and is empty once all are."""


def login_env(directory):
    """The variables of a login, taken once, and again only when a file that a login reads has changed (by a setup
    command, say). Returns them, and what went wrong, in words."""
    marker = os.path.join(directory, "state", "login.json")
    files = fingerprint()
    known = read_json(marker)
    if known and known["files"] == files:
        return known["env"], known["warnings"]
    env, warnings = take()
    if os.path.isdir(os.path.dirname(marker)):
        write_json(marker, {"files": files, "env": env, "warnings": warnings})
    return env, warnings


def bare_env():
    """What sshd gives, without what is of this one connection, and with what pam_env adds."""
    env = {name: value for name, value in os.environ.items() if not name.startswith("SSH_")}
    env.setdefault("PATH", PATH)
    env.setdefault("HOME", home())
    for name, value in etc_environment():
        if value is None:
            env.pop(name, None)
        else:
            env[name] = value
    return env


def take(seconds=SECONDS):
    bare, shell = bare_env(), login_shell()
    files = login_files(shell)
    if files == []:
        return bare, []
    folder = tempfile.mkdtemp(prefix="trainctl-login-")
    try:
        return ask(shell, files, bare, folder, seconds)
    except OSError as error:
        return bare, ["the environment of a login on this image could not be taken: %s" % (error.strerror or error)]
    finally:
        remove(folder)


def ask(shell, files, bare, folder, seconds):
    """Runs the login files; returns the variables that they leave, and what went wrong."""
    out, said = os.path.join(folder, "env"), os.path.join(folder, "said")
    with open(said, "wb") as output:
        child = subprocess.Popen(
            command(shell, files, out),
            cwd=home(),
            env=bare,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        how = wait(child, seconds)
    env, at = read(out), read(out + ".at")
    if env and (how == 0 if files is None else at == b""):
        return clean(env), []
    words = "; ".join(last_lines((read(said) or b"")[-4096:].decode("utf-8", "replace"), 300).splitlines())
    culprit = os.fsdecode(at) if at else "the login files of %s" % shell
    ended = "did not end within %d s" % seconds if how is None else "ended the shell (%s)" % how
    warning = "%s %s: the environment of a login is not complete%s" % (culprit, ended, ": " + words if words else "")
    return clean(env) if env else bare, [warning]


def read(path):
    """The bytes of a file; None when there is none."""
    with contextlib.suppress(OSError), open(path, "rb") as file:
        return file.read()
    return None


def command(shell, files, out):
    env = "/usr/bin/env" if os.access("/usr/bin/env", os.X_OK) else "env"
    if files is None:
        return [shell, "-l", "-c", "exec %s -0 > %s" % (env, shlex.quote(out))]
    words = {"env": env, "out": shlex.quote(out)}
    each = [FILE % dict(words, file=shlex.quote(path)) for path in files]
    script = SCRIPT % dict(words, files="".join(each))
    bash = shutil.which("bash")
    # -l tells the files that it is a login; they are read by name, so that an image of another root can be read.
    return [bash, "--noprofile", "--norc", "-l", "-c", script] if bash else ["/bin/sh", "-c", script]


def wait(child, seconds):
    """How it ended; None when it had to be ended."""
    try:
        return child.wait(seconds)
    except subprocess.TimeoutExpired:
        return None
    finally:
        if child.poll() is None:
            with contextlib.suppress(OSError):
                os.killpg(child.pid, signal.SIGKILL)
            child.wait()


def parse(data):
    """(name, value) of what `env -0` writes: values may have any byte but NUL."""
    for entry in data.split(b"\0"):
        name, equals, value = entry.partition(b"=")
        if name and equals:
            yield os.fsdecode(name), os.fsdecode(value)


def clean(data):
    env = {name: value for name, value in parse(data) if not name.startswith("SSH_") and name not in OF_THE_SHELL}
    env.setdefault("PATH", PATH)
    env.setdefault("HOME", home())
    return env
