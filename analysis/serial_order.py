"""Serial recall by place: accuracy in three scorings, kinds of errors, and how far items move (transpositions)."""

from __future__ import annotations

from typing import Literal, get_args

import numpy as np

from memlab.analysis.counts import Counts, group_by_subject, ratio
from memlab.analysis.places import at_studied_position, places_of
from memlab.analysis.serial_engine import serial_engine
from memlab.analysis.tables import Column, Table, check_option, tabulate, tidy, tidy_by
from memlab.core.recall import Ints, Labels, RecallData

__all__ = [
    "ERRORS",
    "SCORINGS",
    "every_error_counts",
    "serial_accuracy",
    "serial_accuracy_counts",
    "serial_error_counts",
    "serial_errors",
    "transposition_counts",
    "transposition_gradient",
]

Scoring = Literal["strict", "item", "relative"]
SCORINGS: tuple[Scoring, ...] = get_args(Scoring)

KINDS = ("correct", "anticipation", "postponement", "repetition", "intrusion", "omission")
"""What stands at a place, in the order in which the engines count it."""

ErrorKind = Literal[
    "correct",
    "transposition",
    "anticipation",
    "postponement",
    "repetition",
    "intrusion",
    "omission",
    "omission_or_intrusion",
]
ERRORS: tuple[ErrorKind, ...] = get_args(ErrorKind)

SUMS: dict[str, tuple[str, ...]] = {
    "transposition": ("anticipation", "postponement"),
    "omission_or_intrusion": ("omission", "intrusion"),
}

Repeats = Literal["drop", "keep"]


def serial_accuracy(data: object, *, as_frame: bool = True) -> Table:
    """Accuracy of serial recall by serial position, in three scorings.

    Parameters
    ----------
    data
        A long table (psifr's raw columns), a path to one, a RecallData or a Conditions.
    as_frame
        False returns a dict of columns and leaves pandas alone.

    Returns
    -------
    Table with columns
        subject; scoring (``strict``, ``item``, ``relative``: see `serial_accuracy_counts`); input (serial position,
        from 1); prob; actual; possible (lists). A ``condition`` column leads where there are several. Probed recall has
        strict rows only, with the position that was asked for.
    """

    def columns(one: RecallData) -> dict[str, Column]:
        scorings = ("strict",) if _is_probed(one) else SCORINGS
        return tidy_by("scoring", "input", {scoring: serial_accuracy_counts(one, scoring) for scoring in scorings})

    return tabulate(data, columns, as_frame)


def serial_errors(data: object, *, as_frame: bool = True) -> Table:
    """What stands at each output place: correct items and every kind of error.

    Parameters
    ----------
    data, as_frame
        See `serial_accuracy`.

    Returns
    -------
    Table with columns
        subject; error (see `serial_error_counts`); output (place, from 1); prob; actual; possible (lists).
    """

    def columns(one: RecallData) -> dict[str, Column]:
        return tidy_by("error", "output", every_error_counts(one))

    return tabulate(data, columns, as_frame)


def transposition_gradient(data: object, *, repeats: Repeats = "drop", as_frame: bool = True) -> Table:
    """Transposition gradient: how far items are from where they belong, given where they could have been.

    Parameters
    ----------
    data, as_frame
        See `serial_accuracy`.
    repeats
        See `transposition_counts`.

    Returns
    -------
    Table with columns
        subject; displacement (output place less serial position: -1 is one too early); prob (of the items that could
        have been so displaced); actual; possible; share (of all transpositions of the subject; NaN at 0 and without
        transpositions).

    References
    ----------
    Estes (1972); Henson, Norris, Page & Baddeley (1996), Q. J. Exp. Psychol. 49A, 80-115.
    """
    check_option("repeats", repeats, Repeats)

    def columns(one: RecallData) -> dict[str, Column]:
        counts = transposition_counts(one, repeats=repeats)
        return {**tidy(counts, displacement=counts.x), "share": share_of_transpositions(counts).ravel()}

    return tabulate(data, columns, as_frame)


def share_of_transpositions(counts: Counts) -> Column:
    """Return each displacement's share of a subject's transpositions, (n_subjects, n_x); NaN at displacement 0."""
    moved = np.where(counts.x == 0, 0, counts.actual)
    share = ratio(moved, np.broadcast_to(moved.sum(axis=1, keepdims=True), moved.shape))
    return np.where(counts.x == 0, np.nan, share)


