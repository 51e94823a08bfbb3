"""CMR: kernels against a slow twin, closed forms, and the package cymr as an oracle."""

from itertools import permutations
from math import exp, factorial, log

import numpy as np
import pytest

from memlab.core.errors import NotSupported
from memlab.core.recall import Recalls, StudyLists
from memlab.core.serial_test import SerialTest
from memlab.models import context_recall, context_vectors, retrieved_context
from memlab.models.choice import stop_probabilities
from memlab.models.cmr import ContextMaintenanceRetrieval
from memlab.models.context import drift, drift_elementwise

CMR = ContextMaintenanceRetrieval()
OPTIONS = [
    {"choice_rule": rule, "learn": learn, "rho": rho}
    for rule in ("power", "softmax")
    for learn in ("after", "before")
    for rho in ("scalar", "elementwise")
]
PLAIN = {"delta": 0.0, "alpha": 0.0, "phi_s": 0.0, "beta_start": 0.0}
"""No pre-experimental support, no primacy, no reinstatement: what most closed forms are about."""


class Twin:
    """The model with whole vectors and matrices, one list and one event at a time, from the equations."""

    def __init__(self, values, options, seconds):
        self.v, self.options, self.n = values, options, len(seconds) - 1
        self.units = np.eye(2 * self.n + 2)  # start, items, distraction before each item and before the test
        self.seconds = seconds
        self.item_to_context = (1 - values["gamma_fc"]) * self.units[1 : self.n + 1]
        self.context_to_item = np.zeros((2 * self.n + 2, self.n))
        self.context_to_item[1 : self.n + 1] = values["alpha"] * (1 - np.eye(self.n)) + values["delta"] * np.eye(self.n)
        self.context = self.units[0]
        self.study()

    def integrate(self, brought_in, beta):
        elementwise = self.options["rho"] == "elementwise"
        overlap = self.context * brought_in if elementwise else self.context @ brought_in
        rho = np.sqrt(1 + beta**2 * (overlap**2 - 1)) - beta * overlap
        self.context = rho * self.context + beta * brought_in
        if elementwise:
            self.context = self.context / np.linalg.norm(self.context)

    def distract(self, gap):
        kept = (1 - self.v["beta_distract"] ** 2) ** (self.seconds[gap] / 2)
        self.context = kept * self.context + np.sqrt(1 - kept**2) * self.units[self.n + 1 + gap]

    def retrieve(self, item):
        return self.item_to_context[item] / np.linalg.norm(self.item_to_context[item])

    def study(self):
        for i in range(self.n):
            self.distract(i)
            learned = self.context
            self.integrate(self.retrieve(i), self.v["beta_enc"])
            if self.options["learn"] == "after":
                learned = self.context
            self.item_to_context[i] += self.v["gamma_fc"] * learned
            self.context_to_item[:, i] += (self.v["phi_s"] * exp(-self.v["phi_d"] * i) + 1) * learned
        self.distract(self.n)
        self.integrate(self.units[0], self.v["beta_start"])

    def p_recall(self, left):
        support = np.maximum(self.context @ self.context_to_item, 1e-6)
        power = self.options["choice_rule"] == "power"
        log_weight = self.v["tau"] * np.log(support) if power else 2 * support / self.v["T"]
        weight = np.exp(log_weight - log_weight[left].max()) * left
        return weight / weight.sum()

    def p_stop(self, k):
        p = self.v["stop_scale"] * exp(self.v["stop_growth"] * k)
        return 1.0 if k == self.n else min(max(p, 1e-6), 1 - 1e-6)

    def log_likelihood(self, positions):
        left, log_p = np.ones(self.n, dtype=bool), 0.0
        for k, position in enumerate(positions):
            log_p += log(1 - self.p_stop(k)) + log(self.p_recall(left)[position - 1])
            left[position - 1] = False
            self.integrate(self.retrieve(position - 1), self.v["beta_rec"])
        return log_p + log(self.p_stop(len(positions)))

    def simulate(self, rng):
        left, positions = np.ones(self.n, dtype=bool), []
        while left.any() and rng.random() >= self.p_stop(len(positions)):
            item = int(np.searchsorted(np.cumsum(self.p_recall(left)), rng.random(), side="right"))
            positions.append(item + 1)
            left[item] = False
            self.integrate(self.retrieve(item), self.v["beta_rec"])
        return positions + [0] * (self.n - len(positions))


