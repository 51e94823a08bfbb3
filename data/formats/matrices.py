"""Padded matrices, a row a list: ``recalls``, ``pres_itemnos``, ``subject`` and what else the Behavioral Toolbox,
jaxcmr and our CSV file have; from them to conditions and back.

``recalls`` holds serial positions in output order, -1 for an intrusion; 0, NaN or -999 pad the end of a row.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from memlab.core.errors import DataError
from memlab.core.long_file import EXACT
from memlab.core.recall import INTRUSION, STOP, Conditions, Floats, Ints
from memlab.data.formats.problems import Problems
from memlab.data.single_lists import SingleList, conditions_from_lists

__all__ = ["Matrices", "conditions_of", "matrices_of"]

NOTHING = -999
"""The Penn archives' code for a missing value; read as padding."""


@dataclass(frozen=True)
class Matrices:
    """The matrices of a file; None where it has not got one.

    Attributes
    ----------
    recalls : (n_lists, n_outputs) float
    subject : (n_lists,) labels
    items : (n_lists, list_length) float
        Item numbers, from 1.
    words : n_lists rows of str
        The items themselves; empty strings pad.
    given : (n_lists, n_outputs) float
        Item number of each response; 0, -1 or NaN where it has none.
    given_words : n_lists rows of str
    times : (n_lists, n_outputs) float, seconds since the test began
    intrusions : (n_lists, n_outputs) float
        0 correct, -1 never studied, k > 0 from k lists back.
    length : (n_lists,) float
    number : (n_lists,) labels of the lists
    condition : (n_lists,) str
    rows : (n_lists,) int
        Row of the file that each list came from.
    """

    recalls: Floats
    subject: Sequence[Any]
    items: Floats | None = None
    words: Sequence[Sequence[str]] | None = None
    given: Floats | None = None
    given_words: Sequence[Sequence[str]] | None = None
    times: Floats | None = None
    intrusions: Floats | None = None
    length: Floats | None = None
    number: Sequence[Any] | None = None
    condition: Sequence[str] | None = None
    rows: Sequence[int] = ()


def conditions_of(matrices: Matrices, problems: Problems, *, seconds_per_item: float = 1.0) -> Conditions:
    """Return the conditions that matrices hold; none where problems are collected and there are errors.

    Raises
    ------
    DataError
        Matrices of different heights, or a value that is no position of its list, stands after padding, … ; names the
        row and the column.
    """
    _check_heights(matrices, problems.name)
    rows = list(matrices.rows) or list(range(1, len(matrices.recalls) + 1))
    positions, n_responses = _unpadded(matrices.recalls, "recalls", rows, problems)
    items = _studied(matrices, rows, problems)
    lengths = _lengths(matrices, items, rows, problems)
    _check_positions(positions, n_responses, lengths, rows, problems)
    _check_twice(matrices, rows, problems)
    if problems.errors:
        return Conditions([])
    numbers = matrices.number or _count_up(matrices.subject)
    given = _given(matrices, positions, n_responses, items, rows, problems)
    _check_times(matrices, n_responses, rows, problems)
    lists = []
    for row, length in enumerate(lengths):
        n = n_responses[row]
        studied = items[row] if items is not None else []
        lists.append(
            SingleList(
                matrices.subject[row],
                numbers[row],
                "" if matrices.condition is None else matrices.condition[row],
                length,
                _first_presentations(positions[row, :n].tolist(), studied),
                () if matrices.times is None else matrices.times[row, :n].tolist(),
                studied,
                () if given is None else given[row],
                seconds_per_item=seconds_per_item,
            )
        )
    return conditions_from_lists(lists)


def _check_heights(matrices: Matrices, name: str) -> None:
    heights = {"recalls": len(matrices.recalls), "subject": len(matrices.subject)}
    others = {"pres_itemnos": matrices.items, "rec_itemnos": matrices.given, "times": matrices.times}
    others |= {"intrusions": matrices.intrusions, "listLength": matrices.length, "list": matrices.number}  # type: ignore[dict-item]
    others |= {"pres_items": matrices.words, "rec_items": matrices.given_words, "condition": matrices.condition}  # type: ignore[dict-item]
    heights |= {key: len(value) for key, value in others.items() if value is not None}
    if len(set(heights.values())) > 1:
        told = ", ".join(f"{key} {height}" for key, height in heights.items() if key != "recalls")
        raise DataError(f"{name}: recalls has {heights['recalls']} rows, {told}; they need one row a list.")
    if not len(matrices.recalls):
        raise DataError(f"{name} has no lists.")
    for key in ("given", "times", "intrusions"):
        value = getattr(matrices, key)
        if value is not None and value.shape != matrices.recalls.shape:
            column = {"given": "rec_itemnos"}.get(key, key)
            raise DataError(
                f"{name}: {column} has shape {value.shape}; it must be that of recalls, {matrices.recalls.shape}."
            )


