"""How well the values of single people foresee other people: the mean of curves that are simulated person by person."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from memlab.analysis.means import subject_mean
from memlab.comparison import size_of, statistics_of
from memlab.core.model import Model
from memlab.core.parameters import Values
from memlab.core.pieces import together
from memlab.core.recall import Floats, RecallData
from memlab.curve_sets import curve_set
from memlab.simulation import simulate_condition
from memlab.target import Target, TargetCondition

__all__ = ["REPLICATIONS", "subject_scores"]

REPLICATIONS = 4
"""Simulated experiments of the people's size for the held-out scores that are recorded beside fitted values."""


def subject_scores(
    model: Model,
    fitted: Mapping[str, Sequence[Values]],
    target: Target,
    *,
    seed: int = 1,
    replications: int = REPLICATIONS,
) -> dict[str, float]:
    """Return the scores of single people's values on the people that no value has seen.

    Each simulated person has the values of one fitted person and as many lists as people had. Compared with the scored
    people is the mean of their curves, and not the curve at the mean of their values.

    Parameters
    ----------
    fitted
        By condition, the values of each person who was fitted in it.
    target
        The people; of the conditions that nobody was fitted in there is no score.
    seed, replications
        Of the simulations.

    Returns
    -------
    dict of float
        The distances that `memlab.comparison.Comparison.scores` gives as well (``rmsd_spc`` and so on): means over
        conditions, that of a difference in level of its size.
    """
    rows = [
        _condition(model, fitted[condition.name], condition, seed, replications)
        for condition in target.conditions
        if fitted.get(condition.name)
    ]
    scores = dict.fromkeys(name for row in rows for name in row)
    each = {name: np.array([row.get(name, np.nan) for row in rows]) for name in scores}
    sizes = {name: size_of(name, values) for name, values in each.items()}
    return {name: float(np.nanmean(values)) for name, values in sizes.items() if not np.isnan(values).all()}


def _condition(
    model: Model, fitted: Sequence[Values], condition: TargetCondition, seed: int, replications: int
) -> dict[str, float]:
    compared = curve_set(condition.paradigm)
    measures = compared.simulated(model)
    curves: dict[str, list[Floats]] = {measure: [] for measure in measures}
    for replication in range(replications):
        data = _recalled(model, fitted, condition, seed, replication)
        for measure, (_, by_subject) in compared.subject_curves(data, measures).items():
            curves[measure].append(subject_mean(by_subject))
    return {
        score: statistic(subject_mean(np.array(curves[measure])))
        for (measure, score), statistic in statistics_of(condition).items()
        if measure in curves and score in compared.ceilings
    }


def _recalled(
    model: Model, fitted: Sequence[Values], condition: TargetCondition, seed: int, replication: int
) -> RecallData:
    """Return the recalls of one simulated experiment, one person with each set of values."""
    study = condition.study
    people = np.unique(study.subject)[: len(fitted)]
    return together(
        [
            simulate_condition(
                *(model, study.select(study.subject == person), values, seed, condition.name),
                replication=replication,
                piece=i,
            )
            for i, (person, values) in enumerate(zip(people, fitted, strict=True))
        ]
    )
