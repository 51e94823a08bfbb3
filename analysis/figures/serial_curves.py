"""Serial recall, one measure at a time: each function takes the table of `memlab.analysis` and draws it."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes

from memlab.analysis.figures.one_measure import SINGLE, plot_measure, plot_panels, plot_values
from memlab.analysis.figures.over_subjects import Interval
from memlab.analysis.figures.tables import Columns, in_order, read_columns
from memlab.core.errors import UsageError

__all__ = [
    "plot_displacement_latency",
    "plot_fill_in",
    "plot_length_function",
    "plot_protrusions",
    "plot_serial_accuracy",
    "plot_serial_errors",
    "plot_serial_latency",
    "plot_transposition_gradient",
]

MAIN_ERRORS = ("transposition", "repetition", "omission", "intrusion")
"""The errors that add up to all of them."""


def plot_serial_accuracy(
    table: object,
    axes: Axes | None = None,
    *,
    scoring: str | None = None,
    source: str = "people",
    interval: Interval = "bootstrap",
    width: str | float = SINGLE,
) -> Axes:
    """Draw accuracy by serial position: mean over subjects.

    Parameters
    ----------
    table : DataFrame or dict of columns
        What the function of the same name in `memlab.analysis` returns.
    axes
        Where to draw; by default a figure of its own (``axes.figure``), with a legend where there are several curves.
    scoring
        ``"strict"``, ``"item"`` or ``"relative"``; by default all three, or strict where there are several conditions.
    source
        ``"people"`` is drawn as points with error bars, a model's name as a line with a shaded interval.
    interval
        Over subjects, 95 %: ``"bootstrap"``, ``"within_subject"``, ``"t"``, or ``"none"``.
    width
        Of a figure of its own: a preset of `memlab.analysis.figures.style.WIDTHS`, or mm.

    Raises
    ------
    DataError
        A table without rows, without a column, or with two values for one subject and x.
    UsageError
        A scoring that the table does not have, an unknown interval or width.
    """
    columns = read_columns(table, ("subject", "scoring", "input", "prob"), "serial_accuracy table")
    if scoring is None and not _several_conditions(columns):
        return plot_measure("serial_accuracy", columns, axes, source, interval, width, by="scoring")
    kept = _only(columns, "scoring", (scoring or "strict",))
    return plot_measure("serial_accuracy", kept, axes, source, interval, width)


def plot_serial_errors(
    table: object,
    axes: Axes | None = None,
    *,
    errors: Sequence[str] = MAIN_ERRORS,
    source: str = "people",
    interval: Interval = "bootstrap",
    width: str | float = SINGLE,
) -> Axes:
    """Draw the probability of each kind of error by output place; see `plot_serial_accuracy`.

    Parameters
    ----------
    errors
        Which ones; see `memlab.analysis.serial_error_counts`.

    Raises
    ------
    UsageError
        An error that the table does not have, or several conditions on axes of the caller's.

    Notes
    -----
    Several conditions get a panel each; the first one's axes are returned.
    """
    columns = read_columns(table, ("subject", "error", "output", "prob"), "serial_errors table")
    kept = _only(columns, "error", errors)
    if not _several_conditions(kept):
        return plot_measure("serial_errors", kept, axes, source, interval, width, by="error")
    if axes is not None:
        raise UsageError("plot_serial_errors draws one condition on given axes; choose one, or leave axes out.")
    return plot_panels("serial_errors", "error", kept, source, interval, width)


def plot_transposition_gradient(
    table: object,
    axes: Axes | None = None,
    *,
    source: str = "people",
    interval: Interval = "bootstrap",
    width: str | float = SINGLE,
) -> Axes:
    """Draw the transposition gradient at displacements -5..5, broken at 0; see `plot_serial_accuracy`."""
    return plot_measure("transposition_gradient", table, axes, source, interval, width)


def plot_length_function(
    table: object,
    axes: Axes | None = None,
    *,
    source: str = "people",
    interval: Interval = "bootstrap",
    width: str | float = SINGLE,
) -> Axes:
    """Draw accuracy by list length, a curve a condition; see `plot_serial_accuracy`."""
    return plot_measure("length_function", table, axes, source, interval, width)


def plot_protrusions(
    table: object,
    axes: Axes | None = None,
    *,
    source: str = "people",
    interval: Interval = "bootstrap",
    width: str | float = SINGLE,
) -> Axes:
    """Draw the probability of a protrusion by output place; see `plot_serial_accuracy`."""
    return plot_measure("protrusions", table, axes, source, interval, width)


def plot_serial_latency(
    table: object,
    axes: Axes | None = None,
    *,
    source: str = "people",
    interval: Interval = "bootstrap",
    width: str | float = SINGLE,
) -> Axes:
    """Draw mean response times by output place; see `plot_serial_accuracy`."""
    return plot_measure("serial_latency", table, axes, source, interval, width)


def plot_displacement_latency(
    table: object,
    axes: Axes | None = None,
    *,
    source: str = "people",
    interval: Interval = "bootstrap",
    width: str | float = SINGLE,
) -> Axes:
    """Draw mean response times by displacement; see `plot_serial_accuracy`."""
    return plot_measure("displacement_latency", table, axes, source, interval, width)


def plot_fill_in(
    table: object,
    axes: Axes | None = None,
    *,
    definition: str = "first_error",
    interval: Interval = "bootstrap",
    width: str | float = SINGLE,
) -> Axes:
    """Draw the share of fill-ins: each subject, and the mean with its interval, by condition; .5 is as many infills.

    Parameters
    ----------
    definition
        See `memlab.analysis.fill_in_counts`.

    Raises
    ------
    UsageError
        A definition that the table does not have.
    """
    columns = read_columns(table, ("subject", "definition", "prob"), "fill_in table")
    kept = _only(columns, "definition", (definition,))
    axes = plot_values("fill_in", "prob", "Fill-in share", kept, axes, interval, width)
    axes.axhline(0.5, color="#8c8c8c", linewidth=0.6, linestyle=":", zorder=0)
    axes.set_ylim(0, 1.02)  # a subject at 1 is drawn whole
    return axes


def _several_conditions(columns: Columns) -> bool:
    return "condition" in columns and len(in_order(columns["condition"].astype(str))) > 1


def _only(columns: Columns, name: str, values: Sequence[str]) -> Columns:
    """Return the rows with some values of a text column.

    Raises
    ------
    UsageError
        A value that the column does not have.
    """
    there = in_order(columns[name].astype(str))
    for value in values:
        if value not in there:
            raise UsageError(f"the table has no {name} {value!r}; it has {', '.join(there)}.")
    keep = np.isin(columns[name].astype(str), values)
    return {key: column[keep] for key, column in columns.items()}
