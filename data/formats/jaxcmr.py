"""jaxcmr's HDF5: the group ``/data`` with a matrix a variable, transposed (a column a list), as MATLAB stores it.

``recalls`` and ``pres_itemnos`` number items within their list, from 1, by where they first stand in it;
``pres_itemids`` and ``rec_itemids`` are numbers of the pool; ``subject`` and ``listLength`` have one entry a list. What
the Behavioral Toolbox calls ``pres_itemnos`` is called ``pres_itemids`` here: where there are none, ``pres_itemnos``
names the items. ``irt`` holds milliseconds since the response before. Optional: ``list`` (or ``block``) and
``condition``, numbers.

Needs the extra ``memlab[hdf5]``.
"""

from __future__ import annotations

import io
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from memlab.core.files import write_bytes
from memlab.core.recall import Conditions, Floats
from memlab.data.formats.embam import matrices_from
from memlab.data.formats.hdf5_group import h5py_library, read_group
from memlab.data.formats.matrices import Matrices, conditions_of, matrices_of
from memlab.data.formats.problems import Problems

__all__ = ["read_jaxcmr", "write_jaxcmr"]

MILLISECONDS = 1000.0


def read_jaxcmr(path: str | Path, *, seconds_per_item: float = 1.0, problems: Problems | None = None) -> Conditions:
    """Read jaxcmr's HDF5; see the top of this file.

    Parameters
    ----------
    seconds_per_item : seconds
        From one onset to the next.
    problems
        Where problems are noted; by default the first error is raised.

    Raises
    ------
    DataError
        Not HDF5, no group ``data``, a missing matrix, a value that is no position, … ; names the file, the row and the
        column.
    MissingExtra
        h5py is not installed.
    """
    path = Path(path)
    problems = problems or Problems(path.name)
    arrays = read_group(path, ("/data",))
    arrays = {key: np.atleast_2d(value) for key, value in arrays.items()}
    renamed = {"pres_itemids": "pres_itemnos", "rec_itemids": "rec_itemnos", "block": "list"}
    arrays |= {
        new: arrays[old] for old, new in renamed.items() if old in arrays and (old != "block" or "list" not in arrays)
    }
    irt = arrays.get("irt")
    matrices = matrices_from({key: value for key, value in arrays.items() if key != "times"}, problems)
    return conditions_of(_with_times(matrices, irt), problems, seconds_per_item=seconds_per_item)


def _with_times(matrices: Matrices, irt: Any) -> Matrices:
    """Return matrices with times from inter-response times, where these fit the recalls."""
    if irt is None or irt.shape != matrices.recalls.shape or irt.dtype.kind not in "iuf":
        return matrices
    return replace(matrices, times=np.cumsum(irt.astype(np.float64), axis=1) / MILLISECONDS)


def write_jaxcmr(conditions: Conditions, path: str | Path) -> Path:
    """Write jaxcmr's HDF5, whole or not at all; words are lost, as everything there is a whole number.

    Raises
    ------
    MissingExtra
        h5py is not installed.
    NotSupported
        Serial recall with blanks.
    """
    h5py = h5py_library()
    arrays = _arrays(matrices_of(conditions))
    stream = io.BytesIO()
    with h5py.File(stream, "w") as file:
        group = file.create_group("data")
        for name, values in arrays.items():
            group.create_dataset(name, data=values.T, track_times=False)
    return write_bytes(path, stream.getvalue())


def _arrays(matrices: Matrices) -> dict[str, Any]:
    assert matrices.items is not None
    assert matrices.given is not None
    assert matrices.times is not None
    arrays = {
        "subject": _numbers(matrices.subject),
        "list": _numbers(matrices.number or ()),
        "condition": _numbers(matrices.condition or ()),
        "listLength": np.asarray(matrices.length).reshape(-1, 1),
        "recalls": matrices.recalls,
        "pres_itemnos": _within_list(matrices.items),
        "pres_itemids": matrices.items,
        "rec_itemids": matrices.given,
    }
    times = matrices.times
    within = matrices.recalls != 0
    if np.isfinite(times[within]).all() and within.any():
        gaps = np.diff(np.where(within, times, 0.0), axis=1, prepend=0.0)
        arrays["irt"] = np.round(np.where(within, gaps, 0.0) * MILLISECONDS)
    return {name: np.asarray(values, dtype=np.int64) for name, values in arrays.items()}


def _within_list(items: Floats) -> Floats:
    """Return each item's first position in its list, from 1; 0 where there is none."""
    first = (items[:, :, None] == items[:, None, :]).argmax(axis=2) + 1.0
    return np.where(items > 0, first, 0.0)


def _numbers(labels: Any) -> Any:
    """Return labels as a column of whole numbers; text is numbered in order of appearance."""
    if all(isinstance(label, int) for label in labels):
        return np.array(labels, dtype=np.int64).reshape(-1, 1)
    number = {label: i for i, label in enumerate(dict.fromkeys(map(str, labels)), start=1)}
    return np.array([number[str(label)] for label in labels], dtype=np.int64).reshape(-1, 1)
