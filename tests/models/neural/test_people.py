"""People's recalls as targets, counted by hand."""

import numpy as np

from memlab.core.recall import RecallData, Recalls, StudyLists
from memlab.models.neural.people import group_of, take


def group(position, length=3, max_responses=None):
    study = StudyLists.simple(len(position), length, max_responses=max_responses)
    return group_of(RecallData(study, Recalls(np.array(position)), "c"))


def test_repeats_and_intrusions_are_dropped_and_the_stop_counts():
    people = group([[2, -1, 2, 3, 0], [0, 0, 0, 0, 0]])
    assert people.responses.tolist() == [[1, 2, 3], [3, 3, 3]]
    assert people.counts.tolist() == [[True, True, True], [True, False, False]]


def test_after_all_items_there_is_nothing_to_decide():
    people = group([[1, 2, 3, 0]])
    assert people.responses.tolist() == [[0, 1, 2]]
    assert people.counts.sum() == 3


def test_a_full_record_has_no_stop():
    people = group([[2, -1, 1], [2, 0, 0]], max_responses=2)
    assert people.counts.tolist() == [[True, False, False], [True, True, False]]


def test_lists_are_taken_outputs_first_as_far_as_any_counts():
    people = group([[2, 0, 0, 0], [3, 1, 0, 0], [1, 2, 3, 0]])
    responses, counts = take(people, np.array([1, 0]), 23, "cpu")
    assert responses.tolist() == [[2, 1], [0, 23], [23, 23]]
    assert counts.tolist() == [[True, True], [True, True], [True, False]]
    assert len(take(people, np.array([0]), 23, "cpu")[0]) == 2
