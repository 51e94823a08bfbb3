"""Reading typed answers: a long table with what was typed in it, or a table of answers beside one of the lists."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np

from memlab.core.errors import DataError
from memlab.core.long_file import LongFile, read_columns
from memlab.core.not_utf8 import not_utf8
from memlab.core.table import REQUIRED
from memlab.paradigms.materials import POOLS, load_pool

__all__ = ["Answers", "read_answers", "read_corrections", "read_words"]

Key = tuple[str, str, int]
"""Subject, list and output, counted from 1, of an answer."""

SEPARATORS = re.compile(r"[,;\n\r]+")
"""What stands between the answers of one field; not a blank, for an item may be of two words."""

RESPONSE, RESPONSES = "response", "responses"
"""The column with an answer a row, or with all answers to a list."""

BLANK = "(blank)"
"""What is written as a correction where there was no answer."""


@dataclass(frozen=True, eq=False)
class Answers:
    """The answers of a long table, list by list in the order they were given.

    Attributes
    ----------
    table : LongFile
        The long table; recall rows have what was typed as their item.
    table_rows : list of int
        The row of `table` of each answer.
    unit : list of int
        The list of each answer, an index into `studied`.
    keys : list of (subject, list, output)
    raw : list of str
        What was typed, to the letter.
    text : list of str
        The same without blanks around it; "" for nothing.
    studied : list of list of str
        The items of each list of each person.
    earlier : list of list of int
        The lists that the same person had before it, the latest first: by number where lists are numbered, otherwise in
        the order of the table.
    """

    table: LongFile
    table_rows: list[int]
    unit: list[int]
    keys: list[Key]
    raw: list[str]
    text: list[str]
    studied: list[list[str]]
    earlier: list[list[int]]

    @cached_property
    def studied_words(self) -> list[str]:
        """Every word that anybody studied, once."""
        return list(dict.fromkeys(word for items in self.studied for word in items))


def read_answers(typed: object, lists: object | None = None) -> Answers:
    """Read typed answers; see `memlab.paradigms.scoring.score`.

    Raises
    ------
    DataError
        A column is missing, or a list of the answers is not among the lists.
    """
    table = read_columns(typed) if lists is None else joined(read_columns(typed), read_columns(lists))
    table.need(*REQUIRED)
    return _answers(table)


def _answers(table: LongFile) -> Answers:
    subjects, lists, items = table.text("subject"), table.text("list"), table.text("item")
    recall = [kind == "recall" for kind in table.text("trial_type")]
    position = table.whole("position")
    units: dict[tuple[str, str], int] = {}
    of_row = [units.setdefault(key, len(units)) for key in zip(subjects, lists, strict=True)]
    studied: list[list[str]] = [[] for _ in units]
    answered: list[list[int]] = [[] for _ in units]
    for row, unit in enumerate(of_row):
        if recall[row]:
            answered[unit].append(row)
        else:
            studied[unit].append(items[row])
    names = list(units)
    rows = [row for group in answered for row in sorted(group, key=lambda row: int(position[row]))]
    outputs = [output for group in answered for output in range(1, len(group) + 1)]
    keys = [(*names[of_row[row]], output) for row, output in zip(rows, outputs, strict=True)]
    unit_of = [of_row[row] for row in rows]
    text = [items[row] for row in rows]
    raw = [_verbatim(table.columns["item"][row], items[row]) for row in rows]
    return Answers(table, rows, unit_of, keys, raw, text, studied, _earlier(names))


def _verbatim(value: object, text: str) -> str:
    return value if isinstance(value, str) else text


def _earlier(units: Sequence[tuple[str, str]]) -> list[list[int]]:
    """Return, for each list of each person, the lists before it, the latest first."""
    by_subject: dict[str, list[int]] = {}
    for unit, (subject, _) in enumerate(units):
        by_subject.setdefault(subject, []).append(unit)
    if all(_is_whole(label) for _, label in units):
        for own in by_subject.values():
            own.sort(key=lambda unit: int(units[unit][1]))
    found: list[list[int]] = [[] for _ in units]
    for own in by_subject.values():
        for place, unit in enumerate(own):
            found[unit] = own[:place][::-1]
    return found


def _is_whole(label: str) -> bool:
    return label.removeprefix("-").isdecimal()


def joined(typed: LongFile, lists: LongFile) -> LongFile:
    """Return the long table of answers and the lists they belong to.

    Where the table of lists names no subjects, everybody who has a row for a list had that list; a row with no answer
    in it says that a person had the list and recalled nothing.

    Raises
    ------
    DataError
        A column is missing, or a list of the answers is not among the lists.
    """
    typed, lists = _one_a_row(typed), _with_subjects(lists, typed)
    asked = {*zip(lists.text("subject"), lists.text("list"), strict=True)}
    for index, (subject, label) in enumerate(zip(typed.text("subject"), typed.text("list"), strict=True)):
        if (subject, label) not in asked:
            raise typed.fail(index, f"{lists.name} has no list {label} of subject {subject}.")
    names = dict.fromkeys(["subject", "list", "trial_type", "position", "item", *lists.columns, *typed.columns])
    columns: dict[str, Any] = {
        name: [*_column(lists, name, "study"), *_column(typed, name, "recall")] for name in names
    }
    rows = np.concatenate([lists.rows, typed.rows])
    return replace(typed, name=f"{typed.name} with {lists.name}", columns=columns, rows=rows)


def _column(table: LongFile, name: str, trial_type: str) -> Any:
    """Return a column of the long table, empty where a table has none of that name."""
    if name == "trial_type":
        return [trial_type] * len(table)
    return table.columns[name] if name in table.columns else [""] * len(table)


def _with_subjects(lists: LongFile, typed: LongFile) -> LongFile:
    """Return the lists with each person's beside their name, once for everybody who had them."""
    lists.need("list", "position", "item")
    if "subject" in lists.columns:
        return lists
    had = list(dict.fromkeys(zip(typed.text("subject"), typed.text("list"), strict=True)))
    rows_of: dict[str, list[int]] = {}
    for row, label in enumerate(lists.text("list")):
        rows_of.setdefault(label, []).append(row)
    rows = [(subject, row) for subject, label in had for row in rows_of.get(label, [])]
    columns: dict[str, Any] = {"subject": [subject for subject, _ in rows]}
    columns |= {name: [column[row] for _, row in rows] for name, column in lists.columns.items()}
    return replace(lists, columns=columns, rows=lists.rows[[row for _, row in rows]])


