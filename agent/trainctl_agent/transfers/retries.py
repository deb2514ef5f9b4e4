"""When to try again."""

import random


def backoff(attempt):
    """Seconds before a repeat: doubling from half a second to 15 s, jittered so that hosts do not march in step."""
    return min(15.0, 0.5 * 2**attempt) * random.uniform(0.5, 1.0)
