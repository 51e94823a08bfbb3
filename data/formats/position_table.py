"""A table with a row a response: ``subject, list, output_position, serial_position``.

``serial_position`` is 1..list_length, or -1 for an intrusion; a list without a response is one row with both positions
0. ``list_length`` is needed, because the studied items are not in the table. Optional columns: ``condition``,
``irt_ms``, the milliseconds since the response before (since the signal, for the first), and ``item``, what was given.

Serial recall has a row a place: list_length rows a list, each with its output position, and a ``serial_position`` of 0
for a place that was left blank. A table is read that way if all its lists have all their places and one at least is
blank.

A second table may name the studied items: ``subject, list, serial_position, item``.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from memlab.core.long_file import LongFile, read_columns
from memlab.core.recall import INTRUSION, OMISSION, Conditions
from memlab.core.serial_test import SerialTest
from memlab.data.formats.cells import number_cells, whole_cells
from memlab.data.formats.opening import opened
from memlab.data.formats.problems import Problems
from memlab.data.single_lists import SingleList, conditions_from_lists

__all__ = ["read_position_table"]

REQUIRED = ("subject", "list", "list_length", "output_position", "serial_position")


def read_position_table(
    path: str | Path,
    *,
    lists: str | Path | None = None,
    seconds_per_item: float | Mapping[str, float] = 1.0,
    max_responses: int | None = None,
    problems: Problems | None = None,
) -> Conditions:
    """Read a table with a row a response, or a row a place of serial recall; a file that ends in ``.gz`` is unpacked.

    Parameters
    ----------
    path
        CSV or TSV with a header row.
    lists
        The table of the studied items. Without it, every list holds items 0, 1, … and intrusions are unknown.
    seconds_per_item : seconds
        From one onset to the next; a mapping gives it by condition.
    max_responses
        How many responses of a list were kept; None where all were.
    problems
        Where problems are noted; by default the first error is raised.

    Raises
    ------
    DataError
        A missing column, a position that is not on the list, output positions with a gap, or a list whose rows disagree
        on its condition or length, a list whose items are not all named; names the file and the row.
    """
    problems = problems or Problems(Path(path).name)
    table = _read(Path(path), problems)
    table.need(*REQUIRED)
    rows = _rows(table, problems)
    studied = {} if lists is None else _studied(lists, problems)
    grouped = [group for group in _lists(rows) if _check_list(table, rows, group, problems)]
    serial = _of_serial_recall(rows, grouped)
    if serial:
        rows["serial"] = [OMISSION if place == 0 else place for place in rows["serial"]]
    built = [_single_list(table, rows, group, seconds_per_item, problems) for group in grouped]
    if lists is not None:
        built = [
            _with_items(table, rows, one, group, studied, problems) for one, group in zip(built, grouped, strict=True)
        ]
    if problems.errors:
        return Conditions([])
    return conditions_from_lists(built, max_responses=max_responses, serial=SerialTest() if serial else None)


def _of_serial_recall(rows: dict[str, list[Any]], lists: list[list[int]]) -> bool:
    """Return whether all lists have all their places, some of them blank."""
    return any(rows["serial"][index] == 0 for indices in lists for index in indices) and all(
        [rows["output"][index] for index in indices] == list(range(1, rows["length"][indices[0]] + 1))
        for indices in lists
    )


def _studied(lists: str | Path, problems: Problems) -> dict[tuple[Any, Any], list[str]]:
    """Return the items of each (subject, list), in the order of study."""
    table = _read(Path(lists), problems)
    table.need("subject", "list", "serial_position", "item")
    subject, number = table.labels("subject").tolist(), table.labels("list").tolist()
    place, item = table.whole("serial_position").tolist(), table.text("item")
    studied: dict[tuple[Any, Any], dict[int, str]] = {}
    for index, key in enumerate(zip(subject, number, strict=True)):
        at = studied.setdefault(key, {})
        if place[index] in at or not item[index]:
            problem = f"position {place[index]} stands there twice" if item[index] else "item is empty"
            raise table.fail(index, f"list {key[1]} of subject {key[0]}: {problem}.")
        at[place[index]] = item[index]
    return {key: [at[position] for position in sorted(at)] for key, at in studied.items()}


def _with_items(
    table: LongFile,
    rows: dict[str, list[Any]],
    one: SingleList,
    indices: list[int],
    studied: Mapping[Any, list[str]],
    problems: Problems,
) -> SingleList:
    items = studied.get((one.subject, one.list), [])
    if len(items) != one.list_length:
        problems.error(
            f"list {one.list} of subject {one.subject} has {one.list_length} items; the table of lists names "
            f"{len(items)}.",
            row=int(table.rows[indices[0]]),
        )
    given = ["" if rows["serial"][index] == OMISSION else rows["item"][index] for index in indices]
    return dataclasses.replace(one, items=items, given=given[: len(one.positions)])


def _read(path: Path, problems: Problems) -> LongFile:
    with opened(path) as plain:
        if not problems.collect:
            return dataclasses.replace(read_columns(plain), name=path.name)
        table = read_columns(plain, lambda row, what: problems.error(what, row=row))
        return dataclasses.replace(table, name=path.name)


def _rows(table: LongFile, problems: Problems) -> dict[str, list[Any]]:
    """Return the columns; ``usable`` says of each row whether all its numbers could be read."""
    n_rows = len(table)
    times = number_cells(table, "irt_ms", problems) if "irt_ms" in table.columns else np.full(n_rows, np.nan)
    whole = {name: whole_cells(table, name, problems) for name in REQUIRED[2:]}
    labels = {name: _labels(table, name, problems) for name in REQUIRED[:2]}
    usable = ~np.any([np.isnan(values) for values in whole.values()], axis=0)
    usable &= [bool(str(s)) and bool(str(n)) for s, n in zip(*labels.values(), strict=True)]
    length, output, serial = (np.nan_to_num(values).astype(np.int64).tolist() for values in whole.values())
    return {
        **labels,
        "condition": table.text("condition") if "condition" in table.columns else [""] * n_rows,
        "length": length,
        "output": output,
        "serial": serial,
        "item": table.text("item") if "item" in table.columns else [""] * n_rows,
        "irt": (times / 1000).tolist(),
        "usable": usable.tolist(),
    }


def _labels(table: LongFile, name: str, problems: Problems) -> list[Any]:
    """Return a column of labels, empty ones noted."""
    texts = table.text(name)
    empty = [index for index, text in enumerate(texts) if not text]
    for index in empty:
        problems.error(f"{name} is empty; every row needs one.", row=int(table.rows[index]), column=name)
    labels: list[Any] = texts if empty else table.labels(name).tolist()
    return labels


def _lists(rows: dict[str, list[Any]]) -> list[list[int]]:
    """Return the row indices of each list, in output order."""
    lists: dict[tuple[Any, Any], list[int]] = {}
    for index, key in enumerate(zip(rows["subject"], rows["list"], strict=True)):
        if rows["usable"][index]:
            lists.setdefault(key, []).append(index)
    return [sorted(indices, key=rows["output"].__getitem__) for indices in lists.values()]


def _check_list(table: LongFile, rows: dict[str, list[Any]], indices: list[int], problems: Problems) -> bool:
    """Return whether a list's rows agree on what list it is."""
    first = indices[0]
    known = len(problems.found)
    length, row = rows["length"][first], int(table.rows[first])
    if not 1 <= length <= LONGEST:
        what = f"list_length is {length}; it must be at least 1{'' if length < 1 else f' and at most {LONGEST}'}."
        problems.error(what, row=row, column="list_length")
    for index in indices:
        if (rows["condition"][index], rows["length"][index]) != (rows["condition"][first], length):
            what = f"{_whose(rows, index)}: its rows name two conditions or list lengths."
            problems.error(what, row=int(table.rows[index]))
    return len(problems.found) == known


