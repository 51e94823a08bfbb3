"""Recovery: how near fitted values come to the known ones that data were simulated with, and which models are confused.

Arrays in, arrays out. The unit is the simulated subject.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.stats import binom, pearsonr, rankdata

from memlab.core.recall import Floats, Ints

__all__ = [
    "ParameterRecovery",
    "confusion",
    "correlation_matrix",
    "coverage_range",
    "inversion",
    "recover_parameters",
    "ridges",
]


@dataclass(frozen=True, eq=False)
class ParameterRecovery:
    """How well each parameter is recovered; every field is (n_parameters,) but for `r_interval`, (n_parameters, 2).

    Attributes
    ----------
    true_mean, true_sd : float
        Of the values that were simulated with.
    bias : float
        Mean of estimate minus true value.
    bias_error : float
        Its standard error.
    rmse : float
        Root mean squared difference of estimate and true value.
    rmse_over_sd : float
        The same as a share of the SD of the true values: at 1 the estimates are as far off as if everybody were given
        the mean. NaN where all true values are the same.
    r : float
        Pearson correlation of estimates with true values; NaN where either does not vary.
    r_interval : float
        Its 95 % interval by Fisher's transformation.
    rank_r : float
        The same correlation of ranks (Spearman), which a few wild estimates cannot move.
    coverage : float
        Share of subjects whose 95 % interval holds the true value; NaN where none has an interval.
    at_bound : float
        Share of estimates on an end of the parameter's range.
    """

    true_mean: Floats
    true_sd: Floats
    bias: Floats
    bias_error: Floats
    rmse: Floats
    rmse_over_sd: Floats
    r: Floats
    r_interval: Floats
    rank_r: Floats
    coverage: Floats
    at_bound: Floats


def recover_parameters(
    true: ArrayLike, estimate: ArrayLike, covered: ArrayLike, at_bound: ArrayLike
) -> ParameterRecovery:
    """Return how well each parameter is recovered.

    Parameters
    ----------
    true, estimate : (n_subjects, n_parameters)
    covered : (n_subjects, n_parameters)
        1 where the interval holds the true value, 0 where not, NaN where there is no interval.
    at_bound : (n_subjects, n_parameters) bool

    Examples
    --------
    >>> found = recover_parameters([[1.0], [2.0], [3.0]], [[1.5], [2.5], [3.5]], [[1], [1], [0]], [[0], [0], [0]])
    >>> float(found.bias[0]), float(found.rmse[0]), round(float(found.r[0]), 10)
    (0.5, 0.5, 1.0)
    """
    known, fitted = np.asarray(true, dtype=np.float64), np.asarray(estimate, dtype=np.float64)
    held = np.asarray(covered, dtype=np.float64)
    off, n = fitted - known, len(known)
    sd = known.std(axis=0, ddof=1) if n > 1 else np.zeros(known.shape[1])
    rmse = np.sqrt((off**2).mean(axis=0))
    pairs = [_correlation(a, b) for a, b in zip(known.T, fitted.T, strict=True)]
    ranks = [_correlation(rankdata(a), rankdata(b))[0] for a, b in zip(known.T, fitted.T, strict=True)]
    has = ~np.isnan(held)
    return ParameterRecovery(
        true_mean=known.mean(axis=0),
        true_sd=sd,
        bias=off.mean(axis=0),
        bias_error=off.std(axis=0, ddof=1) / np.sqrt(n) if n > 1 else np.full(known.shape[1], np.nan),
        rmse=rmse,
        rmse_over_sd=np.divide(rmse, sd, out=np.full_like(rmse, np.nan), where=sd > 0),
        r=np.array([pair[0] for pair in pairs]),
        r_interval=np.array([pair[1:] for pair in pairs]),
        rank_r=np.array(ranks),
        coverage=np.where(has.any(axis=0), np.where(has, held, 0).sum(axis=0) / np.maximum(has.sum(axis=0), 1), np.nan),
        at_bound=np.asarray(at_bound, dtype=np.float64).mean(axis=0),
    )


FEWEST = 4
"""Subjects that an interval of a correlation needs."""


def _correlation(a: Floats, b: Floats) -> tuple[float, float, float]:
    """Return Pearson's r and the ends of its interval, NaN where there is none."""
    nan = float("nan")
    if len(a) < 2 or np.ptp(a) == 0 or np.ptp(b) == 0:
        return nan, nan, nan
    found = pearsonr(a, b)
    if len(a) < FEWEST:
        return float(found.statistic), nan, nan
    low, high = found.confidence_interval()
    return float(found.statistic), float(low), float(high)


