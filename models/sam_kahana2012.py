"""SAM in the textbook's form (Kahana 1996; Kahana 2012, chapter 7): directed associations, counters that reset.

A model of its own beside `sam.rs1981`: no residual strength, no increments, no memory of failed cues, but a
displacement that may favour the oldest item, forward associations stronger than backward ones, and two counters that
each success sets back to 0.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from memlab.core.compiled import compiled
from memlab.core.errors import NotSupported
from memlab.core.model import Model
from memlab.core.parameters import Parameter, Values
from memlab.core.recall import STOP, Floats, Ints, Recalls, StudyLists
from memlab.core.sequences import Sequences
from memlab.core.similarity import similarity_of
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
from memlab.models.sam import CONTEXT_ONLY, NOTHING, sample
from memlab.models.sam_semantics import MEANING, NO_MEANING, among, as_recalls, searched_items, widen

__all__ = ["TextbookSearchOfAssociativeMemory", "Theory", "cumulate", "displaced", "rehearse", "sample", "search"]

ILLUSTRATIVE = "illustrative, not published"


class Theory(NamedTuple):
    """The numbers and rules of the textbook's SAM."""

    r: int
    q: float
    a_forward: float
    a_backward: float
    w_c: float
    w_e: float
    m1_max: int
    m2_max: int
    clear_seconds: float
    keep_cue: bool
    w_s: float
    d: float
    extra: float


@compiled
def displaced(q: float, r: int, rng: np.random.Generator) -> int:
    """Draw which item a full buffer drops, counted from the oldest (0).

    P(rank j) = q (1 - q)^(j - 1) / (1 - (1 - q)^r), j = 1 the oldest. As q goes to 0 each is equally likely; with q = 1
    it is always the oldest.
    """
    drawn = rng.random()
    if q == 0.0:
        return int(drawn * r)
    reached, share, all_ranks = 0.0, q, 1.0 - (1.0 - q) ** r
    for rank in range(r - 1):
        reached += share
        if drawn * all_ranks < reached:
            return rank
        share *= 1.0 - q
    return r - 1


@compiled
def rehearse(
    amount: Floats,
    distraction: Floats,
    theory: Theory,
    rng: np.random.Generator,
    to_context: Floats,
    to_words: Floats,
    buffer: Ints,
) -> int:
    """Study a list: at each step every pair in the buffer is associated, and every item in it with context.

    Parameters
    ----------
    amount : (n_items,)
        How often the strengths grow with each item: 1, or its seconds.
    distraction : (n_items + 1,), s
        Before each item and before the test.
    to_context : (n_items,)
        Filled with S(i, context), which grows by a_forward.
    to_words : (n_items, n_items)
        Filled with S, row = cue: S(i, j) grows by a_forward if i entered before j, by a_backward otherwise.
    buffer : (r,) int
        Filled with what is in the buffer at the test, 0-based, the oldest first.

    Returns
    -------
    int
        How many items are in the buffer at the test.
    """
    to_context[:] = 0.0
    to_words[:] = 0.0
    n_buffered = 0
    for item in range(amount.size):
        n_buffered = lose_to_distraction(buffer, n_buffered, distraction[item], theory.clear_seconds, rng)
        if n_buffered == theory.r:
            rank = displaced(theory.q, theory.r, rng)
            buffer[rank : theory.r - 1] = buffer[rank + 1 : theory.r].copy()
            n_buffered -= 1
        buffer[n_buffered] = item
        n_buffered += 1
        for slot in range(n_buffered):
            to_context[buffer[slot]] += theory.a_forward * amount[item]
            for younger in range(slot + 1, n_buffered):
                to_words[buffer[slot], buffer[younger]] += theory.a_forward * amount[item]
                to_words[buffer[younger], buffer[slot]] += theory.a_backward * amount[item]
    return lose_to_distraction(buffer, n_buffered, distraction[-1], theory.clear_seconds, rng)


