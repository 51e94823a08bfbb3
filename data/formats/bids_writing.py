"""Writing BIDS ``*_events.tsv``: one file with a column ``subject``, or a data set, a folder with a file a subject.

The clock starts at a subject's first list, and each list follows the test before it, since conditions do not say what
lay between. A response without a time has the onset ``n/a``, as have all of a list whose times run backwards: there the
order of the rows is that of recall.
"""

from __future__ import annotations

import json
import math
import re
import shutil
import tempfile
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any

from memlab.core.errors import UsageError
from memlab.core.files import csv_text, write_text
from memlab.core.recall import Conditions, RecallData
from memlab.core.table import INTRUSION_WORD
from memlab.data.formats.losses import refuse_blanks
from memlab.data.formats.rows import list_rows
from memlab.data.single_lists import SingleList

__all__ = ["write_bids"]

COLUMNS = ("onset", "duration", "trial_type", "response_time", "item_name", "serialpos", "list", "condition", "subject")
SIDECAR = {
    "onset": {"Description": "Seconds since the subject's first list began.", "Units": "s"},
    "duration": {"Description": "Seconds until the next item; n/a for a response.", "Units": "s"},
    "trial_type": {
        "Description": "What happened.",
        "Levels": {
            "WORD": "A studied word appeared.",
            "DISTRACT_START": "The distractor began.",
            "DISTRACT_END": "The distractor ended.",
            "REC_START": "The test began.",
            "REC_WORD": "A word was recalled.",
        },
    },
    "response_time": {"Description": "Seconds since the test began.", "Units": "s"},
    "item_name": {"Description": f"The word; {INTRUSION_WORD} is an intrusion of unknown identity."},
    "serialpos": {"Description": "Position at study, from 1; n/a for an intrusion."},
    "list": {"Description": "Number of the list."},
    "condition": {"Description": "The list's condition."},
    "subject": {"Description": "Who studied the list."},
}
TASK = "task-freerecall_events"
BETWEEN = 1.0
"""Seconds between the last event of a list and the next list, where the data do not say."""

Row = tuple[Any, ...]


def write_bids(conditions: Conditions, path: str | Path) -> Path:
    """Write one events file with its sidecar (a path that ends in ``.tsv``), or a data set (a folder), whole.

    Raises
    ------
    NotSupported
        Serial recall with blanks.
    UsageError
        The place cannot be written, or is a folder with something in it.
    """
    refuse_blanks(conditions, "a BIDS events file")
    path = Path(path)
    rows = _rows(conditions)
    if path.suffix == ".tsv":
        write_text(path.with_suffix(".json"), json.dumps(SIDECAR, indent=1) + "\n")
        return write_text(path, _tsv(rows))
    return _write_data_set(rows, path)


def _write_data_set(rows: list[Row], path: Path) -> Path:
    """Write a folder beside its place, then move it there."""
    if path.exists() and (path.is_file() or any(path.iterdir())):
        raise UsageError(f"cannot write {path}: it is there already and not an empty folder. Choose a new folder.")
    try:
        with tempfile.TemporaryDirectory(prefix=f".{path.name}.", dir=path.parent) as beside:
            folder = Path(beside) / path.name
            _fill(folder, rows)
            if path.exists():
                path.rmdir()
            shutil.move(folder, path)
    except OSError as error:
        raise UsageError(f"cannot write {path}: {error.strerror or error}.") from None
    return path


def _fill(folder: Path, rows: list[Row]) -> None:
    folder.mkdir()
    description = {"Name": "Free recall", "BIDSVersion": "1.8.0", "GeneratedBy": [{"Name": "memlab"}]}
    write_text(folder / "dataset_description.json", json.dumps(description, indent=1) + "\n")
    write_text(folder / f"{TASK}.json", json.dumps(SIDECAR, indent=1) + "\n")
    subjects = list(dict.fromkeys(row[-1] for row in rows))
    labels = _file_labels(subjects)
    write_text(
        folder / "participants.tsv", _table(("participant_id", "label"), [(f"sub-{labels[s]}", s) for s in subjects])
    )
    for subject in subjects:
        place = folder / f"sub-{labels[subject]}" / "beh"
        place.mkdir(parents=True)
        write_text(place / f"sub-{labels[subject]}_{TASK}.tsv", _tsv([row for row in rows if row[-1] == subject]))


