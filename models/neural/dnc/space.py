"""`arrays`: room for a sequence's arrays, in memory that an earlier sequence has left.

The system hands memory out page by page at first touch, 4 kB each, and takes it back when it is freed: for a trace of
13 MB that was up to a fifth of a training pass. Here the memory of one sequence is kept for the next.
"""

from __future__ import annotations

import math
import weakref
from collections import deque
from collections.abc import Mapping
from itertools import accumulate
from typing import Any

import numpy as np
from numpy.typing import NDArray

__all__ = ["MOST_SPARE", "arrays"]

MOST_SPARE = 4
"""Blocks that are kept while nobody uses them: a training pass uses two, and another network may take turns."""

LARGEST_SPARE = 2**27
"""Bytes of the largest block that is kept: 128 MB, so that a process never holds on to much more than it works with."""

LINE = 64
"""Bytes of a line of the cache; every array begins with one."""

Shape = tuple[int, ...]

_spare: deque[NDArray[np.uint8]] = deque(maxlen=MOST_SPARE)  # the last to come back is the first to go out


def arrays(wanted: Mapping[str, tuple[Shape, np.dtype[Any]]]) -> dict[str, NDArray[Any]]:
    """Return an array of each shape and type, in one block of memory; what stands in them is not defined.

    The block serves again as soon as nothing refers to any of them, nor to a view or tensor made of one.
    """
    sizes = (math.prod(shape) * kind.itemsize for shape, kind in wanted.values())
    starts = [0, *accumulate(-(-size // LINE) * LINE for size in sizes)]
    loan = _borrow(starts[-1])
    places = zip(wanted.items(), starts, strict=False)
    return {name: np.ndarray(shape, kind, loan, start) for (name, (shape, kind)), start in places}


def _borrow(n_bytes: int) -> NDArray[np.uint8]:
    """Return a spare block or a fresh one, of at least that many bytes, which comes back when the last view of it dies.

    Views of an array refer to the array that owns the memory, past what lies between; a memoryview between the two
    stops that, so that they refer to the loan.
    """
    block = _fitting(n_bytes)
    if block is None:
        block = np.empty(n_bytes + LINE, np.uint8)
    first = -block.ctypes.data % LINE
    loan = np.frombuffer(block.data[first:], np.uint8)
    if len(block) <= LARGEST_SPARE:
        weakref.finalize(loan, _spare.append, block).atexit = False
    return loan


def _fitting(n_bytes: int) -> NDArray[np.uint8] | None:
    """Take out a spare block of at least that size and not far above it; threads may do so at the same time."""
    for _ in range(len(_spare)):
        try:
            block = _spare.pop()
        except IndexError:
            return None
        if n_bytes + LINE <= len(block) <= 2 * n_bytes + 2**16:
            return block
        _spare.appendleft(block)
    return None
