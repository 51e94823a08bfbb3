"""BIDS ``*_events.tsv`` of free recall, as the Penn archives on OpenNeuro have them, with its JSON sidecar.

A row an event: ``onset`` and ``duration`` (seconds), ``trial_type`` (``WORD`` for a studied word, ``REC_WORD`` for a
response; also used: ``REC_START`` and ``DISTRACT_START`` or ``START``/``STOP`` of the distractor), ``item_name``,
``list`` (or ``trial``); optional ``serialpos``, ``response_time``, ``subject``, ``session``, ``condition``. A missing
value is ``n/a``. Lists numbered 0 or less are practice and are left out, as are vocalisations (``REC_WORD_VV``).

Where there is no ``response_time``, it is the onset less that of ``REC_START``. The sidecar (of the same name, or
``task-…_events.json`` in a folder above) may say that a column's ``Units`` are milliseconds. The subject and session
may stand in the file's name, ``sub-01_ses-2_task-FR_events.tsv``. Lists are numbered on from session to session.

A folder is read whole: every ``*_events.tsv`` below it that has events of recall.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from memlab.core.errors import DataError
from memlab.core.long_file import LongFile, read_columns
from memlab.core.recall import Conditions, Floats
from memlab.core.table import INTRUSION_WORD
from memlab.data.formats.cells import number_cells
from memlab.data.formats.events import Events
from memlab.data.formats.long_table import read_events
from memlab.data.formats.problems import Problems
from memlab.data.formats.quail import parse_json

__all__ = ["read_bids"]

STUDIED, RECALLED, RECALL_STARTS = "WORD", "REC_WORD", "REC_START"
DISTRACTION = {"DISTRACT_START": "DISTRACT_END", "START": "STOP"}
"""What starts the distractor after a list, and what ends it."""

ENTITY = re.compile(r"(sub|ses)-([A-Za-z0-9]+)")
LEVELS_UP = 5
"""Folders above a file in which its sidecar is looked for."""


def read_bids(path: str | Path, *, problems: Problems | None = None) -> Conditions:
    """Read an events file, or a folder of them; see the top of this file.

    Parameters
    ----------
    problems
        Where problems are noted; by default the first error is raised.

    Raises
    ------
    DataError
        A missing column, no events of recall, or lists that break a rule of the long table; names the file and the row.
    """
    path = Path(path)
    problems = problems or Problems(path.name)
    files = sorted(path.glob("**/*_events.tsv")) if path.is_dir() else [path]
    lists: Lists = {}
    for file in files:
        problems.file = file.relative_to(path).as_posix() if path.is_dir() else ""
        table = read_columns(file, (lambda row, what: problems.error(what, row=row)) if problems.collect else None)
        kinds = set(table.text("trial_type")) if "trial_type" in table.columns else set()
        if not path.is_dir() or {STUDIED, RECALLED} & kinds:
            _collect(lists, _Session.of(table, file, problems), problems)
    problems.file = ""
    events = Events(path.name)
    for subject, number, session, rows in _numbered_on(lists):
        events.file = session.file
        _add_list(events, session, rows, (subject, number), problems)
    if not len(events):
        raise DataError(f"{path.name}: there are no events of trial_type {STUDIED} with a list of at least 1.")
    return read_events(events.table(), problems)


@dataclass
class _Session:
    """One events file with its columns as numbers and text."""

    table: LongFile
    kind: list[str]
    item: list[str]
    subject: list[str]
    number: Floats
    onset: Floats
    time: Floats
    condition: list[str]
    sessions: list[str]
    file: str

    @classmethod
    def of(cls, table: LongFile, file: Path, problems: Problems) -> _Session:
        """Read the columns of a file; raises DataError where one is missing."""
        table.need("onset", "trial_type")
        if "list" not in table.columns and "trial" in table.columns:
            table.columns["list"] = table.columns["trial"]
        if "item_name" not in table.columns and "item" in table.columns:
            table.columns["item_name"] = table.columns["item"]
        table.need("list", "item_name")
        named = dict(ENTITY.findall(file.name))
        units = _units(file)
        n = len(table)
        time = (
            number_cells(table, "response_time", problems) if "response_time" in table.columns else np.full(n, np.nan)
        )
        subject = table.text("subject") if "subject" in table.columns else [named.get("sub", "")] * n
        return cls(
            table,
            table.text("trial_type"),
            table.text("item_name"),
            [label or named.get("sub", "1") for label in subject],
            number_cells(table, "list", problems),
            number_cells(table, "onset", problems) * units.get("onset", 1.0),
            time * units.get("response_time", 1.0),
            table.text("condition") if "condition" in table.columns else [""] * n,
            table.text("session") if "session" in table.columns else [named.get("ses", "")] * n,
            problems.file,
        )


def _units(file: Path) -> dict[str, float]:
    """Return what to multiply a column by to get seconds, from the sidecars above and beside the file."""
    factors: dict[str, float] = {}
    for sidecar in reversed(_sidecars(file)):
        content = parse_json(sidecar)
        for column, entry in content.items() if isinstance(content, Mapping) else ():
            units = entry.get("Units") if isinstance(entry, Mapping) else None
            if isinstance(units, str):
                factors[column] = (
                    0.001 if units.strip().lower() in ("ms", "msec", "millisecond", "milliseconds") else 1.0
                )
    return factors


def _sidecars(file: Path) -> list[Path]:
    """Return the sidecars of a file, the nearest first."""
    beside = file.with_name(file.name.removesuffix(".tsv") + ".json")
    task = re.search(r"task-[A-Za-z0-9]+", file.name)
    above = [folder / f"{task[0]}_events.json" for folder in list(file.parents)[:LEVELS_UP]] if task else []
    return [sidecar for sidecar in (beside, *above) if sidecar.is_file()]


Lists = dict[tuple[str, str], dict[int, tuple[_Session, list[int]]]]
"""The rows of each list, by subject and session, then number."""


def _collect(lists: Lists, session: _Session, problems: Problems) -> None:
    """Add the lists of one file; practice lists are left out."""
    for index, (kind, number) in enumerate(zip(session.kind, session.number.tolist(), strict=True)):
        if kind == f"{RECALLED}_VV":
            continue
        if number >= 1 and number == np.floor(number):
            own = lists.setdefault((session.subject[index], session.sessions[index]), {})
            own.setdefault(int(number), (session, []))[1].append(index)
        elif kind in (STUDIED, RECALLED):
            what = f"list is {session.table.columns['list'][index]}: practice."
            problems.warn(what, row=int(session.table.rows[index]), column="list", effect="is left out")


def _numbered_on(lists: Lists) -> Iterator[tuple[str, int, _Session, list[int]]]:
    """Yield each list with its subject and number; a subject's later sessions are counted on from the one before."""
    last: dict[str, int] = {}
    for subject, name in sorted(lists, key=lambda key: (_natural(key[0]), _natural(key[1]))):
        own, start = lists[subject, name], last.get(subject, 0)
        for number in sorted(own):
            yield subject, start + number, *own[number]
        last[subject] = start + max(own)


