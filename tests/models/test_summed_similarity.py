"""Summed similarity: the kernels against traces held as vectors, equality with CMR, and closed forms."""

from itertools import permutations

import numpy as np
import pytest

from memlab.core.errors import NotSupported, UnknownName
from memlab.core.recall import Recalls, StudyLists
from memlab.models.cmr import ContextMaintenanceRetrieval
from memlab.models.summed_similarity import SummedSimilarity

EXPONENTIAL, DOT = SummedSimilarity(), SummedSimilarity(similarity="dot")
BOTH = pytest.mark.parametrize("model", [EXPONENTIAL, DOT], ids=["exponential", "dot"])


def some_lists(n_lists, length, seed=0):
    """Lists with random stretches of distraction, some like the one before."""
    study = StudyLists.simple(n_lists, length)
    distractor = np.random.default_rng(seed).choice([0.0, 0.5, 4.0], (n_lists, length + 1))
    distractor[1::3] = distractor[0::3][: len(distractor[1::3])]
    onset = study.onset + np.cumsum(distractor[:, :-1], axis=1)
    return StudyLists(study.items, onset, distractor, study.subject, study.list)


def some_recalls(n_lists, length, seed=1):
    rng = np.random.default_rng(seed)
    order = np.argsort(rng.random((n_lists, length)), axis=1) + 1
    return Recalls(np.where(np.arange(length) < rng.integers(0, length + 1, (n_lists, 1)), order, 0))


def some_values(model, seed):
    rng = np.random.default_rng(seed)
    values = {p.name: float(rng.uniform(0.05, 0.95)) for p in model.parameters}
    scales = {"phi_s": 5, "phi_d": 2, "tau": 6, "theta": 3, "stop_scale": 0.1, "stop_growth": 0.5}
    return {name: value * scales.get(name, 1.0) for name, value in values.items()}


class Traces:
    """The twin: one list, its traces and the context now, as vectors."""

    def __init__(self, seconds, v, similarity):
        n = len(seconds) - 1
        self.v, self.similarity = v, similarity
        self.units = np.eye(2 * n + 2)  # the start, the items, each stretch of distraction
        self.phi = v["phi_s"] * np.exp(-v["phi_d"] * np.arange(n)) + 1
        start = self.context = self.units[0]
        self.traces = []
        for i in range(n):
            self.distract(self.units[n + 1 + i], seconds[i])
            self.drift(self.units[1 + i], v["beta_enc"])
            self.traces.append(self.context)
        self.distract(self.units[-1], seconds[n])
        self.drift(start, v["beta_start"])

    def drift(self, brought_in, beta):
        cosine = self.context @ brought_in
        rho = np.sqrt(1 + beta**2 * (cosine**2 - 1)) - beta * cosine
        self.context = rho * self.context + beta * brought_in

    def distract(self, unit, seconds):
        kept = (1 - self.v["beta_distract"] ** 2) ** (seconds / 2)
        self.context = kept * self.context + np.sqrt(1 - kept**2) * unit

    def weights(self):
        if self.similarity == "dot":
            w = self.phi * (np.array(self.traces) @ self.context)
            return np.maximum(w, 1e-6) ** self.v["theta"]
        d = np.linalg.norm(np.array(self.traces) - self.context, axis=1)
        return (self.phi * np.exp(-self.v["tau"] * d)) ** self.v["theta"]

    def recall(self, item):
        brought = (1 - self.v["gamma_fc"]) * self.units[1 + item] + self.v["gamma_fc"] * self.traces[item]
        self.drift(brought / np.linalg.norm(brought), self.v["beta_rec"])


def stops(v, n):
    return np.append(np.clip(v["stop_scale"] * np.exp(v["stop_growth"] * np.arange(n)), 1e-6, 1 - 1e-6), 1.0)


