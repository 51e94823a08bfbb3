"""The primacy model: closed forms, effects, and the kernel against a plain twin with the same random numbers."""

from dataclasses import replace

import numpy as np
import pytest
from scipy.integrate import quad
from scipy.stats import norm

from memlab.core.errors import DataError, NotSupported
from memlab.core.recall import OMISSION, Pool, Recalls, StudyLists
from memlab.core.serial_test import SerialTest
from memlab.models.primacy import PrimacyModel, seconds_of_decay
from memlab.models.primacy_likelihood import chosen_first

MODEL = PrimacyModel()
SOUNDS = PrimacyModel(similarity=True)
FREE = {"T": -100.0, "D": 0.0}
"""Neither omissions nor decay: steps of 1."""


def lists(n_lists, length=6, **more):
    return StudyLists.simple(n_lists, length, serial=SerialTest(), **more)


def recall(study, values, seed=0, model=MODEL):
    return model.simulate(study, values, np.random.default_rng(seed)).position


def right(position):
    return (position == np.arange(1, position.shape[1] + 1)).mean(axis=0)


def near(observed, expected, n):
    return abs(observed - expected) < 4 * np.sqrt(expected * (1 - expected) / n)


def test_the_kernel_equals_the_slow_twin_with_the_same_seed():
    study, v = lists(30, delay_seconds=1.0), MODEL.resolve({"N": 0.8, "T": 1.5, "M": 0.5})
    rng, expected = np.random.default_rng(3), []
    for seconds in seconds_of_decay(study, v["R"], v["seconds_per_response"]):
        left, row = list(range(6)), []
        for t in seconds:
            x = {i: (v["P"] - i) * np.exp(-v["D"] * t) for i in left}
            noisy = {i: x[i] + v["N"] * rng.standard_normal() for i in left}
            winner = max(noisy, key=noisy.get)
            left.remove(winner)
            row.append(winner + 1 if x[winner] + v["M"] * rng.standard_normal() > v["T"] else OMISSION)
        expected.append(row)
    position = recall(study, v, seed=3)
    np.testing.assert_array_equal(position, expected)
    assert (position == OMISSION).any()


def test_without_noise_recall_is_perfect():
    np.testing.assert_array_equal(right(recall(lists(50), {"N": 0.0, "T": -100.0})), 1)


def test_of_two_items_the_step_over_the_noise_decides():
    n, sd = 40_000, 0.9
    assert near(right(recall(lists(n, 2), {**FREE, "N": sd}))[0], norm.cdf(1 / (sd * np.sqrt(2))), n)


def test_the_first_of_six_items_wins_as_often_as_the_integral_says():
    n, sd = 40_000, 0.8
    expected = quad(lambda z: norm.pdf(z) * np.prod(norm.cdf(z + np.arange(1, 6) / sd)), -9, 9)[0]
    assert expected == pytest.approx(0.795, abs=5e-4)
    assert near(right(recall(lists(n), {**FREE, "N": sd}))[0], expected, n)


def test_only_ratios_of_steps_and_noise_count():
    n, seconds, sd = 40_000, 4.0, 0.5
    study = lists(n, 2, delay_seconds=seconds)
    v = {"D": 0.2, "R": 100.0, "N": sd, "T": -100.0, "seconds_per_response": 0.0}
    step = np.exp(-0.2 * seconds)
    assert near(right(recall(study, v))[0], norm.cdf(step / (sd * np.sqrt(2))), n)


def test_a_filled_delay_lowers_accuracy_and_a_rest_with_rehearsal_does_not():
    n, v = 4000, {"R": 100.0, "T": -100.0}
    now, later = lists(n), lists(n, delay_seconds=6.0)
    rest = replace(now, serial=SerialTest(rest_seconds=6.0))
    at_once, filled, rested = (right(recall(s, v)).mean() for s in (now, later, rest))
    assert filled < at_once - 0.1
    assert rested == at_once


def test_decay_begins_where_the_rehearsal_of_the_list_no_longer_fits():
    study = lists(1, 6)  # a second each: at 3 items a second the first three fit
    np.testing.assert_allclose(seconds_of_decay(study, 3.0, 0.5)[0], 3 + 0.5 * np.arange(1, 7))
    np.testing.assert_allclose(seconds_of_decay(study, 0.0, 0.5)[0], 6 + 0.5 * np.arange(1, 7))


def test_a_low_threshold_leaves_no_place_blank_and_forbidden_omissions_neither():
    study = lists(200)
    assert (recall(study, {"T": -100.0}) > 0).all()
    assert (recall(study, {"T": 100.0}) == OMISSION).all()
    forced = replace(study, serial=SerialTest(omissions_allowed=False))
    assert (recall(forced, {"T": 100.0}) > 0).all()


def test_fill_in_is_commoner_than_infill():
    position = recall(lists(20_000), {**FREE, "N": 0.8})
    early = position[:, 0] == 2
    fill_in, infill = (position[early, 1] == 1).sum(), (position[early, 1] == 3).sum()
    assert fill_in > 2 * infill


