"""`presented_at`: lists with the rate of presentation that a file does not say."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from memlab.core.errors import UnknownName, UsageError
from memlab.core.recall import Conditions, RecallData, StudyLists

__all__ = ["presented_at"]


def presented_at(conditions: Conditions, seconds_per_item: float | Mapping[str, float]) -> Conditions:
    """Return the conditions with onsets at this rate, after the distraction that is there.

    Parameters
    ----------
    seconds_per_item : seconds
        From one onset to the next without distraction; or by condition, the others as they are.

    Raises
    ------
    UnknownName
        No such condition.
    UsageError
        A rate that is not above 0.
    """
    rates = seconds_per_item if isinstance(seconds_per_item, Mapping) else dict.fromkeys(conditions, seconds_per_item)
    for name, seconds in rates.items():
        if name not in conditions:
            raise UnknownName("there is no condition", name, list(conditions))
        if not 0 < seconds < np.inf:
            raise UsageError(f"seconds per item must be a number above 0. Got {seconds:g} instead.")
    return Conditions(
        [
            RecallData(_at(data.study, rates[name]), data.recalls, data.name) if name in rates else data
            for name, data in conditions.items()
        ]
    )


def _at(study: StudyLists, seconds: float) -> StudyLists:
    before = np.cumsum(study.distractor[:, :-1], axis=1)
    return replace(study, onset=before + np.arange(study.list_length) * seconds)
