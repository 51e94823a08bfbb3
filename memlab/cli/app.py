"""The command line's table of contents, in the order people work."""

from __future__ import annotations

import os
import sys
from typing import Annotated, Any

import typer

from memlab.cli import (
    analyze,
    cite,
    compare,
    convert,
    data,
    doctor,
    evidence,
    fit,
    gather,
    init,
    inspect,
    lesion,
    models,
    plot,
    recover,
    report,
    rerun,
    score,
    simulate,
    study,
    sweep,
    train,
    validate,
    weights,
)
from memlab.cli.console import set_loudness
from memlab.cli.help_pages import MemlabCommand, MemlabGroup

__all__ = ["app"]


class Commands(MemlabGroup):
    """The commands, with what Typer would do in silence made ours."""

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


PANELS: dict[str, dict[str, Any]] = {
    "Look around": {"models": models.models, "data": data.app, "weights": weights.app},
    "Simulate and compare": {
        "compare": compare.compare,
        "simulate": simulate.simulate,
        "sweep": sweep.sweep,
        "lesion": lesion.lesion,
        "plot": plot.plot,
    },
    "Your own data": {
        "validate": validate.validate,
        "convert": convert.convert,
        "score": score.score,
        "analyze": analyze.analyze,
    },
    "Fit and weigh": {
        "recover": recover.recover,
        "fit": fit.fit,
        "gather": gather.gather,
        "evidence": evidence.evidence,
        "report": report.report,
    },
    "Networks": {"train": train.train, "inspect": inspect.inspect, "study": study.study},
    "Keep and repeat": {"verify": rerun.verify, "rerun": rerun.rerun, "cite": cite.cite},
    "Set up": {"init": init.init, "doctor": doctor.doctor},
}
"""The commands in the order people need them, by what they are about."""

for panel, commands in PANELS.items():
    for name, command in commands.items():
        if isinstance(command, typer.Typer):
            app.add_typer(command, name=name, rich_help_panel=panel)
        else:
            app.command(name, cls=MemlabCommand, rich_help_panel=panel)(command)
