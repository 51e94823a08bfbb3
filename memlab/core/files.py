"""Files are whole or absent: written beside their place, then moved into it."""

from __future__ import annotations

import contextlib
import csv
import hashlib
import io
import os
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import IO

import numpy as np

from memlab.core.errors import UsageError

__all__ = ["Columns", "csv_text", "sha256", "whole_file", "write_bytes", "write_text"]

Columns = Mapping[str, "np.ndarray[tuple[int], np.dtype[np.generic]] | Sequence[object]"]
"""A table as its columns, all of one length: what a DataFrame is made of, without pandas."""


def write_bytes(path: str | Path, content: bytes) -> Path:
    """Write a file whole: a reader sees the old content or the new, never a part.

    Raises
    ------
    UsageError
        The folder does not exist or cannot be written.
    """
    target = Path(path)
    with whole_file(target) as file:
        file.write(content)
    return target


@contextlib.contextmanager
def whole_file(path: str | Path) -> Iterator[IO[bytes]]:
    """Yield a file that takes its place when the block ends; after an error or Ctrl-C, what was there is there still.

    A process that is killed leaves the old content, and beside it a file ``.NAME.…`` that nothing reads.

    Raises
    ------
    UsageError
        The folder does not exist or cannot be written, or the disk is full.
    """
    target = Path(path)
    try:
        handle, beside = tempfile.mkstemp(prefix=f".{target.name}.", dir=target.parent)
    except OSError as error:
        raise UsageError(
            f"cannot write {target}: {error.strerror or error}. Choose a folder you may write to."
        ) from None
    try:
        with os.fdopen(handle, "wb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        os.chmod(beside, 0o666 & ~_umask())
        os.replace(beside, target)
    except OSError as error:
        raise UsageError(f"cannot write {target}: {error.strerror or error}.") from None
    finally:
        with contextlib.suppress(OSError):
            os.unlink(beside)


def write_text(path: str | Path, text: str) -> Path:
    """Write a UTF-8 text file whole; see `write_bytes`."""
    return write_bytes(path, text.encode("utf-8"))


def csv_text(columns: Columns, delimiter: str = ",", *, header: bool = True) -> str:
    """Return a table as CSV: floats with 10 significant digits, NaN as an empty field.

    Parameters
    ----------
    header
        Whether the names of the columns come first.

    Examples
    --------
    >>> csv_text({"lag": [1, 2], "prob": [0.5, float("nan")]})
    'lag,prob\\n1,0.5\\n2,\\n'
    """
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\n", delimiter=delimiter)
    if header:
        writer.writerow(columns.keys())
    writer.writerows(zip(*(_cells(column) for column in columns.values()), strict=True))
    return stream.getvalue()


def _cells(column: Sequence[object] | np.ndarray[tuple[int], np.dtype[np.generic]]) -> list[object]:
    """Return a column as the writer takes it: floats as texts."""
    if isinstance(column, np.ndarray) and column.dtype == np.float64:
        return _written_once(column.astype(np.float64, copy=False))
    values = column.tolist() if isinstance(column, np.ndarray) else list(column)
    if not any(issubclass(kind, float) for kind in set(map(type, values))):
        return values
    return [_number(value) if isinstance(value, float) else value for value in values]


def _written_once(column: np.ndarray[tuple[int], np.dtype[np.float64]]) -> list[object]:
    """Return numbers as texts; one that comes several times, as times of study do, is written out once."""
    bits, place = np.unique(np.ascontiguousarray(column).view(np.int64), return_inverse=True)  # the two zeros apart
    texts = [_number(value) for value in bits.view(np.float64).tolist()]
    return [texts[i] for i in place.tolist()]


def _number(value: float) -> str:
    return "" if value != value else f"{value:.10g}"


def sha256(path: str | Path) -> str:
    """Return the SHA-256 of a file, in hex; of a folder, that of the list of its files with theirs."""
    if Path(path).is_dir():
        files = sorted(file for file in Path(path).rglob("*") if file.is_file())
        listed = "".join(f"{sha256(file)}  {file.relative_to(path).as_posix()}\n" for file in files)
        return hashlib.sha256(listed.encode("utf-8")).hexdigest()
    with open(path, "rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask
