"""`SingleList`: one list with its responses, as every file format gives it; many of them make `Conditions`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from memlab.core.recall import STOP, Conditions, Ints, Pool, RecallData, Recalls, StudyLists
from memlab.core.serial_test import SerialTest

__all__ = ["SingleList", "conditions_from_lists"]


@dataclass(frozen=True)
class SingleList:
    """One studied list and what was recalled of it.

    Attributes
    ----------
    subject, list
        Labels.
    condition : str
        Empty where there is none.
    list_length : int
    positions : sequence of int
        1-based serial position of each response, or INTRUSION, in output order; OMISSION for a blank in serial recall.
    times : sequence of float, seconds
        When each response came, since the test began; empty where unknown.
    items : sequence of int, or of str
        Item numbers, or the items themselves, in the order of study; empty where unknown.
    given : sequence of str
        What each response was, ``""`` where unknown; empty where that is not known of any.
    seconds_per_item : float, seconds
        From one onset to the next.
    """

    subject: int | str
    list: int | str
    condition: str
    list_length: int
    positions: Sequence[int]
    times: Sequence[float] = ()
    items: Sequence[int] | Sequence[str] = ()
    given: Sequence[str] = ()
    seconds_per_item: float = 1.0


def conditions_from_lists(
    lists: Sequence[SingleList],
    *,
    recall_seconds: float = float("inf"),
    max_responses: int | None = None,
    serial: SerialTest | None = None,
) -> Conditions:
    """Return lists by condition, in order of first appearance; several list lengths of one condition are told apart.

    Parameters
    ----------
    lists
        In any order; the order is kept within a condition.
    recall_seconds, max_responses, serial
        See `StudyLists`.
    """
    words = _words(lists)
    groups: dict[tuple[str, int], list[SingleList]] = {}
    for one in lists:
        groups.setdefault((one.condition, one.list_length), []).append(one)
    names = [condition for condition, _ in groups]
    return Conditions(
        [
            RecallData(
                replace(_study(group, recall_seconds, max_responses, words), serial=serial),
                _recalls(group, words),
                _name(key, names.count(key[0]) > 1),
            )
            for key, group in groups.items()
        ]
    )


def _name(key: tuple[str, int], several_lengths: bool) -> str:
    condition, length = key
    if not several_lengths:
        return condition or "all"
    return f"{condition}-{length}" if condition else str(length)


def _words(lists: Sequence[SingleList]) -> tuple[str, ...]:
    """Return every item that was studied or given in any condition, sorted; none where items are numbers or unknown."""
    if not all(one.items and isinstance(one.items[0], str) for one in lists):
        return ()
    studied = {str(item) for one in lists for item in one.items}
    return tuple(sorted(studied | {item for one in lists for item in one.given if item}))


def _study(
    lists: Sequence[SingleList], recall_seconds: float, max_responses: int | None, words: tuple[str, ...]
) -> StudyLists:
    n_lists, length = len(lists), lists[0].list_length
    items, pool = _items(lists, words)
    return StudyLists(
        items=items,
        onset=np.array([one.seconds_per_item for one in lists])[:, None] * np.arange(length),
        distractor=np.zeros((n_lists, length + 1)),
        subject=_labels([one.subject for one in lists]),
        list=_labels([one.list for one in lists]),
        pool=pool,
        recall_seconds=recall_seconds,
        max_responses=max_responses,
    )


def _items(lists: Sequence[SingleList], words: tuple[str, ...]) -> tuple[Ints, Pool | None]:
    """Return item ids, and the pool that names them; every list holds 0, 1, … where the items are unknown."""
    length = lists[0].list_length
    if words:
        index = {word: i for i, word in enumerate(words)}
        return np.array([[index[str(item)] for item in one.items] for one in lists]), Pool(words=words)
    if not all(one.items for one in lists):
        return np.tile(np.arange(length), (len(lists), 1)), None
    numbers, ids = np.unique(np.array([one.items for one in lists], dtype=np.int64), return_inverse=True)
    return ids.reshape(len(lists), length).astype(np.int64), Pool(words=tuple(map(str, numbers.tolist())))


def _recalls(lists: Sequence[SingleList], words: tuple[str, ...]) -> Recalls:
    width = max(len(one.positions) for one in lists)
    position = np.full((len(lists), width), STOP, dtype=np.int64)
    time = np.full((len(lists), width), np.nan)
    for row, one in enumerate(lists):
        position[row, : len(one.positions)] = one.positions
        time[row, : len(one.times)] = one.times
    return Recalls(position, time, _given(lists, words, position) if words else None)


def _given(lists: Sequence[SingleList], words: tuple[str, ...], position: Ints) -> Ints:
    """Return the pool id of each response, -1 where unknown: as it was given, or as it stands in the list."""
    index = {"": -1, **{word: i for i, word in enumerate(words)}}
    item = np.full(position.shape, -1, dtype=np.int64)
    for row, one in enumerate(lists):
        item[row, : len(one.given)] = [index[word] for word in one.given]
        for output in np.flatnonzero(position[row] > 0).tolist():
            item[row, output] = index[str(one.items[position[row, output] - 1])]
    return item


def _labels(labels: Sequence[int | str]) -> np.ndarray[tuple[int], np.dtype[np.generic]]:
    whole = all(isinstance(label, (int, np.integer)) for label in labels)
    return np.array(labels) if whole else np.array([str(label) for label in labels], dtype=object)
