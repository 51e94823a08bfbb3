"""By serial position: the serial-position curve (spc), the probability of first (pfr) and of nth recall (pnr)."""

from __future__ import annotations

import numpy as np

from memlab.analysis.counts import Counts, engine, group_by_subject
from memlab.analysis.tables import Column, Table, tabulate, tidy
from memlab.core.recall import Ints, RecallData

__all__ = ["pfr", "pfr_counts", "pnr", "pnr_counts", "spc", "spc_counts"]


def spc(data: object, *, as_frame: bool = True) -> Table:
    """Serial-position curve: the share of lists in which each position was recalled.

    An item counts once a list; intrusions are ignored; a list without a response is in the denominator.

    Parameters
    ----------
    data
        A long table (psifr's raw columns), a path to one, a RecallData or a Conditions.
    as_frame
        False returns a dict of columns and leaves pandas alone.

    Returns
    -------
    Table with columns
        subject; input (serial position, from 1); recall (share of the subject's lists, in [0, 1]). A ``condition``
        column leads where there are several.
    """

    def columns(one: RecallData) -> dict[str, Column]:
        table = tidy(counts := spc_counts(one), input=counts.x)
        return {"subject": table["subject"], "input": table["input"], "recall": table["prob"]}

    return tabulate(data, columns, as_frame)


def pfr(data: object, *, strict: bool = False, as_frame: bool = True) -> Table:
    """Probability of first recall: with which serial position recall begins.

    Parameters
    ----------
    data, as_frame
        See `spc`.
    strict
        False: the first credited recall, out of the lists with at least one (psifr's ``pnr`` at output 1). True: the
        very first response, out of all lists.

    Returns
    -------
    Table with columns
        subject; output (1); input (serial position); prob; actual; possible (lists).
    """

    def columns(one: RecallData) -> dict[str, Column]:
        counts = pfr_counts(one, strict=strict)
        return tidy(counts, output=np.ones_like(counts.x), input=counts.x)

    return tabulate(data, columns, as_frame)


def pnr(data: object, *, as_frame: bool = True) -> Table:
    """Probability of nth recall: which serial position comes at each output position.

    Repeats and intrusions are ignored and take no output position.

    Parameters
    ----------
    data, as_frame
        See `spc`.

    Returns
    -------
    Table with columns
        subject; output; input; prob; actual; possible (lists with that many credited recalls in which the item had not
        come before).
    """

    def columns(one: RecallData) -> dict[str, Column]:
        counts = pnr_counts(one)
        return tidy(counts, output=counts.x[:, 0], input=counts.x[:, 1])

    return tabulate(data, columns, as_frame)


def spc_counts(data: RecallData) -> Counts:
    """Count the lists in which each serial position was recalled.

    An item counts once a list; intrusions are ignored; a list without a response is in the denominator.

    Returns
    -------
    Counts
        x: serial positions 1..list_length; possible: the subject's lists.

    Examples
    --------
    >>> from memlab.core.recall import Recalls, StudyLists
    >>> data = RecallData(StudyLists.simple(2, 3), Recalls(np.array([[3, 1, 3], [-1, 3, 0]])))
    >>> spc_counts(data).actual
    array([[1, 0, 2]])
    """
    subjects, subject = group_by_subject(data)
    actual = engine(data).spc(data.recalls.position, data.list_length, subject, len(subjects))
    lists = np.bincount(subject, minlength=len(subjects)).astype(np.int64)
    return Counts(_positions(data), actual, _for_each_position(lists, data), subjects)


def pfr_counts(data: RecallData, *, strict: bool = False) -> Counts:
    """Count the lists that begin with each serial position.

    Parameters
    ----------
    data
        One condition.
    strict
        False: the first credited recall, out of the lists with at least one. True: the very first response, out of all
        lists; a list that begins with an intrusion, or has no response, begins with no position.

    Returns
    -------
    Counts
        x: serial positions 1..list_length.
    """
    subjects, subject = group_by_subject(data)
    actual, lists = engine(data).pfr(data.recalls.position, data.list_length, subject, len(subjects), strict)
    return Counts(_positions(data), actual, _for_each_position(lists, data), subjects)


def pnr_counts(data: RecallData) -> Counts:
    """Count which serial position comes nth, out of those not yet recalled in the lists with an nth recall.

    Repeats and intrusions are ignored and take no output position.

    Returns
    -------
    Counts
        x: (list_length ** 2, 2) pairs of output and serial position, serial position fastest.
    """
    subjects, subject = group_by_subject(data)
    actual, possible = engine(data).pnr(data.recalls.position, data.list_length, subject, len(subjects))
    places = _positions(data)
    pairs = np.stack([np.repeat(places, len(places)), np.tile(places, len(places))], axis=1)
    flat = (len(subjects), len(pairs))
    return Counts(pairs, actual.reshape(flat), possible.reshape(flat), subjects)


def _positions(data: RecallData) -> Ints:
    return np.arange(1, data.list_length + 1)


def _for_each_position(lists: Ints, data: RecallData) -> Ints:
    return np.repeat(lists[:, None], data.list_length, axis=1)
