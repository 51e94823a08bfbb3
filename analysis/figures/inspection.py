"""Figures of what happens inside a memory network: one trial step by step, and means by lag over many."""

from __future__ import annotations

import string
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.image import AxesImage
from matplotlib.ticker import MaxNLocator
from numpy.typing import NDArray

from memlab.analysis.figures.style import (
    BLACK,
    BLUE,
    DASH_DOT,
    DASHED,
    DEFAULT_WIDTH,
    GREY,
    MM_PER_INCH,
    ORANGE,
    SHORT_DASH,
    SOLID,
    VERMILION,
    Look,
    Width,
    drawing,
    resolve_width,
)
from memlab.core.files import Columns

__all__ = ["TrialArrays", "means_caption", "means_figure", "trial_caption", "trial_figure"]

Array = NDArray[Any]

# In em (the text size), found by eye at 8 pt.
LEFT, TOP, BOTTOM = 4.6, 2.0, 3.4
"""Axis and tick labels; a title; tick and axis labels."""
BESIDE_SHADES, BESIDE_CURVES = 5.2, 1.4
"""Right of a panel: the bar that says what the shades are, with its numbers; nothing."""
GAP_Y, LEGEND = 5.3, 1.4
"""Between rows; room for a legend below the last."""
TRIAL_PANEL, MEANS_PANEL, LOWEST_PANEL = 12.0, 15.0, 6.0
"""Height of a panel; where a page would leave less than the last, the figure gets higher than the page instead."""
BAR = 0.6
"""Width of the bar."""
NARROWEST_PANEL = 20.0
"""Below it the panels of a trial stand below each other."""
NARROWEST_CURVE = 13.0
LABEL = 1.25
"""Room that a number on the x axis needs."""

MODES = {
    "backward": Look("Backward", BLUE, DASHED, "v"),
    "content": Look("Content", BLACK, SOLID, "o"),
    "forward": Look("Forward", ORANGE, DASH_DOT, "^"),
}
"""Ways of reading; backward and forward follow the links."""

GATES = {
    "write_gate": Look("Write", BLACK, SOLID, "none"),
    "allocation_gate": Look("Allocation", BLUE, DASHED, "none"),
    "free_gates": Look("Free", VERMILION, SHORT_DASH, "none"),
}

NO_ITEM = {0: "–", -1: "×"}
"""How a stop and an intrusion are written among serial positions."""


@dataclass(frozen=True, eq=False)
class TrialArrays:
    """One list: T steps, N slots, W word size, R read heads, L items, K outputs.

    Attributes
    ----------
    phase : (T,) of {"study", "delay", "recall"}
    position : (K,)
        1-based serial position of each response; 0 for stopping, -1 for an intrusion.
    slots : (L,)
        The slot of each item, from 0.
    memory : (T, N, W)
    usage, allocation, write_weights, read_weights : (T, N)
        In [0, 1]; read weights are the mean over heads.
    read_modes : (T, 3)
        Backward, content, forward.
    write_gate, allocation_gate : (T,)
    free_gates : (T, R)
    link : (N, N)
        At the end of study: from the slot of a column to that of a row.
    """

    phase: Array
    position: Array
    slots: Array
    memory: Array
    usage: Array
    allocation: Array
    write_weights: Array
    read_weights: Array
    read_modes: Array
    write_gate: Array
    allocation_gate: Array
    free_gates: Array
    link: Array


def trial_figure(trial: TrialArrays, width: str | float = DEFAULT_WIDTH) -> Figure:
    """Draw what happened at each step of one trial, in eight panels.

    Parameters
    ----------
    trial
    width
        A preset of `memlab.analysis.figures.style.WIDTHS`, or mm.

    Returns
    -------
    matplotlib.figure.Figure
        Panels from A to H: memory, usage, allocation, write weights, read weights, links, gates, read modes.
    """
    size = resolve_width(width)
    with drawing(size.font_pt):
        titles = ("Memory", "Usage", "Allocation", "Write weights", "Read weights", "Links", "Gates", "Reading")
        sheet = _Sheet(size, titles, (NARROWEST_PANEL, TRIAL_PANEL), BESIDE_SHADES)
        memory, usage, allocation, writes, reads, links, gates, modes = sheet.axes
        _draw_memory(sheet, memory, trial.memory)
        for axes, values in (
            (usage, trial.usage),
            (allocation, trial.allocation),
            (writes, trial.write_weights),
            (reads, trial.read_weights),
        ):
            _shade_slots(sheet, axes, values)
        _mark_items(sheet, writes, reads, trial)
        _draw_links(sheet, links, trial)
        _draw_lines(sheet, gates, {name: getattr(trial, name) for name in GATES}, GATES)
        _draw_lines(sheet, modes, dict(zip(MODES, trial.read_modes.T, strict=True)), MODES)
        for axes in sheet.axes:
            if axes is not links:
                _dress_steps(sheet, axes, trial)
        return sheet.figure


