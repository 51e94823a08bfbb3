"""quail's JSON: ``pres`` and ``rec``, what was presented and what was recalled.

Two layouts are read. What an ``Egg`` is made from: ``pres[subject][list][place]`` and ``rec`` alike, each entry a word
or an object with ``item``. And what ``Egg.to_json()`` and ``to_dict()`` give: ``pres`` as a list of records (or as JSON
text of one), a record a list, ``{"0": {"item": "cat"}, "1": …}``; these do not say whose list it is, so that all lists
are of one subject unless the number of lists a subject is given. ``null`` fills a short list, or a place without a
response.

Written is the first layout, which ``quail.Egg(**json.load(file))`` takes; labels and conditions stand in ``meta``,
times beside each ``item``.
"""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any

from memlab.core.errors import DataError
from memlab.core.files import write_text
from memlab.core.recall import INTRUSION, Conditions
from memlab.data.formats.losses import refuse_blanks
from memlab.data.formats.opening import read_text
from memlab.data.formats.problems import Problems
from memlab.data.formats.rows import list_rows
from memlab.data.single_lists import SingleList, conditions_from_lists

__all__ = ["parse_json", "read_quail", "write_quail"]

Entry = tuple[str, float]
"""A word, and when it was recalled (NaN where unknown)."""


def parse_json(path: Path) -> Any:
    """Return what a JSON file holds.

    Raises
    ------
    DataError
        It is no JSON, or nests too deeply.
    """
    text = read_text(path)
    if not text.strip():
        raise DataError(f"{path.name} is empty.")
    try:
        content = json.loads(text)
        if "\\ud" in text.lower():
            json.dumps(content, ensure_ascii=False).encode("utf-8")  # half of a letter cannot be written anywhere
        return content
    except json.JSONDecodeError as error:
        raise DataError(f"{path.name}, row {error.lineno}, column {error.colno}: {error.msg}; it is no JSON.") from None
    except (ValueError, RecursionError) as error:
        raise DataError(f"{path.name} is no JSON that can be read: {error}.") from None


def read_quail(
    path: str | Path, *, lists_per_subject: int | None = None, problems: Problems | None = None
) -> Conditions:
    """Read quail's JSON; see the top of this file. Responses are matched to items as they are written.

    Parameters
    ----------
    lists_per_subject
        For the layout of ``Egg.to_json()``: how many lists each subject has.
    problems
        Where problems are noted; by default the first error is raised.

    Raises
    ------
    DataError
        No ``pres`` or ``rec``, another layout, or different numbers of lists; names the trial.
    """
    path = Path(path)
    problems = problems or Problems(path.name)
    content = parse_json(path)
    if not isinstance(content, dict) or not {"pres", "rec"} <= set(content):
        raise DataError(f"{path.name}: quail's JSON is an object with 'pres' and 'rec'.")
    pres, rec = (_layout(content[key], key, path.name) for key in ("pres", "rec"))
    if _is_records(pres) and len(pres) > 1 and lists_per_subject is None:
        effect = f"counts as {len(pres)} lists of one subject; with memlab convert --lists-per-subject N each has N"
        problems.warn("a record of quail's to_json() does not say whose list it is.", column="pres", effect=effect)
    pres, rec = (_subjects(part, lists_per_subject) for part in (pres, rec))
    shapes = [[len(lists) for lists in part] for part in (pres, rec)]
    if shapes[0] != shapes[1]:
        raise DataError(f"{path.name}: pres has lists {shapes[0]} by subject and rec {shapes[1]}; they need the same.")
    lists = _lists(pres, rec, _meta(content), problems)
    if problems.errors:
        return Conditions([])
    if not lists:
        raise DataError(f"{path.name} has no lists.")
    return conditions_from_lists(lists)


def _layout(part: Any, key: str, name: str) -> list[Any]:
    """Return ``pres`` or ``rec`` as a list; JSON text in it is read."""
    if isinstance(part, str):
        try:
            part = json.loads(part)
        except (ValueError, RecursionError):
            raise DataError(f"{name}: the text in '{key}' is no JSON.") from None
    if not isinstance(part, list):
        raise DataError(f"{name}: '{key}' must be a list: of subjects, or of records as quail's to_json() gives.")
    return part


def _subjects(part: list[Any], lists_per_subject: int | None) -> list[list[list[Any]]]:
    """Return subjects of lists of entries, from either layout."""
    if _is_records(part):
        lists = [[record[key] for key in sorted(record, key=_place)] for record in part]
        step = lists_per_subject or len(lists)
        return [lists[at : at + step] for at in range(0, len(lists), step)]
    if part and all(
        isinstance(one, list) and not any(isinstance(x, (list, dict)) and _is_list(x) for x in one) for one in part
    ):
        return [part]  # lists of one subject
    return [
        [one if isinstance(one, list) else [one] for one in subject] for subject in part if isinstance(subject, list)
    ]


