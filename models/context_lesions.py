"""What can be taken out of a retrieved-context model, the same words for TCM, TCM-A and both versions of CMR.

There is no ``kf`` among them: these theories have no short-term store that could be lost. Their recency is the overlap
of the items with the context at the end of the list, which ``end_context`` takes away.
"""

from __future__ import annotations

from collections.abc import Mapping

from memlab.core.lesions import delay_test
from memlab.core.model import Model
from memlab.core.recall import StudyLists

__all__ = ["LESIONS", "LESIONS_WITHOUT_PRIMACY", "SYNDROMES", "lists_at_test"]

AMNESIC_SHARE = 0.1
"""Of new learning in medial-temporal amnesia: illustrative, not published."""

SYNDROMES: Mapping[str, str] = {"hm": f"context_to_item:{AMNESIC_SHARE:g}+item_to_context:{AMNESIC_SHARE:g}"}

LESIONS_WITHOUT_PRIMACY: Mapping[str, str] = {
    "context_to_item": "what the list teaches context about items (M^CF: all of phi_i c_i) is multiplied by the share "
    "that is left [0]; the support that items had before the list stays",
    "item_to_context": "gamma_fc is multiplied by the share that is left [0]; at 0 a recalled item brings back its own "
    "unit alone, which is in the contexts of later items only, so that backward contiguity goes",
    "end_context": "so many more filled seconds before the test [3600], through which temporal context drifts by "
    "beta_distract: the context of the end of the list is gone; nothing changes where beta_distract is 0",
    "hm": f"medial-temporal amnesia: new learning in both directions scaled down to {AMNESIC_SHARE:g}, a share that is "
    f"illustrative ({SYNDROMES['hm']})",
}
"""Of TCM, which has no primacy gradient."""

LESIONS: Mapping[str, str] = {
    "primacy": "phi_s is multiplied by the share that is left [0]; at 0 every item is learned alike",
    **LESIONS_WITHOUT_PRIMACY,
}
"""Word -> what it changes."""


def lists_at_test(model: Model, study: StudyLists) -> StudyLists:
    """Return the lists with the filled delay that ``end_context`` puts before the test, if it was made."""
    seconds = model.amount("end_context", 0.0)
    return delay_test(study, seconds) if seconds > 0 else study
