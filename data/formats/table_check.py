"""`check_table`: everything that is wrong with a long table, row by row; `read_long_table` stops at the first."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from memlab.core.long_file import LongFile
from memlab.core.recall import Ints
from memlab.core.table import OMISSION_WORD, REQUIRED, UNNAMED_RESPONSE
from memlab.data.formats.cells import file_of, number_cells, whole_cells
from memlab.data.formats.doubts import DIFFERENT_ITEMS, alike
from memlab.data.formats.problems import Problems

__all__ = ["check_table"]

NUMBERS = ("response_time", "onset", "distractor", "delay", "recall_seconds", "max_responses")
"""Optional columns that hold numbers."""

OF_SERIAL_RECALL = ("group", "rest", "cue", "length_unknown", "omissions_forbidden")
"""Columns that hold numbers where there is a `direction`; elsewhere `group` may be anything."""

Flags = NDArray[np.bool_]


def check_table(table: LongFile, problems: Problems) -> None:
    """Note every error and doubt of a long table.

    Parameters
    ----------
    table
        Its columns.
    problems
        Where they are noted; must collect.
    """
    missing = [name for name in REQUIRED if name not in table.columns]
    for name in missing:
        problems.error(
            f"there is no such column{table.hint(name)}; found: {', '.join(table.columns)}.", row=1, column=name
        )
    if missing:
        return
    rows = _Rows(table, problems)
    rows.check_cells()
    if rows.usable.any():
        _check_lists(rows)
        _check_conditions(rows)
        _check_times(rows)
        _check_spelling(rows)


@dataclass
class _Rows:
    """The columns of a table as numbers and codes; `usable` marks the rows that could be read."""

    table: LongFile
    problems: Problems

    def __post_init__(self) -> None:
        kind, kinds = self.table.distinct("trial_type")
        self.kinds = [kinds[code] for code in kind.tolist()]
        self.recall: Flags = np.array([name == "recall" for name in kinds])[kind]
        self.subject, self.subjects = _label_codes(self.table, "subject")
        self.list, self.lists = _label_codes(self.table, "list")
        self.item, self.items = self.table.distinct("item")
        self.position = whole_cells(self.table, "position", self.problems)
        known = NUMBERS + (OF_SERIAL_RECALL if "direction" in self.table.columns else ())
        self.numbers = {n: number_cells(self.table, n, self.problems) for n in known if n in self.table.columns}
        self.usable: Flags = np.ones(len(self.table), dtype=np.bool_)

    def row(self, index: int) -> int:
        """Return the row of the file that an entry came from."""
        return int(self.table.rows[index])

    def whose(self, index: int) -> str:
        """Return which list an entry is of."""
        return f"list {self.lists[self.list[index]]} of subject {self.subjects[self.subject[index]]}"

    def note(self, index: int, column: str, problem: str) -> None:
        """Note an error at one entry."""
        self.problems.error(problem, row=self.row(index), column=column, file=file_of(self.table, index))

    def warn(self, index: int, column: str, problem: str, effect: str) -> None:
        """Note a doubt at one entry."""
        file = file_of(self.table, index)
        self.problems.warn(problem, row=self.row(index), column=column, effect=effect, file=file)

    def error(self, index: int, column: str, problem: str) -> None:
        """Note an error of one entry, which the further checks leave out."""
        self.note(index, column, problem)
        self.usable[index] = False

    def check_cells(self) -> None:
        """Note what is wrong with single fields."""
        for index, kind in enumerate(self.kinds):
            if kind not in ("study", "recall"):
                self.error(index, "trial_type", f"trial_type is '{kind}'; allowed: study, recall.")
        for name in ("subject", "list"):
            for index in self._empty(name):
                self.error(index, name, f"{name} is empty; every row needs one.")
        for index in self._empty("item"):
            if self.recall[index]:
                self.warn(index, "item", "item is empty.", UNNAMED_RESPONSE)
            else:
                self.error(index, "item", "item is empty; every studied row needs one.")
        self._check_positions()
        if OMISSION_WORD in self.items:
            blank = (self.item == self.items.index(OMISSION_WORD)) & ~self.recall
            for index in np.flatnonzero(blank).tolist():
                self.error(index, "item", f"{OMISSION_WORD} is studied; it stands for a blank in recall.")

    def _empty(self, name: str) -> list[int]:
        """Return the entries of a column that say nothing."""
        codes, texts = getattr(self, name), getattr(self, f"{name}s")
        return np.flatnonzero(codes == texts.index("")).tolist() if "" in texts else []

    def _check_positions(self) -> None:
        position = self.position
        self.usable &= ~np.isnan(position)
        for index in np.flatnonzero(position < 1).tolist():
            self.error(index, "position", f"position is {position[index]:g}; positions count from 1.")

    def in_order(self) -> tuple[Ints, Ints]:
        """Return the usable entries by list, study before recall, then position; and the number of each one's list."""
        index = np.flatnonzero(self.usable)
        unit = (self.subject[index] * len(self.lists) + self.list[index]).astype(np.int64)
        order = np.lexsort((self.position[index], self.recall[index], unit))
        return index[order], unit[order]


