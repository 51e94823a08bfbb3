"""Chance: every item is recalled with the same probability, in random order. The floor that any theory must beat."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from scipy.special import betainc, gammaln, xlog1py, xlogy

from memlab.core.model import Model
from memlab.core.parameters import Parameter, Values
from memlab.core.recall import OMISSION, Floats, Ints, RecallData, Recalls, StudyLists
from memlab.core.sequences import Sequences, sequences_of
from memlab.models.serial_lists import allowed_blanks, check_serial, with_blanks

__all__ = ["Chance"]

DIRECTIONS = ("forward", "backward", "probed")


@dataclass(frozen=True)
class Chance(Model):
    """Independent recall of each item, in random order.

    The serial-position curve is flat at p, the first recall is flat at 1/N, and so is the lag-CRP.

    In serial recall the places are filled independently with probability p, by the items in random order: the items are
    guessed. Strict accuracy is p/N everywhere; of the items given, a share of 2 (N - d) / N² is d places off. In probed
    recall each cue is answered with probability p, with any of the other items: p/(N - 1) are right. Where omissions
    are not allowed p is 1. Whether people know the length makes no difference.
    """

    name: ClassVar[str] = "chance"
    title: ClassVar[str] = "Chance: equal probabilities, random order"
    citation: ClassVar[str] = "No theory; the closed forms are elementary."
    paradigms: ClassVar[tuple[str, ...]] = ("free_recall", "serial_recall")

    @property
    def parameters(self) -> tuple[Parameter, ...]:
        """The table: one probability."""
        return (Parameter("p", 0.4, 0.0, 1.0, "probability that an item is recalled", source="none: fitted"),)

    def simulate(self, study: StudyLists, values: Values | None, rng: np.random.Generator) -> Recalls:
        """Return one simulated recall of each list; see `RecallModel.simulate`."""
        p = self.resolve(values)["p"]
        shape = study.items.shape
        if study.serial is not None:
            check_serial(self.name, study, directions=DIRECTIONS)
            blank = float(allowed_blanks(study, 1.0 - p))
            if study.serial.cue is not None:
                return _guesses(study.serial.cue, shape[1], blank, rng)
            order = np.argsort(rng.random(shape), axis=1) + 1
            return with_blanks(order, np.full(shape[1], blank), rng)
        recalled = (rng.random(shape) < p) & (study.first_presentation == np.arange(shape[1]))
        order = np.where(recalled, rng.random(shape), 2.0)  # 2: after every recalled item
        position = np.argsort(order, axis=1) + 1
        n_recalled = recalled.sum(axis=1, keepdims=True)
        return Recalls(np.where(np.arange(shape[1]) < n_recalled, position, 0))

    def log_likelihood(self, study: StudyLists, recalls: Recalls, values: Values | None = None) -> Floats:
        """Return ln L = k ln p + (N - k) ln(1 - p) - ln k! of each list, (n_lists,), nats.

        The sequence of k first correct recalls; repeats and intrusions are dropped. Of a full record (see
        `StudyLists.max_responses`) it is known only that k or more are recalled and which came first:
        ln L = ln P(at least k of N) + ln (N - k)! - ln N!. In serial recall, of k items at certain places:
        ln L = k ln p + (N - k) ln(1 - p) + ln (N - k)! - ln N!. Of k answers to q cues:
        ln L = k ln p + (q - k) ln(1 - p) - k ln(N - 1).
        """
        p = self.resolve(values)["p"]
        found = sequences_of(RecallData(study, recalls))
        if study.serial is not None:
            of_each: Floats = _serially(found, np.array([p]))[0]
            return of_each
        k = (found.position > 0).sum(axis=1)
        return np.where(found.ended, _ended(k, study.n_items, p), _full(k, study.n_items, p))

    def population_log_likelihood(self, sequences: Sequences, points: Floats) -> Floats:
        """Return the log-probability of all lists under each set of values; see `PopulationModel`."""
        k, n = (sequences.position > 0).sum(axis=1), sequences.study.n_items
        if sequences.study.serial is not None:
            return _finite(_serially(sequences, np.asarray(points, dtype=np.float64)[:, 0]).sum(axis=1))
        (k, n, ended), times = np.unique([k, n, sequences.ended], axis=1, return_counts=True)
        p = np.asarray(points, dtype=np.float64)[:, :1]
        log_p = times * np.where(ended, _ended(k, n, p), _full(k, n, p))  # (n_points, n_kinds)
        return _finite(log_p.sum(axis=1))


def _finite(total: Floats) -> Floats:
    return np.where(np.isfinite(total), total, -np.inf)


def _guesses(cue: Ints, n: int, blank: float, rng: np.random.Generator) -> Recalls:
    """Answer each cue with any other item of the list, or not at all."""
    other = rng.integers(1, n, size=cue.shape)
    other += other >= cue
    return Recalls(np.where(rng.random(cue.shape) < blank, OMISSION, other))


def _serially(sequences: Sequences, p: Floats) -> Floats:
    """Return ln P of each list of serial recall under each p, (n_points, n_lists)."""
    study, rate = sequences.study, p[:, np.newaxis]
    check_serial(Chance.name, study, directions=DIRECTIONS)
    if study.serial is not None and not study.serial.omissions_allowed:
        rate = np.ones_like(rate)
    k = (sequences.position > 0).sum(axis=1)
    if study.serial is not None and study.serial.cue is not None:
        blanks = sequences.position.shape[1] - k
        of_answers: Floats = xlogy(k, rate) + xlog1py(blanks, -rate) - xlogy(k, study.list_length - 1.0)
        return of_answers
    return _at_places(k, study.list_length, rate)


def _at_places(k: Ints, n: int, p: float | Floats) -> Floats:
    """Return ln P of given items at k given places out of n, and of blanks at the others."""
    log_p: Floats = xlogy(k, p) + xlog1py(n - k, -p) + gammaln(n - k + 1) - gammaln(n + 1)
    return log_p


def _ended(k: Ints, n: Ints, p: float | Floats) -> Floats:
    """Return ln P of a given sequence of k of n items and no more."""
    log_p: Floats = xlogy(k, p) + xlog1py(n - k, -p) - gammaln(k + 1)
    return log_p


def _full(k: Ints, n: Ints, p: float | Floats) -> Floats:
    """Return ln P of a given sequence of the first k of n items: k or more are recalled, and these k come first."""
    with np.errstate(divide="ignore"):
        at_least = np.log(np.where(k > 0, betainc(np.maximum(k, 1), n - k + 1.0, p), 1.0))
    log_p: Floats = at_least + gammaln(n - k + 1) - gammaln(n + 1)
    return log_p
