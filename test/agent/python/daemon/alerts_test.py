import queue
import types
from unittest import mock

from support import FolderTest

from trainctl_agent.daemon.alerts import Alerts
from trainctl_agent.daemon.shared import Shared
from trainctl_agent.streams.metrics import Metrics


class AlertsTest(FolderTest):
    def setUp(self):
        super().setUp()
        self.source, self.time, self.stops = self.write("metrics"), 0.0, 0
        self.shared = Shared(self.folder)
        self.shared.client = types.SimpleNamespace(queue=queue.Queue())
        self.shared.metrics, self.shared.phase = Metrics(self.source, self.path("copy")), "training"
        silent = mock.patch("trainctl_agent.daemon.alerts.note")
        silent.start()
        self.addCleanup(silent.stop)

    def alerts(self, **rules):
        def stop():
            self.stops += 1

        return Alerts(self.shared, rules, stop, lambda: self.time)

    def write_lines(self, *lines):
        with open(self.source, "a", encoding="utf-8") as file:
            file.write("".join(line + "\n" for line in lines))

    def told(self, alerts, time=None):
        """Messages that a look adds."""
        before = len(self.shared.alerts)
        self.time = self.time if time is None else time
        alerts.look()
        return [alert["message"] for alert in self.shared.alerts[before:]]


class Nan(AlertsTest):
    def test_is_told_once_for_each_value(self):
        alerts = self.alerts()
        self.write_lines('{"step": 4, "loss": NaN}', '{"step": 5, "loss": NaN}')
        self.assertEqual(self.told(alerts), ["loss became NaN at step 4"])
        self.write_lines('{"step": 6, "loss": NaN}', '{"step": 7, "loss": Infinity, "acc": Infinity}')
        self.assertEqual(self.told(alerts), ["loss and acc became Infinity at step 7"])
        self.assertEqual(self.told(alerts), [])
        self.assertEqual(self.stops, 0)

    def test_one_that_is_over_already(self):
        self.write_lines('{"step": 4, "loss": NaN}', '{"step": 5, "loss": NaN}', '{"step": 6, "loss": 1}')
        self.assertEqual(self.told(self.alerts()), ["loss was NaN at steps 4–5"])

    def test_stop_ends_the_process_once(self):
        alerts = self.alerts(nan="stop")
        self.write_lines('{"step": 4, "loss": NaN}')
        self.assertEqual(self.told(alerts), ["loss became NaN at step 4; alerts.nan is stop"])
        self.write_lines('{"step": 5, "acc": NaN}')
        self.assertEqual(self.told(alerts), ["acc became NaN at step 5"])
        self.assertEqual((self.stops, self.shared.stop_alert), (1, "loss became NaN at step 4"))

    def test_one_that_was_over_before_it_could_be_told(self):
        self.write_lines('{"step": 4, "loss": NaN}')
        self.shared.exit = {"code": 0}
        self.told(self.alerts(nan="stop"))
        self.assertEqual((self.shared.stopped_by, self.shared.stop_alert), ("alert", "loss became NaN at step 4"))

    def test_who_asked_first_keeps_the_word(self):
        self.shared.stopped_by = "notice"
        self.write_lines('{"step": 4, "loss": NaN}')
        self.assertEqual(self.told(self.alerts(nan="stop")), ["loss became NaN at step 4"])
        self.assertEqual((self.stops, self.shared.stop_alert), (0, None))


class Unreadable(AlertsTest):
    def test_the_first_is_told_with_its_line(self):
        alerts = self.alerts()
        self.write_lines('{"step": 1}', "", "[1]", "no")
        self.assertEqual(
            self.told(alerts),
            ["line 3 of the metrics cannot be read: it is JSON, but no object; such lines are counted"],
        )
        self.write_lines("no")
        self.assertEqual(self.told(alerts), [])
        self.assertEqual(
            self.shared.findings(), {"unreadable": {"lines": 3, "firstLine": 3, "why": "it is JSON, but no object"}}
        )


class Late(AlertsTest):
    def test_no_step_is_told_once_a_time(self):
        alerts = self.alerts(noStepForSeconds=600)
        self.assertEqual(self.told(alerts, 0), [])
        self.assertEqual(self.told(alerts, 599), [])
        self.assertEqual(self.told(alerts, 600), ["no new step for 10 min"])
        self.assertEqual(self.told(alerts, 5000), [])
        self.write_lines('{"step": 7}')
        self.assertEqual(self.told(alerts, 5001), [])
        self.write_lines('{"step": 7}')
        self.assertEqual(self.told(alerts, 5601), ["no new step for 10 min; the last is step 7"])

    def test_no_checkpoint(self):
        alerts = self.alerts(noCheckpointForSeconds=90)
        self.assertEqual(self.told(alerts, 0), [])
        self.assertEqual(self.told(alerts, 90), ["no checkpoint for 90 s"])
        self.shared.checkpoint = {"step": 3, "at": "2026-11-30T12:00:00.000Z"}
        self.assertEqual(self.told(alerts, 100), [])
        # One that may be torn is no checkpoint to wait for.
        self.shared.checkpoint = {"step": 4, "at": "2026-11-30T12:01:00.000Z", "suspect": "torn"}
        self.assertEqual(
            self.told(alerts, 190), ["no checkpoint for 90 s; the last was taken at 2026-11-30T12:00:00.000Z"]
        )

    def test_what_does_not_train_is_not_waited_for(self):
        alerts = self.alerts(noStepForSeconds=1, noCheckpointForSeconds=1)
        self.told(alerts, 0)
        self.shared.phase = "stopping"
        self.assertEqual(self.told(alerts, 100), [])

    def test_is_off_unless_asked_for(self):
        alerts = self.alerts()
        self.told(alerts, 0)
        self.assertEqual(self.told(alerts, 10**6), [])


class Tell(AlertsTest):
    def test_each_has_a_number_and_goes_to_who_is_attached(self):
        alerts = self.alerts()
        alerts.tell("nan", "one")
        alerts.tell("metrics", "two")
        events = [self.shared.client.queue.get_nowait() for _ in range(2)]
        self.assertEqual([(e["t"], e["number"], e["kind"], e["message"]) for e in events], [
            ("alert", 1, "nan", "one"), ("alert", 2, "metrics", "two"),
        ])  # fmt: skip

    def test_they_are_bounded(self):
        alerts = self.alerts()
        for number in range(50):
            alerts.tell("no-step", "%d" % number)
        self.assertEqual(len(self.shared.alerts), 4)
