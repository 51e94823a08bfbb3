"""``memlab models``: what there is to simulate, with every parameter's range, default, meaning and source."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated, get_args, get_type_hints

import typer

from memlab.cli import completion
from memlab.cli.console import TableFormat, say, show_table, wants_json
from memlab.cli.options import Force, Out, Settings, TableStyle, names

if TYPE_CHECKING:
    from memlab.core.model import Model

__all__ = ["models"]


def models(
    name: Annotated[
        str | None, typer.Argument(help="A model, to see it whole.", autocompletion=completion.models)
    ] = None,
    values_for: Annotated[
        str | None, typer.Option(help="Its values under the names of other code: cymr, jaxcmr or kahana.")
    ] = None,
    values_from: Annotated[
        str | None,
        typer.Option(help="The other way round: --set, or the file --values, has numbers of cymr, jaxcmr or kahana."),
    ] = None,
    values: Annotated[
        str | None,
        typer.Option(
            help="Which values: a shipped data set, or a parameter set in TOML; with --values-from the other code's "
            "own file, of cymr its parameters (JSON) or its fits (CSV). [the defaults]"
        ),
    ] = None,
    subject: Annotated[str | None, typer.Option(help="Whose values, of a file of cymr's fits.")] = None,
    settings: Settings = None,
    option: Annotated[
        list[str] | None, typer.Option("--option", help="A model's option, NAME=VALUE; may be repeated.")
    ] = None,
    ignore: Annotated[
        str | None, typer.Option(help="What has no counterpart there and is left out, comma-separated.")
    ] = None,
    distractor_seconds: Annotated[
        float | None, typer.Option(help="Distraction before each item, for cymr's B_distract.")
    ] = None,
    delay_seconds: Annotated[
        float | None, typer.Option(help="Distraction before the test, for cymr's B_retention.")
    ] = None,
    style: TableStyle = None,
    out: Out = None,
    force: Force = False,
) -> None:
    """List the models, or show one: memlab models cmr, or memlab models tcm --values-for cymr.

    What goes wrong when numbers are copied by name is said on stderr. --out writes the values: with --values-from as a
    parameter set, with --values-for as the other code reads them.
    """
    from memlab.cli.values import show_values_for, show_values_from
    from memlab.core.errors import UsageError

    seconds = {"distractor_seconds": distractor_seconds, "delay_seconds": delay_seconds}
    if name is None and not values_for and not values_from:
        _list(style)
    elif name is None:
        raise UsageError("--values-for and --values-from need a model: memlab models cmr --values-for cymr.")
    elif values_for:
        show_values_for(name, values_for, values, settings, option, names(ignore) or (), seconds, style, out, force)
    elif values_from:
        show_values_from(name, values_from, values, subject, settings, seconds, style, out, force)
    else:
        _show(name, style)


def _usable() -> Iterator[Model]:
    """Yield every model; one of another package that is broken is named on stderr and left out."""
    from memlab.cli.console import failure
    from memlab.core.errors import NotSupported
    from memlab.models import get_model, model_names

    for name in model_names():
        try:
            yield get_model(name)
        except NotSupported as error:
            failure("Left out", str(error), error.exit_code)


def _can(model: Model) -> str:
    from memlab.core.recall import LikelihoodModel
    from memlab.core.sequences import EstimatedLikelihoodModel

    if isinstance(model, EstimatedLikelihoodModel):
        return "simulate, estimated likelihood"
    return "simulate, likelihood" if isinstance(model, LikelihoodModel) else "simulate"


def _list(style: TableFormat | None) -> None:
    found = list(_usable())
    show_table(
        {
            "model": [m.name for m in found],
            "recall": [", ".join(paradigm.removesuffix("_recall") for paradigm in m.paradigms) for m in found],
            "can": [_can(m) for m in found],
            "predicts": [", ".join(m.predicts) for m in found],
            "parameters": [", ".join(p.name for p in m.parameters) for m in found],
            "theory": [m.title for m in found],
        },
        style,
        "models",
    )


def _show(name: str, style: TableFormat | None) -> None:
    from memlab.models import get_model

    model = get_model(name)
    table = model.parameters
    columns: dict[str, list[object]] = {
        "parameter": [p.name for p in table],
        "default": [p.default for p in table],
        "low": [p.low for p in table],
        "high": [p.high for p in table],
        "unit": [p.unit for p in table],
        "meaning": [p.meaning for p in table],
        "source": [p.source for p in table],
    }
    if style in (None, "table") and not wants_json():
        _describe(model)
    show_table(columns, style, "parameters")


def _describe(model: object) -> None:
    from memlab.core.model import Model
    from memlab.core.recall import LikelihoodModel

    assert isinstance(model, Model)
    can = "simulate and give the likelihood of recalls" if isinstance(model, LikelihoodModel) else "simulate"
    say(f"{model.name}: {model.title}\nCan {can}; predicts {', '.join(model.predicts)}.\n{model.citation}")
    hints = get_type_hints(type(model))
    for option, value in model.options.items():
        allowed = get_args(hints[option]) or ((True, False) if hints[option] is bool else ())
        choices = f"of {', '.join(map(str, allowed))}" if allowed else "any text"
        say(f"option {option} = {value} ({choices})")
    for word, change in model.lesions.items():
        say(f"lesion {word}: {change}")
