"""Context drifts, keeps its length, and forgets through distraction as the equations say."""

import numpy as np
import pytest

from memlab.models.context import distract, drift, drift_elementwise, kept_over, retention

BETAS = [0.0, 0.2, 0.6, 0.95, 1.0]


def unit_vector(rng, n_units):
    vector = rng.random(n_units)
    return vector / np.linalg.norm(vector)


def drifted(context, brought_in, beta):
    """The slow twin: c_i = rho c_{i-1} + beta c^IN, Howard & Kahana (2002)."""
    cosine = context @ brought_in
    rho = np.sqrt(1 + beta**2 * (cosine**2 - 1)) - beta * cosine
    return rho * context + beta * brought_in


def drifted_elementwise(context, brought_in, beta):
    """The slow twin without the sum in the inner product."""
    product = context * brought_in
    rho = np.sqrt(1 + beta**2 * (product**2 - 1)) - beta * product
    unscaled = rho * context + beta * brought_in
    return unscaled / np.linalg.norm(unscaled)


@pytest.mark.parametrize("beta", BETAS)
@pytest.mark.parametrize("kernel", [drift, drift_elementwise])
def test_context_keeps_length_1(kernel, beta):
    rng = np.random.default_rng(1)
    context = unit_vector(rng, 9)
    for _ in range(50):
        kernel(context, unit_vector(rng, 9), beta)
        assert np.linalg.norm(context) == pytest.approx(1, abs=1e-12)


@pytest.mark.parametrize("beta", BETAS)
@pytest.mark.parametrize(("kernel", "twin"), [(drift, drifted), (drift_elementwise, drifted_elementwise)])
def test_each_drift_equals_its_slow_twin(kernel, twin, beta):
    rng = np.random.default_rng(2)
    context, brought_in = unit_vector(rng, 9), unit_vector(rng, 9)
    expected = twin(context, brought_in, beta)
    kernel(context, brought_in, beta)
    np.testing.assert_allclose(context, expected, atol=1e-14)


def test_no_drift_keeps_context_and_full_drift_replaces_it():
    rng = np.random.default_rng(3)
    before, brought_in = unit_vector(rng, 5), unit_vector(rng, 5)
    still, replaced = before.copy(), before.copy()
    drift(still, brought_in, 0.0)
    drift(replaced, brought_in, 1.0)
    np.testing.assert_allclose(still, before, atol=1e-15)
    np.testing.assert_allclose(replaced, brought_in, atol=1e-12)


def test_elementwise_rho_is_the_scalar_for_something_new_and_not_for_something_old():
    context = np.array([0.8, 0.6, 0.0])
    for brought_in, same in ((np.array([0.0, 0.0, 1.0]), True), (np.array([0.6, 0.8, 0.0]), False)):
        scalar, elementwise = context.copy(), context.copy()
        drift(scalar, brought_in, 0.9)
        drift_elementwise(elementwise, brought_in, 0.9)
        assert np.allclose(scalar, elementwise, atol=1e-14) is same


@pytest.mark.parametrize("beta", BETAS)
def test_after_n_new_items_the_start_unit_is_rho_to_the_n_and_item_j_beta_rho_to_the_n_minus_j(beta):
    n = 7
    units = np.eye(n + 1)
    context = units[0].copy()
    for item in range(1, n + 1):
        drift(context, units[item], beta)
    rho = np.sqrt(1 - beta**2)
    np.testing.assert_allclose(context[0], rho**n, atol=1e-14)
    np.testing.assert_allclose(context[1:], beta * rho ** (n - np.arange(1, n + 1)), atol=1e-14)


def test_retention_by_hand():
    assert retention(0.0, 0.6) == pytest.approx(0.8)
    assert retention(1.0, 0.6) == pytest.approx(0.4)  # what is there already only adds: rho + beta = 1


@pytest.mark.parametrize("beta", BETAS)
def test_seconds_of_distraction_are_that_many_drifts_toward_something_new(beta):
    units = np.eye(6)
    context = np.array([0.6, 0.8, 0, 0, 0, 0])
    for second in range(3):
        drift(context, units[2 + second], beta)
    assert kept_over(3.0, beta) == pytest.approx(context[0] / 0.6, abs=1e-14)


@pytest.mark.parametrize("seconds", [0.0, 0.5, 30.0])
@pytest.mark.parametrize("beta", BETAS)
def test_distraction_scales_the_old_context_and_keeps_length_1(beta, seconds):
    context = np.array([0.6, 0.8, 0.0])
    distract(context, 2, seconds, beta)
    np.testing.assert_allclose(context[:2], kept_over(seconds, beta) * np.array([0.6, 0.8]), atol=1e-14)
    assert np.linalg.norm(context) == pytest.approx(1, abs=1e-12)
