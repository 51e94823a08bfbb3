"""What patients show whose memory was lesioned, beside which a model's lesion is read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

__all__ = ["GONE", "PATIENTS", "SPARED", "Kept", "Patient", "kept"]

Kept = Literal["spared", "reduced", "gone"]

SPARED, GONE = 2 / 3, 1 / 3
"""Of a part of the curve: spared with at least two thirds of the intact model's recall, gone with at most a third."""


@dataclass(frozen=True)
class Patient:
    """A person, or people, with one kind of lesion.

    Attributes
    ----------
    who : str
    shows : str
        In sentences.
    source : str
        Where that is from, with our confidence in it.
    recency, early_and_middle : {"spared", "gone"}
        What becomes of these parts of the immediate serial-position curve.
    """

    who: str
    shows: str
    source: str
    recency: Kept
    early_and_middle: Kept


PATIENTS: Mapping[str, Patient] = {
    "hm": Patient(
        "H.M. and medial-temporal amnesia",
        "Digit span about normal; the recency part of the immediate serial-position curve normal; its early and middle "
        "part, and any delayed recall, near floor. Old memories relatively spared (a temporal gradient).",
        "Baddeley & Warrington (1970) for the dissociation in the serial-position curve; not measured in H.M. himself "
        "as far as we know. [m] from memory, probably right; look it up before printing.",
        recency="spared",
        early_and_middle="gone",
    ),
    "kf": Patient(
        "K.F.",
        "Span of 1-2 items, long-term learning normal: the reverse dissociation.",
        "Shallice & Warrington (1970). [?] our notes carry no confidence for it; look it up before printing.",
        recency="gone",
        early_and_middle="spared",
    ),
}
"""By the word of the lesion."""


def kept(lesioned: float, intact: float) -> Kept:
    """Return what became of a part of the curve.

    Examples
    --------
    >>> kept(0.8, 0.9), kept(0.4, 0.9), kept(0.1, 0.9)
    ('spared', 'reduced', 'gone')
    """
    if lesioned >= SPARED * intact:
        return "spared"
    return "gone" if lesioned <= GONE * intact else "reduced"
