"""CMR where the closed form does not hold: repeated items, similarity, a drift rate that changes over the list.

Against a slow twin, against the closed form where both hold, and against the package cymr.
"""

from dataclasses import replace
from itertools import permutations
from math import exp, log

import numpy as np
import pytest

from memlab.core.errors import DataError
from memlab.core.recall import Pool, RecallData, Recalls, StudyLists
from memlab.core.sequences import sequences_of
from memlab.models import context_recall
from memlab.models.choice import stop_probabilities
from memlab.models.cmr import ContextMaintenanceRetrieval
from memlab.models.tcm import TemporalContextModel

CMR, TCM = ContextMaintenanceRetrieval(), TemporalContextModel()
SPACED, MASSED = [4, 2, 4, 7, 1, 2], [3, 3, 3, 5, 0, 6]
HIGH = {"delta": 5, "alpha": 2, "phi_s": 10, "phi_d": 4, "tau": 8, "T": 3, "stop_scale": 0.1, "stop_growth": 0.5}


def random_values(model, rng):
    return {p.name: max(p.low, float(rng.uniform(0, HIGH.get(p.name, min(p.high, 4.0))))) for p in model.parameters}


def study_of(items, seed=None, n_pool=8):
    """Lists of pool items with a random similarity; with a seed, with random distraction."""
    items = np.atleast_2d(items)
    plain = StudyLists.simple(*items.shape)
    similarity = np.random.default_rng(3).uniform(-0.2, 1, (n_pool, n_pool))
    seconds = plain.distractor
    if seed is not None:
        seconds = np.random.default_rng(seed).choice([0.0, 2.0, 7.5], size=seconds.shape)
    return replace(plain, items=items, distractor=seconds, pool=Pool(similarity=similarity))


def lists_with_repeats(n_lists=6, length=7, seed=None):
    return study_of(np.random.default_rng(2).integers(0, 5, (n_lists, length)), seed)


class Twin:
    """The model with whole matrices, a list and an event at a time; units: start, the pool's items, distraction."""

    def __init__(self, model, values, study, row):
        self.v, self.model = {"s": 0.0, "beta_enc_late": 0.0, "beta_enc_decay": 0.0, **values}, model
        self.items, self.seconds = study.items[row].tolist(), study.distractor[row]
        n_pool = len(study.pool.similarity)
        self.units = np.eye(1 + n_pool + len(self.seconds))
        self.n_pool, self.left = n_pool, sorted(set(self.items))
        self.to_context = {i: (1 - values["gamma_fc"]) * self.units[1 + i] for i in self.left}
        self.to_item = {i: self.before_the_list(i, study.pool.similarity) for i in self.left}
        self.context = self.units[0]
        self.study()

    def before_the_list(self, item, similarity):
        column = np.zeros(len(self.units))
        for other in set(self.items):
            column[1 + other] = self.v["alpha"] + self.v["s"] * similarity[other, item]
        column[1 + item] = self.v["delta"]
        return column

    def integrate(self, brought_in, beta):
        elementwise = self.model.rho == "elementwise"
        overlap = self.context * brought_in if elementwise else self.context @ brought_in
        rho = np.sqrt(1 + beta**2 * (overlap**2 - 1)) - beta * overlap
        self.context = rho * self.context + beta * brought_in
        if elementwise:
            self.context = self.context / np.linalg.norm(self.context)

    def distract(self, gap):
        kept = (1 - self.v["beta_distract"] ** 2) ** (self.seconds[gap] / 2)
        self.context = kept * self.context + np.sqrt(1 - kept**2) * self.units[1 + self.n_pool + gap]

    def retrieved(self, item):
        return self.to_context[item] / np.linalg.norm(self.to_context[item])

    def study(self):
        v = self.v
        for i, item in enumerate(self.items):
            self.distract(i)
            late = 1 - exp(-v["beta_enc_decay"] * i)
            learned = self.context
            self.integrate(self.retrieved(item), v["beta_enc"] + (v["beta_enc_late"] - v["beta_enc"]) * late)
            if self.model.learn == "after":
                learned = self.context
            self.to_context[item] = self.to_context[item] + v["gamma_fc"] * learned
            self.to_item[item] = self.to_item[item] + (v["phi_s"] * exp(-v["phi_d"] * i) + 1) * learned
        self.distract(len(self.items))
        self.integrate(self.units[0], v["beta_start"])

    def p_recall(self):
        support = np.array([max(self.context @ self.to_item[item], 1e-6) for item in self.left])
        power = self.model.choice_rule == "power"
        log_weight = self.v["tau"] * np.log(support) if power else 2 * support / self.v["T"]
        weight = np.exp(log_weight - log_weight.max())
        return weight / weight.sum()

    def p_stop(self, k):
        return min(max(self.v["stop_scale"] * exp(self.v["stop_growth"] * k), 1e-6), 1 - 1e-6) if self.left else 1.0

    def recall(self, item):
        self.left.remove(item)
        self.integrate(self.retrieved(item), self.v["beta_rec"])

    def log_likelihood(self, positions):
        log_p = 0.0
        for k, position in enumerate(positions[positions > 0]):
            item = self.items[position - 1]
            log_p += log(1 - self.p_stop(k)) + log(self.p_recall()[self.left.index(item)])
            self.recall(item)
        return log_p + log(self.p_stop((positions > 0).sum()))


