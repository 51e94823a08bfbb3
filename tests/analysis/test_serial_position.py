"""spc, pfr and pnr, counted by hand on lists of eight items."""

import numpy as np
import pytest

from memlab.analysis import pfr, pfr_counts, pnr, pnr_counts, spc, spc_counts

ROWS = [
    [8, 7, 7, -1, 1],  # a repeat and an intrusion
    [-1, 8, 1],  # begins with an intrusion
    [],
    [2],
]


@pytest.fixture
def data(recalled):
    return recalled(*ROWS, subject=["a", "a", "a", "b"])


def test_an_item_counts_once_a_list_and_empty_lists_stay_in_the_denominator(data):
    counts = spc_counts(data)
    np.testing.assert_array_equal(counts.subjects, ["a", "b"])
    np.testing.assert_array_equal(counts.actual, [[2, 0, 0, 0, 0, 0, 1, 2], [0, 1, 0, 0, 0, 0, 0, 0]])
    np.testing.assert_array_equal(counts.possible, [[3] * 8, [1] * 8])


def test_the_first_credited_recall_is_out_of_the_lists_with_one(data):
    counts = pfr_counts(data)
    np.testing.assert_array_equal(counts.actual, [[0, 0, 0, 0, 0, 0, 0, 2], [0, 1, 0, 0, 0, 0, 0, 0]])
    np.testing.assert_array_equal(counts.possible, [[2] * 8, [1] * 8])


def test_the_strict_first_recall_is_the_very_first_response_of_all_lists(data):
    counts = pfr_counts(data, strict=True)
    np.testing.assert_array_equal(counts.actual[0], [0, 0, 0, 0, 0, 0, 0, 1])
    np.testing.assert_array_equal(counts.possible, [[3] * 8, [1] * 8])


def test_the_nth_recall_skips_repeats_and_intrusions(data):
    counts = pnr_counts(data)
    actual, possible = (c[0].reshape(8, 8) for c in (counts.actual, counts.possible))
    # credited: 8 7 1 and 8 1
    np.testing.assert_array_equal(actual[:3], [[0] * 7 + [2], [1, 0, 0, 0, 0, 0, 1, 0], [1] + [0] * 7])
    np.testing.assert_array_equal(possible[:3], [[2] * 8, [2] * 7 + [0], [1] * 6 + [0, 0]])
    assert not possible[3:].any()


def test_output_one_of_pnr_is_pfr(data):
    table, first = pnr(data), pfr(data)
    assert table[table["output"] == 1].reset_index(drop=True).equals(first)


def test_the_tables_have_psifrs_columns(data):
    assert list(spc(data)) == ["subject", "input", "recall"]
    for table in (pfr(data), pnr(data)):
        assert list(table) == ["subject", "output", "input", "prob", "actual", "possible"]


def test_where_nothing_was_possible_the_probability_is_not_a_number(data):
    table = pnr(data)
    np.testing.assert_array_equal(table["prob"].isna(), table["possible"] == 0)


def test_pooling_sums_before_it_divides(data):
    np.testing.assert_array_equal(spc_counts(data).pooled(), [0.5, 0.25, 0, 0, 0, 0, 0.25, 0.5])


def test_columns_come_as_a_dict_on_request(data):
    table = spc(data, as_frame=False)
    assert isinstance(table, dict)
    np.testing.assert_array_equal(table["recall"], spc(data)["recall"])
