"""The MATLAB struct of the Behavioral Toolbox (EMBAM), as the Penn and Vanderbilt archives hold it.

``data`` (or variables of these names alone): ``recalls``, ``pres_itemnos`` (a number for each item, the same in every
list), ``subject``; optional are ``rec_itemnos``, ``times`` (milliseconds since the test began), ``intrusions`` (0 none,
-1 never studied, k > 0 from k lists back), ``listLength``, ``pres_items`` and ``rec_items`` (cells of words),
and, ours, ``wordpool`` (a cell of words: word k is item k), ``list`` and ``condition``.

Versions 5 to 7.2 are read, and 7.3 (which is HDF5) with the extra ``memlab[hdf5]``. No object in the file is run.
"""

from __future__ import annotations

import io
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from memlab.core.errors import DataError, nearest
from memlab.core.files import write_bytes
from memlab.core.recall import Conditions, Floats
from memlab.data.formats.hdf5_group import read_group
from memlab.data.formats.mat5 import read_mat5
from memlab.data.formats.matrices import Matrices, conditions_of, matrices_of
from memlab.data.formats.problems import Problems

__all__ = ["matrices_from", "read_embam", "write_embam"]

NEEDED = ("recalls", "pres_itemnos", "subject")
MILLISECONDS = 1000.0
SECONDS_LOOK_LIKE = 300.0
"""Times that are all below this, and not whole, are probably seconds."""


def read_embam(path: str | Path, *, seconds_per_item: float = 1.0, problems: Problems | None = None) -> Conditions:
    """Read a MATLAB file with the struct of the Behavioral Toolbox; see the top of this file.

    Parameters
    ----------
    seconds_per_item : seconds
        From one onset to the next.
    problems
        Where problems are noted; by default the first error is raised.

    Raises
    ------
    DataError
        Not a MATLAB file, a missing variable, matrices of different heights, a value that is no position, … ; names the
        file, the row and the column.
    MissingExtra
        A file of version 7.3 without h5py.
    """
    path = Path(path)
    problems = problems or Problems(path.name)
    return conditions_of(matrices_from(_variables(path), problems), problems, seconds_per_item=seconds_per_item)


def matrices_from(variables: Mapping[str, Any], problems: Problems) -> Matrices:
    """Return the variables of a struct as matrices.

    Raises
    ------
    DataError
        A variable is missing, or is not what it must be.
    """
    name = problems.name
    missing = [needed for needed in NEEDED if needed not in variables]
    if missing:
        guess = nearest(missing[0], set(variables) - set(NEEDED))
        hint = f" (is '{guess}' meant?)" if guess else ""
        raise DataError(
            f"{name}: there is no variable '{missing[0]}'{hint}. Needed: {', '.join(NEEDED)}; found: "
            f"{', '.join(variables) or 'none'}."
        )
    recalls = _number_matrix(name, "recalls", variables["recalls"])
    items = _number_matrix(name, "pres_itemnos", variables["pres_itemnos"])
    given = _optional(variables, "rec_itemnos", name)
    words, given_words = _words(variables, items, given)
    return Matrices(
        recalls,
        _labels(name, "subject", variables["subject"]),
        items,
        words,
        given,
        given_words,
        _seconds(variables, name, problems),
        _optional(variables, "intrusions", name),
        _list_length(variables, name, len(recalls)),
        _labels(name, "list", variables["list"]) if "list" in variables else None,
        [str(label) for label in _labels(name, "condition", variables["condition"])]
        if "condition" in variables
        else None,
    )


Words = list[list[str]]


def _words(variables: Mapping[str, Any], items: Floats, given: Floats | None) -> tuple[Words | None, Words | None]:
    """Return the words of the items and of the responses; None where the file has not got them, item for item."""
    pool = _word_matrix(variables.get("wordpool"))
    if pool is not None and len(pool[0]) == 1:
        named = [row[0] for row in pool]
        return _named(named, items), None if given is None else _named(named, given)
    words = _word_matrix(variables.get("pres_items"))
    if words is None or [len(row) - row.count("") for row in words] != (items > 0).sum(axis=1).tolist():
        return None, None
    return words, _word_matrix(variables.get("rec_items"))


def _named(pool: list[str], numbers: Floats) -> Words | None:
    """Return the words of item numbers, "" where there is none; None where a number is not in the pool."""
    known = np.isfinite(numbers) & (numbers > 0)
    places = np.where(known, numbers, 0)
    if (places > len(pool)).any() or (places != np.floor(places)).any():
        return None
    words: Words = np.array(["", *pool], dtype=object)[places.astype(np.int64)].tolist()
    return words


def _optional(variables: Mapping[str, Any], key: str, name: str) -> Floats | None:
    return _number_matrix(name, key, variables[key]) if key in variables else None


def _number_matrix(name: str, key: str, value: Any) -> Floats:
    if not isinstance(value, np.ndarray) or value.dtype.kind not in "iufb" or value.ndim != 2:
        raise DataError(f"{name}: {key} must be a matrix of numbers.")
    return value.astype(np.float64)


def _word_matrix(value: Any) -> list[list[str]] | None:
    """Return a cell array of words as rows of text; an empty cell is ""; None where it is none."""
    if not isinstance(value, np.ndarray) or value.dtype != object or value.ndim != 2 or not value.size:
        return None
    return [[_cell(cell) for cell in row] for row in value]


