import os
import time
import types
import unittest
from unittest import mock

from support import FolderTest

from trainctl_agent.daemon import lease
from trainctl_agent.daemon.commands import Commands
from trainctl_agent.daemon.lease import Lease, granted, write_busy, write_lease
from trainctl_agent.times import steady
from trainctl_agent.training.processes import boot_id

NOW, UP = 1_800_000_000.9, 5000.2


class LeaseFile(FolderTest):
    def setUp(self):
        super().setUp()
        for patch in (
            mock.patch.dict(os.environ, {"TRAINCTL_HOST_ROOT": self.folder}),
            mock.patch.object(lease.time, "time", lambda: NOW),
            mock.patch.object(lease, "steady", lambda: UP),
            mock.patch.object(lease, "boot_id", lambda: "b-1"),
        ):
            patch.start()
            self.addCleanup(patch.stop)
        os.makedirs(self.path("state"))

    def test_where_the_timer_reads_it(self):
        os.makedirs(self.path("var/lib/trainctl"))
        write_lease(self.path("state"), 60)
        write_busy(120)
        self.assertEqual(self.read("var/lib/trainctl/lease"), "1800000060\n5060 b-1\n")
        self.assertEqual(self.read("var/lib/trainctl/busy"), "1800000120\n5120 b-1\n")
        self.assertEqual(os.listdir(self.path("state")), [])

    def test_with_the_state_where_there_is_no_timer(self):
        write_lease(self.path("state"), -9000)
        write_busy(5)
        self.assertEqual(self.read("state/lease"), "1799991000\n0 b-1\n")
        self.assertEqual(os.listdir(self.folder), ["state"])

    def test_by_the_date_alone_where_the_system_has_no_boots(self):
        with mock.patch.object(lease, "boot_id", lambda: ""):
            write_lease(self.path("state"), 60)
        self.assertEqual(self.read("state/lease"), "1800000060\n")


class Time(unittest.TestCase):
    def test_a_date_that_is_set_ends_no_lease_and_prolongs_none(self):
        held = Lease()
        self.assertLessEqual(held.left(), 0)
        held.renew(600)
        for years in (-10, 10):
            wrong = time.time() + years * 365 * 86400
            with mock.patch.object(lease.time, "time", lambda wrong=wrong: wrong):
                self.assertAlmostEqual(held.left(), 600, delta=30)
                self.assertAlmostEqual(held.until(), wrong + 600, delta=30)

    def test_a_worker_gives_a_time_and_one_of_before_a_moment(self):
        behind = time.time() - 2400
        self.assertEqual(granted({"leaseSeconds": 1800, "leaseUntil": behind}), 1800)
        self.assertEqual(granted({"leaseSeconds": -5}), 0)
        self.assertAlmostEqual(granted({"leaseUntil": time.time() + 90}), 90, delta=30)

    def test_a_renewal_by_a_worker_whose_clock_is_behind_ends_no_host(self):
        shared = types.SimpleNamespace(lock=mock.MagicMock(), lease=Lease(), state_dir="s")
        commands = Commands(types.SimpleNamespace(shared=shared))
        with mock.patch("trainctl_agent.daemon.commands.write_lease") as written:
            commands.obey({"t": "renew", "leaseSeconds": 1800, "leaseUntil": time.time() - 600})
        self.assertAlmostEqual(shared.lease.left(), 1800, delta=30)
        self.assertAlmostEqual(written.call_args[0][1], 1800, delta=30)

    @unittest.skipUnless(boot_id(), "no Linux")
    def test_the_clock_is_that_of_the_timer(self):
        with open("/proc/uptime", encoding="ascii") as file:
            before, uptime, after = steady(), float(file.read().split()[0]), steady()
        # To a hundredth of a second, and no more.
        self.assertTrue(before - 0.02 <= uptime <= after + 0.02, (before, uptime, after))
