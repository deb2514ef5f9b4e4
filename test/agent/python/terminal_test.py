import os
import subprocess
import sys
import unittest

from trainctl_agent.terminal import Drawn, as_shown, open_terminal, read_terminal


class DrawnLines(unittest.TestCase):
    def feed(self, *pieces):
        """Each half a second after the one before."""
        drawn = Drawn()
        return [drawn.feed(piece, number / 2 + 1) for number, piece in enumerate(pieces)] + [drawn.rest()]

    def test_lines_without_colours(self):
        self.assertEqual(
            self.feed(b"\x1b[2mone\x1b[0m\ntw", b"o\r\n\n\x1b]0;title\x07", b"  three"),
            [
                b"one\n\rtw",
                b"\rtwo\n\n",
                b"\r  three",
                b"\r  three",
            ],
        )

    def test_the_bar_of_pip(self):
        bar = b"\r\x1b[2K   \x1b[38;5;197m\xe2\x94\x81\x1b[0m %d/16 MB     eta 0:00:0%d"
        self.assertEqual(
            self.feed(b"Downloading x (16 MB)\n\x1b[?25l" + bar % (1, 9), bar % (5, 5), bar % (16, 0) + b"\n\x1b[?25h"),
            [
                "Downloading x (16 MB)\n\r   ━ 1/16 MB  eta 0:00:09".encode(),
                "\r   ━ 5/16 MB  eta 0:00:05".encode(),
                "\r   ━ 16/16 MB     eta 0:00:00\n".encode(),
                b"",
            ],
        )

    def test_the_bars_of_uv_are_one_line(self):
        clear = b"\x1b[1A\r\x1b[2K\x1b[1B\r\x1b[2K\x1b[1A"
        frame = b"\xe2\xa0\x99 Preparing packages... (%d/2)" + b" " * 50 + b"numpy ---- %d MiB/18 MiB   "
        self.assertEqual(
            self.feed(
                b"Resolved 2 packages\n" + frame % (0, 1),
                clear + frame % (0, 2),
                clear + frame % (1, 18),
                clear + b"\r\x1b[2KPrepared 2 packages\n",
            ),
            [
                "Resolved 2 packages\n\r⠙ Preparing packages... (0/2)  numpy ---- 1 MiB/18 MiB".encode(),
                "\r⠙ Preparing packages... (0/2)  numpy ---- 2 MiB/18 MiB".encode(),
                "\r⠙ Preparing packages... (1/2)  numpy ---- 18 MiB/18 MiB".encode(),
                b"\rPrepared 2 packages\n",
                b"",
            ],
        )

    def test_states_that_nobody_would_have_seen_go(self):
        drawn = Drawn()
        out = b"".join(drawn.feed(b"\r%d" % number, number / 100) for number in range(100, 200))
        self.assertEqual(out, b"\r100\r150")
        self.assertEqual(drawn.feed(b"\r200\n", 2.0), b"\r200\n")
        self.assertEqual(drawn.feed(b"\r201", 2.01) + drawn.feed(b"", 2.6), b"\r201")

    def test_sequences_that_are_cut(self):
        whole = b"a\x1b[31mb\x1b[0m\x1b[K\r\x1b[2Kc\n"
        for at in range(len(whole)):
            drawn = Drawn()
            self.assertEqual(as_shown((drawn.feed(whole[:at], 1) + drawn.feed(whole[at:], 9)).decode()), "c\n", at)

    def test_what_erases_the_rest_of_a_line_takes_no_text_away(self):
        self.assertEqual(self.feed(b"text\x1b[K\n"), [b"text\n", b""])

    def test_the_last_state_is_what_a_terminal_shows(self):
        self.assertEqual(as_shown("a\rb\r\nc\r \r\n\x1b[1md\x1b[0m"), "b\nc\nd")


class Terminal(unittest.TestCase):
    def test_a_tool_sees_a_terminal_and_all_that_it_wrote_is_read(self):
        ours, theirs = open_terminal()
        self.addCleanup(os.close, ours)
        program = "import os, sys; print(os.isatty(1), os.get_terminal_size(1).columns); sys.stderr.write('x' * 5000)"
        child = subprocess.Popen([sys.executable, "-c", program], stdout=theirs, stderr=theirs)
        os.close(theirs)
        said = b"".join(iter(lambda: read_terminal(ours), b""))
        self.assertEqual((child.wait(), said), (0, b"True 120\n" + b"x" * 5000))
