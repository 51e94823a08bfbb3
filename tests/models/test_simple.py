"""SIMPLE: its closed forms, and the compiled kernel against the equations in NumPy."""

import numpy as np
import pytest
from scipy.special import expit

from memlab.core.errors import ParameterError
from memlab.core.recall import LikelihoodModel, StudyLists
from memlab.models.simple import PUBLISHED, ScaleInvariantMemory

MODEL = ScaleInvariantMemory()
VALUES = {"c": 8.0, "t": 0.6, "s": 8.0, "retention": 5.0}


def with_ages(*ages):
    """One list whose items are these seconds old at recall, and the retention that says so."""
    ages = np.asarray(ages, dtype=float)
    n = len(ages)
    study = StudyLists(
        np.arange(n)[None], (ages[0] - ages)[None], np.zeros((1, n + 1)), subject=np.zeros(1), list=np.ones(1)
    )
    return study, float(ages[-1])


def curve(ages, union="sum", **values):
    study, retention = with_ages(*ages)
    return ScaleInvariantMemory(union=union).serial_position_curve(study, {**values, "retention": retention})[0]


def by_the_equations(age, c, t, s, union="sum"):
    """The twin: one array for all lists, (n_lists, i, j)."""
    m = np.log(age)
    eta = np.exp(-c * np.abs(m[:, :, None] - m[:, None, :]))
    r = expit(s * (eta / eta.sum(axis=2, keepdims=True) - t))
    return np.minimum(1, r.sum(axis=2)) if union == "sum" else 1 - np.prod(1 - r, axis=2)


@pytest.mark.parametrize("union", ["sum", "product"])
def test_the_kernel_equals_the_equations_in_numpy(union):
    rng = np.random.default_rng(1)
    distractor = np.concatenate([rng.integers(0, 3, (6, 7)), rng.integers(0, 30, (6, 1))], axis=1).astype(float)
    onset = np.cumsum(distractor[:, :-1] + 1.0, axis=1)
    onset[3], distractor[3] = onset[2], distractor[2]  # a list like the one before it
    study = StudyLists(np.tile(np.arange(7), (6, 1)), onset, distractor, np.zeros(6), np.arange(6))
    age = onset[:, -1:] - onset + distractor[:, -1:] + VALUES["retention"]
    expected = by_the_equations(age, VALUES["c"], VALUES["t"], VALUES["s"], union)
    assert (expected < 0.95).mean() > 0.3  # not at the ceiling
    got = ScaleInvariantMemory(union=union).serial_position_curve(study, VALUES)
    np.testing.assert_allclose(got, expected, rtol=1e-12)


def test_of_two_items_the_ratio_of_their_ages_decides():
    q, c, t, s = 3.0, 1.5, 0.6, 5.0
    own = 1 / (1 + q**-c)
    expected = expit(s * (own - t)) + expit(s * (1 - own - t))
    np.testing.assert_allclose(curve((q * 2, 2), c=c, t=t, s=s), expected, rtol=1e-12)


def test_multiplying_all_ages_by_a_constant_changes_nothing():
    ages = np.array([9.0, 7.0, 4.0, 3.0, 1.0])
    np.testing.assert_allclose(curve(ages, c=3, t=0.4, s=8), curve(17 * ages, c=3, t=0.4, s=8), rtol=1e-12)


def test_infinite_distinctiveness_leaves_each_item_alone_with_its_own_cue():
    t, s, ages = 0.6, 5.0, np.array([1e8, 1e5, 1e2, 1e-1])
    expected = expit(s * (1 - t)) + 3 * expit(-s * t)
    np.testing.assert_allclose(curve(ages, c=50, t=t, s=s), min(1, expected), rtol=1e-12)


@pytest.mark.parametrize("t", [0.3, 0.9])
def test_without_distinctiveness_the_curve_is_flat_at_its_closed_form(t):
    n, s = 6, 10.0
    expected = min(1, n * expit(s * (1 / n - t)))
    np.testing.assert_allclose(curve(np.arange(n, 0, -1.0), c=0, t=t, s=s), expected, rtol=1e-12)


