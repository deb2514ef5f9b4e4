import socket
import unittest

from trainctl_agent.verbs.attach import relay


class Relay(unittest.TestCase):
    def test_a_daemon_that_goes_away_as_it_is_called_has_said_nothing(self):
        ours, theirs = socket.socketpair()
        theirs.close()
        self.assertIs(relay(ours, 1), False)
        self.assertEqual(ours.fileno(), -1)
