import json
import os

from support import FolderTest

from trainctl_agent.install.indexes.uv_files import asks_for_uv
from trainctl_agent.install.left import find_left, find_left_of
from trainctl_agent.install.pythons import asked_by
from trainctl_agent.install.requirements import find_requirements

CASES = os.path.join(os.path.dirname(__file__), "../../../client/cli/launch/dependencies.json")


class Dependencies(FolderTest):
    def test_the_table_of_cases_that_the_command_line_answers_as_well(self):
        with open(CASES, encoding="utf-8") as file:
            cases = json.load(file)
        self.assertGreater(len(cases), 10)
        for number, case in enumerate(cases):
            with self.subTest(case["is"]):
                code = self.path(str(number))
                for name, content in case["files"].items():
                    self.write("%d/%s" % (number, name), content)
                command = case.get("command", "python train.py")
                source = find_requirements(code, "auto", command)[0]
                left = find_left(code, source, command)
                uv = asks_for_uv(code, source)
                pythons = [{"file": name, "python": wanted} for name, wanted in asked_by(code, source, command)]
                self.assertEqual(
                    (source, left, uv, pythons),
                    (case["source"], case["left"], case.get("uv"), case.get("pythons", [])),
                )

    def test_where_a_spec_says_what_is_installed(self):
        self.write("a/pyproject.toml", "[project]\n[dependency-groups]\ntrain = ['x']\ndev = ['y']\n")
        self.write("Pipfile")
        left = find_left_of(self.folder, "a/pyproject.toml", "a/pyproject.toml", "x")
        self.assertEqual([line.split(" of ")[0] for line in left], ["the group train"])
        for wanted in ("none", "requirements/gpu.txt"):
            self.assertEqual(find_left_of(self.folder, wanted, wanted, "x"), [])
