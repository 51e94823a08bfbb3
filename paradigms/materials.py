"""Materials: what lists are made of. Our own words, consonants and digits for people, binary vectors for networks."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from memlab.core.errors import UnknownName, UsageError
from memlab.core.recall import Ints, Pool
from memlab.data.checksums import checked_text
from memlab.paradigms.confusability import CONSONANTS, confusability

__all__ = ["POOLS", "binary_vectors", "load_pool", "make_lists"]

POOLS = ("nouns", "consonants", "digits")
"""The pools that memlab has: words from ``data/pools/NAME.txt``, with their rules in ``NAME.md``; the consonants with
the similarity of their names (`memlab.paradigms.confusability`); the digits 1 to 9."""


def pool_folder() -> Path:
    """Return the folder of the shipped pools."""
    import memlab.data

    return Path(str(memlab.data.__file__)).parent / "pools"


def load_pool(name: str = "nouns") -> Pool:
    """Return a pool of words, or the consonants, or the digits.

    Raises
    ------
    UnknownName
        No such pool.
    ChecksumError
        Its file is not as it was shipped.

    Examples
    --------
    >>> len(load_pool("nouns").words) >= 400
    True
    """
    if name not in POOLS:
        raise UnknownName("there is no word pool", name, POOLS)
    if name == "consonants":
        return Pool(words=CONSONANTS, similarity=confusability())
    if name == "digits":
        return Pool(words=tuple("123456789"))
    return Pool(words=tuple(checked_text(pool_folder() / f"{name}.txt").split()))


def pool_size(pool: Pool) -> int:
    """Return how many items a pool has.

    Raises
    ------
    UsageError
        A pool without words, vectors or similarities.
    """
    for items in (pool.words, pool.vectors, pool.similarity):
        if items is not None:
            return len(items)
    raise UsageError("the pool is empty; give it words, vectors or similarities.")


def make_lists(pool: Pool, n_lists: int, list_length: int, rng: np.random.Generator) -> Ints:
    """Draw the lists of one subject, without replacement: no item comes twice.

    Returns
    -------
    (n_lists, list_length) int
        0-based ids into the pool.

    Raises
    ------
    UsageError
        The pool has too few items; the message says how many are needed.

    Examples
    --------
    >>> lists = make_lists(Pool(words=("ash", "bay", "cup", "den")), 2, 2, np.random.default_rng(1))
    >>> sorted(lists.ravel().tolist())
    [0, 1, 2, 3]
    """
    needed, there = n_lists * list_length, pool_size(pool)
    if n_lists < 1 or list_length < 1:
        raise UsageError(f"lists must be at least 1 and of at least 1 item. Got {n_lists} lists of {list_length}.")
    if needed > there:
        raise UsageError(
            f"{n_lists} lists of {list_length} need {needed} different items; the pool has {there}. Use a larger pool, "
            f"or at most {there // list_length} lists."
        )
    return rng.permutation(there)[:needed].reshape(n_lists, list_length)


def binary_vectors(
    n_items: int, n_features: int, rng: np.random.Generator, distinct: bool = True
) -> NDArray[np.float64]:
    """Return random vectors of zeros and ones, each with probability 1/2: items for networks.

    Parameters
    ----------
    n_items, n_features
        Rows and columns.
    rng
        Random generator.
    distinct
        Whether no two items may be the same; a vector that is there already is drawn again.

    Returns
    -------
    (n_items, n_features) float, 0 or 1

    Raises
    ------
    UsageError
        More distinct items than 2 to the power of ``n_features``.

    Examples
    --------
    >>> sorted(map(tuple, binary_vectors(4, 2, np.random.default_rng(1)).tolist()))
    [(0.0, 0.0), (0.0, 1.0), (1.0, 0.0), (1.0, 1.0)]
    """
    if n_items < 1 or n_features < 1:
        raise UsageError(f"items and features must be at least 1. Got {n_items} items of {n_features} features.")
    if distinct and n_features < 63 and n_items > 2**n_features:  # 2^63 items are never asked for
        raise UsageError(
            f"{n_features} binary features tell only {2**n_features} items apart; {n_items} need at least "
            f"{(n_items - 1).bit_length()} features."
        )
    vectors: NDArray[Any] = rng.integers(0, 2, (n_items, n_features), dtype=np.int8)
    again = _repeated(vectors) if distinct else np.zeros(n_items, dtype=bool)
    while again.any():
        vectors[again] = rng.integers(0, 2, (int(again.sum()), n_features), dtype=np.int8)
        again = _repeated(vectors)
    return vectors.astype(np.float64)


def _repeated(vectors: NDArray[Any]) -> NDArray[np.bool_]:
    """Return which rows stood higher up already, (n_items,)."""
    _, first = np.unique(vectors, axis=0, return_index=True)
    repeated = np.ones(len(vectors), dtype=bool)
    repeated[first] = False
    return repeated
