import json
import os

from support import FolderTest

from trainctl_agent.errors import AgentError
from trainctl_agent.held import place


class Place(FolderTest):
    def restored(self, target="checkpoints"):
        self.write("held/checkpoint/state", "restored")
        self.write("state/restore.json", json.dumps({"target": target, "result": {}}))

    def found(self):
        names = {}
        for folder, _, files in os.walk(self.path("code")):
            for name in files:
                path = os.path.relpath(os.path.join(folder, name), self.path("code"))
                names[path] = self.read("code/" + path)
        return names

    def test_inputs_win_over_the_code_and_what_is_restored_over_both(self):
        self.write("code/data/a", "code")
        self.write("code/data/b", "code")
        self.write("code/checkpoints/old", "code")
        self.write("held/inputs/data/a", "input")
        self.write("held/inputs/new/deep/x", "input")
        self.write("held/inputs/checkpoints/state", "input")
        self.write("held/inputs/checkpoints/more", "input")
        self.restored()
        place(self.folder)
        expected = {"data/a": "input", "data/b": "code", "new/deep/x": "input", "checkpoints/state": "restored"}
        self.assertEqual(self.found(), expected)
        self.assertEqual(os.listdir(self.path("held")), [])

    def test_in_any_order(self):
        os.makedirs(self.path("code"))
        self.restored()
        place(self.folder)
        self.write("held/inputs/checkpoints/state", "input")
        self.write("held/inputs/data", "input")
        place(self.folder)
        place(self.folder)
        self.assertEqual(self.found(), {"checkpoints/state": "restored", "data": "input"})

    def test_below_and_above_the_checkpoint_directory(self):
        os.makedirs(self.path("code"))
        self.write("held/inputs/run/ck/state", "input")
        self.write("held/inputs/run/data", "input")
        self.restored("run/ck")
        place(self.folder)
        self.assertEqual(self.found(), {"run/ck/state": "restored", "run/data": "input"})

    def test_by_way_of_a_link_of_the_code(self):
        os.makedirs(self.path("code/checkpoints"))
        self.link("code/alias", "checkpoints")
        self.restored()
        place(self.folder)
        self.write("held/inputs/alias/state", "input")
        place(self.folder)
        self.assertEqual(self.found()["checkpoints/state"], "restored")

    def test_without_a_restored_one_the_input_is_used(self):
        os.makedirs(self.path("code/checkpoints"))
        self.write("held/inputs/checkpoints/state", "input")
        place(self.folder)
        self.assertEqual(self.found(), {"checkpoints/state": "input"})

    def test_what_cannot_be_in_one_place_is_said(self):
        os.makedirs(self.path("code/folder"))
        self.write("code/file")
        self.link("code/out", "..")
        for path, code in (("folder", "bad-request"), ("file/x", "bad-request"), ("out/x", "hostile")):
            self.write("held/inputs/" + path, "input")
            with self.assertRaises(AgentError) as caught:
                place(self.folder)
            self.assertEqual(caught.exception.code, code, path)
            os.unlink(self.path("held/inputs", path))
            if "/" in path:
                os.rmdir(self.path("held/inputs", os.path.dirname(path)))
