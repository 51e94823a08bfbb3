"""Responses without credit: intrusions and repetitions by output position, and the lists that intrusions come from."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Literal

import numpy as np

from memlab.analysis.counts import Counts, group_by_subject, ratio
from memlab.analysis.credited import Mask, intruded, repeated, responded
from memlab.analysis.tables import Column, Table, as_conditions, check_option, stack, tabulate, tidy
from memlab.core.errors import DataError, UsageError
from memlab.core.recall import INTRUSION, Ints, Labels, RecallData

__all__ = ["intrusion_counts", "intrusions", "pli_list_lag", "repetition_counts", "repetitions"]

Studied = Literal["each", "latest"]


def intrusions(data: object, *, as_frame: bool = True) -> Table:
    """Intrusions by output position.

    Parameters
    ----------
    data
        A long table (psifr's raw columns), a path to one, a RecallData or a Conditions.
    as_frame
        False returns a dict of columns and leaves pandas alone.

    Returns
    -------
    Table with columns
        subject; output (every response counts, from 1); prob (of a response being an intrusion); actual; possible
        (lists with a response there); per_list (actual over all lists of the subject: its sum is the intrusions a
        list).
    """
    return tabulate(data, lambda one: _per_list(one, intrusion_counts(one)), as_frame)


def repetitions(data: object, *, as_frame: bool = True) -> Table:
    """Repetitions of an item recalled before, by output position.

    Parameters and columns are those of `intrusions`.
    """
    return tabulate(data, lambda one: _per_list(one, repetition_counts(one)), as_frame)


def intrusion_counts(data: RecallData) -> Counts:
    """Count the intrusions at each output position, out of the lists with a response there.

    Returns
    -------
    Counts
        x: output positions 1..n_outputs.
    """
    return _by_output(data, intruded)


def repetition_counts(data: RecallData) -> Counts:
    """Count the repeats at each output position, out of the lists with a response there.

    Returns
    -------
    Counts
        x: output positions 1..n_outputs.
    """
    return _by_output(data, repeated)


def _by_output(data: RecallData, happened: Callable[[RecallData], Mask]) -> Counts:
    subjects, subject = group_by_subject(data)
    x = np.arange(1, data.recalls.n_outputs + 1)
    return Counts(
        x,
        _sum_lists(happened(data), subject, len(subjects)),
        _sum_lists(responded(data), subject, len(subjects)),
        subjects,
    )


def _sum_lists(mask: Mask, subject: Ints, n_subjects: int) -> Ints:
    """Count the lists of each subject in which a column is true, (n_subjects, n_columns)."""
    row, column = np.nonzero(mask)
    cell = subject[row] * mask.shape[1] + column
    total = np.bincount(cell, minlength=n_subjects * mask.shape[1])
    return total.reshape(n_subjects, mask.shape[1]).astype(np.int64)


def _per_list(data: RecallData, counts: Counts) -> dict[str, Column]:
    subjects, subject = group_by_subject(data)
    lists = np.bincount(subject, minlength=len(subjects))
    return {**tidy(counts, output=counts.x), "per_list": (counts.actual / lists[:, None]).ravel()}


def pli_list_lag(data: object, max_lag: int, *, studied: Studied = "each", as_frame: bool = True) -> Table:
    """How many lists back prior-list intrusions come from.

    The first ``max_lag`` lists of a subject are left out, so that every lag is possible in every list that counts.
    Prior lists are looked for in all conditions of a subject.

    Parameters
    ----------
    data, as_frame
        See `intrusions`. Lists are numbered from 1 in order of study within a subject, over all conditions.
    max_lag : int, >= 1
        The farthest list.
    studied
        Where an intrusion comes from whose item was studied in several lists. ``"each"`` of them: it counts once for
        every list with the item, in ``prob`` also for lists that came later (as psifr has it). ``"latest"``: it counts
        once, for the latest list before the recall.

    Returns
    -------
    Table with columns
        subject; list_lag (1..max_lag); count; per_list (count over the lists that count); prob (count over all
        intrusions in them, extra-list intrusions and repeats of an intrusion included; NaN without intrusions).

    Raises
    ------
    UsageError
        A ``max_lag`` below 1.
    DataError
        Recalls without item identities, or list labels that are not whole numbers.
    """
    if max_lag < 1:
        raise UsageError(f"max_lag must be a whole number of at least 1. Got {max_lag!r} instead.")
    check_option("studied", studied, Studied)
    conditions = as_conditions(data)
    for name, one in conditions.items():
        _check_identities(name, one)
    history = _History(conditions)
    tables = {name: _pli_columns(one, max_lag, history, studied) for name, one in conditions.items()}
    return stack(tables, as_frame)


def _check_identities(name: str, data: RecallData) -> None:
    if data.recalls.item is None:
        raise DataError(
            f"condition {name}: pli_list_lag needs to know which item each intrusion was; give Recalls.item or read a "
            "long table."
        )
    if data.study.list.dtype.kind not in "iu" or data.study.list.min(initial=1) < 1:
        raise DataError(f"condition {name}: pli_list_lag needs lists numbered from 1; these have other labels.")


class _History:
    """What each subject studied in which list, over all conditions, as sorted (subject, item, list) keys."""

    def __init__(self, conditions: Mapping[str, RecallData]) -> None:
        studies = [one.study for one in conditions.values()]
        self.subjects: Labels = np.unique(np.concatenate([study.subject for study in studies]))
        self.n_items = 2 + max(
            max(int(one.study.items.max(initial=0)), int(np.max(one.recalls.item, initial=0)))  # type: ignore[arg-type]
            for one in conditions.values()
        )  # one item more than there are: -1, an unknown one, which nobody studied
        self.n_lists = 1 + max(int(study.list.max(initial=0)) for study in studies)
        keys = [self._key(study.subject[:, None], study.items, study.list[:, None]) for study in studies]
        self.keys: Ints = np.sort(np.concatenate([key.ravel() for key in keys]))

    def _key(self, subject: Labels, item: Ints, number: Ints) -> Ints:
        code = np.searchsorted(self.subjects, subject).astype(np.int64)
        return np.asarray((code * self.n_items + item % self.n_items) * self.n_lists + number)

    def each(self, subject: Labels, item: Ints) -> tuple[Ints, Ints]:
        """Return the lists with each item, one after the other, and for which of the items they are.

        An item that was never studied has one list, 0.
        """
        start = np.searchsorted(self.keys, self._key(subject, item, np.zeros_like(item)))
        n_lists = np.searchsorted(self.keys, self._key(subject, item, np.full_like(item, self.n_lists))) - start
        of = np.repeat(np.arange(len(item)), np.maximum(n_lists, 1))
        offset = np.arange(len(of)) - np.searchsorted(of, of)
        key = self.keys[np.minimum(start[of] + offset, len(self.keys) - 1)]
        return np.where(n_lists[of] > 0, key % self.n_lists, 0), of

    def latest(self, subject: Labels, item: Ints, before: Ints) -> tuple[Ints, Ints]:
        """Return the latest list with each item before a list, 0 for none, and for which of the items it is."""
        number, of = self.each(subject, item)
        latest = np.zeros(len(item), dtype=np.int64)
        np.maximum.at(latest, of, np.where(number < before[of], number, 0))
        return latest, np.arange(len(item))


def _pli_columns(data: RecallData, max_lag: int, history: _History, studied: Studied) -> dict[str, Column]:
    subjects, subject = group_by_subject(data)
    number: Ints = data.study.list.astype(np.int64)
    counted = number > max_lag
    row, output = np.nonzero((data.recalls.position == INTRUSION) & counted[:, None])
    assert data.recalls.item is not None
    who, what = data.study.subject[row], data.recalls.item[row, output]
    source, of = history.each(who, what) if studied == "each" else history.latest(who, what, number[row])
    row = row[of]
    lag = np.where(source > 0, number[row] - source, 0)
    near = (lag >= 1) & (lag <= max_lag)
    cell = subject[row[near]] * max_lag + lag[near] - 1
    count = np.bincount(cell, minlength=len(subjects) * max_lag).reshape(len(subjects), max_lag)
    lists = np.bincount(subject[counted], minlength=len(subjects))[:, None]
    all_intrusions = np.bincount(subject[row], minlength=len(subjects))[:, None]
    return {
        "subject": np.repeat(subjects, max_lag),
        "list_lag": np.tile(np.arange(1, max_lag + 1), len(subjects)),
        "count": count.ravel(),
        "per_list": ratio(count, np.broadcast_to(lists, count.shape)).ravel(),
        "prob": ratio(count, np.broadcast_to(all_intrusions, count.shape)).ravel(),
    }
