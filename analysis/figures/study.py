"""Figures of a study: panels of curves with their bands, people as points; and maps of two limits crossed."""

from __future__ import annotations

import string
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FixedLocator, MaxNLocator

from memlab.analysis.figures.drawing import Series, draw_line, draw_points, dress_ticks, handle, upper_limit
from memlab.analysis.figures.grid import Cell, Grid, columns_that_fit
from memlab.analysis.figures.style import (
    BLACK,
    BLUE,
    DASH_DOT,
    DASHED,
    DEFAULT_WIDTH,
    GREEN,
    GREY,
    LONG_DASH,
    LOOKS,
    ORANGE,
    PEOPLE,
    PURPLE,
    SHORT_DASH,
    SKY,
    SOLID,
    VERMILION,
    Look,
    Width,
    drawing,
    resolve_width,
)
from memlab.core.recall import Floats

__all__ = ["CrossedMap", "Panel", "maps_figure", "panels_figure", "study_looks"]

PANEL_EM = 10.8
"""Narrowest panel."""

POINT = 3.2
"""Diameter of people's circles in points, at 8 pt text."""

SLOPE, STEEP, FEW = 30, 45, 4
"""Degrees by which the words under an axis are turned, where there are few of them and where there are more."""

COLORS = (ORANGE, BLUE, VERMILION, GREEN, PURPLE, SKY, BLACK)
LINES = (SOLID, DASHED, DASH_DOT, LONG_DASH, SHORT_DASH)
MARKERS = ("D", "^", "s", "v", "P", "X", "<", ">")


@dataclass(frozen=True, eq=False)
class Panel:
    """One panel of curves.

    Attributes
    ----------
    title, x_label, y_label : str
    curves : dict of Series
        By source; those whose name begins with ``people`` are points with error bars, the others lines with a band.
    bottom, top : float or None
        Ends of the y axis; None: 0 and the next tick above the data, or both from the data where some is below 0.
    by_lag : bool
        x is a lag: the line is broken at 0.
    categories : tuple of str
        Words for x = 0, 1, …: the curves are then drawn as symbols side by side, without lines.
    people : (value, low, high) or None
        A number of people's that all symbols are to be held against: a line across, with a band.
    """

    title: str
    x_label: str
    y_label: str
    curves: dict[str, Series]
    bottom: float | None = None
    top: float | None = None
    by_lag: bool = False
    categories: tuple[str, ...] = ()
    people: tuple[float, float, float] | None = None


@dataclass(frozen=True, eq=False)
class CrossedMap:
    """A number for each pair of two limits.

    Attributes
    ----------
    title, x_label, y_label : str
    columns, rows : tuple of str
        Levels along x, and from below along y.
    values : (n_rows, n_columns) float
    """

    title: str
    x_label: str
    y_label: str
    columns: tuple[str, ...]
    rows: tuple[str, ...]
    values: Floats


def study_looks(names: Iterable[str]) -> dict[str, Look]:
    """Return a look for each source: theories and people their own, networks one by their order.

    Examples
    --------
    >>> study_looks(["people 10-2", "tcm", "mine"])["people 10-2"].linestyle
    'none'
    """
    chosen: dict[str, Look] = {}
    for name in dict.fromkeys(names):
        n_people = sum(other.startswith(PEOPLE) for other in chosen)
        i = sum(not other.startswith(PEOPLE) and other not in LOOKS for other in chosen)
        if name.startswith(PEOPLE):
            label = name.replace(PEOPLE, LOOKS[PEOPLE].label, 1)
            chosen[name] = Look(label, (BLACK, GREY)[n_people % 2], "none", ("o", "s", "^")[n_people % 3])
        else:
            own = Look(name, COLORS[i % len(COLORS)], LINES[i % len(LINES)], MARKERS[i % len(MARKERS)])
            chosen[name] = LOOKS.get(name, own)
    return chosen


def panels_figure(panels: Sequence[Panel], *, per_row: int | None = None, width: str | float = DEFAULT_WIDTH) -> Figure:
    """Draw panels side by side with one legend.

    Parameters
    ----------
    per_row
        Panels in a row; by default as many as fit.
    width
        A preset of `memlab.analysis.figures.style.WIDTHS`, or mm.
    """
    size = resolve_width(width)
    with drawing(size.font_pt):
        looks = study_looks(name for panel in panels for name in panel.curves)
        legend = [handle(look, points=look.linestyle == "none", scale=size.scale) for look in looks.values()]
        cells = _cells([panel.title for panel in panels], size, per_row)
        grid = Grid(cells, [panel.x_label for panel in panels], size, legend)
        for cell, panel in zip(cells, panels, strict=True):
            axes = grid.add_axes(cell)
            _draw_people(axes, panel, size)
            for place, (name, series) in enumerate(panel.curves.items()):
                _draw(axes, panel, series, looks[name], (place + 0.5) / len(panel.curves), size)
            _dress(axes, panel, size)
            grid.finish_axes(cell, axes, panel.y_label, panel.y_label)
        grid.write_x_labels()
        grid.write_legend()
        return grid.figure


