import unittest
from unittest import mock

import trainctl_agent.transfers.uploads as uploads_module
from trainctl_agent.transfers.bodies import Bytes
from trainctl_agent.transfers.uploads import Uploads


class WhatMoves(unittest.TestCase):
    def test_live_json_is_no_work_that_moves(self):
        uploads = Uploads({"node": {"keyPrefix": "p/"}})
        with mock.patch.object(
            uploads_module, "post_object", lambda grant, key, body, timeout, sent: sent(body.length)
        ):
            uploads.put("live.json", Bytes(b"123"), lambda: 1_000_000.0, counts=False)
            self.assertEqual((uploads.moved, uploads.sent), (0.0, 0))
            uploads.put("log/0-3", Bytes(b"123"), lambda: 1_000_000.0)
            self.assertEqual(uploads.sent, 3)
