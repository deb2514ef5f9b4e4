import json
import os

from support import FolderTest

from trainctl_agent.install.left import find_left
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
                self.assertEqual((source, left), (case["source"], case["left"]))
