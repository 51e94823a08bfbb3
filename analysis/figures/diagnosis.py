"""The figure of the diagnosis of serial recall: a panel a signature, a row a model, people as a band."""

from __future__ import annotations

import textwrap
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch
from matplotlib.ticker import MaxNLocator

from memlab.analysis.figures.drawing import dress_ticks
from memlab.analysis.figures.style import DEFAULT_WIDTH, GREY, MM_PER_INCH, PEOPLE, Width, drawing, looks, resolve_width
from memlab.analysis.figures.tables import Columns, in_order, numbers, read_columns
from memlab.core.errors import UnknownName
from memlab.core.recall import Floats

__all__ = ["diagnosis_caption", "diagnosis_figure"]

NEEDED = ("signature", "condition", "model", "value", "error", "low", "high", "neutral", "direction")

SIGN, PANEL, GAP, ROW = 0.56, 8.0, 1.4, 1.45
"""In em: room for each sign of the longest name of a model, the narrowest panel, between panels, a model's row."""

TITLE, TICKS, LEGEND, EDGE = 2.9, 3.2, 2.2, 1.0
"""In em: room above a panel for two lines, below it for numbers, below all for the legend, and at the right."""

TITLE_SIGNS = 17
"""A title has two lines of about so many signs."""

POINT = 3.6
"""Diameter of a marker in points, at 8 pt text."""

BAND = "#d9d9d9"
"""People's interval."""

Z = 1.96


@dataclass(frozen=True, eq=False)
class _Panel:
    """One signature: people, the value without the effect, and every model's number."""

    people: tuple[float, float, float]
    neutral: float
    value: Floats
    error: Floats
    direction: list[str]


def diagnosis_figure(
    table: object, titles: Mapping[str, str], *, condition: str | None = None, width: str | float = DEFAULT_WIDTH
) -> Figure:
    """Draw every signature of people and models.

    Parameters
    ----------
    table
        Columns ``signature, condition, model, value, error, low, high, neutral, direction``: a row of people and one a
        model for each signature, as `memlab.diagnosis.diagnosis.Diagnosis.columns` returns.
    titles
        By signature; their order is that of the panels. Those that the table has not are left out.
    condition
        Where the table has several; the first by default. Signatures without a condition are always drawn.
    width
        A preset or mm.

    Raises
    ------
    DataError
        A table that lacks a column or has no rows.
    UnknownName
        No such condition.
    """
    columns = read_columns(table, NEEDED, "diagnosis table")
    chosen = _of_condition(columns, condition)
    models = [name for name in in_order(chosen["model"]) if name != PEOPLE]
    there = [name for name in titles if name in set(chosen["signature"].astype(str))]
    panels = {name: _panel(chosen, name, models) for name in there}
    size = resolve_width(width)
    with drawing(size.font_pt):
        labels = [looks(models)[name].label for name in models]
        per_row, figure, axes = _layout(len(panels), labels, size)
        for i, (name, panel) in enumerate(panels.items()):
            _draw(axes[i], panel, size)
            _dress(axes[i], titles[name], labels if i % per_row == 0 else [""] * len(labels), size)
        _legend(figure, size)
        return figure


def _of_condition(columns: Columns, condition: str | None) -> Columns:
    labels = columns["condition"].astype(str)
    there = [label for label in in_order(labels) if label]
    if condition is not None and condition not in there:
        raise UnknownName("diagnosis table: there is no condition", condition, there)
    wanted = condition if condition is not None else (there[0] if there else "")
    rows = (labels == wanted) | (labels == "")
    return {name: column[rows] for name, column in columns.items()}


def _panel(columns: Columns, signature: str, models: Sequence[str]) -> _Panel:
    rows = np.flatnonzero(columns["signature"].astype(str) == signature)
    place = {str(columns["model"][row]): row for row in rows}
    what = "diagnosis table"
    value, error, low, high, neutral = (
        numbers(columns[name], name, what) for name in ("value", "error", "low", "high", "neutral")
    )
    of = [place.get(model, -1) for model in models]
    person = place[PEOPLE]
    return _Panel(
        (float(value[person]), float(low[person]), float(high[person])),
        float(neutral[person]),
        np.array([value[row] if row >= 0 else np.nan for row in of]),
        np.array([error[row] if row >= 0 else np.nan for row in of]),
        [str(columns["direction"][row]) if row >= 0 else "" for row in of],
    )


