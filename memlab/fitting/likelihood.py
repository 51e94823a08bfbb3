"""Fitting by likelihood: the values under which the recall sequences of all lists are most probable."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, ClassVar

import numpy as np

from memlab.core.errors import NotSupported, UsageError
from memlab.core.model import Model
from memlab.core.parameters import Values
from memlab.core.recall import Floats, LikelihoodModel
from memlab.core.rng import stream
from memlab.core.sequences import EstimatedLikelihoodModel, PopulationModel, Sequences
from memlab.estimated import estimated_log_likelihood
from memlab.fitting.intervals import sum_by_subject
from memlab.fitting.optimise import GENERATIONS, POPULATION, Method, Progress, Search
from memlab.fitting.problem import Problem
from memlab.fitting.result import Fit, HeldOut, Objective, Unit
from memlab.fitting.search import SearchSpace

__all__ = [
    "LikelihoodObjective",
    "cross_validate",
    "fit_likelihood",
    "folds_of",
    "free_parameters",
    "list_log_likelihoods",
    "require_likelihood",
]

PROBES, LEVELS = 8, 5
"""Whether the data can tell a parameter is tried at so many sets of the other values, at so many values of its own."""

N_PARTICLES = 200
"""Simulations a list, where a likelihood is estimated."""


def require_likelihood(model: Model) -> None:
    """Refuse a model whose parameters cannot be fitted by likelihood.

    Raises
    ------
    NotSupported
        A network, or a theory that gives no probability of a sequence; the message names the objective to use.
    """
    if not model.has_parameter_count:
        raise NotSupported(
            f"{model.name} is a network: its weights are trained (memlab train), and the few numbers in its table are "
            "no free parameters of a likelihood. Fit those with --objective curves."
        )
    if not isinstance(model, (LikelihoodModel, EstimatedLikelihoodModel)):
        raise NotSupported(
            f"{model.name} gives no probability of a recall sequence. Fit it with --objective curves"
            f"{' or counts' if hasattr(model, 'serial_position_curve') else ''}."
        )


@dataclass(frozen=True, eq=False)
class LikelihoodObjective:
    """Minus the log-likelihood of all lists together, nats.

    Of a model without a formula for it (`EstimatedLikelihoodModel`) it is estimated, every time with the same random
    numbers, so that it is a function of the values.

    Attributes
    ----------
    model : Model
    data : tuple of Sequences
        One a condition.
    seed : int
        Of the estimate.
    """

    model: Model
    data: tuple[Sequences, ...]
    seed: int = 1

    kind: ClassVar[Objective] = "likelihood"

    @property
    def smooth(self) -> bool:
        """Whether the likelihood is exact."""
        return isinstance(self.model, LikelihoodModel)

    @property
    def conditions(self) -> list[str]:
        """The conditions, in order."""
        return [sequences.name for sequences in self.data]

    @property
    def n_lists(self) -> int:
        """Lists over all conditions."""
        return sum(sequences.n_lists for sequences in self.data)

    @property
    def n_events(self) -> int:
        """Recalls and observed stops over all conditions."""
        return int(sum(sequences.n_events.sum() for sequences in self.data))

    @cached_property
    def dropped(self) -> dict[str, int]:
        """Repeats, intrusions and lists that are left out, over all conditions."""
        found: dict[str, int] = {}
        for sequences in self.data:
            for name, number in sequences.dropped.items():
                found[name] = found.get(name, 0) + number
        return found

    def __call__(self, points: Floats) -> Floats:
        """Return minus the log-likelihood under each set of values, (n_points, n_parameters) gives (n_points,)."""
        total = np.zeros(len(points))
        for sequences in self.data:
            total -= self._condition(sequences, points)
        return total

    def by_subject(self, values: Values) -> Floats:
        """Return minus the log-likelihood of each person's lists, over all conditions, (n_subjects,)."""
        lists = [list_log_likelihoods(self.model, sequences, values, self.seed) for sequences in self.data]
        return -sum_by_subject([sequences.study for sequences in self.data], lists)

    def _condition(self, sequences: Sequences, points: Floats) -> Floats:
        if isinstance(self.model, PopulationModel):
            return self.model.population_log_likelihood(sequences, points)
        rows = (dict(zip((p.name for p in self.model.parameters), row.tolist(), strict=True)) for row in points)
        return np.array([list_log_likelihoods(self.model, sequences, values, self.seed).sum() for values in rows])


def list_log_likelihoods(
    model: Model, sequences: Sequences, values: Values, seed: int = 1, n_particles: int = N_PARTICLES
) -> Floats:
    """Return the log-likelihood of each list, (n_lists,), nats, exact where the model can, else estimated.

    Parameters
    ----------
    seed, n_particles
        Of the estimate: the stream of random numbers belongs to the seed, the model and the condition.
    """
    if isinstance(model, LikelihoodModel):
        return model.log_likelihood(sequences.study, sequences.recalls, values)
    require_likelihood(model)
    assert isinstance(model, EstimatedLikelihoodModel)
    rng = stream(seed, "likelihood", model.name, sequences.name)
    return model.estimate_log_likelihood(sequences, values, rng, n_particles)[0]


