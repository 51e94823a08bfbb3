"""Competitive queuing with position marking: items race for output, driven by a gradient and by codes of positions."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from memlab.core.compiled import compiled
from memlab.core.model import Model
from memlab.core.parameters import Parameter, Values
from memlab.core.recall import OMISSION, Floats, Ints, Recalls, StudyLists
from memlab.models.output_stage import SPEECH_NOISE, alike, spoken
from memlab.models.probed import by_cue, item_shown, one_question_each
from memlab.models.serial_lists import SERIAL_CURVES, check_serial

__all__ = ["DIRECTIONS", "MAX_STEPS", "SECONDS_PER_STEP", "PositionMarking", "race"]

DIRECTIONS = ("forward", "backward", "probed")

SECONDS_PER_STEP = 0.05
"""One step of the race, as in the public code."""

MAX_STEPS = 400
"""A race of 20 s without a winner leaves the place blank: ours, so that every race ends."""

_CODE = "default of public MATLAB code by M. Hurlstone for Farrell & Lewandowsky (2004)"
_PARAMETERS = (
    Parameter("mix", 0.5, 0.0, 1.0, "share of the primacy gradient in the activation; positions have the rest",
              source=_CODE),
    Parameter("gradient_start", 0.65, 0.0, 0.99, "primacy gradient at the first item", source=_CODE),
    Parameter("gradient_kept", 0.90, 0.0, 1.0, "share of the gradient that is left at the next item", source=_CODE),
    Parameter("item_weight", 0.65, 0.0, 0.99, "activation of an item by its own position", source=(
        f"illustrative, that of the gradient: the {_CODE} was not known to us in this one")),
    Parameter("distinctiveness", 0.65, 0.0, 1.0, "share of that activation that is left one position away",
              source=_CODE),
    Parameter("excitation", 1.1, 1.0, 2.0, "what an item keeps of its activation in a step of the race", source=_CODE),
    Parameter("inhibition", 0.1, 0.0, 1.0, "what it loses in a step, of the activation of all others", source=_CODE),
    Parameter("noise", 0.04, 0.0, 1.0, "standard deviation of the noise in a step", source=_CODE),
    Parameter("suppression", 0.95, 0.0, 1.0, "share of its activation that an item loses when it is chosen",
              source=_CODE),
)  # fmt: skip
_GROUPS = Parameter(
    "group_distinctiveness", 0.65, 0.0, 1.0, "in grouped lists: share of the activation by position one group away",
    source="illustrative, that of positions: groups are ours",
)  # fmt: skip


@dataclass(frozen=True)
class PositionMarking(Model):
    """Items are activated in parallel, inhibit each other until one wins, and the winner is suppressed.

    At output place j, item i starts with mix gradient_start gradient_kept^(i - 1) + (1 - mix) item_weight
    distinctiveness^|p_i - p_j|, times 1 less its suppression. In each step of 50 ms an item's activation becomes
    excitation times itself, less inhibition times the sum of the others, plus noise; below 0 it is 0. The first to
    reach 1 is given (of several the greatest), and from then on suppressed. In grouped lists p is the place in the
    group, and the activation by position is multiplied by group_distinctiveness^|g_i - g_j|.

    With mix = 1 order rests on the gradient and suppression alone: the strongest items go first, so that items given
    too early are slow, and items given too late are fast. With mix = 0 any displacement is slow.

    In probed recall the marker of the item shown tells its place, without noise, and the items but for that one race at
    the place after it, none of them suppressed. In backward recall the gradient stays as it is. A place stays blank
    where a race has no winner in 20 s; where omissions are not allowed the item wins that led at its start. Whether
    people know the length makes no difference.

    Options
    -------
    similarity
        True: a second stage, in which items that sound alike are confused (`memlab.models.output_stage`). The lists
        need the similarity of their items. Adds speech_noise.

    Notes
    -----
    `Recalls.time` is the time since the test began, that of the races. A response after `StudyLists.recall_seconds` is
    not made. No likelihood: a race has no formula. The code's output interference, 0 by default, is left out.

    References
    ----------
    Farrell & Lewandowsky (2004), J. Mem. Lang. 51, 115-135; Hurlstone, Hitch & Baddeley (2014), Psychol. Bull. 140,
    339-373.

    Examples
    --------
    >>> from memlab.core.serial_test import SerialTest
    >>> study = StudyLists.simple(1, 4, serial=SerialTest())
    >>> PositionMarking().simulate(study, {"noise": 0.0}, np.random.default_rng(0)).position
    array([[1, 2, 3, 4]])
    """

    similarity: bool = False

    name: ClassVar[str] = "position_marking"
    title: ClassVar[str] = "Competitive queuing with position marking and a primacy gradient"
    citation: ClassVar[str] = (
        "Farrell & Lewandowsky (2004), J. Mem. Lang. 51, 115-135; values: public code of Hurlstone"
    )
    paradigms: ClassVar[tuple[str, ...]] = ("serial_recall",)
    predicts: ClassVar[tuple[str, ...]] = SERIAL_CURVES

    @property
    def parameters(self) -> tuple[Parameter, ...]:
        """The table; the second stage brings its noise."""
        return (*_PARAMETERS, _GROUPS, SPEECH_NOISE) if self.similarity else (*_PARAMETERS, _GROUPS)

    def activation(self, study: StudyLists, values: Values | None = None) -> Floats:
        """Return the activation of each item (last axis) when a place's race begins, none being suppressed.

        Returns
        -------
        (n_lists, list_length, list_length) float; (n_lists, n_cues, list_length) in probed recall
        """
        v = self.resolve(values)
        check_serial(self.name, study, directions=DIRECTIONS, repeats=True)
        assert study.serial is not None
        n = study.list_length
        due = study.serial.due_places(study.n_lists, n) - 1
        gradient = v["gradient_start"] * v["gradient_kept"] ** np.arange(n)
        place, group = _places(study)
        off, groups_off = (
            np.abs(np.take_along_axis(x, due, axis=1)[:, :, None] - x[:, None, :]) for x in (place, group)
        )
        steps = np.arange(n)  # powers of whole steps are looked up: each is needed many times
        marked = v["item_weight"] * (v["distinctiveness"] ** steps)[off]
        marked *= (v["group_distinctiveness"] ** steps)[groups_off]
        activation: Floats = v["mix"] * gradient + (1.0 - v["mix"]) * marked
        return activation

    def simulate(self, study: StudyLists, values: Values | None, rng: np.random.Generator) -> Recalls:
        """Return one simulated recall of each list, with times; see `RecallModel.simulate`.

        Raises
        ------
        NotSupported
            Lists that are not for serial recall, or of probed recall that hold an item twice.
        DataError
            With similarity: the lists have no similarity of their items.
        """
        v = self.resolve(values)
        rows = one_question_each(study)
        activation = self.activation(rows, v)
        assert study.serial is not None
        asked = (item_shown(rows), alike(self.name, rows, self.similarity), study.serial.omissions_allowed)
        numbers = (v["excitation"], v["inhibition"], v["noise"], v["suppression"], v.get(SPEECH_NOISE.name, 0.0))
        position, time = _recall(activation, rows.first_presentation, *asked, study.recall_seconds, *numbers, rng)
        return Recalls(by_cue(study, position), by_cue(study, time))


def _places(study: StudyLists) -> tuple[Ints, Ints]:
    """Return the place of each item in its group and its group, from 0; one group where there are none."""
    assert study.serial is not None
    group = study.serial.group
    if group is None:
        group = np.zeros(study.items.shape, dtype=np.int64)
    same_before = (group[:, :, None] == group[:, None, :]) & np.tri(study.list_length, k=-1, dtype=np.bool_)
    return same_before.sum(axis=2), group


@compiled
def race(
    x: Floats, moved: Floats, excitation: float, inhibition: float, noise: float, rng: np.random.Generator
) -> tuple[int, int]:
    """Let items race to 1; return the winner, -1 for none, and the number of steps.

    Parameters
    ----------
    x : (n_items,)
        Activations at the start; is overwritten.
    moved : (n_items,)
        Room for the next step.
    """
    for step in range(1, MAX_STEPS + 1):
        everything, best = 0.0, -1
        for i in range(x.size):
            everything += x[i]
        for i in range(x.size):
            driven = excitation * x[i] - inhibition * (everything - x[i])
            moved[i] = max(0.0, driven + noise * rng.standard_normal())
        for i in range(x.size):
            x[i] = moved[i]
            if x[i] >= 1.0 and (best < 0 or x[i] > x[best]):
                best = i
        if best >= 0:
            return best, step
    return -1, MAX_STEPS


@compiled
def _recall(
    activation: Floats,
    first: Ints,
    shown: Ints,
    sounds: Floats,
    blanks: bool,
    limit: float,
    excitation: float,
    inhibition: float,
    noise: float,
    suppression: float,
    speech_noise: float,
    rng: np.random.Generator,
) -> tuple[Ints, Floats]:
    """Return what is given at each place, and when; a suppressed item is so in all its presentations."""
    (n_lists, n), n_places = first.shape, activation.shape[1]
    position, time = np.full((n_lists, n_places), OMISSION), np.full((n_lists, n_places), np.nan)
    x, moved, left, racing = np.empty(n), np.empty(n), np.empty(n), np.empty(n, dtype=np.int64)
    for row in range(n_lists):
        now, said = 0.0, np.zeros(n, dtype=np.bool_)
        left[:] = 1.0
        if shown[row] >= 0:
            said[shown[row]] = True
        for place in range(n_places):
            m, leader = 0, 0  # racers, and which of them leads at the start
            for i in range(n):
                if i != shown[row]:
                    racing[m], x[m] = i, activation[row, place, i] * left[i]
                    leader = m if x[m] > x[leader] else leader
                    m += 1
            item, steps = race(x[:m], moved[:m], excitation, inhibition, noise, rng)
            if item < 0 and not blanks:
                item = leader
            now += steps * SECONDS_PER_STEP
            if now > limit:
                break
            if item < 0:
                continue
            item = racing[item]
            again = left[item] < 1.0
            for i in range(n):
                if first[row, i] == first[row, item]:
                    left[i] = 1.0 - suppression
            if sounds.size > 0 and not again:
                item = spoken(item, sounds[row], first[row], said, speech_noise, rng)
            for i in range(n):
                said[i] |= first[row, i] == first[row, item]
            position[row, place], time[row, place] = item + 1, now
    return position, time
