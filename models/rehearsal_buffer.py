"""The rehearsal buffer of dual-store theories: how items leave it during distraction and at the test.

How an item enters, and which one it drops, is what the theories differ in; that stands with each.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from memlab.core.compiled import compiled
from memlab.core.errors import DataError
from memlab.core.lesions import delay_test
from memlab.core.model import Model
from memlab.core.parameters import Parameter
from memlab.core.recall import Floats, Ints, StudyLists

__all__ = [
    "CLEAR_SECONDS",
    "LOSE_BUFFER",
    "SYNDROMES",
    "lists_at_test",
    "lose_to_distraction",
    "output_buffer",
    "study_seconds",
]

CLEAR_SECONDS = Parameter(
    "clear_seconds", 0.0, 0.0, 60.0,
    "filled seconds that empty the buffer for certain; of a shorter time, each item is lost in proportion to it", "s",
    "0: any filled delay empties it, as in Raaijmakers & Shiffrin (1981); above 0 ours, not published",
)  # fmt: skip


LOSE_BUFFER: Mapping[str, str] = {
    "buffer": "the buffer is emptied before the test, as by a filled delay; rehearsal and strengths are as they were",
    "capacity": "r, the capacity of the buffer, is that many items at most [1], at study and at the test",
    "hm": "medial-temporal amnesia: no learning in long-term store (long_term_store:0)",
    "kf": "short-term store gone: a buffer of one item (capacity:1)",
}
"""The lesions that both versions of SAM share, and the patients; each has its own ``long_term_store``."""

SYNDROMES: Mapping[str, str] = {"hm": "long_term_store:0", "kf": "capacity:1"}


def lists_at_test(model: Model, study: StudyLists, clear_seconds: float) -> StudyLists:
    """Return the lists with the filled delay that empties the buffer, if that lesion was made."""
    return delay_test(study, max(clear_seconds, 1.0)) if model.has_lesion("buffer") else study


def study_seconds(study: StudyLists) -> Floats:
    """Return for how long each item was studied, (n_lists, list_length), seconds.

    Raises
    ------
    DataError
        An item that starts before the one before it, or before the distraction between them is over.
    """
    seconds = study.seconds_on_item()
    if (seconds < 0).any():
        row, column = np.argwhere(seconds < 0)[0]
        raise DataError(
            f"StudyLists, list {study.list[row]} of subject {study.subject[row]}: item {column + 2} starts before item "
            f"{column + 1} and its distraction are over. Onsets must leave room for both."
        )
    return seconds


@compiled
def lose_to_distraction(
    buffer: Ints, n_buffered: int, seconds: float, clear_seconds: float, rng: np.random.Generator
) -> int:
    """Drop items from the buffer during distraction, in place; what stays keeps its order.

    Each item is lost with probability ``seconds / clear_seconds``, at most 1; without distraction none is.

    Parameters
    ----------
    buffer : (capacity,) int
        Items, of which the first ``n_buffered`` count.
    seconds, clear_seconds : s

    Returns
    -------
    int
        How many items are left.
    """
    if seconds <= 0.0:
        return n_buffered
    if seconds >= clear_seconds:
        return 0
    n_left = 0
    for slot in range(n_buffered):
        if rng.random() >= seconds / clear_seconds:
            buffer[n_left] = buffer[slot]
            n_left += 1
    return n_left


@compiled
def output_buffer(
    buffer: Ints, n_buffered: int, position: Ints, recalled: np.ndarray, rng: np.random.Generator
) -> None:  # fmt: skip
    """Recall what the buffer holds, in random order (each order equally likely).

    Parameters
    ----------
    buffer : (capacity,) int
        Items, 0-based, of which the first ``n_buffered`` count.
    position : (n_outputs,) int
        The list's recalls; the first ``n_buffered`` are filled in, 1-based.
    recalled : (n_items,) bool
        Marked for each item recalled.
    """
    for output in range(n_buffered):
        slot = output + int(rng.random() * (n_buffered - output))
        buffer[output], buffer[slot] = buffer[slot], buffer[output]
        position[output] = buffer[output] + 1
        recalled[buffer[output]] = True
