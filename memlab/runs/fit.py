"""Fitting as configured: one set for all conditions or one for each, with its scores on people the fit did not see."""

from __future__ import annotations

import shlex
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, Literal

import memlab
from memlab.comparison import run_comparison
from memlab.configuration import FitConfig
from memlab.contender import Contender
from memlab.core.model import Model
from memlab.curves import MEASURES
from memlab.data.parameter_sets import ParameterSet
from memlab.fitting.curves import POPULATION, SE_FLOOR, TOLERANCE, FitResult, fit_curves
from memlab.models import get_model
from memlab.target import Target, load_target

__all__ = ["fit", "fit_configured"]

Progress = Callable[[str, int, int], None]

HELD_OUT_REPLICATIONS = 4
"""Simulated experiments of the people's size for the scores that are recorded beside a parameter set."""


def fit(
    model: str,
    *,
    data: str | Path = "murdock1962",
    per: Literal["group", "condition"] = "group",
    seed: int = 1,
    jobs: int = 1,
    progress: Progress | None = None,
    **more: Any,
) -> ParameterSet:
    """Fit a model to people's curves.

    Parameters
    ----------
    model
        Registered name.
    data
        A shipped data set, or a file with a long table.
    per
        ``"group"``: one set of values for all conditions; ``"condition"``: one for each beside it.
    seed
        The same seed gives the same values, whatever `jobs` is.
    jobs
        Worker processes.
    progress
        Called with what is done, the generation and how many there are at most.
    **more
        Any other option of ``memlab fit``: ``conditions``, ``half``, ``weights``, ``free``, ``fixed``, ``options``,
        ``lists``, ``subjects``, ``generations``.

    Returns
    -------
    ParameterSet
        ``.values``, ``.conditions``, ``.fit`` (how they were found) and ``.held_out`` (scores on the others).
    """
    given = {"model": model, "data": str(data), "per": per, "seed": seed, **more}
    return fit_configured(FitConfig.load(given=given), jobs=jobs, progress=progress)[0]


def fit_configured(
    config: FitConfig, *, jobs: int = 1, progress: Progress | None = None
) -> tuple[ParameterSet, Mapping[str, FitResult]]:
    """Fit as configured; returns the parameter set and each fit by its condition, ``"all"`` for the one of them all."""
    model = get_model(config.model).with_options(**config.options)
    target = load_target(config.data, config.conditions, n_subjects=config.subjects, n_lists=config.lists)
    names = ["all", *([c.name for c in target.conditions] if config.per == "condition" else [])]
    results: dict[str, FitResult] = {}
    for name in names:
        results[name] = _fit_one(model, target, name, config, jobs, progress)
        if results[name].message == "interrupted":
            break
    return _parameter_set(model, config, results), results


def _fit_one(
    model: Model, target: Target, name: str, config: FitConfig, jobs: int, progress: Progress | None
) -> FitResult:
    def report(generation: int, best: float, convergence: float) -> None:
        if progress:
            progress(f"{name}, distance {best:.3f}", generation, config.generations)

    return fit_curves(
        model,
        target,
        free=config.free,
        fixed=config.fixed,
        half=config.half,
        conditions=None if name == "all" else [name],
        weights=config.weights,
        seed=config.seed,
        generations=config.generations,
        jobs=jobs,
        progress=report,
    )


def _parameter_set(model: Model, config: FitConfig, results: Mapping[str, FitResult]) -> ParameterSet:
    by_condition = {name: r.values for name, r in results.items() if name != "all"}
    values = results["all"].values
    found = ParameterSet(model.name, config.data, values, by_condition, config.options, _how(config, results))
    if config.half != "fit" or any(result.message == "interrupted" for result in results.values()):
        return found
    scores = _held_out(model, found, config)
    return ParameterSet(model.name, config.data, values, by_condition, config.options, found.fit, scores)


def _how(config: FitConfig, results: Mapping[str, FitResult]) -> dict[str, Any]:
    each: Sequence[FitResult] = list(results.values())
    return {
        "command": command_line(config),
        "people": {"fit": "the fit half only", "score": "the score half", "all": "everyone"}[config.half],
        "distance": round(results["all"].objective, 6),
        "evaluations": sum(result.evaluations for result in each),
        "seconds": round(sum(result.seconds for result in each), 1),
        "converged": all(result.converged for result in each),
        "message": "; ".join(dict.fromkeys(result.message for result in each)),
        "free": list(each[0].free),
        "at_bound": sorted({name for result in each for name in result.at_bound}),
        "method": f"scipy differential evolution, population {POPULATION} a parameter, tol {TOLERANCE}, sobol start",
        "se_floor": SE_FLOOR,
        "seed": config.seed,
        "memlab": memlab.__version__,
    }


def _held_out(model: Model, found: ParameterSet, config: FitConfig) -> dict[str, float]:
    """Return the mean RMSDs from the people that the fit did not see, at the experiment's full size."""
    scores = _scores(model, found, config, per_condition=False)
    if found.conditions:
        own = _scores(model, found, config, per_condition=True)
        scores |= {f"{name}_per_condition": value for name, value in own.items()}
    return scores


def _scores(model: Model, found: ParameterSet, config: FitConfig, *, per_condition: bool) -> dict[str, float]:
    target = load_target(config.data, config.conditions)
    contender = Contender(model, found, per_condition)
    result = run_comparison(target, [contender], None, seed=config.seed, replications=HELD_OUT_REPLICATIONS)
    names = [*(f"rmsd_{measure}" for measure in MEASURES), "recalled_difference"]
    scores = {name: result.score(model.name, name) for name in names}
    return {name: round(value, 5) for name, value in scores.items() if value == value}


def command_line(config: FitConfig) -> str:
    """Return the command that repeats a fit."""
    default = FitConfig(model=config.model)
    words = ["memlab", "fit", config.model, "--objective", config.objective, "--seed", str(config.seed)]
    for name in ("data", "per", "half", "weights", "lists", "subjects", "generations"):
        if getattr(config, name) != getattr(default, name) or name in ("data", "half"):
            words += [f"--{name}", str(getattr(config, name))]
    for name in ("conditions", "free"):
        if getattr(config, name):
            words += [f"--{name}", ",".join(getattr(config, name))]
    for flag, table in (("--fixed", config.fixed), ("--option", config.options)):
        for key, value in table.items():
            words += [flag, f"{key}={value}"]
    return shlex.join(words)
