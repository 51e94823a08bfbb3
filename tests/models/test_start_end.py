"""The start-end model: a slow twin, closed forms, the numbers of the specification, and the effects it is known for."""

from dataclasses import replace

import numpy as np
import pytest

from memlab.core.recall import INTRUSION, OMISSION, Pool, StudyLists
from memlab.core.serial_test import SerialTest
from memlab.models.start_end import StartEnd, _codes, overlap
from memlab.paradigms import SerialRecall

OPEN = {"T_O": -2.0}
"""No threshold: no place is left blank."""


def lists(n_lists, length, **more):
    test = {key: more.pop(key) for key in ("direction", "group") if key in more}
    return StudyLists.simple(n_lists, length, serial=SerialTest(**test), **more)


def simulated(study, seed=0, **values):
    return StartEnd().simulate(study, {**OPEN, **values}, np.random.default_rng(seed)).position


def right(position):
    return (position == np.arange(1, position.shape[1] + 1)).mean(axis=0)


def similar(p, q):
    return np.sqrt(p @ q) * np.exp(-np.linalg.norm(p - q))


def margins(code):
    """By how much the overlap of each code with itself is greater than with the best other one."""
    strength = np.array([[similar(p, q) for q in code] for p in code])
    return np.diag(strength) - np.where(np.eye(len(code), dtype=bool), -np.inf, strength).max(axis=1)


def slow_twin(study, v, seed):
    """From the equations, item types as pool ids; the same random numbers in the same order."""
    rng, given = np.random.default_rng(seed), []
    n, code = study.list_length, np.empty((study.list_length, 2))
    for i in range(1, n + 1):
        code[i - 1] = v["S_0"] * v["S"] ** (i - 1), v["E_0"] * v["E"] ** (n - i)
    for row in range(study.n_lists):
        now, before = list(study.items[row]), list(study.items[row - 1]) if row else []
        types = list(dict.fromkeys(now)) + [item for item in dict.fromkeys(before) if item not in now]
        suppression = dict.fromkeys(types, 0.0)
        said = []
        for j in range(n):
            noisy = {}
            for item in types:
                tokens = [similar(code[j], code[i]) for i in range(n) if now[i] == item]
                tokens += [v["context"] * similar(code[j], code[i]) for i in range(len(before)) if before[i] == item]
                noisy[item] = max(tokens) * (1 - suppression[item]) + v["G_C"] * rng.standard_normal()
            best = max(noisy, key=noisy.get)
            suppression = {item: s * np.exp(-v["R_S"]) for item, s in suppression.items()}
            if noisy[best] >= v["T_O"]:
                suppression[best] = 1.0
            said.append(OMISSION if noisy[best] < v["T_O"] else now.index(best) + 1 if best in now else INTRUSION)
        given.append(said)
    return np.array(given)


@pytest.mark.parametrize("values", [{}, {"G_C": 0.3, "context": 0.9, "T_O": 0.2}, {"R_S": 2.0, "E_0": 1.0, "S": 0.5}])
def test_the_kernel_equals_its_slow_twin(values):
    items = np.array([[0, 1, 2, 3], [4, 2, 5, 4], [1, 6, 7, 0], [0, 1, 2, 3]])
    study = replace(lists(4, 4), items=items)
    v = StartEnd().resolve(values)
    got = StartEnd().simulate(study, values, np.random.default_rng(9)).position
    np.testing.assert_array_equal(got, slow_twin(study, v, 9))


def test_a_code_overlaps_with_itself_by_its_length():
    for p in ([1.0, 0.2], [0.3, 0.6]):
        assert overlap(*p, *p) == pytest.approx(np.linalg.norm(p))


def test_the_margins_of_six_items_are_those_of_the_specification():
    code = _codes(lists(1, 6), StartEnd().defaults())[0, :, :2]
    np.testing.assert_allclose(margins(code), [0.268, 0.069, 0.035, 0.029, 0.084, 0.282], atol=6e-4)


def test_accuracy_and_displacements_of_six_items_are_those_of_the_specification():
    position = simulated(lists(40_000, 6))
    np.testing.assert_allclose(right(position), [0.991, 0.945, 0.844, 0.738, 0.668, 0.763], atol=0.007)  # 3 errors
    displacement = np.arange(1, 7) - position
    assert [(displacement == d).mean() for d in (-1, 1)] == pytest.approx([0.091, 0.058], abs=0.002)


