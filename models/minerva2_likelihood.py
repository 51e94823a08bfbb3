"""The likelihood of a recall sequence under MINERVA 2 (`minerva2`), estimated by a particle filter.

A particle is one encoding of the list (its traces) and the context that the recalls so far have left. Given these the
probability of the next recall has a formula, by which the particle is weighted; then the recalled trace restores its
features to context, each by chance.
"""

from __future__ import annotations

import math

import numpy as np

from memlab.core.compiled import compiled
from memlab.core.recall import Floats, Ints
from memlab.models.choice import choice_log_probability
from memlab.models.minerva2_recall import Drift, activate, renew, study_list, take
from memlab.models.particle_filter import ENOUGH, normalise, parents

__all__ = ["batch_estimates"]


@compiled
def batch_estimates(
    observed: Ints,
    ended: bool,
    seconds: Floats,
    known: Floats,
    n_item: int,
    n_context: int,
    stored: Floats,
    drift: Drift,
    stop: Floats,
    theta: float,
    rng: np.random.Generator,
    n_particles: int,
    estimates: Floats,
) -> None:
    """Fill in the log of each batch's estimate for one list.

    Parameters
    ----------
    observed : (n_recalls,) int
        0-based items in the order of recall, each once.
    ended
        Whether the record shows that nothing more was recalled.
    seconds : (n_items + 1,), s
        Distraction.
    known : (n_items, n_item), or (0, 0)
        The features of the items, where the pool has them; else each particle draws its own.
    stored : (n_items,)
        Probability that a feature of each item is stored.
    stop : (n_items + 1,)
        Probability of stopping after 0, 1, … recalls.
    estimates : (n_batches,)
        Is overwritten.
    """
    n, m = stored.size, observed.size
    own, traces = np.ones((n_particles, n, n_item)), np.empty((n_particles, n_item + n_context, n))
    probe, log_weight = np.ones((n_particles, n_item + n_context)), np.empty(n_particles)
    weight, parent = np.empty(n_particles), np.empty(n_particles, dtype=np.int64)
    support, barred, choice, scratch = np.empty(n), np.empty(n), np.empty(n), np.empty(n)
    for batch in range(estimates.size):
        for p in range(n_particles):
            log_weight[p] = 0.0
            for i in range(n):
                if known.size > 0:
                    for j in range(n_item):
                        own[p, i, j] = known[i, j]
                else:
                    renew(own[p, i], 1.0, rng)
            renew(probe[p, n_item:], 1.0, rng)
            study_list(own[p], seconds, stored, drift, probe[p, n_item:], traces[p], rng)
        barred[:] = 0.0
        log_z = 0.0
        for k in range(m):
            item = observed[k]
            log_z += math.log(1.0 - stop[k])
            for p in range(n_particles):
                activate(probe[p], traces[p], n_item if k == 0 else 0, support, scratch)
                log_weight[p] += choice_log_probability(support, barred, item, False, theta, choice)
                take(probe[p, n_item:], traces[p, n_item:, item], drift.rec, rng)
                for j in range(n_item):
                    probe[p, j] = own[p, item, j]
            barred[item] = -np.inf
            log_mean, share = normalise(log_weight, weight)
            if share < ENOUGH and k < m - 1:
                log_z += log_mean
                parents(weight, rng.random(), parent)
                _copy(parent, own, traces, probe, log_weight)
        if ended:
            log_z += math.log(stop[m])
        estimates[batch] = log_z + normalise(log_weight, weight)[0]


@compiled
def _copy(parent: Ints, own: Floats, traces: Floats, probe: Floats, log_weight: Floats) -> None:
    """Replace particles by copies of their parents, with equal weights."""
    for p in range(parent.size):
        log_weight[p] = 0.0
        q = parent[p]
        if q != p:
            for j in range(probe.shape[1]):
                probe[p, j] = probe[q, j]
                for i in range(traces.shape[2]):
                    traces[p, j, i] = traces[q, j, i]
            for i in range(own.shape[1]):
                for j in range(own.shape[2]):
                    own[p, i, j] = own[q, i, j]
