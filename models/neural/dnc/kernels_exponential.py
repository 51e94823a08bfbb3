"""`exponential`: e^x in a form that the compiler can turn into vector instructions.

The library's own is called number by number, and was a third of a sequence's time. x = k ln 2 + r with |r| <= ln 2 / 2;
e^r by its series, 2^k by writing k where a floating-point number has its exponent. Relative error below 3 units in the
last place; below and above what the precision can hold, it stays at the smallest and largest normal numbers it reaches.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numba
import numpy as np
from numba.extending import overload

from memlab.core.compiled import compiled

__all__ = ["exponential", "sigmoid"]


def exponential(x: float) -> float:
    """Return e^x."""
    return math.exp(x)


def _for_single() -> Callable[[Any], Any]:
    per_octave, high, low = np.float32(1 / math.log(2)), np.float32(0.693359375), np.float32(-2.12194440054690581e-4)
    least, most, half, bias, mantissa = np.float32(-87), np.float32(88), np.float32(0.5), np.int32(127), np.int32(23)
    c0, c1, c2, c3, c4, c5, c6, c7 = [np.float32(1 / math.factorial(i)) for i in range(8)]

    def series(x: Any) -> Any:
        x = min(max(x, least), most)
        k = np.int32(np.floor(x * per_octave + half))
        r = (x - np.float32(k) * high) - np.float32(k) * low  # high + low = ln 2; k * high is exact
        p = c4 + r * (c5 + r * (c6 + r * c7))
        p = c0 + r * (c1 + r * (c2 + r * (c3 + r * p)))
        return p * np.int32((k + bias) << mantissa).view(np.float32)

    return series


def _for_double() -> Callable[[Any], Any]:
    per_octave, high, low = 1 / math.log(2), 6.93147180369123816490e-01, 1.90821492927058770002e-10
    c0, c1, c2, c3, c4, c5, c6, c7, c8, c9, c10, c11, c12, c13 = [1 / math.factorial(i) for i in range(14)]

    def series(x: Any) -> Any:
        x = min(max(x, -708.0), 709.0)
        k = np.int64(np.floor(x * per_octave + 0.5))
        r = (x - k * high) - k * low
        p = c8 + r * (c9 + r * (c10 + r * (c11 + r * (c12 + r * c13))))
        p = c4 + r * (c5 + r * (c6 + r * (c7 + r * p)))
        p = c0 + r * (c1 + r * (c2 + r * (c3 + r * p)))
        return p * np.int64((k + 1023) << 52).view(np.float64)

    return series


@overload(exponential, jit_options={"fastmath": {"contract"}, "error_model": "numpy"})
def _compiled_exponential(x: Any) -> Callable[[Any], Any]:
    return _for_single() if x == numba.float32 else _for_double()


@compiled
def sigmoid(x: float, one: float) -> float:
    """Return 1 / (1 + e^-x); ``one`` is 1 in the precision of x."""
    return one / (one + exponential(-x))
