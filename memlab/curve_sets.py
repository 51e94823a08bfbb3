"""What people and models are compared on and fitted to, paradigm by paradigm: curves, single numbers and scores."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from memlab.core.errors import UnknownName
from memlab.core.model import Model
from memlab.core.recall import Floats, Ints, RecallData
from memlab.curves import MEASURES, Curve, curve_of, subject_curves, within_max_lag
from memlab.serial_measures import serial_measures
from memlab.signatures import SERIAL_SIGNATURES, SIGNATURES

__all__ = ["CURVE_SETS", "CurveSet", "Level", "curve_set", "is_by_lag"]

ASubject = Mapping[str, tuple[Ints, Floats]]
"""By measure: x (n_x,), and every subject's values (n_subjects, n_x)."""

BY_LAG = ("lag_crp", "transposition_gradient")
"""Curves that are compared at small lags or displacements only."""

SE_FLOOR, SE_FLOOR_OF_ERRORS = 0.02, 0.01
"""Smaller standard errors count as this in a fit: a point in which eight people happen to agree must not outweigh the
curve. Errors of one kind at one place are a few per cent; with the floor of the other curves they would not count."""


@dataclass(frozen=True)
class Level:
    """How much is recalled, as one number of a curve, and the score that compares it.

    Attributes
    ----------
    score : str
        Its name in tables: the model's number less the people's.
    curve : str
    of : callable
        Gives the number of a mean curve (n_x,), or the numbers of curves (n_subjects, n_x).
    measure : str
        What references call the number.
    key : str
        Of the random numbers of its noise ceiling.
    """

    score: str
    curve: str
    of: Callable[[Floats], Floats]
    measure: str
    key: str = "n"


@dataclass(frozen=True)
class CurveSet:
    """What one paradigm is compared on.

    Attributes
    ----------
    paradigm : str
        ``"free_recall"`` or ``"serial_recall"``.
    curves : tuple of str
        Drawn, fitted and scored by distance.
    level : Level
    signatures : tuple of (name, measure, function)
        See `memlab.signatures`.
    subject_curves : callable
        Gives some measures of one condition, in one pass.
    numbers : dict of str
        Measures of one number (its x is 0) that only signatures are computed of -> the curve that a model must predict
        to have it.
    se_floor : dict of float
        By curve; see `SE_FLOOR`.
    """

    paradigm: str
    curves: tuple[str, ...]
    level: Level
    signatures: tuple[tuple[str, str, Callable[[Floats], float]], ...]
    subject_curves: Callable[[RecallData, Sequence[str]], ASubject]
    numbers: Mapping[str, str] = field(default_factory=dict)
    se_floor: Mapping[str, float] = field(default_factory=dict)

    @property
    def measures(self) -> tuple[str, ...]:
        """The curves, and the single numbers."""
        return (*self.curves, *self.numbers)

    @property
    def distances(self) -> tuple[str, ...]:
        """The scores that are distances from people's curves."""
        return tuple(f"rmsd_{curve}" for curve in self.curves)

    @property
    def ceilings(self) -> dict[str, str]:
        """By score, the measure whose noise ceiling belongs to it."""
        return {f"rmsd_{curve}": curve for curve in self.curves} | {self.level.score: self.level.measure}

    def predicted(self, model: Model) -> tuple[str, ...]:
        """Return the curves that a model has something to say about.

        A model of several paradigms names curves of one: of another, it has something to say about all.
        """
        return tuple(name for name in model.predicts if name in self.curves) or self.curves

    def simulated(self, model: Model) -> tuple[str, ...]:
        """Return the measures that are computed of a model's recalls: its curves, and the numbers that go with them."""
        curves = self.predicted(model)
        return (*curves, *(name for name, curve in self.numbers.items() if curve in curves))

    def people(self, data: RecallData) -> dict[str, Curve]:
        """Return every measure of one condition, the mean over its subjects."""
        return {name: curve_of(*rows) for name, rows in self.subject_curves(data, self.measures).items()}


def is_by_lag(measure: str) -> bool:
    """Return whether a curve is compared at small lags or displacements only."""
    return measure in BY_LAG


def _free(data: RecallData, measures: Sequence[str]) -> ASubject:
    return {measure: subject_curves(data, measure) for measure in measures}


def _serial(data: RecallData, measures: Sequence[str]) -> ASubject:
    found = {}
    for name, measured in serial_measures(data, names=measures).items():
        kept = measured.at(within_max_lag(measured.x)) if is_by_lag(name) else measured
        found[name] = (kept.x, kept.by_subject)
    return found


def _sum(curve: Floats) -> Floats:
    total: Floats = np.asarray(curve.sum(axis=-1))
    return total


def _mean(curve: Floats) -> Floats:
    mean: Floats = np.asarray(curve.mean(axis=-1))
    return mean


CURVE_SETS: dict[str, CurveSet] = {
    "free_recall": CurveSet(
        "free_recall",
        MEASURES,
        Level("recalled_difference", "spc", _sum, "mean_recalled"),
        SIGNATURES,
        _free,
        se_floor=dict.fromkeys(MEASURES, SE_FLOOR),
    ),
    "serial_recall": CurveSet(
        "serial_recall",
        ("accuracy_strict", "accuracy_item", "transposition_gradient", "omissions_or_intrusions", "repetitions"),
        Level("accuracy_difference", "accuracy_strict", _mean, "mean_accuracy"),
        SERIAL_SIGNATURES,
        _serial,
        numbers=dict.fromkeys(
            ("adjacent_share", "anticipation_share", "fill_in_first_error"), "transposition_gradient"
        ),
        se_floor={
            "accuracy_strict": SE_FLOOR,
            "accuracy_item": SE_FLOOR,
            "transposition_gradient": SE_FLOOR_OF_ERRORS,
            "omissions_or_intrusions": SE_FLOOR_OF_ERRORS,
            "repetitions": SE_FLOOR_OF_ERRORS,
        },
    ),
}
"""By paradigm. Omissions and intrusions are one curve: not all data tell them apart, and most models only leave
blanks."""


def curve_set(paradigm: str) -> CurveSet:
    """Return what a paradigm is compared on.

    Raises
    ------
    UnknownName
        No such paradigm.
    """
    if paradigm not in CURVE_SETS:
        raise UnknownName("there is no paradigm", paradigm, CURVE_SETS)
    return CURVE_SETS[paradigm]
