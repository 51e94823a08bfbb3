"""Opening a file that may be packed, in another encoding, or a pickle: what is read is plain, and of bounded size.

Packed files (``.gz``, and ``.zip`` with a file or a folder of files) are unpacked elsewhere; a name that climbs out of
its folder is refused. A pickle is never opened, since opening one runs what is in it.
"""

from __future__ import annotations

import codecs
import gzip
import tempfile
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from typing import IO

from memlab.core.errors import DataError
from memlab.core.not_utf8 import not_utf8

__all__ = ["MAX_RATIO", "MAX_TEXT", "MAX_UNPACKED", "head", "opened", "read_text"]

MAX_UNPACKED = 1 << 30
"""Bytes that a packed file may unpack to: a hundred times the largest archive of free recall that is public."""

MAX_RATIO = 200
"""How many times its size a packed file may unpack to; tables pack 5 to 30 times, a bomb a thousand times."""

SMALL = 1 << 24
"""Bytes up to which the ratio is not looked at: the same short line over and over packs well without being a bomb."""

MAX_FILES = 20_000
"""Files in an archive: ten times those of the largest data set of recall on OpenNeuro."""

MAX_TEXT = 1 << 29
"""Bytes of a JSON file, or of a log, that is read as a whole."""

PACKED = (".gz", ".zip")
CHUNK = 1 << 20
HEAD = 1 << 16
GZIP, ZIP = b"\x1f\x8b", b"PK\x03\x04"
PICKLES = (".pkl", ".pickle", ".psydat", ".joblib", ".egg", ".fegg")
"""Endings of files that are pickles, or HDF5 with pickles in it (quail's ``.egg``)."""


def head(path: Path) -> bytes:
    """Return the first bytes of a file.

    Raises
    ------
    DataError
        It cannot be read.
    """
    try:
        with path.open("rb") as file:
            return file.read(HEAD)
    except OSError as error:
        raise DataError(f"cannot read {path}: {error.strerror or error}.") from None


@contextmanager
def opened(path: Path) -> Iterator[Path]:
    """Yield a plain file with what is in ``path``: itself, or an unpacked or decoded copy that is deleted afterwards.

    An archive of several files is a folder.

    Raises
    ------
    DataError
        No such file, a pickle, or a packed file that is broken, too large or empty.
    """
    if path.is_dir():
        yield path
        return
    start = head(path)
    _refuse_pickle(path, start)
    if path.suffix.lower() in PACKED and not start.startswith((GZIP, ZIP)):
        raise DataError(f"cannot unpack {path}: it is not packed, though its name says so.")
    if not (start.startswith((GZIP, ZIP)) or _utf16(start)):
        yield path
        return
    with tempfile.TemporaryDirectory(prefix="memlab-") as folder:
        yield _plain(path, start, Path(folder))


def _plain(path: Path, start: bytes, folder: Path) -> Path:
    try:
        if start.startswith(ZIP):
            path = _unzip(path, folder)
        elif start.startswith(GZIP):
            target = folder / (path.stem if path.suffix.lower() == ".gz" else path.name)
            with gzip.open(path, "rb") as file:
                _copy(file, target, path)
            path = target
    except (OSError, EOFError, zlib.error, zipfile.BadZipFile, NotImplementedError, RuntimeError) as error:
        raise DataError(f"cannot unpack {path}: {error}.") from None
    if path.is_dir():
        return path
    inside = head(path)
    _refuse_pickle(path, inside)
    if inside.startswith((GZIP, ZIP)):
        raise DataError(f"{path.name} is packed twice. Unpack it first.")
    return _decoded(path, folder) if _utf16(inside) else path


