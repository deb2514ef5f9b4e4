import os
from unittest import mock

from support import BareImageTest

from trainctl_agent.errors import AgentError
from trainctl_agent.training.environment import check_env, process_env, run_env, training_env


class Environment(BareImageTest):
    def env(self, request, **login):
        image = {"TRAINCTL_HOST_ROOT": self.path("image"), "HOME": self.path("home")}
        with mock.patch.dict(os.environ, dict(image, **login), clear=True):
            return process_env(request, self.folder)

    def test_names_and_values(self):
        check_env({"env": {"A_1": "x", "_b": ""}, "secrets": None})
        for field in ("env", "secrets"):
            for name, value in (("1A", "x"), ("A=B", "x"), ("A", 1), ("A", None), ("A", "x\0")):
                with self.assertRaises(AgentError) as caught:
                    check_env({field: {name: value}})
                self.assertEqual(caught.exception.code, "bad-request")

    def test_the_login_without_ssh_then_the_runs_own(self):
        env = self.env(
            {"env": {"A": "run", "B": "run"}, "secrets": {"B": "secret"}},
            A="login",
            SSH_CLIENT="x",
            C="login",
            PATH="/bin",
        )
        self.assertEqual((env["A"], env["B"], env["C"], env["PYTHONUNBUFFERED"]), ("run", "secret", "login", "1"))
        self.assertNotIn("SSH_CLIENT", env)
        self.assertEqual(env["PATH"], "/bin")
        self.assertNotIn("VIRTUAL_ENV", env)

    def test_the_runs_environment_is_first_on_path(self):
        os.makedirs(self.path("venv/bin"))
        env = self.env({}, PATH="/bin")
        self.assertEqual((env["PATH"], env["VIRTUAL_ENV"]), (self.path("venv/bin") + ":/bin", self.path("venv")))

    def test_what_training_sees(self):
        request = {
            "run": "digits-1",
            "runKey": "key",
            "attempt": 2,
            "node": 0,
            "resumedFromStep": None,
            "env": {"WANDB_RESUME": "must"},
        }
        env = training_env(request, self.folder, "/c")
        self.assertEqual((env["WANDB_RUN_ID"], env["WANDB_RESUME"]), ("key", "must"))
        self.assertEqual(
            (env["TRAINCTL_ATTEMPT"], env["TRAINCTL_CHECKPOINT_DIR"], env["TRAINCTL_RESUME_FROM"]), ("2", "/c", "")
        )
        nul = training_env(dict(request, run="a\0b"), self.folder, "/c")
        self.assertEqual(nul["TRAINCTL_RUN"], "a\ufffdb", "a workflow id can hold a NUL; no environment can")
        self.assertEqual(env["TRAINCTL_OUTPUTS"], self.path("code/outputs"))
        self.assertEqual(env["TRAINCTL_STOP_FILE"], self.path("asked/stop.json"))
        self.assertEqual(env["TRAINCTL_CHECKPOINT_FILE"], self.path("asked/checkpoint.json"))
        with mock.patch.dict(os.environ, clear=True):
            for own, whole in (
                (None, self.path("hooks")),
                ("", self.path("hooks")),
                ("/a:/b", "/a:/b:" + self.path("hooks")),
            ):
                own = {} if own is None else {"PYTHONPATH": own}
                seen = training_env(dict(request, env=own), self.folder, "/c")
                self.assertEqual(seen["PYTHONPATH"], whole)
        self.assertNotIn("TRAINCTL_RESUME_FROM", run_env(request, self.folder, "/c"), "nobody knows it yet")
        # Step 0 is a step.
        self.assertEqual(
            training_env(dict(request, resumedFromStep=0), self.folder, "/c")["TRAINCTL_RESUME_FROM"], "/c"
        )
