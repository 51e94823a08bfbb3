"""The figure of a comparison: people and models on the same curves.

Layout ``conditions``: a row a measure, a column a condition, people and models overlaid. Layout ``models``: a panel a
source with all conditions on the same axes, as Murdock (1962, J. Exp. Psychol. 64, 482-488) drew his people.
"""

from __future__ import annotations

import string
from collections.abc import Collection, Mapping, Sequence
from typing import get_args

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from memlab.analysis.figures.captions import Layout, caption, shaded_sources
from memlab.analysis.figures.drawing import Series, draw_line, draw_points, dress_axes, handle, upper_limit
from memlab.analysis.figures.grid import NARROWEST_PANEL_EM, Cell, Grid, columns_that_fit
from memlab.analysis.figures.measures import COMPARED, measure_named
from memlab.analysis.figures.style import (
    DEFAULT_WIDTH,
    PEOPLE,
    Look,
    Width,
    condition_looks,
    drawing,
    looks,
    resolve_width,
)
from memlab.analysis.figures.tables import CurveTable, read_curves
from memlab.core.errors import UnknownName
from memlab.core.recall import Floats

__all__ = ["Layout", "caption", "chosen_curves", "compare_figure"]

SOURCE_PANEL_EM = 10.8
"""Narrowest panel with the curves of all conditions on it."""

TITLE_LETTER = 0.52
"""Width of a letter of a title, in em: the names of conditions must not run into each other."""

ROOMY_EM = 12.0
"""A panel wider than this has room for every other lag below it."""

LARGEST_POINT, SMALLEST_POINT = 3.4, 1.5
"""Diameter in points (at 8 pt text) of people's circles: smaller where positions are crowded."""


def compare_figure(
    curves: object,
    *,
    layout: Layout | str = "conditions",
    measures: str | Sequence[str] | None = None,
    width: str | float = DEFAULT_WIDTH,
    conditions: str | Sequence[str] | None = None,
    networks: Collection[str] = (),
    styles: Mapping[str, Look] | None = None,
) -> Figure:
    """Draw people and models.

    Parameters
    ----------
    curves : DataFrame or dict of columns
        ``source, condition, measure, x, value, low, high``; a source is ``people`` or a model's name. People are black
        circles with error bars from low to high, models are lines (shaded from low to high where they are at most two,
        or where the trained networks among them are).
    layout
        ``"conditions"`` or ``"models"``.
    measures
        Rows of the figure, in order. By default all of ``spc, pfr, lag_crp`` that the table has; with layout ``models``
        the first of them.
    width
        A preset of `memlab.analysis.figures.style.WIDTHS`, or mm.
    conditions
        Which, in order; all by default.
    networks
        The sources that are trained networks.
    styles
        Looks by source, where they are not those of `memlab.analysis.figures.style.looks`.

    Returns
    -------
    matplotlib.figure.Figure
        Of exactly that width; write it with `memlab.analysis.figures.saving.save`.

    Raises
    ------
    UnknownName
        A layout, measure, condition or width that does not exist.
    DataError
        A table without rows, without a column, or with a cell that is not a number.
    """
    table = chosen_curves(curves, layout=layout, measures=measures, conditions=conditions)
    size = resolve_width(width)
    with drawing(size.font_pt):
        drawn = styles or looks(table.sources)
        if layout == "models":
            return _by_source(table, size, drawn)
        return _by_condition(table, size, drawn, shaded_sources(table, networks))


def chosen_curves(
    curves: object,
    *,
    layout: Layout | str = "conditions",
    measures: str | Sequence[str] | None = None,
    conditions: str | Sequence[str] | None = None,
) -> CurveTable:
    """Return the curves that a figure draws; parameters and errors are those of `compare_figure`."""
    if layout not in get_args(Layout):
        raise UnknownName("there is no layout", str(layout), get_args(Layout))
    table = read_curves(curves)
    chosen = _names(measures) or tuple(name for name in COMPARED if name in table.measures)
    if measures is None and layout == "models":
        chosen = chosen[:1]
    return table.restricted(chosen or table.measures, _names(conditions) or None)


def _names(given: str | Sequence[str] | None) -> tuple[str, ...]:
    return (given,) if isinstance(given, str) else tuple(given or ())


def _by_condition(table: CurveTable, width: Width, styles: Mapping[str, Look], shaded: frozenset[str]) -> Figure:
    legend = [handle(styles[source], points=source == PEOPLE, scale=width.scale) for source in table.sources]
    places = _condition_cells(table, width)
    tops = _tops(table, shaded)
    grid = _grid([cell for cell, _ in places], width, legend)
    for cell, condition in places:
        axes = grid.add_axes(cell)
        for name in table.sources:
            _draw_source(axes, table, (name, condition, cell.measure), styles, grid, band=name in shaded)
        _finish(grid, cell, axes, _extent(table, cell.measure, (condition,)), tops[cell.measure])
    return _whole(grid)


