"""Search of associative memory, SAM (Raaijmakers & Shiffrin 1980, 1981): a rehearsal buffer, then a cued search.

In the order of the theory: rehearsal, strengths, the buffer's output, the search.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from memlab.core.compiled import compiled
from memlab.core.model import Model
from memlab.core.parameters import Parameter, Values
from memlab.core.recall import STOP, Floats, Ints, Recalls, StudyLists
from memlab.core.sequences import Sequences
from memlab.models.particle_filter import by_list
from memlab.models.rehearsal_buffer import (
    CLEAR_SECONDS,
    LOSE_BUFFER,
    SYNDROMES,
    lists_at_test,
    lose_to_distraction,
    output_buffer,
    study_seconds,
)

__all__ = ["SearchOfAssociativeMemory", "Theory", "cumulate", "rehearse", "sample", "search", "set_strengths"]

CONTEXT_ONLY = -1
"""The cue when no word is among the cues."""

NOTHING = -1
"""What is sampled when no image has any strength to the cues."""

PUBLIC_DEFAULT = "default of two public re-implementations that cite the papers; the fitted values were not found"
ILLUSTRATIVE_SET = f"{PUBLIC_DEFAULT}; .08 is in use too"


class Theory(NamedTuple):
    """The numbers and rules of SAM; the symbols are those of the paper."""

    r: int
    a: float
    b: float
    c: float
    d: float
    e: float
    f: float
    g: float
    k_max: int
    l_max: int
    clear_seconds: float
    shared: bool
    failed_cue_memory: bool


@compiled
def rehearse(
    seconds: Floats, distraction: Floats, theory: Theory, rng: np.random.Generator, together: Floats, buffer: Ints
) -> int:
    """Study a list: each item enters the buffer; if that is full, one of the r items, drawn at random, leaves.

    Parameters
    ----------
    seconds : (n_items,), s
        Study time of each item.
    distraction : (n_items + 1,), s
        Before each item and before the test.
    together : (n_items, n_items), s
        Filled with the rehearsal that each pair got while both were in the buffer; diagonal: each item's own, t_i.
    buffer : (r,) int
        Filled with what is in the buffer at the test, 0-based, in no particular order.

    Returns
    -------
    int
        How many items are in the buffer at the test.
    """
    together[:] = 0.0
    n_buffered = 0
    for item in range(seconds.size):
        n_buffered = lose_to_distraction(buffer, n_buffered, distraction[item], theory.clear_seconds, rng)
        slot = n_buffered if n_buffered < theory.r else int(rng.random() * theory.r)
        n_buffered = min(n_buffered + 1, theory.r)
        buffer[slot] = item
        credit = seconds[item] / n_buffered if theory.shared else seconds[item]
        for i in buffer[:n_buffered]:
            for j in buffer[:n_buffered]:
                together[i, j] += credit
    return lose_to_distraction(buffer, n_buffered, distraction[-1], theory.clear_seconds, rng)


@compiled
def set_strengths(together: Floats, theory: Theory, to_context: Floats) -> None:
    """Turn rehearsal into strengths: C_i = a t_i; in place, W_ij = b t_ij (d if never together) and W_ii = c t_i."""
    for i in range(to_context.size):
        own = together[i, i]
        to_context[i] = theory.a * own
        for j in range(to_context.size):
            together[i, j] = theory.b * together[i, j] if together[i, j] > 0.0 else theory.d
        together[i, i] = theory.c * own


@compiled
def cumulate(to_context: Floats, to_words: Floats, cue: int, cumulative: Floats) -> None:
    """Fill in the running sum of the sampling strengths: C_i, or C_i W_ki with word k among the cues.

    The share of an item in the last entry is its probability of being sampled, P_S(i); recalled items compete.
    """
    total = 0.0
    for i in range(to_context.size):
        total += to_context[i] if cue == CONTEXT_ONLY else to_context[i] * to_words[cue, i]
        cumulative[i] = total


@compiled
def sample(cumulative: Floats, rng: np.random.Generator) -> int:
    """Draw an image in proportion to its strength, or `NOTHING` if all strengths are 0."""
    drawn = rng.random() * cumulative[-1]
    for i in range(cumulative.size):
        if drawn < cumulative[i]:
            return i
    return NOTHING


@compiled
def search(
    to_context: Floats,
    to_words: Floats,
    theory: Theory,
    rng: np.random.Generator,
    recalled: NDArray[np.bool_],
    position: Ints,
    n_recalled: int,
) -> None:
    """Search long-term store with context, and context with the word just recovered, until K_max probes have failed.

    Parameters
    ----------
    to_context : (n_items,)
        C; incremented in place by e.
    to_words : (n_items, n_items)
        W, row = cue; incremented in place by f and g.
    recalled : (n_items,) bool
        What was recalled before the search; updated.
    position : (n_outputs,) int
        The list's recalls; filled in, 1-based, from output ``n_recalled`` on.
    """
    n_items = to_context.size
    cumulative = np.empty(n_items)
    failed_context = np.zeros(n_items, dtype=np.bool_)
    failed_word = np.zeros(n_items, dtype=np.bool_)  # with the word cue of now: a dropped one never comes back
    cue, failures, word_failures = CONTEXT_ONLY, 0, 0
    cumulate(to_context, to_words, cue, cumulative)
    while failures < theory.k_max and n_recalled < n_items:
        i = sample(cumulative, rng)
        if i != NOTHING and not recalled[i]:
            strength = 0.0 if failed_context[i] else to_context[i]
            if cue != CONTEXT_ONLY and not failed_word[i]:
                strength += to_words[cue, i]
            if rng.random() < 1.0 - math.exp(-strength):  # recovered
                recalled[i] = True
                position[n_recalled] = i + 1
                n_recalled += 1
                _increment(to_context, to_words, cue, i, theory)
                cue, word_failures = i if theory.l_max > 0 else CONTEXT_ONLY, 0
                failed_word[:] = False
                cumulate(to_context, to_words, cue, cumulative)
                continue
            if theory.failed_cue_memory:
                failed_context[i] = True
                failed_word[i] = cue != CONTEXT_ONLY
        failures += 1
        word_failures += cue != CONTEXT_ONLY
        if cue != CONTEXT_ONLY and word_failures == theory.l_max:
            cue = CONTEXT_ONLY
            cumulate(to_context, to_words, cue, cumulative)


@compiled
def _increment(to_context: Floats, to_words: Floats, cue: int, i: int, theory: Theory) -> None:
    """Strengthen a recovered item: C_i by e, W_ki and W_ik by f, W_ii by g, in place."""
    to_context[i] += theory.e
    to_words[i, i] += theory.g
    if cue != CONTEXT_ONLY:
        to_words[cue, i] += theory.f
        to_words[i, cue] += theory.f


@compiled
def _simulate(seconds: Floats, distraction: Floats, theory: Theory, rng: np.random.Generator) -> Ints:
    """Return the recalls of each list, (n_lists, n_items), 1-based, 0 after the last."""
    n_lists, n_items = seconds.shape
    position = np.full((n_lists, n_items), STOP, dtype=np.int64)
    buffer = np.empty(theory.r, dtype=np.int64)
    recalled = np.empty(n_items, dtype=np.bool_)
    to_context = np.empty(n_items)
    to_words = np.empty((n_items, n_items))
    for row in range(n_lists):
        recalled[:] = False
        n_buffered = rehearse(seconds[row], distraction[row], theory, rng, to_words, buffer)
        set_strengths(to_words, theory, to_context)
        output_buffer(buffer, n_buffered, position[row], recalled, rng)
        search(to_context, to_words, theory, rng, recalled, position[row], n_buffered)
    return position


@dataclass(frozen=True)
class SearchOfAssociativeMemory(Model):
    """SAM for free recall.

    At the test the buffer is emptied first, in random order, and neither its items nor their order count as recoveries:
    they are not incremented, and the search starts with context alone. Filled time empties the buffer, before the
    test (1981) and, by the same rule, before an item, where the papers are silent (see ``clear_seconds``).

    Increments change no recovery within a list: a recovered item is never recovered again, and the strengths to items
    not yet recovered stay as they were. So it does not matter here whether recovery uses the strengths before them
    (1981); they act through sampling alone, as output interference.

    If the cues have no strength to any image, the probe is a failure like any other. Rechecking (1981: each recalled
    word is a cue once more before the search ends) is left out: its exact rule was not at hand. Recalls have no times.

    Attributes
    ----------
    credit : {"full", "shared"}
        Whether each item in the buffer is credited with all of the time, or the time is divided among them. The papers
        leave it open as far as we could see; full credit is nearer to people with the usual parameters.
    failed_cue_memory : bool
        An image once sampled but not recovered fails again with the same cues; with one new cue only that cue's
        strength counts in its recovery.

    References
    ----------
    Raaijmakers & Shiffrin (1980), in Bower (ed.), The Psychology of Learning and Motivation 14, 207-262.
    Raaijmakers & Shiffrin (1981), Psychol. Rev. 88, 93-134.
    """

    credit: Literal["full", "shared"] = "full"
    failed_cue_memory: bool = True

    name: ClassVar[str] = "sam.rs1981"
    title: ClassVar[str] = "SAM: rehearsal buffer and search of associative memory"
    citation: ClassVar[str] = "Raaijmakers & Shiffrin (1981), Psychol. Rev. 88, 93-134."
    lesions: ClassVar[Mapping[str, str]] = {
        **LOSE_BUFFER,
        "long_term_store": "a, b and c are multiplied by the share that is left [0]; at 0 nothing is recovered and "
        "recall is the buffer alone",
    }
    syndromes: ClassVar[Mapping[str, str]] = SYNDROMES

    @property
    def parameters(self) -> tuple[Parameter, ...]:
        """The table: buffer, strengths, increments, stopping."""
        return (
            Parameter("r", 4, 1, 20, "capacity of the buffer", "items", PUBLIC_DEFAULT, integer=True),
            Parameter("a", 0.1, 0.0, 2.0, "strength to context gained in the buffer", "1/s", ILLUSTRATIVE_SET),
            Parameter("b", 0.1, 0.0, 2.0, "strength between two items gained in the buffer", "1/s", ILLUSTRATIVE_SET),
            Parameter("c", 0.1, 0.0, 2.0, "strength to itself gained in the buffer", "1/s", ILLUSTRATIVE_SET),
            Parameter("d", 0.02, 0.0, 1.0, "residual strength of two items never together", source=PUBLIC_DEFAULT),
            Parameter("e", 0.7, 0.0, 5.0, "increment of the strength to context, a recovery", source=PUBLIC_DEFAULT),
            Parameter("f", 0.7, 0.0, 5.0, "increment between the word cue and what it recovers", source=PUBLIC_DEFAULT),
            Parameter("g", 0.7, 0.0, 5.0, "increment of the strength to itself, a recovery", source=PUBLIC_DEFAULT),
            Parameter("K_max", 30, 0, 300, "failures that end the search", source=PUBLIC_DEFAULT, integer=True),
            Parameter(
                "L_max", 3, 0, 50, "failures in a row that end a word's use as a cue; 0: words are never cues",
                source=PUBLIC_DEFAULT, integer=True,
            ),
            CLEAR_SECONDS,
        )  # fmt: skip

    def theory(self, values: Values | None = None) -> Theory:
        """Return the checked numbers and rules, as the kernels take them."""
        p: dict[str, Any] = self.resolve(values)
        for strength in ("a", "b", "c"):
            p[strength] *= self.amount("long_term_store", 1.0)
        p["r"] = min(p["r"], self.amount("capacity", p["r"]))
        counts = {"r": int(p.pop("r")), "k_max": int(p.pop("K_max")), "l_max": int(p.pop("L_max"))}
        return Theory(**counts, **p, shared=self.credit == "shared", failed_cue_memory=self.failed_cue_memory)

    def simulate(self, study: StudyLists, values: Values | None, rng: np.random.Generator) -> Recalls:
        """Return one simulated recall of each list; see `RecallModel.simulate`."""
        theory = self.theory(values)
        distractor = lists_at_test(self, study, theory.clear_seconds).distractor
        return Recalls(_simulate(study_seconds(study), distractor, theory, rng))

    def estimate_log_likelihood(
        self, sequences: Sequences, values: Values | None, rng: np.random.Generator, n_particles: int
    ) -> tuple[Floats, Floats]:
        """Return the log-probability of each list and its Monte-Carlo variance; see `memlab.models.sam_likelihood`.

        The estimate of the probability is unbiased; its log is too low by about half the variance. A list that ends
        with items in the buffer, or that does not begin with what the buffer must hold, has probability 0.

        Raises
        ------
        UsageError
            Fewer particles than batches.
        """
        from memlab.models.sam_likelihood import batch_estimates

        theory, study = self.theory(values), sequences.study
        seconds, distractor = study_seconds(study), lists_at_test(self, study, theory.clear_seconds).distractor

        def one(row: int, observed: Ints, stream: np.random.Generator, size: int, batches: Floats) -> bool:
            ended = bool(sequences.ended[row])
            return batch_estimates(observed, ended, seconds[row], distractor[row], theory, stream, size, batches)

        return by_list(sequences, rng, n_particles, one)