def _label_codes(table: LongFile, name: str) -> tuple[Ints, tuple[str, ...]]:
    """Return a column of labels as codes; 2 and 02 are one label where all are whole numbers."""
    codes, texts = table.distinct(name)
    if "" in texts:
        return codes, texts
    labels, codes = np.unique(table.labels(name), return_inverse=True)
    return codes.astype(np.int64), tuple(map(str, labels.tolist()))


def _check_lists(rows: _Rows) -> None:
    """Note positions that stand twice or are missing, and recalls of lists that were not studied."""
    index, unit = rows.in_order()
    recall, position = rows.recall[index], rows.position[index]
    same = (np.diff(unit) == 0) & (np.diff(recall.astype(np.int8)) == 0) & (np.diff(position) == 0)
    for at in (np.flatnonzero(same) + 1).tolist():
        kind = "recall" if recall[at] else "study"
        problem = f"{rows.whose(index[at])}: {kind} position {position[at]:g} stands there twice."
        rows.error(int(index[at]), "position", problem)
    starts = np.flatnonzero(np.diff(unit, prepend=-1))
    for start, stop in zip(starts.tolist(), [*starts[1:].tolist(), len(unit)], strict=True):
        studied = set(position[start:stop][~recall[start:stop]].tolist())
        first = int(index[start])
        if not studied:
            rows.note(first, "", f"{rows.whose(first)}: there are recalls but no study rows.")
        for gap in _gaps(studied):
            problem = f"{rows.whose(first)}: study position {gap} is missing; positions run from 1 without gaps."
            rows.note(first, "position", problem)


MANY_GAPS = 100
"""A position beyond so many that are missing is itself the mistake."""


def _gaps(studied: set[float]) -> list[int]:
    last = int(max(studied, default=0))
    if last - len(studied) > MANY_GAPS:
        return [next(position for position in range(1, last) if position not in studied)]
    return [position for position in range(1, last) if position not in studied]


def _check_conditions(rows: _Rows) -> None:
    """Note lists whose rows name two conditions."""
    if "condition" not in rows.table.columns:
        return
    codes, _ = rows.table.distinct("condition")
    index, unit = rows.in_order()
    first = np.searchsorted(unit, unit)
    for at in np.flatnonzero(codes[index] != codes[index[first]]).tolist():
        problem = f"{rows.whose(index[at])}: its rows name two conditions."
        rows.note(int(index[at]), "condition", problem)


def _check_times(rows: _Rows) -> None:
    """Note response times that are negative, or that run backwards."""
    if "response_time" not in rows.numbers:
        return
    index, unit = rows.in_order()
    keep = rows.recall[index]
    index, unit = index[keep], unit[keep]
    time = rows.numbers["response_time"][index]
    for at in np.flatnonzero(time < 0).tolist():
        problem = f"{rows.whose(index[at])}: response_time is {time[at]:g} s, before the test began."
        rows.warn(int(index[at]), "response_time", problem, "is kept as it is")
    back = (np.diff(time) < 0) & (np.diff(unit) == 0)
    for at in (np.flatnonzero(back) + 1).tolist():
        problem = (
            f"{rows.whose(index[at])}: it came at {time[at]:g} s, before the response before it ({time[at - 1]:g} s)."
        )
        effect = "is kept: output order is that of position, not of time"
        rows.warn(int(index[at]), "response_time", problem, effect)


def _check_spelling(rows: _Rows) -> None:
    """Note items that differ in case or blanks only, with the row where each spelling first stands."""
    for group in alike(set(rows.items)):
        places = [int(np.argmax(rows.item == rows.items.index(word))) for word in group]
        told = zip(group, map(rows.row, places), strict=True)
        problem = f"{' and '.join(f'{word!r} (row {row})' for word, row in told)} differ in case or blanks only."
        rows.warn(max(places), "item", problem, DIFFERENT_ITEMS)
