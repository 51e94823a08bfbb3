"""SIMPLE for serial recall: each place is probed with its item's own place in log time and in the list."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from memlab.core.compiled import compiled
from memlab.core.model import Model
from memlab.core.parameters import Parameter, Values
from memlab.core.recall import OMISSION, Floats, Ints, Recalls, StudyLists
from memlab.core.sequences import Sequences
from memlab.models.probed import by_cue, item_shown, one_question_each
from memlab.models.serial_lists import SERIAL_CURVES, allowed_threshold, check_serial, given_places
from memlab.models.simple import discriminability

__all__ = ["DIRECTIONS", "SerialScaleInvariantMemory"]

DIRECTIONS = ("forward", "backward", "probed")

_OURS = "illustrative, chosen to look like people's curve in farrell_lewandowsky2012_e2; not published"
_PARAMETERS = (
    Parameter("c", 10.0, 0.0, 100.0, "distinctiveness: how fast likeness falls with distance", source=_OURS),
    Parameter("t", 0.1, 0.0, 1.0, "discriminability at which a response is given as likely as not", source=_OURS),
    Parameter("s", 20.0, 0.0, 100.0, "steepness of that threshold (low: noisy)", source=_OURS),
    Parameter("seconds_per_place", 2.0, 0.01, 60.0, "time from one response to the next", "s", _OURS),
    Parameter(
        "place_share", 0.05, 0.0, 1.0, "w_P: weight of places in a distance; log time has the rest",
        source=f"{_OURS}. Brown, Neath & Chater (2007) have such a second dimension; its values were not found",
    ),
)  # fmt: skip


@dataclass(frozen=True)
class SerialScaleInvariantMemory(Model):
    """An item is given where it is asked for if its place in log time is distinct from that of the others.

    At output place j the cue is the item that is due there. Item i is then A_i old, from its onset until now: the
    responses come ``seconds_per_place`` apart, the first so long after the list and the retention interval. Distance
    from the cue is w_T |ln A_i - ln A_due| + w_P |p_i - p_due|, w_T = 1 - w_P, with p the place in the list, or in the
    group of a grouped list. Discriminability is D_i = exp(-c distance_i) over the sum of all items'. With w_P = 0 it is
    `simple` with a clock at recall, and the first response to forward recall is right with 1 / sum_k eta_k.

    Item i is chosen with D_i over the sum of the items not given before, and given with probability
    1 / (1 + exp(-s (D_i - t))); else the place stays without an item of the list, and no item is used up. Where
    omissions are not allowed it is given always.

    In probed recall the place of the item shown, in time and in the list, is taken as known; the cue is the item after
    it, as at output place 1, and the item shown is chosen never. Whether people know the length makes no difference.

    References
    ----------
    Brown, Neath & Chater (2007), Psychol. Rev. 114, 539-576; Farrell & Lewandowsky (2018), Computational Modeling of
    Cognition and Behavior.

    Examples
    --------
    >>> from memlab.core.serial_test import SerialTest
    >>> study = StudyLists.simple(1, 3, serial=SerialTest())
    >>> SerialScaleInvariantMemory().cued(study)[0].round(2)
    array([[0.96, 0.04, 0.  ],
           [0.09, 0.85, 0.06],
           [0.02, 0.12, 0.86]])
    """

    name: ClassVar[str] = "simple.serial"
    title: ClassVar[str] = "SIMPLE: scale-invariant memory, for serial recall"
    citation: ClassVar[str] = "Brown, Neath & Chater (2007), Psychol. Rev. 114, 539-576"
    paradigms: ClassVar[tuple[str, ...]] = ("serial_recall",)
    predicts: ClassVar[tuple[str, ...]] = SERIAL_CURVES

    @property
    def parameters(self) -> tuple[Parameter, ...]:
        """The table."""
        return _PARAMETERS

    def cued(self, study: StudyLists, values: Values | None = None) -> Floats:
        """Return D of each item (last axis) at each output place, (n_lists, list_length, list_length).

        In probed recall of each question, a row and a place a question: (n_questions, 1, list_length).
        """
        v = self.resolve(values)
        check_serial(self.name, study, directions=DIRECTIONS)
        age, place, due = _times(study)
        return _all_cued(age, place, due, v["c"], v["seconds_per_place"], v["place_share"])

    def simulate(self, study: StudyLists, values: Values | None, rng: np.random.Generator) -> Recalls:
        """Return one simulated recall of each list; see `RecallModel.simulate`."""
        v = self.resolve(values)
        position = _simulate(self.cued(study, v), _shown(study), allowed_threshold(study, v["t"]), v["s"], rng)
        return Recalls(by_cue(study, position))

    def log_likelihood(self, study: StudyLists, recalls: Recalls, values: Values | None = None) -> Floats:
        """Return the log-probability of the items at their places, (n_lists,), nats; exact."""
        v = self.resolve(values)
        cued, position = self.cued(study, v), given_places(study, recalls)
        return _log_p_lists(cued, position, _shown(study), allowed_threshold(study, v["t"]), v["s"])

    def population_log_likelihood(self, sequences: Sequences, points: Floats) -> Floats:
        """Return the log-probability of all lists under each set of values; see `PopulationModel`."""
        check_serial(self.name, sequences.study, directions=DIRECTIONS)
        times, shown, total = _times(sequences.study), _shown(sequences.study), np.empty(len(points))
        for row, (c, t, s, seconds, share) in enumerate(np.asarray(points, dtype=np.float64)):
            cued = _all_cued(*times, c, seconds, share)
            threshold = allowed_threshold(sequences.study, t)
            total[row] = _log_p_lists(cued, sequences.position, shown, threshold, s).sum()
        return np.where(np.isfinite(total), total, -np.inf)


def _shown(study: StudyLists) -> Ints:
    return item_shown(one_question_each(study))


def _log_p_lists(cued: Floats, position: Ints, shown: Ints, t: float, s: float) -> Floats:
    """Return ln P of each list, (n_lists,), from the rows of `cued`, of which probed recall has one a question."""
    of_rows = _log_likelihood(cued, position.reshape(cued.shape[:2]), shown, t, s)
    of_lists: Floats = of_rows.reshape(len(position), len(of_rows) // max(len(position), 1)).sum(axis=1)
    return of_lists


def _times(study: StudyLists) -> tuple[Floats, Ints, Ints]:
    """Return age at the end of retention, place that distances count in, and item due from 0.

    Each has a row a list; in probed recall a row a question.
    """
    study = one_question_each(study)
    assert study.serial is not None
    retention = study.distractor[:, -1:] + study.serial.rest_seconds
    age = study.onset[:, -1:] - study.onset + retention
    place = np.tile(np.arange(study.list_length), (study.n_lists, 1))
    group = study.serial.group
    if group is not None:
        same_before = (group[:, :, None] == group[:, None, :]) & np.tri(study.list_length, k=-1, dtype=np.bool_)
        place = same_before.sum(axis=2)
    return age, place, study.serial.due_places(study.n_lists, study.list_length) - 1


@compiled
def _all_cued(age: Floats, place: Ints, due: Ints, c: float, seconds: float, share: float) -> Floats:
    (n_lists, n), n_places = age.shape, due.shape[1]
    cued = np.empty((n_lists, n_places, n))
    for row in range(n_lists):
        known = row > 0 and (age[row] == age[row - 1]).all() and (place[row] == place[row - 1]).all()
        if known and (due[row] == due[row - 1]).all():
            cued[row] = cued[row - 1]
            continue
        for j in range(n_places):
            log_age = np.log(age[row] + (j + 1) * seconds)
            asked = due[row, j]
            in_time, in_place = np.abs(log_age - log_age[asked]), np.abs(place[row] - place[row, asked])
            cued[row, j] = discriminability((1.0 - share) * in_time + share * in_place, c)
    return cued


@compiled
def _reported(distinct: float, t: float, s: float) -> float:
    if t == -np.inf:  # no threshold
        return 1.0
    return 1.0 / (1.0 + math.exp(-s * (distinct - t)))


@compiled
def _left(n: int, shown: int) -> Floats:
    """Return 1 for each item that may be given, and 0 for the one that is shown, if there is one."""
    left = np.ones(n)
    if shown >= 0:
        left[shown] = 0.0
    return left


@compiled
def _simulate(cued: Floats, shown: Ints, t: float, s: float, rng: np.random.Generator) -> Ints:
    n_lists, n_places, n = cued.shape
    position = np.full((n_lists, n_places), OMISSION)
    for row in range(n_lists):
        left = _left(n, shown[row])
        for j in range(n_places):
            threshold = rng.random() * (left * cued[row, j]).sum()
            chosen, reached = -1, 0.0
            for i in range(n):
                if left[i] > 0.0 and (reached <= threshold or chosen < 0):
                    chosen = i
                    reached += cued[row, j, i]
            if rng.random() < _reported(cued[row, j, chosen], t, s):
                position[row, j] = chosen + 1
                left[chosen] = 0.0
    return position


@compiled
def _log_likelihood(cued: Floats, position: Ints, shown: Ints, t: float, s: float) -> Floats:
    n_lists, n_places, n = cued.shape
    log_p = np.zeros(n_lists)
    for row in range(n_lists):
        left = _left(n, shown[row])
        for j in range(n_places):
            total, blank = 0.0, 0.0
            for i in range(n):
                total += left[i] * cued[row, j, i]
                blank += left[i] * cued[row, j, i] * (1.0 - _reported(cued[row, j, i], t, s))
            if position[row, j] == OMISSION:
                log_p[row] += math.log(blank / total)
            else:
                item = position[row, j] - 1
                log_p[row] += math.log(cued[row, j, item] * _reported(cued[row, j, item], t, s) / total)
                left[item] = 0.0
    return log_p
