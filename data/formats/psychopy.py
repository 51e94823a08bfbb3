"""PsychoPy's CSV (``…_trials.csv`` or the wide file that every experiment saves), a file a person; read only.

PsychoPy names columns after the experiment's parts. Without a column map these are looked for: ``participant``,
``list`` (or ``block``), ``phase`` with ``study`` or ``recall``, ``word`` (or ``item``), ``response`` (or
``textbox.text``, ``typed``), ``response_time`` (or ``textbox.rt``; seconds since the test began).
"""

from __future__ import annotations

from pathlib import Path

from memlab.core.recall import Conditions
from memlab.data.formats.column_map import ColumnMap, Part, read_column_map
from memlab.data.formats.mapped import read_with_map, table_of
from memlab.data.formats.problems import Problems

__all__ = ["read_psychopy"]

DEFAULT = ColumnMap(
    "the default for psychopy",
    ("list", "block", "list_number"),
    Part(("word", "item"), ((("phase",), ("study", "encoding")),)),
    Part(
        ("response", "typed", "textbox.text"),
        ((("phase",), ("recall", "test")),),
        separator="\n,;",
        time=("response_time", "textbox.rt"),
    ),
    ("participant", "subject"),
    ("condition",),
)


def read_psychopy(
    path: str | Path, *, columns: str | Path | None = None, problems: Problems | None = None
) -> Conditions:
    """Read PsychoPy's CSV, or a folder of them; see the top of this file. A ``.psydat`` is a pickle and refused.

    Parameters
    ----------
    columns
        A column map.
    problems
        Where problems are noted; by default the first error is raised.

    Raises
    ------
    DataError
        See `memlab.data.formats.mapped.read_mapped`.
    """
    known = DEFAULT if columns is None else read_column_map(columns)
    return read_with_map(path, table_of, known, problems)
