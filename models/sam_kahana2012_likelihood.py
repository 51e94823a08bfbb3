"""The likelihood of a recall sequence under the textbook's SAM (`sam.kahana2012`), by importance sampling.

A recovery sets the search back: the cue is the word just recovered, and no failure counts any more. So the probability
of a record, given the strengths, has a formula, and a particle is one study phase: the only thing that is random. It is
drawn so that the buffer holds, at the test, what was recalled first.
"""

from __future__ import annotations

import math

import numpy as np

from memlab.core.compiled import compiled
from memlab.core.recall import Floats, Ints
from memlab.models.buffer_paths import Bools, case, keep_through_distraction, log_orders, n_cases, sizes
from memlab.models.particle_filter import normalise
from memlab.models.sam import CONTEXT_ONLY
from memlab.models.sam_kahana2012 import Theory
from memlab.models.sam_semantics import leave_residual

__all__ = ["batch_estimates", "next_recall", "rehearse_toward"]

NOBODY = -1


@compiled
def rehearse_toward(
    amount: Floats,
    distraction: Floats,
    theory: Theory,
    required: Bools,
    exact: bool,
    rng: np.random.Generator,
    to_context: Floats,
    to_words: Floats,
    buffer: Ints,
) -> tuple[int, float]:
    """Study a list so that the buffer holds the required items at the test; see `memlab.models.sam_kahana2012`.

    Parameters
    ----------
    required : (n_items,) bool
        What the buffer holds at the test.
    exact
        Whether it holds nothing else.

    Returns
    -------
    n_buffered : int
    log_probability : float
        Of what was not left to chance; minus infinity where this did not come out.
    """
    for i in range(amount.size):
        to_context[i] = 0.0
        for j in range(amount.size):
            to_words[i, j] = 0.0
    n_buffered, probability, n_required = 0, 1.0, 0
    for item in range(amount.size):
        n_buffered, kept = keep_through_distraction(
            buffer, n_buffered, distraction[item], theory.clear_seconds, required, False, rng
        )
        if n_buffered == theory.r:
            rank, free = _displaced(theory.q, theory.r, buffer, required, rng)
            kept *= free
            for slot in range(rank, theory.r - 1):
                buffer[slot] = buffer[slot + 1]
            n_buffered -= 1
        probability *= kept
        if probability == 0.0:
            return 0, -np.inf
        buffer[n_buffered] = item
        n_buffered += 1
        n_required += required[item]
        for slot in range(n_buffered):
            to_context[buffer[slot]] += theory.a_forward * amount[item]
            for younger in range(slot + 1, n_buffered):
                to_words[buffer[slot], buffer[younger]] += theory.a_forward * amount[item]
                to_words[buffer[younger], buffer[slot]] += theory.a_backward * amount[item]
    n_buffered, kept = keep_through_distraction(
        buffer, n_buffered, distraction[-1], theory.clear_seconds, required, exact, rng
    )
    probability *= kept
    if probability == 0.0 or (exact and n_buffered != n_required):
        return 0, -np.inf
    return n_buffered, math.log(probability)


@compiled
def _displaced(q: float, r: int, buffer: Ints, required: Bools, rng: np.random.Generator) -> tuple[int, float]:
    """Draw which rank leaves a full buffer among those not required; return their probability together, too."""
    all_ranks = float(r) if q == 0.0 else (1.0 - (1.0 - q) ** r) / q
    free, share = 0.0, 1.0
    for rank in range(r):
        if not required[buffer[rank]]:
            free += share
        share *= 1.0 - q
    drawn, share, last = rng.random() * free, 1.0, 0
    for rank in range(r):
        if not required[buffer[rank]]:
            if share > 0.0:
                last = rank
            drawn -= share
            if drawn < 0.0:
                break
        share *= 1.0 - q
    return last, free / all_ranks


@compiled
def next_recall(
    target: int,
    by_context: Floats,
    to_context: Floats,
    to_words: Floats,
    cue: int,
    theory: Theory,
    recalled: Bools,
    meaning: Floats,
) -> float:
    """Return the probability that the target is recovered next, or that the search ends if there is no target.

    Parameters
    ----------
    target
        0-based item not yet recalled, or -1.
    by_context : (n_items,)
        S(i, context)^W_c.
    cue
        The item just recovered, or `CONTEXT_ONLY` where the search begins.
    recalled : (n_items,) bool
    meaning : (n_items, n_items), or (0, 0)
        S_s, row = cue; (0, 0) where meaning plays no part.
    """
    m1 = m2 = 0
    reached, found = 1.0, 0.0
    total, hits, hit = _weigh(target, by_context, to_context, to_words, cue, theory, recalled, meaning)
    while m1 <= theory.m1_max and m2 <= theory.m2_max:
        nothing = total <= 0.0
        if nothing and cue == CONTEXT_ONLY:
            break
        if not nothing:
            found += reached * hit / total
            reached *= max(0.0, 1.0 - hits / total)
            m1 += cue == CONTEXT_ONLY
            m2 += cue != CONTEXT_ONLY
        if cue != CONTEXT_ONLY and (nothing or not theory.keep_cue):
            cue = CONTEXT_ONLY
            total, hits, hit = _weigh(target, by_context, to_context, to_words, cue, theory, recalled, meaning)
    return found if target != NOBODY else reached


