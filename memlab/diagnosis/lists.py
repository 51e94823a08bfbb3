"""The lists that models are given where the signature is not one of the target's own lists."""

from __future__ import annotations

from typing import Any

from memlab.core.model import Model
from memlab.core.recall import StudyLists
from memlab.diagnosis.signature import Setting
from memlab.diagnosis.signatures import LONG, SHORT
from memlab.paradigms.experiments import get_serial_condition
from memlab.paradigms.serial_recall import SerialRecall

__all__ = ["KNOWN", "LENGTHS_DATA", "MATERIALS", "lists_of", "sound_sensitive"]

LENGTHS_DATA = "gew2012_e2"
"""The data set of the length effect."""

KNOWN = "length_known"
"""Its group whose people knew the length of the next list."""

MATERIALS = ("dissimilar", "similar", "alternating")
N_SUBJECTS, N_LISTS = 20, 40
"""Of the lists of letters: an ordinary experiment's; no data set of ours has such lists."""


def lists_of(setting: Setting, seed: int) -> dict[str, StudyLists]:
    """Return the lists of a setting by condition, as many as its people had.

    Parameters
    ----------
    setting
        ``"lengths"`` or ``"materials"``.
    seed
        Draws the items.
    """
    if setting == "lengths":
        designs = [get_serial_condition(LENGTHS_DATA, f"{KNOWN}-{length}") for length in (SHORT, LONG)]
    else:
        source = "six consonants, as in Farrell & Lewandowsky (2003); numbers of people and lists are ours"
        designs = [
            SerialRecall(kind, similarity=kind, n_subjects=N_SUBJECTS, n_lists=N_LISTS, source=source)  # type: ignore[arg-type]
            for kind in MATERIALS
        ]
    return {design.name: design.study_lists(seed=seed) for design in designs}


def sound_sensitive(model: Model) -> Model | None:
    """Return the model with the option by which items that sound alike are confused; None where it has none."""
    for option in ("similarity", "semantics"):
        if option in model.options:
            chosen: dict[str, Any] = {option: True}
            return model.with_options(**chosen)
    return None
