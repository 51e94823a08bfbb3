"""One measure at a time: each function takes the table of `memlab.analysis` and draws it.

Subjects are averaged; a table with a ``condition`` column gives a curve a condition.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes

from memlab.analysis.figures.one_measure import SINGLE, plot_measure, plot_panels, plot_values
from memlab.analysis.figures.over_subjects import Interval
from memlab.analysis.figures.tables import in_order, numbers, read_columns
from memlab.core.errors import UsageError

__all__ = [
    "Interval",
    "plot_intrusions",
    "plot_irt",
    "plot_lag_crp",
    "plot_lag_rank",
    "plot_number_recalled",
    "plot_pfr",
    "plot_pli_list_lag",
    "plot_pnr",
    "plot_repetitions",
    "plot_spc",
    "plot_stop_probability",
]


def plot_spc(
    table: object,
    axes: Axes | None = None,
    *,
    source: str = "people",
    interval: Interval = "bootstrap",
    width: str | float = SINGLE,
) -> Axes:
    """Draw serial-position curves: mean over subjects of the probability of recall.

    Parameters
    ----------
    table : DataFrame or dict of columns
        What the function of the same name in `memlab.analysis` returns.
    axes
        Where to draw; by default a figure of its own (``axes.figure``), with a legend where there are several curves.
    source
        ``"people"`` is drawn as points with error bars, a model's name as a line with a shaded interval.
    interval
        Over subjects, 95 %: ``"bootstrap"``, ``"within_subject"``, ``"t"``, or ``"none"``.
    width
        Of a figure of its own: a preset of `memlab.analysis.figures.style.WIDTHS`, or mm.

    Returns
    -------
    Axes

    Raises
    ------
    DataError
        A table without rows, without a column, or with two values for one subject and x.
    UsageError
        An unknown interval or width.
    """
    return plot_measure("spc", table, axes, source, interval, width)


def plot_pfr(
    table: object,
    axes: Axes | None = None,
    *,
    source: str = "people",
    interval: Interval = "bootstrap",
    width: str | float = SINGLE,
) -> Axes:
    """Draw the probability of first recall by serial position; see `plot_spc`."""
    return plot_measure("pfr", table, axes, source, interval, width)


def plot_lag_crp(
    table: object,
    axes: Axes | None = None,
    *,
    source: str = "people",
    interval: Interval = "bootstrap",
    width: str | float = SINGLE,
) -> Axes:
    """Draw the lag-CRP at lags -5..5, broken at 0; see `plot_spc`."""
    return plot_measure("lag_crp", table, axes, source, interval, width)


def plot_intrusions(
    table: object,
    axes: Axes | None = None,
    *,
    source: str = "people",
    interval: Interval = "bootstrap",
    width: str | float = SINGLE,
) -> Axes:
    """Draw the probability of an intrusion by output position; see `plot_spc`."""
    return plot_measure("intrusions", table, axes, source, interval, width)


def plot_repetitions(
    table: object,
    axes: Axes | None = None,
    *,
    source: str = "people",
    interval: Interval = "bootstrap",
    width: str | float = SINGLE,
) -> Axes:
    """Draw the probability of a repetition by output position; see `plot_spc`."""
    return plot_measure("repetitions", table, axes, source, interval, width)


def plot_pli_list_lag(
    table: object,
    axes: Axes | None = None,
    *,
    source: str = "people",
    interval: Interval = "bootstrap",
    width: str | float = SINGLE,
) -> Axes:
    """Draw prior-list intrusions by how many lists back they are from; see `plot_spc`."""
    return plot_measure("pli_list_lag", table, axes, source, interval, width)


def plot_stop_probability(
    table: object,
    axes: Axes | None = None,
    *,
    source: str = "people",
    interval: Interval = "bootstrap",
    width: str | float = SINGLE,
) -> Axes:
    """Draw the probability that recall stops by the number recalled so far; see `plot_spc`."""
    return plot_measure("stop_probability", table, axes, source, interval, width)


def plot_irt(
    table: object,
    axes: Axes | None = None,
    *,
    source: str = "people",
    interval: Interval = "bootstrap",
    width: str | float = SINGLE,
) -> Axes:
    """Draw mean inter-response times by output position, a curve a number of responses where the table has it.

    See `plot_spc`.
    """
    return plot_measure("irt", table, axes, source, interval, width, by="n_recalled")


def plot_pnr(
    table: object,
    axes: Axes | None = None,
    *,
    outputs: Sequence[int] = (1, 2, 3),
    source: str = "people",
    interval: Interval = "bootstrap",
    width: str | float = SINGLE,
) -> Axes:
    """Draw the probability of nth recall by serial position, a curve an output position; see `plot_spc`.

    Parameters
    ----------
    outputs
        Which output positions.

    Raises
    ------
    UsageError
        Several conditions on axes of the caller's, or no row with these output positions.

    Notes
    -----
    Several conditions get a panel each; the first one's axes are returned.
    """
    columns = read_columns(table, ("subject", "output", "input", "prob"), "pnr table")
    keep = np.isin(numbers(columns["output"], "output", "pnr table"), outputs)
    if not keep.any():
        raise UsageError(f"the pnr table has no output position {', '.join(map(str, outputs))}.")
    kept = {name: column[keep] for name, column in columns.items()}
    if "condition" not in kept or len(in_order(kept["condition"])) == 1:
        return plot_measure("pnr", kept, axes, source, interval, width, by="output")
    if axes is not None:
        raise UsageError("plot_pnr draws one condition on given axes; choose one, or leave axes out for a panel each.")
    return plot_panels("pnr", "output", kept, source, interval, width)


def plot_lag_rank(
    table: object,
    axes: Axes | None = None,
    *,
    interval: Interval = "bootstrap",
    width: str | float = SINGLE,
) -> Axes:
    """Draw the temporal factor: each subject, and the mean with its interval, by condition; .5 is no preference.

    See `plot_spc`; within-subject intervals need several x and are refused.
    """
    axes = plot_values("lag_rank", "rank", "Temporal factor", table, axes, interval, width)
    axes.axhline(0.5, color="#8c8c8c", linewidth=0.6, linestyle=":", zorder=0)
    axes.set_ylim(min(0.4, axes.get_ylim()[0]), 1.0)
    return axes


def plot_number_recalled(
    table: object,
    axes: Axes | None = None,
    *,
    interval: Interval = "bootstrap",
    width: str | float = SINGLE,
) -> Axes:
    """Draw the items recalled a list: each subject and the mean, by condition; see `plot_lag_rank`."""
    axes = plot_values("number_recalled", "recalled", "Items recalled a list", table, axes, interval, width)
    axes.set_ylim(0, 1.05 * float(axes.dataLim.y1))  # the highest subject is drawn whole
    return axes
