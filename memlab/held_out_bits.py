"""What the recalls of the scored people cost each model of a comparison: the score that theories and networks share."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from memlab.contender import Contender, Progress
from memlab.core.errors import NotSupported
from memlab.core.recall import LikelihoodModel, RecallData
from memlab.core.sequences import sequences_of
from memlab.recall_bits import bits_per_event, uniform_log_likelihood
from memlab.target import Target, TargetCondition
from memlab.trained_people import on_people, trained_on

__all__ = ["BITS", "UNIFORM", "HeldOutBits", "Seen", "bits_of", "held_out_bits"]

BITS = "bits_per_event"
"""The measure's name in tables of scores and in parameter sets."""

UNIFORM = "uniform"
"""The floor: the items left and stopping equally probable, nothing fitted."""

Bits = dict[tuple[str, str], float]


@dataclass(frozen=True)
class Seen:
    """Scored people whom a network was trained on: they are left out for it, and here are the others alone.

    Attributes
    ----------
    n_seen, n_scored : int
        How many of the scored people.
    others : dict of float
        What the same remaining people cost every model, the mean over conditions.
    """

    n_seen: int
    n_scored: int
    others: Mapping[str, float]


@dataclass(frozen=True)
class HeldOutBits:
    """Bits a recall event of a comparison.

    Attributes
    ----------
    by_condition : dict of float
        By (model, condition); ``"mean"`` is the mean over conditions.
    seen : dict of Seen
        By model, for networks that were trained on some of the scored people.
    notes : dict of str
        By model, for networks that were trained on people: on whom.
    """

    by_condition: Mapping[tuple[str, str], float] = field(default_factory=dict)
    seen: Mapping[str, Seen] = field(default_factory=dict)
    notes: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, eq=False)
class _Scored:
    """What one condition's scored people cost each model, list by list."""

    people: RecallData
    n_events: np.ndarray[tuple[int], np.dtype[np.int64]]
    nats: Mapping[str, np.ndarray[tuple[int], np.dtype[np.float64]]]

    def bits(self, model: str, without: Collection[str] = ()) -> float:
        """Return the bits an event of a model, some people left out; NaN where it has none."""
        rows = ~np.isin(self.people.study.subject.astype(str), list(without))
        return bits_per_event(self.nats[model][rows], self.n_events[rows]) if model in self.nats else float("nan")


def bits_of(contender: Contender, condition: TargetCondition) -> np.ndarray[tuple[int], np.dtype[np.float64]] | None:
    """Return the log-likelihood of each list of the scored people under the values that a model enters with, nats.

    Repeats and intrusions are dropped (``drop_events``).

    Returns
    -------
    (n_lists,) float
        None where only curves of the people are known, or the model gives no probability of a sequence.
    """
    people, model = condition.scored_lists, contender.model
    if people is None or not isinstance(model, LikelihoodModel) or model.options.get("stop") is False:
        return None
    try:
        return model.log_likelihood(people.study, people.recalls, contender.values(condition.name))
    except NotSupported:
        return None


def held_out_bits(contenders: Sequence[Contender], target: Target, progress: Progress | None = None) -> HeldOutBits:
    """Return the bits of each model in each condition, their mean over conditions, and those of `UNIFORM`.

    Where the people are known by curves alone, the mean is the one recorded beside a model's parameters. A network
    that was trained on some of the people is scored on the others alone.
    """
    if all(condition.scored_lists is None for condition in target.conditions):
        recorded = {(c.name, "mean"): float(c.parameters.held_out.get(BITS, "nan")) for c in contenders}
        return HeldOutBits(_known(recorded))
    scored = _scores(contenders, target.conditions, progress)
    trained = {contender.name: _trained_on(contender, scored, target) for contender in contenders}
    seen_by = {name: seen for name, (seen, _) in trained.items()}
    found: Bits = {}
    for name in (*seen_by, UNIFORM):
        each = {condition: one.bits(name, seen_by.get(name, ())) for condition, one in scored.items()}
        found |= {(name, condition): value for condition, value in each.items()}
        found[name, "mean"] = float(np.mean(list(each.values())))
    beside = {name: _beside(seen, scored) for name, seen in seen_by.items() if seen}
    return HeldOutBits(_known(found), beside, {name: note for name, (_, note) in trained.items() if note})


def _scores(
    contenders: Sequence[Contender], conditions: Sequence[TargetCondition], progress: Progress | None
) -> dict[str, _Scored]:
    found, done, total = {}, 0, len(contenders) * len(conditions)
    for condition in conditions:
        if condition.scored_lists is None:
            continue
        sequences = sequences_of(condition.scored_lists)
        nats = {UNIFORM: uniform_log_likelihood(sequences)}
        for contender in contenders:
            of_list = bits_of(contender, condition)
            nats |= {} if of_list is None else {contender.name: of_list}
            done += 1
            if progress:
                progress(f"{contender.name} {condition.name}, bits", done, total)
        found[condition.name] = _Scored(condition.scored_lists, sequences.n_events, nats)
    return found


def _trained_on(contender: Contender, scored: Mapping[str, _Scored], target: Target) -> tuple[set[str], str]:
    """Return the scored people whom a network was trained on, and whom it was trained on in words, if on people."""
    if not contender.seeds or not any(contender.name in one.nats for one in scored.values()):
        return set(), ""
    everyone = [c.all_lists for c in target.conditions if c.all_lists is not None]
    seen, note = trained_on(contender.model, everyone, {"id": target.name, "sha256": target.sha256})
    mine = seen & {str(subject) for one in scored.values() for subject in one.people.subjects}
    return mine, note if on_people(contender.model) else ""


def _beside(seen: Collection[str], scored: Mapping[str, _Scored]) -> Seen:
    everyone = {str(subject) for one in scored.values() for subject in one.people.subjects}
    names = dict.fromkeys(name for one in scored.values() for name in one.nats)
    others = {name: float(np.mean([one.bits(name, seen) for one in scored.values()])) for name in names}
    return Seen(len(seen), len(everyone), {name: value for name, value in others.items() if not np.isnan(value)})


def _known(bits: Bits) -> Bits:
    return {key: value for key, value in bits.items() if not np.isnan(value)}
