"""Free recall of MINERVA 2: how features of context and traces change by chance, and what they activate; `Minerva2`."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from memlab.core.compiled import compiled
from memlab.core.recall import Floats, Ints
from memlab.models.choice import choose

__all__ = ["Drift", "activate", "renew", "simulate_lists", "study_list", "take"]


class Drift(NamedTuple):
    """The probabilities with which one feature of context changes; see `Minerva2`."""

    enc: float
    start: float
    rec: float
    distract: float


@compiled
def renew(features: Floats, probability: float, rng: np.random.Generator) -> None:
    """Draw each feature anew, -1 or 1, with some probability, in place."""
    for j in range(features.size):
        uniform = rng.random()
        if uniform < probability:
            features[j] = 1.0 if uniform < 0.5 * probability else -1.0


@compiled
def take(features: Floats, source: Floats, probability: float, rng: np.random.Generator) -> None:
    """Let each feature take the value that the source holds, if it holds one, with some probability, in place."""
    for j in range(features.size):
        if rng.random() < probability and source[j] != 0.0:
            features[j] = source[j]


@compiled
def activate(probe: Floats, traces: Floats, first: int, support: Floats, either: Floats) -> None:
    """Fill in max(0, A) of each trace (a column) by the features from ``first`` on; ``either`` is overwritten by n."""
    support[:], either[:] = 0.0, 0.0
    for j in range(first, probe.size):
        for i in range(support.size):
            support[i] += probe[j] * traces[j, i]
            either[i] += max(abs(probe[j]), abs(traces[j, i]))  # 1 where one of them is not 0
    for i in range(support.size):
        support[i] = max(0.0, support[i] / max(either[i], 1.0)) ** 3


@compiled
def study_list(
    own: Floats,
    seconds: Floats,
    stored: Floats,
    drift: Drift,
    context: Floats,
    traces: Floats,
    rng: np.random.Generator,
) -> None:
    """Fill in one trace an item, a column [item ; context]; ``context`` becomes that of the test."""
    n_items, n_item = own.shape
    start = context.copy()
    traces[:] = 0.0
    for i in range(n_items):
        renew(context, 1.0 - (1.0 - drift.distract) ** seconds[i], rng)
        renew(context, drift.enc, rng)
        take(traces[:n_item, i], own[i], stored[i], rng)
        take(traces[n_item:, i], context, stored[i], rng)
    renew(context, 1.0 - (1.0 - drift.distract) ** seconds[-1], rng)
    take(context, start, drift.start, rng)


@compiled
def simulate_lists(
    items: Ints,
    distractor: Floats,
    pool: Floats,
    n_item: int,
    n_context: int,
    stored: Floats,
    drift: Drift,
    stop: Floats,
    theta: float,
    rng: np.random.Generator,
) -> Ints:
    """Return the recalls of each list, (n_lists, n_items), 1-based, 0 after the last."""
    n_lists, n = items.shape
    position = np.zeros((n_lists, n), dtype=np.int64)
    own, traces, probe = np.ones((n, n_item)), np.empty((n_item + n_context, n)), np.ones(n_item + n_context)
    support, barred, weight, scratch = np.empty(n), np.empty(n), np.empty(n), np.empty(n)
    for row in range(n_lists):
        for i in range(n):
            if pool.shape[0] > 0:
                own[i] = pool[items[row, i]]
            else:
                renew(own[i], 1.0, rng)
        context = probe[n_item:]
        renew(context, 1.0, rng)
        study_list(own, distractor[row], stored, drift, context, traces, rng)
        barred[:] = 0.0
        first = n_item  # the first probe has no item
        for k in range(n):
            if rng.random() < stop[k]:
                break
            activate(probe, traces, first, support, scratch)
            item = choose(support, barred, False, theta, rng.random(), weight)
            position[row, k] = item + 1
            barred[item] = -np.inf
            take(context, traces[n_item:, item], drift.rec, rng)
            probe[:n_item] = own[item]
            first = 0
    return position
