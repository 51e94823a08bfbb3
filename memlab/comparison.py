"""People and models on the same lists: curves, scores, a figure and a report."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from memlab.analysis.means import subject_mean
from memlab.analysis.scores import rmsd
from memlab.core.files import Columns
from memlab.core.model import Model
from memlab.core.recall import Floats, Ints
from memlab.curves import MEASURES, Curve, curve_of, subject_curves
from memlab.data.parameter_sets import ParameterSet
from memlab.signatures import SIGNATURES
from memlab.simulation import simulate_condition
from memlab.target import Target, TargetCondition

__all__ = ["Comparison", "Contender", "run_comparison"]

MIN_REPLICATIONS, MAX_REPLICATIONS = 4, 24
"""Simulated experiments a condition: at least, and at most where the Monte-Carlo error stays large."""

TARGET_ERROR = 0.03
"""Simulation stops when every score's Monte-Carlo error is below this share of the score."""

NEGLIGIBLE_ERROR = 0.0005
"""… or below this (in units of probability): more replications would change nothing that is printed."""

FLOOR = "chance"
"""The model that every score is shown beside."""

Progress = Callable[[str, int, int], None]
"""Called with what was done, how many pieces are done, and how many there are."""


@dataclass(frozen=True)
class Contender:
    """A model with the parameter values that it enters with.

    Attributes
    ----------
    model : Model
    parameters : ParameterSet
    per_condition : bool
        Whether each condition has its own values.
    """

    model: Model
    parameters: ParameterSet
    per_condition: bool = False

    @property
    def name(self) -> str:
        """The model's registered name."""
        return self.model.name

    def values(self, condition: str) -> dict[str, float]:
        """Return the values for a condition."""
        return self.parameters.for_condition(condition, per_condition=self.per_condition)


@dataclass(frozen=True, eq=False)
class Simulated:
    """One model in one condition, simulated as an experiment of the people's size, again and again.

    Attributes
    ----------
    x : dict of (n_x,) int
        By measure.
    curves : dict of (n_replications, n_x) float
        By measure: the mean curve of each simulated experiment.
    """

    x: Mapping[str, Ints]
    curves: Mapping[str, Floats]

    def mean(self, measure: str) -> Floats:
        """Return the mean curve over replications, (n_x,)."""
        return subject_mean(self.curves[measure])

    def spread(self, measure: str) -> Floats:
        """Return 1.96 SD of the curve over experiments of this size, (n_x,); NaN where under two have it."""
        return 1.96 * curve_of(self.x[measure], self.curves[measure]).sd


def jackknife(statistic: Callable[[Floats], float], curves: Floats) -> tuple[float, float]:
    """Return a statistic of the mean curve and its Monte-Carlo error, by leaving out one replication at a time.

    The error is NaN with one replication.
    """
    n = len(curves)
    value = statistic(subject_mean(curves))
    if n < 2:
        return value, float("nan")
    left_out = np.array([statistic(subject_mean(np.delete(curves, i, axis=0))) for i in range(n)])
    return value, float(np.sqrt((n - 1) / n * ((left_out - left_out.mean()) ** 2).sum()))


def simulate_contender(
    contender: Contender, condition: TargetCondition, seed: int, replications: int | None
) -> Simulated:
    """Simulate the condition until the Monte-Carlo error of every curve's score is small.

    Parameters
    ----------
    replications
        A fixed number of simulated experiments; None goes on until the error is small (see `TARGET_ERROR`).
    """
    values = contender.values(condition.name)
    rows: dict[str, list[Floats]] = {measure: [] for measure in contender.model.predicts}
    x: dict[str, Ints] = {}
    for replication in range(replications or MAX_REPLICATIONS):
        data = simulate_condition(contender.model, condition.study, values, seed, condition.name, replication)
        for measure in rows:
            x[measure], by_subject = subject_curves(data, measure)
            rows[measure].append(subject_mean(by_subject))
        enough = replications is None and replication + 1 >= MIN_REPLICATIONS
        if enough and _settled({m: np.array(r) for m, r in rows.items()}, condition):
            break
    return Simulated(x, {measure: np.array(r) for measure, r in rows.items()})


