"""The choice among items not yet recalled, and the decision to stop: what Luce-type models of free recall share.

Three rules are in use, and their parameters must never be mixed: the power rule (exponent tau), the softmax rule
(temperature T) and the race of accumulators, which is a matter of the models that have one.
"""

from __future__ import annotations

import math
from typing import Literal

import numpy as np

from memlab.core.compiled import compiled
from memlab.core.parameters import Parameter
from memlab.core.recall import Floats, Recalls, StudyLists

__all__ = [
    "STOP_GROWTH",
    "STOP_MARGIN",
    "STOP_SCALE",
    "SUPPORT_FLOOR",
    "T",
    "TAU",
    "ChoiceRule",
    "choice_log_probability",
    "choice_weights",
    "choose",
    "ends_observed",
    "log_weight",
    "stop_probabilities",
]

ChoiceRule = Literal["power", "softmax"]

SUPPORT_FLOOR = 1e-6
"""Support of a still recallable item is at least this (the floor of cymr): a power of 0 would make it impossible."""

STOP_MARGIN = 1e-6
"""P(stop) stays this far from 0 and 1 while items are left (the margin of cymr), so that no list is impossible."""

TAU = Parameter(
    "tau", 4.0, 0.0, 100.0, "exponent of the power rule: how strictly the best supported item is chosen",
    source="illustrative; fitted means of people 10 to 39 (jaxcmr), range from there",
)  # fmt: skip
T = Parameter(
    "T", 0.3, 0.01, 100.0, "temperature of the softmax rule: how loosely the best supported item is chosen",
    source="illustrative, not published",
)  # fmt: skip
STOP_SCALE = Parameter(
    "stop_scale", 0.02, 0.0, 1.0, "X1: probability of stopping before the first recall",
    source="fitted means of people .01 to .02 in three data sets (jaxcmr)",
)  # fmt: skip
STOP_GROWTH = Parameter(
    "stop_growth", 0.3, 0.0, 10.0, "X2: growth of ln P(stop) with each recall",
    source="fitted means of people .2 to .4 in three data sets (jaxcmr)",
)  # fmt: skip


@compiled
def log_weight(support: float, softmax: bool, sensitivity: float) -> float:
    """Return the log of an item's weight in the choice.

    Power rule: tau ln a. Softmax rule: 2 a / T. The support a is at least `SUPPORT_FLOOR`.

    Examples
    --------
    >>> log_weight(0.5, True, 2.0)
    0.5
    """
    floored = max(support, SUPPORT_FLOOR)
    return 2.0 * floored / sensitivity if softmax else sensitivity * math.log(floored)


@compiled
def choice_weights(support: Floats, left: Floats, softmax: bool, sensitivity: float, weight: Floats) -> float:
    """Fill in each item's weight relative to the greatest, and return their sum.

    Parameters
    ----------
    support : (n_items,)
        a_i.
    left : (n_items,)
        1 where the item may still be recalled, 0 where not; at least one is left.
    softmax
        The softmax rule; else the power rule.
    sensitivity
        T of the softmax rule or tau of the power rule.
    weight : (n_items,)
        Is overwritten: weights in [0, 1], 0 where the item is not left.
    """
    top = -np.inf
    for item in range(support.size):
        weight[item] = -np.inf
        if left[item] > 0:
            weight[item] = log_weight(support[item], softmax, sensitivity)
            top = max(top, weight[item])
    total = 0.0
    for item in range(support.size):
        weight[item] = math.exp(weight[item] - top) if left[item] > 0 else 0.0
        total += weight[item]
    return total


@compiled
def choice_log_probability(
    support: Floats, left: Floats, chosen: int, softmax: bool, sensitivity: float, weight: Floats
) -> float:
    """Return ln P(chosen) among the items left; ``weight`` is overwritten, see `choice_weights`."""
    total = choice_weights(support, left, softmax, sensitivity, weight)
    top = -np.inf
    for item in range(support.size):
        if left[item] > 0:
            top = max(top, support[item])
    difference = log_weight(support[chosen], softmax, sensitivity) - log_weight(top, softmax, sensitivity)
    return difference - math.log(total)  # in logs: a tiny probability is not rounded to 0


@compiled
def choose(support: Floats, left: Floats, softmax: bool, sensitivity: float, uniform: float, weight: Floats) -> int:
    """Return the item that a uniform random number in [0, 1) picks; ``weight`` is overwritten."""
    threshold = uniform * choice_weights(support, left, softmax, sensitivity, weight)
    chosen = -1
    reached = 0.0
    for item in range(support.size):
        if left[item] > 0:
            chosen = item  # the last one left, should rounding carry the threshold past the sum
            reached += weight[item]
            if reached > threshold:
                break
    return chosen


def stop_probabilities(n_items: int, scale: float, growth: float) -> Floats:
    """Return P(stop) after 0, 1, … n_items recalls: X1 exp(X2 k), and 1 when nothing is left.

    Examples
    --------
    >>> stop_probabilities(2, 0.1, 0.0)
    array([0.1, 0.1, 1. ])
    """
    stop: Floats = np.clip(scale * np.exp(growth * np.arange(n_items + 1.0)), STOP_MARGIN, 1 - STOP_MARGIN)
    stop[n_items] = 1.0
    return stop


def ends_observed(study: StudyLists, recalls: Recalls) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    """Return for each list whether its record shows where recall ended, (n_lists,).

    A record with `StudyLists.max_responses` responses (correct or not) is full: what came next was not kept, so the
    list has no stop factor in its likelihood.
    """
    n_lists = recalls.n_lists
    if study.max_responses is None or study.max_responses > recalls.n_outputs:
        return np.ones(n_lists, dtype=np.bool_)
    return np.asarray(recalls.position[:, study.max_responses - 1] == 0)
