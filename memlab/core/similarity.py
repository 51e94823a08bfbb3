"""Semantic similarity of words: reading a matrix from a file, and giving it to lists that were studied."""

from __future__ import annotations

import csv
import zipfile
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TypeVar

import numpy as np
from numpy.typing import ArrayLike

from memlab.core.errors import DataError, UsageError
from memlab.core.long_file import delimiter_of
from memlab.core.not_utf8 import not_utf8
from memlab.core.recall import Conditions, Floats, RecallData, StudyLists

__all__ = ["Similarity", "read_similarity", "similarity_of", "with_similarity"]

DISTANCES = ("distance", "distances")
"""What the first cell of a file, or an array in it, is called if it holds distances: similarity is then 1 less them."""

Data = TypeVar("Data", StudyLists, RecallData, Conditions)


@dataclass(frozen=True, eq=False)
class Similarity:
    """How similar words are.

    Attributes
    ----------
    words : tuple of str
        Each once.
    matrix : (n_words, n_words) float
        Row j, column i: how much word j supports word i; finite. The diagonal is not looked at.
    name : str
        Where it comes from, for messages.
    """

    words: tuple[str, ...]
    matrix: Floats
    name: str = "similarity"

    def __post_init__(self) -> None:
        try:
            matrix = np.ascontiguousarray(self.matrix, dtype=np.float64)
        except ValueError:
            raise DataError(f"{self.name}: similarities must be numbers.") from None
        n = len(self.words)
        if matrix.shape != (n, n):
            raise DataError(f"{self.name}: {n} words need {n} rows of {n} similarities. Got shape {matrix.shape}.")
        if len(set(self.words)) < n:
            twice = next(word for i, word in enumerate(self.words) if word in self.words[:i])
            raise DataError(f"{self.name}: the word '{twice}' stands there twice.")
        if not np.isfinite(matrix).all():
            row, column = (int(i[0]) for i in np.nonzero(~np.isfinite(matrix)))
            raise DataError(
                f"{self.name}: the similarity of '{self.words[row]}' and '{self.words[column]}' is no finite number."
            )
        object.__setattr__(self, "matrix", matrix)


def read_similarity(path: str | Path) -> Similarity:
    """Read a matrix of similarities.

    Parameters
    ----------
    path
        A table (``.csv``, ``.tsv``) whose header and first column are the words in the same order, or a NumPy archive
        (``.npz``) with the arrays ``words`` or ``items`` and ``similarity``. Where the first cell of the table is
        ``distance``, or the archive has ``distances`` (as psifr's sample data do), similarity is 1 less the distance.

    Raises
    ------
    DataError
        No such file, another form, words that differ between header and rows, or a cell that is no number.
    """
    path = Path(path)
    try:
        return _from_archive(path) if path.suffix == ".npz" else _from_table(path)
    except UnicodeDecodeError:
        raise not_utf8(path) from None
    except OSError as error:
        raise DataError(f"cannot read {path}: {error.strerror or error}.") from None


def _from_archive(path: Path) -> Similarity:
    try:
        with np.load(path, allow_pickle=False) as archive:
            found = {name: archive[name] for name in archive.files}
    except (ValueError, zipfile.BadZipFile):
        raise DataError(f"{path.name} is not a NumPy archive of plain arrays; write it with numpy.savez.") from None
    words = found.get("words", found.get("items"))
    distances = next((found[name] for name in DISTANCES if name in found), None)
    matrix = found.get("similarity", None if distances is None else 1.0 - distances)
    if words is None or matrix is None:
        raise DataError(f"{path.name} has the arrays {', '.join(found)}; it needs words and similarity (or distances).")
    return Similarity(tuple(str(word) for word in words), matrix, path.name)


