"""The lag-CRP and the lag rank, counted by hand on lists of eight items."""

import numpy as np
import pytest

from memlab.analysis import lag_crp, lag_crp_counts, lag_rank, lag_rank_counts
from memlab.core.errors import UsageError

ROW = [3, 4, 4, 5, -1, 6, 1]  # a repeat before 5, an intrusion before 6


def by_lag(counts, column):
    return {int(lag): int(n) for lag, n in zip(counts.x, getattr(counts, column)[0], strict=True) if n}


def test_repeats_and_intrusions_break_transitions(recalled):
    counts = lag_crp_counts(recalled(ROW))
    assert by_lag(counts, "actual") == {1: 1, -5: 1}  # 3-4 and 6-1
    # open at 3: 1 2 4 5 6 7 8; open at 6: 1 2 7 8
    assert by_lag(counts, "possible") == {-2: 1, -1: 1, 1: 2, 2: 2, 3: 1, 4: 1, 5: 1, -5: 1, -4: 1}


def test_dropping_intrusions_joins_what_they_parted(recalled):
    counts = lag_crp_counts(recalled(ROW), between="drop")
    assert by_lag(counts, "actual") == {1: 2, -5: 1}  # and 5-6


def test_dropping_repeats_too_joins_the_rest(recalled):
    counts = lag_crp_counts(recalled(ROW), between="drop_with_repeats")
    assert by_lag(counts, "actual") == {1: 3, -5: 1}  # and 4-5


def test_recalled_items_can_stay_in_the_denominator(recalled):
    counts = lag_crp_counts(recalled([3, 4, 1], length=4), possible="all")
    assert by_lag(counts, "possible") == {-2: 2, -1: 2, 1: 1, -3: 1}  # from 3: 1 2 4, from 4: 1 2 3


def test_an_unknown_convention_is_refused_by_name(recalled):
    with pytest.raises(UsageError, match=r"between must be one of 'break', 'drop', 'drop_with_repeats'. Got 'skip'"):
        lag_crp(recalled(ROW), between="skip")


def test_the_rank_is_the_share_of_open_items_that_are_farther(recalled):
    # 2-1: open 1 3 4 5 6 7 8, tie with 3, five farther: 5.5/6; 1-8: open 3-8, all nearer: 0/5
    ranks = lag_rank_counts(recalled([2, 1, 8]))
    assert ranks.transitions.tolist() == [2]
    np.testing.assert_allclose(ranks.rank, [(5.5 / 6 + 0) / 2])


def test_the_last_item_of_a_list_has_no_rank(recalled):
    ranks = lag_rank_counts(recalled([1, 2, 3], length=3))
    assert ranks.transitions.tolist() == [1]
    assert np.isnan(lag_rank_counts(recalled([1, 2], length=2)).rank).all()


def test_the_tables_have_psifrs_columns(recalled):
    data = recalled(ROW)
    assert list(lag_crp(data)) == ["subject", "lag", "prob", "actual", "possible"]
    assert list(lag_rank(data)) == ["subject", "rank"]
