"""The fits behind a table of evidence: those of earlier runs, and those still to be made, a unit a job."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from memlab.core.errors import DataError
from memlab.core.files import file_name
from memlab.core.model import Model
from memlab.core.sequences import Sequences
from memlab.error_process import handling_of
from memlab.evidence import ScoredData
from memlab.fitting.jobs import Job, Progress, Workers, do_jobs
from memlab.fitting.likelihood import fold_parts, fold_seed, free_parameters, likelihood_problem
from memlab.fitting.optimise import INTERRUPTED, Method, Search
from memlab.fitting.problem import Problem
from memlab.fitting.result import Fit
from memlab.models import get_model
from memlab.run_folder import RunFolder

__all__ = ["FITS", "FitPlan", "fits_in", "make_fits", "of_model"]

FITS = "fits"
"""Folder of a run that its fits are in, one JSON each."""

RECORDED = ("id", "sha256", "citation")
"""What a fit says of its data."""


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
    folder: RunFolder | None = None,
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
    wanted = [job for model in models for job in _jobs(model, data, plan)]
    done: dict[str, Fit] = {}
    for job in wanted:
        path = None if folder is None else folder.path / FITS / _file(job.problem.model, job.who)
        if folder is not None and path is not None and path.is_file():
            done[path.name] = _same_plan(Fit.read(path), plan, path)
            folder.adopt(path)
    missing = [job for job in wanted if _file(job.problem.model, job.who) not in done]
    for found in do_jobs(missing, Workers(jobs), progress):
        if found.message == INTERRUPTED:
            continue
        fit = replace(found, data={name: data.record[name] for name in RECORDED if name in data.record})
        name = _file(get_model(fit.model).with_options(**fit.options), fit.who)
        done[name] = fit
        if folder is not None:
            (folder.path / FITS).mkdir(exist_ok=True)
            folder.adopt(fit.write(folder.path / FITS / name))
    return [done[_file(job.problem.model, job.who)] for job in wanted]


def _jobs(model: Model, data: ScoredData, plan: FitPlan) -> list[Job]:
    """Return the fits of a model, one a unit; which parameters are free is settled once, on all lists."""
    free, held = free_parameters(model, data.sequences, None, None)
    notes = {"events": handling_of(data.treatment), **({"held": held} if held else {})}

    def problem(unit: str, own: Sequence[Sequences], seed: int) -> Problem:
        search = Search(plan.method)
        found = likelihood_problem(
            *(model, own), free=free, search=search, restarts=plan.restarts, seed=seed, unit=data.unit, who=unit
        )
        return replace(found, notes={**found.notes, **notes})

    def job(unit: str) -> Job:
        own, n = _part(data, unit), plan.folds
        folds = [problem(unit, fold_parts(own, fold, n)[0], fold_seed(plan.seed, fold)) for fold in range(n)]
        return Job(problem(unit, own, plan.seed), tuple(folds), tuple(own))

    return [job(unit) for unit in data.units]


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


def _file(model: Model, unit: str) -> str:
    """Return the name of a fit's file; a dot in the unit's is written as its code, since names of models have dots."""
    return f"{_stem(model)}.{file_name(unit).replace('.', '%2E')}.json"


def _stem(model: Model) -> str:
    default = type(model)().options
    changed = [f"{name}={value}" for name, value in model.options.items() if value != default[name]]
    return ".".join([model.name, *map(file_name, changed)])