def test_longer_lists_are_recalled_worse():
    short, long = (right(recall(lists(4000, n), None)).mean() for n in (4, 8))
    assert long < short - 0.1


def test_an_item_that_the_list_holds_twice_is_given_once():
    study = lists(500)
    items = study.items.copy()
    items[:, 4] = items[:, 1]
    position = recall(replace(study, items=items), {**FREE, "N": 0.0})
    np.testing.assert_array_equal(position, np.tile([1, 2, 3, 4, 6, OMISSION], (500, 1)))


def with_sounds(n_lists, similar):
    """Lists of six whose items at these places, from 1, sound alike (.8)."""
    alike = np.eye(6)
    index = np.array(similar, dtype=int) - 1
    alike[np.ix_(index, index)] = 0.8
    np.fill_diagonal(alike, 1.0)
    return replace(lists(n_lists), pool=Pool(similarity=alike))


def test_similar_items_are_confused_and_dissimilar_ones_between_them_do_not_suffer():
    n = 20_000
    pure, similar, mixed = (
        right(recall(with_sounds(n, places), {**FREE, "N": 0.5}, seed, SOUNDS))
        for seed, places in enumerate(([], range(1, 7), [1, 3, 5]))
    )
    assert similar.mean() < pure.mean() - 0.1
    assert mixed[[0, 2, 4]].mean() < pure[[0, 2, 4]].mean() - 0.1
    assert (np.abs(mixed - pure)[[1, 3, 5]] < 4 * np.sqrt(0.5 / n)).all()


def test_confusion_of_sounds_loses_no_item():
    position = recall(with_sounds(2000, range(1, 7)), FREE, model=SOUNDS)
    np.testing.assert_array_equal(np.sort(position, axis=1), np.tile(np.arange(1, 7), (2000, 1)))


def test_similarity_needs_lists_that_have_it_and_only_forward_recall_is_taken():
    with pytest.raises(DataError, match="primacy .*needs the similarity of the items"):
        recall(lists(1), None, model=SOUNDS)
    with pytest.raises(NotSupported, match="primacy recalls forward. Got backward"):
        recall(StudyLists.simple(1, 3, serial=SerialTest("backward")), None)


def test_an_untouched_model_has_primacy_and_confuses_neighbours():
    position = recall(lists(4000), None)
    curve = right(position)
    assert curve[0] > curve[1] > curve[2]
    moved = (np.arange(1, 7) - position)[position > 0]
    assert (np.abs(moved) == 1).sum() > 1.5 * (np.abs(moved) == 2).sum()


def slow_log_likelihood(row, seconds, v):
    """ln P of one list: every way to choose at each place, each with an adaptive integral."""

    def wins(i, left, x):
        def integrand(z):
            return norm.pdf(z) * np.prod([norm.cdf(z + (x[i] - x[j]) / v["N"]) for j in left if j != i])

        return quad(integrand, -9, 9, epsabs=1e-12)[0]

    def following(place, left):
        if place == len(row):
            return 1.0
        x = {i: (v["P"] - i) * np.exp(-v["D"] * seconds[place]) for i in left}
        total = 0.0
        for i in left:
            p = norm.cdf((x[i] - v["T"]) / v["M"])
            if row[place] in (OMISSION, i + 1):
                factor = 1 - p if row[place] == OMISSION else p
                total += wins(i, left, x) * factor * following(place + 1, [j for j in left if j != i])
        return total

    return np.log(following(0, list(range(len(row)))))


def test_the_likelihood_equals_the_sum_over_all_ways_with_adaptive_integrals():
    study, v = lists(4, 4), MODEL.resolve({"N": 0.9, "T": 3.0, "M": 1.5, "P": 6.0})
    recalls = MODEL.simulate(study, v, np.random.default_rng(8))
    assert (recalls.position == OMISSION).any()
    seconds = seconds_of_decay(study, v["R"], v["seconds_per_response"])
    expected = [slow_log_likelihood(row, t, v) for row, t in zip(recalls.position, seconds, strict=True)]
    np.testing.assert_allclose(MODEL.log_likelihood(study, recalls, v), expected, rtol=1e-8)


def test_the_probability_of_the_first_choice_equals_the_golden_integral():
    p = np.empty(6)
    chosen_first(-np.arange(6.0), 0, 0.8, p)
    expected = quad(lambda z: norm.pdf(z) * np.prod(norm.cdf(z + np.arange(1, 6) / 0.8)), -9, 9, epsabs=1e-13)[0]
    assert p[0] == pytest.approx(expected, abs=1e-12)
    assert p.sum() == pytest.approx(1, abs=1e-14)


def test_the_likelihood_refuses_what_it_does_not_cover():
    with pytest.raises(NotSupported, match="primacy with similarity has no likelihood"):
        SOUNDS.log_likelihood(with_sounds(1, []), Recalls(np.arange(1, 7)[None]))
    with pytest.raises(NotSupported, match="lists of up to 15 items. Got 16 instead"):
        MODEL.log_likelihood(lists(1, 16), Recalls(np.arange(1, 17)[None]))
