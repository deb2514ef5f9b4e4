import os

from support import FolderTest

from trainctl_agent.checkpoints.as_it_was.make import make_as_it_was, space_needed


class AsItWas(FolderTest):
    def at(self, path):
        info = os.lstat(self.path(path))
        return (info.st_mode & 0o7777, info.st_mtime_ns)

    def test_modes_times_and_names(self):
        self.write("d/deep/a", "x")
        part = {"sha256": "0" * 64, "bytes": 1}
        make_as_it_was(
            self.folder,
            {
                "files": [
                    {
                        "path": "d/deep/a",
                        "mode": 0o4640,
                        "size": 1,
                        "parts": [part],
                        "mtime": 1.0,
                        "mtimeNs": 1_000_000_001,
                    },
                    {"path": "d/b", "mode": 0o640, "size": 1, "parts": [part], "sameAs": "d/deep/a"},
                    {"path": "d/l", "link": "b", "mtimeNs": 2_000_000_002},
                ],
                "folders": [
                    {"path": "", "mode": 0o500, "mtimeNs": 3_000_000_003},
                    {"path": "d", "mode": 0o2500, "mtimeNs": 4_000_000_004},
                    {"path": "d/deep", "mode": 0o1700, "mtimeNs": 5_000_000_005},
                ],
            },
        )
        self.assertEqual(self.at("d/deep/a"), (0o640, 1_000_000_001))
        self.assertTrue(os.path.samefile(self.path("d/b"), self.path("d/deep/a")))
        self.assertEqual(self.at("d/l")[1], 2_000_000_002)
        self.assertEqual(self.at("d"), (0o2500, 4_000_000_004))
        self.assertEqual(self.at("d/deep"), (0o1700, 5_000_000_005))
        # It stays writable for whoever puts it in place.
        self.assertEqual(self.at(""), (0o700, 3_000_000_003))
        os.chmod(self.path("d"), 0o700)

    def test_what_an_older_agent_left_and_times_that_nobody_can_hold(self):
        for mtime in (1.5, 10**30, float("nan"), float("inf"), "x", None):
            self.write("a", "x", 0o600)
            file = {"path": "a", "mode": 0o644, "size": 1, "parts": [], "mtime": mtime}
            make_as_it_was(self.folder, {"files": [file]})
            self.assertEqual(self.at("a")[0], 0o644)
            if mtime == 1.5:
                self.assertEqual(self.at("a")[1], 1_500_000_000)
        self.assertEqual(self.at("")[0], 0o755)

    def test_the_space_that_it_takes(self):
        files = [
            {"path": "a", "size": 10**12, "holes": [[0, 10**12 - 5]]},
            {"path": "b", "size": 10**12, "sameAs": "a"},
            {"path": "l", "link": "a"},
            {"path": "c", "size": 7},
        ]
        self.assertEqual(space_needed({"files": files}), 12)
