from support import FolderTest

from trainctl_agent.checkpoints.whole.additions import Additions


class Added(FolderTest):
    def setUp(self):
        super().setUp()
        self.additions, self.before, self.now = Additions(self.folder), {}, 100.0

    def see(self, data, opened=frozenset(), metrics=0):
        """The file a with this content, half a second later."""
        self.write("a", data)
        seen = {"a": ("file", 0, len(data), 0, 1)}
        self.now += 0.5
        self.additions.note(
            [path for path in seen if self.before.get(path) != seen[path]], self.before, seen, opened, self.now, metrics
        )
        self.before = seen

    def recent(self):
        return self.additions.recent(self.now)

    def test_added_to_piece_by_piece_it_may_not_be_finished(self):
        for data in ("a", "ab", "abc", "abcd"):
            self.see(data)
        self.assertEqual(self.recent(), ["a"])
        self.now += 5
        self.assertEqual(self.recent(), [])

    def test_written_anew_and_longer_each_time_it_was_not_added_to(self):
        for data in ("[1]", "[1,2]", "[1,2,3]", "[1,2,3,4]"):
            self.see(data)
        self.assertEqual(self.recent(), [])

    def test_growing_while_it_is_open_it_was_not_opened_anew(self):
        for data in ("a", "ab", "abc", "abcd"):
            self.see(data, {1})
        self.assertEqual((self.recent(), self.additions.logs()), ([], set()))

    def test_added_to_by_the_line_it_is_a_log(self):
        for data in ("a\n", "a\nb\n", "a\nb\nc\n"):
            self.see(data)
        self.assertEqual((self.recent(), self.additions.logs()), (["a"], set()))
        self.see("a\nb\nc\nd\n")
        self.assertEqual((self.recent(), self.additions.logs()), ([], {"a"}))
        self.see("a\n")
        self.assertEqual(self.additions.logs(), set())

    def test_added_to_once_a_step_it_is_finished_each_time(self):
        for metrics, data in enumerate(("a", "ab", "abc", "abcd")):
            self.see(data, metrics=metrics)
        self.assertEqual((self.recent(), self.additions.logs()), ([], set()))
        # Now twice in a step.
        self.see("abcde", metrics=3)
        self.assertEqual(self.recent(), ["a"])
