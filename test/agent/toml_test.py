"""How the agent reads the little TOML that it needs: PEP 723 blocks and pyproject.toml, on pythons without tomllib."""

import importlib.util
import os
import sys
import unittest

HERE = os.path.dirname(os.path.abspath(__file__))
sys.dont_write_bytecode = True
SPEC = importlib.util.spec_from_file_location("agent", os.path.join(HERE, "../../agent/trainctl_agent.py"))
agent = importlib.util.module_from_spec(SPEC)
SPEC.loader.exec_module(agent)


class TomlArray(unittest.TestCase):
    def read(self, text, path="dependencies"):
        return agent.toml_array(text, path)

    def test_one_line(self):
        self.assertEqual(self.read('dependencies = ["a", \'b<2\']'), ["a", "b<2"])

    def test_many_lines_comments_and_trailing_comma(self):
        text = 'requires-python = ">=3.11" # why\ndependencies = [ # list\n  "a[x]>=1,<2", # "no"\n\n  \'b # c\',\n]\n'
        self.assertEqual(self.read(text), ["a[x]>=1,<2", "b # c"])

    def test_empty_and_absent(self):
        self.assertEqual(self.read("dependencies = []"), [])
        self.assertIsNone(self.read("other = 1"))
        self.assertIsNone(self.read(""))
        self.assertIsNone(self.read('dependencies = "a"'))

    def test_tables_and_dotted_keys(self):
        text = '[tool.x]\ndependencies = ["no"]\n[project]\nname = "n"\n"dependencies" = ["yes"]\n[project.optional]\ndependencies = ["no"]\n'
        self.assertEqual(self.read(text, "project.dependencies"), ["yes"])
        self.assertEqual(self.read('project.dependencies = ["yes"]', "project.dependencies"), ["yes"])
        self.assertEqual(self.read('[ "project" ]\ndependencies=["yes"]', "project.dependencies"), ["yes"])

    def test_values_that_hide_keys(self):
        text = ('a = """\ndependencies = ["no"]\n"""\nb = \'\'\'\n[project]\n\'\'\'\nc = { d = ["x"], e = "}" }\n'
                'f = 1979-05-27T07:32:00Z\ng = [[1, 2], ["x"]]\nh = true\ni = "\\"]"\ndependencies = ["yes"]\n')
        self.assertEqual(self.read(text), ["yes"])

    def test_escapes(self):
        self.assertEqual(self.read(r'dependencies = ["a\"b", "\u00fc", "c\\d"]'), ['a"b', "ü", "c\\d"])

    def test_markers(self):
        text = "dependencies = [\"a; python_version < '3.9'\", 'b; sys_platform == \"linux\"']"
        self.assertEqual(self.read(text), ["a; python_version < '3.9'", 'b; sys_platform == "linux"'])

    def test_broken_texts_end(self):
        for text in ("dependencies = [", "dependencies = [\"a", "= =", "[", "a = {", "a = {b", "a", "[[x", "dependencies = [,,",
                     "a = [}", "a = }", "dependencies = [1 2 \"x\"]", "a.b.=1", "\"\"\"", "a = [{]}"):
            self.read(text)


class Script(unittest.TestCase):
    def test_block(self):
        text = '#!/usr/bin/env python\n# /// script\n# requires-python = ">=3.9"\n# dependencies = [\n#   "numpy<3",\n#\n#   "rich",\n# ]\n# ///\nimport x\n'
        self.assertEqual(agent.script_dependencies(text), ["numpy<3", "rich"])
        self.assertEqual(agent.script_dependencies(text.replace("\n", "\r\n")), ["numpy<3", "rich"])

    def test_no_block(self):
        self.assertIsNone(agent.script_dependencies("import x\n# dependencies = ['a']\n"))
        self.assertIsNone(agent.script_dependencies("# /// script\n# dependencies = ['a']\nimport x\n"))

    def test_command(self):
        self.assertEqual(agent.command_scripts("cd x && python -u train.py --f 'a b.py'; echo"), ["train.py", "a b.py"])
        self.assertEqual(agent.command_scripts(["python", "train.py"]), ["train.py"])
        self.assertEqual(agent.command_scripts("python train.py; echo \"unclosed"), ["train.py"])


class Links(unittest.TestCase):
    def test_stays(self):
        for path, target in (("a", "b"), ("a/b", "../c"), ("a", "."), ("a/b/c", "../../d/../e")):
            self.assertTrue(agent.link_stays("", path, target), (path, target))
        for path, target in (("a", ".."), ("a", "/b"), ("a/b", "../../c"), ("a", "b/../../c"), ("a", ""), ("a", "b\0c")):
            self.assertFalse(agent.link_stays("", path, target), (path, target))

    def test_relative(self):
        self.assertEqual(agent.relative("./a//b/"), "a/b")
        for path in ("..", "a/..", "/a", "a\0b", 7, None):
            with self.assertRaises(agent.AgentError):
                agent.relative(path)


class Tail(unittest.TestCase):
    def test_lines(self):
        self.assertEqual(agent.last_lines("a\nbb\nccc\n", 6), "ccc")
        self.assertEqual(agent.last_lines("x" * 10, 4), "xxxx")
        self.assertLessEqual(len(agent.last_lines("ü" * 10, 5).encode()), 5)

    def test_redact(self):
        self.assertEqual(agent.redact("k=abcd abcdef", {"A": "abcd", "B": "abcdef", "C": "k"}), "k=[secret A] [secret B]")


if __name__ == "__main__":
    unittest.main()
