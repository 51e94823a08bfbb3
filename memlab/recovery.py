"""Parameter recovery: subjects simulated from known values, fitted as people are, and compared with what was known."""

from __future__ import annotations

import dataclasses
import itertools
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from memlab.analysis.recovery import ParameterRecovery, correlation_matrix, recover_parameters, ridges
from memlab.comparison import as_columns
from memlab.contender import Progress
from memlab.core.errors import DataError, NotSupported
from memlab.core.files import Columns, write_text
from memlab.core.model import Model
from memlab.core.parameters import Values
from memlab.core.recall import Floats, LikelihoodModel, StudyLists
from memlab.core.rng import stream
from memlab.core.sequences import Sequences, sequences_of
from memlab.fitting.curvature import curvature
from memlab.fitting.likelihood import LikelihoodObjective, fit_likelihood, free_parameters
from memlab.fitting.optimise import INTERRUPTED, Method
from memlab.fitting.profile import LINE, profile, refit
from memlab.fitting.search import SearchSpace
from memlab.lists import ListCondition
from memlab.simulation import simulate_condition

__all__ = [
    "RIDGE",
    "Design",
    "Recovered",
    "Recovery",
    "RecoveryPlan",
    "designs_of",
    "in_workers",
    "run_recovery",
    "simulate_subject",
    "told_parameters",
]

Design = tuple[tuple[str, StudyLists], ...]
"""The lists of one subject: condition by condition, its name and the lists."""

RIDGE = 0.8
"""Two parameters whose estimates correlate at least so much, either way, lie on a ridge: our convention; the variance
that one leaves the other is then under 36 %."""

MISSED = 0.1
"""Nats: where another start finds values that much better than the fit's, the fit missed the highest point."""


def designs_of(conditions: Sequence[ListCondition], *, crossed: bool) -> list[Design]:
    """Return the lists of each subject.

    Parameters
    ----------
    crossed
        Whether a label is one person in all conditions, who has lists in each; else every condition has its own people.
        Then the first of every condition come first, so that a few subjects are from all conditions.
    """
    people = [dict.fromkeys(condition.study.subject.tolist()) for condition in conditions]
    if not crossed:
        rows = itertools.zip_longest(*([(c, who) for who in own] for c, own in zip(conditions, people, strict=True)))
        return [(_lists_of(*pair),) for row in rows for pair in row if pair is not None]
    labels = {label: None for own in people for label in own}
    return [tuple(_lists_of(c, who) for c, own in zip(conditions, people, strict=True) if who in own) for who in labels]


def _lists_of(condition: ListCondition, who: object) -> tuple[str, StudyLists]:
    return condition.name, condition.study.select(condition.study.subject == who)


def simulate_subject(model: Model, design: Design, values: Values, seed: int, number: int) -> list[Sequences]:
    """Return the recall sequences of one simulated subject; the random numbers belong to seed, model and number."""
    return [
        sequences_of(simulate_condition(model, study, values, seed, name, replication=number)) for name, study in design
    ]


def told_parameters(
    model: Model, design: Design, center: Values, free: Sequence[str] | None, fixed: Values, seed: int
) -> tuple[str, ...]:
    """Return the parameters to recover: those asked for, or all that such lists can tell and that are not fixed.

    Raises
    ------
    NotSupported
        A model without a likelihood in closed form.
    """
    if not isinstance(model, LikelihoodModel) or not model.has_parameter_count:
        raise NotSupported(
            f"{model.name} has no exact likelihood, and its parameters would have to be fitted to noise. "
            f"Recover it among others instead: memlab recover --models {model.name},cmr --criterion curves"
        )
    names, _ = free_parameters(model, simulate_subject(model, design, center, seed, 0), free, fixed)
    return names


@dataclass(frozen=True, eq=False)
class RecoveryPlan:
    """What is to be recovered.

    Attributes
    ----------
    model : Model
    truths : tuple of dict
        The known values, a set a simulated subject.
    designs : tuple of Design
        Simulated subject i gets the lists of subject i, and so on from the first again.
    free : tuple of str
        What is fitted; the rest is held at what it truly is.
    method : {"de", "lbfgs", "cma"}
    restarts : int
    seed : int
    n_profiles : int
        The first so many subjects get profiles.
    """

    model: Model
    truths: tuple[Mapping[str, float], ...]
    designs: tuple[Design, ...]
    free: tuple[str, ...]
    method: Method = "de"
    restarts: int = 1
    seed: int = 1
    n_profiles: int = 0


