import itertools
import random
import unittest

from trainctl_agent.streams.mask import Mask


def masked(secrets, *pieces):
    mask = Mask(secrets)
    told = b"".join([mask.feed(piece) for piece in pieces])
    return told + mask.rest()


class Masking(unittest.TestCase):
    def test_a_value_becomes_the_name_of_its_secret(self):
        self.assertEqual(masked({"TOKEN": "hunter2-x"}, b"a hunter2-x b\n"), b"a [secret TOKEN] b\n")

    def test_cut_anywhere_the_result_is_the_same(self):
        text = b"abcabcabd abcab hunter2-hunter2-xyz hunter2-"
        secrets = {"A": "abcabd", "B": "hunter2-xyz", "C": "hunter2"}
        whole = b"abc[secret A] abcab [secret C]-[secret B] [secret C]-"
        self.assertEqual(masked(secrets, text), whole)
        for i, j in itertools.combinations(range(len(text) + 1), 2):
            self.assertEqual(masked(secrets, text[:i], text[i:j], text[j:]), whole)
        self.assertEqual(masked(secrets, *(bytes([byte]) for byte in text)), whole)

    def test_against_a_plain_search_with_many_values_and_cuts(self):
        choose = random.Random(7)
        for _ in range(300):
            words = ["".join(choose.choices("ab", k=choose.randint(6, 9))) for _ in range(3)]
            secrets = {"S%d" % i: word for i, word in enumerate(words)}
            text = "".join(choose.choices("ab", k=80)).encode()
            cuts = sorted(choose.sample(range(80), 5))
            pieces = [text[i:j] for i, j in zip([0, *cuts], [*cuts, 80])]
            once = masked(secrets, text)
            self.assertEqual(masked(secrets, *pieces), once)
            for word in words:
                self.assertNotIn(word.encode(), once)

    def test_short_values_stay_and_nothing_is_held_for_them(self):
        mask = Mask({"PIN": "12345", "EMPTY": "", "BLANK": "        "})
        self.assertEqual(mask.feed(b"12345 1234"), b"12345 1234")

    def test_lines_of_a_key_and_a_value_with_blanks_around_it(self):
        key = "-----BEGIN KEY-----\nabcdefgh\nijklmnop\n-----END KEY-----\n"
        self.assertEqual(masked({"K": key}, b"> abcdefgh\n"), b"> [secret K]\n")
        self.assertEqual(masked({"K": key}, key.encode()), b"[secret K]")
        self.assertEqual(masked({"T": " padded-value\n"}, b"(padded-value)"), b"([secret T])")

    def test_a_line_that_ends_is_told_at_once(self):
        mask = Mask({"T": "secret-value"})
        self.assertEqual(mask.feed(b"step 1\n"), b"step 1\n")
        self.assertEqual(mask.feed(b"sec"), b"")
        self.assertEqual(mask.feed(b"onds\n"), b"seconds\n")

    def test_bytes_that_are_no_text_stay(self):
        junk = bytes(range(256)) * 3
        self.assertEqual(masked({"T": "secret-value"}, junk[:300], junk[300:]), junk)


if __name__ == "__main__":
    unittest.main()
