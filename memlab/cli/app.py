"""The command line's table of contents, in the order people work."""

from __future__ import annotations

import os
import sys
from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from memlab.cli import (
    analyze,
    compare,
    data,
    evidence,
    fit,
    gather,
    inspect,
    lesion,
    models,
    plot,
    recover,
    report,
    rerun,
    simulate,
    study,
    sweep,
    train,
    weights,
)
from memlab.cli.console import set_loudness

__all__ = ["app"]


class Commands(TyperGroup):
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
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version.")
    ] = False,
) -> None:
    """The same lists for people, theories of memory and networks, as the same curves and scores.

    Start with: memlab compare --paradigm free_recall --out results
    """
    set_loudness(quiet=quiet, verbose=verbose)


app.command("compare")(compare.compare)
app.command("models")(models.models)
app.command("simulate")(simulate.simulate)
app.command("analyze")(analyze.analyze)
app.command("plot")(plot.plot)
app.command("fit")(fit.fit)
app.command("gather")(gather.gather)
app.command("evidence")(evidence.evidence)
app.command("recover")(recover.recover)
app.command("lesion")(lesion.lesion)
app.command("sweep")(sweep.sweep)
app.command("report")(report.report)
app.command("inspect")(inspect.inspect)
app.command("train")(train.train)
app.command("study")(study.study)
app.add_typer(data.app, name="data")
app.add_typer(weights.app, name="weights")
app.command("rerun")(rerun.rerun)
app.command("verify")(rerun.verify)
