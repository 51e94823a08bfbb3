"""The help pages: commands in panels, in the order people work; the example of each on a line that can be copied."""

from __future__ import annotations

import inspect
import shutil
import textwrap
from collections.abc import Iterable, Iterator
from typing import Any

import typer
from typer.core import TyperCommand, TyperGroup

from memlab.cli.console import expect_json, set_command, want_json
from memlab.core.errors import UsageError

__all__ = ["MemlabCommand", "MemlabGroup", "docstring", "examples", "purpose"]

NARROW = 52
"""Columns below which a help page is one column: what Typer takes for the least."""

LEAST = 12
"""Columns that any terminal is taken to have."""


def purpose(help: str) -> str:
    """Return what a command does, from the first line of its docstring: the words before its example.

    Examples
    --------
    >>> purpose("Fit a model: memlab fit cmr --data FILE, or memlab fit tcm.")
    'Fit a model.'
    """
    first = inspect.cleandoc(help).split("\n\n")[0].replace("\n", " ")
    return first.split(": memlab ")[0].rstrip(".") + "."


def examples(help: str) -> list[str]:
    """Return the examples in the first line of a command's docstring.

    Examples
    --------
    >>> examples("Fit a model: memlab fit cmr --data FILE, or memlab fit tcm.")
    ['memlab fit cmr --data FILE', 'memlab fit tcm']
    """
    first = inspect.cleandoc(help).split("\n\n")[0].replace("\n", " ")
    _, colon, given = first.partition(": memlab ")
    return [f"memlab {one.removeprefix('memlab ')}" for one in given.rstrip(".").split(", or ")] if colon else []


def fit_to_terminal(formatter: Any) -> None:
    """Let a page keep to a terminal that is narrower than Typer takes any to be."""
    columns = shutil.get_terminal_size().columns
    if columns < NARROW:
        formatter.width = max(LEAST, columns - 1)
        formatter.write_dl = lambda rows, *_, **__: _write_one_column(formatter, rows)
        formatter.write_heading = lambda heading: _write_wrapped(formatter, f"{heading}:")
        formatter.write_usage = lambda prog, args="", **_: _write_wrapped(formatter, f"Usage: {prog} {args}", "  ")


def _write_wrapped(formatter: Any, text: str, further: str = "") -> None:
    """Write a paragraph, its lines after the first indented."""
    indent = " " * formatter.current_indent
    lines = textwrap.wrap(text, formatter.width, initial_indent=indent, subsequent_indent=indent + further)
    formatter.write("".join(f"{line}\n" for line in lines))


def _write_one_column(formatter: Any, rows: Iterable[tuple[str, str]]) -> None:
    """Write names with what they mean below them."""
    for name, meaning in rows:
        _write_wrapped(formatter, name)
        with formatter.indentation():
            _write_wrapped(formatter, meaning)


def _write_help(formatter: Any, help: str) -> None:
    """Write what a command does, its examples unwrapped, and the rest of its docstring."""
    rest = inspect.cleandoc(help).split("\n\n")[1:]
    formatter.write_paragraph()
    with formatter.indentation():
        formatter.write_text(purpose(help))
    if found := examples(help):
        with formatter.section("Example" if len(found) == 1 else "Examples"):
            formatter.write("".join(f"{'':>{formatter.current_indent}}{line}\n" for line in found))
    for paragraph in rest:
        formatter.write_paragraph()
        with formatter.indentation():
            formatter.write_text(paragraph)


class MemlabCommand(TyperCommand):
    """A command whose help shows its example, and which takes ``--format json`` whatever it prints."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Take ``--format json`` for ``--json`` where ``--format`` is not the style of a table."""
        set_command(" ".join(ctx.command_path.split()[1:]))
        asked, rest = _without_format_json(args)
        if self._has_table_style():
            if asked:
                expect_json()
            return super().parse_args(ctx, args)
        if asked:
            want_json()
        elif not self._has_format() and any(word.partition("=")[0] == "--format" for word in rest):
            raise UsageError(f"--format of {ctx.command_path} is json, or is left out.")
        return super().parse_args(ctx, rest)

    def get_short_help_str(self, limit: int = 45) -> str:
        """Return what the command does, for a list of completions."""
        return purpose(self.help or "")

    def _has_format(self) -> bool:
        return any("--format" in option.opts for option in self.params)

    def _has_table_style(self) -> bool:
        return any("--format" in option.opts and "json" in str(option.help) for option in self.params)  # type: ignore[attr-defined]

    def format_help(self, ctx: Any, formatter: Any) -> None:
        """Write the page, to the width of the terminal."""
        fit_to_terminal(formatter)
        super().format_help(ctx, formatter)

    def format_help_text(self, ctx: Any, formatter: Any) -> None:
        """Write purpose, example and what else there is to say."""
        if self.help:
            _write_help(formatter, self.help)
        if not self._has_table_style():
            formatter.write_paragraph()
            with formatter.indentation():
                formatter.write_text(FORMAT_JSON)


FORMAT_JSON = "--format json, or --json: the result is printed as one JSON object."


def _without_format_json(args: list[str]) -> tuple[bool, list[str]]:
    """Return whether ``--format`` has ``json``, and the arguments without it: ``svg,json`` leaves ``svg``."""
    asked, rest, i = False, list(args), 0
    while i < len(rest) and rest[i] != "--":
        name, equals, value = rest[i].partition("=")
        size = 1 if equals else 2
        if name == "--format" and len(rest) >= i + size:
            kinds = [kind.strip() for kind in (value if equals else rest[i + 1]).split(",")]
            if "json" in kinds:
                asked, others = True, ",".join(kind for kind in kinds if kind != "json")
                rest[i : i + size] = ["--format", others] if others else []
                continue
        i += 1
    return asked, rest


class MemlabGroup(TyperGroup):
    """Commands in panels; a group of them has one, in its ``rich_help_panel``."""

    def format_help(self, ctx: Any, formatter: Any) -> None:
        """Write the page, to the width of the terminal."""
        fit_to_terminal(formatter)
        super().format_help(ctx, formatter)

    def summaries(self, ctx: Any) -> Iterator[tuple[str, str, str]]:
        """Yield panel, name and docstring of each command."""
        for name in self.list_commands(ctx):
            command: Any = self.get_command(ctx, name)
            if command is not None and not command.hidden:
                panel = command.rich_help_panel
                yield panel if isinstance(panel, str) else "Commands", name, command.help or ""

    def format_commands(self, ctx: Any, formatter: Any) -> None:
        """Write the commands panel by panel, in the order in which they were registered."""
        panels: dict[str, list[tuple[str, str]]] = {}
        for panel, name, help in self.summaries(ctx):
            panels.setdefault(panel, []).append((name, purpose(help)))
        longest = max((len(name) for rows in panels.values() for name, _ in rows), default=0)
        for title, rows in panels.items():
            with formatter.section(title):
                formatter.write_dl([(name.ljust(longest), meaning) for name, meaning in rows])


def docstring(written: Any) -> str:
    """Return what a command, or a group of them, says of itself."""
    if not isinstance(written, typer.Typer):
        return inspect.cleandoc(written.__doc__ or "")
    return str(written.info.help)


def subcommands(help: str) -> typer.Typer:
    """Return an empty group of commands."""
    return typer.Typer(cls=MemlabGroup, no_args_is_help=True, rich_markup_mode=None, add_completion=False, help=help)
