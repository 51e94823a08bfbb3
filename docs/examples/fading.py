"""Fading: an item is lost at random, sooner or later, and what is left is recalled newest first."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from memlab.core.model import Model
from memlab.core.parameters import Parameter, Values
from memlab.core.recall import Recalls, StudyLists


@dataclass(frozen=True)
class Fading(Model):
    """P(item i is recalled) = 2^(-age_i / half_life), its age in seconds at the test; the newest comes first."""

    name: ClassVar[str] = "fading"
    title: ClassVar[str] = "Fading: exponential loss with time"
    citation: ClassVar[str] = "An example of the manual, not a published theory"

    @property
    def parameters(self) -> tuple[Parameter, ...]:
        """The table: one half-life."""
        return (Parameter("half_life", 15.0, 0.1, 600.0, "time after which half is lost", "s", "illustrative"),)

    def simulate(self, study: StudyLists, values: Values | None, rng: np.random.Generator) -> Recalls:
        """Return one simulated recall of each list; see `RecallModel.simulate`."""
        end = study.onset + study.seconds_on_item()
        age = end[:, -1:] + study.distractor[:, -1:] - end  # (n_lists, n_items)
        recalled = rng.random(age.shape) < 2.0 ** (-age / self.resolve(values)["half_life"])
        position = np.where(recalled, np.arange(1, study.list_length + 1), 0)
        return Recalls(-np.sort(-position, axis=1))  # newest first, 0 (STOP) after the last