@dataclass(frozen=True, eq=False)
class Recovered:
    """One simulated subject, fitted.

    Attributes
    ----------
    number : int
        From 0.
    true, estimate : dict of float
        Every parameter.
    value : float, nats
        Minus the log-likelihood at the estimates.
    n_events : int
        Recalls and observed stops.
    converged : bool
    at_bound : list of str
    rise : dict of float, nats
        By free parameter: how far minus the log-likelihood rises when the parameter is held at its true value and the
        others are fitted again. Below 0 where that found better values than the fit.
    error : dict of float
        Standard error by the curvature, on the scale of the search; NaN at a bound.
    correlation : list of list of float
        Of the estimates by the curvature, (n_free, n_free); NaN at a bound.
    profiles : dict of list of [value, rise]
        By free parameter, where profiles were asked for.
    """

    number: int
    true: Mapping[str, float]
    estimate: Mapping[str, float]
    value: float
    n_events: int
    converged: bool
    at_bound: Sequence[str]
    rise: Mapping[str, float]
    error: Mapping[str, float]
    correlation: Sequence[Sequence[float]]
    profiles: Mapping[str, Sequence[Sequence[float]]] = field(default_factory=dict)

    def covers(self, name: str) -> bool:
        """Return whether the 95 % likelihood-ratio interval of a parameter holds its true value.

        The rise is counted from the lowest value that was found, by the fit or from any other start.
        """
        return self.rise[name] - min(0.0, *self.rise.values()) <= LINE

    @property
    def missed(self) -> bool:
        """Whether values were found that are clearly better than the fit's."""
        return min([*self.rise.values(), *(r for one in self.profiles.values() for _, r in one)]) < -MISSED

    def write(self, path: str | Path) -> Path:
        """Write it as JSON, whole or not at all."""
        return write_text(path, json.dumps(dataclasses.asdict(self), indent=1) + "\n")

    @classmethod
    def read(cls, path: str | Path) -> Recovered:
        """Read what `write` wrote.

        Raises
        ------
        DataError
            Not readable, or no recovered subject.
        """
        try:
            return cls(**json.loads(Path(path).read_text(encoding="utf-8")))
        except OSError as error:
            raise DataError(f"cannot read {path}: {error.strerror or error}.") from None
        except (TypeError, ValueError):
            raise DataError(f"{path} is not a recovered subject: delete it, and it is made again.") from None


def recover_subject(plan: RecoveryPlan, number: int) -> Recovered:
    """Simulate one subject, fit it, and look at the likelihood around the fit and at the true values."""
    true, design = plan.truths[number], plan.designs[number % len(plan.designs)]
    data = simulate_subject(plan.model, design, true, plan.seed, number)
    held = {name: value for name, value in true.items() if name not in plan.free}
    seed = int(stream(plan.seed, "recovery", plan.model.name, number).integers(2**31))
    fit = fit_likelihood(
        plan.model, data, free=plan.free, fixed=held, method=plan.method, restarts=plan.restarts, seed=seed
    )
    if fit.message == INTERRUPTED:
        raise KeyboardInterrupt
    objective, space = LikelihoodObjective(plan.model, tuple(data)), SearchSpace.of(plan.model, plan.free, held)
    around = curvature(objective, space, fit.values)
    rise = {}
    for name in plan.free:
        starts = (around.shifted(space, fit.values, name, true[name]), true)
        rise[name] = refit(objective, space, name, true[name], starts)[0] - fit.value
    error = dict(zip(plan.free, around.error.tolist(), strict=True))
    profiles = {}
    for name in plan.free if number < plan.n_profiles else ():
        found = profile(objective, space, name, fit.values, fit.value, around, [true])
        profiles[name] = [[float(v), float(r)] for v, r in zip(found.value, found.rise, strict=True)]
    return Recovered(
        *(number, dict(true), dict(fit.values), fit.value, fit.n_events, fit.converged, fit.at_bound),
        rise=rise,
        error=error,
        correlation=around.correlation.tolist(),
        profiles=profiles,
    )


