"""The columns of the long table that belong to serial recall alone.

On study rows: ``direction`` (``forward``, ``backward`` or ``probed``), ``group`` (of the item, from 1), ``rest``
(seconds without distraction between the list and the test), ``length_unknown`` and ``omissions_forbidden`` (1 for yes).
On recall rows: ``cue``, the serial position of the item that was shown, in probed recall. A table without ``direction``
whose recalls have blanks is of forward recall.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from memlab.core.long_file import LongFile
from memlab.core.recall import STOP, Floats, Ints, RecallData
from memlab.core.serial_test import SerialTest

__all__ = ["serial_columns", "serial_test"]


def serial_columns(data: RecallData, row: Ints, output: Ints) -> dict[str, NDArray[Any]]:
    """Return the columns of one condition: of all its study rows, then of all its recall rows.

    Parameters
    ----------
    data
        One condition; of free recall, its columns say nothing.
    row, output : (n_responses,) int
        The list and the output place, both from 0, of each recall row.
    """
    n_study, test = data.study.items.size, data.study.serial or SerialTest()
    group = np.full(n_study, np.nan) if test.group is None else test.group.ravel() + 1.0
    cue = np.full(len(row), np.nan) if test.cue is None else test.cue[row, output].astype(np.float64)
    numbers = {
        "group": group,
        "rest": np.full(n_study, test.rest_seconds),
        "length_unknown": np.full(n_study, float(not test.length_known)),
        "omissions_forbidden": np.full(n_study, float(not test.omissions_allowed)),
    }
    direction = np.full(n_study + len(row), "", dtype=object)
    direction[:n_study] = "" if data.study.serial is None else test.direction
    blank = np.full(len(row), np.nan)
    return {
        "direction": direction,
        **{name: np.concatenate([values, blank]) for name, values in numbers.items()},
        "cue": np.concatenate([np.full(n_study, np.nan), cue]),
    }


def serial_test(
    table: LongFile, study: Ints, recall: Ints, shape: tuple[int, ...], position: Ints, blanks: bool
) -> SerialTest | None:
    """Return what serial recall asked for in one condition; None where the table has free recall.

    Parameters
    ----------
    study, recall : (n_rows,) int
        The condition's rows of the table, list by list, in the order of their positions.
    shape : (n_lists, list_length)
    position : (n_lists, n_outputs) int
        What was recalled.
    blanks
        Whether there are omissions.

    Raises
    ------
    DataError
        Two directions in a condition, or a direction, group or cue that there is not.
    """
    direction = _direction(table, study)
    if not direction:
        return SerialTest() if blanks else None
    first: Any = {name: _first(table, name, study) for name in ("rest", "length_unknown", "omissions_forbidden")}
    group = _numbers(table, "group", study)
    return SerialTest(
        direction=direction,  # type: ignore[arg-type]  # SerialTest refuses what is no direction
        omissions_allowed=not first["omissions_forbidden"],
        length_known=not first["length_unknown"],
        rest_seconds=first["rest"],
        group=None if group is None else group.astype(np.int64).reshape(shape) - 1,
        cue=_cues(table, recall, position) if direction == "probed" else None,
    )


def _direction(table: LongFile, study: Ints) -> str:
    if "direction" not in table.columns:
        return ""
    codes, found = table.distinct("direction")
    odd = codes[study] != codes[study[0]]
    if odd.any():
        raise table.fail(int(study[np.argmax(odd)]), "direction differs within its condition.")
    return str(found[codes[study[0]]])


def _numbers(table: LongFile, name: str, rows: Ints) -> Floats | None:
    """Return what stands in an optional column; None where any row has nothing."""
    if name not in table.columns:
        return None
    values = table.numbers(name, missing=True)[rows]
    return None if np.isnan(values).any() else values


def _first(table: LongFile, name: str, rows: Ints) -> float:
    values = _numbers(table, name, rows)
    return 0.0 if values is None else float(values[0])


def _cues(table: LongFile, recall: Ints, position: Ints) -> Ints:
    """Return the cues, (n_lists, n_outputs); a place without a response takes the first item as its cue."""
    table.need("cue")
    cue = table.numbers("cue", missing=True)[recall]
    if np.isnan(cue).any():
        raise table.fail(
            int(recall[np.argmax(np.isnan(cue))]), "cue is empty; in probed recall every response has one."
        )
    cues = np.ones(position.shape, dtype=np.int64)
    cues[position != STOP] = cue.astype(np.int64)
    return cues
