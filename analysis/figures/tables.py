"""Reading the tables that are drawn: a DataFrame or a dict of columns, checked, without importing pandas."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from memlab.analysis.figures.drawing import Series
from memlab.analysis.figures.style import PEOPLE
from memlab.core.errors import DataError, UnknownName
from memlab.core.recall import Floats

__all__ = ["CurveTable", "by_subject", "in_order", "numbers", "read_columns", "read_curves"]

Columns = dict[str, NDArray[Any]]

CURVE_COLUMNS = ("source", "condition", "measure", "x", "value", "low", "high")


def read_columns(table: Any, needed: tuple[str, ...], what: str) -> Columns:
    """Return every column of a table as an array.

    Raises
    ------
    DataError
        Not a table, a missing column, columns of different length, or no rows.
    """
    try:
        columns = {str(name): np.asarray(table[name]) for name in getattr(table, "columns", table)}
    except (TypeError, KeyError, IndexError):
        raise DataError(f"{what}: give a DataFrame or a dict of columns. Got {type(table).__name__} instead.") from None
    for name in needed:
        if name not in columns:
            raise DataError(
                f"{what}: there is no column '{name}'. It needs {', '.join(needed)}; it has {_list(columns)}."
            )
    if len({len(column) for column in columns.values()}) > 1:
        raise DataError(f"{what}: its columns have different lengths.")
    if len(columns[needed[0]]) == 0:
        raise DataError(f"{what}: the table is empty; there is nothing to draw.")
    return columns


def _list(columns: Mapping[str, object]) -> str:
    return ", ".join(columns) or "none"


def numbers(column: NDArray[Any], name: str, what: str) -> Floats:
    """Return a column as floats; empty fields and None are NaN.

    Raises
    ------
    DataError
        What is not a number, with its row.
    """
    if column.dtype.kind in "fiub":
        return column.astype(np.float64)
    found = np.full(len(column), np.nan)
    for row, value in enumerate(column.tolist()):
        try:
            found[row] = np.nan if value in (None, "") else float(value)
        except (TypeError, ValueError):
            raise DataError(f"{what}: row {row + 1}, column '{name}' is '{value}'; it must be a number.") from None
    return found


def in_order(column: NDArray[Any]) -> list[str]:
    """Return the distinct labels of a column as text, in order of first appearance."""
    return list(dict.fromkeys(str(label) for label in column.tolist()))


def by_subject(subject: NDArray[Any], x: Floats, y: Floats, what: str) -> tuple[Floats, Floats]:
    """Return sorted x (n_x,) and a row a subject, (n_subjects, n_x), NaN where a subject has no value.

    Raises
    ------
    DataError
        A subject with two values for one x, or an x that is not a number.
    """
    if np.isnan(x).any():
        raise DataError(f"{what}: row {int(np.argmax(np.isnan(x))) + 1} has no x; every row needs one.")
    _, row = np.unique(subject.astype(str), return_inverse=True)
    places, column = np.unique(x, return_inverse=True)
    cell = row * len(places) + column
    twice = np.flatnonzero(np.bincount(cell) > 1)
    if len(twice):
        at = int(np.argmax(cell == twice[0]))
        raise DataError(
            f"{what}: subject {subject[at]} has two values at {x[at]:g}; give one condition, or a column 'condition'."
        )
    values = np.full((int(row.max()) + 1, len(places)), np.nan)
    values[row, column] = y
    return places, values


@dataclass(frozen=True, eq=False)
class CurveTable:
    """The curves of a comparison.

    Attributes
    ----------
    sources : tuple of str
        ``people`` first where they are there, then models in order of appearance.
    conditions, measures : tuple of str
        In order of appearance.
    series : dict of Series
        By (source, condition, measure).
    """

    sources: tuple[str, ...]
    conditions: tuple[str, ...]
    measures: tuple[str, ...]
    series: Mapping[tuple[str, str, str], Series]

    def get(self, source: str, condition: str, measure: str) -> Series | None:
        """Return a curve, or None where the source does not have it."""
        return self.series.get((source, condition, measure))

    def models(self) -> tuple[str, ...]:
        """Return the sources that are not people."""
        return tuple(source for source in self.sources if source != PEOPLE)

    def has(self, source: str, measure: str) -> bool:
        """Return whether a source has a measure in any condition."""
        return any((source, condition, measure) in self.series for condition in self.conditions)

    def restricted(self, measures: tuple[str, ...], conditions: tuple[str, ...] | None) -> CurveTable:
        """Return the curves of some measures and conditions, in the order asked for.

        Raises
        ------
        UnknownName
            A measure or condition that the table does not have.
        """
        for what, asked, known in (
            ("the curves have no measure", measures, self.measures),
            ("the curves have no condition", conditions or (), self.conditions),
        ):
            for name in asked:
                if name not in known:
                    raise UnknownName(what, name, known)
        kept = tuple(dict.fromkeys(conditions or self.conditions))
        series = {key: one for key, one in self.series.items() if key[1] in kept and key[2] in measures}
        sources = tuple(source for source in self.sources if any(key[0] == source for key in series))
        return CurveTable(sources, kept, tuple(dict.fromkeys(measures)), series)


def read_curves(curves: object) -> CurveTable:
    """Read the long table ``source, condition, measure, x, value, low, high``.

    Raises
    ------
    DataError
        A missing column, an empty table, or a cell that is not a number.
    """
    columns = read_columns(curves, CURVE_COLUMNS, "curves")
    labels = [columns[name].astype(str) for name in CURVE_COLUMNS[:3]]
    values = [numbers(columns[name], name, "curves") for name in CURVE_COLUMNS[3:]]
    rows: dict[tuple[str, str, str], list[int]] = {}
    for row, key in enumerate(zip(*(label.tolist() for label in labels), strict=True)):
        rows.setdefault(key, []).append(row)
    series = {key: _series(key, np.array(places), values) for key, places in rows.items()}
    sources, conditions, measures = (in_order(label) for label in labels)
    return CurveTable(tuple(sorted(sources, key=lambda s: s != PEOPLE)), tuple(conditions), tuple(measures), series)


def _series(key: tuple[str, str, str], rows: NDArray[Any], values: list[Floats]) -> Series:
    x = values[0][rows]
    if np.isnan(x).any() or len(np.unique(x)) < len(x):
        raise DataError(f"curves: {', '.join(key)}: x must be there once a point; one is missing or stands twice.")
    order = np.argsort(x)
    return Series(*(column[rows][order] for column in values))
