"""The figure of a table of evidence: how far each model is behind the best, subject by subject."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from memlab.analysis.figures.drawing import dress_ticks, upper_limit
from memlab.analysis.figures.style import DEFAULT_WIDTH, GREY, MM_PER_INCH, Width, drawing, looks, resolve_width
from memlab.core.recall import Floats

__all__ = ["evidence_caption", "evidence_figure"]

ROW_EM, TOP_EM, BOTTOM_EM, RIGHT_EM, GAP_EM, LETTER_EM = 2.2, 2.4, 4.2, 1.2, 2.4, 0.62
"""Height of a model's row, margins, and the mean width of a letter, in units of the text size."""

NARROWEST_EM = 14.0
"""A panel narrower than its label, in units of the text size, goes below the other."""

SPREAD = 0.5
"""Subjects' dots are spread over this share of a row's height."""


@dataclass(frozen=True, eq=False)
class _Row:
    """A model in a panel: its difference to the best with its interval, and each subject's own."""

    model: str
    value: float
    low: float
    high: float
    dots: Floats


_Panel = tuple[str, list[_Row]]


def evidence_figure(
    table: Mapping[str, Any], subjects: Mapping[str, Any], *, width: str | float = DEFAULT_WIDTH
) -> Figure:
    """Draw differences to the best model: held-out bits an event and, where two models or more have it, AIC.

    Parameters
    ----------
    table, subjects
        Columns of ``evidence.csv`` and ``evidence_subjects.csv``.
    width
        A preset of `memlab.analysis.figures.style.WIDTHS`, or mm.
    """
    size = resolve_width(width)
    panels = [("Held-out bits, behind the best", _rows(table, subjects, "bits"))]
    aic = [row for row in _rows(table, subjects, "aic") if row.model in _fitted(table)]
    if len(aic) > 1:
        panels.append(("AIC a subject, behind the best", aic))
    panels = [(title, rows) for title, rows in panels if rows]
    with drawing(size.font_pt):
        layout = _Layout(panels, size)
        figure = Figure(figsize=(size.mm / MM_PER_INCH, layout.height / MM_PER_INCH))
        for place, (title, rows), letter in zip(layout.places(), panels, "AB", strict=False):
            axes = figure.add_axes(place)
            _draw(axes, rows, title, size)
            if len(panels) > 1:
                axes.set_title(letter, loc="left", fontweight="bold", fontsize=size.font_pt)
        return figure


def _fitted(table: Mapping[str, Any]) -> list[str]:
    return [str(model) for model, kind in zip(table["model"], table["kind"], strict=True) if kind == "fitted"]


def _rows(table: Mapping[str, Any], subjects: Mapping[str, Any], measure: str) -> list[_Row]:
    """Return the models that have a difference, the best first."""
    names = [str(name) for name in table["model"]]
    columns = [np.asarray(table[f"{measure}_{end}"], dtype=float) for end in ("difference", "low", "high")]
    of_subject = {name: _own(subjects, name, measure) for name in names}
    best = [name for name, value in zip(names, columns[0], strict=True) if value == 0]
    n = len(next(iter(of_subject.values()))) if measure == "aic" else 1
    found = [
        _Row(name, value / n, low / n, high / n, of_subject[name] - of_subject[best[0]])
        for name, value, low, high in zip(names, *(column.tolist() for column in columns), strict=True)
        if not np.isnan(value)
    ]
    return sorted(found, key=lambda row: row.value)


def _own(subjects: Mapping[str, Any], model: str, measure: str) -> Floats:
    rows = zip(subjects["model"], subjects[measure], strict=True)
    return np.array([np.nan if value is None else float(value) for name, value in rows if name == model])


@dataclass(frozen=True)
class _Layout:
    """Where the panels are: side by side, or below each other where the figure is narrow; all lengths in mm."""

    panels: Sequence[_Panel]
    size: Width

    @property
    def _left(self) -> float:
        """Room for the longest name of a model."""
        letters = max(len(_label(row.model)) for _, rows in self.panels for row in rows)
        return self.size.em * (LETTER_EM * letters + 1.5)

    def _room(self, per_row: int) -> float:
        """Return the width of a panel with so many in a row."""
        between = (per_row - 1) * GAP_EM * self.size.em
        return (self.size.mm - between) / per_row - self._left - RIGHT_EM * self.size.em

    @property
    def _per_row(self) -> int:
        n = len(self.panels)
        return n if self._room(n) >= NARROWEST_EM * self.size.em else 1

    @property
    def _heights(self) -> list[float]:
        """Height of each panel with its margins."""
        return [self.size.em * (TOP_EM + BOTTOM_EM + ROW_EM * len(rows)) for _, rows in self.panels]

    @property
    def height(self) -> float:
        """Height of the figure."""
        return max(self._heights) if self._per_row > 1 else sum(self._heights)

    def places(self) -> list[tuple[float, float, float, float]]:
        """Return left, bottom, width and height of each panel, in shares of the figure."""
        em, room = self.size.em, self._room(self._per_row)
        step = self._left + room + (RIGHT_EM + GAP_EM) * em
        found = []
        for i, (_, rows) in enumerate(self.panels):
            column, above = (i, 0.0) if self._per_row > 1 else (0, sum(self._heights[:i]))
            tall = ROW_EM * em * len(rows)
            bottom = self.height - above - TOP_EM * em - tall
            x = self._left + column * step
            found.append((x / self.size.mm, bottom / self.height, room / self.size.mm, tall / self.height))
        return found


