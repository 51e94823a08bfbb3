"""Which people a fit may see and which it is scored on: one rule for references, fits, comparisons and training."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from memlab.core.errors import UsageError
from memlab.core.recall import Labels, RecallData

__all__ = ["SPLIT", "halves", "people_of"]

SPLIT = (
    "fitted: the first half of the sorted subjects of each condition, rounded up; "
    "scored: the others (one alone is both)"
)
"""The rule in words."""


def halves(subjects: ArrayLike) -> tuple[Labels, Labels]:
    """Return the people of a condition that are fitted, and those that are scored; one alone is both.

    Examples
    --------
    >>> halves([3, 1, 2])
    (array([1, 2]), array([3]))
    """
    ordered = np.unique(np.asarray(subjects))
    if len(ordered) == 1:
        return ordered, ordered
    n_fitted = (len(ordered) + 1) // 2
    return ordered[:n_fitted], ordered[n_fitted:]


def people_of(data: RecallData, half: str) -> RecallData:
    """Return the lists of one half of a condition's people: ``"fit"``, ``"score"``, or ``"all"`` of them.

    Raises
    ------
    UsageError
        Another half.
    """
    if half == "all":
        return data
    if half not in ("fit", "score"):
        raise UsageError(f"half must be fit, score or all. Got {half!r} instead.")
    return data.select_subjects(halves(data.subjects)[0 if half == "fit" else 1])
