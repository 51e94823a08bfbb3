"""The curves that people and models are compared on, and what a comparison or a fit aims at.

Every curve is the mean over subjects of each subject's own curve, for people and pseudo-subjects alike.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
from scipy.special import stdtrit

from memlab.analysis.counts import Counts
from memlab.analysis.lag import lag_crp_counts
from memlab.analysis.means import subject_mean, subject_sd
from memlab.analysis.serial_position import pfr_counts, spc_counts
from memlab.core.recall import Floats, Ints, RecallData

__all__ = ["MAX_LAG", "MEASURES", "Curve", "curve_of", "recall_curves", "within_max_lag"]

MAX_LAG = 5
"""The lag-CRP is compared at lags -5..-1 and 1..5: beyond, few transitions are possible and the curve is noise."""

COUNTERS: dict[str, Callable[[RecallData], Counts]] = {
    "spc": spc_counts,
    "pfr": pfr_counts,
    "lag_crp": lag_crp_counts,
}

MEASURES = tuple(COUNTERS)
"""The curves of free recall: serial position, first recall, transitions by lag."""


@dataclass(frozen=True, eq=False)
class Curve:
    """The mean over subjects of a curve.

    Attributes
    ----------
    x : (n_x,) int
        Serial positions from 1, or lags without 0.
    mean, sd : (n_x,) float
        Over the subjects in whom the point is defined; NaN where it is in none (sd: in fewer than two).
    n : (n_x,) int
        How many subjects that is.
    """

    x: Ints
    mean: Floats
    sd: Floats
    n: Ints

    def interval(self, level: float = 0.95) -> tuple[Floats, Floats]:
        """Return the ends of a t interval of the mean over subjects, cut at 0 and 1, each (n_x,)."""
        with np.errstate(invalid="ignore", divide="ignore"):
            half = stdtrit(np.maximum(self.n - 1, 1), 0.5 + level / 2) * self.standard_error()
        return np.clip(self.mean - half, 0, 1), np.clip(self.mean + half, 0, 1)

    def standard_error(self) -> Floats:
        """Return sd / sqrt(n), NaN with fewer than two subjects."""
        error: Floats = self.sd / np.sqrt(np.maximum(self.n, 1))
        return error


def curve_of(x: Ints, by_subject: Floats) -> Curve:
    """Return the mean curve of (n_subjects, n_x) values; NaN marks what a subject has not."""
    n = (~np.isnan(by_subject)).sum(axis=0).astype(np.int64)
    return Curve(np.asarray(x, dtype=np.int64), subject_mean(by_subject), subject_sd(by_subject), n)


def within_max_lag(x: Ints) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    """Return which lags are compared: not 0, and at most `MAX_LAG` away."""
    keep: np.ndarray[tuple[int], np.dtype[np.bool_]] = (np.abs(x) <= MAX_LAG) & (x != 0)
    return keep


def subject_curves(data: RecallData, measure: str) -> tuple[Ints, Floats]:
    """Return x (n_x,) and every subject's curve (n_subjects, n_x)."""
    counts = COUNTERS[measure](data)
    if measure != "lag_crp":
        return counts.x, counts.prob()
    keep = within_max_lag(counts.x)
    return counts.x[keep], counts.prob()[:, keep]


def recall_curves(data: RecallData, measures: tuple[str, ...] = MEASURES) -> Mapping[str, Curve]:
    """Return the curves of one condition by measure."""
    return {measure: curve_of(*subject_curves(data, measure)) for measure in measures}
