"""The number recalled and the stop probability, counted by hand."""

from dataclasses import replace

import numpy as np
import pytest

from memlab.analysis import number_recalled, stop_counts, stop_probability
from memlab.core.errors import UsageError
from memlab.core.recall import RecallData

ROWS = [[3, 1, 3], [2, -1], [], [1, 2, 3]]


@pytest.fixture
def data(recalled):
    return recalled(*ROWS, length=3)


def test_the_number_recalled_counts_items_once_and_empty_lists_too(data):
    table = number_recalled(data).iloc[0]  # 2 1 0 3
    assert (table["recalled"], table["lists"]) == (1.5, 4)
    assert table["sd"] == pytest.approx(np.std([2, 1, 0, 3], ddof=1))


def test_one_list_has_no_spread(recalled):
    assert np.isnan(number_recalled(recalled([1]))["sd"]).all()


def test_recall_stops_out_of_the_lists_that_get_so_far(data):
    counts = stop_counts(data)
    np.testing.assert_array_equal(counts.actual, [[1, 1, 1, 1]])
    np.testing.assert_array_equal(counts.possible, [[4, 3, 2, 1]])
    assert list(stop_probability(data)) == ["subject", "output", "prob", "actual", "possible"]


def test_all_responses_can_be_counted(data):
    counts = stop_counts(data, count="responses")
    np.testing.assert_array_equal(counts.actual, [[1, 0, 1, 2]])
    np.testing.assert_array_equal(counts.possible, [[4, 3, 3, 2]])


def test_a_list_cut_off_at_the_responses_kept_is_no_stop(data):
    cut = RecallData(replace(data.study, max_responses=3), data.recalls)  # lists 1 and 4 may have gone on
    counts = stop_counts(cut)
    np.testing.assert_array_equal(counts.actual, [[1, 1, 0, 0]])
    np.testing.assert_array_equal(counts.possible, [[4, 3, 1, 0]])


def test_an_unknown_count_is_refused(data):
    with pytest.raises(UsageError, match="count must be one of 'credited', 'responses'"):
        stop_counts(data, count="words")
