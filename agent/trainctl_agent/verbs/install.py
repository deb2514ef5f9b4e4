"""`install`: installs requirements and runs the setup commands. Idempotent by what they depend on."""

import os

from ..files import read_json, remove, write_json
from ..install.installer import Installer
from ..install.key import install_key
from ..install.left import find_left
from ..install.packages import packages_of
from ..install.requirements import find_requirements
from ..install.uv_command import names_uv
from ..json_lines import progress
from ..locks import locked
from ..paths import node_dir
from ..streams.setup_log import SetupLog
from ..training.environment import check_env, process_env
from ..training.landing import write_landing
from ..training.login import login_env


def run(request):
    directory = node_dir(request)
    check_env(request)
    with locked(directory, "install"):
        code = os.path.join(directory, "code")
        os.makedirs(code, exist_ok=True)
        progress("reading the environment of a login")
        warnings = login_env(directory)[1]
        land(directory, request)
        wanted = request.get("requirements") or "auto"
        source, kind, argument = find_requirements(code, wanted, request.get("command") or [])
        commands = request.get("commands") or []
        marker_path = os.path.join(directory, "state", "install.json")
        key = install_key(request, kind, argument, code)
        marker = read_json(marker_path)
        if marker and marker["key"] == key:
            return marker["result"]
        installer = Installer(directory, request)
        remove(installer.venv)
        uv_named = names_uv(request.get("command") or [], *commands)
        if uv_named:
            installer.need_uv("the command needs")
        with SetupLog(directory, request) as log:
            for warning in warnings:
                log.say("warning: " + warning)
            installer.runner.hear = log.add
            tool = installer.install(kind, argument, source) if kind != "none" or commands or uv_named else None
            installer.bring_uv()
            installer.commands(commands)
        land(directory, request)
        # As it is for the training: a command of the set-up may have changed it.
        warnings = login_env(directory)[1]
        packages = packages_of(installer.venv)
        left = find_left(code, source, request.get("command") or []) if wanted == "auto" else []
        result = {"source": source, "tool": tool, "packages": packages[:5], "count": len(packages)}
        if left:
            result["left"] = left
        if warnings:
            result["warnings"] = warnings
        write_json(marker_path, {"key": key, "result": result})
        return result


def land(directory, request):
    """Whoever logs in by `trainctl ssh` gets the environment as it is by now."""
    write_landing(directory, process_env(dict(request, secrets={}), directory), request.get("secrets") or {})
