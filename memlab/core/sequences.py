"""What a sequence likelihood is taken of: the credited recalls of each list, in order, and whether its end was seen."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, Protocol, get_args, runtime_checkable

import numpy as np
from numpy.typing import ArrayLike, NDArray

from memlab.core.errors import DataError, UsageError
from memlab.core.parameters import Values
from memlab.core.recall import (
    INTRUSION,
    OMISSION,
    STOP,
    Floats,
    Ints,
    Labels,
    RecallData,
    RecallModel,
    Recalls,
    StudyLists,
)

__all__ = [
    "EstimatedLikelihoodModel",
    "Handling",
    "PopulationModel",
    "Sequences",
    "ends_observed",
    "sequences_of",
]

Handling = Literal["drop_events", "drop_lists"]
"""What is done with repeats and intrusions, which have no probability under a model that chooses among the items left:
``"drop_events"`` deletes them and keeps the rest of the list; ``"drop_lists"`` deletes every list that has one."""

Bools = NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class Sequences:
    """The recall sequences of one condition as a likelihood takes them: repeats and intrusions are gone.

    Attributes
    ----------
    study : StudyLists
    position : (n_lists, list_length) int
        1-based serial positions in the order of recall, each at most once a list, 0 after the last. An item presented
        several times stands at its first position. In serial recall: the item at each output place, `OMISSION` at a
        place with none, with an intrusion or with a repetition; in probed recall the answer to each cue, (n_lists,
        n_cues), `OMISSION` where it is none of the list's or the item shown.
    ended : (n_lists,) bool
        Whether the record shows where recall ended; a full record has no stop factor.
    name : str
        The condition.
    errors : (n_lists, 2) int, or None
        Repeats and intrusions that were dropped from each list; None where it is not known that there were any.
    left_out : (n_left_out,), or None
        The subject of each list that was left out whole.
    """

    study: StudyLists
    position: Ints
    ended: Bools
    name: str = "all"
    errors: Ints | None = None
    left_out: Labels | None = None

    @property
    def dropped(self) -> dict[str, int]:
        """How much was left out: ``"repeats"``, ``"intrusions"``, ``"lists"``."""
        repeats, intrusions = (0, 0) if self.errors is None else self.errors.sum(axis=0).tolist()
        return {
            "repeats": repeats,
            "intrusions": intrusions,
            "lists": 0 if self.left_out is None else len(self.left_out),
        }

    @property
    def n_lists(self) -> int:
        """Number of lists."""
        return self.study.n_lists

    @property
    def forced_blanks(self) -> int:
        """How many places hold no item of the list though omissions are not allowed: impossible in most models."""
        serial = self.study.serial
        return 0 if serial is None or serial.omissions_allowed else int((self.position == OMISSION).sum())

    @property
    def n_events(self) -> Ints:
        """Number of recalls and observed stops of each list, (n_lists,): what a likelihood is a product over.

        The stop after all items of the list are recalled is certain and is no event. In serial recall every output
        place is one.
        """
        if self.study.serial is not None:
            return np.full(self.n_lists, self.position.shape[1], dtype=np.int64)
        recalled = (self.position > 0).sum(axis=1)
        events: Ints = recalled + (self.ended & (recalled < self.study.n_items))
        return events

    @property
    def recalls(self) -> Recalls:
        """The same sequences as `Recalls`.

        A full record (its end was not seen) is filled up with intrusions, which a likelihood does not look at, so that
        it counts as full again.
        """
        most = self.study.max_responses
        if most is None or self.ended.all():
            return Recalls(self.position)
        filled = np.zeros((self.n_lists, max(most, self.study.list_length)), dtype=np.int64)
        filled[:, : self.position.shape[1]] = self.position
        spare = (filled == 0) & ~self.ended[:, None] & (np.arange(filled.shape[1]) < most)
        filled[spare] = INTRUSION
        return Recalls(filled)

    def select(self, lists: ArrayLike) -> Sequences:
        """Return the lists that a mask or an index array picks.

        Lists that were left out go with the subjects that are picked.
        """
        pick = np.asarray(lists)
        study = self.study.select(pick)
        errors = None if self.errors is None else self.errors[pick]
        left_out = None if self.left_out is None else self.left_out[np.isin(self.left_out, study.subject)]
        return Sequences(study, self.position[pick], self.ended[pick], self.name, errors, left_out)


def sequences_of(data: RecallData, handling: Handling = "drop_events") -> Sequences:
    """Return the sequences that a likelihood is taken of.

    Parameters
    ----------
    data : RecallData
        One condition. Responses beyond ``max_responses`` are not looked at.
    handling : {"drop_events", "drop_lists"}
        What is done with repeats and intrusions. In serial recall, where items have places, those that are not dropped
        with their list count as blanks.

    Raises
    ------
    UsageError
        Another handling.
    DataError
        No list is left.

    Examples
    --------
    >>> from memlab.core.recall import Recalls, StudyLists
    >>> data = RecallData(StudyLists.simple(1, 3), Recalls(np.array([[3, -1, 3, 1]])))
    >>> sequences_of(data).position, sequences_of(data).dropped
    (array([[3, 1, 0]]), {'repeats': 1, 'intrusions': 1, 'lists': 0})
    """
    from memlab.core.crediting import first_correct

    if handling not in get_args(Handling):
        raise UsageError(f"events must be drop_events or drop_lists. Got {handling!r} instead.")
    kept = data.recalls.truncate(data.study.max_responses)
    if data.study.serial is not None:
        cue, ends = data.study.serial.cue, np.ones(data.n_lists, dtype=np.bool_)
        position = _first_at_places(kept.position, data.list_length) if cue is None else _answers(kept.position, cue)
    else:
        position = first_correct(data.study.at_first_presentation(kept.position), data.list_length)
        ends = ends_observed(data.study, kept)
    responses = ((kept.position != STOP) & (kept.position != OMISSION)).sum(axis=1)
    correct, credited = (kept.position > 0).sum(axis=1), (position > 0).sum(axis=1)
    errors = np.column_stack([correct - credited, responses - correct])
    if handling == "drop_events":
        return Sequences(data.study, position, ends, data.name, errors)
    clean = responses == credited
    if not clean.any():
        raise DataError(f"condition {data.name}: every list has a repeat or an intrusion; use drop_events.")
    return Sequences(data.study, position, ends, data.name, errors, data.study.subject[~clean]).select(clean)


def _first_at_places(position: Ints, list_length: int) -> Ints:
    """Return at each output place the item that is given there for the first time, `OMISSION` where there is none."""
    found = np.full((len(position), list_length), OMISSION, dtype=np.int64)
    given = np.zeros((len(position), list_length + 1), dtype=np.bool_)
    rows = np.arange(len(position))
    for place in range(min(list_length, position.shape[1])):
        item = np.maximum(position[:, place], 0)
        new = (item > 0) & ~given[rows, item]
        found[new, place] = item[new]
        given[rows, item] = True
    return found


def _answers(position: Ints, cue: Ints) -> Ints:
    """Return the item of the list that each cue is answered with, `OMISSION` where there is none, or the cue itself."""
    width = min(position.shape[1], cue.shape[1])
    answer, found = position[:, :width], np.full(cue.shape, OMISSION, dtype=np.int64)
    found[:, :width] = np.where((answer > 0) & (answer != cue[:, :width]), answer, OMISSION)
    return found


def ends_observed(study: StudyLists, recalls: Recalls) -> Bools:
    """Return for each list whether its record shows where recall ended, (n_lists,).

    A record with `StudyLists.max_responses` responses (correct or not) is full: what came next was not kept, so the
    list has no stop factor in its likelihood.
    """
    if study.max_responses is None or study.max_responses > recalls.n_outputs:
        return np.ones(recalls.n_lists, dtype=np.bool_)
    return np.asarray(recalls.position[:, study.max_responses - 1] == 0)


@runtime_checkable
class PopulationModel(RecallModel, Protocol):
    """A model with a likelihood that takes many sets of values in one call, as an optimiser has them."""

    def population_log_likelihood(self, sequences: Sequences, points: Floats) -> Floats:
        """Return the log-probability of all lists together under each set of values, (n_points,), nats.

        Parameters
        ----------
        points : (n_points, n_parameters) float
            A set of values a row, the columns in the order of `parameters`. They are not checked.
        """


@runtime_checkable
class EstimatedLikelihoodModel(RecallModel, Protocol):
    """A model whose likelihood has no formula and is estimated by simulation."""

    def estimate_log_likelihood(
        self, sequences: Sequences, values: Values | None, rng: np.random.Generator, n_particles: int
    ) -> tuple[Floats, Floats]:
        """Return for each list the estimated log-probability, nats, and its Monte-Carlo variance, each (n_lists,)."""
