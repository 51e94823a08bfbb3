"""Random-effects Bayesian model selection: how frequent each model is among people who need not all follow one."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from memlab.core.errors import UsageError
from memlab.core.recall import Floats

__all__ = ["GroupSelection", "exceedance_probabilities", "select_models"]

PRIOR = 1.0
"""Of the Dirichlet, each model: one subject's worth, a flat prior over frequencies (Stephan et al. 2009)."""

TOLERANCE, MAX_ITERATIONS = 1e-8, 100_000
"""The iteration ends when no count of the Dirichlet moves by more; the second is for what only a bug could cause."""

N_NODES = 2000
"""Nodes of the quadrature: exceedance probabilities are then exact to 1e-6 for thousands of subjects."""


@dataclass(frozen=True, eq=False)
class GroupSelection:
    """How frequent each model is among people.

    Attributes
    ----------
    counts : (n_models,)
        Parameters of the posterior Dirichlet: 1 and the expected number of subjects.
    responsibility : (n_subjects, n_models)
        Posterior probability that a subject follows each model.
    exceedance : (n_models,)
        Probability that a model is more frequent than every other.
    omnibus_risk : float
        Bayesian omnibus risk: the probability that all models are equally frequent, and the differences chance.
    """

    counts: Floats
    responsibility: Floats
    exceedance: Floats
    omnibus_risk: float

    @property
    def frequency(self) -> Floats:
        """Expected frequency of each model, (n_models,)."""
        return np.asarray(self.counts / self.counts.sum())

    @property
    def protected_exceedance(self) -> Floats:
        """Exceedance probability, allowing for the omnibus risk: (1 - BOR) xp + BOR / n_models, (n_models,)."""
        risk = self.omnibus_risk
        return np.asarray((1.0 - risk) * self.exceedance + risk / len(self.counts))


def select_models(log_evidence: ArrayLike) -> GroupSelection:
    """Infer how frequent each model is from the evidence that each subject gives for it.

    Each subject follows one model; the frequencies of the models have a flat Dirichlet prior. The posterior is found
    by variational Bayes.

    Parameters
    ----------
    log_evidence : (n_subjects, n_models), nats
        ln p(data of the subject | model), as -BIC / 2 approximates it. Only differences within a subject count.

    Raises
    ------
    UsageError
        Not a row a subject and a column a model, fewer than two models, or a value that is not finite.

    References
    ----------
    Stephan, Penny, Daunizeau, Moran & Friston (2009), NeuroImage 46, 1004-1017 (posterior, exceedance); Rigoux,
    Stephan, Friston & Daunizeau (2014), NeuroImage 84, 971-985 (omnibus risk, protected exceedance).

    Examples
    --------
    >>> group = select_models([[0.0, -10.0], [0.0, -10.0], [0.0, -10.0]])
    >>> group.counts.round(2)
    array([4., 1.])
    """
    evidence = np.asarray(log_evidence, dtype=np.float64)
    if evidence.ndim != 2 or not len(evidence) or evidence.shape[1] < 2 or not np.isfinite(evidence).all():
        raise UsageError(
            "log_evidence must be finite numbers, a row a subject and a column a model, for two models or more. Got "
            f"shape {evidence.shape}{'' if np.isfinite(evidence).all() else ' with values that are not finite'}."
        )
    evidence = evidence - evidence.max(axis=1, keepdims=True)
    counts = np.full(evidence.shape[1], PRIOR)
    for _ in range(MAX_ITERATIONS):
        before, responsibility = counts, _responsibility(evidence, counts)
        counts = PRIOR + responsibility.sum(axis=0)
        if np.abs(counts - before).max() < TOLERANCE:
            break
    risk = _omnibus_risk(evidence, counts, responsibility)
    return GroupSelection(counts, responsibility, exceedance_probabilities(counts), risk)


def exceedance_probabilities(counts: ArrayLike) -> Floats:
    """Return the probability that each frequency is the greatest of all under a Dirichlet, (n_models,).

    Frequencies of a Dirichlet are independent gamma variates over their sum, so that P(r_k greatest) is the mean over
    r_k's own distribution of the product of the others' distribution functions: one integral, taken by quadrature
    over the quantiles of r_k. For two models it is the incomplete beta function.

    Parameters
    ----------
    counts : (n_models,), > 0
        Parameters of the Dirichlet.

    Examples
    --------
    >>> exceedance_probabilities([2.0, 2.0]).round(6)
    array([0.5, 0.5])
    """
    from scipy.special import gammainc, gammaincinv, roots_legendre

    alpha = np.asarray(counts, dtype=np.float64)
    if alpha.ndim != 1 or not (alpha > 0).all():
        raise UsageError(f"counts must be positive, one a model. Got shape {alpha.shape}.")
    nodes, weight = roots_legendre(N_NODES)
    quantile = (nodes + 1.0) / 2.0
    greatest = np.empty(len(alpha))
    for k, own in enumerate(alpha):
        others = np.delete(alpha, k)
        below = gammainc(others[:, None], gammaincinv(own, quantile))  # (n_models - 1, n_nodes)
        greatest[k] = (weight / 2.0) @ below.prod(axis=0)
    return np.asarray(greatest / greatest.sum())


def _responsibility(evidence: Floats, counts: Floats) -> Floats:
    """Return the probability that each subject follows each model, given the Dirichlet."""
    from scipy.special import psi, softmax

    return np.asarray(softmax(evidence + psi(counts) - psi(counts.sum()), axis=1))


def _omnibus_risk(evidence: Floats, counts: Floats, responsibility: Floats) -> float:
    """Return P(all models equally frequent | data) = 1 / (1 + exp(F1 - F0)), F the log evidence of each hypothesis."""
    from scipy.special import expit, logsumexp

    equal = float((logsumexp(evidence, axis=1) - np.log(evidence.shape[1])).sum())
    return float(expit(equal - _free_energy(evidence, counts, responsibility)))


def _free_energy(evidence: Floats, counts: Floats, responsibility: Floats) -> float:
    """Return the variational bound on the log evidence of unequal frequencies (Rigoux et al. 2014, appendix)."""
    from scipy.special import gammaln, psi, xlogy

    prior = np.full(len(counts), PRIOR)
    log_frequency = psi(counts) - psi(counts.sum())
    expected = gammaln(prior.sum()) - gammaln(prior).sum() + ((prior - 1.0) * log_frequency).sum()
    expected += (responsibility * (log_frequency + evidence)).sum()
    entropy = gammaln(counts).sum() - gammaln(counts.sum()) - ((counts - 1.0) * log_frequency).sum()
    entropy -= xlogy(responsibility, responsibility).sum()
    return float(expected + entropy)
