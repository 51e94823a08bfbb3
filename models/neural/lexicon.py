"""Lexicons: the vectors that items have for a network, when lists name items by number alone.

A network's recall depends a little on the vectors that happen to stand for the words. So a list is recalled under one
of `N_LEXICONS` fixed lexicons, drawn at random for each list. A likelihood is the mean over the first `N_SCORED` of
them alone, because each costs a run through the network.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import Literal

import numpy as np
from numpy.typing import NDArray

__all__ = ["N_LEXICONS", "N_SCORED", "ItemKind", "distractors", "item_vectors", "lure_vectors"]

N_LEXICONS = 4096
"""A network gives the items of a list in much the same order whenever they have the same vectors, so a curve of a
thousand lists needs about as many lexicons to be smooth."""

N_SCORED = 16
"""Lexicons that a likelihood is the mean over."""

ItemKind = Literal["gaussian", "binary", "words"]

Ints = NDArray[np.int64]
Vectors = NDArray[np.float32]

BLOCK = 64
"""Vectors are made so many at a time: about a list with its lures."""


def item_vectors(kind: ItemKind, n_features: int, items: Ints, lexicon: Ints) -> Vectors:
    """Return the vectors of the items of some lists.

    Parameters
    ----------
    kind
        ``"gaussian"`` (and ``"words"``): random directions of length sqrt(n_features). ``"binary"``: patterns of zeros
        and ones, all different as long as there are enough: item 2^n_features has the vector of item 0.
    n_features
        Features of an item.
    items : (n_lists, list_length) int, at least 0
        Pool ids.
    lexicon : (n_lists,) int in [0, N_LEXICONS)

    Returns
    -------
    (n_lists, list_length, n_features) float32

    Examples
    --------
    >>> item_vectors("gaussian", 16, np.array([[3, 4, 3]]), np.array([0])).shape
    (1, 3, 16)
    """
    if kind == "binary":
        return _by_lexicon(lambda k, rows: _bit_patterns(n_features, k)[items[rows] % 2**n_features], lexicon)
    n_rows = int(items.max(initial=0)) + 1
    return _by_lexicon(lambda k, rows: _directions("item", n_features, n_rows, k)[items[rows]], lexicon)


def lure_vectors(
    kind: ItemKind, n_features: int, items: Ints, lexicon: Ints, n_lures: int
) -> tuple[Vectors, NDArray[np.bool_]]:
    """Return the vectors of items that were not studied.

    Returns
    -------
    vectors : (n_lists, n_lures, n_features) float32
        Binary lures are patterns that are not on the list; of n_features bits there are at most 2^n_features.
    missing : (n_lists, n_lures) bool
        Lures that do not exist because too few patterns are left.
    """
    if kind != "binary":
        vectors = _by_lexicon(
            lambda k, rows: np.tile(_directions("lure", n_features, n_lures, k), (len(rows), 1, 1)), lexicon
        )
        return vectors, np.zeros(vectors.shape[:2], dtype=bool)
    studied = np.zeros((len(items), 2**n_features), dtype=bool)
    np.put_along_axis(studied, items % 2**n_features, True, axis=1)
    lures = np.argsort(studied, axis=1, kind="stable")[:, :n_lures]  # patterns off the list come first
    vectors = _by_lexicon(lambda k, rows: _bit_patterns(n_features, k)[lures[rows]], lexicon)
    return vectors, np.take_along_axis(studied, lures, axis=1)


def distractors(kind: ItemKind, n_features: int, n_steps: int, lexicon: Ints) -> Vectors:
    """Return what fills a delay: vectors of the items' kind, (n_steps, n_lists, n_features) float32."""
    if kind == "binary":
        steps = np.arange(n_steps) % 2**n_features
        filled = _by_lexicon(lambda k, rows: np.tile(_bit_patterns(n_features, k)[steps], (len(rows), 1, 1)), lexicon)
    else:
        filled = _by_lexicon(
            lambda k, rows: np.tile(_directions("distractor", n_features, n_steps, k), (len(rows), 1, 1)), lexicon
        )
    return np.ascontiguousarray(filled.transpose(1, 0, 2))


def _by_lexicon(vectors: Callable[[int, Ints], NDArray[np.float32]], lexicon: Ints) -> Vectors:
    """Return vectors(lexicon, lists) of the lists of each lexicon, put back in the lists' order."""
    order = np.argsort(lexicon, kind="stable")
    kinds, first = np.unique(lexicon[order], return_index=True)
    groups = np.split(order, first[1:])
    parts = np.concatenate([vectors(int(k), rows) for k, rows in zip(kinds, groups, strict=True)])
    back = np.empty_like(order)
    back[order] = np.arange(len(order))
    return np.ascontiguousarray(parts[back])


_STREAMS = {"item": 0, "lure": 1, "distractor": 2}


def _directions(what: str, n_features: int, n_rows: int, lexicon: int) -> Vectors:
    """Return the first directions of a stream, (n_rows, n_features)."""
    blocks = [_block(what, n_features, lexicon, block) for block in range(n_rows // BLOCK + 1)]
    return np.asarray(np.concatenate(blocks)[:n_rows])


@lru_cache(maxsize=4 * N_LEXICONS)
def _block(what: str, n_features: int, lexicon: int, block: int) -> Vectors:
    rng = np.random.default_rng([_STREAMS[what], lexicon, block, n_features])
    rows = rng.standard_normal((BLOCK, n_features))
    rows *= np.sqrt(n_features) / np.linalg.norm(rows, axis=1, keepdims=True)
    return rows.astype(np.float32)


@lru_cache(maxsize=N_LEXICONS)
def _bit_patterns(n_features: int, lexicon: int) -> Vectors:
    """Return every pattern once, in an order of the lexicon's own, (2^n_features, n_features)."""
    order = np.random.default_rng([3, lexicon, n_features]).permutation(2**n_features)
    return np.asarray((order[:, None] >> np.arange(n_features)) & 1, dtype=np.float32)
