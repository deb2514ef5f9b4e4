import os
from unittest import mock

from support import FolderTest

from trainctl_agent.daemon.lease import write_busy, write_lease


class Lease(FolderTest):
    def setUp(self):
        super().setUp()
        patch = mock.patch.dict(os.environ, {"TRAINCTL_HOST_ROOT": self.folder})
        patch.start()
        self.addCleanup(patch.stop)
        os.makedirs(self.path("state"))

    def test_where_the_timer_reads_it(self):
        os.makedirs(self.path("var/lib/trainctl"))
        write_lease(self.path("state"), 1_800_000_000.9)
        write_busy(1_800_000_060.5)
        self.assertEqual(self.read("var/lib/trainctl/lease"), "1800000000\n")
        self.assertEqual(self.read("var/lib/trainctl/busy"), "1800000060\n")
        self.assertEqual(os.listdir(self.path("state")), [])

    def test_with_the_state_where_there_is_no_timer(self):
        write_lease(self.path("state"), 5)
        write_busy(5)
        self.assertEqual(self.read("state/lease"), "5\n")
        self.assertEqual(os.listdir(self.folder), ["state"])
