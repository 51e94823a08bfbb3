"""The shared recall interface: what is studied, what is recalled, and what a model promises.

A model gets `StudyLists` and gives `Recalls`; an analysis gets both, as `RecallData`, and gives a table. People,
theories and networks all come through here.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, Protocol, runtime_checkable

import numpy as np
from numpy.typing import ArrayLike, NDArray

from memlab.core.errors import DataError, UnknownName
from memlab.core.parameters import Parameter, Values
from memlab.core.serial_test import SerialTest

__all__ = [
    "INTRUSION",
    "OMISSION",
    "STOP",
    "Conditions",
    "LikelihoodModel",
    "Pool",
    "RecallData",
    "RecallModel",
    "Recalls",
    "StudyLists",
]

STOP, INTRUSION, OMISSION = 0, -1, -2
"""Codes in `Recalls.position`: no further response; an item that was not on the list; a blank in serial recall."""

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Labels = NDArray[Any]


@dataclass(frozen=True, eq=False)
class Pool:
    """The items that lists are drawn from; all three are optional.

    Attributes
    ----------
    words : tuple of str, or None
        Item i is ``words[i]``.
    vectors : (n_items, n_features) float, or None
        Attribute vectors, for models that represent items by features.
    similarity : (n_items, n_items) float, or None
        Similarity of each pair: semantic for words, phonological for letters.
    """

    words: tuple[str, ...] | None = None
    vectors: Floats | None = None
    similarity: Floats | None = None


def _column(values: ArrayLike, n_lists: int, name: str) -> Labels:
    column = np.asarray(values)
    if column.shape != (n_lists,):
        raise DataError(f"StudyLists: {name} has shape {column.shape}; it needs one label a list, ({n_lists},).")
    return column


def _sources(values: ArrayLike, shape: tuple[int, ...]) -> Ints:
    source = np.asarray(values)
    if source.shape != shape or source.dtype.kind not in "iu" or (source < 0).any():
        raise DataError(
            f"StudyLists: source must be whole numbers from 0, one an item, of shape {shape}. Got {source.dtype} of "
            f"shape {source.shape}."
        )
    return np.ascontiguousarray(source, dtype=np.int64)


@dataclass(frozen=True, eq=False)
class StudyLists:
    """Lists as they were studied; all of one length.

    Attributes
    ----------
    items : (n_lists, list_length) int
        0-based ids into the pool, in the order of study.
    onset : (n_lists, list_length) float, seconds
        When each item appears, from the start of the list.
    distractor : (n_lists, list_length + 1) float, seconds
        Distraction before each item and, last, before the test.
    subject : (n_lists,)
        Who studied the list: the unit of every interval.
    list : (n_lists,)
        The list's label, unique within a subject.
    pool : Pool, or None
        Words, vectors or similarities of the items, where a model or an analysis needs them.
    recall_seconds : float, seconds
        How long recall may last; infinite where the test has no limit.
    max_responses : int, or None
        How many responses of a list are kept (Murdock's archive keeps 15); None keeps all.
    source : (n_lists, list_length) int, or None
        The source (task, voice, place …) each item was studied in, labels from 0; None where there was only one.
    serial : SerialTest, or None
        What serial recall asks for (direction, cues, groups); None for free recall.
    """

    items: Ints
    onset: Floats
    distractor: Floats
    subject: Labels
    list: Labels
    pool: Pool | None = None
    recall_seconds: float = float("inf")
    max_responses: int | None = None
    source: Ints | None = None
    serial: SerialTest | None = None

    def __post_init__(self) -> None:
        items = np.asarray(self.items)
        if items.ndim != 2 or items.shape[1] < 1 or items.dtype.kind not in "iu":
            raise DataError(
                f"StudyLists: items must be whole numbers of shape (n_lists, list_length). Got {items.dtype} of "
                f"shape {items.shape}."
            )
        n_lists, length = items.shape
        shapes = {"onset": (n_lists, length), "distractor": (n_lists, length + 1)}
        for name, shape in shapes.items():
            value = np.ascontiguousarray(getattr(self, name), dtype=np.float64)
            if value.shape != shape:
                raise DataError(f"StudyLists: {name} has shape {value.shape}; with these items it must be {shape}.")
            if not np.isfinite(value).all() or (value < 0).any():
                raise DataError(f"StudyLists: {name} must be seconds of at least 0, without NaN.")
            object.__setattr__(self, name, value)
        object.__setattr__(self, "items", np.ascontiguousarray(items, dtype=np.int64))
        for name in ("subject", "list"):
            object.__setattr__(self, name, _column(getattr(self, name), n_lists, name))
        if self.source is not None:
            object.__setattr__(self, "source", _sources(self.source, items.shape))
        if self.serial is not None:
            self.serial.check(n_lists, length)

    @classmethod
    def simple(
        cls,
        n_lists: int,
        list_length: int,
        *,
        seconds_per_item: float = 1.0,
        distractor_seconds: float = 0.0,
        delay_seconds: float = 0.0,
        subject: ArrayLike | None = None,
        **more: Any,
    ) -> StudyLists:
        """Return lists of items ``0 .. list_length - 1``, all alike.

        Parameters
        ----------
        seconds_per_item
            Time from one onset to the next, without distraction.
        distractor_seconds
            Distraction before each item but the first (continual distractor).
        delay_seconds
            Distraction between the last item and the test.
        subject : (n_lists,)
            Labels; one subject by default.

        Examples
        --------
        >>> StudyLists.simple(2, 3, seconds_per_item=2).onset[0]
        array([0., 2., 4.])
        """
        distractor = np.full((n_lists, list_length + 1), float(distractor_seconds))
        distractor[:, 0] = 0.0
        distractor[:, -1] = delay_seconds
        onset = np.cumsum(distractor[:, :-1], axis=1) + np.arange(list_length) * float(seconds_per_item)
        return cls(
            items=np.tile(np.arange(list_length), (n_lists, 1)),
            onset=onset,
            distractor=distractor,
            subject=np.zeros(n_lists, dtype=np.int64) if subject is None else np.asarray(subject),
            list=np.arange(1, n_lists + 1),
            **more,
        )

    @property
    def n_lists(self) -> int:
        """Number of lists."""
        return int(self.items.shape[0])

    @property
    def list_length(self) -> int:
        """Items a list."""
        return int(self.items.shape[1])

    @property
    def paradigm(self) -> str:
        """``"serial_recall"`` where the lists say what serial recall asks for, else ``"free_recall"``."""
        return "free_recall" if self.serial is None else "serial_recall"

    @cached_property
    def first_presentation(self) -> Ints:
        """For each position, the position at which its item was first presented, (n_lists, list_length), from 0.

        An item that is presented several times is one item to be recalled; it is known by this position.
        """
        order = np.argsort(self.items, axis=1, kind="stable")
        ranked = np.take_along_axis(self.items, order, axis=1)
        start = np.ones(ranked.shape, dtype=np.bool_)
        start[:, 1:] = ranked[:, 1:] != ranked[:, :-1]
        head = np.maximum.accumulate(np.where(start, np.arange(self.list_length), 0), axis=1)
        first = np.empty_like(order)
        np.put_along_axis(first, order, np.take_along_axis(order, head, axis=1), axis=1)
        return first

    @cached_property
    def n_items(self) -> Ints:
        """How many different items each list has, (n_lists,)."""
        different: Ints = (self.first_presentation == np.arange(self.list_length)).sum(axis=1)
        return different

    @property
    def repeats_items(self) -> bool:
        """Whether any list presents an item more than once."""
        return bool((self.n_items < self.list_length).any())

    def at_first_presentation(self, position: Ints) -> Ints:
        """Return recalled positions with those of later presentations of an item replaced by that of its first.

        Parameters
        ----------
        position : (n_lists, n_outputs)
            As `Recalls.position`, within the list.
        """
        if not self.repeats_items:
            return position
        first = np.take_along_axis(self.first_presentation + 1, np.maximum(position - 1, 0), axis=1)
        return np.where(position > 0, first, position)

    def seconds_on_item(self) -> Floats:
        """Return for how long each item was studied, (n_lists, list_length), seconds.

        The time to the next onset less the distraction between; the last item is given the time of the one before it,
        and the only item of a list of one is given 1 s.
        """
        gaps = np.diff(self.onset, axis=1) - self.distractor[:, 1:-1]
        if self.list_length == 1:
            return np.ones((self.n_lists, 1))
        return np.concatenate([gaps, gaps[:, -1:]], axis=1)

    def select(self, lists: ArrayLike) -> StudyLists:
        """Return the lists that a mask or an index array picks."""
        pick = np.asarray(lists)
        rows = {k: getattr(self, k)[pick] for k in ("items", "onset", "distractor", "subject", "list")}
        if self.source is not None:
            rows["source"] = self.source[pick]
        if self.serial is not None:
            rows["serial"] = self.serial.select(pick)
        return replace(self, **rows)


@dataclass(frozen=True, eq=False)
class Recalls:
    """What was recalled, one row a list, in output order.

    Attributes
    ----------
    position : (n_lists, n_outputs) int
        1-based serial position of each response, or `STOP`, `INTRUSION`, `OMISSION`. After a STOP there is only STOP. A
        repeat is a second response with the same position.
    time : (n_lists, n_outputs) float, seconds
        When, since the test began; NaN where unknown.
    item : (n_lists, n_outputs) int, or None
        Pool id of each response, -1 where unknown: it tells intrusions from earlier lists apart.
    """

    position: Ints
    time: Floats = None  # type: ignore[assignment]  # replaced by NaN below
    item: Ints | None = None

    def __post_init__(self) -> None:
        position = np.asarray(self.position)
        if position.ndim != 2 or position.dtype.kind not in "iu":
            raise DataError(
                f"Recalls: position must be whole numbers of shape (n_lists, n_outputs). Got {position.dtype} of shape "
                f"{position.shape}."
            )
        position = np.ascontiguousarray(position, dtype=np.int64)
        if (position < OMISSION).any():
            raise DataError(
                f"Recalls: position {position.min()} is no code; allowed: 1.., 0 stop, -1 intrusion, -2 omission."
            )
        stopped = position == STOP
        if (stopped[:, :-1] & ~stopped[:, 1:]).any():
            row = int(np.argmax((stopped[:, :-1] & ~stopped[:, 1:]).any(axis=1)))
            raise DataError(f"Recalls: row {row} has a response after the stop code 0.")
        object.__setattr__(self, "position", position)
        unknown = np.full(position.shape, np.nan)
        time = unknown if self.time is None else np.ascontiguousarray(self.time, dtype=np.float64)
        if time.shape != position.shape:
            raise DataError(f"Recalls: time has shape {time.shape}; it must be that of position, {position.shape}.")
        object.__setattr__(self, "time", time)
        if self.item is not None:
            item = np.ascontiguousarray(self.item, dtype=np.int64)
            if item.shape != position.shape:
                raise DataError(f"Recalls: item has shape {item.shape}; it must be that of position, {position.shape}.")
            object.__setattr__(self, "item", item)

    @property
    def n_lists(self) -> int:
        """Number of lists."""
        return int(self.position.shape[0])

    @property
    def n_outputs(self) -> int:
        """Width of the table: the most responses that a list can have."""
        return int(self.position.shape[1])

    def select(self, lists: ArrayLike) -> Recalls:
        """Return the lists that a mask or an index array picks."""
        pick = np.asarray(lists)
        return Recalls(self.position[pick], self.time[pick], None if self.item is None else self.item[pick])

    def truncate(self, max_responses: int | None) -> Recalls:
        """Return only the first ``max_responses`` responses of each list; None keeps all."""
        if max_responses is None or max_responses >= self.n_outputs:
            return self
        n = max_responses
        return Recalls(self.position[:, :n], self.time[:, :n], None if self.item is None else self.item[:, :n])


@dataclass(frozen=True, eq=False)
class RecallData:
    """Study lists with their recalls: one condition of an experiment.

    Attributes
    ----------
    study : StudyLists
    recalls : Recalls
        Row i of both is the same list.
    name : str
        The condition.
    """

    study: StudyLists
    recalls: Recalls
    name: str = "all"

    def __post_init__(self) -> None:
        if self.study.n_lists != self.recalls.n_lists:
            raise DataError(
                f"RecallData {self.name}: {self.study.n_lists} study lists but recalls of {self.recalls.n_lists} lists."
            )
        if self.recalls.position.size and self.recalls.position.max() > self.study.list_length:
            row = int(np.argmax(self.recalls.position.max(axis=1)))
            raise DataError(
                f"RecallData {self.name}: list {self.study.list[row]} of subject {self.study.subject[row]} has serial "
                f"position {self.recalls.position.max()}; its lists have {self.study.list_length} items."
            )

    @property
    def n_lists(self) -> int:
        """Number of lists."""
        return self.study.n_lists

    @property
    def list_length(self) -> int:
        """Items a list."""
        return self.study.list_length

    @property
    def subjects(self) -> Labels:
        """The subjects, sorted, each once."""
        return np.unique(self.study.subject)

    def subject_index(self) -> Ints:
        """Return each list's subject as an index into `subjects`, (n_lists,)."""
        return np.searchsorted(self.subjects, self.study.subject).astype(np.int64)

    def select(self, lists: ArrayLike) -> RecallData:
        """Return the lists that a mask or an index array picks."""
        return RecallData(self.study.select(lists), self.recalls.select(lists), self.name)

    def select_subjects(self, subjects: ArrayLike) -> RecallData:
        """Return the lists of these subjects."""
        return self.select(np.isin(self.study.subject, np.asarray(subjects)))


class Conditions(Mapping[str, RecallData]):
    """The conditions of an experiment, by name, in order.

    Examples
    --------
    >>> Conditions([])
    Conditions()
    """

    def __init__(self, conditions: Iterator[RecallData] | list[RecallData] | tuple[RecallData, ...]) -> None:
        self._by_name = {data.name: data for data in conditions}

    def __getitem__(self, name: str) -> RecallData:
        try:
            return self._by_name[name]
        except KeyError:
            raise UnknownName("there is no condition", str(name), self._by_name) from None

    def __contains__(self, name: object) -> bool:
        return name in self._by_name

    def __iter__(self) -> Iterator[str]:
        return iter(self._by_name)

    def __len__(self) -> int:
        return len(self._by_name)

    def __repr__(self) -> str:
        return f"Conditions({', '.join(self._by_name)})"


@runtime_checkable
class RecallModel(Protocol):
    """What every model can do: turn study lists into recalls."""

    @property
    def name(self) -> str:
        """The name in the registry."""

    @property
    def parameters(self) -> tuple[Parameter, ...]:
        """The table of parameters."""

    def simulate(self, study: StudyLists, values: Values | None, rng: np.random.Generator) -> Recalls:
        """Return one simulated recall of each list."""


@runtime_checkable
class LikelihoodModel(RecallModel, Protocol):
    """A model that also gives the probability of a recall sequence."""

    def log_likelihood(self, study: StudyLists, recalls: Recalls, values: Values | None = None) -> Floats:
        """Return the log-probability of each list's recalls, (n_lists,), nats."""
