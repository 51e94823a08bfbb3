"""Meaning in SAM, after eSAM (Sirotin, Kimball & Kahana 2005): what words mean to each other, and words of other lists.

Strengths are widened: beside the items of the list stand the pool's other words, which no study has connected with the
context; and beside the strengths that study left stand those of meaning.
"""

from __future__ import annotations

import numpy as np

from memlab.core.compiled import compiled
from memlab.core.parameters import Parameter
from memlab.core.recall import INTRUSION, STOP, Floats, Ints, Recalls

__all__ = ["MEANING", "NO_MEANING", "among", "as_recalls", "leave_residual", "searched_items", "widen"]

MEANING = (
    Parameter(
        "W_s", 1.0, 0.0, 10.0, "weight of what a recalled word means, as a cue", source="illustrative, not published"
    ),
    Parameter(
        "d", 0.02, 0.0, 1.0, "residual strength of two words never together",
        source="the value in use for Raaijmakers & Shiffrin (1981); not published for this version",
    ),
    Parameter(
        "extra_context", 0.0, 0.0, 1.0, "strength to context of the pool's words that were not on the list",
        source="0: recall is of the list alone; above 0 ours, not published",
    ),
)  # fmt: skip
"""What the option adds to the table of parameters."""

NO_MEANING = np.empty((0, 0))
"""Where meaning plays no part."""


def searched_items(items: Ints, n_pool: int, extra: bool) -> Ints:
    """Return the pool ids of what is searched: the list's items in order, then, if asked for, the pool's others.

    Examples
    --------
    >>> searched_items(np.array([3, 1]), 5, True)
    array([3, 1, 0, 2, 4])
    """
    if not extra:
        return items
    return np.concatenate([items, np.setdiff1d(np.arange(n_pool, dtype=np.int64), items)])


def among(similarity: Floats, items: Ints) -> Floats:
    """Return how strongly each item (row) means each other, at least 0, (n, n); 0 on the diagonal.

    Similarities below 0, which cosines of text corpora have, are no strengths and count as 0.
    """
    meaning = np.maximum(similarity[np.ix_(items, items)], 0.0)
    np.fill_diagonal(meaning, 0.0)
    return np.ascontiguousarray(meaning)


@compiled
def leave_residual(to_words: Floats, residual: float) -> None:
    """Give two items that were never together the residual strength, in place."""
    for i in range(to_words.shape[0]):
        for j in range(to_words.shape[0]):
            if i != j and to_words[i, j] == 0.0:
                to_words[i, j] = residual


@compiled
def widen(
    to_context: Floats, to_words: Floats, extra: float, residual: float, all_context: Floats, all_words: Floats
) -> None:
    """Copy the strengths of a list into those of all that is searched; what is not on the list gets the others.

    Parameters
    ----------
    to_context, to_words : (n_items,), (n_items, n_items)
        Of the list.
    extra, residual
        Strength to context of a word that was not on the list; strength of two words never together.
    all_context, all_words : (n_searched,), (n_searched, n_searched)
        Are overwritten.
    """
    n = to_context.size
    for i in range(all_context.size):
        all_context[i] = to_context[i] if i < n else extra
        for j in range(all_context.size):
            all_words[i, j] = to_words[i, j] if i < n and j < n else 0.0
    leave_residual(all_words, residual)


def as_recalls(found: Ints, searched: Ints, n_items: int) -> Recalls:
    """Return recalls whose words from outside the list are intrusions, with the pool id of every response.

    Parameters
    ----------
    found : (n_lists, n_outputs) int
        1-based places in what was searched, 0 after the last.
    searched : (n_lists, n_searched) int
        Pool ids; the first ``n_items`` are the list.
    """
    item = np.where(found > STOP, np.take_along_axis(searched, np.maximum(found, 1) - 1, axis=1), -1)
    position = np.where(found > n_items, INTRUSION, found)
    width = max(n_items, int((found > STOP).sum(axis=1).max(initial=0)))
    return Recalls(position[:, :width], item=item[:, :width])
