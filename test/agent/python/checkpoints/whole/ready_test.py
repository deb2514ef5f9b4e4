import unittest

from trainctl_agent.checkpoints.whole.ready import SUSPECT, WAIT, WHOLE, ready
from trainctl_agent.checkpoints.whole.rounds import BEGUN, NEW, OVER
from trainctl_agent.checkpoints.whole.watch import Rest


def verdict(written=False, known=True, quiet=0.0, longest=0.0, followed=0.0, waited=0.0, save=None):
    return ready(written, known, Rest(quiet, longest, followed), waited, 120.0, save)


class Ready(unittest.TestCase):
    def test_at_rest(self):
        self.assertEqual(verdict(quiet=1.9), WAIT)
        self.assertEqual(verdict(quiet=2.0), WHOLE)

    def test_all_that_is_saved_together_is_there(self):
        self.assertEqual(verdict(save=OVER), WHOLE)
        self.assertEqual(verdict(save=OVER, written=True), WAIT)

    def test_what_belongs_to_a_save_that_has_begun_is_waited_for_even_at_rest(self):
        self.assertEqual(verdict(save=BEGUN, quiet=5.0, waited=100.0), WAIT)
        self.assertEqual(verdict(save=BEGUN, waited=120.0), SUSPECT)

    def test_of_a_first_save_only_rest_says_that_it_is_over(self):
        self.assertEqual(verdict(save=NEW, quiet=1.9, longest=1.0, followed=20.0, waited=20.0), WAIT)
        self.assertEqual(verdict(save=NEW, quiet=2.0), WHOLE)
        self.assertEqual(verdict(save=NEW, waited=30.0), SUSPECT)

    def test_where_nobody_tells_it_is_taken_in_the_longest_of_its_pauses_and_then_at_any_moment(self):
        self.assertEqual(verdict(quiet=0.5, longest=0.9, followed=2.0), WAIT)
        self.assertEqual(verdict(quiet=0.3, longest=0.9, followed=4.0), WAIT)
        self.assertEqual(verdict(quiet=0.5, longest=0.9, followed=4.0), WHOLE)
        self.assertEqual(verdict(quiet=0.0, longest=0.9, followed=6.0, waited=6.0), WHOLE)

    def test_what_is_being_written_is_waited_for(self):
        self.assertEqual(verdict(written=True, quiet=9.0, waited=119.0), WAIT)
        self.assertEqual(verdict(written=True, quiet=0.0, waited=120.0), SUSPECT)
        self.assertEqual(verdict(written=True, quiet=10.0), SUSPECT)

    def test_where_nobody_says_who_writes_only_rest_counts(self):
        self.assertEqual(verdict(known=False, quiet=1.9, longest=1.0, waited=50.0), WAIT)
        self.assertEqual(verdict(known=False, quiet=2.0), WHOLE)
        self.assertEqual(verdict(known=False, waited=120.0), SUSPECT)