@compiled
def cumulate(
    by_context: Floats, to_words: Floats, cue: int, w_e: float, recalled: NDArray[np.bool_], cumulative: Floats
) -> None:  # fmt: skip
    """Fill in the running sum of the sampling weights: S(i, context)^W_c, times S(k, i)^W_e with word k as a cue.

    To draw again whenever a recalled item is drawn is to draw among the others.

    Parameters
    ----------
    by_context : (n_items,)
        S(i, context)^W_c.
    """
    total = 0.0
    for i in range(by_context.size):
        if not recalled[i]:
            if cue == CONTEXT_ONLY:
                total += by_context[i]
            elif to_words[cue, i] > 0.0 or w_e == 0.0:  # most are 0: no need to raise them to a power
                total += by_context[i] * to_words[cue, i] ** w_e
        cumulative[i] = total


@compiled
def search(
    to_context: Floats,
    to_words: Floats,
    theory: Theory,
    rng: np.random.Generator,
    recalled: NDArray[np.bool_],
    position: Ints,
    n_recalled: int,
    meaning: Floats,
) -> None:
    """Search long-term store until one of the two counters exceeds its maximum, or nothing is left to sample.

    Parameters
    ----------
    to_context, to_words
        The strengths; see `rehearse`.
    recalled : (n_items,) bool
        What was recalled before the search; updated.
    position : (n_outputs,) int
        The list's recalls; filled in, 1-based, from output ``n_recalled`` on.
    meaning : (n_items, n_items), or (0, 0)
        S_s, row = cue; (0, 0) where meaning plays no part.
    """
    by_context = to_context**theory.w_c
    by_both = by_context.copy()
    cumulative = np.empty(to_context.size)
    cue, m1, m2 = CONTEXT_ONLY, 0, 0
    cumulate(by_context, to_words, cue, theory.w_e, recalled, cumulative)
    while m1 <= theory.m1_max and m2 <= theory.m2_max:
        i = sample(cumulative, rng)
        if i == NOTHING and cue == CONTEXT_ONLY:
            return
        strength = 0.0
        if i != NOTHING:
            strength = theory.w_c * to_context[i]
            if cue != CONTEXT_ONLY:
                strength += theory.w_e * to_words[cue, i]
                if meaning.size > 0:
                    strength += theory.w_s * meaning[cue, i]
        if i != NOTHING and rng.random() < 1.0 - math.exp(-strength):  # recovered
            recalled[i] = True
            position[n_recalled] = i + 1
            n_recalled += 1
            cue, m1, m2 = i, 0, 0
            if meaning.size > 0:
                for j in range(by_both.size):
                    by_both[j] = by_context[j] * meaning[cue, j] ** theory.w_s
            cumulate(by_both, to_words, cue, theory.w_e, recalled, cumulative)
            continue
        m1 += i != NOTHING and cue == CONTEXT_ONLY
        m2 += i != NOTHING and cue != CONTEXT_ONLY
        if cue != CONTEXT_ONLY and (i == NOTHING or not theory.keep_cue):
            cue = CONTEXT_ONLY
            cumulate(by_context, to_words, cue, theory.w_e, recalled, cumulative)


@compiled
def _simulate(amount: Floats, distraction: Floats, theory: Theory, rng: np.random.Generator) -> Ints:
    """Return the recalls of each list, (n_lists, n_items), 1-based, 0 after the last."""
    n_lists, n_items = amount.shape
    position = np.full((n_lists, n_items), STOP, dtype=np.int64)
    buffer = np.empty(theory.r, dtype=np.int64)
    recalled = np.empty(n_items, dtype=np.bool_)
    to_context = np.empty(n_items)
    to_words, no_meaning = np.empty((n_items, n_items)), np.empty((0, 0))
    for row in range(n_lists):
        recalled[:] = False
        n_buffered = rehearse(amount[row], distraction[row], theory, rng, to_context, to_words, buffer)
        output_buffer(buffer, n_buffered, position[row], recalled, rng)
        search(to_context, to_words, theory, rng, recalled, position[row], n_buffered, no_meaning)
    return position


@compiled
def _recall_with_meaning(
    amount: Floats, distraction: Floats, theory: Theory, rng: np.random.Generator, meaning: Floats, position: Ints
) -> None:
    """Recall one list into ``position``, (n_searched,): 1-based places among all that is searched."""
    n, n_searched = amount.size, meaning.shape[0]
    buffer, recalled = np.empty(theory.r, dtype=np.int64), np.zeros(n_searched, dtype=np.bool_)
    to_context, to_words = np.empty(n), np.empty((n, n))
    all_context, all_words = np.empty(n_searched), np.empty((n_searched, n_searched))
    n_buffered = rehearse(amount, distraction, theory, rng, to_context, to_words, buffer)
    widen(to_context, to_words, theory.extra, theory.d, all_context, all_words)
    output_buffer(buffer, n_buffered, position, recalled, rng)
    search(all_context, all_words, theory, rng, recalled, position, n_buffered, meaning)


