"""Model recovery: subjects simulated by each of several models, every model fitted to each, and who wins."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, get_args

import numpy as np

from memlab.analysis.model_selection import aic, aicc, bic
from memlab.analysis.recovery import confusion, inversion
from memlab.comparison import as_columns
from memlab.contender import Progress
from memlab.core.errors import DataError, NotSupported, UnknownName
from memlab.core.files import Columns, write_text
from memlab.core.model import Model
from memlab.core.recall import Floats, LikelihoodModel
from memlab.core.rng import stream
from memlab.core.sequences import Sequences
from memlab.fitting.likelihood import cross_validate, fit_likelihood
from memlab.fitting.optimise import INTERRUPTED, Method
from memlab.half_curves import fit_half_curves
from memlab.recovery import Design, in_workers, simulate_subject

__all__ = [
    "CRITERIA",
    "Candidate",
    "Criterion",
    "ModelRecovery",
    "ModelRecoveryPlan",
    "Scored",
    "check_criterion",
    "run_model_recovery",
]

Criterion = Literal["bic", "aic", "aicc", "held_out", "curves"]
CRITERIA: dict[str, str] = {
    "bic": "BIC, -2 ln L + k ln n",
    "aic": "AIC, -2 ln L + 2 k",
    "aicc": "AICc, AIC corrected for few events",
    "held_out": "minus the log-likelihood of lists that the fit did not see, by cross-validation over lists, nats",
    "curves": "RMSD of the model's curves, fitted to every other list, from the curves of the other lists",
}
"""What decides which model wins; the smaller, the better."""


@dataclass(frozen=True, eq=False)
class Candidate:
    """A model that simulates, and that is fitted to what each simulated.

    Attributes
    ----------
    model : Model
    truths : tuple of dict
        The known values, a set a simulated subject.
    free : tuple of str
        What is fitted.
    held : dict of float
        The values of the others.
    """

    model: Model
    truths: tuple[Mapping[str, float], ...]
    free: tuple[str, ...]
    held: Mapping[str, float]


@dataclass(frozen=True, eq=False)
class ModelRecoveryPlan:
    """What is to be told apart.

    Attributes
    ----------
    candidates : tuple of Candidate
    designs : tuple of Design
        Simulated subject i of every model gets the lists of subject i, and so on from the first again.
    criterion : {"bic", "aic", "aicc", "held_out", "curves"}
        See `CRITERIA`.
    method, restarts, folds
        Of the fits by likelihood, and of cross-validation.
    seed : int
    """

    candidates: tuple[Candidate, ...]
    designs: tuple[Design, ...]
    criterion: Criterion = "bic"
    method: Method = "de"
    restarts: int = 1
    folds: int = 5
    seed: int = 1

    @property
    def names(self) -> tuple[str, ...]:
        """The models, in order."""
        return tuple(candidate.model.name for candidate in self.candidates)

    @property
    def tasks(self) -> list[tuple[int, int]]:
        """Every simulated subject: the place of its model, and its number."""
        return [(i, j) for i, one in enumerate(self.candidates) for j in range(len(one.truths))]


@dataclass(frozen=True, eq=False)
class Scored:
    """One simulated subject with every model's fit.

    Attributes
    ----------
    truth : str
        The model that simulated.
    number : int
        From 0.
    n_events : int
        Recalls and observed stops.
    criterion : dict of float
        By model; the smaller, the better.
    log_likelihood : dict of float, nats
        By model; NaN under the criterion ``curves``; under ``held_out`` that of the lists left out.
    k : dict of int
        Fitted parameters by model.
    converged : dict of bool
    """

    truth: str
    number: int
    n_events: int
    criterion: Mapping[str, float]
    log_likelihood: Mapping[str, float]
    k: Mapping[str, int]
    converged: Mapping[str, bool]

    def write(self, path: str | Path) -> Path:
        """Write it as JSON, whole or not at all."""
        return write_text(path, json.dumps(dataclasses.asdict(self), indent=1) + "\n")

    @classmethod
    def read(cls, path: str | Path) -> Scored:
        """Read what `write` wrote.

        Raises
        ------
        DataError
            Not readable, or no such subject.
        """
        try:
            return cls(**json.loads(Path(path).read_text(encoding="utf-8")))
        except OSError as error:
            raise DataError(f"cannot read {path}: {error.strerror or error}.") from None
        except (TypeError, ValueError):
            raise DataError(f"{path} is not a scored subject: delete it, and it is made again.") from None


def check_criterion(criterion: str, models: Sequence[Model]) -> None:
    """Refuse a criterion that some model cannot be given.

    Raises
    ------
    UnknownName
        No such criterion.
    NotSupported
        A likelihood is needed and a model has none in closed form; or a network, or a model without all three curves.
    """
    if criterion not in get_args(Criterion):
        raise UnknownName("there is no criterion", criterion, CRITERIA)
    for model in models:
        if not model.has_parameter_count:
            raise NotSupported(f"{model.name} is a network: it would have to be trained again on every subject.")
        if criterion != "curves" and not isinstance(model, LikelihoodModel):
            raise NotSupported(
                f"{model.name} has no exact likelihood, so that {criterion} would rank it by noise. "
                "Use --criterion curves, which every model has."
            )
        if criterion == "curves" and len(model.predicts) < 3:
            raise NotSupported(f"{model.name} predicts {', '.join(model.predicts)} only: leave it out.")


def score_subject(plan: ModelRecoveryPlan, which: int, number: int) -> Scored:
    """Simulate one subject by one model, and fit every model to it."""
    source = plan.candidates[which]
    design = plan.designs[number % len(plan.designs)]
    data = simulate_subject(source.model, design, source.truths[number], plan.seed, number)
    scores = {one.model.name: _score(plan, one, data, (source.model.name, number)) for one in plan.candidates}
    n_events = int(sum(sequences.n_events.sum() for sequences in data))
    columns = [{name: row[i] for name, row in scores.items()} for i in range(4)]
    return Scored(source.model.name, number, n_events, *columns)  # type: ignore[arg-type]


def _score(
    plan: ModelRecoveryPlan, one: Candidate, data: Sequence[Sequences], key: tuple[str, int]
) -> tuple[float, float, int, bool]:
    """Return a candidate's criterion, log-likelihood, k, and whether its fit settled."""
    seed = int(stream(plan.seed, "model recovery", *key, one.model.name).integers(2**31))
    k = len(one.free)
    if plan.criterion == "curves":
        how = {"method": plan.method, "restarts": plan.restarts, "seed": seed}
        found = fit_half_curves(one.model, data, free=one.free, held=one.held, **how)  # type: ignore[arg-type]
        return found.held_out, float("nan"), k, found.converged
    common = {"free": one.free, "fixed": one.held, "method": plan.method, "restarts": plan.restarts, "seed": seed}
    if plan.criterion == "held_out":
        score = cross_validate(one.model, data, folds=plan.folds, **common).log_likelihood  # type: ignore[arg-type]
        return -score, score, k, True
    fit = fit_likelihood(one.model, data, **common)  # type: ignore[arg-type]
    if fit.message == INTERRUPTED:
        raise KeyboardInterrupt
    made = {
        "bic": bic(fit.log_likelihood, k, fit.n_events),
        "aic": aic(fit.log_likelihood, k),
        "aicc": aicc(fit.log_likelihood, k, fit.n_events),
    }
    return float(made[plan.criterion]), fit.log_likelihood, k, fit.converged


