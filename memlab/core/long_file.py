"""Reading a delimited text file, or a DataFrame, into plain columns that remember their rows.

pandas takes longer to import than an experiment takes to read, so it is used for big files only.
"""

from __future__ import annotations

import csv
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from memlab.core.big_file import Coded, read_coded, uneven_rows
from memlab.core.errors import DataError, nearest
from memlab.core.not_utf8 import not_utf8
from memlab.core.recall import Floats, Ints

__all__ = ["EXACT", "LongFile", "delimiter_of", "read_columns"]

BIG_FILE = 16_000_000
"""Bytes from which on pandas' reader makes up for its import time (measured: about 0.4 s)."""

EXACT = 2.0**53
"""From here on a float does not hold every whole number."""

MANY = 200_000
"""Entries from which on pandas finds the distinct values of a column faster than a dict, its import included."""

MISSING = frozenset({"", "nan", "NaN", "NA", "n/a", "None"})
"""Fields that say nothing."""


@dataclass(frozen=True)
class LongFile:
    """Columns of text or numbers, with the row of the file that each entry came from.

    Attributes
    ----------
    name : str
        The file's name, or ``"table"``: the start of every message.
    columns : dict of sequence
        By column name.
    rows : (n_rows,) int
        Row of the file (the header is row 1) or of the DataFrame (from 0).
    files : sequence of str
        The file of each entry, where they come from several; ``name`` is then their folder.
    decimal_comma : bool
        Whether 1,5 is a number: in a file that is separated by semicolons or tabs, as Excel writes in many countries.
    """

    name: str
    columns: dict[str, Sequence[Any] | NDArray[Any]]
    rows: Ints
    decimal_comma: bool = False
    files: Sequence[str] = ()

    def __len__(self) -> int:
        return len(self.rows)

    def fail(self, index: int, message: str) -> DataError:
        """Return the error for entry ``index``."""
        file = f"{self.name}/{self.files[index]}" if self.files else self.name
        return DataError(f"{file}, row {self.rows[index]}: {message}")

    def need(self, *names: str) -> None:
        """Raise unless every column is there."""
        for name in names:
            if name not in self.columns:
                raise DataError(
                    f"{self.name}: there is no column '{name}'{self.hint(name)}. Needed: {', '.join(names)}; "
                    f"found: {', '.join(self.columns) or 'none'}."
                )

    def hint(self, missing: str) -> str:
        """Return what may be meant where a column is missing, in brackets; empty where nothing is near."""
        guess = nearest(missing, self.columns)
        if {"input", "output", "study", "recall"} <= set(self.columns):
            return " (this looks like psifr's merged table; give the raw one that it was made of)"
        if missing == "trial_type" and {"response", "responses"} & set(self.columns):
            return " (these look like typed answers: memlab score FILE --lists LISTS)"
        return f" (is '{guess}' meant?)" if guess else ""

    def distinct(self, name: str) -> tuple[Ints, tuple[str, ...]]:
        """Return a column's distinct texts, in order of appearance, and each entry's index into them.

        Missing values are ``""``.
        """
        codes, values = self._factorized(name)
        cleaned = [_clean(value) for value in values]  # few differ: each is cleaned once
        index = {text: i for i, text in enumerate(dict.fromkeys(cleaned))}
        return np.array([index[text] for text in cleaned], dtype=np.int64)[codes], tuple(index)

    def text(self, name: str) -> list[str]:
        """Return a column as text; missing values are ``""``."""
        codes, texts = self.distinct(name)
        return [texts[code] for code in codes.tolist()]

    def _factorized(self, name: str) -> tuple[Ints, list[Any]]:
        """Return each entry's index into the distinct values, and these; pandas does it where there are many."""
        column = self.columns[name]
        if isinstance(column, Coded):
            return column.codes.astype(np.int64), list(column.texts)
        try:
            if len(column) >= MANY:
                import pandas as pd

                coded, found = pd.factorize(np.asarray(column, dtype=object), use_na_sentinel=False)
                return np.asarray(coded, dtype=np.int64), list(found)
            values = column.tolist() if isinstance(column, np.ndarray) else column
            index = {value: i for i, value in enumerate(dict.fromkeys(values))}
            codes = np.fromiter(map(index.__getitem__, values), dtype=np.int64, count=len(column))
            return codes, list(index)
        except TypeError:
            raise DataError(f"{self.name}: column {name} holds something else than text and numbers.") from None

    def numbers(self, name: str, *, missing: bool = False) -> Floats:
        """Return a column as numbers; NaN where nothing is given, which raises unless ``missing`` is allowed."""
        column = self.columns[name]
        try:
            if isinstance(column, np.ndarray) and column.dtype.kind in "iufb":
                values = column.astype(np.float64)
            else:
                codes, found = self._factorized(name)
                values = np.array([self.number(value) for value in found])[codes]
        except (TypeError, ValueError):
            raise self._not_a_number(name) from None
        unusable = np.isinf(values) if missing else ~np.isfinite(values)
        if unusable.any():
            index = int(np.argmax(unusable))
            raise self.fail(index, f"{name} is {self._shown(name, index)}; it must be a number.")
        return values

    def whole(self, name: str) -> Ints:
        """Return a column as whole numbers."""
        values = self.numbers(name)
        not_whole = (values != np.floor(values)) | (np.abs(values) >= EXACT)
        if not_whole.any():
            index = int(np.argmax(not_whole))
            raise self.fail(index, f"{name} is {self._shown(name, index)}; it must be a whole number.")
        return values.astype(np.int64)

    def labels(self, name: str) -> NDArray[Any]:
        """Return a column as labels: whole numbers if all are, otherwise text."""
        codes, labels = self.ranked(name)
        found: NDArray[Any] = labels[codes]
        return found

    def ranked(self, name: str) -> tuple[Ints, NDArray[Any]]:
        """Return each entry's index into the sorted labels of a column, and these; see `labels`."""
        column = self.columns[name]
        if isinstance(column, np.ndarray) and column.dtype.kind in "iu":
            found, codes = np.unique(column.astype(np.int64), return_inverse=True)
            return codes.astype(np.int64), found
        codes, texts = self.distinct(name)
        if "" in texts:
            raise self.fail(int(np.argmax(codes == texts.index(""))), f"{name} is empty; every row needs one.")
        found, rank = np.unique(_as_labels(texts), return_inverse=True)
        return rank.astype(np.int64)[codes], found

    def number(self, value: Any) -> float:
        """Return a field as a number, NaN for one that says nothing; raises ValueError or TypeError."""
        if value is None or value in MISSING:
            return float("nan")
        if isinstance(value, str) and "_" in value:
            raise ValueError(value)  # Python reads 1_0 as ten
        if self.decimal_comma and isinstance(value, str) and value.count(",") == 1 and "." not in value:
            return float(value.replace(",", "."))
        return float(value)

    def _shown(self, name: str, index: int) -> str:
        value = self.columns[name][index]
        return "empty" if value is None or value != value or value == "" else f"'{value}'"

    def _not_a_number(self, name: str) -> DataError:
        for index, value in enumerate(self.columns[name]):
            try:
                self.number(value)
            except (TypeError, ValueError):
                return self.fail(index, f"{name} is '{value}'; it must be a number.")
        return DataError(f"{self.name}: column {name} holds values that are not numbers.")


