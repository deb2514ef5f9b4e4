import os
import signal
import types
import unittest
from unittest import mock

from support import FolderTest

from trainctl_agent.checkpoints import last as last_module
from trainctl_agent.checkpoints.last import Last
from trainctl_agent.checkpoints.look import look
from trainctl_agent.checkpoints.whole.names import appended
from trainctl_agent.checkpoints.whole.watch import Watch

TERMED = {"code": 143, "signal": None, "stoppedBy": "stop"}
ENDED_BY_ITSELF = {"code": 0, "signal": None, "stoppedBy": "stop"}
CRASHED = {"code": None, "signal": "SIGSEGV", "stoppedBy": None}


@unittest.skipUnless(os.path.isdir("/proc/self/fd"), "needs /proc and inotify")
class WhatAProcessLeft(FolderTest):
    """The writes are this test's own; nobody is signalled."""

    def setUp(self):
        super().setUp()
        os.mkdir(self.path("c"))
        self.write("metrics")
        self.watch = Watch(self.path("c"), list, appended, self.path("metrics"))
        packer = types.SimpleNamespace(grows=appended, linked=set())
        self.last = Last(self.watch, packer, self.path("metrics"), self.look)
        self.watch.follow(self.look())

    def look(self):
        return look(self.path("c"))

    def save(self, *names):
        for name in names:
            self.write("c/" + name, "saved")

    def term(self):
        self.last.before(signal.SIGTERM, types.SimpleNamespace(pid=os.getpid()))

    def suspect(self, end):
        self.last.ended(end, self.look())
        return self.last.judge(self.look())[1]

    def open_right_before_the_mark(self, path):
        mark, opened = self.watch.told.mark, []

        def open_and_mark(over):
            opened.append(open(self.path("c/" + path), "w"))
            return mark(over)

        self.watch.told.mark = open_and_mark
        self.term()
        opened[0].write("half")
        opened[0].close()

    def test_a_save_that_began_between_the_look_and_the_signal_is_cut(self):
        self.save("model")
        self.open_right_before_the_mark("model")
        self.assertEqual(
            self.suspect(ENDED_BY_ITSELF), "model was open for writing when the process was told to end (TERM)"
        )

    def test_a_save_after_the_signal_is_that_of_somebody_who_heeded_it(self):
        self.save("model")
        self.term()
        self.save("model", "optimizer")
        self.assertIsNone(self.suspect(ENDED_BY_ITSELF))

    def test_without_one_the_second_file_of_a_first_save_may_be_missing(self):
        self.save("model", "config")
        self.term()
        self.assertRegex(
            self.suspect(ENDED_BY_ITSELF), r"^(model|config) was written 0\.\d s before the process was ended"
        )

    def test_and_is_not_where_it_is_known_what_is_saved_together(self):
        self.save("model", "optimizer", "model", "optimizer")
        self.term()
        self.assertIsNone(self.suspect(TERMED))

    def test_nor_is_a_later_file_known_to_be_missing_excused_by_metrics(self):
        self.save("model", "optimizer", "model")
        self.write("metrics", "{}\n")
        self.term()
        self.assertRegex(self.suspect(TERMED), r"^model was written 0\.\d s before")

    def test_a_look_that_fails_keeps_nobody_from_the_signal(self):
        def fail(*_):
            raise RuntimeError("no")

        self.watch.told.mark = fail
        with mock.patch.object(last_module, "note") as noted:
            self.term()
        self.assertIn("RuntimeError", noted.call_args[0][0])
        self.assertEqual([look[0] for look in self.last.story.looks], ["TERM"])

    def test_one_that_was_removed_to_be_written_anew(self):
        self.save("model", "optimizer")
        self.watch.follow(self.look())
        os.remove(self.path("c/model"))
        self.assertEqual(
            self.suspect(CRASHED),
            "model had been removed, and was not written again, when the process ended by SIGSEGV",
        )

    def test_one_that_a_thread_was_writing_while_the_training_went_on(self):
        with open(self.path("c/model"), "w") as file:
            file.write("half")
            file.flush()
            self.write("metrics", "{}\n")
        self.assertRegex(self.suspect(CRASHED), r"^model was written 0\.\d s before the process ended by SIGSEGV$")

    def test_one_after_which_the_training_went_on(self):
        self.save("model")
        self.write("metrics", "{}\n")
        self.assertIsNone(self.suspect(CRASHED))
