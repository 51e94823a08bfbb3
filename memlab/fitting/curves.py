"""Fitting a model's parameters to people's curves: the way for models that give no probability of a sequence."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, ClassVar, Literal, Protocol, runtime_checkable

import numpy as np

from memlab.analysis.means import subject_mean
from memlab.core.errors import UnknownName
from memlab.core.model import Model
from memlab.core.parameters import Values
from memlab.core.recall import Floats, StudyLists
from memlab.curve_sets import SE_FLOOR, curve_set
from memlab.curves import Curve
from memlab.fitting import optimise
from memlab.fitting.optimise import Method, Progress, Search
from memlab.fitting.problem import Problem
from memlab.fitting.result import Fit, Objective, Unit
from memlab.fitting.search import SearchSpace
from memlab.simulation import simulate_condition
from memlab.target import Target, TargetCondition

__all__ = ["CurveObjective", "ExactCurve", "curve_problem", "fit_curves"]

Weights = Literal["se", "equal"]
Half = Literal["fit", "score", "all"]

POPULATION = 10
"""Members of differential evolution's population for each free parameter."""

TOLERANCES: dict[str, float] = {"de": 0.02, "cma": 1e-3}
"""When a search has settled, by method; see `memlab.fitting.optimise.TOLERANCE`. The simulated objective is a step
function of the parameters, and below this its noise decides."""

GENERATIONS: dict[str, int] = {"de": 150, "cma": 600}
"""At most so many generations, by method: those of CMA-ES have about a tenth of the members."""


def most_generations(method: Method) -> int:
    """Return at most how many generations a method has for curves."""
    return GENERATIONS.get(method, optimise.GENERATIONS)


@runtime_checkable
class ExactCurve(Protocol):
    """A model that gives its serial-position curve without simulation."""

    def serial_position_curve(self, study: StudyLists, values: Values | None = None) -> Floats:
        """Return the probability of recall, (n_lists, list_length)."""


@dataclass(frozen=True)
class CurveObjective:
    """Weighted squared distance between a model's curves and people's.

    The mean over conditions, curves and points of ((model - people) / SE)^2, with SE the people's standard error of the
    mean, at least the curve's floor in `memlab.curve_sets` (``weights="se"``), or 1 everywhere (``weights="equal"``:
    the plain mean squared error). Every evaluation uses the same random numbers, so the objective is a function.

    Attributes
    ----------
    model : Model
    people : tuple of TargetCondition
    half : {"fit", "score", "all"}
        Whose curves.
    seed : int
    weights : {"se", "equal"}
    """

    model: Model
    people: tuple[TargetCondition, ...]
    half: Half
    seed: int
    weights: Weights = "se"

    kind: ClassVar[Objective] = "curves"

    @property
    def smooth(self) -> bool:
        """Whether the curves come without simulation."""
        return _is_exact(self.model)

    @property
    def conditions(self) -> list[str]:
        """The conditions, in order."""
        return [condition.name for condition in self.people]

    @property
    def n_lists(self) -> int:
        """Lists that are simulated an evaluation."""
        return sum(condition.study.n_lists for condition in self.people)

    @property
    def n_events(self) -> int:
        """Points of the people's curves."""
        curves = [self._curves_of(condition)[name] for condition in self.people for name in self._predicted(condition)]
        return int(sum(np.isfinite(curve.mean).sum() for curve in curves))

    @property
    def dropped(self) -> Mapping[str, Any]:
        """Nothing: the curves' own conventions say what counts."""
        return {}

    def __call__(self, points: Floats) -> Floats:
        """Return the distance of each set of values, (n_points, n_parameters) gives (n_points,)."""
        names = [p.name for p in self.model.parameters]
        return np.array([self.distance(dict(zip(names, row.tolist(), strict=True))) for row in points])

    def distance(self, values: Values) -> float:
        """Return the distance at these values."""
        return float(np.mean([self._condition(condition, values) for condition in self.people]))

    def _condition(self, condition: TargetCondition, values: Values) -> float:
        people = self._curves_of(condition)
        curves = self._model(condition, values)
        floor = curve_set(condition.paradigm).se_floor
        distances = [self._distance(people[name], curve, floor[name]) for name, curve in curves.items()]
        return float(np.mean([distance for distance in distances if distance is not None]))

    def _predicted(self, condition: TargetCondition) -> tuple[str, ...]:
        return curve_set(condition.paradigm).predicted(self.model)

    def _curves_of(self, condition: TargetCondition) -> Mapping[str, Curve]:
        halves = {"fit": condition.fitted, "score": condition.scored, "all": condition.everyone}
        return halves[self.half]

    def _model(self, condition: TargetCondition, values: Values) -> dict[str, Floats]:
        if _is_exact(self.model):
            assert isinstance(self.model, ExactCurve)
            return {"spc": self.model.serial_position_curve(condition.study, values).mean(axis=0)}
        data = simulate_condition(self.model, condition.study, values, self.seed, condition.name)
        rows = curve_set(condition.paradigm).subject_curves(data, self._predicted(condition))
        return {name: subject_mean(by_subject) for name, (_, by_subject) in rows.items()}

    def _distance(self, people: Curve, model: Floats, floor: float) -> float | None:
        """Return the mean square over the points that people have; None where they have none (a list of one item)."""
        if np.isnan(people.mean).all():
            return None
        scale = self._scale(people, floor)
        # Where the model never makes a transition possible it predicts none.
        difference = (np.nan_to_num(model) - people.mean) / scale
        squares = difference[~np.isnan(people.mean)] ** 2
        return float(np.nanmean(squares))

    def _scale(self, people: Curve, floor: float) -> Floats | float:
        """Return the SE of each point; one person's curve has none, and every point the same."""
        if self.weights == "equal":
            return 1.0
        error = people.standard_error()
        return np.maximum(np.nan_to_num(error), floor) if np.isnan(error).all() else np.maximum(error, floor)


