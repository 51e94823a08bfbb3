"""A figure of exact width: panels of equal size in rows and columns, placed in millimetres, and one legend below."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from memlab.analysis.figures.style import MM_PER_INCH, Width

__all__ = ["Cell", "Grid", "columns_that_fit"]

# Margins in em (the text size), found by eye at 8 pt.
LEFT, RIGHT, TOP = 5.6, 0.9, 2.6
"""Axis label of two lines, tick labels and a panel letter; half a tick label; a title."""

NARROW_GAP, WIDE_GAP = 0.9, 5.6
"""Between columns that share their y axis, and between columns with their own."""

LOW_GAP, TICK_GAP, TITLE_GAP = 1.9, 3.9, 1.3
"""Below a row: nothing written, tick labels and axis label, and what a title in the next row adds."""

LEGEND_LINE = 1.55
LETTER, LEGEND_HANDLE = 0.58, 4.5
"""Width of a letter, on average; of a legend's line with the gaps around it."""
SHORTEST_PANEL_EM, TALLEST_PANEL_EM = 10.5, 16.0
PANEL_SHAPE = 0.85
"""Height over width of a panel, where there is room."""

NARROWEST_PANEL_EM = 6.9
"""Below it tick labels touch."""

LONG_LABEL_EM, LOWEST_PANEL_EM = 10.0, 6.2
"""Below the first, axis labels would run into each other and short ones are written; below the second those would too,
and the figure gets higher than the page instead."""


@dataclass(frozen=True)
class Cell:
    """A panel.

    Attributes
    ----------
    row, column : int
        From 0, from the top left.
    measure, title, letter : str
    own_y : bool
        Whether it has y tick labels and a y label.
    shared_x : str
        Panels with the same word here and the same x label have the same x axis: only the lowest one writes it.
    """

    row: int
    column: int
    measure: str
    title: str
    letter: str
    own_y: bool
    shared_x: str = ""


