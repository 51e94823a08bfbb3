"""`HumanReference`: the curves of people in a published experiment, shipped as numbers."""

from __future__ import annotations

import csv
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from memlab.core.errors import ChecksumError, UnknownName
from memlab.core.files import sha256
from memlab.core.recall import Conditions, Floats, Ints
from memlab.data.registry import data_record

__all__ = ["HALVES", "HumanReference", "list_references", "load"]

FOLDER = Path(__file__).parent / "reference"

HALVES = ("all", "fit", "score")
"""All subjects; those that parameters may be fitted to; those that scores are computed on."""

KINDS: dict[str, type] = {
    "condition": str,
    "half": str,
    "measure": str,
    "x": np.int64,
    "mean": np.float64,
    "sd": np.float64,
    "n_subjects": np.int64,
    "pooled": np.float64,
    "actual": np.float64,
    "possible": np.float64,
}
"""The columns of a reference file, with the type of each."""


@dataclass(frozen=True, eq=False)
class HumanReference:
    """People's curves, condition by condition; see `load`.

    Attributes
    ----------
    name, title, citation : str
    conditions : tuple of str
        In the order of the paper.
    paradigm : str
        ``"free_recall"`` or ``"serial_recall"``.
    measures : tuple of str
        Of free recall: the curves ``spc``, ``pfr`` and ``lag_crp``, and single numbers a list: ``mean_recalled``,
        ``intrusions``, ``repeats``, and ``temporal_factor`` (in [0, 1]), whose only x is 0. Of serial recall: those of
        `memlab.serial_measures`.
    split : str
        Who is in the half ``"fit"`` and who in ``"score"``.
    caveats : tuple of str
    sha256 : str
        Of the file with the numbers.
    record : dict
        The whole JSON record: method, trial files with checksums, seed, noise ceilings.
    """

    name: str
    title: str
    citation: str
    paradigm: str
    conditions: tuple[str, ...]
    measures: tuple[str, ...]
    split: str
    caveats: tuple[str, ...]
    sha256: str
    record: Mapping[str, Any]
    _columns: Mapping[str, np.ndarray[tuple[int], np.dtype[Any]]]

    @property
    def halves(self) -> tuple[str, ...]:
        """``"all"``, ``"fit"`` and ``"score"``."""
        return HALVES

    def curve(self, condition: str, measure: str, half: str = "all") -> tuple[Ints, Floats, Floats, Ints]:
        """Return one curve.

        Parameters
        ----------
        condition, measure, half
            One of `conditions`, `measures` and `halves`.

        Returns
        -------
        x : (n_x,) int
            Serial positions or output places from 1, lags or displacements without 0, or 0 alone.
        mean, sd : (n_x,) float
            Over subjects of each subject's own value, and between them (n - 1).
        n : (n_x,) int
            Subjects in whom the point is defined.

        Raises
        ------
        UnknownName
            No such condition, measure or half.
        """
        self._check(condition, measure, half)
        asked = {"condition": condition, "measure": measure, "half": half}
        rows = np.logical_and.reduce([self._columns[name] == value for name, value in asked.items()])
        x, mean, sd, n = (self._columns[name][rows] for name in ("x", "mean", "sd", "n_subjects"))
        return x, mean, sd, n

    def ceiling(self, condition: str, measure: str) -> float:
        """Return the noise ceiling: the expected RMSD between the curves of two random parts of the people.

        The parts are as large as the halves. The lag-CRP is compared at the lags that the record names. NaN where no
        two parts of the people have a value.

        Raises
        ------
        UnknownName
            No such condition or measure.
        """
        self._check(condition, measure)
        rmsd = self.record["noise_ceiling"]["rmsd"][condition][measure]
        return float("nan") if rmsd is None else float(rmsd)

    def _check(self, condition: str, measure: str, half: str = "all") -> None:
        if condition not in self.conditions:
            raise UnknownName(f"{self.name} has no condition", condition, self.conditions)
        if measure not in self.measures:
            raise UnknownName(f"{self.name} has no measure", measure, self.measures)
        if half not in HALVES:
            raise UnknownName("there is no half", half, HALVES)

    def columns(self) -> dict[str, np.ndarray[tuple[int], np.dtype[Any]]]:
        """Return every number as columns.

        ``condition, half, measure, x, mean, sd, n_subjects, pooled, actual, possible``;
        ``pooled`` is actual / possible over all lists of the half, whoever recalled them.
        """
        return dict(self._columns)

    def table(self) -> Any:
        """Return `columns` as a DataFrame."""
        import pandas as pd

        return pd.DataFrame(self.columns())

    def trials(self) -> Conditions:
        """Return the single lists, which memlab does not ship, where the user has fetched them.

        Raises
        ------
        DataError
            They are not here; the message says how to get them.
        """
        from memlab.data.fetch import load_trials

        return load_trials(self.name)


def list_references(paradigm: str | None = None) -> tuple[str, ...]:
    """Return the names that `load` knows.

    Parameters
    ----------
    paradigm
        ``"free_recall"`` or ``"serial_recall"``; all by default.

    Examples
    --------
    >>> list_references("serial_recall")
    ('farrell_lewandowsky2012_e2', 'gew2012_e2', 'nimmo_lewandowsky2006_e2')
    """
    names = tuple(sorted(path.stem for path in FOLDER.glob("*.json")))
    return names if paradigm is None else tuple(name for name in names if data_record(name).paradigm == paradigm)


def load(name: str) -> HumanReference:
    """Return the curves of people in a published experiment.

    Raises
    ------
    UnknownName
        No such data set; the message has the nearest name.
    ChecksumError
        The shipped numbers are not those of their record.

    Examples
    --------
    >>> x, mean, sd, n = load("murdock1962").curve("20-1", "spc")
    >>> x[-1].item(), round(mean[-1].item(), 4), n[-1].item()  # 20-1: the last word, of 15 people
    (20, 0.95, 15)
    """
    if name not in list_references():
        raise UnknownName("there is no data set", name, list_references())
    return read_reference(FOLDER, name)


def read_reference(folder: Path, name: str) -> HumanReference:
    """Read ``NAME.csv`` with its record ``NAME.json``; see `load`."""
    record = json.loads((folder / f"{name}.json").read_text(encoding="utf-8"))
    path = folder / f"{name}.csv"
    found = sha256(path)
    if found != record["sha256"]:
        raise ChecksumError(f"{path} is not the file of its record (sha256 {found[:12]}…). Install memlab again.")
    return HumanReference(
        name=name,
        title=record["title"],
        citation=record["citation"],
        paradigm=record["paradigm"],
        conditions=tuple(record["conditions"]),
        measures=tuple(record["measures"]),
        split=record["split"],
        caveats=tuple(record["caveats"]),
        sha256=found,
        record=record,
        _columns=_read_columns(path),
    )


def _read_columns(path: Path) -> dict[str, np.ndarray[tuple[int], np.dtype[Any]]]:
    with path.open(encoding="utf-8", newline="") as file:
        reader = csv.reader(file)
        header = next(reader)
        columns = dict(zip(header, zip(*reader, strict=True), strict=True))
    return {name: np.array([v or "nan" for v in columns[name]]).astype(kind) for name, kind in KINDS.items()}
