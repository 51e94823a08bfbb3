"""Study with the context vector itself: what TCM and CMR do where the closed form does not hold.

That is: an item presented more than once, semantic similarity, a drift rate that changes over the list, or an
elementwise rho. Where the closed form holds both give the same `Memory`.
"""

from __future__ import annotations

import math

import numpy as np

from memlab.core.compiled import compiled
from memlab.core.recall import Floats, Ints
from memlab.models.context import distract, drift, drift_elementwise
from memlab.models.retrieved_context import Memory, Theory, learning_strength

__all__ = ["dense_memory", "integrate", "supported"]


@compiled
def integrate(context: Floats, brought_in: Floats, beta: float, elementwise: bool) -> None:
    """Let context drift toward what is brought in, in place, by the rule for rho that the theory has."""
    if elementwise:
        drift_elementwise(context, brought_in, beta)
    else:
        drift(context, brought_in, beta)


@compiled
def dense_memory(seconds: Floats, first: Ints, similarity: Floats, theory: Theory) -> Memory:
    """Study a list with the context vector: unit 0 the start, N item units, N + 1 of distraction if any.

    An item is known by the position of its first presentation, which has its unit and its support; the units of later
    presentations are never used. A later presentation brings in what the item retrieves by then, x = M^FC f / |M^FC f|,
    and adds to both matrices.

    Parameters
    ----------
    seconds : (n_items + 1,), s
        Distraction before each item and before the test.
    first : (n_items,)
        For each position the first that its item was presented at, from 0.
    similarity : (n_items, n_items), or (0, 0)
        Of the item at each position with each other; the diagonal is not looked at.
    """
    n = first.size
    n_units = 2 * n + 2 if seconds.any() else n + 1
    to_item, to_context = _before_the_list(n_units, first, similarity, theory)
    context, brought_in = np.zeros(n_units), np.empty(n_units)
    context[0] = 1.0
    for i in range(n):
        item, phi = first[i], learning_strength(i, theory)
        if seconds[i] > 0:
            distract(context, n + 1 + i, seconds[i], theory.beta_distract)
        _retrieve(to_context, item, item == i, brought_in)
        if theory.before:
            _learn(context, item, phi, theory.gamma_fc, to_item, to_context)
        integrate(context, brought_in, _drift_at_study(i, theory), theory.elementwise)
        if not theory.before:
            _learn(context, item, phi, theory.gamma_fc, to_item, to_context)
    if seconds[n] > 0:
        distract(context, 2 * n + 1, seconds[n], theory.beta_distract)
    for unit in range(n_units):
        brought_in[unit] = 1.0 if unit == 0 else 0.0
    integrate(context, brought_in, theory.beta_start, theory.elementwise)
    for i in range(n):
        if first[i] == i:
            _retrieve(to_context, i, False, to_context[i])
    support = np.empty(n)
    supported(to_item, context, support)
    return Memory(support, context, to_item, to_context)


@compiled
def _drift_at_study(item: int, theory: Theory) -> float:
    """Return beta_enc at a position from 0: it goes from its first value to beta_enc_late."""
    gone = 1.0 - math.exp(-theory.beta_enc_decay * item)
    return theory.beta_enc + (theory.beta_enc_late - theory.beta_enc) * gone


@compiled
def _before_the_list(n_units: int, first: Ints, similarity: Floats, theory: Theory) -> tuple[Floats, Floats]:
    """Return M^CF, (n_units, n_items), and M^FC, (n_items, n_units), as they are before the list."""
    n = first.size
    to_item, to_context = np.zeros((n_units, n)), np.zeros((n, n_units))
    for i in range(n):
        if first[i] == i:
            to_context[i, 1 + i] = 1.0 - theory.gamma_fc
            for j in range(n):
                to_item[1 + j, i] = theory.alpha
                if similarity.size:
                    to_item[1 + j, i] += theory.s * similarity[j, i]
            to_item[1 + i, i] = theory.delta
    return to_item, to_context


@compiled
def _retrieve(to_context: Floats, item: int, new: bool, brought_in: Floats) -> None:
    """Fill in what an item brings in, of length 1: its unit where it is new, else its row of M^FC."""
    if new:  # also where gamma_fc is 1 and its row is still 0
        for unit in range(brought_in.size):
            brought_in[unit] = 1.0 if unit == 1 + item else 0.0
        return
    squares = 0.0
    for unit in range(brought_in.size):
        squares += to_context[item, unit] ** 2
    length = math.sqrt(squares)
    for unit in range(brought_in.size):
        brought_in[unit] = to_context[item, unit] / length


@compiled
def _learn(context: Floats, item: int, phi: float, gamma: float, to_item: Floats, to_context: Floats) -> None:
    """Add the context to the item's column of M^CF, phi times, and to its row of M^FC, gamma times."""
    for unit in range(context.size):
        to_item[unit, item] += phi * context[unit]
        to_context[item, unit] += gamma * context[unit]


@compiled
def supported(to_item: Floats, context: Floats, support: Floats) -> None:
    """Fill in M^CF c, the support that context gives each item."""
    for item in range(support.size):
        support[item] = 0.0
    for unit in range(context.size):
        for item in range(support.size):
            support[item] += context[unit] * to_item[unit, item]
