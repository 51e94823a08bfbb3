"""CMR: context maintenance and retrieval, in the version with a choice rule and a likelihood.

Study is in ``retrieved_context.py`` and ``context_vectors.py``, recall and likelihood are in ``context_recall.py``, all
shared with TCM.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, Literal

import numpy as np

from memlab.core.crediting import first_correct
from memlab.core.model import Model
from memlab.core.parameters import Parameter, Values
from memlab.core.recall import Floats, RecallData, Recalls, StudyLists
from memlab.core.sequences import Sequences, sequences_of
from memlab.core.similarity import similarity_of
from memlab.models import context_recall
from memlab.models.choice import STOP_GROWTH, STOP_SCALE, TAU, ChoiceRule, T, stop_probabilities
from memlab.models.context import BETA_DISTRACT
from memlab.models.context_lesions import LESIONS, SYNDROMES, lists_at_test
from memlab.models.probed import draw_answers, item_shown, log_choice, log_probability_of_answers, one_question_each
from memlab.models.retrieved_context import Theory
from memlab.models.serial_lists import allowed_blanks, check_serial, log_probability_of_blanks, with_blanks

__all__ = ["NOT_BACKWARD", "ContextMaintenanceRetrieval"]

NOT_BACKWARD = "recall begins at the start of the list and follows context"
"""Why neither CMR nor CRU recalls backward."""

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
_SEMANTIC = Parameter(
    "s", 1.0, 0.0, 20.0, "support of an item by the units of others, times their similarity",
    source="illustrative; our fit to three people of Morton et al. (2013) has 1.2, with 1 less psifr's distances; "
    "Polyn, Norman & Kahana (2009) have 2.78, with a race and LSA cosines",
)  # fmt: skip
_DECLINING = (
    Parameter(
        "beta_enc_late", 0.4, 0.0, 1.0, "drift of context at study that beta_enc comes to late in the list",
        source="illustrative: the option is ours, not published",
    ),
    Parameter(
        "beta_enc_decay", 0.5, 0.0, 10.0, "how fast beta_enc comes to its late value over items",
        source="illustrative: the option is ours, not published",
    ),
)  # fmt: skip


@dataclass(frozen=True)
class ContextMaintenanceRetrieval(Model):
    """Items are learned in drifting context; each recall brings its context back and cues the next.

    Study of item i: context drifts toward the item's own unit (beta_enc); the item learns the context (M^FC, share
    gamma_fc) and the context learns the item (M^CF, strength phi_i = phi_s exp(-phi_d (i - 1)) + 1). Before recall the
    start of the list is reinstated (beta_start). A recall stops with probability stop_scale exp(stop_growth k), or
    chooses among the items left by their support M^CF c, and drifts toward what the chosen item retrieves (beta_rec).
    Distraction is ours, see `memlab.models.context.kept_over`.

    Serial recall is the same process read out place by place: after the start of the list is reinstated, the k-th item
    that comes goes to the k-th place that is filled. What is a stop in free recall is here a blank, for every place is
    to be filled: place k is left blank with probability stop_scale exp(stop_growth (k - 1)), which leaves context as it
    is. The defaults are those of free recall: serial recall needs values of its own, with beta_start near 1.

    In probed recall the context becomes what the item shown retrieves, as with a beta_rec of 1, whatever it was before;
    one of the other items is chosen by its support from it, and none with the probability of a blank at place 1. So
    neither beta_start, beta_rec nor distraction before the test matters. Recall begins at the start of the list and
    follows context: there is no backward recall. Where omissions are not allowed no place is blank. Whether people know
    the length makes no difference.

    Options
    -------
    choice_rule
        ``"power"`` (exponent tau) or ``"softmax"`` (temperature T, weights exp(2 a / T)).
    learn
        Whether an item is associated with the context ``"after"`` or ``"before"`` it drifted (CMR2 has the latter).
    rho
        ``"scalar"`` as in the papers, or ``"elementwise"`` to replicate fits of jaxcmr and compmemlearn.
    semantics
        True: before the list the unit of item j supports item i with alpha + s (similarity of j and i), as in Polyn,
        Norman & Kahana (2009); an item's own unit, with delta, is left alone. The lists need the similarity of their
        items (`memlab.core.similarity.with_similarity`). Adds the parameter s.
    encoding
        ``"constant"``: one beta_enc. ``"declining"`` (ours, not published): beta_enc holds for the first item and goes
        to beta_enc_late, beta_i = beta_enc + (beta_enc_late - beta_enc) (1 - exp(-beta_enc_decay (i - 1))).

    Notes
    -----
    An item presented more than once brings in, at a later presentation, what it retrieves by then, and adds to both
    matrices again. It is one item to be recalled, given by its first position; a record may give any of them.

    Where each item is presented once, rho is a scalar, and there are neither semantics nor a declining beta_enc, the
    closed form is taken (``retrieved_context.py``), elsewhere the context vectors (``context_vectors.py``).

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
    semantics: bool = False
    encoding: Literal["constant", "declining"] = "constant"

    name: ClassVar[str] = "cmr"
    title: ClassVar[str] = "Context maintenance and retrieval"
    citation: ClassVar[str] = (
        "Polyn, Norman & Kahana (2009), Psychol. Rev. 116, 129-156; choice rule and likelihood: "
        "Morton & Polyn (2016), J. Mem. Lang. 86, 119-140"
    )
    paradigms: ClassVar[tuple[str, ...]] = ("free_recall", "serial_recall")
    lesions: ClassVar[Mapping[str, str]] = LESIONS
    syndromes: ClassVar[Mapping[str, str]] = SYNDROMES

    @property
    def parameters(self) -> tuple[Parameter, ...]:
        """The table; the choice rule decides between tau and T, and two options bring parameters with them."""
        similar = (_SEMANTIC,) if self.semantics else ()
        declining = _DECLINING if self.encoding == "declining" else ()
        return (*_PARAMETERS, *similar, *declining, TAU if self.choice_rule == "power" else T, STOP_SCALE, STOP_GROWTH)

    def simulate(self, study: StudyLists, values: Values | None, rng: np.random.Generator) -> Recalls:
        """Return one simulated recall of each list; see `RecallModel.simulate`.

        Raises
        ------
        DataError
            With semantics: the lists have no similarity of their items.
        """
        v = self.resolve(values)
        study = lists_at_test(self, study)
        stop = stop_probabilities(study.list_length, v["stop_scale"], v["stop_growth"])
        of_items = self._similarity(study)
        if study.serial is not None:
            _check(study)
            blank = allowed_blanks(study, stop[:-1])
            if study.serial.cue is not None:
                log_p = self._log_p_answers(study, self._theory(v), 1)[0]
                return draw_answers(study, np.exp(log_p), blank[0], rng)
            order = context_recall.simulate(study, self._theory(v), None, rng, of_items, self._dense)
            return with_blanks(order.position, blank, rng)
        return context_recall.simulate(study, self._theory(v), stop, rng, of_items, self._dense)

    def log_likelihood(self, study: StudyLists, recalls: Recalls, values: Values | None = None) -> Floats:
        """Return the log-probability of each list's first correct recalls, (n_lists,), nats.

        See `memlab.models.context_recall.log_likelihood` for what is dropped and for records that are full; in serial
        recall that of the items at their places.
        """
        v = self.resolve(values)
        if study.serial is not None:
            found = sequences_of(RecallData(study, recalls))
            columns = {name: np.array([value]) for name, value in v.items()}
            of_each: Floats = self._serial_log_likelihoods(found, columns, 1)[0]
            return of_each
        study = lists_at_test(self, study)
        stop = stop_probabilities(study.list_length, v["stop_scale"], v["stop_growth"])
        return context_recall.log_likelihood(
            study, recalls, self._theory(v), stop, self._similarity(study), self._dense
        )

    def population_log_likelihood(self, sequences: Sequences, points: Floats) -> Floats:
        """Return the log-probability of all lists under each set of values; see `PopulationModel`."""
        points = np.asarray(points, dtype=np.float64)
        v = {p.name: column for p, column in zip(self.parameters, points.T, strict=True)}
        if sequences.study.serial is not None:
            total = self._serial_log_likelihoods(sequences, v, len(points)).sum(axis=1)
            return np.where(np.isfinite(total), total, -np.inf)
        study = lists_at_test(self, sequences.study)
        stop = stop_probabilities(study.list_length, v["stop_scale"], v["stop_growth"])
        return context_recall.population_log_likelihood(
            study, sequences, self._theory(v), stop, len(points), self._similarity(study), self._dense
        )

    def _serial_log_likelihoods(self, sequences: Sequences, v: dict[str, Any], n_points: int) -> Floats:
        """Return the log-probability of each list under each set of values, (n_points, n_lists).

        The order of the items is that of a free recall that never stops, whichever places are blank.
        """
        _check(sequences.study)
        study = lists_at_test(self, sequences.study)
        blank = allowed_blanks(study, stop_probabilities(study.list_length, v["stop_scale"], v["stop_growth"])[:, :-1])
        if study.serial is not None and study.serial.cue is not None:
            log_p = self._log_p_answers(study, self._theory(v), n_points)
            return log_probability_of_answers(log_p, sequences.position, blank[:, 0])
        order = Sequences(study, first_correct(sequences.position, study.list_length), sequences.ended)
        of_order = context_recall.log_likelihoods(
            study, order, self._theory(v), None, n_points, self._similarity(study), self._dense
        )
        return of_order + log_probability_of_blanks(sequences.position, blank)

    def _log_p_answers(self, study: StudyLists, theory: Theory, n_points: int) -> Floats:
        """Return ln P of each answer to each question, (n_points, n_questions, list_length)."""
        rows = one_question_each(study)
        shown, of_items = item_shown(rows), self._similarity(study)
        support = context_recall.evoked(rows, shown, theory, n_points, of_items, self._dense)
        return log_choice(support, shown, theory.softmax, np.broadcast_to(theory.sensitivity, n_points))

    @property
    def _dense(self) -> bool:
        return self.encoding == "declining"

    def _similarity(self, study: StudyLists) -> Floats:
        return similarity_of(self.name, study) if self.semantics else context_recall.NO_SIMILARITY

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
            **{p.name: v[p.name] for p in (_SEMANTIC, *_DECLINING) if p.name in v},
        )


def _check(study: StudyLists) -> None:
    directions = ("forward", "probed")
    check_serial(ContextMaintenanceRetrieval.name, study, directions=directions, because=NOT_BACKWARD)
