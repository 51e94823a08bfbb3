"""How much the ends of a list stand out from its middle: primacy and recency as numbers."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from memlab.analysis.serial_position import spc_counts
from memlab.analysis.tables import Column, Table, tabulate
from memlab.core.errors import UsageError
from memlab.core.recall import Floats, Ints, RecallData

__all__ = ["EndEffects", "end_effects", "middle_positions", "primacy_recency"]

END_POSITIONS = 3
"""Positions at an end that count as that end: the primacy effect of Murdock (1962) spans three to four positions, and
the middle third must stay clear of it in lists of ten."""


@dataclass(frozen=True, eq=False)
class EndEffects:
    """The ends of serial-position curves against their middle.

    Attributes
    ----------
    primacy, recency : (...,) float, in [-1, 1]
        Mean recall of the first (last) k positions less that of the middle.
    primacy_extent, recency_extent : (...,) int, positions
        How many positions from the first on (from the last back) lie above the middle, without a gap.
    middle : (...,) float, in [0, 1]
        Mean recall of the middle positions.
    """

    primacy: Floats
    recency: Floats
    primacy_extent: Ints
    recency_extent: Ints
    middle: Floats


def middle_positions(list_length: int, k: int = END_POSITIONS) -> slice:
    """Return the middle of a list, as a slice: without a third, and at least k positions, at each end.

    Raises
    ------
    UsageError
        ``k`` below 1, or a list too short to have a middle.

    Examples
    --------
    >>> middle_positions(20)
    slice(6, 14, None)
    """
    if k < 1:
        raise UsageError(f"k must be a whole number of at least 1. Got {k!r} instead.")
    end = max(k, list_length // 3)
    if 2 * end >= list_length:
        raise UsageError(
            f"primacy and recency of k = {k} positions need lists of at least {2 * k + 1} items; these have "
            f"{list_length}."
        )
    return slice(end, list_length - end)


def end_effects(curve: ArrayLike, *, k: int = END_POSITIONS) -> EndEffects:
    """Return how the ends of serial-position curves stand out from their middle.

    Parameters
    ----------
    curve : (..., list_length), in [0, 1]
        Serial-position curves.
    k
        Positions that make an end.

    Raises
    ------
    UsageError
        See `middle_positions`.

    Examples
    --------
    >>> ends = end_effects([.6, .4, .2, .2, .2, .5, .8], k=2)
    >>> round(float(ends.primacy), 3), round(float(ends.recency), 3), int(ends.recency_extent)
    (0.3, 0.45, 2)
    """
    recall = np.asarray(curve, dtype=np.float64)
    middle = recall[..., middle_positions(recall.shape[-1], k)].mean(axis=-1)
    above = recall > middle[..., None]
    return EndEffects(
        primacy=recall[..., :k].mean(axis=-1) - middle,
        recency=recall[..., -k:].mean(axis=-1) - middle,
        primacy_extent=_run(above),
        recency_extent=_run(above[..., ::-1]),
        middle=middle,
    )


def _run(above: np.ndarray[tuple[int, ...], np.dtype[np.bool_]]) -> Ints:
    """Return how many leading values are true."""
    return np.asarray(np.logical_and.accumulate(above, axis=-1).sum(axis=-1), dtype=np.int64)


def primacy_recency(data: object, *, k: int = END_POSITIONS, as_frame: bool = True) -> Table:
    """Primacy and recency of each subject's serial-position curve.

    Primacy is the mean recall of the first ``k`` positions less that of the middle, recency that of the last ``k``. The
    middle leaves out a third of the list (rounded down), and at least ``k`` positions, at each end. Extents count
    the positions from an end that lie above the middle; single subjects' curves are noisy, so take the extent of a mean
    curve with `end_effects`.

    Parameters
    ----------
    data
        A long table (psifr's raw columns), a path to one, a RecallData or a Conditions.
    k
        Positions that make an end; lists need at least 2 k + 1 items.
    as_frame
        False returns a dict of columns and leaves pandas alone.

    Returns
    -------
    Table with columns
        subject; primacy; recency; middle; primacy_extent; recency_extent.
    """

    def columns(one: RecallData) -> dict[str, Column]:
        counts = spc_counts(one)
        ends = end_effects(counts.prob(), k=k)
        names = ("primacy", "recency", "middle", "primacy_extent", "recency_extent")
        return {"subject": counts.subjects, **{name: getattr(ends, name) for name in names}}

    return tabulate(data, columns, as_frame)
