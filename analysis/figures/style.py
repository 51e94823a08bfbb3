"""How figures look: widths of journals, text and lines, and one look for each model, told apart in grey too."""

from __future__ import annotations

import itertools
import zlib
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Literal

import matplotlib as mpl
from matplotlib.colors import to_hex

from memlab.core.errors import UnknownName, UsageError

__all__ = [
    "BASE_PT",
    "DEFAULT_WIDTH",
    "GREY",
    "INTACT",
    "LOOKS",
    "MM_PER_INCH",
    "PEOPLE",
    "WIDTHS",
    "LineStyle",
    "Look",
    "Width",
    "condition_looks",
    "drawing",
    "lesion_looks",
    "looks",
    "rc_settings",
    "resolve_width",
    "sweep_looks",
]

MM_PER_INCH = 25.4
MM_PER_POINT = MM_PER_INCH / 72
BASE_PT = 8.0
"""The text size at which lines and markers have the sizes that are written in this folder."""

LineStyle = Literal["-", "none"] | tuple[int, tuple[float, ...]]


@dataclass(frozen=True)
class Width:
    """The width that a figure is printed at.

    Attributes
    ----------
    mm : float
        Exact width.
    font_pt : float
        Size of the text at that width.
    max_height_mm : float or None
        Panels shrink to stay below it.
    source : str
        Where the numbers are from.
    """

    mm: float
    font_pt: float
    max_height_mm: float | None
    source: str

    @property
    def em(self) -> float:
        """The text size in mm: margins are multiples of it."""
        return self.font_pt * MM_PER_POINT

    @property
    def scale(self) -> float:
        """What lines and markers are multiplied by."""
        return self.font_pt / BASE_PT


_NATURE = "research-figure-guide.nature.com, 'Building and exporting figure panels': widths, 170 mm height, text 5-7 pt"
_ELSEVIER = "from memory of Elsevier's 'Artwork sizing' (that its text should be 7 pt or more was looked up)"
_APA = "from memory of the APA Publication Manual, 6th ed., ch. 5 (3.25 and 6.875 in); ask the journal"
_SPRINGER = "from memory of Springer's artwork guidelines (journals of the Psychonomic Society); ask the journal"

WIDTHS: dict[str, Width] = {
    "apa.single": Width(82.55, 8, 228, _APA),
    "apa.double": Width(174.625, 8, 228, _APA),
    "elsevier.single": Width(90, 8, 240, _ELSEVIER),
    "elsevier.onehalf": Width(140, 8, 240, _ELSEVIER),
    "elsevier.double": Width(190, 8, 240, _ELSEVIER),
    "nature.single": Width(89, 7, 170, _NATURE),
    "nature.double": Width(183, 7, 170, _NATURE),
    "springer.single": Width(84, 8, 234, _SPRINGER),
    "springer.double": Width(174, 8, 234, _SPRINGER),
    "slide": Width(338.66, 14, 190.5, "a slide of 16:9, 13.333 x 7.5 in; text size chosen to be read across a room"),
}
"""Widths by name. Psychological Review and JEP are ``apa``, Journal of Memory and Language is ``elsevier``."""

DEFAULT_WIDTH = "apa.double"

SMALLEST_MM, LARGEST_MM = 60.0, 1000.0
"""Of a width given in mm: below 60 mm a panel has no room beside its labels."""


def resolve_width(width: str | float) -> Width:
    """Return a preset by name, or a width in mm with text of 8 pt.

    Raises
    ------
    UnknownName
        No preset of that name.
    UsageError
        A number outside 60-1000 mm.

    Examples
    --------
    >>> resolve_width("nature.single").mm
    89
    """
    if isinstance(width, str):
        if width not in WIDTHS:
            raise UnknownName("there is no width", width, WIDTHS)
        return WIDTHS[width]
    if not SMALLEST_MM <= width <= LARGEST_MM:
        raise UsageError(
            f"width must be {SMALLEST_MM:g}-{LARGEST_MM:g} mm, or a name such as 'apa.double'. Got {width}."
        )
    return Width(float(width), BASE_PT, None, "given in mm")


def rc_settings(font_pt: float = BASE_PT) -> Any:
    """Return matplotlib's settings for figures that go to print.

    The typeface is the one that matplotlib brings along, so that a figure is the same on every machine. PDF text stays
    text (type 42, which publishers can edit; many refuse type 3), SVG text becomes outlines.
    """
    scale = font_pt / BASE_PT
    sizes = ("font.size", "axes.labelsize", "axes.titlesize", "xtick.labelsize", "ytick.labelsize", "legend.fontsize")
    return {
        **dict.fromkeys(sizes, font_pt),
        "font.family": "sans-serif",
        "font.sans-serif": ["DejaVu Sans"],
        "axes.linewidth": 0.6 * scale,
        "axes.spines.top": False,
        "axes.spines.right": False,
        "savefig.bbox": None,  # "tight" would change the width
        "pdf.fonttype": 42,
        "svg.fonttype": "path",
        "svg.hashsalt": "memlab",
    }


