"""Files are whole or absent: written beside their place, then moved into it."""

from __future__ import annotations

import contextlib
import csv
import hashlib
import io
import os
import re
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import IO
from urllib.parse import quote

import numpy as np

from memlab.core.errors import UsageError

__all__ = [
    "Columns",
    "csv_text",
    "delete_left_behind",
    "file_name",
    "sha256",
    "whole_file",
    "write_bytes",
    "write_text",
]

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

    A process that is killed leaves the old content, and beside it a file ``.NAME.…`` that nothing reads
    (`delete_left_behind`). A link to a file is replaced, and not what it leads to.

    Raises
    ------
    UsageError
        The folder does not exist or cannot be written, or the disk is full; a folder or a device has the name.
    """
    target = Path(path)
    _refuse_what_is_no_file(target)
    try:
        handle, beside = tempfile.mkstemp(prefix=f".{target.name[:LONGEST]}.", dir=target.parent)
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


def delete_left_behind(path: str | Path) -> None:
    """Delete what killed processes had begun to write in place of a file; only while nobody writes it (`hold_file`)."""
    target = Path(path)
    begun = re.compile(re.escape(f".{target.name[:LONGEST]}.") + r"[a-z0-9_]{8}")
    for file in target.parent.glob(".*") if target.parent.is_dir() else ():
        if begun.fullmatch(file.name):
            with contextlib.suppress(OSError):
                file.unlink()


LONGEST = 40
"""Letters of a name that the name of the file beside it begins with: 255 bytes are the most that a disk takes."""


def _refuse_what_is_no_file(target: Path) -> None:
    """Refuse to put a file in the place of a folder or a device: an administrator's process could replace /dev/null."""
    if os.path.exists(target) and not os.path.isfile(target):
        what = "a folder" if os.path.isdir(target) else "no ordinary file"
        raise UsageError(f"cannot write {target}: it is {what}. Give the name of a file.")


def write_text(path: str | Path, text: str) -> Path:
    """Write a UTF-8 text file whole; see `write_bytes`.

    What is no letter of Unicode is written as its code, ``\\udcf6``: Python has such a half of a pair where a file's
    name is not in the encoding of the system, and where a JSON file has one.
    """
    return write_bytes(path, text.encode("utf-8", "backslashreplace"))


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
        return hashlib.sha256(listed.encode("utf-8", "surrogateescape")).hexdigest()
    with open(path, "rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


NAME_LENGTH = 100
"""Letters of a label that a file's name keeps: with what else belongs to it, it stays below the 255 bytes of a disk."""

PLAIN = " =+,()"
"""What a file's name may have, beside letters of ASCII, digits, and ``_.-~``."""

DEVICES = frozenset(("con", "prn", "aux", "nul", *(f"{port}{i}" for port in ("com", "lpt") for i in range(10))))
"""Names that Windows keeps for devices, whatever the ending."""


def file_name(label: str) -> str:
    """Return the part of a file's name that stands for a label, such as a subject's: no two labels have the same.

    Letters that a disk may refuse or read as a path are written as their codes (``%2F``); a long label ends in the
    first digits of its SHA-256.

    Examples
    --------
    >>> file_name("s 01"), file_name("../x"), file_name("con")
    ('s 01', '..%2Fx', '%63on')
    """
    name = quote(label, safe=PLAIN, errors="surrogatepass")
    if name.split(".")[0].casefold() in DEVICES:
        name = f"%{ord(name[0]):02X}{name[1:]}"
    if len(name) <= NAME_LENGTH:
        return name
    return f"{name[:NAME_LENGTH]}~{hashlib.sha256(label.encode('utf-8', 'surrogatepass')).hexdigest()[:16]}"


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask
