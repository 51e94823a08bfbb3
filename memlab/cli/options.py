"""Options that several commands share, with one name and one meaning each."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from memlab.cli import completion
from memlab.cli.console import TableFormat
from memlab.core.errors import ParameterError

__all__ = [
    "ColumnMapFile",
    "ConfigFile",
    "Force",
    "FromFormat",
    "Jobs",
    "ListsFile",
    "ListsPerSubject",
    "Names",
    "Out",
    "SecondsPerItem",
    "Seed",
    "Settings",
    "TableStyle",
    "assignments",
    "choices",
    "cores",
    "names",
    "numbers",
    "options_by_model",
    "rates",
]

Seed = Annotated[int | None, typer.Option("--seed", help="Whole number from 0; the same seed gives the same files.")]
Out = Annotated[Path | None, typer.Option("--out", help="Where to write.")]
Force = Annotated[bool, typer.Option("--force", help="Replace what an earlier run wrote there.")]
Jobs = Annotated[
    int | None, typer.Option("--jobs", min=1, help="Workers; the answer does not depend on it. [all cores]")
]
ConfigFile = Annotated[
    Path | None, typer.Option("--config", help="TOML file with options; those given here overrule it.")
]
FromFormat = Annotated[
    str | None,
    typer.Option(
        "--from",
        help="The file's format; see memlab data formats. [told from the file]",
        autocompletion=completion.formats,
    ),
]
ColumnMapFile = Annotated[
    Path | None, typer.Option("--columns", help="A column map (TOML) for the experimenter's own columns.")
]
ListsFile = Annotated[Path | None, typer.Option("--lists", help="For a position table: the file of studied items.")]
ListsPerSubject = Annotated[
    int | None, typer.Option(min=1, help="Lists of a subject, where the file does not say whose list it is.")
]
SecondsPerItem = Annotated[
    list[str] | None,
    typer.Option(
        "--seconds-per-item",
        help="From one onset to the next, without distraction: NUMBER, or CONDITION=NUMBER, which may be repeated. "
        "[as in the file, or 1]",
    ),
]
Names = Annotated[str | None, typer.Option(help="Comma-separated names.")]
Settings = Annotated[list[str] | None, typer.Option("--set", help="A parameter's value, NAME=VALUE; may be repeated.")]
TableStyle = Annotated[
    TableFormat | None, typer.Option("--format", help="table, csv or json. [a table on a terminal, csv in a pipe]")
]


def names(text: str | None) -> tuple[str, ...] | None:
    """Split comma-separated names; None and blanks give None."""
    parts = tuple(part.strip() for part in (text or "").split(",") if part.strip())
    return parts or None


def assignments(settings: list[str] | None) -> dict[str, str]:
    """Return ``NAME=VALUE`` texts as a dict.

    Raises
    ------
    ParameterError
        A text without ``=``.
    """
    pairs = {}
    for text in settings or []:
        name, equals, value = text.partition("=")
        if not equals or not name.strip():
            raise ParameterError(f"'{text}' sets nothing: write NAME=VALUE, for example beta_enc=0.5.")
        pairs[name.strip()] = value.strip()
    return pairs


def numbers(settings: list[str] | None) -> dict[str, float] | None:
    """Return ``NAME=NUMBER`` texts as a dict; None for none."""
    found = {}
    for name, value in assignments(settings).items():
        try:
            found[name] = float(value)
        except ValueError:
            raise ParameterError(f"{name} must be a number. Got '{value}' instead.") from None
    return found or None


def rates(given: list[str] | None) -> float | dict[str, float] | None:
    """Return ``NUMBER``, or ``CONDITION=NUMBER`` texts as a dict; None for none."""
    if given and len(given) == 1 and "=" not in given[0]:
        return (numbers([f"seconds per item={given[0]}"]) or {})["seconds per item"]
    return numbers(given)


def choices(settings: list[str] | None) -> dict[str, bool | str] | None:
    """Return ``NAME=VALUE`` texts of a model's options as a dict, yes/no as truth values; None for none."""
    truth = {"true": True, "yes": True, "false": False, "no": False}
    return {name: truth.get(value.lower(), value) for name, value in assignments(settings).items()} or None


def options_by_model(settings: list[str] | None) -> dict[str, dict[str, bool | str]] | None:
    """Return ``MODEL.NAME=VALUE`` texts as a dict of dicts; None for none.

    Raises
    ------
    ParameterError
        A text without a model's name.
    """
    found: dict[str, dict[str, bool | str]] = {}
    for name, value in (choices(settings) or {}).items():
        model, _, option = name.rpartition(".")
        if not model:
            raise ParameterError(
                f"'{name}' names no model: write MODEL.NAME=VALUE, for example cmr.choice_rule=softmax."
            )
        found.setdefault(model, {})[option] = value
    return found or None


def cores(jobs: int | None) -> int:
    """Return the number of workers: what was asked for, or every core this process may use."""
    import os

    return jobs or len(os.sched_getaffinity(0) if hasattr(os, "sched_getaffinity") else range(os.cpu_count() or 1))
