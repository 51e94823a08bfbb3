"""Inter-response times, by hand."""

import numpy as np
import pytest

from memlab.analysis import irt
from memlab.core.recall import RecallData, Recalls, StudyLists

NAN = np.nan


@pytest.fixture
def data():
    position = np.array([[3, 1, 1, 2], [2, -1, 3, 0], [1, 0, 0, 0]])
    time = np.array([[1.0, 1.5, 3.0, 7.0], [2.0, 2.25, 5.25, NAN], [NAN, NAN, NAN, NAN]])
    return RecallData(StudyLists.simple(3, 3), Recalls(position, time))


def test_times_run_from_the_response_before_and_unknown_ones_are_left_out(data):
    table = irt(data)
    assert table["output"].tolist() == [1, 2, 3, 4]
    np.testing.assert_allclose(table["irt"], [1.5, 0.375, 2.25, 4.0])
    assert table["n"].tolist() == [2, 2, 2, 1]


def test_only_times_between_credited_recalls_can_be_kept(data):
    table = irt(data, responses="credited")
    assert table["output"].tolist() == [1, 2]
    np.testing.assert_allclose(table["irt"], [1.5, 0.5])


def test_lists_can_be_kept_apart_by_their_number_of_responses(data):
    table = irt(data, by_number_recalled=True)
    assert table["n_recalled"].tolist() == [3, 3, 3, 4, 4, 4, 4]
    np.testing.assert_allclose(table["irt"], [2.0, 0.25, 3.0, 1.0, 0.5, 1.5, 4.0])


def test_without_times_the_table_is_empty(recalled):
    table = irt(recalled([1, 2]))
    assert list(table) == ["subject", "output", "irt", "n"]
    assert len(table) == 0
