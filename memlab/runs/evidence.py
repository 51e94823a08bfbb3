"""Evidence as configured: what is fitted already, what has to be, the accounts of all models, tables and figure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from memlab.accounts import (
    Errors,
    criteria_refused,
    errors_of,
    estimated_account,
    fitted_account,
    frozen_account,
    label,
    no_account,
    scored_data,
    uniform_account,
)
from memlab.configuration import DEFAULT_PEOPLE, EvidenceConfig
from memlab.contender import Progress
from memlab.core.errors import DataError, NotSupported, UnknownName, UsageError
from memlab.core.files import sha256
from memlab.core.model import Model
from memlab.core.recall import LikelihoodModel, RecallData
from memlab.core.sequences import EstimatedLikelihoodModel
from memlab.core.table import read_conditions
from memlab.data.parameter_sets import load_parameter_set, parameter_set_names
from memlab.evidence import Account, Evidence, ScoredData
from memlab.evidence_report import evidence_report
from memlab.evidence_warnings import nesting_warnings
from memlab.fitting.result import Fit
from memlab.models import ALIASES, get_model
from memlab.run_folder import RunFolder
from memlab.runs.compare import figure_width, save_figure
from memlab.runs.evidence_fits import FitPlan, fits_in, make_fits, of_model
from memlab.trained_people import fitted_half, trained_on

__all__ = ["evidence", "evidence_configured"]

FLOOR = "chance"


def evidence(
    models: Sequence[str] = (),
    *,
    data: str | Path,
    fits: Sequence[str | Path] = (),
    per: str = "subject",
    folds: int = 5,
    seed: int = 1,
    out: str | Path | None = None,
    force: bool = False,
    resume: bool = False,
    jobs: int = 1,
    progress: Progress | None = None,
    **more: Any,
) -> Evidence:
    """Weigh models by the recall sequences of people.

    Parameters
    ----------
    models
        Registered names.
    data
        A file with a long table of single lists.
    fits
        Folders of ``memlab fit --objective likelihood``; models that are in them are not fitted again.
    per
        What has its own values: ``"subject"``, ``"condition"`` or ``"group"``.
    folds
        Of the cross-validation over lists.
    seed
        The same seed gives the same tables, whatever `jobs` is.
    out
        Where to leave tables, report, figure, fits and record; None leaves nothing.
    force, resume
        Replace an earlier run in `out`; go on with the one that is there.
    jobs
        Worker processes.
    progress
        Called with what was done, how many fits are done and how many there are.
    **more
        Any other option of ``memlab evidence``: ``conditions``, ``method``, ``restarts``, ``events``, ``options``,
        ``particles``, ``lapse``, ``width``, ``format``.

    Returns
    -------
    Evidence
        With ``.table()`` and ``.subjects_table()``.

    Raises
    ------
    UsageError, DataError, OutputExists
        See the message: it says what is allowed.
    """
    given = {"models": models, "fits": [str(one) for one in fits], "data": str(data), "per": per, "folds": folds}
    config = EvidenceConfig.load(given={**given, "seed": seed, **more})
    return evidence_configured(config, out=out, force=force, resume=resume, jobs=jobs, progress=progress)


def evidence_configured(
    config: EvidenceConfig,
    *,
    out: str | Path | None = None,
    force: bool = False,
    resume: bool = False,
    jobs: int = 1,
    progress: Progress | None = None,
) -> Evidence:
    """Weigh models as configured; see `evidence`."""
    figure_width(config.width)  # a wrong name is better known before the work than after it
    earlier = [fit for folder in config.fits for fit in fits_in(folder)]
    models = _models(config, earlier)
    conditions, record = _people(config)
    data = scored_data(conditions, config.per, config.events, record)
    folder = None if out is None else RunFolder(Path(out), "evidence", config.record(), [record], force or resume)
    if folder is not None and not resume:
        _forget_fits(folder.path)
    try:
        fits = _fits(models, earlier, data, config, folder, jobs, progress)
        found = _evidence(models, fits, conditions, data, config)
    except (UsageError, DataError):
        if folder is not None and not resume:
            folder.discard()
        raise
    if folder is not None:
        _write(found, config, folder)
    return found


def _models(config: EvidenceConfig, earlier: Sequence[Fit]) -> list[Model]:
    """Return the models named, those that were fitted, and chance, each once."""
    named = [get_model(name, "free_recall") for name in config.models]
    for name in config.options:
        if ALIASES.get(name, name) not in {model.name for model in named}:
            raise UnknownName("options are given for a model that is not named:", name, config.models)
    named = [model.with_options(**_options(config, model)) for model in named]
    fitted = [get_model(fit.model).with_options(**fit.options) for fit in earlier]
    models = list(dict.fromkeys([*named, *fitted]))
    if not models:
        raise NotSupported("there is nothing to weigh: name at least one model, or folders of fits with --fits.")
    for model in models:
        if model.options.get("stop") is False:
            raise NotSupported(
                f"{label(model)}: its likelihood says nothing of when recall ends, so it is not of the same events as "
                "the others'. Leave the option out."
            )
    floor = get_model(FLOOR)
    return models if floor in models else [*models, floor]


def _options(config: EvidenceConfig, model: Model) -> dict[str, Any]:
    given = (options for name, options in config.options.items() if ALIASES.get(name, name) == model.name)
    return dict(next(given, {}))


def _people(config: EvidenceConfig) -> tuple[list[RecallData], dict[str, Any]]:
    path = Path(config.data)
    if not path.exists() and "." not in path.name:
        raise UsageError(
            f"there is no file {path}. Single lists are needed, not curves: bring a long table, or memlab data fetch."
        )
    people = read_conditions(path)
    chosen = [people[name] for name in config.conditions or people]
    subjects = {data.name: len(data.subjects) for data in chosen}
    record = {"id": path.name, "sha256": sha256(path), "citation": "the user's own data", "subjects": subjects}
    return chosen, record


def _forget_fits(folder: Path) -> None:
    """Delete the fits of an earlier run that is replaced."""
    for path in (folder / "fits").glob("*.json"):
        path.unlink()


def _fits(
    models: Sequence[Model],
    earlier: Sequence[Fit],
    data: ScoredData,
    config: EvidenceConfig,
    folder: RunFolder | None,
    jobs: int,
    progress: Progress | None,
) -> list[Fit]:
    """Return the fits of all models that can be fitted by likelihood: earlier ones, and new ones of the others."""
    missing = [
        m for m in models if m.has_parameter_count and isinstance(m, LikelihoodModel) and not of_model(earlier, m)
    ]
    plan = FitPlan(config.folds, config.method, config.restarts, config.seed)
    return [*earlier, *make_fits(missing, data, plan, folder=folder, jobs=jobs, progress=progress)]


def _evidence(
    models: Sequence[Model],
    fits: Sequence[Fit],
    conditions: Sequence[RecallData],
    data: ScoredData,
    config: EvidenceConfig,
) -> Evidence:
    errors = errors_of(conditions, data, config.folds)
    accounts = [_account(model, of_model(fits, model), conditions, data, errors, config) for model in models]
    named = {name: one for name, one in zip(map(label, models), accounts, strict=True) if one.fits}
    worse = nesting_warnings({name: one.fits for name, one in named.items()})
    accounts = [replace(one, warnings=(*one.warnings, *worse.get(one.name, ()))) for one in accounts]
    accounts.sort(key=lambda one: one.kind == "floor")
    return Evidence(data, (*accounts, uniform_account(data, errors)), config.folds, config.seed)


def _account(
    model: Model,
    fits: Sequence[Fit],
    conditions: Sequence[RecallData],
    data: ScoredData,
    errors: Errors,
    config: EvidenceConfig,
) -> Account:
    if fits and isinstance(model, LikelihoodModel):
        asked = model.name in {ALIASES.get(name, name) for name in config.models} or model.name != FLOOR
        return fitted_account(model, fits, data, errors, "fitted" if asked else "floor")
    if isinstance(model, LikelihoodModel):
        seen, note = trained_on(model, conditions, data.record)
        return frozen_account(model, None, data, errors, seen, note)
    if isinstance(model, EstimatedLikelihoodModel):
        return _estimated(model, conditions, data, errors, config)
    return no_account(model, data, criteria_refused(model) or "")


def _estimated(
    model: Model, conditions: Sequence[RecallData], data: ScoredData, errors: Errors, config: EvidenceConfig
) -> Account:
    """Return the account of a model with an estimated likelihood, at the values of a shipped parameter set."""
    own = Path(config.data).stem
    source = own if model.name in parameter_set_names(own) else DEFAULT_PEOPLE["free_recall"]
    if model.name not in parameter_set_names(source):
        return no_account(
            model, data, "Its likelihood is estimated at given values, and there is no parameter set of it."
        )
    parameters = load_parameter_set(model.name, source)
    seen, note = fitted_half(parameters, conditions, own)
    return estimated_account(
        model.with_options(**{**parameters.options, **_options(config, model)}),
        parameters.values,
        data,
        errors,
        seed=config.seed,
        n_particles=config.particles,
        lapse=config.lapse,
        seen=seen,
        note=note,
    )


def _write(found: Evidence, config: EvidenceConfig, folder: RunFolder) -> None:
    """Write tables, report and figure, and complete the run."""
    from memlab.analysis.figures.evidence import evidence_caption, evidence_figure

    table, subjects = found.table(), found.subjects_table()
    folder.write_csv("evidence.csv", table)
    folder.write_csv("evidence_subjects.csv", subjects)
    folder.write_text("report.md", evidence_report(found))
    if not found.lacks_reference:
        figure = evidence_figure(table, subjects, width=figure_width(config.width))
        save_figure(figure, "figure", folder, config.format)
        folder.write_text(
            "figure.caption.md", evidence_caption(table, len(found.data.subjects), str(found.data.record["id"]))
        )
    folder.finish()
