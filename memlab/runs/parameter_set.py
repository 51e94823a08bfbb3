"""From fits to a parameter set: the values that a comparison takes, how they were found, and their held-out scores."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import memlab
from memlab.comparison import run_comparison
from memlab.configuration import FitConfig
from memlab.contender import Contender
from memlab.core.files import Columns
from memlab.core.halves import halves
from memlab.core.model import Model
from memlab.data.parameter_sets import ParameterSet
from memlab.fitting.result import Fit
from memlab.fitting.units import FitData
from memlab.held_out_bits import BITS
from memlab.subject_scores import REPLICATIONS, subject_scores
from memlab.target import Target, load_target

__all__ = ["parameter_set", "subject_held_out"]

PEOPLE = {"fit": "the fit half only", "score": "the score half", "all": "everyone"}


def parameter_set(
    model: Model, config: FitConfig, data: FitData, fits: Sequence[Fit], command: str
) -> ParameterSet | None:
    """Return what ``memlab compare`` reads: of a group's fit, with those of conditions; None of fits per subject.

    Held-out scores are given where only the fit half was fitted, and nobody of it is in the other half.
    """
    by_who = {fit.who: fit for fit in fits}
    if config.per == "subject" or "all" not in by_who:
        return None
    values, how = by_who["all"].values, _how(config, fits, command)
    by_condition = {fit.who: fit.values for fit in fits if fit.unit == "condition"}
    name = Path(data.record["id"]).stem if data.trials is not None else data.record["id"]
    found = ParameterSet(model.name, name, values, by_condition, config.options, how)
    if config.half != "fit" or config.only or config.similarity or any(fit.message == "interrupted" for fit in fits):
        return found
    if _scores_the_fitted(load_target(config.data, config.conditions)):
        return found
    return ParameterSet(model.name, name, values, by_condition, config.options, how, _held_out(model, found, config))


def _scores_the_fitted(target: Target) -> bool:
    """Return whether somebody is fitted and scored: alone in a condition, or in other halves of two conditions."""
    parts = [halves(c.all_lists.subjects) for c in target.conditions if c.all_lists is not None]
    fitted, scored = ({str(one) for part in parts for one in part[i]} for i in (0, 1))
    return bool(fitted & scored)


def subject_held_out(model: Model, config: FitConfig, fits: Sequence[Fit]) -> Columns | None:
    """Return the scores of single people's values on the half that was not fitted: ``score, value``; None of others.

    See `memlab.subject_scores.subject_scores`.
    """
    if config.per != "subject" or config.half != "fit" or config.only or config.similarity:
        return None
    target = load_target(config.data, config.conditions)
    if _scores_the_fitted(target):
        return None
    fitted = {c.name: [fit.values for fit in fits if c.name in fit.conditions] for c in target.conditions}
    scores = subject_scores(model, fitted, target, seed=config.seed, replications=REPLICATIONS)
    return {"score": list(scores), "value": [round(value, 5) for value in scores.values()]}


def _how(config: FitConfig, fits: Sequence[Fit], command: str) -> dict[str, Any]:
    whole = fits[0]
    value = {"distance": round(whole.value, 6)}
    if whole.objective != "curves":
        value = {"log_likelihood": round(whole.log_likelihood, 4), "n_events": whole.n_events}
    more = {
        name: whole.method[name] for name in ("se_floor", "events", "left_out", "likelihood") if name in whole.method
    }
    return {
        "command": command,
        "people": PEOPLE[config.half or "fit"],
        **value,
        "evaluations": sum(fit.evaluations for fit in fits),
        "converged": all(fit.converged for fit in fits),
        "message": "; ".join(dict.fromkeys(fit.message for fit in fits)),
        "free": list(whole.free),
        "at_bound": sorted({name for fit in fits for name in fit.at_bound}),
        "method": _method(whole),
        "restarts": len(whole.restarts),
        **more,
        "seed": config.seed,
        "memlab": memlab.__version__,
    }


METHODS = {"de": "scipy differential evolution", "lbfgs": "scipy L-BFGS-B", "cma": "CMA-ES"}


def _method(fit: Fit) -> str:
    method = fit.method
    parts = [METHODS[method["optimiser"]]]
    if "population" in method:
        parts += [f"population {method['population']} a parameter", "sobol start"]
    if "start" in method:
        parts += ["from given values"]
    parts += [f"tol {method['tolerance']:g}", *(["polished with L-BFGS-B"] if method["polished"] else [])]
    return ", ".join(parts)


def _held_out(model: Model, found: ParameterSet, config: FitConfig) -> dict[str, float]:
    """Return the scores on the people that the fit did not see, at the experiment's full size."""
    scores = _scores(model, found, config, per_condition=False)
    if found.conditions:
        own = _scores(model, found, config, per_condition=True)
        scores |= {f"{name}_per_condition": value for name, value in own.items()}
    return scores


def _scores(model: Model, found: ParameterSet, config: FitConfig, *, per_condition: bool) -> dict[str, float]:
    target = load_target(config.data, config.conditions)
    contender = Contender(model, found, per_condition)
    result = run_comparison(target, [contender], None, seed=config.seed, replications=REPLICATIONS)
    names = [*target.curve_set.ceilings, BITS]
    scores = {name: result.score(model.name, name) for name in names}
    return {name: round(value, 5) for name, value in scores.items() if value == value}
