"""The exact likelihood of the primacy model: a sum over what may have been chosen, and missed the threshold, at blanks.

An item that is chosen is suppressed, given or not. So after k places k items are out, and which they are is known but
for the blanks: the sum goes over sets of items that are out.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from memlab.core.compiled import compiled
from memlab.core.recall import OMISSION, Floats, Ints

__all__ = ["LONGEST", "chosen_first", "log_likelihoods"]

LONGEST = 15
"""Items a list, at most: there are 2^15 sets of items that may be out."""

_REACH, _STEP = 8.5, 0.25
"""The integral over the winner's noise, in standard deviations. The trapezoidal rule converges exponentially for such
smooth integrands: beyond 8.5 there is 1e-17 of the mass, and half the step changes nothing in the 12th digit."""


@compiled
def _phi(z: float) -> float:
    return 0.5 * math.erfc(-z / math.sqrt(2.0))


@compiled
def chosen_first(strength: Floats, out: int, noise: float, probability: Floats) -> None:
    """Fill in the probability that each item has the greatest strength plus Gaussian noise of those not out.

    Parameters
    ----------
    strength : (n_items,)
    out
        Bit i is set if item i is out.
    noise
        Standard deviation; 0 counts as very little.
    probability : (n_items,)
        Is overwritten: the integral of phi(z) prod_j Phi(z + (x_i - x_j) / noise); they are made to sum to 1.
    """
    n, sd, total = strength.size, max(noise, 1e-9), 0.0
    for i in range(n):
        probability[i] = 0.0
        if out >> i & 1:
            continue
        for node in range(int(2 * _REACH / _STEP) + 1):
            z = node * _STEP - _REACH
            beaten = math.exp(-0.5 * z * z)
            for j in range(n):
                if j != i and not out >> j & 1:
                    beaten *= _phi(z + (strength[i] - strength[j]) / sd)
            probability[i] += beaten
        total += probability[i]
    for i in range(n):
        probability[i] /= total


@compiled
def log_likelihoods(
    kept: Floats, position: Ints, peak: float, noise: float, output_noise: float, threshold: float
) -> Floats:
    """Return the log-probability of the items at their places, (n_lists,), nats.

    Parameters
    ----------
    kept : (n_lists, n_items)
        What decay has left of strength at each place.
    position : (n_lists, n_items)
        From 1, `OMISSION` at blanks.
    peak, noise, output_noise, threshold
        P, N, M and T.
    """
    n_lists, n = position.shape
    n_sets, log_p = 1 << n, np.empty(n_lists)
    wins, known = np.empty((n_sets, n)), np.zeros(n_sets, dtype=np.bool_)
    now, after = np.zeros(n_sets), np.zeros(n_sets)
    strength, given = np.empty(n), np.empty(n)
    for row in range(n_lists):
        if row > 0 and not (kept[row] == kept[row - 1]).all():
            known[:] = False
        now[:] = 0.0
        now[0] = 1.0
        for place in range(n):
            for i in range(n):
                strength[i] = max(0.0, peak - i) * kept[row, place]
                given[i] = _phi((strength[i] - threshold) / max(output_noise, 1e-9))
            _next_place(position[row, place], strength, given, noise, wins, known, now, after)
            for out in range(n_sets):
                now[out] = after[out]
        log_p[row] = math.log(now.sum())
    return log_p


@compiled
def _next_place(
    response: int,
    strength: Floats,
    given: Floats,
    noise: float,
    wins: Floats,
    known: NDArray[np.bool_],
    now: Floats,
    after: Floats,
) -> None:
    """Fill in the joint probability of all responses so far and of each set that is out after this place.

    Parameters
    ----------
    response
        From 1, or `OMISSION`.
    given : (n_items,)
        Probability that an item exceeds the threshold.
    wins, known : (n_sets, n_items) and (n_sets,)
        `chosen_first` for the sets where it was computed before: it depends on the place only by the size of the set.
    now, after : (n_sets,)
        Before the place, and after, which is overwritten.
    """
    after[:] = 0.0
    for out in range(now.size):
        if now[out] == 0.0:
            continue
        if not known[out]:
            chosen_first(strength, out, noise, wins[out])
            known[out] = True
        for i in range(strength.size):
            if out >> i & 1 or (response != OMISSION and response != i + 1):
                continue
            p = given[i] if response != OMISSION else 1.0 - given[i]
            after[out | 1 << i] += now[out] * wins[out, i] * p
