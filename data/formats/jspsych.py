"""jsPsych's data, as CSV or JSON (``jsPsych.data.get().csv()`` or ``.json()``), a file a person or one of several.

jsPsych leaves it to the experimenter what a trial's data are called. Without a column map these names are looked for:
``subject`` (or ``subject_id``, ``participant``, …), ``list`` (or ``block``), ``phase`` (or ``task``) with ``study`` or
``recall``, ``word`` (or ``item``, ``stimulus``, its HTML taken off), ``response`` and ``rt`` (milliseconds since the
trial began, which is since the response before). An answer of several words, one a line or separated by commas or
semicolons, is several responses without times. ``null``, as jsPsych's CSV has it, says nothing. Read only.
"""

from __future__ import annotations

import html
import json
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

from memlab.core.long_file import LongFile
from memlab.core.recall import Conditions
from memlab.data.formats.column_map import ColumnMap, Part, read_column_map
from memlab.data.formats.mapped import plain_text, read_objects, read_with_map, table_of
from memlab.data.formats.opening import head
from memlab.data.formats.problems import Problems

__all__ = ["read_jspsych"]

PHASE = ("phase", "task", "part")
DEFAULT = ColumnMap(
    "the default for jspsych",
    ("list", "list_number", "block"),
    Part(("word", "item", "stimulus"), ((PHASE, ("study", "encoding", "presentation")),)),
    Part(
        ("response", "responses", "recalled"),
        ((PHASE, ("recall", "test", "retrieval")),),
        separator="\n,;",
        time=("rt",),
        unit=0.001,
        since="response",
    ),
    ("subject", "subject_id", "participant", "participant_id", "PROLIFIC_PID", "prolific_id", "workerId"),
    ("condition",),
)
NOTHING = "null"
TAG = re.compile(r"<[^<>]*>")


def read_jspsych(
    path: str | Path, *, columns: str | Path | None = None, problems: Problems | None = None
) -> Conditions:
    """Read jsPsych's data, or a folder of them; see the top of this file.

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
    return read_with_map(path, _trials, known, problems)


def _trials(path: Path, problems: Problems) -> LongFile:
    """Return the trials as columns of text: no HTML, and answers out of their JSON."""
    start = head(path).lstrip(b"\xef\xbb\xbf \t\r\n")
    table = read_objects(path) if start.startswith((b"[", b"{")) else table_of(path, problems)
    columns: dict[str, Any] = {name: [_text(value) for value in table.columns[name]] for name in table.columns}
    return replace(table, columns=columns)


def _text(value: object) -> str:
    """Return a field without HTML; ``{"Q0": "cat"}``, as a form in CSV has it, is its answers, and ``null`` nothing."""
    text = str(value)
    if text == NOTHING:
        return ""
    if text.startswith(("{", "[")):
        try:
            text = plain_text(json.loads(text))
        except (ValueError, RecursionError):
            return text
    return html.unescape(TAG.sub("", text)).strip() if "<" in text or "&" in text else text