@dataclass(frozen=True, eq=False)
class Recovery:
    """What recovery found.

    Attributes
    ----------
    plan : RecoveryPlan
    subjects : tuple of Recovered
        By number.
    interrupted : bool
        Whether some are missing.
    """

    plan: RecoveryPlan
    subjects: tuple[Recovered, ...]
    interrupted: bool = False

    @property
    def free(self) -> tuple[str, ...]:
        """The parameters that were recovered."""
        return self.plan.free

    def _table(self, which: str) -> Floats:
        return np.array([[getattr(one, which)[name] for name in self.free] for one in self.subjects])

    def _searched(self, which: str) -> Floats:
        """Return values on the scale of the search, (n_subjects, n_free)."""
        space = SearchSpace.of(self.plan.model, self.free, None)
        return np.array([space.vector(getattr(one, which)) for one in self.subjects])

    def summary(self) -> ParameterRecovery:
        """Return the statistics of each parameter as arrays, in the order of `free`."""
        bound = [[name in one.at_bound for name in self.free] for one in self.subjects]
        covered = [[float(one.covers(name)) for name in self.free] for one in self.subjects]
        return recover_parameters(self._table("true"), self._table("estimate"), covered, bound)

    def recovery(self) -> Columns:
        """Return a row a parameter; the columns are the fields of `memlab.analysis.recovery.ParameterRecovery`."""
        found = self.summary()
        columns = {name: values for name, values in vars(found).items() if name != "r_interval"}
        interval = {"r_low": found.r_interval[:, 0], "r_high": found.r_interval[:, 1]}
        return {"parameter": list(self.free), "n": [len(self.subjects)] * len(self.free), **columns, **interval}

    def estimates(self) -> Columns:
        """Return a row a subject and parameter: ``subject, parameter, true, estimate, error, rise, covered, at_bound``.

        ``error`` is the standard error on the scale of the search, ``rise`` as in `Recovered`; subjects count from 1.
        """
        names = ("subject", "parameter", "true", "estimate", "error", "rise", "covered", "at_bound")
        rows = [
            (one.number + 1, n, one.true[n], one.estimate[n], one.error[n], one.rise[n], int(one.covers(n)),
             int(n in one.at_bound))
            for one in self.subjects
            for n in self.free
        ]  # fmt: skip
        return as_columns(names, rows)

    def profiles(self) -> Columns:
        """Return the profile likelihoods: ``subject, parameter, value, rise, estimate, true``."""
        rows = [
            (one.number + 1, name, value, rise, one.estimate[name], one.true[name])
            for one in self.subjects
            for name, points in one.profiles.items()
            for value, rise in points
        ]
        return as_columns(("subject", "parameter", "value", "rise", "estimate", "true"), rows)

    def error_correlations(self) -> Floats:
        """Return the correlations over subjects of the errors of estimation on the scale of the search."""
        return correlation_matrix(self._searched("estimate") - self._searched("true"))

    def curvature_correlations(self) -> Floats:
        """Return the median over subjects of the correlations of estimates by the curvature."""
        each = np.array([one.correlation for one in self.subjects], dtype=np.float64)
        found = np.full(each.shape[1:], np.nan)
        has = ~np.isnan(each).all(axis=0)
        found[has] = np.nanmedian(each[:, has], axis=0)
        return found

    def correlations(self) -> Columns:
        """Return a row a pair of parameters: ``first, second, errors, curvature``."""
        errors, curved = self.error_correlations(), self.curvature_correlations()
        pairs = [(i, j) for i in range(len(self.free)) for j in range(i + 1, len(self.free))]
        rows = [(self.free[i], self.free[j], errors[i, j], curved[i, j]) for i, j in pairs]
        return as_columns(("first", "second", "errors", "curvature"), rows)

    def ridges(self) -> list[tuple[str, str, float, float]]:
        """Return the pairs that lie on a ridge, by errors or by curvature: names, and both correlations."""
        errors, curved = self.error_correlations(), self.curvature_correlations()
        pairs = {tuple(pair) for table in (errors, curved) for pair in ridges(table, RIDGE).tolist()}
        return [(self.free[i], self.free[j], float(errors[i, j]), float(curved[i, j])) for i, j in sorted(pairs)]


def run_recovery(
    plan: RecoveryPlan,
    *,
    jobs: int = 1,
    finished: Sequence[Recovered] = (),
    keep: Callable[[Recovered], object] | None = None,
    progress: Progress | None = None,
) -> Recovery:
    """Recover every subject of a plan.

    Parameters
    ----------
    jobs
        Worker processes; the answer does not depend on it.
    finished
        Subjects that an earlier run recovered under the same plan.
    keep
        Called with each subject as it is finished.
    progress
        Called with what was done, how many are done and how many there are.

    Returns
    -------
    Recovery
        On Ctrl-C, of what was finished, with ``interrupted`` set.
    """
    done = {one.number: one for one in finished}
    left = [number for number in range(len(plan.truths)) if number not in done]
    interrupted = False
    try:
        for one in in_workers(recover_subject, [(plan, number) for number in left], jobs):
            done[one.number] = one
            if keep is not None:
                keep(one)
            if progress is not None:
                progress(f"subject {one.number + 1}", len(done), len(plan.truths))
    except KeyboardInterrupt:
        interrupted = True
    return Recovery(plan, tuple(done[number] for number in sorted(done)), interrupted)


def in_workers(function: Callable[..., Any], tasks: Sequence[tuple[Any, ...]], jobs: int) -> Iterator[Any]:
    """Yield the result of every task as it is finished, in whatever order."""
    if jobs == 1 or len(tasks) < 2:
        yield from (function(*task) for task in tasks)
        return
    from joblib import Parallel, delayed

    calls = (delayed(function)(*task) for task in tasks)
    yield from Parallel(n_jobs=jobs, return_as="generator_unordered", batch_size=1)(calls)
