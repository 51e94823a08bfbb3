"""Materials: lists without replacement, vectors for networks."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from memlab.core.errors import UnknownName, UsageError
from memlab.core.recall import Pool
from memlab.paradigms import binary_vectors, load_pool, make_lists


@given(st.integers(1, 6), st.integers(1, 6), st.integers(0, 20), st.integers(0, 2**32))
def test_no_item_comes_twice_within_a_subject(n_lists, length, spare, seed):
    pool = Pool(words=tuple(map(str, range(n_lists * length + spare))))
    lists = make_lists(pool, n_lists, length, np.random.default_rng(seed))
    assert lists.shape == (n_lists, length)
    assert len(set(lists.ravel().tolist())) == lists.size
    assert lists.min() >= 0
    assert lists.max() < len(pool.words)


def test_a_pool_too_small_says_how_many_items_are_needed():
    with pytest.raises(UsageError, match="80 lists of 20 need 1600 different items; the pool has 3"):
        make_lists(Pool(words=("a", "b", "c")), 80, 20, np.random.default_rng(1))


def test_every_item_is_as_likely_to_be_drawn():
    rng, pool = np.random.default_rng(1), Pool(words=tuple("abcdef"))
    drawn = np.bincount(np.concatenate([make_lists(pool, 1, 2, rng).ravel() for _ in range(3000)]), minlength=6)
    assert np.abs(drawn - 1000).max() < 5 * np.sqrt(3000 * 2 / 9)  # five standard errors of a binomial, p = 1/3


def test_an_empty_pool_is_refused():
    with pytest.raises(UsageError, match="the pool is empty"):
        make_lists(Pool(), 1, 1, np.random.default_rng(1))


def test_a_pool_may_hold_vectors_alone():
    assert make_lists(Pool(vectors=np.eye(4)), 2, 2, np.random.default_rng(1)).size == 4


def test_there_is_one_pool_by_name():
    with pytest.raises(UnknownName, match="Did you mean 'nouns'"):
        load_pool("noun")


def test_binary_vectors_are_distinct_even_when_every_pattern_is_needed():
    vectors = binary_vectors(16, 4, np.random.default_rng(3))
    assert set(np.unique(vectors)) == {0.0, 1.0}
    assert len(np.unique(vectors, axis=0)) == 16


def test_binary_vectors_may_repeat_when_asked():
    assert binary_vectors(100, 1, np.random.default_rng(3), distinct=False).shape == (100, 1)


def test_too_few_features_for_distinct_items_says_how_many_are_needed():
    with pytest.raises(UsageError, match="5 need at least 3 features"):
        binary_vectors(5, 2, np.random.default_rng(1))


def test_half_of_all_features_are_one():
    assert abs(binary_vectors(1000, 64, np.random.default_rng(1)).mean() - 0.5) < 5 * 0.5 / np.sqrt(64000)
