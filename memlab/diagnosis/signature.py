"""`Signature`: one effect of serial recall that separates theories, and how it is measured."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Literal

from memlab.core.recall import Floats, RecallData

__all__ = ["Claim", "Setting", "Signature"]

Claim = Literal["effect", "no_loss"]
"""What is true of people: the number stands above its neutral value; or it does not fall below it."""

Setting = Literal["target", "lengths", "materials"]
"""What is simulated: the lists of the people who are compared; lists of two lengths; lists of letters that sound alike,
that do not, and of both in turn. See `memlab.diagnosis.lists`."""


@dataclass(frozen=True)
class Signature:
    """One signature.

    Attributes
    ----------
    name : str
        In tables.
    title : str
        In reports.
    definition : str
        What the number is, in one sentence.
    setting : {"target", "lengths", "materials"}
        What is simulated.
    measure : callable
        Takes the conditions of the setting by name (of the target: one, whatever its name) and returns a value a
        subject, (n_subjects,); NaN where a subject has none.
    neutral : callable
        Takes the list length and returns the value without the effect: that of guessing, or 0.
    claim : {"effect", "no_loss"}
        What is true of people.
    separates : str
        Which theories say what, in one sentence with its source.
    scale : str
        For ``"no_loss"``: the name of the signature whose effect, in the same model, a loss is measured against.
    """

    name: str
    title: str
    definition: str
    setting: Setting
    measure: Callable[[Mapping[str, RecallData]], Floats]
    neutral: Callable[[int], float]
    claim: Claim
    separates: str
    scale: str = ""
