"""A padded matrix: a list a row, the serial positions of its responses in output order (``recalls``), who studied it
(``subject``) and which items it had (``pres_itemnos``).

As a MATLAB file (variables of these names, alone or as fields of one struct), or as CSV with the columns ``subject``,
``recalls_1, recalls_2, …``, and either ``pres_itemnos_1, …`` or ``list_length``; optional are ``list`` and
``condition``. In ``recalls``, 0 or nothing pads a row and -1 is an intrusion. In ``pres_itemnos``, 0 or nothing pads a
shorter list.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from memlab.core.errors import DataError
from memlab.core.long_file import EXACT, LongFile, read_columns
from memlab.core.recall import INTRUSION, Conditions, Floats
from memlab.data.single_lists import SingleList, conditions_from_lists

__all__ = ["NUMBERED", "read_recall_matrix"]

NUMBERED = re.compile(r"(recalls|pres_itemnos)_?(\d+)")
"""How a column of a matrix is called in a CSV file."""

NEEDED = ("recalls", "pres_itemnos", "subject")


@dataclass(frozen=True)
class _Matrix:
    """The matrices of a file, a row a list; NaN pads."""

    name: str
    recalls: Floats
    subject: list[Any]
    items: Floats | None
    length: list[int] | None
    number: list[Any] | None
    condition: list[str] | None
    first_row: int

    def fail(self, row: int, message: str) -> DataError:
        return DataError(f"{self.name}, row {row + self.first_row}: {message}")


def read_recall_matrix(path: str | Path, *, seconds_per_item: float = 1.0) -> Conditions:
    """Read a padded matrix of recalls; see the top of this file.

    Lists are numbered 1, 2, … within a subject where the file does not number them.

    Parameters
    ----------
    path
        ``.mat`` (up to version 7.2) or CSV.
    seconds_per_item : seconds
        From one onset to the next.

    Raises
    ------
    DataError
        A missing variable, matrices of different heights, a value that is no whole number, a position that is not on
        the list, a response after the padding, an item studied twice, or the same list twice; names the file, the row
        and the column.
    """
    path = Path(path)
    matrix = _from_matlab(path) if path.suffix.lower() == ".mat" else _from_csv(path)
    numbers = matrix.number or _count_up(matrix.subject)
    seen: set[tuple[Any, Any]] = set()
    lists = []
    for row, key in enumerate(zip(matrix.subject, numbers, strict=True)):
        if key in seen:
            raise matrix.fail(row, f"list {key[1]} of subject {key[0]} stands there twice.")
        seen.add(key)
        lists.append(_single_list(matrix, row, key[1], seconds_per_item))
    return conditions_from_lists(lists)


def _count_up(subjects: list[Any]) -> list[int]:
    seen: dict[Any, int] = {}
    for subject in subjects:
        seen[subject] = seen.get(subject, 0) + 1
    counts: dict[Any, int] = dict.fromkeys(seen, 0)
    numbers = []
    for subject in subjects:
        counts[subject] += 1
        numbers.append(counts[subject])
    return numbers


def _single_list(matrix: _Matrix, row: int, number: Any, seconds_per_item: float) -> SingleList:
    items = [] if matrix.items is None else _unpadded(matrix, row, "pres_itemnos", matrix.items[row])
    length = len(items) if matrix.length is None else matrix.length[row]
    if length < 1:
        raise matrix.fail(row, "the list has no items.")
    if len(set(items)) < len(items):
        raise matrix.fail(row, "pres_itemnos has an item twice; memlab needs each item of a list once.")
    positions = _unpadded(matrix, row, "recalls", matrix.recalls[row])
    for column, position in enumerate(positions, start=1):
        if position != INTRUSION and not 1 <= position <= length:
            raise matrix.fail(
                row, f"recalls, column {column}: {position}; allowed: 1-{length}, -1 (intrusion), 0 (padding)."
            )
    condition = "" if matrix.condition is None else matrix.condition[row]
    return SingleList(
        matrix.subject[row], number, condition, length, positions, items=items, seconds_per_item=seconds_per_item
    )


def _unpadded(matrix: _Matrix, row: int, variable: str, values: Floats) -> list[int]:
    """Return the whole numbers of a row before its padding."""
    padding = np.isnan(values) | (values == 0)
    n_values = int(np.argmax(padding)) if padding.any() else len(values)
    for column in range(len(values)):
        if column < n_values and not (values[column] == np.floor(values[column]) and abs(values[column]) < EXACT):
            raise matrix.fail(row, f"{variable}, column {column + 1}: {values[column]:g} is no whole number.")
        if column >= n_values and not padding[column]:
            raise matrix.fail(row, f"{variable}, column {column + 1}: {values[column]:g} after the padding of the row.")
    return [int(value) for value in values[:n_values]]


def _from_csv(path: Path) -> _Matrix:
    table = read_columns(path)
    table.need("subject")
    recalls = _numbered(table, "recalls")
    items = _numbered(table, "pres_itemnos")
    if recalls is None:
        raise DataError(f"{path.name}: there are no columns recalls_1, recalls_2, …")
    if items is None:
        table.need("list_length")
    return _Matrix(
        name=path.name,
        recalls=recalls,
        subject=table.labels("subject").tolist(),
        items=items,
        length=table.whole("list_length").tolist() if items is None else None,
        number=table.labels("list").tolist() if "list" in table.columns else None,
        condition=table.text("condition") if "condition" in table.columns else None,
        first_row=2,
    )


def _numbered(table: LongFile, variable: str) -> Floats | None:
    """Return the columns VARIABLE_1, VARIABLE_2, … as a matrix; None where there are none."""
    found = {int(m[2]): name for name in table.columns if (m := NUMBERED.fullmatch(name)) and m[1] == variable}
    if not found:
        return None
    for number in range(1, max(found) + 1):
        if number not in found:
            raise DataError(f"{table.name}: the column {variable}_{number} is missing; they run from 1 without gaps.")
    return np.stack([table.numbers(found[number], missing=True) for number in sorted(found)], axis=1)


def _from_matlab(path: Path) -> _Matrix:
    variables = _variables(path)
    missing = [name for name in NEEDED if name not in variables]
    if missing:
        raise DataError(
            f"{path.name}: there is no variable '{missing[0]}'. Needed: {', '.join(NEEDED)}; found: "
            f"{', '.join(variables) or 'none'}."
        )
    recalls, items = (_number_matrix(path, name, variables[name]) for name in ("recalls", "pres_itemnos"))
    subject = _number_matrix(path, "subject", variables["subject"]).ravel()
    if not len(recalls) == len(items) == len(subject):
        raise DataError(
            f"{path.name}: recalls has {len(recalls)} rows, pres_itemnos {len(items)} and subject {len(subject)}; they "
            "need one row a list."
        )
    if not len(recalls):
        raise DataError(f"{path.name} has no lists.")
    if not (np.isfinite(subject) & (subject == np.floor(subject))).all():
        raise DataError(f"{path.name}: subject must be whole numbers.")
    return _Matrix(path.name, recalls, subject.astype(np.int64).tolist(), items, None, None, None, 1)


def _variables(path: Path) -> dict[str, Any]:
    """Return the variables of a MATLAB file; those of its only struct where it holds nothing else."""
    import scipy.io

    if not path.is_file():
        raise DataError(f"cannot read {path}: No such file or directory.")
    try:
        content = scipy.io.loadmat(path)
    except NotImplementedError:
        raise DataError(f"{path.name} is a MATLAB file of version 7.3. Save it with save(…, '-v7').") from None
    except Exception as error:  # scipy raises whatever the broken bytes lead to
        raise DataError(f"{path.name} is not a readable MATLAB file: {error}.") from None
    variables = {name: value for name, value in content.items() if not name.startswith("__")}
    only = next(iter(variables.values())) if len(variables) == 1 else None
    if isinstance(only, np.ndarray) and only.dtype.names and only.size == 1:
        return {name: only[name].flat[0] for name in only.dtype.names}
    return variables


def _number_matrix(path: Path, name: str, value: Any) -> Floats:
    if not isinstance(value, np.ndarray) or value.dtype.kind not in "iufb" or value.ndim != 2:
        raise DataError(f"{path.name}: {name} must be a matrix of numbers.")
    return value.astype(np.float64)