def _settled(curves: Mapping[str, Floats], condition: TargetCondition) -> bool:
    for measure, values in curves.items():
        score, error = jackknife(_distance(condition.scored[measure]), values)
        if error > max(TARGET_ERROR * score, NEGLIGIBLE_ERROR):
            return False
    return True


def _distance(people: Curve) -> Callable[[Floats], float]:
    return lambda curve: rmsd(curve, people.mean)


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
    """

    target: Target
    contenders: tuple[Contender, ...]
    simulated: Mapping[tuple[str, str], Simulated]
    seed: int
    floor: Contender | None
    interrupted: bool = False
    _tables: dict[str, Any] = field(default_factory=dict, repr=False)

    def curves(self) -> Columns:
        """Return every plotted curve: ``source, condition, measure, x, value, low, high``.

        People: the mean over all subjects with a 95 % t interval over subjects. Models: the mean over simulated
        experiments; low and high are 1.96 SD over experiments of the people's size.
        """
        rows: list[tuple[object, ...]] = []
        for condition in self.target.conditions:
            for measure, curve in condition.everyone.items():
                low, high = curve.interval()
                rows += _rows("people", condition.name, measure, curve.x, curve.mean, low, high)
            for contender in self.contenders:
                done = self.simulated.get((contender.name, condition.name))
                for measure in done.curves if done else ():
                    assert done is not None
                    mean, spread = done.mean(measure), done.spread(measure)
                    rows += _rows(
                        contender.name, condition.name, measure, done.x[measure], mean, mean - spread, mean + spread
                    )
        return _columns(("source", "condition", "measure", "x", "value", "low", "high"), rows)

    def scores(self) -> Columns:
        """Return the scores: ``model, condition, measure, value, error, ceiling, chance``.

        Measures: ``rmsd_spc``, ``rmsd_pfr``, ``rmsd_lag_crp`` (root mean squared difference from the scored people's
        curve), ``recalled_difference`` (items a list, model minus people), and the signatures (see
        `memlab.signatures`), which are also given for ``people``. `error` is the Monte-Carlo error (for people the
        standard error over subjects is not known from curves alone: empty), `ceiling` the expected distance between two
        halves of the people, `chance` the chance model's value. The condition ``mean`` is the mean over conditions.
        """
        if "scores" not in self._tables:
            self._tables["scores"] = _score_table(self)
        scores: Columns = self._tables["scores"]
        return scores

    def score(self, model: str, measure: str, condition: str = "mean") -> float:
        """Return one score; NaN where the model does not predict it."""
        table = self.scores()
        for key in zip(table["model"], table["condition"], table["measure"], table["value"], strict=True):
            if key[:3] == (model, condition, measure):
                return float(key[3])  # type: ignore[arg-type]
        return float("nan")

    def ceiling(self, measure: str) -> float:
        """Return the noise ceiling of a score, the mean over conditions."""
        return float(np.mean([measure_ceiling(condition, measure) for condition in self.target.conditions]))


def _rows(*parts: Any) -> list[tuple[object, ...]]:
    labels, arrays = parts[:3], parts[3:]
    return [(*labels, int(x), *(float(v) for v in rest)) for x, *rest in zip(*arrays, strict=True)]


def _columns(names: Sequence[str], rows: Sequence[Sequence[object]]) -> Columns:
    return {name: [row[i] for row in rows] for i, name in enumerate(names)}


SCORE_COLUMNS = ("model", "condition", "measure", "value", "error", "ceiling", "chance")


def _score_table(comparison: Comparison) -> Columns:
    rows = [row for condition in comparison.target.conditions for row in _condition_scores(comparison, condition)]
    rows += _means_over_conditions(rows)
    at_chance = {(row[1], row[2]): row[3] for row in rows if row[0] == FLOOR}
    named = {"people", *(contender.name for contender in comparison.contenders)}
    rows = [row for row in rows if row[0] in named]
    return _columns(SCORE_COLUMNS, [(*row, at_chance.get((row[1], row[2]), float("nan"))) for row in rows])


Row = tuple[str, str, str, float, float, float]


def _condition_scores(comparison: Comparison, condition: TargetCondition) -> list[Row]:
    nan = float("nan")
    rows: list[Row] = [
        ("people", condition.name, name, statistic(condition.scored[measure].mean), nan, nan)
        for name, measure, statistic in SIGNATURES
    ]
    for contender in _with_floor(comparison.contenders, comparison.floor):
        done = comparison.simulated.get((contender.name, condition.name))
        if done is None:
            continue
        for measure, statistic in _statistics(condition).items():
            kind = measure[0]
            if kind in done.curves:
                value, error = jackknife(statistic, done.curves[kind])
                rows.append(
                    (contender.name, condition.name, measure[1], value, error, measure_ceiling(condition, measure[1]))
                )
    return rows


def measure_ceiling(condition: TargetCondition, score: str) -> float:
    """Return the noise ceiling that belongs to a score; NaN for signatures."""
    names = {f"rmsd_{measure}": measure for measure in MEASURES} | {"recalled_difference": "mean_recalled"}
    return condition.ceiling[names[score]] if score in names else float("nan")


def _statistics(condition: TargetCondition) -> dict[tuple[str, str], Callable[[Floats], float]]:
    """Return, by (measure, score), what is computed of a model's mean curve."""
    recalled = float(condition.scored["spc"].mean.sum())
    scores: dict[tuple[str, str], Callable[[Floats], float]] = {
        (measure, f"rmsd_{measure}"): _distance(condition.scored[measure]) for measure in MEASURES
    }
    scores["spc", "recalled_difference"] = lambda curve: float(curve.sum()) - recalled
    return scores | {(measure, name): statistic for name, measure, statistic in SIGNATURES}


