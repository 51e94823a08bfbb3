"""Fitting a model's parameters to people's curves by differential evolution."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, Protocol, runtime_checkable

import numpy as np

from memlab.analysis.means import subject_mean
from memlab.core.errors import NotSupported, ParameterError, UnknownName
from memlab.core.model import Model
from memlab.core.parameters import Parameter, Values
from memlab.core.recall import Floats, StudyLists
from memlab.curves import Curve, subject_curves
from memlab.simulation import simulate_condition
from memlab.target import Target, TargetCondition

__all__ = ["CurveObjective", "FitResult", "fit_curves"]

Weights = Literal["se", "equal"]
Half = Literal["fit", "score", "all"]

SE_FLOOR = 0.02
"""Smaller standard errors count as this: a point in which eight people happen to agree must not outweigh the curve."""

POPULATION = 10
"""Members of the population for each free parameter."""

TOLERANCE = 0.02
"""Differential evolution stops when the population's SD falls below this share of its mean: the simulated objective is
a step function of the parameters, and below this its noise decides."""

WIDE_RANGE = 5.0
"""Parameters with a wider range are searched on the scale ln(1 + value): most of what a strength or an exponent does
happens at its small values."""

AT_BOUND = 0.001
"""A value closer to a bound than this share of the range, on the scale of the search, is reported as lying on it."""


@runtime_checkable
class ExactCurve(Protocol):
    """A model that gives its serial-position curve without simulation."""

    def serial_position_curve(self, study: StudyLists, values: Values | None = None) -> Floats:
        """Return the probability of recall, (n_lists, list_length)."""


@dataclass(frozen=True)
class CurveObjective:
    """Weighted squared distance between a model's curves and people's.

    The mean over conditions, measures and points of ((model - people) / SE)^2, with SE the people's standard error of
    the mean, at least `SE_FLOOR` (``weights="se"``), or 1 everywhere (``weights="equal"``: the plain mean squared
    error). Every evaluation uses the same random numbers, so the objective is a function.

    Attributes
    ----------
    model : Model
    conditions : tuple of TargetCondition
    half : {"fit", "score", "all"}
        Whose curves.
    seed : int
    weights : {"se", "equal"}
    """

    model: Model
    conditions: tuple[TargetCondition, ...]
    half: Half
    seed: int
    weights: Weights = "se"

    def __call__(self, values: Values) -> float:
        """Return the distance at these values."""
        return float(np.mean([self._condition(condition, values) for condition in self.conditions]))

    def _condition(self, condition: TargetCondition, values: Values) -> float:
        people = self._people(condition)
        curves = self._model(condition, values)
        return float(np.mean([self._distance(people[measure], curve) for measure, curve in curves.items()]))

    def _people(self, condition: TargetCondition) -> Mapping[str, Curve]:
        halves = {"fit": condition.fitted, "score": condition.scored, "all": condition.everyone}
        return halves[self.half]

    def _model(self, condition: TargetCondition, values: Values) -> dict[str, Floats]:
        if isinstance(self.model, ExactCurve) and self.model.predicts == ("spc",):
            return {"spc": self.model.serial_position_curve(condition.study, values).mean(axis=0)}
        data = simulate_condition(self.model, condition.study, values, self.seed, condition.name)
        return {m: subject_mean(subject_curves(data, m)[1]) for m in self.model.predicts}

    def _distance(self, people: Curve, model: Floats) -> float:
        scale = np.maximum(people.standard_error(), SE_FLOOR) if self.weights == "se" else 1.0
        # Where the model never makes a transition possible it predicts none.
        difference = (np.nan_to_num(model) - people.mean) / scale
        squares = difference[~np.isnan(people.mean)] ** 2
        return float(np.nanmean(squares))


@dataclass(frozen=True)
class FitResult:
    """What a fit found.

    Attributes
    ----------
    values : dict
        Every parameter, free and fixed.
    free : tuple of str
        The parameters that were fitted.
    objective : float
        The distance at the values.
    evaluations, generations : int
    seconds : float
    converged : bool
    message : str
        Why it stopped.
    at_bound : tuple of str
        Parameters that lie on an end of their range.
    """

    values: Mapping[str, float]
    free: tuple[str, ...]
    objective: float
    evaluations: int
    generations: int
    seconds: float
    converged: bool
    message: str
    at_bound: tuple[str, ...] = field(default=())


@dataclass(frozen=True)
class _Point:
    """Turns the optimiser's vector into values; picklable, so that workers can evaluate it."""

    objective: Callable[[Values], float]
    free: tuple[Parameter, ...]
    fixed: Mapping[str, float]

    def values(self, x: Floats) -> dict[str, float]:
        """Return the values at a point of the search space."""
        return {**self.fixed, **{p.name: _from_search(p, v) for p, v in zip(self.free, x, strict=True)}}

    def __call__(self, x: Floats) -> float:
        return self.objective(self.values(x))


def _wide(parameter: Parameter) -> bool:
    return not parameter.integer and parameter.low >= 0 and parameter.high - parameter.low > WIDE_RANGE


