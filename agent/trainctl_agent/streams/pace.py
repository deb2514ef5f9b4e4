"""When a training will be at its last step, going by how fast its last steps were."""

WINDOW = 300.0
"""Seconds that count, if there are two steps in them; of slower trainings the last two."""


def pace(history, now):
    """Seconds a step, and seconds over which they were measured. None until two steps are known.

    A training that stands still becomes slower with every moment beyond what a step usually takes."""
    last = len(history) - 1
    if last < 1:
        return None
    first = last
    while first > 0 and history[first - 1][1] < history[first][1]:
        first -= 1
        if history[last][0] - history[first][0] >= WINDOW:
            break
    looks, steps = last - first, history[last][1] - history[first][1]
    seconds = history[last][0] - history[first][0]
    if steps <= 0 or seconds <= 0:
        return None
    late = now - history[last][0] - 2 * seconds / looks
    return (seconds + max(0.0, late)) / steps, seconds


def outlook(history, total, now):
    """`steps`, and while there is something left to do `etaAt` (epoch seconds) with what it rests on; {} when nothing
    is known."""
    if total is None:
        return {}
    known, measured = {"steps": total}, pace(history, now)
    left = total - history[-1][1] if history else 0
    if measured is None or left <= 0:
        return known
    at = history[-1][0] + left * measured[0]
    return dict(known, etaAt=max(at, now), measuredSeconds=round(measured[1], 1), stepSeconds=measured[0])