def columns_that_fit(width: Width, wanted: int, *, own_y: bool = False, panel_em: float = NARROWEST_PANEL_EM) -> int:
    """Return how many columns of at least `panel_em` a width holds, spread evenly over the rows that `wanted` needs."""
    gap = WIDE_GAP if own_y else NARROW_GAP
    room = width.mm / width.em - LEFT - RIGHT
    most = max(1, int((room + gap) // (panel_em + gap)))
    n_rows = -(-wanted // most)
    return -(-wanted // n_rows)


class Grid:
    """Places panels and legend; every length is in mm.

    Parameters
    ----------
    cells
        The panels.
    x_labels : sequence of str
        Of each cell: its axis label.
    width
        Of the figure.
    legend
        Handles, in order.
    """

    def __init__(self, cells: Sequence[Cell], x_labels: Sequence[str], width: Width, legend: Sequence[Line2D]) -> None:
        self.cells, self.width, self.legend_handles = tuple(cells), width, list(legend)
        at = {(c.row, c.column): (label, c.shared_x) for c, label in zip(cells, x_labels, strict=True)}
        self.x_label = {place: axis[0] for place, axis in at.items() if at.get((place[0] + 1, place[1])) != axis}
        self.n_rows = 1 + max(cell.row for cell in cells)
        self.n_columns = 1 + max(cell.column for cell in cells)
        self.gap_x = width.em * (WIDE_GAP if any(c.own_y and c.column for c in cells) else NARROW_GAP)
        self.panel_width = (width.mm - width.em * (LEFT + RIGHT) - self.gap_x * (self.n_columns - 1)) / self.n_columns
        self.gaps = [self._gap_below(row) * width.em for row in range(self.n_rows)]
        self.panel_height = self._panel_height()
        self.height = TOP * width.em + self.n_rows * self.panel_height + sum(self.gaps) + self._legend_height()
        self.figure = Figure(figsize=(width.mm / MM_PER_INCH, self.height / MM_PER_INCH))

    def _gap_below(self, row: int) -> float:
        """Return the gap in em: labels that hang over an empty place need no room of their own."""
        below = {cell.column for cell in self.cells if cell.row == row + 1}
        last = row == self.n_rows - 1
        written = any(place[0] == row and (last or place[1] in below) for place in self.x_label)
        titled = any(cell.row == row + 1 and cell.title for cell in self.cells)
        return (TICK_GAP if written else LOW_GAP) + (TITLE_GAP if titled else 0)

    def _panel_height(self) -> float:
        em = self.width.em
        natural = min(max(self.panel_width * PANEL_SHAPE, SHORTEST_PANEL_EM * em), TALLEST_PANEL_EM * em)
        if self.width.max_height_mm is None:
            return natural
        room = self.width.max_height_mm - TOP * em - sum(self.gaps) - self._legend_height()
        return min(natural, max(room / self.n_rows, LOWEST_PANEL_EM * em))

    def _legend_columns(self) -> int:
        """Return as many columns as the width holds; the legend is filled column by column."""
        entries = [len(str(h.get_label())) * LETTER + LEGEND_HANDLE for h in self.legend_handles]
        room = self.width.mm / self.width.em - 2
        for n_rows in range(1, len(entries) + 1):
            n_columns = -(-len(entries) // n_rows)
            widest = [max(entries[i : i + n_rows]) for i in range(0, len(entries), n_rows)]
            if sum(widest) <= room:
                return n_columns
        return 1

    def _legend_height(self) -> float:
        if len(self.legend_handles) < 2:
            return 0.0
        n_rows = -(-len(self.legend_handles) // self._legend_columns())
        return (LEGEND_LINE * n_rows + 0.6) * self.width.em

    def _bottom(self, row: int) -> float:
        above = TOP * self.width.em + (row + 1) * self.panel_height + sum(self.gaps[:row])
        return self.height - above

    def _left(self, column: int) -> float:
        return LEFT * self.width.em + column * (self.panel_width + self.gap_x)

    def add_axes(self, cell: Cell) -> Axes:
        """Return the axes of a panel, with its title and letter."""
        left, bottom = self._left(cell.column), self._bottom(cell.row)
        share = (self.width.mm, self.height, self.width.mm, self.height)
        box = (left, bottom, self.panel_width, self.panel_height)
        axes = self.figure.add_axes(tuple(length / whole for length, whole in zip(box, share, strict=True)))  # type: ignore[arg-type]
        axes.set_title(cell.title, pad=0.5 * self.width.font_pt)
        if cell.letter:
            x = left - (LEFT - 0.4) * self.width.em if cell.own_y else left - 0.4 * self.width.em
            y = bottom + self.panel_height + (0.45 if cell.title else 0.25) * self.width.em
            self._text(x, y, cell.letter, weight="bold", ha="left", va="bottom")
        return axes

    def finish_axes(self, cell: Cell, axes: Axes, y_label: str, short_y_label: str) -> None:
        """Write labels where they belong, and take them away where a neighbour has them."""
        roomy = self.panel_height >= LONG_LABEL_EM * self.width.em
        axes.tick_params(labelbottom=(cell.row, cell.column) in self.x_label, labelleft=cell.own_y)
        if cell.own_y:
            axes.set_ylabel(y_label if roomy else short_y_label, labelpad=3)

    def write_x_labels(self) -> None:
        """Write each axis label once, under the middle of the panels of a row that it is for.

        Panels with their own y axes stand apart: each has its label.
        """
        for row in range(self.n_rows):
            for label, columns in self._label_groups(row):
                middle = (self._left(columns[0]) + self._left(columns[-1]) + self.panel_width) / 2
                self._text(middle, self._bottom(row) - 2.0 * self.width.em, label, ha="center", va="top")

    def _label_groups(self, row: int) -> list[tuple[str, list[int]]]:
        written = sorted((place[1], label) for place, label in self.x_label.items() if place[0] == row)
        if any(cell.own_y and cell.column for cell in self.cells):
            return [(label, [column]) for column, label in written]
        return [
            (label, [column for column, text in written if text == label])
            for label in dict.fromkeys(label for _, label in written)
        ]

    def write_legend(self) -> None:
        """Put the legend below the panels; one entry alone needs none."""
        if self._legend_height() == 0:
            return
        self.figure.legend(
            handles=self.legend_handles,
            loc="lower center",
            bbox_to_anchor=(0.5, 0.3 * self.width.em / self.height),
            ncols=self._legend_columns(),
            frameon=False,
            borderpad=0,
            borderaxespad=0,
            labelspacing=0.45,
            handlelength=2.6,
            handletextpad=0.5,
            columnspacing=1.4,
        )

    def _text(self, x: float, y: float, text: str, **style: str) -> None:
        self.figure.text(x / self.width.mm, y / self.height, text, **style)  # type: ignore[arg-type]
