"""OSCAR: items are bound to the states of oscillators, which are run again at recall."""

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
from memlab.models.serial_lists import SERIAL_CURVES, allowed_threshold, check_serial

__all__ = ["DIRECTIONS", "SPREAD", "OscillatorRecall", "overlap_after"]

DIRECTIONS = ("forward", "backward", "probed")

SPREAD = (1.0, 0.8, 0.6, 0.4)
"""Frequencies of the oscillators of a set, as shares of that of the fastest: ours."""

_OURS = (
    "illustrative, chosen to look like people's curve in farrell_lewandowsky2012_e2; no published value is known to us"
)
_PARAMETERS = (
    Parameter("slow_frequency", 0.15, 0.0, 10.0, "of the fastest oscillator of the slow set", "rad/s", _OURS),
    Parameter("fast_frequency", 0.8, 0.0, 10.0, "of the fastest oscillator of the fast set", "rad/s", _OURS),
    Parameter("slow_share", 0.5, 0.0, 1.0, "share of the slow set in context; the fast set has the rest", source=_OURS),
    Parameter("learning_kept", 0.97, 0.0, 1.0, "learning of an item, as a share of that of the one before",
              source=_OURS),
    Parameter("quality", 0.95, 0.0, 1.0, "share of a reinstated context that is left at the next output place",
              source=_OURS),
    Parameter("noise", 0.15, 0.0, 5.0, "standard deviation of the noise of activations", source=_OURS),
    Parameter("suppression", 1.0, 0.0, 1.0, "share of its activation that an item loses when it is chosen",
              source=_OURS),
    Parameter("threshold", 0.25, -5.0, 5.0, "a place is left blank if no activation reaches it", source=_OURS),
)  # fmt: skip