def random_values(model, rng):
    """Values from the whole range of the shares and from a plausible range of the rest."""
    high = {"delta": 5, "alpha": 2, "phi_s": 10, "phi_d": 4, "tau": 8, "T": 3, "stop_scale": 0.1, "stop_growth": 0.5}
    return {p.name: max(p.low, float(rng.uniform(0, high.get(p.name, p.high)))) for p in model.parameters}


def study_with_distraction(n_lists, length):
    """Lists whose distraction differs from list to list."""
    study = StudyLists.simple(n_lists, length)
    seconds = np.random.default_rng(5).choice([0.0, 2.0, 7.5], size=(n_lists, length + 1))
    return StudyLists(study.items, study.onset, seconds, study.subject, study.list)


def support_at_test(values, seconds=None, n=6, **options):
    """Return a_i, the support of each item by the context that the test starts in."""
    model = CMR.with_options(**options)
    seconds = np.zeros(n + 1) if seconds is None else seconds
    return retrieved_context.closed_form_memory(seconds, model._theory(model.resolve(values))).support


def first_recall(values, n=6, model=CMR, **design):
    """Return P(first recall = i | someone recalls): a record of one response has no stop factor."""
    study = StudyLists.simple(n, n, max_responses=1, **design)
    p = np.exp(model.log_likelihood(study, Recalls(np.arange(1, n + 1)[:, None]), values))
    return p / p.sum()


def log_p(values, *sequences, n=4, model=CMR):
    position = np.array([[*s, *[0] * (n - len(s))] for s in sequences])
    return model.log_likelihood(StudyLists.simple(len(sequences), n), Recalls(position), values)


@pytest.mark.parametrize("options", OPTIONS, ids=lambda o: "-".join(o.values()))
def test_the_likelihood_equals_the_slow_twin(options):
    model, rng = CMR.with_options(**options), np.random.default_rng(11)
    for study in (StudyLists.simple(5, 7), study_with_distraction(5, 7)):
        values = random_values(model, rng)
        recalls = model.simulate(study, values, rng)
        twins = [Twin(values, options, seconds) for seconds in study.distractor]
        expected = [twin.log_likelihood(row[row > 0]) for twin, row in zip(twins, recalls.position, strict=True)]
        np.testing.assert_allclose(model.log_likelihood(study, recalls, values), expected, rtol=1e-9)


@pytest.mark.parametrize("options", OPTIONS, ids=lambda o: "-".join(o.values()))
def test_the_simulation_equals_the_slow_twin_with_the_same_seed(options):
    model, study = CMR.with_options(**options), study_with_distraction(20, 7)
    values = random_values(model, np.random.default_rng(12))
    rng = np.random.default_rng(13)
    expected = [Twin(values, options, seconds).simulate(rng) for seconds in study.distractor]
    np.testing.assert_array_equal(model.simulate(study, values, np.random.default_rng(13)).position, expected)


@pytest.mark.parametrize("learn", ["after", "before"])
@pytest.mark.parametrize(
    "study", [StudyLists.simple(10, 8), study_with_distraction(10, 8)], ids=["plain", "distracted"]
)
def test_the_closed_form_equals_the_context_vectors(study, learn):
    model, rng = CMR.with_options(learn=learn), np.random.default_rng(14)
    for _ in range(10):
        values = random_values(model, rng)
        recalls = model.simulate(study, values, rng)
        theory, stop = model._theory(values), stop_probabilities(8, values["stop_scale"], values["stop_growth"])
        dense = context_recall.log_likelihood(study, recalls, theory, stop, dense=True)
        np.testing.assert_allclose(model.log_likelihood(study, recalls, values), dense, rtol=1e-9)


@pytest.mark.parametrize("beta", [0.0, 0.3, 0.8])
def test_support_at_the_end_of_the_list_falls_by_rho_an_item(beta):
    rho, back = np.sqrt(1 - beta**2), 6 - np.arange(1, 7)
    values = {**PLAIN, "beta_enc": beta}
    np.testing.assert_allclose(support_at_test(values), rho**back, atol=1e-14)
    np.testing.assert_allclose(support_at_test(values, learn="before"), rho ** (back + 1), atol=1e-14)


def test_first_recall_under_the_power_rule_is_geometric():
    values = {**PLAIN, "beta_enc": 0.6, "tau": 3.0}
    p = first_recall(values)
    np.testing.assert_allclose(p[1:] / p[:-1], 0.8**-3.0, rtol=1e-10)


