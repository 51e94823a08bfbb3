"""``memlab report``: the Methods and Results of a run, for a paper."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from memlab.cli.options import Force, Out

__all__ = ["report"]


def report(
    folder: Annotated[Path, typer.Argument(help="A run's folder.")],
    out: Out = None,
    force: Force = False,
) -> None:
    """Write Methods and Results of a run, as Markdown and LaTeX: memlab report fits."""
    from memlab.cli.console import say
    from memlab.runs.report import report as write

    markdown, latex = write(folder, out=out, force=force)
    say(f"Methods and Results are in {markdown} and {latex}", out=[str(markdown), str(latex)])
