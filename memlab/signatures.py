"""The signatures of human recall as numbers, computed of a mean curve, for people and models alike."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from memlab.analysis.list_ends import end_effects
from memlab.core.errors import UsageError
from memlab.core.recall import Floats

__all__ = [
    "NEUTRAL",
    "SERIAL_SIGNATURES",
    "SIGNATURES",
    "contiguity",
    "first_item_primacy",
    "forward_asymmetry",
    "last_item_recency",
    "primacy",
    "recency",
]


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


def first_item_primacy(accuracy: Floats) -> float:
    """Return the accuracy of the first item less that of the last; NaN in a list of under three."""
    return float(accuracy[0] - accuracy[-1]) if len(accuracy) > 2 else float("nan")


def last_item_recency(accuracy: Floats) -> float:
    """Return the accuracy of the last item less that of the last but one; NaN in a list of under three.

    Forward serial recall has recency of one item.
    """
    return float(accuracy[-1] - accuracy[-2]) if len(accuracy) > 2 else float("nan")


def the_number(values: Floats) -> float:
    """Return a measure that is one number as it is."""
    return float(values[0])


SIGNATURES: tuple[tuple[str, str, Callable[[Floats], float]], ...] = (
    ("primacy", "spc", primacy),
    ("recency", "spc", recency),
    ("contiguity", "lag_crp", contiguity),
    ("forward_asymmetry", "lag_crp", forward_asymmetry),
)
"""(name, curve it is computed of, function)."""

SERIAL_SIGNATURES: tuple[tuple[str, str, Callable[[Floats], float]], ...] = (
    ("primacy", "accuracy_strict", first_item_primacy),
    ("recency", "accuracy_strict", last_item_recency),
    ("adjacent_share", "adjacent_share", the_number),
    ("anticipation_share", "anticipation_share", the_number),
    ("fill_in_share", "fill_in_first_error", the_number),
)
"""The same of serial recall; see `memlab.serial_measures`. `memlab.diagnosis` has more, with verdicts."""

NEUTRAL: dict[str, float | None] = {"fill_in_share": 0.5, "anticipation_share": 0.5, "adjacent_share": None}
"""Where a signature shows nothing; 0 for those that are not named. None: that depends on the length of the list, so the
number is given without a judgement."""
