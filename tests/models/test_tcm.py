"""TCM: kernels against a slow twin, and what the theory implies for recency and contiguity."""

from math import exp, log

import numpy as np
import pytest

from memlab.core.recall import Recalls, StudyLists
from memlab.models.cmr import ContextMaintenanceRetrieval
from memlab.models.tcm import TemporalContextModel

TCM = TemporalContextModel()
ENDLESS = TemporalContextModel(stop=False)
VALUES = {"beta": 0.6, "new_to_old": 0.7, "beta_distract": 0.25, "T": 0.4}


class Twin:
    """Howard & Kahana (2002), one list: pre-experimental contexts e_i, contexts of study c_i, and the context now."""

    def __init__(self, values, seconds):
        self.v, self.n = values, len(seconds) - 1
        units = np.eye(2 * self.n + 2)
        self.own, gaps = units[1 : self.n + 1], units[self.n + 1 :]
        self.context, self.studied = units[0], []
        for item in range(self.n):
            self.distract(gaps[item], seconds[item])
            self.drift(self.own[item])
            self.studied.append(self.context)
        self.distract(gaps[self.n], seconds[self.n])

    def drift(self, brought_in):
        beta, cosine = self.v["beta"], self.context @ brought_in
        rho = np.sqrt(1 + beta**2 * (cosine**2 - 1)) - beta * cosine
        self.context = rho * self.context + beta * brought_in

    def distract(self, unit, seconds):
        kept = (1 - self.v["beta_distract"] ** 2) ** (seconds / 2)
        self.context = kept * self.context + np.sqrt(1 - kept**2) * unit

    def p_recall(self, left):
        overlap = np.array([self.context @ studied for studied in self.studied])
        weight = np.exp(2 * np.maximum(overlap, 1e-6) / self.v["T"]) * left
        return weight / weight.sum()

    def recall(self, item, left):
        left[item] = False
        retrieved = self.own[item] + self.v["new_to_old"] * self.studied[item]  # alpha_O = 1, alpha_N = new_to_old
        self.drift(retrieved / np.linalg.norm(retrieved))

    def p_stop(self, k):
        return 1.0 if k == self.n else self.v["stop_scale"] * exp(self.v["stop_growth"] * k)

    def log_likelihood(self, positions):
        left, log_p, stops = np.ones(self.n, dtype=bool), 0.0, "stop_scale" in self.v
        for k, position in enumerate(positions):
            log_p += log(self.p_recall(left)[position - 1]) + (log(1 - self.p_stop(k)) if stops else 0.0)
            self.recall(position - 1, left)
        return log_p + (log(self.p_stop(len(positions))) if stops else 0.0)


def distracted(n_lists, length):
    study = StudyLists.simple(n_lists, length)
    seconds = np.random.default_rng(5).choice([0.0, 2.0, 7.5], size=(n_lists, length + 1))
    return StudyLists(study.items, study.onset, seconds, study.subject, study.list)


def log_p(model, values, *sequences, n=5):
    position = np.array([[*s, *[0] * (n - len(s))] for s in sequences])
    return model.log_likelihood(StudyLists.simple(len(sequences), n), Recalls(position), values)


def first_recall(values, **design):
    study = StudyLists.simple(6, 6, **design)
    return np.exp(ENDLESS.log_likelihood(study, Recalls(np.arange(1, 7)[:, None]), values))


@pytest.mark.parametrize("study", [StudyLists.simple(12, 7), distracted(12, 7)], ids=["plain", "distracted"])
def test_the_likelihood_equals_the_slow_twin(study):
    values = {**VALUES, "stop_scale": 0.05, "stop_growth": 0.3}
    recalls = TCM.simulate(study, values, np.random.default_rng(1))
    for model, given in ((TCM, values), (ENDLESS, VALUES)):
        rows = zip(study.distractor, recalls.position, strict=True)
        expected = [Twin(given, seconds).log_likelihood(row[row > 0]) for seconds, row in rows]
        np.testing.assert_allclose(model.log_likelihood(study, recalls, given), expected, rtol=1e-10)


def test_without_the_stop_rule_every_item_is_recalled_and_no_stop_parameter_is_left():
    recalls = ENDLESS.simulate(StudyLists.simple(50, 12), None, np.random.default_rng(0))
    assert (np.sort(recalls.position, axis=1) == np.arange(1, 13)).all()
    assert [p.name for p in ENDLESS.parameters] == ["beta", "new_to_old", "beta_distract", "T"]


def test_without_the_stop_rule_the_likelihood_is_conditional_on_the_number_of_recalls():
    pairs = [(i, j) for i in range(1, 6) for j in range(1, 6) if i != j]
    assert np.exp(log_p(ENDLESS, VALUES, *pairs)).sum() == pytest.approx(1)
    assert log_p(ENDLESS, VALUES, ())[0] == 0.0


def test_it_is_cmr_without_primacy_reinstatement_and_pre_experimental_support():
    cmr = ContextMaintenanceRetrieval(choice_rule="softmax")
    same = {
        "beta_enc": 0.6, "beta_rec": 0.6, "beta_start": 0.0, "gamma_fc": 0.7 / 1.7, "delta": 0.0, "alpha": 0.0,
        "phi_s": 0.0, "phi_d": 0.0, "beta_distract": 0.25, "T": 0.4,
    }  # fmt: skip
    study = distracted(30, 8)
    recalls = TCM.simulate(study, VALUES, np.random.default_rng(2))
    np.testing.assert_allclose(
        TCM.log_likelihood(study, recalls, VALUES), cmr.log_likelihood(study, recalls, same), rtol=1e-12
    )


def test_log_odds_of_the_first_recall_are_twice_the_difference_of_overlap_over_temperature():
    overlap = 0.8 ** (6 - np.arange(1, 7))
    expected = np.exp(2 * overlap / 0.4)
    np.testing.assert_allclose(first_recall(VALUES), expected / expected.sum(), rtol=1e-12)


def test_a_filled_delay_reduces_recency_and_continual_distraction_does_not():
    kept, rho = (1 - 0.25**2) ** 7.5, 0.8
    expected = [1 - rho, kept * (1 - rho), kept * (1 - kept * rho)]  # difference in overlap of the last two items
    designs = [{}, {"delay_seconds": 15}, {"delay_seconds": 15, "distractor_seconds": 15}]
    p = [first_recall(VALUES, **design) for design in designs]
    np.testing.assert_allclose([q[-1] / q[-2] for q in p], np.exp(2 * np.array(expected) / 0.4), rtol=1e-10)
    assert p[1][-1] < p[0][-1] - 0.05
    assert p[2][-1] > p[1][-1] + 0.05


def test_the_more_of_its_study_context_an_item_brings_back_the_less_recall_goes_forward():
    forward = [
        np.subtract(*log_p(ENDLESS, {**VALUES, "new_to_old": r}, (3, 4), (3, 2))) for r in (0.0, 0.5, 2.0, 100.0)
    ]
    assert (np.diff(forward) < -0.01).all()


def test_an_untouched_model_shows_recency_no_primacy_and_forward_contiguity():
    position = TCM.simulate(StudyLists.simple(4000, 20), None, np.random.default_rng(1)).position
    recalled = np.array([(position == i).any(axis=1).mean() for i in range(1, 21)])
    assert recalled[-1] > recalled[4:8].mean() + 0.3
    assert recalled[0] < recalled[4:8].mean()
    lag = np.diff(position, axis=1)[(position[:, :-1] > 0) & (position[:, 1:] > 0)]
    assert (lag == 1).sum() > 1.5 * (lag == -1).sum()
    assert (lag == -1).sum() > (lag == -4).sum()
