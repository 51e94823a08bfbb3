"""The long table (psifr's raw format): reading it into `RecallData`, and writing it.

One row an event: ``subject, list, trial_type ('study'|'recall'), position, item``. Optional columns: ``condition``
(constant within a list), ``response_time`` (recall rows, seconds since the test began), and on study rows ``onset``,
``distractor`` (seconds of distraction before the item), ``delay`` (seconds of distraction before the test) and, one
value a condition, ``recall_seconds`` (how long recall may last) and ``max_responses`` (how many responses are kept).

In serial recall a place that was left blank is a recall row with the item ``(omission)``; `memlab.core.serial_columns`
has the columns that say what was asked for.
"""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from memlab.core.errors import DataError, DataWarning
from memlab.core.event_order import event_order
from memlab.core.file_reader import read_file
from memlab.core.files import csv_text, write_text
from memlab.core.long_file import LongFile, read_columns
from memlab.core.recall import (
    INTRUSION,
    OMISSION,
    STOP,
    Conditions,
    Floats,
    Ints,
    Pool,
    RecallData,
    Recalls,
    StudyLists,
)
from memlab.core.serial_columns import serial_columns, serial_test

__all__ = [
    "INTRUSION_WORD",
    "OMISSION_WORD",
    "REQUIRED",
    "UNNAMED_RESPONSE",
    "read_conditions",
    "read_long_table",
    "read_table",
    "response_words",
    "says_something",
    "study_words",
    "table_columns",
    "table_frame",
    "write_table",
]

REQUIRED = ("subject", "list", "trial_type", "position", "item")
INTRUSION_WORD = "(intrusion)"
"""What an intrusion of unknown identity is called in a written table; it must not be a studied item."""

UNNAMED_RESPONSE = "counts as an intrusion; a place of serial recall that was left blank is (omission)"
"""What becomes of a recall row without an item."""

OMISSION_WORD = "(omission)"
"""What a blank is called in the table of serial recall; it is no item."""


def read_table(source: object) -> RecallData | Conditions:
    """Read recalls: psifr's long table, or a file in any format that memlab knows.

    Parameters
    ----------
    source : path, DataFrame, dict of columns, RecallData or Conditions
        A file in one of `memlab.data.FORMATS`, told from its name and content; or the long table in memory.

    Returns
    -------
    RecallData, or Conditions (a mapping of name to RecallData) where there are several conditions or list lengths

    Raises
    ------
    DataError
        A missing column, an empty file, a position below 1, a repeated or missing study position, recalls of a list
        that was not studied, … ; names file, row and column.
    """
    conditions = read_conditions(source)
    return next(iter(conditions.values())) if len(conditions) == 1 else conditions


def read_conditions(source: object) -> Conditions:
    """Read recalls, always as a mapping of conditions; see `read_table`."""
    if isinstance(source, Conditions):
        return source
    if isinstance(source, RecallData):
        return Conditions([source])
    of_file: Conditions | None = read_file(source) if isinstance(source, (str, Path)) else None
    return read_long_table(source) if of_file is None else of_file


def read_long_table(source: object) -> Conditions:
    """Read psifr's long table alone: a CSV file, a DataFrame, a dict of columns, or a `LongFile`; see `read_table`."""
    table = read_columns(source)
    table.need(*REQUIRED)
    return Conditions(_conditions(_events(table)))


@dataclass(frozen=True)
class _Events:
    """The rows of a table sorted by list, then study before recall, then position; `unit` numbers the lists."""

    table: LongFile
    order: Ints
    unit: Ints
    recall: NDArray[np.bool_]
    position: Ints
    item: Ints
    words: tuple[str, ...]
    subject: NDArray[Any]
    list: NDArray[Any]

    def column(self, name: str) -> Floats | None:
        """Return an optional column of numbers in sorted order."""
        return self.table.numbers(name, missing=True)[self.order] if name in self.table.columns else None


def _events(table: LongFile) -> _Events:
    recall = _is_recall(table)
    position = table.whole("position")
    (number, lists), (subject, subjects) = table.ranked("list"), table.ranked("subject")
    low = position < 1
    if low.any():
        index = int(np.argmax(low))
        raise table.fail(index, f"list {lists[number[index]]} has position {position[index]}; positions count from 1.")
    item, words = _item_codes(table, recall)
    key = subject * len(lists) + number
    order = event_order(key, recall, position)
    begins = np.diff(key[order], prepend=-1) != 0
    first = order[begins]
    unit = np.cumsum(begins) - 1
    whose, which = subjects[subject[first]], lists[number[first]]
    events = _Events(table, order, unit, recall[order], position[order], item[order], words, whose, which)
    _check_positions(events)
    return events


