"""Means over subjects with their intervals, from the tidy tables of `memlab.analysis`."""

from __future__ import annotations

from typing import Any, Literal, get_args

import numpy as np
from numpy.typing import NDArray

from memlab.analysis.figures.drawing import Series
from memlab.analysis.figures.measures import Measure
from memlab.analysis.figures.tables import Columns, by_subject, in_order, numbers, read_columns
from memlab.analysis.intervals import bootstrap, t_interval, within_subject
from memlab.analysis.means import subject_mean
from memlab.core.errors import UsageError
from memlab.core.recall import Floats

__all__ = ["Interval", "bounds", "mean_curves"]

Interval = Literal["bootstrap", "within_subject", "t", "none"]

SEED = 20260101
"""Of the bootstrap: the same table gives the same figure."""


def mean_curves(measure: Measure, table: object, interval: Interval, by: str | None) -> dict[str, Series]:
    """Return the mean curve of each condition (and each value of the column `by`, if the table has it)."""
    what = f"{measure.name} table"
    columns = read_columns(table, ("subject", measure.x, measure.y), what)
    groups = _group_labels(columns, by)
    return {
        label: _mean_series(
            columns["subject"][rows],
            numbers(columns[measure.x][rows], measure.x, what),
            numbers(columns[measure.y][rows], measure.y, what),
            interval,
            what,
            measure.by_lag,
        )
        for label, rows in groups.items()
    }


def _group_labels(columns: Columns, by: str | None) -> dict[str, NDArray[np.bool_]]:
    n_rows = len(columns["subject"])
    parts = [columns[name].astype(str) for name in ("condition", by) if name is not None and name in columns]
    labels = np.array([", ".join(row) for row in zip(*parts, strict=True)] if parts else [""] * n_rows)
    order = in_order(labels)
    if by in columns and "condition" not in columns and all(label.lstrip("-").isdigit() for label in order):
        order = sorted(order, key=float)  # outputs and numbers recalled count up
    return {label: labels == label for label in order}


def _mean_series(subject: NDArray[Any], x: Floats, y: Floats, interval: Interval, what: str, by_lag: bool) -> Series:
    places, values = by_subject(subject, x, y, what)
    low, high = bounds(values, interval)
    series = Series(places, subject_mean(values), low, high)
    return series.broken_at_zero() if by_lag else series


def bounds(values: Floats, interval: Interval) -> tuple[Floats, Floats]:
    if interval not in get_args(Interval):
        raise UsageError(
            f"interval must be one of {', '.join(map(repr, get_args(Interval)))}. Got {interval!r} instead."
        )
    if interval == "bootstrap":
        return bootstrap(values, np.random.default_rng(SEED))
    if interval == "none":
        nothing = np.full(values.shape[1], np.nan)
        return nothing, nothing
    return within_subject(values) if interval == "within_subject" else t_interval(values)
