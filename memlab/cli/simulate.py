"""``memlab simulate``: a model's recalls as a long table."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated

import typer

from memlab.cli import completion
from memlab.cli.options import ConfigFile, Force, Out, Seed, Settings, TableStyle, choices, names, numbers

__all__ = ["simulate"]


def simulate(
    model: Annotated[str, typer.Argument(help="A model; see memlab models.", autocompletion=completion.models)],
    experiment: Annotated[
        str | None,
        typer.Option(
            help="A named experiment: murdock1962, farrell_lewandowsky2012_e2, … Or describe your own:",
            autocompletion=completion.experiments,
        ),
    ] = None,
    paradigm: Annotated[
        str | None, typer.Option(help="free_recall or serial_recall. [the experiment's; free_recall]")
    ] = None,
    conditions: Annotated[str | None, typer.Option(help="Of the experiment, comma-separated. [all]")] = None,
    list_length: Annotated[int | None, typer.Option(help="Items a list. [20; 6 in serial recall]")] = None,
    seconds_per_item: Annotated[float | None, typer.Option(help="From one item to the next. [1]")] = None,
    distractor_seconds: Annotated[
        float | None, typer.Option(help="Distraction before each item but the first. [0]")
    ] = None,
    delay_seconds: Annotated[float | None, typer.Option(help="Distraction before the test. [0]")] = None,
    direction: Annotated[
        str | None, typer.Option(help="Of serial recall: forward, backward or probed. [forward]")
    ] = None,
    omissions_allowed: Annotated[
        bool | None,
        typer.Option("--omissions/--no-omissions", help="Of serial recall: whether a place may be left blank."),
    ] = None,
    length_known: Annotated[
        bool | None,
        typer.Option("--length-known/--length-unknown", help="Of serial recall: whether people know the length."),
    ] = None,
    lists: Annotated[int | None, typer.Option(help="Lists a subject.")] = None,
    subjects: Annotated[int | None, typer.Option(help="Subjects.")] = None,
    settings: Settings = None,
    option: Annotated[
        list[str] | None, typer.Option("--option", help="A model's option, NAME=VALUE; may be repeated.")
    ] = None,
    seed: Seed = None,
    style: TableStyle = None,
    config: ConfigFile = None,
    out: Out = None,
    force: Force = False,
) -> None:
    """Simulate recalls: memlab simulate cmr --experiment murdock1962 --set beta_enc=0.5 --out recalls.csv."""
    from memlab.configuration import SimulateConfig

    given = {
        "model": model,
        "experiment": experiment,
        "paradigm": paradigm,
        "conditions": names(conditions),
        "list_length": list_length,
        "seconds_per_item": seconds_per_item,
        "distractor_seconds": distractor_seconds,
        "delay_seconds": delay_seconds,
        "direction": direction,
        "omissions_allowed": omissions_allowed,
        "length_known": length_known,
        "lists": lists,
        "subjects": subjects,
        "values": numbers(settings),
        "options": choices(option),
        "seed": seed,
    }
    run(SimulateConfig.load(config, given), out, force, style)


def run(config: object, out: object, force: bool, style: object = None) -> None:
    """Simulate as configured and write the table, or print it."""
    from memlab.cli.console import progress_bar, say, show_table, wants_json
    from memlab.configuration import SimulateConfig
    from memlab.core.table import table_columns
    from memlab.runs.simulate import simulate_configured, write_simulation

    assert isinstance(config, SimulateConfig)
    if out is not None:
        with progress_bar("simulating") as progress:
            n_lists = _or_not_at_all(lambda: write_simulation(config, str(out), force, progress), out)
        say(f"{n_lists} lists are in {out}", out=str(out))
    elif wants_json() or style not in (None, "csv"):
        columns = table_columns(simulate_configured(config))
        show_table(columns, style, "recalls")  # type: ignore[arg-type]
    else:
        _print_pieces(config)


def _or_not_at_all(write: Callable[[], int], out: object) -> int:
    """Write; where Ctrl-C ends it, say what has become of the output."""
    from memlab.cli.console import say

    try:
        return write()
    except KeyboardInterrupt:
        say(f"{out} was not written: a simulation is written whole or not at all.")
        raise


def _print_pieces(config: object) -> None:
    """Print the table as CSV, piece by piece."""
    import sys

    from memlab.core.files import csv_text
    from memlab.core.table import table_columns
    from memlab.runs.simulate import pieces_configured

    for n, piece in enumerate(pieces_configured(config)):  # type: ignore[arg-type]
        sys.stdout.write(csv_text(table_columns(piece), header=n == 0))
