"""``memlab analyze``: any analysis of a user's file, as a table and a figure."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from memlab.cli import completion
from memlab.cli.options import ConfigFile, Force, Out, TableStyle

__all__ = ["analyze"]


def analyze(
    file: Annotated[Path, typer.Argument(help="A long table (CSV): subject, list, trial_type, position, item.")],
    analyses: Annotated[
        str | None,
        typer.Option(
            "--analysis",
            help="Comma-separated; a wrong name lists them. [spc,pfr,lag_crp]",
            autocompletion=completion.analyses,
        ),
    ] = None,
    conditions: Annotated[str | None, typer.Option(help="Comma-separated. [all]")] = None,
    average: Annotated[bool | None, typer.Option("--average", help="The mean over subjects, with an interval.")] = None,
    width: Annotated[str | None, typer.Option(help="A journal's width; a wrong name lists them.")] = None,
    figure: Annotated[str | None, typer.Option(help="Formats of the figures: pdf,svg,png")] = None,
    style: TableStyle = None,
    config: ConfigFile = None,
    out: Out = None,
    force: Force = False,
) -> None:
    """Analyse recalls: memlab analyze class.csv --analysis spc,lag_crp --out results.

    Without --out the tables go to stdout; with it, tables and figures go to that folder.
    """
    from memlab.configuration import AnalyzeConfig

    given = {
        "file": str(file),
        "analyses": analyses,
        "conditions": conditions,
        "average": average,
        "width": width,
        "format": figure,
    }
    run(AnalyzeConfig.load(config, given), out, force, style)


def run(config: object, out: object, force: bool, style: object = None) -> None:
    """Analyse as configured: to stdout, or to a folder."""
    from memlab.cli.console import say, show_tables
    from memlab.configuration import AnalyzeConfig
    from memlab.runs.analyze import analysis_tables, write_analysis

    assert isinstance(config, AnalyzeConfig)
    if out is None:
        show_tables(analysis_tables(config), style)  # type: ignore[arg-type]
    else:
        write_analysis(config, Path(str(out)), force)
        say(f"tables and figures are in {out}", out=str(out))
