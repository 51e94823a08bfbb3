"""``memlab plot``: draw a comparison again from its saved numbers, in another layout, width or format."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from memlab.cli.options import Force, Out

__all__ = ["plot"]


def plot(
    folder: Annotated[Path, typer.Argument(help="The folder of a comparison.")],
    layout: Annotated[str, typer.Option(help="conditions (all overlaid) or models (a panel each).")] = "conditions",
    width: Annotated[str | None, typer.Option(help="A journal's width; a wrong name lists them.")] = None,
    formats: Annotated[str, typer.Option("--format", help="pdf,svg,png")] = "pdf,svg,png",
    out: Out = None,
    force: Force = False,
) -> None:
    """Draw again from saved numbers: memlab plot results --layout models --out redrawn."""
    from memlab.cli.console import say
    from memlab.run_folder import free_folder
    from memlab.runs.repeat import redraw

    target = out or free_folder(f"{folder.name or 'memlab'}-figure")
    redraw(folder, target, layout=layout, width=width, formats=tuple(formats.split(",")), force=force)
    say(f"the figure is in {target}", out=target)
