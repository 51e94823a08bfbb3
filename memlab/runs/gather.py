"""Joining the pieces of a fit that was done as an array, or that was killed: one table, and what is missing."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from memlab.configuration import FitConfig
from memlab.core.errors import DataError, UsageError
from memlab.data.parameter_sets import write_parameter_set
from memlab.fitting.result import Fit
from memlab.fitting.table import fit_table
from memlab.fitting.units import FitData
from memlab.models import get_model
from memlab.run_folder import RUN_FILE, RunFolder, read_run
from memlab.runs.fit import command_line
from memlab.runs.fit_folder import HELD_OUT, JOBS, PARAMETERS, TABLE, finished, keep
from memlab.runs.parameter_set import parameter_set, subject_held_out

__all__ = ["Gathered", "gather"]


@dataclass(frozen=True)
class Gathered:
    """What `gather` joined.

    Attributes
    ----------
    fits : list of Fit
        In the order of the units.
    missing : list of str
        Units without a fit.
    place : Path
        Where the joined run is.
    """

    fits: list[Fit]
    missing: list[str]
    place: Path


def gather(folders: Sequence[str | Path], out: str | Path | None = None, *, force: bool = False) -> Gathered:
    """Join the fits of several folders of one run into one: their JSONs, the table and the parameter set.

    Parameters
    ----------
    folders
        Of runs of ``memlab fit``, or above those of an array (``OUT/array-0``, …).
    out
        Where the joined run goes; by default the first folder, if it is the one above an array.

    Raises
    ------
    DataError
        No fits; or runs with other options or other data than the first.
    UsageError
        The first folder is itself a run, and `out` is not given.
    """
    pieces = [piece for folder in folders for piece in _pieces(Path(folder))]
    records = [_record(piece) for piece in pieces]
    for piece, record in zip(pieces, records, strict=True):
        _check_same(records[0], record, pieces[0], piece)
    found = {fit.who: fit for piece in pieces for fit in finished(piece)}
    every = _units(pieces)
    units = every["who"]
    place = _place(Path(folders[0]), pieces, out)
    fits = [found[who] for who in units if who in found]
    missing = [who for who in units if who not in found]
    _write(records[0], fits, missing, every, pieces, place, force or out is None)
    return Gathered(fits, missing, place)


def _pieces(folder: Path) -> list[Path]:
    array = [path for path in sorted(folder.glob("array-*"), key=_number) if (path / RUN_FILE).is_file()]
    if array:
        return array
    if not (folder / RUN_FILE).is_file():
        raise DataError(f"{folder} holds no run of memlab fit, and no array of them.")
    return [folder]


def _number(path: Path) -> int:
    end = path.name.removeprefix("array-")
    return int(end) if end.isdigit() else -1


def _record(piece: Path) -> dict[str, Any]:
    record = read_run(piece)
    if record["command"] != "fit":
        raise DataError(f"{piece} is a run of '{record['command']}', not of fit.")
    return record


def _check_same(first: dict[str, Any], record: dict[str, Any], place: Path, piece: Path) -> None:
    same_data = [entry.get("sha256") for entry in first["data"]] == [entry.get("sha256") for entry in record["data"]]
    configs = [{name: value for name, value in one["config"].items() if name != "data"} for one in (first, record)]
    if not same_data or configs[0] != configs[1]:
        raise DataError(f"{piece} was fitted with other {'options' if same_data else 'data'} than {place}.")


def _units(pieces: Sequence[Path]) -> dict[str, list[str]]:
    """Return every unit of the whole run, as columns ``unit`` and ``who``."""
    for piece in pieces:
        if (piece / JOBS).is_file():
            with (piece / JOBS).open(encoding="utf-8", newline="") as file:
                rows = list(csv.DictReader(file))
            return {name: [row[name] for row in rows] for name in ("unit", "who")}
    raise DataError(f"there is no finished fit in {', '.join(map(str, pieces))}; there is nothing to gather.")


def _place(first: Path, pieces: Sequence[Path], out: str | Path | None) -> Path:
    if out is not None:
        return Path(out)
    if first in pieces:
        raise UsageError(
            f"{first} is a run itself: go on with it with memlab fit … --resume, or name a folder for what is joined "
            "with --out."
        )
    return first


def _write(
    record: dict[str, Any],
    fits: list[Fit],
    missing: list[str],
    every: dict[str, list[str]],
    pieces: Sequence[Path],
    place: Path,
    force: bool,
) -> None:
    config = FitConfig.load(given=record["config"])
    joined = {**record["config"], "gathered": [str(piece) for piece in pieces], "missing": missing}
    folder = RunFolder(place, "gather", joined, record["data"], force=force)
    for fit in fits:
        keep(fit, folder)
    folder.write_csv(JOBS, every)
    folder.write_csv(TABLE, fit_table(fits))
    model = get_model(config.model).with_options(**config.options)
    from_file = Path(config.data).is_file()
    data = FitData(None, {} if from_file else None, record["data"][0])  # type: ignore[arg-type]
    parameters = None if missing else parameter_set(model, config, data, fits, command_line(config))
    if parameters is not None:
        write_parameter_set(parameters, folder.place(PARAMETERS))
        folder.adopt(folder.path / PARAMETERS)
    held_out = None if missing or not from_file else subject_held_out(model, config, fits)
    if held_out is not None:
        folder.write_csv(HELD_OUT, held_out)
    folder.finish()
