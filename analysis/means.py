"""Means over subjects where some curves have no value at some points (a lag that was never possible)."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from memlab.core.errors import UsageError
from memlab.core.recall import Floats

__all__ = ["subject_mean", "subject_rows", "subject_sd", "weighted_mean"]


def subject_rows(values: ArrayLike) -> Floats:
    """Return curves as (n_subjects, n_x) float.

    Raises
    ------
    UsageError
        Values without a row a subject.
    """
    matrix = np.asarray(values, dtype=np.float64)
    if matrix.ndim != 2:
        raise UsageError(f"values must have a row a subject, (n_subjects, n_x). Got shape {matrix.shape} instead.")
    return matrix


def weighted_mean(weights: Floats, values: Floats) -> Floats:
    """Return weighted means over the subjects that have a value; NaN where none has.

    Parameters
    ----------
    weights : (n_means, n_subjects), >= 0
        A row a mean: a bootstrap sample, a half of the subjects.
    values : (n_subjects, n_x)
        NaN where a curve is not defined.

    Returns
    -------
    (n_means, n_x)
    """
    defined = ~np.isnan(values)
    total = weights @ np.where(defined, values, 0.0)
    n = weights @ defined
    mean: Floats = np.divide(total, n, out=np.full(total.shape, np.nan), where=n > 0)
    return mean


def subject_mean(values: ArrayLike) -> Floats:
    """Return the mean of the subjects that have a value, (n_x,); NaN where none has."""
    matrix = subject_rows(values)
    defined = ~np.isnan(matrix)
    total, n = np.where(defined, matrix, 0.0).sum(axis=0), defined.sum(axis=0)
    mean: Floats = np.divide(total, n, out=np.full(total.shape, np.nan), where=n > 0)
    return mean


def subject_sd(values: ArrayLike) -> Floats:
    """Return the standard deviation between the subjects that have a value, (n_x,), n - 1; NaN below two."""
    matrix = subject_rows(values)
    n = (~np.isnan(matrix)).sum(axis=0)
    squares = np.nansum((matrix - subject_mean(matrix)) ** 2, axis=0)
    sd: Floats = np.sqrt(np.divide(squares, n - 1, out=np.full(n.shape, np.nan), where=n > 1))
    return sd
