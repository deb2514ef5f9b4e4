import os
from unittest import mock

from support import FolderTest

from trainctl_agent.outputs.made import Folder
from trainctl_agent.outputs.plan import plan_outputs

REQUEST = {"checkpoints": {"dir": "checkpoints"}, "inputs": ["data/", "one.csv"]}


class Made(FolderTest):
    def setUp(self):
        super().setUp()
        self.write("train.py", "code")
        self.write("data/in.csv", "1,2")
        self.write("one.csv", "3")
        self.write("outputs/.gitkeep")
        os.makedirs(self.path("state"))

    def begin(self, **more):
        self.made = Folder(self.folder, dict(REQUEST, **more))
        self.made.note(self.path("state"))
        return self.made

    def whys(self, made):
        return sorted((path, why) for path, _, why in made.others if not path.startswith("state/"))

    def test_what_was_created_or_changed_is_kept_and_nothing_else(self):
        folder = self.begin()
        for path in ("model.npy", "runs/a/events.out.tfevents.1", "data/made.csv", "outputs/x", "train.py"):
            self.write(path, "new content")
        os.unlink(self.path("state", "folder.json"))
        self.assertEqual(
            sorted(folder.made().kept),
            ["data/made.csv", "model.npy", "outputs/x", "runs/a/events.out.tfevents.1", "train.py"],
        )
        self.assertEqual(self.whys(folder.made()), [])

    def test_a_file_of_the_same_size_and_time_is_another_when_it_was_replaced(self):
        folder = self.begin()
        was = os.stat(self.path("train.py"))
        self.write("new", "edoc")
        os.utime(self.path("new"), ns=(was.st_atime_ns, was.st_mtime_ns))
        os.rename(self.path("new"), self.path("train.py"))
        self.assertIn("train.py", folder.made().kept)

    def test_caches_environments_and_checkpoints_are_nobodys_results(self):
        folder = self.begin()
        for path in (
            "__pycache__/a.pyc",
            "pkg/__pycache__/a.pyc",
            ".pytest_cache/x",
            ".mypy_cache/x",
            ".cache/hub/x",
            "node_modules/a/b",
            "venv/bin/python",
            "my-env/pyvenv.cfg",
            "my-env/lib/x",
            "pkg.egg-info/PKG-INFO",
            "checkpoints/last.bin",
            "wandb/run-1/files/x",
            "wandb/debug.log",
            ".git/index",
            "tagged/CACHEDIR.TAG",
            "a.pyc",
        ):
            self.write(path, "x")
        self.write("wandb/offline-run-1/run.wandb", "the only copy")
        made = folder.made()
        self.assertEqual([path for path in made.kept if path != "state/folder.json"], ["wandb/offline-run-1/run.wandb"])
        self.assertEqual(self.whys(made), [])

    def test_inputs_and_ignored_files_are_said_but_what_lies_in_outputs_is_always_kept(self):
        self.write(".gitignore", "*.tmp\noutputs/\n")
        folder = self.begin()
        self.write("data/in.csv", "rewritten")
        for path in ("a.tmp", "outputs/b.tmp"):
            self.write(path, "x")
        self.write(".gitignore", "outputs/\n")
        made = folder.made()
        self.assertEqual(self.whys(made), [("a.tmp", "ignored"), ("data/in.csv", "input")])
        self.assertIn("outputs/b.tmp", made.kept)

    def test_over_the_limit_goes_the_largest_and_never_what_lies_in_outputs(self):
        folder = self.begin(outputLimitBytes=100)
        os.unlink(self.path("state", "folder.json"))
        self.write("outputs/huge", b"x" * 500)
        self.write("model.npy", b"x" * 90)
        self.write("log.txt", b"x" * 20)
        made = folder.made()
        self.assertEqual(sorted(made.kept), ["log.txt", "outputs/huge"])
        self.assertEqual((made.over, made.total), ([("model.npy", 90)], 110))
        self.assertEqual(self.whys(made), [("model.npy", "limit")])

    def test_where_the_spec_names_outputs_the_rest_is_said(self):
        folder = self.begin()
        for path in ("plots/a.png", "plots2/b.png", "outputs/x", "out.txt"):
            self.write(path, "x")
        made = folder.made(["plots", "out.txt"])
        self.assertEqual(self.whys(made), [("outputs/x", "unnamed"), ("plots2/b.png", "unnamed")])

    def plan(self, outputs, places=()):
        self.problems = []
        place_of = dict.fromkeys(places, ("bucket", "r/")).get
        items = plan_outputs(self.made, outputs, place_of, 0, self.problems.append)
        return sorted(((i.name, i.own_name) for i in items if "state" not in i.path), key=lambda names: names[1])

    def test_names_in_s3(self):
        self.begin()
        self.write("outputs/a", "1")
        self.write("a", "2")
        self.write("plots/b", "3")
        self.assertEqual(
            [name for name, _ in self.plan([{"from": "."}])], ["outputs/a", "outputs/elsewhere/a", "outputs/plots/b"]
        )
        self.assertEqual(self.plan([{"from": "plots/"}], [0]), [("b", "outputs/plots/b")])
        self.assertEqual(self.plan([{"from": "plots/b"}], [0]), [("b", "outputs/b")])

    def test_no_file_takes_the_place_of_another(self):
        self.begin()
        for path in ("a/x", "b/x", "x", "a/new\nline", "a/new%0Aline"):
            self.write(path, path)
        files = [{"from": "a/x"}, {"from": "b/x"}, {"from": "x"}]
        others = ["outputs/elsewhere/b/x", "outputs/elsewhere/x"]
        self.assertEqual([name for name, _ in self.plan(files)], others + ["outputs/x"])
        self.assertEqual(self.plan(files, [0, 1, 2]), [(None, others[0]), (None, others[1]), ("x", "outputs/x")])
        self.assertEqual([name for name, _ in self.plan(files, [1])], ["x", "outputs/elsewhere/x", "outputs/x"])
        folders = [name for name, _ in self.plan([{"from": "a/"}, {"from": "a/x"}], [0, 1])]
        self.assertEqual(sorted(map(str, folders)), ["None", "new%0Aline", "x", "x"])
        self.assertEqual(len({name for name, _ in self.plan([{"from": "."}])}), 5)

    def test_no_file_lies_where_another_needs_a_folder(self):
        self.begin()
        for path in ("outputs/plots", "plots/a.png", "outputs/log/x", "log"):
            self.write(path, path)
        names = [name for name, _ in self.plan([{"from": "."}])]
        self.assertEqual(
            names, ["outputs/elsewhere/log", "outputs/elsewhere/plots/a.png", "outputs/log/x", "outputs/plots"]
        )

    def test_links_add_what_they_lead_to_once_and_never_what_lies_outside(self):
        self.begin()
        self.write("runs/1/w", "weights")
        self.link("latest", "runs/1")
        self.link("best", "runs/1/w")
        self.link("passwd", "/etc/passwd")
        self.link("same", "train.py")
        self.assertEqual([name for name, _ in self.plan([{"from": "."}])], ["outputs/best", "outputs/runs/1/w"])
        self.assertEqual(self.problems, ["the link 'passwd' leads to no file of the code's folder and is left out"])

    def test_a_folder_that_cannot_be_read_is_named(self):
        self.begin()
        self.write("locked/x", "x")
        self.write("model", "x")
        real = os.scandir

        def scandir(path):
            if os.path.basename(os.path.normpath(path)) == "locked":
                raise PermissionError(13, "Permission denied", path)
            return real(path)

        with mock.patch("os.scandir", scandir):
            self.assertEqual([name for name, _ in self.plan([{"from": "."}])], ["outputs/model"])
            self.assertEqual(self.problems, ["the folder 'locked' cannot be read: what lies in it is not kept"])
            self.plan([{"from": "locked"}])
            self.assertEqual(self.problems, ["the folder 'locked' cannot be read: what lies in it is not kept"])

    def test_links_to_nothing_are_named_unless_they_are_ignored(self):
        self.write(".gitignore", "*.lnk\n")
        self.begin()
        self.link("gone.pt", "nowhere")
        self.link("a.lnk", "nowhere")
        self.assertEqual(self.plan([{"from": "."}]), [])
        self.assertEqual(self.problems, ["the link 'gone.pt' leads to no file of the code's folder and is left out"])
        for i in range(4):
            self.link("many%d" % i, "loop%d" % i)
        self.plan([{"from": "."}])
        self.assertEqual(
            self.problems,
            ["5 links lead to no file of the code's folder and are left out: 'gone.pt', 'many0', 'many1', …"],
        )

    def test_a_pattern_is_said_to_be_none(self):
        self.begin()
        self.plan([{"from": "*.bin"}, {"from": "out/"}])
        nothing = "the command has written nothing there"
        self.assertEqual(
            self.problems,
            ["output *.bin: %s; it is taken as a name, not as a pattern" % nothing, "output out/: %s" % nothing],
        )