def _as_labels(texts: Sequence[str]) -> NDArray[Any]:
    try:
        return np.array([_whole(text) for text in texts], dtype=np.int64)
    except (ValueError, OverflowError):
        return np.array(texts, dtype=object)


def _whole(text: str) -> int:
    """Return a text as a whole number; raises ValueError for any other, also for 1_0, which Python reads as ten."""
    return int(text if "_" not in text else "")


def _clean(value: object) -> str:
    """Return the text of a field, "" for one that says nothing."""
    return "" if value is None or value != value or value in MISSING else _plain(value)


def _plain(value: object) -> str:
    """Return the text of a value; 3.0 reads 3, as a table with gaps stores its whole numbers."""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value).strip()


def read_columns(source: object, ragged: Callable[[int, str], None] | None = None) -> LongFile:
    """Read a CSV file (separated by commas, tabs or semicolons), a DataFrame or a dict of columns.

    Parameters
    ----------
    source : path, DataFrame, dict of columns, or LongFile
        The last, which keeps the rows it came from, as it is.
    ragged
        Called with the row and the problem of each row that has too few or too many fields, which is then left out; by
        default the first such row is an error.

    Raises
    ------
    DataError
        No such file, not UTF-8, empty, or a row with too few or too many fields.
    """
    if isinstance(source, LongFile):
        return source
    if isinstance(source, (str, Path)):
        path = Path(source)
        try:
            big = path.stat().st_size > BIG_FILE
            return _read_big(path, ragged) if big else _read_small(path, ragged)
        except UnicodeDecodeError:
            raise not_utf8(path) from None
        except OSError as error:
            raise DataError(f"cannot read {path}: {error.strerror or error}.") from None
    pandas = sys.modules.get("pandas")
    if pandas is not None and isinstance(source, pandas.DataFrame):
        columns = {str(name): source[name].to_numpy() for name in source.columns}
        return _not_empty(LongFile("table", columns, np.arange(len(source))))
    if isinstance(source, dict):
        lengths = {len(column) for column in source.values()}
        if len(lengths) > 1:
            raise DataError(f"table: its columns have different lengths: {sorted(lengths)}.")
        return _not_empty(LongFile("table", source, np.arange(lengths.pop() if lengths else 0)))
    raise DataError(f"a table is a path, a DataFrame or a dict of columns. Got {type(source).__name__} instead.")


