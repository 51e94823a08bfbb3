"""MATLAB files of versions 5 to 7.2 (``save``, ``save -v7``) as plain values: numbers, text, cells and structs.

Our own reader, as the one in SciPy 1.17 crashes the process on some damaged files. Every length is checked against the
bytes that are there, so nothing larger than the file unpacked, itself bounded, is ever made; objects, functions, sparse
and complex arrays are passed over.

References
----------
The MathWorks, MAT-File Format (R2024a).
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from memlab.core.errors import DataError
from memlab.data.formats.opening import MAX_TEXT, MAX_UNPACKED

__all__ = ["read_mat5"]

HEADER = 128
TAG = {"<": struct.Struct("<II"), ">": struct.Struct(">II")}
MATRIX, COMPRESSED = 14, 15
NUMBERS = {1: "i1", 2: "u1", 3: "i2", 4: "u2", 5: "i4", 6: "u4", 7: "f4", 9: "f8", 12: "i8", 13: "u8"}
"""The types of stored numbers."""

TEXTS = {1: "latin-1", 2: "latin-1", 16: "utf-8", 4: "utf-16", 17: "utf-16", 18: "utf-32"}
"""The types that text is stored as."""

CELL, STRUCT, CHAR = 1, 2, 4
NUMERIC = {6: "f8", 7: "f4", 8: "i1", 9: "u1", 10: "i2", 11: "u2", 12: "i4", 13: "u4", 14: "i8", 15: "u8"}
"""The classes of arrays of numbers."""

COMPLEX = 0x0800
DEEPEST = 16
"""Levels of structs and cells in each other."""


class _Broken(ValueError):
    """The bytes break a rule of the format; the message says which."""


@dataclass(frozen=True)
class _Element:
    """One element: its type and its bytes."""

    kind: int
    data: memoryview

    def numbers(self, order: str) -> np.ndarray[Any, np.dtype[Any]]:
        """Return the numbers in it."""
        if self.kind not in NUMBERS:
            raise _Broken(f"type {self.kind} where numbers are due")
        dtype = np.dtype(NUMBERS[self.kind]).newbyteorder(order)  # type: ignore[arg-type]
        if len(self.data) % dtype.itemsize:
            raise _Broken("an array that is cut off")
        return np.frombuffer(self.data, dtype)

    def text(self, order: str) -> str:
        """Return the text in it."""
        if self.kind not in TEXTS:
            raise _Broken(f"type {self.kind} where text is due")
        codec = TEXTS[self.kind] + ("" if self.kind in (1, 2, 16) else "-le" if order == "<" else "-be")
        return bytes(self.data).decode(codec, "replace")


def read_mat5(path: Path) -> dict[str, Any]:
    """Return the variables of a MATLAB file by name.

    Returns
    -------
    dict
        Arrays of numbers; text (a list of rows, where there are several); cells as arrays of objects; a struct as dict.

    Raises
    ------
    DataError
        Another file, one that is damaged, or one that unpacks to too much.
    """
    if path.stat().st_size > MAX_TEXT:
        raise DataError(f"{path.name} is larger than {MAX_TEXT >> 20} MiB. Divide it, a file a subject.")
    content = memoryview(path.read_bytes())
    order = {b"IM": "<", b"MI": ">"}.get(bytes(content[126:128]))
    if order is None or len(content) < HEADER:
        raise DataError(f"{path.name} is not a readable MATLAB file: it has no header of version 5. Save it with -v7.")
    variables: dict[str, Any] = {}
    try:
        for element in _unpacked(content[HEADER:], order):
            if element.kind == MATRIX:
                name, value = _matrix(element.data, order)
                if value is not None:
                    variables[name] = value
    except _Broken as error:
        raise DataError(f"{path.name} is not a readable MATLAB file: {error}.") from None
    return variables


def _unpacked(content: memoryview, order: str) -> Iterator[_Element]:
    """Yield the elements of a file, unpacked; together at most `MAX_UNPACKED` bytes."""
    left = MAX_UNPACKED
    for element in _elements(content, order):
        if element.kind != COMPRESSED:
            yield element
            continue
        unpacker = zlib.decompressobj()
        try:
            data = unpacker.decompress(element.data, left + 1)
        except zlib.error as error:
            raise _Broken(str(error)) from None
        left -= len(data)
        if left < 0:
            raise _Broken(f"it unpacks to more than {MAX_UNPACKED >> 20} MiB")
        yield from _elements(memoryview(data), order)


def _elements(content: memoryview, order: str) -> Iterator[_Element]:
    """Yield the elements that follow one another in some bytes."""
    at, tag = 0, TAG[order]
    while len(content) - at >= 8:
        first, size = tag.unpack_from(content, at)
        kind, start = first, at + 8
        if first >> 16:  # a small element: type, size and up to four bytes in one word pair
            kind, size, start = first & 0xFFFF, first >> 16, at + 4
            if size > 4:
                raise _Broken("a small element that is not small")
        if size > len(content) - start:
            raise _Broken("it is cut off")
        yield _Element(kind, content[start : start + size])
        at = start + size if kind == COMPRESSED else at + 8 * -(-(start + size - at) // 8)


def _matrix(content: memoryview, order: str, depth: int = 0) -> tuple[str, Any]:
    """Return the name and value of an array; None for what is passed over."""
    if not len(content):
        return "", np.zeros((0, 0))
    if depth > DEEPEST:
        raise _Broken("structs and cells nest too deeply")
    parts = list(_elements(content, order))
    if len(parts) < 3:
        raise _Broken("an array without its shape or name")
    flags, shape = parts[0].numbers(order), [int(n) for n in parts[1].numbers(order)]
    if not len(flags) or not shape or len(shape) > DEEPEST or min(shape) < 0:
        raise _Broken("an array without a shape")
    name, kind, rest = parts[2].text(order), int(flags[0]) & 0xFF, parts[3:]
    if kind in NUMERIC and not int(flags[0]) & COMPLEX:
        return name, _numbers(rest, shape, NUMERIC[kind], order)
    if kind == CHAR:
        return name, _text(rest, shape, order)
    if kind == CELL:
        return name, _cells(rest, shape, order, depth)
    return name, _struct(rest, shape, order, depth) if kind == STRUCT else None


def _count(shape: list[int]) -> int:
    count = 1
    for n in shape:
        count *= n
    return count


def _numbers(parts: list[_Element], shape: list[int], dtype: str, order: str) -> np.ndarray[Any, np.dtype[Any]]:
    """Return an array of numbers, which may be stored as a smaller type than its own."""
    stored = parts[0].numbers(order) if parts else np.zeros(0)
    if len(stored) != _count(shape):
        raise _Broken(f"{len(stored)} numbers for the shape {tuple(shape)}")
    with np.errstate(invalid="ignore", over="ignore"):
        return stored.astype(dtype).reshape(shape, order="F")


def _text(parts: list[_Element], shape: list[int], order: str) -> Any:
    """Return text; several rows as a list; None for text of more dimensions."""
    if len(shape) != 2:
        return None
    letters = parts[0].text(order) if parts else ""
    n_units = len(parts[0].data) // 2 if parts and parts[0].kind in (4, 17) else len(letters)
    if n_units != _count(shape):
        raise _Broken("text of another length than its shape says")
    rows = [letters[row :: shape[0]].rstrip() for row in range(shape[0])] if letters else []
    return rows[0] if len(rows) == 1 else rows or ""


def _cells(parts: list[_Element], shape: list[int], order: str, depth: int) -> np.ndarray[Any, np.dtype[Any]]:
    if len(parts) != _count(shape):
        raise _Broken(f"{len(parts)} cells for the shape {tuple(shape)}")
    cells = np.empty(len(parts), dtype=object)
    for index, part in enumerate(parts):
        cells[index] = _inner(part, order, depth)
    return cells.reshape(shape, order="F")


def _inner(part: _Element, order: str, depth: int) -> Any:
    """Return the value of an array within another one."""
    if part.kind != MATRIX:
        raise _Broken(f"type {part.kind} where an array is due")
    return _matrix(part.data, order, depth + 1)[1]


def _struct(parts: list[_Element], shape: list[int], order: str, depth: int) -> dict[str, Any] | None:
    """Return a struct by field; None for an array of several."""
    if _count(shape) != 1:
        return None
    if len(parts) < 2 or len(width := parts[0].numbers(order)) != 1 or not 0 < int(width[0]) <= len(parts[1].data) + 1:
        raise _Broken("a struct without names of its fields")
    step = int(width[0])
    names = [bytes(parts[1].data[at : at + step]).split(b"\0")[0] for at in range(0, len(parts[1].data), step)]
    if len(names) != len(parts) - 2:
        raise _Broken(f"{len(parts) - 2} values for {len(names)} fields")
    fields = {name.decode("latin-1"): _inner(part, order, depth) for name, part in zip(names, parts[2:], strict=True)}
    return {name: value for name, value in fields.items() if value is not None}
