"""How much is recalled, and when recall stops."""

from __future__ import annotations

from typing import Literal

import numpy as np

from memlab.analysis.counts import Counts, group_by_subject
from memlab.analysis.credited import first_correct, responded
from memlab.analysis.tables import Column, Table, check_option, tabulate, tidy
from memlab.core.recall import Floats, Ints, RecallData

__all__ = ["number_recalled", "number_recalled_by_list", "stop_counts", "stop_probability"]

Counted = Literal["credited", "responses"]


def number_recalled_by_list(data: RecallData) -> Ints:
    """Return how many items of each list were recalled, each once, (n_lists,)."""
    return np.asarray(first_correct(data).sum(axis=1), dtype=np.int64)


def number_recalled(data: object, *, as_frame: bool = True) -> Table:
    """Items recalled a list; an item counts once, intrusions do not count, empty lists do.

    Parameters
    ----------
    data
        A long table (psifr's raw columns), a path to one, a RecallData or a Conditions.
    as_frame
        False returns a dict of columns and leaves pandas alone.

    Returns
    -------
    Table with columns
        subject; recalled (mean over the subject's lists); sd (between the subject's lists, n - 1; NaN for one list);
        lists.
    """
    return tabulate(data, _number_columns, as_frame)


def _number_columns(data: RecallData) -> dict[str, Column]:
    subjects, subject = group_by_subject(data)
    number = number_recalled_by_list(data)
    lists = np.bincount(subject, minlength=len(subjects))
    mean: Floats = np.bincount(subject, weights=number, minlength=len(subjects)) / lists
    squares = np.bincount(subject, weights=(number - mean[subject]) ** 2, minlength=len(subjects))
    sd = np.sqrt(np.divide(squares, lists - 1, out=np.full(len(subjects), np.nan), where=lists > 1))
    return {"subject": subjects, "recalled": mean, "sd": sd, "lists": lists}


def stop_probability(data: object, *, count: Counted = "credited", as_frame: bool = True) -> Table:
    """Probability that recall stops, by how many have been recalled so far.

    Parameters
    ----------
    data, as_frame
        See `number_recalled`.
    count
        See `stop_counts`.

    Returns
    -------
    Table with columns
        subject; output (recalled so far, from 0); prob; actual (lists that end there); possible (lists that get there).
    """

    def columns(one: RecallData) -> dict[str, Column]:
        counts = stop_counts(one, count=count)
        return tidy(counts, output=counts.x)

    return tabulate(data, columns, as_frame)


def stop_counts(data: RecallData, *, count: Counted = "credited") -> Counts:
    """Count the lists that end after each number of recalls, out of those that get so far.

    A list with as many responses as were kept (`StudyLists.max_responses`) may have gone on: it gets as far as the
    others, but does not count as an end, neither in ``actual`` nor in ``possible``.

    Parameters
    ----------
    data
        One condition.
    count
        What is counted: ``"credited"`` recalls (first correct ones), or all ``"responses"``.

    Returns
    -------
    Counts
        x: recalled so far, 0..list_length (0..n_outputs for responses). After a whole list the probability is 1.
    """
    check_option("count", count, Counted)
    subjects, subject = group_by_subject(data)
    responses = responded(data).sum(axis=1)
    reached = number_recalled_by_list(data) if count == "credited" else responses
    most = data.list_length if count == "credited" else data.recalls.n_outputs
    kept = data.study.max_responses
    ended = np.ones(data.n_lists, dtype=bool) if kept is None else responses < kept
    ends = _by_subject(reached[ended], subject[ended], len(subjects), most + 1)
    cut_off = _by_subject(reached[~ended], subject[~ended], len(subjects), most + 1)
    return Counts(np.arange(most + 1), ends, _at_least(ends) + _at_least(cut_off) - cut_off, subjects)


def _by_subject(number: Ints, subject: Ints, n_subjects: int, n_columns: int) -> Ints:
    total = np.bincount(subject * n_columns + number, minlength=n_subjects * n_columns)
    return total.reshape(n_subjects, n_columns).astype(np.int64)


def _at_least(lists: Ints) -> Ints:
    """Return how many lists have that number or more, from how many have exactly that number."""
    return np.asarray(np.cumsum(lists[:, ::-1], axis=1)[:, ::-1])
