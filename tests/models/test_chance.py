"""Chance: its closed forms."""

from dataclasses import replace
from math import factorial, log

import numpy as np
import pytest

from memlab.core.recall import RecallData, Recalls, StudyLists
from memlab.core.sequences import sequences_of
from memlab.core.serial_test import SerialTest
from memlab.models.chance import Chance

SEQUENCES = np.array([[0, 0, 0, 0], [3, 0, 0, 0], [4, 1, 0, 0], [2, 4, 1, 0], [2, 1, 4, 3]])


def test_log_probability_is_k_ln_p_plus_the_rest_ln_1_minus_p_less_ln_k_factorial():
    p, n = 0.3, 4
    k = np.arange(5)
    expected = k * log(p) + (n - k) * log(1 - p) - np.log([factorial(i) for i in k])
    got = Chance().log_likelihood(StudyLists.simple(5, n), Recalls(SEQUENCES), {"p": p})
    np.testing.assert_allclose(got, expected, rtol=1e-12)


def test_given_how_many_are_recalled_every_sequence_has_probability_n_minus_m_factorial_over_n_factorial():
    n, m, p = 4, 2, 0.3
    two = Recalls(np.array([[i, j] for i in range(1, 5) for j in range(1, 5) if i != j]))
    got = np.exp(Chance().log_likelihood(StudyLists.simple(12, n), two, {"p": p}))
    of_two = 6 * p**2 * (1 - p) ** 2
    np.testing.assert_allclose(got / of_two, factorial(n - m) / factorial(n), rtol=1e-12)


@pytest.mark.parametrize(
    ("p", "log_p"), [(0.0, [0, -np.inf, -np.inf, -np.inf, -np.inf]), (1.0, [-np.inf] * 4 + [-log(24)])]
)
def test_at_the_bounds_nothing_or_everything_is_recalled(p, log_p):
    got = Chance().log_likelihood(StudyLists.simple(5, 4), Recalls(SEQUENCES), {"p": p})
    np.testing.assert_allclose(got, log_p, rtol=1e-12)


def test_a_full_record_has_the_probability_of_all_sequences_that_begin_with_it():
    n, kept, p = 4, 2, 0.35
    study = StudyLists.simple(1, n, max_responses=kept)
    full = np.exp(Chance().log_likelihood(study, Recalls(np.array([[3, 1, 0]])), {"p": p})[0])
    longer = [[3, 1, 0, 0], [3, 1, 2, 0], [3, 1, 4, 0], [3, 1, 2, 4], [3, 1, 4, 2]]
    each = Chance().log_likelihood(StudyLists.simple(5, n), Recalls(np.array(longer)), {"p": p})
    assert full == pytest.approx(np.exp(each).sum())


def test_records_cut_after_two_responses_have_probabilities_that_sum_to_one():
    n, kept = 3, 2
    every = [[0, 0], *([i, 0] for i in range(1, 4)), *([i, j] for i in range(1, 4) for j in range(1, 4) if i != j)]
    study = StudyLists.simple(len(every), n, max_responses=kept)
    assert np.exp(Chance().log_likelihood(study, Recalls(np.array(every)), {"p": 0.6})).sum() == pytest.approx(1)


def test_the_population_has_the_same_likelihood_of_full_records():
    study = StudyLists.simple(4, 5, max_responses=3)
    data = RecallData(study, Recalls(np.array([[5, 1, 2], [3, -1, 2], [4, 0, 0], [0, 0, 0]])))
    points = np.array([[0.2], [0.7], [0.0], [1.0]])
    together = Chance().population_log_likelihood(sequences_of(data), points)
    alone = [Chance().log_likelihood(study, data.recalls, {"p": p}).sum() for (p,) in points]
    np.testing.assert_allclose(together, alone)


def test_an_item_presented_twice_is_one_item():
    study = replace(StudyLists.simple(400, 4), items=np.tile([7, 3, 7, 9], (400, 1)))
    recalls = Chance().simulate(study, {"p": 1.0}, np.random.default_rng(0))
    assert all(set(row) == {0, 1, 2, 4} for row in recalls.position)
    three = Chance().log_likelihood(StudyLists.simple(1, 3), Recalls(np.array([[2, 1, 0]])), {"p": 0.3})
    assert Chance().log_likelihood(study.select([0]), Recalls(np.array([[2, 3, 0]])), {"p": 0.3}) == pytest.approx(
        three
    )


def serially(n_lists, n, **test):
    return StudyLists.simple(n_lists, n, serial=SerialTest(**test))


def test_guessing_a_random_order_is_right_at_a_place_once_in_n_and_falls_off_evenly_with_displacement():
    n, n_lists = 6, 40_000
    position = Chance().simulate(serially(n_lists, n), {"p": 1.0}, np.random.default_rng(0)).position
    off = np.abs(position - np.arange(1, n + 1))
    right = (off == 0).mean(axis=0)
    np.testing.assert_allclose(right, 1 / n, atol=4.5 * np.sqrt(1 / n * (1 - 1 / n) / n_lists))
    share = np.bincount(off.ravel(), minlength=n) / off.size
    np.testing.assert_allclose(share[1:], 2 * (n - np.arange(1, n)) / n**2, atol=0.004)


def test_items_at_places_have_probability_p_to_the_k_times_that_of_their_order():
    n, p = 4, 0.3
    recalls = Recalls(np.array([[-2, 3, -2, 1], [2, 1, 3, 4], [-2, -2, -2, -2]]))
    k = np.array([2, 4, 0])
    expected = p**k * (1 - p) ** (n - k) * [factorial(n - m) / factorial(n) for m in k]
    np.testing.assert_allclose(np.exp(Chance().log_likelihood(serially(3, n), recalls, {"p": p})), expected)


def test_backward_recall_and_answers_to_cues_are_guessed_too():
    backward = serially(3, 4, direction="backward")
    assert Chance().simulate(backward, None, np.random.default_rng(0)).n_outputs == 4
    p, n_lists = 0.6, 6000
    probed = serially(n_lists, 4, direction="probed", cue=np.full((n_lists, 1), 2))
    recalls = Chance().simulate(probed, {"p": p}, np.random.default_rng(0))
    for item in (1, 3, 4):
        assert (recalls.position == item).mean() == pytest.approx(p / 3, abs=4.5 * np.sqrt(0.2 * 0.8 / n_lists))
    expected = np.where(recalls.position[:, 0] > 0, p / 3, 1 - p)
    np.testing.assert_allclose(np.exp(Chance().log_likelihood(probed, recalls, {"p": p})), expected)