def _cell(cell: Any) -> str:
    """Return the text of a cell; h5py and MATLAB have empty ones as arrays."""
    return str(cell).strip() if isinstance(cell, str) else ""


def _labels(name: str, key: str, value: Any) -> list[Any]:
    """Return one label a list: whole numbers, or text."""
    words = _word_matrix(value)
    if words is not None and all(len(row) == 1 and row[0] for row in words):
        return [row[0] for row in words]
    if isinstance(value, (str, list)):
        return [str(text).strip() for text in ([value] if isinstance(value, str) else value)]
    if not isinstance(value, np.ndarray) or value.dtype.kind not in "iufb":
        raise DataError(f"{name}: {key} must be a column of numbers or words.")
    numbers = value.astype(np.float64).ravel()
    if not (np.isfinite(numbers) & (numbers == np.floor(numbers)) & (np.abs(numbers) < 2.0**53)).all():
        raise DataError(f"{name}: {key} must be whole numbers.")
    return numbers.astype(np.int64).tolist()


def _list_length(variables: Mapping[str, Any], name: str, n_lists: int) -> Floats | None:
    """Return each list's length; the toolbox has one number for all, or one a list."""
    if "listLength" not in variables:
        return None
    lengths = _number_matrix(name, "listLength", np.atleast_2d(variables["listLength"])).ravel()
    return np.full(n_lists, lengths[0]) if lengths.size == 1 else lengths


def _seconds(variables: Mapping[str, Any], name: str, problems: Problems) -> Floats | None:
    times = _optional(variables, "times", name)
    if times is None:
        return None
    known = times[np.isfinite(times) & (times != 0)]
    if known.size and known.max() < SECONDS_LOOK_LIKE and (known != np.floor(known)).any():
        what = f"times are at most {known.max():g} and not whole: they look like seconds."
        problems.warn(what, column="times", effect="is read as milliseconds, which the format has")
    return times / MILLISECONDS


def _variables(path: Path) -> dict[str, Any]:
    """Return the variables of a MATLAB file; those of its struct ``data``, or of its only struct."""
    if not path.is_file():
        raise DataError(f"cannot read {path}: No such file or directory.")
    with path.open("rb") as file:
        if file.read(19) == b"MATLAB 7.3 MAT-file":
            return read_group(path, ("/data", "/"))
    variables = read_mat5(path)
    struct = variables.get("data", next(iter(variables.values())) if len(variables) == 1 else None)
    return struct if isinstance(struct, dict) else variables


def write_embam(conditions: Conditions, path: str | Path) -> Path:
    """Write the struct ``data`` as a MATLAB file (version 5), whole or not at all.

    Raises
    ------
    NotSupported
        Serial recall with blanks.
    """
    import scipy.io

    stream: Any = io.BytesIO()
    scipy.io.savemat(stream, {"data": _struct(matrices_of(conditions))}, oned_as="column", do_compression=True)
    return write_bytes(path, stream.getvalue())


def _struct(matrices: Matrices) -> dict[str, Any]:
    assert matrices.times is not None
    assert matrices.given is not None
    length = np.asarray(matrices.length)
    return {
        "subject": _column(matrices.subject),
        "list": _column(matrices.number or ()),
        "condition": _column(matrices.condition or ()),
        "listLength": length[:1].reshape(1, 1) if (length == length[0]).all() else length.reshape(-1, 1),
        "recalls": matrices.recalls,
        "pres_itemnos": matrices.items,
        "rec_itemnos": matrices.given,
        "wordpool": _cells([[word] for word in _pool(matrices)]),
        "times": matrices.times * MILLISECONDS,
        "intrusions": intrusion_codes(matrices),
    }


def _pool(matrices: Matrices) -> list[str]:
    """Return the words by item number: word k is item k."""
    assert matrices.items is not None
    assert matrices.given is not None
    named: dict[int, str] = {}
    for numbers, words in ((matrices.items, matrices.words), (matrices.given, matrices.given_words)):
        for row, texts in zip(numbers.astype(np.int64).tolist(), words or (), strict=True):
            named.update((number, text) for number, text in zip(row, texts, strict=True) if number > 0)
    return [named[number] for number in sorted(named)]


def intrusion_codes(matrices: Matrices) -> Floats:
    """Return 0 for a correct response, -1 for a word never studied before, k for one from k lists back."""
    codes = np.zeros(matrices.recalls.shape)
    before: dict[Any, dict[str, int]] = {}
    seen: dict[Any, int] = {}
    words, given = matrices.words or (), matrices.given_words or ()
    for row, subject in enumerate(matrices.subject):
        at, known = seen.get(subject, 0), before.setdefault(subject, {})
        for column in np.flatnonzero(matrices.recalls[row] < 0).tolist():
            codes[row, column] = at - known[given[row][column]] if given[row][column] in known else -1
        known.update(dict.fromkeys(words[row], at))
        seen[subject] = at + 1
    return codes


def _column(labels: Any) -> Any:
    whole = all(isinstance(label, int) for label in labels)
    return np.array(labels, dtype=np.float64).reshape(-1, 1) if whole else _cells([[str(label)] for label in labels])


def _cells(rows: Any) -> Any:
    cells = np.empty((len(rows), max((len(row) for row in rows), default=0)), dtype=object)
    for row, texts in enumerate(rows):
        cells[row, :] = list(texts)
    return cells
