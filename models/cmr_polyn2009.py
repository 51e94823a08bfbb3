"""CMR as published in 2009: temporal, source and semantic structure in one context, with a race of accumulators."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar, NamedTuple

import numpy as np

from memlab.core.compiled import compiled
from memlab.core.errors import DataError
from memlab.core.model import Model
from memlab.core.parameters import Parameter, Values
from memlab.core.recall import Floats, Ints, Recalls, StudyLists
from memlab.core.sequences import Sequences
from memlab.models.accumulator import STEP_SECONDS, RaceTerms, race, race_parameters, race_terms, steps_allowed
from memlab.models.context import BETA_DISTRACT, distract, drift
from memlab.models.context_lesions import LESIONS, SYNDROMES, lists_at_test
from memlab.models.particle_filter import by_list, normalise
from memlab.models.race_likelihood import Cues, new_runners, race_for
from memlab.models.retrieved_context import refuse_repeated_items

__all__ = ["SourceContextMaintenanceRetrieval"]

_TABLE_1 = (
    "Polyn, Norman & Kahana (2009), Table 1, full model; remembered, not seen on the page, corroborated by simulation"
)
_PARAMETERS = (
    Parameter("beta_enc", 0.776, 0.0, 1.0, "drift of temporal context at study", source=_TABLE_1),
    Parameter("beta_rec", 0.510, 0.0, 1.0, "drift of temporal context at recall", source=_TABLE_1),
    Parameter("beta_source", 0.588, 0.0, 1.0, "drift of source context, at study and at recall", source=_TABLE_1),
    Parameter("d", 0.767, 0.0, 1.0, "drift of temporal context where the source changes", source=_TABLE_1),
    Parameter("l_sw", 0.129, 0.0, 10.0, "strength of learning from source context to items", source=_TABLE_1),
    Parameter(
        "gamma_fc", 0.898, 0.0, 1.0, "share of the study context in what an item retrieves (the rest is its own unit)",
        source=_TABLE_1,
    ),
    Parameter("s", 2.78, 0.0, 20.0, "scale of semantic similarity, where the pool has any", source=_TABLE_1),
    Parameter("phi_s", 1.07, 0.0, 100.0, "primacy: extra learning at the first item", source=_TABLE_1),
    Parameter("phi_d", 0.981, 0.0, 100.0, "primacy: how fast the extra learning decays over items", source=_TABLE_1),
    *race_parameters((0.111, 0.338, 0.159, 0.174), _TABLE_1),
    BETA_DISTRACT,
)  # fmt: skip


class _Theory(NamedTuple):
    """The parameters by their names in `_PARAMETERS`, less those of the race, and what a lesion has left of M^CF."""

    beta_enc: float
    beta_rec: float
    beta_source: float
    d: float
    l_sw: float
    gamma_fc: float
    s: float
    phi_s: float
    phi_d: float
    beta_distract: float
    context_to_item: float


class _Memory(NamedTuple):
    """A list as studied. Temporal units: 0 the start, N items, N + 1 of distraction, N of switches of source.

    Attributes
    ----------
    temporal, source : (n_units,), (n_sources + 1,)
        The two parts of context at test, each of length 1.
    to_items : (n_units, n_items), (n_sources + 1, n_items)
        M^CF: support of each item by a unit of temporal and of source context.
    retrieved : (n_items, n_units), (n_items, n_sources + 1)
        What each item retrieves into temporal and into source context, each of length 1.
    """

    temporal: Floats
    source: Floats
    temporal_to_items: Floats
    source_to_items: Floats
    retrieved_temporal: Floats
    retrieved_source: Floats


@compiled
def _study(seconds: Floats, sources: Ints, n_sources: int, similarity: Floats, theory: _Theory) -> _Memory:
    """Study one list.

    Parameters
    ----------
    seconds : (n_items + 1,), s
        Distraction before each item and before the test.
    sources : (n_items,)
        In 0 .. n_sources - 1.
    similarity : (n_items, n_items), or (0, 0)
        Semantic similarity, diagonal 0; (0, 0) where there is none.
    """
    n = sources.size
    own, place = np.eye(3 * n + 2), np.eye(n_sources + 1)  # the last unit of the source region: before the list
    temporal, source = own[0].copy(), place[n_sources].copy()
    to_items, source_to_items = np.zeros((3 * n + 2, n)), np.zeros((n_sources + 1, n))
    retrieved, retrieved_source = np.zeros((n, 3 * n + 2)), np.zeros((n, n_sources + 1))
    if similarity.size:
        to_items[1 : n + 1] = theory.s * similarity
    for i in range(n):
        distract(temporal, n + 1 + i, seconds[i], theory.beta_distract)
        if i > 0 and sources[i] != sources[i - 1]:
            drift(temporal, own[2 * n + 1 + i], theory.d)
        drift(temporal, own[1 + i], theory.beta_enc)
        drift(source, place[sources[i]], theory.beta_source)
        phi = theory.context_to_item * (theory.phi_s * math.exp(-theory.phi_d * i) + 1.0)
        to_items[:, i] += phi * temporal
        source_to_items[:, i] = theory.l_sw * phi * source
        brought = (1.0 - theory.gamma_fc) * own[1 + i] + theory.gamma_fc * temporal
        retrieved[i] = brought / math.sqrt((brought**2).sum())
        retrieved_source[i] = source
    distract(temporal, 2 * n + 1, seconds[n], theory.beta_distract)
    return _Memory(temporal, source, to_items, source_to_items, retrieved, retrieved_source)


@compiled
def _among(similarity: Floats, items: Ints) -> Floats:
    """Return the similarities among the items of a list, diagonal 0, (n_items, n_items)."""
    among = np.zeros((items.size, items.size))
    for i in range(items.size):
        for j in range(items.size):
            if i != j:
                among[i, j] = similarity[items[i], items[j]]
    return among


@compiled
def _support(memory: _Memory, temporal: Floats, source: Floats, support: Floats) -> None:
    """Fill in the support of each item by both parts of context."""
    support[:] = 0.0
    for unit in range(temporal.size):
        if temporal[unit] != 0.0:  # most units of distraction and of switches were never used
            for i in range(support.size):
                support[i] += temporal[unit] * memory.temporal_to_items[unit, i]
    for unit in range(source.size):
        for i in range(support.size):
            support[i] += source[unit] * memory.source_to_items[unit, i]


@compiled
def _recall(
    memory: _Memory,
    theory: _Theory,
    terms: RaceTerms,
    steps: int,
    position: Ints,
    time: Floats,
    rng: np.random.Generator,
) -> None:
    """Recall one list into ``position`` and ``time``, (n_items,)."""
    n = position.size
    kappa, inhibition, noise, step = terms
    temporal, source = memory.temporal.copy(), memory.source.copy()
    support, x, recalled = np.empty(n), np.empty(n), np.zeros(n, dtype=np.bool_)
    elapsed = 0
    for k in range(n):
        _support(memory, temporal, source, support)
        item, taken = race(support, recalled, x, kappa, inhibition, noise, step, steps - elapsed, rng)
        if item < 0:
            return
        elapsed += taken
        position[k], time[k] = item + 1, elapsed * STEP_SECONDS
        recalled[item] = True
        _bring_back(memory, theory, temporal, source, item)


@compiled
def _bring_back(memory: _Memory, theory: _Theory, temporal: Floats, source: Floats, item: int) -> None:
    """Let both parts of context drift toward what a recalled item retrieves, in place."""
    drift(temporal, memory.retrieved_temporal[item], theory.beta_rec)
    if theory.gamma_fc > 0.0:  # items have no source of their own before the list
        drift(source, memory.retrieved_source[item], theory.beta_source)


@compiled
def _simulate(
    distractor: Floats,
    sources: Ints,
    items: Ints,
    similarity: Floats,
    theory: _Theory,
    terms: RaceTerms,
    steps: int,
    rng: np.random.Generator,
) -> tuple[Ints, Floats]:
    """Study and recall every list. Return positions and seconds, (n_lists, n_items)."""
    n_lists, n = items.shape
    n_sources = sources.max() + 1 if n_lists else 1
    position = np.zeros((n_lists, n), dtype=np.int64)
    time = np.full((n_lists, n), np.nan)
    among = np.empty((0, 0))
    for row in range(n_lists):
        if similarity.size:
            among = _among(similarity, items[row])
        again = row > 0 and not similarity.size and (sources[row] == sources[row - 1]).all()
        if not (again and (distractor[row] == distractor[row - 1]).all()):
            memory = _study(distractor[row], sources[row], n_sources, among, theory)
        _recall(memory, theory, terms, steps, position[row], time[row], rng)
    return position, time


@compiled
def _batch_estimates(
    observed: Ints,
    ended: bool,
    distractor: Floats,
    sources: Ints,
    n_sources: int,
    similarity: Floats,
    theory: _Theory,
    terms: RaceTerms,
    steps: int,
    rng: np.random.Generator,
    n_particles: int,
    estimates: Floats,
) -> None:
    """Fill in the log of each batch's estimate for one list; see `memlab.models.race_likelihood`.

    Context after observed recalls is certain: only the races are random.

    Parameters
    ----------
    observed : (n_recalls,) int
        0-based items in the order of recall, each once.
    ended
        Whether the record shows that nothing more was recalled.
    """
    memory = _study(distractor, sources, n_sources, similarity, theory)
    n, m = sources.size, observed.size
    support, nothing, recalled = np.empty(n), np.empty((0, 0)), np.empty(n, dtype=np.bool_)
    cues = Cues(nothing, nothing, 0.0)
    for batch in range(estimates.size):
        temporal, source, log_z = memory.temporal.copy(), memory.source.copy(), 0.0
        runners = new_runners(n_particles, support, support)
        recalled[:] = False
        for k in range(m + (ended and m < n)):
            _support(memory, temporal, source, support)
            for p in range(n_particles):
                for i in range(n):
                    runners.support[p, i] = support[i]
            target = observed[k] if k < m else -1
            log_z += race_for(target, runners, recalled, False, terms, cues, steps, rng)
            if k < m:
                recalled[target] = True
                _bring_back(memory, theory, temporal, source, target)
        estimates[batch] = log_z + normalise(runners.log_weight, runners.weight)[0]


@dataclass(frozen=True)
class SourceContextMaintenanceRetrieval(Model):
    """Context has a temporal and a source part; both cue the items, which race, and each winner brings both back.

    Study of item i. Where its source differs from that of the item before, temporal context first drifts toward
    something new (d). Temporal context drifts toward the item's own unit (beta_enc), source context toward the unit of
    its source (beta_source); each part keeps length 1 by itself. The item learns both parts (share gamma_fc), and both
    learn the item: temporal context with strength phi_i = phi_s exp(-phi_d (i - 1)) + 1, source context with l_sw
    phi_i. Before the list the unit of item j supports item i with s times their similarity (0 for i = j).

    Test. The support of the items by both parts drives `memlab.models.accumulator.race`; items recalled already are
    set back to `HELD_AT` when they would cross. The winner brings back temporal context (beta_rec) and source context
    (beta_source). Recall ends with `StudyLists.recall_seconds`, or after
    `memlab.models.accumulator.DEFAULT_RECALL_SECONDS` where there is no limit. No reinstatement of the start of the
    list, no stop rule; the race is hidden, so that a likelihood can only be estimated.

    The sources are `StudyLists.source`; without them all items have one. The similarities are those of
    `StudyLists.pool`; without them there is no semantic support.

    Notes
    -----
    Where we had to decide, because the paper could not be read: before the list both parts are a unit of their own;
    source features retrieve only their own unit (they learn nothing); a recalled item retrieves source context through
    what it learned. Distraction with beta_distract is ours, see `memlab.models.context.kept_over`; it leaves source
    context alone.

    References
    ----------
    Polyn, Norman & Kahana (2009), Psychol. Rev. 116, 129-156.

    Examples
    --------
    >>> study = StudyLists.simple(1, 3, recall_seconds=0.0)
    >>> SourceContextMaintenanceRetrieval().simulate(study, None, np.random.default_rng(1)).position
    array([[0, 0, 0]])
    """

    name: ClassVar[str] = "cmr.polyn2009"
    title: ClassVar[str] = "CMR of 2009: temporal, source and semantic context with competing accumulators"
    citation: ClassVar[str] = "Polyn, Norman & Kahana (2009), Psychol. Rev. 116, 129-156"
    lesions: ClassVar[Mapping[str, str]] = LESIONS
    syndromes: ClassVar[Mapping[str, str]] = SYNDROMES

    @property
    def parameters(self) -> tuple[Parameter, ...]:
        """The table."""
        return _PARAMETERS

    def simulate(self, study: StudyLists, values: Values | None, rng: np.random.Generator) -> Recalls:
        """Return one simulated recall of each list; see `RecallModel.simulate`.

        Raises
        ------
        NotSupported
            An item is presented more than once in a list.
        DataError
            The pool's similarities do not cover the items.
        """
        refuse_repeated_items(self.name, study)
        v = self.resolve(values)
        theory = self._theory(v)
        return Recalls(
            *_simulate(
                lists_at_test(self, study).distractor,
                _sources(study),
                study.items,
                _similarity(study),
                theory,
                race_terms(v),
                steps_allowed(study),
                rng,
            )
        )

    def estimate_log_likelihood(
        self, sequences: Sequences, values: Values | None, rng: np.random.Generator, n_particles: int
    ) -> tuple[Floats, Floats]:
        """Return each list's log-probability and its Monte-Carlo variance; see `memlab.models.race_likelihood`.

        The estimate of the probability is unbiased; its log is too low by about half the variance. The times of the
        recalls are not looked at: only their order, and that there were no more within the recall period.

        Raises
        ------
        NotSupported
            An item is presented more than once in a list.
        DataError
            The pool's similarities do not cover the items.
        UsageError
            Fewer particles than batches.
        """
        study = sequences.study
        refuse_repeated_items(self.name, study)
        v = self.resolve(values)
        theory, terms, steps = self._theory(v), race_terms(v), steps_allowed(study)
        sources, distractor, similarity = _sources(study), lists_at_test(self, study).distractor, _similarity(study)
        n_sources = int(sources.max(initial=0)) + 1

        def one(row: int, observed: Ints, stream: np.random.Generator, size: int, batches: Floats) -> bool:
            among = _among(similarity, study.items[row]) if similarity.size else similarity
            _batch_estimates(
                observed, bool(sequences.ended[row]), distractor[row], sources[row], n_sources, among, theory, terms,
                steps, stream, size, batches,
            )  # fmt: skip
            return False

        return by_list(sequences, rng, n_particles, one)

    def _theory(self, v: dict[str, float]) -> _Theory:
        left = {name: self.amount(name, 1.0) for name in ("context_to_item", "item_to_context", "primacy")}
        numbers = {**v, "context_to_item": left["context_to_item"]}
        numbers["gamma_fc"] *= left["item_to_context"]
        numbers["phi_s"] *= left["primacy"]
        return _Theory(**{name: numbers[name] for name in _Theory._fields})


def _sources(study: StudyLists) -> Ints:
    """Return the source of each item, (n_lists, n_items); all 0 where there is only one."""
    return np.zeros_like(study.items) if study.source is None else study.source


def _similarity(study: StudyLists) -> Floats:
    """Return the similarities of the pool, (n_pool, n_pool); (0, 0) where there are none."""
    if study.pool is None or study.pool.similarity is None:
        return np.empty((0, 0))
    similarity = np.ascontiguousarray(study.pool.similarity, dtype=np.float64)
    needed = int(study.items.max(initial=-1)) + 1
    if similarity.ndim != 2 or min(similarity.shape) < needed:
        raise DataError(
            f"cmr.polyn2009: the pool's similarity has shape {similarity.shape}; the items need ({needed}, {needed}) "
            "or more. Give a similarity for every pair of items, or none at all."
        )
    return similarity