def _is_records(part: list[Any]) -> bool:
    """Return whether this is the layout of ``Egg.to_json()``, a record a list."""
    return bool(part) and all(isinstance(record, dict) for record in part)


def _is_list(value: Any) -> bool:
    return isinstance(value, list)


def _place(key: str) -> tuple[int, str]:
    return (int(key), "") if key.isascii() and key.isdigit() and len(key) < 10 else (1 << 31, key)


def _meta(content: dict[str, Any]) -> dict[str, Any]:
    meta = content.get("meta")
    return meta.get("memlab", {}) if isinstance(meta, dict) and isinstance(meta.get("memlab"), dict) else {}


def _lists(
    pres: list[list[list[Any]]], rec: list[list[list[Any]]], meta: dict[str, Any], problems: Problems
) -> list[SingleList]:
    lists = []
    trial = 0
    for subject, (presented, recalled) in enumerate(zip(pres, rec, strict=True)):
        for number, (items, responses) in enumerate(zip(presented, recalled, strict=True)):
            trial += 1
            studied = [word for word, _ in _entries(items, "pres", trial, problems)]
            given = _entries(responses, "rec", trial, problems)
            if not studied:
                if given:
                    problems.error("the list was recalled, but has no items.", row=trial, column="pres")
                continue  # quail fills up subjects who had fewer lists
            labels = [
                _label(meta, "subjects", subject, None, subject + 1),
                _label(meta, "lists", subject, number, number + 1),
                _label(meta, "conditions", subject, number, ""),
            ]
            lists.append(_single_list(labels, studied, given))
    return lists


def _label(meta: dict[str, Any], key: str, subject: int, number: int | None, default: Any) -> Any:
    """Return a label that memlab wrote; the default where there is none."""
    try:
        label = meta[key][subject] if number is None else meta[key][subject][number]
    except (KeyError, IndexError, TypeError):
        return default
    return label if isinstance(label, (int, str)) and not isinstance(label, bool) else default


def _entries(entries: Any, key: str, trial: int, problems: Problems) -> list[Entry]:
    """Return the words of a list; null, and an item that is NaN, is no entry."""
    found = []
    for place, entry in enumerate(entries, start=1):
        item = entry.get("item") if isinstance(entry, dict) else entry
        if item is None or (isinstance(item, float) and math.isnan(item)):
            continue
        if isinstance(item, (bool, list, dict)) or not str(item).strip():
            problems.error(f"{key}, place {place}: {str(item)[:40]!r} is no item.", row=trial, column=key)
            continue
        time = entry.get("time") if isinstance(entry, dict) else None
        known = isinstance(time, (int, float)) and not isinstance(time, bool) and abs(time) < LONGEST_TIME
        found.append((_word(item), float(time) if known else math.nan))  # type: ignore[arg-type]
    return found


LONGEST_TIME = 1e9
"""Seconds that no test lasts."""


def _word(item: Any) -> str:
    return str(int(item)) if isinstance(item, float) and item.is_integer() else str(item).strip()


def _single_list(labels: list[Any], studied: list[str], given: list[Entry]) -> SingleList:
    place = {word: i for i, word in reversed(list(enumerate(studied, start=1)))}
    subject, number, condition = labels
    return SingleList(
        subject,
        number,
        condition,
        len(studied),
        [place.get(word, INTRUSION) for word, _ in given],
        [time for _, time in given],
        studied,
        [word if word != UNKNOWN else "" for word, _ in given],
    )


UNKNOWN = "(intrusion)"
"""How an intrusion of unknown identity is written."""


def write_quail(conditions: Conditions, path: str | Path) -> Path:
    """Write what a ``quail.Egg`` is made from, whole or not at all.

    Raises
    ------
    NotSupported
        Serial recall with blanks.
    """
    refuse_blanks(conditions, "quail's JSON")
    by_subject: dict[Any, list[SingleList]] = {}
    for one in list_rows(conditions):
        by_subject.setdefault(one.subject, []).append(one)
    subjects = list(by_subject.values())
    content = {
        "pres": [[[{"item": word} for word in one.items] for one in lists] for lists in subjects],
        "rec": [
            [[_response(word, time) for word, time in zip(one.given, one.times, strict=True)] for one in lists]
            for lists in subjects
        ],
        "meta": {
            "memlab": {
                "subjects": list(by_subject),
                "lists": [[one.list for one in lists] for lists in subjects],
                "conditions": [[one.condition for one in lists] for lists in subjects],
            }
        },
    }
    return write_text(path, json.dumps(content, ensure_ascii=False, indent=1) + "\n")


def _response(word: str, time: float) -> dict[str, Any]:
    entry: dict[str, Any] = {"item": word or UNKNOWN}
    return entry if math.isnan(time) else {**entry, "time": round(time, 6)}
