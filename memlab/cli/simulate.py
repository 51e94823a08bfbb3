"""``memlab simulate``: a model's recalls as a long table."""

from __future__ import annotations

from typing import Annotated

import typer

from memlab.cli.options import ConfigFile, Force, Out, Seed, Settings, choices, names, numbers

__all__ = ["simulate"]


def simulate(
    model: Annotated[str, typer.Argument(help="A model; see memlab models.")],
    experiment: Annotated[
        str | None,
        typer.Option(help="A named experiment: murdock1962, farrell_lewandowsky2012_e2, … Or describe your own:"),
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
    lists: Annotated[int | None, typer.Option(help="Lists a subject.")] = None,
    subjects: Annotated[int | None, typer.Option(help="Subjects.")] = None,
    settings: Settings = None,
    option: Annotated[
        list[str] | None, typer.Option("--option", help="A model's option, NAME=VALUE; may be repeated.")
    ] = None,
    seed: Seed = None,
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
        "lists": lists,
        "subjects": subjects,
        "values": numbers(settings),
        "options": choices(option),
        "seed": seed,
    }
    run(SimulateConfig.load(config, given), out, force)


def run(config: object, out: object, force: bool) -> None:
    """Simulate as configured and write the table, or print it."""
    import sys
    from pathlib import Path

    from memlab.cli.console import say
    from memlab.configuration import SimulateConfig
    from memlab.core.errors import OutputExists
    from memlab.core.files import csv_text
    from memlab.core.table import table_columns, write_table
    from memlab.runs.simulate import simulate_configured

    assert isinstance(config, SimulateConfig)
    path = Path(str(out)) if out else None
    if path is not None and path.exists() and not force:
        raise OutputExists(f"{path} exists. Use --force to replace it, or another --out.")
    conditions = simulate_configured(config)
    if path is None:
        sys.stdout.write(csv_text(table_columns(conditions)))
    else:
        write_table(conditions, path)
        say(f"{sum(data.n_lists for data in conditions.values())} lists are in {path}")