def _to_search(parameter: Parameter, value: float) -> float:
    return float(np.log1p(value)) if _wide(parameter) else value


def _from_search(parameter: Parameter, x: float) -> float:
    value = round(x) if parameter.integer else np.expm1(x) if _wide(parameter) else x
    return float(np.clip(value, parameter.low, parameter.high))


def fit_curves(
    model: Model,
    target: Target,
    *,
    free: Sequence[str] | None = None,
    fixed: Values | None = None,
    half: Half = "fit",
    conditions: Sequence[str] | None = None,
    weights: Weights = "se",
    seed: int = 1,
    generations: int = 150,
    jobs: int = 1,
    progress: Callable[[int, float, float], None] | None = None,
) -> FitResult:
    """Fit one set of parameter values to the curves of all conditions at once.

    Parameters
    ----------
    model
        Any model; its `predicts` says which curves count.
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
    generations
        At most this many generations of differential evolution.
    jobs
        Worker processes; the answer does not depend on it.
    progress
        Called after each generation with its number, the best distance and the convergence (1 when settled).

    Returns
    -------
    FitResult
        On Ctrl-C the best values so far, not converged.
    """
    from scipy.optimize import Bounds, differential_evolution

    point = _Point(_objective(model, target, conditions, half, seed, weights), *_free_and_fixed(model, free, fixed))
    trace: dict[str, Any] = {"generation": 0, "evaluations": 0}

    def after_generation(intermediate_result: Any) -> None:
        trace["generation"] += 1
        trace["best"] = intermediate_result
        if progress:
            progress(trace["generation"], float(intermediate_result.fun), float(intermediate_result.convergence))

    start = time.perf_counter()
    try:
        result = differential_evolution(
            point,
            Bounds([_to_search(p, p.low) for p in point.free], [_to_search(p, p.high) for p in point.free]),
            x0=[_to_search(p, p.default) for p in point.free],
            integrality=[p.integer for p in point.free],
            maxiter=generations,
            popsize=POPULATION,
            tol=TOLERANCE,
            init="sobol",
            updating="deferred",
            workers=_Workers(jobs),
            polish=False,
            rng=np.random.default_rng(seed),
            callback=after_generation,
        )
        message, converged = str(result.message), bool(result.success)
    except KeyboardInterrupt:
        if "best" not in trace:
            raise
        result, message, converged = trace["best"], "interrupted", False
    values = point.values(np.asarray(result.x))
    return FitResult(
        values={p.name: values[p.name] for p in model.parameters},
        free=tuple(p.name for p in point.free),
        objective=float(result.fun),
        evaluations=int(result.nfev),
        generations=int(result.nit),
        seconds=time.perf_counter() - start,
        converged=converged,
        message=message,
        at_bound=tuple(p.name for p in point.free if _on_bound(p, values[p.name])),
    )


@dataclass(frozen=True)
class _Workers:
    """Evaluates a generation in worker processes: what scipy takes as ``workers``."""

    jobs: int

    def __call__(self, function: Callable[[Floats], float], population: Iterable[Floats]) -> list[float]:
        members = list(population)
        if self.jobs == 1:
            return [function(x) for x in members]
        from joblib import Parallel, delayed

        # One piece a worker: the objective holds the study lists, which are not sent more often than needed.
        pieces = [members[i :: self.jobs] for i in range(self.jobs)]
        done = Parallel(n_jobs=self.jobs)(delayed(_evaluate)(function, piece) for piece in pieces)
        found = np.empty(len(members))
        for i, values in enumerate(done):
            found[i :: self.jobs] = values
        return found.tolist()


def _evaluate(function: Callable[[Floats], float], members: Sequence[Floats]) -> list[float]:
    return [function(x) for x in members]


def _objective(
    model: Model, target: Target, conditions: Sequence[str] | None, half: Half, seed: int, weights: Weights
) -> CurveObjective:
    known = {condition.name: condition for condition in target.conditions}
    for name in conditions or ():
        if name not in known:
            raise UnknownName("there is no condition", name, known)
    chosen = tuple(known[name] for name in conditions) if conditions else target.conditions
    return CurveObjective(model, chosen, half, seed, weights)


def _free_and_fixed(
    model: Model, free: Sequence[str] | None, fixed: Values | None
) -> tuple[tuple[Parameter, ...], dict[str, float]]:
    table = {p.name: p for p in model.parameters}
    start = model.resolve(fixed)
    names = [n for n in table if n not in (fixed or {})] if free is None else list(free)
    for name in names:
        if name not in table:
            raise UnknownName(f"{model.name} has no parameter", name, table)
        if name in (fixed or {}):
            raise ParameterError(f"{model.name}: {name} is both free and fixed; choose one.")
    if not names:
        raise NotSupported(f"{model.name}: every parameter is fixed; there is nothing to fit.")
    return tuple(table[n] for n in names), {n: v for n, v in start.items() if n not in names}


def _on_bound(parameter: Parameter, value: float) -> bool:
    low, high, x = (_to_search(parameter, v) for v in (parameter.low, parameter.high, value))
    return min(x - low, high - x) <= AT_BOUND * (high - low)