def _unpadded(values: Floats, name: str, rows: Sequence[int], problems: Problems) -> tuple[Ints, Ints]:
    """Return a matrix as whole numbers, 0 as padding, and how many there are in each row."""
    pads = np.isnan(values) | (values == 0) | (values == NOTHING)
    n_values = (
        np.where(pads.any(axis=1), np.argmax(pads, axis=1), values.shape[1])
        if values.shape[1]
        else np.zeros(len(values), np.int64)
    )
    within = np.arange(values.shape[1]) < n_values[:, None]
    with np.errstate(invalid="ignore"):
        odd = within & ((values != np.floor(values)) | (np.abs(values) >= EXACT))
    late = ~within & ~pads
    for row, column in np.argwhere(odd | late).tolist():
        what = (
            "is no whole number"
            if odd[row, column] or not np.isfinite(values[row, column])
            else "after the padding of the row"
        )
        problems.error(f"{name}, column {column + 1}: {values[row, column]:g} {what}.", row=rows[row], column=name)
    return np.where(within & ~odd, np.nan_to_num(values), 0).astype(np.int64), n_values


def _studied(matrices: Matrices, rows: Sequence[int], problems: Problems) -> list[list[Any]] | None:
    """Return the items of each list: words if there are any, else numbers; as text where responses are named, too."""
    if matrices.words is not None:
        return [[word for word in words if word] for words in matrices.words]
    if matrices.items is None:
        return None
    items, n_items = _unpadded(matrices.items, "pres_itemnos", rows, problems)
    numbers = [row[:n] for row, n in zip(items.tolist(), n_items.tolist(), strict=True)]
    return numbers if matrices.given is None else [[str(number) for number in row] for row in numbers]


def _lengths(matrices: Matrices, items: list[list[Any]] | None, rows: Sequence[int], problems: Problems) -> list[int]:
    if items is None and matrices.length is None:
        raise DataError(f"{problems.name}: neither pres_itemnos nor the length of the lists is there.")
    lengths = [len(row) for row in items] if items is not None else []
    if matrices.length is not None:
        said = _whole_lengths(matrices.length, rows, problems)
        for row, (length, found) in enumerate(zip(said, lengths, strict=False)):
            if length != found and found:
                what = f"listLength is {length}, and pres_itemnos has {found} items."
                problems.error(what, row=rows[row], column="listLength")
        lengths = lengths or said
    for row, length in enumerate(lengths):
        if length < 1:
            problems.error("the list has no items.", row=rows[row])
    return lengths


LONGEST = 100_000
"""Items of a list beyond which the length is a mistake."""


def _whole_lengths(values: Floats, rows: Sequence[int], problems: Problems) -> list[int]:
    good = np.isfinite(values) & (values == np.floor(values)) & (values <= LONGEST) & (values >= 1)
    for row in np.flatnonzero(~good).tolist():
        what = f"list_length is {values[row]:g}; it must be a whole number of at least 1."
        problems.error(what, row=rows[row], column="list_length")
    return np.where(good, values, 1).astype(np.int64).tolist()  # type: ignore[no-any-return]


def _check_positions(
    positions: Ints, n_responses: Ints, lengths: list[int], rows: Sequence[int], problems: Problems
) -> None:
    length = np.array(lengths)[:, None]
    within = np.arange(positions.shape[1]) < n_responses[:, None]
    odd = within & (positions != STOP) & (positions != INTRUSION) & ((positions < 1) | (positions > length))
    for row, column in np.argwhere(odd).tolist():
        what = f"{positions[row, column]}; allowed: 1-{lengths[row]}, -1 (intrusion), 0 (padding)."
        problems.error(f"recalls, column {column + 1}: {what}", row=rows[row], column="recalls")


def _check_twice(matrices: Matrices, rows: Sequence[int], problems: Problems) -> None:
    seen: set[tuple[Any, Any]] = set()
    for row, key in enumerate(zip(matrices.subject, matrices.number or (), strict=False)):
        if key in seen:
            problems.error(f"list {key[1]} of subject {key[0]} stands there twice.", row=rows[row], column="list")
        seen.add(key)


