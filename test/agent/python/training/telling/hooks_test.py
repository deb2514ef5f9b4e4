import os
from unittest import mock

from support import FolderTest

from trainctl_agent.training.telling import hooks


class Places(FolderTest):
    def setUp(self):
        super().setUp()
        patch = mock.patch.object(hooks, "source", lambda: b"the helper")
        patch.start()
        self.addCleanup(patch.stop)

    def read(self, name):
        with open(self.path(name), encoding="utf-8") as file:
            return file.read()

    def test_a_folder_that_holds_it_alone(self):
        hooks.place_hooks(self.folder)
        hooks.place_hooks(self.folder)
        self.assertEqual(
            (os.listdir(self.path("hooks")), self.read("hooks/trainctl_hooks.py")), ([hooks.NAME], "the helper")
        )
        self.assertEqual(os.listdir(self.folder), ["hooks"])

    def test_in_the_environment_of_the_run(self):
        self.write("venv/lib/python3.11/site-packages/x.py", "")
        hooks.place_hooks(self.folder)
        self.assertEqual(self.read("venv/lib/python3.11/site-packages/trainctl_hooks.pth"), self.path("hooks") + "\n")

    def test_last_on_the_path_that_a_user_has(self):
        own = self.path("hooks")
        self.assertEqual(hooks.python_path({}, self.folder), own)
        self.assertEqual(hooks.python_path({"PYTHONPATH": ""}, self.folder), own)
        self.assertEqual(hooks.python_path({"PYTHONPATH": "src:lib"}, self.folder), "src:lib:" + own)