def test_a_filled_delay_changes_nothing_under_the_power_rule_alone():
    for alpha in (0.0, 0.5):  # alpha works through the item units, which the delay scales as well
        values = {**PLAIN, "alpha": alpha, "delta": alpha, "beta_enc": 0.6, "beta_distract": 0.3}
        np.testing.assert_allclose(first_recall(values), first_recall(values, delay_seconds=20), rtol=1e-10)


def test_a_filled_delay_flattens_recency_with_reinstatement_or_with_the_softmax_rule():
    values = {**PLAIN, "beta_enc": 0.6, "beta_distract": 0.3}
    softmax = CMR.with_options(choice_rule="softmax")
    for model, more in ((CMR, {"beta_start": 0.3}), (softmax, {})):
        at_once, later = (first_recall({**values, **more}, model=model, delay_seconds=s) for s in (0, 20))
        assert later[-1] < at_once[-1] - 0.05


def test_continual_distraction_steepens_recency_under_the_power_rule():
    values = {**PLAIN, "beta_enc": 0.6, "tau": 3.0, "beta_distract": 0.3}
    p = first_recall(values, distractor_seconds=4, delay_seconds=4)
    kept = (1 - 0.3**2) ** 2
    np.testing.assert_allclose(p[1:] / p[:-1], (0.8 * kept) ** -3.0, rtol=1e-10)


def test_reinstating_the_start_adds_a_primacy_gradient():
    n, i, rho, start = 6, np.arange(1, 7), 0.8, 0.4
    values = {**PLAIN, "beta_enc": 0.6, "phi_s": 2.0, "phi_d": 0.7}
    phi = 2.0 * np.exp(-0.7 * (i - 1)) + 1
    kept = np.sqrt(1 + start**2 * (rho ** (2 * n) - 1)) - start * rho**n
    expected = phi * (kept * rho ** (n - i) + start * rho**i)
    np.testing.assert_allclose(support_at_test({**values, "beta_start": start}), expected, atol=1e-13)
    np.testing.assert_allclose(support_at_test({**values, "beta_start": 1.0}), phi * rho**i, atol=1e-13)


@pytest.mark.parametrize("gamma", [0.0, 0.3, 0.8, 1.0])
def test_what_an_item_retrieves_supports_forward_more_than_backward_neighbours(gamma):
    beta, rho, r, lag = 0.6, 0.8, 4, np.arange(1, 4)
    values = CMR.resolve({**PLAIN, "beta_enc": beta, "gamma_fc": gamma})
    given = retrieved_context.closed_form_memory(np.zeros(10), CMR._theory(values)).to_support[r]
    length = np.sqrt((1 - gamma) ** 2 + gamma**2 + 2 * gamma * (1 - gamma) * beta)
    np.testing.assert_allclose(given[r + lag], (gamma + (1 - gamma) * beta) * rho**lag / length, atol=1e-13)
    np.testing.assert_allclose(given[r - lag], gamma * rho**lag / length, atol=1e-13)
    if gamma > 0:
        np.testing.assert_allclose(given[r + lag] / given[r - lag], 1 + (1 - gamma) * beta / gamma, rtol=1e-10)


def test_an_elementwise_rho_turns_context_and_weakens_the_forward_asymmetry():
    """beta_enc = .6, item N - 2 recalled first; golden: cosine .981, forward to backward support 2.67 for 3.62."""
    n, recalled, contexts, ratios = 6, 3, [], []
    values = {**PLAIN, "beta_enc": 0.6, "gamma_fc": 0.1}
    for rho, moves in (("scalar", drift), ("elementwise", drift_elementwise)):
        model = CMR.with_options(rho=rho)
        memory = context_vectors.dense_memory(
            np.zeros(n + 1), np.arange(n), context_recall.NO_SIMILARITY, model._theory(model.resolve(values))
        )
        context = memory.state.copy()
        moves(context, memory.retrieved[recalled], 0.9)
        support = context @ memory.to_support
        contexts.append(context)
        ratios.append(support[recalled + 1] / support[recalled - 1])
    assert contexts[0] @ contexts[1] == pytest.approx(0.981, abs=5e-4)  # the golden numbers have three digits
    assert ratios == pytest.approx([3.62, 2.67], abs=5e-3)


