import os
from unittest import mock

from support import FolderTest

from trainctl_agent.checkpoints.hold import hold
from trainctl_agent.checkpoints.look import look
from trainctl_agent.errors import Changed


class Hold(FolderTest):
    def setUp(self):
        super().setUp()
        self.write("c/deep/a", "one")
        self.root, self.stage = self.path("c"), self.path("stage")

    def test_second_names_outlive_a_replacement(self):
        held = hold(self.root, self.stage, look(self.root))
        self.assertEqual(held, self.stage)
        os.unlink(self.path("c/deep/a"))
        self.write("c/deep/a", "two")
        self.assertEqual(self.read("stage/deep/a"), "one")

    def test_a_directory_that_has_changed(self):
        seen = look(self.root)
        self.write("c/new", "x")
        with self.assertRaises(Changed):
            hold(self.root, self.stage, seen)
        os.unlink(self.path("c/deep/a"))
        with self.assertRaises(Changed):
            hold(self.root, self.stage, seen)

    def test_where_files_cannot_have_two_names_the_directory_is_read(self):
        with mock.patch.object(os, "link", side_effect=OSError(18, "cross-device")):
            self.assertEqual(hold(self.root, self.stage, look(self.root)), self.root)
        self.assertFalse(os.path.exists(self.stage))
