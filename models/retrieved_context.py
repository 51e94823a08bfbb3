"""What TCM and CMR share: lists are studied in drifting context, and each recall brings back the context it was in.

With orthogonal items and a scalar rho the context vector need not be formed: the inner products of contexts follow
from products of rho, and recall needs two numbers an item, its support and its overlap with the context now
(`closed_form_memory`). An elementwise rho needs the vectors (`dense_memory`). Both give the same `Memory`.
"""

from __future__ import annotations

import math
from typing import Any, NamedTuple

import numpy as np

from memlab.core.compiled import compiled
from memlab.core.errors import NotSupported
from memlab.core.model import credited_positions
from memlab.core.recall import Floats, Ints, Recalls, StudyLists
from memlab.core.sequences import Sequences, ends_observed
from memlab.models.choice import choice_log_probability, choose
from memlab.models.context import distract, drift, drift_elementwise, kept_over, retention

__all__ = [
    "Memory",
    "N_NUMBERS",
    "Theory",
    "closed_form_memory",
    "dense_memory",
    "log_likelihood",
    "member",
    "numbers_of",
    "population_log_likelihood",
    "refuse_repeated_items",
    "rules_of",
    "simulate",
]


class Theory(NamedTuple):
    """The numbers and rules of a retrieved-context model; the symbols are those of `cmr`."""

    beta_enc: float
    beta_start: float
    beta_rec: float
    beta_distract: float
    gamma_fc: float
    delta: float
    alpha: float
    phi_s: float
    phi_d: float
    sensitivity: float
    softmax: bool
    before: bool
    elementwise: bool
    context_to_item: float = 1.0  # share of the learning in M^CF that a lesion has left


N_NUMBERS = 10
"""The fields of `Theory` that are numbers and not rules; of a population, each is (n_points,)."""


class Memory(NamedTuple):
    """What is known at the start of the test. N items; the state has N entries (closed form) or one a unit (dense).

    Attributes
    ----------
    support : (n_items,)
        Support of each item by the context that the test starts in.
    state : (n_items,) or (n_units,)
        Closed form: overlap of context with what each item retrieves. Dense: the context itself.
    to_support : (n_items, n_items) or (n_units, n_items)
        Support of each item (columns) by what item r retrieves (closed form) or by a unit of context (dense, M^CF).
    retrieved : (n_items, n_items) or (n_items, n_units)
        Row r, what item r retrieves: its overlap with what each item retrieves, or the vector.
    """

    support: Floats
    state: Floats
    to_support: Floats
    retrieved: Floats


@compiled
def _primacy(item: int, theory: Theory) -> float:
    """Return phi_i = phi_s exp(-phi_d (i - 1)) + 1, or what a lesion has left of it; ``item`` counts from 0."""
    return theory.context_to_item * (theory.phi_s * math.exp(-theory.phi_d * item) + 1.0)


@compiled
def _contexts(seconds: Floats, theory: Theory) -> tuple[Floats, Floats]:
    """Return the inner products of the contexts c_i after each item: with each other, and with the start unit.

    From item i to j > i context keeps rho times the distraction's factor an item, and what entered meanwhile is
    orthogonal to all before.
    """
    n = seconds.size - 1
    rho = retention(0.0, theory.beta_enc)
    shared, with_start = np.empty((n, n)), np.empty(n)
    start = 1.0
    for j in range(n):
        step = rho * kept_over(seconds[j], theory.beta_distract)
        start *= step
        with_start[j] = start
        shared[j, j] = 1.0
        for i in range(j):
            shared[i, j] = shared[i, j - 1] * step
            shared[j, i] = shared[i, j]
    return shared, with_start


@compiled
def _learned(seconds: Floats, shared: Floats, with_start: Floats, theory: Theory) -> tuple[Floats, Floats]:
    """Return the inner products of the learned contexts m_i with each item's unit and with the start unit.

    m_i is c_i, which has beta_enc in the unit of item i; or the context just before, which has nothing there. Before
    and after the update the learned contexts have the same inner products with each other.
    """
    n = seconds.size - 1
    with_item, started = np.zeros((n, n)), np.empty(n)  # row i: m_i · e_j
    for i in range(n):
        kept = kept_over(seconds[i], theory.beta_distract)
        started[i] = with_start[i]
        if theory.before:
            started[i] = kept * (with_start[i - 1] if i > 0 else 1.0)
        for j in range(i if theory.before else i + 1):
            last = kept * shared[i - 1, j] if theory.before else shared[i, j]
            with_item[i, j] = theory.beta_enc * last
    return with_item, started


