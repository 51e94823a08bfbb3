"""`SerialRecall`: one condition of a serial-recall experiment, and the lists that its people study.

Forward, backward and probed recall differ in what is asked for; grouped lists have pauses; lists of confusable letters
are drawn by the similarity of their names.
"""

from __future__ import annotations

import dataclasses
import math
from dataclasses import dataclass
from typing import ClassVar, Literal, get_args

import numpy as np

from memlab.core.errors import UsageError
from memlab.core.parameters import Parameter
from memlab.core.recall import Floats, Ints, Pool, StudyLists
from memlab.core.rng import stream
from memlab.core.serial_test import Direction, SerialTest
from memlab.paradigms.confusability import Similarity, draw_by_similarity
from memlab.paradigms.materials import load_pool, make_lists, pool_size

__all__ = ["DESIGN", "SerialRecall"]

Items = Literal["letters", "digits", "words"]
POOL_OF: dict[str, str] = {"letters": "consonants", "digits": "digits", "words": "nouns"}

DESIGN: tuple[Parameter, ...] = (
    Parameter("list_length", 6, 1, 1000, "items a list", "items", "6: Farrell & Lewandowsky (2012)", integer=True),
    Parameter("seconds_per_item", 1, 0.01, 600, "from one onset to the next, without pauses", "s", "one a second"),
    Parameter("pause_seconds", 0, 0, 3600, "pause before each group but the first", "s", "lists without groups"),
    Parameter("delay_seconds", 0, 0, 86400, "retention interval", "s", "immediate recall"),
    Parameter("n_lists", 20, 1, 10_000, "lists a subject", "lists", "as in many experiments", integer=True),
    Parameter("n_subjects", 20, 1, 100_000, "people", "people", "as in many experiments", integer=True),
    Parameter("recall_seconds", 90, 0.01, 86400, "time allowed for recall", "s", "infinite: no limit"),
)
"""The numbers of a design, each with its default and range: the table that checks them."""

_DEFAULT = {number.name: number.default for number in DESIGN}


