"""The signatures, in the order in which they are printed."""

from __future__ import annotations

from memlab.analysis.next_places import guessed_recovery
from memlab.diagnosis import statistics
from memlab.diagnosis.signature import Signature

__all__ = ["LONG", "SHORT", "SHORTEST", "SIGNATURES", "signature_of"]

SHORT, LONG = 4, 8
"""The list lengths of the length effect: people are near perfect at 4 and have lost most of what they lose by 8."""

SHORTEST = 4
"""The shortest list in which signatures of the target are measured: in one of three, errors have little choice."""


def _guessed_adjacent(list_length: int) -> float:
    """Return the share of displacements by one place in a random order: 2 (N - 1) of N (N - 1)."""
    return 2 / list_length


def _guessed_place(list_length: int) -> float:
    return 1 / list_length


def _half(list_length: int) -> float:
    return 0.5


def _nothing(list_length: int) -> float:
    return 0.0


SIGNATURES: tuple[Signature, ...] = (
    Signature(
        "fill_in",
        "fill-in over infill",
        "After a list's first item out of its place, if that came one too early: the displaced item next, out of the "
        "displaced item and the one after the early one.",
        "target",
        statistics.fill_in_share,
        _half,
        "effect",
        "A chain goes on from the early item (infill, below 1/2); gradients of strength and codes of position return "
        "for the displaced one; CRU only where context drifts more at study than at recall (Surprenant et al., 2005; "
        "Farrell et al., 2013).",
    ),
    Signature(
        "locality",
        "locality",
        "Transpositions by one place, out of all transpositions; guessing has 2 / N.",
        "target",
        statistics.adjacent_share,
        _guessed_adjacent,
        "effect",
        "Gradients and codes of position have it, and chains too: it tells order from none (Henson et al., 1996).",
    ),
    Signature(
        "recovery",
        "recovery after an error",
        "Strictly right answers at the place after a wrong one; guessing an order has (N − 2) / (N − 1)².",
        "target",
        statistics.accuracy_after_a("error"),
        guessed_recovery,
        "effect",
        "A chain collapses once it has lost its place; codes of position start anew at every place.",
    ),
    Signature(
        "recovery_lost",
        "recovery after a lost item",
        "Strictly right answers at the place after an omission or an intrusion; guessing has 1 / N.",
        "target",
        statistics.accuracy_after_a("omission_or_intrusion"),
        _guessed_place,
        "effect",
        "A chain cannot bridge a missing link; TODAM goes on from what it retrieved, named or not (Lewandowsky & "
        "Murdock, 1989).",
    ),
    Signature(
        "recency",
        "recency of one item",
        "Strict accuracy at the last position less that at the last but one.",
        "target",
        statistics.recency,
        _nothing,
        "effect",
        "Codes that mark the end of the list, and suppression, which leaves the last item little to compete with; a "
        "chain has none.",
    ),
    Signature(
        "primacy",
        "primacy",
        "Strict accuracy at the first position less that at the last.",
        "target",
        statistics.primacy,
        _nothing,
        "effect",
        "Chains, gradients and codes anchored at the start; perturbation alone is symmetric (Estes, 1972).",
    ),
    Signature(
        "length",
        "length effect",
        f"Strict accuracy in lists of {SHORT} less that in lists of {LONG} words.",
        "lengths",
        statistics.length_loss,
        _nothing,
        "effect",
        "Every theory with limited capacity; its size separates them.",
    ),
    Signature(
        "similarity",
        "similarity effect",
        "Strict accuracy in lists of six letters that share no vowel less that in lists of six that share theirs.",
        "materials",
        statistics.similarity_effect,
        _nothing,
        "effect",
        "Every theory in which what sounds alike is confused (Conrad, 1964); it scales the next line.",
    ),
    Signature(
        "alternating",
        "alternating similarity",
        "Strict accuracy of the dissimilar letters (places 2, 4, 6) in alternating lists less that at the same places "
        "of lists without similar letters.",
        "materials",
        statistics.alternating_effect,
        _nothing,
        "no_loss",
        "Where items are the cues, a confusable cue harms the item after it; people's dissimilar items do not suffer "
        "(Baddeley, 1968; Henson et al., 1996; Farrell & Lewandowsky, 2003).",
        scale="similarity",
    ),
)


def signature_of(name: str) -> Signature:
    """Return a signature by its name.

    Examples
    --------
    >>> signature_of("recency").neutral(6)
    0.0
    """
    return next(signature for signature in SIGNATURES if signature.name == name)
