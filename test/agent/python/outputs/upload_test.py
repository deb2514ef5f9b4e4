import os
import queue
import types
from unittest import mock

from support import FolderTest

from trainctl_agent.outputs.upload import Outputs
from trainctl_agent.transfers.errors import Refused, Transient


class Places:
    """Uploads, of which output 0 has a destination of its own that fails so; and the node's prefix, so."""

    def __init__(self, elsewhere=None, own=None):
        self.failures, self.put_there, self.tries = {0: elsewhere, None: own}, [], queue.Queue()

    def grant(self, which):
        return {"keyPrefix": "there/" if which == 0 else "own/"}, 0, which == 0

    def put(self, name, body, deadline, which=None):
        self.tries.put((which, name))
        if self.failures.get(which) and name != "outputs.json":
            raise self.failures[which]
        for _ in body.pieces():
            pass
        self.put_there.append((which, name))


class Upload(FolderTest):
    def upload(self, places, outputs=({"from": "out"},), code=0):
        self.problems, self.warnings = [], []
        shared = types.SimpleNamespace(send=lambda event: None, problem=self.problems.append, warn=self.warnings.append)
        request = {"run": "digits", "outputs": list(outputs), "checkpoints": {"dir": "checkpoints"}}
        self.outputs = Outputs(self.folder, request, shared, places, lambda: 0)
        return self.outputs.upload(code)

    def setUp(self):
        super().setUp()
        for name in "abc":
            self.write("code/out/" + name, name)

    def test_what_a_destination_takes_is_there_alone(self):
        places = Places()
        self.assertEqual(self.upload(places), [{"index": 0, "files": 3, "bytes": 3}])
        self.assertEqual(sorted(places.put_there, key=str), [(0, "a"), (0, "b"), (0, "c"), (None, "outputs.json")])
        self.assertEqual((self.problems, self.warnings, self.outputs.lost), ([], [], None))

    def test_what_it_does_not_take_is_below_the_nodes_prefix(self):
        for failure in (Refused(404, "NoSuchBucket", ""), Transient("no route"), Refused(400, "KeyTooLongError", "")):
            places = Places(elsewhere=failure)
            (result,) = self.upload(places)
            self.assertEqual(result["instead"], {"files": 3, "bytes": 3})
            self.assertIn((None, "outputs/out/a"), places.put_there)
            self.assertEqual((self.problems, self.outputs.lost), ([], None))
            self.assertEqual(len(self.warnings), 1)
            self.assertIn("trainctl outputs get digits", self.warnings[0])

    def test_two_files_of_one_name_are_both_there(self):
        self.write("code/b/a", "other")
        places = Places()
        self.upload(places, [{"from": "out"}, {"from": "b"}])
        self.assertEqual(len(places.put_there), 5)
        places = Places()
        places.grant = lambda which: ({"keyPrefix": "own/" if which is None else "there/"}, 0, which is not None)
        _, second = self.upload(places, [{"from": "out"}, {"from": "b"}])
        self.assertIn((None, "outputs/elsewhere/b/a"), places.put_there)
        self.assertEqual(second["instead"], {"files": 1, "bytes": 5})
        self.assertRegex(self.warnings[0], "another output has put a file of the same name there.*trainctl outputs get")

    def test_what_nobody_takes_is_lost_and_says_why(self):
        denied = Refused(403, "AccessDenied", "")
        self.assertEqual(self.upload(Places(denied, denied)), [{"index": 0, "files": 0, "bytes": 0}])
        self.assertRegex(self.outputs.lost, r"^3 of 3 files are not in S3 \(outputs/out/\w: 403 AccessDenied\)")
        self.assertEqual((len(self.problems), self.warnings), (1, []))

    def test_a_file_that_its_owner_may_not_read_is_read_and_keeps_its_mode_in_the_index(self):
        secret = self.write("code/out/a", "a", mode=0o200)
        with mock.patch("os.access", side_effect=lambda path, mode: path != secret):
            places = Places()
            with mock.patch("trainctl_agent.outputs.upload.put_index") as index:
                self.upload(places)
        modes = {entry["name"]: entry["mode"] for entry in index.call_args[0][0]}
        self.assertEqual((modes["a"], os.stat(secret).st_mode & 0o777), (0o200, 0o600))

    def test_what_the_spec_does_not_name_is_counted(self):
        self.write("code/other", "xx")
        self.upload(Places())
        self.assertEqual(self.outputs.not_kept["named"], [{"path": "other", "files": 1, "bytes": 2, "why": "unnamed"}])