def _cells(titles: Sequence[str], width: Width, per_row: int | None) -> list[Cell]:
    n = per_row or columns_that_fit(width, len(titles), own_y=True, panel_em=PANEL_EM)
    letters = string.ascii_uppercase if len(titles) > 1 else [""]
    return [
        Cell(*divmod(i, n), str(i), title, letter, own_y=True, shared_x=str(i))
        for i, (title, letter) in enumerate(zip(titles, letters, strict=False))
    ]


def _draw_people(axes: Axes, panel: Panel, width: Width) -> None:
    if panel.people is not None:
        value, low, high = panel.people
        axes.axhspan(low, high, color=BLACK, alpha=0.12, linewidth=0, zorder=0)
        axes.axhline(value, color=BLACK, linewidth=0.9 * width.scale, zorder=1)


def _draw(axes: Axes, panel: Panel, series: Series, look: Look, place: float, width: Width) -> None:
    if panel.categories:
        spread = 0.6 * (place - 0.5)  # side by side about the tick
        aside = Series(series.x + spread, series.value, series.low, series.high)
        draw_points(axes, aside, look, size=POINT * width.scale)
        return
    shown = series.broken_at_zero() if panel.by_lag else series
    if look.linestyle == "none":
        draw_points(axes, shown, look, size=POINT * width.scale)
    else:
        draw_line(axes, shown, look, scale=width.scale, place=place, band=True)


def _dress(axes: Axes, panel: Panel, width: Width) -> None:
    dress_ticks(axes, width.font_pt)
    low, high = _extent(panel)
    axes.set_ylim(low, high)
    axes.yaxis.set_major_locator(MaxNLocator(nbins=5))
    if low < 0:
        axes.axhline(0, color=GREY, linewidth=0.6 * width.scale, zorder=0)
    if panel.categories:
        axes.set_xlim(-0.6, len(panel.categories) - 0.4)
        axes.xaxis.set_major_locator(FixedLocator(range(len(panel.categories))))
        slope = SLOPE if len(panel.categories) <= FEW else STEEP
        axes.set_xticklabels(panel.categories, rotation=slope, ha="right", rotation_mode="anchor")
    elif panel.by_lag:
        axes.set_xlim(-5.6, 5.6)
        axes.xaxis.set_major_locator(FixedLocator([-5, -3, -1, 1, 3, 5]))
    else:
        axes.xaxis.set_major_locator(MaxNLocator(nbins=6, integer=_whole(panel)))


def _whole(panel: Panel) -> bool:
    return all((series.x == series.x.round()).all() for series in panel.curves.values())


def _extent(panel: Panel) -> tuple[float, float]:
    """Return the ends of the y axis; bands may be cut off, values and error bars not."""
    values = [s.value for s in panel.curves.values()] + [np.array(panel.people or ())]
    bars = [s for name, s in panel.curves.items() if name.startswith(PEOPLE) or panel.categories]
    values += [part for s in bars for part in (s.low, s.high)]
    every = np.concatenate([np.ravel(v) for v in values]) if values else np.zeros(1)
    least, most = float(np.nanmin(every, initial=0.0)), float(np.nanmax(every, initial=0.0))
    top = upper_limit(most, to_one=False) if most > 0 else 0.0
    bottom = -upper_limit(-least, to_one=False) if least < 0 else 0.0
    if top == bottom:
        top = 1.0
    return panel.bottom if panel.bottom is not None else bottom, panel.top if panel.top is not None else top


def maps_figure(maps: Sequence[CrossedMap], *, width: str | float = DEFAULT_WIDTH) -> Figure:
    """Draw maps side by side, each with its numbers written in it; darker is more, in each map by itself."""
    size = resolve_width(width)
    with drawing(size.font_pt):
        cells = _cells([one.title for one in maps], size, None)
        grid = Grid(cells, [one.x_label for one in maps], size, [])
        for cell, one in zip(cells, maps, strict=True):
            axes = grid.add_axes(cell)
            _draw_map(axes, one, size)
            grid.finish_axes(cell, axes, one.y_label, one.y_label)
        grid.write_x_labels()
        return grid.figure


def _draw_map(axes: Axes, one: CrossedMap, width: Width) -> None:
    axes.imshow(one.values, cmap="Greys", aspect="auto", origin="lower", interpolation="nearest")
    dress_ticks(axes, width.font_pt)
    axes.set_xticks(range(len(one.columns)), one.columns)
    axes.set_yticks(range(len(one.rows)), one.rows)
    middle = float(np.nanmean([np.nanmin(one.values), np.nanmax(one.values)]))
    for (row, column), value in np.ndenumerate(one.values):
        color = "white" if value > middle else "black"
        text = "" if np.isnan(value) else f"{value:.2f}"
        axes.text(column, row, text, ha="center", va="center", color=color, fontsize=0.85 * width.font_pt)
