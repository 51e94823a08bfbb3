"""What stands at each output place of serial recall, told by the place where it was due.

Every analysis of serial order counts from here, so that forward and backward recall, lists that hold an item twice, and
recall that ends early are treated once.
"""

from __future__ import annotations

import numpy as np

from memlab.core.errors import UsageError
from memlab.core.recall import OMISSION, STOP, Floats, Ints, RecallData

__all__ = ["at_studied_position", "is_forward", "places_of"]


def places_of(data: RecallData) -> Ints:
    """Return what was given at each place, (n_lists, list_length): the place where it was due, from 1, or a code.

    In forward recall an item is due at its serial position, in backward recall at the mirrored one. A place without a
    response is an OMISSION, whether it was left blank or recall had ended. A response beyond the last place does not
    count. Of an item that was studied twice, that place is taken where it was given, if it was due there.

    Raises
    ------
    UsageError
        Probed recall, which has no whole order.

    Examples
    --------
    >>> from memlab.core.recall import Recalls, StudyLists
    >>> places_of(RecallData(StudyLists.simple(1, 4), Recalls(np.array([[1, -1, 2, 0]]))))
    array([[ 1, -1,  2, -2]])
    """
    test, length = data.study.serial, data.list_length
    if test is not None and test.direction == "probed":
        raise UsageError(
            f"condition {data.name} is of probed recall, which has no whole order: only serial_accuracy applies."
        )
    width = min(data.recalls.n_outputs, length)
    place = np.full((data.n_lists, length), OMISSION, dtype=np.int64)
    place[:, :width] = data.recalls.position[:, :width]
    place[place == STOP] = OMISSION
    backward = not is_forward(data)
    if data.study.repeats_items:
        place = _twice_studied(place, data.study.items, backward)
    return np.where(place > 0, length + 1 - place, place) if backward else place


def is_forward(data: RecallData) -> bool:
    """Return whether items are due in the order of study, as in forward and in free recall."""
    return data.study.serial is None or data.study.serial.direction != "backward"


def at_studied_position(by_place: Ints | Floats, data: RecallData) -> Ints:
    """Return counts by the place where items were due as counts by serial position, (…, list_length)."""
    return np.asarray(by_place if is_forward(data) else by_place[..., ::-1])


def _twice_studied(position: Ints, items: Ints, backward: bool) -> Ints:
    """Return positions in which an item given where it was due has the position that was due there."""
    length = items.shape[1]
    due = np.arange(length, 0, -1) if backward else np.arange(1, length + 1)
    given = np.take_along_axis(items, np.maximum(position - 1, 0), axis=1)
    right = (position > 0) & (given == items[:, due - 1])
    return np.where(right, due, position)
