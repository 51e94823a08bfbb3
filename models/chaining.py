"""Chaining: each item is the cue of the next one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar, Literal

import numpy as np

from memlab.core.compiled import compiled
from memlab.core.model import Model
from memlab.core.parameters import Parameter, Values
from memlab.core.recall import OMISSION, Floats, Ints, Recalls, StudyLists
from memlab.core.sequences import Sequences
from memlab.core.similarity import similarity_of
from memlab.models.choice import ChoiceRule, choice_log_probability, choose
from memlab.models.probed import (
    draw_answers,
    item_shown,
    log_choice,
    log_probability_of_answers,
    one_question_each,
)
from memlab.models.serial_lists import (
    BLANK,
    SERIAL_CURVES,
    allowed_blanks,
    check_serial,
    given_places,
    log_probability_of_blanks,
    with_blanks,
)

__all__ = ["Chaining"]

_OURS = "illustrative: the specification has no value"
_PARAMETERS = (
    Parameter("forward", 0.5, 0.0, 1.0, "strength of a link over one more item, as a share of the link", source=_OURS),
    Parameter("backward", 0.4, 0.0, 1.0, "strength of the link to the item before over that to the next", source=_OURS),
)
_CARRY = Parameter("w", 0.4, 0.0, 1.0, "weight of the response before in the cue, over the last response", source=_OURS)
_CONFUSION = Parameter(
    "confusion", 0.5, 0.0, 1.0, "how much a cue also evokes what follows an item quite like it", source=_OURS
)
_TAU = Parameter("tau", 4.0, 0.0, 100.0, "exponent of the power rule", source=_OURS)
_T = Parameter("T", 0.5, 0.01, 100.0, "temperature of the softmax rule", source=_OURS)


@dataclass(frozen=True)
class Chaining(Model):
    """A response evokes the items linked to it; the strongest link is that to the next item of the list.

    The link from item i to item j has the strength forward^(j - i - 1) for j > i, and backward forward^(i - j - 1) for
    j < i; the start of the list is linked like an item before the first. At each place an item not yet given is chosen
    by its support. A simple chain is cued by the last response, whatever it was, so an error is followed by its own
    successors: after item i + 1 in the place of i comes i + 2 rather than i (infill). A place left blank leaves the cue
    as it is; blanks are independent of everything else.

    In probed recall the item shown is the cue, and the only one: the next item is chosen by its link from it over the
    links to all others, that to the item before among them. So a chain, simple or compound, starts anew at every
    question. It cannot be entered at its end: no backward recall. Where omissions are not allowed blank counts as 0.
    Whether people know the length makes no difference.

    Options
    -------
    cue
        ``"simple"``: the last response. ``"compound"``: all responses and the start, each weighing w times the one
        after it; w = 0 is the simple chain.
    choice_rule
        ``"power"`` (exponent tau) or ``"softmax"`` (temperature T).
    similarity
        True: the cue of an item also evokes, with weight confusion × similarity, what the items like it evoke. The
        lists need the similarity of their items; adds the parameter confusion. So a list that alternates similar and
        dissimilar items is hard at the items that follow the similar ones, as long as the rivals that the confused
        cue evokes are not given yet. People do not show this (Baddeley, 1968).

    Notes
    -----
    The likelihood is exact. No intrusions and no repetitions: a place that holds one counts as a blank.

    References
    ----------
    Ebbinghaus (1885), Über das Gedächtnis; Baddeley (1968), Q. J. Exp. Psychol. 20, 249-264; Henson, Norris, Page &
    Baddeley (1996), Q. J. Exp. Psychol. 49A, 80-115.

    Examples
    --------
    >>> from memlab.core.serial_test import SerialTest
    >>> two = StudyLists.simple(1, 2, serial=SerialTest())
    >>> p = Chaining().log_likelihood(two, Recalls(np.array([[1, 2]])), {"forward": 0.5, "tau": 1.0, "blank": 0.0})
    >>> np.exp(p).round(3)  # 1 of 1 + 0.5
    array([0.667])
    """

    cue: Literal["simple", "compound"] = "simple"
    choice_rule: ChoiceRule = "power"
    similarity: bool = False

    name: ClassVar[str] = "chaining"
    title: ClassVar[str] = "Chaining: each response is the cue of the next"
    citation: ClassVar[str] = (
        "Ebbinghaus (1885), Über das Gedächtnis, as the idea; the links, their decay and the choice rule are ours"
    )
    paradigms: ClassVar[tuple[str, ...]] = ("serial_recall",)
    predicts: ClassVar[tuple[str, ...]] = SERIAL_CURVES

    @property
    def parameters(self) -> tuple[Parameter, ...]:
        """The table; each option decides about one of them."""
        carry = (_CARRY,) if self.cue == "compound" else ()
        confusion = (_CONFUSION,) if self.similarity else ()
        return (*_PARAMETERS, *carry, *confusion, _TAU if self.choice_rule == "power" else _T, BLANK)

    def simulate(self, study: StudyLists, values: Values | None, rng: np.random.Generator) -> Recalls:
        """Return one simulated recall of each list; see `RecallModel.simulate`.

        Raises
        ------
        NotSupported
            Lists that are not for forward or probed serial recall, or that hold an item twice.
        DataError
            With similarity: the lists have no similarity of their items.
        """
        v = self.resolve(values)
        _check(study)
        columns = {name: np.array([value]) for name, value in v.items()}
        blank = float(allowed_blanks(study, v["blank"]))
        if study.serial is not None and study.serial.cue is not None:
            return draw_answers(study, np.exp(self._log_p_answers(study, columns)[0]), blank, rng)
        alike = self._alike(study)
        order = _orders(study.n_lists, study.list_length, alike, self._numbers(columns)[0], self._softmax, rng)
        return with_blanks(order, np.full(study.list_length, blank), rng)

    def log_likelihood(self, study: StudyLists, recalls: Recalls, values: Values | None = None) -> Floats:
        """Return the log-probability of what each list's places hold, (n_lists,), nats; exact."""
        v = {name: np.array([value]) for name, value in self.resolve(values).items()}
        _check(study)
        of_each: Floats = self._log_likelihoods(study, given_places(study, recalls), v)[0]
        return of_each

    def population_log_likelihood(self, sequences: Sequences, points: Floats) -> Floats:
        """Return the log-probability of all lists under each set of values; see `PopulationModel`."""
        _check(sequences.study)
        columns = np.asarray(points, dtype=np.float64).T
        v = {p.name: column for p, column in zip(self.parameters, columns, strict=True)}
        total = self._log_likelihoods(sequences.study, sequences.position, v).sum(axis=1)
        return np.where(np.isfinite(total), total, -np.inf)

    def _log_likelihoods(self, study: StudyLists, position: Ints, v: dict[str, Any]) -> Floats:
        blank = allowed_blanks(study, v["blank"])
        if study.serial is not None and study.serial.cue is not None:
            return log_probability_of_answers(self._log_p_answers(study, v), position, blank)
        of_order = _log_p_orders(position, self._alike(study), self._numbers(v), self._softmax)
        blank = np.repeat(blank[:, np.newaxis], study.list_length, axis=1)
        return of_order + log_probability_of_blanks(position, blank)

    def _log_p_answers(self, study: StudyLists, v: dict[str, Any]) -> Floats:
        """Return ln P of each answer to each question, (n_points, n_questions, N)."""
        rows, numbers = one_question_each(study), self._numbers(v)
        evoked = _evoked(item_shown(rows), self._alike(rows), rows.list_length, numbers)
        return log_choice(evoked, item_shown(rows), self._softmax, numbers[:, -1])

    @property
    def _softmax(self) -> bool:
        return self.choice_rule == "softmax"

    def _numbers(self, v: dict[str, Any]) -> Floats:
        """Return forward, backward, w, confusion and the sensitivity of each set of values, (n_points, 5)."""
        none = np.zeros_like(v["forward"])
        sensitivity = v["T" if self._softmax else "tau"]
        return np.stack([v["forward"], v["backward"], v.get("w", none), v.get("confusion", none), sensitivity], axis=1)

    def _alike(self, study: StudyLists) -> Floats:
        """Return the similarity of each list's items, (n_lists, N, N), or (n_lists, 0, 0) where it does not matter."""
        if not self.similarity:
            return np.empty((study.n_lists, 0, 0))
        of_pool = similarity_of(self.name, study)
        return of_pool[study.items[:, :, np.newaxis], study.items[:, np.newaxis, :]]


