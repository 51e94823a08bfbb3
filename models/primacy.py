"""The primacy model: order is nothing but a gradient of strength from the first item to the last."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from memlab.core.compiled import compiled
from memlab.core.errors import NotSupported
from memlab.core.model import Model
from memlab.core.parameters import Parameter, Values
from memlab.core.recall import OMISSION, Floats, Ints, Recalls, StudyLists
from memlab.core.sequences import Sequences
from memlab.models import primacy_likelihood
from memlab.models.output_stage import SPEECH_NOISE, alike, spoken
from memlab.models.serial_lists import SERIAL_CURVES, allowed_threshold, check_serial, given_places

__all__ = ["PrimacyModel", "seconds_of_decay", "strongest"]

_ORDINAL = "its gradient has the first item at the top, and no links and no positions"
_PROBABLY = "probably Page & Norris (1998), from memory; to be looked up before it is called published"
_OURS = "illustrative, chosen to look like people's curve in farrell_lewandowsky2012_e2; not published"
_PARAMETERS = (
    Parameter("P", 11.5, 1.0, 100.0, "peak of the gradient, in steps from one item to the next", source=_PROBABLY),
    Parameter("D", 0.27, 0.0, 10.0, "rate of decay", "1/s", _PROBABLY),
    Parameter("R", 4.0, 0.0, 100.0, "rate of cumulative rehearsal; 0: none", "items/s", _OURS),
    Parameter("N", 0.26, 0.0, 20.0, "standard deviation of the noise of selection", source=_OURS),
    Parameter("M", 0.5, 0.0, 20.0, "standard deviation of the noise at the threshold of output", source=_OURS),
    Parameter("T", 0.4, -100.0, 100.0, "threshold of output", source=_OURS),
    Parameter("seconds_per_response", 0.5, 0.0, 60.0, "time that each response takes", "s", _OURS),
)  # fmt: skip


@dataclass(frozen=True)
class PrimacyModel(Model):
    """The strongest item is given and then suppressed; strength falls from item to item, and with time.

    Item n, from 0, has strength P - n (0 where this is negative), and all strengths decay together, by exp(-D seconds),
    so that the steps shrink. At each place the item with the greatest strength plus noise (N) is chosen and suppressed
    for good. It is given if its strength plus other noise (M) exceeds T; else the place stays blank. Where omissions
    are not allowed there is no threshold.

    Decay begins when rehearsal of the list from its first item no longer fits (rate R) into the time from one item to
    the next without distraction, and goes on while items are recalled. An unfilled rest after the list is rehearsed as
    well, if everything before was.

    It is ordinal: it has no positions, and so only forward recall, no groups and no protrusions. A gradient tells which
    item comes first of those left, not which one stands next to an item that is shown. Whether people know the length
    makes no difference.

    Options
    -------
    similarity
        True: a second stage, in which items that sound alike are confused (`memlab.models.output_stage`). The lists
        need the similarity of their items. Adds speech_noise.

    Notes
    -----
    Page & Norris start with strength s at the first item and lower it by s/P an item; only the ratios of strengths,
    noises and threshold count, and here s = P. With one step between two items the first is chosen first with
    probability Phi(step / (N sqrt 2)). The likelihood is exact but for the rounding of an integral
    (``primacy_likelihood.py``): at a blank it sums over the items that may have missed the threshold there.

    References
    ----------
    Page & Norris (1998), Psychol. Rev. 105, 761-781.

    Examples
    --------
    >>> from memlab.core.serial_test import SerialTest
    >>> study = StudyLists.simple(1, 4, serial=SerialTest())
    >>> PrimacyModel().simulate(study, {"N": 0.0, "T": -100.0}, np.random.default_rng(0)).position
    array([[1, 2, 3, 4]])
    """

    similarity: bool = False

    name: ClassVar[str] = "primacy"
    title: ClassVar[str] = "Primacy model: a gradient of strength, and suppression"
    citation: ClassVar[str] = "Page & Norris (1998), Psychol. Rev. 105, 761-781"
    paradigms: ClassVar[tuple[str, ...]] = ("serial_recall",)
    predicts: ClassVar[tuple[str, ...]] = SERIAL_CURVES

    @property
    def parameters(self) -> tuple[Parameter, ...]:
        """The table; the second stage brings its noise."""
        return (*_PARAMETERS, SPEECH_NOISE) if self.similarity else _PARAMETERS

    def simulate(self, study: StudyLists, values: Values | None, rng: np.random.Generator) -> Recalls:
        """Return one simulated recall of each list; see `RecallModel.simulate`.

        Raises
        ------
        NotSupported
            Lists that are not for forward serial recall.
        DataError
            With similarity: the lists have no similarity of their items.
        """
        v = self.resolve(values)
        check_serial(self.name, study, repeats=True, because=_ORDINAL)
        kept = np.exp(-v["D"] * seconds_of_decay(study, v["R"], v["seconds_per_response"]))
        threshold = allowed_threshold(study, v["T"])
        sounds = alike(self.name, study, self.similarity)
        noises = (v["N"], v["M"], v.get(SPEECH_NOISE.name, 0.0))
        return Recalls(_recall(kept, study.first_presentation, sounds, v["P"], *noises, threshold, rng))

    def log_likelihood(self, study: StudyLists, recalls: Recalls, values: Values | None = None) -> Floats:
        """Return the log-probability of the items at their places, (n_lists,), nats; exact.

        Raises
        ------
        NotSupported
            With similarity, where what was chosen is hidden behind what was spoken; lists that hold an item twice, or
            more than `memlab.models.primacy_likelihood.LONGEST` items.
        """
        v = self.resolve(values)
        self._check_likelihood(study)
        return self._log_likelihoods(study, given_places(study, recalls), v)

    def population_log_likelihood(self, sequences: Sequences, points: Floats) -> Floats:
        """Return the log-probability of all lists under each set of values; see `PopulationModel`."""
        self._check_likelihood(sequences.study)
        names, total = [p.name for p in self.parameters], np.empty(len(points))
        for row, point in enumerate(np.asarray(points, dtype=np.float64)):
            v = dict(zip(names, point.tolist(), strict=True))
            total[row] = self._log_likelihoods(sequences.study, sequences.position, v).sum()
        return np.where(np.isfinite(total), total, -np.inf)

    def _log_likelihoods(self, study: StudyLists, position: Ints, v: dict[str, float]) -> Floats:
        kept = np.exp(-v["D"] * seconds_of_decay(study, v["R"], v["seconds_per_response"]))
        threshold = allowed_threshold(study, v["T"])
        return primacy_likelihood.log_likelihoods(kept, position, v["P"], v["N"], v["M"], threshold)

    def _check_likelihood(self, study: StudyLists) -> None:
        check_serial(self.name, study, because=_ORDINAL)
        if self.similarity:
            raise NotSupported(f"{self.name} with similarity has no likelihood; leave similarity at False.")
        if study.list_length > primacy_likelihood.LONGEST:
            raise NotSupported(
                f"{self.name} has a likelihood for lists of up to {primacy_likelihood.LONGEST} items. Got "
                f"{study.list_length} instead."
            )


def seconds_of_decay(study: StudyLists, rehearsal_rate: float, seconds_per_response: float) -> Floats:
    """Return for how long strengths have decayed at each output place, (n_lists, list_length), seconds.

    Parameters
    ----------
    study : StudyLists
        For serial recall.
    rehearsal_rate : items/s
        Decay begins at the end of the last item after which all items so far could be rehearsed.
    seconds_per_response : s
    """
    assert study.serial is not None
    n, rest = study.list_length, study.serial.rest_seconds
    free = study.seconds_on_item()  # (n_lists, n)
    fits = np.logical_and.accumulate(free * rehearsal_rate >= np.arange(1, n + 1), axis=1)
    n_fit = fits.sum(axis=1)
    ends = np.concatenate([study.onset[:, :1], study.onset + free], axis=1)  # entry k: the end of item k
    begun = np.take_along_axis(ends, n_fit[:, np.newaxis], axis=1)
    at_test = ends[:, -1:] + study.distractor[:, -1:] + rest
    if rest * rehearsal_rate >= n:
        begun = np.where(fits[:, -1:], begun + rest, begun)
    seconds: Floats = at_test - begun + seconds_per_response * np.arange(1, n + 1)
    return seconds


@compiled
def strongest(strength: Floats, barred: NDArray[np.bool_], noise: float, rng: np.random.Generator) -> int:
    """Return the item with the greatest strength plus Gaussian noise of those not barred, -1 if all are."""
    best, winner = -np.inf, -1
    for i in range(strength.size):
        if not barred[i]:
            found = strength[i] + noise * rng.standard_normal()
            if found > best:
                best, winner = found, i
    return winner


@compiled
def _recall(
    kept: Floats,
    first: Ints,
    sounds: Floats,
    peak: float,
    noise: float,
    output_noise: float,
    speech_noise: float,
    threshold: float,
    rng: np.random.Generator,
) -> Ints:
    """Return what is given at each place, (n_lists, list_length); a suppressed item is so in all its presentations."""
    n_lists, n = first.shape
    position, strength = np.full((n_lists, n), OMISSION), np.empty(n)
    for row in range(n_lists):
        chosen_before, said = np.zeros(n, dtype=np.bool_), np.zeros(n, dtype=np.bool_)
        for place in range(n):
            for i in range(n):
                strength[i] = max(0.0, peak - i) * kept[row, place]
            item = strongest(strength, chosen_before, noise, rng)
            if item < 0:
                break  # only in lists that hold an item twice
            for i in range(n):
                chosen_before[i] |= first[row, i] == first[row, item]
            if strength[item] + output_noise * rng.standard_normal() <= threshold:
                continue
            if sounds.size > 0:
                item = spoken(item, sounds[row], first[row], said, speech_noise, rng)
            for i in range(n):
                said[i] |= first[row, i] == first[row, item]
            position[row, place] = item + 1
    return position
