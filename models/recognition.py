"""Recognition by summed similarity: how familiar a probe is to all that was stored.

The attribute-vector theory (Kahana), the generalized context model of choice between categories (Nosofsky) and NEMO
(Kahana & Sekuler). They share one quantity, the similarity exp(-tau d) of a probe and a trace.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.spatial.distance import cdist

from memlab.core.errors import ParameterError
from memlab.core.recall import Floats

__all__ = [
    "distance",
    "gcm_probability",
    "list_familiarity",
    "nemo_familiarity",
    "similarity",
    "store",
    "summed_similarity",
]


def _rows(vectors: ArrayLike, name: str) -> Floats:
    rows = np.atleast_2d(np.asarray(vectors, dtype=np.float64))
    if rows.ndim != 2 or not np.isfinite(rows).all():
        raise ParameterError(f"{name} must be finite numbers, one vector a row. Got shape {rows.shape} instead.")
    return rows


def _at_least_zero(value: float, name: str) -> float:
    if not value >= 0:
        raise ParameterError(f"{name} must be a number of at least 0. Got {value!r} instead.")
    return value


def store(items: ArrayLike, noise: float, rng: np.random.Generator) -> Floats:
    """Return the traces of a list, (n_items, n_features): each item with normal noise on every attribute.

    Parameters
    ----------
    items : (n_items, n_features)
        One row a presentation: an item that was studied twice has two rows.
    noise : at least 0
        Standard deviation, sigma; drawn once, when the item is stored.
    rng
        Source of the noise.
    """
    rows = _rows(items, "items")
    return rows + _at_least_zero(noise, "noise") * rng.standard_normal(rows.shape)


def distance(probes: ArrayLike, traces: ArrayLike, r: float = 2.0, weights: ArrayLike | None = None) -> Floats:
    """Return the distance of each probe from each trace, (n_probes, n_traces).

    d = (sum_k w_k |x_k - y_k|^r)^(1/r): Euclidean for r = 2, city-block for r = 1.

    Parameters
    ----------
    probes : (n_probes, n_features) or (n_features,)
    traces : (n_traces, n_features)
    r : above 0
    weights : (n_features,), at least 0
        Attention to each attribute; 1 for all if left out.

    Raises
    ------
    ParameterError
        Vectors of different lengths, or r or a weight out of its range.

    Examples
    --------
    >>> distance([0, 0], [[3, 4]]), distance([0, 0], [[3, 4]], r=1)
    (array([[5.]]), array([[7.]]))
    """
    asked, stored = _rows(probes, "probes"), _rows(traces, "traces")
    n_features = stored.shape[1]
    attention = np.ones(n_features) if weights is None else np.asarray(weights, dtype=np.float64)
    if asked.shape[1] != n_features or attention.shape != (n_features,):
        raise ParameterError(
            f"probes have {asked.shape[1]} attributes, traces {n_features}, weights {attention.size}: "
            "they must be as many."
        )
    if not r > 0 or not (attention >= 0).all():
        raise ParameterError(f"r must be above 0 and weights at least 0. Got r = {r!r}, weights {attention.tolist()}.")
    return np.asarray(cdist(asked, stored, "minkowski", p=r, w=attention))


def similarity(
    probes: ArrayLike, traces: ArrayLike, tau: float, r: float = 2.0, weights: ArrayLike | None = None
) -> Floats:
    """Return exp(-tau d) of each probe and trace, (n_probes, n_traces), in (0, 1]; see `distance`.

    Parameters
    ----------
    tau : at least 0
        How fast similarity falls with distance: 0 makes everything alike, a great value counts exact matches alone.
    """
    return np.asarray(np.exp(-_at_least_zero(tau, "tau") * distance(probes, traces, r, weights)))


def summed_similarity(
    probes: ArrayLike, traces: ArrayLike, tau: float, strength: ArrayLike | float = 1.0, r: float = 2.0
) -> Floats:
    """Return the familiarity of each probe, S = sum_i alpha_i exp(-tau d_i), (n_probes,).

    A probe is called old if its familiarity exceeds a criterion.

    Parameters
    ----------
    strength : (n_traces,) or a number, at least 0
        alpha_i, less than 1 for traces that have faded.

    References
    ----------
    Kahana (2012), Foundations of Human Memory; Kahana (2020), Annu. Rev. Psychol. 71, 107-138.

    Examples
    --------
    >>> summed_similarity([[1, 0], [0, 1]], [[1, 0], [1, 0]], tau=100.0).round(3)
    array([2., 0.])
    """
    similar = similarity(probes, traces, tau, r)
    alpha = np.broadcast_to(np.asarray(strength, dtype=np.float64), similar.shape[1:])
    return np.asarray(similar @ alpha)


def list_familiarity(own: ArrayLike, other: ArrayLike, context_distance: float, tau: float) -> Floats:
    """Return the expected familiarity of an item in one list's context, from its frequency in that list and another.

    S(item | own list) = f_own + f_other exp(-tau D): a trace holds the item and its list's context, and a probe with
    the item in one of the contexts is at distance 0 or D from the item's traces. Judged frequency follows the list
    asked for, and the other list leaks in with slope exp(-tau D). What other items add is left out.

    Parameters
    ----------
    own, other : array or number
        Presentations in the list asked for and in the other.
    context_distance : at least 0
        D between the contexts of the lists; sqrt(2) if they are orthogonal and of length 1.
    tau : at least 0

    References
    ----------
    The task is that of Hintzman & Block (1971), J. Exp. Psychol. 88, 297-306.

    Examples
    --------
    >>> float(list_familiarity(2, 1, context_distance=0, tau=3))
    3.0
    """
    leak = np.exp(-_at_least_zero(tau, "tau") * _at_least_zero(context_distance, "context_distance"))
    return np.asarray(np.asarray(own, dtype=np.float64) + leak * np.asarray(other, dtype=np.float64))


def gcm_probability(
    probes: ArrayLike,
    exemplars: ArrayLike,
    categories: Sequence[Any] | NDArray[Any],
    c: float,
    *,
    r: float = 2.0,
    p: float = 1.0,
    gamma: float = 1.0,
    weights: ArrayLike | None = None,
    bias: ArrayLike | None = None,
) -> Floats:
    """Return each probe's probability of each category by the generalized context model, (n_probes, n_categories).

    P(A | probe) = (b_A sum_{a in A} s_a)^gamma / sum over categories, with s = exp(-c d^p).

    Parameters
    ----------
    probes : (n_probes, n_features)
    exemplars : (n_exemplars, n_features)
    categories : (n_exemplars,)
        Label of each exemplar; the columns of the answer are the labels, sorted.
    c : at least 0
        Sensitivity.
    r
        Metric, see `distance`.
    p
        1: exponential, 2: Gaussian similarity.
    gamma : at least 0
        How strictly the most similar category is chosen.
    weights : (n_features,)
        Attention; divided by its sum, so that it adds up to 1. Equal if left out.
    bias : (n_categories,), above 0
        b_A; equal if left out.

    Raises
    ------
    ParameterError
        A number out of its range, or not one label an exemplar.

    References
    ----------
    Nosofsky (1986), J. Exp. Psychol. Gen. 115, 39-57.

    Examples
    --------
    >>> gcm_probability([[0.0]], [[-1.0], [1.0]], ["a", "b"], c=2.0)
    array([[0.5, 0.5]])
    """
    stored = _rows(exemplars, "exemplars")
    labels, member = np.unique(np.asarray(categories), return_inverse=True)
    if member.shape != (len(stored),):
        raise ParameterError(f"categories must have one label an exemplar, {len(stored)}. Got {member.size}.")
    attention = np.ones(stored.shape[1]) if weights is None else np.asarray(weights, dtype=np.float64)
    favour = np.ones(len(labels)) if bias is None else np.asarray(bias, dtype=np.float64)
    if favour.shape != (len(labels),) or not (favour > 0).all() or not attention.sum() > 0:
        raise ParameterError("bias must be one number above 0 a category, and some weight above 0.")
    far = distance(probes, stored, r, attention / attention.sum()) ** p
    log_similar = -_at_least_zero(c, "c") * far  # in logs: far exemplars would all count 0
    log_total = np.stack(
        [np.logaddexp.reduce(log_similar[:, member == k], axis=1) + np.log(favour[k]) for k in range(len(labels))],
        axis=1,
    )  # (n_probes, n_categories)
    log_weight = _at_least_zero(gamma, "gamma") * log_total
    return np.asarray(np.exp(log_weight - np.logaddexp.reduce(log_weight, axis=1, keepdims=True)))


def nemo_familiarity(
    probes: ArrayLike, traces: ArrayLike, tau: float, beta: float, strength: ArrayLike | float = 1.0
) -> Floats:
    """Return the familiarity of each probe by NEMO, (n_probes,): summed similarity and the homogeneity of the list.

    F = S + beta times the mean similarity of two different traces. With beta < 0 a list of like items makes people
    strict. Noise is in the traces: pass them through `store`. The form is from memory of the paper and no fitted values
    are known to us.

    Parameters
    ----------
    probes : (n_probes, n_features)
    traces : (n_traces, n_features)
    tau : at least 0
    beta
        Weight of the list's homogeneity; 0 is `summed_similarity`.
    strength : (n_traces,) or a number
        alpha_i.

    References
    ----------
    Kahana & Sekuler (2002), Vision Research 42, 2177-2192.

    Examples
    --------
    >>> nemo_familiarity([[0.0]], [[0.0], [0.0]], tau=1.0, beta=-0.5)
    array([1.5])
    """
    stored = _rows(traces, "traces")
    first, second = np.triu_indices(len(stored), k=1)
    between = similarity(stored, stored, tau)[first, second]
    homogeneity = between.mean() if between.size else 0.0  # one trace has no pair
    return np.asarray(summed_similarity(probes, stored, tau, strength) + beta * homogeneity)