def free_parameters(
    model: Model, data: Sequence[Sequences], free: Sequence[str] | None, fixed: Values | None
) -> tuple[tuple[str, ...], dict[str, str]]:
    """Return which parameters are fitted, and which are held at their default and why.

    Those asked for are fitted. By default it is every parameter that is not fixed and that the data can tell: one whose
    change alters the likelihood at none of `PROBES` sets of the others, the defaults and points spread over the space,
    is held. So ``beta_distract`` is held where no list has distraction.

    Returns
    -------
    free : tuple of str
    held : dict of str
        By parameter, why.
    """
    space = SearchSpace.of(model, free, fixed)
    if free is not None or not isinstance(model, LikelihoodModel):
        return space.free, {}
    changes = _changes(LikelihoodObjective(model, tuple(data)), space)
    told = tuple(name for name, change in zip(space.free, changes, strict=True) if change)
    if not told:
        for one in data:
            if one.forced_blanks:
                raise NotSupported(
                    f"{model.name}: in condition {one.name} no omissions are allowed, and {one.forced_blanks} places "
                    "hold a blank, an intrusion or a repetition, which have probability 0 there; use --events "
                    "drop_lists, or --objective curves."
                )
        raise NotSupported(f"{model.name}: these lists tell nothing of its parameters; there is nothing to fit.")
    return told, {name: "it alters the likelihood of no list" for name in space.free if name not in told}


def _changes(objective: LikelihoodObjective, space: SearchSpace) -> list[bool]:
    """Return for each free parameter whether the objective ever depends on it: one call for all points."""
    from scipy.stats.qmc import Sobol

    spread = Sobol(len(space.free), rng=stream(0, "probes")).random_base2(int(np.log2(PROBES)))
    base = space.low + (space.high - space.low) * spread  # (n_probes, n_free)
    base[0] = space.vector({})
    n = len(space.free)
    x = np.tile(base, (n, LEVELS, 1, 1))  # (n_free, n_levels, n_probes, n_free)
    for i in range(n):
        x[i, :, :, i] = np.linspace(space.low[i], space.high[i], LEVELS)[:, None]
    values = objective(space.points(x.reshape(-1, n))).reshape(n, LEVELS, PROBES)
    values = np.nan_to_num(values, nan=np.inf, posinf=1e300)
    return [bool((np.ptp(one, axis=0) > 1e-9 * np.abs(one).min(axis=0)).any()) for one in values]


def fit_likelihood(
    model: Model,
    data: Sequence[Sequences],
    *,
    free: Sequence[str] | None = None,
    fixed: Values | None = None,
    method: Method = "de",
    restarts: int = 1,
    seed: int = 1,
    unit: Unit = "group",
    who: str = "all",
    tolerance: float | None = None,
    generations: int = GENERATIONS,
    population: int = POPULATION,
    progress: Progress | None = None,
) -> Fit:
    """Fit one set of values to the sequences of all conditions together.

    Parameters
    ----------
    model
        One that gives the probability of a recall sequence, or an estimate of it.
    data
        One a condition, from `memlab.core.sequences.sequences_of`.
    free, fixed
        See `free_parameters`.
    method
        ``"de"`` (differential evolution with polishing), ``"lbfgs"`` (from the best of many points) or ``"cma"``.
    restarts
        Runs of the optimiser, each from its own random numbers; the best is the result.
    unit, who
        Whose lists these are, for the record.
    tolerance, generations, population
        Of the optimiser; see `memlab.fitting.optimise`.
    progress
        Called after each generation with its number and the lowest value so far.

    Returns
    -------
    Fit
        On Ctrl-C the best values so far, not converged, with the message ``"interrupted"``.

    Raises
    ------
    NotSupported
        A model without a likelihood; nothing to fit.
    UsageError
        See the message.
    """
    search = Search(method, tolerance, generations, population)
    problem = likelihood_problem(
        model, data, free=free, fixed=fixed, search=search, restarts=restarts, seed=seed, unit=unit, who=who
    )
    return problem.solve(progress)


def likelihood_problem(
    model: Model,
    data: Sequence[Sequences],
    *,
    free: Sequence[str] | None = None,
    fixed: Values | None = None,
    search: Search | None = None,
    restarts: int = 1,
    seed: int = 1,
    unit: Unit = "group",
    who: str = "all",
) -> Problem:
    """Return the fit as a `Problem`, whose runs can be done anywhere; see `fit_likelihood`."""
    require_likelihood(model)
    if not data:
        raise UsageError(f"{model.name}: there are no lists to fit.")
    objective = LikelihoodObjective(model, tuple(data), seed)
    names, held = free_parameters(model, data, free, fixed)
    search = search or Search()
    search = replace(search, polish=search.polish and objective.smooth)
    notes: dict[str, Any] = {"held": held} if held else {}
    if not objective.smooth:
        notes["estimated"] = f"{N_PARTICLES} simulations a list, the same random numbers throughout"
    space = SearchSpace.of(model, names, fixed)
    rescore = None if objective.smooth else _Rescore(model, tuple(data), seed)
    return Problem(model, objective, space, search, restarts, seed, unit, who, notes, rescore)


