"""Tables whose columns are the experimenter's own, with a `ColumnMap` that says what they mean; read only."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from memlab.core.errors import DataError
from memlab.core.long_file import LongFile, read_columns
from memlab.core.recall import Conditions
from memlab.data.formats.cells import number_cells
from memlab.data.formats.column_map import ColumnMap, Names, Part, read_column_map
from memlab.data.formats.doubts import NOTHING_RECALLED
from memlab.data.formats.events import Events
from memlab.data.formats.long_table import read_events
from memlab.data.formats.opening import opened, read_text
from memlab.data.formats.problems import Problems
from memlab.data.formats.quail import parse_json

__all__ = ["plain_text", "read_mapped", "read_objects", "read_with_map", "table_of"]

DATA = (".csv", ".tsv", ".txt", ".json", ".gz", ".zip")
"""Endings of the files of a folder that are read."""

Parse = Callable[[Path, Problems], LongFile]


def read_mapped(path: str | Path, *, columns: str | Path | None = None, problems: Problems | None = None) -> Conditions:
    """Read any table (CSV, TSV, or a JSON array of objects) with a column map, or a folder of them.

    Parameters
    ----------
    columns
        The map; see `memlab.data.formats.column_map`.
    problems
        Where problems are noted; by default the first error is raised.

    Raises
    ------
    DataError
        No map, a column that is not there, or lists that break a rule of the long table; names the file and the row.
    """
    if columns is None:
        name = Path(path).name
        raise DataError(f"{name}: there is no column map. Write {name}.columns.toml, or give one with --columns.")
    return read_with_map(path, table_of, read_column_map(columns), problems)


def table_of(path: Path, problems: Problems) -> LongFile:
    """Return a CSV file, or a JSON array of objects, as columns of text."""
    if path.suffix.lower() == ".json":
        return read_objects(path)
    return read_columns(path, (lambda row, what: problems.error(what, row=row)) if problems.collect else None)


def read_objects(path: Path) -> LongFile:
    """Return a JSON array of objects as columns of text; row n is the n-th object.

    Several arrays, or objects, one after the other (a person each, as JATOS has them) are one.

    Raises
    ------
    DataError
        It is something else, or holds none.
    """
    content = _joined(path)
    if not isinstance(content, list) or not all(isinstance(entry, dict) for entry in content):
        raise DataError(f"{path.name}: it must be an array of objects, one a trial.")
    if not content:
        raise DataError(f"{path.name} has no rows.")
    names = dict.fromkeys(name for entry in content for name in entry)
    columns: dict[str, Any] = {name: [plain_text(entry.get(name)) for entry in content] for name in names}
    return LongFile(path.name, columns, np.arange(1, len(content) + 1))


def _joined(path: Path) -> Any:
    """Return what a JSON file holds; of several values, one list of what is in them."""
    try:
        return parse_json(path)
    except DataError as error:
        if "Extra data" not in str(error):
            raise
        several = error
    found: list[Any] = []
    text, at = read_text(path).lstrip(), 0
    while at < len(text):
        try:
            value, at = json.JSONDecoder().raw_decode(text, at)
        except (ValueError, RecursionError):
            raise several from None
        found += value if isinstance(value, list) else [value]
        while at < len(text) and text[at].isspace():
            at += 1
    return found


def plain_text(value: Any) -> str:
    """Return a value as text; the texts in an object (several questions) one a line."""
    if value is None or isinstance(value, bool):
        return "" if value is None else str(value).lower()
    if isinstance(value, dict):
        return "\n".join(plain_text(part) for part in value.values() if not isinstance(part, (dict, list)))
    if isinstance(value, list):
        return "\n".join(plain_text(part) for part in value if not isinstance(part, (dict, list)))
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)


def read_with_map(path: str | Path, parse: Parse, known: ColumnMap, problems: Problems | None = None) -> Conditions:
    """Read a file, or every file of a folder, with a parser and a map.

    Raises
    ------
    DataError
        See `read_mapped`.
    """
    path = Path(path)
    problems = problems or Problems(path.name)
    events = Events(path.name)
    files = sorted(f for f in path.iterdir() if f.suffix.lower() in DATA) if path.is_dir() else [path]
    for file in files:
        events.file = problems.file = file.name if path.is_dir() else ""
        with opened(file) as plain:
            _add(events, replace(parse(plain, problems), name=file.name), known, file, problems)
    problems.file = ""
    if not len(events):
        raise DataError(f"{path.name}: no row is a studied item or a response by {known.name}.")
    if not events.responses:
        wanted = " and ".join(f"{' or '.join(names)} is {' or '.join(values)}" for names, values in known.recall.rows)
        what = (
            f"no row is a response; {known.name} takes those where {wanted or ' or '.join(known.recall.item) + ' is'}."
        )
        problems.warn(what, effect=f"{NOTHING_RECALLED}; mend the rows, or give a column map with --columns")
    return read_events(events.table(), problems)


class _Rows:
    """The rows of one file that hold studied items, or responses."""

    def __init__(self, table: LongFile, part: Part, what: str, known: ColumnMap, problems: Problems) -> None:
        item = _column(table, part.item, f"{what}.item", known)
        self.item = table.text(item)
        self.chosen = np.array([text != "" for text in self.item])
        for names, values in part.rows:
            column = _column(table, names, f"{what}.rows", known)
            wanted = {index for index, text in enumerate(table.distinct(column)[1]) if text.casefold() in values}
            self.chosen &= np.isin(table.distinct(column)[0], list(wanted))
        self.part = part
        self.position = _optional_numbers(table, part.position, self.chosen, problems)
        self.time = _optional_numbers(table, part.time, self.chosen, problems)

    def indices(self) -> list[int]:
        """Return the rows, by position where there is one."""
        rows = np.flatnonzero(self.chosen)
        if self.position is not None:
            rows = rows[np.argsort(self.position[rows], kind="stable")]
        return rows.tolist()

    def texts(self, index: int) -> list[str]:
        """Return the items in a field."""
        text = self.item[index]
        for mark in self.part.separator[1:]:
            text = text.replace(mark, self.part.separator[0])
        parts = text.split(self.part.separator[0]) if self.part.separator else [text]
        return [part.strip() for part in parts if part.strip()]


def _add(events: Events, table: LongFile, known: ColumnMap, file: Path, problems: Problems) -> None:
    """Add the events of one file."""
    number = table.text(_column(table, known.list, "list", known))
    subject_column = next((name for name in known.subject if name in table.columns), None)
    if known.subject and subject_column is None:
        _column(table, known.subject, "subject", known)
    subject = [file.stem.split(".")[0]] * len(table) if subject_column is None else table.text(subject_column)
    named = next((name for name in known.condition if name in table.columns), None)
    condition = [""] * len(table) if named is None else table.text(named)
    study = _Rows(table, known.study, "study", known, problems)
    recall = _Rows(table, known.recall, "recall", known, problems)
    recall.chosen &= ~study.chosen if known.study.rows or known.recall.rows else True
    position: dict[tuple[str, str], int] = {}
    for index in study.indices():
        for item in study.texts(index):
            key = (subject[index], number[index])
            position[key] = position.get(key, 0) + 1
            events.study(int(table.rows[index]), *key, position[key], item, condition[index])
    _add_recalls(events, table, recall, subject, number, _of_lists(study, subject, number, condition))


def _of_lists(
    study: _Rows, subject: Sequence[str], number: Sequence[str], condition: Sequence[str]
) -> dict[tuple[str, str], str]:
    """Return each list's condition, as its first study row has it; a recall row may leave it empty."""
    found: dict[tuple[str, str], str] = {}
    for index in study.indices():
        found.setdefault((subject[index], number[index]), condition[index])
    return found


