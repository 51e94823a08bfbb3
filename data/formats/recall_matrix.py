"""A padded matrix as CSV: a list a row, the serial positions of its responses in output order, and who studied it.

Columns: ``subject``, ``recalls_1, recalls_2, …``, and either ``pres_itemnos_1, …`` or ``list_length``; optional are
``list`` and ``condition``. In ``recalls``, 0 or nothing pads a row and -1 is an intrusion. In ``pres_itemnos``, 0 or
nothing pads a shorter list.
"""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np

from memlab.core.errors import DataError
from memlab.core.long_file import LongFile, read_columns
from memlab.core.recall import Conditions, Floats
from memlab.data.formats.cells import number_cells
from memlab.data.formats.matrices import Matrices, conditions_of
from memlab.data.formats.problems import Problems

__all__ = ["NUMBERED", "read_recall_matrix"]

NUMBERED = re.compile(r"(recalls|pres_itemnos)_?(\d{1,6})")
"""How a column of a matrix is called."""


def read_recall_matrix(
    path: str | Path, *, seconds_per_item: float = 1.0, problems: Problems | None = None
) -> Conditions:
    """Read a padded matrix of recalls from a CSV file; see the top of this file.

    Lists are numbered 1, 2, … within a subject where the file does not number them.

    Parameters
    ----------
    seconds_per_item : seconds
        From one onset to the next.
    problems
        Where problems are noted; by default the first error is raised.

    Raises
    ------
    DataError
        A missing column, a value that is no whole number, a position that is not on the list, a response after the
        padding, or the same list twice; names the file, the row and the column.
    """
    problems = problems or Problems(Path(path).name)
    note = problems
    table = read_columns(Path(path), (lambda row, what: note.error(what, row=row)) if problems.collect else None)
    table.need("subject")
    recalls = _numbered(table, "recalls", problems)
    items = _numbered(table, "pres_itemnos", problems)
    if recalls is None:
        raise DataError(f"{table.name}: there are no columns recalls_1, recalls_2, …")
    if items is None:
        table.need("list_length")
    length = number_cells(table, "list_length", problems, missing=False) if items is None else None
    matrices = Matrices(
        recalls,
        table.labels("subject").tolist(),
        items,
        length=None if length is None else np.nan_to_num(length, nan=1.0),
        number=table.labels("list").tolist() if "list" in table.columns else None,
        condition=table.text("condition") if "condition" in table.columns else None,
        rows=table.rows.tolist(),
    )
    return conditions_of(matrices, problems, seconds_per_item=seconds_per_item)


def _numbered(table: LongFile, variable: str, problems: Problems) -> Floats | None:
    """Return the columns VARIABLE_1, VARIABLE_2, … as a matrix; None where there are none."""
    found = {int(m[2]): name for name in table.columns if (m := NUMBERED.fullmatch(name)) and m[1] == variable}
    if not found:
        return None
    for number in range(1, max(found) + 1):
        if number not in found:
            raise DataError(f"{table.name}: the column {variable}_{number} is missing; they run from 1 without gaps.")
    return np.stack([number_cells(table, found[number], problems) for number in sorted(found)], axis=1)
