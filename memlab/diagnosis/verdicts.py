"""Whether a model agrees with people on a signature: two verdicts by stated rules, one on direction, one on size.

Direction. Of an *effect*: people have it when their interval excludes the neutral value (a published number without an
interval is believed). The model agrees when it deviates from neutral to the same side and by at least a third of what
people do; it does not agree when it deviates less, not at all or to the other side. Of *no loss*: the model agrees when
its loss is under a tenth of the effect, in the same model, that the loss is measured against, and does not agree when
it is more. Either verdict needs the model's 95 % Monte-Carlo interval to lie wholly on its side; otherwise, or where
people or model have no such number, it cannot be told.

Size. Within people's 95 % interval, below it or above it; it cannot be told where the model's own interval crosses a
bound, or where people's is not known.
"""

from __future__ import annotations

import math
from typing import Literal

from memlab.diagnosis.people import Known
from memlab.diagnosis.signature import Claim
from memlab.diagnosis.simulated import Measured

__all__ = ["SHARE_OF_HUMAN", "SHARE_OF_SCALE", "Direction", "Size", "direction", "size"]

Direction = Literal["agrees", "does not agree", "cannot tell"]
Size = Literal["within", "below", "above", "cannot tell"]

SHARE_OF_HUMAN = 1 / 3
"""The least share of people's effect that counts as the same effect; as for free recall in `memlab.report`."""

SHARE_OF_SCALE = 1 / 10
"""The largest loss that counts as none, as a share of the effect that it is measured against; a choice of ours."""

Z = 1.96
"""Half of a 95 % interval, in standard errors."""


def direction(claim: Claim, model: Measured, people: Known, neutral: float, scale: Measured | None = None) -> Direction:
    """Return whether a model deviates from neutral as people do.

    Parameters
    ----------
    claim
        Of the signature.
    model, people
        The same number of both.
    neutral
        Its value without the effect.
    scale
        For ``"no_loss"``: the model's effect that a loss is measured against.

    Examples
    --------
    >>> fill_in_of_people = Known(0.75, 0.68, 0.82, 20)
    >>> [direction("effect", Measured(value, 0.01), fill_in_of_people, 0.5) for value in (0.7, 0.5, 0.58, 0.2)]
    ['agrees', 'does not agree', 'cannot tell', 'does not agree']
    """
    if math.isnan(model.value):
        return "cannot tell"
    if claim == "no_loss":
        return _no_loss(model, neutral, scale)
    if not _has_effect(people, neutral):
        return "cannot tell"
    human = people.mean - neutral
    return _beyond(*_interval(model, neutral, human), SHARE_OF_HUMAN)


def _has_effect(people: Known, neutral: float) -> bool:
    """Return whether people's interval excludes the neutral value; a published number without interval is believed."""
    if math.isnan(people.low):
        return not math.isnan(people.mean) and people.n_subjects == 0
    return people.low > neutral or people.high < neutral


def _no_loss(model: Measured, neutral: float, scale: Measured | None) -> Direction:
    if scale is None or math.isnan(scale.value) or scale.value - Z * _error(scale) <= 0:
        return "cannot tell"  # nothing sounds alike to it, so nothing can be lost
    return _beyond(*_interval(model, neutral, scale.value), -SHARE_OF_SCALE)


def _interval(model: Measured, neutral: float, unit: float) -> tuple[float, float]:
    """Return the ends of the model's interval as shares of an effect."""
    ends = [(model.value + sign * Z * _error(model) - neutral) / unit for sign in (-1, 1)]
    return min(ends), max(ends)


def _error(model: Measured) -> float:
    """Return the error; nothing is sure of a single simulated experiment."""
    return math.inf if math.isnan(model.error) else model.error


def _beyond(low: float, high: float, bound: float) -> Direction:
    if low >= bound:
        return "agrees"
    return "does not agree" if high < bound else "cannot tell"


def size(model: Measured, people: Known) -> Size:
    """Return where a model's number lies from people's interval.

    Examples
    --------
    >>> [size(Measured(value, 0.01), Known(0.75, 0.68, 0.82, 20)) for value in (0.75, 0.5, 0.9, 0.69)]
    ['within', 'below', 'above', 'cannot tell']
    """
    if math.isnan(model.value) or math.isnan(people.low):
        return "cannot tell"
    low, high = model.value - Z * _error(model), model.value + Z * _error(model)
    if low >= people.low and high <= people.high:
        return "within"
    if high < people.low:
        return "below"
    return "above" if low > people.high else "cannot tell"
