"""A folder for one test."""

import os
import shutil
import tempfile
import unittest
from unittest import mock


class FolderTest(unittest.TestCase):
    def setUp(self):
        self.folder = os.path.realpath(tempfile.mkdtemp(prefix="trainctl-agent-"))
        self.addCleanup(shutil.rmtree, self.folder, ignore_errors=True)

    def path(self, *parts):
        return os.path.join(self.folder, *parts)

    def write(self, path, content="", mode=None):
        """A file below the folder; returns its whole path."""
        full = self.path(path)
        os.makedirs(os.path.dirname(full), exist_ok=True)
        with open(full, "wb") as file:
            file.write(content if isinstance(content, bytes) else content.encode())
        if mode is not None:
            os.chmod(full, mode)
        return full

    def link(self, path, target):
        os.symlink(target, self.path(path))

    def read(self, path):
        with open(self.path(path), "rb") as file:
            return file.read().decode()


class BareImageTest(FolderTest):
    """On a host whose image has no login files: those of the machine that tests are none of it."""

    def setUp(self):
        super().setUp()
        image = {"TRAINCTL_HOST_ROOT": self.path("image"), "HOME": self.path("home")}
        patch = mock.patch.dict(os.environ, image)
        patch.start()
        self.addCleanup(patch.stop)
