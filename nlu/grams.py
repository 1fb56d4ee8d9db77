"""Hashed character n-grams: what the sentence encoder blurs, such as a rare word of law or a typing error."""

import math
import zlib
from collections import Counter
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

BUCKETS = 8192
SIZES = (1, 2, 3)
LIMIT = 400  # characters; beyond, one-grams of a long letter say nothing more

Indices = NDArray[np.int64]
Weights = NDArray[np.float64]


@lru_cache(maxsize=64)  # the intent and the danger model read the same messages of a batch
def hashed(text: str) -> tuple[Indices, Weights]:
    """Buckets and their weights, sublinear counts of unit length; crc32 is the same on every machine."""
    bare = text[:LIMIT].lower()
    counts = Counter(
        zlib.crc32(bare[start : start + size].encode("utf-8", "surrogatepass")) % BUCKETS
        for size in SIZES
        for start in range(len(bare) - size + 1)
    )
    values = [1.0 + math.log(count) for count in counts.values()]
    length = math.sqrt(sum(value * value for value in values)) or 1.0
    return np.fromiter(counts, np.int64, len(counts)), np.array(values, dtype=np.float64) / length
