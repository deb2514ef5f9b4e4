import errno
import hashlib
from unittest import mock

from support import FolderTest

from trainctl_agent.errors import AgentError
from trainctl_agent.verbs.sync import run


class Sync(FolderTest):
    def test_a_disk_that_is_full_when_the_times_come(self):
        archive = {"sha256": hashlib.sha256().hexdigest(), "times": {"url": "", "sha256": ""}}
        with mock.patch.multiple(
            "trainctl_agent.verbs.sync",
            node_dir=lambda _: self.folder,
            unpack_snapshot=lambda *_: (0, 0),
            fetch_times=mock.Mock(side_effect=OSError(errno.ENOSPC, "No space left on device")),
        ), self.assertRaises(AgentError) as caught:
            run({"archive": archive})
        self.assertEqual(caught.exception.code, "disk-full")
        self.assertIn("resources.disk", caught.exception.message)
