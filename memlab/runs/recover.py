"""Recovery as configured: parameters of one model, or several models told apart; the run's folder, tables, figures."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, TypeVar

from memlab.configuration import RecoverConfig
from memlab.contender import Progress
from memlab.core.errors import UnknownName, UsageError
from memlab.core.model import Model
from memlab.core.recall import LikelihoodModel
from memlab.fitting.search import WIDE_RANGE
from memlab.model_recovery import (
    Candidate,
    ModelRecovery,
    ModelRecoveryPlan,
    Scored,
    check_criterion,
    run_model_recovery,
)
from memlab.models import get_model
from memlab.recovery import Design, Recovered, Recovery, RecoveryPlan, designs_of, run_recovery, told_parameters
from memlab.recovery_report import model_recovery_report, recovery_report
from memlab.run_folder import RunFolder, read_run
from memlab.runs.compare import figure_width, save_figure
from memlab.runs.lists import chosen_lists, chosen_model
from memlab.target import Target
from memlab.true_values import SPREAD, anywhere, around, fitted_values

__all__ = ["recover", "recover_configured"]

DRAWN = ("preset", "defaults", "uniform")
"""Where true values come from, if not from a folder of fits."""


def recover(
    model: str = "",
    *,
    models: Sequence[str] | str = (),
    seed: int = 1,
    out: str | Path | None = None,
    force: bool = False,
    resume: bool = False,
    jobs: int = 1,
    progress: Progress | None = None,
    **more: Any,
) -> Recovery | ModelRecovery:
    """Simulate subjects from known values, fit them, and compare; or find which of several models can be told apart.

    Parameters
    ----------
    model
        Registered name: its parameters are recovered.
    models
        Instead: each simulates, all are fitted to each.
    seed
        The same seed gives the same files, whatever `jobs` is.
    out
        Where to leave figures, tables, report and record; None leaves nothing.
    force
        Replace an earlier run in `out`.
    resume
        Go on with an interrupted run in `out`; what it finished is not done again.
    jobs
        Worker processes.
    progress
        Called with what was done, how many are done and how many there are.
    **more
        Any other option of ``memlab recover``: whose lists (``data`` with ``conditions``, or ``experiment``, or
        ``list_length``, ``seconds_per_item``, ``distractor_seconds``, ``delay_seconds``; ``lists``, ``subjects``),
        ``n``, ``truth``, ``spread``, ``values``, ``options``, ``free``, ``fixed``, ``method``, ``restarts``,
        ``profiles``, ``criterion``, ``folds``, ``width``, ``format``.

    Returns
    -------
    Recovery or ModelRecovery
        With ``.recovery()``, ``.estimates()``, ``.correlations()``, ``.profiles()``, ``.ridges()``; or ``.confusion()``
        and ``.scores()``.

    Raises
    ------
    UsageError, DataError, OutputExists
        See the message: it says what is allowed.
    """
    given = {"model": model, "models": models, "seed": seed, **more}
    config = RecoverConfig.load(given=given)
    return recover_configured(config, out=out, force=force, resume=resume, jobs=jobs, progress=progress)


def recover_configured(
    config: RecoverConfig,
    *,
    out: str | Path | None = None,
    force: bool = False,
    resume: bool = False,
    jobs: int = 1,
    progress: Progress | None = None,
) -> Recovery | ModelRecovery:
    """Run a recovery as configured; see `recover`."""
    figure_width(config.width)  # a wrong name is better known before the work than after it
    if bool(config.model) == bool(config.models):
        raise UsageError(
            "name one model, or several with --models: memlab recover cmr, memlab recover --models tcm,cmr."
        )
    target, conditions = chosen_lists(config, people=None)
    designs = tuple(designs_of(conditions, crossed=target is not None and Path(config.data or "").is_file()))
    plan = _model_plan(config, designs) if config.models else _plan(config, designs)
    folder = _folder(config, target, out, force=force, resume=resume)
    try:
        if isinstance(plan, RecoveryPlan):
            return _recover(plan, config, folder, resume=resume, jobs=jobs, progress=progress)
        return _tell_apart(plan, config, folder, resume=resume, jobs=jobs, progress=progress)
    except Exception:
        if folder is not None:
            folder.discard()
        raise


def _plan(config: RecoverConfig, designs: tuple[Design, ...]) -> RecoveryPlan:
    model, center, _ = _center(config, config.model)
    free = told_parameters(model, designs[0], center, config.free, config.fixed, config.seed)
    truths = tuple(_truths(config, model, center, free))
    return RecoveryPlan(model, truths, designs, free, config.method, config.restarts, config.seed, config.profiles)


def _model_plan(config: RecoverConfig, designs: tuple[Design, ...]) -> ModelRecoveryPlan:
    if config.free or config.fixed or config.values or config.options:
        raise UsageError("--free, --fixed, --set and --option belong to the recovery of one model's parameters.")
    names = [get_model(name, "free_recall").name for name in config.models]
    if len(set(names)) != len(names) or len(names) < 2:
        raise UsageError(f"--models needs two models or more, each once. Got {', '.join(config.models)}.")
    check_criterion(config.criterion, [get_model(name) for name in names])
    candidates = tuple(_candidate(config, name, designs) for name in names)
    how = (config.criterion, config.method, config.restarts, config.folds, config.seed)
    return ModelRecoveryPlan(candidates, designs, *how)


def _candidate(config: RecoverConfig, name: str, designs: tuple[Design, ...]) -> Candidate:
    model, center, fitted = _center(config, name)
    if isinstance(model, LikelihoodModel):
        free = told_parameters(model, designs[0], center, None, {}, config.seed)
    else:
        free = fitted or tuple(center)  # no likelihood can say which parameters the lists tell
    held = {name: value for name, value in center.items() if name not in free}
    return Candidate(model, tuple(_truths(config, model, center, free)), free, held)


def _center(config: RecoverConfig, name: str) -> tuple[Model, dict[str, float], tuple[str, ...]]:
    """Return the model, the values that true ones are drawn around, and which of them its parameter set fitted."""
    chosen = chosen_model(get_model(name, "free_recall"), config)
    preset = {**chosen.parameters.values, **config.fixed}
    default = {**chosen.model.defaults(), **config.values, **config.fixed}
    values = default if config.truth == "defaults" else preset
    return chosen.model, chosen.model.resolve(values), tuple(chosen.parameters.fit.get("free", ()))


def _truths(
    config: RecoverConfig, model: Model, center: Mapping[str, float], free: Sequence[str]
) -> list[dict[str, float]]:
    """Return the true values of every simulated subject."""
    if config.truth == "uniform":
        return anywhere(model, center, free, config.n, config.seed)
    if config.truth in DRAWN:
        return around(model, center, free, config.n, _spread(config), config.seed)
    if not Path(config.truth).is_dir():
        raise UnknownName("--truth is no folder of fits, nor", config.truth, DRAWN)
    fits = fitted_values(config.truth, model)
    own = [{**fits[i % len(fits)], **config.fixed} for i in range(config.n)]
    if _spread(config) == 0:
        return own
    return [around(model, one, free, i + 1, _spread(config), config.seed)[i] for i, one in enumerate(own)]


def _spread(config: RecoverConfig) -> float:
    if config.spread is not None:
        return config.spread
    return SPREAD if config.truth in DRAWN else 0.0


def _how(config: RecoverConfig) -> str:
    """Say where the true values come from."""
    if config.truth == "uniform":
        return "uniform over each parameter's range, on the scale of the search"
    source = {"preset": "the shipped parameter set", "defaults": "the model's defaults"}
    centre = source.get(config.truth, f"the fits in {config.truth}, in turn")
    spread = _spread(config)
    return f"around {centre}, with an SD of {spread:g} logits of a value's place in its range" if spread else centre


def _folder(
    config: RecoverConfig, target: Target | None, out: str | Path | None, *, force: bool, resume: bool
) -> RunFolder | None:
    if out is None:
        return None
    if resume and Path(out).is_dir():
        earlier = read_run(out)
        if earlier.get("config") != config.record():
            raise UsageError(f"{out} was made with other options; resume it with those, or choose another --out.")
    records = [target.record()] if target else []
    return RunFolder(Path(out), "recover", config.record(), records, force or resume)


One = TypeVar("One", Recovered, Scored)


def _finished(folder: RunFolder | None, read: Callable[[Path], One], *, resume: bool) -> list[One]:
    """Return what an interrupted run in the folder has finished."""
    if folder is None or not resume:
        return []
    return [read(folder.adopt(path)) for path in sorted(folder.path.glob("subject-*.json"))]


def _recover(
    plan: RecoveryPlan,
    config: RecoverConfig,
    folder: RunFolder | None,
    *,
    resume: bool,
    jobs: int,
    progress: Progress | None,
) -> Recovery:
    def keep(one: Recovered) -> None:
        if folder is not None:
            folder.adopt(one.write(folder.place(f"subject-{one.number + 1:03d}.json")))

    finished = _finished(folder, Recovered.read, resume=resume)
    found = run_recovery(plan, jobs=jobs, finished=finished, keep=keep, progress=progress)
    if folder is not None:
        _write_recovery(found, config, folder)
    return found


def _write_recovery(found: Recovery, config: RecoverConfig, folder: RunFolder) -> None:
    """Write tables, figures, captions and report of a parameter recovery."""
    folder.write_text("report.md", recovery_report(found, _how(config)))
    if found.subjects:
        tables = {"estimates": found.estimates(), "recovery": found.recovery(), "correlations": found.correlations()}
        if found.profiles()["subject"]:
            tables["profiles"] = found.profiles()
        for name, table in tables.items():
            folder.write_csv(f"{name}.csv", table)
        _draw_recovery(found, config, folder)
    if not found.interrupted:
        folder.finish()


def _draw_recovery(found: Recovery, config: RecoverConfig, folder: RunFolder) -> None:
    from memlab.analysis.figures import recovery as figures

    width, name = figure_width(config.width), found.plan.model.name
    wide = [p.name for p in found.plan.model.parameters if p.low >= 0 and p.high - p.low > WIDE_RANGE]
    drawn = {"estimates": figures.recovery_figure(found.estimates(), wide=wide, width=width)}
    drawn["correlations"] = figures.correlation_figure(
        found.free, found.error_correlations(), found.curvature_correlations(), width=width
    )
    captions = {
        "estimates": figures.recovery_caption(name, len(found.subjects)),
        "correlations": figures.correlation_caption(name, len(found.subjects)),
    }
    if found.profiles()["subject"]:
        drawn["profiles"] = figures.profile_figure(found.profiles(), wide=wide, width=width)
        captions["profiles"] = figures.profile_caption(name, len(set(found.profiles()["subject"])))
    for title, figure in drawn.items():
        save_figure(figure, title, folder, config.format)
        folder.write_text(f"{title}.caption.md", captions[title])


def _tell_apart(
    plan: ModelRecoveryPlan,
    config: RecoverConfig,
    folder: RunFolder | None,
    *,
    resume: bool,
    jobs: int,
    progress: Progress | None,
) -> ModelRecovery:
    def keep(one: Scored) -> None:
        if folder is not None:
            folder.adopt(one.write(folder.place(f"subject-{one.truth}-{one.number + 1:03d}.json")))

    finished = _finished(folder, Scored.read, resume=resume)
    found = run_model_recovery(plan, jobs=jobs, finished=finished, keep=keep, progress=progress)
    if folder is not None:
        _write_models(found, config, folder)
    return found


def _write_models(found: ModelRecovery, config: RecoverConfig, folder: RunFolder) -> None:
    """Write tables, figure, caption and report of a model recovery."""
    from memlab.analysis.figures import recovery as figures

    folder.write_text("report.md", model_recovery_report(found, _how(config)))
    if found.subjects:
        folder.write_csv("confusion.csv", found.confusion())
        folder.write_csv("scores.csv", found.scores())
        width = figure_width(config.width)
        figure = figures.confusion_figure(found.plan.names, found.shares(), found.inverse(), width=width)
        save_figure(figure, "figure", folder, config.format)
        n = len(found.plan.candidates[0].truths)
        folder.write_text("figure.caption.md", figures.confusion_caption(found.plan.criterion, n))
    if not found.interrupted:
        folder.finish()
