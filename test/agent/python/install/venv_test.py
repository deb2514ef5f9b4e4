import sys
import unittest
from unittest import mock

from trainctl_agent.errors import AgentError
from trainctl_agent.install.venv import make_venv, ways


class Runner:
    """Refuses every command that has one of these words."""

    def __init__(self, *refused):
        self.ran, self.refused = [], refused

    def run(self, argv, _doing):
        self.ran.append(argv)
        if any(word in argv for word in self.refused):
            raise AgentError("install-failed", argv[2])


def there(*modules, program=None):
    return mock.patch.multiple(
        "trainctl_agent.install.venv",
        module_there=lambda name: name in modules,
        shutil=mock.Mock(which=lambda _: program),
    )


class Venv(unittest.TestCase):
    def test_each_way_that_is_there(self):
        venv, virtualenv = [sys.executable, "-m", "venv", "/v"], [sys.executable, "-m", "virtualenv", "/v"]
        for patch, expected in (
            (there("venv", "ensurepip", "virtualenv"), [venv, virtualenv]),
            (there("venv"), []),
            (there("venv", "ensurepip"), [venv]),
            (there(program="/bin/virtualenv"), [["virtualenv", "-p", sys.executable, "/v"]]),
        ):
            with patch:
                self.assertEqual(ways("/v"), expected)

    def test_the_next_way_after_one_that_failed_and_the_last_failure(self):
        with there("venv", "ensurepip", "virtualenv"):
            runner = Runner("venv")
            make_venv(runner, None, "/no/such/folder")
            self.assertEqual([argv[2] for argv in runner.ran], ["venv", "virtualenv"])
            with self.assertRaises(AgentError) as caught:
                make_venv(Runner("venv", "virtualenv"), None, "/no/such/folder")
            self.assertEqual(caught.exception.message, "virtualenv")

    def test_no_way_at_all(self):
        with there(), self.assertRaises(AgentError) as caught:
            make_venv(Runner(), None, "/no/such/folder")
        self.assertIn("neither uv nor python3's venv", caught.exception.message)

    def test_a_uv_that_cannot_seed(self):
        runner = Runner("--seed")
        make_venv(runner, "uv", "/no/such/folder")
        self.assertEqual(["--seed" in argv for argv in runner.ran], [True, False])
