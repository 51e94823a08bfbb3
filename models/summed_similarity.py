"""Summed similarity in free recall: traces of item and context, sampled by how like the context now theirs is.

The machinery of context is that of ``retrieved_context.py``; the likeness of traces is exponential in their distance.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any, ClassVar, Literal

import numpy as np

from memlab.core.compiled import compiled
from memlab.core.model import Model, credited_positions
from memlab.core.parameters import Parameter, Values
from memlab.core.recall import Floats, Ints, Recalls, StudyLists
from memlab.core.sequences import Sequences, ends_observed
from memlab.models.choice import (
    STOP_GROWTH,
    STOP_SCALE,
    TRUSTED,
    choice_log_probability,
    choose,
    inverse_probability,
    stop_probabilities,
)
from memlab.models.context import BETA_DISTRACT, retention
from memlab.models.retrieved_context import (
    Theory,
    closed_form_memory,
    member,
    numbers_of,
    refuse_repeated_items,
)

__all__ = ["SummedSimilarity"]

_ILLUSTRATIVE = "illustrative, not published: chosen for a curve with primacy and recency"
_CONTEXT = (
    Parameter("beta_enc", 0.5, 0.0, 1.0, "drift of context at study", source=_ILLUSTRATIVE),
    Parameter(
        "beta_start", 0.2, 0.0, 1.0, "how far the start of the list is reinstated before recall", source=_ILLUSTRATIVE
    ),
    Parameter("beta_rec", 0.6, 0.0, 1.0, "drift of context at recall", source=_ILLUSTRATIVE),
    Parameter(
        "gamma_fc", 0.4, 0.0, 1.0,
        "share of the trace's context in what a recalled trace brings back (the rest is the item's own unit)",
        source=_ILLUSTRATIVE,
    ),
    Parameter("phi_s", 8.0, 0.0, 100.0, "primacy: extra strength of the first trace", source=_ILLUSTRATIVE),
    Parameter("phi_d", 1.0, 0.0, 100.0, "primacy: how fast the extra strength decays over items", source=_ILLUSTRATIVE),
    BETA_DISTRACT,
)  # fmt: skip
_TAU = Parameter(
    "tau", 9.0, 0.0, 100.0, "how fast similarity falls with the distance of contexts",
    source=_ILLUSTRATIVE,
)  # fmt: skip
_THETA = Parameter(
    "theta", 1.0, 0.0, 100.0, "exponent of the choice: how strictly the most similar trace is sampled",
    source="1: weights as they are; range illustrative",
)  # fmt: skip


@dataclass(frozen=True)
class SummedSimilarity(Model):
    """Each presentation leaves a trace of item and context; the context now samples the traces that are like it.

    Study of item i: context drifts toward the item's own unit (beta_enc), and the trace [f_i ; c_i] is stored with
    strength phi_i = phi_s exp(-phi_d (i - 1)) + 1. Before recall the start of the list is reinstated (beta_start). A
    recall stops with probability stop_scale exp(stop_growth k), or samples a trace of an item not yet recalled. The
    probe is [nothing ; c], so that only contexts are compared: w_i = phi_i exp(-tau |c - c_i|) and
    P(i) = w_i^theta / sum_j w_j^theta. Context then drifts (beta_rec) toward what the trace brings back: its context
    c_i, and the unit of its item, in the shares gamma_fc and 1 - gamma_fc, to length 1.

    Options
    -------
    similarity
        ``"exponential"``: exp(-tau |c - c_i|); ``"dot"``: the inner product c · c_i, without tau.

    Notes
    -----
    With ``similarity="dot"`` this is `cmr` with the power rule: support phi_i c · c_i is M^CF c. Item by item:

    ==============================================================  ================================================
    summed_similarity, similarity="dot"                             cmr
    ==============================================================  ================================================
    beta_enc, beta_start, beta_rec, beta_distract, gamma_fc,        the same names, the same values
    phi_s, phi_d, stop_scale, stop_growth
    theta                                                           tau
    traces of this list and nothing else                            delta = alpha = 0
    ==============================================================  ================================================

    gamma_fc = 1 restores the trace's context alone; recall then goes forward and backward alike.
    For the exponential, P depends on tau and theta through theta tau and phi_i^theta only: without primacy they are one
    parameter, and a fit may hold theta at 1.

    References
    ----------
    Kahana (2020), Annu. Rev. Psychol. 71, 107-138, for traces of items and context and their summed similarity. The
    recall interface is ours.

    Examples
    --------
    >>> study = StudyLists.simple(1, 2)
    >>> SummedSimilarity().log_likelihood(study, Recalls(np.array([[0, 0]])), {"stop_scale": 0.1}).round(3)
    array([-2.303])
    """

    similarity: Literal["exponential", "dot"] = "exponential"

    name: ClassVar[str] = "summed_similarity"
    title: ClassVar[str] = "Summed similarity: traces of item and context, sampled by likeness of context"
    citation: ClassVar[str] = "Kahana (2020), Annu. Rev. Psychol. 71, 107-138; the recall interface is memlab's"

    @property
    def parameters(self) -> tuple[Parameter, ...]:
        """The table; the inner product has no tau."""
        choice = (_TAU, _THETA) if self.similarity == "exponential" else (_THETA,)
        return (*_CONTEXT, *choice, STOP_SCALE, STOP_GROWTH)

    def simulate(self, study: StudyLists, values: Values | None, rng: np.random.Generator) -> Recalls:
        """Return one simulated recall of each list; see `RecallModel.simulate`.

        Raises
        ------
        NotSupported
            An item is presented more than once in a list.
        """
        refuse_repeated_items(self.name, study)
        v = self.resolve(values)
        stop = stop_probabilities(study.list_length, v["stop_scale"], v["stop_growth"])
        phi = _primacy(study.list_length, v)
        return Recalls(_simulate(study.distractor, stop, self._theory(v), phi, v.get("tau", 0.0), rng))

    def log_likelihood(self, study: StudyLists, recalls: Recalls, values: Values | None = None) -> Floats:
        """Return the log-probability of each list's first correct recalls, (n_lists,), nats.

        See `memlab.models.context_recall.log_likelihood` for what is dropped and for records that are full.
        """
        kept = recalls.truncate(study.max_responses)
        seen = Sequences(study, credited_positions(study, kept), ends_observed(study, kept))
        of_each: Floats = self._of_population(seen, self.resolve(values), 1)[0]
        return of_each

    def population_log_likelihood(self, sequences: Sequences, points: Floats) -> Floats:
        """Return the log-probability of all lists under each set of values; see `PopulationModel`."""
        points = np.asarray(points, dtype=np.float64)
        v = {p.name: column for p, column in zip(self.parameters, points.T, strict=True)}
        log_p = self._of_population(sequences, v, len(points)).sum(axis=1)
        return np.where(np.isfinite(log_p), log_p, -np.inf)

    def _of_population(self, sequences: Sequences, v: dict[str, Any], n_points: int) -> Floats:
        """Return the log-probability of each list under each member, (n_points, n_lists)."""
        study, theory = sequences.study, self._theory(v)
        refuse_repeated_items(self.name, study)
        stop = np.atleast_2d(stop_probabilities(study.list_length, v["stop_scale"], v["stop_growth"]))
        strength = np.empty((n_points, 3))
        for column, name in enumerate(("phi_s", "phi_d", "tau")):
            strength[:, column] = v.get(name, 0.0)
        numbers, exponential = numbers_of(theory, n_points), self.similarity == "exponential"
        return _log_likelihoods(
            study.distractor, sequences.position, sequences.ended, stop, numbers, strength, exponential
        )

    def _theory(self, v: dict[str, Any]) -> Theory:
        """Return the theory whose support is the bare overlap of contexts; strength and likeness come on top."""
        exponential = self.similarity == "exponential"
        with np.errstate(divide="ignore"):
            softmax_temperature = np.divide(2.0, v["theta"])  # w^theta = exp(2 (ln w) / T)
        return Theory(
            beta_enc=v["beta_enc"],
            beta_start=v["beta_start"],
            beta_rec=v["beta_rec"],
            beta_distract=v["beta_distract"],
            gamma_fc=v["gamma_fc"],
            delta=0.0,
            alpha=0.0,
            phi_s=0.0,
            phi_d=0.0,
            sensitivity=softmax_temperature if exponential else v["theta"],
            softmax=exponential,
            before=False,
            elementwise=False,
        )


def _primacy(n_items: int, v: dict[str, float]) -> Floats:
    phi: Floats = v["phi_s"] * np.exp(-v["phi_d"] * np.arange(n_items)) + 1.0
    return phi


@compiled
def _weigh(overlap: Floats, phi: Floats, log_phi: Floats, tau: float, exponential: bool, support: Floats) -> None:
    """Fill in what the choice is made by: ln w_i (softmax rule) for the exponential, w_i (power rule) for the product.

    Contexts have length 1, so that |c - c_i|² = 2 - 2 c · c_i. The choice does not change when a constant is added to
    every ln w_i; 1 + 2 tau keeps them above the floor of support.
    """
    for i in range(overlap.size):
        if exponential:
            distance = math.sqrt(max(0.0, 2.0 - 2.0 * overlap[i]))
            support[i] = 1.0 + log_phi[i] + tau * (2.0 - distance)
        else:
            support[i] = phi[i] * overlap[i]


@compiled
def _restore(to_overlap: Floats, retrieved: Floats, overlap: Floats, state: Floats, item: int, beta_rec: float) -> None:
    """Let context drift toward what a trace brings back; ``overlap`` and ``state`` are linear in context."""
    rho = retention(state[item], beta_rec)
    for i in range(overlap.size):
        overlap[i] = rho * overlap[i] + beta_rec * to_overlap[item, i]
        state[i] = rho * state[i] + beta_rec * retrieved[item, i]


@compiled
def _simulate(
    distractor: Floats, stop: Floats, theory: Theory, phi: Floats, tau: float, rng: np.random.Generator
) -> Ints:
    n_lists, n = distractor.shape[0], distractor.shape[1] - 1
    position = np.zeros((n_lists, n), dtype=np.int64)
    log_phi = np.log(phi)
    support, barred, weight = np.empty(n), np.empty(n), np.empty(n)
    for row in range(n_lists):
        if row == 0 or (distractor[row] != distractor[row - 1]).any():
            first_overlap, first_state, to_overlap, retrieved = closed_form_memory(distractor[row], theory)
        overlap, state = first_overlap.copy(), first_state.copy()
        barred[:] = 0.0
        for k in range(n):
            if rng.random() < stop[k]:
                break
            _weigh(overlap, phi, log_phi, tau, theory.softmax, support)
            item = choose(support, barred, theory.softmax, theory.sensitivity, rng.random(), weight)
            position[row, k] = item + 1
            barred[item] = -np.inf
            _restore(to_overlap, retrieved, overlap, state, item, theory.beta_rec)
    return position


@compiled
def _log_likelihoods(
    distractor: Floats, position: Ints, ended: Any, stop: Floats, numbers: Floats, strength: Floats, exponential: bool
) -> Floats:
    """Return the log-probability of each list under each member of a population, (n_points, n_lists).

    ``strength`` is (n_points, 3): phi_s, phi_d and tau.
    """
    n_points, (n_lists, n) = numbers.shape[0], position.shape
    log_p = np.zeros((n_points, n_lists))
    phi, log_phi = np.empty(n), np.empty(n)
    support, barred, weight = np.empty(n), np.empty(n), np.empty(n)
    for point in range(n_points):
        theory, tau = member(numbers[point], exponential, False, False), strength[point, 2]
        for i in range(n):
            phi[i] = strength[point, 0] * math.exp(-strength[point, 1] * i) + 1.0
            log_phi[i] = math.log(phi[i])
        for row in range(n_lists):
            if row == 0 or (distractor[row] != distractor[row - 1]).any():
                first_overlap, first_state, to_overlap, retrieved = closed_form_memory(distractor[row], theory)
            overlap, state = first_overlap.copy(), first_state.copy()
            barred[:] = 0.0
            total, inverse = 0.0, 1.0
            for k in range(n + 1):
                if k == n or position[row, k] == 0:
                    total += math.log(stop[point, k]) if ended[row] else 0.0
                    break
                item = position[row, k] - 1
                _weigh(overlap, phi, log_phi, tau, exponential, support)
                one = inverse_probability(support, barred, item, exponential, theory.sensitivity)
                if one > TRUSTED:
                    total += choice_log_probability(support, barred, item, exponential, theory.sensitivity, weight)
                else:
                    inverse *= one
                inverse /= 1.0 - stop[point, k]
                if inverse > TRUSTED:
                    total -= math.log(inverse)
                    inverse = 1.0
                barred[item] = -np.inf
                _restore(to_overlap, retrieved, overlap, state, item, theory.beta_rec)
            log_p[point, row] = total - math.log(inverse)
    return log_p
