"""The fields of a text table as numbers: one that is none is noted with its row and column, and left out."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from memlab.core.long_file import EXACT, LongFile
from memlab.core.recall import Floats
from memlab.data.formats.problems import Problems

__all__ = ["file_of", "number_cells", "whole_cells"]


def number_cells(
    table: LongFile, name: str, problems: Problems, *, missing: bool = True, of: NDArray[np.bool_] | None = None
) -> Floats:
    """Return a column as numbers, (n_rows,); NaN for what is missing, and for what is no number, which is an error.

    Parameters
    ----------
    missing
        Whether a field may say nothing.
    of : (n_rows,)
        The rows that matter; what stands in the others is no error. By default all do.
    """
    codes, texts = table.distinct(name)
    values = np.array([_number(table, text) for text in texts])
    odd = np.isinf(values) | (np.isnan(values) & (not missing))
    for index in np.flatnonzero(odd[codes] if of is None else odd[codes] & of).tolist():
        _note(table, index, name, "a number", problems)
    return np.where(odd, np.nan, values)[codes]


def whole_cells(table: LongFile, name: str, problems: Problems) -> Floats:
    """Return a column as whole numbers, NaN for what is none, which is an error."""
    values = number_cells(table, name, problems, missing=False)
    odd = ~np.isnan(values) & ((values != np.floor(values)) | (np.abs(values) >= EXACT))
    for index in np.flatnonzero(odd).tolist():
        _note(table, index, name, "a whole number", problems)
    return np.where(odd, np.nan, values)


def _note(table: LongFile, index: int, name: str, kind: str, problems: Problems) -> None:
    value = table.columns[name][index]
    shown = "empty" if value is None or value != value or value == "" else f"'{value}'"
    problems.error(
        f"{name} is {shown}; it must be {kind}.", row=int(table.rows[index]), column=name, file=file_of(table, index)
    )


def file_of(table: LongFile, index: int) -> str:
    """Return which file of a folder an entry came from; empty for a single file."""
    return table.files[index] if table.files else ""


def _number(table: LongFile, text: str) -> float:
    """Return a text as a number, NaN for nothing, infinity for what is none."""
    if not text:
        return float("nan")
    try:
        value = table.number(text)
    except ValueError:
        return float("inf")
    return value if value == value else float("inf")
