import unittest

from trainctl_agent.checkpoints.whole.rounds import BEGUN, NEW, OVER, Rounds


class RoundsTest(unittest.TestCase):
    def setUp(self):
        self.now = 0.0
        self.rounds = Rounds(lambda: self.now)

    def states(self, *paths):
        """The state after each file, one a second."""
        found = []
        for path in paths:
            self.now += 1
            self.rounds.finished(path)
            found.append(self.rounds.state())
        return found

    def test_of_the_first_save_nobody_knows_what_belongs_to_it(self):
        self.assertIsNone(self.rounds.state())
        self.assertEqual(self.states("model", "optimizer"), [NEW, NEW])
        self.now += 9
        self.assertEqual(self.rounds.state(), OVER)

    def test_what_was_saved_together_is_saved_together_again(self):
        self.assertEqual(self.states("model", "optimizer", "model", "optimizer"), [NEW, NEW, BEGUN, OVER])
        self.assertEqual(self.states("model"), [BEGUN])
        self.assertEqual(self.rounds.lacking(), ["optimizer"])
        # It does not come for ever.
        self.now += 9
        self.assertEqual(self.rounds.state(), OVER)

    def test_after_a_long_pause_another_save_begins(self):
        self.assertEqual(self.states("config"), [NEW])
        self.now += 60
        self.assertEqual(self.states("model", "optimizer"), [NEW, NEW])
        self.now += 60
        self.assertEqual(self.states("optimizer", "model"), [BEGUN, OVER])

    def test_each_in_a_folder_of_its_own(self):
        saves = ["checkpoint-%d/%s" % (step, name) for step in (2, 4) for name in ("model", "state-%d" % step)]
        self.assertEqual(self.states(*saves), [NEW, NEW, BEGUN, OVER])

    def test_shards_of_one_save(self):
        saves = ["step_%d/model-%05d-of-00003" % (step, part) for step in (9, 10) for part in (1, 2, 3)]
        self.assertEqual(self.states(*saves), [NEW, NEW, NEW, BEGUN, BEGUN, OVER])
        self.setUp()
        saves = ["__%d_0.distcp" % part for part in (0, 1, 0, 1)]
        self.assertEqual(self.states(*saves), [NEW, NEW, BEGUN, OVER])

    def test_a_single_file_is_known_when_it_came_three_times(self):
        self.assertEqual(self.states("last", "last", "last"), [NEW, NEW, OVER])
        self.setUp()
        self.assertEqual(self.states("step_10.pt", "step_20.pt", "step_30.pt"), [NEW, NEW, OVER])

    def test_one_that_is_opened_twice_in_each_save_is_not_alone(self):
        self.assertEqual(self.states("a", "a", "b", "a", "a", "b"), [NEW, NEW, NEW, BEGUN, BEGUN, OVER])

    def test_a_new_file_beside_known_ones(self):
        self.assertEqual(self.states("last", "last", "last", "best"), [NEW, NEW, OVER, NEW])
        # Saved alone again, it is waited for once.
        self.assertEqual(self.states("last", "last", "last"), [BEGUN, BEGUN, OVER])

    def test_one_that_comes_now_and_then(self):
        states = self.states(*("m", "o", "best", "m", "o", "m", "o", "best", "m", "o"))
        self.assertEqual(states, [NEW, NEW, NEW, BEGUN, BEGUN, BEGUN, OVER, OVER, BEGUN, BEGUN])

    def test_a_beginning_that_does_not_come_again(self):
        states = self.states("config", "m", "o", "m", "o", "m", "o")
        self.assertEqual(states, [NEW, NEW, NEW, BEGUN, OVER, BEGUN, OVER])

    def test_what_is_to_be_renamed_is_not_finished(self):
        self.assertEqual(self.states("s.tmp", "s", "s.tmp", "s", "s.tmp", "s"), [None, NEW, NEW, NEW, NEW, OVER])

    def test_nor_is_what_is_renamed_whatever_its_name_is(self):
        found = []
        for _ in range(3):
            self.rounds.finished("wip/a")
            self.rounds.renamed("wip")
            found += self.states("last")
        self.assertEqual(found, [NEW, NEW, OVER])

    def test_a_copy_of_the_save_before_is_none(self):
        found = self.states("model")
        for _ in range(3):
            self.rounds.renamed("model")
            self.rounds.finished("model.bak", 0, False)
            found += self.states("model")
        self.assertEqual(found, [NEW, NEW, OVER, OVER])

    def test_what_is_called_a_copy_and_is_none(self):
        saves = ("run-old/model", "run-old/state") * 2
        self.assertEqual(self.states(*saves), [NEW, NEW, BEGUN, OVER])