@compiled
def _at_test(
    seconds: Floats, shared: Floats, with_start: Floats, started: Floats, theory: Theory
) -> tuple[Floats, Floats]:
    """Return the inner products of the context at test, the start reinstated, with each m_i and each e_i."""
    n = seconds.size - 1
    delay = kept_over(seconds[n], theory.beta_distract)
    before = retention(0.0, theory.beta_enc) if theory.before else 1.0  # c_N · m_N
    kept = delay * retention(delay * with_start[n - 1], theory.beta_start)
    to_learned, to_item = np.empty(n), np.empty(n)
    for i in range(n):
        to_learned[i] = kept * before * shared[i, n - 1] + theory.beta_start * started[i]
        to_item[i] = kept * theory.beta_enc * shared[i, n - 1]
    return to_learned, to_item


@compiled
def closed_form_memory(seconds: Floats, theory: Theory) -> Memory:
    """Study a list in closed form: orthogonal items presented once, scalar rho.

    Parameters
    ----------
    seconds : (n_items + 1,), s
        Distraction before each item and before the test.
    """
    n = seconds.size - 1
    shared, with_start = _contexts(seconds, theory)
    with_item, started = _learned(seconds, shared, with_start, theory)
    to_learned, to_item = _at_test(seconds, shared, with_start, started, theory)
    phi, length = np.empty(n), np.empty(n)
    for i in range(n):
        phi[i], length[i] = _primacy(i, theory), _length(with_item[i, i], theory)
    support, state = np.empty(n), np.empty(n)
    _given(to_learned, to_item, phi, length, theory, support, state)
    to_support, retrieved = np.empty((n, n)), np.empty((n, n))
    new, old = 1.0 - theory.gamma_fc, theory.gamma_fc
    for r in range(n):
        for i in range(n):
            to_learned[i] = (new * with_item[i, r] + old * shared[r, i]) / length[r]
            to_item[i] = old * with_item[r, i] / length[r]
        to_item[r] += new / length[r]
        _given(to_learned, to_item, phi, length, theory, to_support[r], retrieved[r])
    return Memory(support, state, to_support, retrieved)


@compiled
def _length(own: float, theory: Theory) -> float:
    """Return the length of (1 - gamma) e_i + gamma m_i, where ``own`` is m_i · e_i."""
    new, old = 1.0 - theory.gamma_fc, theory.gamma_fc
    return math.sqrt(new * new + old * old + 2.0 * new * old * own)


@compiled
def _given(
    to_learned: Floats, to_item: Floats, phi: Floats, length: Floats, theory: Theory, support: Floats, overlap: Floats
) -> None:
    """Fill in what a context gives: support of each item, and overlap with what each item retrieves.

    Parameters
    ----------
    to_learned, to_item : (n_items,)
        Inner products of the context with each m_i and each e_i.
    phi, length : (n_items,)
        Strength of learning of each item, and length of what it retrieves before it is made 1.
    support, overlap : (n_items,)
        Are overwritten.
    """
    everything = 0.0
    for i in range(to_item.size):
        everything += to_item[i]
    for i in range(to_item.size):
        before_list = theory.delta * to_item[i] + theory.alpha * (everything - to_item[i])
        support[i] = phi[i] * to_learned[i] + before_list
        mixed = (1.0 - theory.gamma_fc) * to_item[i] + theory.gamma_fc * to_learned[i]
        overlap[i] = mixed / length[i]


@compiled
def _integrate(context: Floats, brought_in: Floats, beta: float, elementwise: bool) -> None:
    if elementwise:
        drift_elementwise(context, brought_in, beta)
    else:
        drift(context, brought_in, beta)


@compiled
def dense_memory(seconds: Floats, theory: Theory) -> Memory:
    """Study a list with the context vector itself: unit 0 the start, N item units, N + 1 of distraction if any.

    The same as `closed_form_memory` where rho is a scalar; also for an elementwise rho.
    """
    n = seconds.size - 1
    n_units = 2 * n + 2 if seconds.any() else n + 1
    to_support, retrieved = np.empty((n_units, n)), np.empty((n, n_units))
    context, unit = np.zeros(n_units), np.zeros(n_units)
    context[0] = 1.0
    for i in range(n):
        if seconds[i] > 0:
            distract(context, n + 1 + i, seconds[i], theory.beta_distract)
        learned = context.copy()
        unit[1 + i] = 1.0
        _integrate(context, unit, theory.beta_enc, theory.elementwise)
        unit[1 + i] = 0.0
        if not theory.before:
            learned = context.copy()
        _associate(i, learned, theory, to_support, retrieved)
    if seconds[n] > 0:
        distract(context, 2 * n + 1, seconds[n], theory.beta_distract)
    unit[0] = 1.0
    _integrate(context, unit, theory.beta_start, theory.elementwise)
    support = np.empty(n)
    _supported(to_support, context, support)
    return Memory(support, context, to_support, retrieved)