def _means_over_conditions(rows: Sequence[Row]) -> list[Row]:
    groups: dict[tuple[str, str], list[Row]] = {}
    for row in rows:
        groups.setdefault((row[0], row[2]), []).append(row)
    return [(model, "mean", measure, *_mean_row(group)) for (model, measure), group in groups.items()]


def _mean_row(group: Sequence[Row]) -> tuple[float, float, float]:
    values = np.array([row[3:] for row in group])
    # A recalled difference must not cancel between conditions; every other score is averaged as it is.
    size = np.abs(values[:, 0]) if group[0][2] == "recalled_difference" else values[:, 0]
    error = float(np.sqrt((values[:, 1] ** 2).sum()) / len(group))
    return float(size.mean()), error, float(values[:, 2].mean())


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
        Simulated experiments a condition; None goes on until the Monte-Carlo error is small.
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
    pieces = [(contender, condition) for contender in entering for condition in target.conditions]
    done: dict[tuple[str, str], Simulated] = {}
    interrupted = False
    try:
        for contender, condition, result in _in_threads(pieces, seed, replications, jobs):
            done[contender.name, condition.name] = result
            if progress:
                progress(f"{contender.name} {condition.name}", len(done), len(pieces))
    except KeyboardInterrupt:
        interrupted = True
    return Comparison(target, tuple(contenders), done, seed, floor, interrupted)


def _with_floor(contenders: Sequence[Contender], floor: Contender | None) -> list[Contender]:
    """Return the contenders, and chance once."""
    there = floor is None or any(contender.name == floor.name for contender in contenders)
    return [*contenders, *([] if there or floor is None else [floor])]


def _in_threads(
    pieces: Sequence[tuple[Contender, TargetCondition]], seed: int, replications: int | None, jobs: int
) -> Any:
    """Yield (contender, condition, result) as they finish; kernels run without the interpreter's lock."""
    from concurrent.futures import ThreadPoolExecutor, as_completed

    pool = ThreadPoolExecutor(max_workers=max(1, jobs))
    waiting = {pool.submit(simulate_contender, *piece, seed, replications): piece for piece in pieces}
    try:
        for future in as_completed(waiting):
            yield (*waiting[future], future.result())
    finally:
        pool.shutdown(wait=True, cancel_futures=True)
