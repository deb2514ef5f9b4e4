import types
from unittest import mock

from support import FolderTest

from trainctl_agent.install.installer import Installer
from trainctl_agent.install.lists import is_hashed, names_itself, read_along


class Lists(FolderTest):
    def test_what_a_list_includes(self):
        self.write("a.txt", "-r b/c.txt\n# -r no.txt\n  --constraint d.txt # why\n-r https://example.org/x.txt\n")
        self.write("b/c.txt", "-r ../a.txt\n-r../../outside.txt\n-r absent.txt\n")
        self.assertEqual(sorted(read_along(self.folder, "a.txt")), ["a.txt", "b/absent.txt", "b/c.txt", "d.txt"])

    def test_the_project_itself(self):
        for line in ("-e .", "-e.", ".", "./", "--editable=.[a,b]", "file:.", ". ; python_version > '3'"):
            self.write("a.txt", "six\r\n%s\r\n" % line)
            self.assertTrue(names_itself(self.folder, "a.txt"), line)
        for line in ("-e ./lib", "../.", "./x.whl", "# -e .", ".x"):
            self.write("a.txt", "six\n%s\n" % line)
            self.assertFalse(names_itself(self.folder, "a.txt"), line)

    def test_in_utf_16(self):
        with open(self.write("a.txt"), "wb") as file:
            file.write("six\r\n-e .\r\n".encode("utf-16"))
        self.assertTrue(names_itself(self.folder, "a.txt"))

    def test_hashes_of_what_is_included_too(self):
        self.write("a.txt", "-r b.txt\n")
        self.write("b.txt", "six==1.16.0 \\\n    --hash=sha256:ab\n")
        self.write("c.txt", "# --hash=x\nsix\n")
        self.assertTrue(is_hashed(self.path("a.txt")))
        self.assertFalse(is_hashed(self.path("c.txt")))

    def test_a_project_beside_a_list_with_hashes_is_installed_after_it(self):
        with mock.patch("trainctl_agent.install.installer.make_venv"):
            for text, asked in (
                ("six\n", [["-r", "list", "."]]),
                ("six --hash=sha256:ab\n", [["-r", "list"], ["."]]),
            ):
                file, told = self.write("list", text), []
                installer = Installer(self.folder, {"command": "x"})
                installer.pip = lambda arguments, what, told=told, env=None: told.append(arguments)
                installer.runner = types.SimpleNamespace(code=self.folder)
                installer.install("both", (file, "."), "list, setup.py")
                self.assertEqual(told, [[file if word == "list" else word for word in one] for one in asked])
