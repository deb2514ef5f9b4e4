import unittest

from trainctl_agent.errors import AgentError
from trainctl_agent.verbs.fetch import wanted


class Wanted(unittest.TestCase):
    def test_paths_in_the_code(self):
        one, other = {"path": "a/b"}, {"path": ""}
        inputs = [{"to": "data", "files": [one]}, {"to": "x.bin", "files": [other]}, {"files": [one]}]
        self.assertEqual(wanted(inputs), {"data/a/b": one, "x.bin": other, "a/b": one})

    def test_a_file_holds_no_other_and_of_two_the_later_counts(self):
        one, other = {"path": "a"}, {"path": "a"}
        self.assertIs(wanted([{"to": "d", "files": [one]}, {"to": "d", "files": [other]}])["d/a"], other)
        with self.assertRaises(AgentError) as caught:
            wanted([{"to": "d", "files": [{"path": "a/b/c"}]}, {"to": "d/a", "files": [{"path": ""}]}])
        self.assertEqual(caught.exception.message, "the input 'd/a' is a file, and 'd/a/b/c' would lie in it")

    def test_what_names_nothing_or_lies_outside(self):
        for to, path, code in (("", "", "bad-request"), ("../x", "a", "hostile"), ("data", "../../a", "hostile")):
            with self.assertRaises(AgentError) as caught:
                wanted([{"to": to, "files": [{"path": path}]}])
            self.assertEqual(caught.exception.code, code)