def serial_accuracy_counts(data: RecallData, scoring: Scoring = "strict") -> Counts:
    """Count the lists in which the item of each serial position is recalled.

    Parameters
    ----------
    data
        One condition.
    scoring
        ``"strict"``: at its own place. ``"item"``: anywhere in the list. ``"relative"``: the first time that it is
        given, directly after the item before it (item 1: first of all); a blank or an intrusion between them breaks.

    Returns
    -------
    Counts
        x: serial positions 1..list_length; possible: the subject's lists (probed recall: how often it was asked for).

    Raises
    ------
    UsageError
        Another scoring, or another than strict in probed recall.

    Examples
    --------
    >>> from memlab.core.recall import Recalls, StudyLists
    >>> data = RecallData(StudyLists.simple(1, 4), Recalls(np.array([[1, 3, 4, 2]])))
    >>> [serial_accuracy_counts(data, scoring).actual.tolist() for scoring in SCORINGS]
    [[[1, 0, 0, 0]], [[1, 1, 1, 1]], [[1, 0, 0, 1]]]
    """
    check_option("scoring", scoring, Scoring)
    subjects, subject = group_by_subject(data)
    x = np.arange(1, data.list_length + 1)
    if _is_probed(data) and scoring == "strict":
        return Counts(x, *_probed(data, subject, len(subjects)), subjects)
    place, engine = places_of(data), serial_engine(data)
    if scoring == "strict":
        actual = engine.kinds(place, subject, len(subjects))[:, 0]
    else:
        actual = engine.found(place, subject, len(subjects))[:, ("item", "relative").index(scoring)]
    lists = np.bincount(subject, minlength=len(subjects)).astype(np.int64)
    return Counts(x, at_studied_position(actual, data), np.repeat(lists[:, None], len(x), axis=1), subjects)


def _is_probed(data: RecallData) -> bool:
    return data.study.serial is not None and data.study.serial.direction == "probed"


def _probed(data: RecallData, subject: Ints, n_subjects: int) -> tuple[Ints, Ints]:
    """Count right answers and questions by the position that was asked for, each (n_subjects, list_length)."""
    assert data.study.serial is not None
    due = data.study.serial.due_places(data.n_lists, data.list_length)
    given = np.zeros(due.shape, dtype=np.int64)
    width = min(due.shape[1], data.recalls.n_outputs)
    given[:, :width] = data.recalls.position[:, :width]
    cell = subject[:, None] * data.list_length + due - 1
    shape = (n_subjects, data.list_length)
    counts = [
        np.bincount(cells, minlength=n_subjects * data.list_length) for cells in (cell[given == due], cell.ravel())
    ]
    actual, possible = (count.reshape(shape).astype(np.int64) for count in counts)
    return actual, possible


def serial_error_counts(data: RecallData, error: ErrorKind = "transposition") -> Counts:
    """Count the lists in which something stands at each output place.

    Parameters
    ----------
    data
        One condition.
    error
        ``"correct"``: the item that belongs there, repeated or not. ``"anticipation"`` (``"postponement"``): another
        item of the list, given for the first time and too early (too late); ``"transposition"``: either.
        ``"repetition"``: an item given before, where it does not belong. ``"intrusion"``: not of the list.
        ``"omission"``: nothing, left blank or after the end of recall. ``"omission_or_intrusion"``: either. Correct,
        transposition, repetition, intrusion and omission add up to the lists.

    Returns
    -------
    Counts
        x: output places 1..list_length; possible: the subject's lists.

    Raises
    ------
    UsageError
        Another kind of error, or probed recall.
    """
    check_option("error", error, ErrorKind)
    return every_error_counts(data)[error]


def every_error_counts(data: RecallData) -> dict[ErrorKind, Counts]:
    """Return `serial_error_counts` of every kind of error, in one pass over the lists."""
    subjects, subject = group_by_subject(data)
    kinds = serial_engine(data).kinds(places_of(data), subject, len(subjects))
    return {error: _of_kind(kinds, error, subjects) for error in ERRORS}


def _of_kind(kinds: Ints, error: ErrorKind, subjects: Labels) -> Counts:
    """Return one kind of error out of how often each of `KINDS` stands at each place, (n_subjects, 6, list_length)."""
    actual = kinds[:, [KINDS.index(kind) for kind in SUMS.get(error, (error,))]].sum(axis=1)
    return Counts(np.arange(1, kinds.shape[2] + 1), actual, kinds.sum(axis=1), subjects)


def transposition_counts(data: RecallData, *, repeats: Repeats = "drop") -> Counts:
    """Count items by displacement, output place less the place where they belong, and the displacements that were open.

    Every item of the list could have stood where one was given: an item given at place k of a list of N opens the
    displacements k - N to k - 1.

    Parameters
    ----------
    data
        One condition.
    repeats
        ``"drop"``: of an item that is given twice, the first counts alone. ``"keep"``: both count.

    Returns
    -------
    Counts
        x: displacements 1 - list_length .. list_length - 1.

    Raises
    ------
    UsageError
        Probed recall.
    """
    check_option("repeats", repeats, Repeats)
    subjects, subject = group_by_subject(data)
    x = np.arange(1 - data.list_length, data.list_length)
    count = serial_engine(data).displacements(places_of(data), subject, len(subjects), repeats == "keep")
    return Counts(x, *count, subjects)
