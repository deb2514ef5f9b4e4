import errno
import unittest

from trainctl_agent.checkpoints.manifest import Damaged
from trainctl_agent.checkpoints.passed_over import MOST, why_passed_over
from trainctl_agent.errors import AgentError


class WhyPassedOver(unittest.TestCase):
    def test_what_the_checkpoint_is_to_blame_for(self):
        for error in (
            Damaged("its format is 2"),
            AgentError("disk-full", "it needs more"),
            AgentError("hostile", "it leads out"),
            OSError(errno.ENAMETOOLONG, "File name too long"),
            OSError(errno.ENOSPC, "No space left on device"),
            UnicodeEncodeError("utf-8", "\ud800", 0, 1, "surrogates not allowed"),
            ValueError("cannot convert float NaN to integer"),
            OverflowError("timestamp out of range"),
            RecursionError("maximum recursion depth exceeded"),
            MemoryError(),
            KeyError("files"),
        ):
            self.assertTrue(why_passed_over(error), error)

    def test_what_it_is_not_to_blame_for(self):
        for error in (
            AgentError("transfer", "the network failed"),
            OSError(errno.EIO, "Input/output error"),
            OSError(errno.EROFS, "Read-only file system"),
            ConnectionResetError(errno.ECONNRESET, "reset"),
            KeyboardInterrupt(),
        ):
            self.assertIsNone(why_passed_over(error), error)

    def test_a_reason_is_short(self):
        self.assertEqual(len(why_passed_over(Damaged("x" * 5000))), MOST)
