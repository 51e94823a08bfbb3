"""The signature figure of each model, drawn when the manual is built by the very code that its page shows."""

from __future__ import annotations

import string
from pathlib import Path
from typing import Any

from registry_tables import fitted_to

from memlab.analysis.figures.measures import measure_named
from memlab.data import load
from memlab.models import get_model

__all__ = ["caption", "code", "draw"]

CODE = """\
import memlab
from memlab.analysis.figures.panels import compare_figure

result = memlab.compare(
    "{paradigm}", models=["{name}"],{conditions}
    lists={lists}, replications=1, seed=1,
)
figure = compare_figure({drawn})
"""

LISTS, LISTS_OF_A_NETWORK = 80, 10
"""Simulated lists for each pseudo-subject."""

PEOPLE = {
    "free_recall": ("murdock1962", "20-1", "Murdock, 1962, condition 20-1"),
    "serial_recall": ("farrell_lewandowsky2012_e2", "dissimilar", "Farrell & Lewandowsky, 2012, Experiment 2"),
}
"""Of each paradigm, the data set and condition that are drawn, and what they are called."""


def _paradigm(name: str) -> str:
    return "free_recall" if "free_recall" in get_model(name).paradigms else "serial_recall"


def code(name: str) -> str:
    """Return the program that draws the figure of a model; it leaves it in ``figure``."""
    model, free = get_model(name), _paradigm(name) == "free_recall"
    measures = ", ".join(f'"{measure}"' for measure in model.predicts)
    return CODE.format(
        paradigm=_paradigm(name),
        name=name,
        conditions=' conditions=["20-1"],' if free else "",
        lists=LISTS_OF_A_NETWORK if model.seeds else LISTS,
        drawn=f"\n    result.curves(), measures=[{measures}]\n" if free else "result.curves()",
    )


def caption(name: str) -> str:
    """Return what is drawn, of whom, and with which values of the model."""
    data, condition, called = PEOPLE[_paradigm(name)]
    n_people = load(data).record["subjects"][condition]
    people = f"Circles: people ({called}; mean of {n_people}, with 95 % intervals)."
    return f"{_panels(name)} {people} {_line(name, data)}"


def _panels(name: str) -> str:
    curves = [measure_named(measure).meaning.split(",")[0].split(" (")[0] for measure in get_model(name).predicts]
    if len(curves) == 1:
        return f"{curves[0].capitalize()}."
    return ", ".join(f"({letter}) {curve}" for letter, curve in zip(string.ascii_uppercase, curves, strict=False)) + "."


def _line(name: str, data: str) -> str:
    """Say what the line of a model is; only networks have a band, because one experiment is simulated."""
    model = get_model(name)
    half = "the values in the table below that were fitted to half of these people"
    values = half if data in fitted_to(name) else "its default values"
    if model.seeds:
        each = f"each recalls {LISTS_OF_A_NETWORK} lists a person"
        return (
            f"Line and band: mean of {len(model.seeds)} trained networks and 1.96 SD over them, with {values}; {each}."
        )
    return f"Line: the model with {values}, on {LISTS} such lists a person; its marks tell models apart."


def draw(name: str, path: Path) -> None:
    """Draw the figure of a model into a file."""
    namespace: dict[str, Any] = {}
    exec(code(name), namespace)
    path.parent.mkdir(parents=True, exist_ok=True)
    namespace["figure"].savefig(path, metadata={"Date": None})
