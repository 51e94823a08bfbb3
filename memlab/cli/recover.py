"""``memlab recover``: which parameters come back from simulated subjects, and which models can be told apart."""

from __future__ import annotations

from typing import Annotated

import typer

from memlab.cli import completion
from memlab.cli.options import ConfigFile, Force, Jobs, Out, Seed, Settings, choices, cores, names, numbers

__all__ = ["recover"]


def recover(
    model: Annotated[
        str | None, typer.Argument(help="A model, whose parameters are recovered.", autocompletion=completion.models)
    ] = None,
    models: Annotated[
        str | None,
        typer.Option(help="Or several, comma-separated: who wins for whose data.", autocompletion=completion.models),
    ] = None,
    data: Annotated[
        str | None,
        typer.Option(
            help="People whose lists the simulated subjects get: a data set, or a file.",
            autocompletion=completion.data_sets,
        ),
    ] = None,
    experiment: Annotated[
        str | None, typer.Option(help="Or the lists of a named experiment.", autocompletion=completion.experiments)
    ] = None,
    conditions: Annotated[str | None, typer.Option(help="Of either, comma-separated. [all]")] = None,
    list_length: Annotated[int | None, typer.Option(help="Or lists of your own: items a list. [20]")] = None,
    seconds_per_item: Annotated[float | None, typer.Option(help="From one item to the next. [1]")] = None,
    distractor_seconds: Annotated[
        float | None, typer.Option(help="Distraction before each item but the first. [0]")
    ] = None,
    delay_seconds: Annotated[float | None, typer.Option(help="Distraction before the test. [0]")] = None,
    lists: Annotated[int | None, typer.Option(help="Lists a subject. [80, or as many as people had]")] = None,
    n: Annotated[int | None, typer.Option("--n", "--subjects", help="Simulated subjects, of each model. [30]")] = None,
    truth: Annotated[
        str | None,
        typer.Option(help="True values: around preset or defaults, uniform, or a folder of fits. [preset]"),
    ] = None,
    spread: Annotated[
        float | None, typer.Option(help="SD of true values in logits of their place in the range. [0.5; of fits 0]")
    ] = None,
    settings: Settings = None,
    option: Annotated[
        list[str] | None, typer.Option("--option", help="A model's option, NAME=VALUE; may be repeated.")
    ] = None,
    free: Annotated[
        str | None, typer.Option(help="Parameters to recover, comma-separated. [all that lists tell]")
    ] = None,
    fixed: Annotated[list[str] | None, typer.Option("--fixed", help="NAME=VALUE, true and known; repeatable.")] = None,
    method: Annotated[str | None, typer.Option(help="de, lbfgs or cma. [de]")] = None,
    restarts: Annotated[int | None, typer.Option(help="Of each fit. [3]")] = None,
    profiles: Annotated[int | None, typer.Option(help="Subjects whose profile likelihoods are drawn. [2]")] = None,
    criterion: Annotated[
        str | None, typer.Option(help="Of --models: bic, aic, aicc, held_out, or curves (open to every theory). [bic]")
    ] = None,
    folds: Annotated[int | None, typer.Option(help="Of held_out. [5]")] = None,
    width: Annotated[str | None, typer.Option(help="A journal's width; a wrong name lists them.")] = None,
    formats: Annotated[str | None, typer.Option("--format", help="Of the figures: pdf,svg,png")] = None,
    seed: Seed = None,
    jobs: Jobs = None,
    config: ConfigFile = None,
    out: Out = None,
    force: Force = False,
    resume: Annotated[bool, typer.Option("--resume", help="Go on with an interrupted run in --out.")] = False,
) -> int:
    """Recover parameters or models: memlab recover cmr --data murdock1962 --conditions 20-1 --out recovery."""
    from memlab.configuration import RecoverConfig

    given = {
        "model": model,
        "models": names(models),
        "data": data,
        "experiment": experiment,
        "conditions": names(conditions),
        "list_length": list_length,
        "seconds_per_item": seconds_per_item,
        "distractor_seconds": distractor_seconds,
        "delay_seconds": delay_seconds,
        "lists": lists,
        "n": n,
        "truth": truth,
        "spread": spread,
        "values": numbers(settings),
        "options": choices(option),
        "free": names(free),
        "fixed": numbers(fixed),
        "method": method,
        "restarts": restarts,
        "profiles": profiles,
        "criterion": criterion,
        "folds": folds,
        "width": width,
        "format": formats,
        "seed": seed,
    }
    return run(RecoverConfig.load(config, given), out, force, jobs, resume)


def run(config: object, out: object, force: bool, jobs: int | None, resume: bool = False) -> int:
    """Run a configured recovery, leave its folder and print the summary."""
    from pathlib import Path

    from memlab.cli.console import progress_bar, quiet, say, show_text_table
    from memlab.configuration import RecoverConfig
    from memlab.recovery import Recovery
    from memlab.recovery_report import recovery_summary
    from memlab.run_folder import free_folder
    from memlab.runs.recover import recover_configured

    assert isinstance(config, RecoverConfig)
    named = config.model or "models"
    folder = Path(str(out)) if out else free_folder(f"memlab-recover-{named}")
    with progress_bar("recovering") as progress:
        found = recover_configured(config, out=folder, force=force, resume=resume, jobs=cores(jobs), progress=progress)
    if not quiet() and found.subjects:
        if isinstance(found, Recovery):
            show_text_table(*recovery_summary(found), name="recovery", numbers=found.recovery())
        else:
            rows = [[n, *(f"{c:g}" for c in row)] for n, row in zip(found.plan.names, found.counts(), strict=True)]
            show_text_table(
                ["simulated by", *found.plan.names], rows, "which model wins", name="wins", numbers=found.confusion()
            )
    stopped = "interrupted; go on with --resume; what was finished is"
    what = stopped if found.interrupted else "figures, tables and report are"
    say(f"{what} in {folder}", out=folder)
    return 130 if found.interrupted else 0
