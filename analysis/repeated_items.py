"""The Ranschburg effect: the second of two equal items is recalled worse than an item in its place that comes once."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from memlab.analysis.counts import ratio
from memlab.analysis.places import at_studied_position, places_of
from memlab.analysis.tables import Table, as_conditions, stack
from memlab.core.recall import Floats, Ints, RecallData

__all__ = ["ranschburg"]

Mask = NDArray[np.bool_]


def ranschburg(data: object, *, as_frame: bool = True) -> Table:
    """Ranschburg effect: how often the second of two equal items is right, against lists without a repeat.

    Strict scoring. The control of a list is the share right at the same place in the lists of the same subject and
    length in which no item comes twice, in whatever condition. Of an item that comes more than twice, its first two
    places count; of several such items, each.

    Parameters
    ----------
    data
        A long table (psifr's raw columns), a path to one, a RecallData or a Conditions.
    as_frame
        False returns a dict of columns and leaves pandas alone.

    Returns
    -------
    Table with columns
        subject; spacing (second place less first: 1 is side by side); prob (of the second being right); actual;
        possible; control (NaN without control lists); effect (prob less control: below 0 is the Ranschburg effect). A
        subject without a repeat has no row.

    References
    ----------
    Crowder (1968), J. Verbal Learn. Verbal Behav. 7; Henson (1998), J. Exp. Psychol. Learn. Mem. Cogn. 24, 1162-1181.
    """
    conditions = as_conditions(data)
    control = _control(conditions)
    pairs = [pair for one in conditions.values() for pair in _pairs(one, control)]
    return stack({"all": _columns(pairs)}, as_frame)


def _right(data: RecallData) -> Mask:
    """Return whether the item of each serial position was given at its place, (n_lists, list_length)."""
    due = np.arange(1, data.list_length + 1)
    return np.asarray(at_studied_position((places_of(data) == due).astype(np.int64), data), dtype=bool)


def _second_places(items: Ints) -> list[tuple[int, int]]:
    """Return the first and second place, from 0, of each item that comes more than once in a list."""
    places: dict[int, list[int]] = {}
    for place, item in enumerate(items.tolist()):
        places.setdefault(item, []).append(place)
    return [(at[0], at[1]) for at in places.values() if len(at) > 1]


def _control(conditions: Mapping[str, RecallData]) -> dict[tuple[Any, int], Floats]:
    """Return the share right by place of each (subject, length), from the lists without a repeat."""
    rows: dict[tuple[Any, int], list[Mask]] = {}
    for one in conditions.values():
        right = _right(one)
        for row, subject in enumerate(one.study.subject.tolist()):
            if not _second_places(one.study.items[row]):
                rows.setdefault((subject, one.list_length), []).append(right[row])
    return {key: np.mean(right, axis=0) for key, right in rows.items()}


def _pairs(data: RecallData, control: Mapping[tuple[Any, int], Floats]) -> list[tuple[Any, int, bool, float]]:
    """Return subject, spacing, whether the second was right, and its control, of each pair of equal items."""
    right = _right(data)
    return [
        (subject, second - first, bool(right[row, second]), _at(control, (subject, data.list_length), second))
        for row, subject in enumerate(data.study.subject.tolist())
        for first, second in _second_places(data.study.items[row])
    ]


def _at(control: Mapping[tuple[Any, int], Floats], key: tuple[Any, int], place: int) -> float:
    return float(control[key][place]) if key in control else float("nan")


def _columns(pairs: list[tuple[Any, int, bool, float]]) -> dict[str, NDArray[Any]]:
    keys = sorted({(subject, spacing) for subject, spacing, _, _ in pairs})
    groups = [[pair for pair in pairs if pair[:2] == key] for key in keys]
    actual = np.array([sum(pair[2] for pair in group) for group in groups], dtype=np.int64)
    possible = np.array([len(group) for group in groups], dtype=np.int64)
    control = np.array([np.mean([pair[3] for pair in group]) for group in groups])
    prob = ratio(actual, possible)
    return {
        "subject": np.array([subject for subject, _ in keys]),
        "spacing": np.array([spacing for _, spacing in keys], dtype=np.int64),
        "prob": prob,
        "actual": actual,
        "possible": possible,
        "control": control,
        "effect": prob - control,
    }
