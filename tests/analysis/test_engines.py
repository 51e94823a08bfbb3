"""The compiled kernels, the NumPy engine and plain counting by the definitions give the same whole numbers."""

import itertools
import sys

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from memlab.analysis import counts, kernels, vectorised
from memlab.core.recall import RecallData, Recalls, StudyLists

ENGINES = [kernels, vectorised]


@st.composite
def experiments(draw):
    length = draw(st.integers(1, 7))
    response = st.sampled_from([-2, -1, *range(1, length + 1)])
    rows = draw(st.lists(st.lists(response, max_size=length + 3), min_size=0, max_size=8))
    position = np.zeros((len(rows), max(map(len, rows), default=0)), dtype=np.int64)
    for i, row in enumerate(rows):
        position[i, : len(row)] = row
    subject = draw(st.lists(st.integers(0, 2), min_size=len(rows), max_size=len(rows)))
    return position, length, np.array(subject, dtype=np.int64), 3


def responses(row):
    return list(itertools.takewhile(lambda p: p != 0, row.tolist()))


def credited(row):
    """The first correct recalls, in order."""
    return [p for p in dict.fromkeys(responses(row)) if p > 0]


def slow_spc(position, n_items, subject, n_subjects):
    actual = np.zeros((n_subjects, n_items), dtype=int)
    for row, s in zip(position, subject, strict=True):
        for p in credited(row):
            actual[s, p - 1] += 1
    return actual


def slow_pfr(position, n_items, subject, n_subjects, strict):
    actual, lists = np.zeros((n_subjects, n_items), dtype=int), np.zeros(n_subjects, dtype=int)
    for row, s in zip(position, subject, strict=True):
        first = (responses(row) or [0])[0] if strict else (credited(row) or [0])[0]
        lists[s] += strict or first > 0
        if first > 0:
            actual[s, first - 1] += 1
    return actual, lists


def slow_pnr(position, n_items, subject, n_subjects):
    actual = np.zeros((n_subjects, n_items, n_items), dtype=int)
    possible = np.zeros_like(actual)
    for row, s in zip(position, subject, strict=True):
        sequence = credited(row)
        for n, p in enumerate(sequence):
            actual[s, n, p - 1] += 1
            for q in set(range(1, n_items + 1)) - set(sequence[:n]):
                possible[s, n, q - 1] += 1
    return actual, possible


def transitions(row, skip_intrusions=False, skip_repeats=False):
    """Yield (from, to, recalled before) of the transitions that count."""
    kept, seen = [], set()
    for p in responses(row):
        repeat = p in seen
        if p > 0 and not repeat:
            kept.append((p, True))
        elif (p < 0 and not skip_intrusions) or (p > 0 and not skip_repeats):
            kept.append((p, False))
        seen.add(p) if p > 0 else None
    for i, ((a, a_counts), (b, b_counts)) in enumerate(itertools.pairwise(kept)):
        if a_counts and b_counts:
            yield a, b, {p for p, counts in kept[: i + 1] if counts}


def slow_lag_crp(position, n_items, subject, n_subjects, skip_intrusions, skip_repeats, keep_recalled):
    actual = np.zeros((n_subjects, 2 * n_items - 1), dtype=int)
    possible = np.zeros_like(actual)
    for row, s in zip(position, subject, strict=True):
        for a, b, before in transitions(row, skip_intrusions, skip_repeats):
            actual[s, b - a + n_items - 1] += 1
            for q in set(range(1, n_items + 1)) - ({a} if keep_recalled else before):
                possible[s, q - a + n_items - 1] += 1
    return actual, possible


def slow_lag_rank(position, n_items, subject, n_subjects):
    ranks = np.zeros((n_subjects, n_items + 1), dtype=int)
    n = np.zeros_like(ranks)
    for row, s in zip(position, subject, strict=True):
        for a, b, before in transitions(row):
            others = set(range(1, n_items + 1)) - before - {b}
            doubled = sum(2 * (abs(q - a) > abs(b - a)) + (abs(q - a) == abs(b - a)) for q in others)
            ranks[s, len(others) + 1] += doubled
            n[s, len(others) + 1] += 1
    return ranks, n


def same(got, expected):
    for a, b in zip(got, expected, strict=True):
        np.testing.assert_array_equal(a, b)
        assert a.dtype == np.int64


@pytest.mark.parametrize("engine", ENGINES)
@given(data=experiments())
@settings(deadline=None)
def test_spc_counts_are_those_of_the_definition(engine, data):
    same([engine.spc(*data)], [slow_spc(*data)])


@pytest.mark.parametrize("engine", ENGINES)
@given(data=experiments(), strict=st.booleans())
@settings(deadline=None)
def test_pfr_counts_are_those_of_the_definition(engine, data, strict):
    same(engine.pfr(*data, strict), slow_pfr(*data, strict))


@pytest.mark.parametrize("engine", ENGINES)
@given(data=experiments())
@settings(deadline=None)
def test_pnr_counts_are_those_of_the_definition(engine, data):
    same(engine.pnr(*data), slow_pnr(*data))


@pytest.mark.parametrize("engine", ENGINES)
@given(data=experiments(), options=st.tuples(st.booleans(), st.booleans(), st.booleans()))
@settings(deadline=None)
def test_lag_crp_counts_are_those_of_the_definition(engine, data, options):
    same(engine.lag_crp(*data, *options), slow_lag_crp(*data, *options))


@pytest.mark.parametrize("engine", ENGINES)
@given(data=experiments())
@settings(deadline=None)
def test_lag_ranks_are_those_of_the_definition(engine, data):
    same(engine.lag_rank(*data), slow_lag_rank(*data))


def one_cell():
    return RecallData(StudyLists.simple(1, 1), Recalls(np.array([[1]])))


def test_small_data_is_counted_without_loading_numba(monkeypatch):
    monkeypatch.delitem(sys.modules, "numba")
    assert counts.engine(one_cell()) is vectorised


def test_where_numba_is_loaded_the_kernels_count(monkeypatch):
    monkeypatch.setitem(sys.modules, "numba", sys.modules["numba"])
    assert counts.engine(one_cell()) is kernels


def test_large_data_is_counted_by_the_kernels(monkeypatch):
    monkeypatch.delitem(sys.modules, "numba")
    monkeypatch.setattr(counts, "COMPILED_FROM", 1)
    assert counts.engine(one_cell()) is kernels


@given(labels=st.lists(st.sampled_from(["b", "a", "c"]), max_size=9))
def test_grouping_by_subject_is_that_of_the_data(labels):
    data = RecallData(
        StudyLists.simple(len(labels), 2, subject=np.array(labels, dtype="<U1")),
        Recalls(np.zeros((len(labels), 1), int)),
    )
    subjects, index = counts.group_by_subject(data)
    np.testing.assert_array_equal(subjects, data.subjects)
    np.testing.assert_array_equal(index, data.subject_index())
