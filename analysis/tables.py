"""From counts to tidy tables: one row a subject and x, with a leading ``condition`` column where there are several."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, get_args

import numpy as np

from memlab.analysis.counts import Counts
from memlab.core.errors import UsageError
from memlab.core.recall import Conditions, RecallData

__all__ = ["Column", "Table", "as_conditions", "check_option", "stack", "tabulate", "tidy", "tidy_by"]

Column = np.ndarray[Any, np.dtype[Any]]

Table = Any
"""A pandas.DataFrame; with ``as_frame=False`` a dict of columns (name -> array, all of one length)."""


def as_conditions(data: object) -> Mapping[str, RecallData]:
    """Return the conditions of whatever an analysis accepts.

    Parameters
    ----------
    data : RecallData, Conditions, DataFrame or dict in psifr's raw long format, or a path to one

    Raises
    ------
    DataError
        A table that breaks a rule; see `memlab.read_table`.
    """
    if isinstance(data, RecallData):
        return {data.name: data}
    if isinstance(data, Conditions):
        return data
    from memlab.core.table import read_conditions

    return read_conditions(data)


def tabulate(data: object, columns: Callable[[RecallData], dict[str, Column]], as_frame: bool) -> Table:
    """Return the table of every condition, one under the other.

    Parameters
    ----------
    data
        What `as_conditions` accepts.
    columns
        The analysis of one condition.
    as_frame
        True: a DataFrame. False: a dict of columns, without importing pandas.
    """
    return stack({name: columns(condition) for name, condition in as_conditions(data).items()}, as_frame)


def stack(tables: Mapping[str, dict[str, Column]], as_frame: bool) -> Table:
    """Put the tables of several conditions one under the other, after a ``condition`` column; one stays as it is."""
    stacked: dict[str, Column] = {}
    if len(tables) > 1:
        n_rows = [len(next(iter(table.values()))) for table in tables.values()]
        stacked["condition"] = np.repeat(np.array(list(tables)), n_rows)
    for name in next(iter(tables.values()), {}):
        stacked[name] = np.concatenate([table[name] for table in tables.values()])
    if not as_frame:
        return stacked
    import pandas as pd

    return pd.DataFrame(stacked)


def tidy(counts: Counts, **x: Column) -> dict[str, Column]:
    """Return ``subject``, the x columns, ``prob``, ``actual`` and ``possible``: psifr's columns.

    Parameters
    ----------
    counts
        Of one condition.
    **x : (n_x,)
        A column for each thing that x is, by name.
    """
    n_subjects, n_x = counts.actual.shape
    return {
        "subject": np.repeat(counts.subjects, n_x),
        **{name: np.tile(values, n_subjects) for name, values in x.items()},
        "prob": counts.prob().ravel(),
        "actual": counts.actual.ravel(),
        "possible": counts.possible.ravel(),
    }


def tidy_by(label: str, x: str, by_label: Mapping[Any, Counts]) -> dict[str, Column]:
    """Return several counts one below the other, as `tidy`, with what tells them apart as a column.

    Parameters
    ----------
    label, x
        What the columns of labels and of x are called.
    by_label
        Counts of one condition, each with one x.
    """
    parts = [
        tidy(counts, **{label: np.full(len(counts.x), name, dtype=object), x: counts.x})
        for name, counts in by_label.items()
    ]
    return {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}


def check_option(name: str, value: object, choices: object) -> None:
    """Raise UsageError unless ``value`` is one of a Literal's choices."""
    allowed = get_args(choices)
    if value not in allowed:
        raise UsageError(f"{name} must be one of {', '.join(map(repr, allowed))}. Got {value!r} instead.")
