import os

from support import FolderTest

from trainctl_agent.checkpoints.as_it_was.elsewhere import refuse_elsewhere


class Elsewhere(FolderTest):
    def setUp(self):
        super().setUp()
        os.makedirs(self.path("code/real"))
        os.makedirs(self.path("big"))

    def refused(self, path):
        with self.assertRaises(OSError) as caught:
            refuse_elsewhere(self.path("code"), self.path("code", path))
        return str(caught.exception)

    def test_a_folder_a_link_inside_and_nothing_are_followed(self):
        self.link("code/link", "real")
        for path in ("real", "link", "absent", "link/deeper"):
            refuse_elsewhere(self.path("code"), self.path("code", path))

    def test_a_link_to_elsewhere_is_not(self):
        self.link("code/c", "../big")
        self.assertIn(
            "c is a link to %s now, outside the code, and is not followed" % self.path("big"), self.refused("c")
        )
        self.assertIn("c/inner is a link to", self.refused("c/inner"))

    def test_nor_one_to_what_holds_it(self):
        self.link("code/c", ".")
        self.assertIn("outside the code", self.refused("c"))
        self.link("code/real/up", "../real")
        self.assertIn("a folder above it", self.refused("real/up"))

    def test_a_file_is_no_folder(self):
        self.write("code/f")
        self.assertIn("f is no folder now", self.refused("f"))