@dataclass(frozen=True)
class SerialRecall:
    """One condition: what is studied, how fast, in which groups, and how it is asked for.

    Attributes
    ----------
    name : str
        The condition.
    list_length : int
        Items a list.
    seconds_per_item : float, seconds
        From one onset to the next, pauses not counted.
    items : {"letters", "digits", "words"}
        What the lists are made of: `load_pool` of consonants, digits or nouns.
    vocabulary : tuple of str
        Only these of the items; all of them where it is empty.
    similarity : {"any", "dissimilar", "similar", "alternating"}
        Which letters stand together in a list: see `memlab.paradigms.confusability`.
    direction : {"forward", "backward", "probed"}
        Probed: list after list another item but the last is shown, and the one that followed it is asked for.
    length_known : bool
        Whether people know how long the next list is.
    groups : tuple of int
        Sizes of the groups, one after the other; empty for none.
    pause_seconds : float, seconds
        Between groups; the pause is empty.
    delay_seconds : float, seconds
        Between the last item and the test.
    filled : bool
        Whether distraction fills the delay.
    omissions_allowed : bool
        Whether a place may be left blank.
    repeated : (int, int) or None
        Two places that hold the same item, in every list (Ranschburg effect).
    n_lists, n_subjects : int
        Lists a subject, and subjects.
    recall_seconds : float, seconds
        How long recall may last; infinite where there is no limit.
    people : str
        Who takes part, as one word: conditions of an experiment that name the same have the same people.
    material, source : str
        What the items were, in words; where all this comes from, and which of it is unsure.

    Raises
    ------
    ParameterError
        A number that is out of its range in `DESIGN`.
    UsageError
        An empty name, a choice that is not there, groups that do not add up, places that are not on the list.

    Examples
    --------
    >>> grouped = SerialRecall("3-3", groups=(3, 3), pause_seconds=2)
    >>> grouped.study_lists(n_subjects=1, n_lists=1).onset
    array([[0., 1., 2., 5., 6., 7.]])
    """

    paradigm: ClassVar[str] = "serial_recall"

    name: str
    list_length: int = int(_DEFAULT["list_length"])
    seconds_per_item: float = _DEFAULT["seconds_per_item"]
    items: Items = "letters"
    vocabulary: tuple[str, ...] = ()
    similarity: Similarity = "any"
    direction: Direction = "forward"
    length_known: bool = True
    groups: tuple[int, ...] = ()
    pause_seconds: float = _DEFAULT["pause_seconds"]
    delay_seconds: float = _DEFAULT["delay_seconds"]
    filled: bool = True
    omissions_allowed: bool = True
    repeated: tuple[int, int] | None = None
    n_lists: int = int(_DEFAULT["n_lists"])
    n_subjects: int = int(_DEFAULT["n_subjects"])
    recall_seconds: float = math.inf
    people: str = ""
    material: str = ""
    source: str = ""

    def __post_init__(self) -> None:
        if not isinstance(self.name, str) or not self.name.strip():
            raise UsageError(f"serial recall: a condition needs a name. Got {self.name!r} instead.")
        for number in DESIGN:
            value = getattr(self, number.name)
            if number.name == "recall_seconds" and value == math.inf:
                continue
            checked = number.check(value, f"serial recall, condition {self.name}")
            object.__setattr__(self, number.name, int(checked) if number.integer else checked)
        self._check_choices()
        self._check_places()

    def _check_choices(self) -> None:
        for name, allowed in (("items", Items), ("similarity", Similarity), ("direction", Direction)):
            if getattr(self, name) not in get_args(allowed):
                raise self._wrong(f"{name} must be one of {', '.join(get_args(allowed))}", getattr(self, name))
        if self.similarity != "any" and self.items != "letters":
            raise self._wrong("only letters have a known similarity; leave similarity at any", self.similarity)
        if self.direction == "probed" and self.list_length < 2:
            raise self._wrong("probed recall needs lists of at least 2 items", self.list_length)

    def _check_places(self) -> None:
        if self.groups and (min(self.groups) < 1 or sum(self.groups) != self.list_length):
            raise self._wrong(f"the groups must add up to the list length, {self.list_length}", self.groups)
        if self.pause_seconds and not self.groups:
            raise self._wrong("pause_seconds needs groups", self.pause_seconds)
        if self.repeated is not None and not 1 <= self.repeated[0] < self.repeated[1] <= self.list_length:
            raise self._wrong(f"repeated must be two places from 1 to {self.list_length}, in order", self.repeated)

    def _wrong(self, rule: str, value: object) -> UsageError:
        return UsageError(f"serial recall, condition {self.name}: {rule}. Got {value!r} instead.")

    def pool(self) -> Pool:
        """Return the items that lists are drawn from.

        Raises
        ------
        UsageError
            An item of the vocabulary that memlab does not have.
        """
        whole = load_pool(POOL_OF[self.items])
        words = whole.words or ()
        if not self.vocabulary:
            return whole
        for item in self.vocabulary:
            if item not in words:
                raise self._wrong(f"the vocabulary must be of the {self.items} that memlab has", item)
        index = np.array([words.index(item) for item in self.vocabulary])
        similarity = None if whole.similarity is None else whole.similarity[np.ix_(index, index)]
        return Pool(words=self.vocabulary, similarity=similarity)

    def study_lists(
        self,
        *,
        n_subjects: int | None = None,
        n_lists: int | None = None,
        replications: int = 1,
        seed: int | None = None,
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
        seed, rng
            One of the two draws the items from the design's own `pool`. Without, every list holds items ``0 ..
            list_length - 1`` and there is no pool: enough for a model to which every item is a new one.
        pool
            Other items to draw from.

        Returns
        -------
        StudyLists
            Row by row: subject 1's lists 1, 2, …, then subject 2's. No item comes twice in a list (but see `repeated`);
            words come once a subject as long as there are enough of them, letters and digits in many lists.

        Raises
        ------
        ParameterError
            A number of subjects, lists or replications that is out of range.
        UsageError
            Items that do not suffice, both ``seed`` and ``rng``, or neither where items must be drawn.
        """
        design = dataclasses.replace(
            self,
            n_subjects=self.n_subjects if n_subjects is None else n_subjects,
            n_lists=self.n_lists if n_lists is None else n_lists,
        )
        repeats = Parameter("replications", 1, 1, 100_000, "experiments", integer=True).check(replications, self.name)
        study = design._schedule(design.n_subjects * int(repeats))
        if seed is not None and rng is not None:
            raise UsageError("give study_lists a seed or a random generator, not both.")
        generator = rng if seed is None else stream(seed, "serial_recall", self.name)
        if generator is None:
            return design._numbered(study, pool)
        items = self.pool() if pool is None else pool
        drawn = [design._draw(items, generator) for _ in range(len(np.unique(study.subject)))]
        return dataclasses.replace(study, items=design._with_repeat(np.concatenate(drawn)), pool=items)

    def _numbered(self, study: StudyLists, pool: Pool | None) -> StudyLists:
        if pool is not None or self.similarity != "any":
            raise UsageError(f"drawing items for {self.name} needs a seed: study_lists(seed=1).")
        return dataclasses.replace(study, items=self._with_repeat(study.items))

    def _draw(self, pool: Pool, rng: np.random.Generator) -> Ints:
        """Draw the lists of one subject."""
        if self.items == "words" and self.n_lists * self.list_length <= pool_size(pool):
            return make_lists(pool, self.n_lists, self.list_length, rng)
        similarity = np.eye(pool_size(pool)) if pool.similarity is None else pool.similarity
        return draw_by_similarity(similarity, self.similarity, self.n_lists, self.list_length, rng)

    def _with_repeat(self, items: Ints) -> Ints:
        if self.repeated is None:
            return items
        first, second = self.repeated
        repeated = items.copy()
        repeated[:, second - 1] = items[:, first - 1]
        return repeated

    def _schedule(self, n_subjects: int) -> StudyLists:
        n_rows = n_subjects * self.n_lists
        study = StudyLists.simple(
            n_rows,
            self.list_length,
            seconds_per_item=self.seconds_per_item,
            delay_seconds=self.delay_seconds if self.filled else 0.0,
            subject=np.repeat(np.arange(1, n_subjects + 1), self.n_lists),
            recall_seconds=self.recall_seconds,
        )
        number = np.tile(np.arange(1, self.n_lists + 1), n_subjects)
        return dataclasses.replace(study, list=number, onset=study.onset + self._pauses(), serial=self._test(number))

    def _group_of_item(self) -> Ints:
        sizes = self.groups or (self.list_length,)
        return np.repeat(np.arange(len(sizes)), sizes)

    def _pauses(self) -> Floats:
        """Return by how much the pauses delay each item, (list_length,), seconds."""
        return np.asarray(self._group_of_item() * self.pause_seconds, dtype=np.float64)

    def _test(self, number: Ints) -> SerialTest:
        """Return what is asked for; list n of a subject is probed with item n, and so on over and over."""
        cue = 1 + (number - 1) % max(self.list_length - 1, 1)
        return SerialTest(
            direction=self.direction,
            omissions_allowed=self.omissions_allowed,
            length_known=self.length_known,
            rest_seconds=0.0 if self.filled else self.delay_seconds,
            group=np.tile(self._group_of_item(), (len(number), 1)) if self.groups else None,
            cue=cue[:, None] if self.direction == "probed" else None,
        )