OPTIONS = [
    {"semantics": True},
    {"encoding": "declining"},
    {"semantics": True, "encoding": "declining", "choice_rule": "softmax", "learn": "before"},
    {"choice_rule": "softmax"},
    {"learn": "before"},
    {"rho": "elementwise", "semantics": True},
]


@pytest.mark.parametrize("options", OPTIONS, ids=str)
@pytest.mark.parametrize("distraction", [None, 5], ids=["plain", "distracted"])
@pytest.mark.parametrize("repeats", [True, False], ids=["repeats", "once"])
def test_the_likelihood_equals_the_slow_twin(options, distraction, repeats):
    model, rng = CMR.with_options(**options), np.random.default_rng(11)
    study = lists_with_repeats(seed=distraction) if repeats else study_of([[4, 2, 5, 7, 1, 0]] * 3, distraction)
    for _ in range(3):
        values = random_values(model, rng)
        recalls = model.simulate(study, values, rng)
        expected = [Twin(model, values, study, i).log_likelihood(row) for i, row in enumerate(recalls.position)]
        np.testing.assert_allclose(model.log_likelihood(study, recalls, values), expected, rtol=1e-9)
        points = np.array([[values[p.name] for p in model.parameters]] * 2)
        found = model.population_log_likelihood(sequences_of(RecallData(study, recalls)), points)
        np.testing.assert_allclose(found, sum(expected), rtol=1e-9)


def test_a_share_of_1_retrieves_what_was_learned_alone():
    study, values = study_of([SPACED, MASSED]), {"gamma_fc": 1.0, "beta_enc": 0.7}
    recalls = Recalls(np.array([[1, 4, 0], [4, 1, 6]]))
    assert np.isfinite(CMR.log_likelihood(study, recalls, values)).all()


def sequences_of_items(items):
    """Every recall sequence of the different items of a list, by first positions."""
    first = sorted({items.index(item) + 1 for item in items})
    rows = [p for k in range(len(first) + 1) for p in permutations(first, k)]
    return Recalls(np.array([[*row, *[0] * (len(items) - len(row))] for row in rows]))


@pytest.mark.parametrize("model", [CMR, TCM], ids=["cmr", "tcm"])
@pytest.mark.parametrize("items", [[1, 2, 1, 3], [5, 5, 5, 6]], ids=["spaced", "massed"])
def test_probabilities_of_all_sequences_of_the_different_items_sum_to_one(model, items):
    recalls = sequences_of_items(items)
    log_p = model.log_likelihood(study_of([items] * recalls.n_lists), recalls)
    assert np.exp(log_p).sum() == pytest.approx(1, abs=1e-5)  # the margins of the stop rule


def test_simulated_frequencies_of_lists_with_repeats_agree_with_the_likelihood():
    items, n = [1, 2, 1, 3], 20_000
    recalls = sequences_of_items(items)
    expected = np.exp(CMR.log_likelihood(study_of([items] * recalls.n_lists), recalls))
    drawn = CMR.simulate(study_of([items] * n), None, np.random.default_rng(3)).position
    observed = (drawn[:, None, :] == recalls.position[None]).all(axis=2).mean(axis=0)
    assert (np.abs(observed - expected) <= 4.5 * np.sqrt(expected * (1 - expected) / n) + 1e-4).all()