def trial_caption(what: str, trial: TrialArrays) -> str:
    """Describe `trial_figure` in sentences; `what` is whose memory it is."""
    n_slots, n_features = trial.memory.shape[1:]
    return (
        f"One list of {len(trial.slots)} items in the memory of {what}. Each column of a panel is a step: at study the "
        "serial position of the item, a point for a step of delay, at recall the serial position of the response (× an "
        "intrusion, – stopping). "
        f"(A) the {n_slots} slots of memory after each step, each {n_features} features high; (B) how far each slot is "
        "used; (C) allocation weights; (D) write weights, with a circle at the slot of each item (the one that it was "
        "written to most); (E) read weights, the mean over heads, with a circle at the slot of the item that is "
        "recalled; (F) links at the end of study, from the slot of the item of a column to that of the item of a row; "
        "below the diagonal they lead to items studied later; (G) write and allocation gates and the free gate of each "
        "head; (H) how much is read by following links backward, by content and by following links forward, mean over "
        "heads.\n"
    )


def means_figure(links: Columns, reads: Columns, outputs: Columns, width: str | float = DEFAULT_WIDTH) -> Figure:
    """Draw mean link weight by lag, mean read weight by lag, and the share of each way of reading by output.

    Parameters
    ----------
    links
        Columns ``lag, link``.
    reads
        Columns ``lag, backward, content, forward``.
    outputs
        Columns ``output, backward, content, forward``; output 0 (all of them) is not drawn.
    """
    size = resolve_width(width)
    with drawing(size.font_pt):
        sheet = _Sheet(
            size,
            ("Links", "Reading by lag", "Reading by output"),
            (NARROWEST_CURVE, MEANS_PANEL),
            BESIDE_CURVES,
            LEGEND,
        )
        first, second, third = sheet.axes
        lag, link = _broken(np.asarray(links["lag"]), np.asarray(links["link"], dtype=float))
        _curve(sheet, first, lag, link, Look("", BLACK, SOLID, "o"))
        for name, look in MODES.items():
            _curve(sheet, second, np.asarray(reads["lag"]), np.asarray(reads[name], dtype=float), look)
            _curve(sheet, third, np.asarray(outputs["output"])[1:], np.asarray(outputs[name], dtype=float)[1:], look)
        for axes, label, x_label in (
            (first, "Mean link weight", "Lag of the item linked to"),
            (second, "Mean read weight", "Lag of the item read from"),
            (third, "Share of reading", "Output position"),
        ):
            axes.set(ylabel=label, xlabel=x_label, ylim=(0, None if axes is not third else ABOVE_SHARES))
            axes.xaxis.set_major_locator(MaxNLocator(5, integer=True))
            axes.axvline(0, color=GREY, linewidth=0.5 * size.scale, zorder=0) if axes is not third else None
        for axes in (first, second):
            axes.set_ylim(0, _top(axes))
        sheet.legend_below(second)
        return sheet.figure


ABOVE_SHARES = 1.08
"""End of the axis of a share: points at 1 are whole, and their number stays clear of the panel's letter."""


def means_caption(what: str, n_lists: int, list_length: int) -> str:
    """Describe `means_figure` in sentences; `what` is whose memory it is."""
    return (
        f"Means over {n_lists} lists of {list_length} items in the memory of {what}. An item's slot is the one that it "
        "was written to most. (A) weight of the link between the slots of two items at the end of study, by the lag "
        "between them: at +1 the link that forward reading follows from an item to the next; pairs in one slot are "
        "left out. (B) read weight on the slot of an item by its lag from the item that is recalled at that step (0: "
        "the item itself), as far as it comes by following links backward, by content and by following links forward; "
        "the three add up. (C) share of the read weight that comes by each way, by output position, over lists that "
        "have not stopped.\n"
    )


