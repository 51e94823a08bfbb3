"""Lexicons: the same item has the same vector, whatever else is asked for."""

import numpy as np
import pytest

from memlab.models.neural.lexicon import N_LEXICONS, distractors, item_vectors, lure_vectors

TWO_LISTS = np.array([[0, 5, 2], [5, 3000, 1]])


@pytest.mark.parametrize("kind", ["gaussian", "binary"])
def test_an_item_has_one_vector_in_a_lexicon_and_another_in_the_next(kind):
    both = item_vectors(kind, 16, TWO_LISTS, np.array([4, 4]))
    np.testing.assert_array_equal(both[0, 1], both[1, 0])
    other = item_vectors(kind, 16, TWO_LISTS, np.array([4, 5]))
    np.testing.assert_array_equal(other[0], both[0])
    assert not np.array_equal(other[1], both[1])


def test_lists_of_many_lexicons_come_back_in_their_own_order():
    lexicon = np.random.default_rng(1).integers(N_LEXICONS, size=50)
    items = np.tile(np.arange(3), (50, 1))
    together = item_vectors("gaussian", 8, items, lexicon)
    for i, k in enumerate(lexicon):
        np.testing.assert_array_equal(together[i], item_vectors("gaussian", 8, items[:1], np.array([k]))[0])


def test_gaussian_items_have_the_length_that_networks_are_trained_on():
    vectors = item_vectors("gaussian", 16, TWO_LISTS, np.array([0, 1]))
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=2), 4.0, rtol=1e-6)


def test_binary_items_are_all_different_until_the_patterns_are_used_up():
    vectors = item_vectors("binary", 5, np.arange(33)[None], np.array([3]))[0]
    assert set(np.unique(vectors)) == {0.0, 1.0}
    assert len(np.unique(vectors[:32], axis=0)) == 32
    np.testing.assert_array_equal(vectors[32], vectors[0])


@pytest.mark.parametrize("kind", ["gaussian", "binary"])
def test_a_lure_is_no_item_of_its_list(kind):
    items = np.array([[0, 1, 2, 3], [9, 30, 31, 4]])
    lures, missing = lure_vectors(kind, 5, items, np.array([2, 7]), 20)
    studied = item_vectors(kind, 5, items, np.array([2, 7]))
    assert not missing.any()
    same = (lures[:, :, None] == studied[:, None]).all(axis=3)
    assert not same.any()


def test_a_list_of_all_bit_patterns_leaves_no_lure():
    _, missing = lure_vectors("binary", 3, np.arange(6)[None], np.array([0]), 20)
    np.testing.assert_array_equal(missing, [[False, False, True, True, True, True, True, True]])


@pytest.mark.parametrize("kind", ["gaussian", "binary"])
def test_a_delay_is_filled_step_by_step_for_each_list(kind):
    filled = distractors(kind, 4, 3, np.array([1, 0, 1]))
    assert filled.shape == (3, 3, 4)
    np.testing.assert_array_equal(filled[:, 0], filled[:, 2])
    assert distractors(kind, 4, 0, np.array([1])).shape == (0, 1, 4)
