"""The order of rooms that the package's docstring gives, held by the imports of its modules."""

import ast
import os
import re
import unittest

import trainctl_agent

ROOT = os.path.dirname(trainctl_agent.__file__)
ROOMS = re.search(r"(?m)^ {4}(\w+(?: · \w+)+)$", trainctl_agent.__doc__).group(1).split(" · ")


def modules():
    """{dotted name below the package: source} of every module."""
    found = {}
    for folder, _, names in os.walk(ROOT):
        for name in names:
            if name.endswith(".py"):
                path = os.path.relpath(os.path.join(folder, name), ROOT)
                with open(os.path.join(folder, name), encoding="utf-8") as file:
                    found[path[: -len(".py")].replace(os.sep, ".")] = file.read()
    return found


def imports(module, source):
    """The modules of the package that a module imports, wherever in it."""
    above = module.split(".")[:-1]
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.ImportFrom) and node.level:
            base = above[: len(above) - node.level + 1]
            yield ".".join(base + (node.module.split(".") if node.module else []))
        elif isinstance(node, ast.ImportFrom) and node.module.split(".")[0] == "trainctl_agent":
            yield node.module.partition(".")[2]
        elif isinstance(node, ast.Import):
            for name in node.names:
                if name.name.split(".")[0] == "trainctl_agent":
                    yield name.name.partition(".")[2]


def room(module):
    """Its place in the order; -1 for what lies in the package's own folder."""
    first = module.split(".")[0]
    return ROOMS.index(first) if first in ROOMS else -1


class Imports(unittest.TestCase):
    def setUp(self):
        self.modules = modules()
        self.imports = {name: list(imports(name, source)) for name, source in self.modules.items()}

    def test_the_order_names_every_room(self):
        rooms = {name.split(".")[0] for name in self.modules if "." in name}
        self.assertEqual(set(ROOMS), rooms | {"__main__"})

    def test_imports_name_modules_of_the_package(self):
        for name, found in self.imports.items():
            for one in found:
                self.assertIn(one, self.modules, name)

    def test_one_way(self):
        for name, found in self.imports.items():
            for one in found:
                self.assertLessEqual(room(one), room(name), "%s imports %s" % (name, one))

    def test_no_circle(self):
        done = set()

        def visit(name, way):
            self.assertNotIn(name, way, " -> ".join([*way, name]))
            if name not in done:
                for one in self.imports[name]:
                    visit(one, [*way, name])
                done.add(name)

        for name in self.imports:
            visit(name, [])

    def test_the_syntax_is_that_of_python_3_8(self):
        for name, source in self.modules.items():
            ast.parse(source, filename=name, feature_version=(3, 8))
