"""A model's values under the names of other code, and the other way round: what ``memlab models`` has for them."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from memlab.cli.console import TableFormat, say, show_table
from memlab.cli.options import choices, numbers

if TYPE_CHECKING:
    from memlab.data.parameter_sets import ParameterSet

__all__ = ["show_values_for", "show_values_from"]

Seconds = Mapping[str, Any]
"""How long distraction lasts, before each item and before the test."""


def show_values_for(
    model: str,
    notation: str,
    values: str | None,
    settings: list[str] | None,
    option: list[str] | None,
    ignore: Sequence[str],
    seconds: Seconds,
    style: TableFormat | None,
    out: Path | None,
    force: bool,
) -> None:
    """Print our values of a model as other code calls them; with ``out`` as a file, of cymr the one that it reads."""
    known = _parameter_set(model, values)
    from memlab.core.files import write_text
    from memlab.data.cymr_files import write_cymr_parameters
    from memlab.data.parameter_sets import ParameterSet
    from memlab.models import get_model

    chosen = get_model(model).with_options(**{**known.options, **(choices(option) or {})})
    of_chosen = {name: value for name, value in known.values.items() if name in chosen.defaults()}
    resolved = chosen.resolve({**of_chosen, **(numbers(settings) or {})})
    ours = ParameterSet(model, known.data, resolved, options=chosen.options)
    theirs = ours.to(notation, ignore=ignore, **seconds)
    show_table({"parameter": list(theirs), "value": list(theirs.values())}, style, "values")
    _say_traps(model, notation)
    if out is not None:
        _free_to_write(out, force)
        if notation == "cymr":
            write_cymr_parameters(ours, out, ignore=ignore, **seconds)
        else:
            write_text(out, json.dumps(theirs, indent=1) + "\n")
        say(f"the values for {notation} are in {out}", out=out)


def show_values_from(
    model: str,
    notation: str,
    values: str | None,
    subject: str | None,
    settings: list[str] | None,
    seconds: Seconds,
    style: TableFormat | None,
    out: Path | None,
    force: bool,
) -> None:
    """Print numbers of other code as our values, checked, and write them as a parameter set."""
    from memlab.data.parameter_sets import ParameterSet, write_parameter_set
    from memlab.models import get_model

    theirs = _theirs(notation, values, subject, numbers(settings) or {})
    ours = ParameterSet.of(notation, theirs, model=model, **seconds)
    get_model(model).with_options(**ours.options).resolve(ours.values)
    show_table({"parameter": list(ours.values), "value": list(ours.values.values())}, style, "values")
    if ours.options:
        chosen = ", ".join(f"--option {name}={str(value).lower()}" for name, value in ours.options.items())
        say(f"for {chosen}", options=dict(ours.options))
    _say_traps(model, notation)
    if out is not None:
        _free_to_write(out, force)
        say(f"the parameter set is {write_parameter_set(ours, out)}", out=out)


def _free_to_write(out: Path, force: bool) -> None:
    from memlab.core.errors import OutputExists

    if out.exists() and not force:
        raise OutputExists(f"{out} exists. Use --force to replace it, or another --out.")


def _theirs(notation: str, file: str | None, subject: str | None, given: Mapping[str, float]) -> dict[str, float]:
    """Return numbers of other code: as given, and those in a file, which is cymr's own or a JSON object of names."""
    from memlab.core.errors import DataError
    from memlab.data.cymr_files import read_cymr_values
    from memlab.data.formats.quail import parse_json

    if file is None:
        return dict(given)
    if notation == "cymr":
        return read_cymr_values(file, given, subject)
    content = parse_json(Path(file))
    known = isinstance(content, dict) and all(type(value) in (int, float) for value in content.values())
    if not known:
        raise DataError(f"{Path(file).name}: values of {notation} are a JSON object, names with numbers.")
    return {**content, **given}


def _parameter_set(model: str, values: str | None) -> ParameterSet:
    """Return the values that are meant: defaults, shipped for a data set, or in a file."""
    from memlab.core.errors import UsageError
    from memlab.data.parameter_sets import ParameterSet, load_parameter_set, read_parameter_set
    from memlab.models import get_model

    if values is None:
        return ParameterSet(model, "", get_model(model).defaults())
    if not Path(values).is_file():
        return load_parameter_set(model, values)
    found = read_parameter_set(values)
    if found.model != model:
        raise UsageError(f"{values} has values of {found.model}, not of {model}: memlab models {found.model} …")
    return found


def _say_traps(model: str, notation: str) -> None:
    from memlab.data.notations import notation as notation_of

    for trap in notation_of(notation, model).traps:
        say(f"- {trap}")
