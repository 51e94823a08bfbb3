"""CMR: context maintenance and retrieval, in the version with a choice rule and a likelihood.

Study is in ``retrieved_context.py`` and ``context_vectors.py``, recall and likelihood are in ``context_recall.py``, all
shared with TCM.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, Literal

import numpy as np

from memlab.core.model import Model
from memlab.core.parameters import Parameter, Values
from memlab.core.recall import Floats, Recalls, StudyLists
from memlab.core.sequences import Sequences
from memlab.models import context_recall
from memlab.models.choice import STOP_GROWTH, STOP_SCALE, TAU, ChoiceRule, T, stop_probabilities
from memlab.models.context import BETA_DISTRACT
from memlab.models.context_lesions import LESIONS, SYNDROMES, lists_at_test
from memlab.models.retrieved_context import Theory

__all__ = ["ContextMaintenanceRetrieval"]

_FITTED = "rounded from our maximum-likelihood fit to Murdock (1962) 20-1, all people pooled; not published"
_PARAMETERS = (
    Parameter(
        "beta_enc", 0.48, 0.0, 1.0, "drift of context at study",
        source=f"{_FITTED}. Fitted means of people in three data sets (jaxcmr): .47 to .79",
    ),
    Parameter(
        "beta_start", 0.056, 0.0, 1.0, "how far the start of the list is reinstated before recall",
        source=f"{_FITTED}. Means of people: .21 to .56",
    ),
    Parameter(
        "beta_rec", 0.78, 0.0, 1.0, "drift of context at recall", source=f"{_FITTED}. Means of people: .85 to .95"
    ),
    Parameter(
        "gamma_fc", 0.14, 0.0, 1.0, "share of the study context in what an item retrieves (the rest is its own unit)",
        source=f"{_FITTED}. Means of people: .14 to .49",
    ),
    Parameter("delta", 1.2, 0.0, 100.0, "support of an item by its own unit before the list", source=_FITTED),
    Parameter("alpha", 0.24, 0.0, 100.0, "support of an item by the units of all others", source=_FITTED),
    Parameter("phi_s", 4.6, 0.0, 100.0, "primacy: extra learning at the first item", source=_FITTED),
    Parameter("phi_d", 1.7, 0.0, 100.0, "primacy: how fast the extra learning decays over items", source=_FITTED),
    BETA_DISTRACT,
)  # fmt: skip


@dataclass(frozen=True)
class ContextMaintenanceRetrieval(Model):
    """Items are learned in drifting context; each recall brings its context back and cues the next.

    Study of item i: context drifts toward the item's own unit (beta_enc); the item learns the context (M^FC, share
    gamma_fc) and the context learns the item (M^CF, strength phi_i = phi_s exp(-phi_d (i - 1)) + 1). Before recall the
    start of the list is reinstated (beta_start). A recall stops with probability stop_scale exp(stop_growth k), or
    chooses among the items left by their support M^CF c, and drifts toward what the chosen item retrieves (beta_rec).
    Distraction is ours, see `memlab.models.context.kept_over`.

    Options
    -------
    choice_rule
        ``"power"`` (exponent tau) or ``"softmax"`` (temperature T, weights exp(2 a / T)).
    learn
        Whether an item is associated with the context ``"after"`` or ``"before"`` it drifted (CMR2 has the latter).
    rho
        ``"scalar"`` as in the papers, or ``"elementwise"`` to replicate fits of jaxcmr and compmemlearn.

    Notes
    -----
    The same numbers in other code; L is cymr's Lcf, the scale of learning. Under the softmax rule only L / T counts,
    under the power rule no scale does, so our learning has the scale 1.

    ============  =======================  ================================
    here          cymr                     jaxcmr
    ============  =======================  ================================
    beta_enc      B_enc                    encoding_drift_rate
    beta_start    B_start                  start_drift_rate
    beta_rec      B_rec                    recall_drift_rate
    gamma_fc      Lfc, with Dfc = 1 - Lfc  learning_rate
                  and Afc = 0
    delta         (Dcf + Acf) / L          item_support
    alpha         Acf / L                  shared_support
    phi_s         P1 / L                   primacy_scale
    phi_d         P2                       primacy_decay
    tau           (none)                   choice_sensitivity
    T             T / L                    (none)
    stop_scale    X1                       stop_probability_scale
    stop_growth   X2                       stop_probability_growth
    ============  =======================  ================================

    cymr clips each probability at 1e-5 before its logarithm; we do not.

    References
    ----------
    Morton & Polyn (2016), J. Mem. Lang. 86, 119-140; Polyn, Norman & Kahana (2009), Psychol. Rev. 116, 129-156.

    Examples
    --------
    >>> study = StudyLists.simple(1, 2)
    >>> ContextMaintenanceRetrieval().log_likelihood(study, Recalls(np.array([[0, 0]]))).round(3)
    array([-3.507])
    """

    choice_rule: ChoiceRule = "power"
    learn: Literal["after", "before"] = "after"
    rho: Literal["scalar", "elementwise"] = "scalar"

    name: ClassVar[str] = "cmr"
    title: ClassVar[str] = "Context maintenance and retrieval"
    citation: ClassVar[str] = (
        "Polyn, Norman & Kahana (2009), Psychol. Rev. 116, 129-156; choice rule and likelihood: "
        "Morton & Polyn (2016), J. Mem. Lang. 86, 119-140"
    )
    lesions: ClassVar[Mapping[str, str]] = LESIONS
    syndromes: ClassVar[Mapping[str, str]] = SYNDROMES

    @property
    def parameters(self) -> tuple[Parameter, ...]:
        """The table; the choice rule decides between tau and T."""
        return (*_PARAMETERS, TAU if self.choice_rule == "power" else T, STOP_SCALE, STOP_GROWTH)

    def simulate(self, study: StudyLists, values: Values | None, rng: np.random.Generator) -> Recalls:
        """Return one simulated recall of each list; see `RecallModel.simulate`.

        Raises
        ------
        NotSupported
            An item is presented more than once in a list.
        """
        v = self.resolve(values)
        stop = stop_probabilities(study.list_length, v["stop_scale"], v["stop_growth"])
        return context_recall.simulate(lists_at_test(self, study), self._theory(v), stop, rng)

    def log_likelihood(self, study: StudyLists, recalls: Recalls, values: Values | None = None) -> Floats:
        """Return the log-probability of each list's first correct recalls, (n_lists,), nats.

        See `memlab.models.context_recall.log_likelihood` for what is dropped and for records that are full.
        """
        v = self.resolve(values)
        stop = stop_probabilities(study.list_length, v["stop_scale"], v["stop_growth"])
        lists = lists_at_test(self, study)
        return context_recall.log_likelihood(lists, recalls, self._theory(v), stop)

    def population_log_likelihood(self, sequences: Sequences, points: Floats) -> Floats:
        """Return the log-probability of all lists under each set of values; see `PopulationModel`."""
        points = np.asarray(points, dtype=np.float64)
        v = {p.name: column for p, column in zip(self.parameters, points.T, strict=True)}
        study = lists_at_test(self, sequences.study)
        stop = stop_probabilities(study.list_length, v["stop_scale"], v["stop_growth"])
        return context_recall.population_log_likelihood(study, sequences, self._theory(v), stop, len(points))

    def _theory(self, v: dict[str, Any]) -> Theory:
        numbers = {p.name: v[p.name] for p in _PARAMETERS}
        numbers["gamma_fc"] *= self.amount("item_to_context", 1.0)
        numbers["phi_s"] *= self.amount("primacy", 1.0)
        return Theory(
            **numbers,
            sensitivity=v["tau"] if self.choice_rule == "power" else v["T"],
            softmax=self.choice_rule == "softmax",
            before=self.learn == "before",
            elementwise=self.rho == "elementwise",
            context_to_item=self.amount("context_to_item", 1.0),
        )
