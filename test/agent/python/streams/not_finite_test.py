import unittest

from trainctl_agent.streams.not_finite import MOST, NotFinite, in_words


def seen(*values, name="loss", first=1):
    found = NotFinite()
    for step, value in enumerate(values, first):
        found.see(name, value, step, step)
    return found


class Track(unittest.TestCase):
    def words(self, *values):
        return [in_words([entry]) for entry in seen(*values).told() or []]

    def test_finite_numbers_are_nothing_to_tell(self):
        self.assertIsNone(seen(0.5, 0, -1).told())

    def test_one_that_is_still_so(self):
        self.assertEqual(self.words(1, "NaN", "NaN"), ["loss became NaN at step 2"])

    def test_one_that_is_over(self):
        self.assertEqual(self.words(1, "NaN", 1), ["loss was NaN at step 2"])
        self.assertEqual(self.words(1, "NaN", "NaN", 1), ["loss was NaN at steps 2–3"])
        self.assertEqual(self.words("NaN", 1, "NaN", 1), ["loss was NaN 2 times, at steps 1–3"])

    def test_values_are_told_apart(self):
        found = seen(1, "NaN", "NaN", "Infinity")
        nan, infinity = found.told()
        self.assertEqual(
            nan,
            {
                "name": "loss", "value": "NaN", "times": 2, "spells": 1, "firstLine": 2, "firstStep": 2,
                "sinceStep": 2, "lastStep": 3, "ongoing": False,
            },
        )  # fmt: skip
        self.assertEqual((infinity["firstStep"], infinity["ongoing"]), (4, True))

    def test_a_second_spell_begins_anew(self):
        (entry,) = seen("NaN", 1, "NaN", "NaN").told()
        self.assertEqual((entry["firstStep"], entry["sinceStep"], entry["spells"], entry["times"]), (1, 3, 2, 3))

    def test_without_a_step_the_line_says_where(self):
        found = NotFinite()
        found.see("loss", "NaN", None, 7)
        self.assertEqual(in_words(found.told()), "loss became NaN at line 7 of its metrics")

    def test_each_is_fresh_once(self):
        found = seen("NaN")
        self.assertEqual([entry["name"] for entry in found.take()], ["loss"])
        found.see("loss", "NaN", 2, 2)
        self.assertEqual(found.take(), [])

    def test_many_at_once_in_one_sentence(self):
        def entries(*steps):
            found = NotFinite()
            for letter, step in zip("abcdef", steps):
                found.see(letter, "NaN", step, step)
            return found.told()

        self.assertEqual(in_words(entries(4, 4)), "a and b became NaN at step 4")
        self.assertEqual(in_words(entries(4, 4, 4)), "a, b and c became NaN at step 4")
        self.assertEqual(in_words(entries(4, 4, 5, 4, 4)), "a, b and 3 more became NaN from step 4 on")

    def test_they_are_bounded(self):
        found = NotFinite()
        for number in range(MOST * 2):
            found.see("m%d" % number, "NaN", 1, 1)
        self.assertEqual(len(found.told()), MOST)
