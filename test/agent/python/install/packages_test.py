from support import FolderTest

from trainctl_agent.install.packages import packages_of


class PackagesOf(FolderTest):
    def test_those_asked_for_first_without_the_tools(self):
        for name in ("Zope_Interface-1.0", "numpy-2.1", "pip-24.0", "aaa-0.1"):
            self.write("lib/python3.8/site-packages/%s.dist-info/METADATA" % name)
        self.write("lib/python3.8/site-packages/numpy-2.1.dist-info/REQUESTED")
        self.link("lib64", "lib")
        self.assertEqual(packages_of(self.folder), ["numpy 2.1", "aaa 0.1", "zope-interface 1.0"])
        self.assertEqual(packages_of(self.path("absent")), [])
