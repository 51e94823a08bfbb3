"""``memlab fit``: a model's parameters fitted to people, by likelihood, curves or counts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from memlab.cli import completion
from memlab.cli.options import ConfigFile, Force, Jobs, Out, Seed, TableStyle, choices, cores, numbers

if TYPE_CHECKING:
    from memlab.cli.console import TableFormat
    from memlab.configuration import FitConfig
    from memlab.core.files import Columns
    from memlab.fitting.jobs import Workers
    from memlab.fitting.result import Fit
    from memlab.runs.fit import FitRun

__all__ = ["fit"]


def fit(
    model: Annotated[str, typer.Argument(help="A model; see memlab models.", autocompletion=completion.models)],
    data: Annotated[
        str | None,
        typer.Option(
            help="Single lists (a file), or a shipped data set. [murdock1962]", autocompletion=completion.data_sets
        ),
    ] = None,
    conditions: Annotated[str | None, typer.Option(help="Comma-separated. [all]")] = None,
    only: Annotated[str | None, typer.Option(help="Subjects, comma-separated; of single lists. [all]")] = None,
    objective: Annotated[
        str | None,
        typer.Option(help="likelihood, curves or counts. [likelihood of single lists, if the model has one]"),
    ] = None,
    per: Annotated[
        str | None,
        typer.Option(help="group (one set for all), condition (also one for each) or subject. [group]"),
    ] = None,
    half: Annotated[str | None, typer.Option(help="Whose lists: fit, score or all. [fit; of subjects all]")] = None,
    events: Annotated[
        str | None, typer.Option(help="Lists with repeats and intrusions: drop_events or drop_lists. [drop_events]")
    ] = None,
    weights: Annotated[str | None, typer.Option(help="Of curves: se (1/SE²) or equal (plain MSE). [se]")] = None,
    similarity: Annotated[str | None, typer.Option(help="A file with the similarity of the words.")] = None,
    free: Annotated[
        str | None, typer.Option(help="Parameters to fit, comma-separated. [all not fixed that the data can tell]")
    ] = None,
    fixed: Annotated[list[str] | None, typer.Option("--fixed", help="NAME=VALUE; may be repeated.")] = None,
    option: Annotated[
        list[str] | None, typer.Option("--option", help="A model's option, NAME=VALUE; may be repeated.")
    ] = None,
    folds: Annotated[int | None, typer.Option(help="Also score lists held out: in so many parts.")] = None,
    method: Annotated[str | None, typer.Option(help="de, lbfgs or cma. [de]")] = None,
    start: Annotated[str | None, typer.Option(help="A parameter set to start from. [the defaults]")] = None,
    restarts: Annotated[int | None, typer.Option(help="Runs of the optimiser. [3; curves 1]")] = None,
    tolerance: Annotated[float | None, typer.Option(help="When the search has settled. [0.01; curves 0.02]")] = None,
    generations: Annotated[int | None, typer.Option(help="Of the search, at most. [1000; curves 150]")] = None,
    lists: Annotated[int | None, typer.Option(help="Of curves: simulated lists a pseudo-subject.")] = None,
    subjects: Annotated[int | None, typer.Option(help="Of curves: pseudo-subjects a condition.")] = None,
    seed: Seed = None,
    jobs: Jobs = None,
    backend: Annotated[str | None, typer.Option(help="local or dask. [local]")] = None,
    scheduler: Annotated[str | None, typer.Option(help="Of Dask: tcp://HOST:8786.")] = None,
    array_index: Annotated[int | None, typer.Option(help="Fit one share of the units only: which, from 0.")] = None,
    array_size: Annotated[int | None, typer.Option(help="How many shares; join them with memlab gather.")] = None,
    style: TableStyle = None,
    config: ConfigFile = None,
    out: Out = None,
    force: Force = False,
    resume: Annotated[bool, typer.Option("--resume", help="Go on with the run in --out.")] = False,
) -> int:
    """Fit a model: memlab fit cmr --data FILE --per subject --out cmr-fits."""
    from memlab.configuration import FitConfig
    from memlab.core.errors import UsageError
    from memlab.fitting.jobs import Workers

    given = {
        "model": model,
        "data": data,
        "conditions": conditions,
        "only": only,
        "objective": objective,
        "per": per,
        "half": half,
        "events": events,
        "weights": weights,
        "similarity": similarity,
        "free": free,
        "fixed": numbers(fixed),
        "options": choices(option),
        "folds": folds,
        "method": method,
        "start": start,
        "restarts": restarts,
        "tolerance": tolerance,
        "generations": generations,
        "lists": lists,
        "subjects": subjects,
        "seed": seed,
    }
    if (array_index is None) != (array_size is None):
        raise UsageError("--array-index and --array-size go together.")
    array = None if array_index is None or array_size is None else (array_index, array_size)
    workers = Workers(cores(jobs), backend or "local", scheduler)  # type: ignore[arg-type]  # checked there
    return run(FitConfig.load(config, given), workers, array, out, force=force, resume=resume, style=style)


def run(
    config: FitConfig,
    workers: Workers,
    array: tuple[int, int] | None,
    out: object,
    *,
    force: bool,
    resume: bool,
    style: TableFormat | None = None,
) -> int:
    """Fit as configured, and say what came of it."""
    from memlab.cli.console import progress_bar, say, show_table
    from memlab.runs.fit import fit_configured

    place = None if out is None else str(out)
    with progress_bar(f"fitting {config.model}") as progress:
        found = fit_configured(
            config, out=place, force=force, resume=resume, workers=workers, array=array, progress=progress
        )
    if found.fits:
        show_table(shown(found), style, "fits")
    for line in told(found):
        say(line, out=place)
    if found.interrupted:
        how = f" Go on with: the same command and --resume. What is finished is in {place}/fits." if place else ""
        say(f"interrupted: {len(found.fits)} of {len(found.units)} fits.{how}")
        return 130
    return 0 if found.converged else 4


def shown(found: FitRun) -> Columns:
    """Return what is printed: of subjects a row each with the free parameters, else a row a parameter."""
    first = found.fits[0]
    if first.unit == "subject":
        columns = found.columns()
        return {name: columns[name] for name in ("who", "value", *first.free)}
    rows = [(fit.who, name, value) for fit in found.fits for name, value in fit.values.items()]
    return {name: [row[i] for row in rows] for i, name in enumerate(("who", "parameter", "value"))}


def _left_out(fit: Fit) -> str:
    """Say what a likelihood does not look at, and what becomes of it."""
    errors = [f"{fit.dropped[name]} {name}" for name in ("repeats", "intrusions") if fit.dropped.get(name)]
    said = f"; {' and '.join(errors)} {fit.method.get('left_out', 'were dropped')}" if errors else ""
    lists = fit.dropped.get("lists")
    return f"{said}; {lists} lists with an error were left out" if lists else said


def told(found: FitRun) -> list[str]:
    """Return a line on each fit: what was minimised, whether it settled, and what a reader must know."""
    lines = []
    for fit in found.fits:
        what = f"distance {fit.value:.4g}" if fit.objective == "curves" else f"log-likelihood {fit.log_likelihood:.2f}"
        bound = f"; on a bound: {', '.join(fit.at_bound)}" if fit.at_bound else ""
        held = f"; held, as these lists cannot tell it: {', '.join(fit.method['held'])}" if "held" in fit.method else ""
        state = "" if fit.converged else " NOT CONVERGED:"
        lines.append(
            f"{fit.who}: {what} after {fit.evaluations} evaluations:{state} {fit.message}{bound}{held}{_left_out(fit)}"
        )
    return lines
