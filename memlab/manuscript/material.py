"""`Material`: what the folder of a run holds that a paper would report."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from memlab.core.errors import DataError
from memlab.fitting.result import Fit
from memlab.run_folder import RUN_FILE, read_run

__all__ = ["Material", "Rows", "read_material"]

Rows = list[dict[str, str]]
"""A table as it was saved: a dictionary a row, numbers as text."""

FITS = "fits"
"""The folder in which a run leaves its fits, a JSON file each."""


@dataclass(frozen=True)
class Material:
    """What a run left, read back.

    Attributes
    ----------
    run : dict
        Its ``run.json``.
    fits : dict of tuple of Fit
        By model, in the order of their files.
    tables : dict of Rows
        By file name: every CSV table of the run.
    captions : dict of str
        By figure (name without suffix): the caption that stands beside it.
    """

    run: Mapping[str, Any]
    fits: Mapping[str, tuple[Fit, ...]] = field(default_factory=dict)
    tables: Mapping[str, Rows] = field(default_factory=dict)
    captions: Mapping[str, str] = field(default_factory=dict)


def read_material(folder: str | Path) -> Material:
    """Read the folder of a run.

    Raises
    ------
    DataError
        No record of a run there, or a file of it that cannot be read.
    """
    folder = Path(folder)
    if not folder.is_dir():
        raise DataError(
            f"{folder} is not a folder. memlab report takes the folder of a run: the --out of fit, compare …"
        )
    run = read_run(folder / RUN_FILE)
    captions = {path.name.removesuffix(".caption.md"): _text(path) for path in sorted(folder.glob("*.caption.md"))}
    return Material(run, _fits(folder), {path.name: _rows(path) for path in sorted(folder.glob("*.csv"))}, captions)


def _fits(folder: Path) -> dict[str, tuple[Fit, ...]]:
    by_model: dict[str, list[Fit]] = {}
    for path in sorted(folder.rglob("*.json")):
        if FITS in path.relative_to(folder).parts[:-1]:
            fit = Fit.read(path)
            by_model.setdefault(fit.model, []).append(fit)
    return {model: tuple(fits) for model, fits in by_model.items()}


def _rows(path: Path) -> Rows:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _text(path: Path) -> str:
    return " ".join(path.read_text(encoding="utf-8").split())