def _from_table(path: Path) -> Similarity:
    with path.open(encoding="utf-8-sig", newline="") as file:
        header_line = file.readline()
        if not header_line.strip():
            raise DataError(f"{path.name} is empty. A header row with the words is needed first.")
        delimiter = delimiter_of(header_line)
        corner, *words = (cell.strip() for cell in next(csv.reader([header_line], delimiter=delimiter)))
        rows = [row for row in csv.reader(file, delimiter=delimiter) if row]
    matrix = np.empty((len(words), len(words)))
    for i, row in enumerate(rows[: len(words)]):
        matrix[i] = _numbers(path.name, i + 2, row, words[i], len(words))
    if len(rows) != len(words):
        raise DataError(f"{path.name}: the header has {len(words)} words, and there are {len(rows)} rows of them.")
    return Similarity(tuple(words), 1.0 - matrix if corner.lower() in DISTANCES else matrix, path.name)


def _numbers(name: str, line: int, row: list[str], word: str, n_words: int) -> Floats:
    if row[0].strip() != word:
        raise DataError(f"{name}, row {line}: '{row[0].strip()}' stands where the header has '{word}'.")
    if len(row) != n_words + 1:
        raise DataError(f"{name}, row {line}: {len(row) - 1} similarities; the header has {n_words} words.")
    try:
        return np.array(row[1:], dtype=np.float64)
    except ValueError:
        raise DataError(f"{name}, row {line}: a similarity of '{word}' is no number.") from None


def with_similarity(data: Data, similarity: Similarity | tuple[ArrayLike, ArrayLike]) -> Data:
    """Return the same lists with the similarity of their words, for models that take it.

    Parameters
    ----------
    data : StudyLists, RecallData or Conditions
        Their pool must have words.
    similarity : Similarity, or (words, matrix)

    Raises
    ------
    DataError
        A studied word has no similarity, or the lists have no words.

    Examples
    --------
    >>> from memlab.core.recall import Pool
    >>> study = replace(StudyLists.simple(1, 2), pool=Pool(words=("cat", "dog")))
    >>> with_similarity(study, (("dog", "cat", "cup"), np.eye(3))).pool.similarity
    array([[1., 0.],
           [0., 1.]])
    """
    if not isinstance(similarity, Similarity):
        words, matrix = similarity
        similarity = Similarity(tuple(str(word) for word in np.asarray(words)), np.asarray(matrix))
    if isinstance(data, Conditions):
        return Conditions([_recall_data(part, similarity) for part in data.values()])  # type: ignore[return-value]
    return _recall_data(data, similarity) if isinstance(data, RecallData) else _lists(data, similarity)


def _recall_data(data: RecallData, similarity: Similarity) -> RecallData:
    return replace(data, study=_lists(data.study, similarity))


def _lists(study: StudyLists, similarity: Similarity) -> StudyLists:
    if study.pool is None or study.pool.words is None:
        raise UsageError("the lists have no words, so no similarity can be looked up. Read them from a table.")
    place = {word: i for i, word in enumerate(similarity.words)}
    at = np.array([place.get(word, -1) for word in study.pool.words])
    unknown = [study.pool.words[item] for item in np.unique(study.items).tolist() if at[item] < 0]
    if unknown:
        shown = ", ".join(f"'{word}'" for word in unknown[:5]) + (", …" if len(unknown) > 5 else "")
        raise DataError(
            f"{similarity.name} has no similarity for {len(unknown)} of the studied words: {shown}. Words are "
            "matched as they are written."
        )
    matrix = np.where((at[:, None] >= 0) & (at >= 0), similarity.matrix[np.ix_(at, at)], np.nan)  # NaN: never studied
    return replace(study, pool=replace(study.pool, similarity=matrix))


def similarity_of(name: str, study: StudyLists) -> Floats:
    """Return the similarities that lists have, (n_pool, n_pool), for a model called ``name`` that needs them.

    Raises
    ------
    DataError
        The lists have none, or not for all of their items.
    """
    if study.pool is None or study.pool.similarity is None:
        raise DataError(
            f"{name} with semantics needs the similarity of the items, which these lists have not. Give it with "
            "memlab.with_similarity(data, memlab.read_similarity(FILE))."
        )
    similarity = np.ascontiguousarray(study.pool.similarity, dtype=np.float64)
    needed = int(study.items.max(initial=-1)) + 1
    if similarity.ndim != 2 or min(similarity.shape) < needed:
        raise DataError(
            f"{name}: the pool's similarity has shape {similarity.shape}; the items need ({needed}, {needed}) or more."
        )
    return similarity
