"""The signatures of human free recall as numbers, computed of a mean curve, for people and models alike."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from memlab.analysis.list_ends import end_effects
from memlab.core.errors import UsageError
from memlab.core.recall import Floats
from memlab.curves import MAX_LAG

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
    """Return the mean of the lag-CRP at lags -1 and 1 less its mean at the other lags up to `MAX_LAG`."""
    near = lag_crp[MAX_LAG - 1 : MAX_LAG + 1]
    far = np.concatenate([lag_crp[: MAX_LAG - 1], lag_crp[MAX_LAG + 1 :]])
    return float(np.nanmean(near) - np.nanmean(far)) if not np.isnan(far).all() else float("nan")


def forward_asymmetry(lag_crp: Floats) -> float:
    """Return the lag-CRP at lag 1 less that at lag -1."""
    return float(lag_crp[MAX_LAG] - lag_crp[MAX_LAG - 1])


SIGNATURES: tuple[tuple[str, str, Callable[[Floats], float]], ...] = (
    ("primacy", "spc", primacy),
    ("recency", "spc", recency),
    ("contiguity", "lag_crp", contiguity),
    ("forward_asymmetry", "lag_crp", forward_asymmetry),
)
"""(name, curve it is computed of, function)."""
