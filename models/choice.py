"""The choice among items not yet recalled, and the decision to stop: what Luce-type models of free recall share.

Three rules are in use, and their parameters must never be mixed: the power rule (exponent tau), the softmax rule
(temperature T) and the race of accumulators, which is a matter of the models that have one.
"""

from __future__ import annotations

import math
from typing import Literal

import numpy as np

from memlab.core.compiled import compiled, compiled_in_any_order
from memlab.core.parameters import Parameter
from memlab.core.recall import Floats
from memlab.models.exponential import exponential, exponentials, logarithm

__all__ = [
    "STOP_GROWTH",
    "STOP_MARGIN",
    "STOP_SCALE",
    "SUPPORT_FLOOR",
    "T",
    "TAU",
    "TRUSTED",
    "ChoiceRule",
    "choice_log_probability",
    "choose",
    "inverse_probability",
    "log_weights",
    "stop_probabilities",
]

ChoiceRule = Literal["power", "softmax"]

SUPPORT_FLOOR = 1e-6
"""Support of a still recallable item is at least this (the floor of cymr): a power of 0 would make it impossible."""

STOP_MARGIN = 1e-6
"""P(stop) stays this far from 0 and 1 while items are left (the margin of cymr), so that no list is impossible."""

TRUSTED = 1e150
"""What `inverse_probability` returns is right up to here, and the product of two such numbers is a finite double."""

TAU = Parameter(
    "tau", 5.6, 0.0, 100.0, "exponent of the power rule: how strictly the best supported item is chosen",
    source="rounded from our fit of cmr to Murdock (1962) 20-1, pooled; means of people 10 to 39 (jaxcmr)",
)  # fmt: skip
T = Parameter(
    "T", 0.5, 0.01, 100.0, "temperature of the softmax rule: how loosely the best supported item is chosen",
    source="rounded from our fit of tcm to Murdock (1962) 20-1, pooled; not published",
)  # fmt: skip
STOP_SCALE = Parameter(
    "stop_scale", 0.03, 0.0, 1.0, "X1: probability of stopping before the first recall",
    source="rounded from our fit of cmr to Murdock (1962) 20-1, pooled; means of people .01 to .02 (jaxcmr)",
)  # fmt: skip
STOP_GROWTH = Parameter(
    "stop_growth", 0.29, 0.0, 10.0, "X2: growth of ln P(stop) with each recall",
    source="rounded from our fit of cmr to Murdock (1962) 20-1, pooled; means of people .2 to .4 (jaxcmr)",
)  # fmt: skip


@compiled
def log_weights(support: Floats, barred: Floats, softmax: bool, sensitivity: float, weight: Floats) -> float:
    """Fill in the log of each item's weight, and return the greatest.

    Power rule: ln w_i = tau ln a_i. Softmax rule: ln w_i = 2 a_i / T. Support is at least `SUPPORT_FLOOR`.

    Parameters
    ----------
    support : (n_items,)
        a_i.
    barred : (n_items,)
        0 where the item may still be recalled, minus infinity where not; at least one may.
    softmax
        The softmax rule; else the power rule.
    sensitivity
        T of the softmax rule or tau of the power rule.
    weight : (n_items,)
        Is overwritten: ln w_i, minus infinity where the item is barred.
    """
    if softmax:
        slope = 2.0 / sensitivity
        for item in range(support.size):
            weight[item] = slope * max(support[item], SUPPORT_FLOOR) + barred[item]
    else:
        for item in range(support.size):
            weight[item] = sensitivity * math.log(max(support[item], SUPPORT_FLOOR)) + barred[item]
    top = -np.inf
    for item in range(support.size):
        top = max(top, weight[item])
    return top


@compiled
def choice_log_probability(
    support: Floats, barred: Floats, chosen: int, softmax: bool, sensitivity: float, weight: Floats
) -> float:
    """Return ln P(chosen) among the items left, in logs, so that a tiny probability is not rounded to 0.

    The parameters are those of `log_weights`.
    """
    top = log_weights(support, barred, softmax, sensitivity, weight)
    log_p: float = weight[chosen] - top
    return log_p - math.log(exponentials(weight, top))


@compiled_in_any_order
def inverse_probability(support: Floats, barred: Floats, chosen: int, softmax: bool, sensitivity: float) -> float:
    """Return 1 / P(chosen) = sum_j w_j / w_chosen, without looking for the greatest weight first.

    For likelihoods, which ask for the probability of one item only. Beyond `TRUSTED` terms may have been cut off: take
    `choice_log_probability` there. The parameters are those of `log_weights`.
    """
    total = 0.0
    if softmax:
        slope = 2.0 / sensitivity
        own = max(support[chosen], SUPPORT_FLOOR)
        for item in range(support.size):
            total += exponential(slope * (max(support[item], SUPPORT_FLOOR) - own) + barred[item])
    else:
        own = logarithm(max(support[chosen], SUPPORT_FLOOR))
        for item in range(support.size):
            log_ratio = logarithm(max(support[item], SUPPORT_FLOOR)) - own
            total += exponential(sensitivity * log_ratio + barred[item])
    return total


@compiled
def choose(support: Floats, barred: Floats, softmax: bool, sensitivity: float, uniform: float, weight: Floats) -> int:
    """Return the item that a uniform random number in [0, 1) picks; the rest as in `choice_log_probability`."""
    top = log_weights(support, barred, softmax, sensitivity, weight)
    threshold = uniform * exponentials(weight, top)
    chosen, reached = -1, 0.0
    for item in range(support.size):
        if barred[item] == 0.0:
            chosen = item  # the last one left, should rounding carry the threshold past the sum
            reached += weight[item]
            if reached > threshold:
                break
    return chosen


def stop_probabilities(n_items: int, scale: float | Floats, growth: float | Floats) -> Floats:
    """Return P(stop) after 0, 1, … n_items recalls: X1 exp(X2 k), and 1 when nothing is left.

    Parameters
    ----------
    n_items
    scale, growth : float, or (n_points,) of a population
        X1 and X2.

    Returns
    -------
    (n_items + 1,) or (n_points, n_items + 1) float

    Examples
    --------
    >>> stop_probabilities(2, 0.1, 0.0)
    array([0.1, 0.1, 1. ])
    """
    stop: Floats = np.multiply.outer(growth, np.arange(n_items + 1.0))
    np.exp(stop, out=stop)
    stop *= np.asarray(scale)[..., np.newaxis]
    np.clip(stop, STOP_MARGIN, 1 - STOP_MARGIN, out=stop)
    stop[..., n_items] = 1.0
    return stop
