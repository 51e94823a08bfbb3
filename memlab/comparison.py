"""People and models on the same lists: curves, scores, a figure and a report."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from memlab.contender import (
    Contender,
    Piece,
    Progress,
    Simulated,
    distance_from,
    jackknife,
    jackknife_error,
    left_out,
    simulate_pieces,
)
from memlab.core.files import Columns
from memlab.core.recall import Floats
from memlab.curve_sets import CURVE_SETS, curve_set
from memlab.held_out_bits import BITS, UNIFORM, HeldOutBits, held_out_bits
from memlab.target import Target, TargetCondition

if TYPE_CHECKING:
    from memlab.diagnosis.diagnosis import Diagnosis

__all__ = ["CURVE_COLUMNS", "Comparison", "as_columns", "curve_rows", "run_comparison", "size_of", "statistics_of"]

CURVE_COLUMNS = ("source", "condition", "measure", "x", "value", "low", "high")
"""Of a table of curves; a source is ``people`` or a model."""

FLOOR = "chance"
"""The model that every score is shown beside."""


@dataclass(frozen=True, eq=False)
class Comparison:
    """People against models.

    Attributes
    ----------
    target : Target
        The people.
    contenders : tuple of Contender
        The models, in order.
    simulated : dict
        By (model, condition).
    seed : int
    floor : Contender or None
        The chance model, which every score is shown beside, whether it is one of the contenders or not.
    interrupted : bool
        Whether some pieces are missing.
    bits : HeldOutBits
        What a recall event of the scored people costs each model.
    diagnosis : Diagnosis or None
        Of serial recall: the signatures that tell theories apart; see `memlab.diagnosis`.
    """

    target: Target
    contenders: tuple[Contender, ...]
    simulated: Mapping[tuple[str, str], Simulated]
    seed: int
    floor: Contender | None
    interrupted: bool = False
    bits: HeldOutBits = field(default_factory=HeldOutBits)
    diagnosis: Diagnosis | None = None
    _tables: dict[str, Any] = field(default_factory=dict, repr=False)

    def curves(self) -> Columns:
        """Return every plotted curve: ``source, condition, measure, x, value, low, high``.

        People: the mean over all subjects with a 95 % t interval over subjects. Models: the mean over simulated
        experiments; low and high are 1.96 SD over experiments of the people's size. Trained networks: the mean over
        networks; low and high are 1.96 SD over networks (the seed band).
        """
        rows: list[tuple[object, ...]] = []
        for condition in self.target.conditions:
            for measure in self.target.curve_set.curves:
                curve = condition.everyone[measure]
                low, high = curve.interval()
                rows += curve_rows("people", condition.name, measure, curve.x, curve.mean, low, high)
            for contender in self.contenders:
                done = self.simulated.get((contender.name, condition.name))
                for measure in done.drawn(self.target.curve_set.curves) if done else ():
                    assert done is not None
                    mean, spread = done.mean(measure), done.spread(measure)
                    rows += curve_rows(
                        contender.name, condition.name, measure, done.x[measure], mean, mean - spread, mean + spread
                    )
        return as_columns(CURVE_COLUMNS, rows)

    def scores(self) -> Columns:
        """Return the scores: ``model, condition, measure, value, error, ceiling, chance``.

        Measures: ``rmsd_`` and a curve of `memlab.curve_sets` (root mean squared difference from the scored people's
        curve), ``recalled_difference`` (items a list, model minus people) or in serial recall ``accuracy_difference``
        (share of items at their place), the signatures (see `memlab.signatures`), which are also given for ``people``,
        and ``bits_per_event`` (what a recall event of the scored people costs, see
        `memlab.held_out_bits`), which is also given for ``uniform``. `error` is the Monte-Carlo error, 0 for bits, or
        for trained networks the error over networks, by leaving out one at a time (for people the standard error over
        subjects is not known from curves alone: empty), `ceiling` the expected distance between two halves of the
        people, `chance` the chance model's value. The condition ``mean`` is the mean over the conditions in which the
        people have the score (a list of one item has no transpositions).
        """
        if "scores" not in self._tables:
            self._tables["scores"] = _score_table(self)
        scores: Columns = self._tables["scores"]
        return scores

    def score(self, model: str, measure: str, condition: str = "mean") -> float:
        """Return one score; NaN where the model does not predict it."""
        return score_in(self.scores(), "model", model, condition, measure)

    def ceiling(self, measure: str) -> float:
        """Return the noise ceiling of a score, the mean over conditions."""
        each = np.array([measure_ceiling(condition, measure) for condition in self.target.conditions])
        return float(each[~np.isnan(each)].mean()) if not np.isnan(each).all() else float("nan")


def score_in(table: Columns, column: str, name: str, condition: str, measure: str) -> float:
    """Return one value of a table of scores, whose models or lesions stand in `column`; NaN where there is none."""
    for key in zip(table[column], table["condition"], table["measure"], table["value"], strict=True):
        if key[:3] == (name, condition, measure):
            return float(key[3])  # type: ignore[arg-type]
    return float("nan")


def curve_rows(*parts: Any) -> list[tuple[object, ...]]:
    """Return a row a point: the labels (source, condition, measure), then x and what each array (n_x,) has there."""
    labels, arrays = parts[:3], parts[3:]
    return [(*labels, int(x), *(float(v) for v in rest)) for x, *rest in zip(*arrays, strict=True)]


def as_columns(names: Sequence[str], rows: Sequence[Sequence[object]]) -> Columns:
    """Return rows as columns by name."""
    return {name: [row[i] for row in rows] for i, name in enumerate(names)}


LEVELS = frozenset(one.level.score for one in CURVE_SETS.values())
"""The scores that are differences in level, which must not cancel between conditions."""

SCORE_COLUMNS = ("model", "condition", "measure", "value", "error", "ceiling", "chance")


def _score_table(comparison: Comparison) -> Columns:
    rows = [row for condition in comparison.target.conditions for row in _condition_scores(comparison, condition)]
    rows += _means_over_conditions(comparison, rows)
    bits = comparison.bits.by_condition
    rows += [(name, condition, BITS, value, 0.0, float("nan")) for (name, condition), value in bits.items()]
    at_chance = {(row[1], row[2]): row[3] for row in rows if row[0] == FLOOR}
    named = {"people", UNIFORM, *(contender.name for contender in comparison.contenders)}
    rows = [row for row in rows if row[0] in named]
    return as_columns(SCORE_COLUMNS, [(*row, at_chance.get((row[1], row[2]), float("nan"))) for row in rows])


Row = tuple[str, str, str, float, float, float]


def _condition_scores(comparison: Comparison, condition: TargetCondition) -> list[Row]:
    nan = float("nan")
    rows: list[Row] = [
        ("people", condition.name, name, statistic(condition.scored[measure].mean), nan, nan)
        for name, measure, statistic in curve_set(condition.paradigm).signatures
    ]
    for contender in _with_floor(comparison.contenders, comparison.floor):
        done = comparison.simulated.get((contender.name, condition.name))
        if done is None:
            continue
        for measure, statistic in statistics_of(condition).items():
            kind = measure[0]
            if kind in done.curves:
                value, error = jackknife(statistic, done.curves[kind])
                rows.append(
                    (contender.name, condition.name, measure[1], value, error, measure_ceiling(condition, measure[1]))
                )
    return rows


def measure_ceiling(condition: TargetCondition, score: str) -> float:
    """Return the noise ceiling that belongs to a score; NaN for signatures."""
    names = curve_set(condition.paradigm).ceilings
    return condition.ceiling[names[score]] if score in names else float("nan")


def statistics_of(condition: TargetCondition) -> dict[tuple[str, str], Callable[[Floats], float]]:
    """Return, by (measure, score), what is computed of a model's mean curve."""
    compared = curve_set(condition.paradigm)
    level = compared.level
    recalled = float(level.of(condition.scored[level.curve].mean))
    scores: dict[tuple[str, str], Callable[[Floats], float]] = {
        (measure, f"rmsd_{measure}"): distance_from(condition.scored[measure]) for measure in compared.curves
    }
    scores[level.curve, level.score] = lambda curve: float(level.of(curve)) - recalled
    return scores | {(measure, name): statistic for name, measure, statistic in compared.signatures}


