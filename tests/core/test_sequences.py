"""Sequences: what a likelihood is taken of, and how many events that is."""

import numpy as np
import pytest

from memlab.core.errors import DataError, UsageError
from memlab.core.recall import RecallData, Recalls, StudyLists
from memlab.core.sequences import sequences_of


def data(rows, n_items=3, **more):
    return RecallData(StudyLists.simple(len(rows), n_items, **more), Recalls(np.array(rows)), "c")


def test_repeats_and_intrusions_are_dropped_and_counted():
    found = sequences_of(data([[2, -1, 2, 1], [3, 0, 0, 0]]))
    assert found.position.tolist() == [[2, 1, 0], [3, 0, 0]]
    assert found.dropped == {"repeats": 1, "intrusions": 1, "lists": 0}


def test_lists_with_an_error_are_dropped_whole_when_asked_for():
    found = sequences_of(data([[2, -1, 2, 1], [3, 0, 0, 0]]), "drop_lists")
    assert found.position.tolist() == [[3, 0, 0]]
    assert found.dropped == {"repeats": 0, "intrusions": 0, "lists": 1}


def test_events_are_recalls_and_the_stops_that_were_seen_and_were_not_certain():
    rows = [[0, 0, 0], [1, 0, 0], [1, 2, 3], [1, -1, 2]]
    assert sequences_of(data(rows)).n_events.tolist() == [1, 2, 3, 3]
    assert sequences_of(data(rows, max_responses=3)).n_events.tolist() == [1, 2, 3, 2]


def test_another_handling_and_data_without_a_clean_list_are_refused():
    with pytest.raises(UsageError, match="drop_events or drop_lists"):
        sequences_of(data([[1, 0]]), "keep")
    with pytest.raises(DataError, match="every list has a repeat or an intrusion"):
        sequences_of(data([[1, 1]]), "drop_lists")


def test_a_subset_counts_what_was_dropped_of_its_own_lists():
    rows = [[2, -1, 2, 1], [3, 0, 0, 0], [1, 1, 0, 0]]
    study = StudyLists.simple(3, 3, subject=np.array([1, 1, 2]))
    both = RecallData(study, Recalls(np.array(rows)), "c")
    found = sequences_of(both)
    assert found.select([2]).dropped == {"repeats": 1, "intrusions": 0, "lists": 0}
    assert found.select([1]).dropped == {"repeats": 0, "intrusions": 0, "lists": 0}
    left = sequences_of(both.select([0, 1]), "drop_lists")
    assert left.select([0]).dropped == {"repeats": 0, "intrusions": 0, "lists": 1}
