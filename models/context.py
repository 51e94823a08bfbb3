"""Temporal context: a vector of length 1 that drifts toward what each item brings in.

Unit 0 is the context before the list, then one unit an item, then one unit for each stretch of distraction. TCM, CMR
and their accumulator versions share this file.
"""

from __future__ import annotations

import math

from memlab.core.compiled import compiled
from memlab.core.parameters import Parameter
from memlab.core.recall import Floats

__all__ = ["BETA_DISTRACT", "distract", "drift", "drift_elementwise", "kept_over", "retention"]

BETA_DISTRACT = Parameter(
    "beta_distract",
    0.2,
    0.0,
    1.0,
    "drift of context in one second of distraction",
    unit="",
    source="illustrative, not published: 10 s of distraction keep .82 of the old context",
)
"""Shared by every model whose context drifts through distraction."""


@compiled
def retention(cosine: float, beta: float) -> float:
    """Return rho, the share of the old context that keeps the new one at length 1.

    Parameters
    ----------
    cosine : in [-1, 1]
        Inner product of the old context and what is brought in, both of length 1.
    beta : in [0, 1]
        Drift rate.

    Returns
    -------
    float
        rho = sqrt(1 + beta² (cosine² - 1)) - beta cosine; sqrt(1 - beta²) for something new.

    References
    ----------
    Howard & Kahana (2002), J. Math. Psychol. 46, 269-299.

    Examples
    --------
    >>> retention(0.0, 0.6), retention(1.0, 0.6)
    (0.8, 0.4)
    """
    return math.sqrt(1.0 + beta * beta * (cosine * cosine - 1.0)) - beta * cosine


@compiled
def drift(context: Floats, brought_in: Floats, beta: float) -> None:
    """Move context toward what an item brings in, in place; its length stays 1.

    Parameters
    ----------
    context : (n_units,), unit length
        c_{i-1}; becomes c_i = rho c_{i-1} + beta c^IN_i.
    brought_in : (n_units,), unit length
        c^IN_i, what the item retrieves.
    beta : in [0, 1]
        Drift rate; 0 keeps the old context.

    References
    ----------
    Howard & Kahana (2002), J. Math. Psychol. 46, 269-299.

    Examples
    --------
    >>> import numpy as np
    >>> context = np.array([1.0, 0.0])
    >>> drift(context, np.array([0.0, 1.0]), 0.6)
    >>> context
    array([0.8, 0.6])
    """
    cosine = 0.0
    for unit in range(context.size):
        cosine += context[unit] * brought_in[unit]
    rho = retention(cosine, beta)
    for unit in range(context.size):
        context[unit] = rho * context[unit] + beta * brought_in[unit]


@compiled
def drift_elementwise(context: Floats, brought_in: Floats, beta: float) -> None:
    """Drift with a rho of its own for each unit, then back to length 1, in place. For replication only.

    The public code jaxcmr and compmemlearn leave out the sum in the inner product. The result equals `drift` where
    context and input share no unit (every first presentation) and differs at reinstatement and recall. Fits made with
    that code need it; the papers have the scalar.

    Parameters
    ----------
    context, brought_in : (n_units,), unit length
    beta : in [0, 1]
    """
    squares = 0.0
    for unit in range(context.size):
        rho = retention(context[unit] * brought_in[unit], beta)
        context[unit] = rho * context[unit] + beta * brought_in[unit]
        squares += context[unit] ** 2
    for unit in range(context.size):
        context[unit] /= math.sqrt(squares)


@compiled
def kept_over(seconds: float, beta_distract: float) -> float:
    """Return the factor that old context keeps over some seconds of distraction.

    Each second integrates an input orthogonal to everything before it, with drift ``beta_distract``: s of them keep
    (1 - beta_distract²)^(s/2). The papers give one drift for each distractor period; we spread it over its seconds, so
    that one value serves every duration.

    Examples
    --------
    >>> kept_over(2.0, 0.6)
    0.64
    """
    return float((1.0 - beta_distract * beta_distract) ** (0.5 * seconds))


@compiled
def distract(context: Floats, unit: int, seconds: float, beta_distract: float) -> None:
    """Drift through some seconds of distraction, in place.

    What the distraction brings in is orthogonal to everything and never a cue, so that one unit stands for all its
    seconds: only its length matters.

    Parameters
    ----------
    context : (n_units,), unit length
    unit
        The unit of this stretch of distraction, 0 before it.
    seconds : s, at least 0
    beta_distract : in [0, 1]
        Drift in one second.
    """
    kept = kept_over(seconds, beta_distract)
    for other in range(context.size):
        context[other] *= kept
    context[unit] += math.sqrt(max(0.0, 1.0 - kept * kept))
