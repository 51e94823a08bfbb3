"""Recalls whose curves are known beforehand, through the whole chain."""

import numpy as np
import pytest
from scipy.stats import binom

from memlab.analysis import lag_crp_counts, lag_rank_counts, number_recalled, pfr_counts, spc_counts
from memlab.core.recall import RecallData, Recalls, StudyLists
from memlab.models import get_model

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


@pytest.mark.parametrize(("length", "recalled"), [(16, 16), (20, 20), (8, 4), (40, 15)])
def test_the_height_of_a_random_lag_crp_is_one_over_n_less_half_the_recalls(length, recalled):
    """2/N where all are recalled; of 16 items .125 (an earlier simulation: .126 and .120 at lags 1 and -1)."""
    height = (recalled - 1) / sum(length - k for k in range(1, recalled))
    assert height == pytest.approx(1 / (length - recalled / 2))
    crp = lag_crp_counts(random_recall(length, recalled, 5000))
    near = np.abs(crp.x) == 1
    error = np.sqrt(height * (1 - height) / crp.possible[0][near])
    assert (np.abs(crp.pooled()[near] - height) <= 4.5 * error).all()


@pytest.mark.parametrize("p", [0.4, 1.0])
def test_the_chance_model_has_flat_curves_through_the_whole_chain(p):
    n = 12
    study = StudyLists.simple(N_LISTS, n)
    data = RecallData(study, get_model("chance").simulate(study, {"p": p}, np.random.default_rng(4)))
    m = number_recalled(data)["recalled"].iloc[0]
    assert m == pytest.approx(n * p, abs=4.5 * np.sqrt(n * p * (1 - p) / N_LISTS) + 1e-12)
    crp = lag_crp_counts(data)
    open_lags = crp.x != 0
    # m differs from list to list where p < 1: transitions over what was open, both expected over the binomial
    k = np.arange(n + 1)
    lists = binom.pmf(k, n, p)
    made = np.maximum(k - 1, 0)
    height = (lists * made).sum() / (lists * (made * n - made * (made + 1) / 2)).sum()
    for probability, expected, trials in [
        (spc_counts(data).pooled(), p, N_LISTS),
        (pfr_counts(data).pooled(), 1 / n, pfr_counts(data).possible[0]),
        (crp.pooled()[open_lags], height, crp.possible[0][open_lags]),
    ]:
        assert (np.abs(probability - expected) <= 4.5 * np.sqrt(expected * (1 - expected) / trials) + 1e-12).all()
    assert lag_rank_counts(data).rank == pytest.approx(0.5, abs=0.005)  # 90,000 transitions and more: error .001
    if p == 1:
        assert height == pytest.approx(2 / n)


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
