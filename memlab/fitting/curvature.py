"""The curvature of a likelihood at its highest point: standard errors, and which parameters move together."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from memlab.core.parameters import Values
from memlab.core.recall import Floats
from memlab.fitting.search import SearchSpace

__all__ = ["Curvature", "curvature"]

FIRST_STEP, SHORTEST, LONGEST = 1e-4, 1e-5, 1e-2
"""Half the distance of a difference quotient, as a share of the range on the scale of the search: at first, and of the
steps that are then chosen the least and the greatest."""

CHANGE = 0.02
"""Nats that the likelihood changes over a chosen step, about a seventh of a standard error if all else is known: much
against rounding, little against the width of the peak."""

FLATTEST = 1e-5
"""Curvature in a direction below this share of the largest, each parameter taken in units of its own, counts as none:
rounding, or a corner in a likelihood that is cut off, may make it anything, even negative."""


@dataclass(frozen=True, eq=False)
class Curvature:
    """What the curvature says at the highest point.

    Attributes
    ----------
    error : (n_free,) float
        Standard errors on the scale of the search; NaN for a parameter that was held: see `curvature`.
    correlation : (n_free, n_free) float
        Of the estimates; NaN in the rows and columns of parameters that were held.
    """

    error: Floats
    correlation: Floats

    def shifted(self, space: SearchSpace, values: Values, name: str, value: float) -> dict[str, float]:
        """Return where the other parameters go when one is held at a value, as far as the curvature can tell.

        Those at a bound stay; none leaves its range.
        """
        i, x = space.free.index(name), space.vector(values)
        distance = space.vector({name: value})[i] - x[i]
        along = (
            np.nan_to_num(self.correlation[i] * self.error / self.error[i]) if self.error[i] > 0 else np.zeros(len(x))
        )
        along[i] = 1.0
        return {**space.values(np.clip(x + distance * along, space.low, space.high)), name: value}


def curvature(objective: Callable[[Floats], Floats], space: SearchSpace, values: Values) -> Curvature:
    """Return standard errors and correlations of estimates from the second derivatives of minus the log-likelihood.

    Parameters at a bound, whole numbers, and those whose own curvature leaves their whole range open are held, and so
    is the one that counts most in a direction in which there is no curvature; the others are told as if these were
    known.

    Parameters
    ----------
    objective
        Minus the log-likelihood in nats; takes (n_points, n_parameters), gives (n_points,).
    space
        Which parameters are free.
    values
        Where it is lowest.
    """
    x, width = space.vector(values), space.high - space.low
    inside = [name not in space.at_bound(values) for name in space.free] & ~space.integers
    n = len(x)
    error, correlation = np.full(n, np.nan), np.full((n, n), np.nan)
    moving = np.flatnonzero(inside)
    step = _steps(objective, space, x, width, moving)
    second = _second_derivatives(objective, space, x, step, moving)
    told = (
        np.diag(second) * (width[moving] / step[moving]) ** 2 > 1.0
    )  # else its standard error is wider than its range
    moving, second = moving[told], second[np.ix_(told, told)]
    steep = _steep(second)
    moving, second = moving[steep], second[np.ix_(steep, steep)]
    if moving.size:
        covariance = np.linalg.inv(second)
        spread = np.sqrt(np.diag(covariance))
        error[moving] = spread * step[moving]
        correlation[np.ix_(moving, moving)] = np.clip(covariance / np.outer(spread, spread), -1, 1)
    return Curvature(error, correlation)


def _steps(
    objective: Callable[[Floats], Floats],
    space: SearchSpace,
    x: Floats,
    width: Floats,
    moving: np.ndarray[tuple[int], np.dtype[np.intp]],
) -> Floats:
    """Return a step for each parameter, over which the objective changes by about `CHANGE`, (n_free,)."""
    unit = np.zeros((len(moving), len(x)))
    unit[np.arange(len(moving)), moving] = FIRST_STEP * width[moving]
    found = objective(space.points(np.concatenate([x[None, :], x + unit, x - unit])))
    second = found[1 : len(moving) + 1] + found[len(moving) + 1 :] - 2 * found[0]  # in units of the first steps
    step = FIRST_STEP * width
    with np.errstate(divide="ignore", invalid="ignore"):
        step[moving] *= np.nan_to_num(np.sqrt(CHANGE / second), nan=np.inf)
    room = np.minimum(x - space.low, space.high - x)
    return np.minimum(np.clip(step, SHORTEST * width, LONGEST * width), room)


def _second_derivatives(
    objective: Callable[[Floats], Floats],
    space: SearchSpace,
    x: Floats,
    step: Floats,
    moving: np.ndarray[tuple[int], np.dtype[np.intp]],
) -> Floats:
    """Return the matrix of second differences in units of the steps, (n_moving, n_moving): one call for all points."""
    n = len(moving)
    unit = np.zeros((n, len(x)))
    unit[np.arange(n), moving] = step[moving]
    pairs = [(i, j) for i in range(n) for j in range(i)]
    around = [x[None, :], x + unit, x - unit]
    around += [x + a * unit[[i for i, _ in pairs]] + b * unit[[j for _, j in pairs]] for a, b in SIGNS if pairs]
    found = objective(space.points(np.concatenate(around)))
    middle, above, below = found[0], found[1 : n + 1], found[n + 1 : 2 * n + 1]
    second = np.diag(above - 2 * middle + below)
    corners = found[2 * n + 1 :].reshape(-1, len(pairs)) if pairs else np.zeros((4, 0))
    for pair, value in zip(pairs, (corners[0] - corners[1] - corners[2] + corners[3]) / 4, strict=True):
        second[pair] = second[pair[::-1]] = value
    return second


SIGNS = ((1, 1), (1, -1), (-1, 1), (-1, -1))


def _steep(second: Floats) -> np.ndarray[tuple[int], np.dtype[np.intp]]:
    """Return the parameters that are left when, one after the other, what makes a flat direction is taken out."""
    scale = np.sqrt(np.diag(second))
    left = np.flatnonzero(np.isfinite(second).all(axis=0))
    while left.size:
        eigenvalues, vectors = np.linalg.eigh((second / np.outer(scale, scale))[np.ix_(left, left)])
        if eigenvalues[0] > FLATTEST * eigenvalues[-1]:
            break
        left = np.delete(left, int(np.argmax(np.abs(vectors[:, 0]))))
    return left
