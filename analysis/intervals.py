"""Intervals whose unit is the subject: bootstrap, within-subject, and Student's t."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from memlab.analysis.means import subject_mean, subject_rows, subject_sd, weighted_mean
from memlab.core.errors import UsageError
from memlab.core.recall import Floats

__all__ = ["bootstrap", "t_interval", "within_subject"]

N_SAMPLES = 2000
"""Bootstrap samples: the Monte-Carlo error of a 95 % bound is then about 5 % of the standard error."""


def _check_level(level: float) -> None:
    if not 0 < level < 1:
        raise UsageError(f"level must be a number between 0 and 1, as 0.95. Got {level!r} instead.")


def bootstrap(
    values: ArrayLike, rng: np.random.Generator, *, level: float = 0.95, n_samples: int = N_SAMPLES
) -> tuple[Floats, Floats]:
    """Percentile bootstrap of the subject mean: whole subjects are drawn again, with replacement.

    Parameters
    ----------
    values : (n_subjects, n_x)
        A curve a subject; NaN where it is not defined.
    rng
        Draws the samples.
    level : in (0, 1)
        Coverage.
    n_samples
        How many samples.

    Returns
    -------
    low, high : (n_x,)
        NaN where no subject has a value.

    Raises
    ------
    UsageError
        Values without a row a subject, a level outside (0, 1), fewer than one sample.

    References
    ----------
    Efron & Tibshirani (1993), An Introduction to the Bootstrap, ch. 13.
    """
    matrix = subject_rows(values)
    _check_level(level)
    if n_samples < 1:
        raise UsageError(f"n_samples must be a whole number of at least 1. Got {n_samples!r} instead.")
    n = len(matrix)
    if n == 0:
        return np.full(matrix.shape[1], np.nan), np.full(matrix.shape[1], np.nan)
    drawn = rng.multinomial(n, np.full(n, 1 / n), size=n_samples).astype(np.float64)  # how often each subject
    means = weighted_mean(drawn, matrix)
    some = ~np.isnan(means).all(axis=0)
    bounds = np.full((2, matrix.shape[1]), np.nan)
    bounds[:, some] = np.nanquantile(means[:, some], [(1 - level) / 2, (1 + level) / 2], axis=0)
    return bounds[0], bounds[1]


def t_interval(values: ArrayLike, *, level: float = 0.95) -> tuple[Floats, Floats]:
    """Student's t interval of the subject mean, at each x by itself.

    Parameters, returns and errors are those of `bootstrap`; NaN below two subjects.
    """
    matrix = subject_rows(values)
    _check_level(level)
    return _around(subject_mean(matrix), subject_sd(matrix), matrix, level)


def within_subject(values: ArrayLike, *, level: float = 0.95) -> tuple[Floats, Floats]:
    """Within-subject interval of Cousineau with Morey's correction: differences between subjects are taken out.

    Each subject's values are moved so that all subjects have the same mean over x; the variance that is left is
    multiplied by n_x / (n_x - 1). It speaks about the differences between the points of one curve.

    Parameters
    ----------
    values : (n_subjects, n_x)
        A curve a subject. Where a value is NaN, the subject's mean is that of the others.
    level : in (0, 1)
        Coverage.

    Returns
    -------
    low, high : (n_x,)
        Around the subject mean; NaN below two subjects or for a single x.

    References
    ----------
    Cousineau (2005), Tutor. Quant. Methods Psychol. 1, 42-45; Morey (2008), same journal 4, 61-64.
    """
    matrix = subject_rows(values)
    _check_level(level)
    n_x = matrix.shape[1]
    own_mean = subject_mean(matrix.T)  # (n_subjects,)
    grand = subject_mean(own_mean[:, None])
    moved = matrix - own_mean[:, None] + grand
    morey = np.sqrt(n_x / (n_x - 1)) if n_x > 1 else np.nan
    return _around(subject_mean(matrix), subject_sd(moved) * morey, matrix, level)


def _around(mean: Floats, sd: Floats, values: Floats, level: float) -> tuple[Floats, Floats]:
    from scipy.special import stdtrit  # late: a mean without an interval does not need scipy

    n = (~np.isnan(values)).sum(axis=0)
    half = stdtrit(np.maximum(n - 1, 1), (1 + level) / 2) * sd / np.sqrt(np.maximum(n, 1))
    return mean - half, mean + half
