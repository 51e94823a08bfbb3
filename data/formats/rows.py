"""`list_rows`: conditions list by list, in words: what every writer starts from."""

from __future__ import annotations

import numpy as np

from memlab.core.recall import OMISSION, STOP, Conditions, RecallData
from memlab.core.table import response_words, study_words
from memlab.data.single_lists import SingleList

__all__ = ["list_rows"]


def list_rows(conditions: Conditions) -> list[SingleList]:
    """Return every list: labels, items as text, positions and times of its responses, and what each response was.

    ``given`` is ``""`` for an intrusion of unknown identity.
    """
    return [one for data in conditions.values() for one in _of_condition(data)]


def _of_condition(data: RecallData) -> list[SingleList]:
    items, given = study_words(data).tolist(), response_words(data, unknown="")
    n_responses = (data.recalls.position != STOP).sum(axis=1)
    blank = data.recalls.position == OMISSION
    given = np.where(blank, "", given)
    subjects, numbers = data.study.subject.tolist(), data.study.list.tolist()
    return [
        SingleList(
            subjects[row],
            numbers[row],
            data.name,
            data.list_length,
            data.recalls.position[row, :n].tolist(),
            data.recalls.time[row, :n].tolist(),
            [str(item) for item in items[row]],
            [str(word) for word in given[row, :n]],
        )
        for row, n in enumerate(n_responses.tolist())
    ]
