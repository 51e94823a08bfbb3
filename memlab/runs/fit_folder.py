"""The folder of a run of fits: a JSON a fit under ``fits/``, written as soon as it is done and whole or not at all."""

from __future__ import annotations

from pathlib import Path

from memlab.core.files import file_name
from memlab.fitting.result import Fit
from memlab.run_folder import RunFolder

__all__ = ["FITS", "HELD_OUT", "JOBS", "PARAMETERS", "TABLE", "clear", "finished", "keep"]

FITS, TABLE, PARAMETERS, JOBS, HELD_OUT = "fits", "fits.csv", "parameters.toml", "jobs.csv", "held_out.csv"


def finished(place: Path) -> list[Fit]:
    """Return the fits that are there.

    Raises
    ------
    DataError
        A file is no fit.
    """
    return [Fit.read(path) for path in sorted((place / FITS).glob("*.json"))]


def keep(fit: Fit, folder: RunFolder, *, write: bool = True) -> Path:
    """Write a fit into the folder of its run, and record its checksum.

    Parameters
    ----------
    write
        False: it is there already, from before the run was resumed.
    """
    place = folder.path / FITS / f"{file_name(fit.who)}.json"
    if write or not place.is_file():
        place.parent.mkdir(exist_ok=True)
        fit.write(place)
    return folder.adopt(place)


def clear(folder: RunFolder) -> dict[str, Fit]:
    """Delete the fits of an earlier run that is replaced; nothing is left of them."""
    for path in (folder.path / FITS).glob("*.json"):
        path.unlink()
    return {}
