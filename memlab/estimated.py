"""The likelihood of a data set under models that have no formula for it: estimated, with its Monte-Carlo error.

The estimate of each list's probability is unbiased; its log, and so the sum here, is too low by about half its
variance, which at the default accuracy is less than the error itself for small data sets and must be kept in mind for
large ones (`Estimate.bias`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from memlab.core.errors import NotSupported, ParameterError, UsageError
from memlab.core.parameters import Values
from memlab.core.recall import Floats, RecallModel
from memlab.core.rng import stream
from memlab.core.sequences import EstimatedLikelihoodModel, Sequences
from memlab.recall_bits import uniform_log_likelihood

__all__ = [
    "MOST_PARTICLES",
    "N_PARTICLES",
    "Estimate",
    "EstimatedObjective",
    "default_target",
    "estimated_log_likelihood",
    "require_rankable",
]

N_PARTICLES = 512
"""Particles a list at first."""

MOST_PARTICLES = 32_768
"""Particles a list at most, unless the caller asks for more."""

NATS_AN_EVENT = 0.002
"""The error that is aimed at, a recall event; and at least `LEAST_NATS` in all. Models of the same lists differ by .05
nats an event and more where one is called better."""

LEAST_NATS = 1.0

UNSURE = 0.5
"""Variance above which a list's estimate rests on one batch of particles (alone it would give 1): then more particles
would probably find likelier ways to the list, and the standard error says too little."""

APART = 2.0
"""Models are ranked if they are so many standard errors apart."""


@dataclass(frozen=True, eq=False)
class Estimate:
    """An estimated log-likelihood.

    Attributes
    ----------
    model : str
    log_likelihood : float, nats
        The sum over lists; minus infinity where the model cannot give a list, or where none was found to lead to it.
    standard_error : float, nats
        Of the sum, by simulation alone; infinite where nothing led to some list.
    target : float, nats
        The error that was aimed at.
    n_particles : int
        The most that a list got.
    n_events : int
        Recalls and observed stops.
    by_list, variance : (n_lists,)
        The conditions one after the other.
    """

    model: str
    log_likelihood: float
    standard_error: float
    target: float
    n_particles: int
    n_events: int
    by_list: Floats
    variance: Floats

    @property
    def n_impossible(self) -> int:
        """Lists to which the model gives probability 0, for certain."""
        return int((np.isneginf(self.by_list) & (self.variance == 0)).sum())

    @property
    def n_missed(self) -> int:
        """Lists that no particle led to: their probability is small, but it is not known how small."""
        return int(np.isinf(self.variance).sum())

    @property
    def n_unsure(self) -> int:
        """Lists whose estimate rests on so few particles that it is probably too low by more than its error."""
        return int((np.isfinite(self.variance) & (self.variance > UNSURE)).sum())

    @property
    def bias(self) -> float:
        """By how much the sum is too low, about: half the variance of the log-probabilities."""
        return -0.5 * self.standard_error**2


def default_target(n_events: int) -> float:
    """Return the standard error, nats, that is aimed at for data of so many recall events.

    Examples
    --------
    >>> default_target(100), default_target(10_000)
    (1.0, 20.0)
    """
    return max(LEAST_NATS, NATS_AN_EVENT * n_events)


def estimated_log_likelihood(
    model: RecallModel,
    sequences: Sequence[Sequences],
    values: Values | None = None,
    *,
    seed: int = 1,
    n_particles: int = N_PARTICLES,
    target_se: float | None = None,
    most_particles: int = MOST_PARTICLES,
    lapse: float = 0.0,
) -> Estimate:
    """Estimate the log-likelihood of a data set, with more particles until it is accurate enough.

    Lists whose variance is above their share of what is allowed are estimated anew with twice the particles, as often
    as it takes. Whether it was enough `require_rankable` says.

    Parameters
    ----------
    sequences
        The conditions, all under the same values.
    seed
        The random stream depends on it, the model, the condition and the round.
    n_particles, most_particles
        A list, at first and at most.
    target_se : nats
        Of the sum; None for `default_target`.
    lapse : in [0, 1)
        Share of lists that do not come from the model at all: in them the items left and stopping are equally probable
        at each output. With 0 one list that the model cannot give makes the likelihood 0, as in SAM every list that
        does not begin with what its buffer must hold.

    Raises
    ------
    NotSupported
        The model's likelihood cannot be estimated.
    UsageError, ParameterError
        Too few particles; a lapse or a target out of range.
    """
    estimable = _estimable(model)
    _check(lapse, target_se)
    n_events = sum(int(one.n_events.sum()) for one in sequences)
    target = default_target(n_events) if target_se is None else float(target_se)
    n, turn = int(n_particles), 0
    parts = [_with_lapse(one, *_run(estimable, one, values, seed, turn, n), lapse) for one in sequences]
    n_lists = sum(one.n_lists for one in sequences)
    while _error(parts) > target and 2 * n <= most_particles:
        n, turn = 2 * n, turn + 1
        for one, (log_p, variance) in zip(sequences, parts, strict=True):
            again = variance > target**2 / n_lists
            if again.any():
                some = one.select(again)
                log_p[again], variance[again] = _with_lapse(some, *_run(estimable, some, values, seed, turn, n), lapse)
    of_list, variance = (np.concatenate(both) for both in zip(*parts, strict=True))
    return Estimate(model.name, float(of_list.sum()), _error(parts), target, n, n_events, of_list, variance)


def _estimable(model: RecallModel) -> EstimatedLikelihoodModel:
    if not isinstance(model, EstimatedLikelihoodModel):
        raise NotSupported(f"{model.name} has no likelihood that could be estimated; see: memlab models {model.name}")
    return model


def _check(lapse: float, target_se: float | None) -> None:
    if not 0 <= lapse < 1:
        raise ParameterError(f"lapse must be a share in [0, 1). Got {lapse!r} instead.")
    if target_se is not None and not target_se > 0:
        raise UsageError(f"target_se must be above 0 nats. Got {target_se!r} instead.")


def _run(
    model: EstimatedLikelihoodModel, one: Sequences, values: Values | None, seed: int, turn: int, n_particles: int
) -> tuple[Floats, Floats]:
    return model.estimate_log_likelihood(
        one, values, stream(seed, "likelihood", model.name, one.name, turn), n_particles
    )


def _with_lapse(one: Sequences, log_p: Floats, variance: Floats, lapse: float) -> tuple[Floats, Floats]:
    """Return log-probability and variance where some lists are given at random."""
    if lapse == 0.0:
        return log_p, variance
    ours = np.log1p(-lapse) + log_p
    mixed = np.logaddexp(ours, np.log(lapse) + uniform_log_likelihood(one))
    certain = np.where(np.isinf(variance), 0.0, variance)
    return mixed, np.where(np.isinf(variance), np.inf, np.exp(2 * (ours - mixed)) * certain)


def _error(parts: Sequence[tuple[Floats, Floats]]) -> float:
    return float(np.sqrt(sum(variance.sum() for _, variance in parts)))


def require_rankable(estimate: Estimate, *, other_difference: float | None = None) -> None:
    """Refuse an estimate that is too noisy to rank its model against others.

    Parameters
    ----------
    other_difference : nats
        How much better or worse the model is than the one it is ranked against: it must be more than two standard
        errors. None: the error must be at most the one that was aimed at. In any case there must not be more lists
        whose estimate rests on few particles than the nats that were aimed at.

    Raises
    ------
    NotSupported
        Too noisy.
    """
    at = f"at {estimate.n_particles} particles a list"
    advice = "Allow more particles, take fewer lists, or compare by curves."
    if estimate.n_missed:
        raise NotSupported(
            f"{estimate.model} is too noisy to rank models: no particle led to {estimate.n_missed} of "
            f"{estimate.by_list.size} lists {at}. {advice}"
        )
    if estimate.n_unsure > estimate.target:
        raise NotSupported(
            f"{estimate.model} is too noisy to rank models: the estimates of {estimate.n_unsure} of "
            f"{estimate.by_list.size} lists rest on few particles {at}. {advice}"
        )
    error = estimate.standard_error
    said = f"{estimate.model} is too noisy to rank models: SE {error:.1f} nats {at}"
    if other_difference is not None:
        if abs(other_difference) <= APART * error:
            raise NotSupported(f"{said}, and a difference of {abs(other_difference):.1f} nats. {advice}")
    elif error > estimate.target:
        raise NotSupported(f"{said}, above the {estimate.target:.1f} allowed. {advice}")


@dataclass(frozen=True, eq=False)
class EstimatedObjective:
    """The estimated negative log-likelihood as a function of values, with the same random numbers at every call.

    Common random numbers take out most of the noise of differences between values; it still has small steps where
    particles are drawn anew, so that methods which need no gradient (CMA-ES, differential evolution) are in place. The
    minimum is of the estimate: score the values found with another seed.

    Attributes
    ----------
    model, sequences, seed, lapse
        See `estimated_log_likelihood`; above 0, a lapse keeps the objective finite.
    n_particles : int
        A list, at every call.
    """

    model: RecallModel
    sequences: Sequence[Sequences]
    seed: int = 1
    n_particles: int = N_PARTICLES
    lapse: float = 0.01

    def __call__(self, values: Values) -> float:
        """Return the estimated negative log-likelihood, nats."""
        estimable = _estimable(self.model)
        _check(self.lapse, None)
        total = 0.0
        for one in self.sequences:
            log_p, variance = _run(estimable, one, values, self.seed, 0, self.n_particles)
            total += float(_with_lapse(one, log_p, variance, self.lapse)[0].sum())
        return -total
