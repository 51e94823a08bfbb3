"""``memlab rerun`` and ``memlab verify``: a run's record, put to use."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from memlab.cli.options import Force, Jobs, Out, cores

__all__ = ["rerun", "verify"]


def rerun(
    record: Annotated[Path, typer.Argument(help="A run's folder or its run.json.")],
    out: Out = None,
    jobs: Jobs = None,
    force: Force = False,
) -> int:
    """Repeat a run from its record and compare the files: memlab rerun results/run.json --out again."""
    from memlab.cli.console import progress_bar, say
    from memlab.run_folder import free_folder, read_run
    from memlab.runs.repeat import repeat

    folder = out or free_folder(f"{(record if record.is_dir() else record.parent).resolve().name}-rerun")
    with progress_bar("simulating") as progress:
        earlier = read_run(record)
        different = repeat(earlier, folder, force=force, jobs=cores(jobs), progress=progress)
    same = "every file is the same" if earlier.get("complete") else "the earlier one was interrupted, this one is whole"
    what = f"different: {', '.join(different)}" if different else same
    say(f"the run is in {folder}: {what}", out=folder, different=different)
    return 7 if different else 0


def verify(folder: Annotated[Path, typer.Argument(help="A run's folder.")]) -> None:
    """Check a run's files against its record: memlab verify results."""
    from memlab.cli.console import say
    from memlab.run_folder import verify as verify_run

    record = verify_run(folder)
    say(f"{len(record['outputs'])} files are as the run left them", verified=sorted(record["outputs"]))
