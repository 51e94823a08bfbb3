"""The order of a table's rows: list by list, study before recall, by position."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from memlab.core.recall import Ints

__all__ = ["event_order"]

LARGEST = 2**62
"""Numbers below fit into 64 bits with room to spare."""


def event_order(key: Ints, recall: NDArray[np.bool_], position: Ints) -> Ints:
    """Return the order that sorts rows by list, then study before recall, then position; rows that tie keep theirs.

    One number a row is sorted where the three fit into one, and nothing where the rows are in order already, as those
    of most files are.

    Parameters
    ----------
    key : (n_rows,)
        The list, from 0.
    recall : (n_rows,)
        Whether a row is one of recall.
    position : (n_rows,)
        From 1.

    Examples
    --------
    >>> event_order(np.array([0, 0, 0]), np.array([True, False, False]), np.array([1, 2, 1]))
    array([2, 1, 0])
    """
    span = int(position.max()) + 1
    if (int(key.max()) + 1) * 2 * span >= LARGEST:
        return np.lexsort((position, recall, key)).astype(np.int64)
    rank = (key * 2 + recall) * span + position
    if (rank[1:] >= rank[:-1]).all():
        return np.arange(len(rank))
    return np.argsort(rank, kind="stable").astype(np.int64)
