"""Which lines of metrics are looked into when there are more than anybody could look at."""

import time

LINES, BURST = 5000, 50_000
"""Lines a second that are all looked into, and so many at once. Beyond that some are: a training may write millions,
and the agent has its log and its checkpoints to see to. All of them are kept."""

LAST, ODD = 8, 4
"""Of a piece in which some are: its last lines, and those with each of these words that came first."""

WORDS = (b"NaN", b"nan", b"Inf", b"inf")


class Thin:
    def __init__(self, clock=time.monotonic):
        self.clock = clock
        self.left, self.at = float(BURST), clock()

    def takes(self, count):
        """Whether so many more lines are all looked into."""
        now = self.clock()
        self.left, self.at = min(float(BURST), self.left + LINES * (now - self.at)), now
        if count > self.left:
            return False
        self.left -= count
        return True


def some(data, end, first=False):
    """(number, line) of some lines of the bytes before `end`, where one ends, numbered from 1 up. `first`: that too."""
    starts = {0} if first else set()
    for word in WORDS:
        at = 0
        for _ in range(ODD):
            found = data.find(word, at, end)
            if found < 0:
                break
            starts.add(data.rfind(b"\n", 0, found) + 1)
            at = data.find(b"\n", found, end) + 1 or end
    at = end
    for _ in range(LAST):
        at = data.rfind(b"\n", 0, at)
        starts.add(at + 1)
        if at < 0:
            break
    number, before = 1, 0
    for start in sorted(starts):
        number, before = number + data.count(b"\n", before, start), start
        stop = data.find(b"\n", start, end)
        yield number, data[start : end if stop < 0 else stop]