class _Sheet:
    """Panels of equal size in rows, placed in mm, each with a letter and a title above it.

    `panel` is the least width and the wished height of a panel, `beside` the room right of it, `below` that for a
    legend; all in em.
    """

    def __init__(
        self, width: Width, titles: Sequence[str], panel: tuple[float, float], beside: float, below: float = 0.0
    ) -> None:
        self.width, self.gap, self.below, em = width, (beside + LEFT) * width.em, BOTTOM + below, width.em
        room = width.mm - self.gap
        columns = len(titles) if len(titles) <= 3 else 2
        while columns > 1 and (room - self.gap * (columns - 1)) / columns < panel[0] * em:
            columns -= 1
        rows = -(-len(titles) // columns)
        self.panel = ((room - self.gap * (columns - 1)) / columns, self._height(panel[1], rows))
        self.height = em * (TOP + self.below + GAP_Y * (rows - 1)) + rows * self.panel[1]
        self.figure = Figure(figsize=(width.mm / MM_PER_INCH, self.height / MM_PER_INCH))
        places = [divmod(i, columns) for i in range(len(titles))]
        self.axes = [self._add(row, column) for row, column in places]
        for axes, letter, title in zip(self.axes, string.ascii_uppercase, titles, strict=False):
            axes.set_title(title, loc="left", pad=0.45 * width.font_pt)
            axes.text(
                -0.4 * LEFT * em / self.panel[0], 1 + 0.45 * em / self.panel[1], letter, weight="bold", ha="right",
                transform=axes.transAxes,
            )  # fmt: skip

    def _height(self, wanted: float, rows: int) -> float:
        """Return the height of a panel; lower where the page would end."""
        em = self.width.em
        if self.width.max_height_mm is None:
            return wanted * em
        room = self.width.max_height_mm - em * (TOP + self.below + GAP_Y * (rows - 1))
        return min(wanted * em, max(room / rows, LOWEST_PANEL * em))

    def _add(self, row: int, column: int) -> Axes:
        em, (wide, high) = self.width.em, self.panel
        left = LEFT * em + column * (wide + self.gap)
        bottom = self.height - TOP * em - high - row * (high + GAP_Y * em)
        mm = (self.width.mm, self.height)
        axes = self.figure.add_axes((left / mm[0], bottom / mm[1], wide / mm[0], high / mm[1]))
        scale = self.width.scale
        axes.tick_params(labelsize=self.width.font_pt, width=0.6 * scale, length=2.2 * scale, pad=1.5 * scale)
        return axes

    def legend_below(self, axes: Axes) -> None:
        """Write what the lines of a panel are, below all panels."""
        lines = [line for line in axes.lines if not str(line.get_label()).startswith("_")]
        middle, bottom = 0.5, 0.2 * self.width.em / self.height
        self.figure.legend(
            handles=lines, loc="lower center", bbox_to_anchor=(middle, bottom), ncols=len(lines), frameon=False,
            borderpad=0, borderaxespad=0, handlelength=2.6, handletextpad=0.5, columnspacing=1.4,
        )  # fmt: skip

    def shade(self, axes: Axes, values: Array, **style: Any) -> AxesImage:
        """Draw an image over whole steps and slots, with a bar beside it that says what the shades are."""
        image = axes.imshow(values, aspect="auto", interpolation="nearest", origin="upper", **style)
        axes.spines[:].set_visible(True)
        em, (wide, _) = self.width.em, self.panel
        beside = axes.inset_axes((1 + 0.5 * em / wide, 0, BAR * em / wide, 1))
        bar = self.figure.colorbar(image, cax=beside, ticks=[image.norm.vmin, image.norm.vmax], format="{x:.2g}")
        bar.outline.set_linewidth(0.6 * self.width.scale)
        bar.ax.tick_params(labelsize=self.width.font_pt, width=0.6 * self.width.scale, length=1.5, pad=1)
        return image


def _draw_memory(sheet: _Sheet, axes: Axes, memory: Array) -> None:
    """Draw every cell of memory at every step: slots below each other, their features within."""
    n_steps, n_slots, n_features = memory.shape
    largest = float(np.abs(memory).max()) or 1.0
    cells = memory.reshape(n_steps, n_slots * n_features).T
    extent = (-0.5, n_steps - 0.5, n_slots - 0.5, -0.5)
    sheet.shade(axes, cells, cmap="RdBu_r", vmin=-largest, vmax=largest, extent=extent)
    for edge in np.arange(n_slots - 1) + 0.5:
        axes.axhline(edge, color=GREY, linewidth=0.25 * sheet.width.scale)
    _dress_slots(sheet, axes, n_slots)


def _shade_slots(sheet: _Sheet, axes: Axes, values: Array) -> None:
    sheet.shade(axes, values.T, cmap="Greys", vmin=0, vmax=1)
    _dress_slots(sheet, axes, values.shape[1])


def _dress_slots(sheet: _Sheet, axes: Axes, n_slots: int) -> None:
    axes.set_ylabel("Slot")
    room = sheet.panel[1] / (1.9 * sheet.width.em)
    every = next((step for step in (1, 2, 5, 10, 20, 50) if n_slots / step <= room), 100)
    shown = sorted({0, *range(every - 1, n_slots, every)})
    axes.set_yticks(shown, [str(slot + 1) for slot in shown])


def _mark_items(sheet: _Sheet, writes: Axes, reads: Axes, trial: TrialArrays) -> None:
    """Circle the slot of each item where it is studied and where it is recalled."""
    studied, recalled = np.flatnonzero(trial.phase == "study"), np.flatnonzero(trial.phase == "recall")
    correct = trial.position > 0
    scale = sheet.width.scale
    style: dict[str, Any] = {"s": 9 * scale, "facecolors": "none", "edgecolors": VERMILION, "linewidths": 0.8 * scale}
    writes.scatter(studied, trial.slots, **style)
    reads.scatter(recalled[correct], trial.slots[trial.position[correct] - 1], **style)


def _draw_links(sheet: _Sheet, axes: Axes, trial: TrialArrays) -> None:
    """Draw the links between the slots of items, in the order of study."""
    between = trial.link[np.ix_(trial.slots, trial.slots)]
    length = len(between)
    sheet.shade(axes, between, cmap="Greys", vmin=0, vmax=1)
    axes.plot([-0.5, length - 0.5], [-0.5, length - 0.5], color=GREY, linewidth=0.5 * sheet.width.scale)
    axes.set(xlim=(-0.5, length - 0.5), ylim=(length - 0.5, -0.5), xlabel="From item")
    _dress_slots(sheet, axes, length)
    axes.set_xticks(axes.get_yticks(), [label.get_text() for label in axes.get_yticklabels()])
    axes.set_ylabel("To item")


def _draw_lines(sheet: _Sheet, axes: Axes, values: Mapping[str, Array], looks: Mapping[str, Look]) -> None:
    """Draw shares step by step; of several heads, a line each."""
    for name, look in looks.items():
        lines = axes.plot(
            values[name],
            color=look.color,
            linestyle=look.linestyle,
            linewidth=0.9 * sheet.width.scale,
            clip_on=False,
        )
        lines[0].set_label(look.label)
    axes.set(ylim=(0, 1), ylabel="Gate" if looks is GATES else "Share")
    _legend(sheet, axes)


def _legend(sheet: _Sheet, axes: Axes) -> None:
    """Write what the lines are above the panel, at its right end."""
    axes.legend(
        loc="lower right", bbox_to_anchor=(1.0, 1.0), ncols=len(GATES), frameon=False, borderpad=0.1,
        borderaxespad=0.1, handlelength=1.4, handletextpad=0.3, columnspacing=0.5, fontsize=0.85 * sheet.width.font_pt,
    )  # fmt: skip


def _dress_steps(sheet: _Sheet, axes: Axes, trial: TrialArrays) -> None:
    """Write which item each step is about, and draw a line where study ends and where recall begins."""
    n_steps = len(trial.phase)
    axes.set_xlim(-0.5, n_steps - 0.5)
    ends = np.flatnonzero(trial.phase[1:] != trial.phase[:-1]) + 0.5
    for end in ends:
        axes.axvline(end, color=GREY, linewidth=0.8 * sheet.width.scale, linestyle=SHORT_DASH)
    every = max(1, int(np.ceil(LABEL * sheet.width.em * n_steps / sheet.panel[0])))
    shown = [step for phase in _phases(trial) for step in phase[::every]]
    labels = _step_labels(trial)
    axes.set_xticks(shown, [labels[step] for step in shown])
    axes.set_xlabel("Item studied | response" if "delay" not in trial.phase else "Item studied | delay | response")


def _phases(trial: TrialArrays) -> Iterable[Array]:
    return (np.flatnonzero(trial.phase == name) for name in ("study", "delay", "recall"))


def _step_labels(trial: TrialArrays) -> list[str]:
    n_delay = int((trial.phase == "delay").sum())
    studied = [str(i + 1) for i in range(len(trial.slots))]
    return [*studied, *["·"] * n_delay, *(NO_ITEM.get(int(p), str(int(p))) for p in trial.position)]


def _curve(sheet: _Sheet, axes: Axes, x: Array, y: Array, look: Look) -> None:
    scale = sheet.width.scale
    axes.plot(
        x, y, color=look.color, linestyle=look.linestyle, linewidth=0.9 * scale, marker=look.marker,
        markersize=2.6 * scale, markeredgewidth=0, label=look.label or None, clip_on=False,
    )  # fmt: skip


def _broken(lag: Array, value: Array) -> tuple[Array, Array]:
    """Return a curve with a gap at lag 0."""
    place = int(np.searchsorted(lag, 0))
    return np.insert(lag.astype(float), place, 0.0), np.insert(value, place, np.nan)


def _top(axes: Axes) -> float:
    """Return the end of a y axis from 0: a little above the data, at most 1, and never 0."""
    highest = max((float(np.nanmax(line.get_ydata(), initial=0)) for line in axes.lines[:-1]), default=0.0)
    return min(1.0, 1.08 * highest) or 1.0
