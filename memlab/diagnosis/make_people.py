"""Make the shipped signatures of people from their single lists.

::

    python -m memlab.diagnosis.make_people FILE... --out data/signatures

A file is named for its data set. The same files and seed give the same bytes.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from memlab.core.files import csv_text, sha256, write_text
from memlab.core.recall import RecallData
from memlab.data.formats import import_file
from memlab.data.human_reference import HALVES
from memlab.data.people_signatures import COLUMNS, SIGNATURES_FILE
from memlab.data.registry import DataRecord, data_record
from memlab.diagnosis.lists import KNOWN, LENGTHS_DATA
from memlab.diagnosis.people import known_of
from memlab.diagnosis.signature import Signature
from memlab.diagnosis.signatures import LONG, SHORT, SHORTEST, SIGNATURES

__all__ = ["people_rows", "write_people"]

SEED = 2012
Row = tuple[str, str, str, str, float, float, float, int]


def people_rows(name: str, trials: Mapping[str, RecallData], seed: int = SEED) -> Iterator[Row]:
    """Yield the numbers of one data set, columns as in `memlab.data.people_signatures`."""
    record = data_record(name)
    own = [signature for signature in SIGNATURES if signature.setting == "target"]
    for condition, data in trials.items():
        if data.list_length >= SHORTEST:
            yield from _rows(record, condition, {condition: data}, own, seed)
    if name == LENGTHS_DATA:
        pair = {key: trials[key] for key in (f"{KNOWN}-{length}" for length in (SHORT, LONG))}
        lengths = [signature for signature in SIGNATURES if signature.setting == "lengths"]
        yield from _rows(record, "+".join(pair), pair, lengths, seed)


def _rows(
    record: DataRecord, label: str, conditions: Mapping[str, RecallData], signatures: Sequence[Signature], seed: int
) -> Iterator[Row]:
    for half in HALVES:
        chosen = {name: data.select_subjects(_subjects(record, data, half)) for name, data in conditions.items()}
        for signature in signatures:
            known = known_of(signature, chosen, record.name, seed)
            numbers = (known.mean, known.low, known.high, known.n_subjects)
            yield (record.name, label, half, signature.name, *numbers)


def _subjects(record: DataRecord, data: RecallData, half: str) -> np.ndarray[Any, np.dtype[Any]]:
    first = record.n_fitted(data.name)
    return {"all": data.subjects, "fit": data.subjects[:first], "score": data.subjects[first:]}[half]


def write_people(files: Sequence[Path], folder: Path, seed: int = SEED) -> tuple[Path, Path]:
    """Measure the people of files named for their data sets; return the paths of the table and of its record."""
    rows = [row for file in files for row in people_rows(_name(file), import_file(file), seed)]
    columns = {name: [row[i] for row in rows] for i, name in enumerate(COLUMNS)}
    table = write_text(folder / SIGNATURES_FILE.name, csv_text(columns))
    record = {
        "what": "signatures of serial recall: per subject, then the mean over subjects; 95 % bootstrap over subjects",
        "citations": {_name(file): data_record(_name(file)).citation for file in files},
        "method": f"python -m memlab.diagnosis.make_people {' '.join(file.name for file in files)} --out "
        f"data/signatures --seed {seed}",
        "trial_files": {file.name: sha256(file) for file in files},
        "seed": seed,
        "sha256": sha256(table),
    }
    beside = table.with_suffix(".json")
    return table, write_text(beside, json.dumps(record, indent=1, ensure_ascii=False) + "\n")


def _name(file: Path) -> str:
    return file.name.split(".")[0]


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command; see the top of this file."""
    parser = argparse.ArgumentParser(prog="python -m memlab.diagnosis.make_people")
    parser.add_argument("files", nargs="+", type=Path, help="trial-level files, each named for its data set")
    parser.add_argument("--out", required=True, type=Path, help="an existing folder")
    parser.add_argument("--seed", type=int, default=SEED)
    given = parser.parse_args(arguments)
    for path in write_people(given.files, given.out, given.seed):
        print(path)


if __name__ == "__main__":
    main()
