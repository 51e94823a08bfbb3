"""SIMPLE for serial recall: closed forms, and the kernels against a plain twin."""

from dataclasses import replace

import numpy as np
import pytest
from scipy.special import expit

from memlab.core.recall import OMISSION, RecallData, Recalls, StudyLists
from memlab.core.sequences import sequences_of
from memlab.core.serial_test import SerialTest
from memlab.models.simple_serial import SerialScaleInvariantMemory

MODEL = SerialScaleInvariantMemory()
VALUES = {"c": 4.0, "t": 0.2, "s": 6.0, "seconds_per_place": 0.8, "place_share": 0.3}


def lists(n_lists, length=6, direction="forward", **more):
    return StudyLists.simple(n_lists, length, serial=SerialTest(direction), **more)


def twin_cued(ages, due, places, v):
    """D at each output place: a row a place."""
    table = []
    for j, asked in enumerate(due, start=1):
        log_age = np.log(np.asarray(ages) + j * v["seconds_per_place"])
        in_time, in_place = abs(log_age - log_age[asked]), abs(places - places[asked])
        eta = np.exp(-v["c"] * ((1 - v["place_share"]) * in_time + v["place_share"] * in_place))
        table.append(eta / eta.sum())
    return np.array(table)


def twin_log_p(cued, order, v):
    left, log_p = np.ones(len(order)), 0.0
    for d, given in zip(cued, order, strict=True):
        p = left * d / (left * d).sum() * expit(v["s"] * (d - v["t"]))
        log_p += np.log(1 - p.sum() if given == OMISSION else p[given - 1])
        if given != OMISSION:
            left[given - 1] = 0
    return log_p


@pytest.mark.parametrize("direction", ["forward", "backward"])
def test_the_kernels_equal_the_equations_in_numpy(direction):
    study = lists(15, direction=direction, seconds_per_item=0.7, delay_seconds=2.0)
    recalls = MODEL.simulate(study, VALUES, np.random.default_rng(1))
    assert (recalls.position == OMISSION).any()
    due = np.arange(6) if direction == "forward" else np.arange(6)[::-1]
    cued = twin_cued(0.7 * np.arange(5, -1, -1) + 2.0, due, np.arange(6), VALUES)
    np.testing.assert_allclose(MODEL.cued(study, VALUES)[4], cued, rtol=1e-12)
    expected = [twin_log_p(cued, order, VALUES) for order in recalls.position]
    np.testing.assert_allclose(MODEL.log_likelihood(study, recalls, VALUES), expected, rtol=1e-10)


def test_without_places_the_probability_of_being_right_is_one_over_the_summed_likeness():
    n, p, o, c = 6, 1.0, 0.5, 5.0
    cued = MODEL.cued(lists(1), {"c": c, "seconds_per_place": o, "place_share": 0.0})[0]
    for j in range(1, n + 1):
        age = (n - np.arange(1, n + 1)) * p + j * o
        assert cued[j - 1, j - 1] == pytest.approx(
            1 / np.sum((np.minimum(age, age[j - 1]) / np.maximum(age, age[j - 1])) ** c)
        )


def test_multiplying_all_times_by_a_constant_changes_nothing():
    slow = lists(1, seconds_per_item=3.0, delay_seconds=6.0)
    fast = lists(1, seconds_per_item=1.0, delay_seconds=2.0)
    at = {**VALUES, "seconds_per_place": 2.4}
    np.testing.assert_allclose(MODEL.cued(slow, at), MODEL.cued(fast, VALUES), rtol=1e-12)


def test_infinite_distinctiveness_recalls_in_order():
    study = lists(200, seconds_per_item=1.0)
    values = {"c": 100, "place_share": 1.0, "t": 0.0, "s": 100}
    position = MODEL.simulate(study, values, np.random.default_rng(0)).position
    np.testing.assert_array_equal(position, np.tile(np.arange(1, 7), (200, 1)))


def test_without_distinctiveness_every_order_is_equally_likely():
    log_p = MODEL.log_likelihood(
        lists(2, 4), Recalls(np.array([[1, 2, 3, 4], [3, 1, 4, 2]])), {"c": 0, "t": 0.0, "s": 100}
    )
    np.testing.assert_allclose(log_p, -np.log(24), atol=1e-6)


def test_places_alone_give_a_symmetric_curve():
    cued = MODEL.cued(lists(1, 7), {"c": 1.5, "place_share": 1.0})[0]
    np.testing.assert_allclose(np.diag(cued), np.diag(cued)[::-1], rtol=1e-12)
    assert cued[0, 0] > cued[3, 3]


def test_items_at_the_same_place_of_their_groups_are_confused():
    study = lists(1)
    grouped = replace(study, serial=SerialTest(group=np.array([[0, 0, 0, 1, 1, 1]])))
    plain, in_groups = (MODEL.cued(s, {"place_share": 0.6, "c": 3})[0] for s in (study, grouped))
    assert in_groups[1, 4] > in_groups[1, 3]
    assert in_groups[1, 4] > in_groups[1, 5]
    assert plain[1, 4] < plain[1, 3]


def test_a_pause_sets_groups_apart():
    study = lists(1)
    paused = replace(study, onset=study.onset + np.array([[0, 0, 0, 3.0, 3.0, 3.0]]))
    right, apart = (np.diag(MODEL.cued(s, {**VALUES, "place_share": 0.0})[0]) for s in (study, paused))
    assert apart[2] > right[2]


def test_a_population_has_the_likelihood_of_each_of_its_members():
    study = lists(10)
    recalls = MODEL.simulate(study, VALUES, np.random.default_rng(3))
    names = [p.name for p in MODEL.parameters]
    points = np.array([[VALUES[n] for n in names], [9, 0.3, 9, 0.4, 0.0]])
    each = [MODEL.log_likelihood(study, recalls, dict(zip(names, row, strict=True))).sum() for row in points]
    together = MODEL.population_log_likelihood(sequences_of(RecallData(study, recalls)), points)
    np.testing.assert_allclose(together, each, rtol=1e-12)


def test_an_untouched_model_has_primacy_and_confuses_neighbours():
    position = MODEL.simulate(lists(4000), None, np.random.default_rng(5)).position
    right = (position == np.arange(1, 7)).mean(axis=0)
    assert right[0] > right[2]
    moved = (np.arange(1, 7) - position)[position > 0]
    assert (np.abs(moved) == 1).sum() > 2 * (np.abs(moved) == 2).sum()
    assert 0 < (position == OMISSION).mean() < 0.15