@dataclass(frozen=True, eq=False)
class ModelRecovery:
    """Who wins.

    Attributes
    ----------
    plan : ModelRecoveryPlan
    subjects : tuple of Scored
        In the order of the models, then by number.
    interrupted : bool
        Whether some are missing.
    """

    plan: ModelRecoveryPlan
    subjects: tuple[Scored, ...]
    interrupted: bool = False

    def counts(self) -> Floats:
        """Return which model wins (columns) for the subjects of each (rows), (n_models, n_models); a tie is split."""
        names = self.plan.names
        criterion = np.array([[one.criterion[name] for name in names] for one in self.subjects]).reshape(-1, len(names))
        return confusion(criterion, [names.index(one.truth) for one in self.subjects], len(names))

    def shares(self) -> Floats:
        """Return the same as shares of each row; NaN for a model that simulated nobody."""
        counts = self.counts()
        total = counts.sum(axis=1, keepdims=True)
        found: Floats = np.divide(counts, total, out=np.full_like(counts, np.nan), where=total > 0)
        return found

    def inverse(self) -> Floats:
        """Return how likely each model is the true one when a model has won; see `memlab.analysis.recovery`."""
        return inversion(self.counts())

    def confusion(self) -> Columns:
        """Return a row a pair: ``simulated_by, wins, subjects, share, inverse``."""
        names, counts, shares, inverse = self.plan.names, self.counts(), self.shares(), self.inverse()
        rows = [
            (truth, best, counts[i, j], shares[i, j], inverse[i, j])
            for i, truth in enumerate(names)
            for j, best in enumerate(names)
        ]
        return as_columns(("simulated_by", "wins", "subjects", "share", "inverse"), rows)

    def scores(self) -> Columns:
        """Return a row a subject and model; subjects count from 1.

        The columns are ``simulated_by, subject, model, criterion, log_likelihood, k, n, converged``.
        """
        names = ("simulated_by", "subject", "model", "criterion", "log_likelihood", "k", "n", "converged")
        rows = [
            (one.truth, one.number + 1, m, one.criterion[m], one.log_likelihood[m], one.k[m], one.n_events,
             int(one.converged[m]))
            for one in self.subjects
            for m in self.plan.names
        ]  # fmt: skip
        return as_columns(names, rows)


def run_model_recovery(
    plan: ModelRecoveryPlan,
    *,
    jobs: int = 1,
    finished: Sequence[Scored] = (),
    keep: Callable[[Scored], object] | None = None,
    progress: Progress | None = None,
) -> ModelRecovery:
    """Simulate and score every subject of a plan; the parameters are those of `memlab.recovery.run_recovery`."""
    names = plan.names
    done = {(names.index(one.truth), one.number): one for one in finished}
    left = [(plan, *task) for task in plan.tasks if task not in done]
    interrupted = False
    try:
        for one in in_workers(score_subject, left, jobs):
            done[names.index(one.truth), one.number] = one
            if keep is not None:
                keep(one)
            if progress is not None:
                progress(f"{one.truth} {one.number + 1}", len(done), len(plan.tasks))
    except KeyboardInterrupt:
        interrupted = True
    return ModelRecovery(plan, tuple(done[task] for task in sorted(done)), interrupted)