@dataclass(frozen=True)
class TextbookSearchOfAssociativeMemory(Model):
    """SAM as textbooks and courses write it.

    What the accounts leave open, and what is done here:

    - Displacement counts rank from the oldest item, so that q = 1 is first in, first out. The course text says "age",
      which read literally drops the youngest.
    - S(i, j) has the cue first. (The course's formula for sampling has it second, which would make backward
      associations the stronger ones.)
    - The buffer is emptied first, in uniformly random order; then the search starts with context alone. Filled time
      empties it as in `sam.rs1981`, by ``clear_seconds``.
    - A word cue without strength to anything left is dropped for context alone, and no counter moves. If context alone
      has no strength to anything left, the search ends.
    - "Exceeds": with a maximum of m, failure m + 1 ends the search.

    Recalls have no times.

    Meaning (``semantics``), after eSAM (Sirotin, Kimball & Kahana 2005), which could not be read. From memory, probably
    right: what word k means to word i, S_s(k, i), is a strength that was there before the list; it multiplies in
    sampling, with the exponent W_s, and adds W_s S_s(k, i) in recovery; and the search is not confined to the list.
    Ours: the residual d of two words never together (without it, meaning would count only between words that shared the
    buffer); the one strength to context of every word that was not on the list (at 0, the default, nothing but the list
    is recalled); similarities below 0 count as 0. Left out, because too little is known to us: context that drifts
    between lists, by which words of earlier lists would be favoured, and the criterion by which a recovered word is
    withheld.

    Attributes
    ----------
    semantics : bool
        Whether words cue words by what they mean. The lists need the similarity of their items
        (`memlab.core.similarity.with_similarity`). Adds the parameters W_s, d and extra_context.
    step : {"item", "second"}
        Whether strengths grow once an item (the course) or once a second of study. With "item", presentation rate has
        no effect.
    after_failure : {"context", "same_cue"}
        What follows a failure with a word cue: context alone (the course), or the same word until ``m2_max`` is
        exceeded. With "context" a failure that follows is one of context, and a success resets both counters, so
        m2 never passes 1: all values of ``m2_max`` from 1 on are the same model.

    References
    ----------
    Kahana (1996), Mem. Cognit. 24, 103-109.
    Kahana (2012), Foundations of Human Memory, chapter 7.
    Sirotin, Kimball & Kahana (2005), Psychon. Bull. Rev. 12, 787-805.
    The equations are those of assignment 2 of the course "Memory models" (ContextLab); no value is published.
    """

    step: Literal["item", "second"] = "item"
    after_failure: Literal["context", "same_cue"] = "context"
    semantics: bool = False

    name: ClassVar[str] = "sam.kahana2012"
    title: ClassVar[str] = "SAM, textbook version: forward and backward associations"
    citation: ClassVar[str] = (
        "Kahana (2012), Foundations of Human Memory, ch. 7; Kahana (1996), Mem. Cognit. 24, 103-109."
    )
    lesions: ClassVar[Mapping[str, str]] = {
        **LOSE_BUFFER,
        "long_term_store": "a_forward and a_backward are multiplied by the share that is left [0]; at 0 nothing is "
        "recovered and recall is the buffer alone",
    }
    syndromes: ClassVar[Mapping[str, str]] = SYNDROMES

    @property
    def parameters(self) -> tuple[Parameter, ...]:
        """The table: buffer, associations, cue weights, stopping."""
        unit = "1/item" if self.step == "item" else "1/s"
        return (
            Parameter("r", 4, 1, 20, "capacity of the buffer", "items", ILLUSTRATIVE, integer=True),
            Parameter(
                "q", 0.1, 0.0, 1.0, "preference for the oldest item in displacement; 0 random, 1 first in, first out",
                source=ILLUSTRATIVE,
            ),
            Parameter("a_forward", 0.07, 0.0, 5.0, "strength gained from earlier to later item, and to context", unit,
                      ILLUSTRATIVE),
            Parameter("a_backward", 0.035, 0.0, 5.0, "strength gained from later to earlier item", unit, ILLUSTRATIVE),
            Parameter("W_c", 1.0, 0.0, 10.0, "weight of context as a cue", source=ILLUSTRATIVE),
            Parameter("W_e", 1.0, 0.0, 10.0, "weight of a recalled word as a cue", source=ILLUSTRATIVE),
            Parameter("m1_max", 2, 0, 100, "failures of context in a row that recall survives", source=ILLUSTRATIVE,
                      integer=True),
            Parameter("m2_max", 3, 0, 100, "failures of a word cue in a row that recall survives", source=ILLUSTRATIVE,
                      integer=True),
            CLEAR_SECONDS,
            *(MEANING if self.semantics else ()),
        )  # fmt: skip

    def theory(self, values: Values | None = None) -> Theory:
        """Return the checked numbers and rules, as the kernels take them."""
        p: dict[str, Any] = self.resolve(values)
        for strength in ("a_forward", "a_backward"):
            p[strength] *= self.amount("long_term_store", 1.0)
        p["r"] = min(p["r"], self.amount("capacity", p["r"]))
        whole = {name: int(p.pop(name)) for name in ("r", "m1_max", "m2_max")}
        weights = {"w_c": p.pop("W_c"), "w_e": p.pop("W_e"), "w_s": p.pop("W_s", 0.0)}
        beyond = {"d": p.pop("d", 0.0), "extra": p.pop("extra_context", 0.0)}
        return Theory(**whole, **weights, **beyond, **p, keep_cue=self.after_failure == "same_cue")

    def simulate(self, study: StudyLists, values: Values | None, rng: np.random.Generator) -> Recalls:
        """Return one simulated recall of each list; see `RecallModel.simulate`."""
        theory, amount = self.theory(values), self._amount(study)
        distractor = lists_at_test(self, study, theory.clear_seconds).distractor
        if not self.semantics:
            return Recalls(_simulate(amount, distractor, theory, rng))
        similarity = similarity_of(self.name, study)
        searched = [searched_items(items, similarity.shape[0], theory.extra > 0) for items in study.items]
        width = max((items.size for items in searched), default=study.list_length)
        found, ids = (np.zeros((study.n_lists, width), dtype=np.int64) for _ in range(2))
        for row, items in enumerate(searched):
            ids[row, : items.size] = items
            meaning = among(similarity, items)
            _recall_with_meaning(amount[row], distractor[row], theory, rng, meaning, found[row, : items.size])
        return as_recalls(found, ids, study.list_length)

    def estimate_log_likelihood(
        self, sequences: Sequences, values: Values | None, rng: np.random.Generator, n_particles: int
    ) -> tuple[Floats, Floats]:
        """Return each list's log-probability and its Monte-Carlo variance; see `sam_kahana2012_likelihood`.

        The estimate of the probability is unbiased; its log is too low by about half the variance. A list that ends
        with items in the buffer, or that does not begin with what the buffer must hold, has probability 0.

        Raises
        ------
        NotSupported
            With extra_context above 0: the sequences do not say where words from outside the list came in between.
        DataError
            With semantics: the lists have no similarity of their items.
        UsageError
            Fewer particles than batches.
        """
        from memlab.models.sam_kahana2012_likelihood import batch_estimates

        theory, study = self.theory(values), sequences.study
        if theory.extra > 0:
            raise NotSupported(
                f"{self.name}: with extra_context above 0 words from outside the list come in between, which a recall "
                "sequence does not tell. Set extra_context to 0 for a likelihood, or compare by curves."
            )
        similarity = similarity_of(self.name, study) if self.semantics else NO_MEANING
        amount, distractor = self._amount(study), lists_at_test(self, study, theory.clear_seconds).distractor

        def one(row: int, observed: Ints, stream: np.random.Generator, size: int, batches: Floats) -> bool:
            ended = bool(sequences.ended[row])
            meaning = among(similarity, study.items[row]) if self.semantics else NO_MEANING
            return batch_estimates(
                observed, ended, amount[row], distractor[row], theory, meaning, stream, size, batches
            )

        return by_list(sequences, rng, n_particles, one)

    def _amount(self, study: StudyLists) -> Floats:
        """Return how often strengths grow with each item, (n_lists, list_length)."""
        seconds = study_seconds(study)
        return np.ones_like(seconds) if self.step == "item" else seconds
