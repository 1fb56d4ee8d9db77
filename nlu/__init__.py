"""Text to Understanding: what she needs, whether she is in danger, and the facts she named."""

import os

# Four BLAS threads on two busy cores take 450 ms for what one thread does in 2; the pool is sized when numpy loads,
# so whoever starts the program imports nlu before anything that imports numpy.
for _pool in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ.setdefault(_pool, "1")
