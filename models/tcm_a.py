"""TCM-A: the temporal context model with a race of accumulators in place of the choice rule.

Study and the context at test are those of TCM (``retrieved_context.py``); here are the race and what follows a win.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import ClassVar, Literal

import numpy as np

from memlab.core.compiled import compiled
from memlab.core.model import Model
from memlab.core.parameters import Parameter, Values
from memlab.core.recall import Floats, Ints, Recalls, StudyLists
from memlab.core.sequences import Sequences
from memlab.models.accumulator import STEP_SECONDS, RaceTerms, race, race_parameters, race_terms, steps_allowed
from memlab.models.context import BETA_DISTRACT, retention
from memlab.models.context_lesions import LESIONS, SYNDROMES, lists_at_test
from memlab.models.particle_filter import by_list, normalise
from memlab.models.race_likelihood import Cues, new_runners, race_for
from memlab.models.retrieved_context import Theory, closed_form_memory, refuse_repeated_items

__all__ = ["TemporalContextAccumulator"]

_SOURCE = "illustrative, not published: chosen for human-like recall of 20 items, immediate and after distraction"
_PARAMETERS = (
    Parameter("beta_enc", 0.65, 0.0, 1.0, "drift of context at study", source=_SOURCE),
    Parameter("beta_rec", 0.77, 0.0, 1.0, "drift of context at recall", source=_SOURCE),
    Parameter(
        "gamma_fc", 0.3, 0.0, 1.0, "share of the study context in what an item retrieves (the rest is its own unit)",
        source=_SOURCE,
    ),
    Parameter("phi_s", 3.5, 0.0, 100.0, "primacy: extra learning at the first item", source=_SOURCE),
    Parameter("phi_d", 0.7, 0.0, 100.0, "primacy: how fast the extra learning decays over items", source=_SOURCE),
    *race_parameters((0.39, 0.09, 0.41, 1.2), _SOURCE),
    replace(BETA_DISTRACT, default=0.43, source=_SOURCE),
)  # fmt: skip


@compiled
def _simulate(
    distractor: Floats, theory: Theory, terms: RaceTerms, silent: bool, steps: int, rng: np.random.Generator
) -> tuple[Ints, Floats]:
    """Recall every list; see `TemporalContextAccumulator`. Return positions and seconds, (n_lists, n_items)."""
    n_lists, n = distractor.shape[0], distractor.shape[1] - 1
    kappa, inhibition, noise, step = terms
    position = np.zeros((n_lists, n), dtype=np.int64)
    time = np.full((n_lists, n), np.nan)
    x = np.empty(n)
    for row in range(n_lists):
        if row == 0 or (distractor[row] != distractor[row - 1]).any():
            first_support, first_state, to_support, retrieved = closed_form_memory(distractor[row], theory)
        support, state = first_support.copy(), first_state.copy()
        recalled, barred = np.zeros(n, dtype=np.bool_), np.zeros(n, dtype=np.bool_)
        k = elapsed = 0
        while k < n:  # with all items out, nothing more can be reported
            item, taken = race(support, barred, x, kappa, inhibition, noise, step, steps - elapsed, rng)
            elapsed += taken
            if item < 0:
                break
            if not recalled[item]:
                position[row, k], time[row, k] = item + 1, elapsed * STEP_SECONDS
                recalled[item], barred[item] = True, not silent
                k += 1
            rho = retention(state[item], theory.beta_rec)
            for i in range(n):  # everything that context gives is linear in it
                support[i] = rho * support[i] + theory.beta_rec * to_support[item, i]
                state[i] = rho * state[i] + theory.beta_rec * retrieved[item, i]
    return position, time


@compiled
def _batch_estimates(
    observed: Ints,
    ended: bool,
    distractor: Floats,
    theory: Theory,
    terms: RaceTerms,
    silent: bool,
    steps: int,
    rng: np.random.Generator,
    n_particles: int,
    estimates: Floats,
) -> None:
    """Fill in the log of each batch's estimate for one list; see `memlab.models.race_likelihood`.

    Parameters
    ----------
    observed : (n_recalls,) int
        0-based items in the order of recall, each once.
    ended
        Whether the record shows that nothing more was recalled.
    """
    support, state, to_support, retrieved = closed_form_memory(distractor, theory)
    cues, recalled = Cues(to_support, retrieved, theory.beta_rec), np.empty(support.size, dtype=np.bool_)
    for batch in range(estimates.size):
        runners, log_z = new_runners(n_particles, support, state), 0.0
        for i in range(recalled.size):
            recalled[i] = False
        for item in observed:
            log_z += race_for(item, runners, recalled, silent, terms, cues, steps, rng)
            recalled[item] = True
        if ended and observed.size < recalled.size:
            log_z += race_for(-1, runners, recalled, silent, terms, cues, steps, rng)
        estimates[batch] = log_z + normalise(runners.log_weight, runners.weight)[0]


@dataclass(frozen=True)
class TemporalContextAccumulator(Model):
    """Items are learned in drifting context; at test they race, and each winner brings its context back.

    Study of item i: context drifts toward the item's own unit (beta_enc) and is associated with the item with strength
    phi_i = phi_s exp(-phi_d (i - 1)) + 1. Test: the support of each item, M^CF c, drives its accumulator
    (`memlab.models.accumulator.race`); the first to the threshold wins, context drifts (beta_rec) toward what the
    winner retrieves, in proportion to (1 - gamma_fc) e_i + gamma_fc c_i, and the next race starts from 0. Recall ends
    with `StudyLists.recall_seconds`, or after `memlab.models.accumulator.DEFAULT_RECALL_SECONDS` where there is no
    limit. Each second of distraction brings in something new with drift beta_distract (see
    `memlab.models.context.kept_over`); one value serves immediate, delayed and continual-distractor recall.

    The race is hidden, so that a likelihood can only be estimated. `Recalls.time` has the seconds of each recall, in
    steps of `memlab.models.accumulator.STEP_SECONDS`.

    Options
    -------
    repeats
        What becomes of an item that was recalled already; the literature at hand leaves it open. ``"silent"``: it races
        like any other, and when it wins it is not reported, but costs the time of its race and brings its context back
        once more. ``"held"``: it races and inhibits, but is set back to `HELD_AT` when it would cross, as in CMR (Polyn
        et al., 2009), so that it never wins again.

    References
    ----------
    Sederberg, Howard & Kahana (2008), Psychol. Rev. 115, 893-912.

    Examples
    --------
    >>> study = StudyLists.simple(1, 3, recall_seconds=0.0)
    >>> TemporalContextAccumulator().simulate(study, None, np.random.default_rng(1)).position
    array([[0, 0, 0]])
    """

    repeats: Literal["silent", "held"] = "silent"

    name: ClassVar[str] = "tcm.a"
    title: ClassVar[str] = "TCM-A: temporal context model with competing accumulators"
    citation: ClassVar[str] = "Sederberg, Howard & Kahana (2008), Psychol. Rev. 115, 893-912"
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
        """
        refuse_repeated_items(self.name, study)
        v = self.resolve(values)
        silent = self.repeats == "silent"
        distractor = lists_at_test(self, study).distractor
        return Recalls(*_simulate(distractor, self._theory(v), race_terms(v), silent, steps_allowed(study), rng))

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
        UsageError
            Fewer particles than batches.
        """
        study = sequences.study
        refuse_repeated_items(self.name, study)
        v = self.resolve(values)
        theory, terms, steps = self._theory(v), race_terms(v), steps_allowed(study)
        distractor, silent = lists_at_test(self, study).distractor, self.repeats == "silent"

        def one(row: int, observed: Ints, stream: np.random.Generator, size: int, batches: Floats) -> bool:
            ended = bool(sequences.ended[row])
            _batch_estimates(observed, ended, distractor[row], theory, terms, silent, steps, stream, size, batches)
            return False

        return by_list(sequences, rng, n_particles, one)

    def _theory(self, v: dict[str, float]) -> Theory:
        """Return TCM with a primacy gradient: no support before the list, no start reinstated, no choice rule."""
        return Theory(
            beta_enc=v["beta_enc"],
            beta_start=0.0,
            beta_rec=v["beta_rec"],
            beta_distract=v["beta_distract"],
            gamma_fc=v["gamma_fc"] * self.amount("item_to_context", 1.0),
            delta=0.0,
            alpha=0.0,
            phi_s=v["phi_s"] * self.amount("primacy", 1.0),
            phi_d=v["phi_d"],
            sensitivity=1.0,
            softmax=False,
            before=False,
            elementwise=False,
            context_to_item=self.amount("context_to_item", 1.0),
        )
