"""`detect_format`: the format that a file's name and first bytes speak for."""

from __future__ import annotations

import csv
from pathlib import Path

from memlab.core.errors import DataError
from memlab.core.long_file import delimiter_of
from memlab.core.not_utf8 import not_utf8
from memlab.core.table import REQUIRED
from memlab.data.formats.column_map import map_beside
from memlab.data.formats.known import FORMATS
from memlab.data.formats.mapped import DATA
from memlab.data.formats.opening import head, opened
from memlab.data.formats.recall_matrix import NUMBERED

__all__ = ["detect_format"]

HDF5 = b"\x89HDF\r\n\x1a\n"
MATLAB = (b"MATLAB 5.0 MAT-file", b"MATLAB 7.3 MAT-file")
PSYCHOPY = ("expName", "psychopyVersion", "frameRate")
CYMR = "Use it with: memlab models cmr --values-from cymr --values FILE."
HINT = "Say which with --from NAME, as in: memlab convert FILE OUT --from NAME."


def detect_format(path: Path) -> str:
    """Return the name of a file's format; the file is unpacked already.

    Raises
    ------
    DataError
        Its name and content speak for none, or for several.
    """
    if path.is_dir():
        return _of_folder(path)
    start = head(path)
    kind = _of_bytes(path, start)
    if kind:
        return kind
    if map_beside(path):
        return "mapped"
    if path.name.endswith("_events.tsv"):
        return "bids"
    fields = _first_row(path, start)
    if {"subject", "rep", "logl"} <= set(fields):
        raise DataError(f"{path.name} holds fits of cymr, no recalls. {CYMR}")
    found = _of_fields(fields)
    if len(found) == 1:
        return found[0]
    if found:
        raise DataError(f"{path.name} may be {' or '.join(found)}. {HINT}")
    raise DataError(
        f"{path.name}: its first row is of no format that memlab knows. Allowed: {', '.join(FORMATS)} (see memlab data "
        f"formats). {HINT} Where the columns are your own, say what they mean: --columns MAP.toml."
    )


FOLDERS = ("bids", "jspsych", "psychopy", "eprime", "mapped")
"""Formats that are read as a folder: a file a person, or a session."""


def _of_folder(path: Path) -> str:
    """Return the format of a folder: that of all its files of data."""
    if (path / "dataset_description.json").is_file() or next(path.glob("**/*_events.tsv"), None):
        return "bids"
    files = sorted(file for file in path.iterdir() if file.suffix.lower() in DATA)
    kinds = {_of_one_of(file) for file in files}
    if len(kinds) == 1 and kinds <= set(FOLDERS):
        return kinds.pop()
    found = f"found: {', '.join(sorted(kinds))}" if kinds else f"it has none ending in {', '.join(DATA)}"
    raise DataError(
        f"{path.name} is a folder; its files must all be of one format of {', '.join(FOLDERS)}; {found}. "
        "Say which with --from NAME."
    )


def _of_one_of(file: Path) -> str:
    """Return the format of a file of a folder."""
    try:
        with opened(file) as plain:
            return detect_format(plain)
    except DataError:
        return "something else"


def _of_bytes(path: Path, start: bytes) -> str | None:
    """Return the format of what is not a table with a header."""
    if start.startswith(HDF5):
        return "jaxcmr"
    if start.startswith(MATLAB) or path.suffix.lower() == ".mat":
        return "embam"
    text = start.decode("utf-8", "ignore").lstrip("\ufeff \t\r\n")
    if text.startswith("*** ") or _of_e_data_aid(text):
        return "eprime"
    if text.startswith("["):
        return "jspsych"
    if not text.startswith("{"):
        return None
    if '"trial_index"' in text and '"pres"' not in text:
        return "jspsych"
    if '"free"' in text and '"fixed"' in text:
        raise DataError(f"{path.name} holds parameters of cymr, no recalls. {CYMR}")
    return "quail"


def _of_e_data_aid(text: str) -> bool:
    """Return whether a text is E-DataAid's export, whose first row may be the name of the file that it came from."""
    return any("ExperimentName" in line.split("\t") for line in text.splitlines()[:2])


def _first_row(path: Path, start: bytes) -> list[str]:
    """Return the fields of the first row that is not blank."""
    line = next((line for line in start.splitlines() if line.strip()), b"")
    try:
        row = line.decode("utf-8-sig").strip()
    except UnicodeDecodeError:
        raise not_utf8(path) from None
    if not row:
        raise DataError(f"{path.name} is empty.")
    try:
        return [field.strip() for field in next(csv.reader([row], delimiter=delimiter_of(row)))]
    except (csv.Error, StopIteration):
        return row.split(delimiter_of(row))


def _of_fields(fields: list[str]) -> list[str]:
    """Return the formats that a header speaks for; what has all columns of one, or its own marks, is that."""
    names = set(fields)
    if set(REQUIRED) <= names:
        return ["table"]
    if {"trial_index", "time_elapsed"} <= names:
        return ["jspsych"]
    if {"onset", "duration", "trial_type"} <= names:
        return ["bids"]
    if names & set(PSYCHOPY) or any(name.endswith(".thisN") for name in names):
        return ["psychopy"]
    if "ExperimentName" in names:
        return ["eprime"]
    found = []
    if {"output_position", "serial_position"} <= names:
        found.append("position_table")
    if any(NUMBERED.fullmatch(name) for name in names):
        found.append("recall_matrix")
    if not found and ("trial_type" in names or len({name.casefold() for name in names} & set(REQUIRED)) > 1):
        found.append("table")
    if all(part.isdigit() for field in fields for part in field.split()):
        found.append("murdock_text")
    return found
