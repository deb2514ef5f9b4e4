import unittest

from trainctl_agent.errors import AgentError
from trainctl_agent.verbs.start import check_start

REQUEST = {
    "run": "r",
    "runKey": "k",
    "attempt": 1,
    "node": 0,
    "command": ["train"],
    "checkpoints": {"dir": "checkpoints"},
    "grants": {"node": {"url": "http://s3"}},
    "leaseUntil": 1,
}


class Start(unittest.TestCase):
    def test_a_whole_request(self):
        check_start(REQUEST)
        check_start(dict(REQUEST, command="train --epochs 5", checkpoints={"dir": "c", "signal": "USR1"}))

    def test_what_is_missing_is_named(self):
        for name in REQUEST:
            self.refuses(name, **{name: None})

    def test_what_cannot_be_started(self):
        for command in ([], "", " ", ["", "a"], ["a", 1], ["a\0"], 5):
            self.refuses("`command`", command=command)
        self.refuses("checkpoints.dir", checkpoints={"dir": "."})
        self.refuses("grants.node", grants={})
        self.refuses("no signal", checkpoints={"dir": "c", "signal": "NOPE"})
        self.refuses("env.A", env={"A": 1})

    def refuses(self, words, **changed):
        with self.assertRaises(AgentError, msg=changed) as caught:
            check_start(dict(REQUEST, **changed))
        self.assertEqual(caught.exception.code, "bad-request")
        self.assertIn(words, caught.exception.message)
