"""The perturbation model: closed forms, and the simulation against the exact probability of each response."""

from dataclasses import replace

import numpy as np
import pytest

from memlab.core.recall import StudyLists
from memlab.core.serial_test import SerialTest
from memlab.models.perturbation import Perturbation, _orders, step_matrix

MODEL = Perturbation()


def lists(n_lists, length, direction="forward", rest_seconds=0.0, **more):
    serial = SerialTest(direction, rest_seconds=rest_seconds)
    return StudyLists.simple(n_lists, length, serial=serial, **more)


def exact(length, n_lists=1, **values):
    return MODEL.place_probabilities(lists(n_lists, length), {"blank": 0.0, **values})[0]


def test_the_matrix_of_a_step_is_symmetric_and_doubly_stochastic():
    a = step_matrix(6, 0.3)
    np.testing.assert_array_equal(a, a.T)
    np.testing.assert_allclose(a.sum(axis=0), 1)
    np.testing.assert_allclose(np.diag(a), [0.85, 0.7, 0.7, 0.7, 0.7, 0.85])


@pytest.mark.parametrize("n", [1, 2, 5, 9])
def test_its_eigenvalues_are_1_less_theta_times_1_less_a_cosine(n):
    theta = 0.17
    expected = 1 - theta * (1 - np.cos(np.pi * np.arange(n) / n))
    np.testing.assert_allclose(np.sort(np.linalg.eigvalsh(step_matrix(n, theta))), np.sort(expected), atol=1e-12)


def test_after_very_many_steps_every_place_is_equally_likely():
    np.testing.assert_allclose(exact(5, theta=0.5, steps=500, steps_output=0), 1 / 5, atol=1e-12)


def test_without_steps_during_output_the_curve_is_a_symmetric_bow():
    right = exact(5, theta=0.12, steps=10, steps_output=0).diagonal()
    np.testing.assert_allclose(right, [0.625, 0.414, 0.403, 0.414, 0.625], atol=5e-4)
    np.testing.assert_allclose(right, right[::-1])


def test_steps_during_output_make_primacy_greater_than_recency():
    right = exact(6, theta=0.12, steps=3, steps_output=2).diagonal()
    assert right[0] > right[5] + 0.1
    assert right[5] > right[4]


def test_an_item_is_read_at_exactly_one_place():
    np.testing.assert_allclose(exact(6, theta=0.3, steps=4, steps_output=3).sum(axis=0), 1)
    np.testing.assert_allclose(exact(6, theta=0.3, steps=4, steps_output=3).sum(axis=1), 1)


@pytest.mark.parametrize("direction", ["forward", "backward"])
@pytest.mark.parametrize("values", [{"steps_output": 0}, {"theta": 0.4, "steps": 3, "steps_output": 2, "blank": 0.2}])
def test_simulated_responses_are_as_frequent_as_their_exact_probabilities(direction, values):
    n, n_lists = 5, 40_000
    study = lists(n_lists, n, direction, delay_seconds=4.0)
    position = MODEL.simulate(study, values, np.random.default_rng(3)).position
    expected = MODEL.place_probabilities(study.select([0]), values)[0]
    if direction == "backward":
        assert expected[0].argmax() == n - 1
    observed = np.array([[(position[:, place] == item).mean() for item in range(1, n + 1)] for place in range(n)])
    error = np.sqrt(expected * (1 - expected) / n_lists)
    assert (np.abs(observed - expected) <= 4.5 * error + 1e-9).all()


def test_a_retention_interval_adds_its_rate_of_steps_filled_or_not():
    twelve = exact(5, steps=12)
    for waited in (lists(1, 5, delay_seconds=4.0), lists(1, 5, rest_seconds=4.0)):
        values = {"steps": 2, "rate": 2.5, "blank": 0.0}
        np.testing.assert_allclose(MODEL.place_probabilities(waited, values)[0], twelve)


def test_without_perturbation_recall_is_perfect_forward_and_backward():
    values = {"theta": 0.0, "blank": 0.0}
    for direction, expected in (("forward", np.arange(1, 7)), ("backward", np.arange(6, 0, -1))):
        position = MODEL.simulate(lists(3, 6, direction), values, np.random.default_rng(0)).position
        np.testing.assert_array_equal(position, np.tile(expected, (3, 1)))


def test_lists_of_different_delay_are_each_perturbed_by_their_own_steps():
    study = lists(2, 5)
    study = replace(study, distractor=np.array([[0.0] * 6, [0.0] * 5 + [600.0]]))
    found = MODEL.place_probabilities(study, {"theta": 0.5, "rate": 1.0, "steps": 0, "blank": 0.0, "steps_output": 0})
    np.testing.assert_array_equal(found[0], np.eye(5))
    np.testing.assert_allclose(found[1], 0.2, atol=1e-9)


def slow_twin(n, steps, steps_output, theta, rng):
    def perturb(places):
        """The items of the places that are not yet read, after one step."""
        offset = 1 if rng.random() < 0.5 else 0
        places = list(places)
        for k in range(offset, len(places) - 1, 2):
            if rng.random() < theta:
                places[k : k + 2] = places[k : k + 2][::-1]
        return places

    places, said = list(range(1, n + 1)), []
    for _ in range(steps):
        places = perturb(places)
    while places:
        said.append(places.pop(0))
        for _ in range(steps_output if places else 0):
            places = perturb(places)
    return said


def test_the_kernel_equals_its_slow_twin():
    got = _orders(6, np.array([4, 0, 9]), 2, 0.5, np.random.default_rng(1))
    rng = np.random.default_rng(1)
    assert got.tolist() == [slow_twin(6, steps, 2, 0.5, rng) for steps in (4, 0, 9)]
    assert sorted(got[0]) == [1, 2, 3, 4, 5, 6]