def test_equal_markers_of_start_and_end_give_a_symmetric_curve_of_margins():
    equal = StartEnd().resolve({"S_0": 0.8, "E_0": 0.8, "S": 0.6, "E": 0.6})
    margin = margins(_codes(lists(1, 6), equal)[0, :, :2])
    np.testing.assert_allclose(margin, margin[::-1], rtol=1e-12)
    assert margin[0] > margin[1] > margin[2] > 0


def test_without_an_end_marker_there_is_primacy_only():
    accuracy = right(simulated(lists(20_000, 6), E_0=0.0, R_S=20.0))
    assert (np.diff(accuracy[:5]) < 0).all()
    assert accuracy[5] < accuracy[0] - 0.3


def test_markers_that_do_not_change_leave_guessing():
    accuracy = right(simulated(lists(40_000, 5), S=1.0, E=1.0, R_S=0.0, G_C=0.05))
    np.testing.assert_allclose(accuracy, 1 / 5, atol=0.01)


def test_without_noise_recall_is_perfect_forward_and_backward():
    assert (right(simulated(lists(3, 7), G_C=0.0)) == 1).all()
    backward = simulated(lists(3, 7, direction="backward"), G_C=0.0)
    np.testing.assert_array_equal(backward, np.tile(np.arange(7, 0, -1), (3, 1)))


def test_a_threshold_out_of_reach_leaves_every_place_blank():
    assert (simulated(lists(5, 4), T_O=2.0, G_C=0.0) == OMISSION).all()


def test_defaults_show_the_bow_the_recency_of_one_item_and_mostly_adjacent_errors():
    position = simulated(lists(20_000, 6))
    accuracy = right(position)
    assert (np.diff(accuracy[:5]) < 0).all()
    assert accuracy[5] > accuracy[4] + 0.05
    off = np.abs(np.arange(1, 7) - position)[position > 0]
    assert (off == 1).sum() > 0.6 * (off > 0).sum()


def test_errors_between_groups_of_different_size_keep_the_relative_place():
    group = np.tile([0, 0, 0, 1, 1, 1, 1], (60_000, 1))
    last = simulated(lists(60_000, 7, group=group), G_C=0.1)[:, 2]  # the last place of the first group
    of_second = np.bincount(last[last > 3], minlength=8)[4:]
    assert of_second[3] == of_second.max()  # the last item of the second group, not its third
    assert of_second[3] > 1.5 * of_second[2]


def test_intrusions_from_the_list_before_keep_their_place():
    design = SerialRecall("words", items="words", list_length=5, n_lists=20)
    study = design.study_lists(n_subjects=100, seed=1)
    recalls = StartEnd().simulate(study, {"context": 0.8, "G_C": 0.12, **OPEN}, np.random.default_rng(1))
    row, place = np.nonzero(recalls.position == INTRUSION)
    assert len(row) > 500
    assert (study.items[row - 1, place] == recalls.item[row, place]).mean() > 0.5  # by chance 1 in 5


def test_the_second_of_two_equal_items_is_harder_than_another_item_there():
    plain, twice = lists(20_000, 6), lists(20_000, 6)
    items = twice.items.copy()
    items[:, 4] = items[:, 1]
    again = simulated(replace(twice, items=items), R_S=0.1)[:, 4] == 2
    assert again.mean() < right(simulated(plain, R_S=0.1))[4] - 0.1


def test_similar_items_are_confused_and_dissimilar_ones_of_alternating_lists_are_not():
    alternating = np.eye(6)
    alternating[np.ix_([1, 3, 5], [1, 3, 5])] = 0.8
    np.fill_diagonal(alternating, 1.0)
    model = StartEnd(similarity=True)

    def accuracy(similarity):
        study = replace(lists(20_000, 6), pool=Pool(similarity=similarity))
        return right(model.simulate(study, {**OPEN, "G_P": 0.2}, np.random.default_rng(4)).position)

    mixed, pure = accuracy(alternating), accuracy(np.eye(6))
    assert (mixed[[1, 3, 5]] < pure[[1, 3, 5]] - 0.05).all()
    assert (mixed[[0, 2, 4]] > pure[[0, 2, 4]] - 0.03).all()
