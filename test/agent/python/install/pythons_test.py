import json
import os

from support import FolderTest

from trainctl_agent.errors import AgentError
from trainctl_agent.install.pythons import check_python, other_wishes, satisfies

CASES = os.path.join(os.path.dirname(__file__), "../../../client/cli/launch/needs/pythons.json")


class Pythons(FolderTest):
    def test_the_table_of_cases_that_the_command_line_answers_as_well(self):
        with open(CASES, encoding="utf-8") as file:
            cases = json.load(file)
        self.assertGreater(len(cases), 20)
        for version, wanted, expected in cases:
            with self.subTest(version + " " + wanted):
                self.assertIs(satisfies(tuple(map(int, version.split("."))), wanted), expected)

    def test_another_one_ends_the_installation_before_anything_is_made(self):
        self.write("pyproject.toml", '[project]\nrequires-python = ">=3.12"\n')
        self.write("train.py", '# /// script\n# requires-python = ">=3.13"\n# dependencies = []\n# ///\n')
        for source, command, words in (
            ("pyproject.toml", "x", "pyproject.toml asks for Python >=3.12, and this host has 3.11.7: "),
            ("requirements.txt, pyproject.toml", "x", "pyproject.toml asks for"),
            ("pep723", "python train.py", "train.py asks for Python >=3.13"),
            ("train.py", "x", "train.py asks for Python >=3.13"),
        ):
            with self.assertRaises(AgentError) as caught:
                check_python(self.folder, source, command, (3, 11, 7))
            self.assertEqual(caught.exception.code, "install-failed")
            self.assertTrue(caught.exception.message.startswith(words), caught.exception.message)

    def test_uv_brings_its_own(self):
        self.write("pyproject.toml", '[project]\nrequires-python = ">=3.12"\n')
        self.write("train.py", '# /// script\n# requires-python = ">=3.13"\n# dependencies = []\n# ///\n')
        for source, command in (
            ("uv.lock", "x"),
            ("pep723", "uv run train.py"),
            ("none", "python train.py"),
            ("requirements.txt", "x"),
        ):
            check_python(self.folder, source, command, (3, 11, 7))
        check_python(self.folder, "pyproject.toml", "x", (3, 12, 1))

    def test_wishes_of_what_is_not_installed_from(self):
        self.write("pyproject.toml", '[project]\nrequires-python = ">=3.12"\n')
        self.write(".python-version", "3.10\n")
        ours = "%s asks for Python %s, and this host has 3.11.7"
        expected = [ours % ("pyproject.toml", ">=3.12"), ours % (".python-version", "3.10.*")]
        self.assertEqual(other_wishes(self.folder, "requirements.txt", (3, 11, 7)), expected)
        self.assertEqual(other_wishes(self.folder, "pyproject.toml", (3, 11, 7)), expected[1:])
        self.assertEqual(other_wishes(self.folder, "uv.lock", (3, 11, 7)), [])
        elsewhere = other_wishes(self.folder, "requirements.txt", (3, 10, 1))
        self.assertEqual(elsewhere, [expected[0].replace("3.11.7", "3.10.1")])
