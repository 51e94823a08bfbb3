"""``memlab sweep``: a model's curves as one parameter moves."""

from __future__ import annotations

from typing import Annotated

import typer

from memlab.cli import completion
from memlab.cli.options import ConfigFile, Force, Jobs, Out, Seed, Settings, assignments, choices, cores, names, numbers

__all__ = ["sweep"]


def sweep(
    model: Annotated[
        str, typer.Argument(help="A model; memlab models NAME lists its parameters.", autocompletion=completion.models)
    ],
    param: Annotated[
        list[str] | None,
        typer.Option(help="NAME=START:STOP:N or NAME=A,B,C; a second one is drawn in columns of panels."),
    ] = None,
    data: Annotated[
        str | None,
        typer.Option(
            help="People, whose curves lie behind: a data set, or a file.", autocompletion=completion.data_sets
        ),
    ] = None,
    experiment: Annotated[
        str | None,
        typer.Option(help="Or the lists of a named experiment, without people.", autocompletion=completion.experiments),
    ] = None,
    conditions: Annotated[str | None, typer.Option(help="Of either, comma-separated. [all]")] = None,
    list_length: Annotated[int | None, typer.Option(help="Or lists of your own: items a list. [20]")] = None,
    seconds_per_item: Annotated[float | None, typer.Option(help="From one item to the next. [1]")] = None,
    distractor_seconds: Annotated[
        float | None, typer.Option(help="Distraction before each item but the first. [0]")
    ] = None,
    delay_seconds: Annotated[float | None, typer.Option(help="Distraction before the test. [0]")] = None,
    lists: Annotated[int | None, typer.Option(help="Lists a pseudo-subject. [80, or as many as people had]")] = None,
    subjects: Annotated[int | None, typer.Option(help="Pseudo-subjects. [15, or as many as people]")] = None,
    replications: Annotated[
        int | None, typer.Option(help="Simulated experiments. [4; with trained networks one each]")
    ] = None,
    settings: Settings = None,
    option: Annotated[
        list[str] | None, typer.Option("--option", help="A model's option, NAME=VALUE; may be repeated.")
    ] = None,
    width: Annotated[str | None, typer.Option(help="A journal's width; a wrong name lists them.")] = None,
    formats: Annotated[str | None, typer.Option("--format", help="Of the figure: pdf,svg,png")] = None,
    seed: Seed = None,
    jobs: Jobs = None,
    config: ConfigFile = None,
    out: Out = None,
    force: Force = False,
) -> int:
    """Move a parameter: memlab sweep cmr --param beta_enc=0.1:0.9:9 --data murdock1962 --out sweep."""
    from memlab.configuration import SweepConfig

    given = {
        "model": model,
        "param": assignments(param) or None,
        "data": data,
        "experiment": experiment,
        "conditions": names(conditions),
        "list_length": list_length,
        "seconds_per_item": seconds_per_item,
        "distractor_seconds": distractor_seconds,
        "delay_seconds": delay_seconds,
        "lists": lists,
        "subjects": subjects,
        "replications": replications,
        "values": numbers(settings),
        "options": choices(option),
        "width": width,
        "format": formats,
        "seed": seed,
    }
    return run(SweepConfig.load(config, given), out, force, jobs)


def run(config: object, out: object, force: bool, jobs: int | None) -> int:
    """Run a configured sweep and leave its folder."""
    from pathlib import Path

    from memlab.cli.console import progress_bar, say
    from memlab.configuration import SweepConfig
    from memlab.run_folder import free_folder
    from memlab.runs.sweep import sweep_configured

    assert isinstance(config, SweepConfig)
    folder = Path(str(out)) if out else free_folder(f"memlab-sweep-{config.model}")
    with progress_bar("simulating") as progress:
        found = sweep_configured(config, out=folder, force=force, jobs=cores(jobs), progress=progress)
    what = "interrupted; what was finished is" if found.interrupted else "figure and table are"
    say(f"{what} in {folder}", out=folder)
    return 130 if found.interrupted else 0
