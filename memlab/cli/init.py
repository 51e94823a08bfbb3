"""``memlab init``: a configuration file with every option of a command, to be edited."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Annotated, Any

import typer

from memlab.cli import completion
from memlab.cli.options import Force, Out

if TYPE_CHECKING:
    from memlab.configuration import Config

__all__ = ["configurations", "init"]

PARAMETERS = {"options": ("option", "settings"), "values": ("settings",), "format": ("formats", "figure")}
"""Options of a configuration whose parameter of the command has another name."""


def init(
    context: typer.Context,
    command: Annotated[
        str,
        typer.Argument(
            help="The command: compare, fit, sweep, …; a wrong name lists them.", autocompletion=completion.commands
        ),
    ],
    out: Out = None,
    force: Force = False,
) -> None:
    """Write a configuration with every option of a command: memlab init fit --out fit.toml.

    Without --out it goes to stdout. memlab fit cmr --config fit.toml uses it.
    """
    from memlab.cli.console import say, show_text, wants_json
    from memlab.core.errors import OutputExists, UnknownName
    from memlab.core.files import write_text

    if command not in configurations():
        raise UnknownName("there is no configuration of a command", command, configurations())
    text = configuration_text(command, context.parent.command if context.parent else None)
    if out is None:
        if wants_json():
            say(f"the configuration of memlab {command}", configuration=text)
        else:
            show_text(text.rstrip("\n"))
        return
    if out.exists() and not force:
        raise OutputExists(f"{out} exists. Use --force to replace it, or another --out.")
    write_text(out, text)
    say(f"the configuration of memlab {command} is in {out}", out=out)


def configurations() -> dict[str, type[Config]]:
    """Return the options of each command that has a configuration."""
    from memlab import configuration

    names = [name.removesuffix("Config") for name in configuration.__all__ if name != "ListsConfig"]
    return {name.lower(): getattr(configuration, f"{name}Config") for name in names}


def configuration_text(command: str, group: Any) -> str:
    """Return the commented configuration of a command; what its options mean is what its help says."""
    from memlab.cli.help_pages import purpose
    from memlab.config_file import commented_configuration

    one = group.commands[command]
    fields = configurations()[command].model_fields
    parameters = {parameter.name: parameter for parameter in one.params}
    found = {field: _parameter(field, parameters) for field in fields}
    meanings = {field: parameter.help for field, parameter in found.items() if parameter is not None and parameter.help}
    given = {
        field: f"memlab {command} {str(parameter.name).upper()}"
        for field, parameter in found.items()
        if parameter is not None and parameter.param_type_name == "argument" and parameter.required
    }
    return commented_configuration(configurations()[command], command, purpose(one.help), meanings, given)


def _parameter(field: str, parameters: Mapping[str, Any]) -> Any:
    """Return the parameter of a command that sets an option, None where only a file can."""
    for name in (field, *PARAMETERS.get(field, ()), f"{field}_"):
        if name in parameters:
            return parameters[name]
    return None
