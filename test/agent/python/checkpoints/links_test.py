import os

from support import FolderTest

from trainctl_agent.checkpoints.links import inner_link


class InnerLink(FolderTest):
    def inner(self, path, target):
        self.link(path, target)
        return inner_link(self.folder, path, target)

    def test_kept_relative_when_it_stays(self):
        self.write("step-1/w")
        self.assertEqual(self.inner("last", "step-1"), "step-1")
        self.assertEqual(self.inner("whole", self.path("step-1/w")), "step-1/w")
        self.assertEqual(self.inner("step-1/up", "../last"), "../last")

    def test_left_out_when_it_leads_out(self):
        self.assertIsNone(self.inner("etc", "/etc"))
        self.assertIsNone(self.inner("up", ".."))
        os.mkdir(self.path("a"))
        self.link("a/b", "..")
        self.assertIsNone(self.inner("through", "a/b/../x"))