@contextmanager
def drawing(font_pt: float = BASE_PT) -> Iterator[None]:
    """Draw with memlab's settings on top of matplotlib's defaults; the user's own come back afterwards."""
    with mpl.rc_context():
        mpl.rcdefaults()  # a matplotlibrc on one machine must not make another figure there
        mpl.rcParams.update(rc_settings(font_pt))
        yield


@dataclass(frozen=True)
class Look:
    """How a source or a condition is drawn, and what the legend calls it.

    Attributes
    ----------
    label : str
    color : str
        ``#rrggbb``.
    linestyle, marker
        Matplotlib's; the pair is not used twice, so that the lines differ in grey too.
    """

    label: str
    color: str
    linestyle: LineStyle
    marker: str


BLACK, ORANGE, SKY, GREEN, YELLOW, BLUE, VERMILION, PURPLE = map(to_hex, mpl.color_sequences["okabe_ito"])
# Yellow is not used: a thin yellow line cannot be seen on white paper.
GREY = "#8c8c8c"
"""Not of Okabe and Ito: for chance, which is a floor and no theory, and for lines of reference."""

SOLID: LineStyle = "-"
DASHED: LineStyle = (0, (4.5, 1.8))
DOTTED: LineStyle = (0, (1, 1.3))
DASH_DOT: LineStyle = (0, (5, 1.5, 1, 1.5))
LONG_DASH: LineStyle = (0, (9, 2.2))
SHORT_DASH: LineStyle = (0, (2.4, 1.3))
_LINES = (SOLID, DASHED, DASH_DOT, LONG_DASH, SHORT_DASH, DOTTED)
_MARKERS = ("s", "^", "D", "v", "P", "X", "<", ">", "p", "h")

PEOPLE = "people"
"""The source that is drawn as points with error bars."""

LOOKS: dict[str, Look] = {
    PEOPLE: Look("People", BLACK, "none", "o"),
    "chance": Look("Chance", GREY, DOTTED, "none"),
    "tcm": Look("TCM", SKY, SOLID, "v"),
    "tcm.a": Look("TCM-A", SKY, DASHED, "D"),
    "cmr": Look("CMR", BLUE, SOLID, "^"),
    "cmr.polyn2009": Look("CMR (2009)", BLUE, DASHED, "v"),
    "sam.rs1981": Look("SAM (1981)", VERMILION, SOLID, "s"),
    "sam.kahana2012": Look("SAM (2012)", VERMILION, DASHED, "^"),
    "summed_similarity": Look("Summed similarity", GREEN, SOLID, "P"),
    "minerva2": Look("MINERVA 2", GREEN, DASH_DOT, "X"),
    "simple": Look("SIMPLE", PURPLE, SHORT_DASH, "p"),
    "dnc": Look("DNC", ORANGE, SOLID, "D"),
    "dnc.blog": Look("DNC (blog)", ORANGE, SHORT_DASH, "v"),
    "dnc.limited": Look("DNC (limited)", ORANGE, LONG_DASH, "v"),
    "dnc.human": Look("DNC (human)", ORANGE, DASH_DOT, "s"),
    "lstm": Look("LSTM", ORANGE, DASHED, "<"),
    "gru": Look("GRU", ORANGE, DASH_DOT, ">"),
    "transformer": Look("Transformer", PURPLE, SOLID, "h"),
    "chaining": Look("Chaining", VERMILION, LONG_DASH, "<"),
    "todam": Look("TODAM", VERMILION, DASH_DOT, "v"),
    "start_end": Look("Start-end", GREEN, LONG_DASH, "s"),
    "perturbation": Look("Perturbation", PURPLE, LONG_DASH, "D"),
    "cru": Look("CRU", BLUE, LONG_DASH, "^"),
    "simple.serial": Look("SIMPLE (serial)", PURPLE, SHORT_DASH, "h"),
    "primacy": Look("Primacy", PURPLE, DASH_DOT, "P"),
    "oscar": Look("OSCAR", GREEN, DASHED, "X"),
    "position_marking": Look("Position marking", GREEN, SHORT_DASH, "s"),
    "dnc.serial": Look("DNC (serial)", ORANGE, SOLID, "p"),
    "lstm.serial": Look("LSTM (serial)", ORANGE, DASHED, "h"),
    "gru.serial": Look("GRU (serial)", ORANGE, DASH_DOT, "p"),
    "transformer.serial": Look("Transformer (serial)", ORANGE, LONG_DASH, "X"),
}
"""The look of every source that has one of its own, always the same whatever else is in the figure.

Blue is context, red SAM, green instances, orange networks; what came first in a family is solid. In serial recall red
is chaining, green the coding of positions.
"""

