"""Which fits a run is made of: whose lists or curves each unit has, and the problem it poses."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from memlab.configuration import FitConfig
from memlab.core.errors import DataError, NotSupported, UnknownName, UsageError
from memlab.core.files import sha256
from memlab.core.halves import people_of
from memlab.core.model import Model
from memlab.core.recall import Conditions, LikelihoodModel, RecallData
from memlab.core.sequences import sequences_of
from memlab.core.similarity import read_similarity, with_similarity
from memlab.core.table import read_conditions
from memlab.data import list_references
from memlab.data.parameter_sets import read_parameter_set
from memlab.data.registry import data_record
from memlab.fitting import curves
from memlab.fitting.counts import count_problem
from memlab.fitting.curves import curve_problem
from memlab.fitting.jobs import Job
from memlab.fitting.likelihood import fold_parts, fold_seed, free_parameters, likelihood_problem, require_likelihood
from memlab.fitting.optimise import GENERATIONS, NEAR, POPULATION, SIGMA, Search
from memlab.fitting.problem import Problem
from memlab.fitting.result import Unit
from memlab.models import get_model
from memlab.target import Target, load_target, refuse_unknown_name, target_of

__all__ = ["FitData", "jobs_of", "read_fit_data", "resolved"]

LIKELIHOOD_RESTARTS = 3
"""Restarts of a fit by likelihood or counts, unless told otherwise: one evaluation takes well under a millisecond, and
the likelihood of the retrieved-context models has several valleys a few nats apart."""


BLANKS = "count as blanks"
"""What becomes of repeats and intrusions in serial recall, where items have places; see `sequences_of`."""


@dataclass(frozen=True, eq=False)
class Start:
    """The parameter set that the first run of each fit starts from.

    Attributes
    ----------
    values : dict of float
        Of every parameter.
    record : dict
        ``id``, ``sha256`` and ``citation`` of its file.
    """

    values: dict[str, float]
    record: dict[str, Any]


@dataclass(frozen=True, eq=False)
class FitData:
    """The people of a run.

    Attributes
    ----------
    target : Target or None
        Their curves, where curves are fitted.
    trials : Conditions or None
        Their single lists; None of a shipped reference.
    record : dict
        ``id``, ``sha256`` and ``citation``.
    similarity : dict or None
        The same of the file with the similarity of the words.
    start : Start or None
        Where the search begins, if a file says so.
    """

    target: Target | None
    trials: Conditions | None
    record: dict[str, Any]
    similarity: dict[str, Any] | None = None
    start: Start | None = None

    @property
    def paradigm(self) -> str:
        """What the people did; of single lists, in their first condition."""
        if self.target is not None:
            return self.target.paradigm
        return next(iter((self.trials or {}).values())).study.paradigm

    @property
    def records(self) -> list[dict[str, Any]]:
        """Every file that the fits depend on."""
        others = (self.similarity, self.start.record if self.start else None)
        return [self.record, *(record for record in others if record)]


def resolved(config: FitConfig, model: Model) -> FitConfig:
    """Return the configuration with what was left open decided: objective, half, restarts and generations.

    Single lists and a model with an exact likelihood are fitted by likelihood, everything else by curves; the half
    that a fit may see is fitted, but of single subjects everyone.
    """
    exact = isinstance(model, LikelihoodModel) and model.has_parameter_count
    objective = config.objective or ("likelihood" if exact and not _is_shipped(config) else "curves")
    by_curves = objective == "curves"
    return config.model_copy(
        update={
            "objective": objective,
            "half": config.half or ("all" if config.per == "subject" else "fit"),
            "restarts": config.restarts or (1 if by_curves else LIKELIHOOD_RESTARTS),
            "generations": config.generations or (curves.most_generations(config.method) if by_curves else GENERATIONS),
        }
    )


def _is_shipped(config: FitConfig) -> bool:
    return config.data in list_references() and not Path(config.data).is_file()


def read_fit_data(config: FitConfig, model: Model) -> FitData:
    """Read the people of a run, and refuse what cannot be fitted with them.

    Raises
    ------
    NotSupported
        Single lists are needed and there are only curves; the model cannot give what the objective takes, or does not
        recall as the people did.
    UnknownName
        No such data, condition or subject.
    """
    by_curves = config.objective == "curves"
    if not by_curves:
        _refuse_curve_options(config)
    if _is_shipped(config):
        get_model(model.name, data_record(config.data).paradigm)
    if config.objective == "likelihood":
        require_likelihood(model)
    if _is_shipped(config):
        _refuse_single_lists(config)
        target = load_target(config.data, config.conditions, n_subjects=config.subjects, n_lists=config.lists)
        return FitData(target, None, target.record(), start=_start(config, model))
    refuse_unknown_name(config.data)
    trials = _trials(config)
    _check_paradigm(model, trials, config)
    subjects = {data.name: len(data.subjects) for data in trials.values()}
    record = {"id": Path(config.data).name, "sha256": sha256(config.data), "citation": "the user's own data"}
    found = _target(trials, config, record) if by_curves and config.per != "subject" else None
    return FitData(found, trials, {**record, "subjects": subjects}, _similarity_record(config), _start(config, model))


def _check_paradigm(model: Model, trials: Conditions, config: FitConfig) -> None:
    """Refuse people who did not all do the same, or did what the model does not."""
    paradigms = {data.study.paradigm for data in trials.values()}
    for paradigm in sorted(paradigms):
        get_model(model.name, paradigm)
    if len(paradigms) > 1:
        raise UsageError(f"{config.data} has free recall and serial recall; choose one kind with --conditions.")


def _similarity_record(config: FitConfig) -> dict[str, Any] | None:
    if config.similarity is None:
        return None
    return {
        "id": Path(config.similarity).name,
        "sha256": sha256(config.similarity),
        "citation": "the user's own similarities",
    }


def _start(config: FitConfig, model: Model) -> Start | None:
    """Read the values to start from.

    Raises
    ------
    DataError
        A parameter set of another model, or none.
    """
    if config.start is None:
        return None
    found = read_parameter_set(config.start)
    if found.model != model.name:
        raise DataError(f"--start {config.start} has values of {found.model}, not of {model.name}; give a set of its.")
    record = {"id": Path(config.start).name, "sha256": sha256(config.start), "citation": "values to start from"}
    return Start(model.resolve(found.values), record)


def _refuse_single_lists(config: FitConfig) -> None:
    """Say how to get the single lists of a shipped reference, where they are needed."""
    why = f"--objective {config.objective}" if config.objective != "curves" else ""
    why = why or ("--per subject" if config.per == "subject" else "--only" if config.only else "")
    if why:
        raise NotSupported(
            f"{why} needs single lists, and memlab ships only the curves of {config.data}. Get them with: memlab data "
            f"fetch {config.data}; then give the file that it names to --data."
        )


def _refuse_curve_options(config: FitConfig) -> None:
    for name in ("subjects", "lists"):
        if getattr(config, name) is not None:
            raise UsageError(f"--{name} says how much is simulated; --objective {config.objective} simulates nothing.")


def _trials(config: FitConfig) -> Conditions:
    people = read_conditions(config.data)
    chosen = Conditions([people[name] for name in config.conditions or people])
    if config.similarity:
        chosen = with_similarity(chosen, read_similarity(config.similarity))
    if not config.only:
        return chosen
    known = sorted({str(s) for data in chosen.values() for s in data.subjects})
    for name in config.only:
        if name not in known:
            raise UnknownName("there is no subject", name, known)
    parts = [data.select(np.isin(data.study.subject.astype(str), config.only)) for data in chosen.values()]
    return Conditions([part for part in parts if part.n_lists])


def _target(trials: Conditions, config: FitConfig, record: dict[str, Any]) -> Target:
    name, digest = record["id"], record["sha256"]
    return target_of(trials, name, digest, n_subjects=config.subjects, n_lists=config.lists)


@dataclass(frozen=True)
class _Whose:
    """One unit: its label and its lists, by condition."""

    unit: Unit
    who: str
    lists: Conditions | None
    conditions: tuple[str, ...] | None = None


def jobs_of(model: Model, config: FitConfig, data: FitData) -> list[Job]:
    """Return the fits of a run, one a unit, in the order of the table.

    Which parameters are free is settled once, on the lists of all units.
    """
    search = Search(
        *(config.method, config.tolerance, config.generations or GENERATIONS, _population(config)),
        sigma=SIGMA if data.start is None else NEAR,
    )
    pose = {"likelihood": _by_likelihood, "curves": _by_curves, "counts": _by_counts}[config.objective or "curves"]
    return [_started(job, data.start) for job in pose(model, config, data, search)]


def _started(job: Job, start: Start | None) -> Job:
    """Return the job whose fit to all lists starts from these values; those of the folds start afresh.

    The values may come from a fit to the very lists that a fold leaves out.
    """
    return job if start is None else replace(job, problem=replace(job.problem, start=start.values))


def _population(config: FitConfig) -> int:
    return curves.POPULATION if config.objective == "curves" else POPULATION


def _units(config: FitConfig, data: FitData) -> list[_Whose]:
    """Return the units: everybody, then each condition; or each subject, over all conditions."""
    names = [c.name for c in data.target.conditions] if data.trials is None and data.target else list(data.trials or ())
    if config.per == "subject":
        assert data.trials is not None
        return _subjects(_half(data.trials, config))
    lists = None if data.trials is None else _half(data.trials, config)
    found = [_Whose("group", "all", lists)]
    if config.per == "condition" and names != ["all"]:
        found += [
            _Whose("condition", name, None if lists is None else Conditions([lists[name]]), (name,)) for name in names
        ]
    return found


def _half(trials: Conditions, config: FitConfig) -> Conditions:
    return Conditions([people_of(data, config.half or "all") for data in trials.values()])


def _subjects(trials: Conditions) -> list[_Whose]:
    labels = np.unique(np.concatenate([data.subjects for data in trials.values()]))
    return [_Whose("subject", str(label), _lists_of(trials, label)) for label in labels]


def _lists_of(trials: Conditions, label: Any) -> Conditions:
    parts = [data.select(data.study.subject == label) for data in trials.values()]
    return Conditions([part for part in parts if part.n_lists])


def _by_likelihood(model: Model, config: FitConfig, data: FitData, search: Search) -> list[Job]:
    def sequences(lists: Conditions | None) -> list[Any]:
        return [sequences_of(one, config.events) for one in (lists or {}).values()]

    units = _units(config, data)
    everything = [one for unit in units if unit.unit != "condition" for one in sequences(unit.lists)]
    free, held = free_parameters(model, everything, config.free, config.fixed)

    def problem(whose: _Whose, own: Sequence[Any], seed: int) -> Problem:
        found = likelihood_problem(
            *(model, own),
            free=free,
            fixed=config.fixed,
            search=search,
            restarts=config.restarts or 1,
            seed=seed,
            unit=whose.unit,
            who=whose.who,
        )
        notes = {**found.notes, "events": config.events, **({"held": held} if held else {})}
        if data.paradigm == "serial_recall" and config.events == "drop_events":
            notes["left_out"] = BLANKS
        return replace(found, notes=notes)

    def job(whose: _Whose) -> Job:
        own = sequences(whose.lists)
        whole = problem(whose, own, config.seed)
        if config.folds is None:
            return Job(whole)
        n = config.folds
        folds = [problem(whose, fold_parts(own, fold, n)[0], fold_seed(config.seed, fold)) for fold in range(n)]
        return Job(whole, tuple(folds), tuple(own))

    return [job(whose) for whose in units]


def _by_counts(model: Model, config: FitConfig, data: FitData, search: Search) -> list[Job]:
    if config.folds is not None:
        raise NotSupported("--folds gives the held-out likelihood of sequences; it goes with --objective likelihood.")

    def problem(whose: _Whose) -> Problem:
        lists: list[RecallData] = list((whose.lists or {}).values())
        return count_problem(
            *(model, lists),
            free=config.free,
            fixed=config.fixed,
            search=search,
            restarts=config.restarts or 1,
            seed=config.seed,
            unit=whose.unit,
            who=whose.who,
        )

    return [Job(problem(whose)) for whose in _units(config, data)]


def _by_curves(model: Model, config: FitConfig, data: FitData, search: Search) -> list[Job]:
    if config.folds is not None:
        raise NotSupported("--folds gives the held-out likelihood of sequences; it goes with --objective likelihood.")

    def problem(whose: _Whose, target: Target) -> Problem:
        return curve_problem(
            *(model, target),
            free=config.free,
            fixed=config.fixed,
            half="all" if whose.unit == "subject" else config.half or "fit",
            conditions=whose.conditions,
            weights=config.weights,
            search=search,
            restarts=config.restarts or 1,
            seed=config.seed,
            unit=whose.unit,
            who=whose.who,
        )

    def target(whose: _Whose) -> Target:
        if data.target is not None:
            return data.target
        assert whose.lists is not None
        return _target(whose.lists, config, data.record)

    return [Job(problem(whose, target(whose))) for whose in _units(config, data)]
