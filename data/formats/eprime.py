"""E-Prime's text: the log beside an ``.edat`` file (``*** LogFrame Start ***``), or E-DataAid's export; read only.

A log frame is a row; its columns are the frame's own entries, those of the frames around it (a block comes after its
trials) and the header's, the inner ones first. An entry of an outer frame is also there as ``Name[Level]``. Which
column means what is the experimenter's choice, so a column map is needed.
"""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

import numpy as np

from memlab.core.errors import DataError
from memlab.core.long_file import LongFile
from memlab.core.recall import Conditions
from memlab.data.formats.column_map import read_column_map
from memlab.data.formats.mapped import read_with_map
from memlab.data.formats.opening import read_text
from memlab.data.formats.problems import Problems

__all__ = ["read_eprime"]

FRAME_START, FRAME_END = "*** LogFrame Start ***", "*** LogFrame End ***"
HEADER_START, HEADER_END = "*** Header Start ***", "*** Header End ***"
MOST_LEVELS = 20
"""E-Prime nests up to ten levels."""

Frame = dict[str, str]


def read_eprime(path: str | Path, *, columns: str | Path | None = None, problems: Problems | None = None) -> Conditions:
    """Read E-Prime's text with a column map, or a folder of such files; see the top of this file.

    Parameters
    ----------
    columns
        The map; needed.
    problems
        Where problems are noted; by default the first error is raised.

    Raises
    ------
    DataError
        No map, a log without frames, or what `memlab.data.formats.mapped.read_mapped` raises.
    """
    if columns is None:
        name = Path(path).name
        raise DataError(
            f"{name} is E-Prime's, whose columns are the experimenter's own. Write {name}.columns.toml, or give a "
            "column map with --columns."
        )
    return read_with_map(path, _frames, read_column_map(columns), problems)


def _frames(path: Path, problems: Problems) -> LongFile:
    lines = read_text(path).split("\n")
    if any(FRAME_START in line for line in lines):
        return _log(path.name, lines, problems)
    return _export(path.name, lines, problems)


def _log(name: str, lines: list[str], problems: Problems) -> LongFile:
    """Return the frames of a log as rows, with the entries of the frames around them."""
    header: Frame = {}
    level_names: list[str] = []
    level, inside, start = 1, "", 0
    current: Frame = {}
    frames: list[tuple[int, Frame]] = []
    waiting: dict[int, list[Frame]] = {}
    for number, raw in enumerate(lines, start=1):
        line = raw.strip()
        key, colon, value = (part.strip() for part in line.partition(":"))
        if line in (FRAME_START, HEADER_START):
            inside, current, start = line, {}, number
        elif line == FRAME_END and inside == FRAME_START:
            _surround(current, level, level_names, waiting)
            frames.append((start, current))
            inside = ""
        elif line == HEADER_END:
            header, inside = current, ""
        elif not inside and key == "Level" and value.isascii() and value.isdigit() and len(value) < 3:
            level = min(int(value), MOST_LEVELS)
        elif inside == HEADER_START and key == "LevelName":
            level_names.append(value)
        elif inside and colon:
            current[key] = value
    if inside:
        problems.warn(
            "the file ends within a log frame: it is cut off.", row=start, effect="is read up to the last whole frame"
        )
    for _, frame in frames:
        for key, value in header.items():
            frame.setdefault(key, value)
    return _long_file(name, [frame for _, frame in frames], [row for row, _ in frames])


def _surround(frame: Frame, level: int, level_names: list[str], waiting: dict[int, list[Frame]]) -> None:
    """Give a finished frame's entries to the inner frames before it, and have it wait for the outer ones."""
    called = level_names[level - 1] if 0 < level <= len(level_names) else str(level)
    own = dict(frame)
    for inner in waiting.pop(level, []):
        for key, value in own.items():
            inner.setdefault(key, value)
            inner.setdefault(f"{key}[{called}]", value)
    for outer in range(1, level):
        waiting.setdefault(outer, []).append(frame)


def _export(name: str, lines: list[str], problems: Problems) -> LongFile:
    """Return E-DataAid's export, whose first line may be the name of the file that it came from."""
    first = next((index for index, line in enumerate(lines) if "\t" in line), None)
    if first is None:
        raise DataError(f"{name}: neither a log frame nor a table separated by tabs is in it.")
    rows: list[Frame] = []
    places: list[int] = []
    try:
        fields = csv.reader(lines[first:], delimiter="\t")
        names = [field.strip() for field in next(fields)]
        for number, row in enumerate(fields, start=first + 2):
            if not row:
                continue
            if len(row) != len(names):
                problems.error(f"{len(row)} fields; the header has {len(names)}.", row=number)
                continue
            rows.append(dict(zip(names, row, strict=True)))
            places.append(number)
    except csv.Error as error:
        raise DataError(f"{name} is no table that can be read: {error}.") from None
    return _long_file(name, rows, places)


def _long_file(name: str, frames: list[Frame], rows: list[int]) -> LongFile:
    if not frames:
        raise DataError(f"{name} has no rows.")
    names = dict.fromkeys(key for frame in frames for key in frame)
    columns: dict[str, Any] = {key: [frame.get(key, "") for frame in frames] for key in names}
    return LongFile(name, columns, np.array(rows, dtype=np.int64))
