"""Intrusions, repetitions and prior-list intrusions, counted by hand."""

import numpy as np
import pandas as pd
import pytest

from memlab.analysis import intrusion_counts, intrusions, pli_list_lag, repetition_counts, repetitions
from memlab.core.errors import DataError, UsageError


def test_intrusions_are_out_of_the_lists_with_a_response_at_that_output(recalled):
    counts = intrusion_counts(recalled([8, -1, 7], [-1], [], [1, 1, -1, -1]))
    np.testing.assert_array_equal(counts.actual, [[1, 1, 1, 1]])
    np.testing.assert_array_equal(counts.possible, [[3, 2, 2, 1]])


def test_a_repetition_is_a_second_response_with_the_same_item(recalled):
    counts = repetition_counts(recalled([8, -1, 8], [1, 1, 1], [2]))
    np.testing.assert_array_equal(counts.actual, [[0, 1, 2]])


def test_per_list_sums_to_the_errors_a_list(recalled):
    data = recalled([8, -1, 7], [-1], [], [1, 1, -1, -1])
    assert intrusions(data)["per_list"].sum() == 4 / 4
    assert repetitions(data)["per_list"].sum() == 1 / 4


def long_table(study, recall, condition=None):
    rows = []
    for i, (items, responses) in enumerate(zip(study, recall, strict=True)):
        more = {} if condition is None else {"condition": condition[i]}
        for kind, words in (("study", items), ("recall", responses)):
            rows += [
                {"subject": 1, "list": i + 1, "trial_type": kind, "position": p, "item": w, **more}
                for p, w in enumerate(words, 1)
            ]
    return pd.DataFrame(rows)


STUDY = ["abc", "def", "ghi", "jkl", "mno"]
RECALL = ["a", "ad", "aazg", "jhbo", ["h", "h", "z", "y", "m", "a"]]


def test_the_first_lists_are_left_out_so_that_every_lag_is_possible():
    table = pli_list_lag(long_table(STUDY, RECALL), 2)
    # lists 3-5: a a z | h b o | h h z y a: eleven intrusions; h is one back, a a and h h two
    assert table["count"].tolist() == [1, 4]
    np.testing.assert_allclose(table["per_list"], [1 / 3, 4 / 3])
    np.testing.assert_allclose(table["prob"], [1 / 11, 4 / 11])


def test_prior_lists_are_looked_for_in_every_condition():
    table = pli_list_lag(long_table(STUDY, RECALL, condition=["x", "y", "x", "y", "x"]), 2)
    assert table.groupby("list_lag")["count"].sum().tolist() == [1, 4]


TWICE = long_table(["abc", "ade", "ghi", "jkl"], ["", "", "a", "ae"])


def test_an_item_of_several_lists_counts_for_each_as_in_psifr():
    table = pli_list_lag(TWICE, 1)  # list 3: a from 1 and 2; list 4: a from 1 and 2, e from 2
    assert table["count"].tolist() == [1]
    assert table["prob"].tolist() == [1 / 5]


def test_an_item_of_several_lists_can_count_for_the_latest_alone():
    table = pli_list_lag(TWICE, 1, studied="latest")
    assert table["count"].tolist() == [1]
    assert table["prob"].tolist() == [1 / 3]


def test_without_intrusions_there_is_no_share_of_them():
    assert pli_list_lag(long_table(STUDY, [""] * 5), 1)["prob"].isna().all()


def test_unknown_items_and_labels_are_refused(recalled):
    with pytest.raises(DataError, match="which item each intrusion was"):
        pli_list_lag(recalled([1]), 1)
    with pytest.raises(DataError, match="numbered from 1"):
        pli_list_lag(long_table(STUDY, RECALL).assign(list=lambda t: "list " + t["list"].astype(str)), 1)
    with pytest.raises(UsageError, match="max_lag must be a whole number of at least 1"):
        pli_list_lag(long_table(STUDY, RECALL), 0)
