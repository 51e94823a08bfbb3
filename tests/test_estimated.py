"""Estimated likelihoods of data sets: accuracy, refusals, lapses, common random numbers."""

import numpy as np
import pytest

from memlab.core.errors import NotSupported, ParameterError, UsageError
from memlab.core.recall import StudyLists
from memlab.core.sequences import Sequences
from memlab.estimated import (
    Estimate,
    EstimatedObjective,
    default_target,
    estimated_log_likelihood,
    require_rankable,
)
from memlab.models import get_model
from memlab.recall_bits import uniform_log_likelihood

TEXTBOOK = get_model("sam.kahana2012")
VALUES = {"r": 3, "a_forward": 0.2}


def own_lists(n_lists=20, length=8, name="all"):
    study = StudyLists.simple(n_lists, length)
    position = TEXTBOOK.simulate(study, VALUES, np.random.default_rng(8)).position
    return Sequences(study, position, np.ones(n_lists, dtype=bool), name)


def test_the_standard_error_covers_the_likelihood():
    """Of 80 seeds 95 % are within 1.96 standard errors of a long run, to binomial accuracy; the bias is allowed for."""
    lists = own_lists()
    truth = estimated_log_likelihood(TEXTBOOK, [lists], VALUES, n_particles=60_000, target_se=100.0)
    within = 0
    for seed in range(80):
        short = estimated_log_likelihood(TEXTBOOK, [lists], VALUES, seed=seed, n_particles=160, target_se=100.0)
        error = np.hypot(short.standard_error, truth.standard_error)
        within += abs(short.log_likelihood - short.bias - truth.log_likelihood) < 1.96 * error
    assert truth.standard_error < 0.1
    assert 68 <= within <= 80  # 4 binomial errors below .95


def test_particles_are_added_until_the_error_is_small_enough():
    lists = own_lists()
    loose = estimated_log_likelihood(TEXTBOOK, [lists], VALUES, n_particles=64, target_se=100.0)
    strict = estimated_log_likelihood(TEXTBOOK, [lists], VALUES, n_particles=64, target_se=0.25)
    assert loose.n_particles == 64
    assert strict.n_particles > 64
    assert strict.standard_error <= 0.25 < loose.standard_error
    require_rankable(strict)


def test_at_the_limit_a_noisy_estimate_is_refused_in_one_line():
    noisy = estimated_log_likelihood(TEXTBOOK, [own_lists()], VALUES, n_particles=16, target_se=0.01, most_particles=32)
    assert noisy.n_particles == 32
    with pytest.raises(NotSupported, match=r"too noisy to rank models: SE .* nats at 32 particles a list") as refusal:
        require_rankable(noisy)
    assert "\n" not in str(refusal.value)
    require_rankable(noisy, other_difference=3 * noisy.standard_error)
    with pytest.raises(NotSupported, match="and a difference of"):
        require_rankable(noisy, other_difference=-1.5 * noisy.standard_error)


def test_the_same_seed_gives_the_same_estimate_and_the_order_of_conditions_does_not_matter():
    first, second = own_lists(6, name="a"), own_lists(7, name="b")
    both, turned = (
        estimated_log_likelihood(TEXTBOOK, order, VALUES, n_particles=64, target_se=0.4)
        for order in ([first, second], [second, first])
    )
    np.testing.assert_array_equal(both.by_list[:6], turned.by_list[7:])
    assert both.log_likelihood == pytest.approx(turned.log_likelihood, abs=1e-9)
    other = estimated_log_likelihood(TEXTBOOK, [first, second], VALUES, seed=2, n_particles=64, target_se=0.4)
    assert other.log_likelihood != both.log_likelihood


def with_impossible():
    lists = own_lists(4)
    position = lists.position.copy()
    position[2] = [1, 2, 3, 4, 0, 0, 0, 0]  # the last item is in the buffer for certain
    return Sequences(lists.study, position, lists.ended)


def test_a_list_that_the_model_cannot_give_makes_the_likelihood_zero_without_noise():
    found = estimated_log_likelihood(TEXTBOOK, [with_impossible()], VALUES, target_se=1.0)
    assert found.log_likelihood == -np.inf
    assert (found.n_impossible, found.n_missed) == (1, 0)
    assert np.isfinite(found.standard_error)
    require_rankable(found)


def test_with_a_lapse_it_costs_what_chance_costs():
    lists = with_impossible()
    found = estimated_log_likelihood(TEXTBOOK, [lists], VALUES, lapse=0.1, target_se=1.0)
    assert found.by_list[2] == pytest.approx(np.log(0.1) + uniform_log_likelihood(lists)[2])
    without = estimated_log_likelihood(TEXTBOOK, [lists], VALUES, target_se=1.0)
    expected = np.log(0.9 * np.exp(without.by_list) + 0.1 * np.exp(uniform_log_likelihood(lists)))
    np.testing.assert_allclose(found.by_list, expected)
    assert found.standard_error < without.standard_error


def test_lists_that_no_particle_led_to_are_refused():
    missed = Estimate("tcm.a", -np.inf, np.inf, 1.0, 64, 9, np.array([-2.0, -np.inf]), np.array([0.1, np.inf]))
    assert missed.n_missed == 1
    with pytest.raises(NotSupported, match="no particle led to 1 of 2 lists at 64 particles"):
        require_rankable(missed)


def test_estimates_that_rest_on_few_particles_are_refused_whatever_the_error_says():
    variance = np.array([0.9, 0.8, 0.01])
    few = Estimate("tcm.a", -9.0, 1.4, 1.5, 64, 30, np.full(3, -3.0), variance)
    assert few.n_unsure == 2
    with pytest.raises(NotSupported, match="the estimates of 2 of 3 lists rest on few particles"):
        require_rankable(few, other_difference=50.0)


def test_the_error_aimed_at_grows_with_the_number_of_events():
    assert default_target(1) == 1.0
    assert default_target(5000) == pytest.approx(10.0)


def test_common_random_numbers_make_differences_between_values_much_less_noisy():
    lists, near = [own_lists()], {**VALUES, "a_forward": 0.205}
    differences, values = [], []
    for seed in range(12):
        objective = EstimatedObjective(TEXTBOOK, lists, seed=seed, n_particles=160)
        assert objective(VALUES) == objective(VALUES)
        values.append(objective(VALUES))
        differences.append(objective(near) - values[-1])
    assert np.std(differences) < 0.1 * np.std(values)


def test_what_cannot_be_estimated_is_refused():
    with pytest.raises(NotSupported, match="simple has no likelihood"):
        estimated_log_likelihood(get_model("simple"), [own_lists(1)])
    with pytest.raises(ParameterError, match="lapse must be a share"):
        estimated_log_likelihood(TEXTBOOK, [own_lists(1)], lapse=1.0)
    with pytest.raises(UsageError, match="target_se must be above 0"):
        estimated_log_likelihood(TEXTBOOK, [own_lists(1)], target_se=0.0)
    with pytest.raises(UsageError, match="n_particles must be at least 8"):
        estimated_log_likelihood(TEXTBOOK, [own_lists(1)], n_particles=4)
