"""RMSD and the noise ceiling."""

import itertools

import numpy as np
import pytest

from memlab.analysis import noise_ceiling, rmsd
from memlab.core.errors import UsageError

CURVES = np.random.default_rng(2).random((5, 4))


def test_rmsd_is_over_the_points_that_both_curves_have():
    assert rmsd([0.0, np.nan, 0.5, 1.0], [0.3, 0.2, np.nan, 0.6]) == pytest.approx(np.sqrt((0.3**2 + 0.4**2) / 2))
    assert np.isnan(rmsd([np.nan], [0.1]))
    assert rmsd(CURVES[0], CURVES[0]) == 0


def test_the_ceiling_is_the_mean_over_all_splits():
    CURVES_WITH_GAP = np.where(np.arange(20).reshape(5, 4) == 6, np.nan, CURVES)
    exact = [
        rmsd(np.nanmean(CURVES_WITH_GAP[list(part)], axis=0), np.nanmean(np.delete(CURVES_WITH_GAP, part, 0), axis=0))
        for part in itertools.combinations(range(5), 2)
    ]
    ceiling = noise_ceiling(CURVES_WITH_GAP, 2, rng=np.random.default_rng(4), n_splits=20000)
    assert ceiling == pytest.approx(np.mean(exact), abs=4 * np.std(exact) / np.sqrt(20000))


def test_people_who_are_all_alike_have_a_ceiling_of_zero():
    assert noise_ceiling(np.tile([0.2, 0.4], (6, 1)), 3, rng=np.random.default_rng(0)) == pytest.approx(0)


def test_the_ceiling_of_independent_people_is_that_of_a_difference_of_means():
    # One point: the difference of two means of 10 has variance 2 sd^2 / 10, and E|difference| = sqrt(2 / pi) of its sd.
    curves = np.random.default_rng(6).normal(0, 1, size=(20, 1))
    sd = np.std(curves, ddof=1) * np.sqrt(2 / 10)
    ceiling = noise_ceiling(curves, 10, rng=np.random.default_rng(1), n_splits=20000)
    assert ceiling == pytest.approx(np.sqrt(2 / np.pi) * sd, rel=0.03)


def test_wrong_calls_are_refused():
    with pytest.raises(UsageError, match="n_first from 1 to n_subjects - 1"):
        noise_ceiling(CURVES, 5, rng=np.random.default_rng(0))
    with pytest.raises(UsageError, match="n_splits"):
        noise_ceiling(CURVES, 2, rng=np.random.default_rng(0), n_splits=0)
    with pytest.raises(UsageError, match=r"rmsd needs two curves of one shape. Got \(2,\) and \(3,\)"):
        rmsd([1, 2], [1, 2, 3])
