"""``memlab evidence``: models weighed by the recall sequences of people, in one table."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from memlab.cli import completion
from memlab.cli.options import ConfigFile, Force, Jobs, Out, Seed, cores, names, options_by_model

if TYPE_CHECKING:
    from memlab.evidence import Evidence

__all__ = ["evidence"]


def evidence(
    models: Annotated[
        str | None, typer.Argument(help="Comma-separated; see memlab models.", autocompletion=completion.models)
    ] = None,
    data: Annotated[str | None, typer.Option(help="A file with single lists (a long table).")] = None,
    fits: Annotated[
        list[str] | None, typer.Option("--fits", help="A folder of fits that memlab fit left; may be repeated.")
    ] = None,
    conditions: Annotated[str | None, typer.Option(help="Comma-separated. [all]")] = None,
    per: Annotated[str | None, typer.Option(help="subject, condition or group: what is fitted. [subject]")] = None,
    folds: Annotated[int | None, typer.Option(help="Of the cross-validation over lists. [5]")] = None,
    method: Annotated[str | None, typer.Option(help="de, lbfgs or cma. [de]")] = None,
    restarts: Annotated[int | None, typer.Option(help="Runs of the optimiser a fit. [3]")] = None,
    events: Annotated[
        str | None, typer.Option(help="Repeats and intrusions: drop_events, drop_lists, error_process. [drop_events]")
    ] = None,
    option: Annotated[
        list[str] | None,
        typer.Option("--option", help="A model's option, MODEL.NAME=VALUE; may be repeated."),
    ] = None,
    particles: Annotated[int | None, typer.Option(help="A list at first, where it is estimated. [512]")] = None,
    lapse: Annotated[
        float | None, typer.Option(help="Share of lists recalled at random, where it is estimated. [0]")
    ] = None,
    width: Annotated[str | None, typer.Option(help="A journal's width; a wrong name lists them.")] = None,
    formats: Annotated[str | None, typer.Option("--format", help="Of the figure: pdf,svg,png")] = None,
    seed: Seed = None,
    jobs: Jobs = None,
    config: ConfigFile = None,
    out: Out = None,
    force: Force = False,
    resume: Annotated[bool, typer.Option("--resume", help="Go on with the run in --out.")] = False,
) -> int:
    """Weigh models: memlab evidence tcm,cmr,dnc.human --data FILE --out evidence."""
    from memlab.configuration import EvidenceConfig

    given = {
        "models": names(models),
        "data": data,
        "fits": tuple(fits) if fits else None,
        "conditions": names(conditions),
        "per": per,
        "folds": folds,
        "method": method,
        "restarts": restarts,
        "events": events,
        "options": options_by_model(option),
        "particles": particles,
        "lapse": lapse,
        "width": width,
        "format": formats,
        "seed": seed,
    }
    return run(EvidenceConfig.load(config, given), out, force, jobs, resume=resume)


def run(config: object, out: object, force: bool, jobs: int | None, *, resume: bool = False) -> int:
    """Weigh models as configured, leave the folder, print the table and the warnings."""
    from pathlib import Path

    from memlab.cli.console import progress_bar, say
    from memlab.configuration import EvidenceConfig
    from memlab.core.errors import UsageError
    from memlab.run_folder import free_folder
    from memlab.runs.evidence import evidence_configured

    assert isinstance(config, EvidenceConfig)
    if resume and not out:
        raise UsageError("--resume needs the folder to go on with: --out DIR.")
    folder = Path(str(out)) if out else free_folder("memlab-evidence")
    try:
        with progress_bar("fitting") as progress:
            found = evidence_configured(
                config, out=folder, force=force, resume=resume, jobs=cores(jobs), progress=progress
            )
    except KeyboardInterrupt:
        say(f"interrupted; the fits that were finished are in {folder}: go on with --resume --out {folder}", out=folder)
        return 130
    _print_table(found)
    left = "tables, report and fits" if found.lacks_reference else "tables, report, figure and fits"
    say(f"{left} are in {folder}", out=folder)
    return 0 if all(fit.converged for one in found.accounts for fit in one.fits) else 4


def _print_table(found: Evidence) -> None:
    from memlab.cli.console import quiet, say, show_text_table
    from memlab.evidence_report import EVIDENCE_HEAD, evidence_rows

    if quiet():
        return
    title = "Summed over subjects; Δ: behind the best; pxp: protected"
    show_text_table(EVIDENCE_HEAD, evidence_rows(found), title, name="evidence", numbers=found.table())
    if found.lacks_reference:
        say(found.lacks_reference)
    for one in found.accounts:
        for text in one.warnings:
            say(f"{one.name}: {text}")
