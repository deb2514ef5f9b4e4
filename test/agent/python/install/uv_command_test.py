import unittest

from trainctl_agent.install.uv_command import names_uv, sync_flags


class UvCommand(unittest.TestCase):
    def test_a_command_that_runs_uv(self):
        for command in (
            "uv run train.py",
            ["uv", "run", "train.py"],
            "cd x && uv run a.py",
            "A=1 uv run a.py",
            ["bash", "-c", "uv run a.py"],
            "bash -c 'uv run a.py'",
            "nohup uvx ruff & wait",
            "(uv sync)",
        ):
            self.assertTrue(names_uv(command), command)
        for command in (
            "python uv.py",
            ["python", "train.py", "--uv"],
            "echo duv run",
            "./uv-run",
            "python -m uvicorn x",
        ):
            self.assertFalse(names_uv(command), command)
        self.assertTrue(names_uv("python x", "uv pip install y"))

    def test_what_the_environment_has_to_hold_for_it(self):
        for command, flags in (
            ("uv run train.py --extra x", []),
            ("uv run --extra gpu --with rich -v --all-groups train.py", ["--extra", "gpu", "--all-groups"]),
            ("cd a; uv run --extra=gpu --no-dev -- python -m x --dev", ["--extra=gpu", "--no-dev"]),
            (["uv", "run", "--package", "a", "-m", "x"], ["--package", "a"]),
            (["python", "train.py"], []),
            ("uv run --group", ["--group"]),
            ("echo 'unclosed", []),
        ):
            self.assertEqual(sync_flags(command), flags, command)