def _file_labels(subjects: Sequence[Any]) -> dict[Any, str]:
    """Return what each subject is called in a file's name: letters and digits only, each different."""
    labels = {subject: re.sub(r"[^A-Za-z0-9]", "", str(subject)) for subject in subjects}
    different = len({label.casefold() for label in labels.values()}) == len(labels) and all(labels.values())
    return labels if different else {subject: str(i) for i, subject in enumerate(subjects, start=1)}


def _rows(conditions: Conditions) -> list[Row]:
    """Return the events of all lists, subject by subject, each with its clock."""
    several = len(conditions) > 1
    lists = zip(list_rows(conditions), _schedules(conditions), strict=True)
    clock: dict[Any, float] = {}
    rows: list[Row] = []
    for one, (onset, distraction, seconds) in lists:
        condition = one.condition if several or one.condition != "all" else "n/a"
        start = clock.get(one.subject, 0.0)
        events, end = _events(one, start, onset, distraction, seconds)
        rows += [(*event, one.list, condition, one.subject) for event in events]
        clock[one.subject] = end + BETWEEN
    order = {subject: i for i, subject in enumerate(clock)}
    return sorted(rows, key=lambda row: order[row[-1]])


def _schedules(conditions: Conditions) -> list[tuple[list[float], float, float]]:
    """Return, list by list, the onsets from the first one's, the distraction before the test, and an item's seconds."""
    return [one for data in conditions.values() for one in _schedule(data)]


def _schedule(data: RecallData) -> list[tuple[list[float], float, float]]:
    onset = data.study.onset - data.study.onset[:, :1]
    last = data.study.seconds_on_item()[:, -1]
    return list(zip(onset.tolist(), data.study.distractor[:, -1].tolist(), last.tolist(), strict=True))


def _events(
    one: SingleList, start: float, onset: list[float], distraction: float, seconds: float
) -> tuple[list[Row], float]:
    """Return onset, duration, trial_type, response_time, item_name and serialpos of a list's events, and its end."""
    gaps = [*[later - sooner for sooner, later in pairwise(onset)], max(seconds, 0.0)]
    rows: list[Row] = [
        (start + at, gap, "WORD", "n/a", item, place)
        for place, (at, gap, item) in enumerate(zip(onset, gaps, one.items, strict=True), start=1)
    ]
    clock = start + onset[-1] + gaps[-1]
    if distraction:
        rows += [(clock, distraction, "DISTRACT_START", *NOTHING), (clock + distraction, 0.0, "DISTRACT_END", *NOTHING)]
        clock += distraction
    rows.append((clock, 0.0, "REC_START", *NOTHING))
    times = [time for time in one.times if not math.isnan(time)]
    in_order = times == sorted(times)
    for word, time, place in zip(one.given, one.times, one.positions, strict=True):
        onset_or_not = clock + time if in_order and not math.isnan(time) else "n/a"
        known = "n/a" if math.isnan(time) else time
        rows.append((onset_or_not, "n/a", "REC_WORD", known, word or INTRUSION_WORD, place if place > 0 else "n/a"))
    return rows, clock + max(times, default=0.0)


NOTHING = ("n/a", "n/a", "n/a")


def _tsv(rows: Sequence[Row]) -> str:
    return _table(COLUMNS, rows)


def _table(names: Sequence[str], rows: Sequence[Row]) -> str:
    """Return rows as tab-separated text."""
    columns = dict(zip(names, zip(*rows, strict=True), strict=True)) if rows else dict.fromkeys(names, ())
    return csv_text(columns, "\t")
