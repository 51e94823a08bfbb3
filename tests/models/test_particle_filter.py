"""What the estimated likelihoods share: resampling, and the mean and variance of batches."""

import numpy as np
import pytest

from memlab.core.errors import UsageError
from memlab.models.particle_filter import BATCHES, batch_size, normalise, parents, summary


def drawn(weight, uniform):
    parent = np.full(len(weight), -1)
    parents(np.asarray(weight, dtype=float), uniform, parent)
    return parent


def test_each_particle_gets_as_many_copies_as_its_weight_says_within_one():
    rng = np.random.default_rng(0)
    for _ in range(50):
        weight = rng.random(30) ** 3
        copies = np.bincount(drawn(weight, rng.random()), minlength=30)
        assert copies.sum() == 30
        assert (np.abs(copies - 30 * weight / weight.sum()) < 1).all()


def test_a_particle_that_is_kept_stays_where_it_is():
    parent = drawn([0.0, 3.0, 1.0, 0.0], 0.5)
    assert parent[1] == 1
    assert parent[2] == 2
    assert sorted(parent) == [1, 1, 1, 2]


def test_copies_are_in_proportion_to_the_weights_on_average():
    weight, uniform = np.array([0.5, 1.7, 0.1, 0.7]), np.linspace(0, 1, 4000, endpoint=False)
    copies = np.mean([np.bincount(drawn(weight, u), minlength=4) for u in uniform], axis=0)
    np.testing.assert_allclose(copies, 4 * weight / weight.sum(), atol=2e-3)


def test_weights_are_normalised_in_logs():
    weight = np.empty(3)
    log_mean, share = normalise(np.log([1.0, 2.0, 3.0]) - 2000.0, weight)
    assert log_mean == pytest.approx(np.log(2.0) - 2000.0)
    assert share == pytest.approx(36 / (3 * 14))
    assert normalise(np.full(3, -np.inf), weight) == (-np.inf, 0.0)


def test_the_mean_of_batches_is_not_the_mean_of_their_logs():
    p = np.array([[0.1, 0.2, 0.0, 0.5]])
    with np.errstate(divide="ignore"):
        log_p, variance = summary(np.log(p), np.array([False]))
    assert log_p[0] == pytest.approx(np.log(0.2))
    assert variance[0] == pytest.approx(p.var(ddof=1) / 4 / 0.2**2)


def test_a_list_that_nothing_led_to_has_an_infinite_variance_unless_it_is_impossible():
    log_p, variance = summary(np.full((2, 4), -np.inf), np.array([False, True]))
    assert np.isneginf(log_p).all()
    np.testing.assert_array_equal(variance, [np.inf, 0.0])


def test_fewer_particles_than_batches_are_refused():
    assert batch_size(BATCHES) == 1
    with pytest.raises(UsageError, match="n_particles must be at least 8"):
        batch_size(BATCHES - 1)
