"""The command line's table of contents, in the order people work."""

from __future__ import annotations

import importlib
import os
import sys
from collections.abc import Iterator
from typing import Annotated, Any

import typer

from memlab.cli.console import set_loudness
from memlab.cli.help_pages import MemlabCommand, MemlabGroup, docstring

__all__ = ["app"]


PANELS = {
    "Look around": ("models", "data", "weights"),
    "Simulate and compare": ("compare", "simulate", "sweep", "lesion", "plot"),
    "Your own data": ("validate", "convert", "score", "analyze"),
    "Fit and weigh": ("recover", "fit", "gather", "evidence", "report"),
    "Networks": ("train", "inspect", "study"),
    "Keep and repeat": ("verify", "rerun", "cite"),
    "Set up": ("init", "doctor"),
}
"""The commands in the order people need them, by what they are about; each is a function of the module of its name."""

ELSEWHERE = {"data": "data:app", "weights": "weights:app", "verify": "rerun:verify"}
"""Groups, and commands of another module."""

PANEL_OF = {name: panel for panel, names in PANELS.items() for name in names}


def _written(name: str) -> Any:
    """Return the function of a command, or the app of a group, as it is written."""
    module, _, attribute = ELSEWHERE.get(name, f"{name}:{name}").partition(":")
    return getattr(importlib.import_module(f"memlab.cli.{module}"), attribute)


def _built(name: str) -> Any:
    """Return a command as Typer makes it; this takes longer than to import it."""
    one = _written(name)
    if not isinstance(one, typer.Typer):
        function, one = one, typer.Typer(add_completion=False, pretty_exceptions_enable=False, rich_markup_mode=None)
        one.command(name, cls=MemlabCommand)(function)
    command = typer.main.get_command(one)
    command.name = name
    command.rich_help_panel = PANEL_OF[name]  # type: ignore[attr-defined]
    return command


class LateCommands(dict[str, Any]):
    """The commands by name, each made when it is asked for: a call needs one of them."""

    def __init__(self) -> None:
        super().__init__(dict.fromkeys(PANEL_OF))

    def __getitem__(self, name: str) -> Any:
        """Return a command."""
        if super().__getitem__(name) is None:
            self[name] = _built(name)
        return super().__getitem__(name)

    def get(self, name: str, default: Any = None) -> Any:
        """Return a command, or the default where there is none."""
        if name not in self:
            return default
        return self[name]

    def values(self) -> Any:
        """Return the commands."""
        return [self[name] for name in self]

    def items(self) -> Any:
        """Return the names with the commands."""
        return [(name, self[name]) for name in self]


class Commands(MemlabGroup):
    """The commands, with what Typer would do in silence made ours."""

    def __init__(self, **how: Any) -> None:
        super().__init__(**{**how, "commands": None})
        self.commands = LateCommands()

    def list_commands(self, ctx: Any) -> list[str]:
        """Return the names, without making a command."""
        return list(self.commands)

    def summaries(self, ctx: Any) -> Iterator[tuple[str, str, str]]:
        """Yield panel, name and docstring of each command, of which none need be made for it."""
        for name in self.list_commands(ctx):
            yield PANEL_OF[name], name, docstring(_written(name))

    def invoke(self, ctx: Any) -> Any:
        """Run a command; Ctrl-C gets its message, and a reader who has gone (``memlab … | head``) is no failure."""
        try:
            return super().invoke(ctx)
        except KeyboardInterrupt:
            raise typer.Abort from None
        except BrokenPipeError:
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # for what is flushed at the end
            raise typer.Exit from None


app = typer.Typer(
    name="memlab",
    cls=Commands,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _version(wanted: bool) -> None:
    if wanted:
        import memlab

        print(f"memlab {memlab.__version__}")
        raise typer.Exit


@app.callback()
def memlab_command(
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="Print errors only.")] = False,
    verbose: Annotated[bool, typer.Option("--verbose", "-v", help="Print tracebacks.")] = False,
    json: Annotated[bool, typer.Option("--json", help="Print the result as one JSON object, of any command.")] = False,
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version.")
    ] = False,
) -> None:
    """The same lists for people, theories of memory and networks, as the same curves and scores.

    Start with: memlab compare --paradigm free_recall --out results

    memlab COMMAND --help has an example of each. --quiet, --verbose and --json may stand anywhere.
    """
    set_loudness(quiet=quiet, verbose=verbose)
