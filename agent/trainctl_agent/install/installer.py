"""Installs what a run's code requires."""

import os

from ..files import remove
from .runner import Runner
from .tools import find_uv
from .venv import make_venv


class Installer:
    """Puts requirements into the run's own environment, by uv or pip."""

    def __init__(self, directory, request):
        self.directory, self.runner = directory, Runner(directory, request)
        self.venv = os.path.join(directory, "venv")
        self.python = os.path.join(self.venv, "bin", "python")
        self.uv = find_uv()

    def need_uv(self):
        """A uv.lock can only be read by uv: where it is absent, it gets a small environment of its own."""
        if self.uv:
            return self.uv
        tool = os.path.join(self.directory, "tool")
        remove(tool)
        make_venv(self.runner, self.uv, tool)
        self.runner.run(
            [
                os.path.join(tool, "bin", "python"),
                "-m",
                "pip",
                "install",
                "--disable-pip-version-check",
                "--no-input",
                "uv",
            ],
            "installing uv, which uv.lock needs",
        )
        self.uv = os.path.join(tool, "bin", "uv")
        return self.uv

    def pip(self, arguments, what):
        if self.uv:
            self.runner.run([self.uv, "pip", "install", "--python", self.python] + arguments, what)
        else:
            self.runner.run(
                [self.python, "-m", "pip", "install", "--disable-pip-version-check", "--no-input"] + arguments, what
            )

    def install(self, kind, argument, source):
        """Installs the requirements; returns the tool that did it."""
        if kind == "lock":
            self.runner.run(
                [self.need_uv(), "sync", "--frozen", "--project", argument],
                "uv sync --frozen",
                {"UV_PROJECT_ENVIRONMENT": self.venv, "UV_NO_PROGRESS": "1"},
            )
            return "uv"
        make_venv(self.runner, self.uv, self.venv)
        if kind == "project":
            self.pip([argument], "installing the project")
        elif kind == "file":
            self.pip(["-r", argument], "installing %s" % source)
        elif kind == "list" and argument:
            self.pip(["--"] + argument if not self.uv else argument, "installing %d requirements" % len(argument))
        else:
            return None
        return "uv" if self.uv else "pip"

    def commands(self, commands):
        """The setup commands of the run."""
        for command in commands:
            self.runner.run(["bash", "-eo", "pipefail", "-c", command], command.strip().split("\n")[0][:200])
