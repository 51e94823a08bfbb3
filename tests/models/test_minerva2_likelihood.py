"""The likelihood under MINERVA 2 where it has a formula."""

from math import perm

import numpy as np
import pytest

from memlab.core.recall import Pool, StudyLists
from memlab.core.sequences import Sequences
from memlab.models.choice import stop_probabilities
from memlab.models.minerva2 import Minerva2


@pytest.mark.parametrize("values", [{"L": 0.0}, {"theta": 0.0}, {"n_context": 0}])
@pytest.mark.parametrize("m", [0, 2, 5])
def test_where_no_trace_is_preferred_all_orders_are_alike(values, m):
    """Nothing stored, no exponent or no context: (N - m)! / N! times the factors of the stop rule, without error."""
    stop = stop_probabilities(5, 0.1, 0.2)
    row = np.array([[*range(1, m + 1), *[0] * (5 - m)]])
    lists = Sequences(StudyLists.simple(1, 5), row, np.array([True]))
    log_p, variance = Minerva2().estimate_log_likelihood(
        lists, {**values, "stop_scale": 0.1, "stop_growth": 0.2}, np.random.default_rng(0), 64
    )
    assert np.exp(log_p[0]) == pytest.approx(np.prod(1 - stop[:m]) * stop[m] / perm(5, m))
    assert variance[0] == pytest.approx(0.0, abs=1e-12)


def test_items_with_the_same_features_are_recalled_after_one_another():
    vectors = np.sign(np.random.default_rng(0).standard_normal((4, 40)))
    vectors[0] = vectors[3]
    model = Minerva2(cue="item_and_context")
    study = StudyLists.simple(2, 4, pool=Pool(vectors=vectors))
    lists = Sequences(study, np.array([[4, 1, 0, 0], [4, 2, 0, 0]]), np.array([True, True]))
    log_p, _ = model.estimate_log_likelihood(lists, None, np.random.default_rng(1), 4000)
    assert log_p[0] > log_p[1] + 1.0
