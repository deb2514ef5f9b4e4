import os
import shutil
import unittest

from support import FolderTest

from trainctl_agent.checkpoints.look import look
from trainctl_agent.checkpoints.whole.told import Told


class ToldTest(FolderTest):
    def setUp(self):
        super().setUp()
        os.mkdir(self.path("c"))
        os.mkdir(self.path("c/runs"))
        self.write("metrics")
        self.finished = []
        self.told = Told(self.path("c"), self.path("metrics"), self.finished.append)
        self.follow()

    def follow(self, closely=False):
        self.told.follow(look(self.path("c")), closely)

    def mark(self):
        self.follow(closely=True)
        return self.told.mark(lambda: True)

    def put(self, path):
        self.write("c/" + path + ".part", "x")
        os.replace(self.path("c/" + path + ".part"), self.path("c/" + path))

    def hear(self):
        return self.told.now()


@unittest.skipUnless(os.path.isdir("/proc/self/fd"), "no inotify here")
class Renamed(ToldTest):
    def test_what_was_renamed_into_place_and_not_what_was_written_there(self):
        self.put("state")
        self.put("runs/best")
        self.write("c/last", "x")
        self.assertEqual(self.told.now(), {"state", "runs/best"})

    def test_written_after_that_it_counts_no_more(self):
        self.put("state")
        self.write("c/state", "y")
        self.assertEqual(self.told.now(), set())
        self.put("state")
        self.assertEqual(self.told.now(), {"state"})
        os.rename(self.path("c/state"), self.path("c/older"))
        shutil.copyfile(self.path("c/older"), self.path("c/state"))
        self.assertEqual(self.told.now(), {"older"})

    def test_folders_that_are_made_later_and_renamed(self):
        os.mkdir(self.path("c/tmp-8"))
        self.follow()
        self.write("c/tmp-8/model", "x")
        os.rename(self.path("c/tmp-8"), self.path("c/checkpoint-8"))
        self.put("checkpoint-8/state")
        self.assertEqual(self.told.now(), {"checkpoint-8", "checkpoint-8/state"})


@unittest.skipUnless(os.path.isdir("/proc/self/fd"), "no inotify here")
class Finished(ToldTest):
    def test_in_the_order_in_which_it_was_finished(self):
        self.write("c/model", "x")
        self.put("state")
        with open(self.path("c/open"), "w") as file:
            file.write("x")
            file.flush()
            self.hear()
            self.assertEqual(self.finished, ["model", "state.part", "state"])
        self.hear()
        self.assertEqual(self.finished[3:], ["open"])

    def test_a_name_that_is_given_up(self):
        left = []
        self.told.left = left.append
        self.put("runs/best")
        os.rename(self.path("c/runs"), self.path("c/kept"))
        os.rename(self.path("c/kept/best"), self.path("gone"))
        self.hear()
        self.assertEqual(left, ["runs/best.part", "runs", "kept/best"])

    def test_in_a_folder_that_was_made_a_moment_before(self):
        os.makedirs(self.path("c/a/b"))
        self.write("c/a/b/model", "x")
        self.hear()
        self.write("c/a/b/optimizer", "x")
        self.hear()
        self.assertEqual(self.finished, ["a/b/model", "a/b/optimizer"])

    def test_whether_a_line_of_metrics_came_after_it(self):
        self.write("c/model", "x")
        self.write("metrics", "{}\n")
        file = open(self.path("c/async"), "w")
        self.write("metrics", "{}\n")
        file.close()
        self.hear()
        self.assertTrue(self.told.went_on("model"))
        self.assertFalse(self.told.went_on("async"))
        self.assertIsNone(self.told.went_on("unknown"))


@unittest.skipUnless(os.path.isdir("/proc/self/fd"), "no inotify here")
class Marked(ToldTest):
    """What was being written at a moment, and what came after it."""

    def test_nobody_says_where_it_is_not_followed_closely(self):
        self.assertIsNone(self.told.mark(lambda: True))
        self.follow(closely=True)
        self.told.blind = True
        self.assertIsNone(self.told.mark(lambda: True))

    def test_a_file_that_was_opened_right_before_the_mark(self):
        self.write("c/rewritten", "x")
        self.write("c/closed", "x")
        self.follow(closely=True)
        self.write("c/closed", "y")
        with open(self.path("c/new"), "w"), open(self.path("c/rewritten"), "w") as file:
            mark = self.told.mark(lambda: True)
            file.write("y")
        self.hear()
        self.assertEqual([mark.open(path) for path in ("new", "rewritten", "closed")], [True, True, False])

    def test_one_that_was_opened_and_is_written_after_it(self):
        for name in ("patched", "read", "patched-later"):
            self.write("c/" + name, "x")
        self.follow(closely=True)
        with open(self.path("c/patched"), "r+") as patched, open(self.path("c/read")) as read:
            mark = self.told.mark(lambda: True)
            self.assertFalse(mark.open("patched"))
            patched.write("y")
            read.read()
        self.write("c/read", "y")
        self.write("c/patched-later", "y")
        self.hear()
        self.assertEqual([mark.open(path) for path in ("patched", "read", "patched-later")], [True, False, False])

    def test_what_was_written_or_put_in_place_later(self):
        self.write("c/before", "x")
        mark = self.mark()
        self.write("c/after", "x")
        self.put("state")
        os.mkdir(self.path("c/checkpoint-8"))
        self.write("c/checkpoint-8/model", "x")
        self.hear()
        found = [mark.later(path) for path in ("before", "after", "state", "checkpoint-8/model")]
        self.assertEqual(found, [False, True, True, True])
        self.assertFalse(mark.open("after"))

    def test_of_a_folder_that_was_made_right_before_it_nothing_is_known(self):
        self.follow(closely=True)
        os.mkdir(self.path("c/checkpoint-8"))
        mark = self.told.mark(lambda: True)
        self.assertTrue(mark.open("checkpoint-8/model"))

    def test_what_is_renamed_after_it_is_known_by_its_new_name(self):
        self.follow(closely=True)
        with open(self.path("c/state.part"), "w"):
            mark = self.told.mark(lambda: True)
        os.rename(self.path("c/state.part"), self.path("c/state"))
        self.hear()
        self.assertEqual((mark.open("state"), mark.later("state")), (True, True))
