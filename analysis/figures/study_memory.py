"""A matrix of what was trained against what was tested, with its numbers written in it."""

from __future__ import annotations

from collections.abc import Collection, Sequence

import numpy as np
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from memlab.analysis.figures.style import DEFAULT_WIDTH, MM_PER_INCH, VERMILION, drawing, resolve_width
from memlab.core.recall import Floats

__all__ = ["matrix_figure"]

# In em (the text size), found by eye at 8 pt.
ROW, TOP, BOTTOM, RIGHT = 2.4, 0.8, 3.6, 1.0
LETTER, BESIDE = 0.62, 2.6
"""Width of a letter, on average; of the axis label left of the rows' names."""

DARK = 0.55
"""From this value on the number is white."""


def matrix_figure(
    values: Floats,
    rows: Sequence[str],
    columns: Sequence[str],
    *,
    y_label: str,
    x_label: str,
    own: Collection[tuple[int, int]] = (),
    width: str | float = DEFAULT_WIDTH,
) -> Figure:
    """Draw proportions as shades from 0 (white) to 1 (black), the first row on top.

    Parameters
    ----------
    values : (n_rows, n_columns) float in [0, 1]
        NaN: empty.
    rows, columns
        Their names.
    own
        Cells (row, column) that get a frame.
    width
        A preset of `memlab.analysis.figures.style.WIDTHS`, or mm.
    """
    size = resolve_width(width)
    em, left = size.em, BESIDE + LETTER * max(map(len, rows))
    height = em * (TOP + BOTTOM + ROW * len(rows))
    with drawing(size.font_pt):
        figure = Figure(figsize=(size.mm / MM_PER_INCH, height / MM_PER_INCH))
        wide, high = size.mm - em * (left + RIGHT), em * ROW * len(rows)
        axes = figure.add_axes((em * left / size.mm, em * BOTTOM / height, wide / size.mm, high / height))
        axes.imshow(values, cmap="Greys", vmin=0, vmax=1, aspect="auto", interpolation="nearest")
        axes.set_xticks(range(len(columns)), columns)
        axes.set_yticks(range(len(rows)), rows)
        axes.tick_params(length=0)
        axes.spines[:].set_visible(True)
        figure.text(0.4 * em / size.mm, (BOTTOM * em + high / 2) / height, y_label, rotation=90, va="center", ha="left")
        axes.set_xlabel(x_label)
        for (row, column), value in np.ndenumerate(values):
            if not np.isnan(value):
                axes.text(column, row, f"{value:.2f}", ha="center", va="center", color=_ink(value))
        for row, column in own:
            box = Rectangle((column - 0.5, row - 0.5), 1, 1, fill=False, edgecolor=VERMILION, linewidth=size.scale)
            box.set_clip_on(False)
            axes.add_patch(box)
        return figure


def _ink(shade: float) -> str:
    return "white" if shade >= DARK else "black"
