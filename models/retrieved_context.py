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
from memlab.models.choice import choice_log_probability, choose, ends_observed
from memlab.models.context import distract, drift, drift_elementwise, kept_over, retention

__all__ = [
    "Memory",
    "Theory",
    "closed_form_memory",
    "dense_memory",
    "log_likelihood",
    "refuse_repeated_items",
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
def _primacy(n_items: int, phi_s: float, phi_d: float) -> Floats:
    """Return phi_i = phi_s exp(-phi_d (i - 1)) + 1, the strength of learning, (n_items,)."""
    phi: Floats = phi_s * np.exp(-phi_d * np.arange(n_items)) + 1.0
    return phi


@compiled
def _studied(seconds: Floats, theory: Theory) -> tuple[Floats, Floats, Floats]:
    """Return the inner products of the learned contexts m_i: with each other, with item units, with the start unit.

    m_i is the context after item i, c_i, or just before it. From i to j > i context keeps the product of `step`, and
    what entered meanwhile is orthogonal.
    """
    n = seconds.size - 1
    rho = retention(0.0, theory.beta_enc)
    kept = np.array([kept_over(s, theory.beta_distract) for s in seconds[:n]])
    step = rho * kept
    shared = np.eye(n)  # m_i · m_j
    with_item = np.zeros((n, n))  # row i: m_i · e_j
    with_start: Floats = np.cumprod(step).astype(np.float64)
    for i in range(n):
        for j in range(i + 1, n):
            shared[i, j] = shared[i, j - 1] * step[j]
            shared[j, i] = shared[i, j]
    for i in range(n):
        if theory.before:
            with_start[i] = kept[i] * (np.prod(step[:i]))
            for j in range(i):
                with_item[i, j] = kept[i] * theory.beta_enc * shared[i - 1, j]
        else:
            for j in range(i + 1):
                with_item[i, j] = theory.beta_enc * shared[i, j]
    return shared, with_item, with_start


@compiled
def _test_cue(seconds: Floats, shared: Floats, with_start: Floats, theory: Theory) -> tuple[Floats, Floats]:
    """Return the inner products of the context at test with each learned context and with each item's unit."""
    n = seconds.size - 1
    delay = kept_over(seconds[n], theory.beta_distract)
    rho = retention(0.0, theory.beta_enc)
    last = delay * (rho if theory.before else 1.0)  # c_N · m_N = rho where m_N was learned before the update
    with_learned = last * shared[:, n - 1]
    with_item = delay * theory.beta_enc * shared[:, n - 1]
    start = delay * with_start[n - 1] * (rho if theory.before else 1.0)
    kept = retention(start, theory.beta_start)
    return kept * with_learned + theory.beta_start * with_start, kept * with_item


@compiled
def closed_form_memory(seconds: Floats, theory: Theory) -> Memory:
    """Study a list in closed form: orthogonal items presented once, scalar rho.

    Parameters
    ----------
    seconds : (n_items + 1,), s
        Distraction before each item and before the test.
    theory : Theory
    """
    n = seconds.size - 1
    new, old = 1.0 - theory.gamma_fc, theory.gamma_fc
    shared, with_item, with_start = _studied(seconds, theory)
    to_learned, to_item = _test_cue(seconds, shared, with_start, theory)
    phi = _primacy(n, theory.phi_s, theory.phi_d)
    own = theory.delta - theory.alpha
    length = np.sqrt(new * new + old * old + 2.0 * new * old * np.diag(with_item))
    support = phi * to_learned + own * to_item + theory.alpha * to_item.sum()
    state = (new * to_item + old * to_learned) / length
    to_support = np.empty((n, n))
    retrieved = np.empty((n, n))
    for r in range(n):
        learned = (new * with_item[:, r] + old * shared[r]) / length[r]  # x_r · m_i
        item = old * with_item[r] / length[r]  # x_r · e_i
        item[r] += new / length[r]
        to_support[r] = phi * learned + own * item + theory.alpha * item.sum()
        retrieved[r] = (new * item + old * learned) / length
    return Memory(support, state, to_support, retrieved)


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
    units = np.eye(n_units)
    phi = _primacy(n, theory.phi_s, theory.phi_d)
    to_support = np.zeros((n_units, n))
    retrieved = np.empty((n, n_units))
    context = units[0].copy()
    for i in range(n):
        if seconds[i] > 0:
            distract(context, n + 1 + i, seconds[i], theory.beta_distract)
        learned = context.copy()
        _integrate(context, units[1 + i], theory.beta_enc, theory.elementwise)
        if not theory.before:
            learned = context.copy()
        retrieved[i] = (1.0 - theory.gamma_fc) * units[1 + i] + theory.gamma_fc * learned
        retrieved[i] /= math.sqrt((retrieved[i] ** 2).sum())
        to_support[:, i] = phi[i] * learned
        to_support[1 : n + 1, i] += theory.alpha
        to_support[1 + i, i] += theory.delta - theory.alpha
    if seconds[n] > 0:
        distract(context, 2 * n + 1, seconds[n], theory.beta_distract)
    _integrate(context, units[0], theory.beta_start, theory.elementwise)
    support = np.empty(n)
    _supported(to_support, context, support)
    return Memory(support, context, to_support, retrieved)


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
    support, barred, weight, scratch = np.empty(n), np.empty(n), np.empty(n), np.empty(n)
    for row in range(n_lists):
        if row == 0 or (distractor[row] != distractor[row - 1]).any():
            first_support, first_state, to_support, retrieved = _memory(distractor[row], theory, dense)
        state = first_state.copy()
        support[:], barred[:] = first_support, 0.0
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
def _log_likelihood(
    distractor: Floats, position: Ints, ended: Any, stop: Floats, theory: Theory, dense: bool
) -> Floats:
    n_lists, n = position.shape
    log_p = np.zeros(n_lists)
    log_stop, log_go_on = np.log(stop), np.log1p(-stop)
    support, barred, weight, scratch = np.empty(n), np.empty(n), np.empty(n), np.empty(n)
    for row in range(n_lists):
        if row == 0 or (distractor[row] != distractor[row - 1]).any():
            first_support, first_state, to_support, retrieved = _memory(distractor[row], theory, dense)
        state = first_state.copy()
        support[:], barred[:] = first_support, 0.0
        total = 0.0
        for k in range(n + 1):
            if k == n or position[row, k] == 0:
                log_p[row] = total + (log_stop[k] if ended[row] else 0.0)
                break
            item = position[row, k] - 1
            total += log_go_on[k]
            total += choice_log_probability(support, barred, item, theory.softmax, theory.sensitivity, weight, scratch)
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
    theory : Theory
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
    if stop is None:
        stop = np.zeros(study.list_length + 1)
    return Recalls(_simulate(study.distractor, stop, theory, dense or theory.elementwise, rng))


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
    refuse_repeated_items(name, study)
    kept = recalls.truncate(study.max_responses)
    position = credited_positions(study, kept)
    ended = ends_observed(study, kept)
    if stop is None:
        stop, ended = np.zeros(study.list_length + 1), np.zeros_like(ended)
    return _log_likelihood(study.distractor, position, ended, stop, theory, dense or theory.elementwise)