@compiled
def _weigh(
    target: int,
    by_context: Floats,
    to_context: Floats,
    to_words: Floats,
    cue: int,
    theory: Theory,
    recalled: Bools,
    meaning: Floats,
) -> tuple[float, float, float]:
    """Return how strongly all images left are sampled, how much of that is recovered, and the target's part of it."""
    total = hits = hit = 0.0
    for i in range(by_context.size):
        if recalled[i]:
            continue
        sampling, strength = by_context[i], theory.w_c * to_context[i]
        if cue != CONTEXT_ONLY:
            word = to_words[cue, i]
            sampling *= word**theory.w_e if word > 0.0 or theory.w_e == 0.0 else 0.0
            strength += theory.w_e * word
            if meaning.size > 0:
                sampling *= meaning[cue, i] ** theory.w_s
                strength += theory.w_s * meaning[cue, i]
        if sampling > 0.0:
            recovered = -sampling * math.expm1(-strength)
            total += sampling
            hits += recovered
            if i == target:
                hit = recovered
    return total, hits, hit


@compiled
def _log_search(
    observed: Ints,
    start: int,
    ended: bool,
    by_context: Floats,
    to_context: Floats,
    to_words: Floats,
    theory: Theory,
    recalled: Bools,
    meaning: Floats,
) -> float:
    """Return the log-probability of all that was recalled after the buffer, and of the end; ``recalled`` is room."""
    n, log_p = by_context.size, 0.0
    for i in range(n):
        recalled[i] = False
    for k in range(observed.size + (ended and observed.size < n)):
        target = observed[k] if k < observed.size else NOBODY
        if k >= start:
            cue = observed[k - 1] if k > start else CONTEXT_ONLY
            p = next_recall(target, by_context, to_context, to_words, cue, theory, recalled, meaning)
            if p <= 0.0:
                return -np.inf
            log_p += math.log(p)
        if target != NOBODY:
            recalled[target] = True
    return log_p


@compiled
def batch_estimates(
    observed: Ints,
    ended: bool,
    amount: Floats,
    distraction: Floats,
    theory: Theory,
    meaning: Floats,
    rng: np.random.Generator,
    n_particles: int,
    estimates: Floats,
) -> bool:
    """Fill in the log of each batch's estimate for one list; return whether the list is impossible.

    Parameters
    ----------
    observed : (n_recalls,) int
        0-based items in the order of recall, each once.
    ended
        Whether the record shows that nothing more was recalled.
    amount, distraction
        See `memlab.models.sam_kahana2012.rehearse`.
    meaning
        See `next_recall`.
    n_particles
        In a batch.
    estimates : (n_batches,)
        Is overwritten; minus infinity for 0.
    """
    n = amount.size
    to_context, to_words, by_context = np.empty(n), np.empty((n, n)), np.empty(n)
    required, recalled = np.empty(n, dtype=np.bool_), np.empty(n, dtype=np.bool_)
    buffer, log_weight, weight = np.empty(theory.r, dtype=np.int64), np.empty(n_particles), np.empty(n_particles)
    least, most = sizes(distraction, theory.r, theory.clear_seconds)
    cases, studied = n_cases(least, most, observed.size, ended), False
    for batch in range(estimates.size):
        turn = int(rng.random() * cases)
        for p in range(n_particles):
            log_weight[p] = -np.inf
            if cases == 0:
                continue
            start, exact = case((p + turn) % cases, least, most, observed.size, ended)
            for i in range(n):
                required[i] = False
            for k in range(start):
                required[observed[k]] = True
            n_buffered, log_p = rehearse_toward(
                amount, distraction, theory, required, exact, rng, to_context, to_words, buffer
            )
            if log_p == -np.inf:
                continue
            studied = True
            if meaning.size > 0:
                leave_residual(to_words, theory.d)
            for i in range(n):
                by_context[i] = to_context[i] ** theory.w_c
            log_p += log_orders(n_buffered, start) + math.log(cases)
            log_weight[p] = log_p + _log_search(
                observed, start, ended, by_context, to_context, to_words, theory, recalled, meaning
            )
        estimates[batch] = normalise(log_weight, weight)[0]
    return not studied and least == most
