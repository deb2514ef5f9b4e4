import unittest

from trainctl_agent.outputs.names import key_name, short_name


class Names(unittest.TestCase):
    def test_what_is_utf8_stays_and_the_rest_is_written_out(self):
        self.assertEqual(key_name("plots/ü 1.png"), "plots/ü 1.png")
        self.assertEqual(key_name("a\udcff/b\nc"), "a%FF/b%0Ac")

    def test_a_key_that_would_be_too_long_is_named_by_hash_and_end(self):
        self.assertEqual(short_name("p/", "outputs/a"), "outputs/a")
        long = "outputs/" + "d" * 200 + "/" + "/".join("ü" * 120 for _ in range(5)) + "/model.bin"
        short = short_name("p/", long)
        self.assertRegex(short, r"^outputs/long-names/[0-9a-f]{16}-model\.bin$")
        self.assertNotEqual(short, short_name("p/", long.replace("model", "other")))
        self.assertLess(len(short_name("p/", "x" * 2000).encode()), 1025)
