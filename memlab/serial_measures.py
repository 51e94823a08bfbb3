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

import numpy as np

from memlab.analysis.after_errors import DEFINITIONS, Definition, fill_in_counts
from memlab.analysis.counts import Counts, group_by_subject, ratio
from memlab.analysis.places import places_of
from memlab.analysis.serial_order import (
    SCORINGS,
    ErrorKind,
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


def serial_measures(data: RecallData, *, errors_told_apart: bool = True) -> dict[str, Measured]:
    """Return every measure of one condition; conventions are the defaults of the analyses.

    Parameters
    ----------
    data
        Forward or backward recall.
    errors_told_apart
        False leaves ``omissions`` and ``intrusions`` out: the data do not tell blanks from wrong items.

    Raises
    ------
    UsageError
        Probed recall, which has no order.
    """
    names = [name for name in ERROR_OF if errors_told_apart or name not in ("omissions", "intrusions")]
    errors = every_error_counts(data)
    return {
        **{f"accuracy_{scoring}": Measured.of(serial_accuracy_counts(data, scoring)) for scoring in SCORINGS},
        **{name: Measured.of(errors[ERROR_OF[name]]) for name in names},
        **_transpositions(transposition_counts(data)),
        "mean_accuracy": _mean_accuracy(data),
        "lists_correct": _lists_correct(data),
        **{f"fill_in_{definition}": _fill_in(data, definition) for definition in DEFINITIONS},
    }


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


def _fill_in(data: RecallData, definition: Definition) -> Measured:
    counts = fill_in_counts(data, definition)
    return _single(counts.fill_in, counts.fill_in + counts.infill)
