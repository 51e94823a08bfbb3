"""`convert`: a file in one format into a file in another, whole or not at all, with what was lost."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from memlab.core.errors import NotSupported, OutputExists, UsageError
from memlab.core.recall import Conditions
from memlab.data.formats.known import ALIASES, FORMATS, find_format
from memlab.data.formats.losses import losses
from memlab.data.formats.reading import import_file

__all__ = ["Conversion", "convert", "export_file"]


@dataclass(frozen=True)
class Conversion:
    """What was converted.

    Attributes
    ----------
    conditions : Conditions
    format : str
        Of the file that was written.
    lost : tuple of str
        What the file does not say, in words.
    """

    conditions: Conditions
    format: str
    lost: tuple[str, ...]


def convert(
    source: str | Path,
    target: str | Path,
    *,
    from_format: str | None = None,
    to_format: str | None = None,
    force: bool = False,
    **options: Any,
) -> Conversion:
    """Read a file and write it in another format.

    Parameters
    ----------
    target
        The file to write; a folder for a BIDS data set.
    from_format, to_format
        One of `FORMATS`; told from the file, and from the target's name, by default.
    force
        Replace what is there.
    options
        See `import_file`.

    Raises
    ------
    OutputExists
        The target is there, without ``force``.
    NotSupported
        The format is only read, or cannot hold the data.
    MemlabError
        See `import_file`.
    """
    kind = _target_format(Path(target), to_format)
    _refuse_existing(Path(target), Path(source), force)
    if kind == "bids" and Path(target).suffix == ".tsv":
        _refuse_existing(Path(target).with_suffix(".json"), Path(source), force)
    conditions = import_file(source, from_format, **options)
    return export_file(conditions, target, kind)


def export_file(conditions: Conditions, target: str | Path, format: str | None = None) -> Conversion:
    """Write conditions as a file of a format; see `convert`.

    Raises
    ------
    NotSupported
        The format is only read, or cannot hold the data.
    """
    kind = _target_format(Path(target), format)
    lost = losses(conditions, kind)
    FORMATS[kind].writer()(conditions, target)
    return Conversion(conditions, kind, tuple(lost))


def _target_format(target: Path, format: str | None) -> str:
    """Return the name of the format to write."""
    if format is not None:
        kind = ALIASES.get(format, format)
        if not find_format(kind).writes:
            raise NotSupported(f"{kind} is only read. Written are: {', '.join(_written())}.")
        return kind
    by_suffix = {FORMATS[name].suffix: name for name in _written()} | {".hdf5": "jaxcmr"}
    for suffix in sorted(by_suffix, key=len, reverse=True):
        if target.name.lower().endswith(suffix):
            return by_suffix[suffix]
    raise UsageError(f"{target.name} does not say its format. Say it with --to; written are: {', '.join(_written())}.")


def _written() -> list[str]:
    return [name for name, one in FORMATS.items() if one.writes]


def _refuse_existing(target: Path, source: Path, force: bool) -> None:
    if target.exists() and source.exists() and target.samefile(source):
        raise UsageError(f"{target} is the file to be read. Choose another name.")
    if target.exists() and not force:
        raise OutputExists(f"{target} exists. Use --force to replace it, or another name.")
