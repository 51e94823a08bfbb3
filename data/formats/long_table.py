"""psifr's long table, memlab's own format: a row an event; see `memlab.core.table`."""

from __future__ import annotations

import warnings
from pathlib import Path

from memlab.core.errors import DataWarning
from memlab.core.long_file import LongFile, read_columns
from memlab.core.recall import Conditions
from memlab.core.table import read_long_table, write_table
from memlab.data.formats.problems import Problems
from memlab.data.formats.table_check import check_table

__all__ = ["read_events", "read_table_file", "write_table_file"]


def read_table_file(path: str | Path, *, problems: Problems | None = None) -> Conditions:
    """Read a long table from a CSV file, separated by commas, tabs or semicolons.

    Parameters
    ----------
    problems
        Where problems are noted; by default the first error is raised.

    Raises
    ------
    DataError
        See `memlab.read_table`.
    """
    problems = problems or Problems(Path(path).name)
    if not problems.collect:
        return read_long_table(read_columns(Path(path)))
    table = read_columns(Path(path), lambda row, what: problems.error(what, row=row))
    return read_events(table, problems)


def read_events(table: LongFile, problems: Problems) -> Conditions:
    """Return the conditions of a long table in memory; none where problems are collected and there are errors."""
    if not problems.collect:
        return read_long_table(table)
    check_table(table, problems)
    if problems.errors:
        return Conditions([])
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DataWarning)  # what it warns of has been noted
        return read_long_table(table)


def write_table_file(conditions: Conditions, path: str | Path) -> Path:
    """Write the long table as CSV; see `memlab.write_table`."""
    return write_table(conditions, path)
