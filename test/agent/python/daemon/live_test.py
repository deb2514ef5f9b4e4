import threading
import types
import unittest

from trainctl_agent.daemon.live import Live


def document(**changed):
    figures = {"logBytes": 9, "logUploaded": 7, "step": None, "metrics": None}
    figures.update((name, changed.pop(name)) for name in ("step", "metrics") if name in changed)
    found = changed.pop("findings", {})
    shared = types.SimpleNamespace(
        lock=threading.Lock(),
        figures=lambda: figures,
        findings=lambda: found,
        phase="training",
        checkpoint=None,
        notice=None,
        exit=None,
    )
    vars(shared).update(changed)
    return Live({"attempt": 2, "node": 0}, shared, None, None).document()


LEAST = {"attempt": 2, "node": 0, "phase": "training", "logBytes": 9, "logUploaded": 7}


class Document(unittest.TestCase):
    def test_what_is_not_known_is_left_out(self):
        self.assertEqual(document(), LEAST)

    def test_all_that_is_known(self):
        self.assertEqual(
            document(
                step=0,
                metrics={"loss": 1},
                findings={"unreadable": {"lines": 1}},
                checkpoint={"step": 3, "key": "k", "bytes": 5, "at": "t", "why": "stop", "seconds": 1},
                notice={"time": "t"},
                exit={"code": 1, "signal": None, "at": 5},
            ),
            dict(
                LEAST,
                step=0,
                metrics={"loss": 1},
                unreadable={"lines": 1},
                checkpoint={"step": 3, "key": "k", "bytes": 5, "at": "t"},
                notice={"time": "t"},
                exit={"code": 1, "signal": None},
            ),
        )
