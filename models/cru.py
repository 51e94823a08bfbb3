"""CRU: context retrieval and updating, the special case of CMR in which items retrieve nothing but themselves.

There is no code of study or recall here: both are those of ``cmr.py``, with most of its numbers held.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar, Literal

import numpy as np

from memlab.core.model import Model
from memlab.core.parameters import Parameter, Values
from memlab.core.recall import Floats, Recalls, StudyLists
from memlab.core.sequences import Sequences
from memlab.models.choice import STOP_GROWTH
from memlab.models.cmr import NOT_BACKWARD, ContextMaintenanceRetrieval
from memlab.models.serial_lists import SERIAL_CURVES, check_serial

__all__ = ["HELD", "ContextRetrievalUpdating"]

HELD = {"gamma_fc": 0.0, "delta": 0.0, "alpha": 0.0, "phi_s": 0.0, "phi_d": 0.0, "beta_distract": 0.0}
"""The numbers of `cmr` that CRU holds: an item retrieves its own unit only, and nothing was known before the list."""

_GUNN = "mean of people who recalled lists of 5 to 7 letters serially (Logan, 2021), as fitted by Gunn & Polyn (2025); "
_READ = f"{_GUNN}read in the tables of their public repository"
_PARAMETERS = (
    Parameter("beta_enc", 0.33, 0.0, 1.0, "drift of context at study", source=f"{_READ}: .33 ± .02"),
    Parameter("beta_rec", 0.30, 0.0, 1.0, "drift of context at recall", source=f"{_READ}: .30 ± .02"),
    Parameter(
        "tau", 78.0, 0.0, 100.0, "exponent of the power rule: how strictly the best supported item is chosen",
        source=f"{_READ}: 78 ± 9",
    ),
    Parameter(
        "stop_scale", 0.0003, 0.0, 1.0, "X1: probability that place 1 is left blank",
        source="illustrative: with stop_growth it leaves a tenth of the sixth places blank",
    ),
    Parameter("stop_growth", 1.19, STOP_GROWTH.low, STOP_GROWTH.high, "X2: growth of ln P(blank) with each place",
              source=f"{_READ}; there it ends recall"),
)  # fmt: skip
_START = Parameter(
    "beta_start", 0.71, 0.0, 1.0, "how far the start of the list is reinstated before recall",
    source=f"{_READ}, in their best version, whose other numbers differ too",
)  # fmt: skip
_DECLINE = Parameter(
    "drift_kept", 0.9, 0.0001, 1.0, "share of the drift at study that each item leaves to the next",
    source="illustrative: the rule is read in the repository, its value is not",
)  # fmt: skip


@dataclass(frozen=True)
class ContextRetrievalUpdating(Model):
    """Context is made of the items themselves; recall starts from where study did and follows the same path.

    Study: each item is associated with the context just before it, then enters context (beta_enc). Recall starts in the
    context that the list started in; an item is chosen by the power rule from its support, c_now · c_{i-1}, and enters
    context in turn (beta_rec). If beta_rec = beta_enc and all was right so far, context at place k is the very one that
    item k was learned in: support falls with distance d as rho^d, alike before and after.

    After item k + 1 was given too early, at place k, fill-in is to infill as [rho_r / (rho_r rho² + beta_rec beta_enc)]
    ^ tau, with rho_r = sqrt(1 - beta_rec²): above 1 exactly when beta_enc > beta_rec / rho_r. This is exact where
    context was that of item k's study, as at place 1.

    It is `cmr` with learning before the update and the numbers of `HELD`. As there, an item comes once, and place k is
    left blank with probability stop_scale exp(stop_growth (k - 1)), which leaves context as it is. The confusion of
    letters at output, which Logan and Gunn & Polyn add, is not here.

    In probed recall the item shown retrieves its own unit and nothing else: the item d places after it has the support
    beta_enc rho^(d - 1), and those before it have none.

    Options
    -------
    start
        ``"exact"``: recall starts from the start context. ``"drifted"`` adds beta_start: context at the end of the list
        drifts toward it only so far.
    drift
        ``"constant"``, or ``"declining"``: beta_i = beta_enc drift_kept^(i - 1). Adds drift_kept.

    References
    ----------
    Logan (2018), Psychol. Rev. 125, 453-485; Logan (2021), Psychol. Rev. 128, 1-44; Gunn & Polyn (2025), Am. J.
    Psychol. 138, 203-230.

    Examples
    --------
    >>> from memlab.core.serial_test import SerialTest
    >>> study = StudyLists.simple(1, 3, serial=SerialTest())
    >>> ContextRetrievalUpdating().log_likelihood(study, Recalls(np.array([[1, 2, 3]]))).round(2)
    array([-0.03])
    """

    start: Literal["exact", "drifted"] = "exact"
    drift: Literal["constant", "declining"] = "constant"

    name: ClassVar[str] = "cru"
    title: ClassVar[str] = "CRU: context retrieval and updating"
    citation: ClassVar[str] = (
        "Logan (2018), Psychol. Rev. 125, 453-485; Logan (2021), Psychol. Rev. 128, 1-44; as parameterised by Gunn & "
        "Polyn (2025), Am. J. Psychol. 138, 203-230, whose public code was read"
    )
    paradigms: ClassVar[tuple[str, ...]] = ("serial_recall",)
    predicts: ClassVar[tuple[str, ...]] = SERIAL_CURVES

    @property
    def parameters(self) -> tuple[Parameter, ...]:
        """The table; both options bring a parameter with them."""
        start = (_START,) if self.start == "drifted" else ()
        declining = (_DECLINE,) if self.drift == "declining" else ()
        return (*_PARAMETERS, *start, *declining)

    def simulate(self, study: StudyLists, values: Values | None, rng: np.random.Generator) -> Recalls:
        """Return one simulated recall of each list; see `RecallModel.simulate`."""
        v = self.resolve(values)
        _check(study)
        return self.as_cmr.simulate(study, self.in_cmr(v), rng)

    def log_likelihood(self, study: StudyLists, recalls: Recalls, values: Values | None = None) -> Floats:
        """Return the log-probability of the items at their places, (n_lists,), nats; exact."""
        v = self.resolve(values)
        _check(study)
        return self.as_cmr.log_likelihood(study, recalls, self.in_cmr(v))

    def population_log_likelihood(self, sequences: Sequences, points: Floats) -> Floats:
        """Return the log-probability of all lists under each set of values; see `PopulationModel`."""
        _check(sequences.study)
        points = np.asarray(points, dtype=np.float64)
        v = self.in_cmr({p.name: column for p, column in zip(self.parameters, points.T, strict=True)})
        columns = [np.broadcast_to(v[p.name], len(points)) for p in self.as_cmr.parameters]
        return self.as_cmr.population_log_likelihood(sequences, np.column_stack(columns))

    @property
    def as_cmr(self) -> ContextMaintenanceRetrieval:
        """The model that CRU is a special case of, with its options."""
        return ContextMaintenanceRetrieval(learn="before", encoding=self.drift)

    def in_cmr(self, v: dict[str, Any]) -> dict[str, Any]:
        """Return the values of all of `as_cmr`'s parameters, from all of ours; of a population, arrays of them."""
        shared = {name: value for name, value in v.items() if name != _DECLINE.name}
        declining = {}
        if self.drift == "declining":  # beta_enc exp(-decay (i - 1)), which goes to 0
            declining = {"beta_enc_late": 0.0, "beta_enc_decay": -np.log(v[_DECLINE.name])}
        return {"beta_start": 1.0, **HELD, **shared, **declining}


def _check(study: StudyLists) -> None:
    directions = ("forward", "probed")
    check_serial(ContextRetrievalUpdating.name, study, directions=directions, because=NOT_BACKWARD)