_SPARE = tuple(itertools.product(_MARKERS, _LINES, (PURPLE, GREEN, BLUE, VERMILION, ORANGE, SKY)))
_TAKEN = {(look.linestyle, look.marker) for look in LOOKS.values()}


def looks(names: Iterable[str]) -> dict[str, Look]:
    """Return a look for each source: its own, or for a name not known here one that follows from the name.

    Raises
    ------
    UsageError
        More unknown names than looks that can be told apart.

    Examples
    --------
    >>> looks(["cmr", "mine"])["mine"].label
    'mine'
    """
    chosen: dict[str, Look] = {}
    for name in dict.fromkeys(names):
        chosen[name] = LOOKS[name] if name in LOOKS else _spare(name, chosen.values())
    return chosen


def _spare(name: str, others: Iterable[Look]) -> Look:
    taken = _TAKEN | {(look.linestyle, look.marker) for look in others}
    start = zlib.crc32(name.encode()) % len(_SPARE)
    for marker, linestyle, color in (*_SPARE[start:], *_SPARE[:start]):
        if (linestyle, marker) not in taken:
            return Look(name, color, linestyle, marker)
    raise UsageError(f"{name}: too many sources to tell apart in one figure; draw fewer.")


INTACT = "intact"
"""The source in a figure of lesions that nothing was taken out of."""


def lesion_looks(names: Iterable[str]) -> dict[str, Look]:
    """Return a look for each source of a figure of lesions: people, the intact model in black, lesions in order.

    Examples
    --------
    >>> lesion_looks(["intact", "links"])["links"].linestyle
    (0, (4.5, 1.8))
    """
    fixed = {PEOPLE: LOOKS[PEOPLE], INTACT: Look("Intact", BLACK, SOLID, "none")}
    colors, lines = (VERMILION, BLUE, GREEN, PURPLE, ORANGE, SKY), (*_LINES[1:], SOLID)
    chosen: dict[str, Look] = {}
    for name in dict.fromkeys(names):
        i = sum(other not in fixed for other in chosen)
        look = Look(name, colors[i % len(colors)], lines[i % len(lines)], _MARKERS[i % len(_MARKERS)])
        chosen[name] = fixed.get(name, look)
    return chosen


LIGHTEST = 0.9
"""How far along the colour map a sweep goes: its end is too light a yellow for lines on white paper."""


def sweep_looks(names: Iterable[str]) -> dict[str, Look]:
    """Return a look for each source of a sweep, which is named ``parameter=value``: from dark to light as it rises.

    Colours are spaced as the values are, or evenly where most values would share the dark or the light end. The first
    label names the parameter, the others only say the value.

    Examples
    --------
    >>> [look.label for look in sweep_looks(["people", "tau=1", "tau=2"]).values()]
    ['People', 'tau = 1', '2']
    """
    lines = [name for name in dict.fromkeys(names) if name != PEOPLE]
    values = [float(name.partition("=")[2]) for name in lines]
    colors = mpl.colormaps["viridis"]([LIGHTEST * place for place in _places(values)])
    chosen = {PEOPLE: LOOKS[PEOPLE]}
    for name, value, color in zip(lines, values, colors, strict=True):
        label = f"{value:.4g}" if len(chosen) > 1 else f"{name.partition('=')[0]} = {value:.4g}"
        chosen[name] = Look(label, to_hex(color), SOLID, "none")
    return chosen


UNEVEN = 3.0
"""Values whose widest step is so many times the narrowest are coloured by rank: by value some would look the same."""


def _places(values: Sequence[float]) -> list[float]:
    """Return where on the colour map each value is, in [0, 1]."""
    ordered = sorted(set(values))
    steps = [high - low for low, high in itertools.pairwise(ordered)]
    if not steps:
        return [0.5] * len(values)
    if max(steps) > UNEVEN * min(steps):
        return [ordered.index(value) / len(steps) for value in values]
    return [(value - ordered[0]) / (ordered[-1] - ordered[0]) for value in values]


def condition_looks(names: Iterable[str]) -> dict[str, Look]:
    """Return a look for each condition, by its place in the order."""
    colors, markers = (BLACK, VERMILION, BLUE, ORANGE, GREEN, PURPLE, SKY), ("o", *_MARKERS)
    return {
        name: Look(name, colors[i % len(colors)], _LINES[i % len(_LINES)], markers[i % len(markers)])
        for i, name in enumerate(dict.fromkeys(names))
    }