@dataclass(frozen=True, eq=False)
class _Rescore:
    """Estimates the likelihood anew at the values found: the lowest of many estimates is too low."""

    model: Model
    data: tuple[Sequences, ...]
    seed: int

    def __call__(self, values: Values) -> tuple[float, dict[str, Any]]:
        """Return minus the estimated log-likelihood, nats, and its standard error for the record."""
        fresh = int(stream(self.seed, "rescore").integers(2**31))
        found = estimated_log_likelihood(self.model, self.data, values, seed=fresh)
        return -found.log_likelihood, {"standard_error": found.standard_error, "particles": found.n_particles}


def folds_of(sequences: Sequences, n_folds: int) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    """Return each list's fold, (n_lists,): the lists of each subject are dealt in turn.

    Examples
    --------
    >>> from memlab.core.recall import StudyLists
    >>> study = StudyLists.simple(5, 2, subject=[1, 1, 1, 2, 2])
    >>> folds_of(Sequences(study, np.zeros((5, 2), dtype=np.int64), np.ones(5, dtype=bool)), 2)
    array([0, 1, 0, 0, 1])
    """
    found = np.zeros(sequences.n_lists, dtype=np.int64)
    for subject in np.unique(sequences.study.subject):
        rows = np.flatnonzero(sequences.study.subject == subject)
        found[rows] = np.arange(len(rows)) % n_folds
    return found


def fold_parts(data: Sequence[Sequences], fold: int, n_folds: int) -> tuple[list[Sequences], list[Sequences]]:
    """Return the lists that one fold is fitted to and those that it is scored on, by condition.

    Raises
    ------
    UsageError
        Fewer than two folds, or more than a subject has lists.
    """
    most = min(_most_lists(sequences) for sequences in data)
    if not 2 <= n_folds <= most:
        raise UsageError(
            f"folds must be from 2 to {most}, the lists of a subject in a condition. Got {n_folds} instead."
        )
    dealt = [folds_of(sequences, n_folds) for sequences in data]
    fitted = [sequences.select(which != fold) for sequences, which in zip(data, dealt, strict=True)]
    return fitted, [sequences.select(which == fold) for sequences, which in zip(data, dealt, strict=True)]


def _most_lists(sequences: Sequences) -> int:
    return int(np.unique(sequences.study.subject, return_counts=True)[1].max())


def fold_seed(seed: int, fold: int) -> int:
    """Return the seed of a fold's fit."""
    return int(stream(seed, "fold", fold).integers(2**31))


def cross_validate(
    model: Model,
    data: Sequence[Sequences],
    *,
    folds: int = 5,
    free: Sequence[str] | None = None,
    fixed: Values | None = None,
    method: Method = "de",
    restarts: int = 1,
    seed: int = 1,
    tolerance: float | None = None,
    generations: int = GENERATIONS,
    population: int = POPULATION,
    progress: Callable[[int, int], None] | None = None,
) -> HeldOut:
    """Return the log-likelihood of each list under values fitted to the other folds.

    List i of a subject in a condition is in fold i mod `folds`. Each fold's fit has its own random numbers. Which
    parameters are free is settled once, on all lists.

    Parameters
    ----------
    progress
        Called after each fold with its number and how many there are.

    Returns
    -------
    HeldOut
        ``by_list`` in the order of `data`: its conditions one after the other.
    """
    require_likelihood(model)
    names, _ = free_parameters(model, data, free, fixed)
    values = []
    for fold in range(folds):
        fitted, _ = fold_parts(data, fold, folds)
        fit = fit_likelihood(
            *(model, fitted),
            free=names,
            fixed=fixed,
            method=method,
            restarts=restarts,
            seed=fold_seed(seed, fold),
            tolerance=tolerance,
            generations=generations,
            population=population,
        )
        if fit.message == "interrupted":
            raise KeyboardInterrupt
        values.append(fit.values)
        if progress is not None:
            progress(fold + 1, folds)
    return held_out(model, data, values, seed)


def held_out(model: Model, data: Sequence[Sequences], values: Sequence[Values], seed: int = 1) -> HeldOut:
    """Return the score of every list under the values of the fold that did not see it.

    Parameters
    ----------
    values
        One set a fold.
    """
    by_list: list[float] = []
    for sequences in data:
        dealt = folds_of(sequences, len(values))
        scores = np.empty(sequences.n_lists)
        for fold, own in enumerate(values):
            rows = dealt == fold
            if rows.any():
                scores[rows] = list_log_likelihoods(model, sequences.select(rows), own, seed)
        by_list += scores.tolist()
    n_events = int(sum(sequences.n_events.sum() for sequences in data))
    return HeldOut(len(values), float(np.sum(by_list)), n_events, by_list)
