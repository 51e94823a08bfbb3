"""The signature figure of each model, drawn when the manual is built by the very code that its page shows."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from memlab.data.parameter_sets import parameter_set_names
from memlab.models import get_model

__all__ = ["caption", "code", "draw"]

CODE = """\
import memlab
from memlab.analysis.figures.panels import compare_figure

result = memlab.compare(
    "{paradigm}", models=["{name}"],{conditions} lists={lists}, replications=1, seed=1
)
figure = compare_figure(result.curves(){measures})
"""

LISTS, LISTS_OF_A_NETWORK = 80, 10
"""Simulated lists for each pseudo-subject."""


def _free(name: str) -> bool:
    return "free_recall" in get_model(name).paradigms


def code(name: str) -> str:
    """Return the program that draws the figure of a model; it leaves it in ``figure``."""
    model, free = get_model(name), _free(name)
    measures = ", ".join(f'"{measure}"' for measure in model.predicts)
    return CODE.format(
        paradigm="free_recall" if free else "serial_recall",
        name=name,
        conditions=' conditions=["20-1"],' if free else "",
        lists=LISTS_OF_A_NETWORK if model.seeds else LISTS,
        measures=f", measures=[{measures}]" if free else "",
    )


def caption(name: str) -> str:
    """Return what is drawn, in words."""
    data = "murdock1962" if _free(name) else "farrell_lewandowsky2012_e2"
    people = {
        "murdock1962": "Murdock, 1962, condition 20-1, 15 people",
        "farrell_lewandowsky2012_e2": "Farrell & Lewandowsky, 2012, Experiment 2, 20 people",
    }[data]
    values = (
        "the values that memlab ships for these data" if name in parameter_set_names(data) else "its default values"
    )
    return f"People (circles, 95 % intervals; {people}) and the model with {values}, simulated on the same lists."


def draw(name: str, path: Path) -> None:
    """Draw the figure of a model into a file."""
    namespace: dict[str, Any] = {}
    exec(code(name), namespace)
    path.parent.mkdir(parents=True, exist_ok=True)
    namespace["figure"].savefig(path, metadata={"Date": None})
