"""Information criteria, weights and intervals against hand computations."""

import numpy as np
import pytest
from scipy.stats import norm

from memlab.analysis.model_selection import aic, aicc, bic, paired_bootstrap, proportion_best, weights
from memlab.core.errors import UsageError


def test_criteria_are_those_computed_by_hand():
    # k = 4, n = 50, ln L = -120.5: 241 + 8; + 2*4*5/45; 241 + 4 ln 50 = 241 + 15.648
    assert aic(-120.5, 4) == pytest.approx(249.0)
    assert aicc(-120.5, 4, 50) == pytest.approx(249.0 + 40 / 45)
    assert bic(-120.5, 4, 50) == pytest.approx(256.64809, abs=1e-5)


def test_aicc_goes_to_aic_with_many_observations_and_has_no_value_with_too_few():
    assert aicc(-10.0, 3, 10**9) == pytest.approx(float(aic(-10.0, 3)))
    assert np.isnan(aicc([-10.0, -10.0], 3, [4, 5])).tolist() == [True, False]


def test_criteria_take_arrays():
    log_likelihood = np.array([[-10.0, -20.0], [-30.0, -40.0]])
    assert aic(log_likelihood, [1, 2]).tolist() == [[22, 44], [62, 84]]
    assert bic(log_likelihood, [1, 2], np.array([[1], [np.e]])).tolist() == [[20, 40], [61, 82]]


def test_weights_sum_to_one_and_have_the_ratio_of_the_likelihoods():
    found = weights([[100.0, 102.0, 110.0], [5.0, np.nan, 5.0]])
    assert np.nansum(found, axis=1) == pytest.approx([1, 1])
    assert found[0, 1] / found[0, 0] == pytest.approx(np.exp(-1))
    assert found[1, [0, 2]].tolist() == [0.5, 0.5]
    assert np.isnan(found[1, 1])


def test_weights_of_far_models_do_not_overflow():
    assert weights([1e6, 1e6 + 1e5]).tolist() == [1.0, 0.0]


def test_proportion_best_splits_ties_and_leaves_out_who_has_no_value():
    criterion = [[1, 2, 3], [2, 2, 5], [7, 3, 3 + 1e-12], [np.nan, 4, 1], [np.nan] * 3]
    assert proportion_best(criterion).tolist() == [1.5 / 4, 1 / 4, 1.5 / 4]
    assert proportion_best(criterion).sum() == 1


def test_the_paired_interval_is_the_normal_one_when_there_are_many_subjects():
    rng = np.random.default_rng(3)
    subject = rng.normal(0, 50, size=(400, 1))  # what subjects have in common does not widen a paired interval
    values = subject + np.column_stack([np.zeros(400), rng.normal(1, 2, 400)])
    difference, low, high = paired_bootstrap(values, 0, np.random.default_rng(1))
    apart = values[:, 1] - values[:, 0]
    se = apart.std() / np.sqrt(400)
    assert difference == pytest.approx([0, apart.mean()])
    assert [low[0], high[0]] == [0, 0]
    assert [low[1], high[1]] == pytest.approx(apart.mean() + se * norm.ppf([0.025, 0.975]), abs=0.03)


def test_a_difference_per_event_is_the_total_over_all_events():
    values = np.array([[10.0, 16.0], [20.0, 18.0], [1.0, 2.0]])
    difference, low, high = paired_bootstrap(values, 0, np.random.default_rng(1), per=[4, 10, 6])
    assert difference[1] == pytest.approx((6 - 2 + 1) / 20)
    assert low[1] < difference[1] < high[1]


def test_the_same_seed_gives_the_same_interval_and_one_subject_gives_none():
    values = np.random.default_rng(0).normal(size=(6, 3))
    once, again = (paired_bootstrap(values, 1, np.random.default_rng(5)) for _ in range(2))
    assert all((a == b).all() for a, b in zip(once, again, strict=True))
    difference, low, _ = paired_bootstrap(values[:1], 1, np.random.default_rng(5))
    assert np.isfinite(difference).all()
    assert np.isnan(low).all()


def test_a_subject_without_a_value_is_left_out_of_that_difference_alone():
    values = np.array([[0.0, 1.0, 5.0], [0.0, 3.0, np.nan]])
    assert paired_bootstrap(values, 0, np.random.default_rng(0))[0].tolist() == [0, 2, 5]


def test_what_a_model_holds_impossible_costs_without_end():
    values = np.array([[0.0, 1.0], [0.0, np.inf], [0.0, 2.0]])
    difference, low, high = paired_bootstrap(values, 0, np.random.default_rng(0))
    assert difference.tolist() == [0, np.inf]
    assert np.isfinite(low[1])  # a sample without that subject is among the lowest 2.5 %
    assert high[1] == np.inf


@pytest.mark.parametrize("wrong", [{"reference": 3}, {"level": 1.5}, {"per": [1, 0]}, {"per": [1]}, {"n_samples": 0}])
def test_wrong_arguments_are_refused(wrong):
    arguments = {"reference": 0, "rng": np.random.default_rng(0), **wrong}
    with pytest.raises(UsageError):
        paired_bootstrap([[1.0, 2.0], [1.0, 2.0]], **arguments)


def test_values_without_a_row_a_subject_are_refused():
    with pytest.raises(UsageError, match="a row a subject"):
        proportion_best([1.0, 2.0])