@compiled
def _associate(item: int, learned: Floats, theory: Theory, to_support: Floats, retrieved: Floats) -> None:
    """Fill in the item's column of M^CF and its row of M^FC, the latter at length 1."""
    n_items, phi = to_support.shape[1], _primacy(item, theory)
    length = _length(learned[1 + item], theory)
    for unit in range(learned.size):
        before_list = 0.0
        if 1 <= unit <= n_items:
            before_list = theory.delta if unit == 1 + item else theory.alpha
        to_support[unit, item] = phi * learned[unit] + before_list
        retrieved[item, unit] = theory.gamma_fc * learned[unit] / length
    retrieved[item, 1 + item] += (1.0 - theory.gamma_fc) / length


@compiled
def _supported(to_support: Floats, context: Floats, support: Floats) -> None:
    """Fill in M^CF c, the support that context gives each item."""
    support[:] = 0.0
    for unit in range(context.size):
        for item in range(support.size):
            support[item] += context[unit] * to_support[unit, item]


@compiled
def _memory(seconds: Floats, theory: Theory, dense: bool) -> Memory:
    return dense_memory(seconds, theory) if dense else closed_form_memory(seconds, theory)


@compiled
def _restore(to_support: Floats, retrieved: Floats, support: Floats, state: Floats, item: int, beta: float) -> None:
    """Let context drift toward what a recalled item retrieves; ``support`` and ``state`` change in place."""
    rho = retention(state[item], beta)
    for i in range(support.size):  # everything that context gives is linear in it
        support[i] = rho * support[i] + beta * to_support[item, i]
        state[i] = rho * state[i] + beta * retrieved[item, i]


@compiled
def _restore_dense(
    to_support: Floats, retrieved: Floats, support: Floats, context: Floats, item: int, theory: Theory
) -> None:
    """Do the same with the context vector."""
    _integrate(context, retrieved[item], theory.beta_rec, theory.elementwise)
    _supported(to_support, context, support)


@compiled
def _simulate(distractor: Floats, stop: Floats, theory: Theory, dense: bool, rng: np.random.Generator) -> Ints:
    n_lists, n = distractor.shape[0], distractor.shape[1] - 1
    position = np.zeros((n_lists, n), dtype=np.int64)
    weight, scratch = np.empty(n), np.empty(n)
    for row in range(n_lists):
        if row == 0 or (distractor[row] != distractor[row - 1]).any():
            first_support, first_state, to_support, retrieved = _memory(distractor[row], theory, dense)
        support, state, barred = first_support.copy(), first_state.copy(), np.zeros(n)
        for k in range(n):
            if rng.random() < stop[k]:
                break
            item = choose(support, barred, theory.softmax, theory.sensitivity, rng.random(), weight, scratch)
            position[row, k] = item + 1
            barred[item] = -np.inf
            if dense:
                _restore_dense(to_support, retrieved, support, state, item, theory)
            else:
                _restore(to_support, retrieved, support, state, item, theory.beta_rec)
    return position


@compiled
def member(numbers: Floats, rules: Theory) -> Theory:
    """Return the theory with its numbers, (10,) in the order of the fields, and the rules of another."""
    return Theory(
        numbers[0],
        numbers[1],
        numbers[2],
        numbers[3],
        numbers[4],
        numbers[5],
        numbers[6],
        numbers[7],
        numbers[8],
        numbers[9],
        rules.softmax,
        rules.before,
        rules.elementwise,
        rules.context_to_item,
    )


@compiled
def _log_likelihoods(
    distractor: Floats, position: Ints, ended: Any, stop: Floats, numbers: Floats, rules: Theory, dense: bool
) -> Floats:
    """Return the log-probability of each list under each member of a population, (n_points, n_lists)."""
    n_points, (n_lists, n) = numbers.shape[0], position.shape
    log_p = np.zeros((n_points, n_lists))
    log_stop, log_go_on = np.log(stop), np.log1p(-stop)
    weight, scratch, barred = np.empty(n), np.empty(n), np.empty(n)
    for point in range(n_points):
        theory = member(numbers[point], rules)
        for row in range(n_lists):
            if row == 0 or (distractor[row] != distractor[row - 1]).any():
                first_support, first_state, to_support, retrieved = _memory(distractor[row], theory, dense)
            support, state = first_support.copy(), first_state.copy()
            barred[:] = 0.0
            total = 0.0
            for k in range(n + 1):
                if k == n or position[row, k] == 0:
                    log_p[point, row] = total + (log_stop[point, k] if ended[row] else 0.0)
                    break
                item = position[row, k] - 1
                total += log_go_on[point, k]
                total += choice_log_probability(
                    support, barred, item, theory.softmax, theory.sensitivity, weight, scratch
                )
                barred[item] = -np.inf
                if dense:
                    _restore_dense(to_support, retrieved, support, state, item, theory)
                else:
                    _restore(to_support, retrieved, support, state, item, theory.beta_rec)
    return log_p


