"""Chance: its closed forms."""

from math import factorial, log

import numpy as np
import pytest

from memlab.core.recall import Recalls, StudyLists
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
