"""From subjects to groups: the mean of subjects with an interval, or all subjects' counts pooled."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np

from memlab.analysis.counts import ratio
from memlab.analysis.intervals import bootstrap, t_interval, within_subject
from memlab.analysis.means import subject_mean, subject_sd
from memlab.analysis.tables import Column, Table, check_option
from memlab.core.errors import UsageError
from memlab.core.recall import Floats, Ints
from memlab.core.rng import stream

__all__ = ["average", "pooled"]

Interval = Literal["bootstrap", "within", "t", "none"]

X_COLUMNS = (
    "scoring",
    "before",
    "error",
    "definition",
    "output",
    "input",
    "lag",
    "list_lag",
    "n_recalled",
    "displacement",
    "list_length",
    "spacing",
)
"""Columns of our tables that say where a value belongs."""

VALUE_COLUMNS = ("recall", "prob", "rank", "irt", "recalled")
"""Columns of our tables that hold the value, where a table has only one."""


def average(
    table: Any,
    value: str | None = None,
    *,
    interval: Interval = "bootstrap",
    level: float = 0.95,
    rng: np.random.Generator | None = None,
) -> Table:
    """Average over subjects: first within each subject, as the table has it, then over subjects.

    Parameters
    ----------
    table : DataFrame or dict of columns
        A table of this package, or any with ``subject``, a value and the columns ``condition``, ``input``, ``output``,
        ``lag``, ``list_lag`` or ``n_recalled`` that apply.
    value
        The column to average; not needed for tables with one value.
    interval
        ``"bootstrap"`` over subjects, ``"within"`` subjects (Cousineau-Morey), ``"t"`` or ``"none"``. Conditions are
        treated one by one.
    level : in (0, 1)
        Coverage of the interval.
    rng
        Draws the bootstrap samples; always the same ones by default.

    Returns
    -------
    Table (a DataFrame for a DataFrame, else a dict of columns)
        The x columns; the value (mean of the subjects that have one); sd (between them, n - 1); n_subjects (that have
        one); low and high, unless ``interval="none"``.

    Raises
    ------
    UsageError
        No value column, or a subject with two values at the same x.
    """
    check_option("interval", interval, Interval)
    columns = {str(name): np.asarray(table[name]) for name in table}
    name = _value_name(columns, value)
    generator = stream(0, "average") if rng is None else rng
    parts = [_average_one(grid, name, interval, level, generator) for grid in _grids(columns, name)]
    return _like(table, {key: np.concatenate([part[key] for part in parts]) for key in parts[0]} if parts else {})


def pooled(table: Any) -> Table:
    """Pool all subjects: the sum of ``actual`` over the sum of ``possible``.

    Parameters
    ----------
    table : DataFrame or dict of columns
        With ``subject``, ``actual`` and ``possible``.

    Returns
    -------
    Table (a DataFrame for a DataFrame, else a dict of columns)
        The x columns; prob; actual; possible.

    Raises
    ------
    UsageError
        A table without counts.
    """
    columns = {str(name): np.asarray(table[name]) for name in table}
    for name in ("actual", "possible"):
        if name not in columns:
            raise UsageError(f"pooled needs the column '{name}'. The table has: {', '.join(columns)}.")
    keys, group = _groups(columns, [name for name in ("condition", *X_COLUMNS) if name in columns])
    sums = {name: _sum(columns[name], group) for name in ("actual", "possible")}
    return _like(table, {**keys, "prob": ratio(sums["actual"], sums["possible"]), **sums})


@dataclass(frozen=True, eq=False)
class _Grid:
    """One condition: a value a subject and x, NaN where there is none, (n_subjects, n_x), and the x columns."""

    values: Floats
    keys: dict[str, Column]


def _value_name(columns: Mapping[str, Column], value: str | None) -> str:
    if "subject" not in columns:
        raise UsageError(f"average needs the column 'subject'. The table has: {', '.join(columns)}.")
    name = value or next((name for name in VALUE_COLUMNS if name in columns), None)
    if name is None or name not in columns:
        what = f"no column '{value}'" if value else "more than one value"
        raise UsageError(f"the table has {what}: name the one to average, out of {', '.join(columns)}.")
    return name


def _grids(columns: Mapping[str, Column], value: str) -> list[_Grid]:
    """Split a table by condition and lay each out by subject and x."""
    conditions, condition = _groups(columns, ["condition"] if "condition" in columns else [])
    n_conditions = len(next(iter(conditions.values()), [0])) if len(columns[value]) else 0
    return [
        _grid({name: column[condition == i] for name, column in columns.items()}, value) for i in range(n_conditions)
    ]


def _grid(columns: Mapping[str, Column], value: str) -> _Grid:
    keys, x = _groups(columns, [name for name in ("condition", *X_COLUMNS) if name in columns and name != value])
    _, subject = np.unique(columns["subject"], return_inverse=True)
    n_x = int(x.max()) + 1
    values = np.full((int(subject.max()) + 1, n_x), np.nan)
    if len(np.unique(subject * n_x + x)) < len(x):
        raise UsageError(f"the table has two values of a subject at the same x; its x columns are {', '.join(keys)}.")
    values[subject, x] = columns[value]
    return _Grid(values, keys)


def _average_one(
    grid: _Grid, value: str, interval: Interval, level: float, rng: np.random.Generator
) -> dict[str, Column]:
    values = grid.values
    table = {
        **grid.keys,
        value: subject_mean(values),
        "sd": subject_sd(values),
        "n_subjects": (~np.isnan(values)).sum(axis=0),
    }
    if interval == "none":
        return table
    if interval == "bootstrap":
        table["low"], table["high"] = bootstrap(values, rng, level=level)
    else:
        table["low"], table["high"] = (within_subject if interval == "within" else t_interval)(values, level=level)
    return table


def _groups(columns: Mapping[str, Column], names: Sequence[str]) -> tuple[dict[str, Column], Ints]:
    """Number the rows by what stands in the named columns, in order of first appearance.

    Returns
    -------
    keys : the named columns, a row a group
    group : (n_rows,) int
    """
    n_rows = len(next(iter(columns.values())))
    code = np.zeros(n_rows, dtype=np.int64)
    for name in names:
        _, own = np.unique(columns[name], return_inverse=True)
        code = code * (int(own.max(initial=0)) + 1) + own
    _, first, sorted_group = np.unique(code, return_index=True, return_inverse=True)
    appears = np.argsort(np.argsort(first, kind="stable"))
    rows = np.sort(first)
    return {name: columns[name][rows] for name in names}, appears[sorted_group]


def _sum(column: Column, group: Ints) -> Ints:
    total = np.zeros(int(group.max(initial=-1)) + 1, dtype=np.int64)
    np.add.at(total, group, column)
    return total


def _like(table: Any, columns: dict[str, Column]) -> Table:
    """Return columns as a DataFrame where the table is one, else as they are."""
    if isinstance(table, dict):
        return columns
    import pandas as pd

    return pd.DataFrame(columns)