def _floors(target: Target) -> float | str:
    """Return the floors of the standard errors for the record: one number, or which curves have another."""
    floors = curve_set(target.paradigm).se_floor
    others = [f"{floor:g} of {name}" for name, floor in floors.items() if floor != SE_FLOOR]
    return f"{SE_FLOOR:g}; {', '.join(others)}" if others else SE_FLOOR


def _is_exact(model: Model) -> bool:
    return isinstance(model, ExactCurve) and model.predicts == ("spc",)


def fit_curves(
    model: Model,
    target: Target,
    *,
    free: Sequence[str] | None = None,
    fixed: Values | None = None,
    half: Half = "fit",
    conditions: Sequence[str] | None = None,
    weights: Weights = "se",
    method: Method = "de",
    restarts: int = 1,
    seed: int = 1,
    tolerance: float | None = None,
    generations: int | None = None,
    jobs: int = 1,
    progress: Progress | None = None,
) -> Fit:
    """Fit one set of parameter values to the curves of all conditions at once.

    Parameters
    ----------
    model
        Any model; its `predicts` says which curves of the paradigm count.
    target
        The people; its study lists set how many lists are simulated an evaluation.
    free
        Names of the parameters to fit; all that are not fixed by default.
    fixed
        Values of the others; what is neither free nor given stays at its default.
    half
        Whose curves are fitted: those a fit may see (default), the others, or everyone's.
    conditions
        Names of the conditions; all by default.
    method, restarts, tolerance, generations
        Of the optimiser; see `memlab.fitting.optimise`. By default `TOLERANCES` and `GENERATIONS`.
    jobs
        Worker processes; the answer does not depend on it.
    progress
        Called after each generation with its number and the lowest distance so far.

    Returns
    -------
    Fit
        On Ctrl-C the best values so far, not converged.
    """
    search = Search(method, tolerance, generations or most_generations(method), POPULATION)
    problem = curve_problem(
        *(model, target),
        free=free,
        fixed=fixed,
        half=half,
        conditions=conditions,
        weights=weights,
        search=search,
        restarts=restarts,
        seed=seed,
    )
    return problem.solve(progress, spread(problem.objective, jobs))


def curve_problem(
    model: Model,
    target: Target,
    *,
    free: Sequence[str] | None = None,
    fixed: Values | None = None,
    half: Half = "fit",
    conditions: Sequence[str] | None = None,
    weights: Weights = "se",
    search: Search | None = None,
    restarts: int = 1,
    seed: int = 1,
    unit: Unit = "group",
    who: str = "all",
) -> Problem:
    """Return the fit as a `Problem`; see `fit_curves`."""
    objective = _objective(model, target, conditions, half, seed, weights)
    given = search or Search()
    tolerance = TOLERANCES.get(given.method) if given.tolerance is None else given.tolerance
    search = replace(given, tolerance=tolerance, polish=given.polish and objective.smooth)
    notes: dict[str, Any] = {"weights": weights, "half": half}
    if weights == "se":
        notes["se_floor"] = _floors(target)
    return Problem(model, objective, SearchSpace.of(model, free, fixed), search, restarts, seed, unit, who, notes)


def _objective(
    model: Model, target: Target, conditions: Sequence[str] | None, half: Half, seed: int, weights: Weights
) -> CurveObjective:
    known = {condition.name: condition for condition in target.conditions}
    for name in conditions or ():
        if name not in known:
            raise UnknownName("there is no condition", name, known)
    chosen = tuple(known[name] for name in conditions) if conditions else target.conditions
    return CurveObjective(model, chosen, half, seed, weights)


def spread(objective: Callable[[Floats], Floats], jobs: int) -> Callable[[Floats], Floats]:
    """Return an objective that evaluates its points in worker processes; with one job, the objective itself."""
    if jobs == 1:
        return objective

    def evaluate(points: Floats) -> Floats:
        from joblib import Parallel, delayed

        # One piece a worker: the objective holds the study lists, which are not sent more often than needed.
        done = Parallel(n_jobs=jobs)(delayed(objective)(points[i::jobs]) for i in range(min(jobs, len(points))))
        found = np.empty(len(points))
        for i, values in enumerate(done):
            found[i::jobs] = values
        return found

    return evaluate
