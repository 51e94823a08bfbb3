"""MINERVA 2: every experience leaves a trace of its own, and a probe is answered by the echo of all traces at once.

First the theory of recognition and judged frequency, on features of -1, 0 and 1; then free recall by context.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import comb
from typing import ClassVar, Literal, NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from memlab.core.compiled import compiled
from memlab.core.errors import ParameterError
from memlab.core.model import Model
from memlab.core.parameters import Parameter, Values
from memlab.core.recall import Floats, Ints, Recalls, StudyLists
from memlab.models.choice import STOP_GROWTH, STOP_SCALE, choose, stop_probabilities
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
    is random, so that no likelihood in closed form exists.

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
        v = self.resolve(values)
        phi = v["phi_s"] * np.exp(-v["phi_d"] * np.arange(study.list_length)) + 1.0
        stored = 1.0 - (1.0 - v["L"]) ** phi
        stop = stop_probabilities(study.list_length, v["stop_scale"], v["stop_growth"])
        pool = self._pool_features(study)
        n_item = pool.shape[1] or int(v.get("n_item", 0))
        drift = Drift(v["drift_enc"], v["drift_start"], v["drift_rec"], v["drift_distract"])
        n_context = int(v["n_context"])
        return Recalls(
            _simulate(study.items, study.distractor, pool, n_item, n_context, stored, drift, stop, v["theta"], rng)
        )

    def _pool_features(self, study: StudyLists) -> Floats:
        """Return the signs of the pool's vectors, (n_pool, n_item); (0, 0) where there are none or none are needed."""
        if self.cue == "context" or study.pool is None or study.pool.vectors is None:
            return np.empty((0, 0))
        return np.ascontiguousarray(np.sign(study.pool.vectors), dtype=np.float64)


class Drift(NamedTuple):
    """The probabilities with which one feature of context changes; see `Minerva2`."""

    enc: float
    start: float
    rec: float
    distract: float


@compiled
def _renew(features: Floats, probability: float, rng: np.random.Generator) -> None:
    """Draw each feature anew, -1 or 1, with some probability, in place."""
    for j in range(features.size):
        uniform = rng.random()
        if uniform < probability:
            features[j] = 1.0 if uniform < 0.5 * probability else -1.0


@compiled
def _take(features: Floats, source: Floats, probability: float, rng: np.random.Generator) -> None:
    """Let each feature take the value that the source holds, if it holds one, with some probability, in place."""
    for j in range(features.size):
        if rng.random() < probability and source[j] != 0.0:
            features[j] = source[j]


@compiled
def _activate(probe: Floats, traces: Floats, first: int, support: Floats, either: Floats) -> None:
    """Fill in max(0, A) of each trace (a column) by the features from ``first`` on; ``either`` is overwritten by n."""
    support[:], either[:] = 0.0, 0.0
    for j in range(first, probe.size):
        for i in range(support.size):
            support[i] += probe[j] * traces[j, i]
            either[i] += max(abs(probe[j]), abs(traces[j, i]))  # 1 where one of them is not 0
    for i in range(support.size):
        support[i] = max(0.0, support[i] / max(either[i], 1.0)) ** 3


@compiled
def _study(
    own: Floats,
    seconds: Floats,
    stored: Floats,
    drift: Drift,
    context: Floats,
    traces: Floats,
    rng: np.random.Generator,
) -> None:
    """Fill in one trace an item, a column [item ; context]; ``context`` becomes that of the test."""
    n_items, n_item = own.shape
    start = context.copy()
    traces[:] = 0.0
    for i in range(n_items):
        _renew(context, 1.0 - (1.0 - drift.distract) ** seconds[i], rng)
        _renew(context, drift.enc, rng)
        _take(traces[:n_item, i], own[i], stored[i], rng)
        _take(traces[n_item:, i], context, stored[i], rng)
    _renew(context, 1.0 - (1.0 - drift.distract) ** seconds[-1], rng)
    _take(context, start, drift.start, rng)


@compiled
def _simulate(
    items: Ints,
    distractor: Floats,
    pool: Floats,
    n_item: int,
    n_context: int,
    stored: Floats,
    drift: Drift,
    stop: Floats,
    theta: float,
    rng: np.random.Generator,
) -> Ints:
    n_lists, n = items.shape
    position = np.zeros((n_lists, n), dtype=np.int64)
    own, traces, probe = np.ones((n, n_item)), np.empty((n_item + n_context, n)), np.ones(n_item + n_context)
    support, barred, weight, scratch = np.empty(n), np.empty(n), np.empty(n), np.empty(n)
    for row in range(n_lists):
        for i in range(n):
            if pool.shape[0] > 0:
                own[i] = pool[items[row, i]]
            else:
                _renew(own[i], 1.0, rng)
        context = probe[n_item:]
        _renew(context, 1.0, rng)
        _study(own, distractor[row], stored, drift, context, traces, rng)
        barred[:] = 0.0
        first = n_item  # the first probe has no item
        for k in range(n):
            if rng.random() < stop[k]:
                break
            _activate(probe, traces, first, support, scratch)
            item = choose(support, barred, False, theta, rng.random(), weight)
            position[row, k] = item + 1
            barred[item] = -np.inf
            _take(context, traces[n_item:, item], drift.rec, rng)
            probe[:n_item] = own[item]
            first = 0
    return position
