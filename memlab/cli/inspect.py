"""``memlab inspect``: what happens inside a trained network while it studies and recalls."""

from __future__ import annotations

from typing import Annotated

import typer

from memlab.cli import completion
from memlab.cli.options import ConfigFile, Force, Out, Seed

__all__ = ["inspect"]


def inspect(
    network: Annotated[
        str | None,
        typer.Argument(
            help="A trained network: dnc, dnc.blog, … or a name of weights. [dnc]", autocompletion=completion.weights
        ),
    ] = None,
    weights: Annotated[str | None, typer.Option(help="A file of weights instead, or one seed: dnc.set.seed2.")] = None,
    list_length: Annotated[int | None, typer.Option(help="Items a list. [the longest it was trained on]")] = None,
    trials: Annotated[int | None, typer.Option(help="Lists that the means are over. [200]")] = None,
    seed: Seed = None,
    width: Annotated[str | None, typer.Option(help="A journal's width; a wrong name lists them.")] = None,
    formats: Annotated[str | None, typer.Option("--format", help="Of the figures: pdf,svg,png")] = None,
    config: ConfigFile = None,
    out: Out = None,
    force: Force = False,
) -> None:
    """Look into a DNC: memlab inspect dnc --list-length 12 --out inside.

    trial shows the first list step by step: memory, usage, allocation, write and read weights, links, gates, read
    modes. means shows link and read weights by lag and what each way of reading carries; that table is printed.
    """
    from memlab.cli.console import say, show_table
    from memlab.configuration import InspectConfig
    from memlab.run_folder import free_folder
    from memlab.runs.inspect import inspect_configured

    given = {
        "network": network,
        "weights": weights,
        "list_length": list_length,
        "trials": trials,
        "seed": seed,
        "width": width,
        "format": formats,
    }
    resolved = InspectConfig.load(config, given)
    folder = out or free_folder(f"memlab-inspect-{resolved.network}")
    tables = inspect_configured(resolved, folder, force)
    show_table(tables["modes"], None, "modes")
    say(f"figures and tables are in {folder}", out=folder)