def slow_log_likelihood(study, recalls, v, similarity):
    n, log_p = study.list_length, np.zeros(study.n_lists)
    for row, sequence in enumerate(recalls.position):
        memory, left, stop = Traces(study.distractor[row], v, similarity), np.ones(n), stops(v, n)
        for k in range(n + 1):
            if k == n or sequence[k] == 0:
                log_p[row] += np.log(stop[k])
                break
            w = memory.weights() * left
            log_p[row] += np.log1p(-stop[k]) + np.log(w[sequence[k] - 1] / w.sum())
            left[sequence[k] - 1] = 0
            memory.recall(sequence[k] - 1)
    return log_p


def slow_simulate(study, v, similarity, rng):
    n = study.list_length
    position = np.zeros((study.n_lists, n), dtype=int)
    for row in range(study.n_lists):
        memory, left, stop = Traces(study.distractor[row], v, similarity), np.ones(n), stops(v, n)
        for k in range(n):
            if rng.random() < stop[k]:
                break
            w = memory.weights() * left
            item = int(np.searchsorted(np.cumsum(w), rng.random() * w.sum(), side="right"))
            position[row, k] = item + 1
            left[item] = 0
            memory.recall(item)
    return position


@BOTH
@pytest.mark.parametrize("seed", range(3))
def test_the_likelihood_kernel_equals_traces_held_as_vectors(model, seed):
    study, recalls, v = some_lists(12, 7, seed), some_recalls(12, 7, seed), some_values(model, seed)
    expected = slow_log_likelihood(study, recalls, v, model.similarity)
    # sqrt(2 - 2 cos) loses half the digits where contexts are the same: distances agree to about 2e-8.
    np.testing.assert_allclose(model.log_likelihood(study, recalls, v), expected, rtol=1e-6)


@BOTH
def test_the_simulation_kernel_draws_what_traces_held_as_vectors_draw(model):
    study, v = some_lists(60, 7), some_values(model, 4)
    fast = model.simulate(study, v, np.random.default_rng(9)).position
    np.testing.assert_array_equal(fast, slow_simulate(study, v, model.similarity, np.random.default_rng(9)))


@pytest.mark.parametrize("seed", range(5))
def test_with_the_inner_product_it_is_cmr(seed):
    study, recalls, v = some_lists(40, 8, seed), some_recalls(40, 8, seed), some_values(DOT, seed)
    same = {name: value for name, value in v.items() if name != "theta"}
    cmr = ContextMaintenanceRetrieval().log_likelihood(
        study, recalls, {**same, "tau": v["theta"], "delta": 0.0, "alpha": 0.0}
    )
    np.testing.assert_allclose(DOT.log_likelihood(study, recalls, v), cmr, rtol=0, atol=1e-10)


def first_recall(model, n, **values):
    """Probability that each item is the first recall, given that one is made."""
    study = StudyLists.simple(n, n)
    recalls = Recalls(np.arange(1, n + 1)[:, None])
    truncated = StudyLists(study.items, study.onset, study.distractor, study.subject, study.list, max_responses=1)
    log_p = model.log_likelihood(truncated, recalls, {"stop_scale": 0.0, **values})
    return np.exp(log_p) / (1 - 1e-6)  # the margin of P(stop)


PLAIN = {"phi_s": 0.0, "beta_start": 0.0, "beta_enc": 0.6}  # rho = .8


def test_first_recalls_fall_with_the_distance_of_contexts():
    n, tau = 6, 3.0
    w = np.exp(-tau * np.sqrt(2 - 2 * 0.8 ** np.arange(n - 1, -1, -1)))
    np.testing.assert_allclose(first_recall(EXPONENTIAL, n, tau=tau, theta=1.0, **PLAIN), w / w.sum(), rtol=1e-6)


def test_first_recalls_by_the_inner_product_are_geometric():
    p = first_recall(DOT, 6, theta=2.0, **PLAIN)
    np.testing.assert_allclose(p[1:] / p[:-1], 0.8**-2, rtol=1e-9)


def test_without_primacy_tau_and_theta_are_one_parameter():
    one, other = (
        first_recall(EXPONENTIAL, 6, tau=tau, theta=theta, **PLAIN) for tau, theta in ((6.0, 1.0), (2.0, 3.0))
    )
    np.testing.assert_allclose(one, other, rtol=1e-9)


