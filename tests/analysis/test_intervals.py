"""Intervals over subjects: closed forms, coverage and special cases."""

import numpy as np
import pytest
from scipy import stats

from memlab.analysis import bootstrap, t_interval, within_subject
from memlab.core.errors import UsageError

CURVES = np.random.default_rng(3).normal([0.2, 0.5, 0.9], 0.1, size=(12, 3))


def test_the_t_interval_is_students():
    low, high = t_interval(CURVES, level=0.9)
    expected = stats.t.interval(0.9, 11, CURVES.mean(axis=0), stats.sem(CURVES, axis=0))
    np.testing.assert_allclose([low, high], expected)


def test_the_bootstrap_is_near_the_t_interval_for_normal_values():
    curves = np.random.default_rng(3).normal(0.5, 0.1, size=(200, 4))
    widths = [
        np.subtract(*interval[::-1]) for interval in (bootstrap(curves, np.random.default_rng(1)), t_interval(curves))
    ]
    np.testing.assert_allclose(widths[0], widths[1], rtol=0.1)


def test_the_bootstrap_covers_the_mean_about_as_often_as_it_says():
    rng = np.random.default_rng(8)
    samples = rng.normal(0.0, 1.0, size=(300, 30, 1))
    bounds = [bootstrap(sample, rng, n_samples=400) for sample in samples]
    covered = np.mean([low[0] <= 0 <= high[0] for low, high in bounds])
    # 0.95 less what the percentile bootstrap of 30 loses (about 0.01), give or take 3 standard errors of 0.013
    assert 0.90 <= covered <= 0.98


def test_subjects_who_differ_only_in_level_have_no_within_subject_interval():
    curves = np.array([0.2, 0.5, 0.9]) + np.linspace(-0.1, 0.1, 5)[:, None]
    low, high = within_subject(curves)
    np.testing.assert_allclose(low, curves.mean(axis=0))
    np.testing.assert_allclose(high, curves.mean(axis=0))


def test_for_two_points_the_within_interval_is_that_of_the_paired_difference():
    # Morey (2008): with two conditions the half-width is that of the difference divided by the square root of 2.
    low, high = within_subject(CURVES[:, :2])
    difference = CURVES[:, 0] - CURVES[:, 1]
    half = stats.t.ppf(0.975, 11) * stats.sem(difference)
    np.testing.assert_allclose((high - low) / 2, half / np.sqrt(2))


def test_a_point_without_a_value_has_no_interval():
    curves = np.where([False, False, True], np.nan, CURVES)
    for low, high in (bootstrap(curves, np.random.default_rng(0)), t_interval(curves), within_subject(curves)):
        assert np.isnan([low[2], high[2]]).all()
        assert np.isfinite([low[:2], high[:2]]).all()


def test_one_subject_alone_has_no_spread():
    assert np.isnan(t_interval(CURVES[:1])).all()
    np.testing.assert_array_equal(bootstrap(CURVES[:1], np.random.default_rng(0)), np.repeat(CURVES[:1], 2, axis=0))


def test_wrong_calls_are_refused():
    with pytest.raises(UsageError, match="level must be a number between 0 and 1"):
        t_interval(CURVES, level=95)
    with pytest.raises(UsageError, match="a row a subject"):
        within_subject(CURVES[0])
    with pytest.raises(UsageError, match="n_samples"):
        bootstrap(CURVES, np.random.default_rng(0), n_samples=0)
