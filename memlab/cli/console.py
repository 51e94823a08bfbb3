"""What a command prints: data to stdout, everything else to stderr, progress bars only on a terminal.

With ``--json`` stdout gets one JSON object instead, when the command has ended: ``command``, ``exit_code``,
``messages``, ``tables`` (each a list of records), ``error`` where there was one, and what else a command has to tell,
such as ``out``.

With ``--format json`` stdout gets the rows of a table alone, of several tables one object of them by name, and the
object of ``--json`` where there is no table: with ``--out``, or where the command fails.
"""

from __future__ import annotations

import json
import os
import shutil
import sys
import textwrap
import warnings
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any, Literal

from memlab.core.errors import DataWarning

if TYPE_CHECKING:
    from memlab.core.files import Columns

__all__ = [
    "TableFormat",
    "begin",
    "expect_json",
    "failure",
    "owes_json",
    "progress_bar",
    "quiet",
    "result_document",
    "say",
    "set_command",
    "set_loudness",
    "show_table",
    "show_tables",
    "show_text",
    "show_text_table",
    "tell_data_warnings",
    "verbose",
    "want_json",
    "wants_json",
]

TableFormat = Literal["table", "csv", "json"]

_LOUDNESS = {"quiet": False, "verbose": False, "json": False, "expected": False, "printed": False}
_RESULT: dict[str, Any] = {}
"""What the command has told so far, for ``--json``."""


def begin(*, json: bool) -> None:
    """Forget an earlier command of this process."""
    _LOUDNESS.update(quiet=False, verbose=False, json=json, expected=False, printed=False)
    _RESULT.clear()
    _RESULT.update(command=None, exit_code=0, messages=[], tables={})


def set_loudness(*, quiet: bool, verbose: bool) -> None:
    """Remember how much the user wants to read."""
    _LOUDNESS.update(quiet=quiet, verbose=verbose)


def want_json() -> None:
    """Have the result printed as JSON, when the command has ended."""
    _LOUDNESS["json"] = True


def expect_json() -> None:
    """Have the result printed as JSON if the command prints no table, which is JSON by itself."""
    _LOUDNESS["expected"] = True


def wants_json() -> bool:
    """Return whether stdout gets one JSON object, and nothing else."""
    return _LOUDNESS["json"]


def owes_json() -> bool:
    """Return whether the result is still to be printed as JSON, now that the command has ended."""
    return wants_json() or (_LOUDNESS["expected"] and not _LOUDNESS["printed"])


def set_command(name: str) -> None:
    """Remember which command runs."""
    _RESULT["command"] = name


def result_document(exit_code: int) -> str:
    """Return what the command has told, as JSON."""
    return json.dumps({**_RESULT, "exit_code": exit_code}, ensure_ascii=False, indent=1, default=str)


def verbose() -> bool:
    """Return whether tracebacks are wanted."""
    return _LOUDNESS["verbose"] or "--verbose" in sys.argv


def quiet() -> bool:
    """Return whether only errors are wanted; a table goes into the JSON all the same."""
    return _LOUDNESS["quiet"] and not wants_json()


def failure(kind: str, message: str, code: int) -> int:
    """Print an error as one line and return the exit code."""
    _tell(f"{kind}: {_one_line(message)}")
    _RESULT["error"] = {"kind": kind, "message": message}
    return code


def _tell(text: str) -> None:
    """Print on stderr; where nobody can be told, the work goes on."""
    with suppress(OSError):
        print(text, file=sys.stderr)


def _one_line(text: str) -> str:
    """Return a text with line ends and what moves a terminal's cursor, as a user's file may have, as their codes."""
    return "".join(letter if letter.isprintable() else ascii(letter)[1:-1] for letter in text)


def say(message: str, **facts: object) -> None:
    """Tell the user something that is not data.

    Parameters
    ----------
    **facts
        The same for a program, by name: ``out="results"``.
    """
    _RESULT.setdefault("messages", []).append(message)
    _RESULT.update({name: str(value) if isinstance(value, os.PathLike) else value for name, value in facts.items()})
    if not _LOUDNESS["quiet"]:
        _tell(message)


def tell_data_warnings() -> None:
    """Have what is doubtful in a user's data said in one line, not as Python shows its warnings."""
    shown = warnings.showwarning

    def tell(message: Any, category: Any, *place: Any, **more: Any) -> None:
        if issubclass(category, DataWarning):
            say(f"DataWarning: {message}")
        else:
            shown(message, category, *place, **more)

    warnings.showwarning = tell


@contextmanager
def progress_bar(title: str) -> Iterator[Callable[[str, int, int], None] | None]:
    """Yield a function (what, done, total) that moves a bar on stderr; None where that is no terminal."""
    if _LOUDNESS["quiet"] or not sys.stderr.isatty():
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


