"""What the estimates of a sequence likelihood by particles share: resampling, and the mean of independent batches.

A particle is one way in which a model could have come to the recalls seen so far. The mean weight of the particles is
an unbiased estimate of the probability of the sequence.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from memlab.core.compiled import compiled
from memlab.core.errors import UsageError
from memlab.core.recall import Floats, Ints
from memlab.core.sequences import Sequences

__all__ = ["BATCHES", "ENOUGH", "ListEstimate", "batch_size", "by_list", "normalise", "parents", "summary"]

ListEstimate = Callable[[int, Ints, np.random.Generator, int, Floats], bool]

BATCHES = 8
"""The particles of a list run in so many independent batches; their spread gives the Monte-Carlo error."""

ENOUGH = 0.5
"""Particles are drawn anew when their effective number falls below this share (the usual choice)."""


def batch_size(n_particles: int) -> int:
    """Return how many particles a batch has, at least 1.

    Raises
    ------
    UsageError
        Fewer than one particle a batch.
    """
    if n_particles < BATCHES:
        raise UsageError(f"n_particles must be at least {BATCHES}, one a batch. Got {n_particles!r} instead.")
    return int(n_particles) // BATCHES


def summary(batches: Floats, impossible: NDArray[np.bool_]) -> tuple[Floats, Floats]:
    """Return the log of the mean over batches and its variance, each (n_lists,).

    The mean of the batches is unbiased for the probability; its log is too low by about half the variance.

    Parameters
    ----------
    batches : (n_lists, n_batches)
        The log of each batch's estimate, minus infinity for 0.
    impossible : (n_lists,) bool
        Lists that the model cannot give: their variance is 0. Where no batch found a way to a list that it might give,
        the log is minus infinity and the variance infinite.

    Examples
    --------
    >>> log_p, variance = summary(np.log([[0.2, 0.4]]), np.array([False]))
    >>> np.exp(log_p).round(3), variance.round(3)
    (array([0.3]), array([0.111]))
    """
    top = batches.max(axis=1, initial=-np.inf)
    found = np.isfinite(top)
    share = np.exp(batches - np.where(found, top, 0.0)[:, None])
    mean = np.where(found, share.mean(axis=1), 1.0)
    log_p = np.where(found, top + np.log(mean), -np.inf)
    variance = share.var(axis=1, ddof=1) / (batches.shape[1] * mean**2)
    return log_p, np.where(found, variance, np.where(impossible, 0.0, np.inf))


def by_list(
    sequences: Sequences, rng: np.random.Generator, n_particles: int, estimate: ListEstimate
) -> tuple[Floats, Floats]:
    """Estimate list by list, each with its own random stream; see `EstimatedLikelihoodModel`.

    Parameters
    ----------
    estimate
        Called with the row, the recalled items (0-based, in order), the row's stream, the particles of a batch and the
        array of batches to fill in; returns whether the list is impossible.
    """
    size = batch_size(n_particles)
    batches, impossible = np.empty((sequences.n_lists, BATCHES)), np.zeros(sequences.n_lists, dtype=np.bool_)
    for row, stream in enumerate(rng.spawn(sequences.n_lists)):
        position = sequences.position[row]
        impossible[row] = estimate(row, position[position > 0] - 1, stream, size, batches[row])
    return summary(batches, impossible)


@compiled
def normalise(log_weight: Floats, weight: Floats) -> tuple[float, float]:
    """Fill in the weights over their greatest; return the log of their mean and their effective number's share.

    The share is (sum w)² / (n sum w²): 1 where all are equal, 0 where all are 0.
    """
    n = log_weight.size
    top = -np.inf
    for p in range(n):
        top = max(top, log_weight[p])
    if top == -np.inf:
        return -np.inf, 0.0
    total = squares = 0.0
    for p in range(n):
        weight[p] = np.exp(log_weight[p] - top)
        total += weight[p]
        squares += weight[p] ** 2
    return top + np.log(total / n), total * total / (n * squares)


@compiled
def parents(weight: Floats, uniform: float, parent: Ints) -> None:
    """Draw by which particle each is replaced, systematically: copies of p are within 1 of n w_p / sum w.

    A particle that is kept at all stays where it is, so that only the others need copying.

    Parameters
    ----------
    weight : (n_particles,)
    uniform : in [0, 1)
        The one random number of the draw.
    parent : (n_particles,) int
        Is overwritten.
    """
    n = weight.size
    total = 0.0
    for p in range(n):
        total += weight[p]
    copies = np.zeros(n, dtype=np.int64)
    reached, drawn = 0.0, 0
    for p in range(n):
        reached += weight[p] / total * n
        while drawn < n and (drawn + uniform < reached or p == n - 1):
            copies[p] += 1
            drawn += 1
    free = 0
    for p in range(n):
        if copies[p] > 0:
            parent[p] = p
    for p in range(n):
        for _ in range(1, copies[p]):
            while copies[free] > 0:
                free += 1
            parent[free] = p
            free += 1
