import unittest

from trainctl_agent.install.scripts import command_scripts, script_dependencies


class Script(unittest.TestCase):
    def test_block(self):
        text = (
            '#!/usr/bin/env python\n# /// script\n# requires-python = ">=3.9"\n# dependencies = [\n'
            '#   "numpy<3",\n#\n#   "rich",\n# ]\n# ///\nimport x\n'
        )
        self.assertEqual(script_dependencies(text), ["numpy<3", "rich"])
        self.assertEqual(script_dependencies(text.replace("\n", "\r\n")), ["numpy<3", "rich"])

    def test_no_block(self):
        self.assertIsNone(script_dependencies("import x\n# dependencies = ['a']\n"))
        self.assertIsNone(script_dependencies("# /// script\n# dependencies = ['a']\nimport x\n"))

    def test_command(self):
        self.assertEqual(command_scripts("cd x && python -u train.py --f 'a b.py'; echo"), ["train.py", "a b.py"])
        self.assertEqual(command_scripts(["python", "train.py"]), ["train.py"])
        self.assertEqual(command_scripts('python train.py; echo "unclosed'), ["train.py"])