def _is_recall(table: LongFile) -> NDArray[np.bool_]:
    codes, kinds = table.distinct("trial_type")
    for code, kind in enumerate(kinds):
        if kind not in ("study", "recall"):
            raise table.fail(int(np.argmax(codes == code)), f"trial_type is '{kind}'; allowed: study, recall.")
    is_recall: NDArray[np.bool_] = np.array([kind == "recall" for kind in kinds])[codes]
    return is_recall


def _item_codes(table: LongFile, recall: NDArray[np.bool_]) -> tuple[Ints, tuple[str, ...]]:
    """Number the items in order of first appearance; a blank is no item, -1."""
    codes, words = _named_items(table, recall)
    if OMISSION_WORD not in words:
        return codes, words
    blank = words.index(OMISSION_WORD)
    codes = np.where(codes == blank, -1, codes - (codes > blank))
    return codes, tuple(word for word in words if word != OMISSION_WORD)


def _named_items(table: LongFile, recall: NDArray[np.bool_]) -> tuple[Ints, tuple[str, ...]]:
    """Return the items by number; a response without one is an intrusion, as psifr counts it, and warned of."""
    codes, words = table.distinct("item")
    if "" not in words:
        return codes, words
    empty = codes == words.index("")
    if (empty & ~recall).any():
        raise table.fail(int(np.argmax(empty & ~recall)), "item is empty; every studied row needs one.")
    more = f" (and in {int(empty.sum()) - 1} more rows)" if empty.sum() > 1 else ""
    told = table.fail(int(np.argmax(empty)), f"item is empty{more}. It {UNNAMED_RESPONSE}.")
    warnings.warn(str(told), DataWarning, stacklevel=2)
    index = {word: i for i, word in enumerate(dict.fromkeys(word or INTRUSION_WORD for word in words))}
    return np.array([index[word or INTRUSION_WORD] for word in words])[codes], tuple(index)


def _check_positions(events: _Events) -> None:
    """Raise unless every list was studied at positions 1..N, each once, and no output position stands twice."""
    same = (np.diff(events.unit) == 0) & (np.diff(events.recall.astype(np.int8)) == 0)
    twice = same & (np.diff(events.position) == 0)
    if twice.any():
        sorted_index = int(np.argmax(twice)) + 1
        kind = "recall" if events.recall[sorted_index] else "study"
        raise _fail(events, sorted_index, f"{kind} position {events.position[sorted_index]} stands there twice")
    study = ~events.recall
    blank = study & (events.item < 0)
    if blank.any():
        raise _fail(events, int(np.argmax(blank)), f"{OMISSION_WORD} is studied; it stands for a blank in recall")
    first_study = np.searchsorted(events.unit[study], np.arange(len(events.list)))
    missing = np.bincount(events.unit[study], minlength=len(events.list)) == 0
    if missing.any():
        sorted_index = int(np.argmax(missing[events.unit]))
        raise _fail(events, sorted_index, "there are recalls but no study rows")
    expected = np.arange(int(study.sum())) - first_study[events.unit[study]] + 1
    gap = events.position[study] != expected
    if gap.any():
        sorted_index = int(np.flatnonzero(study)[np.argmax(gap)])
        want = expected[np.argmax(gap)]
        raise _fail(events, sorted_index, f"study position {want} is missing; positions run from 1 without gaps")


def _fail(events: _Events, sorted_index: int, problem: str) -> DataError:
    unit = events.unit[sorted_index]
    return events.table.fail(
        int(events.order[sorted_index]), f"list {events.list[unit]} of subject {events.subject[unit]}: {problem}."
    )


def _conditions(events: _Events) -> list[RecallData]:
    """Split the lists by condition and list length, in order of first appearance in the file."""
    n_units = len(events.list)
    lengths = np.bincount(events.unit[~events.recall], minlength=n_units)
    labels = _list_conditions(events)
    first_row = np.minimum.reduceat(events.order, np.searchsorted(events.unit, np.arange(n_units)))
    groups: dict[tuple[str, int], list[int]] = {}
    for unit in np.argsort(first_row, kind="stable").tolist():
        groups.setdefault((labels[unit], int(lengths[unit])), []).append(unit)
    several = {label for label, _ in groups if sum(label == other for other, _ in groups) > 1}
    pool = Pool(words=events.words)
    return [
        _recall_data(events, np.sort(np.array(units)), length, _group_name(label, length, label in several), pool)
        for (label, length), units in groups.items()
    ]


