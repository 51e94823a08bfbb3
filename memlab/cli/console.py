"""What a command prints: data to stdout, everything else to stderr, progress bars only on a terminal."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from memlab.core.files import Columns

__all__ = [
    "TableFormat",
    "failure",
    "progress_bar",
    "quiet",
    "say",
    "set_loudness",
    "show_table",
    "show_text_table",
    "verbose",
]

TableFormat = Literal["table", "csv", "json"]

_LOUDNESS = {"quiet": False, "verbose": False}


def set_loudness(*, quiet: bool, verbose: bool) -> None:
    """Remember how much the user wants to read."""
    _LOUDNESS.update(quiet=quiet, verbose=verbose)


def verbose() -> bool:
    """Return whether tracebacks are wanted."""
    return _LOUDNESS["verbose"] or "--verbose" in sys.argv


def quiet() -> bool:
    """Return whether only errors are wanted."""
    return _LOUDNESS["quiet"]


def failure(kind: str, message: str, code: int) -> int:
    """Print an error as one line and return the exit code."""
    print(f"{kind}: {message}", file=sys.stderr)
    return code


def say(message: str) -> None:
    """Tell the user something that is not data."""
    if not quiet():
        print(message, file=sys.stderr)


@contextmanager
def progress_bar(title: str) -> Iterator[Callable[[str, int, int], None] | None]:
    """Yield a function (what, done, total) that moves a bar on stderr; None where that is no terminal."""
    if quiet() or not sys.stderr.isatty():
        yield None
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as progress:
        task = progress.add_task(title, total=None)
        yield lambda what, done, total: progress.update(
            task, description=f"{title}: {what}", completed=done, total=total
        )


def show_table(columns: Columns, style: TableFormat | None) -> None:
    """Print a table on stdout: drawn on a terminal, CSV in a pipe, unless a style is asked for."""
    style = style or ("table" if sys.stdout.isatty() else "csv")
    if style == "csv":
        from memlab.core.files import csv_text

        sys.stdout.write(csv_text(columns))
    elif style == "json":
        records = [dict(zip(columns, row, strict=True)) for row in zip(*map(_plain, columns.values()), strict=True)]
        print(json.dumps(records, ensure_ascii=False, indent=1))
    else:
        rows = [[_cell(value) for value in row] for row in zip(*map(_plain, columns.values()), strict=True)]
        show_text_table(list(columns), rows)
    sys.stdout.flush()


def _plain(column: Any) -> list[Any]:
    values = column.tolist() if hasattr(column, "tolist") else list(column)
    return [None if value != value else value for value in values]


def _cell(value: object) -> str:
    if value is None:
        return "–"
    return f"{value:.3f}" if isinstance(value, float) else str(value)


def show_text_table(head: Sequence[str], rows: Sequence[Sequence[str]], title: str | None = None) -> None:
    """Print a table of text on stdout, drawn with rich; numbers to the right."""
    from rich.console import Console
    from rich.table import Table

    table = Table(title=title, title_justify="left")
    for i, name in enumerate(head):
        numeric = all(_looks_numeric(row[i]) for row in rows)
        table.add_column(name, justify="right" if numeric and rows else "left", overflow="fold")
    for row in rows:
        table.add_row(*row)
    width = None if sys.stdout.isatty() or "COLUMNS" in os.environ else WIDE
    Console(width=width, highlight=False, markup=False).print(table)


WIDE = 160
"""Columns of a table that goes to no terminal."""


def _looks_numeric(text: str) -> bool:
    return not text or text[0] in "0123456789.-−–+"
