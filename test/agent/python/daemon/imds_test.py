import json
import unittest
from unittest import mock

from trainctl_agent.daemon.imds import Imds


class Notice(unittest.TestCase):
    def notice(self, spot=None, maintenance=None):
        imds = Imds()
        with mock.patch.object(imds, "get", lambda path: spot if path.startswith("spot") else maintenance):
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

    def test_a_time_that_cannot_be_read_is_in_two_minutes(self):
        with mock.patch("trainctl_agent.daemon.imds.time.time", lambda: 0.0):
            self.assertEqual(Imds.time("soon"), "1970-01-01T00:02:00.000Z")
            self.assertEqual(Imds.time(None), "1970-01-01T00:02:00.000Z")
