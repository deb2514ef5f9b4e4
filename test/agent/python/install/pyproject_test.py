from support import FolderTest

from trainctl_agent.install.pyproject import find_project

PROJECT = '[project]\nname = "x"\n'
BUILD = '[build-system]\nrequires = ["setuptools"]\n'


class FindProject(FolderTest):
    def find(self, text):
        return find_project(self.write("pyproject.toml", text))

    def test_with_a_build_system_it_is_installed_itself(self):
        self.assertEqual(self.find(PROJECT + BUILD), ("project", self.folder))

    def test_without_only_its_dependencies_are(self):
        self.assertEqual(self.find(PROJECT + 'dependencies = ["numpy"]\n'), ("list", ["numpy"]))
        self.assertIsNone(self.find(PROJECT))

    def test_one_that_only_configures_tools_is_none(self):
        self.assertIsNone(self.find("[tool.ruff]\nline-length = 120\n" + BUILD))
