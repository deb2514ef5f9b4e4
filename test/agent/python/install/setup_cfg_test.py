from unittest import mock

from support import FolderTest

from trainctl_agent.install.installer import Installer
from trainctl_agent.install.setup_cfg import PRETEND, builds_cfg, version_env


class SetupCfg(FolderTest):
    def built(self, options):
        self.write("setup.cfg", "[metadata]\nname = p\n[options]\n" + options)
        return builds_cfg(self.folder)

    def test_built_where_it_says_what_is_to_be_built(self):
        self.write("pyproject.toml", "[build-system]\nrequires = ['setuptools']\n")
        for options in ("packages = find:\n", "py_modules =\n  a\n  b\n", "package_dir =\n  = src\n"):
            self.assertTrue(self.built(options), options)
        for options in ("", "install_requires = six\n", "packages =\nzip_safe = no\n"):
            self.assertFalse(self.built(options), options)

    def test_a_version_where_the_build_would_ask_a_repository_that_is_not_there(self):
        for source in ("setup.cfg", "requirements.txt, setup.cfg", "a/setup.cfg"):
            self.assertEqual(version_env(self.folder, source, dict), {PRETEND: "0.0.0"})
            self.assertEqual(version_env(self.folder, source, lambda: {PRETEND: "1.2"}), {})
        self.assertEqual(version_env(self.folder, "pyproject.toml", dict), {})
        self.write("a/.git", "gitdir: x")
        self.assertEqual(version_env(self.folder, "a/setup.cfg", dict), {})
        self.assertEqual(version_env(self.folder, "setup.cfg", dict), {PRETEND: "0.0.0"})

    def test_the_build_gets_it_and_nothing_else_does(self):
        installer = Installer(self.folder, {"env": {}})
        installer.runner = mock.Mock(code=self.folder)
        with mock.patch("trainctl_agent.install.installer.make_venv"), mock.patch(
            "trainctl_agent.install.installer.process_env", return_value={}
        ):
            installer.install("project", self.folder, "setup.cfg")
            installer.install("list", ["six"], "setup.cfg")
        (_, built), (_, listed) = ((call.args[0][-1], call.args[2]) for call in installer.runner.run.call_args_list)
        self.assertEqual((built, listed), ({PRETEND: "0.0.0"}, None))
