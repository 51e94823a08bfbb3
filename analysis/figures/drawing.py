"""Points with error bars for people, lines for models, on axes that say what is on them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from matplotlib.axes import Axes
from matplotlib.container import ErrorbarContainer
from matplotlib.lines import Line2D
from matplotlib.ticker import FixedLocator, MaxNLocator, MultipleLocator

from memlab.analysis.figures.measures import MAX_LAG, Measure
from memlab.analysis.figures.style import BASE_PT, Look
from memlab.core.recall import Floats

__all__ = ["Series", "dress_axes", "dress_ticks", "dress_y", "draw_line", "draw_points", "handle", "upper_limit"]

MARKS_A_LINE = 4
"""A line has about this many markers, each line at other places: enough to know it by, few enough to see the lines."""


@dataclass(frozen=True, eq=False)
class Series:
    """A curve with its interval, each (n_x,), sorted by x; NaN where it is not defined.

    Attributes
    ----------
    x, value, low, high : (n_x,) float
        low, high: NaN where there is no interval.
    """

    x: Floats
    value: Floats
    low: Floats
    high: Floats

    def broken_at_zero(self) -> Series:
        """Return the curve at the lags that are drawn, with a gap at 0, where a lag is not defined."""
        keep = (np.abs(self.x) <= MAX_LAG) & (self.x != 0)
        x, value, low, high = (part[keep] for part in (self.x, self.value, self.low, self.high))
        place = int(np.searchsorted(x, 0))
        gap = [np.insert(part, place, np.nan) for part in (value, low, high)]
        return Series(np.insert(x, place, 0.0), *gap)

    def defined(self) -> Series:
        """Return the points that have a value."""
        keep = ~np.isnan(self.value)
        return Series(self.x[keep], self.value[keep], self.low[keep], self.high[keep])


def draw_points(
    axes: Axes, series: Series, look: Look, *, size: float, line: bool = False, label: str | None = None
) -> ErrorbarContainer:
    """Draw circles (or the look's marker) with error bars; `line` joins them.

    Parameters
    ----------
    size
        Diameter of a marker in points.
    """
    shown = series if line else series.defined()
    has = ~(np.isnan(shown.low) | np.isnan(shown.high))
    error = np.where(has, [shown.value - shown.low, shown.high - shown.value], np.nan)
    return axes.errorbar(
        shown.x,
        shown.value,
        yerr=np.maximum(error, 0) if has.any() else None,
        color=look.color,
        linestyle=look.linestyle if line else "none",
        marker=look.marker,
        markersize=size,
        markeredgewidth=0,
        linewidth=0.25 * size,
        elinewidth=max(0.18 * size, 0.4),
        capsize=0,
        clip_on=False,
        zorder=3,
        label=look.label if label is None else label,
    )


def draw_line(
    axes: Axes, series: Series, look: Look, *, scale: float, place: float = 0.0, band: bool = False, marks: bool = True
) -> Line2D:
    """Draw a line with a few markers.

    Parameters
    ----------
    scale
        1 for text of 8 pt.
    place : in [0, 1)
        Where between two of its markers the first one is: lines that run together differ in it.
    band
        Shade the interval.
    marks
        False leaves the markers out.
    """
    if band:
        axes.fill_between(series.x, series.low, series.high, color=look.color, alpha=0.18, linewidth=0, zorder=1)
    (line,) = axes.plot(
        series.x,
        series.value,
        color=look.color,
        linestyle=look.linestyle,
        linewidth=0.9 * scale,
        marker=look.marker if marks else "none",
        markersize=2.8 * scale,
        markeredgewidth=0,
        markevery=_marked(series.value, place),
        label=look.label,
        zorder=2,
        clip_on=False,  # a point at 0 or 1 is drawn whole
    )
    return line


def _marked(value: Floats, place: float) -> list[int]:
    defined = np.flatnonzero(~np.isnan(value))
    step = max(1, round(len(defined) / MARKS_A_LINE))
    return [int(i) for i in defined[int(place * step) :: step]]


def handle(look: Look, *, points: bool, scale: float) -> Line2D:
    """Return what stands for a look in the legend."""
    return Line2D(
        [],
        [],
        color=look.color,
        linestyle="none" if points else look.linestyle,
        linewidth=0.9 * scale,
        marker=look.marker,
        markersize=(3.4 if points else 2.8) * scale,
        markeredgewidth=0,
        label=look.label,
    )


def upper_limit(highest: float, *, to_one: bool) -> float:
    """Return the end of a y axis that starts at 0: 1 for the whole range, or the next tick above the data.

    Examples
    --------
    >>> upper_limit(0.33, to_one=False)
    0.4
    """
    if to_one or not np.isfinite(highest) or highest <= 0:
        return 1.0
    step = _tick_step(highest)
    return float(round(step * np.ceil(highest / step - 1e-9), 10))


def _tick_step(top: float) -> float:
    """Return 1, 2 or 5 times a power of ten that gives two to five steps up to `top`."""
    power = 10.0 ** np.floor(np.log10(top))
    return float(next(s * power for s in (0.2, 0.5, 1.0, 2.0) if top / (s * power) <= 5 + 1e-9))


def dress_axes(axes: Axes, measure: Measure, x: Floats, top: float, *, font_pt: float, roomy: bool = True) -> None:
    """Set limits and ticks; the y axis starts at 0.

    Parameters
    ----------
    x
        Every x that is drawn.
    top
        Where the y axis ends; see `upper_limit`.
    roomy
        Whether there is room for every other lag.
    """
    dress_y(axes, top)
    dress_ticks(axes, font_pt)
    if measure.by_lag:
        axes.set_xlim(-MAX_LAG - 0.6, MAX_LAG + 0.6)
        axes.xaxis.set_major_locator(FixedLocator([-5, -3, -1, 1, 3, 5] if roomy else [-5, -1, 1, 5]))
        return
    first, last = (float(np.min(x)), float(np.max(x))) if len(x) else (1.0, 2.0)
    margin = max(0.04 * (last - first), 0.35)
    axes.set_xlim(first - margin, last + margin)
    axes.xaxis.set_major_locator(_places(first, last))


def dress_ticks(axes: Axes, font_pt: float) -> None:
    """Fix the size of ticks and their labels: matplotlib makes ticks late, with whatever settings are then in force."""
    scale = font_pt / BASE_PT
    axes.tick_params(labelsize=font_pt, width=0.6 * scale, length=2.2 * scale, pad=1.5 * scale)


def dress_y(axes: Axes, top: float) -> None:
    """Let the y axis run from 0 to `top`."""
    axes.set_ylim(0, top)
    axes.yaxis.set_major_locator(MultipleLocator(_tick_step(top)))


def _places(first: float, last: float) -> FixedLocator | MaxNLocator:
    """Return ticks at every position of a few, else at the first and at fives or tens: 1, 5, 10, … as one counts."""
    if first > 0 and last - first <= 7:
        return FixedLocator([*range(int(first), int(last) + 1)])
    if first < 0 or last - first <= 6:
        return MaxNLocator(integer=True, nbins=6)
    step = next((s for s in (5, 10, 20, 50) if last / s <= 4), 100)
    return FixedLocator([first, *(t for t in range(step, int(last) + 1, step) if t > first + 0.2 * step)])
