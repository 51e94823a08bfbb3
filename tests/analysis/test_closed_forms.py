"""Recalls whose curves are known beforehand, through the whole chain."""

import numpy as np
import pytest

from memlab.analysis import lag_crp_counts, lag_rank_counts, pfr_counts, spc_counts
from memlab.core.recall import RecallData, Recalls, StudyLists

N_LISTS = 20_000


def random_recall(length, recalled, n_lists=N_LISTS):
    """Recall ``recalled`` of ``length`` items in random order."""
    order = np.argsort(np.random.default_rng(11).random((n_lists, length)), axis=1) + 1
    return RecallData(StudyLists.simple(n_lists, length), Recalls(order[:, :recalled]))


@pytest.mark.parametrize(("length", "recalled"), [(8, 8), (8, 4), (16, 10), (5, 2)])
def test_random_recall_has_flat_curves_of_known_height(length, recalled):
    data = random_recall(length, recalled)
    crp = lag_crp_counts(data)
    transitions = recalled - 1
    height = transitions / sum(length - k for k in range(1, recalled))
    for probability, expected, n in [
        (spc_counts(data).pooled(), recalled / length, N_LISTS),
        (pfr_counts(data).pooled(), 1 / length, N_LISTS),
        (np.delete(crp.pooled(), length - 1), height, np.delete(crp.possible[0], length - 1)),
    ]:
        error = np.sqrt(expected * (1 - expected) / n)
        assert (np.abs(probability - expected) <= 4.5 * error + 1e-12).all()


def test_random_recall_has_no_temporal_order():
    assert lag_rank_counts(random_recall(8, 5)).rank == pytest.approx(0.5, abs=0.005)


@pytest.mark.parametrize("step", [1, -1])
def test_perfect_recall_in_order_moves_by_one_lag_alone(step):
    length = 6
    row = np.arange(1, length + 1)[::step]
    data = RecallData(StudyLists.simple(4, length), Recalls(np.tile(row, (4, 1))))
    crp = lag_crp_counts(data)
    assert (spc_counts(data).pooled() == 1).all()
    np.testing.assert_array_equal(pfr_counts(data).pooled(), np.arange(1, length + 1) == row[0])
    defined = crp.possible[0] > 0
    np.testing.assert_array_equal(crp.pooled()[defined], crp.x[defined] == step)
    np.testing.assert_array_equal(defined, crp.x * step > 0)  # the other direction is never open
    assert lag_rank_counts(data).rank.tolist() == [1]
