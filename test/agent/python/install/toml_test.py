"""How the agent reads the little TOML that it needs: PEP 723 blocks and pyproject.toml, on pythons without tomllib."""

import unittest

from trainctl_agent.install.toml import toml_array, toml_values


class TomlArray(unittest.TestCase):
    def read(self, text, path="dependencies"):
        return toml_array(text, path)

    def test_one_line(self):
        self.assertEqual(self.read("dependencies = [\"a\", 'b<2']"), ["a", "b<2"])

    def test_many_lines_comments_and_trailing_comma(self):
        text = 'requires-python = ">=3.11" # why\ndependencies = [ # list\n  "a[x]>=1,<2", # "no"\n\n  \'b # c\',\n]\n'
        self.assertEqual(self.read(text), ["a[x]>=1,<2", "b # c"])

    def test_empty_and_absent(self):
        self.assertEqual(self.read("dependencies = []"), [])
        self.assertIsNone(self.read("other = 1"))
        self.assertIsNone(self.read(""))
        self.assertIsNone(self.read('dependencies = "a"'))

    def test_tables_and_dotted_keys(self):
        text = (
            '[tool.x]\ndependencies = ["no"]\n[project]\nname = "n"\n"dependencies" = ["yes"]\n'
            '[project.optional]\ndependencies = ["no"]\n'
        )
        self.assertEqual(self.read(text, "project.dependencies"), ["yes"])
        self.assertEqual(self.read('project.dependencies = ["yes"]', "project.dependencies"), ["yes"])
        self.assertEqual(self.read('[ "project" ]\ndependencies=["yes"]', "project.dependencies"), ["yes"])

    def test_values_that_hide_keys(self):
        text = (
            'a = """\ndependencies = ["no"]\n"""\nb = \'\'\'\n[project]\n\'\'\'\nc = { d = ["x"], e = "}" }\n'
            'f = 1979-05-27T07:32:00Z\ng = [[1, 2], ["x"]]\nh = true\ni = "\\"]"\ndependencies = ["yes"]\n'
        )
        self.assertEqual(self.read(text), ["yes"])

    def test_keys_of_inline_tables(self):
        text = 'a = { b = ["x"], "c.d" = { e = "f" }, g = 1 }\nh = [{ i = 1 }]\nj.k = {}\n'
        expected = [
            ("a", None),
            ("a.b", ["x"]),
            ("a.c.d", None),
            ("a.c.d.e", "f"),
            ("a.g", None),
            ("h", []),
            ("j.k", None),
        ]
        self.assertEqual(list(toml_values(text)), expected)

    def test_escapes(self):
        self.assertEqual(self.read(r'dependencies = ["a\"b", "\u00fc", "c\\d"]'), ['a"b', "ü", "c\\d"])

    def test_markers(self):
        text = "dependencies = [\"a; python_version < '3.9'\", 'b; sys_platform == \"linux\"']"
        self.assertEqual(self.read(text), ["a; python_version < '3.9'", 'b; sys_platform == "linux"'])

    def test_broken_texts_end(self):
        for text in (
            "dependencies = [",
            'dependencies = ["a',
            "= =",
            "[",
            "a = {",
            "a = {b",
            "a = {b = {c = ",
            "a = {b.= 1}",
            "a",
            "[[x",
            "dependencies = [,,",
            "a = [}",
            "a = }",
            'dependencies = [1 2 "x"]',
            "a.b.=1",
            '"""',
            "a = [{]}",
        ):
            self.read(text)
