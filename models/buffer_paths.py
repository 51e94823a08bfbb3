"""How a rehearsal buffer could have come to hold what was recalled first, for the likelihood of the SAM models.

The buffer comes out first, in random order: of a list, the first b recalls *were* the buffer. A study phase is drawn
with no more freedom than that leaves, and weighted by the probability of what it was not free to do.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from memlab.core.compiled import compiled
from memlab.core.recall import Floats, Ints

__all__ = ["Bools", "case", "keep_through_distraction", "log_orders", "n_cases", "sizes"]

Bools = NDArray[np.bool_]


@compiled
def sizes(distraction: Floats, capacity: int, clear_seconds: float) -> tuple[int, int]:
    """Return the least and the greatest number of items that the buffer may hold at the test.

    They differ only where some distraction was too short to empty the buffer for certain.

    Parameters
    ----------
    distraction : (n_items + 1,), s
        Before each item and before the test.
    """
    n_items = distraction.size - 1
    if distraction[n_items] > 0.0 and distraction[n_items] >= clear_seconds:
        return 0, 0
    since, partial = 0, False  # items, and whether any could be lost, since the buffer was last emptied
    for i in range(n_items):
        if distraction[i] > 0.0:
            emptied = distraction[i] >= clear_seconds
            partial = not emptied and (partial or since > 0)
            since = 0 if emptied else since
        since += 1
    most = min(capacity, since)
    if distraction[n_items] > 0.0:
        return 0, most
    return (1 if partial else most), most


@compiled
def n_cases(least: int, most: int, n_recalled: int, ended: bool) -> int:
    """Return how many cases `case` tells apart; 0 where a list of so few recalls cannot be."""
    open_ended = not ended and most >= n_recalled
    return max(0, min(most, n_recalled - open_ended) - least + 1) + open_ended


@compiled
def case(which: int, least: int, most: int, n_recalled: int, ended: bool) -> tuple[int, bool]:
    """Return how many recalls came from the buffer, and whether it held no more.

    There is a case for each number of items, and, where the record does not show the end, a last one for a buffer that
    held at least all that was recalled.

    Parameters
    ----------
    which
        In 0 .. `n_cases` - 1.
    least, most
        Items that the buffer may hold; see `sizes`.

    Returns
    -------
    required : int
        The first ``required`` recalls were in the buffer.
    exact : bool
        Nothing else was.

    Examples
    --------
    >>> case(0, 2, 4, 3, True), case(1, 2, 4, 3, True), n_cases(2, 4, 3, True)
    ((2, True), (3, True), 2)
    >>> case(1, 2, 4, 3, False)
    (3, False)
    """
    open_ended = not ended and most >= n_recalled
    if least + which <= min(most, n_recalled - open_ended):
        return least + which, True
    return n_recalled, False


@compiled
def log_orders(n_buffered: int, required: int) -> float:
    """Return the log-probability that these come out of the buffer first and in this order: (b - m)! / b!."""
    return math.lgamma(n_buffered - required + 1.0) - math.lgamma(n_buffered + 1.0)


@compiled
def keep_through_distraction(
    buffer: Ints,
    n_buffered: int,
    seconds: float,
    clear_seconds: float,
    required: Bools,
    lose_others: bool,
    rng: np.random.Generator,
) -> tuple[int, float]:
    """Drop items from the buffer during distraction, but none that is required; see `lose_to_distraction`.

    Parameters
    ----------
    required : (n_items,) bool
    lose_others
        Whether all that is not required must be lost here.

    Returns
    -------
    n_left : int
    probability : float
        Of what was not left to chance.
    """
    if seconds <= 0.0:
        return n_buffered, 1.0
    loss = min(1.0, seconds / clear_seconds) if clear_seconds > 0.0 else 1.0
    n_left, probability = 0, 1.0
    for slot in range(n_buffered):
        stays = required[buffer[slot]]
        if stays:
            probability *= 1.0 - loss
        elif lose_others:
            probability *= loss
        else:
            stays = rng.random() >= loss
        if stays:
            buffer[n_left] = buffer[slot]
            n_left += 1
    return n_left, probability