def _count_up(subjects: Sequence[Any]) -> list[int]:
    """Number the lists 1, 2, … within a subject."""
    counts: dict[Any, int] = {}
    numbers = []
    for subject in subjects:
        counts[subject] = counts.get(subject, 0) + 1
        numbers.append(counts[subject])
    return numbers


def _first_presentations(positions: list[int], items: Sequence[Any]) -> list[int]:
    """Return positions with those of an item's later presentations replaced by its first."""
    if len(set(items)) == len(items):
        return positions
    return [items.index(items[position - 1]) + 1 if position > 0 else position for position in positions]


def _given(
    matrices: Matrices,
    positions: Ints,
    n_responses: Ints,
    items: list[list[Any]] | None,
    rows: Sequence[int],
    problems: Problems,
) -> list[list[str]] | None:
    """Return what each response was, "" where unknown; None where no file says."""
    named = _names(matrices)
    if named is None or items is None:
        return None
    given = []
    for row, names in enumerate(named):
        here = [str(item) for item in items[row]]
        kept = []
        for column, (position, name) in enumerate(
            zip(positions[row, : n_responses[row]].tolist(), names, strict=False)
        ):
            right = here[position - 1] if position > 0 else ""
            contradicted = name and (name != right if position > 0 else name in here)
            if contradicted:
                what = f"recalls, column {column + 1} says {position}, and the response was item {name}."
                problems.warn(what, row=rows[row], column="rec_itemnos", effect="is read as recalls has it")
            kept.append(right or ("" if contradicted else name))
        given.append(kept + [""] * (n_responses[row] - len(kept)))
    return given


def _names(matrices: Matrices) -> list[list[str]] | None:
    """Return the name of each response: its word, or its item number where items are numbers."""
    if matrices.words is not None:
        return None if matrices.given_words is None else [list(words) for words in matrices.given_words]
    if matrices.given is None:
        return None
    numbers = np.where(np.isfinite(matrices.given) & (matrices.given > 0), matrices.given, 0).astype(np.int64)
    return [[str(number) if number else "" for number in row] for row in numbers.tolist()]


def _check_times(matrices: Matrices, n_responses: Ints, rows: Sequence[int], problems: Problems) -> None:
    if matrices.times is None:
        return
    within = np.arange(matrices.times.shape[1]) < n_responses[:, None]
    for row, column in np.argwhere(within & (matrices.times < 0)).tolist():
        what = f"times, column {column + 1}: {matrices.times[row, column]:g} s, before the test began."
        problems.warn(what, row=rows[row], column="response_time", effect="is kept as it is")


def matrices_of(conditions: Conditions) -> Matrices:
    """Return conditions as matrices; rows are padded with 0, unknown times with NaN.

    Raises
    ------
    NotSupported
        Serial recall with blanks, which the matrices cannot say.
    """
    from memlab.data.formats.losses import refuse_blanks
    from memlab.data.formats.rows import list_rows

    refuse_blanks(conditions, "a matrix of recalls")
    lists = list_rows(conditions)
    width = max((len(one.positions) for one in lists), default=0)
    longest = max(len(one.items) for one in lists)
    numbers = {word: float(i) for i, word in enumerate(dict.fromkeys(w for one in lists for w in one.items), start=1)}
    for one in lists:
        for word in one.given:
            numbers.setdefault(word, len(numbers) + 1.0) if word else None
    return Matrices(
        recalls=_padded([one.positions for one in lists], width, 0),
        subject=[one.subject for one in lists],
        items=_padded([[numbers[word] for word in one.items] for one in lists], longest, 0),
        words=[[*one.items, *[""] * (longest - len(one.items))] for one in lists],
        given=_padded([[numbers.get(word, -1) for word in one.given] for one in lists], width, 0),
        given_words=[[*one.given, *[""] * (width - len(one.given))] for one in lists],
        times=_padded([one.times for one in lists], width, np.nan),
        length=np.array([float(len(one.items)) for one in lists]),
        number=[one.list for one in lists],
        condition=[one.condition for one in lists],
    )


def _padded(rows: Sequence[Sequence[float]], width: int, padding: float) -> Floats:
    matrix = np.full((len(rows), width), padding, dtype=np.float64)
    for index, row in enumerate(rows):
        matrix[index, : len(row)] = row
    return matrix