@compiled
def _first_list_with_a_repeat(items: Ints) -> int:
    for row in range(items.shape[0]):
        pairs = 0
        for i in range(items.shape[1]):
            for j in range(i):
                pairs += items[row, i] == items[row, j]
        if pairs:
            return row
    return -1


def refuse_repeated_items(name: str, study: StudyLists) -> None:
    """Raise NotSupported if any list presents an item more than once; ``name`` is the model's."""
    row = _first_list_with_a_repeat(study.items)
    if row >= 0:
        raise NotSupported(
            f"{name}: list {study.list[row]} of subject {study.subject[row]} presents an item more than once, which "
            f"{name} cannot do yet. Use lists of different items."
        )


def simulate(
    name: str, study: StudyLists, theory: Theory, stop: Floats | None, rng: np.random.Generator, dense: bool = False
) -> Recalls:
    """Return one simulated recall of each list.

    Parameters
    ----------
    name
        The model, for messages.
    stop : (list_length + 1,), or None
        P(stop) after 0, 1, … recalls; None: recall goes on until every item is out.
    dense
        Form the context vectors even where the closed form holds.

    Raises
    ------
    NotSupported
        An item is presented more than once in a list.
    """
    refuse_repeated_items(name, study)
    never = np.zeros(study.list_length + 1)
    return Recalls(
        _simulate(study.distractor, never if stop is None else stop, theory, dense or theory.elementwise, rng)
    )


def log_likelihood(
    name: str, study: StudyLists, recalls: Recalls, theory: Theory, stop: Floats | None, dense: bool = False
) -> Floats:
    """Return the log-probability of each list's first correct recalls, (n_lists,), nats.

    The product over recalls of (1 - P(stop)) P(item), each given the recalls observed before it, times P(stop) at the
    end. Repeats and intrusions are dropped. Only the first `StudyLists.max_responses` responses are looked at; a list
    with that many has no stop factor, because what followed was not kept.

    Parameters
    ----------
    stop : (list_length + 1,), or None
        P(stop) after 0, 1, … recalls; None: given the number of recalls, no stop factors at all.
    """
    kept = recalls.truncate(study.max_responses)
    seen = Sequences(study, credited_positions(study, kept), ends_observed(study, kept))
    of_each: Floats = _of_population(name, study, seen, theory, stop, 1, dense)[0]
    return of_each


def population_log_likelihood(
    name: str,
    study: StudyLists,
    sequences: Sequences,
    theory: Theory,
    stop: Floats | None,
    n_points: int,
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
    total = _of_population(name, study, sequences, theory, stop, n_points, dense).sum(axis=1)
    return np.where(np.isfinite(total), total, -np.inf)


def _of_population(
    name: str,
    study: StudyLists,
    sequences: Sequences,
    theory: Theory,
    stop: Floats | None,
    n_points: int,
    dense: bool,
) -> Floats:
    """Return the log-probability of each list under each member, (n_points, n_lists)."""
    refuse_repeated_items(name, study)
    ended = sequences.ended
    if stop is None:
        stop, ended = np.zeros((n_points, study.list_length + 1)), np.zeros_like(ended)
    return _log_likelihoods(
        study.distractor,
        sequences.position,
        ended,
        np.atleast_2d(stop),
        numbers_of(theory, n_points),
        rules_of(theory),
        dense or theory.elementwise,
    )


def numbers_of(theory: Theory, n_points: int) -> Floats:
    """Return the numbers of a population, (n_points, N_NUMBERS), in the order of the fields of `Theory`."""
    numbers = np.empty((n_points, N_NUMBERS))
    for column in range(N_NUMBERS):
        numbers[:, column] = theory[column]
    return numbers


def rules_of(theory: Theory) -> Theory:
    """Return a theory's rules, its numbers 0: what a kernel takes beside the numbers of a population."""
    nothing = dict.fromkeys(Theory._fields[:N_NUMBERS], 0.0)
    return theory._replace(**nothing)  # type: ignore[arg-type]