def _add_recalls(
    events: Events,
    table: LongFile,
    recall: _Rows,
    subject: Sequence[str],
    number: Sequence[str],
    condition: dict[tuple[str, str], str],
) -> None:
    output: dict[tuple[str, str], int] = {}
    clock: dict[tuple[str, str], float] = {}
    for index in recall.indices():
        key, texts = (subject[index], number[index]), recall.texts(index)
        time = float("nan") if recall.time is None else float(recall.time[index]) * recall.part.unit
        if recall.part.since == "response":
            time = clock[key] = clock.get(key, 0.0) + time
        for item in texts:
            output[key] = output.get(key, 0) + 1
            known = time if len(texts) == 1 else float("nan")  # a field of several has one time for all of them
            events.recall(int(table.rows[index]), *key, output[key], item, condition.get(key, ""), known)


def _column(table: LongFile, names: Names, what: str, known: ColumnMap) -> str:
    """Return the first of the columns that is there."""
    for name in names:
        if name in table.columns:
            return name
    raise DataError(
        f"{table.name}: there is no column {' or '.join(names)}, which {known.name} has for {what}. Name another in a "
        f"column map (--columns); found: {', '.join(table.columns)}."
    )


def _optional_numbers(table: LongFile, names: Names, chosen: Any, problems: Problems) -> Any:
    name = next((name for name in names if name in table.columns), None)
    return None if name is None else number_cells(table, name, problems, of=chosen)
