"""What models of serial recall share: which lists they take, and the places that are left blank.

Every model here fills all places of a list; a place that holds nothing is an `OMISSION`. The likelihoods are those of
`memlab.core.sequences.sequences_of`: a place with an intrusion or a repetition counts as a blank. Where omissions are
not allowed the best item is given whatever its strength: thresholds go, and the probability of a blank is 0.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.special import xlog1py, xlogy

from memlab.core.errors import NotSupported
from memlab.core.parameters import Parameter
from memlab.core.recall import OMISSION, Floats, Ints, RecallData, Recalls, StudyLists
from memlab.core.sequences import sequences_of

__all__ = [
    "BLANK",
    "SERIAL_CURVES",
    "allowed_blanks",
    "allowed_threshold",
    "check_serial",
    "given_places",
    "log_probability_of_blanks",
    "with_blanks",
]

SERIAL_CURVES = (
    "accuracy_strict",
    "accuracy_item",
    "transposition_gradient",
    "omissions_or_intrusions",
    "repetitions",
)
"""What a model that fills places predicts, by the names of `memlab.serial_measures`: every curve that is compared."""

BLANK = Parameter(
    "blank", 0.1, 0.0, 1.0, "probability that a place is left without an item of the list",
    source="illustrative: in farrell_lewandowsky2012_e2 .3 % of places are blank and 10.6 % hold intrusions, which "
    "count as blanks",
)  # fmt: skip


def check_serial(
    name: str,
    study: StudyLists,
    *,
    directions: tuple[str, ...] = ("forward",),
    repeats: bool = False,
    because: str = "",
) -> None:
    """Raise NotSupported unless a model can recall such lists.

    Parameters
    ----------
    name
        The model's name.
    directions
        What it can be asked for.
    repeats
        Whether a list may hold an item twice; in probed recall none may, for such a cue has two places.
    because
        Why it recalls in no other direction, for the message.
    """
    if study.serial is None:
        raise NotSupported(
            f"{name} recalls serially: its lists need StudyLists.serial, which memlab.paradigms.SerialRecall gives."
        )
    if study.serial.direction not in directions:
        allowed, reason = " and ".join(directions), f": {because}" if because else ""
        raise NotSupported(f"{name} recalls {allowed}. Got {study.serial.direction} recall instead{reason}.")
    if study.repeats_items and (not repeats or study.serial.direction == "probed"):
        raise NotSupported(f"{name} takes lists that hold each item once; some of these hold one twice.")


def given_places(study: StudyLists, recalls: Recalls) -> Ints:
    """Return the item that a likelihood sees at each place, (n_lists, list_length); `OMISSION` where there is none."""
    return sequences_of(RecallData(study, recalls)).position


def allowed_blanks(study: StudyLists, blank: Any) -> Any:
    """Return probabilities of blanks, a number or an array, or as many zeros where omissions are not allowed."""
    return blank if study.serial is None or study.serial.omissions_allowed else np.zeros_like(blank)


def allowed_threshold(study: StudyLists, threshold: float) -> float:
    """Return the threshold below which a place stays blank: none, minus infinity, where omissions are not allowed."""
    return threshold if study.serial is None or study.serial.omissions_allowed else -np.inf


def with_blanks(order: Ints, blank: Floats, rng: np.random.Generator) -> Recalls:
    """Return recalls in which each place is blank with its probability, and the items come in order at the others.

    Parameters
    ----------
    order : (n_lists, list_length)
        Positions from 1 in the order in which items are retrieved.
    blank : (list_length,)
        Probability that a place is left blank.
    """
    filled = rng.random(order.shape) >= blank
    which = np.maximum(np.cumsum(filled, axis=1) - 1, 0)
    return Recalls(np.where(filled, np.take_along_axis(order, which, axis=1), OMISSION))


def log_probability_of_blanks(position: Ints, blank: NDArray[Any]) -> Floats:
    """Return ln P of which places are blank.

    Parameters
    ----------
    position : (n_lists, list_length)
    blank : (list_length,), or (n_points, list_length)

    Returns
    -------
    (n_lists,), or (n_points, n_lists), nats
    """
    empty = (position == OMISSION).astype(np.float64)  # (n_lists, list_length)
    b = np.asarray(blank, dtype=np.float64)[..., np.newaxis, :]
    log_p: Floats = (xlogy(empty, b) + xlog1py(1.0 - empty, -b)).sum(axis=-1)
    return log_p