def test_a_repeated_item_is_credited_once_at_any_of_its_positions():
    study = study_of([SPACED] * 3)
    log_p = CMR.log_likelihood(study, Recalls(np.array([[1, 2, 4, 0], [3, 6, 4, 0], [1, 3, 6, 4]])))
    np.testing.assert_array_equal(log_p, log_p[0])
    sequences = sequences_of(RecallData(study, Recalls(np.array([[1, 2, 4, 0], [3, 6, 4, 0], [1, 3, 6, 4]]))))
    assert (sequences.position[:, :4] == [1, 2, 4, 0]).all()
    assert sequences.dropped["repeats"] == 1


def test_the_stop_after_all_different_items_is_certain_and_no_event():
    study = study_of([MASSED])
    everything = Recalls(np.array([[1, 4, 5, 6, 0, 0]]))
    assert sequences_of(RecallData(study, everything)).n_events.tolist() == [4]
    drawn = CMR.simulate(study_of([MASSED] * 20), {"stop_scale": 0.0}, np.random.default_rng(0)).position
    assert ((drawn > 0).sum(axis=1) == 4).all()


def test_spaced_repetition_is_recalled_better_than_once():
    study = study_of([[0, 1, 2, 3, 4, 1, 5, 6]] * 4000)
    position = CMR.simulate(study, None, np.random.default_rng(0)).position
    recalled = [(position == i).any(axis=1).mean() for i in range(1, 9)]
    assert recalled[1] > max(recalled[2:5]) + 0.1
    assert recalled[5] == 0  # the item has the position of its first presentation


@pytest.mark.parametrize("distraction", [None, 5], ids=["plain", "distracted"])
def test_options_without_effect_leave_the_closed_form(distraction):
    study = study_of([[4, 2, 5, 7, 1, 0]] * 8, distraction)
    values = {"beta_enc": 0.6, "beta_distract": 0.3}
    recalls = CMR.simulate(study, values, np.random.default_rng(1))
    expected = CMR.log_likelihood(study, recalls, values)
    for options, more in (
        ({"semantics": True}, {"s": 0.0}),
        ({"encoding": "declining"}, {"beta_enc_decay": 0.0}),
        ({"encoding": "declining"}, {"beta_enc_late": 0.6}),
    ):
        found = CMR.with_options(**options).log_likelihood(study, recalls, {**values, **more})
        np.testing.assert_allclose(found, expected, rtol=1e-10)


def test_similarity_draws_recall_to_similar_items():
    similarity = np.kron(np.eye(2), np.ones((4, 4)))  # two kinds: items 0-3 and 4-7
    study = replace(study_of([[0, 4, 1, 5, 2, 6, 3, 7]] * 2000), pool=Pool(similarity=similarity))
    model = CMR.with_options(semantics=True)
    same = []
    for s in (0.0, 2.0):
        position = model.simulate(study, {"s": s}, np.random.default_rng(1)).position
        pairs = (position[:, :-1] > 0) & (position[:, 1:] > 0)
        same.append(((position[:, 1:] - position[:, :-1]) % 2 == 0)[pairs].mean())
    assert same[1] > same[0] + 0.1


def test_semantics_without_similarity_is_refused_in_one_line():
    model, study = CMR.with_options(semantics=True), StudyLists.simple(1, 3)
    with pytest.raises(DataError, match="cmr with semantics needs the similarity of the items") as refused:
        model.log_likelihood(study, Recalls(np.array([[1, 0, 0]])))
    assert "\n" not in str(refused.value)
    small = replace(study, pool=Pool(similarity=np.eye(2)))
    with pytest.raises(DataError, match=r"has shape \(2, 2\); the items need \(3, 3\)"):
        model.simulate(small, None, np.random.default_rng(0))


def test_parameters_come_with_their_option():
    names = {p.name for p in CMR.parameters}
    semantic, declining = (
        {p.name for p in CMR.with_options(**o).parameters} - names
        for o in ({"semantics": True}, {"encoding": "declining"})
    )
    assert semantic == {"s"}
    assert declining == {"beta_enc_late", "beta_enc_decay"}


