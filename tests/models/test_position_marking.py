"""Competitive queuing with position marking: closed forms, effects, and the kernel against a plain twin."""

from dataclasses import replace

import numpy as np
import pytest

from memlab.core.recall import OMISSION, Pool, StudyLists
from memlab.core.serial_test import SerialTest
from memlab.models.position_marking import PositionMarking

MODEL = PositionMarking()


def lists(n_lists, length=6, direction="forward", **more):
    return StudyLists.simple(n_lists, length, serial=SerialTest(direction), **more)


def recall(study, values=None, seed=0, model=MODEL):
    return model.simulate(study, values, np.random.default_rng(seed))


def right(position):
    return (position == np.arange(1, position.shape[1] + 1)).mean(axis=0)


def test_the_kernel_equals_the_slow_twin_with_the_same_seed():
    study, v, rng = lists(20), MODEL.resolve({"noise": 0.08}), np.random.default_rng(3)
    result = recall(study, v, seed=3)
    for row in range(20):
        left, now = np.ones(6), 0.0
        for place in range(6):
            i = np.arange(6)
            x = v["mix"] * 0.65 * 0.9**i + (1 - v["mix"]) * v["item_weight"] * 0.65 ** abs(i - place)
            x, steps = x * left, 0
            while x.max() < 1:
                x = np.maximum(0, 1.1 * x - 0.1 * (x.sum() - x) + 0.08 * rng.standard_normal(6))
                steps += 1
            left[x.argmax()] = 1 - v["suppression"]
            now += 0.05 * steps
            assert result.position[row, place] == x.argmax() + 1
            assert result.time[row, place] == pytest.approx(now)
    assert (result.position != np.arange(1, 7)).any()


@pytest.mark.parametrize(
    ("mix", "direction", "first"),
    [(0.0, "forward", 1), (0.5, "forward", 1), (1.0, "forward", 1), (0.0, "backward", 6), (1.0, "backward", 1)],
)
def test_without_noise_positions_give_the_order_asked_for_and_a_gradient_alone_that_of_study(mix, direction, first):
    values = {"mix": mix, "noise": 0.0, "suppression": 1.0}
    position = recall(lists(3, direction=direction), values).position
    np.testing.assert_array_equal(position[0], np.arange(1, 7) if first == 1 else np.arange(6, 0, -1))


def test_an_item_alone_grows_exponentially_to_the_threshold():
    time = recall(lists(1, 1), {"noise": 0.0}).time[0, 0]
    assert time == pytest.approx(0.05 * np.ceil(np.log(1 / 0.65) / np.log(1.1)))


def test_of_two_items_the_difference_grows_by_the_sum_of_excitation_and_inhibition():
    # x = (sum ± difference) / 2; the sum keeps to 1.1 - .1 of itself, until the loser is at 0.
    values = {"noise": 0.0, "mix": 0.0, "item_weight": 0.9, "distinctiveness": 0.8, "suppression": 1.0}
    total, difference = 0.9 * 1.8, 0.9 * 0.2
    steps = next(t for t in range(100) if (total + difference * 1.2**t) / 2 >= 1)
    assert total - difference * 1.2 ** (steps - 1) > 0
    assert recall(lists(1, 2), values).time[0, 0] == pytest.approx(0.05 * steps)


def test_without_a_gradient_and_with_positions_all_alike_order_is_chance():
    n = 8000
    position = recall(lists(n), {"mix": 0.0, "distinctiveness": 1.0, "suppression": 1.0}).position
    for share in (right(position), np.bincount(position[:, 0], minlength=7)[1:] / n):
        assert (np.abs(share - 1 / 6) < 4 * np.sqrt(5 / 36 / n)).all()


def times_by_displacement(mix):
    """Mean time of responses one place early, right and one place late, relative to correct ones at their place."""
    result = recall(lists(12_000), {"mix": mix, "noise": 0.06, "suppression": 1.0, "gradient_kept": 0.85})
    seconds = np.diff(result.time, axis=1, prepend=0.0)
    moved = np.arange(1, 7) - result.position
    given = result.position > 0
    by_place = np.array([seconds[(moved[:, k] == 0), k].mean() for k in range(6)])
    relative = seconds - by_place
    inner = given & (np.arange(6) > 0) & (np.arange(6) < 5)
    return [relative[inner & (moved == d)].mean() for d in (-1, 0, 1)]


def test_times_fall_with_displacement_under_a_gradient_alone():
    early, correct, late = times_by_displacement(1.0)
    assert early > correct + 0.02
    assert late < early - 0.02


def test_under_positions_alone_early_and_late_responses_are_slow_alike():
    early, correct, late = times_by_displacement(0.0)
    assert min(early, late) > correct + 0.02
    assert abs(early - late) < 0.5 * (early - correct)


def test_items_at_the_same_place_of_other_groups_are_activated():
    study = replace(lists(1, 6), serial=SerialTest(group=np.array([[0, 0, 0, 1, 1, 1]])))
    grouped, plain = (MODEL.activation(s, {"mix": 0.0})[0] for s in (study, lists(1, 6)))
    assert grouped[1, 4] == pytest.approx(0.65 * 0.65)
    assert grouped[1, 4] > grouped[1, 3]
    assert plain[1, 4] < plain[1, 3]


def test_a_response_after_the_time_allowed_is_not_made():
    result = recall(lists(50, recall_seconds=1.5))
    assert (result.time[result.position > 0] <= 1.5).all()
    assert (result.position[:, -1] == OMISSION).all()


def test_incomplete_suppression_lets_items_repeat():
    def repeats(suppression):
        position = recall(lists(2000), {"suppression": suppression, "noise": 0.06}).position
        return sum(len(row[row > 0]) - len(set(row[row > 0])) for row in position)

    assert repeats(1.0) < repeats(0.6)


def test_the_second_of_two_equal_items_is_given_less_often_than_another_item_there():
    study = lists(4000)
    items = study.items.copy()
    items[:, 4] = items[:, 1]
    repeated = recall(replace(study, items=items)).position
    assert np.isin(repeated[:, 4], (2, 5)).mean() < right(recall(study).position)[4] - 0.1


def test_similar_items_are_confused_and_dissimilar_ones_do_not_suffer():
    alike = np.eye(6)
    alike[np.ix_([0, 2, 4], [0, 2, 4])] = 0.8
    np.fill_diagonal(alike, 1.0)
    study, n = replace(lists(10_000), pool=Pool(similarity=alike)), 10_000
    mixed = right(recall(study, seed=1, model=PositionMarking(similarity=True)).position)
    pure = right(recall(study, seed=2).position)
    assert mixed[[0, 2, 4]].mean() < pure[[0, 2, 4]].mean() - 0.05
    assert (np.abs(mixed - pure)[[1, 3, 5]] < 4 * np.sqrt(0.5 / n)).all()


def test_an_untouched_model_has_primacy_and_confuses_neighbours():
    position = recall(lists(4000)).position
    curve = right(position)
    assert curve[0] > curve[3]
    moved = (np.arange(1, 7) - position)[position > 0]
    assert (np.abs(moved) == 1).sum() > 1.5 * (np.abs(moved) == 2).sum()
