"""The measures of serial recall are those of the analyses, and those counted by hand."""

import dataclasses

import numpy as np
import pytest

from memlab.core.errors import UsageError
from memlab.core.recall import RecallData, Recalls, StudyLists
from memlab.core.serial_test import SerialTest
from memlab.serial_measures import serial_measures


def people():
    """Two people with two lists of six: an early item that is filled in, an infill, a perfect list, and a blank one."""
    rows = [[1, 3, 2, 4, 5, 6], [1, 3, 4, 2, 5, -1], [1, 2, 3, 4, 5, 6], [-2] * 6]
    study = StudyLists.simple(4, 6, subject=np.array([1, 1, 2, 2]))
    return RecallData(dataclasses.replace(study, serial=SerialTest()), Recalls(np.array(rows)))


def test_curves_are_those_counted_by_hand():
    measured = serial_measures(people())
    np.testing.assert_array_equal(measured["accuracy_strict"].by_subject, [[1, 0, 0, 0.5, 1, 0.5], [0.5] * 6])
    np.testing.assert_array_equal(measured["accuracy_item"].by_subject[0], [1, 1, 1, 1, 1, 0.5])
    np.testing.assert_array_equal(measured["transpositions"].by_subject[0], [0, 1, 1, 0.5, 0, 0])
    np.testing.assert_array_equal(measured["intrusions"].actual[:, 5], [1, 0])
    np.testing.assert_array_equal(measured["omissions"].by_subject[1], [0.5] * 6)
    gradient = measured["transposition_gradient"]
    assert 0 not in gradient.x
    assert dict(zip(gradient.x.tolist(), gradient.actual[0].tolist(), strict=True))[-1] == 3
    share = measured["transposition_share"]
    assert dict(zip(share.x.tolist(), share.by_subject[0].tolist(), strict=True))[2] == 0.2
    assert np.isnan(share.by_subject[1]).all()


@pytest.mark.parametrize(
    ("measure", "actual", "possible"),
    [
        ("mean_accuracy", [6, 6], [12, 12]),
        ("lists_correct", [0, 1], [2, 2]),
        ("adjacent_share", [4, 0], [5, 0]),
        ("anticipation_share", [3, 0], [5, 0]),
        ("fill_in_first_error", [1, 0], [2, 0]),
        ("fill_in_any", [1, 0], [2, 0]),
        ("fill_in_strict", [1, 0], [2, 0]),
    ],
)
def test_single_numbers_are_those_counted_by_hand(measure, actual, possible):
    one = serial_measures(people())[measure]
    assert one.x.tolist() == [0]
    np.testing.assert_array_equal(one.actual[:, 0], actual)
    np.testing.assert_array_equal(one.possible[:, 0], possible)


def test_data_that_do_not_tell_errors_apart_have_them_together_only():
    measured = serial_measures(people(), errors_told_apart=False)
    assert not {"omissions", "intrusions"} & set(measured)
    assert measured["omissions_or_intrusions"].actual.sum() == 7


def test_a_chance_order_has_the_transpositions_of_the_closed_form():
    """Guessing a random order: strict accuracy 1/N, and P(|displacement| = d) = 2 (N - d) / N² for d >= 1."""
    n, lists = 6, 40_000
    rng = np.random.default_rng(1)
    position = rng.permuted(np.tile(np.arange(1, n + 1), (lists, 1)), axis=1)
    measured = serial_measures(RecallData(StudyLists.simple(lists, n), Recalls(position)))
    four_errors = 4 * np.sqrt(1 / n * (1 - 1 / n) / lists)
    np.testing.assert_allclose(measured["accuracy_strict"].by_subject[0], 1 / n, atol=four_errors)
    gradient = measured["transposition_gradient"]
    for d in range(1, n):
        both = gradient.actual[0, np.abs(gradient.x) == d].sum() / (lists * n)
        assert both == pytest.approx(2 * (n - d) / n**2, abs=four_errors)


def test_probed_recall_has_no_such_measures():
    study = dataclasses.replace(StudyLists.simple(1, 3), serial=SerialTest("probed", cue=np.array([[1]])))
    with pytest.raises(UsageError, match="probed recall"):
        serial_measures(RecallData(study, Recalls(np.array([[2]]))))
