"""People's recalls as something to train on: what was recalled at each output, and which outputs count."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from memlab.core.model import credited_positions
from memlab.core.recall import RecallData
from memlab.core.sequences import ends_observed

__all__ = ["Group", "People", "group_of", "take"]


@dataclass(frozen=True, eq=False)
class Group:
    """Recalls of lists of one length, first correct recalls alone.

    Repeats and intrusions are dropped: they have no probability where only items not yet recalled can be chosen. How
    the lists were studied (rate, delay) is not seen by a network, which studies an item a step.

    Attributes
    ----------
    name : str
        The condition.
    responses : (n_lists, list_length) int
        0-based list positions in the order of recall; `stop` after the last.
    counts : (n_lists, list_length) bool
        Which outputs are events: the recalls, and the stop after them where the record shows it. After all items
        there is nothing to decide.
    """

    name: str
    responses: NDArray[np.int64]
    counts: NDArray[np.bool_]

    @property
    def n_lists(self) -> int:
        """Number of lists."""
        return len(self.responses)

    @property
    def list_length(self) -> int:
        """Items a list."""
        return int(self.responses.shape[1])


@dataclass(frozen=True, eq=False)
class People:
    """People in three parts, no person in two of them.

    Attributes
    ----------
    fit : tuple of Group
        Trained on.
    validation : tuple of Group
        Say when to stop training.
    held_out : tuple of Group
        Only scored, at the end.
    """

    fit: tuple[Group, ...]
    validation: tuple[Group, ...]
    held_out: tuple[Group, ...]

    @classmethod
    def of(cls, fit: Sequence[RecallData], validation: Sequence[RecallData], held_out: Sequence[RecallData]) -> People:
        """Return the three parts from recall data, condition by condition."""
        return cls(*(tuple(map(group_of, part)) for part in (fit, validation, held_out)))


def group_of(data: RecallData) -> Group:
    """Return the recalls of one condition.

    Examples
    --------
    >>> from memlab.core.recall import Recalls, StudyLists
    >>> two = RecallData(StudyLists.simple(2, 3), Recalls(np.array([[3, 3, 1, 0], [2, 1, -1, 3]])))
    >>> group_of(two).responses
    array([[2, 0, 3],
           [1, 0, 2]])
    >>> group_of(two).counts
    array([[ True,  True,  True],
           [ True,  True,  True]])
    """
    kept = data.recalls.truncate(data.study.max_responses)
    responses = credited_positions(data.study, kept) - 1
    recalled = responses >= 0
    stop = ~recalled & np.column_stack([np.ones(len(responses), dtype=bool), recalled[:, :-1]])
    counts = recalled | (stop & ends_observed(data.study, kept)[:, None])
    return Group(data.name, np.where(recalled, responses, data.list_length), counts)


def take(group: Group, lists: NDArray[np.int64], stop: int, device: torch.device | str) -> tuple[Tensor, Tensor]:
    """Return responses and counts of some lists, outputs first, as far as any of them counts.

    Parameters
    ----------
    stop
        Index that stands for stopping.

    Returns
    -------
    responses : (n_outputs, n_lists) int
    counts : (n_outputs, n_lists) bool
    """
    counts = group.counts[lists]
    n_outputs = max(1, int(counts.any(axis=0).sum()))
    responses = group.responses[lists][:, :n_outputs]
    given = torch.from_numpy(np.where(responses < group.list_length, responses, stop).T.copy())
    return given.to(device), torch.from_numpy(counts[:, :n_outputs].T.copy()).to(device)
