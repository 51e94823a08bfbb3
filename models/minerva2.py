"""MINERVA 2: every experience leaves a trace of its own, and a probe is answered by the echo of all traces at once.

First the theory of recognition and judged frequency, on features of -1, 0 and 1; then free recall by context.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import comb
from typing import ClassVar, Literal

import numpy as np
from numpy.typing import ArrayLike

from memlab.core.errors import ParameterError
from memlab.core.model import Model
from memlab.core.parameters import Parameter, Values
from memlab.core.recall import Floats, Ints, Recalls, StudyLists
from memlab.core.sequences import Sequences
from memlab.models.choice import STOP_GROWTH, STOP_SCALE, stop_probabilities
from memlab.models.minerva2_recall import Drift, simulate_lists
from memlab.models.particle_filter import by_list
from memlab.models.retrieved_context import refuse_repeated_items

__all__ = [
    "Minerva2",
    "activation",
    "echo_content",
    "echo_intensity",
    "encode",
    "expected_intensity_slope",
    "frequency_judgment",
    "trace_similarity",
]


def _features(vectors: ArrayLike, name: str) -> Floats:
    rows = np.atleast_2d(np.asarray(vectors, dtype=np.float64))
    if rows.ndim != 2 or not np.isfinite(rows).all():
        raise ParameterError(f"{name} must be finite numbers, one vector a row. Got shape {rows.shape} instead.")
    return rows


def encode(items: ArrayLike, learning: float, rng: np.random.Generator) -> Floats:
    """Return one trace a presentation, (n_items, n_features): each feature is stored with probability L, else 0.

    Parameters
    ----------
    items : (n_items, n_features), -1, 0 or 1
        One row a presentation.
    learning : in [0, 1]
        L.
    rng
        Source of what is stored.
    """
    if not 0 <= learning <= 1:
        raise ParameterError(f"learning must be a probability, in [0, 1]. Got {learning!r} instead.")
    rows = _features(items, "items")
    return np.where(rng.random(rows.shape) < learning, rows, 0.0)


def trace_similarity(probes: ArrayLike, traces: ArrayLike) -> Floats:
    """Return S = sum_j P_j T_j / n, (n_probes, n_traces), n the number of features not 0 in the probe or the trace.

    A pair without any such feature has similarity 0.

    Parameters
    ----------
    probes : (n_probes, n_features) or (n_features,)
    traces : (n_traces, n_features)

    Examples
    --------
    >>> trace_similarity([1, 1, 0, 0], [[1, 0, -1, 0], [0, 0, 0, 0]])
    array([[0.33333333, 0.        ]])
    """
    asked, stored = _features(probes, "probes"), _features(traces, "traces")
    if asked.shape[1] != stored.shape[1]:
        raise ParameterError(f"probes have {asked.shape[1]} features, traces {stored.shape[1]}: they must be as many.")
    in_probe, in_trace = (asked != 0).astype(np.float64), (stored != 0).astype(np.float64)
    in_either = in_probe.sum(axis=1)[:, None] + in_trace.sum(axis=1) - in_probe @ in_trace.T
    return np.asarray(asked @ stored.T / np.maximum(in_either, 1.0))


def activation(probes: ArrayLike, traces: ArrayLike) -> Floats:
    """Return A = S³, (n_probes, n_traces): the sign stays, and the best matching traces stand out."""
    return np.asarray(trace_similarity(probes, traces) ** 3)


def echo_intensity(probes: ArrayLike, traces: ArrayLike) -> Floats:
    """Return how loud the echo of each probe is, I = sum of A over traces, (n_probes,): the feeling of familiarity.

    A probe is called old if its intensity exceeds a criterion.

    References
    ----------
    Hintzman (1984), Behav. Res. Meth. 16, 96-101; Hintzman (1988), Psychol. Rev. 95, 528-551.

    Examples
    --------
    >>> echo_intensity([1, -1, 1], [[1, -1, 1], [1, -1, 1]])
    array([2.])
    """
    return np.asarray(activation(probes, traces).sum(axis=1))


def echo_content(probes: ArrayLike, traces: ArrayLike, *, normalise: bool = False) -> Floats:
    """Return what the echo says, C_j = sum of A T_j over traces, (n_probes, n_features).

    Parameters
    ----------
    normalise
        Divide by the greatest absolute feature, as is done before the content is used as a probe.

    Examples
    --------
    >>> echo_content([1, 1, 0], [[1, 1, -1]], normalise=True)
    array([[ 1.,  1., -1.]])
    """
    content = activation(probes, traces) @ _features(traces, "traces")
    if normalise:
        greatest = np.abs(content).max(axis=1, keepdims=True, initial=0.0)
        content = content / np.where(greatest > 0, greatest, 1.0)
    return np.asarray(content)


def expected_intensity_slope(n_features: int, learning: float, nonzero: float = 1.0) -> float:
    """Return the expected echo intensity of one trace of the probe itself, by which familiarity grows with frequency.

    With m features not 0, each stored with probability L: [m(m-1)(m-2) L³ + 3m(m-1) L² + m L] / m³, the third moment of
    a binomial over m³. Traces of other items add 0 on average.

    Parameters
    ----------
    n_features : at least 1
    learning : in [0, 1]
        L.
    nonzero : in [0, 1]
        Probability that a feature of an item is not 0: 1 for items of -1 and 1, 2/3 for -1, 0 and 1 equally likely.

    Examples
    --------
    >>> round(expected_intensity_slope(20, 0.5), 4)
    0.1437
    """
    if n_features < 1 or not 0 <= learning <= 1 or not 0 <= nonzero <= 1:
        raise ParameterError(
            f"n_features must be at least 1, learning and nonzero in [0, 1]. Got {n_features}, {learning}, {nonzero}."
        )
    m = np.arange(1, n_features + 1)
    third = m * (m - 1) * (m - 2) * learning**3 + 3 * m * (m - 1) * learning**2 + m * learning
    chance = [comb(n_features, int(k)) * nonzero**k * (1 - nonzero) ** (n_features - k) for k in m]
    return float(chance @ (third / m**3.0))


def frequency_judgment(intensity: ArrayLike, slope: float) -> Ints:
    """Return the judged number of presentations, at least 0.

    Criteria lie midway between the expected intensities of neighbouring frequencies, which are multiples of ``slope``
    (`expected_intensity_slope`).

    Examples
    --------
    >>> frequency_judgment([-0.3, 0.2, 0.7, 1.2], slope=0.5)
    array([0, 0, 1, 2])
    """
    if not slope > 0:
        raise ParameterError(f"slope must be above 0. Got {slope!r} instead.")
    return np.maximum(0, np.floor(np.asarray(intensity, dtype=np.float64) / slope + 0.5)).astype(np.int64)


_ILLUSTRATIVE = "illustrative, not published: free recall is our addition, chosen for a curve with primacy and recency"
_PARAMETERS = (
    Parameter(
        "L", 0.5, 0.0, 1.0, "learning: probability that a feature is stored in one encoding",
        source="a value in use for MINERVA 2 (a public reproduction of Hintzman 1988); the paper's own was not seen",
    ),
    Parameter("n_context", 60, 0, 200, "features of context", source=_ILLUSTRATIVE, integer=True),
    Parameter(
        "n_item", 20, 1, 200, "features of an item drawn at random (a pool's vectors have their own number)",
        source="a number in use for MINERVA 2 (a public reproduction of Hintzman 1988)", integer=True,
    ),
    Parameter(
        "drift_enc", 0.2, 0.0, 1.0, "probability that an item changes a feature of context at study",
        source=_ILLUSTRATIVE,
    ),
    Parameter(
        "drift_start", 0.2, 0.0, 1.0, "probability that a feature returns to that of the start of the list at test",
        source=_ILLUSTRATIVE,
    ),
    Parameter(
        "drift_rec", 0.6, 0.0, 1.0, "probability that a recalled trace restores a feature of its context",
        source=_ILLUSTRATIVE,
    ),
    Parameter(
        "drift_distract", 0.02, 0.0, 1.0, "probability that a second of distraction changes a feature of context",
        source=_ILLUSTRATIVE,
    ),
    Parameter("phi_s", 2.0, 0.0, 100.0, "primacy: extra encodings of the first item", source=_ILLUSTRATIVE),
    Parameter("phi_d", 1.0, 0.0, 100.0, "primacy: how fast the extra encodings decay over items", source=_ILLUSTRATIVE),
    Parameter(
        "theta", 1.0, 0.0, 20.0, "exponent of the choice among activated traces",
        source="1: activations as they are; range illustrative",
    ),
    STOP_SCALE,
    STOP_GROWTH,
)  # fmt: skip


@dataclass(frozen=True)
class Minerva2(Model):
    """Traces of item and context are activated by the context now; one is sampled, recalled, and restores its context.

    Context is a vector of n_context features of -1 or 1 that starts at random. Study of item i: each feature of context
    is drawn anew with probability drift_enc, and [item ; context] is stored, each feature with probability
    L_i = 1 - (1 - L)^phi_i: phi_i = phi_s exp(-phi_d (i - 1)) + 1 encodings with L each. A second of distraction draws
    each feature anew with probability drift_distract. At test each feature takes its value of the start of the list
    with probability drift_start. A recall stops with probability stop_scale exp(stop_growth k), or probes memory with
    the context: P(i) is in proportion to max(0, A_i)^theta among items not yet recalled, A_i = S_i³, equal if no trace
    is activated. Each feature that the sampled trace holds then returns to context with probability drift_rec.

    Features k items apart agree by (1 - drift_enc)^k on average: context drifts as in TCM, but by chance, feature by
    feature. The equations of similarity and activation are those of the theory; drift and stop rule are ours. Encoding
    is random, so that a likelihood can only be estimated.

    Options
    -------
    cue
        ``"context"``: the probe has no item, and its item features are left out of n. Items then matter to recognition
        (the functions above) but not to free recall. ``"item_and_context"``: from the second recall on the probe holds
        the features of the item just recalled, so that similar items are recalled together. Features are the signs of
        the pool's vectors where there are some, and otherwise n_item random ones of -1 or 1.

    References
    ----------
    Hintzman (1984), Behav. Res. Meth. 16, 96-101; Hintzman (1988), Psychol. Rev. 95, 528-551. The recall interface is
    ours.

    Examples
    --------
    >>> recalls = Minerva2().simulate(StudyLists.simple(1, 5), {"stop_scale": 0.0}, np.random.default_rng(0))
    >>> sorted(recalls.position[0].tolist())
    [1, 2, 3, 4, 5]
    """

    cue: Literal["context", "item_and_context"] = "context"

    name: ClassVar[str] = "minerva2"
    title: ClassVar[str] = "MINERVA 2: traces of item and context, activated by context"
    citation: ClassVar[str] = "Hintzman (1988), Psychol. Rev. 95, 528-551; the recall interface is memlab's"

    @property
    def parameters(self) -> tuple[Parameter, ...]:
        """The table; the number of item features counts only where items are part of the cue."""
        if self.cue == "item_and_context":
            return _PARAMETERS
        return tuple(p for p in _PARAMETERS if p.name != "n_item")

    def simulate(self, study: StudyLists, values: Values | None, rng: np.random.Generator) -> Recalls:
        """Return one simulated recall of each list; see `RecallModel.simulate`.

        Raises
        ------
        NotSupported
            An item is presented more than once in a list.
        """
        refuse_repeated_items(self.name, study)
        pool = self._pool_features(study)
        return Recalls(simulate_lists(study.items, study.distractor, pool, *self._numbers(study, pool, values), rng))

    def estimate_log_likelihood(
        self, sequences: Sequences, values: Values | None, rng: np.random.Generator, n_particles: int
    ) -> tuple[Floats, Floats]:
        """Return each list's log-probability and its Monte-Carlo variance; see `memlab.models.minerva2_likelihood`.

        The estimate of the probability is unbiased; its log is too low by about half the variance.

        Raises
        ------
        NotSupported
            An item is presented more than once in a list.
        UsageError
            Fewer particles than batches.
        """
        from memlab.models.minerva2_likelihood import batch_estimates

        study = sequences.study
        refuse_repeated_items(self.name, study)
        pool = self._pool_features(study)
        numbers = self._numbers(study, pool, values)

        def one(row: int, observed: Ints, stream: np.random.Generator, size: int, batches: Floats) -> bool:
            known = pool[study.items[row]] if pool.size else pool
            ended = bool(sequences.ended[row])
            batch_estimates(observed, ended, study.distractor[row], known, *numbers, stream, size, batches)
            return False

        return by_list(sequences, rng, n_particles, one)

    def _numbers(
        self, study: StudyLists, pool: Floats, values: Values | None
    ) -> tuple[int, int, Floats, Drift, Floats, float]:
        """Return n_item, n_context, P(stored) of each item, the drifts, P(stop) and theta, as the kernels take them."""
        v = self.resolve(values)
        phi = v["phi_s"] * np.exp(-v["phi_d"] * np.arange(study.list_length)) + 1.0
        stored = 1.0 - (1.0 - v["L"]) ** phi
        stop = stop_probabilities(study.list_length, v["stop_scale"], v["stop_growth"])
        drift = Drift(v["drift_enc"], v["drift_start"], v["drift_rec"], v["drift_distract"])
        n_item = pool.shape[1] or int(v.get("n_item", 0))
        return n_item, int(v["n_context"]), stored, drift, stop, v["theta"]

    def _pool_features(self, study: StudyLists) -> Floats:
        """Return the signs of the pool's vectors, (n_pool, n_item); (0, 0) where there are none or none are needed."""
        if self.cue == "context" or study.pool is None or study.pool.vectors is None:
            return np.empty((0, 0))
        return np.ascontiguousarray(np.sign(study.pool.vectors), dtype=np.float64)
