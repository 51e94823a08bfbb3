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
import gzip
import tempfile
import zlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from memlab.core.errors import DataError
from memlab.core.long_file import LongFile, read_columns
from memlab.core.recall import INTRUSION, OMISSION, Conditions
from memlab.core.serial_test import SerialTest
from memlab.data.single_lists import SingleList, conditions_from_lists

__all__ = ["read_position_table"]

REQUIRED = ("subject", "list", "list_length", "output_position", "serial_position")


def read_position_table(
    path: str | Path,
    *,
    lists: str | Path | None = None,
    seconds_per_item: float | Mapping[str, float] = 1.0,
    max_responses: int | None = None,
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

    Raises
    ------
    DataError
        A missing column, a position that is not on the list, output positions with a gap, or a list whose rows disagree
        on its condition or length, a list whose items are not all named; names the file and the row.
    """
    table = _read(Path(path))
    table.need(*REQUIRED)
    rows = _rows(table)
    studied = {} if lists is None else _studied(_read(Path(lists)))
    grouped = _lists(rows)
    serial = _of_serial_recall(rows, grouped)
    if serial:
        rows["serial"] = [OMISSION if place == 0 else place for place in rows["serial"]]
    built = [_single_list(table, rows, indices, seconds_per_item) for indices in grouped]
    if lists is not None:
        built = [_with_items(table, rows, one, indices, studied) for one, indices in zip(built, grouped, strict=True)]
    return conditions_from_lists(built, max_responses=max_responses, serial=SerialTest() if serial else None)


def _of_serial_recall(rows: dict[str, list[Any]], lists: list[list[int]]) -> bool:
    """Return whether all lists have all their places, some of them blank."""
    return 0 in rows["serial"] and all(
        [rows["output"][index] for index in indices] == list(range(1, rows["length"][indices[0]] + 1))
        for indices in lists
    )


def _studied(table: LongFile) -> dict[tuple[Any, Any], list[str]]:
    """Return the items of each (subject, list), in the order of study."""
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
    table: LongFile, rows: dict[str, list[Any]], one: SingleList, indices: list[int], studied: Mapping[Any, list[str]]
) -> SingleList:
    items = studied.get((one.subject, one.list), [])
    if len(items) != one.list_length:
        raise table.fail(
            indices[0],
            f"list {one.list} of subject {one.subject} has {one.list_length} items; the table of lists names "
            f"{len(items)}.",
        )
    given = ["" if rows["serial"][index] == OMISSION else rows["item"][index] for index in indices]
    return dataclasses.replace(one, items=items, given=given[: len(one.positions)])


def _read(path: Path) -> LongFile:
    if path.suffix != ".gz":
        return read_columns(path)
    with tempfile.TemporaryDirectory() as folder:
        unpacked = Path(folder) / path.stem
        try:
            unpacked.write_bytes(gzip.decompress(path.read_bytes()))
        except (OSError, EOFError, zlib.error) as error:
            raise DataError(f"cannot unpack {path}: {error}.") from None
        return dataclasses.replace(read_columns(unpacked), name=path.name)


def _rows(table: LongFile) -> dict[str, list[Any]]:
    n_rows = len(table)
    times = table.numbers("irt_ms", missing=True) if "irt_ms" in table.columns else np.full(n_rows, np.nan)
    return {
        "subject": table.labels("subject").tolist(),
        "list": table.labels("list").tolist(),
        "condition": table.text("condition") if "condition" in table.columns else [""] * n_rows,
        "length": table.whole("list_length").tolist(),
        "output": table.whole("output_position").tolist(),
        "serial": table.whole("serial_position").tolist(),
        "item": table.text("item") if "item" in table.columns else [""] * n_rows,
        "irt": (times / 1000).tolist(),
    }


def _lists(rows: dict[str, list[Any]]) -> list[list[int]]:
    """Return the row indices of each list, in output order."""
    lists: dict[tuple[Any, Any], list[int]] = {}
    for index, key in enumerate(zip(rows["subject"], rows["list"], strict=True)):
        lists.setdefault(key, []).append(index)
    return [sorted(indices, key=rows["output"].__getitem__) for indices in lists.values()]


def _single_list(
    table: LongFile, rows: dict[str, list[Any]], indices: list[int], seconds: float | Mapping[str, float]
) -> SingleList:
    first = indices[0]
    subject, number, condition, length = (rows[name][first] for name in ("subject", "list", "condition", "length"))
    whose = f"list {number} of subject {subject}"
    if length < 1:
        raise table.fail(first, f"list_length is {length}; it must be at least 1.")
    for index in indices:
        if (rows["condition"][index], rows["length"][index]) != (condition, length):
            raise table.fail(index, f"{whose}: its rows name two conditions or list lengths.")
    empty = len(indices) == 1 and rows["output"][first] == 0 and rows["serial"][first] == 0
    responses = [] if empty else indices
    for output, index in enumerate(responses, start=1):
        _check_response(table, rows, index, output, whose)
    positions = [rows["serial"][index] for index in responses]
    times = np.cumsum([rows["irt"][index] for index in responses]).tolist()
    per_item = seconds.get(condition, 1.0) if isinstance(seconds, Mapping) else seconds
    return SingleList(subject, number, condition, length, positions, times, seconds_per_item=per_item)


def _check_response(table: LongFile, rows: dict[str, list[Any]], index: int, output: int, whose: str) -> None:
    if rows["output"][index] != output:
        raise table.fail(
            index,
            f"{whose}: output_position is {rows['output'][index]} where {output} is due; they run from 1, each once.",
        )
    serial, length = rows["serial"][index], rows["length"][index]
    if serial not in (INTRUSION, OMISSION) and not 1 <= serial <= length:
        raise table.fail(index, f"{whose}: serial_position is {serial}; allowed: 1-{length}, -1 (intrusion).")