def _condition_cells(table: CurveTable, width: Width) -> list[tuple[Cell, str]]:
    """Return the panels: measures below each other, or side by side where there is one condition only."""
    letters = dict(zip(table.measures, string.ascii_uppercase if len(table.measures) > 1 else [""], strict=False))
    if len(table.conditions) == 1:
        per_row = columns_that_fit(width, len(table.measures), own_y=True, panel_em=SOURCE_PANEL_EM)
        title = "" if table.conditions[0] == "all" else table.conditions[0]
        return [
            (Cell(*divmod(i, per_row), measure, title, letters[measure], own_y=True), table.conditions[0])
            for i, measure in enumerate(table.measures)
        ]
    panel_em = max(NARROWEST_PANEL_EM, TITLE_LETTER * max(map(len, table.conditions)))
    per_row = columns_that_fit(width, len(table.conditions), panel_em=panel_em)
    cells = []
    for i, condition in enumerate(table.conditions):
        block, column = divmod(i, per_row)
        for j, measure in enumerate(table.measures):
            row = block * len(table.measures) + j
            letter = letters[measure] if i == 0 else ""
            title, shared = condition if j == 0 else "", "" if measure_named(measure).by_lag else condition
            cells.append((Cell(row, column, measure, title, letter, column == 0, shared), condition))
    return cells


def _by_source(table: CurveTable, width: Width, styles: Mapping[str, Look]) -> Figure:
    marks = condition_looks(table.conditions)
    legend = [handle(marks[condition], points=False, scale=width.scale) for condition in table.conditions]
    places = _source_cells(table, width, {name: look.label for name, look in styles.items()})
    tops = _tops(table, shaded_sources(table))
    grid = _grid([cell for cell, _ in places], width, legend)
    for cell, source in places:
        axes = grid.add_axes(cell)
        for name in table.conditions:
            _draw_condition(axes, table, (source, name, cell.measure), marks, grid)
        _finish(grid, cell, axes, _extent(table, cell.measure, table.conditions), tops[cell.measure])
    return _whole(grid)


def _source_cells(table: CurveTable, width: Width, titles: dict[str, str]) -> list[tuple[Cell, str]]:
    """Return the panels: a block of rows a measure, a panel a source that has it."""
    cells: list[tuple[Cell, str]] = []
    per_row = columns_that_fit(width, len(table.sources), panel_em=SOURCE_PANEL_EM)
    first_row = 0
    for measure in table.measures:
        having = [source for source in table.sources if table.has(source, measure)]
        for i, source in enumerate(having):
            row, column = divmod(i, per_row)
            letter = string.ascii_uppercase[len(cells)] if len(cells) < 26 else ""
            cells.append((Cell(first_row + row, column, measure, titles[source], letter, column == 0), source))
        first_row += -(-len(having) // per_row)
    return cells


def _grid(cells: list[Cell], width: Width, legend: list[Line2D]) -> Grid:
    return Grid(cells, [measure_named(cell.measure).x_label for cell in cells], width, legend)


def _tops(table: CurveTable, shaded: frozenset[str]) -> dict[str, float]:
    """Return where the y axis of each measure ends: panels of one measure share it."""
    highest = dict.fromkeys(table.measures, 0.0)
    for (source, _, measure), series in table.series.items():
        shown = series.broken_at_zero() if measure_named(measure).by_lag else series
        tops = [shown.value, shown.high] if source == PEOPLE or source in shaded else [shown.value]
        values = np.concatenate(tops)
        highest[measure] = max(highest[measure], float(np.nanmax(values, initial=0.0)))
    return {name: upper_limit(highest[name], to_one=measure_named(name).to_one) for name in table.measures}


def _shown(table: CurveTable, key: tuple[str, str, str]) -> Series | None:
    series = table.get(*key)
    return series.broken_at_zero() if series is not None and measure_named(key[2]).by_lag else series


def _draw_source(
    axes: Axes, table: CurveTable, key: tuple[str, str, str], styles: Mapping[str, Look], grid: Grid, *, band: bool
) -> None:
    series, scale = _shown(table, key), grid.width.scale
    if series is None:
        return
    if key[0] == PEOPLE:
        draw_points(axes, series, styles[PEOPLE], size=_point_size(series, grid) * scale)
        return
    models = table.models()
    place = models.index(key[0]) / len(models)
    draw_line(axes, series, styles[key[0]], scale=scale, place=place, band=band)


def _draw_condition(
    axes: Axes, table: CurveTable, key: tuple[str, str, str], marks: dict[str, Look], grid: Grid
) -> None:
    series, scale = _shown(table, key), grid.width.scale
    if series is None:
        return
    if key[0] == PEOPLE:
        draw_points(axes, series, marks[key[1]], size=2.6 * scale, line=True)
    else:
        place = table.conditions.index(key[1]) / len(table.conditions)
        draw_line(axes, series, marks[key[1]], scale=scale, place=place)


def _point_size(series: Series, grid: Grid) -> float:
    """Return the diameter of people's circles, in points: they do not touch."""
    spacing = grid.panel_width / max(len(series.x), 1) * 72 / 25.4
    return float(np.clip(0.85 * spacing, SMALLEST_POINT, LARGEST_POINT))


def _extent(table: CurveTable, measure: str, conditions: tuple[str, ...]) -> Floats:
    """Return every x that is drawn in some conditions, of all measures with the same x label."""
    label = measure_named(measure).x_label
    parts = [
        series.defined().x
        for (_, condition, name), series in table.series.items()
        if condition in conditions and measure_named(name).x_label == label
    ]
    return np.concatenate(parts) if parts else np.zeros(0)


def _finish(grid: Grid, cell: Cell, axes: Axes, x: Floats, top: float) -> None:
    measure = measure_named(cell.measure)
    dress_axes(axes, measure, x, top, font_pt=grid.width.font_pt, roomy=grid.panel_width > ROOMY_EM * grid.width.em)
    grid.finish_axes(cell, axes, measure.y_label, measure.short_label)


def _whole(grid: Grid) -> Figure:
    grid.write_x_labels()
    grid.write_legend()
    return grid.figure
