"""``memlab convert``: a file of recalls from one format into another."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from memlab.cli import completion
from memlab.cli.options import ColumnMapFile, Force, FromFormat, ListsFile, ListsPerSubject, SecondsPerItem, rates

__all__ = ["convert"]


def convert(
    source: Annotated[Path, typer.Argument(metavar="IN", help="A file of recalls, or a folder of them.")],
    target: Annotated[Path, typer.Argument(metavar="OUT", help="The file to write; its ending may say the format.")],
    from_format: FromFormat = None,
    to_format: Annotated[
        str | None,
        typer.Option(
            "--to",
            help="The format to write; see memlab data formats. [told by OUT]",
            autocompletion=completion.formats,
        ),
    ] = None,
    columns: ColumnMapFile = None,
    lists: ListsFile = None,
    lists_per_subject: ListsPerSubject = None,
    seconds_per_item: SecondsPerItem = None,
    force: Force = False,
) -> None:
    """Convert a file of recalls: memlab convert data.mat class.csv.

    What the new format cannot say is named; memlab's own long table (table) says everything.
    """
    from memlab.cli.console import say
    from memlab.cli.validate import described
    from memlab.data import convert

    done = convert(
        source,
        target,
        from_format=from_format,
        to_format=to_format,
        force=force,
        columns=columns,
        lists=lists,
        lists_per_subject=lists_per_subject,
        seconds_per_item=rates(seconds_per_item),
    )
    say(f"{target} ({done.format}): {described(done.conditions)}", out=target, lost=list(done.lost))
    for what in done.lost:
        say(f"lost: {what}")