def test_a_steep_threshold_is_a_step_at_t():
    # Items of ages 16, 2, 1 with c = 1: the last two share their neighbourhood, the first stands nearly alone.
    d_own = [1 / (1 + 1 / 8 + 1 / 16), 1 / (1 + 1 / 8 + 1 / 2), 1 / (1 + 1 / 2 + 1 / 16)]
    assert d_own[0] > 0.75 > max(d_own[1:])
    np.testing.assert_allclose(curve((16, 2, 1), c=1, t=0.75, s=100), [1, 0, 0], atol=1e-2)


def test_an_item_isolated_in_time_is_recalled_better():
    isolated, crowded = curve((13, 12, 8, 4, 3), c=6, t=0.7, s=10), curve((13, 12, 8, 7.5, 3), c=6, t=0.7, s=10)
    assert isolated[2] > crowded[2] + 0.1


def test_ages_in_a_constant_ratio_give_a_symmetric_curve():
    got = curve(2.0 ** np.arange(7, 0, -1), c=1.2, t=0.6, s=7)
    np.testing.assert_allclose(got, got[::-1], rtol=1e-12)
    assert got[0] > got[3]


def test_the_last_item_is_as_old_as_the_retention_says():
    study = StudyLists.simple(1, 2, seconds_per_item=3.0)  # ages 7 and 4, not 10 and 7
    own = 1 / (1 + (4 / 7) ** 2.0)
    expected = expit(5 * (own - 0.6)) + expit(5 * (1 - own - 0.6))
    values = {"c": 2, "t": 0.6, "s": 5, "retention": 4}
    np.testing.assert_allclose(MODEL.serial_position_curve(study, values)[0], expected, rtol=1e-12)


def test_a_filled_delay_adds_to_the_age_and_takes_recency_away():
    now, later = (StudyLists.simple(1, 20, delay_seconds=d) for d in (0.0, 30.0))
    immediate, delayed = (MODEL.serial_position_curve(s)[0] for s in (now, later))
    np.testing.assert_array_equal(delayed, MODEL.serial_position_curve(now, {"retention": 40.0})[0])  # 10 by default
    assert delayed[-1] - delayed[10] < 0.5 * (immediate[-1] - immediate[10])


def test_the_product_is_never_more_than_the_sum():
    ages = np.arange(20, 0, -1.0) + 9
    total, union = (curve(ages, union=u, c=10, t=0.4, s=16) for u in ("sum", "product"))
    assert (union <= total).all()
    assert (union < total - 0.01).any()


def test_simulated_recall_has_the_curve_and_a_random_order():
    n = 20_000
    study = StudyLists.simple(n, 5)
    values = {"c": 10, "t": 0.6, "s": 6, "retention": 3}
    position = MODEL.simulate(study, values, np.random.default_rng(2)).position
    p = MODEL.serial_position_curve(study, values)[0]
    observed = np.array([(position == i).any(axis=1).mean() for i in range(1, 6)])
    assert (np.abs(observed - p) < 4 * np.sqrt(p * (1 - p) / n) + 1e-12).all()
    all_five = position[(position > 0).all(axis=1)]
    first = np.bincount(all_five[:, 0], minlength=6)[1:] / len(all_five)
    assert np.abs(first - 0.2).max() < 4 * np.sqrt(0.16 / len(all_five))


def test_it_predicts_the_serial_position_curve_alone_and_has_no_likelihood():
    assert MODEL.predicts == ("spc",)
    assert "serial-position curve only" in MODEL.title
    assert not isinstance(MODEL, LikelihoodModel)


def test_an_unknown_union_is_refused():
    with pytest.raises(ParameterError, match="option union must be one of 'sum', 'product'"):
        ScaleInvariantMemory(union="max")


def test_every_published_set_is_a_set_of_this_model():
    for values in PUBLISHED.values():
        assert MODEL.resolve(values) == values
