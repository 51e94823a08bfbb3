"""Statistics of recovery, checked against values worked out by hand."""

import numpy as np
import pytest

from memlab.analysis.recovery import (
    confusion,
    correlation_matrix,
    coverage_range,
    inversion,
    recover_parameters,
    ridges,
)


def test_bias_and_rmse_are_those_of_estimate_minus_true_value():
    true = np.array([[1.0, 0.0], [2.0, 0.0], [3.0, 0.0], [4.0, 0.0]])
    estimate = np.array([[1.5, 1.0], [1.5, 1.0], [3.5, 1.0], [3.5, 1.0]])
    found = recover_parameters(true, estimate, np.ones((4, 2)), np.zeros((4, 2)))
    np.testing.assert_allclose(found.bias, [0, 1])
    np.testing.assert_allclose(found.rmse, [0.5, 1])
    np.testing.assert_allclose(found.true_sd, [np.sqrt(5 / 3), 0])
    np.testing.assert_allclose(found.rmse_over_sd, [0.5 / np.sqrt(5 / 3), np.nan])
    np.testing.assert_allclose(found.r, [4 / np.sqrt(20), np.nan])  # covariance 4, sums of squares 5 and 4
    np.testing.assert_allclose(found.bias_error, [0.5 / np.sqrt(3), 0])


def test_ranks_do_not_care_how_wild_an_estimate_is():
    true = np.arange(1.0, 7.0)[:, None]
    estimate = np.array([1, 2, 3, 4, 5, 1000.0])[:, None]
    found = recover_parameters(true, estimate, np.ones((6, 1)), np.zeros((6, 1)))
    assert found.rank_r[0] == pytest.approx(1)
    assert found.r[0] < 0.7
    assert found.r_interval[0, 0] < found.r[0] < found.r_interval[0, 1]


def test_coverage_counts_the_subjects_that_have_an_interval():
    true = np.zeros((4, 2))
    covered = np.array([[1, np.nan], [0, np.nan], [1, np.nan], [np.nan, np.nan]])
    found = recover_parameters(true, true, covered, [[1, 0]] * 4)
    np.testing.assert_allclose(found.coverage, [2 / 3, np.nan])
    np.testing.assert_allclose(found.at_bound, [1, 0])


def test_the_range_of_coverage_is_binomial():
    assert coverage_range(20) == (0.85, 1.0)


def test_correlations_of_a_constant_column_are_not_there():
    found = correlation_matrix([[1, 2, 5], [2, 4, 5], [3, 6, 5], [4, 8, 5]])
    np.testing.assert_allclose(found, [[1, 1, np.nan], [1, 1, np.nan], [np.nan] * 3])


def test_the_lowest_criterion_wins_and_nan_and_infinity_never_do():
    criterion = [[1.0, 2.0, np.nan], [np.inf, 2.0, 3.0], [3.0, np.nan, 1.0]]
    np.testing.assert_array_equal(confusion(criterion, [0, 0, 2], 3), [[1, 1, 0], [0, 0, 0], [0, 0, 1]])


def test_inversion_gives_every_model_the_same_weight_whatever_it_simulated():
    counts = [[8, 2], [10, 90]]
    np.testing.assert_allclose(inversion(counts), [[0.8 / 0.9, 0.2 / 1.1], [0.1 / 0.9, 0.9 / 1.1]])
    assert np.isnan(inversion([[2, 0], [1, 0]])[:, 1]).all()


def test_ridges_are_pairs_either_way_and_never_a_parameter_with_itself():
    table = [[1, 0.85, -0.9], [0.85, 1, np.nan], [-0.9, np.nan, 1]]
    assert ridges(table, 0.8).tolist() == [[0, 1], [0, 2]]
