import os
import subprocess
import sys
import unittest
from unittest import mock

from trainctl_agent.training.ranks.accelerators import uses_accelerator
from trainctl_agent.training.ranks.work import LOOKS, SPAN, idle_since, only_waits, work

MODULE = "trainctl_agent.training.ranks.work."
MS = 1_000_000
SLEEP, POLL, WAIT, READ = b"hrtimer_nanosleep", b"poll_schedule_timeout.constprop.0", b"do_wait", b"anon_pipe_read"


class OnlyWaits(unittest.TestCase):
    """Process 1, whose first thread waits somewhere, or in turn in several places, and what it and others do meanwhile:
    (milliseconds, times)."""

    def only_waits(self, place, own, *others, threads=()):
        done = dict(enumerate((own, *others), 1))
        spent, waited = dict.fromkeys(done, (10 * MS, 5)), []
        turns = [place] if isinstance(place, bytes) else place
        places = dict(enumerate(threads))

        def pause(seconds):
            waited.append(seconds)
            if len(waited) == LOOKS:
                spent.update({pid: one and (10 * MS + one[0] * MS, 5 + one[1]) for pid, one in done.items()})

        def waiting_in(pid, thread=None):
            return places[thread] if thread is not None else turns[len(waited) % len(turns)]

        with mock.patch(MODULE + "work", spent.get), mock.patch(MODULE + "waiting_in", waiting_in), mock.patch(
            MODULE + "os.listdir", lambda path: range(len(threads))
        ):
            found = only_waits(1, list(done)[1:], pause)
        self.assertLess(sum(waited), SPAN + 0.001)
        return found

    def test_one_that_looks_now_and_then_while_others_work(self):
        self.assertTrue(self.only_waits(SLEEP, (1, 5), (400, 40), (0, 0)))
        self.assertTrue(self.only_waits(POLL, (1, 5), (0, 0), (400, 40)))

    def test_one_that_is_about_to_look_again_on_a_busy_machine(self):
        for running in (b"0", b""):
            self.assertTrue(self.only_waits([running, SLEEP, SLEEP], (1, 5), (400, 40)))
            self.assertTrue(self.only_waits([SLEEP, running], (1, 5), (400, 40)))
        self.assertTrue(self.only_waits([SLEEP, SLEEP, b"folio_wait_bit_common"], (1, 5), (400, 40)))
        self.assertFalse(self.only_waits([SLEEP, READ, READ], (1, 5), (400, 40)))
        self.assertFalse(self.only_waits([b"0", READ], (1, 5), (400, 40)))

    def test_one_that_is_woken_by_their_end_alone(self):
        self.assertTrue(self.only_waits(POLL, (0, 0), (1, 5)))
        self.assertTrue(self.only_waits(b"futex_do_wait", (0, 0), (1, 5), threads=(READ, WAIT)))

    def test_not_one_that_works(self):
        self.assertFalse(self.only_waits(SLEEP, (20, 5), (400, 40)))
        self.assertFalse(self.only_waits(POLL, (1, 5), (5, 5)))
        self.assertFalse(self.only_waits(SLEEP, (0, 0), (1, 5)))

    def test_not_one_that_waits_for_what_they_make(self):
        for place in (READ, b"futex_do_wait", b"folio_wait_bit_common", b"0", b""):
            self.assertFalse(self.only_waits(place, (0, 0), (400, 40)))

    def test_not_where_all_sleep_or_nobody_says(self):
        self.assertFalse(self.only_waits(POLL, (0, 0), (0, 0)))
        self.assertFalse(self.only_waits(POLL, None, (400, 40)))
        self.assertFalse(self.only_waits(POLL, (0, 0), None))


@unittest.skipUnless(os.path.exists("/proc/self/schedstat"), "asks /proc")
class Work(unittest.TestCase):
    def test_of_a_process_that_works_and_of_one_that_waits(self):
        script = "import sys\nfor line in sys.stdin: print(sum(range(1_000_000)), flush=True)"
        process = subprocess.Popen([sys.executable, "-c", script], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        self.addCleanup(process.communicate)

        def line():
            process.stdin.write(b"\n")
            process.stdin.flush()
            process.stdout.readline()

        line()
        before = work(process.pid)
        line()
        after = work(process.pid)
        self.assertGreater(after[0] - before[0], MS)
        self.assertGreater(after[1], before[1])
        with mock.patch(MODULE + "time.monotonic", lambda: 100.0):
            self.assertFalse(idle_since(process.pid, (99.99, before)))
            self.assertTrue(idle_since(process.pid, (0.0, after)))
            self.assertFalse(idle_since(process.pid, None))

    def test_of_none(self):
        self.assertIsNone(work(2**22 + 1))


class UsesAccelerator(unittest.TestCase):
    def test_by_what_it_has_open(self):
        for target, uses in (
            ("/dev/nvidia0", True),
            ("/dev/nvidia-uvm", True),
            ("/dev/nvidiactl", False),
            ("/dev/kfd", True),
            ("/dev/neuron0", True),
            ("/dev/null", False),
            ("/data/dev/nvidia0", False),
        ):
            with mock.patch("os.listdir", lambda _: ["3"]), mock.patch("os.readlink", lambda _, to=target: to):
                self.assertEqual(uses_accelerator(1), uses)

    def test_of_none(self):
        self.assertFalse(uses_accelerator(2**22 + 1))
