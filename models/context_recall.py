"""Recall and likelihood of TCM and CMR: from what was studied, item after item until recall stops.

The closed form is taken where it holds, the context vectors elsewhere. One kernel call takes all lists and, for a
likelihood, all members of a population of parameter values.
"""

from __future__ import annotations

import math
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from memlab.core.compiled import compiled, compiled_in_any_order
from memlab.core.model import credited_positions
from memlab.core.recall import Floats, Ints, Recalls, StudyLists
from memlab.core.sequences import Sequences, ends_observed
from memlab.models.choice import TRUSTED, choice_log_probability, choose, inverse_probability
from memlab.models.context import retention
from memlab.models.context_vectors import dense_memory, integrate, supported
from memlab.models.retrieved_context import Memory, Theory, closed_form_memory, member, numbers_of

__all__ = ["NO_SIMILARITY", "evoked", "log_likelihood", "log_likelihoods", "population_log_likelihood", "simulate"]

NO_SIMILARITY: Floats = np.empty((0, 0))
"""In place of the similarities of a pool, for a model that takes none."""


class _Lists(NamedTuple):
    """Study lists as the kernels take them.

    Attributes
    ----------
    seconds : (n_lists, n_items + 1), s
        Distraction before each item and before the test.
    first : (n_lists, n_items)
        `StudyLists.first_presentation`.
    similarity : (n_lists, n_items, n_items), or (n_lists, 0, 0)
        Of the item at each position (row) to each other (column).
    again : (n_lists,) bool
        Whether study leaves the same memory as that of the list before.
    """

    seconds: Floats
    first: Ints
    similarity: Floats
    again: NDArray[np.bool_]


def _lists(study: StudyLists, similarity: Floats) -> _Lists:
    """Return the lists for the kernels; ``similarity`` is that of the pool, or `NO_SIMILARITY`."""
    what: list[NDArray[Any]] = [study.distractor]
    if study.repeats_items:
        what.append(study.first_presentation)
    if similarity.size:
        what.append(study.items)
    again = np.zeros(study.n_lists, dtype=np.bool_)
    again[1:] = np.logical_and.reduce([(part[1:] == part[:-1]).all(axis=1) for part in what])
    of_lists = np.empty((study.n_lists, 0, 0))
    if similarity.size:  # looked up once, and not for every set of values: the pool may be large
        of_lists = similarity[study.items[:, :, np.newaxis], study.items[:, np.newaxis, :]]
    return _Lists(study.distractor, study.first_presentation, of_lists, again)


@compiled
def _memory(lists: _Lists, row: int, theory: Theory, dense: bool) -> Memory:
    if dense:
        return dense_memory(lists.seconds[row], lists.first[row], lists.similarity[row], theory)
    return closed_form_memory(lists.seconds[row], theory)


@compiled
def _begin(lists: _Lists, row: int, memory: Memory, support: Floats, state: Floats, barred: Floats) -> int:
    """Fill in support, state and which items may be recalled at the start of the test; return how many may."""
    for unit in range(memory.state.size):
        state[unit] = memory.state[unit]
    left = 0
    for item in range(support.size):
        support[item] = memory.support[item]
        new = lists.first[row, item] == item
        barred[item] = 0.0 if new else -np.inf
        left += new
    return left


@compiled_in_any_order
def _restore(to_support: Floats, retrieved: Floats, support: Floats, state: Floats, item: int, beta: float) -> None:
    """Let context drift toward what a recalled item retrieves; all that it gives is linear in it."""
    rho = retention(state[item], beta)
    for i in range(support.size):
        support[i] = rho * support[i] + beta * to_support[item, i]
        state[i] = rho * state[i] + beta * retrieved[item, i]


@compiled
def _restore_vector(memory: Memory, support: Floats, state: Floats, item: int, theory: Theory) -> None:
    """Do the same with the context vector."""
    context = state[: memory.state.size]
    integrate(context, memory.retrieved[item], theory.beta_rec, theory.elementwise)
    supported(memory.to_support, context, support)


