"""`losses`: what conditions hold that a format cannot say."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from memlab.core.errors import NotSupported
from memlab.core.recall import INTRUSION, OMISSION, Conditions, RecallData
from memlab.data.formats.known import find_format

__all__ = ["losses", "refuse_blanks"]

ONE_SECOND = 1e-9
"""Seconds by which an onset may differ from an item a second and still be no schedule."""


def losses(conditions: Conditions, format: str) -> list[str]:
    """Return, in words, what is in the data and will not be in a file of this format."""
    keeps = find_format(format).keeps
    return [say for what, (has, say) in LOSABLE.items() if what not in keeps and has(conditions)]


def refuse_blanks(conditions: Conditions, what: str) -> None:
    """Raise unless there are no blanks, which only the long table can hold.

    Raises
    ------
    NotSupported
        There are.
    """
    if any((data.recalls.position == OMISSION).any() for data in conditions.values()):
        raise NotSupported(
            f"{what} cannot hold the blanks of serial recall. Convert to the long table (table) instead."
        )


def _any(test: Callable[[RecallData], object]) -> Callable[[Conditions], bool]:
    return lambda conditions: any(bool(test(data)) for data in conditions.values())


def _has_schedule(data: RecallData) -> bool:
    steady = np.arange(float(data.list_length))
    return bool((np.abs(data.study.onset - steady) > ONE_SECOND).any() or data.study.distractor.any())


def _has_labels(data: RecallData) -> bool:
    return any(labels.dtype.kind not in "iu" for labels in (data.study.subject, data.study.list))


def _knows_intrusions(data: RecallData) -> bool:
    item = data.recalls.item
    return item is not None and bool(((data.recalls.position == INTRUSION) & (item >= 0)).any())


LOSABLE: dict[str, tuple[Callable[[Conditions], bool], str]] = {
    "words": (_any(lambda d: d.study.pool is not None and d.study.pool.words), "the words (items become numbers)"),
    "times": (_any(lambda d: np.isfinite(d.recalls.time).any()), "response times"),
    "schedule": (_any(_has_schedule), "onsets and distraction (items a second apart, no distraction, when read again)"),
    "limits": (
        _any(lambda d: np.isfinite(d.study.recall_seconds) or d.study.max_responses),
        "how long recall lasted, and how many responses were kept",
    ),
    "conditions": (
        lambda conditions: len({data.name for data in conditions.values()}) > 1,
        "names of conditions (they become numbers)",
    ),
    "labels": (_any(_has_labels), "labels of subjects or lists that are text (they become numbers)"),
    "intrusions": (_any(_knows_intrusions), "which words the intrusions were"),
    "serial": (_any(lambda d: d.study.serial), "the direction, cues and groups of serial recall"),
    "mixed lengths": (
        lambda conditions: len({data.list_length for data in conditions.values()}) > 1,
        "lists of several lengths",
    ),
    "source": (_any(lambda d: d.study.source is not None), "the source of each item"),
    "similarity": (
        _any(lambda d: d.study.pool and (d.study.pool.vectors is not None or d.study.pool.similarity is not None)),
        "similarities or vectors of the words",
    ),
}
"""What may be lost: whether it is there, and how it is said. The last two no file holds."""
