"""The compiled part of `memlab.core.model.credited_positions`, apart so that numba is imported only when it is used."""

from __future__ import annotations

import numpy as np

from memlab.core.compiled import compiled
from memlab.core.recall import Ints

__all__ = ["first_correct"]


@compiled
def first_correct(position: Ints, list_length: int) -> Ints:
    """Return the first correct recalls of each list in order, (n_lists, list_length), 0 after the last.

    Parameters
    ----------
    position : (n_lists, n_outputs) int
        1-based positions up to ``list_length``, or codes of 0 and below, which are dropped.
    """
    credited = np.zeros((position.shape[0], list_length), dtype=np.int64)
    last_list = np.full(list_length + 1, -1)  # the last list in which a position was recalled
    for row in range(position.shape[0]):
        count = 0
        for output in range(position.shape[1]):
            recalled = position[row, output]
            if recalled > 0 and last_list[recalled] != row:
                last_list[recalled] = row
                credited[row, count] = recalled
                count += 1
    return credited
