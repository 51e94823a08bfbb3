"""What the recalls of the scored people cost each model of a comparison: the score that theories and networks share."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from memlab.contender import Contender, Progress
from memlab.core.errors import NotSupported
from memlab.core.recall import LikelihoodModel
from memlab.core.sequences import sequences_of
from memlab.recall_bits import bits_per_event, uniform_log_likelihood
from memlab.target import TargetCondition

__all__ = ["BITS", "UNIFORM", "bits_in", "bits_of"]

BITS = "bits_per_event"
"""The measure's name in tables of scores and in parameter sets."""

UNIFORM = "uniform"
"""The floor: the items left and stopping equally probable, nothing fitted."""

Bits = dict[tuple[str, str], float]
"""By model and condition; ``"mean"`` is the mean over conditions."""


def bits_of(contender: Contender, condition: TargetCondition) -> float:
    """Return the bits an event of the scored people's recalls under the values that a model enters with.

    Repeats and intrusions are dropped (``drop_events``).

    Returns
    -------
    float
        NaN where only curves of the people are known, or the model gives no probability of a sequence.
    """
    people, model = condition.scored_lists, contender.model
    if people is None or not isinstance(model, LikelihoodModel) or model.options.get("stop") is False:
        return float("nan")
    try:
        log_p = model.log_likelihood(people.study, people.recalls, contender.values(condition.name))
    except NotSupported:
        return float("nan")
    return bits_per_event(log_p, sequences_of(people).n_events)


def bits_in(
    contenders: Sequence[Contender], conditions: Sequence[TargetCondition], progress: Progress | None = None
) -> Bits:
    """Return the bits of each model in each condition, their mean over conditions, and those of `UNIFORM`.

    Where the people are known by curves alone, the mean is the one recorded beside a model's parameters.
    """
    found: Bits = {}
    total = len(contenders) * len(conditions)
    for i, contender in enumerate(contenders):
        for j, condition in enumerate(conditions):
            found[contender.name, condition.name] = bits_of(contender, condition)
            if progress and condition.scored_lists is not None:
                progress(f"{contender.name} {condition.name}, bits", i * len(conditions) + j + 1, total)
    found |= {(UNIFORM, condition.name): _uniform(condition) for condition in conditions}
    names = [contender.name for contender in contenders]
    found |= {(name, "mean"): _mean([found[name, c.name] for c in conditions]) for name in (*names, UNIFORM)}
    if all(condition.scored_lists is None for condition in conditions):
        found |= {(c.name, "mean"): _recorded(c) for c in contenders}
    return {key: value for key, value in found.items() if not np.isnan(value)}


def _recorded(contender: Contender) -> float:
    return float(contender.parameters.held_out.get(BITS, "nan"))


def _uniform(condition: TargetCondition) -> float:
    if condition.scored_lists is None:
        return float("nan")
    sequences = sequences_of(condition.scored_lists)
    return bits_per_event(uniform_log_likelihood(sequences), sequences.n_events)


def _mean(values: Sequence[float]) -> float:
    return float(np.mean(values)) if values else float("nan")
