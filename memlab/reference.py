"""Make the reference of a data set: the curves of its people as numbers, with a record of how they came about.

::

    python -m memlab.reference FILE... --name murdock1962 --out data/reference

The same files and seed give the same bytes.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from memlab.analysis.lag import lag_crp_counts, lag_rank_counts
from memlab.analysis.scores import noise_ceiling
from memlab.analysis.serial_position import pfr_counts, spc_counts
from memlab.core.errors import UsageError
from memlab.core.files import csv_text, sha256, write_text
from memlab.core.recall import INTRUSION, Conditions, Floats, RecallData
from memlab.core.rng import stream
from memlab.curves import MAX_LAG, curve_of, within_max_lag
from memlab.data.formats import import_file
from memlab.data.human_reference import HALVES, KINDS
from memlab.data.registry import DataRecord, data_record
from memlab.measured import Measured
from memlab.serial_measures import serial_measures

__all__ = ["Measured", "Reference", "build_reference", "measure_people", "write_reference"]

SEED = 1962
N_SPLITS = 10_000
"""Random splits for a noise ceiling: its own error is then well below 1 %."""


BY_LAG = {"lag_crp": "lags", "transposition_gradient": "displacements", "transposition_share": "displacements"}
"""Measures that are compared at small lags or displacements only."""

CONVENTIONS = {
    "free_recall": "per subject, then the mean over subjects; an item counts once a list; first credited recall; an "
    "intrusion or a repeat breaks a transition; items recalled already are not possible",
    "serial_recall": "per subject, then the mean over subjects; displacement is output place less serial position; of "
    "an item that is given twice the first counts; every item of the list could have stood at a place; a place without "
    "a response is an omission",
}


@dataclass(frozen=True, eq=False)
class Reference:
    """What is shipped of a data set: the numbers, and the record without its checksum."""

    columns: Mapping[str, list[Any]]
    record: Mapping[str, Any]


def measure_people(data: RecallData) -> dict[str, Measured]:
    """Return every measure of one condition of free recall; conventions are the defaults of the analyses."""
    spc, crp = Measured.of(spc_counts(data)), Measured.of(lag_crp_counts(data))
    recalled = spc.actual.sum(axis=1, keepdims=True)
    return {
        "spc": spc,
        "pfr": Measured.of(pfr_counts(data)),
        "lag_crp": crp.at(crp.x != 0),
        "mean_recalled": _per_list(data, recalled),
        "intrusions": _per_list(data, _responses(data, data.recalls.position == INTRUSION)),
        "repeats": _per_list(data, _responses(data, data.recalls.position > 0) - recalled),
        "temporal_factor": _temporal_factor(data),
    }


def _responses(data: RecallData, chosen: np.ndarray[tuple[int, ...], np.dtype[np.bool_]]) -> Floats:
    """Return how many of a subject's responses a mask picks, (n_subjects, 1)."""
    number = chosen.sum(axis=1).astype(float)
    total = np.bincount(data.subject_index(), weights=number, minlength=len(data.subjects)).astype(float)
    return total[:, None]


def _per_list(data: RecallData, total: Floats) -> Measured:
    lists = np.bincount(data.subject_index(), minlength=len(data.subjects))[:, None].astype(float)
    return Measured(np.array([0]), total / lists, total, lists)


def _temporal_factor(data: RecallData) -> Measured:
    ranks = lag_rank_counts(data)
    rank = ranks.rank[:, None]
    return Measured(np.array([0]), rank, np.full(rank.shape, np.nan), np.full(rank.shape, np.nan))


def build_reference(
    trials: Conditions, name: str, *, seed: int = SEED, n_splits: int = N_SPLITS, method: str = "", files: Any = None
) -> Reference:
    """Measure people condition by condition: all of them, and the two halves.

    Parameters
    ----------
    trials
        The single lists. Within a condition, the first `fit_subjects` of the sorted subjects are the half ``"fit"``.
        Conditions that the registry does not name for the data set are left out.
    name
        The data set; its source and caveats come from the registry.
    seed, n_splits
        Of the random splits for the noise ceilings.
    method
        The command that made it, for the record.
    files
        The trial-level files by name with their checksums, for the record.

    Raises
    ------
    UnknownName
        No such data set.
    UsageError
        A condition with too few subjects for two halves.
    """
    record = data_record(name)
    columns: dict[str, list[Any]] = {column: [] for column in KINDS}
    ceilings: dict[str, dict[str, float | None]] = {}
    trials = Conditions([trials[condition] for condition in record.conditions or trials])
    for data in trials.values():
        _check_halves(data, record)
        people = _measures_of(data, record)
        for half, pick in zip(HALVES, _halves(record, data.name), strict=True):
            for measure, measured in people.items():
                _append(columns, data.name, half, measure, measured.of_subjects(pick))
        ceilings[data.name] = {
            measure: _ceiling(measured, record.n_fitted(data.name), n_splits, seed, name, data.name, measure)
            for measure, measured in people.items()
        }
    return Reference(columns, _record(record, trials, ceilings, seed, n_splits, method, files or {}))


