"""People's signatures of serial recall, shipped as numbers with their intervals."""

from __future__ import annotations

import csv
import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from memlab.core.errors import ChecksumError
from memlab.core.files import sha256

__all__ = ["COLUMNS", "SIGNATURES_FILE", "PeopleSignature", "load_people_signatures"]

SIGNATURES_FILE = Path(__file__).parent / "signatures" / "people.csv"
"""Its record, with the command that made it, is the file of the same name in JSON."""

COLUMNS = ("data", "condition", "half", "signature", "mean", "low", "high", "n_subjects")


@dataclass(frozen=True)
class PeopleSignature:
    """One number of one group of people.

    Attributes
    ----------
    data, condition : str
        The data set and its condition; a condition of several names them joined by ``+``.
    half : {"all", "fit", "score"}
        All subjects; those that parameters may be fitted to; the others.
    signature : str
        See `memlab.diagnosis.signatures`.
    mean, low, high : float
        The mean over subjects of each subject's own value, and its 95 % bootstrap interval.
    n_subjects : int
        Subjects who have a value.
    """

    data: str
    condition: str
    half: str
    signature: str
    mean: float
    low: float
    high: float
    n_subjects: int


def load_people_signatures(data: str) -> tuple[PeopleSignature, ...]:
    """Return the numbers of a data set; none for one without.

    Raises
    ------
    ChecksumError
        The shipped numbers are not those of their record.

    Examples
    --------
    >>> rows = load_people_signatures("farrell_lewandowsky2012_e2")
    >>> {row.half: row.n_subjects for row in rows if row.signature == "recovery"}
    {'all': 20, 'fit': 10, 'score': 10}
    """
    return tuple(row for row in _every_row() if row.data == data)


@cache
def _every_row() -> tuple[PeopleSignature, ...]:
    record: Mapping[str, Any] = json.loads(SIGNATURES_FILE.with_suffix(".json").read_text(encoding="utf-8"))
    found = sha256(SIGNATURES_FILE)
    if found != record["sha256"]:
        raise ChecksumError(
            f"{SIGNATURES_FILE} is not the file of its record (sha256 {found[:12]}…). Install memlab again."
        )
    with SIGNATURES_FILE.open(encoding="utf-8", newline="") as file:
        return tuple(_row(row) for row in csv.DictReader(file))


def _row(row: Mapping[str, str]) -> PeopleSignature:
    mean, low, high = (float(row[name] or "nan") for name in ("mean", "low", "high"))
    labels = (row["data"], row["condition"], row["half"], row["signature"])
    return PeopleSignature(*labels, mean, low, high, int(row["n_subjects"]))