def _layout(n_panels: int, labels: Sequence[str], size: Width) -> tuple[int, Figure, list[Axes]]:
    """Return the panels in a row, and the figure with its axes, row by row; the names stand left of each row."""
    em, names = size.em, SIGN * max(map(len, labels), default=0) + 1
    most = int((size.mm / em - names - EDGE + GAP) // (PANEL + GAP))
    n_rows = -(-n_panels // max(1, most))
    per_row = -(-n_panels // max(1, n_rows))  # rows of one length, as far as it goes
    wide = (size.mm - em * (names + EDGE + GAP * (per_row - 1))) / per_row
    high = em * ROW * max(len(labels), 1)
    step = high + em * (TITLE + TICKS)
    height = n_rows * step + em * LEGEND
    figure = Figure(figsize=(size.mm / MM_PER_INCH, height / MM_PER_INCH))
    axes = []
    for i in range(n_panels):
        row, column = divmod(i, per_row)
        left, bottom = em * names + column * (wide + em * GAP), height - (row + 1) * step + em * TICKS
        axes.append(figure.add_axes((left / size.mm, bottom / height, wide / size.mm, high / height)))
    return per_row, figure, axes


def _draw(axes: Axes, panel: _Panel, size: Width) -> None:
    mean, low, high = panel.people
    if np.isfinite(low):
        axes.axvspan(low, high, color=BAND, linewidth=0, zorder=0)
    if np.isfinite(mean):
        axes.axvline(mean, color="black", linewidth=0.9 * size.scale, zorder=1)
    axes.axvline(panel.neutral, color=GREY, linewidth=0.7 * size.scale, linestyle=(0, (1.5, 1.5)), zorder=1)
    for y, (value, error, verdict) in enumerate(zip(panel.value, panel.error, panel.direction, strict=True)):
        if np.isfinite(value):
            bar = [value - Z * error, value + Z * error] if np.isfinite(error) else [value, value]
            axes.plot(bar, [y, y], "-", color="black", linewidth=0.7 * size.scale, zorder=2)
            axes.plot([value], [y], zorder=3, **_marker(verdict, size))


def _marker(verdict: str, size: Width) -> dict[str, Any]:
    """Return a full circle for agreement, an open one for none, a cross where it cannot be told."""
    face = {"agrees": "black", "does not agree": "white"}.get(verdict, "none")
    return {
        "marker": "o" if face != "none" else "x",
        "linestyle": "none",
        "color": "black" if face != "none" else GREY,
        "markerfacecolor": face,
        "markersize": POINT * size.scale,
        "markeredgewidth": 0.8 * size.scale,
        "clip_on": False,
    }


def _dress(axes: Axes, title: str, labels: Sequence[str], size: Width) -> None:
    axes.set_title("\n".join(textwrap.wrap(title, TITLE_SIGNS)), pad=0.4 * size.font_pt)
    axes.set_yticks(range(len(labels)), list(labels))
    axes.set_ylim(len(labels) - 0.4, -0.6)
    axes.xaxis.set_major_locator(MaxNLocator(3, steps=[1, 2, 2.5, 5, 10]))
    axes.margins(x=0.08)
    dress_ticks(axes, size.font_pt)
    axes.tick_params(axis="y", length=0)


def _legend(figure: Figure, size: Width) -> None:
    words = {"agrees": "agrees with people", "does not agree": "does not", "cannot tell": "cannot tell"}
    marks = [Line2D([], [], label=text, **_marker(verdict, size)) for verdict, text in words.items()]
    people = Line2D([], [], color="black", linewidth=0.9 * size.scale, label="people")
    interval = Patch(color=BAND, linewidth=0, label="their 95% interval")
    guess = Line2D([], [], color=GREY, linewidth=0.7 * size.scale, linestyle=(0, (1.5, 1.5)), label="guessing")
    figure.legend(
        handles=[people, interval, guess, *marks],
        loc="lower center",
        ncols=6 if size.mm > 120 else 3,
        frameon=False,
        handletextpad=0.4,
        columnspacing=1.2,
        borderaxespad=0.1,
    )


def diagnosis_caption(people: str, n_subjects: int) -> str:
    """Describe `diagnosis_figure` in sentences.

    Parameters
    ----------
    people
        Whose signatures the band has.
    n_subjects
        How many of them were measured in their own lists.
    """
    return (
        f"Signatures of serial recall. Line and band: people ({people}, n = {n_subjects}) and the 95% bootstrap "
        "interval of their mean; no band where only a published number is known, no line where none is. Dotted: the "
        "value of someone without the effect. Circles: models, with 1.96 standard errors over simulated experiments; "
        "full where a model deviates from guessing as people do, by at least a third of what they do (alternating "
        "similarity: where it loses less than a tenth of its similarity effect), open where it does not, crosses where "
        "it cannot be told. The length effect and the effects of similarity are measured in other lists, of other "
        "people.\n"
    )
