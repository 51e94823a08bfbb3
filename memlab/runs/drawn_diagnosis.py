"""The figures of a diagnosis, as they go into the folder of a run."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from memlab.diagnosis.diagnosis import Diagnosis
from memlab.diagnosis.people import PeopleCondition
from memlab.diagnosis.signatures import SIGNATURES

if TYPE_CHECKING:
    from matplotlib.figure import Figure

__all__ = ["diagnosis_figures"]

TITLES = {signature.name: signature.title for signature in SIGNATURES}

MOST_FIGURES = 4
"""With more conditions, as an experiment of list lengths has, only the first are drawn; the table has them all."""


def diagnosis_figures(diagnosis: Diagnosis, people: str, width: str | float) -> Iterator[tuple[str, Figure, str]]:
    """Yield name, figure and caption: ``diagnosis``, or of several conditions ``diagnosis-1`` and so on.

    Parameters
    ----------
    people
        Who they are, as a caption names them.
    width
        A preset's name, or mm.
    """
    from memlab.analysis.figures.diagnosis import diagnosis_caption, diagnosis_figure

    conditions, table = diagnosis.people.conditions, diagnosis.columns()
    for number, condition in enumerate(conditions[:MOST_FIGURES], start=1):
        several = len(conditions) > 1
        figure = diagnosis_figure(table, TITLES, condition=condition.name, width=width)
        whom = f"{people}, {condition.name}" if several else people
        yield f"diagnosis-{number}" if several else "diagnosis", figure, diagnosis_caption(whom, _n_subjects(condition))


def _n_subjects(condition: PeopleCondition) -> int:
    """Return how many people have some signature; one without errors has no fill-ins."""
    return max((known.n_subjects for known in condition.known.values()), default=0)
