"""Protrusions: intrusions from the list before that keep the place they had there."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

import numpy as np

from memlab.analysis.counts import Counts, group_by_subject
from memlab.analysis.tables import Column, Table, as_conditions, check_option, stack, tidy
from memlab.core.errors import DataError
from memlab.core.recall import INTRUSION, Ints, RecallData

__all__ = ["protrusions"]

By = Literal["output", "displacement"]


def protrusions(data: object, *, by: By = "output", as_frame: bool = True) -> Table:
    """Protrusions: of the intrusions that come from the list before, those at the place where they were studied.

    The list before is the one numbered one lower, of the same subject, in whatever condition.

    Parameters
    ----------
    data
        A long table (psifr's raw columns), a path to one, a RecallData or a Conditions. Lists are numbered from 1 in
        order of study within a subject, over all conditions.
    by
        ``"output"``: by output place. ``"displacement"``: by output place less the place in the list before, 0 for a
        protrusion.
    as_frame
        False returns a dict of columns and leaves pandas alone.

    Returns
    -------
    Table with columns
        subject; output; prob (of an intrusion from the list before being a protrusion; by chance 1 / list_length);
        actual; possible (intrusions from the list before at this place). Or: subject; displacement; prob; actual;
        possible (intrusions from the list before that could have been so displaced).

    Raises
    ------
    DataError
        Recalls without item identities, or list labels that are not whole numbers.

    References
    ----------
    Conrad (1960), Br. J. Psychol. 51, 45-48; Henson (1998), Cogn. Psychol. 36, 73-137.
    """
    check_option("by", by, By)
    conditions = as_conditions(data)
    for name, one in conditions.items():
        _check(name, one)
    studied = _studied(conditions)
    count = {"output": _by_output, "displacement": _by_displacement}[by]
    tables: dict[str, dict[str, Column]] = {}
    for name, one in conditions.items():
        counts = count(one, _old_places(one, studied))
        tables[name] = tidy(counts, **{by: counts.x})
    return stack(tables, as_frame)


def _check(name: str, data: RecallData) -> None:
    if data.recalls.item is None:
        raise DataError(
            f"condition {name}: protrusions needs to know which item each intrusion was; give Recalls.item or read a "
            "long table."
        )
    if data.study.list.dtype.kind not in "iu":
        raise DataError(f"condition {name}: protrusions needs lists numbered in order of study; these have names.")


def _studied(conditions: Mapping[str, RecallData]) -> dict[tuple[Any, int], Ints]:
    """Return the items of each (subject, list)."""
    studies = [one.study for one in conditions.values()]
    return {
        (subject, number): items
        for study in studies
        for subject, number, items in zip(study.subject.tolist(), study.list.tolist(), study.items, strict=True)
    }


def _old_places(data: RecallData, studied: Mapping[tuple[Any, int], Ints]) -> tuple[Ints, Ints, Ints]:
    """Return row, output place and place in the list before, from 1, of each intrusion from there."""
    assert data.recalls.item is not None
    backward = data.study.serial is not None and data.study.serial.direction == "backward"
    found: list[tuple[int, int, int]] = []
    for row, output in zip(*np.nonzero(data.recalls.position == INTRUSION), strict=True):
        before = studied.get((data.study.subject[row], int(data.study.list[row]) - 1))
        at = np.flatnonzero(before == data.recalls.item[row, output]) if before is not None else np.zeros(0)
        if before is not None and len(at) and output < data.list_length:
            found.append((int(row), int(output) + 1, len(before) - int(at[0]) if backward else int(at[0]) + 1))
    row, place, old = np.array(found, dtype=np.int64).reshape(-1, 3).T
    return row, place, old


def _by_output(data: RecallData, found: tuple[Ints, Ints, Ints]) -> Counts:
    subjects, subject = group_by_subject(data)
    row, place, old = found
    cell, size = subject[row] * data.list_length + place - 1, len(subjects) * data.list_length
    actual, possible = (np.bincount(cells, minlength=size) for cells in (cell[place == old], cell))
    shape = (len(subjects), data.list_length)
    x = np.arange(1, data.list_length + 1)
    return Counts(x, actual.reshape(shape).astype(np.int64), possible.reshape(shape).astype(np.int64), subjects)


def _by_displacement(data: RecallData, found: tuple[Ints, Ints, Ints]) -> Counts:
    subjects, subject = group_by_subject(data)
    length = data.list_length
    actual = np.zeros((len(subjects), 2 * length - 1), dtype=np.int64)
    possible = np.zeros_like(actual)
    for row, place, old in zip(*found, strict=True):
        if old <= length:  # the list before may have been longer
            actual[subject[row], length - 1 + place - old] += 1
            possible[subject[row], place - 1 : place - 1 + length] += 1
    return Counts(np.arange(1 - length, length), actual, possible, subjects)
