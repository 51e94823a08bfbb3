"""A commented configuration: every option of a command with its default and its meaning, as TOML that can be edited."""

from __future__ import annotations

import json
import textwrap
import types
from collections.abc import Iterator, Mapping
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from pydantic.fields import FieldInfo

from memlab.configuration import Config

__all__ = ["commented_configuration"]

WIDTH = 100
"""Letters of a line of comment."""


def commented_configuration(
    config: type[Config], command: str, purpose: str, meanings: Mapping[str, str], given: Mapping[str, str]
) -> str:
    """Return a TOML file with every option of a command, each commented out: it sets nothing until it is edited.

    What has a default stands there with it; what has none, with a value of the right kind.

    Parameters
    ----------
    config
        The options of the command.
    command, purpose
        What it is called, and what it does.
    meanings
        What each option means, by its name.
    given
        Options that are given on the command line in any case, by name, with how.

    Examples
    --------
    >>> from memlab.configuration import ScoreConfig
    >>> print(commented_configuration(ScoreConfig, "score", "Score.", {"lists": "A file."}, {}).splitlines()[0])
    # memlab score: Score.
    """
    tables = {name: field for name, field in config.model_fields.items() if _is_table(field)}
    lines = _head(command, purpose)
    for name, field in config.model_fields.items():
        if name not in tables:
            lines += ["", *_comment(_meaning(name, field, meanings, given)), _line(name, field)]
    for name, field in tables.items():
        lines += ["", *_comment(_meaning(name, field, meanings, given)), _title(name, field), f"# {_example_in(field)}"]
    return "\n".join(lines) + "\n"


def _head(command: str, purpose: str) -> list[str]:
    return [
        f"# memlab {command}: {purpose}",
        "# Every option with its default. The file sets nothing as it is: take the # in front of an option away.",
        f"# Use it: memlab {command} … --config FILE; options on the command line overrule it.",
    ]


def _comment(text: str) -> list[str]:
    return [f"# {line}" for line in textwrap.wrap(text, WIDTH)]


def _meaning(name: str, field: FieldInfo, meanings: Mapping[str, str], given: Mapping[str, str]) -> str:
    """Return what an option means, what is allowed, and whether it must be given."""
    said = meanings.get(name) or field.description or ""
    choices = _choices(field.annotation)
    allowed = f" One of: {', '.join(choices)}." if choices and not all(one in said for one in choices) else ""
    if name in given:
        return f"{said}{allowed} Given on the command line: {given[name]}."
    return f"{said}{allowed}{' Must be given.' if field.is_required() else ''}".strip()


def _line(name: str, field: FieldInfo) -> str:
    default = None if field.is_required() else field.get_default(call_default_factory=True)
    if default is None:
        return f"# {name} = {_toml(_example(field))}  # an example: there is no default"
    return f"# {name} = {_toml(default)}"


def _title(name: str, field: FieldInfo) -> str:
    """Return the line that begins a table, or one of several."""
    return f"# [[{name}]]" if field.default_factory is list else f"# [{name}]"


def _is_table(field: FieldInfo) -> bool:
    return any(get_origin(part) is dict for part in _parts(field.annotation)) or field.default_factory is list


def _parts(annotation: Any) -> Iterator[Any]:
    """Yield what a type is made of, without None and without what is said about it."""
    if get_origin(annotation) is Annotated:
        yield from _parts(get_args(annotation)[0])
    elif get_origin(annotation) in (Union, types.UnionType):
        for part in get_args(annotation):
            yield from _parts(part)
    elif annotation is not type(None):
        yield annotation


def _choices(annotation: Any) -> list[str]:
    """Return the words that an option may be; empty where it is free."""
    found = []
    for part in _parts(annotation):
        if get_origin(part) is tuple:
            found += _choices(get_args(part)[0])
        elif get_origin(part) is Literal:
            found += [str(word) for word in get_args(part)]
    return found


def _example(field: FieldInfo) -> Any:
    """Return a value of the right kind for an option that has none."""
    choices = _choices(field.annotation)
    part = next(_parts(field.annotation))
    if get_origin(part) is tuple:
        return choices or ["NAME"]
    if choices:
        return choices[0]
    return {int: _WHOLE, float: 1.0, bool: True}.get(part, "")


_WHOLE = 5
"""A whole number that every option allows."""


def _example_in(field: FieldInfo) -> str:
    """Return a line of a table: a name and a value of the right kind, by model where the table is."""
    value = get_args(next(_parts(field.annotation)))[-1]
    deep = get_origin(value) is dict and field.default_factory is not list
    value = get_args(value)[-1] if get_origin(value) is dict and not deep else value
    kinds = list(_parts(get_args(value)[-1] if deep else value))
    line = "NAME = 1.0" if kinds == [float] else 'NAME = "VALUE"'
    return f"MODEL = {{{line}}}" if deep else line


def _toml(value: Any) -> str:
    """Return a value as TOML; its texts and arrays are written as those of JSON."""
    return json.dumps(value, ensure_ascii=False)
