"""``memlab gather``: the pieces of a fit that was done as an array, joined."""

from __future__ import annotations

from typing import Annotated

import typer

from memlab.cli.options import Force, Out, TableStyle

__all__ = ["gather"]


def gather(
    folders: Annotated[list[str], typer.Argument(help="Folders of memlab fit, or the one above those of an array.")],
    style: TableStyle = None,
    out: Out = None,
    force: Force = False,
) -> int:
    """Join the fits of an array: memlab gather cmr-fits.

    Ends with 4 where fits are missing or did not settle.
    """
    from memlab.cli.console import say, show_table
    from memlab.runs.gather import gather as join

    found = join(folders, out, force=force)
    show_table({"who": [fit.who for fit in found.fits], "value": [fit.value for fit in found.fits]}, style, "fits")
    say(f"{len(found.fits)} fits are in {found.place}/fits.csv.", out=found.place)
    if found.missing:
        say(
            f"missing: {', '.join(found.missing)}. Fit them with memlab fit … --resume, and gather again.",
            missing=found.missing,
        )
    return 4 if found.missing or not all(fit.converged for fit in found.fits) else 0
