import unittest

from trainctl_agent.outputs.not_kept import not_kept


class NotKept(unittest.TestCase):
    def test_nothing_is_nothing(self):
        self.assertIsNone(not_kept([]))

    def test_few_are_named_one_by_one_the_largest_first(self):
        said = not_kept([("plots/a.png", 3, "unnamed"), ("model.npy", 70, "limit")])
        self.assertEqual((said["files"], said["bytes"]), (2, 73))
        self.assertEqual([entry["path"] for entry in said["named"]], ["model.npy", "plots/a.png"])
        self.assertEqual(said["named"][0], {"path": "model.npy", "files": 1, "bytes": 70, "why": "limit"})

    def test_many_stand_together_by_folder_and_the_list_is_bounded(self):
        files = [("plots/%d.png" % i, 1, "unnamed") for i in range(100)] + [
            ("f%d" % i, 9, "ignored") for i in range(30)
        ]
        said = not_kept(files)
        self.assertEqual((said["files"], said["bytes"], len(said["named"])), (130, 370, 8))
        self.assertEqual(said["named"][0], {"path": "plots/", "files": 100, "bytes": 100, "why": "unnamed"})

    def test_names_are_readable_and_short(self):
        named = not_kept([("\udcff\n" + "x" * 200, 1, "unnamed")])["named"][0]["path"]
        self.assertEqual(len(named), 120)
        self.assertEqual(not_kept([("a\udcff\nb", 1, "unnamed")])["named"][0]["path"], "a??b")