def _unzip(path: Path, folder: Path) -> Path:
    """Unpack an archive; folders and what macOS adds are passed over."""
    with zipfile.ZipFile(path) as archive:
        if "[Content_Types].xml" in archive.namelist():
            raise DataError(f"{path.name} is an Office document. Save the sheet as CSV (UTF-8).")
        for name in archive.namelist():
            place = PurePosixPath(name.replace("\\", "/"))
            if place.is_absolute() or ".." in place.parts or ":" in name:
                raise DataError(f"{path.name} holds a file named '{name}', which leads out of its folder; refused.")
        members = [m for m in archive.infolist() if not m.is_dir() and not m.filename.startswith("__MACOSX/")]
        if not 1 <= len(members) <= MAX_FILES:
            raise DataError(f"{path.name} holds {len(members):,} files; memlab unpacks 1 to {MAX_FILES:,}.")
        if len(members) > 1:
            return _unzip_folder(archive, members, folder / path.stem, path)
        target = folder / (PurePosixPath(members[0].filename).name or "data")
        with archive.open(members[0]) as file:
            _copy(file, target, path)
        return target


def _unzip_folder(archive: zipfile.ZipFile, members: list[zipfile.ZipInfo], folder: Path, packed: Path) -> Path:
    """Unpack several files, and return the folder that they are in; their sizes count together."""
    size = 0
    for member in members:
        target = folder.joinpath(*PurePosixPath(member.filename.replace("\\", "/")).parts)
        target.parent.mkdir(parents=True, exist_ok=True)
        with archive.open(member) as file:
            size = _copy(file, target, packed, size)
    inside = list(folder.iterdir())
    return inside[0] if len(inside) == 1 and inside[0].is_dir() else folder


def _copy(file: IO[bytes] | gzip.GzipFile, target: Path, packed: Path, size: int = 0) -> int:
    """Unpack to ``target``, stop where it grows beyond all measure, and return the bytes unpacked so far."""
    limit = min(MAX_UNPACKED, max(SMALL, MAX_RATIO * packed.stat().st_size))
    with target.open("wb") as out:
        while chunk := file.read(CHUNK):
            size += len(chunk)
            if size > limit:
                raise DataError(
                    f"{packed.name} unpacks to more than {limit >> 20} MiB ({MAX_RATIO} times its size, at most "
                    f"{MAX_UNPACKED >> 20} MiB); it looks like a zip bomb. Unpack it yourself if it is not."
                )
            out.write(chunk)
    return size


def _utf16(start: bytes) -> bool:
    return start.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)) and not start.startswith(codecs.BOM_UTF32_LE)


def _decoded(path: Path, folder: Path) -> Path:
    """Write UTF-16 text (E-Prime, Excel's "Unicode text") as UTF-8."""
    target = folder / "utf8" / path.name
    target.parent.mkdir()
    try:
        with path.open(encoding="utf-16", newline="") as file, target.open("w", encoding="utf-8", newline="") as out:
            while text := file.read(CHUNK):
                out.write(text)
    except UnicodeError:
        raise DataError(f"{path.name} is not UTF-16 text, though it starts like it. Save it as UTF-8.") from None
    return target


def _refuse_pickle(path: Path, start: bytes) -> None:
    """Refuse what is a pickle by its ending or by its first byte (the mark of protocols 2 to 5)."""
    if path.suffix.lower() in PICKLES or (start[:1] == b"\x80" and start[1:2] in b"\x02\x03\x04\x05"):
        raise DataError(
            f"{path.name} is a pickle, which runs what is in it when it is opened; memlab never opens one. Export the "
            "data as CSV or JSON."
        )


def read_text(path: Path) -> str:
    """Return a whole text file, its byte order mark and Windows line ends taken off.

    Raises
    ------
    DataError
        It cannot be read, is larger than `MAX_TEXT`, or is not UTF-8.
    """
    try:
        if path.stat().st_size > MAX_TEXT:
            raise DataError(f"{path.name} is larger than {MAX_TEXT >> 20} MiB. Divide it, a file a subject.")
        return path.read_bytes().decode("utf-8-sig").replace("\r\n", "\n").replace("\r", "\n")
    except UnicodeDecodeError:
        raise not_utf8(path) from None
    except OSError as error:
        raise DataError(f"cannot read {path}: {error.strerror or error}.") from None
