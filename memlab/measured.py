"""`Measured`: one measure of people or pseudo-subjects, subject by subject."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from memlab.analysis.counts import Counts
from memlab.core.recall import Floats, Ints

__all__ = ["Measured"]


@dataclass(frozen=True, eq=False)
class Measured:
    """One measure of one condition, subject by subject.

    Attributes
    ----------
    x : (n_x,) int
    by_subject : (n_subjects, n_x) float
        NaN where a subject has no value.
    actual, possible : (n_subjects, n_x) float
        The counts behind it; NaN where it is no ratio of counts.
    """

    x: Ints
    by_subject: Floats
    actual: Floats
    possible: Floats

    @classmethod
    def of(cls, counts: Counts) -> Measured:
        """Return counts as a measure."""
        return cls(counts.x, counts.prob(), counts.actual.astype(float), counts.possible.astype(float))

    def at(self, keep: np.ndarray[tuple[int], np.dtype[np.bool_]]) -> Measured:
        """Return the points that a mask picks."""
        return Measured(self.x[keep], self.by_subject[:, keep], self.actual[:, keep], self.possible[:, keep])

    def of_subjects(self, pick: slice) -> Measured:
        """Return some of the subjects."""
        return Measured(self.x, self.by_subject[pick], self.actual[pick], self.possible[pick])