def show_table(columns: Columns, style: TableFormat | None, name: str = "table") -> None:
    """Print a table on stdout: drawn on a terminal, CSV in a pipe, unless a style is asked for.

    Parameters
    ----------
    name
        What the table is called where the command's result is JSON.
    """
    if wants_json():
        _keep_table(name, columns)
        return
    style = style or ("table" if sys.stdout.isatty() else "csv")
    if style == "csv":
        from memlab.core.files import csv_text

        sys.stdout.write(csv_text(columns))
    elif style == "json":
        _print_json(_records(columns))
    else:
        rows = [[_cell(value) for value in row] for row in zip(*map(_plain, columns.values()), strict=True)]
        show_text_table(list(columns), rows)
    sys.stdout.flush()


def show_tables(tables: Mapping[str, Columns], style: TableFormat | None) -> None:
    """Print tables by name, each under its name on stderr; as JSON one object of them."""
    if style == "json" and not wants_json() and len(tables) > 1:
        _print_json({name: _records(columns) for name, columns in tables.items()})
        return
    for name, columns in tables.items():
        say(name)
        show_table(columns, style, name)


def _print_json(value: object) -> None:
    print(json.dumps(value, ensure_ascii=False, indent=1), flush=True)
    _LOUDNESS["printed"] = True


def show_text(text: str) -> None:
    """Print data that is a text, on stdout; wrapped where it goes to a terminal."""
    if sys.stdout.isatty():
        text = "\n".join("\n".join(textwrap.wrap(line, _width(), subsequent_indent="  ")) for line in text.split("\n"))
    print(text)


def _records(columns: Columns) -> list[dict[str, Any]]:
    """Return a table as a list of rows by column name; None where a number is not known."""
    return [dict(zip(columns, row, strict=True)) for row in zip(*map(_plain, columns.values()), strict=True)]


def _keep_table(name: str, columns: Columns) -> None:
    _RESULT["tables"][name] = _records(columns)


def _plain(column: Any) -> list[Any]:
    values = column.tolist() if hasattr(column, "tolist") else list(column)
    return [None if value != value else value for value in values]


def _cell(value: object) -> str:
    if value is None:
        return "–"
    return f"{value:.3f}" if isinstance(value, float) else str(value)


def show_text_table(
    head: Sequence[str],
    rows: Sequence[Sequence[str]],
    title: str | None = None,
    *,
    name: str = "table",
    numbers: Columns | None = None,
) -> None:
    """Print a table of text on stdout, drawn with rich; numbers to the right.

    Where the columns do not fit side by side, each row is printed on lines of its own.

    Parameters
    ----------
    name, numbers
        What the table is called where the command's result is JSON, and the same in numbers, where there is such a
        table.
    """
    if wants_json():
        _keep_table(name, numbers or {column: [row[i] for row in rows] for i, column in enumerate(head)})
        return
    width = _width()
    if width < sum(_least(head, rows)) + 3 * len(head) + 1:
        _print_records(head, rows, title, width)
        return
    from rich.console import Console
    from rich.table import Table

    table = Table(title=title, title_justify="left")
    for i, column in enumerate(head):
        numeric = all(_looks_numeric(row[i]) for row in rows)
        table.add_column(column, justify="right" if numeric and rows else "left", overflow="fold")
    for row in rows:
        table.add_row(*row)
    plain: dict[str, Any] = {"color_system": None} if os.environ.get("NO_COLOR") else {}
    Console(width=width, highlight=False, markup=False, **plain).print(table)


WIDE, NARROWEST = 160, 10
"""Columns of a table that goes to no terminal; and those that any terminal is taken to have."""

READABLE = 4
"""Letters of a column below which a cell cannot be read, unless all of it is shorter."""


def _width() -> int:
    """Return how many columns there are: of the terminal, of the variable COLUMNS, or enough."""
    if not sys.stdout.isatty() and "COLUMNS" not in os.environ:
        return WIDE
    return max(NARROWEST, shutil.get_terminal_size().columns)


def _least(head: Sequence[str], rows: Sequence[Sequence[str]]) -> list[int]:
    """Return how many letters each column must have so that it can be read."""
    return [min(READABLE, max(map(len, (name, *(row[i] for row in rows))))) for i, name in enumerate(head)]


def _print_records(head: Sequence[str], rows: Sequence[Sequence[str]], title: str | None, width: int) -> None:
    """Print a table row by row, a line a cell, wrapped to the width."""
    blocks = [[title]] if title else []
    blocks += [[f"{name}: {cell}" for name, cell in zip(head, row, strict=True) if cell] for row in rows]
    for lines in blocks:
        for line in lines:
            print("\n".join(textwrap.wrap(line, width, subsequent_indent="  ")))
        print()


def _looks_numeric(text: str) -> bool:
    return not text or text[0] in "0123456789.-−–+"
