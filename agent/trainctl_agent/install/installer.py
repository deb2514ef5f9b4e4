"""Installs what a run's code requires."""

import contextlib
import os

from ..errors import AgentError
from ..files import remove
from ..training.environment import process_env
from ..training.tools import bring
from .indexes.uv_files import SOURCES, asks_for_uv
from .lists import is_hashed
from .poetry import SCRIPT
from .runner import Runner
from .setup_cfg import version_env
from .tools import find_uv
from .uv_command import sync_flags
from .venv import make_venv


class Installer:
    """Puts requirements into the run's own environment, by uv or pip."""

    def __init__(self, directory, request, hidden=None):
        self.directory, self.request, self.runner = directory, request, Runner(directory, request, hidden)
        self.venv = os.path.join(directory, "venv")
        self.python = os.path.join(self.venv, "bin", "python")
        self.command = request.get("command") or []
        self.uv, self.own_uv = find_uv(), None
        # What packages are installed by; None: pip.
        self.by = self.uv

    def need_uv(self, why):
        """A uv.lock can only be read by uv, and a command may run it: where it is absent, it gets a small environment
        of its own. What pip can install is pip's all the same, by the indexes that it is set up for."""
        if not self.uv and not self.own_uv:
            self.own_uv = os.path.join(self.own_tool("tool", "uv", why), "uv")
        return self.uv or self.own_uv

    def own_tool(self, name, package, why):
        """Installs a tool into a small environment of its own; returns the folder of its programs."""
        tool = os.path.join(self.directory, name)
        remove(tool)
        make_venv(self.runner, self.uv, tool)
        bin_folder = os.path.join(tool, "bin")
        self.pip([package], "installing %s, which %s" % (package, why), os.path.join(bin_folder, "python"))
        return bin_folder

    def pip(self, arguments, what, python=None, env=None):
        python = python or self.python
        if self.by:
            self.runner.run([self.by, "pip", "install", "--python", python] + arguments, what, env)
        else:
            self.runner.run(
                [python, "-m", "pip", "install", "--disable-pip-version-check", "--no-input"] + arguments, what, env
            )

    def install(self, kind, argument, source):
        """Installs the requirements; returns the tool that did it."""
        if kind == "lock":
            self.sync(argument)
            return "uv"
        code = self.runner.code
        asked = asks_for_uv(code, source)
        if asked:
            self.by = self.need_uv("%s needs" % asked)
        make_venv(self.runner, self.by, self.venv)
        if kind == "list" and asked == SOURCES:
            # By their names alone, it would not look for their sources.
            kind, argument = "file", os.path.join(code, source)
        env = version_env(code, source, lambda: process_env(self.request, self.directory))
        if kind == "project":
            self.pip([argument], "installing the project", env=env)
        elif kind == "poetry":
            argument = self.poetry_dependencies(argument)
            if argument:
                self.pip(argument, "installing %d requirements" % len(argument))
        elif kind == "both":
            file, project = argument
            if is_hashed(file):
                self.pip(["-r", file], "installing %s" % source.split(", ", 1)[0])
                self.pip([project], "installing the project", env=env)
            else:
                self.pip(["-r", file, project], "installing %s" % source, env=env)
        elif kind == "file":
            self.pip(["-r", argument], "installing %s" % source)
        elif kind == "list" and argument:
            self.pip(["--"] + argument if not self.by else argument, "installing %d requirements" % len(argument))
        else:
            return None
        return "uv" if self.by else "pip"

    def sync(self, project):
        """By uv.lock, with the extras and groups that the command's own `uv run` asks for."""
        uv = self.need_uv("uv.lock needs")
        self.runner.run(
            [uv, "sync", "--frozen", *sync_flags(self.command), "--project", project],
            "uv sync --frozen",
            {"UV_PROJECT_ENVIRONMENT": self.venv},
        )
        if not os.path.exists(os.path.join(self.venv, "bin", "pip")):
            # Without it, `pip list` would tell of another environment. Its absence ends no run.
            with contextlib.suppress(AgentError):
                self.runner.run([uv, "pip", "install", "--python", self.python, "pip"], "adding pip")

    def poetry_dependencies(self, project):
        found = os.path.join(self.directory, "state", "poetry.txt")
        python = os.path.join(self.own_tool("tool-poetry", "poetry-core", "pyproject.toml needs"), "python")
        self.runner.run([python, "-c", SCRIPT, project, found], "reading the dependencies of the Poetry project")
        with open(found, encoding="utf-8") as file:
            return file.read().split("\n") if os.path.getsize(found) else []

    def bring_uv(self):
        """Onto the end of the command's PATH, which may be another than the agent's."""
        uv = self.own_uv or self.uv
        if uv:
            bring(self.directory, uv)

    def commands(self, commands):
        """The setup commands of the run."""
        for command in commands:
            self.runner.run(["bash", "-eo", "pipefail", "-c", command], command.strip().split("\n")[0][:200])
