"""What people and models are measured by in serial recall: curves and single numbers, subject by subject.

Curves: ``accuracy_strict``, ``accuracy_item``, ``accuracy_relative`` (by serial position); ``transpositions``,
``anticipations``, ``postponements``, ``repetitions``, ``omissions``, ``intrusions``, ``omissions_or_intrusions`` (by
output place); ``transposition_gradient`` (out of the items that could have been so displaced) and
``transposition_share`` (out of all transpositions), by displacement without 0.

Single numbers, whose only x is 0: ``mean_accuracy`` (strict, items right out of those studied), ``lists_correct``
(share of lists without an error), ``adjacent_share`` and ``anticipation_share`` (out of all transpositions), and
``fill_in_any``, ``fill_in_first_error``, ``fill_in_strict`` (fill-ins out of fill-ins and infills).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

import numpy as np

from memlab.analysis.after_errors import DEFINITIONS, Definition, fill_in_counts
from memlab.analysis.counts import Counts, group_by_subject, ratio
from memlab.analysis.places import places_of
from memlab.analysis.serial_order import (
    SCORINGS,
    ErrorKind,
    Scoring,
    every_error_counts,
    serial_accuracy_counts,
    share_of_transpositions,
    transposition_counts,
)
from memlab.core.recall import Ints, RecallData
from memlab.measured import Measured

__all__ = ["serial_measures"]

ERROR_OF: dict[str, ErrorKind] = {
    "transpositions": "transposition",
    "anticipations": "anticipation",
    "postponements": "postponement",
    "repetitions": "repetition",
    "omissions": "omission",
    "intrusions": "intrusion",
    "omissions_or_intrusions": "omission_or_intrusion",
}


TOGETHER = ("transposition_gradient", "transposition_share", "adjacent_share", "anticipation_share")
"""What one count of displacements gives."""


def serial_measures(
    data: RecallData, *, errors_told_apart: bool = True, names: Sequence[str] | None = None
) -> dict[str, Measured]:
    """Return measures of one condition; conventions are the defaults of the analyses.

    Parameters
    ----------
    data
        Forward or backward recall.
    errors_told_apart
        False leaves ``omissions`` and ``intrusions`` out: the data do not tell blanks from wrong items.
    names
        Only these, in this order; all by default.

    Raises
    ------
    UsageError
        Probed recall, which has no order.
    """
    every = [name for name in MEASURES if errors_told_apart or name not in ("omissions", "intrusions")]
    wanted = list(every if names is None else names)
    found: dict[str, Measured] = {}
    if any(name in ERROR_OF for name in wanted):
        errors = every_error_counts(data)
        found |= {name: Measured.of(errors[error]) for name, error in ERROR_OF.items() if name in wanted}
    if any(name in TOGETHER for name in wanted):
        found |= _transpositions(transposition_counts(data))
    found |= {name: ALONE[name](data) for name in wanted if name in ALONE}
    return {name: found[name] for name in wanted}


def _transpositions(counts: Counts) -> dict[str, Measured]:
    moved = np.where(counts.x == 0, 0, counts.actual)
    total = moved.sum(axis=1)
    share = Measured(counts.x, share_of_transpositions(counts), moved.astype(float), _wide(total, moved.shape[1]))
    elsewhere = counts.x != 0
    return {
        "transposition_gradient": Measured.of(counts).at(elsewhere),
        "transposition_share": share.at(elsewhere),
        "adjacent_share": _single(moved[:, np.abs(counts.x) == 1].sum(axis=1), total),
        "anticipation_share": _single(moved[:, counts.x < 0].sum(axis=1), total),
    }


def _wide(total: Ints, n: int) -> np.ndarray[tuple[int, int], np.dtype[np.float64]]:
    return np.repeat(total[:, None].astype(np.float64), n, axis=1)


def _single(actual: Ints, possible: Ints) -> Measured:
    """Return a ratio of counts, (n_subjects,), as a measure with one x."""
    values = (ratio(actual, possible), actual.astype(float), possible.astype(float))
    return Measured(np.array([0]), *(value[:, None] for value in values))


def _mean_accuracy(data: RecallData) -> Measured:
    counts = serial_accuracy_counts(data)
    return _single(counts.actual.sum(axis=1), counts.possible.sum(axis=1))


def _lists_correct(data: RecallData) -> Measured:
    subjects, subject = group_by_subject(data)
    right = (places_of(data) == np.arange(1, data.list_length + 1)).all(axis=1)
    actual, possible = (np.bincount(rows, minlength=len(subjects)) for rows in (subject[right], subject))
    return _single(actual.astype(np.int64), possible.astype(np.int64))


def _accuracy(data: RecallData, scoring: Scoring) -> Measured:
    return Measured.of(serial_accuracy_counts(data, scoring))


def _fill_in(data: RecallData, definition: Definition) -> Measured:
    counts = fill_in_counts(data, definition)
    return _single(counts.fill_in, counts.fill_in + counts.infill)


ALONE: dict[str, Callable[[RecallData], Measured]] = {
    **{f"accuracy_{scoring}": partial(_accuracy, scoring=scoring) for scoring in SCORINGS},
    "mean_accuracy": _mean_accuracy,
    "lists_correct": _lists_correct,
    **{f"fill_in_{definition}": partial(_fill_in, definition=definition) for definition in DEFINITIONS},
}
"""Measures with a count of their own."""

MEASURES = (
    *(f"accuracy_{scoring}" for scoring in SCORINGS),
    *ERROR_OF,
    *TOGETHER,
    "mean_accuracy",
    "lists_correct",
    *(f"fill_in_{definition}" for definition in DEFINITIONS),
)
"""Every measure, in the order of the references."""