def _natural(name: str) -> tuple[int, str]:
    return (int(name), "") if name.isascii() and name.isdigit() and len(name) < 10 else (1 << 31, name)


def _add_list(events: Events, session: _Session, rows: list[int], labels: tuple[str, int], problems: Problems) -> None:
    """Add the study and recall rows of one list, in the order of their onsets."""
    studied, recalled = (_in_order(session, rows, kind) for kind in (STUDIED, RECALLED))
    starts = [session.onset[r] for r in rows if session.kind[r] == RECALL_STARTS]
    first = session.onset[studied[0]] if studied else np.nan
    delay = _distraction(session, rows)
    condition = next((session.condition[r] for r in (*studied, *recalled) if session.condition[r]), "")
    for position, r in enumerate(studied, start=1):
        events.study(
            int(session.table.rows[r]), *labels, position, session.item[r], condition, session.onset[r] - first, delay
        )
    for position, r in enumerate(recalled, start=1):
        time = session.time[r]
        if np.isnan(time) and len(starts) == 1:
            time = session.onset[r] - starts[0]
        if not session.item[r]:
            what = f"a {RECALLED} of list {labels[1]} of subject {labels[0]} has no item_name."
            row = int(session.table.rows[r])
            problems.warn(what, row=row, column="item_name", effect="counts as an intrusion", file=session.file)
        item = session.item[r] or INTRUSION_WORD
        events.recall(int(session.table.rows[r]), *labels, position, item, condition, time)


def _in_order(session: _Session, rows: list[int], kind: str) -> list[int]:
    """Return the rows of one kind by onset; those without one stay where they stand in the file."""
    chosen = [row for row in rows if session.kind[row] == kind]
    known = not np.isnan(session.onset[chosen]).any()
    return sorted(chosen, key=lambda row: session.onset[row]) if known else chosen


def _distraction(session: _Session, rows: list[int]) -> float:
    """Return the seconds of distraction between a list and its test; 0 where the events do not say."""
    total = 0.0
    for start, end in DISTRACTION.items():
        starts, ends = ([session.onset[r] for r in rows if session.kind[r] == kind] for kind in (start, end))
        if len(starts) == len(ends) == 1 and ends[0] > starts[0]:
            total = max(total, float(ends[0] - starts[0]))
    return total