@dataclass(frozen=True)
class OscillatorRecall(Model):
    """Context runs by itself, fast and slow; each item is bound to it, and running it again brings the items back.

    Context at time t has elements that are products of sines and cosines, c_k(t) = prod_m sin or cos(w_m t + phi_m),
    in a slow and in a fast set. Items are bound to it by outer products, M += g_i f_i c(t_i)^T with g_i =
    learning_kept^(i - 1). At output place k the context of the item that is due is reinstated, and item i has the
    activation g_i c(t_i) · c(t_due) quality^(k - 1), times 1 less its suppression, plus noise. The most active one is
    given and suppressed if it reaches the threshold; otherwise the place stays blank. Where omissions are not allowed
    there is no threshold.

    In grouped lists the fast set starts anew with each group, so that items at the same place of two groups have
    similar contexts.

    In probed recall the item shown brings back the context it is bound to, and with it its time; the context runs on to
    the time of the next item, which is due at output place 1. The item shown is not given. Backward recall reinstates
    the contexts in reverse order. Whether people know the length makes no difference.

    Options
    -------
    similarity
        True: a second stage, in which items that sound alike are confused (`memlab.models.output_stage`). The lists
        need the similarity of their items. Adds speech_noise.

    Notes
    -----
    Every set has an element for each choice of sine or cosine of its four oscillators. The inner product of two
    contexts is then prod_m cos(w_m (t - t')), whatever the phases, and contexts need not be formed; items are
    orthogonal. The paper's context takes some of these products, from 15 oscillators (from memory), so that ours agree
    on average. In the time between study and recall nothing is lost. The noise is Gaussian: no likelihood.

    References
    ----------
    Brown, Preece & Hulme (2000), Psychol. Rev. 107, 127-181.

    Examples
    --------
    >>> from memlab.core.serial_test import SerialTest
    >>> study = StudyLists.simple(1, 4, serial=SerialTest())
    >>> OscillatorRecall().simulate(study, {"noise": 0.0}, np.random.default_rng(0)).position
    array([[1, 2, 3, 4]])
    """

    similarity: bool = False

    name: ClassVar[str] = "oscar"
    title: ClassVar[str] = "OSCAR: oscillator-based associative recall"
    citation: ClassVar[str] = "Brown, Preece & Hulme (2000), Psychol. Rev. 107, 127-181"
    paradigms: ClassVar[tuple[str, ...]] = ("serial_recall",)
    predicts: ClassVar[tuple[str, ...]] = SERIAL_CURVES

    @property
    def parameters(self) -> tuple[Parameter, ...]:
        """The table; the second stage brings its noise."""
        return (*_PARAMETERS, SPEECH_NOISE) if self.similarity else _PARAMETERS

    def activation(self, study: StudyLists, values: Values | None = None) -> Floats:
        """Return the activation of each item (last axis) at each output place, without noise and suppression.

        Returns
        -------
        (n_lists, list_length, list_length) float; (n_lists, n_cues, list_length) in probed recall
        """
        v = self.resolve(values)
        check_serial(self.name, study, directions=DIRECTIONS, repeats=True)
        assert study.serial is not None
        due = study.serial.due_places(study.n_lists, study.list_length) - 1
        in_list, in_group = _clocks(study)
        # cosines take nearly all of the time, and lists mostly keep the same times
        first, again = _alike(np.concatenate([in_list, in_group, due], axis=1))
        slow = overlap_after(_between(in_list[first], due[first]), v["slow_frequency"])
        fast = overlap_after(_between(in_group[first], due[first]), v["fast_frequency"])
        context = v["slow_share"] * slow + (1.0 - v["slow_share"]) * fast
        place = np.arange(due.shape[1]) * (study.serial.cue is None)  # every answer to a cue is the first
        learned = v["learning_kept"] ** np.arange(study.list_length)
        activation: Floats = context * learned * (v["quality"] ** place)[:, np.newaxis]
        return activation[again]

    def simulate(self, study: StudyLists, values: Values | None, rng: np.random.Generator) -> Recalls:
        """Return one simulated recall of each list; see `RecallModel.simulate`.

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
        threshold = allowed_threshold(study, v["threshold"])
        sounds = alike(self.name, rows, self.similarity)
        numbers = (v["noise"], v.get(SPEECH_NOISE.name, 0.0), v["suppression"], threshold)
        position = _recall(activation, rows.first_presentation, item_shown(rows), sounds, *numbers, rng)
        return Recalls(by_cue(study, position))


def overlap_after(seconds: Floats, frequency: float) -> Floats:
    """Return the inner product of two contexts of one set: prod_m cos(w_m seconds).

    Parameters
    ----------
    seconds
        Between the two contexts; any shape.
    frequency : rad/s
        Of the set's fastest oscillator; the others are slower by `SPREAD`.

    Examples
    --------
    >>> overlap_after(np.array([0.0, 1.0]), 0.5).round(3)
    array([1.   , 0.757])
    """
    overlap: Floats = np.cos(np.multiply.outer(frequency * np.asarray(SPREAD), seconds)).prod(axis=0)
    return overlap


def _alike(clocks: Floats) -> tuple[Ints, Ints]:
    """Return a row of each kind, and the kind of each row."""
    if len(clocks) and (clocks == clocks[0]).all():  # sorting them all to find that out takes longer
        return np.zeros(1, dtype=np.int64), np.zeros(len(clocks), dtype=np.int64)
    _, first, again = np.unique(clocks, axis=0, return_index=True, return_inverse=True)
    return first, again.ravel()


def _between(times: Floats, due: Ints) -> Floats:
    """Return the seconds from each item (last axis) to the one that is due at each place, (n_lists, N, N)."""
    return np.take_along_axis(times, due, axis=1)[:, :, np.newaxis] - times[:, np.newaxis, :]


def _clocks(study: StudyLists) -> tuple[Floats, Floats]:
    """Return when each item comes, from the start of the list and of its group, (n_lists, N) each, seconds."""
    assert study.serial is not None
    in_list = study.onset - study.onset[:, :1]
    group = study.serial.group
    if group is None:
        return in_list, in_list
    same = group[:, :, np.newaxis] == group[:, np.newaxis, :]
    begun = np.where(same, study.onset[:, np.newaxis, :], np.inf).min(axis=2, initial=np.inf)
    return in_list, study.onset - begun


@compiled
def _recall(
    activation: Floats,
    first: Ints,
    shown: Ints,
    sounds: Floats,
    noise: float,
    speech_noise: float,
    suppression: float,
    threshold: float,
    rng: np.random.Generator,
) -> Ints:
    """Return what is given at each place, (n_lists, n_places); a suppressed item is so in all its presentations."""
    (n_lists, n), n_places = first.shape, activation.shape[1]
    position, left = np.full((n_lists, n_places), OMISSION), np.empty(n)
    for row in range(n_lists):
        said = np.zeros(n, dtype=np.bool_)
        left[:] = 1.0
        if shown[row] >= 0:
            left[shown[row]], said[shown[row]] = 0.0, True
        for place in range(n_places):
            best, item = -np.inf, -1
            for i in range(n):
                if left[i] > 0.0:
                    found = activation[row, place, i] * left[i] + noise * rng.standard_normal()
                    if found > best:
                        best, item = found, i
            if item < 0 or best < threshold:
                continue
            again = left[item] < 1.0
            for i in range(n):
                if first[row, i] == first[row, item]:
                    left[i] = 1.0 - suppression
            if sounds.size > 0 and not again:
                item = spoken(item, sounds[row], first[row], said, speech_noise, rng)
            for i in range(n):
                said[i] |= first[row, i] == first[row, item]
            position[row, place] = item + 1
    return position
