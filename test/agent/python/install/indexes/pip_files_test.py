import os

from support import FolderTest

from trainctl_agent.install.indexes.pip_files import pip_settings


class PipFiles(FolderTest):
    def settings(self, **env):
        return pip_settings(dict({"HOME": self.path("home")}, **env), self.folder)

    def test_files_then_sections_then_the_environment(self):
        self.write("etc/pip.conf", "[global]\nindex_url = a\ntimeout = 5\n[install]\nfind-links =\n  l1\n  l2\n")
        self.write("home/.config/pip/pip.conf", "[global]\nindex-url = b\nfind-links = other\n[list]\npre = true\n")
        expected = {"index-url": "b", "timeout": "5", "find-links": "\nl1\nl2"}
        self.assertEqual(self.settings(), expected)
        self.assertEqual(self.settings(PIP_INDEX_URL="c", PIP_TIMEOUT=""), dict(expected, **{"index-url": "c"}))

    def test_a_file_of_its_own_instead_of_the_users(self):
        self.write("etc/xdg/pip/pip.conf", "[global]\ntimeout = 5\n")
        self.write("home/.pip/pip.conf", "[global]\nindex-url = a\n")
        own = self.write("own.conf", "[global]\npre = yes\n")
        self.assertEqual(self.settings(), {"timeout": "5", "index-url": "a"})
        self.assertEqual(self.settings(PIP_CONFIG_FILE=own), {"config-file": own, "timeout": "5", "pre": "yes"})
        self.assertEqual(self.settings(PIP_CONFIG_FILE=os.devnull), {"config-file": os.devnull})
        self.assertEqual(self.settings(PIP_CONFIG_FILE="/absent")["index-url"], "a")

    def test_what_cannot_be_read(self):
        self.write("etc/pip.conf", "index-url = a\n")
        self.assertEqual(self.settings(), {})
