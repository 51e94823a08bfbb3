"""Chance: every item is recalled with the same probability, in random order. The floor that any theory must beat."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from scipy.special import gammaln, xlog1py, xlogy

from memlab.core.model import Model, credited_positions
from memlab.core.parameters import Parameter, Values
from memlab.core.recall import Floats, Recalls, StudyLists
from memlab.core.sequences import Sequences

__all__ = ["Chance"]


@dataclass(frozen=True)
class Chance(Model):
    """Independent recall of each item, in random order.

    The serial-position curve is flat at p, the first recall is flat at 1/N, and so is the lag-CRP.
    """

    name: ClassVar[str] = "chance"
    title: ClassVar[str] = "Chance: equal probabilities, random order"
    citation: ClassVar[str] = "No theory; the closed forms are elementary."

    @property
    def parameters(self) -> tuple[Parameter, ...]:
        """The table: one probability."""
        return (Parameter("p", 0.4, 0.0, 1.0, "probability that an item is recalled", source="none: fitted"),)

    def simulate(self, study: StudyLists, values: Values | None, rng: np.random.Generator) -> Recalls:
        """Return one simulated recall of each list; see `RecallModel.simulate`."""
        p = self.resolve(values)["p"]
        shape = study.items.shape
        recalled = rng.random(shape) < p
        order = np.where(recalled, rng.random(shape), 2.0)  # 2: after every recalled item
        position = np.argsort(order, axis=1) + 1
        n_recalled = recalled.sum(axis=1, keepdims=True)
        return Recalls(np.where(np.arange(shape[1]) < n_recalled, position, 0))

    def log_likelihood(self, study: StudyLists, recalls: Recalls, values: Values | None = None) -> Floats:
        """Return ln L = k ln p + (N - k) ln(1 - p) - ln k! of each list, (n_lists,), nats.

        The sequence of k first correct recalls; repeats and intrusions are dropped.
        """
        p = self.resolve(values)["p"]
        k = (credited_positions(study, recalls) > 0).sum(axis=1)
        n = study.list_length
        log_p: Floats = xlogy(k, p) + xlog1py(n - k, -p) - gammaln(k + 1)
        return log_p

    def population_log_likelihood(self, sequences: Sequences, points: Floats) -> Floats:
        """Return the log-probability of all lists under each set of values; see `PopulationModel`."""
        p = np.asarray(points, dtype=np.float64)[:, 0]
        k = (sequences.position > 0).sum(axis=1)
        recalled, shown = k.sum(), k.size * sequences.study.list_length
        log_p: Floats = xlogy(recalled, p) + xlog1py(shown - recalled, -p) - gammaln(k + 1).sum()
        return np.where(np.isfinite(log_p), log_p, -np.inf)