@compiled
def _simulate(lists: _Lists, stop: Floats, theory: Theory, dense: bool, rng: np.random.Generator) -> Ints:
    n_lists, n = lists.first.shape
    position = np.zeros((n_lists, n), dtype=np.int64)
    support, state, barred, weight = np.empty(n), np.empty(2 * n + 2), np.empty(n), np.empty(n)
    for row in range(n_lists):
        if not lists.again[row]:
            memory = _memory(lists, row, theory, dense)
        for k in range(_begin(lists, row, memory, support, state, barred)):
            if rng.random() < stop[k]:
                break
            item = choose(support, barred, theory.softmax, theory.sensitivity, rng.random(), weight)
            position[row, k] = item + 1
            barred[item] = -np.inf
            if dense:
                _restore_vector(memory, support, state, item, theory)
            else:
                _restore(memory.to_support, memory.retrieved, support, state, item, theory.beta_rec)
    return position


@compiled
def _evoked(
    lists: _Lists, shown: Ints, numbers: Floats, softmax: bool, before: bool, elementwise: bool, dense: bool
) -> Floats:
    """Return the support of each item by what the item shown retrieves, (n_points, n_lists, n_items)."""
    n_points, (n_lists, n) = numbers.shape[0], lists.first.shape
    evoked = np.empty((n_points, n_lists, n))
    for point in range(n_points):
        theory = member(numbers[point], softmax, before, elementwise)
        for row in range(n_lists):
            if not lists.again[row]:
                memory = _memory(lists, row, theory, dense)
            if dense:
                supported(memory.to_support, memory.retrieved[shown[row]], evoked[point, row])
            else:
                for item in range(n):
                    evoked[point, row, item] = memory.to_support[shown[row], item]
    return evoked


@compiled
def _log_likelihoods(
    lists: _Lists,
    position: Ints,
    ended: Any,
    stop: Floats,
    numbers: Floats,
    softmax: bool,
    before: bool,
    elementwise: bool,
    dense: bool,
) -> Floats:
    """Return the log-probability of each list under each member of a population, (n_points, n_lists).

    The probabilities of a list are multiplied up, and their logarithm is taken when they have become small.
    """
    n_points, (n_lists, n) = numbers.shape[0], position.shape
    log_p = np.empty((n_points, n_lists))
    support, state, barred, weight = np.empty(n), np.empty(2 * n + 2), np.empty(n), np.empty(n)
    for point in range(n_points):
        theory = member(numbers[point], softmax, before, elementwise)
        for row in range(n_lists):
            if not lists.again[row]:
                memory = _memory(lists, row, theory, dense)
            to_support, retrieved = memory.to_support, memory.retrieved  # taken out here: it is faster
            left = _begin(lists, row, memory, support, state, barred)
            total, inverse = 0.0, 1.0
            for k in range(left + 1):
                if k == left or position[row, k] == 0:
                    if ended[row] and k < left:
                        total += math.log(stop[point, k])
                    break
                item = position[row, k] - 1
                one = inverse_probability(support, barred, item, softmax, theory.sensitivity)
                if one > TRUSTED:
                    total += choice_log_probability(support, barred, item, softmax, theory.sensitivity, weight)
                else:
                    inverse *= one
                inverse /= 1.0 - stop[point, k]
                if inverse > TRUSTED:
                    total -= math.log(inverse)
                    inverse = 1.0
                barred[item] = -np.inf
                if dense:
                    _restore_vector(memory, support, state, item, theory)
                else:
                    _restore(to_support, retrieved, support, state, item, theory.beta_rec)
            log_p[point, row] = total - math.log(inverse)
    return log_p


def _needs_vectors(study: StudyLists, theory: Theory, similarity: Floats) -> bool:
    """Return whether the closed form does not hold."""
    return bool(theory.elementwise or similarity.size or study.repeats_items)


