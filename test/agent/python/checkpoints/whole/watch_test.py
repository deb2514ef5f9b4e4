import os
from unittest import mock

from support import FolderTest

from trainctl_agent.checkpoints.whole import watch as watch_module
from trainctl_agent.checkpoints.whole.names import appended
from trainctl_agent.checkpoints.whole.watch import Watch


def look(**files):
    """{path: size}, of inode 1 unless the size is a pair of size and inode."""
    pairs = {path: value if isinstance(value, tuple) else (value, 1) for path, value in files.items()}
    return {path.replace("_", "."): ("file", 0, size, 0, inode) for path, (size, inode) in pairs.items()}


class Followed(FolderTest):
    """With a clock of its own."""

    def setUp(self):
        super().setUp()
        self.now = 100.0
        patch = mock.patch.object(watch_module.time, "monotonic", lambda: self.now)
        patch.start()
        self.addCleanup(patch.stop)
        self.watch = Watch(self.folder, list, appended)

    def see(self, at, seen, opened=frozenset()):
        self.now = at
        self.watch.note(seen, opened)

    def test_how_long_nothing_changes(self):
        for at, size in ((100, 1), (100.5, 2), (101, 2), (101.5, 1), (102, 1)):
            self.see(at, look(a=size))
        self.assertEqual(self.watch.rest(), (0.5, 1.0, 2.0))

    def test_what_only_grows_is_no_change(self):
        for at, size in ((100, 1), (100.5, 2), (101, 3)):
            self.see(at, look(a=1, x_log=size))
        self.assertEqual(self.watch.rest().quiet, 1.0)

    def test_looks_far_apart_say_nothing_of_pauses(self):
        self.see(100, look(a=1))
        self.see(200, look(a=2))
        self.assertEqual(self.watch.rest(), (0.0, 0.0, 0.0))
        self.see(300, look(a=2))
        self.assertEqual(self.watch.rest().quiet, 100.0)

    def test_a_look_that_failed_is_a_change(self):
        self.see(100, look(a=1))
        self.see(100.5, None)
        self.assertEqual(self.watch.rest().quiet, 0.0)

    def test_what_is_added_to_again_and_again_may_not_be_finished(self):
        for at, size in ((100, 1), (100.5, 2), (101, 3)):
            self.see(at, look(a=size, b=(size, size)))
        self.assertEqual(self.watch.growing(), ["a"])
        self.see(101.5, look(a=1, b=1))
        self.assertEqual(self.watch.growing(), [])

    def test_what_grows_while_it_is_open_is_finished_when_it_is_closed(self):
        for at, size, opened in ((100, 9, ()), (100.5, 3, {1}), (101, 6, {1}), (101.5, 9, {1}), (102, 10, ())):
            self.see(at, look(a=size), opened)
        self.assertEqual(self.watch.growing(), [])


class Cut(FolderTest):
    """Files of 5,000 bytes that are closed when there are 2,000 of them again."""

    def closed(self, pid=None, alive=(), outlived=False):
        watch = Watch(self.folder, lambda: [7, 8], appended)
        with mock.patch.object(watch_module, "goes_on", lambda one: one in alive):
            for size in (5000, 2000):
                info = os.stat(self.write("model_%d.pt" % size, "x" * size))
                key = (info.st_dev, info.st_ino)
                if size == 2000:
                    watch.opened = {} if pid is None else {key: (pid, 1.0)}
                    watch.closed, watch.outlived = ({key: 2.0}, {key}) if outlived else ({}, set())
                watch.finished("model_%d.pt" % size)
        return watch.cut

    def test_by_the_end_of_its_process(self):
        self.assertEqual(self.closed(7, alive=[8]), {"model_2000.pt"})
        self.assertEqual(self.closed(7, alive=[7]), set())

    def test_by_that_of_all_where_nobody_was_seen_with_it(self):
        self.assertEqual(self.closed(), {"model_2000.pt"})
        self.assertEqual(self.closed(alive=[8]), set())
        # Who was seen with it had closed it before.
        self.assertEqual(self.closed(7, alive=[8], outlived=True), set())
