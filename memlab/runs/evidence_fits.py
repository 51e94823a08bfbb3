"""The fits behind a table of evidence: those of earlier runs, and those still to be made, a unit a job."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from memlab.contender import Progress
from memlab.core.errors import DataError
from memlab.core.model import Model
from memlab.core.sequences import Sequences
from memlab.evidence import ScoredData
from memlab.fitting.likelihood import cross_validate, fit_likelihood
from memlab.fitting.optimise import Method
from memlab.fitting.result import Fit, Unit

__all__ = ["FITS", "FitPlan", "fits_in", "make_fits", "of_model"]

FITS = "fits"
"""Folder of a run that its fits are in, one JSON each."""


@dataclass(frozen=True)
class FitPlan:
    """How a unit is fitted.

    Attributes
    ----------
    folds : int
        Of the cross-validation over lists.
    method : {"de", "lbfgs", "cma"}
    restarts : int
    seed : int
    """

    folds: int
    method: Method
    restarts: int
    seed: int


def fits_in(folder: str | Path) -> list[Fit]:
    """Return every fit that a run left in its folder.

    Raises
    ------
    DataError
        There is none.
    """
    place = Path(folder)
    place = place / FITS if (place / FITS).is_dir() else place
    found = [Fit.read(path) for path in sorted(place.glob("*.json")) if path.name != "run.json"]
    if not found:
        raise DataError(f"{folder} holds no fits; memlab fit --out DIR and memlab evidence --out DIR leave some.")
    return found


def of_model(fits: Sequence[Fit], model: Model) -> list[Fit]:
    """Return the fits of a model with these very options."""
    default = type(model)().options
    changed = {name: value for name, value in model.options.items() if value != default[name]}
    return [fit for fit in fits if fit.model == model.name and dict(fit.options) == changed]


def make_fits(
    models: Sequence[Model],
    data: ScoredData,
    plan: FitPlan,
    *,
    folder: Path | None = None,
    jobs: int = 1,
    progress: Progress | None = None,
) -> list[Fit]:
    """Fit every model to every unit by likelihood, cross-validated; a unit whose fit is in the folder is read from it.

    Parameters
    ----------
    folder
        Where each fit is written as soon as it is done; None: nowhere.
    jobs
        Worker processes; the fits do not depend on it.

    Raises
    ------
    KeyboardInterrupt
        What is finished is in the folder.
    """
    wanted = [(model, unit) for model in models for unit in data.units]
    done: dict[tuple[str, str], Fit] = {}
    for model, unit in wanted:
        path = _path(folder, model, unit)
        if path is not None and path.is_file():
            done[_key(model, unit)] = _same_plan(Fit.read(path), plan, path)
    missing = [(model, unit) for model, unit in wanted if _key(model, unit) not in done]
    for (model, unit), fit in _fitted(missing, data, plan, jobs):
        done[_key(model, unit)] = fit
        path = _path(folder, model, unit)
        if path is not None:
            path.parent.mkdir(exist_ok=True)
            fit.write(path)
        if progress:
            progress(f"{model.name} {unit}", len(done), len(wanted))
    return [done[_key(model, unit)] for model, unit in wanted]


def _fitted(wanted: Sequence[tuple[Model, str]], data: ScoredData, plan: FitPlan, jobs: int) -> Any:
    """Yield each (model, unit) with its fit, as they finish."""
    parts = [(model, _part(data, unit), unit) for model, unit in wanted]
    if jobs == 1 or len(wanted) < 2:
        yield from ((pair, _fit(*part, data.unit, plan, data.record)) for pair, part in zip(wanted, parts, strict=True))
        return
    from joblib import Parallel, delayed

    work = Parallel(n_jobs=jobs, return_as="generator")
    yield from zip(wanted, work(delayed(_fit)(*part, data.unit, plan, data.record) for part in parts), strict=True)


def _fit(
    model: Model, lists: Sequence[Sequences], who: str, unit: Unit, plan: FitPlan, record: Mapping[str, Any]
) -> Fit:
    """Fit one unit and cross-validate it; Ctrl-C leaves nothing half done."""
    how: dict[str, Any] = {"method": plan.method, "restarts": plan.restarts, "seed": plan.seed}
    fit = fit_likelihood(model, lists, unit=unit, who=who, **how)
    if fit.message == "interrupted":
        raise KeyboardInterrupt
    held_out = cross_validate(model, lists, folds=plan.folds, **how)
    return replace(fit, held_out=held_out, data=dict(record))


def _part(data: ScoredData, unit: str) -> list[Sequences]:
    """Return the lists of a unit, by condition."""
    found, start = [], 0
    for one in data.sequences:
        own = data.unit_of_list[start : start + one.n_lists] == unit
        start += one.n_lists
        if own.any():
            found.append(one.select(own))
    return found


def _same_plan(fit: Fit, plan: FitPlan, path: Path) -> Fit:
    folds = fit.held_out.folds if fit.held_out is not None else 0
    found = (folds, fit.method.get("optimiser"), len(fit.restarts), fit.seed)
    if found != (plan.folds, plan.method, plan.restarts, plan.seed):
        raise DataError(
            f"{path} was made with other options (folds, method, restarts and seed {found}). Resume with those, or "
            "start anew in another --out."
        )
    return fit


def _key(model: Model, unit: str) -> tuple[str, str]:
    return _stem(model), unit


def _path(folder: Path | None, model: Model, unit: str) -> Path | None:
    return None if folder is None else folder / FITS / f"{_stem(model)}.{_plain(unit)}.json"


def _stem(model: Model) -> str:
    default = type(model)().options
    changed = [f"{name}={value}" for name, value in model.options.items() if value != default[name]]
    return ".".join([model.name, *map(_plain, changed)])


def _plain(text: str) -> str:
    """Return a text as part of a file's name."""
    return re.sub(r"[^\w=.-]", "_", text)
