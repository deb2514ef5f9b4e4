"""What the image says of the environment of a login: /etc/environment, and the files that a shell reads."""

import contextlib
import glob
import os
import pwd
import re

from ..paths import home

BY_BASH = ("bash", "sh", "dash", "ash", "rbash")
"""Shells whose login files bash reads for them."""


def root():
    """Put before the absolute path in tests and on local hosts, which have an image of their own there."""
    return os.environ.get("TRAINCTL_HOST_ROOT", "")


def login_shell():
    """The user's, as sshd runs it."""
    shell = os.environ.get("SHELL")
    if not shell:
        with contextlib.suppress(KeyError):
            shell = pwd.getpwuid(os.getuid()).pw_shell
    return shell or "/bin/sh"


def login_files(shell):
    """What such a shell reads at a login, in its order; None where only the shell itself knows."""
    name = os.path.basename(shell)
    if name not in BY_BASH:
        return None
    system = root() + "/etc/profile"
    scripts = sorted(glob.glob(glob.escape(root()) + "/etc/profile.d/*.sh"))
    own = (".bash_profile", ".bash_login", ".profile") if name.endswith("bash") else (".profile",)
    personal = [path for path in (os.path.join(home(), name) for name in own) if os.access(path, os.R_OK)]
    # A profile reads profile.d by itself; a local host has the folder alone.
    return ([system] if os.access(system, os.R_OK) else scripts) + personal[:1]


def fingerprint():
    """Changes when one of the files that a login may read does."""
    paths = [root() + "/etc/" + name for name in ("environment", "profile", "zprofile", "zshenv", "zsh/zprofile")]
    paths += sorted(glob.glob(glob.escape(root()) + "/etc/profile.d/*"))
    names = (".bash_profile", ".bash_login", ".profile", ".zshenv", ".zprofile", ".config/fish/config.fish")
    found = [[login_shell()]]
    for path in paths + [os.path.join(home(), name) for name in names]:
        with contextlib.suppress(OSError):
            stat = os.stat(path)
            found.append([path, stat.st_ino, stat.st_size, stat.st_mtime_ns])
    return found


def pam_environment(text):
    """What pam_env makes of /etc/environment: (name, value) in order, value None where the line takes a variable away.

    No shell reads that file: nothing is expanded, a # begins a comment wherever it stands, and only the quotes around
    a whole value go."""
    for line in text.split("\n"):
        line = line.split("#", 1)[0].strip()
        line = line[len("export ") :].lstrip() if line.startswith("export ") else line
        name, equals, value = line.partition("=")
        if not re.match(r"^[A-Za-z0-9_]+$", name) or "\0" in value:
            continue
        if value[:1] in ("'", '"'):
            value = value[1:-1] if len(value) > 1 and value[-1] in ("'", '"') else value[1:]
        yield name, value if equals else None


def etc_environment():
    with contextlib.suppress(OSError):
        with open(root() + "/etc/environment", "rb") as file:
            return list(pam_environment(os.fsdecode(file.read(1 << 20))))
    return []
