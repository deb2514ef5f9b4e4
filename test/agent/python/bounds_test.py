import unittest

from trainctl_agent.bounds import LAST_WORD_BYTES, bounded
from trainctl_agent.json_lines import to_json

KEPT = {
    "code": 0,
    "signal": None,
    "stoppedBy": None,
    "step": 7,
    "firstStep": 1,
    "checkpoint": {"step": 7, "key": "k" * 200, "bytes": 5},
    "outputs": [{"index": i, "files": 10**6, "bytes": 10**12} for i in range(20)],
    "notice": {"source": "spot", "action": "terminate", "time": "2026-11-30T00:02:00Z"},
}
"""What is in every last word."""

# Six bytes of JSON each.
CONTROL = "\x01"


def word(**more):
    final = dict(KEPT, tail="", problems=[], warnings=[], metrics=None, logBytes=1, logUploaded=1)
    return dict(final, **more)


class Bounds(unittest.TestCase):
    def test_a_usual_word_stays_as_it_is(self):
        usual = word(tail="done\n", problems=["p"], warnings=["w"], metrics={"loss": 0.5}, alerts=[{"number": 1}])
        self.assertEqual(bounded(dict(usual)), usual)

    def test_each_field_that_may_be_long_is_cut_and_the_rest_is_whole(self):
        long = {
            "tail": CONTROL * 2048,
            "problems": [CONTROL * 9000] * 30,
            "warnings": [CONTROL * 400] * 5,
            "metrics": {CONTROL * 100 + str(i): i for i in range(64)},
            "notFinite": [{"name": CONTROL * 128}] * 12,
            "alerts": [{"message": CONTROL * 300}] * 12,
            "stopAlert": CONTROL * 9000,
            "outputsLost": CONTROL * 9000,
            "notKept": {"files": 9, "bytes": 9, "named": [{"path": CONTROL * 120}] * 8},
        }
        for name, value in long.items():
            alone = bounded(word(**{name: value}))
            self.assertLessEqual(len(to_json(alone)), LAST_WORD_BYTES, name)
        together = bounded(word(**long))
        self.assertLessEqual(len(to_json(together)), LAST_WORD_BYTES)
        for name, value in KEPT.items():
            self.assertEqual(together[name], value)
        self.assertEqual(
            (together["notKept"], together["tail"]), ({"files": 9, "bytes": 9, "named": []}, CONTROL * 400)
        )
        self.assertEqual(together["problems"][-1], "and 17 more, see state/agent.log on the host")

    def test_what_was_told_before_goes_first(self):
        final = bounded(word(alerts=[{"message": "a" * 300}] * 30, tail="t" * 2048, problems=["p" * 300] * 9))
        self.assertEqual((final["alerts"], len(final["tail"]), len(final["problems"])), ([], 2048, 9))
