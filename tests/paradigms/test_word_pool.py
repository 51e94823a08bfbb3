"""The word pool obeys each of its rules, and comes out of its candidates again."""

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from memlab.paradigms import load_pool
from memlab.paradigms.word_rules import broken_rule, choose_words, edit_distance, words_in

WORDS = load_pool("nouns").words
PAIRS = list(itertools.combinations(WORDS, 2))
LETTERS = st.text("abc", max_size=6)


def slow_distance(a, b):
    """Levenshtein's definition, by recursion."""
    if not a or not b:
        return len(a) + len(b)
    if a[0] == b[0]:
        return slow_distance(a[1:], b[1:])
    return 1 + min(slow_distance(a[1:], b), slow_distance(a, b[1:]), slow_distance(a[1:], b[1:]))


def test_there_are_about_four_hundred_words_sorted_and_each_once():
    assert 380 <= len(WORDS) <= 440
    assert list(WORDS) == sorted(set(WORDS))


def test_words_have_four_to_eight_lower_case_letters():
    assert all(4 <= len(word) <= 8 and word.isascii() and word.isalpha() and word.islower() for word in WORDS)


def test_no_word_sounds_like_another_word():
    assert not set(WORDS) & set(words_in("homophones"))


def test_no_word_is_a_name_a_brand_or_taboo():
    assert not set(WORDS) & set(words_in("excluded"))


def test_words_of_five_letters_and_more_differ_by_three_letters():
    near = [
        (a, b) for a, b in PAIRS if min(len(a), len(b)) > 4 and abs(len(a) - len(b)) < 3 and edit_distance(a, b) < 3
    ]
    assert not near


def test_a_pair_with_a_four_letter_word_differs_by_two_letters():
    assert not [(a, b) for a, b in PAIRS if min(len(a), len(b)) == 4 and edit_distance(a, b) < 2]


def test_no_word_stands_beside_its_plural():
    assert not [word for word in WORDS if {f"{word}s", f"{word}es"} & set(WORDS)]


def test_the_pool_is_what_the_rules_choose_from_the_candidates():
    assert choose_words(words_in("candidates"), set(words_in("homophones")), set(words_in("excluded"))) == WORDS


@pytest.mark.parametrize("name", ["homophones", "excluded"])
def test_the_lists_that_rule_words_out_hold_lower_case_words(name):
    assert len(words_in(name)) > 100
    assert all(word.isascii() and word.isalpha() and word.islower() for word in words_in(name))


def test_a_word_is_refused_with_the_rule_it_breaks():
    assert broken_rule("owl", [], (), ()) == "four to eight letters a-z"
    assert broken_rule("beach", [], {"beach"}, ()) == "sounds like another word"
    assert broken_rule("apple", [], (), {"apple"}) == "name, brand, taboo or no concrete noun"
    assert broken_rule("cable", ["table"], (), ()) == "spelled too much like table"
    assert broken_rule("lamp", ["limb"], (), ()) is None


@given(LETTERS, LETTERS)
def test_the_edit_distance_is_that_of_the_definition(a, b):
    assert edit_distance(a, b) == slow_distance(a, b) == edit_distance(b, a)