def _check(study: StudyLists) -> None:
    check_serial(Chaining.name, study, directions=("forward", "probed"), because="the chain begins at the first item")


@compiled
def _fill_links(links: Floats, alike: Floats, forward: float, backward: float, confusion: float) -> None:
    """Fill in what each cue evokes, (N + 1, N): row 0 is the start of the list, row i item i."""
    n = links.shape[1]
    pure = np.empty((n + 1, n))
    for cue in range(n + 1):
        for item in range(1, n + 1):
            ahead = item - cue
            if ahead > 0:
                pure[cue, item - 1] = forward ** (ahead - 1)
            else:
                pure[cue, item - 1] = 0.0 if ahead == 0 else backward * forward ** (-ahead - 1)
    for cue in range(n + 1):
        for item in range(n):
            links[cue, item] = pure[cue, item]
            if alike.size > 0 and cue > 0:
                for other in range(n):
                    if other != cue - 1:
                        links[cue, item] += confusion * alike[cue - 1, other] * pure[other + 1, item]


@compiled
def _start(links: Floats, support: Floats, barred: Floats) -> None:
    for item in range(support.size):
        support[item] = links[0, item]
        barred[item] = 0.0


@compiled
def _give(item: int, links: Floats, w: float, support: Floats, barred: Floats) -> None:
    """Bar the item that was given, and let it cue what comes next."""
    barred[item] = -np.inf
    for other in range(support.size):
        support[other] = w * support[other] + links[item + 1, other]


