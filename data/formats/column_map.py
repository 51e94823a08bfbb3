"""`ColumnMap`: which of an experimenter's own columns mean what, from a TOML file.

::

    subject = "participant"       # a column, or several, of which the first that is there counts
    list = "block"
    condition = "rate"            # optional

    [study]
    rows = { phase = "study" }    # which rows are studied items: columns, and the value (or values) they have there
    item = "word"
    position = "trial"            # optional; otherwise the order of the rows

    [recall]
    rows = { phase = "recall" }
    item = "typed"
    separator = ",;"              # optional: each of these characters ends a response, where a field holds several
    time = "rt"                   # optional
    time_unit = "ms"              # "s" (the default) or "ms"
    time_since = "response"       # "test" (the default): since the test began; "response": since the one before

Without ``rows``, all rows count whose ``item`` says something. Without ``subject``, the file's name is the subject.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from memlab.core.errors import DataError, UnknownName

__all__ = ["ColumnMap", "Part", "map_beside", "read_column_map"]

Names = tuple[str, ...]
"""Columns, of which the first that is there counts."""

UNITS = {"s": 1.0, "ms": 0.001}
SINCE = ("test", "response")


@dataclass(frozen=True)
class Part:
    """Where studied items, or responses, stand.

    Attributes
    ----------
    item : names
    rows : tuple of (names, values)
        Columns and the values of which they have one in these rows, in any case.
    position, time : names
    separator : str
        Characters that end a response.
    unit : float
        Seconds of a unit of time.
    since : {"test", "response"}
    """

    item: Names
    rows: tuple[tuple[Names, Names], ...] = ()
    position: Names = ()
    separator: str = ""
    time: Names = ()
    unit: float = 1.0
    since: str = "test"


@dataclass(frozen=True)
class ColumnMap:
    """Which columns mean what; `name` is said in messages."""

    name: str
    list: Names
    study: Part
    recall: Part
    subject: Names = ()
    condition: Names = ()


def map_beside(path: Path) -> Path | None:
    """Return the column map that stands beside a file: ``FILE.columns.toml``, or ``columns.toml`` in its folder."""
    inside = path if path.is_dir() else path.parent
    for place in (path.with_name(f"{path.name}.columns.toml"), inside / "columns.toml"):
        if place.is_file():
            return place
    return None


def read_column_map(path: str | Path) -> ColumnMap:
    """Read a column map; see the top of this file.

    Raises
    ------
    DataError
        Not readable, not TOML, an entry that is missing or of the wrong kind.
    UnknownName
        An entry that there is not.
    """
    path = Path(path)
    try:
        content = tomllib.loads(path.read_bytes().decode("utf-8-sig"))
    except OSError as error:
        raise DataError(f"cannot read {path}: {error.strerror or error}.") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, RecursionError) as error:
        raise DataError(f"{path.name} is no column map: {error}.") from None
    _known(path.name, content, ("subject", "list", "condition", "study", "recall"))
    for section in ("study", "recall"):
        if not isinstance(content.get(section), dict):
            raise DataError(f'{path.name}: there is no [{section}]. It says where the items stand: item = "COLUMN".')
    return ColumnMap(
        path.name,
        _names(path.name, content, "list", needed=True),
        _part(f"{path.name}, [study]", content["study"], ("item", "rows", "position", "separator")),
        _part(f"{path.name}, [recall]", content["recall"], RECALL),
        _names(path.name, content, "subject"),
        _names(path.name, content, "condition"),
    )


RECALL = ("item", "rows", "position", "separator", "time", "time_unit", "time_since")


def _part(where: str, content: Mapping[str, Any], known: tuple[str, ...]) -> Part:
    _known(where, content, known)
    unit, since = content.get("time_unit", "s"), content.get("time_since", "test")
    if not isinstance(unit, str) or unit not in UNITS:
        raise DataError(f"{where}: time_unit is {unit!r}; allowed: {', '.join(UNITS)}.")
    if since not in SINCE:
        raise DataError(f"{where}: time_since is {since!r}; allowed: {', '.join(SINCE)}.")
    separator = content.get("separator", "")
    if not isinstance(separator, str):
        raise DataError(f'{where}: separator must be text, such as ",;".')
    return Part(
        _names(where, content, "item", needed=True),
        _rows(where, content.get("rows", {})),
        _names(where, content, "position"),
        separator,
        _names(where, content, "time"),
        UNITS[unit],
        since,
    )


def _rows(where: str, rows: Any) -> tuple[tuple[Names, Names], ...]:
    if not isinstance(rows, dict):
        raise DataError(f'{where}: rows must be a table, such as {{ phase = "study" }}.')
    wanted = []
    for column, values in rows.items():
        listed = values if isinstance(values, list) else [values]
        if not listed or not all(isinstance(value, (str, int, float)) for value in listed):
            raise DataError(f"{where}: rows.{column} must be a value, or a list of values.")
        wanted.append(((column,), tuple(_text(value) for value in listed)))
    return tuple(wanted)


def _text(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value).strip().casefold()


def _names(where: str, content: Mapping[str, Any], key: str, needed: bool = False) -> Names:
    value = content.get(key, [])
    names = [value] if isinstance(value, str) else value
    if not isinstance(names, list) or not all(isinstance(name, str) and name for name in names):
        raise DataError(f"{where}: {key} must be the name of a column, or a list of names.")
    if needed and not names:
        raise DataError(f"{where}: there is no '{key}'. Write {key} = \"COLUMN\".")
    return tuple(names)


def _known(where: str, content: Mapping[str, Any], known: tuple[str, ...]) -> None:
    for name in content:
        if name not in known:
            raise UnknownName(f"{where}: there is no entry", name, known)
