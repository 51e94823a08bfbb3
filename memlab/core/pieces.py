"""Pieces of a condition: its lists in parts that fit into memory, put together or written one after the other."""

from __future__ import annotations

import dataclasses
import os
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import IO, Any

import numpy as np
from numpy.typing import NDArray

from memlab.core.errors import DataError
from memlab.core.files import csv_text, whole_file
from memlab.core.recall import STOP, RecallData, Recalls, StudyLists
from memlab.core.table import REQUIRED, says_something, table_columns

__all__ = ["Pieces", "together", "write_pieces"]

Pieces = Callable[[], Iterable[RecallData]]
"""Gives the pieces from the first one, each time it is called."""


def together(pieces: Sequence[RecallData]) -> RecallData:
    """Return the lists of several pieces of one condition as one.

    Raises
    ------
    DataError
        There are none.
    """
    if not pieces:
        raise DataError("there are no pieces of a condition to put together.")
    if len(pieces) == 1:
        return pieces[0]
    return RecallData(_studied([piece.study for piece in pieces]), _recalled(pieces), pieces[0].name)


def _studied(parts: Sequence[StudyLists]) -> StudyLists:
    rows = {name: _joined(parts, name) for name in ("items", "onset", "distractor", "subject", "list", "source")}
    serial = parts[0].serial
    if serial is not None:
        tests = [part.serial for part in parts]
        serial = dataclasses.replace(serial, group=_joined(tests, "group"), cue=_joined(tests, "cue"))
    return dataclasses.replace(parts[0], **rows, serial=serial)


def _joined(parts: Sequence[Any], name: str) -> Any:
    return None if getattr(parts[0], name) is None else np.concatenate([getattr(part, name) for part in parts])


def _recalled(pieces: Sequence[RecallData]) -> Recalls:
    """Return the recalls; the pieces may differ in how many responses a list can have."""
    recalls = [piece.recalls for piece in pieces]
    width = max(part.n_outputs for part in recalls)
    position = np.concatenate([_widened(part.position, width, STOP) for part in recalls])
    time = np.concatenate([_widened(part.time, width, np.nan) for part in recalls])
    items = [part.item for part in recalls if part.item is not None]
    if len(items) < len(recalls):
        return Recalls(position, time)
    return Recalls(position, time, np.concatenate([_widened(part, width, -1) for part in items]))


def _widened(values: NDArray[Any], width: int, filling: float) -> NDArray[Any]:
    return np.pad(values, ((0, 0), (0, width - values.shape[1])), constant_values=filling)


def write_pieces(pieces: Pieces, path: str | Path, before: Callable[[], None] = lambda: None) -> int:
    """Write a long table piece by piece, whole or not at all, and return how many lists it has.

    Parameters
    ----------
    before
        Called when the table is written and about to take its place.

    Notes
    -----
    Columns that say nothing are left out, as `memlab.write_table` does. Which do is known at the end only: where a
    later piece says something in a column that the first ones did not, all are asked for and written once more.
    """
    columns: frozenset[str] = frozenset()
    while True:
        try:
            with whole_file(path) as file:
                n_lists = _written(pieces(), file, columns)
                file.flush()
                os.fsync(file.fileno())  # a full disk is noticed before anything is done
                before()
                return n_lists
        except _MoreColumns as more:
            columns = more.columns


class _MoreColumns(Exception):
    """A column that was left out says something."""

    def __init__(self, columns: frozenset[str]) -> None:
        super().__init__()
        self.columns = columns


def _written(pieces: Iterable[RecallData], file: IO[bytes], columns: frozenset[str]) -> int:
    n_lists = 0
    for piece in pieces:
        table = table_columns(piece)
        telling = frozenset(name for name, values in table.items() if name in REQUIRED or says_something(values))
        if n_lists and not telling <= columns:
            raise _MoreColumns(columns | telling)
        columns |= telling
        kept = {name: values for name, values in table.items() if name in columns}
        file.write(csv_text(kept, header=not n_lists).encode("utf-8"))
        n_lists += piece.n_lists
    return n_lists
