"""``memlab compare``: people and models on the same lists, as one figure, one table and a report."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from memlab.cli import completion
from memlab.cli.options import ConfigFile, Force, Jobs, Out, Seed, cores, options_by_model

Options = dict[str, dict[str, bool | str]]
if TYPE_CHECKING:
    from memlab.comparison import Comparison
    from memlab.diagnosis.diagnosis import Diagnosis

__all__ = ["compare"]


def compare(
    paradigm: Annotated[str | None, typer.Option(help="free_recall or serial_recall. [free_recall]")] = None,
    models: Annotated[
        str | None, typer.Option(help="Comma-separated; see memlab models. [all]", autocompletion=completion.models)
    ] = None,
    data: Annotated[
        str | None,
        typer.Option(
            help="A shipped data set, or a file. [murdock1962; of serial recall farrell_lewandowsky2012_e2]",
            autocompletion=completion.data_sets,
        ),
    ] = None,
    conditions: Annotated[str | None, typer.Option(help="Comma-separated; see memlab data show. [all]")] = None,
    lists: Annotated[int | None, typer.Option(help="Lists a pseudo-subject. [as many as people had]")] = None,
    subjects: Annotated[int | None, typer.Option(help="Pseudo-subjects a condition. [as many as people]")] = None,
    replications: Annotated[
        int | None, typer.Option(help="Simulated experiments. [until the Monte-Carlo error is small]")
    ] = None,
    per_condition: Annotated[
        bool | None, typer.Option("--per-condition", help="Use each condition's own parameters where a set has them.")
    ] = None,
    fitted_by: Annotated[
        str | None,
        typer.Option(help="Parameters by likelihood (where a model has one) or curves (for all). [likelihood]"),
    ] = None,
    diagnosis: Annotated[
        bool | None, typer.Option(help="Of serial recall: also tell theories apart by their signatures.")
    ] = None,
    parameters: Annotated[
        list[str] | None,
        typer.Option("--parameters", help="A file of values that memlab fit wrote; may be repeated. [shipped sets]"),
    ] = None,
    option: Annotated[
        list[str] | None,
        typer.Option("--option", help="A model's option, MODEL.NAME=VALUE: dnc.weights=runs/mine; may be repeated."),
    ] = None,
    layout: Annotated[str | None, typer.Option(help="conditions (all overlaid) or models (a panel each).")] = None,
    width: Annotated[str | None, typer.Option(help="A journal's width; a wrong name lists them.")] = None,
    formats: Annotated[str | None, typer.Option("--format", help="Of the figure: pdf,svg,png")] = None,
    seed: Seed = None,
    jobs: Jobs = None,
    config: ConfigFile = None,
    out: Out = None,
    force: Force = False,
) -> int:
    """Compare models with people: memlab compare --paradigm free_recall --out results."""
    from memlab.configuration import CompareConfig

    values, options = _of_files(parameters or [], options_by_model(option) or {})
    given = {
        "paradigm": paradigm,
        "models": models,
        "data": data,
        "conditions": conditions,
        "lists": lists,
        "subjects": subjects,
        "replications": replications,
        "per_condition": per_condition,
        "fitted_by": fitted_by,
        "diagnosis": diagnosis,
        "values": values or None,
        "options": options or None,
        "layout": layout,
        "width": width,
        "format": formats,
        "seed": seed,
    }
    return run(CompareConfig.load(config, given), out, force, jobs)


def _of_files(paths: list[str], asked: Options) -> tuple[dict[str, dict[str, float]], Options]:
    """Return the values of parameter sets by model, and their options with those asked for, which come before."""
    if not paths:
        return {}, asked
    from memlab.core.errors import UsageError
    from memlab.data.parameter_sets import read_parameter_set

    sets = [read_parameter_set(path) for path in paths]
    names = [one.model for one in sets]
    for path, name in zip(paths, names, strict=True):
        if names.count(name) > 1:
            raise UsageError(f"{path}: there are two files with values of {name}; give one a model.")
    options = {one.model: dict(one.options) for one in sets if one.options}
    for name, chosen in asked.items():
        options[name] = {**options.get(name, {}), **chosen}
    return {one.model: dict(one.values) for one in sets}, options


def run(config: object, out: object, force: bool, jobs: int | None) -> int:
    """Run a configured comparison, leave its folder and print the summary."""
    from pathlib import Path

    from memlab.cli.console import progress_bar, say
    from memlab.configuration import CompareConfig
    from memlab.run_folder import free_folder
    from memlab.runs.compare import compare_configured

    assert isinstance(config, CompareConfig)
    folder = Path(str(out)) if out else free_folder(f"memlab-{config.paradigm}")
    with progress_bar("simulating") as progress:
        result = compare_configured(config, out=folder, force=force, jobs=cores(jobs), progress=progress)
    _print_summary(result)
    what = "interrupted; what was finished is" if result.interrupted else "figure, tables and report are"
    say(f"{what} in {folder}", out=folder)
    return 130 if result.interrupted else 0


def _print_summary(result: Comparison) -> None:
    from memlab.cli.console import quiet, show_text_table
    from memlab.report import summary_head, summary_rows, summary_title

    if not quiet():
        head, title = summary_head(result), summary_title(result)
        show_text_table(head, summary_rows(result), title, name="scores", numbers=result.scores())
    if not quiet() and result.diagnosis is not None:
        _print_diagnosis(result.diagnosis)


MOST_TABLES = 3
"""Conditions whose diagnosis is printed; that of all is in the report."""


def _print_diagnosis(diagnosis: Diagnosis) -> None:
    from memlab.cli.console import show_text_table
    from memlab.diagnosis.report import summary_head, summary_rows

    for condition in diagnosis.people.conditions[:MOST_TABLES]:
        title = f"Signatures, {condition.name}: ✓ goes the way of people, ✗ does not, ? open, = within their interval"
        rows = summary_rows(diagnosis, condition.name)
        show_text_table(summary_head(), rows, title, name="diagnosis", numbers=diagnosis.columns())
