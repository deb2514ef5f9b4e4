from support import FolderTest

from trainctl_agent.errors import AgentError
from trainctl_agent.install.requirements import find_requirements

SCRIPT = '# /// script\n# dependencies = ["rich"]\n# ///\n'


class FindRequirements(FolderTest):
    def find(self, wanted="auto", command="python train.py"):
        return find_requirements(self.folder, wanted, command)

    def test_the_first_that_is_there(self):
        self.assertEqual(self.find(), ("none", "none", None))
        self.write("train.py", SCRIPT)
        self.assertEqual(self.find(), ("pep723", "list", ["rich"]))
        self.assertEqual(self.find(command=["python", self.path("train.py")]), ("pep723", "list", ["rich"]))
        file = self.write("requirements.txt")
        self.assertEqual(self.find(), ("requirements.txt", "file", file))
        self.write("pyproject.toml", "[tool.x]\n")
        self.assertEqual(self.find(), ("requirements.txt", "file", file))
        self.write("pyproject.toml", '[project]\ndependencies = ["numpy"]\n')
        self.assertEqual(self.find(), ("pyproject.toml", "list", ["numpy"]))
        self.write("uv.lock")
        self.assertEqual(self.find(), ("uv.lock", "lock", self.folder))
        self.assertEqual(self.find("none"), ("none", "none", None))

    def test_the_one_that_is_asked_for(self):
        self.write("a/uv.lock")
        self.write("a/train.py", SCRIPT)
        self.write("a/pyproject.toml", "[tool.x]\n")
        file = self.write("a/needs.txt")
        self.assertEqual(self.find("a/uv.lock"), ("a/uv.lock", "lock", self.path("a")))
        self.assertEqual(self.find("a/train.py"), ("a/train.py", "list", ["rich"]))
        self.assertEqual(self.find("a/pyproject.toml"), ("a/pyproject.toml", "none", None))
        self.assertEqual(self.find("a/needs.txt"), ("a/needs.txt", "file", file))

    def test_what_cannot_be_read(self):
        self.write("plain.py", "import x\n")
        for wanted, code in (("absent.txt", "install-failed"), ("plain.py", "install-failed"), ("../x", "hostile")):
            with self.assertRaises(AgentError) as caught:
                self.find(wanted)
            self.assertEqual(caught.exception.code, code)
