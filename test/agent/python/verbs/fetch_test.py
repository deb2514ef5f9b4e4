import unittest

from trainctl_agent.errors import AgentError
from trainctl_agent.verbs.fetch import wanted


class Wanted(unittest.TestCase):
    def test_paths_in_the_code(self):
        one, other = {"path": "a/b"}, {"path": ""}
        inputs = [{"to": "data", "files": [one]}, {"to": "x.bin", "files": [other]}, {"files": [one]}]
        self.assertEqual(wanted(inputs), {"data/a/b": one, "x.bin": other, "a/b": one})

    def test_what_names_nothing_or_lies_outside(self):
        for to, path, code in (("", "", "bad-request"), ("../x", "a", "hostile"), ("data", "../../a", "hostile")):
            with self.assertRaises(AgentError) as caught:
                wanted([{"to": to, "files": [{"path": path}]}])
            self.assertEqual(caught.exception.code, code)
