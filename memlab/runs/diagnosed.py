"""The diagnosis that goes with a comparison of serial recall: the same models, the same people who are scored."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from memlab.configuration import CompareConfig
from memlab.contender import Contender, Progress
from memlab.diagnosis.diagnosis import Diagnosis, diagnose
from memlab.diagnosis.people import People, measured_people, shipped_people
from memlab.diagnosis.signatures import SHORTEST
from memlab.target import Target

__all__ = ["diagnosis_of"]


def diagnosis_of(
    target: Target,
    contenders: Sequence[Contender],
    config: CompareConfig,
    *,
    jobs: int = 1,
    progress: Progress | None = None,
) -> Diagnosis | None:
    """Return the diagnosis of the models of a comparison.

    None of free recall, where it was not asked for, and where all lists are too short to tell theories apart.
    """
    if target.paradigm != "serial_recall" or not config.diagnosis:
        return None
    people = _people(target, config)
    if not people.conditions:
        return None
    return diagnose(
        contenders, people, seed=config.seed, replications=config.replications, jobs=jobs, progress=progress
    )


def _people(target: Target, config: CompareConfig) -> People:
    """Return the people who are scored, in the conditions that are compared."""
    long_enough = [condition for condition in target.conditions if condition.study.list_length >= SHORTEST]
    if any(condition.scored_lists is None for condition in target.conditions):
        return shipped_people(config.data, [condition.name for condition in long_enough], seed=config.seed)
    lists = {c.name: c.scored_lists for c in long_enough if c.scored_lists is not None}
    people = measured_people(lists, target.name, target.citation, seed=config.seed)
    return replace(people, who=f"the scored people ({target.split})")
