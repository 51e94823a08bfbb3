"""``memlab data``: human data shipped as numbers, brought as files, or downloaded."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from memlab.cli import completion
from memlab.cli.help_pages import MemlabCommand, subcommands
from memlab.cli.options import ColumnMapFile, Force, ListsFile, ListsPerSubject, Out, SecondsPerItem, TableStyle, rates

__all__ = ["app"]

app = subcommands("List, show, import and fetch human data.")


@app.command("list", cls=MemlabCommand)
def list_data(style: TableStyle = None) -> None:
    """List the data sets that are shipped as curves: memlab data list."""
    from memlab.cli.console import show_table
    from memlab.data import list_references, load

    found = [load(name) for name in list_references()]
    show_table(
        {
            "data": [r.name for r in found],
            "paradigm": [r.paradigm for r in found],
            "conditions": [", ".join(r.conditions) for r in found],
            "citation": [r.citation for r in found],
        },
        style,
        "data",
    )


@app.command("show", cls=MemlabCommand)
def show(
    name: Annotated[str, typer.Argument(help="A data set; see memlab data list.", autocompletion=completion.data_sets)],
    style: TableStyle = None,
) -> None:
    """Show one data set's curves, with their source: memlab data show murdock1962."""
    from memlab.cli.console import say, show_table
    from memlab.data import load

    reference = load(name)
    say(f"{reference.name}: {reference.citation}\n{reference.split}")
    for caveat in reference.caveats:
        say(f"- {caveat}")
    show_table(reference.columns(), style, "curves")


@app.command("import", cls=MemlabCommand)
def import_(
    file: Annotated[Path, typer.Argument(help="A file of recalls in any format; see memlab data formats.")],
    out: Out = None,
    kind: Annotated[
        str | None,
        typer.Option(
            "--from",
            "--as",
            help="The file's format; see memlab data formats. [told from the file]",
            autocompletion=completion.formats,
        ),
    ] = None,
    columns: ColumnMapFile = None,
    lists: ListsFile = None,
    lists_per_subject: ListsPerSubject = None,
    seconds_per_item: SecondsPerItem = None,
    force: Force = False,
) -> None:
    """Turn a file of recalls into the long table: memlab data import fr20-1.txt --out table.csv."""
    from memlab.cli.console import say
    from memlab.data import convert

    target = out or Path(f"{file.stem}-table.csv")
    done = convert(
        file,
        target,
        from_format=kind,
        to_format="table",
        force=force,
        columns=columns,
        lists=lists,
        lists_per_subject=lists_per_subject,
        seconds_per_item=rates(seconds_per_item),
    )
    say(f"{sum(data.n_lists for data in done.conditions.values())} lists are in {target}", out=target)


@app.command("formats", cls=MemlabCommand)
def formats(style: TableStyle = None) -> None:
    """List the formats of recalls that are read and written: memlab data formats."""
    from memlab.cli.console import show_table
    from memlab.data import FORMATS

    show_table(
        {
            "format": list(FORMATS),
            "written": ["yes" if one.writes else "no" for one in FORMATS.values()],
            "what": [one.what for one in FORMATS.values()],
        },
        style,
        "formats",
    )


@app.command("fetch", cls=MemlabCommand)
def fetch(
    name: Annotated[str, typer.Argument(help="A data set.", autocompletion=completion.data_sets)],
    base_url: Annotated[str | None, typer.Option(help="Another place that holds the same files.")] = None,
) -> None:
    """Download trial-level data, checked against its checksums: memlab data fetch murdock1962."""
    from memlab.cli.console import say
    from memlab.data.fetch import fetch as fetch_data

    path = fetch_data(name, base_url=base_url)
    say(f"the long table is {path}", out=path)