@BOTH
@pytest.mark.parametrize("still", [{"theta": 0.0}, {"beta_enc": 0.0, "phi_s": 0.0}], ids=["theta", "beta_enc"])
def test_without_choice_or_drift_every_order_is_as_likely(model, still):
    orders = np.array(list(permutations(range(1, 4))))
    log_p = model.log_likelihood(StudyLists.simple(6, 3), Recalls(orders), still)
    np.testing.assert_allclose(log_p, log_p[0], rtol=1e-12)


@BOTH
@pytest.mark.parametrize("seed", range(3))
def test_probabilities_of_all_sequences_of_three_items_sum_to_one(model, seed):
    orders = [order for k in range(4) for order in permutations((1, 2, 3), k)]
    recalls = Recalls(np.array([[*order, *[0] * (3 - len(order))] for order in orders]))
    log_p = model.log_likelihood(StudyLists.simple(16, 3), recalls, some_values(model, seed))
    assert np.exp(log_p).sum() == pytest.approx(1, abs=1e-9)


def test_a_steep_similarity_goes_from_each_item_to_its_neighbour():
    v = {"tau": 100.0, "phi_s": 0.0, "beta_start": 0.0, "beta_rec": 1.0, "gamma_fc": 1.0, "stop_scale": 0.0}
    position = EXPONENTIAL.simulate(StudyLists.simple(50, 6), v, np.random.default_rng(0)).position
    np.testing.assert_array_equal(position, np.tile(np.arange(6, 0, -1), (50, 1)))


def test_the_items_own_unit_makes_recall_go_forward():
    n, middle = 9, 5

    def forward_over_backward(gamma_fc):
        study = StudyLists.simple(2, n)
        recalls = Recalls(np.array([[middle, middle + 1, *[0] * 7], [middle, middle - 1, *[0] * 7]]))
        log_p = EXPONENTIAL.log_likelihood(study, recalls, {**PLAIN, "beta_rec": 1.0, "gamma_fc": gamma_fc})
        return log_p[0] - log_p[1]

    assert forward_over_backward(1.0) == pytest.approx(0, abs=1e-6)
    assert forward_over_backward(0.4) > 0.3


def test_a_filled_delay_takes_recency_away_and_leaves_primacy():
    spc = []
    for delay in (0.0, 30.0):
        study = StudyLists.simple(20_000, 15, delay_seconds=delay)
        position = EXPONENTIAL.simulate(study, None, np.random.default_rng(5)).position
        spc.append([(position == i).any(axis=1).mean() for i in range(1, 16)])
    immediate, delayed = np.array(spc)
    assert immediate[-1] > immediate[7] + 0.2
    assert delayed[-1] < immediate[-1] - 0.1
    for curve in spc:
        assert curve[0] > min(curve) + 0.1  # .12 and .15; standard error .005


def test_records_that_were_cut_have_no_stop_factor():
    study = StudyLists.simple(1, 4)
    cut = StudyLists(study.items, study.onset, study.distractor, study.subject, study.list, max_responses=2)
    recalls = Recalls(np.array([[4, 3, 0, 0]]))
    v = {"stop_scale": 0.1, "stop_growth": 0.5}
    lost = np.log(0.1 * np.exp(0.5 * 2))
    difference = EXPONENTIAL.log_likelihood(study, recalls, v) - EXPONENTIAL.log_likelihood(cut, recalls, v)
    np.testing.assert_allclose(difference, lost, rtol=1e-12)


def test_the_inner_product_has_no_tau():
    with pytest.raises(UnknownName, match="has no parameter 'tau'"):
        DOT.simulate(StudyLists.simple(1, 3), {"tau": 1.0}, np.random.default_rng(0))


def test_a_repeated_item_is_refused():
    study = StudyLists.simple(1, 3)
    twice = StudyLists(np.array([[0, 1, 0]]), study.onset, study.distractor, study.subject, study.list)
    with pytest.raises(NotSupported, match="summed_similarity: list 1"):
        EXPONENTIAL.simulate(twice, None, np.random.default_rng(0))
