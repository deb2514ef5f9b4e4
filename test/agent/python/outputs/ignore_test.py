import unittest

from trainctl_agent.outputs.ignore import Ignore


class Patterns(unittest.TestCase):
    def check(self, text, ignored, kept=(), name=".gitignore"):
        rules = Ignore({name: text})
        self.assertEqual([path for path in ignored if not rules.ignores(path)], [])
        self.assertEqual([path for path in kept if rules.ignores(path)], [])

    def test_names_at_any_depth_and_paths_from_their_file(self):
        self.check("*.log\n", ["a.log", "x/y/a.log"], ["a.logs", "log"])
        self.check("/top\n", ["top", "top/x"], ["a/top"])
        self.check("a/b\n", ["a/b", "a/b/c"], ["x/a/b"])
        self.check("sub/\n", ["sub/x", "y/sub/x"], ["sub"])

    def test_stars_questions_and_classes(self):
        self.check("**/deep\n", ["deep", "a/b/deep"], ["deeper"])
        self.check("a/**/z\n", ["a/z", "a/b/c/z"], ["z"])
        self.check("runs/**\n", ["runs/x", "runs/a/b"], ["runs"])
        self.check("v?.txt\n[ab]*.bin\n[!c]d\n", ["v1.txt", "a1.bin", "ad"], ["v10.txt", "c.bin", "cd"])
        self.check("a*b\n", ["ab", "axb"], ["a/b"])

    def test_comments_escapes_blanks_and_line_ends(self):
        self.check("# no\n\n\\#yes\ntrail   \nkept\\ \r\n", ["#yes", "trail"], ["# no", "no"])
        self.check("\ufeffbom\n", ["bom"])
        self.check("[unclosed\n(\n", ["(", "[unclosed"], ["x"])

    def test_the_last_word_counts_but_never_below_an_ignored_folder(self):
        self.check("*.bin\n!keep.bin\n", ["a.bin"], ["keep.bin"])
        self.check("out/\n!out/keep\n", ["out/keep"])

    def test_a_deeper_file_speaks_for_its_folder_alone(self):
        rules = Ignore({".gitignore": "*.csv\n", "sub/.gitignore": "!*.csv\n/only\n"})
        self.assertEqual([rules.ignores(path) for path in ("a.csv", "sub/a.csv", "sub/only", "only")], [1, 0, 1, 0])

    def test_trainctlignore_wins_and_takes_in_whole_folders(self):
        rules = Ignore({".gitignore": "runs/\n*.npy\n", ".trainctlignore": "!runs/\nscratch\n"})
        paths = ("runs/a.npy", "a.npy", "scratch", "b")
        self.assertEqual([rules.ignores(path) for path in paths], [False, True, True, False])
