"""``memlab study``: a whole set of questions, asked of many networks, as one report."""

from __future__ import annotations

from typing import Annotated

import typer

from memlab.cli import completion
from memlab.cli.options import ConfigFile, Force, Jobs, Out, Seed, cores, names

__all__ = ["study"]


def study(
    study: Annotated[str, typer.Argument(help="dnc-brain: is a DNC a model of human memory?")],
    sections: Annotated[str | None, typer.Option(help="Comma-separated; a wrong name lists them. [all]")] = None,
    lists: Annotated[int | None, typer.Option(help="Lists a network and cell. [1000; quick: 40]")] = None,
    seeds: Annotated[int | None, typer.Option(help="Networks of a kind, at most. [5; quick: 2]")] = None,
    quick: Annotated[bool | None, typer.Option("--quick", help="Few lists: a check that it runs, no result.")] = None,
    weights: Annotated[str | None, typer.Option(help="A folder of weights. [those that we ship]")] = None,
    data: Annotated[
        str | None,
        typer.Option(help="People: a shipped data set, or a file. [murdock1962]", autocompletion=completion.data_sets),
    ] = None,
    formats: Annotated[str | None, typer.Option("--format", help="Of the figures: pdf,svg,png")] = None,
    seed: Seed = None,
    jobs: Jobs = None,
    config: ConfigFile = None,
    out: Out = None,
    force: Force = False,
) -> int:
    """Answer claims with numbers: memlab study dnc-brain --out results."""
    from memlab.configuration import StudyConfig

    given = {
        "study": study,
        "sections": names(sections),
        "lists": lists,
        "seeds": seeds,
        "quick": quick,
        "weights": weights,
        "data": data,
        "format": formats,
        "seed": seed,
    }
    return run(StudyConfig.load(config, given), out, force, jobs)


def run(config: object, out: object, force: bool, jobs: int | None) -> int:
    """Run a configured study, leave its folder and print the verdicts."""
    from pathlib import Path

    from memlab.cli.console import progress_bar, quiet, say, show_text_table
    from memlab.configuration import StudyConfig
    from memlab.run_folder import free_folder
    from memlab.runs.study import run_study

    assert isinstance(config, StudyConfig)
    folder = Path(str(out)) if out else free_folder(f"memlab-{config.study}")
    with progress_bar("measuring") as progress:
        sections, interrupted = run_study(config, folder, force=force, jobs=cores(jobs), progress=progress)
    if not quiet():
        rows = [[s.name, claim.claim, claim.verdict, str(claim.n_seeds)] for s in sections for claim in s.claims]
        show_text_table(("section", "claim", "verdict", "seeds"), rows, name="claims")
    what = "interrupted; what was finished is" if interrupted else "claims, figures, tables and report are"
    say(f"{what} in {folder}", out=folder)
    return 130 if interrupted else 0
