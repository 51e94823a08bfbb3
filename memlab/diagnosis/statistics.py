"""The numbers behind the signatures, subject by subject: each takes conditions by name and returns (n_subjects,)."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np

from memlab.analysis.after_errors import fill_in_counts
from memlab.analysis.counts import ratio
from memlab.analysis.next_places import Before, accuracy_after_counts
from memlab.analysis.serial_order import serial_accuracy_counts, transposition_counts
from memlab.core.recall import Floats, RecallData

__all__ = [
    "accuracy_after_a",
    "adjacent_share",
    "alternating_effect",
    "fill_in_share",
    "length_loss",
    "mean_accuracy",
    "primacy",
    "recency",
    "similarity_effect",
]

Data = Mapping[str, RecallData]


def _one(conditions: Data) -> RecallData:
    (data,) = conditions.values()
    return data


def fill_in_share(conditions: Data) -> Floats:
    """Return fill-ins out of fill-ins and infills after a list's first item out of its place."""
    return fill_in_counts(_one(conditions), "first_error").share()


def adjacent_share(conditions: Data) -> Floats:
    """Return transpositions by one place out of all transpositions."""
    counts = transposition_counts(_one(conditions))
    near, moved = np.abs(counts.x) == 1, counts.x != 0
    return ratio(counts.actual[:, near].sum(axis=1), counts.actual[:, moved].sum(axis=1))


def accuracy_after_a(before: Before) -> Callable[[Data], Floats]:
    """Return the measure of accuracy, over all places but the first, after a response of some kind."""

    def accuracy(conditions: Data) -> Floats:
        counts = accuracy_after_counts(_one(conditions), before)
        return ratio(counts.actual.sum(axis=1), counts.possible.sum(axis=1))

    return accuracy


def recency(conditions: Data) -> Floats:
    """Return strict accuracy at the last position less that at the last but one."""
    accuracy = serial_accuracy_counts(_one(conditions)).prob()
    return accuracy[:, -1] - accuracy[:, -2]


def primacy(conditions: Data) -> Floats:
    """Return strict accuracy at the first position less that at the last."""
    accuracy = serial_accuracy_counts(_one(conditions)).prob()
    return accuracy[:, 0] - accuracy[:, -1]


def mean_accuracy(data: RecallData, positions: slice = slice(None)) -> Floats:
    """Return strict accuracy over some positions of one condition, (n_subjects,)."""
    counts = serial_accuracy_counts(data)
    return ratio(counts.actual[:, positions].sum(axis=1), counts.possible[:, positions].sum(axis=1))


def length_loss(conditions: Data) -> Floats:
    """Return strict accuracy in the shorter lists less that in the longer ones; the subjects are the same."""
    short, long = sorted(conditions.values(), key=lambda data: data.list_length)
    return mean_accuracy(short) - mean_accuracy(long)


def similarity_effect(conditions: Data) -> Floats:
    """Return strict accuracy in lists of letters that do not sound alike less that in lists of letters that do."""
    return mean_accuracy(conditions["dissimilar"]) - mean_accuracy(conditions["similar"])


def alternating_effect(conditions: Data) -> Floats:
    """Return strict accuracy at places 2, 4, 6 …, dissimilar both times, in alternating less in dissimilar lists."""
    dissimilar = slice(1, None, 2)
    return mean_accuracy(conditions["alternating"], dissimilar) - mean_accuracy(conditions["dissimilar"], dissimilar)
