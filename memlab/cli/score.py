"""``memlab score``: what people typed, turned into items, repetitions and intrusions."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from memlab.cli.options import ConfigFile, Force, Out, TableStyle

__all__ = ["score"]


def score(
    file: Annotated[
        Path,
        typer.Argument(help="A long table with what was typed as item; or, with --lists: subject, list, response."),
    ],
    lists: Annotated[
        str | None, typer.Option(help="A file of what was studied: list, position, item[, subject].")
    ] = None,
    pool: Annotated[
        str | None, typer.Option(help="Further words that may be meant: a file, a word a line, or nouns.")
    ] = None,
    letters_per_edit: Annotated[
        int | None, typer.Option(help="One slip is forgiven for each so many letters of a word; 0: none. [4]")
    ] = None,
    plurals: Annotated[
        bool | None, typer.Option("--plurals/--no-plurals", help="Whether a plural stands for its singular. [yes]")
    ] = None,
    blanks: Annotated[str | None, typer.Option(help="No answer: drop, or omission in serial recall. [drop]")] = None,
    corrections: Annotated[
        str | None, typer.Option(help="Decisions of an earlier scoring, with words in their column corrected.")
    ] = None,
    style: TableStyle = None,
    config: ConfigFile = None,
    out: Out = None,
    force: Force = False,
) -> None:
    """Score typed answers: memlab score typed.csv --lists lists.csv --out scored.

    scored/table.csv is the long table that every other command reads; scored/decisions.csv has what was typed, what it
    was taken for, by which rule, at which distance, and what came next. Without --out the decisions go to stdout.
    """
    from memlab.configuration import ScoreConfig

    given = {
        "file": str(file),
        "lists": lists,
        "pool": pool,
        "letters_per_edit": letters_per_edit,
        "plurals": plurals,
        "blanks": blanks,
        "corrections": corrections,
    }
    run(ScoreConfig.load(config, given), out, force, style)


def run(config: object, out: object, force: bool, style: object = None) -> None:
    """Score as configured: decisions to stdout, or everything to a folder."""
    from memlab.cli.console import say, show_table
    from memlab.configuration import ScoreConfig
    from memlab.runs.score import score_configured, told, write_scoring

    assert isinstance(config, ScoreConfig)
    scored = score_configured(config) if out is None else write_scoring(config, str(out), force)
    if out is None:
        show_table(scored.decisions, style, "decisions")  # type: ignore[arg-type]
    for line in told(scored):
        say(line)
    if out is not None:
        say(f"the long table and every decision are in {out}", out=str(out))
