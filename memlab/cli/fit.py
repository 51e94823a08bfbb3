"""``memlab fit``: a model's parameters fitted to people's curves."""

from __future__ import annotations

from typing import Annotated

import typer

from memlab.cli.options import ConfigFile, Force, Jobs, Out, Seed, choices, cores, numbers

__all__ = ["fit"]


def fit(
    model: Annotated[str, typer.Argument(help="A model; see memlab models.")],
    data: Annotated[str | None, typer.Option(help="A shipped data set, or a file. [murdock1962]")] = None,
    conditions: Annotated[str | None, typer.Option(help="Comma-separated. [all]")] = None,
    objective: Annotated[
        str | None, typer.Option(help="curves: weighted distance on SPC, first recall, lag-CRP.")
    ] = None,
    per: Annotated[str | None, typer.Option(help="group (one set for all conditions) or condition.")] = None,
    half: Annotated[str | None, typer.Option(help="Whose curves: fit, score or all. [fit]")] = None,
    weights: Annotated[str | None, typer.Option(help="se (1/SE²) or equal (plain MSE). [se]")] = None,
    free: Annotated[str | None, typer.Option(help="Parameters to fit, comma-separated. [all not fixed]")] = None,
    fixed: Annotated[list[str] | None, typer.Option("--fixed", help="NAME=VALUE; may be repeated.")] = None,
    option: Annotated[
        list[str] | None, typer.Option("--option", help="A model's option, NAME=VALUE; may be repeated.")
    ] = None,
    lists: Annotated[int | None, typer.Option(help="Simulated lists a pseudo-subject.")] = None,
    subjects: Annotated[int | None, typer.Option(help="Pseudo-subjects a condition.")] = None,
    generations: Annotated[int | None, typer.Option(help="Of differential evolution, at most. [150]")] = None,
    seed: Seed = None,
    jobs: Jobs = None,
    config: ConfigFile = None,
    out: Out = None,
    force: Force = False,
) -> int:
    """Fit a model: memlab fit cmr --data murdock1962 --objective curves --out cmr.toml."""
    from memlab.configuration import FitConfig

    given = {
        "model": model,
        "data": data,
        "conditions": conditions,
        "objective": objective,
        "per": per,
        "half": half,
        "weights": weights,
        "free": free,
        "fixed": numbers(fixed),
        "options": choices(option),
        "lists": lists,
        "subjects": subjects,
        "generations": generations,
        "seed": seed,
    }
    return run(FitConfig.load(config, given), out, force, jobs)


def run(config: object, out: object, force: bool, jobs: int | None) -> int:
    """Fit as configured, write the parameter set and print it."""
    from pathlib import Path

    from memlab.cli.console import progress_bar, say, show_table
    from memlab.configuration import FitConfig
    from memlab.core.errors import OutputExists
    from memlab.data.parameter_sets import write_parameter_set
    from memlab.runs.fit import fit_configured

    assert isinstance(config, FitConfig)
    path = Path(str(out)) if out else None
    if path is not None and path.exists() and not force:
        raise OutputExists(f"{path} exists. Use --force to replace it, or another --out.")
    with progress_bar(f"fitting {config.model}") as progress:
        parameters, results = fit_configured(config, jobs=cores(jobs), progress=progress)
    if path is not None:
        write_parameter_set(parameters, path)
    rows = [(name, parameter, value) for name, r in results.items() for parameter, value in r.values.items()]
    show_table({k: [row[i] for row in rows] for i, k in enumerate(("conditions", "parameter", "value"))}, None)
    for name, result in results.items():
        bound = f"; on a bound: {', '.join(result.at_bound)}" if result.at_bound else ""
        why = result.message.rstrip(".")
        say(f"{name}: distance {result.objective:.4g} after {result.evaluations} evaluations: {why}{bound}")
    if any(result.message == "interrupted" for result in results.values()):
        return 130
    return 0 if all(result.converged for result in results.values()) else 4
