"""Reading the curves that a comparison saved."""

from __future__ import annotations

import csv
from pathlib import Path

from memlab.comparison import CURVE_COLUMNS
from memlab.core.errors import DataError
from memlab.core.files import Columns

__all__ = ["read_curves"]


def read_curves(path: str | Path) -> Columns:
    """Read the ``curves.csv`` of a comparison, of lesions or of a sweep; columns beyond a comparison's are left out.

    Raises
    ------
    DataError
        Not there, or not such a table.
    """
    file = Path(path)
    try:
        with file.open(encoding="utf-8", newline="") as handle:
            rows = list(csv.DictReader(handle))
    except OSError as error:
        raise DataError(
            f"cannot read {file}: {error.strerror or error}. It is written by memlab compare --out."
        ) from None
    if not rows or tuple(rows[0])[: len(CURVE_COLUMNS)] != CURVE_COLUMNS:
        raise DataError(f"{file} is not a table of curves; its columns must be {', '.join(CURVE_COLUMNS)}.")
    columns: dict[str, list[object]] = {name: [row[name] for row in rows] for name in CURVE_COLUMNS[:3]}
    try:
        columns["x"] = [int(row["x"]) for row in rows]
        for name in CURVE_COLUMNS[4:]:
            columns[name] = [float(row[name] or "nan") for row in rows]
    except ValueError as error:
        raise DataError(f"{file}: {error}.") from None
    return columns
