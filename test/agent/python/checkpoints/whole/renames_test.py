import os
import shutil
import unittest

from support import FolderTest

from trainctl_agent.checkpoints.look import look
from trainctl_agent.checkpoints.whole.renames import Renames


@unittest.skipUnless(os.path.isdir("/proc/self/fd"), "no inotify here")
class Renamed(FolderTest):
    def setUp(self):
        super().setUp()
        os.mkdir(self.path("runs"))
        self.renames = Renames(self.folder)
        self.renames.follow(look(self.folder))

    def put(self, path):
        self.write(path + ".part", "x")
        os.replace(self.path(path + ".part"), self.path(path))

    def test_what_was_renamed_into_place_and_not_what_was_written_there(self):
        self.put("state")
        self.put("runs/best")
        self.write("last", "x")
        self.assertEqual(self.renames.now(), {"state", "runs/best"})

    def test_written_after_that_it_counts_no_more(self):
        self.put("state")
        self.write("state", "y")
        self.assertEqual(self.renames.now(), set())
        self.put("state")
        self.assertEqual(self.renames.now(), {"state"})
        os.rename(self.path("state"), self.path("older"))
        shutil.copyfile(self.path("older"), self.path("state"))
        self.assertEqual(self.renames.now(), {"older"})

    def test_folders_that_are_made_later_and_renamed(self):
        os.mkdir(self.path("tmp-8"))
        self.renames.follow(look(self.folder))
        self.write("tmp-8/model", "x")
        os.rename(self.path("tmp-8"), self.path("checkpoint-8"))
        self.renames.follow(look(self.folder))
        self.put("checkpoint-8/state")
        self.assertEqual(self.renames.now(), {"checkpoint-8", "checkpoint-8/state"})