def _label(model: str) -> str:
    return model if model == "uniform" else looks([model])[model].label


def _draw(axes: Axes, rows: Sequence[_Row], title: str, size: Width) -> None:
    end = _end(rows)
    for place, row in enumerate(rows):
        _draw_row(axes, row, place, end, size)
    axes.axvline(0, color=GREY, linewidth=0.6 * size.scale, zorder=0)
    axes.set_ylim(len(rows) - 0.5, -0.5)  # the best on top
    axes.set_yticks(range(len(rows)), [_label(row.model) for row in rows])
    marks = np.concatenate([[0.0], *([*row.dots, row.low] for row in rows)])
    lowest = float(marks[np.isfinite(marks)].min())
    axes.set_xlim(lowest - 0.03 * (end - lowest), end + 0.02 * (end - lowest))
    axes.xaxis.set_major_locator(MaxNLocator(nbins=5))
    dress_ticks(axes, size.font_pt)
    axes.tick_params(axis="y", length=0)
    axes.set_xlabel(title, fontsize=size.font_pt)


def _draw_row(axes: Axes, row: _Row, place: int, end: float, size: Width) -> None:
    look = looks([row.model])[row.model] if row.model != "uniform" else looks(["chance"])["chance"]
    if row.value > end:
        axes.text(
            *(end, place, f"{_short(row.value)} →"), ha="right", va="center", fontsize=size.font_pt, color=look.color
        )
        return
    dots = row.dots[~np.isnan(row.dots) & (row.dots <= end)]
    offset = SPREAD * (np.arange(len(dots)) % 5 - 2) / 4  # five lines of dots: subjects with one value are told apart
    axes.plot(
        *(dots, place + offset),
        linestyle="none", marker="o", markersize=1.6 * size.scale, markeredgewidth=0, color=look.color, alpha=0.45,
        clip_on=False, zorder=1,
    )  # fmt: skip
    has = not np.isnan(row.low)
    axes.errorbar(
        *([row.value], [place]),
        xerr=[[max(row.value - row.low, 0.0)], [max(row.high - row.value, 0.0)]] if has else None,
        color=look.color, marker="o" if look.marker == "none" else look.marker, markersize=4.2 * size.scale,
        markeredgewidth=0.5 * size.scale, markeredgecolor="white", elinewidth=1.1 * size.scale, capsize=0,
        clip_on=False, zorder=3,
    )  # fmt: skip


def _short(value: float) -> str:
    return f"{value:.3g}" if np.isfinite(value) else "∞"


def _end(rows: Sequence[_Row]) -> float:
    """Return where the axis ends: just beyond the floor, or the worst where there is none. What is worse is written."""
    floor = next((row.value for row in rows if row.model == "uniform"), None)
    values = [row.value for row in rows if np.isfinite(row.value)] or [1.0]
    highest = max(values) if floor is None else floor
    inside = [row for row in rows if row.value <= highest]
    marks = np.concatenate([[highest, 1e-9], *([*row.dots, row.high] for row in inside)])
    return upper_limit(float(marks[np.isfinite(marks)].max()), to_one=False)


def evidence_caption(table: Mapping[str, Any], n_subjects: int, people: str) -> str:
    """Return the caption: what is shown, what the symbols are, whom it is of."""
    fewer = [
        f"{model} over the {int(n)} subjects that it was not trained on"
        for model, n, kind in zip(table["model"], table["bits_subjects"], table["kind"], strict=True)
        if kind in ("frozen", "estimated") and 0 < n < n_subjects
    ]
    text = (
        f"How far each model is behind the best in explaining the recalls of {n_subjects} subjects ({people}). Small "
        "dots: subjects. Symbols: all subjects, with 95 % bootstrap intervals over subjects, paired with the best "
        "model; the fewer, the better. Held-out bits: minus log2 of the probability of a recall event (a recall or the "
        "end of recall) in lists that the values were not fitted to. Arrows: models worse than equal probabilities "
        "(uniform), off the scale."
    )
    if sum(kind == "fitted" for kind in table["kind"]) > 1:
        text += " AIC: the mean over subjects, for models fitted to each by likelihood."
    return text + (f" Shown {'; '.join(fewer)}." if fewer else "") + "\n"
