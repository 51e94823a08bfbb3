"""`FreeRecall`: one condition of a free-recall experiment, and the lists that its people study.

Immediate, delayed and continual-distractor free recall differ only in where the distraction is.
"""

from __future__ import annotations

import dataclasses
import math
from dataclasses import dataclass
from typing import ClassVar, Literal

import numpy as np

from memlab.core.errors import UsageError
from memlab.core.parameters import Parameter
from memlab.core.recall import Pool, StudyLists
from memlab.paradigms.materials import make_lists

__all__ = ["DESIGN", "FreeRecall"]

Kind = Literal["immediate", "delayed", "continual"]

DESIGN: tuple[Parameter, ...] = (
    Parameter("list_length", 20, 1, 1000, "items a list", "items", "20: the middle of Murdock (1962)", integer=True),
    Parameter(
        "seconds_per_item", 1, 0.01, 600, "from one onset to the next, without distraction", "s", "Murdock (1962)"
    ),
    Parameter("distractor_seconds", 0, 0, 3600, "distraction before each item but the first", "s", "immediate recall"),
    Parameter("delay_seconds", 0, 0, 86400, "distraction between the last item and the test", "s", "immediate recall"),
    Parameter("n_lists", 80, 1, 10_000, "lists a subject", "lists", "Murdock (1962)", integer=True),
    Parameter("n_subjects", 15, 1, 100_000, "people", "people", "a group of Murdock (1962)", integer=True),
    Parameter("recall_seconds", 90, 0.01, 86400, "time allowed for recall", "s", "Murdock (1962); infinite: no limit"),
    Parameter(
        "max_responses", 15, 1, 10_000, "responses kept of a list", "", "Murdock's archive; None: all", integer=True
    ),
)
"""The numbers of a design, each with its default and range: the table that checks them."""

_DEFAULT = {number.name: number.default for number in DESIGN}


@dataclass(frozen=True)
class FreeRecall:
    """One condition: what is studied, how fast, with what distraction, by how many.

    Attributes
    ----------
    name : str
        The condition.
    list_length : int
        Items a list.
    seconds_per_item : float, seconds
        From one onset to the next, distraction not counted.
    distractor_seconds : float, seconds
        Distraction before each item but the first; 0 but in continual-distractor recall.
    delay_seconds : float, seconds
        Distraction between the last item and the test; 0 in immediate recall.
    n_lists, n_subjects : int
        Lists a subject, and subjects.
    recall_seconds : float, seconds
        How long recall may last; infinite where there is no limit.
    max_responses : int or None
        How many responses of a list were kept; None where all were.
    people : str
        Who takes part, as one word: conditions of an experiment that name the same have the same people.
    material : str
        What the items were, in words.
    source : str
        Where these numbers come from, and which of them are unsure.

    Raises
    ------
    ParameterError
        A number that is out of its range in `DESIGN`.
    UsageError
        An empty name.

    Examples
    --------
    >>> FreeRecall("10-2", list_length=10, seconds_per_item=2).study_lists(n_subjects=1, n_lists=1).onset
    array([[ 0.,  2.,  4.,  6.,  8., 10., 12., 14., 16., 18.]])
    """

    paradigm: ClassVar[str] = "free_recall"

    name: str
    list_length: int = int(_DEFAULT["list_length"])
    seconds_per_item: float = _DEFAULT["seconds_per_item"]
    distractor_seconds: float = _DEFAULT["distractor_seconds"]
    delay_seconds: float = _DEFAULT["delay_seconds"]
    n_lists: int = int(_DEFAULT["n_lists"])
    n_subjects: int = int(_DEFAULT["n_subjects"])
    recall_seconds: float = math.inf
    max_responses: int | None = None
    people: str = ""
    material: str = "words"
    source: str = ""

    def __post_init__(self) -> None:
        if not isinstance(self.name, str) or not self.name.strip():
            raise UsageError(f"free recall: a condition needs a name. Got {self.name!r} instead.")
        for number in DESIGN:
            value = getattr(self, number.name)
            if number.name == "max_responses" and value is None:
                continue
            if number.name == "recall_seconds" and value == math.inf:
                continue
            checked = number.check(value, f"free recall, condition {self.name}")
            object.__setattr__(self, number.name, int(checked) if number.integer else checked)

    @property
    def kind(self) -> Kind:
        """``"continual"`` with distraction between the items, else ``"delayed"`` with some before the test."""
        if self.distractor_seconds > 0:
            return "continual"
        return "delayed" if self.delay_seconds > 0 else "immediate"

    @property
    def study_seconds(self) -> float:
        """From the first onset to the start of the test."""
        between = self.distractor_seconds * (self.list_length - 1)
        return self.seconds_per_item * self.list_length + between + self.delay_seconds

    def study_lists(
        self,
        *,
        n_subjects: int | None = None,
        n_lists: int | None = None,
        replications: int = 1,
        rng: np.random.Generator | None = None,
        pool: Pool | None = None,
    ) -> StudyLists:
        """Return the lists that the people of this condition study.

        Parameters
        ----------
        n_subjects, n_lists
            Other numbers than the experiment's.
        replications
            The whole experiment so many times over: subject ``s`` of replication ``r`` (both from 0) is labelled
            ``r * n_subjects + s + 1``.
        rng
            Draws the words; needed with ``pool`` only.
        pool
            The items; none is used twice within a subject. Without it every list holds items ``0 .. list_length - 1``,
            which is all that a model needs to which every item is a new one.

        Returns
        -------
        StudyLists
            Row by row: subject 1's lists 1, 2, …, then subject 2's.

        Raises
        ------
        ParameterError
            A number of subjects, lists or replications that is out of range.
        UsageError
            ``pool`` without ``rng``, or a pool too small for the lists of one subject.
        """
        design = dataclasses.replace(
            self,
            n_subjects=self.n_subjects if n_subjects is None else n_subjects,
            n_lists=self.n_lists if n_lists is None else n_lists,
        )
        repeats = Parameter("replications", 1, 1, 100_000, "experiments", integer=True).check(replications, self.name)
        subjects, lists = design.n_subjects * int(repeats), design.n_lists
        study = self._schedule(subjects, lists)
        if pool is None:
            return study
        if rng is None:
            raise UsageError("drawing words needs a random generator: study_lists(pool=…, rng=…).")
        drawn = [make_lists(pool, lists, self.list_length, rng) for _ in range(subjects)]
        return dataclasses.replace(study, items=np.concatenate(drawn), pool=pool)

    def _schedule(self, n_subjects: int, n_lists: int) -> StudyLists:
        study = StudyLists.simple(
            n_subjects * n_lists,
            self.list_length,
            seconds_per_item=self.seconds_per_item,
            distractor_seconds=self.distractor_seconds,
            delay_seconds=self.delay_seconds,
            subject=np.repeat(np.arange(1, n_subjects + 1), n_lists),
            recall_seconds=self.recall_seconds,
            max_responses=self.max_responses,
        )
        return dataclasses.replace(study, list=np.tile(np.arange(1, n_lists + 1), n_subjects))
