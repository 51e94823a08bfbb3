"""The likelihood of a recall sequence under models whose items race (`tcm.a`, `cmr.polyn2009`), by a particle filter.

A particle is one race as it stands, with the time used so far and, where items recalled already may win again unseen,
the context. In each step all items move freely but the next recall of the record: given the others, the probability
that it now lands above them has a formula, and the particle takes it, or goes on, in proportion. Particles in which
another item wins are lost, and replaced by copies of those left every few steps. The probability that an item wins a
race has no formula: it is the first passage of many coupled accumulators with a floor.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np

from memlab.core.compiled import compiled
from memlab.core.recall import Floats, Ints
from memlab.models.accumulator import HELD_AT, THRESHOLD, Flags, RaceTerms
from memlab.models.context import retention
from memlab.models.particle_filter import ENOUGH, normalise, parents

__all__ = ["Cues", "Runners", "new_runners", "normal_above", "normal_below", "race_for"]

NOBODY = -1

CHECK_STEPS = 4
"""After so many steps of a race the particles are drawn anew if too few of them count."""

ROOT_HALF = math.sqrt(0.5)


class Cues(NamedTuple):
    """What a winner brings back, as in TCM; (0, 0) where the caller sets the support for each recall.

    Attributes
    ----------
    to_support, retrieved : (n_items, n_items)
        Of the context that the item (row) retrieves: the support, and the overlap with what each item retrieves.
    beta_rec : float
    """

    to_support: Floats
    retrieved: Floats
    beta_rec: float


class Runners(NamedTuple):
    """The particles of one list.

    Attributes
    ----------
    x, support, state : (n_particles, n_items)
        Activations, what drives them, and the overlap of context with what each item retrieves.
    used : (n_particles,) int
        Steps taken since the test began.
    won : (n_particles,) bool
        Whether the next recall of the record has won this race.
    log_weight, weight : (n_particles,)
    parent : (n_particles,) int
    """

    x: Floats
    support: Floats
    state: Floats
    used: Ints
    won: Flags
    log_weight: Floats
    weight: Floats
    parent: Ints


@compiled
def new_runners(n_particles: int, support: Floats, state: Floats) -> Runners:
    """Return particles at the start of the test, all alike."""
    shape = (n_particles, support.size)
    supports, states = np.empty(shape), np.empty(shape)
    for p in range(n_particles):
        for i in range(support.size):
            supports[p, i], states[p, i] = support[i], state[i]
    used, parent = np.zeros(n_particles, dtype=np.int64), np.empty(n_particles, dtype=np.int64)
    won, log_weight, weight = np.zeros(n_particles, dtype=np.bool_), np.zeros(n_particles), np.empty(n_particles)
    return Runners(np.zeros(shape), supports, states, used, won, log_weight, weight, parent)


@compiled
def _share_above(threshold: float, mean: float, noise: float) -> float:
    """Return P(x >= threshold) of a normal variable; without noise it is 0 or 1."""
    if noise == 0.0:
        return 1.0 if mean >= threshold else 0.0
    return 0.5 * math.erfc((threshold - mean) / noise * ROOT_HALF)


@compiled
def normal_above(bound: float, rng: np.random.Generator) -> float:
    """Draw a standard normal number given that it is at least ``bound`` (Robert 1995, Stat. Comput. 5, 121-125)."""
    if bound < 0.5:
        while True:
            z: float = rng.standard_normal()
            if z >= bound:
                return z
    rate = 0.5 * (bound + math.sqrt(bound * bound + 4.0))
    while True:
        z = bound - math.log(1.0 - rng.random()) / rate
        if rng.random() <= math.exp(-0.5 * (z - rate) ** 2):
            return z


@compiled
def normal_below(bound: float, rng: np.random.Generator) -> float:
    """Draw a standard normal number given that it is below ``bound``."""
    return -normal_above(-bound, rng)


@compiled
def _step(
    target: int,
    last: bool,
    x: Floats,
    support: Floats,
    recalled: Flags,
    silent: bool,
    terms: RaceTerms,
    rng: np.random.Generator,
) -> tuple[int, float]:
    """Take one step of the race; see `memlab.models.accumulator.race`. All but the target move freely.

    Parameters
    ----------
    target
        0-based item, or -1.
    last
        Whether time is up after this step, so that the target must win now.
    x : (n_items,)
        Changed in place; of no meaning once an item has won.

    Returns
    -------
    winner : int
        The target, an item recalled before that wins unseen, or -1.
    weight : float
        The probability, given how the others moved, that no other item left wins.
    """
    kappa, inhibition, noise, step = terms
    total = 0.0
    for i in range(x.size):
        total += x[i]
    unseen, highest, rival = NOBODY, THRESHOLD, 0.0
    for i in range(x.size):
        if i == target:
            continue
        x[i] += (support[i] - kappa * x[i] - inhibition * (total - x[i])) * step + noise * rng.standard_normal()
        if x[i] < THRESHOLD:
            x[i] = max(0.0, x[i])
        elif not recalled[i]:
            rival = max(rival, x[i])
        elif not silent:
            x[i] = HELD_AT
        elif x[i] >= highest:
            unseen, highest = i, x[i]
    if target == NOBODY:
        return unseen, 1.0 if rival < highest else 0.0
    mean = x[target] + (support[target] - kappa * x[target] - inhibition * (total - x[target])) * step
    wins = _share_above(max(highest, rival), mean, noise)
    loses = 1.0 - wins if rival < highest and not last else 0.0  # and no other item left wins
    if wins + loses > 0.0 and rng.random() * (wins + loses) < wins:
        return target, wins + loses
    below = normal_below((THRESHOLD - mean) / noise, rng) if noise > 0.0 else 0.0
    x[target] = max(0.0, mean + noise * below)
    return unseen, wins + loses


@compiled
def race_for(
    target: int,
    runners: Runners,
    recalled: Flags,
    silent: bool,
    terms: RaceTerms,
    cues: Cues,
    max_steps: int,
    rng: np.random.Generator,
) -> float:
    """Race every particle until the target has won, or until time is up if there is no target.

    Parameters
    ----------
    target
        0-based item, or -1: no item left wins before the end.
    recalled : (n_items,) bool
        What was recalled before.
    silent
        Whether items recalled before may win again unseen; else they are held below the threshold.
    max_steps
        Steps in the recall period.

    Returns
    -------
    float
        The log of what the estimate gained where particles were drawn anew; the rest is in the weights.
    """
    x, _, state, used, won, log_weight, weight, parent = runners
    n_particles = used.size
    for p in range(n_particles):
        won[p] = False
        _to_start(x[p])
    log_gained, steps, active = 0.0, 0, 1
    while active > 0:
        active = 0
        for p in range(n_particles):
            if won[p] or log_weight[p] == -np.inf:
                continue
            if used[p] >= max_steps:
                if target != NOBODY:
                    log_weight[p] = -np.inf
                continue
            used[p] += 1
            last = used[p] == max_steps
            winner, share = _step(target, last, x[p], runners.support[p], recalled, silent, terms, rng)
            log_weight[p] += math.log(share) if share > 0.0 else -np.inf
            won[p] = winner != NOBODY and winner == target
            if winner != NOBODY and cues.to_support.size > 0:
                _bring_back(winner, cues, runners.support[p], state[p])
            if winner != NOBODY:
                _to_start(x[p])
            active += not won[p]
        steps += 1
        if active > 0 and steps % CHECK_STEPS == 0:
            log_mean, effective = normalise(log_weight, weight)
            if log_mean > -np.inf and effective < ENOUGH:
                log_gained += log_mean
                parents(weight, rng.random(), parent)
                _copy(runners)
    return log_gained


@compiled
def _to_start(x: Floats) -> None:
    """Set all activations to 0."""
    for i in range(x.size):
        x[i] = 0.0


@compiled
def _bring_back(item: int, cues: Cues, support: Floats, state: Floats) -> None:
    """Let context drift toward what an item retrieves; all that context gives is linear in it."""
    rho = retention(state[item], cues.beta_rec)
    for i in range(support.size):
        support[i] = rho * support[i] + cues.beta_rec * cues.to_support[item, i]
        state[i] = rho * state[i] + cues.beta_rec * cues.retrieved[item, i]


@compiled
def _copy(runners: Runners) -> None:
    """Replace particles by copies of their parents, with equal weights."""
    x, support, state, used, won, log_weight, _, parent = runners
    for p in range(parent.size):
        log_weight[p] = 0.0
        q = parent[p]
        if q != p:
            used[p], won[p] = used[q], won[q]
            for i in range(x.shape[1]):
                x[p, i], support[p, i], state[p, i] = x[q, i], support[q, i], state[q, i]
