"""The signatures of human free recall as numbers, computed of a mean curve, for people and models alike."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from memlab.analysis.list_ends import end_effects
from memlab.core.errors import UsageError
from memlab.core.recall import Floats

__all__ = ["SIGNATURES", "contiguity", "forward_asymmetry", "primacy", "recency"]


def primacy(spc: Floats) -> float:
    """Return how far the first positions stand above the middle, in probability; NaN for a list without a middle.

    See `memlab.analysis.list_ends.end_effects`, as for `recency`.
    """
    return _end(spc, "primacy")


def recency(spc: Floats) -> float:
    """Return how far the last positions stand above the middle, in probability; NaN for a list without a middle."""
    return _end(spc, "recency")


def _end(spc: Floats, which: str) -> float:
    try:
        return float(getattr(end_effects(spc), which))
    except UsageError:
        return float("nan")


def contiguity(lag_crp: Floats) -> float:
    """Return the mean of the lag-CRP at lags -1 and 1 less its mean at the other lags up to `memlab.curves.MAX_LAG`.

    NaN where one of the two has no lag: in a list of two items, or where nobody made such a transition.
    """
    middle = len(lag_crp) // 2  # a short list has fewer lags than a long one, as many on each side
    near = lag_crp[max(middle - 1, 0) : middle + 1]
    far = np.concatenate([lag_crp[: max(middle - 1, 0)], lag_crp[middle + 1 :]])
    if np.isnan(near).all() or np.isnan(far).all():
        return float("nan")
    return float(np.nanmean(near) - np.nanmean(far))


def forward_asymmetry(lag_crp: Floats) -> float:
    """Return the lag-CRP at lag 1 less that at lag -1; NaN in a list of one item, which has no lags."""
    middle = len(lag_crp) // 2
    return float(lag_crp[middle] - lag_crp[middle - 1]) if len(lag_crp) else float("nan")


SIGNATURES: tuple[tuple[str, str, Callable[[Floats], float]], ...] = (
    ("primacy", "spc", primacy),
    ("recency", "spc", recency),
    ("contiguity", "lag_crp", contiguity),
    ("forward_asymmetry", "lag_crp", forward_asymmetry),
)
"""(name, curve it is computed of, function)."""
