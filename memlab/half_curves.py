"""A model's curves fitted to half of a subject's lists and scored on the others: a contest open to every model."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from memlab.analysis.means import subject_mean
from memlab.analysis.scores import rmsd
from memlab.core.errors import NotSupported
from memlab.core.model import Model
from memlab.core.parameters import Values
from memlab.core.recall import Floats, RecallData, StudyLists
from memlab.core.sequences import Sequences
from memlab.curves import MEASURES, subject_curves
from memlab.fitting.curves import TOLERANCES
from memlab.fitting.optimise import INTERRUPTED, Method, minimise
from memlab.fitting.search import SearchSpace
from memlab.simulation import simulate_condition

__all__ = ["HalfCurves", "fit_half_curves"]

TIMES = 4
"""A condition is simulated so many times over: the model's curves are then half as noisy as the subject's."""

SCORED_TIMES = 20
"""The same where the fitted model is scored."""

POPULATION = 5
"""Of differential evolution: members a parameter."""

GENERATIONS: dict[str, int] = {"de": 300, "cma": 600}
"""At most so many generations, by method."""

Curves = dict[tuple[str, str], Floats]
"""By condition and measure."""


@dataclass(frozen=True)
class HalfCurves:
    """What a fit to half of the lists found.

    Attributes
    ----------
    values : dict of float
    fitted : float
        Distance from the curves of the lists that were fitted: the mean over conditions and measures of the RMSD.
    held_out : float
        The same from the curves of the other lists.
    converged : bool
    """

    values: Mapping[str, float]
    fitted: float
    held_out: float
    converged: bool


def fit_half_curves(
    model: Model,
    data: Sequence[Sequences],
    *,
    free: Sequence[str],
    held: Values,
    method: Method = "de",
    restarts: int = 1,
    seed: int = 1,
) -> HalfCurves:
    """Fit a model's curves to the odd lists of one subject and score them on the even ones.

    Parameters
    ----------
    data
        One a condition.
    free, held
        The parameters that are fitted, and the values of the others.
    method, restarts
        Of the optimiser: ``"de"`` or ``"cma"``; see `memlab.fitting.optimise`.
    seed
        Every evaluation has the same random numbers; the score has others.

    Raises
    ------
    NotSupported
        ``"lbfgs"``: simulated curves have no slopes.
    """
    if method not in GENERATIONS:
        raise NotSupported(f"curves are simulated and have no slopes, which {method} needs; take de or cma.")
    halves = [_curves([_recalled(sequences, part) for sequences in data]) for part in (0, 1)]
    studies = [(sequences.name, _times(sequences.study, TIMES)) for sequences in data]
    space = SearchSpace.of(model, tuple(free), held)
    names = [parameter.name for parameter in model.parameters]

    def objective(points: Floats) -> Floats:
        each = (dict(zip(names, row.tolist(), strict=True)) for row in points)
        return np.array([_distance(_simulated(model, studies, values, seed), halves[0]) for values in each])

    runs = minimise(
        *(objective, space),
        method=method,
        restarts=restarts,
        seed=seed,
        tolerance=TOLERANCES[method],
        generations=GENERATIONS[method],
        population=POPULATION,
        polish=False,
    )
    if any(run.message == INTERRUPTED for run in runs):
        raise KeyboardInterrupt
    run = runs[0]
    values = space.values(run.x)
    more = [(sequences.name, _times(sequences.study, SCORED_TIMES)) for sequences in data]
    score = _distance(_simulated(model, more, values, seed + 1), halves[1])
    return HalfCurves(values, run.value, score, run.converged)


def _recalled(sequences: Sequences, part: int) -> RecallData:
    """Return the lists of one half: every other one, from the first (0) or the second (1), as one subject's."""
    chosen = sequences.select(np.arange(part, sequences.n_lists, 2))
    return RecallData(_one_subject(chosen.study), chosen.recalls, chosen.name)


def _one_subject(study: StudyLists) -> StudyLists:
    return replace(study, subject=np.zeros(study.n_lists, dtype=np.int64), list=np.arange(1, study.n_lists + 1))


def _times(study: StudyLists, times: int) -> StudyLists:
    """Return the lists so many times over, as one subject's."""
    return _one_subject(study.select(np.tile(np.arange(study.n_lists), times)))


def _simulated(model: Model, studies: Sequence[tuple[str, StudyLists]], values: Values, seed: int) -> Curves:
    return _curves([simulate_condition(model, study, values, seed, name) for name, study in studies])


def _curves(conditions: Sequence[RecallData]) -> Curves:
    """Return every curve; where no transition was possible, none is predicted."""
    return {
        (data.name, measure): np.nan_to_num(subject_mean(subject_curves(data, measure)[1]))
        for data in conditions
        for measure in MEASURES
    }


def _distance(model: Curves, people: Curves) -> float:
    return float(np.mean([rmsd(model[key], people[key]) for key in people]))