def _not_empty(table: LongFile) -> LongFile:
    if not len(table):
        raise DataError(f"{table.name} has no rows.")
    return table


def delimiter_of(header: str) -> str:
    """Return what separates a header's names: a comma, a tab, or a semicolon as Excel writes in many countries."""
    return max(",\t;", key=header.count)


def _read_small(path: Path, ragged: Callable[[int, str], None] | None = None) -> LongFile:
    with path.open(encoding="utf-8-sig", newline="") as file:
        delimiter, header = _header(path, file.readline())
        fields: list[str] = []  # one flat list: as many small ones would keep the garbage collector busy
        n_fields: list[int] = []
        try:
            for line in csv.reader(file, delimiter=delimiter, strict=True):
                if len(line) == len(header) and not any(line):
                    line = []  # nothing but delimiters, as spreadsheets write below a table: a blank line
                if ragged is not None and line and len(line) != len(header):
                    ragged(len(n_fields) + 2, f"{len(line)} fields; the header has {len(header)}.")
                    line = []
                fields += line
                n_fields.append(len(line))
        except csv.Error as error:
            raise DataError(
                f"{path.name} is not a readable CSV file: {error}, in what starts at row {len(n_fields) + 2}."
            ) from None
    rows = np.flatnonzero(n_fields) + 2  # a blank line is no row
    for row in rows[np.take(n_fields, rows - 2) != len(header)][:1].tolist():
        raise DataError(f"{path.name}, row {row}: {n_fields[row - 2]} fields; the header has {len(header)}.")
    columns: dict[str, Any] = {name: fields[i :: len(header)] for i, name in enumerate(header)}
    return _not_empty(LongFile(path.name, columns, rows, delimiter != ","))


def _read_big(path: Path, ragged: Callable[[int, str], None] | None = None) -> LongFile:
    with path.open(encoding="utf-8-sig", newline="") as file:
        delimiter, header = _header(path, file.readline())
    for row, n_fields in uneven_rows(path, len(header), delimiter):
        if ragged is not None:
            return _read_small(path, ragged)
        raise DataError(f"{path.name}, row {row}: {n_fields} fields; the header has {len(header)}.")
    try:
        columns = read_coded(path, header, delimiter)
    except DataError:  # pandas stumbles over some lone carriage returns; what is really wrong, the slow reader says
        return _read_small(path, ragged)
    written = np.logical_or.reduce([_is_written(column) for column in columns.values()])  # a blank line is no row
    if not written.all():
        columns = {name: Coded(column.codes[written], column.texts) for name, column in columns.items()}
    return _not_empty(LongFile(path.name, dict(columns), np.flatnonzero(written) + 2, delimiter != ","))


def _is_written(column: Coded) -> NDArray[np.bool_]:
    """Return which entries say something."""
    return np.array([text != "" for text in column.texts], dtype=np.bool_)[column.codes]


def _header(path: Path, line: str) -> tuple[str, list[str]]:
    """Return what separates a file's fields, and the names of its columns, each once."""
    if not line.strip():
        raise DataError(f"{path.name} is empty. A header row is needed first.")
    delimiter = delimiter_of(line)
    header = [name.strip() for name in next(csv.reader([line], delimiter=delimiter))]
    for name in header:
        if header.count(name) > 1:
            raise DataError(f"{path.name}, row 1: column '{name}' stands there twice.")
    return delimiter, header
