"""Reading a big CSV file in pieces: each column is kept as its distinct texts and a code a row.

Three million rows held as texts take 2 GB; as codes, 4 bytes a field. pandas' parser is used, in pieces, after a pass
of our own has found every row that has too few or too many fields, which that parser would fill up or cut.
"""

from __future__ import annotations

import codecs
import csv
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from memlab.core.errors import DataError
from memlab.core.not_utf8 import not_utf8

__all__ = ["Coded", "read_coded", "uneven_rows"]

PIECE = 100_000
"""Rows that are held as texts at a time."""

BLOCK = 1 << 24
"""Bytes that are looked through at a time."""

NEWLINE, RETURN = 10, 13


@dataclass(frozen=True, eq=False)
class Coded(Sequence[str]):
    """A column of texts, few of which differ.

    Attributes
    ----------
    codes : (n_rows,) int
        Each entry's index into the texts.
    texts : tuple of str
        In order of first appearance.
    """

    codes: NDArray[np.int32]
    texts: tuple[str, ...]

    def __len__(self) -> int:
        return len(self.codes)

    def __getitem__(self, index: Any) -> Any:
        found = self.codes[index]
        return self.texts[found] if np.ndim(found) == 0 else [self.texts[code] for code in found.tolist()]

    def __iter__(self) -> Iterator[str]:
        return map(self.texts.__getitem__, self.codes.tolist())

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> NDArray[Any]:
        return np.array(self.texts, dtype=object)[self.codes]


def read_coded(path: Path, names: Sequence[str], delimiter: str) -> dict[str, Coded]:
    """Return the columns of a CSV file with a header.

    Rows that are blank, or have only empty fields, are entries of empty texts.

    Raises
    ------
    DataError
        pandas cannot read it.
    """
    import pandas as pd

    columns = [_Growing() for _ in names]
    try:
        pieces = pd.read_csv(
            path,
            sep=delimiter,
            header=0,
            names=list(range(len(names))),
            index_col=False,
            dtype=object,
            na_filter=False,
            encoding="utf-8-sig",
            skip_blank_lines=False,
            chunksize=PIECE,
        )
        with pieces:
            for piece in pieces:
                for i, column in enumerate(columns):
                    column.add(*pd.factorize(piece[i].to_numpy(dtype=object)))
    except (pd.errors.ParserError, pd.errors.EmptyDataError) as error:
        raise DataError(f"{path.name} is not a readable CSV file: {str(error).splitlines()[0]}.") from None
    return {name: column.whole() for name, column in zip(names, columns, strict=True)}


class _Growing:
    """A column while it is read."""

    def __init__(self) -> None:
        self._code_of: dict[str, int] = {}
        self._parts: list[NDArray[np.int32]] = []

    def add(self, codes: Any, texts: Any) -> None:
        """Add a piece, which has codes of its own."""
        ours = [self._code_of.setdefault(text, len(self._code_of)) for text in texts]
        self._parts.append(np.array(ours, dtype=np.int32)[codes])

    def whole(self) -> Coded:
        """Return the column, and forget it."""
        codes = np.concatenate(self._parts) if self._parts else np.zeros(0, dtype=np.int32)
        self._parts.clear()
        return Coded(codes, tuple(self._code_of))


def uneven_rows(path: Path, n_fields: int, delimiter: str) -> list[tuple[int, int]]:
    """Return the rows that have another number of fields than the header, each with its number; blank lines are none.

    Returns
    -------
    list of (int, int)
        The row (the header is 1) and the fields it has; at most the first `SHOWN` of a block of the file.

    Raises
    ------
    DataError
        The file is not UTF-8, or is no CSV.
    """
    found: list[tuple[int, int]] = []
    n_lines, rest = 0, b""
    for block in _utf8_blocks(path):
        if b'"' in block or block.count(b"\r") != block.count(b"\r\n"):
            return _uneven_by_csv(path, n_fields, delimiter)
        block = rest + block
        cut = block.rfind(b"\n") + 1
        if cut:
            found += _uneven_in(block[:cut], n_fields, delimiter, n_lines)
        n_lines += block.count(b"\n")
        rest = block[cut:]
    return found + _uneven_in(rest + b"\n", n_fields, delimiter, n_lines) if rest else found


SHOWN = 1000
"""Of a file in which every row is wrong, more need not be kept."""


def _utf8_blocks(path: Path) -> Iterator[bytes]:
    """Yield a file block by block, no block ending between the two letters of a Windows line end."""
    decoder = codecs.getincrementaldecoder("utf-8")()
    with path.open("rb") as file:
        while block := file.read(BLOCK):
            if block.endswith(b"\r"):
                block += file.read(1)
            try:
                decoder.decode(block)
            except UnicodeDecodeError:
                raise not_utf8(path) from None
            yield block
    if decoder.getstate()[0]:
        raise not_utf8(path)


def _uneven_in(lines: bytes, n_fields: int, delimiter: str, n_before: int) -> list[tuple[int, int]]:
    """Look through whole lines without quotes."""
    letters = np.frombuffer(lines, dtype=np.uint8)
    ends = np.flatnonzero(letters == NEWLINE)
    length = np.diff(ends, prepend=-1) - 1
    length -= (length > 0) & (letters[ends - 1] == RETURN)
    fields = np.diff(np.searchsorted(np.flatnonzero(letters == ord(delimiter)), ends), prepend=0) + 1
    odd = np.flatnonzero((fields != n_fields) & (length > 0))[:SHOWN]
    return [(n_before + int(i) + 1, int(fields[i])) for i in odd]


def _uneven_by_csv(path: Path, n_fields: int, delimiter: str) -> list[tuple[int, int]]:
    """Look through a file with quotes, or with line ends of old Macs, row by row."""
    row = 0
    found: list[tuple[int, int]] = []
    with path.open(encoding="utf-8-sig", newline="") as file:
        try:
            for row, line in enumerate(csv.reader(file, delimiter=delimiter, strict=True), start=1):
                if line and len(line) != n_fields and len(found) < SHOWN:
                    found.append((row, len(line)))
        except csv.Error as error:
            raise DataError(
                f"{path.name} is not a readable CSV file: {error}, in what starts at row {row + 1}."
            ) from None
    return found
