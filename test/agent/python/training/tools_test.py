import os

from support import FolderTest

from trainctl_agent.training.tools import bind_tools, bring


class Tools(FolderTest):
    def bound(self, **env):
        env.setdefault("PATH", "/bin")
        bind_tools(env, self.folder)
        return env

    def test_nothing_where_nothing_was_brought(self):
        self.assertEqual(self.bound(), {"PATH": "/bin"})

    def test_a_tool_alone_and_last_on_path(self):
        self.write("tool/bin/uv", "", 0o755)
        self.write("tool/bin/python", "", 0o755)
        bring(self.folder, self.path("tool/bin/uv"))
        bring(self.folder, self.path("tool/bin/uv"))
        self.assertEqual(os.listdir(self.path("tools")), ["uv"])
        self.assertEqual(self.bound()["PATH"], "/bin:" + self.path("tools"))

    def test_uv_works_in_the_environment_of_the_run_unless_that_says_otherwise(self):
        os.makedirs(self.path("venv/bin"))
        env = self.bound(UV_NO_SYNC="0")
        self.assertEqual((env["UV_PROJECT_ENVIRONMENT"], env["UV_NO_SYNC"]), (self.path("venv"), "0"))
