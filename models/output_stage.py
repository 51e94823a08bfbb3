"""The second stage of models of serial recall: the item chosen is spoken, or one that sounds like it.

The primacy model, OSCAR and position marking share it. Its form is ours; that confusions of sound arise after the order
is settled is of the theories, and is why dissimilar items do not suffer from similar neighbours.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from memlab.core.compiled import compiled
from memlab.core.parameters import Parameter
from memlab.core.recall import Floats, Ints, StudyLists
from memlab.core.similarity import similarity_of

__all__ = ["SPEECH_NOISE", "alike", "spoken"]

SPEECH_NOISE = Parameter(
    "speech_noise", 0.25, 0.0, 2.0, "standard deviation of the noise with which an item is spoken",
    source="illustrative: the stage is ours; similarity of letter names is from 1/2 to 1 where they share a vowel",
)  # fmt: skip


def alike(name: str, study: StudyLists, stage: bool) -> Floats:
    """Return the similarity of each list's items, 1 on the diagonal, (n_lists, N, N), or (n_lists, 0, 0) without stage.

    Raises
    ------
    DataError
        The lists have no similarity of their items.
    """
    if not stage:
        return np.empty((study.n_lists, 0, 0))
    rows, columns = study.items[:, :, np.newaxis], study.items[:, np.newaxis, :]
    return np.where(rows == columns, 1.0, similarity_of(name, study)[rows, columns])


@compiled
def spoken(
    chosen: int, similarity: Floats, first: Ints, said: NDArray[np.bool_], noise: float, rng: np.random.Generator
) -> int:
    """Return the item that is spoken for the one chosen: the greatest similarity plus noise.

    Only items of the list that were not said before compete, and of these only the chosen one and those that are like
    it; where none is left, all that were not said; and the chosen one where all were.

    Parameters
    ----------
    chosen
        From 0.
    similarity : (n_items, n_items)
        To the chosen item (row); at most 0 is no likeness.
    first : (n_items,)
        First presentation of each item: a later one is never spoken in another's place.
    said : (n_items,) bool
    noise
        Standard deviation.
    """
    best, winner = -np.inf, -1
    for like in (True, False):
        for i in range(first.size):
            if said[i] or (i != chosen and (first[i] != i or (like and similarity[chosen, i] <= 0.0))):
                continue
            heard = similarity[chosen, i] + noise * rng.standard_normal()
            if heard > best:
                best, winner = heard, i
        if winner >= 0:
            return winner
    return chosen
