"""One measure at a time: each function takes the table of `memlab.analysis` and draws it.

Subjects are averaged; a table with a ``condition`` column gives a curve a condition.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from matplotlib.axes import Axes
from matplotlib.lines import Line2D

from memlab.analysis.figures.drawing import (
    Series,
    draw_line,
    draw_points,
    dress_axes,
    dress_ticks,
    dress_y,
    handle,
    upper_limit,
)
from memlab.analysis.figures.grid import Cell, Grid, columns_that_fit
from memlab.analysis.figures.measures import MEASURES, Measure
from memlab.analysis.figures.over_subjects import Interval, bounds, mean_curves
from memlab.analysis.figures.style import (
    GREY,
    LOOKS,
    PEOPLE,
    Look,
    Width,
    condition_looks,
    drawing,
    looks,
    resolve_width,
)
from memlab.analysis.figures.tables import Columns, in_order, numbers, read_columns
from memlab.analysis.means import subject_mean
from memlab.core.errors import UsageError
from memlab.core.recall import Floats

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

SINGLE = "elsevier.single"
POINT = 3.2
"""Diameter of a marker in points, at 8 pt text."""

PANEL_EM = 12.0
"""Narrowest panel where there are several."""


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
    return _plot("spc", table, axes, source, interval, width)


def plot_pfr(
    table: object,
    axes: Axes | None = None,
    *,
    source: str = "people",
    interval: Interval = "bootstrap",
    width: str | float = SINGLE,
) -> Axes:
    """Draw the probability of first recall by serial position; see `plot_spc`."""
    return _plot("pfr", table, axes, source, interval, width)


def plot_lag_crp(
    table: object,
    axes: Axes | None = None,
    *,
    source: str = "people",
    interval: Interval = "bootstrap",
    width: str | float = SINGLE,
) -> Axes:
    """Draw the lag-CRP at lags -5..5, broken at 0; see `plot_spc`."""
    return _plot("lag_crp", table, axes, source, interval, width)


def plot_intrusions(
    table: object,
    axes: Axes | None = None,
    *,
    source: str = "people",
    interval: Interval = "bootstrap",
    width: str | float = SINGLE,
) -> Axes:
    """Draw the probability of an intrusion by output position; see `plot_spc`."""
    return _plot("intrusions", table, axes, source, interval, width)


def plot_repetitions(
    table: object,
    axes: Axes | None = None,
    *,
    source: str = "people",
    interval: Interval = "bootstrap",
    width: str | float = SINGLE,
) -> Axes:
    """Draw the probability of a repetition by output position; see `plot_spc`."""
    return _plot("repetitions", table, axes, source, interval, width)


def plot_pli_list_lag(
    table: object,
    axes: Axes | None = None,
    *,
    source: str = "people",
    interval: Interval = "bootstrap",
    width: str | float = SINGLE,
) -> Axes:
    """Draw prior-list intrusions by how many lists back they are from; see `plot_spc`."""
    return _plot("pli_list_lag", table, axes, source, interval, width)


def plot_stop_probability(
    table: object,
    axes: Axes | None = None,
    *,
    source: str = "people",
    interval: Interval = "bootstrap",
    width: str | float = SINGLE,
) -> Axes:
    """Draw the probability that recall stops by the number recalled so far; see `plot_spc`."""
    return _plot("stop_probability", table, axes, source, interval, width)


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
    return _plot("irt", table, axes, source, interval, width, by="n_recalled")


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
        return _plot("pnr", kept, axes, source, interval, width, by="output")
    if axes is not None:
        raise UsageError("plot_pnr draws one condition on given axes; choose one, or leave axes out for a panel each.")
    return _pnr_panels(kept, source, interval, resolve_width(width))


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
    axes = _plot_by_condition("lag_rank", "rank", "Temporal factor", table, axes, interval, width)
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
    axes = _plot_by_condition("number_recalled", "recalled", "Items recalled a list", table, axes, interval, width)
    axes.set_ylim(0, 1.05 * float(axes.dataLim.y1))  # the highest subject is drawn whole
    return axes


def _plot(
    name: str,
    table: object,
    axes: Axes | None,
    source: str,
    interval: Interval,
    width: str | float,
    by: str | None = None,
) -> Axes:
    measure = MEASURES[name]
    columns = read_columns(table, ("subject", measure.x, measure.y), f"{name} table")
    groups = mean_curves(measure, columns, interval, by)
    styles = _group_looks(groups, source, by if by in columns else None)
    size = resolve_width(width)
    with drawing(size.font_pt):
        if axes is None:
            return _own_figure(measure, {"": groups}, styles, source, size)
        _draw_groups(axes, measure, groups, styles, source, size)
        axes.set_xlabel(measure.x_label)
        axes.set_ylabel(measure.y_label)
    return axes


def _group_looks(groups: dict[str, Series], source: str, by: str | None) -> dict[str, Look]:
    """Return the look of a single curve, which is its source's, or of each of several."""
    if len(groups) == 1 and by is None:
        return {label: looks([source])[source] for label in groups}
    words = {"output": "Output {}", "n_recalled": "{} responses"}.get(by or "", "{}")
    found = condition_looks(groups)
    return {name: replace(look, label=words.format(name) if name else look.label) for name, look in found.items()}


