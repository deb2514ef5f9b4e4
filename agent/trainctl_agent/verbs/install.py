"""`install`: installs requirements and runs the setup commands. Idempotent by what they depend on."""

import os

from ..files import read_json, remove, write_json
from ..install.indexes.translate import passwords
from ..install.installer import Installer
from ..install.key import install_key
from ..install.left import find_left_of
from ..install.packages import packages_of
from ..install.pythons import check_python, other_wishes
from ..install.requirements import find_requirements
from ..install.uses_uv import uses_uv
from ..json_lines import progress
from ..locks import locked
from ..paths import node_dir, relative
from ..streams.setup_log import SetupLog
from ..training.environment import check_env, process_env, run_env
from ..training.landing import write_landing
from ..training.login import login_env

MOST_LEFT = 10
"""Sentences of what was seen and left: a history holds them."""


def run(request):
    directory = node_dir(request)
    check_env(request)
    with locked(directory, "install"):
        code = os.path.join(directory, "code")
        os.makedirs(code, exist_ok=True)
        progress("reading the environment of a login")
        warnings = login_env(directory)[1]
        land(directory, request)
        wanted, command = request.get("requirements") or "auto", request.get("command") or []
        source, kind, argument = find_requirements(code, wanted, command)
        check_python(code, source, command)
        commands = request.get("commands") or []
        marker_path = os.path.join(directory, "state", "install.json")
        key = install_key(request, kind, argument, code)
        marker = read_json(marker_path)
        if marker and marker["key"] == key:
            return marker["result"]
        hidden = dict(passwords(process_env(request, directory)), **(request.get("secrets") or {}))
        installer = Installer(directory, request, hidden)
        remove(installer.venv)
        uv_named = uses_uv(code, command, *commands)
        with SetupLog(directory, hidden, request.get("grants")) as log:
            for warning in warnings:
                log.say("warning: " + warning)
            installer.runner.hear = log.add
            if uv_named:
                installer.need_uv("the command needs")
            tool = installer.install(kind, argument, source) if kind != "none" or commands or uv_named else None
            installer.bring_uv()
            installer.commands(commands)
        land(directory, request)
        # As it is for the training: a command of the set-up may have changed it.
        warnings = list(login_env(directory)[1])
        # Who has commands of their own knows what is left to them.
        left = [] if commands else find_left_of(code, wanted, source, command)
        if left:
            warnings.append("not installed: " + "; ".join(left[:MOST_LEFT]))
        warnings += other_wishes(code, source) if wanted == "auto" else []
        packages = packages_of(installer.venv)
        result = {"source": source, "tool": tool, "packages": packages[:5], "count": len(packages)}
        if warnings:
            result["warnings"] = warnings
        write_json(marker_path, {"key": key, "result": result})
        return result


def land(directory, request):
    """Whoever logs in by `trainctl ssh` gets the environment as it is by now, without secrets."""
    checkpoints = os.path.join(directory, "code", relative(request["checkpoints"]["dir"], "checkpoints.dir"))
    write_landing(directory, run_env(dict(request, secrets={}), directory, checkpoints), request.get("secrets") or {})