def _means_over_conditions(comparison: Comparison, rows: Sequence[Row]) -> list[Row]:
    lacking = {condition.name: _lacking(condition) for condition in comparison.target.conditions}
    groups: dict[tuple[str, str], list[Row]] = {}
    for row in rows:
        groups.setdefault((row[0], row[2]), []).append(row)
    groups = {key: [row for row in group if row[2] not in lacking[row[1]]] or group for key, group in groups.items()}
    return [
        (model, "mean", measure, *_mean_row(group, _over_networks(comparison, model, measure)))
        for (model, measure), group in groups.items()
    ]


def _lacking(condition: TargetCondition) -> set[str]:
    """Return the scores that people do not have in a condition: a list of one item has no transpositions."""
    return {
        score
        for (measure, score), statistic in statistics_of(condition).items()
        if np.isnan(statistic(condition.scored[measure].mean))
    }


def _mean_row(group: Sequence[Row], over_networks: float | None) -> tuple[float, float, float]:
    values = np.array([row[3:] for row in group])
    size = size_of(group[0][2], values[:, 0])
    error = float(np.sqrt((values[:, 1] ** 2).sum()) / len(group)) if over_networks is None else over_networks
    return float(size.mean()), error, float(values[:, 2].mean())


def size_of(measure: str, values: Floats) -> Floats:
    """Return what is averaged: a difference in level must not cancel between conditions, all else is as it is."""
    return np.abs(values) if measure in LEVELS else values


