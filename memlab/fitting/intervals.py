"""95 % intervals of estimates, by the curvature of the likelihood and, of several people, by how they differ."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from scipy.special import ndtri, stdtrit

from memlab.core.parameters import Values
from memlab.core.recall import Floats, StudyLists
from memlab.fitting.curvature import Curvature, curvature
from memlab.fitting.search import SearchSpace

__all__ = ["BY_CURVATURE", "OVER_PEOPLE", "intervals", "sum_by_subject"]

LEVEL = 0.95

SHARE = 0.01
"""Half the distance of the difference quotients of a slope, in standard errors by the curvature."""

BY_CURVATURE, OVER_PEOPLE = "curvature", "curvature, people as clusters"
"""How the intervals of a fit were made."""


PerPerson = Callable[[Values], Floats]
"""Gives each person's share of an objective that is a sum over people, (n_subjects,)."""


def sum_by_subject(studies: Sequence[StudyLists], lists: Sequence[Floats]) -> Floats:
    """Return what the lists of each person sum to, over all conditions, (n_subjects,), by sorted label.

    Parameters
    ----------
    studies, lists
        One a condition; of each list a number, (n_lists,).

    Examples
    --------
    >>> sum_by_subject([StudyLists.simple(2, 5)], [np.array([1.0, 2.0])])
    array([3.])
    """
    people = np.concatenate([study.subject for study in studies])
    _, who = np.unique(people, return_inverse=True)
    total: Floats = np.bincount(who, weights=np.concatenate(lists)).astype(np.float64)
    return total


def intervals(
    objective: Callable[[Floats], Floats], space: SearchSpace, values: Values, by_subject: PerPerson | None = None
) -> tuple[dict[str, list[float]], str]:
    """Return the 95 % interval of each free parameter that has one, and how they were made.

    Of one person: the estimate ± 1.96 standard errors by the curvature at the highest point (Wald). Of several people
    with one set of values between them: lists of a person are alike, so the standard error is that of White's sandwich
    with people as clusters, C J C with C the inverse of the curvature and J the sum over people of the outer product of
    each one's slope, times n / (n - 1), and 1.96 becomes the t quantile with n - 1 degrees of freedom (Liang & Zeger,
    1986, Biometrika 73, 13-22). Both hold on the scale of the search and are cut at the bounds.

    Parameters
    ----------
    objective
        Minus the log-likelihood in nats; takes (n_points, n_parameters), gives (n_points,).
    space
        Which parameters are free.
    values
        Where it is lowest.
    by_subject
        Each person's share of the objective at one set of values, (n_subjects,); None takes it for one person's.

    Returns
    -------
    (dict of [low, high], str)
        On the scales of the parameters. A parameter that lies on a bound, is a whole number, or in whose direction the
        likelihood is flat has none.
    """
    around = curvature(objective, space, values)
    error, quantile, how = around.error, float(ndtri(0.5 + LEVEL / 2)), BY_CURVATURE
    n = 1 if by_subject is None else len(by_subject(values))
    if by_subject is not None and n > 1 and np.isfinite(error).any():
        error, how = _over_people(by_subject, space, values, around), OVER_PEOPLE
        quantile = float(stdtrit(n - 1, 0.5 + LEVEL / 2))
    x = space.vector(values)
    ends = [
        space.values(np.clip(np.nan_to_num(x + side * quantile * error), space.low, space.high)) for side in (-1, 1)
    ]
    told = [name for name, one in zip(space.free, error, strict=True) if np.isfinite(one)]
    return {name: [ends[0][name], ends[1][name]] for name in told}, how


def _over_people(by_subject: PerPerson, space: SearchSpace, values: Values, around: Curvature) -> Floats:
    """Return the standard errors of the sandwich on the scale of the search, (n_free,); NaN where `around` has none."""
    told = np.flatnonzero(np.isfinite(around.error))
    covariance = (around.correlation * np.outer(around.error, around.error))[np.ix_(told, told)]
    slope = _slopes(by_subject, space, values, told, SHARE * around.error)
    n = len(slope)
    middle = slope.T @ slope * n / (n - 1)
    error = np.full(len(space.free), np.nan)
    error[told] = np.sqrt(np.diag(covariance @ middle @ covariance))
    return error


def _slopes(
    by_subject: PerPerson,
    space: SearchSpace,
    values: Values,
    told: np.ndarray[tuple[int], np.dtype[np.intp]],
    step: Floats,
) -> Floats:
    """Return each person's slope in each parameter that is told, (n_subjects, n_told), by central differences."""
    x = space.vector(values)
    found = []
    for i in told:
        reach = min(step[i], x[i] - space.low[i], space.high[i] - x[i])
        ahead, behind = (space.values(np.where(np.arange(len(x)) == i, x + side * reach, x)) for side in (1, -1))
        found.append((by_subject(ahead) - by_subject(behind)) / (2 * reach))
    return np.array(found).reshape(len(told), -1).T
