"""From subjects to groups."""

import numpy as np
import pandas as pd
import pytest

from memlab.analysis import average, lag_crp, lag_crp_counts, lag_rank, number_recalled, pooled, primacy_recency, spc
from memlab.core.errors import UsageError
from memlab.core.recall import Conditions, RecallData

TABLE = pd.DataFrame({"subject": [1, 1, 2, 2, 3, 3], "lag": [-1, 1] * 3, "prob": [0.2, 0.4, np.nan, 0.8, 0.4, 0.6]})


def test_the_mean_is_over_the_subjects_that_have_a_value():
    mean = average(TABLE)
    assert list(mean) == ["lag", "prob", "sd", "n_subjects", "low", "high"]
    np.testing.assert_allclose(mean["prob"], [0.3, 0.6])
    np.testing.assert_allclose(mean["sd"], [np.std([0.2, 0.4], ddof=1), 0.2])
    assert mean["n_subjects"].tolist() == [2, 3]


def test_the_same_call_gives_the_same_interval():
    assert average(TABLE).equals(average(TABLE))
    other = average(TABLE, rng=np.random.default_rng(5))
    assert (other["low"] <= other["prob"]).all()
    assert (other["prob"] <= other["high"]).all()


def test_a_dict_of_columns_gives_a_dict_of_columns():
    columns = {name: TABLE[name].to_numpy() for name in TABLE}
    mean = average(columns, interval="none")
    assert isinstance(mean, dict)
    np.testing.assert_allclose(mean["prob"], average(TABLE)["prob"])
    assert "low" not in mean


def test_the_order_of_rows_does_not_matter():
    shuffled = TABLE.sample(frac=1, random_state=1)
    pd.testing.assert_frame_equal(average(shuffled).sort_values("lag", ignore_index=True), average(TABLE))


def test_conditions_are_averaged_one_by_one(recalled):
    one, two = recalled([1], length=2), recalled([2], [2, 1], length=2, subject=["x", "y"])
    data = Conditions([RecallData(one.study, one.recalls, "one"), RecallData(two.study, two.recalls, "two")])
    mean = average(spc(data))
    assert mean["condition"].tolist() == ["one", "one", "two", "two"]
    assert mean["recall"].tolist() == [1, 0, 0.5, 1]
    assert mean["n_subjects"].tolist() == [1, 1, 2, 2]


def test_pooling_sums_the_counts_of_all_subjects(recalled):
    data = recalled([1, 2, 3], [8, 7], [4, 6], subject=[1, 1, 2])
    table = pooled(lag_crp(data))
    counts = lag_crp_counts(data)
    np.testing.assert_array_equal(table["prob"], counts.pooled())
    np.testing.assert_array_equal(table["possible"], counts.possible.sum(axis=0))


def test_tables_with_one_value_a_subject_average_to_one_row(recalled):
    data = recalled([1, 2, 3], [8, 7, 1], subject=[1, 2])
    assert len(average(lag_rank(data))) == 1
    assert average(number_recalled(data))["recalled"].tolist() == [3]


def test_what_to_average_must_be_clear(recalled):
    table = primacy_recency(recalled([1, 2, 8]))
    with pytest.raises(UsageError, match="more than one value: name the one to average, out of subject, primacy"):
        average(table)
    assert len(average(table, "recency")) == 1
    with pytest.raises(UsageError, match="no column 'latency'"):
        average(table, "latency")
    with pytest.raises(UsageError, match="two values of a subject at the same x"):
        average(pd.concat([TABLE, TABLE]))
    with pytest.raises(UsageError, match="interval must be one of 'bootstrap', 'within', 't', 'none'"):
        average(TABLE, interval="sem")
    with pytest.raises(UsageError, match="pooled needs the column 'actual'"):
        pooled(table)
    with pytest.raises(UsageError, match="needs the column 'subject'"):
        average(TABLE.drop(columns="subject"))
