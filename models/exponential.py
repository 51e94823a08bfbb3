"""The exponential and the logarithm of many numbers at once: most of the time of a likelihood goes into them."""

from __future__ import annotations

import numpy as np

from memlab.core.compiled import compiled_apart, compiled_in_any_order
from memlab.core.recall import Floats

__all__ = ["exponential", "exponentials", "logarithm"]

_LOG2_E = 1.4426950408889634
_LN2_HIGH, _LN2_LOW = 6.93147180369123816490e-01, 1.90821492927058770002e-10
_LOWEST, _HIGHEST = -708.0, 708.0
"""exp(-708) = 3e-308 is the smallest normal double to three digits, exp(708) = 3e307 almost the greatest."""

_BELOW_ROOT_HALF = 0x3FE6A09E667F3BCC
"""The bits of the greatest double below the square root of 1/2."""


@compiled_apart
def exponential(x: float) -> float:
    """Return e to the x, within 3 units in the last place; x beyond 708 in size counts as 708.

    exp(x) = 2^k exp(r) with k the nearest whole number to x / ln 2 and a Taylor series of degree 12 in r, |r| < .35.
    Written without branches or calls, so that in a loop the compiler does several at once, which it cannot do with the
    exponential of the C library.
    """
    x = min(max(x, _LOWEST), _HIGHEST)
    k = np.floor(x * _LOG2_E + 0.5)
    r = (x - k * _LN2_HIGH) - k * _LN2_LOW
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
    series = series * r + 1.0
    two_to_k = np.int64((np.int64(k) + 1023) << 52)  # 1023: the bias of a double's exponent, 52: its place
    result: float = series * two_to_k.view(np.float64)
    return result


@compiled_apart
def logarithm(x: float) -> float:
    """Return the natural logarithm of a normal number above 0, within 3 units in the last place; NaN gives NaN.

    x = 2^k m with m from the square root of 1/2 to that of 2, and ln m = 2 artanh((m - 1) / (m + 1)) by its series, of
    which ten terms are enough. Without branches or calls, as `exponential`.
    """
    bits = np.float64(x).view(np.int64)
    k = (bits - _BELOW_ROOT_HALF) >> 52
    m = np.int64(bits - (k << 52)).view(np.float64)
    ratio = (m - 1.0) / (m + 1.0)
    square = ratio * ratio
    series = 1.0 / 21.0
    series = series * square + 1.0 / 19.0
    series = series * square + 1.0 / 17.0
    series = series * square + 1.0 / 15.0
    series = series * square + 1.0 / 13.0
    series = series * square + 1.0 / 11.0
    series = series * square + 1.0 / 9.0
    series = series * square + 1.0 / 7.0
    series = series * square + 1.0 / 5.0
    series = series * square + 1.0 / 3.0
    of_m = 2.0 * ratio + 2.0 * ratio * square * series
    return k * _LN2_HIGH + (k * _LN2_LOW + of_m) + 0.0 * x  # 0 x: NaN stays NaN, and so does infinity


@compiled_in_any_order
def exponentials(x: Floats, top: float) -> float:
    """Replace each x by exp(x - top), in place, and return their sum; see `exponential`.

    Parameters
    ----------
    x : (n,)
    top
        The greatest x, so that no term is more than 1; or any number not far below it.
    """
    total = 0.0
    for i in range(x.size):
        x[i] = exponential(x[i] - top)
        total += x[i]
    return total