def _over_networks(comparison: Comparison, model: str, measure: str) -> float | None:
    """Return the error of a mean over conditions, one network left out of all of them; None for a theory.

    The same networks are in every condition, so that the errors of the conditions are not independent.
    """
    without_one = []
    for condition in comparison.target.conditions:
        done = comparison.simulated.get((model, condition.name))
        if done is None or not done.seeds or measure in _lacking(condition):
            continue
        (kind, statistic), *_ = [(k[0], f) for k, f in statistics_of(condition).items() if k[1] == measure]
        without_one.append(size_of(measure, left_out(statistic, done.curves[kind])))
    return jackknife_error(np.mean(without_one, axis=0)) if without_one else None


def run_comparison(
    target: Target,
    contenders: Sequence[Contender],
    floor: Contender | None,
    *,
    seed: int = 1,
    replications: int | None = None,
    jobs: int = 1,
    progress: Progress | None = None,
) -> Comparison:
    """Simulate every contender in every condition.

    Parameters
    ----------
    target
        The people; see `memlab.target.load_target`.
    contenders
        The models.
    floor
        The chance model with its values for these people; None leaves the scores without it.
    seed
        The same seed gives the same comparison, whatever `jobs` is.
    replications
        Simulated experiments a condition; None goes on until the Monte-Carlo error is small. Of trained networks each
        is simulated once, or as many whole rounds of them as it takes to reach this number.
    jobs
        Threads.
    progress
        Told of every finished piece.

    Returns
    -------
    Comparison
        On Ctrl-C, of what was finished, with ``interrupted`` set.
    """
    entering = _with_floor(contenders, floor)
    pieces = [Piece(contender, c.name, c.study, c) for contender in entering for c in target.conditions]
    done, interrupted = simulate_pieces(pieces, seed, replications, jobs, progress)
    bits = HeldOutBits()
    try:
        bits = bits if interrupted else held_out_bits(entering, target, progress)
    except KeyboardInterrupt:
        interrupted = True
    return Comparison(target, tuple(contenders), done, seed, floor, interrupted, bits)


def _with_floor(contenders: Sequence[Contender], floor: Contender | None) -> list[Contender]:
    """Return the contenders, and chance once."""
    there = floor is None or any(contender.name == floor.name for contender in contenders)
    return [*contenders, *([] if there or floor is None else [floor])]