def correlation_matrix(values: ArrayLike) -> Floats:
    """Return the correlations between columns over rows, (n_columns, n_columns); NaN for a column that does not vary.

    Parameters
    ----------
    values : (n_rows, n_columns)
    """
    table = np.asarray(values, dtype=np.float64)
    varies = np.ptp(table, axis=0) > 0 if len(table) > 2 else np.zeros(table.shape[1], dtype=bool)
    found = np.full((table.shape[1], table.shape[1]), np.nan)
    if varies.any():
        found[np.ix_(varies, varies)] = np.corrcoef(table[:, varies], rowvar=False)
    return found


def coverage_range(n: int, level: float = 0.95) -> tuple[float, float]:
    """Return the shares of n subjects between which a right interval's coverage falls 95 times in 100.

    Examples
    --------
    >>> low, high = coverage_range(30)
    >>> round(low, 2), high
    (0.87, 1.0)
    """
    return float(binom.ppf(0.025, n, level) / n), float(binom.ppf(0.975, n, level) / n)


def confusion(criterion: ArrayLike, truth: ArrayLike, n_models: int) -> Floats:
    """Count which model wins for data from each; a tie is split.

    Parameters
    ----------
    criterion : (n_subjects, n_models)
        The smaller, the better; NaN and infinity never win, unless nothing else is there.
    truth : (n_subjects,) int
        The model, from 0, that simulated each subject.

    Returns
    -------
    (n_models, n_models) float
        Row: the model that simulated; column: the model that wins.

    Examples
    --------
    >>> confusion([[1.0, 2.0], [3.0, 2.0], [5.0, 5.0]], [0, 0, 1], 2)
    array([[1. , 1. ],
           [0.5, 0.5]])
    """
    values = np.asarray(criterion, dtype=np.float64)
    values = np.where(np.isnan(values), np.inf, values)
    best: NDArray[np.bool_] = values <= values.min(axis=1, keepdims=True)
    share = best / best.sum(axis=1, keepdims=True)
    found = np.zeros((n_models, n_models))
    np.add.at(found, np.asarray(truth, dtype=np.int64), share)
    return found


def inversion(counts: ArrayLike) -> Floats:
    """Return how likely each model is the true one when a model has won, if all were equally likely before.

    Each row is first made shares, so that a model that simulated more subjects does not count for more; then each
    column is made to sum to 1. NaN in the column of a model that never wins.

    Parameters
    ----------
    counts : (n_models, n_models)
        From `confusion`.

    References
    ----------
    Wilson & Collins (2019), eLife 8, e49547.
    """
    table = np.asarray(counts, dtype=np.float64)
    total = table.sum(axis=1, keepdims=True)
    share: Floats = np.divide(table, total, out=np.zeros_like(table), where=total > 0)
    wins = share.sum(axis=0, keepdims=True)
    found: Floats = np.divide(share, wins, out=np.full_like(share, np.nan), where=wins > 0)
    return found


def ridges(correlation: ArrayLike, threshold: float) -> Ints:
    """Return the pairs of parameters whose estimates correlate at least so much either way, (n_pairs, 2), rising.

    Examples
    --------
    >>> ridges([[1.0, -0.9], [-0.9, 1.0]], 0.8)
    array([[0, 1]])
    """
    table = np.nan_to_num(np.asarray(correlation, dtype=np.float64))
    pairs = np.argwhere(np.triu(np.abs(table) >= threshold, 1))
    return pairs.astype(np.int64)
