"""`import_file`: a user's file of recalls, in any of our formats, as conditions."""

from __future__ import annotations

import gzip
from pathlib import Path

from memlab.core.errors import DataError, UnknownName
from memlab.core.files import sha256
from memlab.core.long_file import delimiter_of
from memlab.core.recall import Conditions
from memlab.core.table import read_conditions
from memlab.data.murdock_text import read_murdock_text
from memlab.data.position_table import read_position_table
from memlab.data.recall_matrix import NUMBERED, read_recall_matrix
from memlab.data.registry import known_text_file

__all__ = ["FORMATS", "detect_format", "import_file"]

FORMATS = {
    "table": "psifr's long table: subject, list, trial_type, position, item",
    "murdock_text": "a list a row, serial positions, 88 = intrusion, 0 = padding",
    "recall_matrix": "padded matrix, .mat or .csv: recalls, pres_itemnos, subject",
    "position_table": "a row a response, or a place of serial recall: subject, list, list_length, output_position, "
    "serial_position",
}
"""The formats that can be imported, with what marks each."""


def import_file(path: str | Path, format: str | None = None, *, lists: str | Path | None = None) -> Conditions:
    """Read a file of recalls.

    A classic text file that is on record (by its checksum) gets the condition, subjects and corrections of the record.

    Parameters
    ----------
    path
        The file.
    format
        One of `FORMATS`; told from the file by default.
    lists
        For a position table: the table of the studied items, ``subject, list, serial_position, item``.

    Raises
    ------
    UnknownName
        No such format.
    DataError
        The format cannot be told, it takes no table of lists, or the file breaks a rule of its format; names the file,
        the row and the column.
    """
    path = Path(path)
    if format is not None and format not in FORMATS:
        raise UnknownName("there is no format", format, FORMATS)
    if not path.is_file():
        raise DataError(f"cannot read {path}: there is no such file.")
    kind = format or detect_format(path)
    if lists is not None and kind != "position_table":
        raise DataError(f"{path.name} is no position table: it names its own items. Leave the table of lists out.")
    if kind == "murdock_text":
        return Conditions([read_murdock_text(path, known_text_file(sha256(path)))])
    if kind == "recall_matrix":
        return read_recall_matrix(path)
    return read_position_table(path, lists=lists) if kind == "position_table" else read_conditions(path)


def detect_format(path: Path) -> str:
    """Return the format that a file's name and first row speak for.

    Raises
    ------
    DataError
        They speak for none.
    """
    if path.suffix.lower() == ".mat":
        return "recall_matrix"
    fields = _first_row(path)
    if "trial_type" in fields:
        return "table"
    if {"output_position", "serial_position"} <= set(fields):
        return "position_table"
    if any(NUMBERED.fullmatch(field) for field in fields):
        return "recall_matrix"
    if all(part.isdigit() for field in fields for part in field.split()):
        return "murdock_text"
    allowed = "; ".join(f"{name} ({what})" for name, what in FORMATS.items())
    raise DataError(f"{path.name}: its first row is of no format that memlab knows. Allowed: {allowed}.")


def _first_row(path: Path) -> list[str]:
    """Return the fields of the first row that is not blank."""
    try:
        with gzip.open(path, "rb") if path.suffix == ".gz" else path.open("rb") as file:
            line = next((line for line in file if line.strip()), b"")
            row = line.decode("utf-8-sig").strip()
    except UnicodeDecodeError:
        raise DataError(f"{path.name} is not UTF-8 text. Save it as UTF-8.") from None
    except (OSError, EOFError) as error:
        raise DataError(f"cannot read {path}: {error}.") from None
    if not row:
        raise DataError(f"{path.name} is empty.")
    return [field.strip().strip('"') for field in row.split(delimiter_of(row))]
