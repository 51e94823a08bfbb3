"""The power rule, the softmax rule and the stop rule."""

import numpy as np
import pytest

from memlab.core.recall import Recalls, StudyLists
from memlab.core.sequences import ends_observed
from memlab.models.choice import TRUSTED, choice_log_probability, choose, inverse_probability, stop_probabilities
from memlab.models.exponential import exponential, exponentials, logarithm

SUPPORT = np.array([0.1, 0.7, 0.4, 0.0, 0.9])
ALL = np.zeros(5)
NOT_THE_LAST = np.array([0, 0, 0, 0, -np.inf])


def probabilities(support, barred, softmax, sensitivity):
    """The slow twin, written from the two equations."""
    floored = np.maximum(support, 1e-6)
    weight = np.exp(2 * floored / sensitivity) if softmax else floored**sensitivity
    weight = np.where(barred == 0, weight, 0.0)
    return weight / weight.sum()


def log_probability(support, barred, chosen, softmax, sensitivity):
    return choice_log_probability(support, barred, chosen, softmax, sensitivity, np.empty(5))


def every_log_probability(support, softmax, sensitivity):
    return np.array([log_probability(support, ALL, i, softmax, sensitivity) for i in range(5)])


@pytest.mark.parametrize("barred", [ALL, NOT_THE_LAST])
@pytest.mark.parametrize(
    ("softmax", "sensitivity"), [(True, 0.3), (True, 5.0), (False, 0.0), (False, 1.0), (False, 7.5)]
)
def test_both_rules_equal_their_slow_twin(softmax, sensitivity, barred):
    expected = probabilities(SUPPORT, barred, softmax, sensitivity)
    for item in np.flatnonzero(barred == 0):
        assert np.exp(log_probability(SUPPORT, barred, item, softmax, sensitivity)) == pytest.approx(
            expected[item], rel=1e-12
        )


def test_the_power_rule_ignores_a_common_factor_of_support():
    support = SUPPORT + 0.1
    np.testing.assert_allclose(
        every_log_probability(support, False, 4.0), every_log_probability(3 * support, False, 4.0), atol=1e-12
    )


def test_the_softmax_rule_ignores_a_common_addend_and_not_a_common_factor():
    once = every_log_probability(SUPPORT, True, 0.5)
    support = SUPPORT + 0.1  # nothing at the floor
    np.testing.assert_allclose(
        every_log_probability(support, True, 0.5), every_log_probability(support + 2, True, 0.5), atol=1e-12
    )
    assert not np.allclose(once, every_log_probability(3 * SUPPORT, True, 0.5), atol=0.1)


def test_the_most_extreme_parameters_keep_log_probabilities_finite():
    for softmax, sensitivity in ((True, 0.01), (False, 100.0)):
        log_p = every_log_probability(100 * SUPPORT, softmax, sensitivity)
        assert np.isfinite(log_p).all()
        assert np.exp(log_p).sum() == pytest.approx(1)


@pytest.mark.parametrize(("softmax", "sensitivity"), [(True, 0.5), (False, 2.0)])
@pytest.mark.parametrize("uniform", [0.0, 0.1, 0.3, 0.5, 0.7, 0.9, 1 - 1e-16])
def test_a_uniform_number_picks_the_item_whose_share_it_falls_in(uniform, softmax, sensitivity):
    shares = np.cumsum(probabilities(SUPPORT, NOT_THE_LAST, softmax, sensitivity))
    chosen = choose(SUPPORT, NOT_THE_LAST, softmax, sensitivity, uniform, np.empty(5))
    assert chosen == min(np.searchsorted(shares, uniform, side="right"), 3)


@pytest.mark.parametrize("barred", [ALL, NOT_THE_LAST])
@pytest.mark.parametrize(("softmax", "sensitivity"), [(True, 0.01), (True, 5.0), (False, 0.0), (False, 7.5)])
def test_one_over_a_probability_is_that_of_its_logarithm(softmax, sensitivity, barred):
    for item in np.flatnonzero(barred == 0):
        inverse = inverse_probability(SUPPORT, barred, item, softmax, sensitivity)
        expected = log_probability(SUPPORT, barred, item, softmax, sensitivity)
        assert -np.log(inverse) == pytest.approx(expected, rel=1e-12, abs=1e-14)


@pytest.mark.parametrize(("softmax", "sensitivity"), [(True, 0.01), (False, 100.0)])
def test_a_probability_too_small_to_invert_says_so(softmax, sensitivity):
    inverse = inverse_probability(np.array([1e-6, 100.0]), np.zeros(2), 0, softmax, sensitivity)
    assert inverse > TRUSTED


def test_no_support_is_no_probability():
    for support in ([np.nan, 1.0], [1.0, np.nan], [np.inf, 1.0]):
        for softmax in (True, False):
            assert np.isnan(inverse_probability(np.array(support), np.zeros(2), 0, softmax, 2.0))


def test_the_exponential_equals_that_of_numpy_to_four_units_in_the_last_place():
    x = np.random.default_rng(0).uniform(-700, 700, 10_000)
    np.testing.assert_allclose([exponential(y) for y in x], np.exp(x), rtol=4 * np.finfo(float).eps)


def test_the_logarithm_equals_that_of_numpy_to_four_units_in_the_last_place():
    rng = np.random.default_rng(0)
    x = np.r_[np.exp(rng.uniform(-700, 700, 5_000)), rng.uniform(0.5, 2, 5_000), 1.0, 0.5, 2.0, 1e-6, 0.5**0.5]
    np.testing.assert_allclose([logarithm(y) for y in x], np.log(x), rtol=4 * np.finfo(float).eps)
    assert np.isnan(logarithm(np.nan))


def test_exponentials_are_replaced_in_place_and_summed():
    x = -np.random.default_rng(0).random(1_000) * 700
    ours = x + 3.0
    total = exponentials(ours, 3.0)
    np.testing.assert_allclose(ours, np.exp((x + 3.0) - 3.0), rtol=4 * np.finfo(float).eps)
    assert total == pytest.approx(np.exp(x).sum(), rel=1e-12)


def test_the_exponential_of_a_barred_item_adds_nothing():
    assert exponentials(np.array([0.0, -np.inf]), 0.0) == 1.0


def test_stopping_grows_exponentially_stays_possible_and_is_certain_when_nothing_is_left():
    stop = stop_probabilities(20, 0.02, 0.3)
    np.testing.assert_allclose(stop[:10], 0.02 * np.exp(0.3 * np.arange(10)))
    assert stop[19] == 1 - 1e-6
    assert stop[20] == 1
    assert stop_probabilities(3, 0.0, 0.3).tolist() == [1e-6, 1e-6, 1e-6, 1]


def test_a_full_record_does_not_show_where_recall_ended():
    recalls = Recalls(np.array([[1, 2, 3], [1, -1, 2], [1, 2, 0], [0, 0, 0]]))
    kept = StudyLists.simple(4, 5, max_responses=3)
    assert ends_observed(kept, recalls).tolist() == [False, False, True, True]
    assert ends_observed(StudyLists.simple(4, 5), recalls).all()
    assert ends_observed(StudyLists.simple(4, 5, max_responses=9), recalls).all()
