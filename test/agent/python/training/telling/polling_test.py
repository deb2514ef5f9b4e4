import types
from unittest import mock

from support import FolderTest

from trainctl_agent.training.telling import polling
from trainctl_agent.training.telling.polling import Polling, sources


class Looks(FolderTest):
    def polling(self, command="python train.py", helper=False):
        made = Polling(command, self.folder, types.SimpleNamespace(helper_polls=lambda: helper))
        made.look.join()
        return made.stop(), made.checkpoint()

    def test_neither_where_nothing_names_them(self):
        self.write("train.py", "import os; os.environ['TRAINCTL_CHECKPOINT_DIR']")
        self.assertEqual(self.polling(), (False, False))

    def test_what_the_code_names_at_any_depth(self):
        self.write("src/deep/er/loop.py", "os.environ['TRAINCTL_STOP_FILE']")
        self.assertEqual(self.polling(), (True, False))
        self.write("run", "[ -e $TRAINCTL_CHECKPOINT_FILE ]")
        self.assertEqual(self.polling(), (True, True))

    def test_what_the_command_names(self):
        self.assertEqual(self.polling("until [ -e $TRAINCTL_STOP_FILE ]; do step; done"), (True, False))
        self.assertEqual(self.polling(["bash", "-c", "cat $TRAINCTL_CHECKPOINT_FILE"]), (False, True))

    def test_the_helper_by_its_name_or_by_its_word(self):
        self.assertEqual(self.polling(helper=True), (True, True))
        for source, looks in (
            ("import trainctl_hooks\ntrainctl_hooks.log(step=1)", (False, False)),
            ("from trainctl_hooks import should_stop", (True, False)),
            ("import trainctl_hooks as hooks\nhooks.stop_reason()", (True, False)),
            ("import trainctl_hooks as hooks\nhooks.wants_checkpoint()", (False, True)),
            ("callbacks=[trainctl_hooks.TrainerCallback()]", (True, True)),
            ("callbacks=[trainctl_hooks.Callback()]", (True, True)),
            ("trainer.should_stop = True", (False, False)),
        ):
            self.write("train.py", source)
            self.assertEqual(self.polling(), looks, source)


class Sources(FolderTest):
    def found(self):
        return sorted(data.decode() for data in sources(self.folder))

    def test_what_may_be_a_source(self):
        for path in ("a.py", "Makefile", "b/c.SH", "b/d/e.yaml"):
            self.write(path, path)
        for path in (
            "trainctl_hooks.py",
            "data.bin",
            "model.safetensors",
            ".git/x.py",
            "b/__pycache__/y.py",
            "venv/z.py",
        ):
            self.write(path, "no source")
        self.link("loop", ".")
        self.link("link.py", "data.bin")
        self.write("large.py", b"x" * (polling.LARGEST + 1))
        self.assertEqual(self.found(), ["Makefile", "a.py", "b/c.SH", "b/d/e.yaml"])

    def test_what_is_nearest_to_the_top_first_and_no_more_than_so_much(self):
        for path in ("a/a/3.py", "a/2.py", "1.py"):
            self.write(path, path)
        with mock.patch.object(polling, "MOST_FILES", 2):
            self.assertEqual(self.found(), ["1.py", "a/2.py"])
        with mock.patch.object(polling, "MOST_BYTES", 1):
            self.assertEqual(self.found(), ["1.py"])

    def test_a_folder_that_is_not_there(self):
        self.assertEqual(list(sources(self.path("none"))), [])
