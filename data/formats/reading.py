"""`import_file`: a user's file of recalls, in any known format, as conditions; `check_file`: all its problems."""

from __future__ import annotations

import re
from collections.abc import Mapping
from itertools import islice
from pathlib import Path
from typing import Any

from memlab.core.errors import DataError, nearest
from memlab.core.recall import Conditions
from memlab.data.formats.detect import detect_format
from memlab.data.formats.doubts import doubt
from memlab.data.formats.known import ALIASES, find_format
from memlab.data.formats.opening import opened
from memlab.data.formats.problems import Problems
from memlab.data.formats.rates import presented_at

__all__ = ["check_file", "import_file"]

PLACE = re.compile(r"(?:, row (\d{1,15}))?: (.*)")
"""What stands between a file's name and what is wrong with it."""


def import_file(
    path: str | Path,
    format: str | None = None,
    *,
    columns: str | Path | None = None,
    lists: str | Path | None = None,
    lists_per_subject: int | None = None,
    seconds_per_item: float | Mapping[str, float] | None = None,
) -> Conditions:
    """Read a file of recalls.

    Parameters
    ----------
    path
        The file, plain or packed (``.gz`` or ``.zip``); for ``bids``, ``jspsych``, ``psychopy``, ``eprime`` and
        ``mapped`` also a folder of files, or a ``.zip`` of it, one a person or session.
    format
        One of `FORMATS`; told from the file by default.
    columns
        A column map (TOML), for files whose columns are the experimenter's own. By default what stands beside the file:
        ``FILE.columns.toml``, or ``columns.toml`` in its folder.
    lists
        For a position table: the table of the studied items, ``subject, list, serial_position, item``.
    lists_per_subject
        For a format that does not say whose list it is: all of the first subject's come first, then the second's.
    seconds_per_item : seconds
        From one onset to the next without distraction, or that by condition; it takes the place of what the file says.
        Where neither says it, 1 s is taken, which matters to models that know the time (SIMPLE, SAM).

    Raises
    ------
    UnknownName
        No such format.
    DataError
        The format cannot be told, does not take an option, or the file breaks a rule of its format; names the file,
        the row and the column.

    Warns
    -----
    DataWarning
        Of what is read, but is probably not meant, such as a negative response time.
    """
    problems = Problems(Path(path).name)
    options = {"columns": columns, "lists": lists, "lists_per_subject": lists_per_subject}
    conditions, _ = _read(Path(path), format, options, problems)
    problems.tell()
    return conditions if seconds_per_item is None else presented_at(conditions, seconds_per_item)


def check_file(path: str | Path, format: str | None = None, **options: Any) -> tuple[str, Conditions | None, Problems]:
    """Return a file's format, what could be read of it, and everything that is wrong with it.

    Parameters
    ----------
    options
        See `import_file`.

    Returns
    -------
    str, Conditions or None, Problems
        None for a file with errors.

    Raises
    ------
    UnknownName, DataError
        No such file or format, or its format cannot be told.
    """
    problems = Problems(Path(path).name, collect=True)
    given = {"columns": None, "lists": None, "lists_per_subject": None} | options
    kind = ""
    try:
        conditions, kind = _read(Path(path), format, given, problems)
    except DataError as error:
        kind = kind or getattr(error, "format", "")
        if not kind:
            raise
        place = PLACE.match(str(error).removeprefix(problems.name))
        row, rest = (int(place[1]) if place[1] else None, place[2]) if place else (None, str(error))
        problems.error(rest, row=row)
        return kind, None, problems
    return kind, None if problems.errors else conditions, problems


def _read(path: Path, format: str | None, options: dict[str, Any], problems: Problems) -> tuple[Conditions, str]:
    if format is not None:
        find_format(format)
    if not path.exists():
        guess = nearest(path.name, _beside(path))
        meant = f" Did you mean {path.with_name(guess)}?" if guess else ""
        raise DataError(f"cannot read {path}: No such file or directory.{meant}")
    if not (path.is_file() or path.is_dir()):
        raise DataError(f"cannot read {path}: it is neither a file nor a folder.")
    with opened(path) as plain:
        kind = ALIASES.get(format, format) if format else _detected(path, plain, options)
        try:
            conditions: Conditions = _call(kind, path, plain, options, problems)
        except DataError as error:
            error.format = kind  # type: ignore[attr-defined]  # for `check_file`, whose list it then joins
            raise
    doubt(conditions, problems)
    return conditions, kind


def _beside(path: Path) -> list[str]:
    """Return the names in the folder of a file that is not there, of which one may be meant."""
    try:
        return [file.name for file in islice(path.parent.iterdir(), MOST_NAMES)]
    except OSError:
        return []


MOST_NAMES = 1000
"""Names among which a name that may be meant is looked for."""


def _detected(path: Path, plain: Path, options: dict[str, Any]) -> str:
    """Return the format; where nothing else tells it, a column map that is given does."""
    if options["columns"] is None:
        return detect_format(plain)
    try:
        kind = detect_format(plain)
    except DataError:
        return "mapped"
    return kind if "columns" in find_format(kind).options else "mapped"


def _call(kind: str, path: Path, plain: Path, options: dict[str, Any], problems: Problems) -> Conditions:
    known = find_format(kind)
    given = {name: value for name, value in options.items() if value is not None}
    for name in given:
        if name not in known.options:
            raise DataError(f"{path.name} is read as {kind}, which takes no --{name.replace('_', '-')}. Leave it out.")
    if "columns" in known.options and "columns" not in given:
        from memlab.data.formats.column_map import map_beside

        given |= {"columns": beside} if (beside := map_beside(path)) else {}
    conditions: Conditions = known.reader()(plain, problems=problems, **given)
    return conditions
