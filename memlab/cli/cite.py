"""``memlab cite``: what to cite in a paper."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from memlab.cli import completion
from memlab.cli.options import TableStyle

__all__ = ["cite"]


def cite(
    names: Annotated[
        list[str] | None,
        typer.Argument(
            help="Models, data sets, analyses, or folders of runs. [memlab itself]", autocompletion=completion.models
        ),
    ] = None,
    bibtex: Annotated[bool, typer.Option("--bibtex", help="As BibTeX.")] = False,
    style: TableStyle = None,
) -> None:
    """Print what to cite: memlab cite cmr murdock1962 lag_crp, or memlab cite results --bibtex.

    Of the folder of a run: memlab, and every model, data set and analysis that the run used.
    """
    from memlab.citing import bibtex as as_bibtex
    from memlab.citing import sources_of, sources_of_run
    from memlab.cli.console import say, show_table, show_text, wants_json

    runs = [name for name in names or [] if Path(name).is_dir() or name.endswith(".json")]
    found = sources_of([name for name in names or [] if name not in runs])
    for run in runs:
        found += [source for source in sources_of_run(run) if source not in found]
    if bibtex and not wants_json():
        show_text(as_bibtex(found))
    elif style is None and not wants_json():
        show_text("\n".join(f"{source.name}: {source.citation}" for source in found))
    else:
        columns = {field: [getattr(source, field) for source in found] for field in ("what", "name", "citation")}
        show_table(columns, style, "sources")
        if bibtex:
            say("as BibTeX: in the field bibtex", bibtex=as_bibtex(found))
