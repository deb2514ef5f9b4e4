import unittest

from trainctl_agent.outputs.plan import Item, apart


class Apart(unittest.TestCase):
    def names(self, *items):
        """Of (path, name), where no output has a destination of its own."""
        found = apart([Item(0, "/" + path, name, name, path) for path, name in items], lambda index: None)
        return [item.own_name for item in found]

    def test_those_whose_name_another_has_lie_elsewhere(self):
        self.assertEqual(
            self.names(("a", "outputs/x"), ("b", "outputs/x"), ("c", "outputs/x/y")),
            ["outputs/x", "outputs/elsewhere/b", "outputs/elsewhere/c"],
        )

    def test_a_file_may_be_called_like_that_folder(self):
        self.assertEqual(
            self.names(("elsewhere", "outputs/elsewhere"), ("a/x", "outputs/x"), ("b/x", "outputs/x")),
            ["outputs/elsewhere", "outputs/x", "outputs/elsewhere-2/b/x"],
        )

    def test_so_may_several(self):
        there = ["outputs/elsewhere", "outputs/elsewhere-2", "outputs/elsewhere-3/a/x/y", "outputs/elsewhere-4/a"]
        found = self.names(*[(name, name) for name in there], ("a/x", "outputs/elsewhere"))
        self.assertEqual(found, [*there, "outputs/elsewhere-5/a/x"])