def _one_a_row(typed: LongFile) -> LongFile:
    """Return the answers one a row, numbered in each list, under the name of an item."""
    typed.need("subject", "list")
    several = RESPONSES in typed.columns
    if not several and RESPONSE not in typed.columns:
        typed.need("subject", "list", RESPONSE)
    name = RESPONSES if several else RESPONSE
    fields = [_verbatim(*both) for both in zip(typed.columns[name], typed.text(name), strict=True)]
    parts = [SEPARATORS.split(field) if several else [field] for field in fields]
    rows = [row for row, words in enumerate(parts) for _ in words]
    left_out = {RESPONSE, RESPONSES, "item", "trial_type"}
    columns: dict[str, Any] = {
        name: [column[row] for row in rows] for name, column in typed.columns.items() if name not in left_out
    }
    columns["item"] = [word for words in parts for word in words]
    if several or "position" not in columns:
        columns["position"] = _numbered(columns["subject"], columns["list"])
    return replace(typed, columns=columns, rows=typed.rows[rows])


def _numbered(subjects: Sequence[Any], lists: Sequence[Any]) -> list[int]:
    """Return the place of each row among those of its list."""
    seen: dict[tuple[Any, Any], int] = {}
    numbers = []
    for key in zip(subjects, lists, strict=True):
        seen[key] = seen.get(key, 0) + 1
        numbers.append(seen[key])
    return numbers


def read_words(pool: str | Path | Sequence[str] | None) -> tuple[str, ...]:
    """Return the words of a pool: shipped, in a file with a word a line, or given; none for None.

    Raises
    ------
    DataError
        The file cannot be read.
    """
    if pool is None:
        return ()
    if not isinstance(pool, (str, Path)):
        return tuple(pool)
    if pool in POOLS and not Path(pool).is_file():
        return load_pool(str(pool)).words or ()
    try:
        lines = Path(pool).read_text(encoding="utf-8-sig").splitlines()
    except UnicodeDecodeError:
        raise not_utf8(Path(pool)) from None
    except OSError as error:
        raise DataError(
            f"cannot read {pool}: {error.strerror or error}. A pool is a file with a word a line, or one of "
            f"{', '.join(POOLS)}."
        ) from None
    return tuple(line.strip() for line in lines if line.strip())


def read_corrections(source: object) -> dict[Key, str]:
    """Return the corrections that were written into a table of decisions; ``(blank)`` is no answer.

    Raises
    ------
    DataError
        A column is missing.
    """
    table = read_columns(source)
    table.need("subject", "list", "output", "corrected")
    rows = zip(
        table.text("subject"), table.text("list"), table.whole("output").tolist(), table.text("corrected"), strict=True
    )
    return {(subject, label, output): _meant(word) for subject, label, output, word in rows if word}


def _meant(word: str) -> str:
    return "" if word == BLANK else word
