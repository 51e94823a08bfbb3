"""Checksums of what we ship to compute with (parameter sets, word pools, recipes): a damaged copy is refused.

They stand in ``data/SHA256SUMS``, in the format of ``sha256sum --check``. Curves, signatures and weights have theirs in
the records beside them. After a change that is meant: ``python -m memlab.data.checksums``.
"""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path

from memlab.core.errors import ChecksumError
from memlab.core.files import write_text

__all__ = ["SUMS", "checked_text", "checksums", "damaged"]

FOLDER = Path(__file__).resolve().parent
SUMS = FOLDER / "SHA256SUMS"
COVERED = ("presets/**/*.toml", "presets/**/*.csv", "pools/*.txt", "training/*.toml", "registry.json")


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
    name = _name(Path(path))
    if _is_covered(name) and hashlib.sha256(content).hexdigest() != _known().get(name):
        raise ChecksumError(
            f"{path} is not the file that was shipped: its SHA-256 is not on record. Install memlab again (or, where "
            "you changed it on purpose: python -m memlab.data.checksums)."
        )
    return content.decode("utf-8")


def checksums() -> dict[str, str]:
    """Return the SHA-256 of every file that is covered, as it is now, by its path below ``data/``."""
    files = sorted({_name(file): file for pattern in COVERED for file in FOLDER.glob(pattern)}.items())
    return {name: hashlib.sha256(file.read_bytes()).hexdigest() for name, file in files}


def damaged() -> list[str]:
    """Return the files that are not as they were shipped, or are missing, by their paths below ``data/``."""
    now, then = checksums(), _known()
    return sorted(name for name in now.keys() | then.keys() if now.get(name) != then.get(name))


def _is_covered(name: str) -> bool:
    """Return whether a file must have a checksum; were the list of them damaged, what it lacks is refused too."""
    ends = [(pattern.split("/")[0], pattern.rpartition("*")[2]) for pattern in COVERED]
    return any(name.split("/")[0] == folder and name.endswith(ending) for folder, ending in ends)


@cache
def _known() -> dict[str, str]:
    """Return the checksums on record, by path below ``data/``; what is no line of one is passed over."""
    if not SUMS.is_file():
        return {}
    pairs = (line.split("  ", 1) for line in SUMS.read_text(encoding="utf-8", errors="replace").splitlines())
    return {pair[1]: pair[0] for pair in pairs if len(pair) == 2}


def _name(path: Path) -> str:
    """Return a path below the folder of data; "" for any other."""
    place = path.resolve()
    return place.relative_to(FOLDER).as_posix() if place.is_relative_to(FOLDER) else ""


if __name__ == "__main__":
    write_text(SUMS, "".join(f"{known}  {name}\n" for name, known in checksums().items()))
