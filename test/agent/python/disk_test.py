import errno

from support import FolderTest

from trainctl_agent.disk import check_space, disk_errors
from trainctl_agent.errors import AgentError


class Disk(FolderTest):
    def test_too_little_space_is_told_before(self):
        check_space(self.folder, 0, "the inputs")
        with self.assertRaises(AgentError) as caught:
            check_space(self.folder, 1 << 60, "the inputs")
        self.assertEqual(caught.exception.code, "disk-full")
        self.assertIn("the inputs needs 1152921504606846976 bytes", caught.exception.message)

    def test_a_disk_that_fills_on_the_way_is_told_and_other_errors_are_as_they_are(self):
        for number in (errno.ENOSPC, errno.EDQUOT):
            with self.assertRaises(AgentError) as caught, disk_errors(self.folder, "the inputs"):
                raise OSError(number, "full")
            self.assertEqual(caught.exception.code, "disk-full")
        with self.assertRaises(PermissionError), disk_errors(self.folder, "the inputs"):
            raise PermissionError(errno.EACCES, "denied")