class NumberedTest(unittest.TestCase):
    """Of files in place, whose numbers say no step."""

    LAYERS = tuple("w%d" % number for number in range(4))

    def setUp(self):
        self.now, self.lines = 0.0, 1
        self.rounds = Rounds(lambda: self.now)

    def states(self, paths, apart=0.3, lines=0):
        """`lines` of metrics come before each."""
        found = []
        for path in paths:
            self.now, self.lines = self.now + apart, self.lines + lines
            self.rounds.finished(path, self.lines)
            found.append(self.rounds.state())
        return found

    def test_files_of_one_save(self):
        grid = ["c/%d/%d" % (row, column) for row in range(3) for column in range(3)] + ["all.json"]
        for paths, apart in ((self.LAYERS, 0.3), (self.LAYERS, 5), (grid, 0.1)):
            self.setUp()
            self.assertEqual(self.states(paths, apart), [NEW] * len(paths))
            self.lines += 5
            self.assertEqual(self.states(paths, apart), [BEGUN] * (len(paths) - 1) + [OVER])

    def test_where_there_are_no_metrics_they_come_at_once(self):
        self.lines = 0
        self.assertEqual(self.states(self.LAYERS), [NEW] * 4)
        self.setUp()
        self.lines = 0
        self.assertEqual(self.states(self.LAYERS, 1.5), [NEW, NEW, OVER, OVER])

    def test_a_file_for_each_save(self):
        self.assertEqual(self.states(self.LAYERS, 1.5, lines=1), [NEW, NEW, OVER, OVER])
        self.setUp()
        self.assertEqual(self.states(["g_1", "d_1"]) + self.states(["g_2"], lines=1), [NEW, NEW, BEGUN])
        self.assertEqual(self.states(["d_2"]), [OVER])

    def test_a_line_of_metrics_shows_that_they_were_saves(self):
        self.assertEqual(self.states(self.LAYERS), [NEW] * 4)
        self.assertEqual(self.states(["w4", "w5", "w6"], 1.5, lines=1), [NEW, NEW, OVER])

    def test_saves_for_long_are_no_parts_of_one_though_two_came_at_once(self):
        self.lines = 0
        saves = ["model_%d.pt" % number for number in range(40)]
        self.assertEqual(self.states(saves[:2]) + self.states(saves[2:25], 1.5), [NEW] * 23 + [OVER] * 2)

    def test_parts_stay_parts_however_many_they_are(self):
        for lines, apart in ((0, 0.3), (1, 1.5)):
            self.setUp()
            self.lines = lines
            self.assertEqual(self.states(["w%d" % number for number in range(150)], apart), [NEW] * 150)
        # Nor are they saves when they came a second time.
        self.setUp()
        self.lines = 0
        self.states(self.LAYERS)
        self.states(self.LAYERS, 1.5)
        self.states(self.LAYERS, 8)
        self.assertEqual(self.states(["w4"], 1.5), [NEW])

    def test_a_line_of_metrics_in_the_middle_of_a_save(self):
        found = self.states(self.LAYERS[:2]) + self.states(self.LAYERS[2:3], lines=1) + self.states(self.LAYERS[3:])
        self.assertEqual(found, [NEW] * 4)
        # They are taken for saves, until all of them came a second time.
        found = self.states(self.LAYERS[:1], 1.5, lines=1) + self.states(self.LAYERS[1:])
        self.assertEqual(found, [OVER, OVER, OVER, NEW])
        for _ in range(2):
            found = self.states(self.LAYERS[:1], 1.5, lines=1) + self.states(self.LAYERS[1:])
            self.assertEqual(found, [BEGUN, BEGUN, BEGUN, OVER])

    def test_one_of_a_few_places_in_turn(self):
        turns = ["slot_%d" % (save % 3) for save in range(6)]
        self.assertEqual(self.states(turns, 1.5, lines=1), [NEW, NEW, OVER, OVER, OVER, OVER])
