"""The confusability of consonants follows its stated rules, and lists drawn by it are what they say."""

import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from memlab.core.errors import UsageError
from memlab.paradigms import confusability, load_pool
from memlab.paradigms.confusability import CONSONANTS, NAMES, confusable_sets, draw_by_similarity

MATRIX = confusability()
PAIRS = list(itertools.combinations(range(len(CONSONANTS)), 2))


def of(a, b):
    return MATRIX[CONSONANTS.index(a), CONSONANTS.index(b)]


def test_the_matrix_is_symmetric_in_0_to_1_and_1_for_a_letter_and_itself():
    np.testing.assert_array_equal(MATRIX, MATRIX.T)
    assert ((MATRIX >= 0) & (MATRIX <= 1)).all()
    np.testing.assert_array_equal(MATRIX == 1, np.eye(len(CONSONANTS), dtype=bool))


def test_names_share_their_vowel_or_have_nothing_in_common():
    for i, j in PAIRS:
        same = NAMES[CONSONANTS[i]].vowel == NAMES[CONSONANTS[j]].vowel
        assert (MATRIX[i, j] >= 0.5) if same else (MATRIX[i, j] == 0)


def test_consonants_on_the_same_side_of_the_vowel_add_their_share_of_features():
    assert of("B", "V") == of("F", "S") == of("B", "D") == of("B", "P") == pytest.approx(5 / 6)
    assert of("B", "T") == of("C", "V") == pytest.approx(4 / 6)  # one feature in common
    assert of("B", "C") == of("H", "K") == of("S", "Z") == 0.5  # none, or another side of the vowel


def test_the_sets_of_confusable_letters_are_those_that_the_page_names():
    sets = {"".join(CONSONANTS[i] for i in group) for group in confusable_sets(MATRIX)}
    assert sets == {"BCDGPTV", "FLMNSXZ", "HJK", "Q", "R", "W", "Y"}


def test_the_pool_of_consonants_carries_the_matrix():
    pool = load_pool("consonants")
    assert pool.words == CONSONANTS
    np.testing.assert_array_equal(pool.similarity, MATRIX)
    assert load_pool("digits").similarity is None


@given(st.sampled_from(["any", "dissimilar", "similar", "alternating"]), st.integers(1, 7), st.integers(0, 2**32))
def test_lists_are_as_similar_as_they_say(kind, length, seed):
    lists = draw_by_similarity(MATRIX, kind, 3, length, np.random.default_rng(seed))
    assert lists.shape == (3, length)
    for items in lists:
        assert len(set(items.tolist())) == length
        confusable = MATRIX[np.ix_(items, items)] >= 0.5
        odd = np.arange(length) % 2 == 0  # first, third … place
        if kind == "similar":
            assert confusable.all()
        if kind == "dissimilar":
            np.testing.assert_array_equal(confusable, np.eye(length, dtype=bool))
        if kind == "alternating":
            np.testing.assert_array_equal(confusable, np.outer(odd, odd) | np.eye(length, dtype=bool))


@pytest.mark.parametrize(
    ("kind", "length", "message"),
    [
        ("similar", 8, "needs 8 items that share a vowel; the materials have 7"),
        ("dissimilar", 8, "needs 8 items that share no vowel; the materials have 7"),
        ("any", 22, "needs 22 different items; the materials have 21"),
        ("alternating", 15, "needs 8 items that share a vowel; the materials have 7"),
        ("like", 3, "similarity must be one of any, dissimilar, similar, alternating. Got 'like'"),
    ],
)
def test_lists_that_cannot_be_drawn_are_refused(kind, length, message):
    with pytest.raises(UsageError, match=message):
        draw_by_similarity(MATRIX, kind, 1, length, np.random.default_rng(1))


def test_a_vowel_is_no_consonant():
    with pytest.raises(UsageError, match="'A' is no consonant"):
        confusability(("A",))
