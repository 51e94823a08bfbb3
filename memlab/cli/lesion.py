"""``memlab lesion``: a model with parts taken out, on the same lists as the intact one."""

from __future__ import annotations

from typing import Annotated

import typer

from memlab.cli import completion
from memlab.cli.options import ConfigFile, Force, Jobs, Out, Seed, Settings, choices, cores, names, numbers

__all__ = ["lesion"]


def lesion(
    model: Annotated[
        str, typer.Argument(help="A model; memlab models NAME lists its lesions.", autocompletion=completion.models)
    ],
    what: Annotated[
        str | None,
        typer.Option(help="Words with commas between, each on its own; joined by +, at once: slots:6+decay."),
    ] = None,
    data: Annotated[
        str | None,
        typer.Option(
            help="People and their lists: a shipped data set, or a file. [murdock1962]",
            autocompletion=completion.data_sets,
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
    lists: Annotated[int | None, typer.Option(help="Lists a pseudo-subject. [as many as people had]")] = None,
    subjects: Annotated[int | None, typer.Option(help="Pseudo-subjects a condition. [as many as people]")] = None,
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
    """Take parts out of a model: memlab lesion sam --what hm,kf,buffer --conditions 20-1 --out lesions."""
    from memlab.configuration import LesionConfig

    given = {
        "model": model,
        "what": what,
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
    return run(LesionConfig.load(config, given), out, force, jobs)


def run(config: object, out: object, force: bool, jobs: int | None) -> int:
    """Run configured lesions, leave their folder and print the summary."""
    from pathlib import Path

    from memlab.cli.console import progress_bar, quiet, say, show_text_table
    from memlab.configuration import LesionConfig
    from memlab.lesion_report import lesion_summary
    from memlab.run_folder import free_folder
    from memlab.runs.lesion import lesion_configured

    assert isinstance(config, LesionConfig)
    folder = Path(str(out)) if out else free_folder(f"memlab-lesion-{config.model}")
    with progress_bar("simulating") as progress:
        found = lesion_configured(config, out=folder, force=force, jobs=cores(jobs), progress=progress)
    if not quiet():
        title = "means over conditions; RMSD from people (x noise ceiling)"
        show_text_table(*lesion_summary(found), title, name="scores", numbers=found.scores())
    what = "interrupted; what was finished is" if found.interrupted else "figure, tables and report are"
    say(f"{what} in {folder}", out=folder)
    return 130 if found.interrupted else 0
