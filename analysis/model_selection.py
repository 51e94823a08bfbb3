"""Which model: information criteria, their weights, how many subjects each model fits best, intervals of differences.

Arrays in, arrays out. The unit is the subject: a row a subject, a column a model. For models that differ between
subjects see `memlab.analysis.group_selection`.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from memlab.core.errors import UsageError
from memlab.core.recall import Floats

__all__ = ["aic", "aicc", "bic", "paired_bootstrap", "proportion_best", "weights"]

N_SAMPLES = 10_000
"""Bootstrap samples: the Monte-Carlo error of a 95 % bound is then about 2 % of the standard error."""

TIE = 1e-9
"""Criteria that differ by less count as equal: rounding must not decide which model is best."""


def aic(log_likelihood: ArrayLike, k: ArrayLike) -> Floats:
    """Akaike's information criterion, -2 ln L + 2 k; the smaller, the better.

    Parameters
    ----------
    log_likelihood : (...), nats
        At its maximum.
    k : (...)
        Fitted parameters.

    References
    ----------
    Akaike (1974), IEEE Trans. Autom. Control 19, 716-723.

    Examples
    --------
    >>> float(aic(-100.0, 3))
    206.0
    """
    criterion: Floats = -2.0 * np.asarray(log_likelihood, dtype=np.float64) + 2.0 * np.asarray(k, dtype=np.float64)
    return criterion


def aicc(log_likelihood: ArrayLike, k: ArrayLike, n: ArrayLike) -> Floats:
    """AIC corrected for few observations, AIC + 2 k (k + 1) / (n - k - 1); NaN where n < k + 2.

    Parameters
    ----------
    n : (...)
        Observations.

    References
    ----------
    Hurvich & Tsai (1989), Biometrika 76, 297-307.

    Examples
    --------
    >>> float(aicc(-100.0, 3, 10))  # 206 + 24 / 6
    210.0
    """
    k, left = np.asarray(k, dtype=np.float64), np.asarray(n, dtype=np.float64) - np.asarray(k, dtype=np.float64) - 1.0
    twice = 2.0 * k * (k + 1.0)
    shape = np.broadcast_shapes(twice.shape, left.shape)
    correction = np.divide(twice, left, out=np.full(shape, np.nan), where=np.broadcast_to(left > 0, shape))
    return np.asarray(aic(log_likelihood, k) + correction)


def bic(log_likelihood: ArrayLike, k: ArrayLike, n: ArrayLike) -> Floats:
    """Bayesian information criterion, -2 ln L + k ln n; -BIC / 2 approximates the log evidence of a model.

    References
    ----------
    Schwarz (1978), Ann. Stat. 6, 461-464.

    Examples
    --------
    >>> round(float(bic(-100.0, 3, 10)), 3)
    206.908
    """
    return np.asarray(-2.0 * np.asarray(log_likelihood, dtype=np.float64) + np.asarray(k, dtype=np.float64) * np.log(n))


def weights(criterion: ArrayLike) -> Floats:
    """Turn a criterion (AIC, AICc, BIC) into weights over models, exp(-criterion / 2) / sum; the last axis is models.

    Parameters
    ----------
    criterion : (..., n_models)
        NaN where a model has none: its weight is NaN and the others' sum to 1.

    Returns
    -------
    (..., n_models), in [0, 1]

    References
    ----------
    Wagenmakers & Farrell (2004), Psychon. Bull. Rev. 11, 192-196.

    Examples
    --------
    >>> weights([100.0, 100.0, float("nan")])
    array([0.5, 0.5, nan])
    """
    values = _models_last(criterion)
    has = ~np.isnan(values)
    lowest = np.min(np.where(has, values, np.inf), axis=-1, keepdims=True)
    relative = np.exp(-0.5 * np.where(has, values - np.where(np.isfinite(lowest), lowest, 0.0), np.inf))
    total = relative.sum(axis=-1, keepdims=True)
    return np.where(has, relative / np.where(total > 0, total, 1.0), np.nan)


def proportion_best(criterion: ArrayLike) -> Floats:
    """Return the proportion of subjects for whom each model has the lowest criterion; a tie is split.

    Parameters
    ----------
    criterion : (n_subjects, n_models)
        The smaller, the better; NaN where a model has none. A subject with no value at all is not counted.

    Returns
    -------
    (n_models,), sums to 1

    Examples
    --------
    >>> proportion_best([[1.0, 2.0], [3.0, 3.0]])
    array([0.75, 0.25])
    """
    values = _subjects_by_models(criterion)
    values = values[~np.isnan(values).all(axis=1)]
    if not len(values):
        return np.full(values.shape[1], np.nan)
    lowest = np.nanmin(values, axis=1, keepdims=True)
    best = values <= lowest + TIE  # NaN is not
    return np.asarray((best / best.sum(axis=1, keepdims=True)).mean(axis=0))


def paired_bootstrap(
    values: ArrayLike,
    reference: int,
    rng: np.random.Generator,
    *,
    per: ArrayLike | None = None,
    level: float = 0.95,
    n_samples: int = N_SAMPLES,
) -> tuple[Floats, Floats, Floats]:
    """Bootstrap how far each model is from a reference model: subjects are drawn again, with all their models.

    The statistic is sum(values - values of the reference) / sum(per) over the subjects drawn: with ``per=None`` the
    mean difference; with the numbers of events of each subject the difference per event.

    Parameters
    ----------
    values : (n_subjects, n_models)
        A criterion, or bits in all. A subject whom one of the two models has no value for (NaN) is left out of their
        difference.
    reference
        Column of the model that the others are compared with.
    rng
        Draws the samples; the same draws serve all models.
    per : (n_subjects,), > 0
        What the sum is divided by; 1 a subject by default.
    level : in (0, 1)
        Coverage.

    Returns
    -------
    difference, low, high : (n_models,)
        The reference's own are 0. With one subject there is no interval: NaN.

    Raises
    ------
    UsageError
        No such column, a level outside (0, 1), a `per` that is not one positive number a subject.

    References
    ----------
    Efron & Tibshirani (1993), An Introduction to the Bootstrap, ch. 13 (percentile interval).
    """
    matrix = _subjects_by_models(values)
    n, n_models = matrix.shape
    size = _per_subject(per, n)
    if not 0 <= reference < n_models:
        raise UsageError(f"reference must be a column from 0 to {n_models - 1}. Got {reference!r} instead.")
    if not 0 < level < 1 or n_samples < 1:
        raise UsageError(f"level must be between 0 and 1 and n_samples at least 1. Got {level!r} and {n_samples!r}.")
    apart = matrix - matrix[:, [reference]]
    difference = _ratio(np.ones((1, n)), apart, size)[0]
    if n < 2:
        nothing = np.full(n_models, np.nan)
        return difference, nothing, nothing
    drawn = rng.multinomial(n, np.full(n, 1 / n), size=n_samples).astype(np.float64)  # how often each subject
    samples = _ratio(drawn, apart, size)
    some = ~np.isnan(samples).all(axis=0)
    bounds = np.full((2, n_models), np.nan)
    ends = [(1 - level) / 2, (1 + level) / 2]
    bounds[:, some] = np.nanquantile(samples[:, some], ends, axis=0, method="inverted_cdf")
    return difference, bounds[0], bounds[1]


def _ratio(drawn: Floats, values: Floats, size: Floats) -> Floats:
    """Return sum(values) / sum(size) of each sample over the subjects that have a value, (n_samples, n_models)."""
    defined, endless = ~np.isnan(values), np.isinf(values)
    total, over = drawn @ np.where(defined & ~endless, values, 0.0), drawn @ (defined * size[:, None])
    if endless.any():  # what a model holds impossible costs without end as soon as it is drawn
        total = np.where(
            drawn @ endless > 0, np.copysign(np.inf, drawn @ np.where(endless, np.sign(values), 0.0)), total
        )
    return np.asarray(np.divide(total, over, out=np.full(total.shape, np.nan), where=over > 0))


def _per_subject(per: ArrayLike | None, n_subjects: int) -> Floats:
    size = np.ones(n_subjects) if per is None else np.asarray(per, dtype=np.float64)
    if size.shape != (n_subjects,) or not (size > 0).all():
        raise UsageError(f"per must be one positive number a subject, ({n_subjects},). Got shape {size.shape}.")
    return size


def _models_last(values: ArrayLike) -> Floats:
    matrix = np.asarray(values, dtype=np.float64)
    if matrix.ndim < 1 or matrix.shape[-1] < 1:
        raise UsageError(f"the last axis must be the models, at least one. Got shape {matrix.shape} instead.")
    return matrix


def _subjects_by_models(values: ArrayLike) -> Floats:
    matrix = _models_last(values)
    if matrix.ndim != 2 or not len(matrix):
        raise UsageError(
            f"values must have a row a subject and a column a model, (n_subjects, n_models). Got shape {matrix.shape}."
        )
    return matrix
