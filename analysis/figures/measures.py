"""What each measure is called on the axes of a figure, and which columns of its table are drawn."""

from __future__ import annotations

from dataclasses import dataclass

from memlab.core.errors import UnknownName

__all__ = ["COMPARED", "MAX_LAG", "MEASURES", "Measure", "measure_named"]

MAX_LAG = 5
"""The lag-CRP is drawn at lags -5..-1 and 1..5: beyond, few transitions are possible and the curve is noise."""


@dataclass(frozen=True)
class Measure:
    """A curve.

    Attributes
    ----------
    name : str
        The function of `memlab.analysis`.
    x, y : str
        Columns of its table.
    x_label, y_label, short_label : str
        Of the axes; the short one is for low panels.
    meaning : str
        For captions: what is drawn and how it is scored.
    to_one : bool
        The y axis ends at 1 whatever the data are; otherwise at the next tick above them.
    by_lag : bool
        x is a lag, which has no value at 0.
    """

    name: str
    x: str
    y: str
    x_label: str
    y_label: str
    short_label: str
    meaning: str
    to_one: bool = False
    by_lag: bool = False


_POSITION, _OUTPUT, _DISPLACEMENT = "Serial position", "Output position", "Displacement"

_ALL = (
    Measure(
        "spc",
        "input",
        "recall",
        _POSITION,
        "Recall probability",
        "Recall prob.",
        "serial-position curve, the probability that the item of each position is recalled (an item counts once "
        "a list; intrusions are ignored; lists without a response count)",
        to_one=True,
    ),
    Measure(
        "pfr",
        "input",
        "prob",
        _POSITION,
        "Probability of\nfirst recall",
        "First recall",
        "probability of first recall, the position of the first credited recall, over lists with at least one",
    ),
    Measure(
        "lag_crp",
        "lag",
        "prob",
        "Lag",
        "Conditional response\nprobability",
        "Lag-CRP",
        f"lag-CRP, the probability of a transition by lag given that it was possible, up to lag {MAX_LAG} either way "
        "(between credited recalls adjacent in output; an intrusion breaks the transition; items recalled before are "
        "not possible; lag 0 is not defined)",
        by_lag=True,
    ),
    Measure(
        "pnr",
        "input",
        "prob",
        _POSITION,
        "Probability of\nnth recall",
        "nth recall",
        "probability of nth recall by serial position, among items not yet recalled",
    ),
    Measure(
        "intrusions",
        "output",
        "prob",
        _OUTPUT,
        "Intrusion probability",
        "Intrusions",
        "probability that a response is an intrusion, by output position",
    ),
    Measure(
        "repetitions",
        "output",
        "prob",
        _OUTPUT,
        "Repetition probability",
        "Repetitions",
        "probability that a response repeats an earlier one, by output position",
    ),
    Measure(
        "stop_probability",
        "output",
        "prob",
        "Items recalled so far",
        "Stopping probability",
        "Stopping",
        "probability that recall stops, by the number recalled so far",
        to_one=True,
    ),
    Measure(
        "irt",
        "output",
        "irt",
        _OUTPUT,
        "Inter-response time (s)",
        "Time (s)",
        "mean inter-response time by output position",
    ),
    Measure(
        "pli_list_lag",
        "list_lag",
        "per_list",
        "Lists back",
        "Prior-list intrusions\na list",
        "Intrusions",
        "prior-list intrusions a list, by how many lists back the item was studied",
    ),
    Measure(
        "serial_accuracy",
        "input",
        "prob",
        _POSITION,
        "Accuracy",
        "Accuracy",
        "accuracy of serial recall, the probability that the item of each position is given at its place (strict "
        "scoring), anywhere (item), or directly after the item before it (relative)",
        to_one=True,
    ),
    Measure(
        "serial_errors",
        "output",
        "prob",
        _OUTPUT,
        "Error probability",
        "Errors",
        "probability of each kind of error by output place; places without a response are omissions",
    ),
    Measure(
        "accuracy_strict",
        "input",
        "prob",
        _POSITION,
        "Accuracy (strict)",
        "Strict",
        "strict accuracy, the probability that the item of each position is given at its own place",
        to_one=True,
    ),
    Measure(
        "accuracy_item",
        "input",
        "prob",
        _POSITION,
        "Accuracy (item)",
        "Item",
        "item accuracy, the probability that the item of each position is given anywhere in the list",
        to_one=True,
    ),
    Measure(
        "omissions_or_intrusions",
        "output",
        "prob",
        _OUTPUT,
        "Omission or\nintrusion",
        "Omissions",
        "omissions and intrusions, the probability that no item of the list is given at an output place",
    ),
    Measure(
        "transposition_gradient",
        "displacement",
        "prob",
        _DISPLACEMENT,
        "Transposition\nprobability",
        "Transposition",
        "transposition gradient, the probability that an item is given so many places too early (below 0) or too late, "
        f"out of the items that could have been, up to {MAX_LAG} places (of an item given twice the first counts; "
        "displacement 0, the right place, is left out)",
        by_lag=True,
    ),
    Measure(
        "length_function",
        "list_length",
        "prob",
        "List length",
        "Accuracy",
        "Accuracy",
        "share of the items of a list recalled, by its length",
        to_one=True,
    ),
    Measure(
        "protrusions",
        "output",
        "prob",
        _OUTPUT,
        "Protrusion probability",
        "Protrusions",
        "probability that an intrusion from the list before is at the place where it was studied, by output place",
        to_one=True,
    ),
    Measure(
        "serial_latency",
        "output",
        "irt",
        _OUTPUT,
        "Response time (s)",
        "Time (s)",
        "mean time of correct items since the response before, by output place",
    ),
    Measure(
        "displacement_latency",
        "displacement",
        "irt",
        _DISPLACEMENT,
        "Response time (s)",
        "Time (s)",
        "mean time of items since the response before, by displacement (below 0: too early), the first place left out",
    ),
)

MEASURES: dict[str, Measure] = {measure.name: measure for measure in _ALL}
"""Every curve that can be drawn, by name."""

COMPARED = (
    *("spc", "pfr", "lag_crp"),
    *("accuracy_strict", "accuracy_item", "transposition_gradient", "omissions_or_intrusions", "repetitions"),
)
"""The curves that people and models are compared on, in free and in serial recall."""


def measure_named(name: str) -> Measure:
    """Return a measure; the error lists those that there are."""
    if name not in MEASURES:
        raise UnknownName("there is no figure of the measure", name, MEASURES)
    return MEASURES[name]
