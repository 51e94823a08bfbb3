"""Writing figures: exact size, no metadata, the same bytes each time, whole or not at all."""

from __future__ import annotations

import io
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from matplotlib.figure import Figure

from memlab.analysis.figures.style import drawing
from memlab.core.errors import UnknownName, UsageError
from memlab.core.files import write_bytes

__all__ = ["FORMATS", "save"]

FORMATS: dict[str, dict[str, Any]] = {
    "pdf": {"Creator": None, "Producer": None, "CreationDate": None},
    "svg": {"Creator": None, "Date": None, "Format": None, "Type": None},
    "png": {"Software": None},
}
"""Format -> the metadata that matplotlib would write; None leaves it out: dates and versions change between runs."""


def save(
    figure: Figure, path_without_suffix: str | Path, formats: Sequence[str] = ("pdf", "svg", "png"), dpi: float = 300
) -> list[Path]:
    """Write a figure in several formats.

    Parameters
    ----------
    figure
        Its size is kept as it is: nothing is cut to what is drawn.
    path_without_suffix
        ``results/figure`` gives ``results/figure.pdf`` and so on; a file that is there is replaced.
    formats
        Of ``pdf``, ``svg``, ``png``.
    dpi : > 0
        Dots per inch of the PNG.

    Returns
    -------
    list of Path
        The files, in the order of `formats`.

    Raises
    ------
    UnknownName
        A format that is not one of these; nothing is written.
    UsageError
        No formats, a dpi that is not positive, or a folder that cannot be written.
    """
    if not formats or isinstance(formats, str):
        raise UsageError(f"formats must be a list of {', '.join(FORMATS)}. Got {formats!r} instead.")
    for name in formats:
        if name not in FORMATS:
            raise UnknownName("there is no figure format", name, FORMATS)
    if not dpi > 0:
        raise UsageError(f"dpi must be a number above 0. Got {dpi!r} instead.")
    contents = [_rendered(figure, name, dpi) for name in formats]
    return [
        write_bytes(f"{path_without_suffix}.{name}", content) for name, content in zip(formats, contents, strict=True)
    ]


def _rendered(figure: Figure, name: str, dpi: float) -> bytes:
    stream = io.BytesIO()
    with drawing():
        figure.savefig(stream, format=name, dpi=dpi, metadata=FORMATS[name])
    return stream.getvalue()