def cymr_log_likelihood(values, study, recalls, beta_enc=None):
    """Log-likelihood of the only list by the package cymr, before its clipping; its pool is that of the list."""
    from cymr import cmr

    pool = np.unique(study.items)
    index = np.searchsorted(pool, study.items[0])
    definition, patterns = cmr.config_loc_cmr(len(pool))
    similarity = study.pool.similarity[np.ix_(pool, pool)] * (1 - np.eye(len(pool)))
    patterns["vector"]["similar"] = similarity
    item = (("task", "item"), ("task", "item"))
    definition.set_weights("cf", {item: "Acf + Dcf * loc + s * similar.T"})
    recalled = index[recalls.position[0][recalls.position[0] > 0] - 1]
    v = values
    theirs = {
        "B_enc": v["beta_enc"] if beta_enc is None else beta_enc, "B_start": v["beta_start"], "B_rec": v["beta_rec"],
        "Lfc": v["gamma_fc"], "Dfc": 1 - v["gamma_fc"], "Afc": 0.0, "Lcf": 1.0, "P1": v["phi_s"], "P2": v["phi_d"],
        "Acf": v["alpha"], "Dcf": v["delta"] - v["alpha"], "s": v.get("s", 0.0), "T": v["T"], "X1": v["stop_scale"],
        "X2": v["stop_growth"],
    }  # fmt: skip
    prepared = cmr.prepare_list_param(len(index), 1, theirs, definition, len(recalled))
    net = cmr.study_list(definition, prepared, np.arange(len(pool)), index, patterns, np.arange(len(index) + 1))
    stop = np.append(prepared["p_stop"][: len(pool)], 1.0)  # theirs is certain after as many recalls as presentations
    p = net.p_recall(("task", "item"), recalled, net.c_sublayers, prepared["B_rec"], prepared["T"], stop)
    return np.log(p).sum()


@pytest.mark.parametrize("items", [SPACED, MASSED, [4, 2, 5, 7, 1, 0]], ids=["spaced", "massed", "once"])
def test_the_likelihood_with_repeats_and_similarity_equals_cymr(items):
    pytest.importorskip("cymr")
    model, rng, study = (
        CMR.with_options(choice_rule="softmax", semantics=True),
        np.random.default_rng(4),
        study_of(items),
    )
    for _ in range(5):
        values = random_values(model, rng)
        recalls = model.simulate(study, values, rng)
        expected = cymr_log_likelihood(values, study, recalls)
        assert model.log_likelihood(study, recalls, values)[0] == pytest.approx(expected, rel=1e-9)


def test_a_drift_rate_that_changes_over_the_list_equals_cymr():
    pytest.importorskip("cymr")
    model, rng, study = (
        CMR.with_options(choice_rule="softmax", encoding="declining"), np.random.default_rng(5), study_of(SPACED),
    )  # fmt: skip
    for _ in range(5):
        values = random_values(model, rng)
        recalls = model.simulate(study, values, rng)
        gone = 1 - np.exp(-values["beta_enc_decay"] * np.arange(6))
        beta_enc = values["beta_enc"] + (values["beta_enc_late"] - values["beta_enc"]) * gone
        expected = cymr_log_likelihood(values, study, recalls, beta_enc)
        assert model.log_likelihood(study, recalls, values)[0] == pytest.approx(expected, rel=1e-9)


def test_the_closed_form_equals_the_vectors_for_a_whole_population():
    study = StudyLists.simple(20, 8)
    recalls = CMR.simulate(study, None, np.random.default_rng(0))
    sequences, rng = sequences_of(RecallData(study, recalls)), np.random.default_rng(9)
    values = [random_values(CMR, rng) for _ in range(10)]
    v = {p.name: np.array([one[p.name] for one in values]) for p in CMR.parameters}
    stop = stop_probabilities(8, v["stop_scale"], v["stop_growth"])
    closed, dense = (
        context_recall.population_log_likelihood(study, sequences, CMR._theory(v), stop, 10, dense=dense)
        for dense in (False, True)
    )
    np.testing.assert_allclose(closed, dense, rtol=1e-10)