def _group_name(label: str, length: int, several_lengths: bool) -> str:
    if not several_lengths:
        return label or "all"
    return f"{label}-{length}" if label else str(length)


def _list_conditions(events: _Events) -> list[str]:
    if "condition" not in events.table.columns:
        return [""] * len(events.list)
    codes, labels = events.table.distinct("condition")
    codes = codes[events.order]
    of_list = codes[np.searchsorted(events.unit, np.arange(len(events.list)))]
    changed = codes != of_list[events.unit]
    if changed.any():
        raise _fail(events, int(np.argmax(changed)), "its rows name two conditions")
    return [labels[code] for code in of_list]


def _recall_data(events: _Events, units: Ints, length: int, name: str, pool: Pool) -> RecallData:
    row_of_unit = np.full(len(events.list), -1)
    row_of_unit[units] = np.arange(len(units))
    study = np.flatnonzero(~events.recall & (row_of_unit[events.unit] >= 0))
    recall = np.flatnonzero(events.recall & (row_of_unit[events.unit] >= 0))
    items = events.item[study].reshape(len(units), length)
    onset, distractor = _schedule(events, study, len(units), length)
    seconds, kept = (_limit(events, study, name) for name in ("recall_seconds", "max_responses"))
    recalls = _recalls(events, recall, row_of_unit[events.unit[recall]], items)
    blanks = bool((recalls.position == OMISSION).any())
    test = serial_test(events.table, events.order[study], events.order[recall], items.shape, recalls.position, blanks)
    study_lists = StudyLists(
        items,
        onset,
        distractor,
        events.subject[units],
        events.list[units],
        pool,
        recall_seconds=float("inf") if seconds is None else seconds,
        max_responses=None if kept is None else int(kept),
        serial=test,
    )
    return RecallData(study_lists, recalls, name)


def _schedule(events: _Events, study: Ints, n_lists: int, length: int) -> tuple[Floats, Floats]:
    """Return onsets (one item a second where the table does not say) and distraction (none)."""
    shape = (n_lists, length)
    before, delay, onset = (events.column(name) for name in ("distractor", "delay", "onset"))
    distractor = np.zeros((n_lists, length + 1))
    if before is not None:
        distractor[:, :-1] = np.nan_to_num(before[study]).reshape(shape)
    if delay is not None:
        distractor[:, -1] = np.nan_to_num(delay[study]).reshape(shape)[:, -1]
    if onset is None:
        return np.cumsum(distractor[:, :-1], axis=1) + np.arange(float(length)), distractor
    if np.isnan(onset[study]).any():
        raise _fail(events, int(study[np.argmax(np.isnan(onset[study]))]), "a study row has no onset")
    return onset[study].reshape(shape), distractor


def _limit(events: _Events, study: Ints, name: str) -> float | None:
    """Return the one value that a condition's study rows have in a column; None where they have none."""
    column = events.column(name)
    given = study[:0] if column is None else study[~np.isnan(column[study])]
    if column is None or not len(given):
        return None
    odd = (column[given] != column[given[0]]) | (column[given] <= 0)
    if name == "max_responses":
        odd |= column[given] != np.floor(column[given])
    if odd.any():
        kind = "whole number above 0" if name == "max_responses" else "number above 0"
        raise _fail(events, int(given[np.argmax(odd)]), f"{name} must be one {kind} for the whole condition")
    return float(column[given[0]])


def _recalls(events: _Events, recall: Ints, row: Ints, items: Ints) -> Recalls:
    """Look each response up in its list; what is not there is an intrusion, what repeats in the list is its first."""
    blank = events.item[recall] < 0
    n_lists, length = items.shape
    n_items = len(events.words)
    studied = (np.arange(n_lists)[:, None] * n_items + items).ravel()
    by_key = np.argsort(studied, kind="stable")
    asked = row * n_items + events.item[recall]
    place = np.minimum(np.searchsorted(studied[by_key], asked), studied.size - 1)
    found = (studied[by_key[place]] == asked) & ~blank
    n_outputs = np.bincount(row, minlength=n_lists)
    column = np.arange(len(row)) - np.concatenate([[0], np.cumsum(n_outputs)])[row]
    shape = (n_lists, int(n_outputs.max(initial=0)))
    position = np.full(shape, STOP, dtype=np.int64)
    position[row, column] = np.where(found, by_key[place] % length + 1, np.where(blank, OMISSION, INTRUSION))
    item = np.full(shape, -1, dtype=np.int64)
    item[row, column] = events.item[recall]
    time = np.full(shape, np.nan)
    times = events.column("response_time")
    if times is not None:
        time[row, column] = times[recall]
    return Recalls(position, time, item)


