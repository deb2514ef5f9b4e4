import calendar
import json
import unittest
from unittest import mock

from trainctl_agent.daemon.imds import Imds

NOW = calendar.timegm((2027, 1, 1, 0, 0, 0))


class Notice(unittest.TestCase):
    def notice(self, spot=None, maintenance=None):
        imds = Imds()
        answers = mock.patch.object(imds, "get", lambda path: spot if path.startswith("spot") else maintenance)
        with answers, mock.patch("trainctl_agent.daemon.imds.time.time", lambda: NOW):
            return imds.notice()

    def test_none(self):
        for text in (None, "", "no json", "[]", "{}"):
            self.assertIsNone(self.notice(text, text))

    def test_spot(self):
        self.assertEqual(
            self.notice('{"action": "terminate", "time": "2027-01-15T08:00:00Z"}'),
            {"source": "spot", "action": "terminate", "time": "2027-01-15T08:00:00.000Z"},
        )

    def test_the_first_active_maintenance(self):
        events = [
            {"Code": "instance-retirement", "NotBefore": "16 Jan 2027 08:00:00 GMT", "State": "active"},
            {"Code": "system-reboot", "NotBefore": "15 Jan 2027 08:00:00 GMT", "State": "active"},
            {"Code": "instance-stop", "NotBefore": "14 Jan 2027 08:00:00 GMT", "State": "completed"},
        ]
        self.assertEqual(
            self.notice(None, json.dumps(events)),
            {"source": "maintenance", "action": "system-reboot", "time": "2027-01-15T08:00:00.000Z"},
        )

    def test_maintenance_that_is_overdue_comes_at_any_moment(self):
        events = [{"Code": "system-reboot", "NotBefore": "31 Dec 2026 08:00:00 GMT"}]
        self.assertEqual(self.notice(None, json.dumps(events))["time"], "2027-01-01T00:02:00.000Z")

    def test_whether_it_is_sure_that_there_is_none(self):
        imds, answers = Imds(), {}
        with mock.patch.object(imds, "get", answers.get):
            self.assertEqual((imds.notice(), imds.sure), (None, False))
            answers["events/maintenance/scheduled"] = "[]"
            self.assertEqual((imds.notice(), imds.sure), (None, True))

    def test_a_time_that_cannot_be_read_is_in_two_minutes(self):
        with mock.patch("trainctl_agent.daemon.imds.time.time", lambda: 0.0):
            self.assertEqual(Imds.time("soon"), "1970-01-01T00:02:00.000Z")
            self.assertEqual(Imds.time(None), "1970-01-01T00:02:00.000Z")
