import unittest

from trainctl_agent.clients.events import hello, standing

CHECKPOINT = {"step": 3, "key": "k", "bytes": 1, "seconds": 0.5, "why": "asked"}


class Events(unittest.TestCase):
    def test_hello_says_where_things_are(self):
        self.assertEqual(
            hello(2, {"phase": "training", "logBytes": 5, "logUploaded": 4, "step": None, "problems": []}),
            {
                "t": "hello",
                "epoch": 2,
                "phase": "training",
                "logBytes": 5,
                "logUploaded": 4,
                "step": None,
                "final": None,
            },
        )

    def test_what_stands_in_the_order_in_which_it_came(self):
        self.assertEqual(list(standing({"phase": "starting"})), [])
        now = {
            "final": {"code": 0},
            "exit": {"code": 0, "signal": None, "stoppedBy": None},
            "checkpointFailed": "no",
            "warnings": ["w"],
            "checkpoint": dict(CHECKPOINT, at="2026-11-30T00:00:00Z"),
            "notice": {"source": "spot"},
            "alerts": [{"number": 1}, {"number": 2}],
        }
        self.assertEqual(
            [e["t"] for e in standing(now)],
            ["notice", "checkpoint", "checkpoint-failed", "alert", "alert", "warning", "exit", "final"],
        )
        for scheduled in (None, {"source": "maintenance"}):
            self.assertEqual(
                list(standing({"notice": None, "scheduled": scheduled})), [{"t": "scheduled", "notice": scheduled}]
            )
        self.assertEqual(list(standing({"checkpoint": now["checkpoint"]})), [dict(now["checkpoint"], t="checkpoint")])
