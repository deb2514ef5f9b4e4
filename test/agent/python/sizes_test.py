import unittest

from trainctl_agent.sizes import size_text


class SizeText(unittest.TestCase):
    def test_in_the_largest_unit(self):
        self.assertEqual(
            [size_text(n) for n in (0, 1023, 1024, 3 << 19, 5 << 30, 1 << 42)],
            ["0 B", "1023 B", "1.0 KiB", "1.5 MiB", "5.0 GiB", "4096.0 GiB"],
        )
