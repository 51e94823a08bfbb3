"""One group of an HDF5 file as arrays: jaxcmr's ``/data``, and the struct of a MATLAB file of version 7.3.

Only arrays of numbers and of text that lie in the file itself are read, of bounded size: no links to other files, no
virtual or external storage, no objects; nothing in the file is run. A cell array of words is an array of references to
the letters of each, in the same file.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from memlab.core.errors import DataError, MissingExtra

__all__ = ["MAX_ENTRIES", "h5py_library", "read_group"]

MAX_ENTRIES = 100_000_000
"""Entries of one array; a small file may declare an array of any size."""


def h5py_library() -> Any:
    """Return h5py.

    Raises
    ------
    MissingExtra
        It is not installed.
    """
    try:
        import h5py
    except ImportError:
        raise MissingExtra("reading and writing HDF5", "h5py", "hdf5") from None
    return h5py


def read_group(path: Path, names: tuple[str, ...]) -> dict[str, Any]:
    """Return the arrays of the first of ``names`` that is a group of the file, by name, transposed as MATLAB has them.

    Parameters
    ----------
    names
        Groups, tried in this order; ``"/"`` is the file's top.

    Raises
    ------
    DataError
        It is no HDF5 file, has none of the groups, or an array is too large.
    MissingExtra
        h5py is not installed.
    """
    h5py = h5py_library()
    try:
        with h5py.File(path, "r") as file:
            found = next((file[name] for name in names if isinstance(_own(file, name, h5py), h5py.Group)), None)
            if found is None:
                raise DataError(f"{path.name}: there is no group {names[0]}. It has: {', '.join(file) or 'nothing'}.")
            arrays = {str(key): _array(found, key, path.name, h5py) for key in found}
    except DataError:
        raise
    except Exception as error:  # h5py raises whatever the broken bytes lead to
        raise DataError(f"{path.name} is not a readable HDF5 file: {error}.") from None
    return {key: value for key, value in arrays.items() if value is not None}


def _own(group: Any, name: str, h5py: Any) -> Any:
    """Return what lies in the file itself under a name; None where there is nothing, or a link to another file."""
    if name == "/":
        return group
    link = group.get(name.strip("/"), getlink=True)
    return group[name] if isinstance(link, h5py.HardLink) else None


def _array(group: Any, key: str, name: str, h5py: Any) -> Mapping[str, Any] | np.ndarray[Any, np.dtype[Any]] | None:
    """Return an array, transposed; None for what memlab does not read."""
    dataset = _own(group, key, h5py)
    if not isinstance(dataset, h5py.Dataset) or dataset.is_virtual or dataset.external:
        return None
    if dataset.shape is None or dataset.size > MAX_ENTRIES:
        raise DataError(f"{name}: {key} declares more than {MAX_ENTRIES:,} entries.")
    if h5py.check_string_dtype(dataset.dtype) is not None:
        return np.array(dataset.asstr()[()]).T
    if h5py.check_ref_dtype(dataset.dtype) is h5py.Reference:
        return _words(dataset, h5py)
    return np.array(dataset[()]).T if dataset.dtype.kind in "iufb" else None


MAX_WORDS, MAX_LETTERS = 5_000_000, 1000
"""Cells of an array, and letters of a cell, that are read."""


def _words(dataset: Any, h5py: Any) -> np.ndarray[Any, np.dtype[Any]] | None:
    """Return a cell array of words, transposed; None where a cell is something else."""
    if dataset.size > MAX_WORDS or dataset.ndim != 2:
        return None
    words = np.empty(dataset.size, dtype=object)
    for i, reference in enumerate(dataset[()].ravel()):
        word = _word(dataset.file[reference], h5py) if reference else ""
        if word is None:
            return None
        words[i] = word
    return words.reshape(dataset.shape).T


def _word(cell: Any, h5py: Any) -> str | None:
    """Return the letters of a cell, which MATLAB keeps as numbers; None where it holds none."""
    if not isinstance(cell, h5py.Dataset) or cell.is_virtual or cell.external:
        return None
    if cell.attrs.get("MATLAB_empty"):
        return ""
    if cell.dtype != np.uint16 or cell.size > MAX_LETTERS:
        return None
    return str(np.array(cell[()]).T.tobytes().decode("utf-16-le", "replace"))
