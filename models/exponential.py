"""The exponential of many numbers at once: most of the time of a likelihood goes into it."""

from __future__ import annotations

import numpy as np

from memlab.core.compiled import compiled
from memlab.core.recall import Floats

__all__ = ["exponentials"]

_LOG2_E = 1.4426950408889634
_LN2_HIGH, _LN2_LOW = 6.93147180369123816490e-01, 1.90821492927058770002e-10
_LOWEST = -708.0
"""exp(-708) = 3e-308 is the smallest normal double to three digits; anything lower is raised to it."""


@compiled
def exponentials(x: Floats, top: float, scale: Floats) -> float:
    """Replace each x by exp(x - top), in place, and return their sum. A difference below -708 counts as -708.

    exp(y) = 2^k exp(r) with k the nearest whole number to y / ln 2 and a Taylor series of degree 12 in r, |r| < .35:
    within 3 units in the last place. Written without branches or calls, so that the compiler does several at once,
    which it cannot do with the exponential of the C library.

    Parameters
    ----------
    x : (n,)
    top
        At least the greatest x.
    scale : (n,)
        Scratch; is overwritten by 2^k, written as the bits of a double.
    """
    exponent = scale.view(np.int64)
    for i in range(x.size):
        above = max(x[i] - top, _LOWEST)
        k = np.floor(above * _LOG2_E + 0.5)
        r = (above - k * _LN2_HIGH) - k * _LN2_LOW
        series = 1.0 / 479001600.0
        series = series * r + 1.0 / 39916800.0
        series = series * r + 1.0 / 3628800.0
        series = series * r + 1.0 / 362880.0
        series = series * r + 1.0 / 40320.0
        series = series * r + 1.0 / 5040.0
        series = series * r + 1.0 / 720.0
        series = series * r + 1.0 / 120.0
        series = series * r + 1.0 / 24.0
        series = series * r + 1.0 / 6.0
        series = series * r + 0.5
        series = series * r + 1.0
        x[i] = series * r + 1.0
        exponent[i] = (np.int64(k) + 1023) << 52  # 1023: the bias of a double's exponent, 52: its place
    total = 0.0
    for i in range(x.size):
        x[i] *= scale[i]
        total += x[i]
    return total