LONGEST = 100_000
"""Items of a list beyond which the length is a mistake; memory for them is asked for at once."""


def _whose(rows: dict[str, list[Any]], index: int) -> str:
    return f"list {rows['list'][index]} of subject {rows['subject'][index]}"


def _single_list(
    table: LongFile,
    rows: dict[str, list[Any]],
    indices: list[int],
    seconds: float | Mapping[str, float],
    problems: Problems,
) -> SingleList:
    first = indices[0]
    subject, number, condition, length = (rows[name][first] for name in ("subject", "list", "condition", "length"))
    empty = len(indices) == 1 and rows["output"][first] == 0 and rows["serial"][first] == 0
    responses = [] if empty else indices
    for output, index in enumerate(responses, start=1):
        _check_response(table, rows, index, output, problems)
    positions = [rows["serial"][index] for index in responses]
    times = np.cumsum([rows["irt"][index] for index in responses]).tolist()
    per_item = seconds.get(condition, 1.0) if isinstance(seconds, Mapping) else seconds
    return SingleList(subject, number, condition, length, positions, times, seconds_per_item=per_item)


def _check_response(table: LongFile, rows: dict[str, list[Any]], index: int, output: int, problems: Problems) -> None:
    row = int(table.rows[index])
    if rows["output"][index] != output:
        what = f"output_position is {rows['output'][index]} where {output} is due; they run from 1, each once."
        problems.error(f"{_whose(rows, index)}: {what}", row=row, column="output_position")
    serial, length = rows["serial"][index], rows["length"][index]
    if serial not in (INTRUSION, OMISSION) and not 1 <= serial <= length:
        what = f"serial_position is {serial}; allowed: 1-{length}, -1 (intrusion)."
        problems.error(f"{_whose(rows, index)}: {what}", row=row, column="serial_position")
    if rows["irt"][index] < 0:
        what = f"{_whose(rows, index)}: irt_ms is {rows['irt'][index] * 1000:g}, before the response before it."
        problems.warn(what, row=row, column="response_time", effect="is kept as it is")