def test_without_drift_at_study_every_order_of_recall_is_equally_likely():
    n, sequences = 4, [(), (3,), (1, 4), (4, 2, 1), (2, 1, 4, 3)]
    stop = stop_probabilities(n, 0.1, 0.4)
    values = {**PLAIN, "beta_enc": 0.0, "stop_scale": 0.1, "stop_growth": 0.4}
    expected = [
        log(factorial(n - len(s)) / factorial(n)) + np.log1p(-stop[: len(s)]).sum() + log(stop[len(s)])
        for s in sequences
    ]
    np.testing.assert_allclose(log_p(values, *sequences), expected, atol=1e-12)


def test_full_drift_at_study_leaves_only_the_last_item_in_context():
    values = {**PLAIN, "beta_enc": 1.0, "tau": 4.0}
    np.testing.assert_allclose(support_at_test(values), [0, 0, 0, 0, 0, 1], atol=1e-15)
    assert first_recall(values)[-1] == pytest.approx(1, abs=1e-20)


def test_without_drift_at_recall_items_are_sampled_without_replacement_from_fixed_support():
    values = {"beta_rec": 0.0, "stop_scale": 0.0, "tau": 2.0}
    weight = support_at_test(values, n=4) ** 2.0
    order = [2, 0, 3, 1]
    expected = sum(log(weight[i] / weight[order[k:]].sum()) for k, i in enumerate(order))
    assert log_p(values, [i + 1 for i in order])[0] == pytest.approx(expected, abs=1e-5)


def test_full_drift_at_recall_without_study_context_cues_with_the_items_own_unit():
    values = {**PLAIN, "beta_enc": 0.6, "beta_rec": 1.0, "gamma_fc": 0.0, "tau": 1.0}
    one, pair, other = np.exp(log_p(values, (2,), (2, 3), (2, 4)))
    assert pair / other == pytest.approx(0.8**-1, rel=1e-6)  # rho^1 against rho^2, forward; nothing backward
    assert np.exp(log_p(values, (2, 1)))[0] < 1e-5 * one


def test_a_stop_scale_of_0_recalls_everything_and_of_1_nothing():
    study, rng = StudyLists.simple(200, 6), np.random.default_rng(0)
    assert (CMR.simulate(study, {"stop_scale": 0.0}, rng).position > 0).all()
    assert not CMR.simulate(study, {"stop_scale": 1.0}, rng).position.any()
    assert log_p({"stop_scale": 1.0}, ())[0] == pytest.approx(0, abs=2e-6)  # the margin of the stop rule


def test_a_full_record_has_no_stop_factor():
    study, full = StudyLists.simple(2, 4), StudyLists.simple(2, 4, max_responses=2)
    recalls = Recalls(np.array([[4, 3, 0, 0], [4, 0, 0, 0]]))
    stop = stop_probabilities(4, 0.03, 0.29)
    difference = CMR.log_likelihood(study, recalls) - CMR.log_likelihood(full, recalls)
    np.testing.assert_allclose(difference, [log(stop[2]), 0.0], atol=1e-12)


def test_the_choice_rule_decides_between_tau_and_temperature():
    names = {rule: [p.name for p in CMR.with_options(choice_rule=rule).parameters] for rule in ("power", "softmax")}
    assert "tau" in names["power"]
    assert "T" not in names["power"]
    assert "T" in names["softmax"]
    assert "tau" not in names["softmax"]


@pytest.mark.parametrize("rule", ["power", "softmax"])
def test_an_untouched_model_shows_primacy_recency_and_forward_contiguity(rule):
    n_lists, length = 4000, 20
    model = CMR.with_options(choice_rule=rule)
    position = model.simulate(StudyLists.simple(n_lists, length), None, np.random.default_rng(1)).position
    recalled = np.array([(position == i).any(axis=1).mean() for i in range(1, length + 1)])
    assert recalled[0] > recalled[4:8].mean() + 0.1
    assert recalled[-1] > recalled[4:8].mean() + 0.3
    lag = np.diff(position, axis=1)[(position[:, :-1] > 0) & (position[:, 1:] > 0)]
    assert (lag == 1).sum() > 1.5 * (lag == -1).sum()
    assert (lag == -1).sum() > (lag == -4).sum()


def cymr_probabilities(cymr_values, sequence, length, distraction):
    """Probability of each event of a list by the package cymr, before its clipping."""
    from cymr import cmr

    definition, patterns = cmr.config_loc_cmr(length)
    definition.options["distraction"] = distraction
    prepared = cmr.prepare_list_param(length, 1, dict(cymr_values), definition, len(sequence))
    index = np.arange(length)
    net = cmr.study_list(definition, prepared, index, index, patterns, np.arange(length + 1))
    recalled = np.asarray(sequence, dtype=int) - 1
    return net.p_recall(
        ("task", "item"), recalled, net.c_sublayers, prepared["B_rec"], prepared["T"], prepared["p_stop"]
    )


