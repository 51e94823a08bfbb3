"""Drawing one measure from its tidy table: a curve a condition, panels of curves, or a value a subject."""

from __future__ import annotations

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

__all__ = ["SINGLE", "plot_measure", "plot_panels", "plot_values"]

SINGLE = "elsevier.single"
POINT = 3.2
"""Diameter of a marker in points, at 8 pt text."""

PANEL_EM = 12.0
"""Narrowest panel where there are several."""


def plot_measure(
    name: str,
    table: object,
    axes: Axes | None,
    source: str,
    interval: Interval,
    width: str | float,
    by: str | None = None,
) -> Axes:
    """Draw a table on axes, or on a figure of its own; `by` names the column that gives a curve each."""
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


def plot_panels(name: str, by: str, columns: Columns, source: str, interval: Interval, width: str | float) -> Axes:
    """Draw a panel a condition, with a curve for each value of the column `by`; return the first one's axes."""
    measure, size = MEASURES[name], resolve_width(width)
    conditions = columns["condition"].astype(str)
    panels = {}
    for condition in in_order(conditions):
        rows = {key: column[conditions == condition] for key, column in columns.items() if key != "condition"}
        panels[condition] = mean_curves(measure, rows, interval, by)
    curves = {label: series for groups in panels.values() for label, series in groups.items()}
    with drawing(size.font_pt):
        axes = _own_figure(measure, panels, _group_looks(curves, source, by), source, size)
        top = max(float(one.get_ylim()[1]) for one in axes.figure.axes)
        for one in axes.figure.axes:
            dress_y(one, top)
    return axes


def plot_values(
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
