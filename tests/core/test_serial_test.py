"""What serial recall asks for goes with its lists, or is refused."""

import dataclasses

import numpy as np
import pytest

from memlab.core.errors import DataError
from memlab.core.recall import StudyLists
from memlab.core.serial_test import SerialTest


def with_test(**asked):
    return dataclasses.replace(StudyLists.simple(2, 4), serial=SerialTest(**asked))


def test_lists_are_of_free_recall_unless_they_say_otherwise():
    assert StudyLists.simple(2, 4).serial is None


@pytest.mark.parametrize(
    ("asked", "due"),
    [
        ({}, [[1, 2, 3, 4]] * 2),
        ({"direction": "backward"}, [[4, 3, 2, 1]] * 2),
        ({"direction": "probed", "cue": [[1], [3]]}, [[2], [4]]),
    ],
)
def test_each_direction_asks_for_its_items(asked, due):
    np.testing.assert_array_equal(with_test(**asked).serial.due_places(2, 4), due)


def test_groups_and_cues_are_selected_with_their_lists():
    study = with_test(direction="probed", cue=[[1], [3]], group=[[0, 0, 1, 1], [0, 1, 1, 1]]).select([1])
    assert study.serial.cue.tolist() == [[3]]
    assert study.serial.group.tolist() == [[0, 1, 1, 1]]
    assert with_test().select([True, False]).serial.group is None


@pytest.mark.parametrize(
    ("asked", "message"),
    [
        ({"direction": "sideways"}, "direction must be one of forward, backward, probed. Got 'sideways'"),
        ({"direction": "probed"}, "probed recall needs cues"),
        ({"cue": [[1], [1]]}, "only probed recall has them"),
        ({"rest_seconds": -1}, "rest_seconds must be seconds of at least 0"),
        ({"direction": "probed", "cue": [[4], [1]]}, "cue must be serial positions from 1 to 3"),
        ({"direction": "probed", "cue": [[1]]}, "a row for each of the 2 lists"),
        ({"group": [[0, 0, 1]] * 2}, r"group must be whole numbers from 0, of shape \(2, 4\)"),
        ({"group": [[0, 0, -1, 1]] * 2}, "group must be whole numbers from 0"),
    ],
)
def test_a_test_that_does_not_fit_is_refused(asked, message):
    with pytest.raises(DataError, match=message):
        with_test(**asked)
