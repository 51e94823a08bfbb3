"""Checksums of the parameter sets and word pools that we ship: a damaged copy is refused, not computed with.

They stand in ``data/SHA256SUMS``, in the format of ``sha256sum --check``. Curves, signatures and weights have theirs in
the records beside them. After a change that is meant: ``python -m memlab.data.checksums``.
"""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path

from memlab.core.errors import ChecksumError
from memlab.core.files import write_text

__all__ = ["SUMS", "checked_text", "checksums"]

FOLDER = Path(__file__).resolve().parent
SUMS = FOLDER / "SHA256SUMS"
COVERED = ("presets/**/*.toml", "presets/**/*.csv", "pools/*.txt")


def checked_text(path: str | Path) -> str:
    """Return a UTF-8 text file; one that we ship must be as it was shipped.

    Raises
    ------
    ChecksumError
        It is one of ours, and is not.
    OSError, UnicodeDecodeError
        It cannot be read.
    """
    content = Path(path).read_bytes()
    known = _known().get(_name(Path(path)))
    if known is not None and hashlib.sha256(content).hexdigest() != known:
        raise ChecksumError(
            f"{path} is not the file that was shipped: its SHA-256 differs. Install memlab again (or, where you "
            "changed it on purpose: python -m memlab.data.checksums)."
        )
    return content.decode("utf-8")


def checksums() -> dict[str, str]:
    """Return the SHA-256 of every file that is covered, as it is now, by its path below ``data/``."""
    files = sorted({_name(file): file for pattern in COVERED for file in FOLDER.glob(pattern)}.items())
    return {name: hashlib.sha256(file.read_bytes()).hexdigest() for name, file in files}


@cache
def _known() -> dict[str, str]:
    if not SUMS.is_file():
        return {}
    pairs = (line.split("  ", 1) for line in SUMS.read_text(encoding="utf-8").splitlines())
    return {name: known for known, name in pairs}


def _name(path: Path) -> str:
    """Return a path below the folder of data; "" for any other."""
    place = path.resolve()
    return place.relative_to(FOLDER).as_posix() if place.is_relative_to(FOLDER) else ""


if __name__ == "__main__":
    write_text(SUMS, "".join(f"{known}  {name}\n" for name, known in checksums().items()))
