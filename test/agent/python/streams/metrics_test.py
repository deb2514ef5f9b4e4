import json
import os
from unittest import mock

from support import FolderTest

from trainctl_agent.streams import thin
from trainctl_agent.streams.metrics import Metrics


class Follow(FolderTest):
    def setUp(self):
        super().setUp()
        self.source = self.write("metrics")
        self.metrics = Metrics(self.source, self.path("copy"))

    def append(self, text):
        with open(self.source, "a", encoding="utf-8") as file:
            file.write(text)

    def test_numbers_by_name_and_the_step(self):
        self.append('{"step": 3, "loss": 0.5, "name": "x", "ok": true}\n[1]\nno json\n{"lr": 1e999, "step": -1}\n{"st')
        self.metrics.pump()
        self.assertEqual((self.metrics.step, self.metrics.values), (3, {"loss": 0.5, "lr": "Infinity"}))
        self.append('ep": 4, "acc": 1}')
        self.metrics.pump()
        self.assertEqual(self.metrics.step, 3)
        self.metrics.finish()
        self.assertEqual((self.metrics.step, self.metrics.values), (4, {"loss": 0.5, "lr": "Infinity", "acc": 1}))
        self.assertEqual(self.metrics.unreadable, {"lines": 3, "firstLine": 2, "why": "it is JSON, but no object"})
        self.assertEqual(self.metrics.first, 3)

    def test_what_is_not_finite_in_a_long_list_is_no_secret(self):
        for step, last in enumerate(("0.5", "NaN", '"nan"', "0.5")):
            self.append('{"step": %d, "norms": [%s%s]}\n' % (step, "1, " * 16, last))
        self.append('{"step": 9, "a":%s[-Infinity]%s}\n' % ('{"a":' * 8, "}" * 8))
        self.metrics.pump()
        told = [
            (one["name"][:5], one["value"], one["firstStep"], one["ongoing"]) for one in self.metrics.not_finite.told()
        ]
        self.assertEqual(told, [("norms", "NaN", 1, False), ("a/a/a", "-Infinity", 9, True)])
        self.assertEqual(self.metrics.values, {})

    def test_the_copy_keeps_what_a_process_truncates(self):
        self.append('{"step": 1}\n{"step": 2}\n')
        self.metrics.pump()
        self.write("metrics", '{"step": 9}\n')
        self.metrics.pump()
        self.assertEqual(self.metrics.step, 9)
        self.assertEqual(self.read("copy"), '{"step": 1}\n{"step": 2}\n{"step": 9}\n')
        self.assertEqual(self.metrics.size, 36)

    def test_steps_that_begin_anew(self):
        self.append("".join('{"step": %d, "steps": 9}\n' % step for step in (5, 6, 8, 7, 8)))
        self.metrics.pump()
        # One back is a line that came late, or an earlier state that was loaded.
        self.assertEqual((self.metrics.anew, self.metrics.gap, self.metrics.widest), (False, 0, 2))
        self.metrics.history = [(1.0, 7), (2.0, 8)]
        self.assertIn("etaAt", self.metrics.outlook(2))
        self.append('{"step": 0}\n{"step": 1}\n')
        self.metrics.pump()
        self.assertEqual((self.metrics.anew, self.metrics.step, self.metrics.first), (True, 1, 5))
        self.metrics.history = [(1.0, 0), (2.0, 1)]
        self.assertEqual(self.metrics.outlook(2), {"steps": 9})

    def test_steps_that_begin_below_where_they_were_to_go_on(self):
        for resumed_from, steps, says in (
            (600, (620, 640), True),
            # What was loaded was written a little before the checkpoint was taken.
            (600, (581, 601), True),
            (600, (1,), False),
            (600, (20, 40), False),
            (None, (1, 2), True),
            (1, (1, 2), True),
        ):
            self.write("metrics", "".join('{"step": %d}\n' % step for step in steps))
            metrics = Metrics(self.source, self.path("copy"), 900, resumed_from)
            metrics.pump()
            self.assertEqual((metrics.says_how_far(), metrics.anew), (says, False), steps)

    def test_a_step_of_several_lines_is_one(self):
        self.append("".join('{"step": %d}\n' % step for step in (1, 1, 2, 2, 2)))
        self.metrics.pump()
        self.assertEqual((self.metrics.anew, self.metrics.gap), (False, 1))

    def test_at_most_64_names_and_none_too_long(self):
        self.append("".join('{"n%d": 1}\n' % n for n in range(100)) + '{"%s": 1, "n0": 2}\n' % ("x" * 129))
        self.metrics.pump()
        self.assertEqual(len(self.metrics.values), 64)
        self.assertEqual(self.metrics.values["n0"], 2)

    def test_names_take_so_many_bytes_and_no_more(self):
        self.append("".join('{"%s%02d": 1}\n' % ("ü" * 60, n) for n in range(64)))
        self.metrics.pump()
        self.assertLessEqual(len(json.dumps(self.metrics.values)), 4096 + 5 * 64)

    def test_a_last_line_that_the_end_has_cut(self):
        self.append('{"step": 1}\n{"step": 2, "lo')
        self.metrics.finish()
        self.assertEqual(self.metrics.unreadable, {"lines": 1, "firstLine": 2, "why": "it is cut off"})

    def test_a_name_without_end_is_told_in_part(self):
        self.append('{"%s": NaN}\n' % ("x" * 5000))
        self.metrics.pump()
        self.assertEqual(self.metrics.not_finite.told()[0]["name"], "x" * 128)

    def test_a_null_is_no_value_any_more(self):
        self.append('{"loss": 1, "acc": 1}\n{"loss": null}\n')
        self.metrics.pump()
        self.assertEqual(self.metrics.values, {"acc": 1})

    def test_a_line_that_is_too_long_is_one_line(self):
        self.append("x" * (3 * 1024 * 1024) + '\n{"step": 1}\n')
        self.metrics.pump()
        self.assertEqual(self.metrics.step, 1)
        self.assertEqual(self.metrics.unreadable, {"lines": 1, "firstLine": 1, "why": "it is longer than 1 MiB"})

    def test_a_step_that_is_none_does_not_cost_the_other_values(self):
        self.append('{"step": 2}\n{"step": NaN, "loss": NaN}\n')
        self.metrics.pump()
        self.assertEqual((self.metrics.step, self.metrics.values), (2, {"loss": "NaN"}))
        self.assertEqual(self.metrics.not_finite.told()[0]["firstStep"], 2)
        self.assertEqual(self.metrics.unreadable["why"], "its step is NaN, not a number of 0 or more")

    def test_steps_in_all_are_the_trainings_own_or_the_specs(self):
        self.metrics.total = 50
        self.assertEqual(self.metrics.outlook(0), {"steps": 50})
        self.append('{"max_steps": 20}\n')
        self.metrics.pump()
        self.assertEqual(self.metrics.outlook(0), {"steps": 20})
        self.append('{"steps": NaN, "total_steps": 30}\n')
        self.metrics.pump()
        self.assertEqual(self.metrics.outlook(0), {"steps": 30})

    def test_remembers_the_first_step_of_all(self):
        self.append('{"loss": 1}\n{"step": 600}\n{"step": 601}\n')
        self.metrics.pump()
        self.assertEqual((self.metrics.first, self.metrics.step), (600, 601))

    def test_knows_how_far_apart_steps_are_reported_where_that_is_always_the_same(self):
        gaps = ((20, None), (40, 20), (40, 20), (60, 20), (1, 20), (21, 20), (22, 0), (42, 0))
        for step, gap in gaps:
            self.append('{"step": %d}\n' % step)
            self.metrics.pump()
            self.assertEqual(self.metrics.gap, gap)

    def test_remembers_when_it_was_at_which_step(self):
        for moment, text in [(100, '{"step": 1}\n{"step": 2}\n'), (101, '{"loss": 1}\n'), (103, '{"step": 3}\n')]:
            self.append(text)
            os.utime(self.source, (moment, moment))
            self.metrics.pump()
        self.assertEqual(self.metrics.history, [(100, 2), (103, 3)])

    def test_of_a_long_history_the_older_half_is_thinned(self):
        with mock.patch("trainctl_agent.streams.metrics.HISTORY", 8):
            for step in range(9):
                self.metrics.step = step
                self.metrics.remember(step)
        self.assertEqual([step for _, step in self.metrics.history], [1, 3, 4, 5, 6, 7, 8])

    def test_a_flood_of_lines_is_kept_whole_and_looked_into_in_part(self):
        plain = "".join('{"step": %d, "loss": 0.5}\n' % step for step in range(1, 2001))
        rare = '{"step": 2001, "loss": NaN}\n' + plain.replace(" 0.5", " 0.25") + '{"step": 4000, "lr": 7}\n{"step": 40'
        with mock.patch.object(thin, "BURST", 100):
            self.metrics = Metrics(self.source, self.path("copy"))
            self.append('{"step": 0}\n{"step": 2}\n')
            self.metrics.pump()
            self.append(plain + rare)
            self.metrics.pump()
        self.assertEqual((self.metrics.first, self.metrics.step), (0, 4000))
        self.assertEqual(self.metrics.values, {"loss": 0.25, "lr": 7})
        self.assertEqual((self.metrics.gap, self.metrics.widest), (2, 2))
        [nan] = self.metrics.not_finite.told()
        self.assertEqual((nan["firstStep"], nan["firstLine"]), (2001, 2003))
        self.assertEqual(self.metrics.line, 4004)
        self.assertGreater(self.metrics.passed_over, 3900)
        self.assertEqual(self.read("copy"), self.read("metrics"))
        self.append('01, "loss": 1}\n{"step": 4002, "loss": 2}')
        self.metrics.finish()
        self.assertEqual((self.metrics.step, self.metrics.values["loss"]), (4002, 2))
        self.assertIsNone(self.metrics.unreadable)

    def test_a_look_is_short_and_the_end_may_come_before_all_is_read(self):
        self.append('{"step": 1, "pad": "%s"}\n' % ("x" * 1000) * 3000)
        self.assertFalse(self.metrics.pump(0))
        self.assertLess(self.metrics.size, 3_000_000)
        with mock.patch.object(Metrics, "pump", lambda _: False):
            self.metrics.finish(0)
        self.metrics.finish()
        self.assertEqual(self.metrics.size, os.path.getsize(self.source))
