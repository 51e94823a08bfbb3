"""OSCAR: closed forms, effects, and the kernel against a plain twin that forms the contexts."""

from dataclasses import replace
from itertools import product

import numpy as np
import pytest

from memlab.core.recall import OMISSION, Pool, StudyLists
from memlab.core.serial_test import SerialTest
from memlab.models.oscar import SPREAD, OscillatorRecall, overlap_after

MODEL = OscillatorRecall()
FROZEN = {"slow_frequency": 0.0, "fast_frequency": 0.0, "learning_kept": 1.0}
LOOSE = {"threshold": -5.0}


def lists(n_lists, length=6, direction="forward", **more):
    return StudyLists.simple(n_lists, length, serial=SerialTest(direction), **more)


def recall(study, values=None, seed=0, model=MODEL):
    return model.simulate(study, values, np.random.default_rng(seed)).position


def right(position):
    return (position == np.arange(1, position.shape[1] + 1)).mean(axis=0)


def context(t, frequency, phases):
    """A set's elements at time t: for each choice of sine or cosine, the product over oscillators."""
    angle = frequency * np.array(SPREAD) * t + phases
    return np.array([np.prod([f(a) for f, a in zip(chosen, angle, strict=True)])
                     for chosen in product((np.sin, np.cos), repeat=len(SPREAD))])  # fmt: skip


def test_the_overlap_of_contexts_is_that_of_products_of_sines_and_cosines_whatever_the_phases():
    rng = np.random.default_rng(0)
    for _ in range(5):
        phases, (t, later), w = rng.uniform(0, 2 * np.pi, 4), rng.uniform(0, 9, 2), rng.uniform(0.1, 2)
        assert context(t, w, phases) @ context(later, w, phases) == pytest.approx(overlap_after(later - t, w))
        assert context(t, w, phases) @ context(t, w, phases) == pytest.approx(1.0)


def test_a_pair_of_a_sine_and_a_cosine_overlaps_by_the_cosine_of_the_time_between():
    pair = lambda t: np.array([np.sin(0.7 * t + 1.0), np.cos(0.7 * t + 1.0)])  # noqa: E731
    for t, later in ((0.0, 1.0), (2.0, 6.5)):
        assert pair(t) @ pair(later) == pytest.approx(np.cos(0.7 * (later - t)))


def test_the_kernel_equals_a_twin_with_a_matrix_of_associations_and_the_same_seed():
    study, v, rng = (
        lists(20, seconds_per_item=0.8),
        MODEL.resolve({"noise": 0.3, "suppression": 0.8}),
        np.random.default_rng(3),
    )
    phases = np.random.default_rng(1).uniform(0, 2 * np.pi, (2, 4))
    share = np.sqrt([v["slow_share"], 1 - v["slow_share"]])
    at = [
        np.concatenate([
            share[0] * context(0.8 * i, v["slow_frequency"], phases[0]),
            share[1] * context(0.8 * i, v["fast_frequency"], phases[1]),
        ])
        for i in range(6)
    ]  # fmt: skip
    memory = sum(v["learning_kept"] ** i * np.outer(np.eye(6)[i], at[i]) for i in range(6))
    expected = []
    for _ in range(20):
        left, row = np.ones(6), []
        for k in range(6):
            x = memory @ at[k] * v["quality"] ** k * left + 0.3 * rng.standard_normal(6)
            row.append(x.argmax() + 1 if x.max() >= v["threshold"] else OMISSION)
            if row[-1] > 0:
                left[x.argmax()] = 1 - v["suppression"]
        expected.append(row)
    position = recall(study, v, seed=3)
    np.testing.assert_array_equal(position, expected)
    assert (position == OMISSION).any()


@pytest.mark.parametrize("direction", ["forward", "backward"])
def test_without_noise_recall_is_perfect(direction):
    study = lists(5, direction=direction)
    order = np.arange(1, 7) if direction == "forward" else np.arange(6, 0, -1)
    np.testing.assert_array_equal(recall(study, {"noise": 0.0, **LOOSE}), np.tile(order, (5, 1)))


def test_a_frozen_context_leaves_order_to_chance():
    n = 8000
    position = recall(lists(n), {**FROZEN, **LOOSE})
    assert (np.abs(right(position) - 1 / 6) < 4 * np.sqrt(5 / 36 / n)).all()


def test_activation_depends_on_the_time_between_items_alone():
    activation = MODEL.activation(lists(1), {"learning_kept": 1.0, "quality": 1.0})[0]
    for d in range(6):
        np.testing.assert_allclose(np.diag(activation, d), activation[0, d], rtol=1e-12)
    np.testing.assert_allclose(activation, activation.T, rtol=1e-12)


def test_a_slower_rate_sets_contexts_apart():
    fast, slow = (right(recall(lists(4000, seconds_per_item=s))).mean() for s in (0.5, 1.0))
    assert slow > fast + 0.1


def test_longer_lists_are_recalled_worse():
    short, long = (right(recall(lists(4000, n))).mean() for n in (4, 8))
    assert long < short - 0.1


def test_errors_in_groups_keep_the_place_in_the_group():
    plain = lists(8000)
    grouped = replace(plain, serial=SerialTest(group=np.tile([0, 0, 0, 1, 1, 1], (8000, 1))))
    three_off = [(np.abs(recall(s, LOOSE) - np.arange(1, 7)) == 3).mean() for s in (grouped, plain)]
    assert three_off[0] > 2 * three_off[1]
    activation = MODEL.activation(grouped.select([0]))[0]
    assert activation[1, 4] > activation[1, 3]


def test_a_high_threshold_leaves_all_places_blank_and_forbidden_omissions_none():
    study = lists(50)
    assert (recall(study, {"threshold": 5.0}) == OMISSION).all()
    assert (recall(replace(study, serial=SerialTest(omissions_allowed=False)), {"threshold": 5.0}) > 0).all()


def test_similar_items_are_confused_and_dissimilar_ones_do_not_suffer():
    alike, n = np.eye(6), 10_000
    alike[np.ix_([0, 2, 4], [0, 2, 4])] = 0.8
    np.fill_diagonal(alike, 1.0)
    study = replace(lists(n), pool=Pool(similarity=alike))
    mixed = right(recall(study, LOOSE, 1, OscillatorRecall(similarity=True)))
    pure = right(recall(study, LOOSE, 2))
    assert mixed[[0, 2, 4]].mean() < pure[[0, 2, 4]].mean() - 0.05
    assert (np.abs(mixed - pure)[[1, 3, 5]] < 4 * np.sqrt(0.5 / n)).all()


def test_an_untouched_model_has_primacy_fills_in_and_confuses_neighbours():
    position = recall(lists(20_000))
    curve = right(position)
    assert curve[0] > curve[3]
    moved = (np.arange(1, 7) - position)[position > 0]
    assert (np.abs(moved) == 1).sum() > 1.5 * (np.abs(moved) == 2).sum()
    early = position[:, 0] == 2
    assert (position[early, 1] == 1).sum() > (position[early, 1] == 3).sum()


def test_lists_with_their_own_times_and_groups_have_each_their_own_activation():
    study, group = lists(4), np.array([[0, 0, 0, 1, 1, 1], [0, 0, 1, 1, 2, 2]])
    study = replace(
        study,
        onset=study.onset * np.array([[1.0], [2.0], [1.0], [2.0]]),
        serial=SerialTest(group=group[[0, 1, 1, 0]]),
    )
    together = MODEL.activation(study)
    for row in range(4):
        np.testing.assert_array_equal(together[row], MODEL.activation(study.select([row]))[0])
    assert len(np.unique(together, axis=0)) == 4
