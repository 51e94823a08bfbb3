"""The likelihood of a recall sequence under SAM (`sam.rs1981`), estimated by a particle filter.

A particle is one study phase and one state of search: which cues are in use, how many probes have failed, which images
failed with which cues. Nothing is left to chance that the record tells: the buffer held what was recalled first, and in
each probe the only events are that the next recall of the record is recovered, or that the probe fails. A particle
takes one of the two in proportion to their probabilities, and its weight is multiplied by their sum.
"""

from __future__ import annotations

import math

import numpy as np

from memlab.core.compiled import compiled
from memlab.core.recall import Floats, Ints
from memlab.models.buffer_paths import Bools, case, keep_through_distraction, log_orders, n_cases, sizes
from memlab.models.particle_filter import ENOUGH, normalise, parents
from memlab.models.sam import CONTEXT_ONLY, Theory, set_strengths

__all__ = ["batch_estimates", "rehearse_toward"]

NOBODY = -1
"""The next recall of a record that has no further one."""

TINY = 1e-200
"""A weight below this is moved into the log, so that no product of probabilities is rounded to 0."""


@compiled
def rehearse_toward(
    seconds: Floats,
    distraction: Floats,
    theory: Theory,
    required: Bools,
    exact: bool,
    rng: np.random.Generator,
    together: Floats,
    buffer: Ints,
) -> tuple[int, float]:
    """Study a list so that the buffer holds the required items at the test; see `memlab.models.sam.rehearse`.

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
    for i in range(together.shape[0]):
        for j in range(together.shape[1]):
            together[i, j] = 0.0
    n_buffered, probability, n_required = 0, 1.0, 0
    for item in range(seconds.size):
        n_buffered, kept = keep_through_distraction(
            buffer, n_buffered, distraction[item], theory.clear_seconds, required, False, rng
        )
        slot = n_buffered
        if n_buffered == theory.r:
            slot, free = _displaced(buffer, theory.r, required, rng)
            kept *= free / theory.r
        probability *= kept
        if probability == 0.0:
            return 0, -np.inf
        n_buffered = min(n_buffered + 1, theory.r)
        buffer[slot] = item
        n_required += required[item]
        credit = seconds[item] / n_buffered if theory.shared else seconds[item]
        for first in range(n_buffered):
            for second in range(n_buffered):
                together[buffer[first], buffer[second]] += credit
    n_buffered, kept = keep_through_distraction(
        buffer, n_buffered, distraction[-1], theory.clear_seconds, required, exact, rng
    )
    probability *= kept
    if probability == 0.0 or (exact and n_buffered != n_required):
        return 0, -np.inf
    return n_buffered, math.log(probability)


@compiled
def _displaced(buffer: Ints, r: int, required: Bools, rng: np.random.Generator) -> tuple[int, int]:
    """Draw the slot of a full buffer that is emptied among those not required, and return how many there are."""
    free = 0
    for slot in range(r):
        free += not required[buffer[slot]]
    drawn = int(rng.random() * free)
    for slot in range(r):
        if not required[buffer[slot]]:
            if drawn == 0:
                return slot, free
            drawn -= 1
    return 0, 0


@compiled
def _weigh(
    to_context: Floats,
    to_words: Floats,
    cue: int,
    failed_context: Bools,
    failed_word: Bools,
    recalled: Bools,
    sampling: Floats,
    hit: Floats,
) -> tuple[float, float]:
    """Fill in how strongly each image is sampled, and how much of that is recovered; return the sums of both."""
    total = hits = 0.0
    for i in range(to_context.size):
        sampling[i] = to_context[i] if cue == CONTEXT_ONLY else to_context[i] * to_words[cue, i]
        hit[i] = 0.0
        if not recalled[i] and sampling[i] > 0.0:
            strength = 0.0 if failed_context[i] else to_context[i]
            if cue != CONTEXT_ONLY and not failed_word[i]:
                strength += to_words[cue, i]
            hit[i] = -sampling[i] * math.expm1(-strength)
        total += sampling[i]
        hits += hit[i]
    return total, hits


@compiled
def _failed_image(sampling: Floats, hit: Floats, drawn: float) -> int:
    """Return the image whose sampling failed; ``drawn`` is uniform up to the sum of sampling less hit."""
    last = NOBODY
    for i in range(sampling.size):
        miss = sampling[i] - hit[i]
        if miss > 0.0:
            last = i
            drawn -= miss
            if drawn < 0.0:
                break
    return last


@compiled
def search_for(
    target: int,
    to_context: Floats,
    to_words: Floats,
    counts: Ints,
    failed_context: Bools,
    failed_word: Bools,
    recalled: Bools,
    theory: Theory,
    rng: np.random.Generator,
    sampling: Floats,
    hit: Floats,
) -> float:
    """Probe until the target is recovered, or until the search ends if there is none; return the log of the weight.

    Parameters
    ----------
    target
        0-based item, or `NOBODY`.
    to_context, to_words, counts, failed_context, failed_word
        One particle; changed in place. ``counts``: cue, failures, failures with the word cue.
    recalled : (n_items,) bool
        What was recalled before.
    sampling, hit : (n_items,)
        Are overwritten.
    """
    weight, log_weight = 1.0, 0.0
    cue, failures, word_failures = counts[0], counts[1], counts[2]
    total, hits = _weigh(to_context, to_words, cue, failed_context, failed_word, recalled, sampling, hit)
    while failures < theory.k_max:
        success = hit[target] / total if target != NOBODY and total > 0.0 else 0.0
        failure = max(0.0, 1.0 - hits / total) if total > 0.0 else 1.0
        if target != NOBODY and failures + 1 == theory.k_max:
            failure = 0.0  # it would end the search
        both = success + failure
        weight *= both
        if weight < TINY:
            if weight == 0.0:
                return -np.inf
            log_weight += math.log(weight)
            weight = 1.0
        if success > 0.0 and rng.random() * both < success:
            _recover(target, to_context, to_words, counts, failed_word, theory, cue, failures)
            return log_weight + math.log(weight)
        if theory.failed_cue_memory and total > 0.0:
            i = _failed_image(sampling, hit, rng.random() * (total - hits))
            if i != NOBODY and not recalled[i]:
                failed_context[i] = True
                failed_word[i] = cue != CONTEXT_ONLY
                hits -= hit[i]
                hit[i] = 0.0
        failures += 1
        word_failures += cue != CONTEXT_ONLY
        if cue != CONTEXT_ONLY and word_failures == theory.l_max:
            cue = CONTEXT_ONLY
            total, hits = _weigh(to_context, to_words, cue, failed_context, failed_word, recalled, sampling, hit)
    return log_weight + math.log(weight) if target == NOBODY else -np.inf


@compiled
def _recover(
    target: int,
    to_context: Floats,
    to_words: Floats,
    counts: Ints,
    failed_word: Bools,
    theory: Theory,
    cue: int,
    failures: int,
) -> None:
    """Strengthen the recovered item, make it the cue, and forget what failed with the word before it."""
    to_context[target] += theory.e
    to_words[target, target] += theory.g
    if cue != CONTEXT_ONLY:
        to_words[cue, target] += theory.f
        to_words[target, cue] += theory.f
    counts[0] = target if theory.l_max > 0 else CONTEXT_ONLY
    counts[1] = failures
    counts[2] = 0
    for i in range(failed_word.size):
        failed_word[i] = False


@compiled
def _copy(
    parent: Ints, to_context: Floats, to_words: Floats, counts: Ints, failed: Bools, start: Ints, log_weight: Floats
) -> None:
    """Replace particles by copies of their parents, with equal weights."""
    n = to_context.shape[1]
    for p in range(parent.size):
        log_weight[p] = 0.0
        q = parent[p]
        if q != p:
            start[p] = start[q]
            for c in range(3):
                counts[p, c] = counts[q, c]
            for i in range(n):
                to_context[p, i] = to_context[q, i]
                failed[p, 0, i], failed[p, 1, i] = failed[q, 0, i], failed[q, 1, i]
                for j in range(n):
                    to_words[p, i, j] = to_words[q, i, j]


@compiled
def _study(
    observed: Ints,
    ended: bool,
    seconds: Floats,
    distraction: Floats,
    theory: Theory,
    rng: np.random.Generator,
    to_context: Floats,
    to_words: Floats,
    start: Ints,
    log_weight: Floats,
) -> None:
    """Give each particle a study phase that ends with the first recalls in the buffer; the cases take turns."""
    least, most = sizes(distraction, theory.r, theory.clear_seconds)
    cases = n_cases(least, most, observed.size, ended)
    turn = int(rng.random() * cases)
    buffer, required = np.empty(theory.r, dtype=np.int64), np.empty(seconds.size, dtype=np.bool_)
    for p in range(start.size):
        log_weight[p] = -np.inf
        if cases > 0:
            start[p], exact = case((p + turn) % cases, least, most, observed.size, ended)
            for i in range(required.size):
                required[i] = False
            for k in range(start[p]):
                required[observed[k]] = True
            n, log_p = rehearse_toward(seconds, distraction, theory, required, exact, rng, to_words[p], buffer)
            if log_p > -np.inf:
                log_weight[p] = log_p + log_orders(n, start[p]) + math.log(cases)
                set_strengths(to_words[p], theory, to_context[p])


@compiled
def batch_estimates(
    observed: Ints,
    ended: bool,
    seconds: Floats,
    distraction: Floats,
    theory: Theory,
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
    seconds, distraction
        See `memlab.models.sam.rehearse`.
    n_particles
        In a batch.
    estimates : (n_batches,)
        Is overwritten; minus infinity for 0.
    """
    n, m = seconds.size, observed.size
    to_context, to_words = np.empty((n_particles, n)), np.empty((n_particles, n, n))
    counts, start = np.empty((n_particles, 3), dtype=np.int64), np.empty(n_particles, dtype=np.int64)
    failed, recalled = np.empty((n_particles, 2, n), dtype=np.bool_), np.empty(n, dtype=np.bool_)
    log_weight, weight = np.empty(n_particles), np.empty(n_particles)
    parent, sampling, hit = np.empty(n_particles, dtype=np.int64), np.empty(n), np.empty(n)
    least, most = sizes(distraction, theory.r, theory.clear_seconds)
    studied = False
    for batch in range(estimates.size):
        _study(observed, ended, seconds, distraction, theory, rng, to_context, to_words, start, log_weight)
        _begin(counts, failed, recalled)
        studied = studied or normalise(log_weight, weight)[0] > -np.inf
        log_z = 0.0
        for k in range(m + (ended and m < n)):
            target = observed[k] if k < m else NOBODY
            for p in range(n_particles):
                if start[p] <= k and log_weight[p] > -np.inf:
                    log_weight[p] += search_for(
                        target, to_context[p], to_words[p], counts[p], failed[p, 0], failed[p, 1], recalled, theory,
                        rng, sampling, hit,
                    )  # fmt: skip
            if k < m:
                recalled[target] = True
            log_mean, share = normalise(log_weight, weight)
            if log_mean == -np.inf:
                break
            if share < ENOUGH and k < m:
                log_z += log_mean
                parents(weight, rng.random(), parent)
                _copy(parent, to_context, to_words, counts, failed, start, log_weight)
        estimates[batch] = log_z + normalise(log_weight, weight)[0]
    return not studied and least == most


@compiled
def _begin(counts: Ints, failed: Bools, recalled: Bools) -> None:
    """Start every particle's search with context alone; nothing has failed and nothing was recalled."""
    for i in range(recalled.size):
        recalled[i] = False
    for p in range(counts.shape[0]):
        counts[p, 0], counts[p, 1], counts[p, 2] = CONTEXT_ONLY, 0, 0
        for i in range(recalled.size):
            failed[p, 0, i] = failed[p, 1, i] = False