@compiled
def _orders(n_lists: int, n: int, alike: Floats, numbers: Floats, softmax: bool, rng: np.random.Generator) -> Ints:
    forward, backward, w, confusion, sensitivity = numbers
    order = np.empty((n_lists, n), dtype=np.int64)
    links, support, barred, weight = np.empty((n + 1, n)), np.empty(n), np.empty(n), np.empty(n)
    for row in range(n_lists):
        if row == 0 or alike.size > 0:
            _fill_links(links, alike[row], forward, backward, confusion)
        _start(links, support, barred)
        for k in range(n):
            item = choose(support, barred, softmax, sensitivity, rng.random(), weight)
            order[row, k] = item + 1
            _give(item, links, w, support, barred)
    return order


@compiled
def _evoked(shown: Ints, alike: Floats, n: int, numbers: Floats) -> Floats:
    """Return what the item shown (from 0) evokes in each row, (n_points, n_rows, N)."""
    evoked, links = np.empty((len(numbers), shown.size, n)), np.empty((n + 1, n))
    for point in range(len(numbers)):
        forward, backward, _, confusion, _ = numbers[point]
        for row in range(shown.size):
            if row == 0 or alike.size > 0:
                _fill_links(links, alike[row], forward, backward, confusion)
            for item in range(n):
                evoked[point, row, item] = links[shown[row] + 1, item]
    return evoked


@compiled
def _log_p_orders(position: Ints, alike: Floats, numbers: Floats, softmax: bool) -> Floats:
    """Return ln P of the items in their order, blanks passed over, (n_points, n_lists)."""
    n_lists, n = position.shape
    log_p = np.zeros((len(numbers), n_lists))
    links, support, barred, weight = np.empty((n + 1, n)), np.empty(n), np.empty(n), np.empty(n)
    for point in range(len(numbers)):
        forward, backward, w, confusion, sensitivity = numbers[point]
        for row in range(n_lists):
            if row == 0 or alike.size > 0:
                _fill_links(links, alike[row], forward, backward, confusion)
            _start(links, support, barred)
            for k in range(n):
                if position[row, k] != OMISSION:
                    item = position[row, k] - 1
                    log_p[point, row] += choice_log_probability(support, barred, item, softmax, sensitivity, weight)
                    _give(item, links, w, support, barred)
    return log_p