def table_columns(data: RecallData | Conditions) -> dict[str, NDArray[Any]]:
    """Return the long table as columns: study rows, then recall rows, list by list.

    Returns
    -------
    dict of arrays
        ``subject, list, condition, trial_type, position, item, onset, distractor, delay, recall_seconds, max_responses,
        response_time``; those from ``onset`` on hold NaN where they do not apply. Where there is serial recall, also
        those of `memlab.core.serial_columns`.
    """
    conditions = [data] if isinstance(data, RecallData) else list(data.values())
    serial = any(condition.study.serial is not None for condition in conditions)
    parts = [_condition_columns(condition, serial) for condition in conditions]
    if not parts:
        raise DataError("there are no conditions to write.")
    return {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}


def _condition_columns(data: RecallData, serial: bool) -> dict[str, NDArray[Any]]:
    n_lists, length = data.study.items.shape
    responses = data.recalls.position != STOP
    row, output = np.nonzero(responses)
    list_row = np.concatenate([np.repeat(np.arange(n_lists), length), row])
    trial_type = np.repeat(["study", "recall"], [n_lists * length, len(row)])
    position = np.concatenate([np.tile(np.arange(length), n_lists), output]) + 1
    blank = np.full(len(row), np.nan)
    schedule = {
        "onset": data.study.onset.ravel(),
        "distractor": data.study.distractor[:, :-1].ravel(),
        "delay": np.repeat(data.study.distractor[:, -1], length),
        "recall_seconds": np.full(n_lists * length, _known(data.study.recall_seconds)),
        "max_responses": np.full(n_lists * length, _known(data.study.max_responses)),
    }
    columns: dict[str, NDArray[Any]] = {
        "subject": data.study.subject[list_row],
        "list": data.study.list[list_row],
        "condition": np.full(len(list_row), data.name, dtype=object),
        "trial_type": trial_type,
        "position": position,
        "item": np.concatenate([study_words(data).ravel(), response_words(data)[responses]]),
        **{name: np.concatenate([values, blank]) for name, values in schedule.items()},
        "response_time": np.concatenate([np.full(n_lists * length, np.nan), data.recalls.time[responses]]),
        **(serial_columns(data, row, output) if serial else {}),
    }
    order = np.lexsort((position, trial_type == "recall", list_row))
    return {name: values[order] for name, values in columns.items()}


def _known(limit: float | None) -> float:
    return float("nan") if limit is None or np.isinf(limit) else float(limit)


def _words(pool: Pool | None, ids: Ints) -> NDArray[Any]:
    if pool is None or pool.words is None:
        found, place = np.unique(ids, return_inverse=True)
        return np.array([f"item{i + 1}" for i in found.tolist()], dtype=object)[place.reshape(ids.shape)]
    return np.array(pool.words, dtype=object)[ids]


def study_words(data: RecallData) -> NDArray[Any]:
    """Return the studied items as they are written in a table, (n_lists, list_length) str."""
    return _words(data.study.pool, data.study.items)


def response_words(data: RecallData, unknown: str = INTRUSION_WORD) -> NDArray[Any]:
    """Return the responses as they are written in a table, (n_lists, n_outputs) str; past the last one, anything."""
    position, item = data.recalls.position, data.recalls.item
    studied = np.take_along_axis(study_words(data), np.maximum(position - 1, 0), axis=1)
    others = np.full(position.shape, unknown, dtype=object)
    if item is not None:
        others = np.where(item >= 0, _words(data.study.pool, np.maximum(item, 0)), others)
    words: NDArray[Any] = np.where(position > 0, studied, np.where(position == OMISSION, OMISSION_WORD, others))
    return words


def table_frame(data: RecallData | Conditions) -> Any:
    """Return the long table as a DataFrame; see `table_columns`."""
    import pandas as pd

    return pd.DataFrame(table_columns(data))


def write_table(data: RecallData | Conditions, path: str | Path) -> Path:
    """Write the long table as CSV, whole or not at all; columns that say nothing are left out."""
    columns = table_columns(data)
    kept = {name: values for name, values in columns.items() if name in REQUIRED or says_something(values)}
    return write_text(path, csv_text(kept))


def says_something(values: NDArray[Any]) -> bool:
    """Return whether a column is text, or has a number other than 0."""
    return values.dtype.kind != "f" or bool(np.nan_to_num(values).any())