@pytest.mark.parametrize("seconds", [0.0, 3.0])
def test_the_softmax_likelihood_equals_cymr_at_random_parameters(seconds):
    pytest.importorskip("cymr")
    model, rng, length = CMR.with_options(choice_rule="softmax"), np.random.default_rng(21), 9
    study = StudyLists.simple(4, length, delay_seconds=2 * seconds)
    study.distractor[:, :-1] = seconds  # cymr has distraction before the first item too
    for _ in range(12):
        v = random_values(model, rng)
        v["T"] += 0.3
        scale = rng.uniform(0.5, 3)
        recalls = model.simulate(study, v, rng)
        drift = {s: np.sqrt(1 - (1 - v["beta_distract"] ** 2) ** s) for s in (seconds, 2 * seconds)}
        theirs = {
            "B_enc": v["beta_enc"], "B_start": v["beta_start"], "B_rec": v["beta_rec"], "Lfc": v["gamma_fc"],
            "Dfc": 1 - v["gamma_fc"], "Afc": 0.0, "Lcf": scale, "P1": v["phi_s"] * scale, "P2": v["phi_d"],
            "Acf": v["alpha"] * scale, "Dcf": (v["delta"] - v["alpha"]) * scale, "T": v["T"] * scale,
            "X1": v["stop_scale"], "X2": v["stop_growth"],
            "B_distract": drift[seconds], "B_retention": drift[2 * seconds],
        }  # fmt: skip
        expected = [
            np.log(cymr_probabilities(theirs, row[row > 0], length, seconds > 0)).sum() for row in recalls.position
        ]
        np.testing.assert_allclose(model.log_likelihood(study, recalls, v), expected, rtol=1e-8)


@pytest.mark.parametrize("options", OPTIONS, ids=lambda o: "-".join(o.values()))
def test_probabilities_sum_to_one_at_the_very_bounds_of_the_parameters(options):
    model, rng = CMR.with_options(**options), np.random.default_rng(31)
    orders = [order for k in range(4) for order in permutations((1, 2, 3), k)]
    for _ in range(60):
        values = {p.name: float(rng.choice([p.low, p.high])) for p in model.parameters}
        p = np.exp(log_p(values, *orders, n=3, model=model))
        assert p.sum() == pytest.approx(1, abs=1e-9)


def test_serial_recall_is_the_order_of_free_recall_with_blanks_at_some_places():
    cmr, values = ContextMaintenanceRetrieval(), {"stop_scale": 0.1, "stop_growth": 0.2, "beta_start": 0.9}
    serial = StudyLists.simple(1, 4, serial=SerialTest())
    stop = stop_probabilities(4, 0.1, 0.2)
    never = {**values, "stop_scale": 0.0}
    got = cmr.log_likelihood(serial, Recalls(np.array([[1, -2, 3, 2]])), values)
    blanks = np.log(1 - stop[0]) + np.log(stop[1]) + np.log(1 - stop[2]) + np.log(1 - stop[3])
    free = cmr.log_likelihood(StudyLists.simple(1, 4), Recalls(np.array([[1, 3, 2, 4]])), never)  # the last is certain
    np.testing.assert_allclose(got, free + blanks, atol=1e-5)  # of free recall P(stop) is at least 1e-6


def test_with_the_start_of_the_list_reinstated_it_recalls_in_order_and_without_it_from_the_end():
    study = StudyLists.simple(2000, 6, serial=SerialTest())
    values = {**PLAIN, "tau": 20.0, "beta_rec": 0.5, "stop_scale": 0.0}
    first = [
        ContextMaintenanceRetrieval()
        .simulate(study, {**values, "beta_start": beta}, np.random.default_rng(1))
        .position[:, 0]
        for beta in (1.0, 0.0)
    ]
    assert (first[0] == 1).mean() > 0.9
    assert (first[1] == 6).mean() > 0.5


def test_serial_recall_is_forward_and_of_lists_without_repeated_items():
    backward = StudyLists.simple(1, 4, serial=SerialTest("backward"))
    with pytest.raises(
        NotSupported, match="cmr recalls forward and probed. Got backward recall instead: recall begins at"
    ):
        ContextMaintenanceRetrieval().simulate(backward, None, np.random.default_rng(0))
