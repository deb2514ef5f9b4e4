import unittest

from trainctl_agent.checkpoints.as_it_was.hints import check_hints
from trainctl_agent.checkpoints.manifest import Damaged, check_manifest
from trainctl_agent.checkpoints.parts import file_entry

FILE = {
    "path": "a",
    "size": 100,
    "parts": [{"sha256": "0" * 64, "bytes": 100}],
    "mtimeNs": 7,
    "holes": [[0, 10], [20, 80]],
}
SAME = {"path": "d/b", "size": 100, "parts": FILE["parts"], "sameAs": "a"}
FOLDERS = [{"path": "", "mode": 0o700, "mtimeNs": 1}, {"path": "d", "mode": 0o2755, "mtimeNs": -1}]


class CheckHints(unittest.TestCase):
    def damaged(self, files=(FILE, SAME), **change):
        with self.assertRaises(Damaged, msg=(files, change)):
            check_hints(dict({"dirs": ["d"], "files": list(files), "folders": FOLDERS}, **change))

    def test_whole_ones_and_those_of_older_agents(self):
        check_hints(
            {"dirs": ["d"], "files": [FILE, SAME, {"path": "l", "link": "a", "mtimeNs": 3}], "folders": FOLDERS}
        )
        check_hints({"files": [{"path": "a", "size": 0, "parts": [], "mtime": 1.5}, {"path": "l", "link": "a"}]})

    def test_times_that_a_file_may_have(self):
        # Of the year 2286: more nanoseconds than 63 bits hold.
        check_hints({"files": [dict(FILE, mtimeNs=9_999_999_999_000_000_000)], "dirs": ["d"], "folders": FOLDERS})
        for seconds in (2**40, -(2**40)):
            entry = file_entry("a", 0o644, 0, seconds * 10**9)
            check_hints(check_manifest({"format": 1, "files": [entry]}))

    def test_times(self):
        for value in (1.5, "1", None, True, 10**20, -(10**20), 10**400):
            self.damaged([dict(FILE, mtimeNs=value)])
            self.damaged(folders=[dict(FOLDERS[0], mtimeNs=value)])

    def test_holes_lie_in_the_file_one_after_the_other(self):
        for holes in (
            {},
            7,
            [7],
            [[0]],
            [[0, 1, 2]],
            [[0, 1.0]],
            [[True, 1]],
            [[-1, 5]],
            [[0, 0]],
            [[0, 101]],
            [[5, 5], [7, 1]],
        ):
            self.damaged([dict(FILE, holes=holes)])

    def test_second_names_are_of_a_file_before_with_the_same_content(self):
        for same in ("", "b", "d/b", "../a", 7, None, ["a"]):
            self.damaged([FILE, dict(SAME, sameAs=same)])
        self.damaged([SAME, FILE])
        self.damaged([FILE, dict(SAME, parts=[{"sha256": "1" * 64, "bytes": 100}])])
        self.damaged([FILE, SAME, dict(SAME, path="c", sameAs="d/b")])

    def test_folders_are_known_and_their_modes_are_modes(self):
        for folders in ({}, [7], [{}], [dict(FOLDERS[0], path="e")], [FOLDERS[1], FOLDERS[1]]):
            self.damaged(folders=folders)
        for mode in (0o4755, -1, 0o10755, "755", None, True):
            self.damaged(folders=[dict(FOLDERS[1], mode=mode)])
