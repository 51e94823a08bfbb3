"""SIMPLE: memory by distinctiveness on a logarithmic scale of time. It predicts the serial-position curve only."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import ClassVar, Literal

import numpy as np

from memlab.core.compiled import compiled
from memlab.core.model import Model
from memlab.core.parameters import Parameter, Values
from memlab.core.recall import Floats, Recalls, StudyLists

__all__ = ["PUBLISHED", "PUBLISHED_SOURCE", "ScaleInvariantMemory", "discriminability"]

PUBLISHED_SOURCE = (
    "Brown, Neath & Chater (2007), as given by one public repository that names them as the source (not seen on the "
    "printed page); with them and the retention counted to the last item the curves of Murdock (1962) are met to .05"
)
"""Where `PUBLISHED` comes from, and how sure we are of it."""

PUBLISHED: dict[str, dict[str, float]] = {
    "10-2": {"c": 12.10, "t": 0.53, "s": 8.98, "retention": 15.0},
    "15-2": {"c": 10.82, "t": 0.42, "s": 12.09, "retention": 20.0},
    "20-2": {"c": 9.69, "t": 0.35, "s": 16.19, "retention": 25.0},
    "20-1": {"c": 10.45, "t": 0.40, "s": 16.01, "retention": 10.0},
    "30-1": {"c": 9.41, "t": 0.30, "s": 21.12, "retention": 15.0},
    "40-1": {"c": 12.03, "t": 0.30, "s": 22.83, "retention": 20.0},
}
"""Values for each condition of Murdock (1962); see `PUBLISHED_SOURCE`."""

_20_1 = PUBLISHED["20-1"]
_SOURCE = f"condition 20-1 of Murdock (1962): {PUBLISHED_SOURCE}; range illustrative"
_PARAMETERS = (
    Parameter("c", _20_1["c"], 0.0, 50.0, "distinctiveness: how fast likeness falls with log time", source=_SOURCE),
    Parameter("t", _20_1["t"], 0.0, 1.0, "discriminability at which retrieval is as likely as not", source=_SOURCE),
    Parameter("s", _20_1["s"], 0.0, 100.0, "steepness of the retrieval threshold (low: noisy)", source=_SOURCE),
    Parameter(
        "retention", _20_1["retention"], 0.1, 600.0,
        "mean time from the last item to its recall, without the filled delay", "s", _SOURCE,
    ),
)  # fmt: skip


@dataclass(frozen=True)
class ScaleInvariantMemory(Model):
    """An item is recalled if its place in log time is distinct from that of the others.

    Item i was studied T_i seconds before recall. Two items are confusable by (T_i / T_j)^c, the smaller over the
    greater. Discriminability D_ij is the confusability of i and j over that of i with all items, itself included. Item
    i is recalled with probability min(1, sum_j R_ij), where R_ij = 1 / (1 + exp(-s (D_ij - t))).

    The theory has no order of recall: no first recall, no lag-CRP, no likelihood of a sequence. `simulate` draws each
    item independently with its probability and puts them in random order, so that only the serial-position curve of
    what it gives means anything.

    T_i is the time from onset i to the onset of the last item, plus the filled delay, plus ``retention``: the last item
    is exactly that old. Other code adds one more item's time, which fits Murdock (1962) worse with the published
    values.

    Options
    -------
    union
        ``"sum"`` caps the sum of R_ij at 1, as in the paper; ``"product"`` is 1 - prod_j (1 - R_ij), the probability of
        at least one of independent retrievals (Lee & Wagenmakers). The published values belong to the sum.

    References
    ----------
    Brown, Neath & Chater (2007), Psychol. Rev. 114, 539-576; Lee & Wagenmakers (2013), Bayesian Cognitive Modeling.

    Examples
    --------
    >>> curve = ScaleInvariantMemory().serial_position_curve(StudyLists.simple(1, 20))
    >>> curve[0, [0, 10, 19]].round(2)
    array([0.36, 0.19, 1.  ])
    """

    union: Literal["sum", "product"] = "sum"

    name: ClassVar[str] = "simple"
    title: ClassVar[str] = "SIMPLE: scale-invariant memory, perception and learning (serial-position curve only)"
    citation: ClassVar[str] = "Brown, Neath & Chater (2007), Psychol. Rev. 114, 539-576"
    predicts: ClassVar[tuple[str, ...]] = ("spc",)

    @property
    def parameters(self) -> tuple[Parameter, ...]:
        """The table."""
        return _PARAMETERS

    def serial_position_curve(self, study: StudyLists, values: Values | None = None) -> Floats:
        """Return the exact probability that each item is recalled, (n_lists, list_length).

        Parameters
        ----------
        study : StudyLists
            Only its times count.
        values
            Parameters by name; what is left out takes its default.
        """
        v = self.resolve(values)
        age = study.onset[:, -1:] - study.onset + study.distractor[:, -1:] + v["retention"]
        return _recall_probability(np.log(age), v["c"], v["t"], v["s"], self.union == "product")

    def simulate(self, study: StudyLists, values: Values | None, rng: np.random.Generator) -> Recalls:
        """Return one simulated recall of each list, each item on its own and in random order: only the SPC is meant."""
        recalled = rng.random(study.items.shape) < self.serial_position_curve(study, values)
        order = np.where(recalled, rng.random(recalled.shape), 2.0)  # 2: after every recalled item
        position = np.argsort(order, axis=1) + 1
        n_recalled = recalled.sum(axis=1, keepdims=True)
        return Recalls(np.where(np.arange(study.list_length) < n_recalled, position, 0))


@compiled
def discriminability(distance: Floats, c: float) -> Floats:
    """Return how distinct each item is at a cue, D_j = eta_j / sum_k eta_k with eta_j = exp(-c distance_j); sums to 1.

    Parameters
    ----------
    distance : (n_items,)
        Of each item from the cue, at least 0.
    c
        Distinctiveness.

    Examples
    --------
    >>> discriminability(np.array([0.0, np.log(3.0)]), 1.0)
    array([0.75, 0.25])
    """
    confusable = np.exp(-c * distance)
    distinct: Floats = confusable / confusable.sum()
    return distinct


@compiled
def _recall_probability(log_age: Floats, c: float, t: float, s: float, product: bool) -> Floats:
    """Return P(recalled) of each item; a list with the times of the one before it has its probabilities."""
    n_lists, n = log_age.shape
    probability = np.empty((n_lists, n))
    for row in range(n_lists):
        if row > 0 and (log_age[row] == log_age[row - 1]).all():
            probability[row] = probability[row - 1]
        else:
            for i in range(n):
                distinct = discriminability(np.abs(log_age[row] - log_age[row, i]), c)
                retrieved = 1.0 / (1.0 + np.exp(-s * (distinct - t)))
                if product:
                    probability[row, i] = -math.expm1(np.log1p(-retrieved).sum())
                else:
                    probability[row, i] = min(1.0, retrieved.sum())
    return probability
