"""The classic text format of free-recall archives: a list a row, serial positions in output order.

88 stands for an intrusion, 0 pads a row, a list without a response is a row of 0. Rows come in blocks: all lists of the
first subject, then all of the second. Length and rate are in the file's name: ``fr20-1.txt``, 20 items at 1 s each.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from pathlib import Path

from memlab.core.errors import DataError
from memlab.core.files import sha256
from memlab.core.recall import INTRUSION, Conditions, RecallData
from memlab.data.formats.opening import read_text
from memlab.data.formats.problems import Problems
from memlab.data.single_lists import SingleList, conditions_from_lists

__all__ = ["TextRecord", "read_murdock_file", "read_murdock_text", "record_from_name"]

NAME = re.compile(r"fr(?P<length>\d+)-(?P<seconds>\d+(?:\.\d+)?)\.txt", re.IGNORECASE)
LONG = 10
"""Digits that no position of a list has."""

INTRUSION_CODES = (88,)
"""The archive's code for a word that was not on the list."""


@dataclass(frozen=True)
class TextRecord:
    """What a text file does not say itself.

    Attributes
    ----------
    condition : str
    list_length : int
    seconds_per_item : float, seconds
    lists_per_subject : int
        Rows of one subject.
    first_subject : int
        The first subject's label; the next ones count up.
    recall_seconds : float, seconds
    max_responses : int or None
        Responses kept of a list.
    intrusion_codes : tuple of int
        Values that mean an intrusion.
    surplus : tuple of (subject, list, output position)
        Responses that are on file as the last position but were another word, read out by mistake: intrusions.
    """

    condition: str
    list_length: int
    seconds_per_item: float = 1.0
    lists_per_subject: int = 80
    first_subject: int = 1
    recall_seconds: float = float("inf")
    max_responses: int | None = None
    intrusion_codes: tuple[int, ...] = INTRUSION_CODES
    surplus: tuple[tuple[int, int, int], ...] = ()


def record_from_name(name: str) -> TextRecord:
    """Return what a file name like ``fr20-1.txt`` says.

    Raises
    ------
    DataError
        Another kind of name.

    Examples
    --------
    >>> record_from_name("fr20-1.txt").list_length
    20
    """
    found = NAME.fullmatch(name)
    if not found or int(found["length"]) < 1 or float(found["seconds"]) <= 0:
        raise DataError(
            f"{name}: the list length is not known. Name the file frLENGTH-SECONDS.txt, as fr20-1.txt for 20 items at "
            "1 s each."
        )
    return TextRecord(f"{found['length']}-{found['seconds']}", int(found["length"]), float(found["seconds"]))


def read_murdock_file(
    path: str | Path, *, lists_per_subject: int | None = None, problems: Problems | None = None
) -> Conditions:
    """Read a file of the classic text format, with what is on record of it by its checksum, or else its name.

    Parameters
    ----------
    lists_per_subject
        Rows of one subject; 80 by default, as in Murdock's archive.
    problems
        Where problems are noted; by default the first error is raised.

    Raises
    ------
    DataError
        See `read_murdock_text`.
    """
    from memlab.data.registry import known_text_file  # which itself needs TextRecord

    path = Path(path)
    record = known_text_file(sha256(path)) or record_from_name(path.name)
    if lists_per_subject is not None:
        record = replace(record, lists_per_subject=lists_per_subject)
    return Conditions([read_murdock_text(path, record, problems)])


def read_murdock_text(
    path: str | Path, record: TextRecord | None = None, problems: Problems | None = None
) -> RecallData:
    """Read a file of the classic text format.

    Parameters
    ----------
    path
        The file.
    record
        What the file does not say itself; taken from its name by default.
    problems
        Where problems are noted; by default the first error is raised.

    Returns
    -------
    RecallData
        Which words were studied is not known: every list holds items 0 .. list_length - 1.

    Raises
    ------
    DataError
        A value that is no position of the list, a 0 before a response, an empty row, or rows that are no whole number
        of subjects; names the row and the column.
    """
    path = Path(path)
    problems = problems or Problems(path.name)
    record = record or record_from_name(path.name)
    rows = _without_stray_row(_rows(path), record.lists_per_subject)
    if len(rows) % record.lists_per_subject:
        raise DataError(
            f"{path.name} has {len(rows)} rows; with {record.lists_per_subject} lists a subject it needs a multiple of "
            f"{record.lists_per_subject}. Say how many each has, "
            "memlab convert FILE OUT --lists-per-subject N, or mend the file."
        )
    surplus = set(record.surplus)
    lists = [_single_list(index, row, record, surplus, problems) for index, row in enumerate(rows)]
    conditions = conditions_from_lists(lists, recall_seconds=record.recall_seconds, max_responses=record.max_responses)
    return conditions[record.condition]


def _rows(path: Path) -> list[str]:
    rows = read_text(path).splitlines()
    while rows and not rows[-1].strip():
        rows.pop()
    if not rows:
        raise DataError(f"{path.name} is empty. A list a row is needed.")
    return rows


def _without_stray_row(rows: list[str], lists_per_subject: int) -> list[str]:
    """Drop a last row of a single 0 that belongs to no subject (Murdock's fr10-2.txt ends with one)."""
    stray = rows[-1].split() == ["0"] and len(rows) % lists_per_subject == 1 and len(rows) > 1
    return rows[:-1] if stray else rows


def _single_list(
    index: int, row: str, record: TextRecord, surplus: set[tuple[int, int, int]], problems: Problems
) -> SingleList:
    subject = record.first_subject + index // record.lists_per_subject
    number = index % record.lists_per_subject + 1
    positions = _positions(index + 1, row, record, problems)
    for output, position in enumerate(positions, start=1):
        if (subject, number, output) in surplus:
            if position != record.list_length:
                problems.error(
                    f"{position}; the record of this file expects {record.list_length} there. It is another version "
                    "of the file.",
                    row=index + 1,
                    column=str(output),
                )
            positions[output - 1] = INTRUSION
    return SingleList(
        subject, number, record.condition, record.list_length, positions, seconds_per_item=record.seconds_per_item
    )


def _positions(row_number: int, row: str, record: TextRecord, problems: Problems) -> list[int]:
    """Return the responses of a row, without its padding; what is none is noted and counts as an intrusion."""
    fields = row.replace(",", " ").split()
    if not fields:
        problems.error("the row is empty; a list without a response is written 0.", row=row_number)
    values = [_value(problems, row_number, column, field, record) for column, field in enumerate(fields, start=1)]
    n_responses = values.index(0) if 0 in values else len(values)
    for column, value in enumerate(values[n_responses:], start=n_responses + 1):
        if value != 0:
            what = f"{fields[column - 1]} after a 0; 0 pads the end of a row only."
            problems.error(what, row=row_number, column=str(column))
    return values[:n_responses]


def _value(problems: Problems, row: int, column: int, field: str, record: TextRecord) -> int:
    value = int(field) if field.isascii() and field.isdigit() and len(field) < LONG else -1
    if value in record.intrusion_codes:
        return INTRUSION
    if not 0 <= value <= record.list_length:
        codes = ", ".join(map(str, record.intrusion_codes))
        problems.error(
            f"{field[:LONG]} is no position of a list of {record.list_length}. Allowed: 1-{record.list_length}, "
            f"{codes} (intrusion), 0 (padding).",
            row=row,
            column=str(column),
        )
        return INTRUSION
    return value
