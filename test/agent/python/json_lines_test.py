import contextlib
import io
import json
import unittest

from trainctl_agent.json_lines import emit, parse_line, progress, to_json


class Lines(unittest.TestCase):
    def said(self, function, *arguments):
        out = io.StringIO()
        with contextlib.redirect_stdout(out):
            function(*arguments)
        self.assertTrue(out.getvalue().endswith("\n"))
        return json.loads(out.getvalue())

    def test_progress_leaves_out_what_is_not_known(self):
        self.assertEqual(self.said(progress, "code"), {"t": "progress", "message": "code"})
        self.assertEqual(self.said(progress, "code", 0, 5), {"t": "progress", "message": "code", "done": 0, "total": 5})

    def test_what_json_cannot_have_is_spelled(self):
        odd = [float("nan"), (float("inf"), -float("inf")), 0.5]
        self.assertEqual(self.said(emit, {"odd": odd}), {"odd": ["NaN", ["Infinity", "-Infinity"], 0.5]})
        self.assertEqual(to_json({"a": 1.0}), '{"a": 1.0}')

    def test_a_line_is_an_object_or_nothing(self):
        self.assertEqual(parse_line(b'{"t": "stop"}\n'), {"t": "stop"})
        for line in (b"", b"[]", b"{", b"\xff", None):
            self.assertIsNone(parse_line(line))
