"""Accuracy after a right and a wrong place, counted by hand, by both engines, and by a slow twin."""

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from memlab.analysis import (
    accuracy_after,
    accuracy_after_counts,
    serial_accuracy_counts,
    serial_error_counts,
    serial_kernels,
    serial_vectorised,
)
from memlab.analysis.next_places import BEFORE, guessed_recovery
from memlab.analysis.serial_order import KINDS
from memlab.core.errors import UsageError
from memlab.core.recall import RecallData, Recalls, StudyLists
from memlab.core.serial_test import SerialTest
from memlab.data import import_file

BLANK, WRONG = -2, -1


def lists(*rows, subject=None, **asked):
    study = StudyLists.simple(len(rows), len(rows[0]), subject=subject, serial=SerialTest(**asked))
    return RecallData(study, Recalls(np.array(rows)))


def both(counts):
    return counts.actual.sum(axis=0).tolist(), counts.possible.sum(axis=0).tolist()


@pytest.mark.parametrize(
    ("row", "right", "wrong"),
    [
        ([1, 2, 3, 4, 5], 4, 0),  # nothing to recover from
        ([1, 3, 4, 5, 2], 0, 3),  # a chain goes on from the early item: never right again
        ([1, 3, 2, 4, 5], 1, 2),  # fill-in: right again after both are given
        ([1, BLANK, 3, 4, 5], 1, 1),  # right at once after a blank
        ([1, BLANK, 2, 3, 4], 0, 3),  # a chain that goes on after a blank is one place late to the end
        ([WRONG, 2, WRONG, 4, WRONG], 2, 2),
    ],
)
def test_recoveries_of_lists_of_five_counted_by_hand(row, right, wrong):
    counts = accuracy_after_counts(lists(row))
    assert (counts.actual.sum(), counts.possible.sum()) == (right if wrong else 0, wrong)


def test_the_example_of_the_manual_place_by_place():
    data = lists([1, 3, 2, 4, WRONG])
    assert both(accuracy_after_counts(data, "error")) == ([0, 0, 1, 0], [0, 1, 1, 0])
    assert both(accuracy_after_counts(data, "correct")) == ([0, 0, 0, 0], [1, 0, 0, 1])
    assert both(accuracy_after_counts(data, "anticipation")) == ([0, 0, 0, 0], [0, 1, 0, 0])
    assert both(accuracy_after_counts(data, "postponement")) == ([0, 0, 1, 0], [0, 0, 1, 0])
    assert accuracy_after_counts(data).x.tolist() == [2, 3, 4, 5]


def test_a_right_item_that_was_given_before_counts_as_right():
    assert both(accuracy_after_counts(lists([2, 2, 3]), "anticipation")) == ([1, 0], [1, 0])
    assert both(accuracy_after_counts(lists([1, 1, 3]), "repetition")) == ([0, 1], [0, 1])


def test_backward_recall_counts_from_the_place_where_items_are_due():
    forward, backward = lists([1, 3, 2, 4]), lists([4, 2, 3, 1], direction="backward")
    for before in BEFORE:
        assert both(accuracy_after_counts(forward, before)) == both(accuracy_after_counts(backward, before))


def test_probed_recall_and_other_kinds_are_refused():
    with pytest.raises(UsageError, match="probed"):
        accuracy_after_counts(lists([1, 2], direction="probed", cue=np.array([[1]])))
    with pytest.raises(UsageError, match="before must be one of"):
        accuracy_after_counts(lists([1, 2]), "blank")


def test_a_list_of_one_item_has_no_next_place():
    assert both(accuracy_after_counts(lists([1]))) == ([], [])


def test_the_table_has_a_row_a_subject_kind_and_place():
    table = accuracy_after(lists([1, 3, 2, 4], [1, 2, 4, 3], subject=np.array(["b", "a"])))
    rows = table[table["before"] == "error"]
    assert rows[["subject", "output", "actual", "possible"]].to_numpy().tolist() == [
        ["a", 2, 0, 0],
        ["a", 3, 0, 0],
        ["a", 4, 0, 1],
        ["b", 2, 0, 0],
        ["b", 3, 0, 1],
        ["b", 4, 1, 1],
    ]


def slow(place, subject, n_subjects):
    """Count with one loop a place, nothing shared with the engines."""
    n = place.shape[1]
    count = np.zeros((2, n_subjects, 6, n - 1), dtype=np.int64)
    for who, row in zip(subject.tolist(), place.tolist(), strict=True):
        for k in range(n - 1):
            given, seen = row[k], row[:k]
            if given == k + 1:
                kind = "correct"
            elif given in (-1, -2):
                kind = {-1: "intrusion", -2: "omission"}[given]
            elif given in seen:
                kind = "repetition"
            else:
                kind = "anticipation" if given > k + 1 else "postponement"
            count[1, who, KINDS.index(kind), k] += 1
            count[0, who, KINDS.index(kind), k] += row[k + 1] == k + 2
    return count


@given(st.integers(1, 6).flatmap(lambda n: st.lists(st.lists(st.sampled_from([-2, -1, *range(1, n + 1)]), min_size=n,
       max_size=n), min_size=1, max_size=8)))  # fmt: skip
@settings(max_examples=100, deadline=None)
def test_both_engines_give_the_counts_of_the_slow_twin(rows):
    place = np.array(rows)
    subject = np.arange(len(place)) % 3
    expected = slow(place, subject, 3)
    for engine in (serial_kernels, serial_vectorised):
        np.testing.assert_array_equal(np.stack(engine.next_right(place, subject, 3)), expected)


@pytest.mark.parametrize("length", [2, 3, 4, 5])
def test_a_random_order_recovers_as_often_as_the_closed_form_says(length):
    counts = accuracy_after_counts(lists(*itertools.permutations(range(1, length + 1))))
    np.testing.assert_allclose(counts.pooled(), guessed_recovery(length), atol=1e-12)


def test_people_recover_from_errors_and_the_counts_agree_with_the_other_analyses(human):
    (data,) = import_file(human / "serial" / "farrell_lewandowsky2012_e2.csv.gz").values()
    after_error, after_right = accuracy_after_counts(data), accuracy_after_counts(data, "correct")
    right = serial_accuracy_counts(data)
    np.testing.assert_array_equal(after_error.actual + after_right.actual, right.actual[:, 1:])
    np.testing.assert_array_equal(after_error.possible + after_right.possible, right.possible[:, 1:])
    for before in BEFORE[2:]:
        np.testing.assert_array_equal(
            accuracy_after_counts(data, before).possible, serial_error_counts(data, before).actual[:, :-1]
        )
    assert after_error.possible.sum(axis=0).tolist() == [213, 486, 641, 877, 1072]
    assert (after_error.pooled() > guessed_recovery(6)).all()
