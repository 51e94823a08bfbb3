"""What curves, scores and signatures are called in tables and reports, paradigm by paradigm."""

from __future__ import annotations

from dataclasses import dataclass

from memlab.analysis.list_ends import END_POSITIONS
from memlab.curves import MAX_LAG
from memlab.error_process import TREATMENTS

__all__ = ["CURVE_TITLES", "PLACES", "SHOWN_AS", "TITLES", "WORDINGS", "Wording"]

TITLES = {
    "rmsd_spc": "SPC",
    "rmsd_pfr": "first recall",
    "rmsd_lag_crp": "lag-CRP",
    "recalled_difference": "items recalled",
    "primacy": "primacy",
    "recency": "recency",
    "contiguity": "contiguity",
    "forward_asymmetry": "forward asymmetry",
    "rmsd_accuracy_strict": "strict",
    "rmsd_accuracy_item": "item",
    "rmsd_transposition_gradient": "moved",
    "rmsd_omissions_or_intrusions": "omitted",
    "rmsd_repetitions": "repeated",
    "accuracy_difference": "accuracy",
    "adjacent_share": "adjacent",
    "anticipation_share": "too early",
    "fill_in_share": "fill-in",
}
"""What a score is called in a table."""

CURVE_TITLES = {
    "spc": "the serial-position curve",
    "pfr": "first recalls",
    "lag_crp": "transitions by lag",
    "accuracy_strict": "strict accuracy",
    "accuracy_item": "item accuracy",
    "transposition_gradient": "the transposition gradient",
    "omissions_or_intrusions": "omissions and intrusions",
    "repetitions": "repetitions",
}

PLACES = {
    "lag_crp": "lag {:+d}",
    "transposition_gradient": "displacement {:+d}",
    "omissions_or_intrusions": "output place {}",
    "repetitions": "output place {}",
}
"""What a point of a curve is called; ``position {}`` where nothing is said."""

SHOWN_AS = {
    "primacy": ("primacy", "no primacy"),
    "recency": ("recency", "no recency"),
    "contiguity": ("contiguity", "no contiguity"),
    "forward_asymmetry": ("forward asymmetry", "no forward asymmetry"),
    "anticipation_share": ("more anticipations than postponements", "no more anticipations than postponements"),
    "fill_in_share": ("more fill-in than infill", "no more fill-in than infill"),
}


@dataclass(frozen=True)
class Wording:
    """What the report of one paradigm says.

    Attributes
    ----------
    title : str
    scores : str
        What the curves and signatures are.
    shows : str
        Above what an effect counts.
    event : str
        What held-out bits are a mean of.
    head : str
        The same as the head of a column.
    uniform : str
        What the floor of bits knows.
    left_out : str
        What becomes of responses that have no probability.
    level : str
        What the summary says of the level.
    """

    title: str
    scores: str
    shows: str
    event: str
    head: str
    uniform: str
    left_out: str
    level: str


WORDINGS: dict[str, Wording] = {
    "free_recall": Wording(
        title="People and models of memory in free recall",
        scores=f"The lag-CRP is compared at lags up to ±{MAX_LAG}. *Items recalled* is the mean absolute difference in "
        "items a list. Primacy and recency: the mean of the first and of "
        f"the last {END_POSITIONS} positions less that of the middle of the list (without a third at each end); "
        "contiguity: lags ±1 less lags ±2 to ±5; forward asymmetry: lag +1 less −1.",
        shows="when its own is above 0 and at least a third of its human size",
        event="a recall event (a recall, or an observed end of recall)",
        head="bits an event",
        uniform="the items left and stopping equally probable",
        left_out=f"Repeats and intrusions (`drop_events`): {TREATMENTS['drop_events']}",
        level="items recalled off by",
    ),
    "serial_recall": Wording(
        title="People and models of memory in serial recall",
        scores="Strict: accuracy by serial position, an item counting at its place; item: anywhere in the list; moved: "
        f"the transposition gradient at displacements up to ±{MAX_LAG}, out of the items that could have been so "
        "displaced; omitted (omissions and intrusions) and repeated: by output place. *Accuracy* is the mean absolute "
        "difference in the share of items at their place. Primacy: strict accuracy of the first item less that of the "
        "last; recency: of the last item less that of the last but one; adjacent, and too early: shares of all "
        "transpositions; fill-in: after a list's first item out of its place, if that came one place early, the item "
        "it displaced, out of that and the item after the early one.",
        shows="when its own is above 0 (too early and fill-in: above .5) and at least a third of its human size from "
        "there; an effect that these people do not have is not judged",
        event="an output place (an item, or none of the list)",
        head="bits a place",
        uniform="at each place the items not given before, and a blank, equally probable",
        left_out="Repeats and intrusions count as blanks",
        level="accuracy off by",
    ),
}
"""By paradigm."""
