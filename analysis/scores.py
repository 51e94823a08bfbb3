"""How far a curve is from another, and how near people themselves come: RMSD and the noise ceiling."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from memlab.analysis.means import weighted_mean
from memlab.core.errors import UsageError
from memlab.core.recall import Floats

__all__ = ["noise_ceiling", "rmsd"]

N_SPLITS = 1000
"""Random halves: their standard error is then about 1 % of the ceiling."""


def rmsd(curve: ArrayLike, target: ArrayLike) -> float:
    """Root-mean-square difference of two curves over the points that both have.

    Parameters
    ----------
    curve, target : (n_x,)
        NaN where a curve is not defined (lag 0, say): such a point does not count.

    Returns
    -------
    float
        NaN where no point is defined in both.

    Raises
    ------
    UsageError
        Curves of different shapes.

    Examples
    --------
    >>> rmsd([0.5, float("nan"), 0.25], [0.25, 0.5, 0.5])
    0.25
    """
    a, b = np.asarray(curve, dtype=np.float64), np.asarray(target, dtype=np.float64)
    if a.shape != b.shape:
        raise UsageError(f"rmsd needs two curves of one shape. Got {a.shape} and {b.shape} instead.")
    return float(_rmsd_rows(a.reshape(1, -1), b.reshape(1, -1))[0])


def _rmsd_rows(a: Floats, b: Floats) -> Floats:
    squares = (a - b) ** 2
    n = (~np.isnan(squares)).sum(axis=1)
    mean = np.divide(np.nansum(squares, axis=1), n, out=np.full(len(n), np.nan), where=n > 0)
    root: Floats = np.sqrt(mean)
    return root


def noise_ceiling(curves: ArrayLike, n_first: int, *, rng: np.random.Generator, n_splits: int = N_SPLITS) -> float:
    """Return how far the mean curve of some people is from that of the others: no theory can be expected to do better.

    The expected RMSD between the mean curve of ``n_first`` subjects and that of the rest, over random splits.

    Parameters
    ----------
    curves : (n_subjects, n_x)
        A curve a subject; NaN where it is not defined. A mean is that of the subjects that have a value.
    n_first
        Subjects in the first part, as many as a model is fitted to.
    rng
        Draws the splits.
    n_splits
        How many splits.

    Raises
    ------
    UsageError
        A part without subjects, or fewer than one split.
    """
    values = np.asarray(curves, dtype=np.float64)
    if values.ndim != 2 or not 0 < n_first < len(values):
        raise UsageError(
            f"noise_ceiling needs a curve a subject, (n_subjects, n_x), and n_first from 1 to n_subjects - 1. Got "
            f"shape {values.shape} and n_first = {n_first}."
        )
    if n_splits < 1:
        raise UsageError(f"n_splits must be a whole number of at least 1. Got {n_splits!r} instead.")
    order = np.argsort(rng.random((n_splits, len(values))), axis=1)
    in_first = order < n_first  # (n_splits, n_subjects): the ranks of random numbers are a random permutation
    first, rest = (weighted_mean(part.astype(np.float64), values) for part in (in_first, ~in_first))
    distances = _rmsd_rows(first, rest)
    return float(np.nanmean(distances)) if not np.isnan(distances).all() else float("nan")
