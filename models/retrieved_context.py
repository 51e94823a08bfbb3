"""What TCM and CMR share: the numbers of the theory, and study in closed form.

With orthogonal items presented once and a scalar rho the context vector need not be formed: the inner products of
contexts follow from products of rho, and recall needs two numbers an item, its support and its overlap with the context
now (`closed_form_memory`). All else needs the vectors (``context_vectors.py``). Recall from either is in
``context_recall.py``.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np

from memlab.core.compiled import compiled
from memlab.core.errors import NotSupported
from memlab.core.recall import Floats, StudyLists
from memlab.models.context import kept_over, retention

__all__ = [
    "Memory",
    "Theory",
    "closed_form_memory",
    "learning_strength",
    "member",
    "numbers_of",
    "refuse_repeated_items",
]


class Theory(NamedTuple):
    """The numbers and rules of a retrieved-context model; the symbols are those of `cmr`.

    Of a population of parameter values, each number may be an array, (n_points,).
    """

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
    s: float = 0.0
    beta_enc_late: float = 0.0
    beta_enc_decay: float = 0.0  # 0: beta_enc holds for every item


_RULES = ("softmax", "before", "elementwise")
_NUMBERS = tuple(name for name in Theory._fields if name not in _RULES)


def numbers_of(theory: Theory, n_points: int) -> Floats:
    """Return the numbers of a population without the rules, (n_points, n_numbers), in the order of the fields."""
    numbers = np.empty((n_points, len(_NUMBERS)))
    for column, name in enumerate(_NUMBERS):
        numbers[:, column] = getattr(theory, name)
    return numbers


@compiled
def member(numbers: Floats, softmax: bool, before: bool, elementwise: bool) -> Theory:
    """Return the theory of one row of `numbers_of` and the rules."""
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
        softmax,
        before,
        elementwise,
        numbers[10],
        numbers[11],
        numbers[12],
        numbers[13],
    )


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
def learning_strength(item: int, theory: Theory) -> float:
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
        phi[i], length[i] = learning_strength(i, theory), _length(with_item[i, i], theory)
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


def refuse_repeated_items(name: str, study: StudyLists) -> None:
    """Raise NotSupported if any list presents an item more than once; ``name`` is the model's."""
    if study.repeats_items:
        row = int(np.argmax(study.n_items < study.list_length))
        raise NotSupported(
            f"{name}: list {study.list[row]} of subject {study.subject[row]} presents an item more than once, which "
            f"{name} cannot do yet. Use lists of different items."
        )
