"""`SerialTest`: what a test of serial recall asks for: the direction, the cues, the groups of the list."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal, get_args

import numpy as np
from numpy.typing import ArrayLike, NDArray

from memlab.core.errors import DataError

__all__ = ["Direction", "SerialTest"]

Direction = Literal["forward", "backward", "probed"]
"""The order in which items are asked for: as studied, from the last to the first, or those that followed a cue."""

Ints = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class SerialTest:
    """How lists are tested in serial recall.

    Attributes
    ----------
    direction : {"forward", "backward", "probed"}
        Output place k asks for item k, for item list_length + 1 - k, or for the item after cue k.
    omissions_allowed : bool
        Whether a place may be left blank.
    length_known : bool
        Whether people know, before a list, how long it is.
    rest_seconds : float, seconds
        Time without distraction between the last item and the test. Distraction is in `StudyLists.distractor`.
    group : (n_lists, list_length) int, or None
        The group of each item, from 0, where pauses divide the list.
    cue : (n_lists, n_outputs) int, or None
        The serial position of the item that is shown at each output place, from 1; for probed recall only.

    Examples
    --------
    >>> SerialTest("backward").due_places(1, 3)
    array([[3, 2, 1]])
    """

    direction: Direction = "forward"
    omissions_allowed: bool = True
    length_known: bool = True
    rest_seconds: float = 0.0
    group: Ints | None = None
    cue: Ints | None = None

    def __post_init__(self) -> None:
        if self.direction not in get_args(Direction):
            allowed = ", ".join(get_args(Direction))
            raise DataError(f"SerialTest: direction must be one of {allowed}. Got {self.direction!r} instead.")
        if (self.cue is not None) != (self.direction == "probed"):
            raise DataError("SerialTest: probed recall needs cues, and only probed recall has them.")
        if not (self.rest_seconds >= 0 and np.isfinite(self.rest_seconds)):
            raise DataError(f"SerialTest: rest_seconds must be seconds of at least 0. Got {self.rest_seconds} instead.")
        for name in ("group", "cue"):
            value = getattr(self, name)
            if value is not None:
                object.__setattr__(self, name, np.ascontiguousarray(value, dtype=np.int64))

    def check(self, n_lists: int, list_length: int) -> None:
        """Raise DataError unless the groups and cues are those of so many lists of such a length."""
        if self.group is not None and (self.group.shape != (n_lists, list_length) or (self.group < 0).any()):
            raise DataError(f"SerialTest: group must be whole numbers from 0, of shape {(n_lists, list_length)}.")
        if self.cue is not None and (
            self.cue.ndim != 2 or len(self.cue) != n_lists or (self.cue < 1).any() or (self.cue >= list_length).any()
        ):
            raise DataError(
                f"SerialTest: cue must be serial positions from 1 to {list_length - 1} (nothing follows the last "
                f"item), a row for each of the {n_lists} lists."
            )

    def select(self, lists: ArrayLike) -> SerialTest:
        """Return the test of the lists that a mask or an index array picks."""
        pick = np.asarray(lists)
        group, cue = (None if rows is None else rows[pick] for rows in (self.group, self.cue))
        return replace(self, group=group, cue=cue)

    def due_places(self, n_lists: int, list_length: int) -> Ints:
        """Return the serial position that is asked for at each output place, (n_lists, n_outputs)."""
        if self.cue is not None:
            return self.cue + 1
        forward = np.arange(1, list_length + 1)
        return np.tile(forward[::-1] if self.direction == "backward" else forward, (n_lists, 1))
