import threading
import types
import unittest

from trainctl_agent.outputs.made import Made
from trainctl_agent.outputs.watch import over_limit, watch_sizes


class Watch(unittest.TestCase):
    def test_warns_once_by_name_and_size(self):
        over, said = threading.Event(), []
        made = Made({}, [], 3 << 30, [("small", 1 << 20), ("model.npy", 2 << 30)], [], [])
        folder = types.SimpleNamespace(made=lambda: made, limit=1 << 30)
        watch_sizes(types.SimpleNamespace(folder=folder, run="digits"), over, said.append, first=0)
        self.assertEqual(len(said), 1)
        self.assertIn("has made 3.0 GiB outside of outputs/", said[0])
        self.assertIn("model.npy (2.0 GiB), small (1.0 MiB) will not be kept", said[0])

    def test_too_many_are_no_matter_of_size(self):
        over, said = threading.Event(), []
        made = Made({}, [], 9, [], [("tiles/%d" % i, 1) for i in range(9)], [])
        folder = types.SimpleNamespace(made=lambda: made, limit=1 << 30)
        watch_sizes(types.SimpleNamespace(folder=folder, run="digits"), over, said.append, first=0)
        self.assertIn("more than 200000 files", said[0])
        self.assertIn("those in tiles (9 files) will not be kept", said[0])
        self.assertNotIn("limit", said[0])

    def test_ends_with_the_command(self):
        over = threading.Event()
        over.set()
        watch_sizes(None, over, None)

    def test_many_are_counted(self):
        made = Made({}, [], 9, [("f%d" % i, i) for i in range(9)], [], [])
        self.assertIn("f8 (8 B), f7 (7 B), f6 (6 B) and 6 more will not", over_limit(made, 1))
