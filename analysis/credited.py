"""Which responses are credited: the first correct recall of an item, neither repeat nor intrusion."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from memlab.core.recall import STOP, RecallData

__all__ = ["first_correct", "intruded", "repeated", "responded"]

Mask = NDArray[np.bool_]


def first_correct(data: RecallData) -> Mask:
    """Return which responses are the first of their item, (n_lists, n_outputs).

    Examples
    --------
    >>> from memlab.core.recall import Recalls, StudyLists
    >>> first_correct(RecallData(StudyLists.simple(1, 3), Recalls(np.array([[3, -1, 3, 1, 0]]))))
    array([[ True, False, False,  True, False]])
    """
    position: Any = data.recalls.position
    credited = np.zeros(position.shape, dtype=bool)
    seen = np.zeros((data.n_lists, data.list_length + 1), dtype=bool)
    seen[:, 0] = True  # no item
    rows = np.arange(data.n_lists)
    for output in range(position.shape[1]):
        found = np.maximum(position[:, output], 0)
        credited[:, output] = ~seen[rows, found]
        seen[rows, found] = True
    return credited


def repeated(data: RecallData) -> Mask:
    """Return which responses repeat an item of the list, (n_lists, n_outputs)."""
    return np.asarray((data.recalls.position > 0) & ~first_correct(data))


def intruded(data: RecallData) -> Mask:
    """Return which responses are not of the list, (n_lists, n_outputs)."""
    return np.asarray(data.recalls.position < STOP)


def responded(data: RecallData) -> Mask:
    """Return where there is a response of any kind, (n_lists, n_outputs)."""
    return np.asarray(data.recalls.position != STOP)