def _measures_of(data: RecallData, record: DataRecord) -> dict[str, Measured]:
    if record.paradigm == "serial_recall":
        return serial_measures(data, errors_told_apart=record.errors_told_apart)
    return measure_people(data)


def _check_halves(data: RecallData, record: DataRecord) -> None:
    if len(data.subjects) <= record.n_fitted(data.name):
        raise UsageError(
            f"condition {data.name} has {len(data.subjects)} subjects; {record.name} needs more than "
            f"{record.n_fitted(data.name)} for its two halves."
        )


def _how_many(record: DataRecord) -> str:
    numbers = [record.fit_subjects] if isinstance(record.fit_subjects, int) else record.fit_subjects.values()
    return " or ".join(map(str, numbers))


def _halves(record: DataRecord, condition: str) -> tuple[slice, slice, slice]:
    n_fitted = record.n_fitted(condition)
    return slice(None), slice(0, n_fitted), slice(n_fitted, None)


def _append(columns: dict[str, list[Any]], condition: str, half: str, measure: str, measured: Measured) -> None:
    curve = curve_of(measured.x, measured.by_subject)
    actual, possible = measured.actual.sum(axis=0), measured.possible.sum(axis=0)
    pooled = np.divide(actual, possible, out=np.full(len(actual), np.nan), where=possible > 0)
    labels = {"condition": condition, "half": half, "measure": measure}
    numbers = {"x": curve.x, "mean": curve.mean, "sd": curve.sd, "n_subjects": curve.n, "pooled": pooled}
    for column, value in labels.items():
        columns[column] += [value] * len(curve.x)
    for column, values in {**numbers, "actual": actual, "possible": possible}.items():
        columns[column] += values.tolist()


def _ceiling(measured: Measured, n_first: int, n_splits: int, seed: int, *keys: str) -> float | None:
    if keys[-1] in BY_LAG:
        measured = measured.at(within_max_lag(measured.x))
    rng = stream(seed, "noise_ceiling", *keys)
    rmsd = noise_ceiling(measured.by_subject, n_first, rng=rng, n_splits=n_splits)
    return None if np.isnan(rmsd) else float(f"{rmsd:.6g}")


def _record(
    record: DataRecord,
    trials: Conditions,
    ceilings: Mapping[str, Mapping[str, float | None]],
    seed: int,
    n_splits: int,
    method: str,
    files: Mapping[str, str],
) -> dict[str, Any]:
    measures = list(next(iter(ceilings.values())))
    return {
        "name": record.name,
        "title": record.title,
        "citation": record.citation,
        "paradigm": record.paradigm,
        "caveats": list(record.caveats),
        "conditions": list(trials),
        "measures": measures,
        "subjects": {data.name: len(data.subjects) for data in trials.values()},
        "lists": {data.name: data.n_lists for data in trials.values()},
        "split": record.split,
        "method": method,
        "conventions": CONVENTIONS[record.paradigm],
        "trial_files": dict(files),
        "seed": seed,
        "noise_ceiling": {
            "meaning": f"expected RMSD between the mean curves of {_how_many(record)} random subjects and the others",
            "splits": n_splits,
            **{m: f"{what} -{MAX_LAG}..-1 and 1..{MAX_LAG}" for m, what in BY_LAG.items() if m in measures},
            "rmsd": {condition: dict(by_measure) for condition, by_measure in ceilings.items()},
        },
    }


def write_reference(reference: Reference, folder: str | Path) -> tuple[Path, Path]:
    """Write ``NAME.csv`` and its record ``NAME.json`` into a folder; return both paths."""
    name = reference.record["name"]
    table = write_text(Path(folder) / f"{name}.csv", csv_text(reference.columns))
    record = {**reference.record, "sha256": sha256(table)}
    return table, write_text(Path(folder) / f"{name}.json", json.dumps(record, indent=1, ensure_ascii=False) + "\n")


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command; see the top of this file."""
    parser = argparse.ArgumentParser(prog="python -m memlab.reference", description="Make the reference of a data set.")
    parser.add_argument("files", nargs="+", type=Path, help="trial-level files, in the order of the conditions")
    parser.add_argument("--name", required=True, help="the data set")
    parser.add_argument("--out", required=True, type=Path, help="an existing folder")
    parser.add_argument("--seed", type=int, default=SEED)
    given = parser.parse_args(arguments)
    trials = Conditions([data for file in given.files for data in import_file(file).values()])
    files = {file.name: sha256(file) for file in given.files}
    method = (
        f"python -m memlab.reference {' '.join(files)} --name {given.name} --out data/reference --seed {given.seed}"
    )
    for path in write_reference(
        build_reference(trials, given.name, seed=given.seed, method=method, files=files), given.out
    ):
        print(path)


if __name__ == "__main__":
    main()