def _draw_groups(
    axes: Axes, measure: Measure, groups: dict[str, Series], styles: dict[str, Look], source: str, size: Width
) -> None:
    """Draw every curve and dress the axes."""
    several = len(groups) > 1
    for i, (name, series) in enumerate(groups.items()):
        if source == PEOPLE:
            line = several or styles[name] != LOOKS[PEOPLE]
            draw_points(axes, series, styles[name], size=POINT * size.scale, line=line)
        else:
            draw_line(axes, series, styles[name], scale=size.scale, place=i / len(groups), band=not several)
    top = upper_limit(_highest(groups), to_one=measure.to_one)
    x = np.concatenate([series.defined().x for series in groups.values()])
    dress_axes(axes, measure, x, top, font_pt=size.font_pt)


def _highest(groups: dict[str, Series]) -> float:
    tops = np.concatenate([part for series in groups.values() for part in (series.value, series.high)])
    return float(np.nanmax(tops, initial=0.0))


def _legend(styles: dict[str, Look], source: str, size: Width) -> list[Line2D]:
    return [handle(look, points=look == LOOKS[PEOPLE], scale=size.scale) for look in styles.values()]


def _own_figure(
    measure: Measure, panels: dict[str, dict[str, Series]], styles: dict[str, Look], source: str, size: Width
) -> Axes:
    """Draw a panel for each entry of `panels` (title -> curves) and return the first one's axes."""
    per_row = columns_that_fit(size, len(panels), panel_em=PANEL_EM)
    cells = [
        Cell(*divmod(i, per_row), measure.name, title, "", i % per_row == 0, title) for i, title in enumerate(panels)
    ]
    grid = Grid(cells, [measure.x_label] * len(cells), size, _legend(styles, source, size))
    drawn = []
    for cell, groups in zip(cells, panels.values(), strict=True):
        drawn.append(axes := grid.add_axes(cell))
        _draw_groups(axes, measure, groups, styles, source, size)
        grid.finish_axes(cell, axes, measure.y_label, measure.short_label)
    grid.write_x_labels()
    grid.write_legend()
    return drawn[0]


def _pnr_panels(columns: Columns, source: str, interval: Interval, size: Width) -> Axes:
    measure = MEASURES["pnr"]
    conditions = columns["condition"].astype(str)
    panels = {}
    for name in in_order(conditions):
        rows = {key: column[conditions == name] for key, column in columns.items() if key != "condition"}
        panels[name] = mean_curves(measure, rows, interval, "output")
    outputs = {label: series for groups in panels.values() for label, series in groups.items()}
    with drawing(size.font_pt):
        axes = _own_figure(measure, panels, _group_looks(outputs, source, "output"), source, size)
        top = max(float(one.get_ylim()[1]) for one in axes.figure.axes)
        for one in axes.figure.axes:
            dress_y(one, top)
    return axes


def _plot_by_condition(
    name: str, y: str, y_label: str, table: object, axes: Axes | None, interval: Interval, width: str | float
) -> Axes:
    """Draw a value a subject: grey dots, and beside them the mean with its interval."""
    columns = read_columns(table, ("subject", y), f"{name} table")
    values = numbers(columns[y], y, f"{name} table")
    conditions = columns["condition"].astype(str) if "condition" in columns else np.full(len(values), "")
    if interval == "within_subject":
        raise UsageError(f"{name} has one value a subject and condition: choose interval 'bootstrap', 't' or 'none'.")
    size, x_label = resolve_width(width), "Condition" if "condition" in columns else ""
    with drawing(size.font_pt):
        if axes is None:
            cell = Cell(0, 0, "", "", "", True)
            grid = Grid([cell], [x_label], size, [])
            axes = grid.add_axes(cell)
            grid.write_x_labels()
        else:
            axes.set_xlabel(x_label)
        axes.set_ylabel(y_label)
        _draw_values(axes, {label: values[conditions == label] for label in in_order(conditions)}, interval, size)
    return axes


def _draw_values(axes: Axes, groups: dict[str, Floats], interval: Interval, size: Width) -> None:
    for i, values in enumerate(groups.values()):
        axes.plot(np.full(len(values), i - 0.14), values, ".", color=GREY, markersize=2.5 * size.scale, zorder=1)
    parts = [(subject_mean(values[:, None]), *bounds(values[:, None], interval)) for values in groups.values()]
    mean, low, high = (np.concatenate(column) for column in zip(*parts, strict=True))
    draw_points(
        axes,
        Series(np.arange(len(groups), dtype=np.float64) + 0.14, mean, low, high),
        LOOKS[PEOPLE],
        size=4 * size.scale,
    )
    axes.set_xlim(-0.6, len(groups) - 0.4)
    axes.set_xticks(range(len(groups)), list(groups))
    dress_ticks(axes, size.font_pt)
    axes.tick_params(axis="x", length=0)
