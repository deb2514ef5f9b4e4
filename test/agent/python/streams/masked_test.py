import unittest

from trainctl_agent.streams.masked import Masked


class MaskedStream(unittest.TestCase):
    def read(self, secrets, data, size):
        stream = Masked(secrets)
        pieces = [data[at : at + size] for at in range(0, len(data), size)]
        return b"".join([stream.add(piece) for piece in pieces] + [stream.end()])

    def test_however_it_is_cut(self):
        data = "user:s3cret-s3cret@host s3c s3cret-s3cre s3crét\n".encode() + b"\xff s3cret-s3cret"
        for size in range(1, len(data) + 1):
            self.assertEqual(
                self.read({"TOKEN": "s3cret-s3cret"}, data, size),
                "user:[secret TOKEN]@host s3c s3cret-s3cre s3crét\n".encode() + b"\xff [secret TOKEN]",
            )

    def test_one_that_is_the_beginning_of_another(self):
        for size in range(1, 30):
            read = self.read({"A": "hunter", "B": "hunter2hunter"}, b"hunter2 hunter2hunter2 hunter", size)
            self.assertEqual(read, b"[secret A]2 [secret B]2 [secret A]")

    def test_nothing_is_kept_back_that_can_be_no_secret(self):
        stream = Masked({"A": "hunter22"})
        self.assertEqual((stream.add(b"50 %\rhunt"), stream.add(b"ing\n")), (b"50 %\r", b"hunting\n"))

    def test_without_secrets_it_is_as_it_is(self):
        self.assertEqual(self.read({"SHORT": "a"}, b"a\xfe\r\n", 1), b"a\xfe\r\n")
