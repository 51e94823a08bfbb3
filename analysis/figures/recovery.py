"""The figures of recovery: estimates against true values, which estimates move together, profiles, confused models."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import replace

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Rectangle
from matplotlib.ticker import FixedLocator, FuncFormatter, MaxNLocator, NullLocator

from memlab.analysis.figures.drawing import dress_ticks, dress_y, handle
from memlab.analysis.figures.grid import Cell, Grid, columns_that_fit
from memlab.analysis.figures.style import (
    DEFAULT_WIDTH,
    GREY,
    MM_PER_INCH,
    Width,
    condition_looks,
    drawing,
    looks,
    resolve_width,
)
from memlab.analysis.figures.tables import in_order, numbers, read_columns
from memlab.core.recall import Floats

__all__ = [
    "confusion_caption",
    "confusion_figure",
    "correlation_caption",
    "correlation_figure",
    "profile_caption",
    "profile_figure",
    "recovery_caption",
    "recovery_figure",
]

PANEL_EM = 8.0
"""Narrowest panel of a parameter."""

POINT = 2.6
"""Diameter of a point, at 8 pt text."""

BESIDE, ABOVE, BELOW, GAP = 8.5, 2.2, 7.5, 3.0
"""Of a matrix, in em: room for names at its left, for a title, for names and the bar below it; and between two."""

BAR, BAR_ROOM = 0.9, 2.6
"""Height of the bar that says what the shades are, and the room that it and its labels need, in em."""

CELL_EM = 4.4
"""Widest cell of a matrix."""


def recovery_figure(estimates: object, *, wide: Collection[str] = (), width: str | float = DEFAULT_WIDTH) -> Figure:
    """Draw estimates against true values, a panel a parameter.

    Parameters
    ----------
    estimates : DataFrame or dict of columns
        ``parameter, true, estimate, at_bound``, a row a subject and parameter.
    wide
        Parameters that are drawn on the scale ln(1 + value).
    width
        A preset of `memlab.analysis.figures.style.WIDTHS`, or mm.

    Returns
    -------
    matplotlib.figure.Figure
        Filled circles; open ones for estimates on a bound; a grey line where both are equal; the correlation in each
        title.
    """
    columns = read_columns(estimates, ("parameter", "true", "estimate", "at_bound"), "estimates")
    size, names = resolve_width(width), columns["parameter"].astype(str)
    parameters = in_order(names)
    x, y, bound = (numbers(columns[name], name, "estimates") for name in ("true", "estimate", "at_bound"))
    titles = [_titled(name, x[names == name], y[names == name]) for name in parameters]
    with drawing(size.font_pt):
        grid, panels = _panels(titles, "True value", size)
        for name, (cell, axes) in zip(parameters, panels, strict=True):
            own = names == name
            _scatter(axes, x[own], y[own], bound[own] > 0, size, wide=name in wide)
            axes.set_ylabel("Estimate" if cell.column == 0 else "", labelpad=3)
        grid.write_x_labels()
        return grid.figure


def recovery_caption(model: str, n: int) -> str:
    """Describe `recovery_figure` in sentences; n subjects were simulated by the model."""
    return (
        f"Parameters of {model}: estimates by likelihood against the true values that {n} subjects were simulated "
        "with, a circle a subject; open: the estimate lies on a bound of its range. Grey: estimate and "
        "true value are equal. r: Pearson correlation. Parameters of wide range are drawn on the scale ln(1 + value).\n"
    )


def _titled(name: str, x: Floats, y: Floats) -> str:
    if len(x) < 3 or np.ptp(x) == 0 or np.ptp(y) == 0:
        return name
    return f"{name}, r = {_short(float(np.corrcoef(x, y)[0, 1]))}"


def _short(value: float) -> str:
    """Return a correlation or a share with two digits and no 0 before the point."""
    text = f"{abs(value):.2f}"
    sign = "−" if value < 0 and text != "0.00" else ""
    return sign + (text[1:] if text.startswith("0.") else text)


def _panels(
    titles: Sequence[str], x_label: str, size: Width, legend: Sequence[Line2D] = ()
) -> tuple[Grid, list[tuple[Cell, Axes]]]:
    """Return a grid with a panel a title, each with its own y axis."""
    per_row = columns_that_fit(size, len(titles), own_y=True, panel_em=PANEL_EM)
    cells = [Cell(*divmod(i, per_row), title, title, "", own_y=True) for i, title in enumerate(titles)]
    grid = Grid(cells, [x_label] * len(cells), size, legend)
    # Every panel has its own x axis: each writes its ticks, and only the lowest of a column the label.
    found = [(cell, grid.add_axes(cell)) for cell in cells]
    return grid, found


def _scatter(
    axes: Axes, x: Floats, y: Floats, bound: np.ndarray[tuple[int], np.dtype[np.bool_]], size: Width, *, wide: bool
) -> None:
    both = np.concatenate([x, y])
    low, high = float(both.min()), float(both.max())
    _scale(axes, low, high, wide=wide, both=True)
    axes.plot([low, high], [low, high], color=GREY, linewidth=0.6 * size.scale, zorder=1)
    for own, face in ((~bound, "black"), (bound, "none")):
        axes.plot(
            x[own], y[own], "o", color="black", markerfacecolor=face, markersize=POINT * size.scale,
            markeredgewidth=0.5 * size.scale, clip_on=False, zorder=2,
        )  # fmt: skip
    dress_ticks(axes, size.font_pt)


def _scale(axes: Axes, low: float, high: float, *, wide: bool, both: bool) -> None:
    """Set scale, limits and ticks for values from low to high, of the x axis or of both."""
    forward, backward = (np.log1p, np.expm1) if wide else (_same, _same)
    ends = forward(np.array([low, high], dtype=float))
    margin = 0.06 * max(float(ends[1] - ends[0]), 1e-9)
    limits = backward(np.array([ends[0] - margin, ends[1] + margin]))
    for axis in ("x", "y") if both else ("x",):
        if wide:
            getattr(axes, f"set_{axis}scale")("function", functions=(_log1p, np.expm1))
        getattr(axes, f"set_{axis}lim")(*limits)
        chosen = getattr(axes, f"{axis}axis")
        chosen.set_major_locator(_ticks(low, high, wide=wide))
        chosen.set_minor_locator(NullLocator())
        chosen.set_major_formatter(FuncFormatter(lambda value, _: f"{value:.3g}"))


def _same(values: Floats) -> Floats:
    return values


def _log1p(values: Floats) -> Floats:
    """Return ln(1 + value), cut at -0.99: matplotlib tries values outside of the axes."""
    found: Floats = np.log1p(np.maximum(values, -0.99))
    return found


TICKS = (0, 0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 50, 100)


def _ticks(low: float, high: float, *, wide: bool) -> FixedLocator | MaxNLocator:
    """Return about four ticks; on the scale ln(1 + value), round numbers evenly spread on it."""
    if not wide or high - low < 1:
        return MaxNLocator(4, steps=[1, 2, 2.5, 5, 10])
    inside = [tick for tick in TICKS if low <= tick <= high]
    apart = (np.log1p(high) - np.log1p(low)) / 5
    chosen: list[float] = []
    for tick in inside:
        if not chosen or np.log1p(tick) - np.log1p(chosen[-1]) >= apart:
            chosen.append(tick)
    return FixedLocator(chosen)


def profile_figure(
    profiles: object, *, wide: Collection[str] = (), line: float = 1.92, width: str | float = DEFAULT_WIDTH
) -> Figure:
    """Draw profile likelihoods, a panel a parameter and a line a subject.

    Parameters
    ----------
    profiles : DataFrame or dict of columns
        ``subject, parameter, value, rise, true``.
    wide
        Parameters that are drawn on the scale ln(1 + value).
    line : nats
        Where a dashed line is drawn: a profile lies below it inside the 95 % interval.

    Returns
    -------
    matplotlib.figure.Figure
        A triangle below the axis is a subject's true value.
    """
    columns = read_columns(profiles, ("subject", "parameter", "value", "rise", "true"), "profiles")
    size, names, subjects = resolve_width(width), columns["parameter"].astype(str), columns["subject"].astype(str)
    marks = condition_looks(in_order(subjects))
    x, y, true = (numbers(columns[name], name, "profiles") for name in ("value", "rise", "true"))
    with drawing(size.font_pt):
        legend = [
            handle(replace(look, label=f"Subject {name}", marker="none"), points=False, scale=size.scale)
            for name, look in marks.items()
        ]
        grid, panels = _panels(in_order(names), "Value", size, legend)
        for name, (cell, axes) in zip(in_order(names), panels, strict=True):
            own = names == name
            places = np.concatenate([x[own], true[own]])
            _scale(axes, float(places.min()), float(places.max()), wide=name in wide, both=False)
            for who, look in marks.items():
                one = own & (subjects == who)
                axes.plot(x[one], y[one], color=look.color, linestyle=look.linestyle, linewidth=0.9 * size.scale)
                axes.plot(
                    true[one][:1], [0], "^", color=look.color, markersize=3.2 * size.scale, clip_on=False, zorder=3
                )
            axes.axhline(line, color=GREY, linewidth=0.6 * size.scale, linestyle=(0, (3, 2)), zorder=0)
            dress_y(axes, PROFILE_TOP)
            dress_ticks(axes, size.font_pt)
            axes.set_ylabel("Nats above\nthe lowest" if cell.column == 0 else "", labelpad=3)
        grid.write_x_labels()
        grid.write_legend()
        return grid.figure


PROFILE_TOP = 4.0
"""Nats; further up a profile is not drawn."""


def profile_caption(model: str, n: int) -> str:
    """Describe `profile_figure` in sentences; n subjects are drawn."""
    who = "one simulated subject" if n == 1 else f"{n} simulated subjects"
    return (
        f"Profile likelihoods of the parameters of {model} for {who}: how far minus the log-likelihood, with the "
        "parameter held at a value and all others fitted again, lies above its lowest. Below the dashed line (1.92 "
        "nats) a value is inside the 95% likelihood-ratio interval. Triangles: true values. A flat line is a "
        "parameter that the data cannot tell.\n"
    )


def correlation_figure(
    names: Sequence[str], errors: Floats, curved: Floats, *, marked: float = 0.8, width: str | float = DEFAULT_WIDTH
) -> Figure:
    """Draw correlations between estimates as a matrix: below the diagonal over subjects, above it by the curvature.

    Parameters
    ----------
    names
        Of the parameters.
    errors : (n, n) float
        Correlations over simulated subjects of the errors of estimation; drawn below the diagonal.
    curved : (n, n) float
        Correlations by the curvature of the likelihood; drawn above it.
    marked
        Cells of at least this size, either way, have a frame.
    """
    size, n = resolve_width(width), len(names)
    both = np.where(np.tril(np.ones((n, n), dtype=bool), -1), errors, curved)
    np.fill_diagonal(both, np.nan)
    with drawing(size.font_pt):
        figure, (axes,), bar = _matrices(1, n, size)
        image = axes.imshow(both, cmap="RdBu_r", vmin=-1, vmax=1, aspect="auto")
        _write(axes, both, lambda value: abs(value) > 0.7, size)
        for i, j in np.argwhere(np.abs(np.nan_to_num(both)) >= marked):
            axes.add_patch(Rectangle((j - 0.5, i - 0.5), 1, 1, fill=False, linewidth=1.1 * size.scale, clip_on=False))
        _name(axes, names, names, size)
        colours = figure.colorbar(image, cax=bar, orientation="horizontal", ticks=[-1, -0.5, 0, 0.5, 1])
        colours.outline.set_linewidth(0.6 * size.scale)
        dress_ticks(bar, size.font_pt)
        return figure


def correlation_caption(model: str, n: int) -> str:
    """Describe `correlation_figure` in sentences; n subjects were simulated."""
    return (
        f"Correlations between estimates of the parameters of {model}, on the scale that they are searched on. Below "
        f"the diagonal: between the errors of estimation of {n} simulated subjects. Above it: by the curvature of the "
        "likelihood at its highest point, median over subjects. Framed: .8 and more, either way, where one parameter "
        "can stand in for the other.\n"
    )


def confusion_figure(
    models: Sequence[str], shares: Floats, inverse: Floats, *, width: str | float = DEFAULT_WIDTH
) -> Figure:
    """Draw which model wins for data of each, and which is likely the true one when a model has won.

    Parameters
    ----------
    models
        Names, in order.
    shares : (n_models, n_models) float
        Row: the model that simulated; column: the model that wins.
    inverse : (n_models, n_models) float
        The same, each column summing to 1.
    """
    size = resolve_width(width)
    labels = [looks(models)[name].label for name in models]
    with drawing(size.font_pt):
        figure, (left, right), bar = _matrices(2, len(models), size)
        for axes, values, letter, title in (
            (left, shares, "A", "P(wins | simulated)"),
            (right, inverse, "B", "P(simulated | wins)"),
        ):
            image = axes.imshow(values, cmap="Greys", vmin=0, vmax=1, aspect="auto")
            _write(axes, values, lambda value: value > 0.5, size)
            _name(axes, labels if axes is left else [""] * len(labels), labels, size)
            axes.set_title(title, pad=0.5 * size.font_pt)
            axes.text(-0.02, 1.04, letter, weight="bold", ha="right", va="bottom", transform=axes.transAxes)
        left.set_ylabel("Simulated by")
        colours = figure.colorbar(image, cax=bar, orientation="horizontal", ticks=[0, 0.5, 1])
        colours.outline.set_linewidth(0.6 * size.scale)
        dress_ticks(bar, size.font_pt)
        return figure


def confusion_caption(criterion: str, n: int) -> str:
    """Describe `confusion_figure` in sentences; every model simulated n subjects."""
    words = {"held_out": "held-out log-likelihood", "curves": "distance of held-out curves"}
    return (
        f"Model recovery. Each model simulated {n} subjects, and every model was fitted to each; the best by "
        f"{words.get(criterion, criterion.upper())} wins. (A) Share of the subjects of each model (rows) that each "
        "model (columns) wins. (B) The same with each column summing to 1: how likely each model is the one "
        "that simulated when a model has won, if all were equally likely before.\n"
    )


def _matrices(n_panels: int, n: int, size: Width) -> tuple[Figure, list[Axes], Axes]:
    """Return a figure with square panels of n by n cells side by side, and a narrow one below for the shades."""
    em = size.em
    side = min((size.mm - em * (BESIDE + 1 + GAP * (n_panels - 1))) / n_panels, n * CELL_EM * em)
    height = side + em * (ABOVE + BELOW + BAR_ROOM)
    figure = Figure(figsize=(size.mm / MM_PER_INCH, height / MM_PER_INCH))
    whole = side * n_panels + em * GAP * (n_panels - 1)
    left = (size.mm - whole - em * (BESIDE + 1)) / 2 + em * BESIDE
    bottom = em * (BELOW + BAR_ROOM)

    def place(x: float, y: float, wide: float, high: float) -> Axes:
        return figure.add_axes((x / size.mm, y / height, wide / size.mm, high / height))

    panels = [place(left + i * (side + em * GAP), bottom, side, side) for i in range(n_panels)]
    return figure, panels, place(left + whole / 4, em * (BAR_ROOM - BAR - 0.2), whole / 2, em * BAR)


def _write(axes: Axes, values: Floats, white: Callable[[float], bool], size: Width) -> None:
    """Write every value into its cell, in white on dark shades; nothing where there is none."""
    for (i, j), value in np.ndenumerate(values):
        if np.isfinite(value):
            axes.text(j, i, _short(value), ha="center", va="center", color="white" if white(value) else "black")


def _name(axes: Axes, rows: Sequence[str], columns: Sequence[str], size: Width) -> None:
    axes.set_yticks(range(len(rows)), list(rows))
    axes.set_xticks(range(len(columns)), list(columns), rotation=45, ha="right", rotation_mode="anchor")
    axes.spines[:].set_visible(True)
    dress_ticks(axes, size.font_pt)
    axes.tick_params(length=0)
