"""What the tests of python/trainctl_hooks.py, which scripts import, have in common."""

import importlib.util
import json
import os
from unittest import mock

from support import FolderTest

FILE = os.path.join(os.path.dirname(os.path.abspath(__file__)), "../../../../python/trainctl_hooks.py")


def fresh():
    """The module as one process has it."""
    spec = importlib.util.spec_from_file_location("trainctl_hooks", FILE)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


class HooksTest(FolderTest):
    def setUp(self):
        super().setUp()
        self.hooks = fresh()
        names = {"STOP_FILE": "stop.json", "CHECKPOINT_FILE": "checkpoint.json", "METRICS": "metrics"}
        self.environment({"TRAINCTL_" + name: self.path(file) for name, file in names.items()})

    def environment(self, values):
        patch = mock.patch.dict(os.environ, values, clear=True)
        patch.start()
        self.addCleanup(patch.stop)

    def stop(self, reason="notice", deadline=1_900_000_000.5):
        self.write("stop.json", json.dumps({"reason": reason, "deadline": deadline}))

    def ask(self, number):
        self.write("checkpoint.json", json.dumps({"number": number, "at": 1.5}))

    def lines(self):
        with open(self.path("metrics"), encoding="ascii") as file:
            return [json.loads(line) for line in file]
