"""``memlab validate``: everything that is wrong with a file of recalls, and what memlab does about it."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from memlab.cli.options import ColumnMapFile, FromFormat, ListsFile, ListsPerSubject, TableStyle

__all__ = ["validate"]

INVALID = 3
"""Exit code of a file that is not read (`memlab.core.errors.DataError`)."""


def validate(
    file: Annotated[Path, typer.Argument(help="A file of recalls, or a folder of them.")],
    kind: FromFormat = None,
    columns: ColumnMapFile = None,
    lists: ListsFile = None,
    lists_per_subject: ListsPerSubject = None,
    style: TableStyle = None,
) -> None:
    """List every problem of a file, with its row and column: memlab validate class.csv.

    Exits with 3 where there is an error, which keeps the file from being read; warnings do not.
    """
    from memlab.cli.console import say, show_table
    from memlab.data import check_file
    from memlab.manuscript.wording import count

    format, conditions, problems = check_file(
        file, kind, columns=columns, lists=lists, lists_per_subject=lists_per_subject
    )
    found = sorted(problems.found, key=lambda problem: (problem.file, problem.row is not None, problem.row or 0))
    several = any(problem.file for problem in found)
    show_table(
        {
            **({"file": [problem.file for problem in found]} if several else {}),
            "kind": [problem.kind for problem in found],
            "row": ["" if problem.row is None else str(problem.row) for problem in found],
            "column": [problem.column for problem in found],
            "problem": [problem.problem for problem in found],
            "effect": [problem.effect for problem in found],
        },
        style,
        "problems",
    )
    errors = len(problems.errors)
    counted = f"{file.name} is read as {format}: {count(errors, 'error')}, {count(len(found) - errors, 'warning')}"
    say(counted + ("" if conditions is None else f"; {described(conditions)}"))
    if errors:
        raise typer.Exit(INVALID)


def described(conditions: object) -> str:
    """Return how much there is, in words."""
    data = list(conditions.values())  # type: ignore[attr-defined]
    subjects = {str(label) for one in data for label in one.subjects.tolist()}
    of = "" if len(data) == 1 else f", conditions {', '.join(one.name for one in data)}"
    n_lists = sum(one.n_lists for one in data)
    return f"{n_lists} list{'s'[: n_lists != 1]} of {len(subjects)} subject{'s'[: len(subjects) != 1]}{of}"
