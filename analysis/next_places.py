"""Accuracy at the place after a right or a wrong one: whether serial recall recovers from an error."""

from __future__ import annotations

from typing import Literal, get_args

import numpy as np

from memlab.analysis.counts import Counts, group_by_subject
from memlab.analysis.places import places_of
from memlab.analysis.serial_engine import serial_engine
from memlab.analysis.serial_order import KINDS, SUMS
from memlab.analysis.tables import Column, Table, check_option, tabulate, tidy_by
from memlab.core.recall import RecallData

__all__ = ["BEFORE", "accuracy_after", "accuracy_after_counts", "guessed_recovery"]

Before = Literal[
    "correct",
    "error",
    "transposition",
    "anticipation",
    "postponement",
    "repetition",
    "intrusion",
    "omission",
    "omission_or_intrusion",
]
BEFORE: tuple[Before, ...] = get_args(Before)
"""What may stand at a place; see `memlab.analysis.serial_error_counts`. An error is anything but the item due there."""

_KINDS_OF: dict[str, tuple[str, ...]] = {"error": KINDS[1:], **SUMS}


def accuracy_after(data: object, *, as_frame: bool = True) -> Table:
    """Accuracy at the place after a right one, after a wrong one, and after every kind of error.

    Recovery from an error is the accuracy after one. A chain of associations that has lost its place goes on from the
    wrong item; a code of positions starts anew at every place.

    Parameters
    ----------
    data
        A long table (psifr's raw columns), a path to one, a RecallData or a Conditions.
    as_frame
        False returns a dict of columns and leaves pandas alone.

    Returns
    -------
    Table with columns
        subject; before (see `BEFORE`); output (the place whose accuracy it is, from 2); prob (right there, of the lists
        with such a response at the place before; NaN without any); actual; possible (lists).

    Raises
    ------
    UsageError
        Probed recall.

    References
    ----------
    Henson, Norris, Page & Baddeley (1996), Q. J. Exp. Psychol. 49A, 80-115, of errors that follow errors.
    """

    def columns(one: RecallData) -> dict[str, Column]:
        return tidy_by("before", "output", {before: accuracy_after_counts(one, before) for before in BEFORE})

    return tabulate(data, columns, as_frame)


def accuracy_after_counts(data: RecallData, before: Before = "error") -> Counts:
    """Count right answers at the places that come after a response of some kind.

    Parameters
    ----------
    data
        One condition.
    before
        One of `BEFORE`.

    Returns
    -------
    Counts
        x: places 2..list_length; actual: lists that are right there (strictly, repeated or not) and had such a response
        one place before; possible: lists that had it. Correct and error add up to all lists.

    Raises
    ------
    UsageError
        Another kind of response, or probed recall.

    Examples
    --------
    >>> from memlab.core.recall import Recalls, StudyLists
    >>> data = RecallData(StudyLists.simple(1, 5), Recalls(np.array([[1, 3, 2, 4, -1]])))
    >>> after = accuracy_after_counts(data)
    >>> after.actual.tolist(), after.possible.tolist()  # places 2 and 3 are wrong, and 4 after 3 is right
    ([[0, 0, 1, 0]], [[0, 1, 1, 0]])
    """
    check_option("before", before, Before)
    subjects, subject = group_by_subject(data)
    count = serial_engine(data).next_right(places_of(data), subject, len(subjects))
    which = [KINDS.index(kind) for kind in _KINDS_OF.get(before, (before,))]
    actual, possible = (of_kind[:, which].sum(axis=1) for of_kind in count)
    return Counts(np.arange(2, data.list_length + 1), actual, possible, subjects)


def guessed_recovery(list_length: int) -> float:
    """Return the accuracy after an error of someone who gives all items in a random order.

    Two given places are both right with probability 1 / (N (N - 1)), one is wrong with 1 - 1 / N: so it is
    (N - 2) / (N - 1)², 4 / 25 for six items, and NaN for one.

    Examples
    --------
    >>> guessed_recovery(6)
    0.16
    """
    return (list_length - 2) / (list_length - 1) ** 2 if list_length > 1 else float("nan")
