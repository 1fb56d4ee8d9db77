"""How long to wait before trying again."""

import random

FIRST = 2.0
LONGEST = 3600.0


def backoff(attempts: int) -> float:
    """Seconds: doubling from 2 s to an hour, with jitter so that many rows do not come back together."""
    return float(min(LONGEST, FIRST * 2**attempts) * random.uniform(0.8, 1.2))  # noqa: S311 - jitter only
