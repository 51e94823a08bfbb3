"""What holds for any recalls: probabilities, sums, and what must not matter."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import memlab.analysis as analysis
from memlab.core.recall import RecallData, Recalls, StudyLists

COUNTS = [
    analysis.spc_counts,
    analysis.pfr_counts,
    lambda data: analysis.pfr_counts(data, strict=True),
    analysis.pnr_counts,
    analysis.lag_crp_counts,
    lambda data: analysis.lag_crp_counts(data, between="drop"),
    lambda data: analysis.lag_crp_counts(data, between="drop_with_repeats", possible="all"),
    analysis.intrusion_counts,
    analysis.repetition_counts,
    analysis.stop_counts,
    lambda data: analysis.stop_counts(data, count="responses"),
]
TABLES = [
    analysis.spc,
    analysis.pfr,
    analysis.pnr,
    analysis.lag_crp,
    analysis.lag_rank,
    analysis.number_recalled,
    analysis.stop_probability,
    analysis.intrusions,
    analysis.repetitions,
    analysis.irt,
]


@st.composite
def experiments(draw):
    """Small conditions with repeats, intrusions, empty lists, and subjects in any order."""
    length = draw(st.integers(1, 7))
    response = st.sampled_from([-1, *range(1, length + 1)])
    rows = draw(st.lists(st.lists(response, max_size=length + 3), min_size=1, max_size=8))
    subject = draw(st.lists(st.sampled_from([3, 1, 2]), min_size=len(rows), max_size=len(rows)))
    position = np.zeros((len(rows), max(map(len, rows))), dtype=np.int64)
    for i, row in enumerate(rows):
        position[i, : len(row)] = row
    time = np.cumsum(np.ones(position.shape), axis=1)
    return RecallData(StudyLists.simple(len(rows), length, subject=subject), Recalls(position, time))


@pytest.mark.parametrize("count", COUNTS)
@given(data=experiments())
@settings(deadline=None, max_examples=30)
def test_nothing_happens_more_often_than_it_could(count, data):
    counts = count(data)
    assert counts.actual.shape == counts.possible.shape == (len(data.subjects), len(counts.x))
    assert (counts.actual >= 0).all()
    assert (counts.actual <= counts.possible).all()
    np.testing.assert_array_equal(np.isnan(counts.prob()), counts.possible == 0)


@pytest.mark.parametrize("count", COUNTS)
@given(data=experiments(), seed=st.integers(0, 99))
@settings(deadline=None, max_examples=30)
def test_the_order_of_lists_does_not_matter(count, data, seed):
    shuffled = data.select(np.random.default_rng(seed).permutation(data.n_lists))
    first, second = count(data), count(shuffled)
    np.testing.assert_array_equal(first.actual, second.actual)
    np.testing.assert_array_equal(first.possible, second.possible)
    np.testing.assert_array_equal(first.subjects, second.subjects)


@pytest.mark.parametrize("count", COUNTS)
@given(data=experiments())
@settings(deadline=None, max_examples=30)
def test_the_names_of_subjects_do_not_matter(count, data):
    names = np.array(["", "ann", "bob", "cy"])[data.study.subject]
    renamed = RecallData(
        StudyLists(data.study.items, data.study.onset, data.study.distractor, names, data.study.list), data.recalls
    )
    first, second = count(data), count(renamed)
    np.testing.assert_array_equal(first.actual, second.actual)
    np.testing.assert_array_equal(first.possible, second.possible)


@pytest.mark.parametrize("count", COUNTS)
@given(data=experiments())
@settings(deadline=None, max_examples=30)
def test_lists_studied_twice_count_twice(count, data):
    twice = data.select(np.tile(np.arange(data.n_lists), 2))
    np.testing.assert_array_equal(count(twice).actual, 2 * count(data).actual)
    np.testing.assert_array_equal(count(twice).possible, 2 * count(data).possible)


@given(data=experiments())
@settings(deadline=None)
def test_the_counts_of_different_analyses_agree(data):
    nth = analysis.pnr_counts(data).actual.reshape(-1, data.list_length, data.list_length)  # by output, by position
    np.testing.assert_array_equal(nth.sum(axis=1), analysis.spc_counts(data).actual)
    np.testing.assert_array_equal(nth[:, 0], analysis.pfr_counts(data).actual)
    stops = analysis.stop_counts(data)
    np.testing.assert_array_equal(stops.possible[:, 1:], nth.sum(axis=2))
    assert stops.actual.sum() == data.n_lists


@given(data=experiments())
@settings(deadline=None)
def test_every_response_is_credited_repeated_or_intruded(data):
    n = [
        count(data).actual.sum()
        for count in (analysis.spc_counts, analysis.repetition_counts, analysis.intrusion_counts)
    ]
    assert sum(n) == (data.recalls.position != 0).sum()


@given(data=experiments())
@settings(deadline=None)
def test_all_that_is_open_is_taken_once_a_transition(data):
    counts = analysis.lag_crp_counts(data)
    ranks = analysis.lag_rank_counts(data)
    assert not counts.possible[:, data.list_length - 1].any()  # lag 0
    assert (ranks.transitions <= counts.actual.sum(axis=1)).all()
    known = ~np.isnan(ranks.rank)
    assert ((ranks.rank[known] >= 0) & (ranks.rank[known] <= 1)).all()


@pytest.mark.parametrize("table", TABLES)
@given(data=experiments())
@settings(deadline=None, max_examples=15)
def test_a_frame_and_a_dict_of_columns_say_the_same(table, data):
    frame, columns = table(data), table(data, as_frame=False)
    assert list(frame) == list(columns)
    for name, column in columns.items():
        np.testing.assert_array_equal(frame[name], column)
