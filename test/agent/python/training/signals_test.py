import os
import signal
import subprocess
import sys
import unittest
from unittest import mock

from trainctl_agent.errors import AgentError
from trainctl_agent.training import signals
from trainctl_agent.training.signals import heeds, send_signal, signal_number


class SignalNumber(unittest.TestCase):
    def test_with_and_without_sig(self):
        self.assertEqual(signal_number("USR1"), signal.SIGUSR1)
        self.assertEqual(signal_number("SIGUSR1"), signal.SIGUSR1)
        for name in (None, ""):
            self.assertIsNone(signal_number(name))

    def test_no_signal_of_this_host(self):
        with self.assertRaises(AgentError) as caught:
            signal_number("NOPE")
        self.assertEqual(caught.exception.code, "bad-request")


class Sent(unittest.TestCase):
    def asked_of_sudo(self, error):
        with mock.patch.object(signals.os, "kill", side_effect=error) as kill:
            with mock.patch.object(signals.subprocess, "run") as run:
                send_signal(7, signal.SIGTERM)
        kill.assert_called_once_with(7, signal.SIGTERM)
        return [call.args[0] for call in run.call_args_list]

    def test_to_one_of_another_user_by_sudo(self):
        self.assertEqual(self.asked_of_sudo(PermissionError()), [["sudo", "-n", "kill", "-15", "7"]])

    def test_to_one_of_ours_or_to_none_without(self):
        self.assertEqual(self.asked_of_sudo(None) + self.asked_of_sudo(ProcessLookupError()), [])

    def test_where_there_is_no_sudo(self):
        with mock.patch.object(signals.os, "kill", side_effect=PermissionError):
            with mock.patch.object(signals.subprocess, "run", side_effect=FileNotFoundError):
                send_signal(7, signal.SIGTERM)


@unittest.skipUnless(os.path.isdir("/proc/self"), "asks /proc")
class Heeds(unittest.TestCase):
    def heeds(self, blocked):
        """Of a process that has blocked these and has no handler."""
        script = "import signal, sys; signal.pthread_sigmask(signal.SIG_BLOCK, %s); print(flush=True); sys.stdin.read()"
        process = subprocess.Popen(
            [sys.executable, "-c", script % blocked], stdin=subprocess.PIPE, stdout=subprocess.PIPE
        )
        self.addCleanup(process.communicate)
        process.stdout.readline()
        return heeds(process.pid, signal.SIGTERM)

    def test_who_waits_for_it_blocked(self):
        self.assertTrue(self.heeds("[signal.SIGTERM]"))
        self.assertFalse(self.heeds("[signal.SIGINT]"))

    def test_not_who_has_all_blocked_until_it_becomes_another_program(self):
        self.assertFalse(self.heeds("signal.valid_signals()"))
