"""What is read without an error, in any format, but is probably not meant: warned of."""

from __future__ import annotations

from typing import Any

import numpy as np

from memlab.core.recall import STOP, Conditions, RecallData
from memlab.data.formats.problems import Problems

__all__ = ["doubt"]


def doubt(conditions: Conditions, problems: Problems) -> None:
    """Note doubts that need no place in the file, unless a reader has noted them with their place.

    Subjects without any response, negative response times, and items that differ in case or blanks only.
    """
    _silent_subjects(conditions, problems)
    noted = {problem.column for problem in problems.found}
    for data in conditions.values():
        if "response_time" not in noted:
            _negative_times(data, problems)
    if "item" not in noted:
        _spelling(conditions, problems)


NOTHING_RECALLED = "is read as nothing recalled by anybody"


def _silent_subjects(conditions: Conditions, problems: Problems) -> None:
    answered: dict[Any, bool] = {}
    for data in conditions.values():
        some = (data.recalls.position != STOP).any(axis=1)
        for label in data.study.subject.tolist():
            answered.setdefault(label, False)
        answered |= dict.fromkeys(data.study.subject[some].tolist(), True)
    if not any(answered.values()):
        if answered and not any(problem.effect.startswith(NOTHING_RECALLED) for problem in problems.found):
            problems.warn("there is no response in any list.", effect=NOTHING_RECALLED)
        return
    for label in (label for label, some in answered.items() if not some):
        what = f"subject {label} has no response in any list."
        problems.warn(what, column="subject", effect="counts as one who recalled nothing, in every mean")


def _negative_times(data: RecallData, problems: Problems) -> None:
    for row, output in np.argwhere(data.recalls.time < 0):
        whose = f"list {data.study.list[row]} of subject {data.study.subject[row]}"
        problems.warn(
            f"{whose}: response {output + 1} came at {data.recalls.time[row, output]:g} s, before the test began.",
            column="response_time",
            effect="is kept as it is",
        )


def _spelling(conditions: Conditions, problems: Problems) -> None:
    words = {word for data in conditions.values() if data.study.pool for word in data.study.pool.words or ()}
    for group in alike(words):
        problems.warn(
            f"{' and '.join(map(repr, group))} differ in case or blanks only.", column="item", effect=DIFFERENT_ITEMS
        )


DIFFERENT_ITEMS = "counts as different items: a response must be written as the item was"


def alike(words: set[str]) -> list[list[str]]:
    """Return the groups of words that are the same but for case and blanks, sorted.

    Examples
    --------
    >>> alike({"cat", "Cat", "dog"})
    [['Cat', 'cat']]
    """
    groups: dict[str, list[str]] = {}
    for word in sorted(words):
        groups.setdefault(" ".join(word.casefold().split()), []).append(word)
    return [group for group in groups.values() if len(group) > 1]
