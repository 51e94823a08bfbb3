"""Study lists and recalls hold together or are refused."""

import dataclasses

import numpy as np
import pytest

from memlab.core.errors import DataError, UnknownName
from memlab.core.model import credited_positions
from memlab.core.recall import Conditions, RecallData, Recalls, StudyLists


def test_onsets_follow_the_rate_and_the_distraction():
    study = StudyLists.simple(1, 3, seconds_per_item=2, distractor_seconds=5, delay_seconds=7)
    np.testing.assert_array_equal(study.onset, [[0, 7, 14]])
    np.testing.assert_array_equal(study.distractor, [[0, 5, 5, 7]])
    np.testing.assert_array_equal(study.seconds_on_item(), [[2, 2, 2]])


def test_a_list_of_one_item_is_given_a_second():
    np.testing.assert_array_equal(StudyLists.simple(2, 1).seconds_on_item(), [[1], [1]])


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"items": np.zeros(3, int)}, "items must be whole numbers of shape"),
        ({"items": np.zeros((2, 3))}, "items must be whole numbers of shape"),
        ({"onset": np.zeros((2, 2))}, r"onset has shape \(2, 2\)"),
        ({"distractor": np.zeros((2, 3))}, r"must be \(2, 4\)"),
        ({"onset": np.full((2, 3), np.nan)}, "without NaN"),
        ({"distractor": np.full((2, 4), -1.0)}, "at least 0"),
        ({"subject": np.zeros(3)}, "subject has shape"),
    ],
)
def test_study_lists_that_do_not_fit_together_are_refused(change, message):
    good = {
        "items": np.zeros((2, 3), int),
        "onset": np.zeros((2, 3)),
        "distractor": np.zeros((2, 4)),
        "subject": np.zeros(2),
        "list": np.arange(2),
    }
    with pytest.raises(DataError, match=message):
        StudyLists(**(good | change))


@pytest.mark.parametrize(
    ("position", "message"),
    [([[0, 1]], "after the stop code"), ([[-3]], "is no code"), ([1, 2], "of shape"), ([[1.5]], "whole numbers")],
)
def test_recalls_that_break_the_code_are_refused(position, message):
    with pytest.raises(DataError, match=message):
        Recalls(np.array(position))


def test_times_and_items_have_the_shape_of_the_positions():
    with pytest.raises(DataError, match="time has shape"):
        Recalls(np.array([[1]]), np.zeros((1, 2)))
    with pytest.raises(DataError, match="item has shape"):
        Recalls(np.array([[1]]), item=np.zeros((1, 2), int))
    assert np.isnan(Recalls(np.array([[1, 0]])).time).all()


def test_a_position_beyond_the_list_is_refused_with_its_list():
    study = StudyLists.simple(2, 3, subject=[7, 8])
    with pytest.raises(DataError, match="list 2 of subject 8 has serial position 4"):
        RecallData(study, Recalls(np.array([[1], [4]])))
    with pytest.raises(DataError, match="2 study lists but recalls of 1 lists"):
        RecallData(study, Recalls(np.array([[1]])))


def test_lists_are_selected_by_mask_and_by_subject():
    data = RecallData(StudyLists.simple(3, 2, subject=["b", "a", "b"]), Recalls(np.array([[1], [2], [0]])))
    assert data.subjects.tolist() == ["a", "b"]
    assert data.subject_index().tolist() == [1, 0, 1]
    assert data.select_subjects(["b"]).recalls.position.ravel().tolist() == [1, 0]
    assert data.select([False, True, False]).n_lists == 1


def test_only_the_first_responses_are_kept_by_truncation():
    recalls = Recalls(np.array([[1, 2, 3]]))
    assert recalls.truncate(2).position.tolist() == [[1, 2]]
    assert recalls.truncate(None) is recalls
    assert recalls.truncate(5) is recalls


def test_an_unknown_condition_gets_the_nearest_name():
    data = RecallData(StudyLists.simple(1, 2), Recalls(np.array([[1]])), "20-1")
    conditions = Conditions([data])
    assert conditions["20-1"] is data
    assert "20-2" not in conditions
    with pytest.raises(UnknownName, match="there is no condition '20-2'. Did you mean '20-1'"):
        conditions["20-2"]


def test_credited_positions_are_the_first_correct_recalls_in_order():
    study = StudyLists.simple(2, 4)
    recalls = Recalls(np.array([[4, -1, 4, 2, 0], [-1, -1, 0, 0, 0]]))
    assert credited_positions(study, recalls).tolist() == [[4, 2, 0, 0], [0, 0, 0, 0]]


def test_the_source_of_each_item_is_optional_and_selected_with_its_list():
    assert StudyLists.simple(2, 3).source is None
    study = StudyLists.simple(2, 3, source=[[0, 0, 1], [1, 0, 0]])
    np.testing.assert_array_equal(study.select([1]).source, [[1, 0, 0]])


@pytest.mark.parametrize("source", [[[0, 1]], [[0, 1, -1]], [[0.0, 1.0, 2.0]]])
def test_a_source_of_another_shape_or_kind_is_refused(source):
    with pytest.raises(DataError, match="source must be whole numbers from 0"):
        StudyLists.simple(1, 3, source=np.array(source))


def test_an_item_presented_again_is_known_by_its_first_position():
    study = dataclasses.replace(StudyLists.simple(2, 4), items=np.array([[7, 3, 7, 7], [1, 2, 3, 4]]))
    assert study.first_presentation.tolist() == [[0, 1, 0, 0], [0, 1, 2, 3]]
    assert study.n_items.tolist() == [2, 4]
    assert study.repeats_items
    assert not study.select([1]).repeats_items
    recalled = np.array([[3, -1, 4, 2, 0], [3, -1, 4, 2, 0]])
    assert study.at_first_presentation(recalled).tolist() == [[1, -1, 1, 2, 0], [3, -1, 4, 2, 0]]
    assert credited_positions(study, Recalls(recalled)).tolist() == [[1, 2, 0, 0], [3, 4, 2, 0]]