def simulate(
    study: StudyLists,
    theory: Theory,
    stop: Floats | None,
    rng: np.random.Generator,
    similarity: Floats = NO_SIMILARITY,
    dense: bool = False,
) -> Recalls:
    """Return one simulated recall of each list; an item presented several times is given its first position.

    Parameters
    ----------
    stop : (list_length + 1,), or None
        P(stop) after 0, 1, … recalls; None: recall goes on until every item is out.
    similarity : (n_pool, n_pool)
        Semantic similarity of the items of the pool.
    dense
        Form the context vectors even where the closed form holds.
    """
    dense = dense or _needs_vectors(study, theory, similarity)
    never = np.zeros(study.list_length + 1)
    return Recalls(_simulate(_lists(study, similarity), never if stop is None else stop, theory, dense, rng))


def evoked(study: StudyLists, shown: Ints, theory: Theory, n_points: int, similarity: Floats, dense: bool) -> Floats:
    """Return the support of each item by what an item that is shown retrieves, (n_points, n_lists, n_items).

    Parameters
    ----------
    shown : (n_lists,)
        Its position, from 0.
    theory, n_points, similarity, dense
        As in `population_log_likelihood`.
    """
    dense = dense or _needs_vectors(study, theory, similarity)
    rules = (theory.softmax, theory.before, theory.elementwise)
    return _evoked(_lists(study, similarity), shown, numbers_of(theory, n_points), *rules, dense)


def log_likelihood(
    study: StudyLists,
    recalls: Recalls,
    theory: Theory,
    stop: Floats | None,
    similarity: Floats = NO_SIMILARITY,
    dense: bool = False,
) -> Floats:
    """Return the log-probability of each list's first correct recalls, (n_lists,), nats.

    The product over recalls of (1 - P(stop)) P(item), each given the recalls observed before it, times P(stop) at the
    end. Repeats and intrusions are dropped. Only the first `StudyLists.max_responses` responses are looked at; a list
    with that many has no stop factor, because what followed was not kept. An item that was presented several times is
    credited once, whichever of its positions a record gives.

    Parameters
    ----------
    stop : (list_length + 1,), or None
        P(stop) after 0, 1, … recalls; None: given the number of recalls, no stop factors at all.
    similarity, dense
        As in `simulate`.
    """
    kept = recalls.truncate(study.max_responses)
    seen = Sequences(study, credited_positions(study, kept), ends_observed(study, kept))
    of_each: Floats = log_likelihoods(study, seen, theory, stop, 1, similarity, dense)[0]
    return of_each


def population_log_likelihood(
    study: StudyLists,
    sequences: Sequences,
    theory: Theory,
    stop: Floats | None,
    n_points: int,
    similarity: Floats = NO_SIMILARITY,
    dense: bool = False,
) -> Floats:
    """Return the log-probability of all lists together under each member of a population, (n_points,), nats.

    Parameters
    ----------
    study
        The lists as they come to the test, which a lesion may have changed.
    theory
        Its numbers are those of all members, (n_points,) each, or one for all.
    stop : (n_points, list_length + 1), or None
        As in `log_likelihood`, of each member.

    Returns
    -------
    (n_points,) float
        Minus infinity where the result is no finite number.
    """
    total = log_likelihoods(study, sequences, theory, stop, n_points, similarity, dense).sum(axis=1)
    return np.where(np.isfinite(total), total, -np.inf)


def log_likelihoods(
    study: StudyLists,
    sequences: Sequences,
    theory: Theory,
    stop: Floats | None,
    n_points: int,
    similarity: Floats,
    dense: bool,
) -> Floats:
    """Return the log-probability of each list under each member, (n_points, n_lists), nats.

    The parameters are those of `population_log_likelihood`.
    """
    ended = sequences.ended
    if stop is None:
        stop, ended = np.zeros((n_points, study.list_length + 1)), np.zeros_like(ended)
    return _log_likelihoods(
        _lists(study, similarity),
        sequences.position,
        ended,
        np.atleast_2d(stop),
        numbers_of(theory, n_points),
        theory.softmax,
        theory.before,
        theory.elementwise,
        dense or _needs_vectors(study, theory, similarity),
    )
