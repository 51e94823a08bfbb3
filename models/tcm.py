"""TCM: the temporal context model, in the version of 2002 with its softmax rule.

Study is in ``retrieved_context.py`` and ``context_vectors.py``, recall and likelihood are in ``context_recall.py``, all
shared with CMR.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from memlab.core.model import Model
from memlab.core.parameters import Parameter, Values
from memlab.core.recall import Floats, Recalls, StudyLists
from memlab.core.sequences import Sequences
from memlab.models import context_recall
from memlab.models.choice import STOP_GROWTH, STOP_SCALE, T, stop_probabilities
from memlab.models.context import BETA_DISTRACT
from memlab.models.context_lesions import LESIONS_WITHOUT_PRIMACY, SYNDROMES, lists_at_test
from memlab.models.retrieved_context import Theory

__all__ = ["TemporalContextModel"]

_FITTED = "rounded from our maximum-likelihood fit to Murdock (1962) 20-1, all people pooled; not published"
_PARAMETERS = (
    Parameter("beta", 0.6, 0.0, 1.0, "drift of context, at study and at recall", source=_FITTED),
    Parameter(
        "new_to_old",
        0.6,
        0.0,
        100.0,
        "alpha_N / alpha_O: in what a recalled item retrieves, the context of its study over that of before the list",
        source=f"{_FITTED}; papers differ in which way round their gamma goes",
    ),
    BETA_DISTRACT,
    T,
)


@dataclass(frozen=True)
class TemporalContextModel(Model):
    """Context drifts with each item: recency is overlap with it now, contiguity the context that a recall brings back.

    Study of item i: context drifts toward the item's own pre-experimental context e_i (beta), and is associated with
    the item, all items alike. Recall: an item is chosen among those left by the softmax of its context's overlap with
    the context now; then context drifts (beta) toward what the item retrieves, which is in proportion to
    alpha_O e_i + alpha_N c_i and of length 1. The equal form of CMR is (1 - gamma) e_i + gamma c_i with
    gamma = new_to_old / (1 + new_to_old). TCM is thus CMR without primacy, without pre-experimental support of items
    by units, and without reinstatement of the start of the list.

    Options
    -------
    stop
        TCM of 2002 describes first recalls and transitions, not when recall ends. True adds the stop rule of CMR,
        P(stop) = stop_scale exp(stop_growth k) after k recalls. False has recall go on until every item is out, and the
        likelihood is then that of the recalls made, given how many there were.

    References
    ----------
    Howard & Kahana (2002), J. Math. Psychol. 46, 269-299.

    Examples
    --------
    >>> never_ends = TemporalContextModel(stop=False)
    >>> recalls = never_ends.simulate(StudyLists.simple(1, 5), None, np.random.default_rng(0))
    >>> int((recalls.position > 0).sum())
    5
    """

    stop: bool = True

    name: ClassVar[str] = "tcm"
    title: ClassVar[str] = "Temporal context model"
    citation: ClassVar[str] = "Howard & Kahana (2002), J. Math. Psychol. 46, 269-299"
    lesions: ClassVar[Mapping[str, str]] = LESIONS_WITHOUT_PRIMACY
    syndromes: ClassVar[Mapping[str, str]] = SYNDROMES

    @property
    def parameters(self) -> tuple[Parameter, ...]:
        """The table; the stop rule brings two parameters with it."""
        return (*_PARAMETERS, STOP_SCALE, STOP_GROWTH) if self.stop else _PARAMETERS

    def simulate(self, study: StudyLists, values: Values | None, rng: np.random.Generator) -> Recalls:
        """Return one simulated recall of each list; see `RecallModel.simulate`."""
        v = self.resolve(values)
        lists = lists_at_test(self, study)
        return context_recall.simulate(lists, self._theory(v), self._stop(study, v), rng)

    def log_likelihood(self, study: StudyLists, recalls: Recalls, values: Values | None = None) -> Floats:
        """Return the log-probability of each list's first correct recalls, (n_lists,), nats.

        See `memlab.models.context_recall.log_likelihood` for what is dropped and for records that are full.
        """
        v = self.resolve(values)
        lists = lists_at_test(self, study)
        return context_recall.log_likelihood(lists, recalls, self._theory(v), self._stop(study, v))

    def population_log_likelihood(self, sequences: Sequences, points: Floats) -> Floats:
        """Return the log-probability of all lists under each set of values; see `PopulationModel`."""
        points = np.asarray(points, dtype=np.float64)
        v = {p.name: column for p, column in zip(self.parameters, points.T, strict=True)}
        study = lists_at_test(self, sequences.study)
        stop = self._stop(study, v)
        return context_recall.population_log_likelihood(study, sequences, self._theory(v), stop, len(points))

    def _stop(self, study: StudyLists, v: dict[str, Any]) -> Floats | None:
        return stop_probabilities(study.list_length, v["stop_scale"], v["stop_growth"]) if self.stop else None

    def _theory(self, v: dict[str, Any]) -> Theory:
        return Theory(
            beta_enc=v["beta"],
            beta_start=0.0,
            beta_rec=v["beta"],
            beta_distract=v["beta_distract"],
            gamma_fc=v["new_to_old"] / (1.0 + v["new_to_old"]) * self.amount("item_to_context", 1.0),
            delta=0.0,
            alpha=0.0,
            phi_s=0.0,
            phi_d=0.0,
            sensitivity=v["T"],
            softmax=True,
            before=False,
            elementwise=False,
            context_to_item=self.amount("context_to_item", 1.0),
        )
